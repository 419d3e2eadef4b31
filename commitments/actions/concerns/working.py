"""The work of the recipient: take a concern up, ask, answer, close it, have the district put right what was upheld.

Each verb writes an audit event that names the concern by its id and the recipient, and nothing of what it is about: no
school, no kind, no word. Who filed it stands in none.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from commitments.actions.commitments import create_commitment
from commitments.actions.concerns.rules import rules_of
from commitments.concerns import sealed, states
from commitments.concerns.recipients import marks_to_keep
from commitments.concerns.sealed import RECIPIENT, Word
from commitments.models import (
    Commitment,
    Concern,
    ConcernMessage,
    ConcernNamed,
    ConcernReporter,
    ConcernStep,
    Party,
    Source,
)
from district import audit
from district.access import Permission
from district.models import School, User
from district.sealing import NoKey
from district.steps import StepNotAllowed

LONGEST = 4000
Kind = ConcernStep.Kind


@transaction.atomic
def acknowledge(*, concern: Concern, text: str = "", by: User, on: date | None = None) -> Concern:
    """Say that it is being looked into, with a word to whoever filed it or without one."""
    concern = _locked(concern, states.ACKNOWLEDGE, by)
    day = on or concern.district.today()
    if text.strip():
        add_word(concern, Word(RECIPIENT, "said", text), day)
    move(concern, states.ACKNOWLEDGED, Kind.ACKNOWLEDGED, day=day, by=by)
    return concern


@transaction.atomic
def ask(*, concern: Concern, text: str, by: User, on: date | None = None) -> Concern:
    """Ask whoever filed it; they read it by their receipt. Raises ValidationError for no text or too long a one."""
    concern = _locked(concern, states.ASK, by)
    add_word(concern, Word(RECIPIENT, "question", text), on or concern.district.today())
    _trace(concern, by, "ask")
    return concern


@transaction.atomic
def answer(*, concern: Concern, outcome: str, text: str, by: User, on: date | None = None) -> Concern:
    """Answer, with what came of it. Raises ValidationError without either."""
    concern = _locked(concern, states.ANSWER, by)
    day = on or concern.district.today()
    if outcome not in Concern.Outcome.values:
        raise ValidationError({"outcome": _("Say what came of it.")})
    add_word(concern, Word(RECIPIENT, "answer", text), day)
    concern.outcome = outcome
    move(concern, states.ANSWERED, Kind.ANSWERED, day=day, by=by)
    return concern


@transaction.atomic
def settle(*, concern: Concern, text: str, by: User, on: date | None = None) -> Concern:
    """Close a concern whose answer was disputed, with the reason. Raises ValidationError without one."""
    concern = _locked(concern, states.SETTLE, by)
    day = on or concern.district.today()
    add_word(concern, Word(RECIPIENT, "reason", text), day)
    move(concern, states.RESOLVED, Kind.SETTLED, day=day, by=by)
    return concern


@transaction.atomic
def correct(
    *,
    concern: Concern,
    title: str,
    text: str,
    responsible: str,
    due_on: date,
    evidence: str,
    checker: str,
    responsible_name: str = "",
    by: User,
    on: date | None = None,
) -> Commitment:
    """Draft what the district, or the school that is named, is to do because the concern was upheld.

    What is written into it is read by everybody who reads commitments. Raises ValidationError for values that do not
    fit together, StepNotAllowed when it was not upheld or has its commitment already.
    """
    concern = _locked(concern, states.CORRECT, by)
    if concern.outcome not in states.UPHELD_OUTCOMES or concern.correction_id:
        raise StepNotAllowed(_("Only what was upheld is corrected, and once."), states.CONCERN_STEPS[concern.state])
    schools: list[School] = []
    if responsible == Party.SCHOOL:
        if concern.school is None:
            raise ValidationError({"responsible": _("The concern names no school.")})
        schools = [concern.school]
    commitment = create_commitment(
        district=concern.district,
        schools=schools,
        title=title,
        text=text,
        source=Source.CORRECTIVE_PLAN,
        reference=_("Answer of the ombuds"),
        adopted_on=on or concern.district.today(),
        responsible=responsible,
        responsible_name=responsible_name,
        due_on=due_on,
        evidence=evidence,
        checker=checker,
        by=by,
        on=on,
        needs=Permission.CONCERN_WORK,
    )
    concern.correction = commitment
    concern.save(update_fields=["correction"])
    _trace(concern, by, "correct")
    return commitment


@transaction.atomic
def sort(*, concern: Concern, kind: str, school: School | None, commitment: Commitment | None, by: User) -> Concern:
    """Say of which school and kind a concern is, and which commitment it is about. Who receives it follows from it."""
    concern = _locked(concern, states.SORT, by)
    if any(one and one.district_id != concern.district_id for one in (school, commitment)):
        raise ValidationError(_("Everything it names must belong to its district."))
    concern.kind, concern.school, concern.commitment = kind, school, commitment
    concern.full_clean()
    concern.save()
    _trace(concern, by, "sort")
    return concern


@transaction.atomic
def step_aside(*, concern: Concern, by: User) -> Concern:
    """Leave a concern to the other recipients: whoever steps aside does not see it again."""
    concern = _locked(concern, states.STEP_ASIDE, by)
    for mark in marks_to_keep(by):
        ConcernNamed.objects.get_or_create(concern=concern, mark=mark)
    _trace(concern, by, "step aside")
    return concern


@transaction.atomic
def open_reporter(*, concern: Concern, by: User) -> sealed.Reporter | None:
    """Who filed a concern, for its recipient; that it was looked up stays in the trail. None where no key opens it.

    Raises StepNotAllowed for anybody else.
    """
    if not Concern.objects.received_by(by).filter(pk=concern.pk).exists():
        raise StepNotAllowed(_("Only who receives a concern may see who filed it."), [])
    try:
        row = ConcernReporter.objects.filter(mark__in=sealed.marks_of(concern.uid)).first()
    except NoKey:
        row = None
    audit.record(
        audit.Action.VIEW, by=by, target=concern, district=concern.district_id, details={"what": "who filed it"}
    )
    return sealed.reporter_of(row.sealed) if row else None


# --- What both sides' verbs do ---------------------------------------------------------------------------------------
def add_word(concern: Concern, word: Word, day: date) -> ConcernMessage:
    """Add a word to the conversation of a locked concern. Raises ValidationError for the field `text`."""
    words = word.text.replace("\0", "").strip()
    if not words or len(words) > LONGEST:
        raise ValidationError({"text": _("Write something, at most %(limit)d characters.") % {"limit": LONGEST}})
    try:
        text = sealed.seal_word(Word(word.side, word.kind, words))
    except NoKey:
        raise ValidationError({"text": _("Nothing can be written now: nobody has set a key for concerns.")})
    number = concern.messages.count() + 1
    return ConcernMessage.objects.create(concern=concern, number=number, on=day, sealed=text)


def move(concern: Concern, state: str, kind: str, *, day: date, by: User | None, is_traced: bool = True) -> None:
    """Take a locked concern into a state, with its dated row and, unless whoever filed it did it, an audit event."""
    before = concern.state
    concern.state = state
    concern.next_due_on = rules_of(concern.district).due_in(state, day)
    concern.resolved_on = day if state == states.RESOLVED else None
    concern.save()
    number = concern.steps.count() + 1
    ConcernStep.objects.create(concern=concern, number=number, kind=kind, on=day, due_on=concern.next_due_on, by=by)
    if is_traced:
        _trace(concern, by, kind, changes={"state": [before, state]})


def locked(concern: Concern, step: str) -> Concern:
    """The concern as it is stored now, locked. Raises StepNotAllowed where its state does not allow the step."""
    rows = Concern.objects.select_for_update(of=("self",)).select_related("district", "school", "correction")
    concern = rows.get(pk=concern.pk)
    allowed = states.CONCERN_STEPS[concern.state]
    if step not in allowed or concern.purged_on:
        raise StepNotAllowed(_("The state of this concern does not allow that."), allowed)
    return concern


def _locked(concern: Concern, step: str, by: User) -> Concern:
    concern = locked(concern, step)
    if not Concern.objects.received_by(by).filter(pk=concern.pk).exists():
        raise StepNotAllowed(_("Only who receives a concern may do that."), [])
    return concern


def _trace(concern: Concern, by: User | None, step: str, **more: Any) -> None:
    details = {"step": str(step)}
    audit.record(audit.Action.UPDATE, by=by, target=concern, district=concern.district_id, details=details, **more)
