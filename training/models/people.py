"""People in training: adults who learn, keep circles or train others. Never students (see peers)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from district.access import Permission
from district.models import ActiveGrant, District, ImportBatch, Person, Record, School, User

from .languages import Language


class PractitionerQuerySet(models.QuerySet):
    """People in training."""

    def standing(self):
        """People who have not been merged into another record of themselves."""
        return self.filter(merged_into=None)

    def allowed(self, user: User, permission: Permission):
        """People in scope of a grant of `user` that holds `permission`."""
        return self.standing().filter(reached_by(user.grants_with(permission)))

    def visible_to(self, user: User):
        """People whom `user` may see: by the grants, or oneself."""
        own = {grant.district_id for grant in user.grants_with(Permission.TRAINING_VIEW_OWN)}
        seen = Practitioner.objects.allowed(user, Permission.TRAINING_VIEW)
        if not own:
            return self.filter(pk__in=seen.order_by().values("pk"))
        mine = Practitioner.objects.of_user(user).filter(district__in=own)
        return self.filter(Q(pk__in=seen.order_by().values("pk")) | Q(pk__in=mine.order_by().values("pk")))

    def of_user(self, user: User):
        """The person who signs in as `user`: known by the e-mail address, in each of their districts."""
        return self.standing().filter(person__email__iexact=user.email) if user.email else self.none()

    def active_on(self, day: date):
        """People who are not away on `day`."""
        away = Absence.objects.filter(Q(ends_on=None) | Q(ends_on__gte=day), begins_on__lte=day)
        return self.exclude(pk__in=away.values("practitioner"))

    def serving(self, school: School):
        """People who serve `school`: it by name, or any school of its district."""
        through = Practitioner.schools.through.objects
        named = through.filter(school=school).values("practitioner")
        return self.filter(Q(pk__in=named) | ~Q(pk__in=through.values("practitioner")), district=school.district_id)

    def speaking(self, language: str):
        """People who speak `language`."""
        return self.filter(pk__in=PractitionerLanguage.objects.filter(language=language).values("practitioner"))


def reached_by(grants: Sequence[ActiveGrant]) -> Q:
    """People whom grants reach: of the district, who serve one's school, of one's organization or of its sessions."""
    own = {grant.organization_id for grant in grants if grant.organization_id}
    schools = {grant.school_id for grant in grants if grant.school_id and not grant.organization_id}
    reached = Q(district__in={g.district_id for g in grants if not g.organization_id and not g.school_id})
    if schools:
        serving = Practitioner.schools.through.objects.filter(school__in=schools)
        reached |= Q(pk__in=serving.values("practitioner"))
    if own:
        registered = Practitioner.objects.filter(registrations__session__organization__in=own)
        certified = Practitioner.objects.filter(certifications__organization__in=own)
        reached |= Q(person__organization__in=own)
        reached |= Q(pk__in=registered.order_by().values("pk")) | Q(pk__in=certified.order_by().values("pk"))
    return reached


class Practitioner(Record):
    """An adult in training or certified. Name, e-mail and home organization stand on the person."""

    read_permission = Permission.TRAINING_VIEW

    class Capacity(models.TextChoices):
        ADMINISTRATOR = "administrator", _("School administrator")
        TEACHER = "teacher", _("Teacher")
        COUNSELOR = "counselor", _("Counselor or social worker")
        OTHER_STAFF = "other_staff", _("Other school staff")
        GUARDIAN = "guardian", _("Parent or guardian")
        COMMUNITY = "community", _("Community member")

    STAFF_CAPACITIES = (Capacity.ADMINISTRATOR, Capacity.TEACHER, Capacity.COUNSELOR, Capacity.OTHER_STAFF)

    person = models.OneToOneField(Person, models.PROTECT, related_name="practitioner")
    district = models.ForeignKey(District, models.PROTECT, related_name="practitioners")
    capacity = models.CharField(_("role"), max_length=16, choices=Capacity)
    schools = models.ManyToManyField(
        School, blank=True, related_name="practitioners", help_text=_("None: any school of the district.")
    )
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    batch = models.ForeignKey(ImportBatch, models.PROTECT, null=True, blank=True, related_name="+")

    objects = PractitionerQuerySet.as_manager()

    class Meta:
        ordering = ["person__family_name", "person__given_name", "pk"]
        verbose_name = _("person in training")
        verbose_name_plural = _("people in training")
        indexes = [models.Index(fields=["district", "capacity"], name="practitioner_of_capacity")]

    def __str__(self) -> str:
        return self.person.name

    def clean(self) -> None:
        """Refuse a student: peers are kept apart, by their school."""
        if self.person_id and hasattr(self.person, "student"):
            raise ValidationError({"person": _("Students trained as peers are kept by their school's coordinator.")})


class PractitionerLanguage(Record):
    """A language in which a person can hold a circle."""

    practitioner = models.ForeignKey(Practitioner, models.CASCADE, related_name="languages")
    language = models.CharField(_("language"), max_length=3, choices=Language)

    class Meta:
        ordering = ["language"]
        constraints = [
            models.UniqueConstraint(fields=["practitioner", "language"], name="practitioner_language_unique"),
        ]

    def __str__(self) -> str:
        return self.get_language_display()


class Availability(Record):
    """A time in the week at which a person can usually come; a person without any is asked at any time."""

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("Monday")
        TUESDAY = 1, _("Tuesday")
        WEDNESDAY = 2, _("Wednesday")
        THURSDAY = 3, _("Thursday")
        FRIDAY = 4, _("Friday")
        SATURDAY = 5, _("Saturday")
        SUNDAY = 6, _("Sunday")

    practitioner = models.ForeignKey(Practitioner, models.CASCADE, related_name="availability")
    weekday = models.PositiveSmallIntegerField(_("day of the week"), choices=Weekday)
    begins = models.TimeField(_("from"))
    ends = models.TimeField(_("until"))

    class Meta:
        ordering = ["weekday", "begins"]
        verbose_name_plural = "availability"
        constraints = [
            models.CheckConstraint(condition=Q(ends__gt=F("begins")), name="availability_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.begins:%H:%M}–{self.ends:%H:%M}"


class Absence(Record):
    """A span in which a person is not asked: a reason, a first day and, once known, a last one."""

    practitioner = models.ForeignKey(Practitioner, models.PROTECT, related_name="absences")
    begins_on = models.DateField(_("from"))
    ends_on = models.DateField(_("through"), null=True, blank=True, help_text=_("Empty: until further notice."))
    reason = models.CharField(_("reason"), max_length=500)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-begins_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("begins_on")), name="absence_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.practitioner_id} {self.begins_on}"


class PersonMerge(Record):
    """Two records of one person made one: which stayed, which went, what moved. Nothing is deleted."""

    kept = models.ForeignKey(Practitioner, models.PROTECT, related_name="merges")
    gone = models.OneToOneField(Practitioner, models.PROTECT, related_name="merge")
    moved = models.JSONField(_("moved"), default=dict, help_text=_("Kind of record → how many."))
    former = models.JSONField(_("former values"), default=dict)
    reason = models.CharField(_("reason"), max_length=500)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.gone_id} → {self.kept_id}"
