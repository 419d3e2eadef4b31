"""Pages of staff: informal removals, recorded by staff or alleged by a family, and what is so about them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from discipline.actions.sent_home import (
    CONFIRM,
    SENT_HOME_STEPS,
    confirm_sent_home,
    record_sent_home,
    refuse_sent_home,
)
from discipline.family import tables
from discipline.family.filters import SentHomeFilterSet
from discipline.family.forms import LookIntoForm, SentHomeForm
from discipline.family.views import school_for
from discipline.family.words_of_states import report_status
from discipline.models import SentHome
from district import tables as district_tables
from district.access import Permission
from district.models import Student
from district.page_parts import (
    Cell,
    Fact,
    Heading,
    NextStep,
    TimelineStep,
    day_words,
    moment_words,
    plain_days,
    school_days_words,
    time_words,
)
from district.pages import ListPage, RecordPage
from district.record_forms import RecordFormPage
from district.views import student_links


class SentHomeList(ListPage):
    """Informal removals of one's schools: recorded, alleged, not confirmed."""

    needs = Permission.REMOVAL_VIEW
    table = tables.SENT_HOME
    filterset_class = SentHomeFilterSet
    title = gettext_lazy("Sent home")
    question = gettext_lazy("Who was sent home or picked up early, and what is confirmed?")
    about = gettext_lazy(
        "A confirmed one is a removal and counts. One that a family alleges is shown apart until staff have looked "
        "into it; one that is not confirmed stays here with its reason."
    )
    empty_title = gettext_lazy("Nothing is on record")
    empty_text = gettext_lazy(
        "Staff record it on the page of the student's family; families tell it through their link."
    )
    first_chips = ("state", "source", "school", "school_year")
    headings = (
        Heading(gettext_lazy("Student")),
        Heading(gettext_lazy("On"), "begins_on", is_day=True),
        Heading(gettext_lazy("School days"), "days", is_number=True),
        Heading(gettext_lazy("Told by")),
        Heading(gettext_lazy("Status"), "state"),
    )

    def with_related(self, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.select_related("student__person", "school__district")

    def rows(self, records: Sequence[Any]) -> Iterable[list[Cell]]:
        for row in records:
            yield [
                Cell(row.student.person.name, reverse("sent_home_detail", args=[row.uid])),
                Cell(day_words(row.begins_on)),
                Cell(plain_days(row.days), is_number=True),
                Cell(row.get_source_display()),
                Cell(status=report_status(row)),
            ]


class SentHomeRecord(RecordPage):
    """One report that a student was sent home."""

    needs = Permission.REMOVAL_VIEW
    table = tables.SENT_HOME

    def queryset(self) -> models.QuerySet:
        rows = super().queryset().select_related("student__person", "school__district", "removal", "by")
        return rows.prefetch_related("statuses__by")

    def describe(self, record: SentHome) -> dict[str, Any]:
        user = self.request.user
        links = student_links(user, {record.student_id})
        facts = [
            Fact(_("Student"), record.student.person.name, href=links.get(record.student_id, "")),
            Fact(_("On"), day_words(record.begins_on), time_words(record.left_at)),
            Fact(_("Length"), school_days_words(record.days)),
            Fact(_("Status"), report_status(record).word),
            Fact(_("Told by"), record.get_source_display(), day_words(record.told_on)),
        ]
        if user.can(Permission.NARRATIVE_VIEW, record.school):
            facts += [Fact(_("Who asked for it"), record.told_by), Fact(_("What happened"), record.words)]
        if record.removal:
            href = reverse("removal_detail", args=[record.removal.uid])
            facts.append(Fact(_("Counted as"), record.removal.get_kind_display(), href=href))
        steps = []
        if SENT_HOME_STEPS[record.state] and user.can(Permission.REMOVAL_RECORD, record.school):
            steps = [NextStep(_("Say whether it is so"), reverse("sent_home_step", args=[record.uid]), is_main=True)]
        return {
            "title": _("Sent home on %(day)s") % {"day": day_words(record.begins_on)},
            "list_url": reverse("sent_home_list"),
            "list_words": _("Sent home"),
            "crumb": record.school.name,
            "facts": [fact for fact in facts if fact.value],
            "steps": [
                TimelineStep(
                    timezone.localdate(row.at),
                    moment_words(row.at),
                    str(row.get_state_display()),
                    " · ".join(words for words in (str(row.by or ""), row.note) if words),
                )
                for row in record.statuses.all()
            ],
            "next_steps": steps,
        }


class NewSentHomePage(RecordFormPage):
    """Record that a student was sent home."""

    needs = Permission.REMOVAL_RECORD
    table = district_tables.STUDENTS
    form_class = SentHomeForm
    title = gettext_lazy("When was the student sent home?")
    about = gettext_lazy("Sent home or picked up early because of behavior is a removal. It counts like any other.")
    submit_words = gettext_lazy("Record it")
    done = gettext_lazy("Recorded. Its days count.")

    def records(self) -> models.QuerySet:
        rows = Student.objects.all().allowed(self.request.user, Permission.REMOVAL_RECORD)
        return rows.select_related("person", "district")

    def refusal(self) -> str:
        return "" if school_for(self.request.user, self.record) else _("The student has no school here.")

    def back(self) -> tuple[str, str]:
        return reverse("family_links", args=[self.record.uid]), self.record.person.name

    def save(self, form: Any) -> None:
        school = school_for(self.request.user, self.record)
        assert school is not None  # noqa: S101 - for the type checker: `refusal` has looked
        record_sent_home(student=self.record, school=school, by=self.request.user, **form.cleaned_data)


class LookIntoPage(RecordFormPage):
    """Confirm what a family says, or say why not."""

    needs = Permission.REMOVAL_RECORD
    table = tables.SENT_HOME
    form_class = LookIntoForm
    title = gettext_lazy("Was the student sent home?")
    submit_words = gettext_lazy("Keep it")
    done = gettext_lazy("Kept.")

    def records(self) -> models.QuerySet:
        rows = SentHome.objects.all().allowed(self.request.user, Permission.REMOVAL_RECORD)
        return rows.select_related("student__person", "school__district")

    def refusal(self) -> str:
        if SENT_HOME_STEPS[self.record.state]:
            return ""
        return _("The report is “%(state)s”, which does not allow this.") % {"state": self.record.get_state_display()}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"allowed": SENT_HOME_STEPS[self.record.state]}

    def get_initial(self) -> dict[str, Any]:
        return {"begins_on": self.record.begins_on, "days": plain_days(self.record.days)}

    def facts(self) -> list[Fact]:
        report = self.record
        facts = [
            Fact(_("Student"), report.student.person.name),
            Fact(_("On"), day_words(report.begins_on), time_words(report.left_at)),
            Fact(_("Told by"), report.get_source_display(), day_words(report.told_on)),
        ]
        if self.request.user.can(Permission.NARRATIVE_VIEW, report.school):
            facts += [Fact(_("Who asked for it"), report.told_by), Fact(_("What happened"), report.words)]
        return [fact for fact in facts if fact.value]

    def back(self) -> tuple[str, str]:
        return reverse("sent_home_detail", args=[self.record.uid]), self.record.student.person.name

    def save(self, form: Any) -> None:
        values, by = form.cleaned_data, self.request.user
        if values["step"] == CONFIRM:
            given = {name: values[name] for name in ("note", "begins_on", "days")}
            confirm_sent_home(report=self.record, by=by, **given)
        else:
            refuse_sent_home(report=self.record, reason=values["note"], by=by)
