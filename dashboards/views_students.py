"""The page of one student: strengths first, then what happened, as far as grants and a clean slate reach."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.db import models
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards import clean_slate
from dashboards.student_sections import (
    days_removed,
    enrollment_section,
    guardian_section,
    notes_of,
    referral_section,
    removal_section,
)
from dashboards.student_timeline import Years, steps_of
from discipline.meters import meter_for
from district import tables
from district.access import Permission
from district.columns import is_open
from district.models import SchoolYear, Student
from district.page_parts import Fact, day_words, time_words, year_words
from district.pages import RecordPage, SignedInRequest
from district.record_forms import GroupedForm, RecordFormPage
from district.steps import REASON_LENGTH


class StudentRecord(RecordPage):
    """One student. Race, sex, birth date and programs show only where the grant holds that right too.

    The address of a record that was merged into another leads there.
    """

    needs = Permission.STUDENT_VIEW
    table = tables.STUDENTS
    template_name = "dashboards/student_detail.html"

    def queryset(self) -> models.QuerySet:
        return super().queryset().select_related("person", "district")

    def get(self, request: SignedInRequest, uid: Any) -> HttpResponse:
        try:
            return super().get(request, uid)
        except Http404:
            kept = self.queryset().filter(merged_here__uid=uid).values_list("uid", flat=True).first()
            if kept is None:
                raise
            return HttpResponseRedirect(reverse("student_detail", args=[kept]))

    def describe(self, record: Student) -> dict[str, Any]:
        user = self.request.user
        shown = clean_slate.years_shown(record.district)
        may_open = clean_slate.may_open(user, record)
        until = clean_slate.open_until(self.request, record) if may_open else 0
        years: Years = None if until else [year.year for year in shown]
        meter = meter_for(user, record, shown[0]) if shown else None
        sections = []
        if user.holds(Permission.REFERRAL_VIEW):
            sections.append(referral_section(record, user, years))
        if user.holds(Permission.REMOVAL_VIEW):
            sections.append(removal_section(record, user, years))
        sections.append(enrollment_section(record, user, years))
        if user.holds(Permission.GUARDIAN_VIEW):
            sections.append(guardian_section(record, user))
        return {
            "title": record.person.name,
            "list_url": reverse("student_list"),
            "list_words": _("Students"),
            "crumb": record.local_id,
            "facts": self._facts(record),
            "slate": self._slate(record, shown, may_open, until),
            "actions": self._actions(record),
            "notes": notes_of(record, user, years),
            "meter": meter,
            "days_removed": days_removed(record, user, shown[0]) if shown and not meter else None,
            "sections": sections,
            "steps": steps_of(record, user, years),
            "printed_by": str(user),
            "printed_on": day_words(record.district.today()),
        }

    def _facts(self, student: Student) -> list[Fact]:
        user = self.request.user
        facts = [Fact(_("Grade"), student.get_grade_display()), Fact(_("Local id"), student.local_id)]
        if is_open(Student, Permission.DEMOGRAPHICS_VIEW, user):
            facts += [
                Fact(_("Birth date"), day_words(student.birth_date) or _("not known")),
                Fact(_("Race or ethnicity"), student.get_race_display()),
                Fact(_("Sex"), student.get_sex_display()),
            ]
        return facts

    def _slate(self, student: Student, shown: Sequence[SchoolYear], may_open: bool, until: float) -> dict[str, Any]:
        """What the page says about the years it shows; the same whether or not there is anything older."""
        if until:
            closes = datetime.fromtimestamp(until, tz=ZoneInfo(student.district.timezone))
            return {"is_open": True, "until": time_words(closes.time())}
        years = [year_words(year.year) for year in reversed(shown)]
        return {"years": years, "url": reverse("student_older", args=[student.uid]) if may_open else ""}

    def _actions(self, student: Student) -> list[tuple[str, str]]:
        """What can be done about this student, by those who may."""
        user = self.request.user
        known = (
            (Permission.NOTE_WRITE, f"{reverse('note_add')}?student={student.uid}", _("Write a note")),
            (Permission.GUARDIAN_EDIT, reverse("student_languages", args=[student.uid]), _("Languages at home")),
            (Permission.FAMILY_PAGE, reverse("family_links", args=[student.uid]), _("Show the family")),
            (Permission.STUDENT_ACCESS, reverse("student_access", args=[student.uid]), _("Who can see this, and why")),
            (Permission.STUDENT_MERGE, reverse("student_merge", args=[student.uid]), _("On record twice?")),
        )
        return [(url, words) for permission, url, words in known if user.holds(permission)]


class ReasonToLook(GroupedForm):
    """Why somebody needs to see what is older than this school year and last."""

    reason = forms.CharField(
        label=gettext_lazy("Why do you need to see it?"),
        max_length=REASON_LENGTH,
        help_text=gettext_lazy("Your reason is kept with your name in the audit trail. Name no student in it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class OlderRecords(RecordFormPage):
    """A reason first, then what is older."""

    needs = Permission.STUDENT_VIEW_OLDER
    table = tables.STUDENTS
    form_class = ReasonToLook
    title = gettext_lazy("Do you need to see older records?")
    about = gettext_lazy(
        "What happened years ago says little about a student today, and it can weigh on how we treat them. If your "
        "task needs it, say why. Older records then show for 15 minutes, to you only."
    )
    submit_words = gettext_lazy("Show older records")
    done = gettext_lazy("Older records show for 15 minutes.")

    def records(self) -> models.QuerySet:
        allowed = Student.objects.all().allowed(self.request.user, Permission.STUDENT_VIEW_OLDER)
        return allowed.select_related("person", "district")

    def back(self) -> tuple[str, str]:
        return reverse("student_detail", args=[self.record.uid]), self.record.person.name

    def save(self, form: ReasonToLook) -> None:
        clean_slate.open_older(
            self.request, student=self.record, reason=form.cleaned_data["reason"], by=self.request.user
        )
