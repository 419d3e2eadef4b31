"""The page of one student: enrollments, referrals and removals, as far as the reader's grants reach."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _

from discipline.models import Involvement, Referral, Removal
from discipline.views import referral_status, removal_status, titles_of
from district import tables
from district.access import Permission
from district.columns import is_open
from district.models import Enrollment, Student
from district.page_parts import (
    Cell,
    Fact,
    Heading,
    Section,
    day_words,
    school_days_words,
    span_words,
    year_words,
)
from district.pages import RecordPage

ROWS = 20
"""Most rows of a section; the list behind it shows all."""


class StudentRecord(RecordPage):
    """One student. Race, sex, birth date and programs show only where the grant holds that right too."""

    needs = Permission.STUDENT_VIEW
    table = tables.STUDENTS

    def queryset(self) -> models.QuerySet:
        return super().queryset().select_related("person", "district")

    def describe(self, record: Student) -> dict[str, Any]:
        user = self.request.user
        facts = [Fact(_("Grade"), record.get_grade_display()), Fact(_("Local id"), record.local_id)]
        if is_open(Student, Permission.DEMOGRAPHICS_VIEW, user):
            facts += [
                Fact(_("Birth date"), day_words(record.birth_date) or _("not known")),
                Fact(_("Race or ethnicity"), record.get_race_display()),
                Fact(_("Sex"), record.get_sex_display()),
            ]
        sections = []
        if user.holds(Permission.REFERRAL_VIEW):
            sections.append(self._referrals(record))
        if user.holds(Permission.REMOVAL_VIEW):
            sections.append(self._removals(record))
        return {
            "title": record.person.name,
            "list_url": reverse("student_list"),
            "list_words": _("Students"),
            "crumb": record.local_id,
            "facts": facts,
            "sections": [*sections, self._enrollments(record)],
        }

    def _referrals(self, student: Student) -> Section:
        referrals = Referral.objects.visible_to(self.request.user).filter(student=student)
        found = list(referrals.select_related("incident", "school")[: ROWS + 1])
        parts = Involvement.objects.filter(student=student, incident__in=[one.incident_id for one in found])
        titles = titles_of(parts, "incident")
        rows = [
            [
                Cell(titles.get(referral.incident_id, _("Referral")), reverse("referral_detail", args=[referral.uid])),
                Cell(day_words(referral.incident.occurred_on)),
                Cell(referral.school.name),
                Cell(status=referral_status(referral)),
            ]
            for referral in found[:ROWS]
        ]
        headings = (Heading(_("Behavior")), Heading(_("Day")), Heading(_("School")), Heading(_("Status")))
        more = (f"{reverse('referral_list')}?student={student.uid}", _("All referrals")) if len(found) > ROWS else None
        return Section(_("Referrals"), headings, rows, _("Never referred at the schools you can see."), more=more)

    def _removals(self, student: Student) -> Section:
        removals = Removal.objects.visible_to(self.request.user).filter(student=student)
        found = list(removals.select_related("school__district")[: ROWS + 1])
        rows = [
            [
                Cell(removal.get_kind_display(), reverse("removal_detail", args=[removal.uid])),
                Cell(span_words(removal.begins_on, removal.ends_on)),
                Cell(school_days_words(removal.days)),
                Cell(removal.school.name),
                Cell(status=removal_status(removal, removal.school.district.today())),
            ]
            for removal in found[:ROWS]
        ]
        headings = (
            Heading(_("Removal")),
            Heading(_("When")),
            Heading(_("Length")),
            Heading(_("School")),
            Heading(_("Status")),
        )
        more = (f"{reverse('removal_list')}?student={student.uid}", _("All removals")) if len(found) > ROWS else None
        return Section(_("Removals"), headings, rows, _("Never removed at the schools you can see."), more=more)

    def _enrollments(self, student: Student) -> Section:
        user = self.request.user
        found = Enrollment.objects.visible_to(user).filter(student=student).select_related("school", "school_year")
        open_programs = is_open(Enrollment, Permission.DEMOGRAPHICS_VIEW, user)
        rows = []
        for enrollment in found:
            row = [
                Cell(year_words(enrollment.school_year.year), note=enrollment.school_year.label),
                Cell(enrollment.school.name),
                Cell(enrollment.get_grade_display()),
                Cell(span_words(enrollment.begins_on, enrollment.ends_on)),
            ]
            rows.append([*row, Cell(programs_words(enrollment))] if open_programs else row)
        headings = [Heading(_("School year")), Heading(_("School")), Heading(_("Grade")), Heading(_("When"))]
        if open_programs:
            headings.append(Heading(_("Programs")))
        return Section(_("Enrollments"), tuple(headings), rows, _("Not enrolled at a school you can see."))


def programs_words(enrollment: Enrollment) -> str:
    """The programs that serve a student; unreported ones are said to be so."""
    flags = {name: getattr(enrollment, name) for name in Enrollment.PROGRAMS}
    labels = {field.name: field.verbose_name for field in Enrollment._meta.fields}
    served = [str(labels[name]) for name, flag in flags.items() if flag]
    if all(flag is None for flag in flags.values()):
        return _("Not reported")
    return ", ".join(served) or _("none")
