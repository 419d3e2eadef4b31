"""Steps of commitments, and of what follows when one was missed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from commitments import ladder
from commitments.actions import commitments, documents, misses
from commitments.actions.commitments import COMMITMENT_STEPS as ALLOWED
from commitments.forms import commitments as forms
from commitments.forms.memoranda import DocumentForm
from commitments.models import Commitment
from commitments.verifiability import is_verifiable
from district.access import Permission
from district.step_forms import ReasonForm
from district.step_pages import Step, steps_of

EDIT, APPROVE = Permission.COMMITMENT_EDIT, Permission.COMMITMENT_APPROVE
REPORT, ASSESS = Permission.COMMITMENT_REPORT, Permission.COMMITMENT_ASSESS


def allowed(step: str) -> Callable[[Any], bool]:
    """Return whether the status of a commitment allows a step."""
    return lambda commitment: step in ALLOWED[commitment.status]


def add_document(*, commitment: Any, **values: Any) -> Any:
    """Keep a file with a commitment."""
    return documents.add_document(commitment=commitment, **values)


def can_hold(commitment: Commitment) -> bool:
    """Whether a draft can be checked, so that it may hold."""
    return allowed("activate")(commitment) and is_verifiable(commitment)


def has_open_date(commitment: Commitment) -> bool:
    """Whether something fell or falls due that somebody is to deliver and has not."""
    if commitment.is_settled_by_figure:
        return False
    return allowed("deliver")(commitment) and commitment.due_items.filter(fulfilled_on=None).exists()


def has_word(commitment: Commitment) -> bool:
    """Whether somebody has said something that stands."""
    return allowed("void-report")(commitment) and commitment.reports.filter(voided_at=None).exists()


def both_agree(commitment: Commitment) -> bool:
    """Whether both sides said last that it is complete."""
    return allowed("complete")(commitment) and commitments.sides_of(commitment).both_say_complete


COMMITMENT_STEPS = steps_of(
    Step(
        "activate",
        "commitment",
        words=_("Let it hold"),
        title=_("Does it hold from now on?"),
        about=_("It can be checked. From now on its dates are watched, and both sides report on it."),
        permission=APPROVE,
        form_class=forms.NoteForm,
        verb=commitments.activate,
        done=_("It holds from today."),
        is_open=can_hold,
        is_main=True,
    ),
    Step(
        "change",
        "commitment",
        words=_("Change the draft"),
        title=_("What was promised, and how can it be checked?"),
        permission=EDIT,
        form_class=forms.DraftForm,
        verb=commitments.change_commitment,
        done=_("The draft is saved."),
        is_open=allowed("change"),
        is_main=True,
        is_partial=True,
    ),
    Step(
        "report",
        "commitment",
        words=_("Report on it"),
        title=_("How far is it carried out?"),
        about=_("You speak for the side that owes it. The other side’s assessment stands beside your report."),
        permission=REPORT,
        form_class=forms.ReportForm,
        verb=commitments.report,
        done=_("Your report is on record."),
        is_open=allowed("report"),
    ),
    Step(
        "assess",
        "commitment",
        words=_("Assess it"),
        title=_("How far is it carried out, as you see it?"),
        about=_("You speak for the side that watches over it. Where you differ from the report, both are shown."),
        permission=ASSESS,
        form_class=forms.ReportForm,
        verb=commitments.assess,
        done=_("Your assessment is on record."),
        is_open=allowed("assess"),
    ),
    Step(
        "deliver",
        "commitment",
        words=_("Record a delivery"),
        title=_("What was delivered, and when?"),
        permission=REPORT,
        form_class=forms.DeliverForm,
        verb=commitments.deliver,
        done=_("The delivery is on record."),
        is_open=has_open_date,
    ),
    Step(
        "add-document",
        "commitment",
        words=_("Add evidence"),
        title=_("Which document is evidence?"),
        permission=EDIT,
        form_class=DocumentForm,
        verb=add_document,
        done=_("The document is kept."),
        is_open=lambda commitment: commitment.status in ("draft", "active"),
    ),
    Step(
        "void-report",
        "commitment",
        words=_("Void a report or assessment"),
        title=_("Which word was said by mistake?"),
        permission=APPROVE,
        form_class=forms.VoidReportForm,
        verb=commitments.void_report,
        done=_("It is voided and stays on record."),
        is_open=has_word,
    ),
    Step(
        "complete",
        "commitment",
        words=_("Close it as complete"),
        title=_("Is it complete?"),
        about=_("Both sides said last that it is."),
        permission=APPROVE,
        form_class=forms.NoteForm,
        verb=commitments.complete,
        done=_("It is closed as complete."),
        is_open=both_agree,
        is_main=True,
    ),
    Step(
        "end",
        "commitment",
        words=_("End it"),
        title=_("Why does it end?"),
        about=_("For one that is superseded or withdrawn. What happened under it stays on record."),
        permission=APPROVE,
        form_class=ReasonForm,
        verb=commitments.end_commitment,
        done=_("It is ended."),
        is_open=allowed("end"),
    ),
)


def on_rung(step: str) -> Callable[[Any], bool]:
    """Return whether the status of a miss allows a step."""
    return lambda miss: step in ladder.MISS_STEPS[miss.status]


MISS_STEPS = steps_of(
    Step(
        ladder.ANSWER,
        "miss",
        words=_("Answer"),
        title=_("What is your answer?"),
        permission=REPORT,
        form_class=forms.AnswerForm,
        verb=misses.answer,
        done=_("Your answer is on record. The other side accepts or disputes it."),
        is_open=on_rung(ladder.ANSWER),
        is_main=True,
    ),
    Step(
        ladder.ACCEPT,
        "miss",
        words=_("Accept the answer"),
        title=_("Do you accept the answer?"),
        permission=ASSESS,
        form_class=forms.AcceptForm,
        verb=misses.accept,
        done=_("The answer is accepted, and the matter closed."),
        is_open=on_rung(ladder.ACCEPT),
    ),
    Step(
        ladder.DISPUTE,
        "miss",
        words=_("Dispute the answer"),
        title=_("What is so instead?"),
        permission=ASSESS,
        form_class=forms.AnswerForm,
        verb=misses.dispute,
        done=_("Your word is on record. A remedy plan is owed now."),
        is_open=on_rung(ladder.DISPUTE),
    ),
    Step(
        ladder.PLAN,
        "miss",
        words=_("Plan a remedy"),
        title=_("How will it be put right?"),
        permission=REPORT,
        form_class=forms.PlanForm,
        verb=misses.plan,
        done=_("The plan is on record."),
        is_open=on_rung(ladder.PLAN),
        is_main=True,
    ),
    Step(
        ladder.AGENDA,
        "miss",
        words=_("Put it on an agenda"),
        title=_("Which meeting takes it up?"),
        permission=APPROVE,
        form_class=forms.AgendaForm,
        verb=misses.put_before_body,
        done=_("It is on the agenda."),
        is_open=on_rung(ladder.AGENDA),
    ),
    Step(
        ladder.REMEDIED,
        "miss",
        words=_("It was put right"),
        title=_("How was it put right?"),
        permission=ASSESS,
        form_class=forms.AnswerForm,
        verb=misses.mark_remedied,
        done=_("The matter is closed."),
        is_open=on_rung(ladder.REMEDIED),
    ),
    Step(
        ladder.CONSEQUENCE,
        "miss",
        words=_("Record the consequence"),
        title=_("Did the consequence follow?"),
        permission=APPROVE,
        form_class=forms.ConsequenceForm,
        verb=misses.record_consequence,
        done=_("It is on record."),
        is_open=on_rung(ladder.CONSEQUENCE),
        is_main=True,
    ),
)
