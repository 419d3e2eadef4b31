"""Pages of the ground floor about people and places: students, staff, schools. All of them only read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district import tables
from district.access import Permission
from district.filters import SchoolFilterSet, StaffFilterSet, StudentFilterSet
from district.models import Enrollment, Memorandum, School, StaffAssignment, Student, User
from district.page_parts import Cell, Fact, Heading, Section, day_words, span_words
from district.pages import ListPage, RecordPage


def latest_names(rows: Iterable[tuple[int, int, str]]) -> dict[int, str]:
    """From (key, year, name) in falling order of years: key → the names of its latest year, joined."""
    latest: dict[int, int] = {}
    names: dict[int, list[str]] = {}
    for key, year, name in rows:
        if latest.setdefault(key, year) == year and name not in names.setdefault(key, []):
            names[key].append(name)
    return {key: ", ".join(found) for key, found in names.items()}


def schools_of_students(keys: Sequence[int], user: User) -> dict[int, str]:
    """Names of the schools of each student's latest school year, as far as `user` sees them."""
    rows = Enrollment.objects.visible_to(user).filter(student__in=keys).order_by("-school_year__year", "school__name")
    return latest_names(rows.values_list("student", "school_year__year", "school__name"))


def schools_of_staff(keys: Sequence[int], user: User) -> dict[int, str]:
    """Names of the schools of each staff member's latest school year, as far as `user` sees them."""
    schools = School.objects.where_allowed(user, Permission.STAFF_VIEW)
    rows = StaffAssignment.objects.filter(staff__in=keys, school__in=schools.values("pk"))
    rows = rows.order_by("-school_year__year", "school__name")
    return latest_names(rows.values_list("staff", "school_year__year", "school__name"))


def student_links(user: User, keys: set[int]) -> dict[int, str]:
    """Addresses of the student pages that `user` may open, by the student's key."""
    visible = Student.objects.visible_to(user).filter(pk__in=keys)
    return {pk: reverse("student_detail", args=[uid]) for pk, uid in visible.values_list("pk", "uid")}


class StudentList(ListPage):
    """Students of one's schools."""

    needs = Permission.STUDENT_VIEW
    table = tables.STUDENTS
    filterset_class = StudentFilterSet
    title = gettext_lazy("Students")
    question = gettext_lazy("Which student are you looking for?")
    empty_title = gettext_lazy("No students yet")
    empty_text = gettext_lazy("Students come with the roster of the district. The records custodian loads it.")
    first_chips = ("school", "grade", "school_year")
    headings = (
        Heading(gettext_lazy("Student"), "family_name"),
        Heading(gettext_lazy("Local id"), "local_id"),
        Heading(gettext_lazy("Grade"), "grade"),
        Heading(gettext_lazy("Schools")),
    )

    def links(self) -> tuple[tuple[str, Any], ...]:
        merges = self.request.user.holds(Permission.STUDENT_MERGE)
        return ((reverse("student_duplicates"), _("Records that look alike")),) if merges else ()

    def with_related(self, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.select_related("person")

    def rows(self, records: Sequence[Any]) -> Iterable[list[Cell]]:
        schools = schools_of_students([student.pk for student in records], self.request.user)
        for student in records:
            yield [
                Cell(student.person.name, reverse("student_detail", args=[student.uid])),
                Cell(student.local_id),
                Cell(student.get_grade_display()),
                Cell(schools.get(student.pk, "")),
            ]


class StaffList(ListPage):
    """Staff of one's schools. Being listed here gives no sign-in."""

    needs = Permission.STAFF_VIEW
    table = tables.STAFF
    filterset_class = StaffFilterSet
    title = gettext_lazy("Staff")
    question = gettext_lazy("Who works at your schools?")
    about = gettext_lazy("As the roster says. Being listed here gives no sign-in.")
    empty_title = gettext_lazy("No staff yet")
    empty_text = gettext_lazy("Staff come with the roster of the district. The records custodian loads it.")
    first_chips = ("school",)
    tells_total = True
    headings = (
        Heading(gettext_lazy("Name"), "family_name"),
        Heading(gettext_lazy("Role in the roster"), "title"),
        Heading(gettext_lazy("Schools")),
        Heading(gettext_lazy("E-mail")),
        Heading(gettext_lazy("Local id"), "local_id"),
    )

    def with_related(self, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.select_related("person")

    def rows(self, records: Sequence[Any]) -> Iterable[list[Cell]]:
        schools = schools_of_staff([staff.pk for staff in records], self.request.user)
        for staff in records:
            yield [
                Cell(staff.person.name),
                Cell(staff.title),
                Cell(schools.get(staff.pk, "")),
                Cell(staff.person.email),
                Cell(staff.local_id),
            ]


class SchoolList(ListPage):
    """Schools of one's scope."""

    needs = Permission.DISTRICT_VIEW
    table = tables.SCHOOLS
    filterset_class = SchoolFilterSet
    title = gettext_lazy("Schools")
    question = gettext_lazy("Which schools do you work with?")
    empty_title = gettext_lazy("No schools yet")
    empty_text = gettext_lazy("Schools come with the roster of the district. The records custodian loads it.")
    first_chips = ("level",)
    tells_total = True
    headings = (
        Heading(gettext_lazy("School"), "name"),
        Heading(gettext_lazy("Level"), "level"),
        Heading(gettext_lazy("Highest grade")),
        Heading(gettext_lazy("Code"), "code"),
    )

    def rows(self, records: Sequence[Any]) -> Iterable[list[Cell]]:
        for school in records:
            closed = _("closed on %(day)s") % {"day": day_words(school.closed_on)} if school.closed_on else ""
            yield [
                Cell(school.name, reverse("school_detail", args=[school.uid]), closed),
                Cell(school.get_level_display()),
                Cell(school.highest_grade),
                Cell(school.code),
            ]


class SchoolRecord(RecordPage):
    """One school: what it is, the memoranda that name it, and the lists of its records."""

    needs = Permission.DISTRICT_VIEW
    table = tables.SCHOOLS

    def queryset(self) -> models.QuerySet:
        return super().queryset().select_related("district")

    def describe(self, record: School) -> dict[str, Any]:
        facts = [
            Fact(_("District"), record.district.name),
            Fact(_("Level"), record.get_level_display()),
            Fact(_("Highest grade"), record.highest_grade or _("not known")),
            Fact(_("Code"), record.code),
        ]
        if record.closed_on:
            facts.append(Fact(_("Closed on"), day_words(record.closed_on)))
        return {
            "title": record.name,
            "list_url": reverse("school_list"),
            "list_words": _("Schools"),
            "facts": facts,
            "sections": [section for section in (self._lists(record), self._memoranda(record)) if section],
        }

    def _lists(self, school: School) -> Section | None:
        """The lists of this school that the reader may open."""
        user = self.request.user
        known = (
            (_("Students"), "student_list", Permission.STUDENT_VIEW),
            (_("Staff"), "staff_list", Permission.STAFF_VIEW),
            (_("Referrals"), "referral_list", Permission.REFERRAL_VIEW),
            (_("Suspensions"), "suspension_list", Permission.REMOVAL_VIEW),
        )
        rows = [
            [Cell(words, f"{reverse(name)}?{urlencode({'school': school.code})}")]
            for words, name, permission in known
            if user.can(permission, school)
        ]
        return Section(_("Records of this school"), (Heading(_("List")),), rows) if rows else None

    def _memoranda(self, school: School) -> Section | None:
        user = self.request.user
        if not user.holds(Permission.MEMORANDUM_VIEW):
            return None
        found = Memorandum.objects.visible_to(user).filter(schools=school).select_related("organization")
        rows = [
            [
                Cell(memorandum.title, reverse("memorandum_detail", args=[memorandum.uid])),
                Cell(memorandum.organization.name),
                Cell(span_words(memorandum.begins_on, memorandum.ends_on)),
            ]
            for memorandum in found
        ]
        headings = (Heading(_("Memorandum")), Heading(_("Organization")), Heading(_("In force")))
        return Section(_("Memoranda that name this school"), headings, rows, _("None of those you can see."))
