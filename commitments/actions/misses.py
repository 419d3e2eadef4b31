"""What people do when a commitment was missed, rung by rung (see `commitments/ladder.py`)."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from commitments import ladder
from commitments.models import Meeting, Miss, MissStep
from district.models import User
from district.steps import StepNotAllowed, checked_reason

from .clock import ladder_of, put_on_agenda, take
from .recording import refuse_before

Kind, Status, Outcome = MissStep.Kind, Miss.Status, Miss.Outcome
LONGEST = 4000


@transaction.atomic
def answer(*, miss: Miss, text: str, by: User | None, on: date | None = None) -> MissStep:
    """Answer for the side that owes the commitment: what happened, and why. Raises StepNotAllowed out of turn."""
    miss = _locked(miss, ladder.ANSWER)
    return take(miss, Status.ANSWERED, Kind.ANSWERED, on=_day(miss, on), by=by, text=_said(text))


@transaction.atomic
def accept(*, miss: Miss, text: str = "", by: User | None, on: date | None = None) -> MissStep:
    """Accept the answer for the other side, which closes the matter. Raises StepNotAllowed out of turn."""
    miss = _locked(miss, ladder.ACCEPT)
    day = _day(miss, on)
    return take(miss, Status.CLOSED, Kind.ACCEPTED, on=day, by=by, text=text.strip(), outcome=Outcome.ACCEPTED)


@transaction.atomic
def dispute(*, miss: Miss, text: str, by: User | None, on: date | None = None) -> MissStep:
    """Dispute the answer, with what is so instead; from then on a remedy plan is owed."""
    miss = _locked(miss, ladder.DISPUTE)
    day = _day(miss, on)
    due_on = ladder_of(miss.commitment.district).due_after("plan", day)
    return take(miss, Status.DISPUTED, Kind.DISPUTED, on=day, due_on=due_on, by=by, text=_said(text))


@transaction.atomic
def plan(*, miss: Miss, text: str, due_on: date, by: User | None, on: date | None = None) -> MissStep:
    """Say how and by when it will be put right. Raises ValidationError for a day that has passed."""
    miss = _locked(miss, ladder.PLAN)
    day = _day(miss, on)
    refuse_before(due_on, day, "due_on", _("Choose a day that is still to come."))
    return take(miss, Status.PLANNED, Kind.PLANNED, on=day, due_on=due_on, by=by, text=_said(text))


@transaction.atomic
def put_before_body(
    *, miss: Miss, meeting: Meeting, text: str = "", by: User | None, on: date | None = None
) -> MissStep:
    """Put the matter on the agenda of a planned meeting. Raises ValidationError for a meeting of another district."""
    miss = _locked(miss, ladder.AGENDA)
    day = _day(miss, on)
    if meeting.body.district_id != miss.commitment.district_id or meeting.status != Meeting.Status.PLANNED:
        raise ValidationError({"meeting": _("Choose a meeting that is planned in this district.")})
    refuse_before(meeting.on, day, "meeting", _("This meeting is over."))
    rules = ladder_of(miss.commitment.district)
    return put_on_agenda(miss, meeting, ladder=rules, on=day, by=by, text=text.strip())


@transaction.atomic
def mark_remedied(*, miss: Miss, text: str, by: User | None, on: date | None = None) -> MissStep:
    """Say for the other side that it has been put right, which closes the matter."""
    miss = _locked(miss, ladder.REMEDIED)
    day = _day(miss, on)
    return take(miss, Status.CLOSED, Kind.REMEDIED, on=day, by=by, text=_said(text), outcome=Outcome.REMEDIED)


@transaction.atomic
def record_consequence(*, miss: Miss, applied: str, text: str, by: User | None, on: date | None = None) -> MissStep:
    """Record as a fact whether the consequence was applied, and how or why not. It closes the matter."""
    miss = _locked(miss, ladder.CONSEQUENCE)
    if applied not in (Outcome.APPLIED, Outcome.NOT_APPLIED):
        raise ValidationError({"applied": _("Say whether it was applied.")})
    kind = Kind.APPLIED if applied == Outcome.APPLIED else Kind.NOT_APPLIED
    return take(miss, Status.CLOSED, kind, on=_day(miss, on), by=by, text=_said(text), outcome=applied)


def _locked(miss: Miss, step: str) -> Miss:
    miss = Miss.objects.select_for_update(of=("self",)).select_related("commitment__district").get(pk=miss.pk)
    allowed = ladder.MISS_STEPS[miss.status]
    if step not in allowed:
        raise StepNotAllowed(_("Where this matter stands does not allow that."), allowed)
    return miss


def _day(miss: Miss, on: date | None) -> date:
    return on or miss.commitment.district.today()


def _said(text: str) -> str:
    if len(text) > LONGEST:
        raise ValidationError({"text": _("At most %(limit)d characters.") % {"limit": LONGEST}})
    return text.strip() or checked_reason("", field="text", missing=_("Say it in a sentence or two."))
