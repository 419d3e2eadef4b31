"""Who: persons, and those of them who are students or staff, with their enrollments and program status."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from district.access import Permission
from district.calendar import school_year_of
from district.names import display_name, search_key

from .base import Record
from .codes import Grade, Race, Sex
from .fields import LanguagesField
from .places import District, School, SchoolYear
from .scope import ScopedQuerySet


class Person(Record):
    """A human being known to the district: names and contact. What they are there is said by Student and Staff."""

    district = models.ForeignKey(District, models.PROTECT, related_name="people")
    organization = models.ForeignKey(
        "district.Organization", models.PROTECT, null=True, blank=True, related_name="people"
    )
    given_name = models.CharField(_("given name"), max_length=255)
    middle_name = models.CharField(_("middle name"), max_length=255, blank=True)
    family_name = models.CharField(_("family name"), max_length=255, blank=True)
    search_name = models.TextField(editable=False, help_text=_("Names without accents, for search."))
    email = models.CharField(_("e-mail"), max_length=254, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True, default="", db_default="")
    sourced_id = models.CharField(_("roster id"), max_length=255, blank=True)
    batch = models.ForeignKey("district.ImportBatch", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["family_name", "given_name", "pk"]
        indexes = [models.Index(fields=["district", "search_name"], name="person_search")]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "sourced_id"],
                condition=~Q(sourced_id=""),
                name="person_sourced_id_unique_in_district",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:
        self.search_name = search_key(self.family_name, self.given_name, self.middle_name)
        super().save(*args, **kwargs)

    @property
    def name(self) -> str:
        """The name as shown on a page."""
        return display_name(self.given_name, self.middle_name, self.family_name)


class StudentQuerySet(ScopedQuerySet):
    """Students. A student is seen by a school from the day of entry, and its own years stay with each school."""

    def allowed(self, user, permission: Permission):
        """Students with an enrollment in a school where `user` holds `permission`."""
        return self.filter(pk__in=Enrollment.objects.all().allowed(user, permission).values("student"))

    def in_year(self, year: int):
        """Students enrolled at any time in the school year that ends in `year`."""
        return self.filter(pk__in=Enrollment.objects.filter(school_year__year=year).values("student"))

    def standing(self):
        """Students that have not been merged into another record."""
        return self.filter(merged_into=None)

    def mergeable_by(self, user):
        """Standing students of the districts where `user` merges: in all their schools, for a merge may touch any."""
        grants = user.grants_with(Permission.STUDENT_MERGE)
        return self.standing().filter(district__in={grant.district_id for grant in grants if not grant.school_id})


class Student(Record):
    """A student of the district. Race, sex and grade here are the latest imported; each year keeps its own.

    One who turned out to be on record twice is merged into the other record (`merged_into`). Nothing but the ids stays
    behind, so that nobody sees or counts it, and a file that names its ids means the student who was kept.
    """

    read_permission = Permission.STUDENT_VIEW

    person = models.OneToOneField(Person, models.PROTECT, related_name="student")
    district = models.ForeignKey(District, models.PROTECT, related_name="students")
    local_id = models.CharField(_("local id"), max_length=255)
    birth_date = models.DateField(_("birth date"), null=True, blank=True)
    race = models.CharField(_("race or ethnicity"), max_length=10, choices=Race, default=Race.UNREPORTED)
    sex = models.CharField(_("sex"), max_length=10, choices=Sex, default=Sex.UNREPORTED)
    grade = models.CharField(_("grade"), max_length=10, choices=Grade, default=Grade.UNREPORTED)
    home_languages = LanguagesField(_("languages at home"), blank=True, default=list, db_default="")
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged_here")
    batch = models.ForeignKey("district.ImportBatch", models.PROTECT, null=True, blank=True, related_name="+")

    objects = StudentQuerySet.as_manager()

    class Meta:
        ordering = ["person__family_name", "person__given_name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["district", "local_id"], name="student_local_id_unique_in_district"),
        ]

    def __str__(self) -> str:
        return self.person.name


class EnrollmentQuerySet(ScopedQuerySet):
    """Enrollments: one row per student, school and school year."""

    def allowed(self, user, permission: Permission):
        """Enrollments in scope: a grant at a school from the day of entry, one of the district also those to come."""
        rows = super().allowed(user, permission)
        grants = user.grants_with(permission)
        districts = {grant.district_id for grant in grants if not grant.school_id}
        if all(not grant.school_id for grant in grants):
            return rows
        begun = Q(begins_on=None) | Q(begins_on__lte=timezone.localdate())
        return rows.filter(begun | Q(school__district__in=districts) if districts else begun)

    def in_year(self, year: int):
        """Enrollments of the school year that ends in `year`."""
        return self.filter(school_year__year=year)

    def on(self, day: date):
        """Enrollments that hold on `day` (first and last day included)."""
        return self._spanning(day).filter(school_year__year=school_year_of(day))

    def attending(self, school: School, day: date):
        """Enrollments at `school` that hold on `day` (first and last day included)."""
        years = SchoolYear.objects.filter(district=school.district_id, year=school_year_of(day))
        return self._spanning(day).filter(school=school, school_year__in=years)

    def _spanning(self, day: date):
        return self.filter(Q(begins_on=None) | Q(begins_on__lte=day), Q(ends_on=None) | Q(ends_on__gte=day))


class Enrollment(Record):
    """A student's time in one school in one school year, with the group columns that figures are counted by.

    `grade` and the program flags are those of the last day of this enrollment; null flags are unreported. The
    `…_on_count_day` columns hold the same for the count day (for an enrollment that does not contain it: the last
    day's). `is_last_in_year` marks the enrollment whose values stand for the student in the whole year,
    `is_standing_on_count_day` the one that stands for the student when counting by the count day. All of these are
    derived and rebuilt by `district.standing.refresh`.
    """

    school_lookup = "school"
    read_permission = Permission.STUDENT_VIEW

    PROGRAMS = ("idea", "section504", "english_learner", "economically_disadvantaged", "homeless", "foster_care")

    student = models.ForeignKey(Student, models.PROTECT, related_name="enrollments")
    school = models.ForeignKey(School, models.PROTECT, related_name="enrollments")
    school_year = models.ForeignKey(SchoolYear, models.PROTECT, related_name="enrollments")
    begins_on = models.DateField(_("begins on"), null=True, blank=True, help_text=_("Empty: from the first day."))
    ends_on = models.DateField(_("ends on"), null=True, blank=True, help_text=_("Empty: to the last day of the year."))
    race = models.CharField(_("race or ethnicity"), max_length=10, choices=Race, default=Race.UNREPORTED)
    sex = models.CharField(_("sex"), max_length=10, choices=Sex, default=Sex.UNREPORTED)
    grade = models.CharField(_("grade"), max_length=10, choices=Grade, default=Grade.UNREPORTED)
    idea = models.BooleanField(_("served under IDEA"), null=True)
    section504 = models.BooleanField(_("served under Section 504"), null=True)
    english_learner = models.BooleanField(_("English learner"), null=True)
    economically_disadvantaged = models.BooleanField(_("economically disadvantaged"), null=True)
    homeless = models.BooleanField(_("homeless"), null=True)
    foster_care = models.BooleanField(_("in foster care"), null=True)
    idea_on_count_day = models.BooleanField(null=True, editable=False)
    section504_on_count_day = models.BooleanField(null=True, editable=False)
    english_learner_on_count_day = models.BooleanField(null=True, editable=False)
    economically_disadvantaged_on_count_day = models.BooleanField(null=True, editable=False)
    homeless_on_count_day = models.BooleanField(null=True, editable=False)
    foster_care_on_count_day = models.BooleanField(null=True, editable=False)
    is_on_count_day = models.BooleanField(default=False, editable=False)
    is_last_in_year = models.BooleanField(default=False, editable=False)
    is_standing_on_count_day = models.BooleanField(default=False, editable=False)
    batch = models.ForeignKey("district.ImportBatch", models.PROTECT, null=True, blank=True, related_name="+")

    objects = EnrollmentQuerySet.as_manager()

    class Meta:
        ordering = ["-school_year__year", "begins_on", "pk"]
        indexes = [
            models.Index(fields=["school_year", "school", "race", "student"], name="enrollment_counting"),
            # Holds all that groups students of a year, so that a district is counted without reading its rows.
            models.Index(
                fields=[
                    *("school_year", "race", "sex", "grade", "idea", "section504", "english_learner"),
                    *("economically_disadvantaged", "homeless", "foster_care"),
                ],
                condition=Q(is_last_in_year=True),
                name="enrollment_standing",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["student", "school_year", "school"], name="enrollment_unique_in_school_and_year"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.student_id} {self.school_id} {self.school_year_id}"

    def holds_at(self, school: School, day: date) -> bool:
        """Say whether the student attends `school` on `day` by it: the rule of `attending`, for a row already read."""
        begun = self.begins_on is None or self.begins_on <= day
        ended = self.ends_on is not None and self.ends_on < day
        return self.school_id == school.pk and begun and not ended and self.school_year.year == school_year_of(day)


class ProgramStatus(Record):
    """Programs that served a student in a school year, from a day to a day (empty: the whole year)."""

    student = models.ForeignKey(Student, models.PROTECT, related_name="program_statuses")
    school_year = models.ForeignKey(SchoolYear, models.PROTECT, related_name="program_statuses")
    idea = models.BooleanField(_("served under IDEA"), default=False)
    section504 = models.BooleanField(_("served under Section 504"), default=False)
    english_learner = models.BooleanField(_("English learner"), default=False)
    economically_disadvantaged = models.BooleanField(_("economically disadvantaged"), default=False)
    homeless = models.BooleanField(_("homeless"), default=False)
    foster_care = models.BooleanField(_("in foster care"), default=False)
    begins_on = models.DateField(_("begins on"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    batch = models.ForeignKey("district.ImportBatch", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["begins_on", "pk"]
        indexes = [models.Index(fields=["school_year", "student"], name="program_status_of_student")]

    def __str__(self) -> str:
        return f"{self.student_id} {self.school_year_id}"


class StaffQuerySet(ScopedQuerySet):
    """Staff."""

    def allowed(self, user, permission: Permission):
        """Staff assigned to a school where `user` holds `permission`."""
        schools = School.objects.where_allowed(user, permission)
        return self.filter(pk__in=StaffAssignment.objects.filter(school__in=schools.values("pk")).values("staff"))


class Staff(Record):
    """An employee of the district. Being listed here gives no sign-in."""

    read_permission = Permission.STAFF_VIEW

    person = models.OneToOneField(Person, models.PROTECT, related_name="staff")
    district = models.ForeignKey(District, models.PROTECT, related_name="staff")
    local_id = models.CharField(_("local id"), max_length=255)
    title = models.CharField(_("role in the roster"), max_length=40, blank=True)
    batch = models.ForeignKey("district.ImportBatch", models.PROTECT, null=True, blank=True, related_name="+")

    objects = StaffQuerySet.as_manager()

    class Meta:
        ordering = ["person__family_name", "person__given_name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["district", "local_id"], name="staff_local_id_unique_in_district"),
        ]

    def __str__(self) -> str:
        return self.person.name


class StaffAssignment(Record):
    """A staff member's time in one school in one school year."""

    staff = models.ForeignKey(Staff, models.PROTECT, related_name="assignments")
    school = models.ForeignKey(School, models.PROTECT, related_name="staff_assignments")
    school_year = models.ForeignKey(SchoolYear, models.PROTECT, related_name="staff_assignments")
    begins_on = models.DateField(_("begins on"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    batch = models.ForeignKey("district.ImportBatch", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["staff", "school_year", "school"], name="assignment_unique_in_school_and_year"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.school_id}"
