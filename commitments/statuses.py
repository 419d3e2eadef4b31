"""States of this floor's records as pages show them: a word with its shape."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from commitments.actions.fidelity import is_open
from commitments.models import (
    Assembly,
    Commitment,
    Completion,
    DueItem,
    FidelityRound,
    Meeting,
    Miss,
    Resolution,
    ResolutionAnswer,
    Stage,
)
from commitments.standing import TwoSides
from district.page_parts import Status

STAGE_TONES = {
    Stage.EXPLORATION: "open",
    Stage.INSTALLATION: "due",
    Stage.INITIAL: "underway",
    Stage.FULL: "done",
}
DUE_SOON = timedelta(days=14)

COMPLETION_TONES = {
    Completion.NO_EVIDENCE: "unknown",
    Completion.NOT_STARTED: "open",
    Completion.LIMITED: "underway",
    Completion.SUBSTANTIAL: "underway",
    Completion.COMPLETE: "done",
}
MISS_TONES = {
    Miss.Status.MISSED: "late",
    Miss.Status.ANSWERED: "underway",
    Miss.Status.DISPUTED: "late",
    Miss.Status.PLANNED: "underway",
    Miss.Status.ON_AGENDA: "due",
    Miss.Status.CLOSED: "waived",
}
ANSWER_TONES = {
    ResolutionAnswer.Outcome.ADOPTED: "done",
    ResolutionAnswer.Outcome.IN_PART: "underway",
    ResolutionAnswer.Outcome.DECLINED: "waived",
}


def stage_status(stage: str | None) -> Status:
    """The stage of a school; that nobody has set one is a word too."""
    if not stage:
        return Status(_("No stage set"), "unknown")
    return Status(Stage(stage).label, STAGE_TONES[Stage(stage)])


def completion_status(completion: str | None) -> Status:
    """How far, as a word; nobody has said it yet is a word too."""
    if completion is None:
        return Status(_("Not assessed yet"), "unknown")
    return Status(Completion(completion).label, COMPLETION_TONES[Completion(completion)])


def overall_status(sides: TwoSides) -> Status:
    """The overall step: that of the side that watches over it."""
    return completion_status(sides.overall)


def commitment_status(commitment: Commitment, *, misses: int, next_due_on: date | None, today: date) -> Status:
    """Where a commitment stands on a day. `misses` are those not settled of which the reader may know."""
    if commitment.status == Commitment.Status.DRAFT:
        return Status(_("Draft"), "open")
    if commitment.status == Commitment.Status.COMPLETE:
        return Status(pgettext("commitment", "Complete"), "done")
    if commitment.status == Commitment.Status.ENDED:
        return Status(_("Ended"), "waived")
    if misses:
        return Status(_("Not kept"), "late")
    if next_due_on and next_due_on <= today + DUE_SOON:
        return Status(_("Due soon"), "due")
    return Status(_("In force"), "underway")


def due_item_status(item: DueItem, today: date) -> Status:
    """What became of a date. A missed one stays missed, also when it was delivered later."""
    if item.fulfilled_on and not item.was_on_time:
        return Status(_("Delivered late"), "late")
    if item.fulfilled_on:
        return Status(_("Delivered"), "done")
    if item.missed_on or item.due_on < today:
        return Status(_("Missed"), "late")
    return Status(_("Due soon"), "due") if item.due_on <= today + DUE_SOON else Status(_("To come"), "open")


def miss_status(miss: Miss) -> Status:
    """Where the matter stands; once it is closed, how it ended."""
    if miss.status == Miss.Status.CLOSED:
        return Status(miss.get_outcome_display(), "waived" if miss.outcome == Miss.Outcome.WITHDRAWN else "done")
    return Status(miss.get_status_display(), MISS_TONES[Miss.Status(miss.status)])


def meeting_status(meeting: Meeting) -> Status:
    """Planned, held or canceled."""
    tones = {Meeting.Status.PLANNED: "open", Meeting.Status.HELD: "done", Meeting.Status.CANCELLED: "waived"}
    return Status(meeting.get_status_display(), tones[Meeting.Status(meeting.status)])


def resolution_status(resolution: Resolution, answer: ResolutionAnswer | None, today: date) -> Status:
    """What the district answered, or whether its answer is still to come."""
    if resolution.voided_at:
        return Status(_("Voided"), "waived")
    if answer:
        return Status(answer.get_outcome_display(), ANSWER_TONES[ResolutionAnswer.Outcome(answer.outcome)])
    if resolution.answer_due_on < today:
        return Status(_("No answer came in time"), "late")
    return Status(_("Answer to come"), "due" if resolution.answer_due_on <= today + DUE_SOON else "open")


def assembly_status(assembly: Assembly) -> Status:
    """Whether it stands on record."""
    return Status(_("Voided"), "waived") if assembly.voided_at else Status(_("Held"), "done")


def round_status(round: FidelityRound, today: date) -> Status:
    """Whether a round takes ratings."""
    if is_open(round, today):
        return Status(_("Open"), "underway")
    return Status(_("To come"), "open") if round.opened_on > today else Status(_("Closed"), "done")
