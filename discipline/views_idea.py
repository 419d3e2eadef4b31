"""Pages of the IDEA clock: facts beside a removal, is it a pattern, was it a manifestation of the disability."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from discipline import tables
from discipline.actions import idea
from discipline.actions.terms import record_terms
from discipline.forms_idea import (
    FactsForm,
    HoldForm,
    NoticeForm,
    OpenDeterminationForm,
    PatternForm,
    answer_words,
)
from discipline.models import ManifestationDetermination, PatternReview, Removal, RemovalTerms
from discipline.views_removals import RemovalStep
from district.access import Permission
from district.page_parts import Fact, day_words, school_days_words, span_words
from district.record_forms import ReasonForm, RecordFormPage


def within_reach(rows: Any, user: Any) -> models.QuerySet:
    """Those of the rows that `user` may act on and whose program flags they may know."""
    return rows.allowed(user, Permission.REMOVAL_RECORD) & rows.allowed(user, Permission.DEMOGRAPHICS_VIEW)


class ClockStep(RemovalStep):
    """A step of a removal that only those take who may know of the student's programs."""

    needs = Permission.REMOVAL_RECORD

    def records(self) -> models.QuerySet:
        rows = within_reach(Removal.objects.all(), self.request.user)
        return rows.select_related("school__district", "student__person", "incident", "terms")


class FactsPage(ClockStep):
    """Say what bears on whether the days of a removal count."""

    form_class = FactsForm
    title = gettext_lazy("What bears on whether its days count?")
    about = gettext_lazy("The clock says for each removal why its days count. What nobody said never shortens it.")
    submit_words = gettext_lazy("Keep these facts")
    done = gettext_lazy("Kept. The clock counts with them from now on.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"removal": self.record}

    def get_initial(self) -> dict[str, Any]:
        terms = getattr(self.record, "terms", None) or RemovalTerms()
        values = {name: getattr(terms, name) for name in FactsForm.base_fields if name in RemovalTerms.FACTS}
        return {
            name: answer_words(value) if value is None or isinstance(value, bool) else value
            for name, value in values.items()
        }

    def save(self, form: Any) -> None:
        record_terms(removal=self.record, by=self.request.user, **form.cleaned_data)


class PatternPage(ClockStep):
    """Keep a person's decision whether the removals form a pattern."""

    form_class = PatternForm
    title = gettext_lazy("Do the removals form a pattern?")
    about = gettext_lazy("The clock asks, people decide: case by case, with a reason for each factor (34 CFR 300.536).")
    submit_words = gettext_lazy("Keep the decision")
    done = gettext_lazy("The decision is on record.")

    def refusal(self) -> str:
        return super().refusal() or idea.pattern_refusal(self.record)

    def save(self, form: Any) -> None:
        idea.decide_pattern(removal=self.record, by=self.request.user, **form.cleaned_data)


class OpenDeterminationPage(ClockStep):
    """Open the manifestation determination of a removal that changes the placement."""

    form_class = OpenDeterminationForm
    title = gettext_lazy("When was the placement changed?")
    about = gettext_lazy("The determination is due on the tenth school day after it (34 CFR 300.530(e)).")
    submit_words = gettext_lazy("Open the determination")
    done = gettext_lazy("Opened. Its due date stands on the page of the removal.")

    def refusal(self) -> str:
        return super().refusal() or idea.opening_refusal(self.record)

    def save(self, form: Any) -> None:
        idea.open_determination(removal=self.record, by=self.request.user, **form.cleaned_data)


class BesideRemovalPage(RecordFormPage):
    """A step of a decision that stands beside a removal."""

    needs = Permission.REMOVAL_RECORD
    table = tables.REMOVALS
    model: Any
    step: str

    def records(self) -> models.QuerySet:
        rows = within_reach(self.model.objects.all(), self.request.user)
        return rows.select_related("removal__student__person", "removal__school__district", "removal__incident")

    def traced(self) -> models.QuerySet:
        return Removal.objects.filter(pk=self.record.removal_id)

    def facts(self) -> list[Fact]:
        removal = self.record.removal
        span = span_words(removal.begins_on, removal.ends_on)
        return [
            Fact(_("Student"), removal.student.person.name),
            Fact(removal.get_kind_display(), span, school_days_words(removal.days)),
            Fact(_("Decided on"), day_words(self.record.decided_on)),
        ]

    def back(self) -> tuple[str, str]:
        removal = self.record.removal
        return reverse("removal_detail", args=[removal.uid]), str(removal.get_kind_display())


class VoidReviewPage(BesideRemovalPage):
    """Void a decision about a pattern that was recorded by mistake."""

    model = PatternReview
    form_class = ReasonForm
    title = gettext_lazy("Why was this decision a mistake?")
    about = gettext_lazy("It stays on record with your reason. The clock asks again.")
    submit_words = gettext_lazy("Void the decision")
    done = gettext_lazy("Voided.")

    def refusal(self) -> str:
        return _("This decision has been voided already.") if self.record.voided_at else ""

    def save(self, form: Any) -> None:
        idea.void_review(review=self.record, by=self.request.user, **form.cleaned_data)


class DeterminationStepPage(BesideRemovalPage):
    """A step of a manifestation determination."""

    model = ManifestationDetermination

    def refusal(self) -> str:
        if self.step in idea.DETERMINATION_STEPS[idea.state_of(self.record)]:
            return ""
        return _("The state of this determination does not allow it.")

    def facts(self) -> list[Fact]:
        due = day_words(self.record.due_on) or _("a day that the calendar does not reach")
        return [*super().facts(), Fact(_("Due"), due)]


class NoticePage(DeterminationStepPage):
    """Say when the parents were told of the decision."""

    step = idea.NOTICE
    form_class = NoticeForm
    title = gettext_lazy("When were the parents told?")
    about = gettext_lazy("On the day of the decision, with the notice of procedural safeguards (34 CFR 300.530(h)).")
    submit_words = gettext_lazy("Keep the day")
    done = gettext_lazy("The notice is on record.")

    def save(self, form: Any) -> None:
        idea.record_notice(determination=self.record, by=self.request.user, **form.cleaned_data)


class HoldPage(DeterminationStepPage):
    """Keep the answers to both questions."""

    step = idea.HOLD
    form_class = HoldForm
    title = gettext_lazy("Was it a manifestation of the disability?")
    about = gettext_lazy("Either yes makes it one. Then the student returns, unless the law says otherwise.")
    submit_words = gettext_lazy("Keep the answers")
    done = gettext_lazy("The determination is on record.")

    def save(self, form: Any) -> None:
        idea.hold_determination(determination=self.record, by=self.request.user, **form.cleaned_data)


class VoidDeterminationPage(DeterminationStepPage):
    """Void a determination that was recorded by mistake."""

    step = idea.VOID
    form_class = ReasonForm
    title = gettext_lazy("Why was this determination a mistake?")
    about = gettext_lazy("It stays on record with your reason.")
    submit_words = gettext_lazy("Void the determination")
    done = gettext_lazy("Voided.")

    def save(self, form: Any) -> None:
        idea.void_determination(determination=self.record, by=self.request.user, **form.cleaned_data)
