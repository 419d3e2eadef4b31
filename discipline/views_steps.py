"""The steps of a review that ask for words: question, answer, decision, reasons."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from discipline import actions, tables, telling
from discipline import referral_states as states
from discipline.forms_judging import OUTSIDE
from discipline.forms_review import AnswerForm, DecisionForm, QuestionForm
from discipline.judging import MatrixPlace, place_for
from discipline.models import Referral, ReferralResponse
from discipline.models.matrix import MATRIX_RESPONSES
from discipline.views import titles_of
from discipline.views_judging import JudgedPage
from discipline.views_records import place_words, tried_words, when_words
from district.access import Permission
from district.page_parts import Fact, day_words
from district.record_forms import ReasonForm, RecordFormPage


class ReferralStep(RecordFormPage):
    """A step of the review that asks for words; `step` is its name in the table of states."""

    needs: ClassVar[Any] = Permission.REFERRAL_DECIDE
    table = tables.REFERRALS
    step: str

    def reachable(self) -> Any:
        """Referrals with which the person may do this."""
        return Referral.objects.all().allowed(self.request.user, self.needs)

    def records(self) -> models.QuerySet:
        return self.reachable().select_related("incident__school", "school__district", "student__person", "reporter")

    def refusal(self) -> str:
        return "" if self.step in states.STEPS[self.record.status] else actions.refusal_words(self.record)

    def back(self) -> tuple[str, str]:
        return reverse("referral_detail", args=[self.record.uid]), self.record.student.person.name

    def facts(self) -> list[Fact]:
        incident = self.record.incident
        parts = incident.involvements.filter(student=self.record.student_id)
        behaviors = titles_of(parts, "student").get(self.record.student_id, _("none named"))
        return [
            Fact(_("What"), behaviors),
            Fact(_("When and where"), when_words(incident), place_words(incident)),
            Fact(_("Tried first"), tried_words(incident)),
        ]


class ReturnPage(ReferralStep):
    """Send a referral back to its reporter with a question."""

    step = states.RETURN
    form_class = QuestionForm
    title = gettext_lazy("What do you need to know?")
    submit_words = gettext_lazy("Return with this question")
    done = gettext_lazy("Your question is on its reporter's desk.")

    def refusal(self) -> str:
        if self.record.reporter_id is None:
            return _("Nobody wrote this referral here, so nobody can answer.")
        return super().refusal()

    def save(self, form: Any) -> None:
        actions.return_referral(referral=self.record, by=self.request.user, **form.cleaned_data)


class AnswerPage(ReferralStep):
    """Answer the question with which one's own referral came back."""

    needs = Permission.REFERRAL_VIEW_OWN
    step = states.ANSWER
    form_class = AnswerForm
    title = gettext_lazy("What can you answer?")
    submit_words = gettext_lazy("Send the answer")
    done = gettext_lazy("Sent. The review goes on.")
    template_name = "discipline/referral_answer.html"

    def reachable(self) -> Any:
        return Referral.objects.all().made_by(self.request.user)

    def save(self, form: Any) -> None:
        actions.answer_referral(referral=self.record, by=self.request.user, **form.cleaned_data)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        states = telling.told_states(self.record, self.request.user, names_reporter=True)
        questions = [state for state in states if state.is_question]
        return super().get_context_data(question=questions[-1] if questions else None, **context)


class DecidePage(JudgedPage, ReferralStep):
    """Decide about a referral: what repairs, who supports, what else; and whether the student is removed."""

    step = states.DECIDE
    form_class = DecisionForm
    template_name = "discipline/referral_decide.html"
    title = gettext_lazy("What is done about it?")
    submit_words = gettext_lazy("Decide")
    done = gettext_lazy("Decided. The reporter sees how it ended, without the details.")

    @cached_property
    def standing(self) -> list[ReferralResponse]:
        """Responses on record already, when a referral was taken up again."""
        return list(self.record.responses.standing())

    def get_form_kwargs(self) -> dict[str, Any]:
        codes = {one.response for one in self.standing}
        may_remove = self.request.user.can(Permission.REMOVAL_RECORD, self.record.school)
        return super().get_form_kwargs() | {"standing": codes, "may_remove": may_remove}

    SEVERAL = (*DecisionForm.RESPONSES, "offered_to")

    @cached_property
    def place(self) -> MatrixPlace | None:
        """Where the response matrix is asked."""
        return place_for(self.record, self.record.school.district.today())

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        chosen = [code for name in DecisionForm.RESPONSES for code in self.request.POST.getlist(name)]
        form.ask_matrix(self.place if chosen else None, chosen)
        return form

    def facts(self) -> list[Fact]:
        if self.place is None or not self.place.answer.is_defined:
            return super().facts()
        words = dict(MATRIX_RESPONSES)
        allowed = ", ".join(str(words[code]) for code in self.place.answer.responses)
        asked = _("level %(level)s, %(prior)d earlier this school year")
        note = asked % {"level": self.place.level, "prior": self.place.prior}
        return [*super().facts(), Fact(_("The district’s code allows"), allowed, note)]

    def records(self) -> models.QuerySet:
        return super().records().select_related("school_year__district")

    def save(self, form: Any) -> None:
        actions.decide_referral(
            referral=self.record,
            responses=form.chosen(),
            removals=form.orders(),
            note=form.cleaned_data["note"],
            outside=form.cleaned_data.get(OUTSIDE) or "",
            by=self.request.user,
        )

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        is_told = self.request.user.can(Permission.NARRATIVE_VIEW, self.record.school)
        words = self.record.incident.description if is_told else ""
        standing = [str(one.get_response_display()) for one in self.standing]
        return super().get_context_data(standing=standing, words=words, **context)


class ReopenPage(ReferralStep):
    """Take a decided referral up again."""

    step = states.REOPEN
    form_class = ReasonForm
    title = gettext_lazy("Why is it taken up again?")
    about = gettext_lazy("What was decided stands until it is voided.")
    submit_words = gettext_lazy("Take up again")
    done = gettext_lazy("It is under review again.")

    def save(self, form: Any) -> None:
        actions.reopen_referral(referral=self.record, by=self.request.user, **form.cleaned_data)


class VoidPage(ReferralStep):
    """Void a referral that was a mistake."""

    needs = Permission.REMOVAL_VOID
    step = states.VOID
    form_class = ReasonForm
    title = gettext_lazy("Why was this referral a mistake?")
    about = gettext_lazy("It stays on record with your reason and counts nowhere. This cannot be undone.")
    submit_words = gettext_lazy("Void the referral")
    done = gettext_lazy("Voided.")

    def save(self, form: Any) -> None:
        actions.void_referral(referral=self.record, by=self.request.user, **form.cleaned_data)


class VoidResponsePage(RecordFormPage):
    """Void a response that was recorded by mistake or did not happen."""

    needs = Permission.REFERRAL_DECIDE
    table = tables.REFERRALS
    form_class = ReasonForm
    title = gettext_lazy("Why does this response not stand?")
    about = gettext_lazy("It stays on record with your reason and counts nowhere.")
    submit_words = gettext_lazy("Void the response")
    done = gettext_lazy("Voided.")

    def records(self) -> models.QuerySet:
        rows = ReferralResponse.objects.all().allowed(self.request.user, Permission.REFERRAL_DECIDE)
        return rows.select_related("referral__student__person")

    def traced(self) -> models.QuerySet:
        return Referral.objects.filter(pk=self.record.referral_id)

    def refusal(self) -> str:
        return _("This response has been voided already.") if self.record.voided_at else ""

    def facts(self) -> list[Fact]:
        return [Fact(_("Response"), self.record.get_response_display(), day_words(self.record.on))]

    def back(self) -> tuple[str, str]:
        referral = self.record.referral
        return reverse("referral_detail", args=[referral.uid]), referral.student.person.name

    def save(self, form: Any) -> None:
        actions.void_response(response=self.record, by=self.request.user, **form.cleaned_data)
