"""What a reviewer does with a referral, and what the reporter answers. Every change of state is a dated row."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from discipline import referral_states as states
from discipline.actions.matrix import record_outside
from discipline.actions.offering import Offer
from discipline.actions.outcomes import is_removed, outcome_of, tell_anew
from discipline.actions.removing import order_removal
from discipline.judging import Case, place_for
from discipline.models import Referral, ReferralResponse, ReferralStatus, Response
from district import audit
from district.models import User
from district.steps import StepNotAllowed, checked_note, checked_reason


@dataclass(frozen=True)
class RemovalOrder:
    """A removal that a decision orders; see `order_removal`."""

    kind: str
    begins_on: date
    ends_on: date | None = None
    days: Decimal | None = None
    services_provided: bool | None = None
    services: str = ""
    decided_on: date | None = None
    offer: Offer | None = None
    case: Case | None = None


def take_referral(*, referral: Referral, by: User) -> Referral:
    """Begin the review, or take it over from a colleague. Raises StepNotAllowed."""
    with transaction.atomic():
        referral = _locked(referral, states.TAKE)
        if referral.status == states.UNDER_REVIEW and referral.assigned_to_id == by.pk:
            raise StepNotAllowed(_("You are reviewing this referral already."), _steps(referral))
        referral.assigned_to = by
        return _step(referral, states.TAKE, by=by)


def return_referral(*, referral: Referral, question: str, by: User) -> Referral:
    """Send the referral back to its reporter with a question. Raises ValidationError, StepNotAllowed."""
    question = checked_reason(question, field="question", missing=_("Ask a question that the reporter can answer."))
    with transaction.atomic():
        referral = _locked(referral, states.RETURN)
        if referral.reporter_id is None:
            raise ValidationError({"question": _("Nobody wrote this referral here, so nobody can answer.")})
        referral.assigned_to = referral.assigned_to or by
        return _step(referral, states.RETURN, by=by, note=question)


def answer_referral(*, referral: Referral, answer: str, by: User) -> Referral:
    """Answer the question with which the referral came back. Raises ValidationError, StepNotAllowed."""
    answer = checked_reason(answer, field="answer", missing=_("Write an answer to the question."))
    with transaction.atomic():
        return _step(_locked(referral, states.ANSWER), states.ANSWER, by=by, note=answer)


def decide_referral(
    *,
    referral: Referral,
    responses: Collection[str] = (),
    removals: Sequence[RemovalOrder] = (),
    note: str = "",
    outside: str = "",
    by: User,
) -> Referral:
    """Decide: what is done about the referral. Without any response or removal the note must say why.

    `outside`: why it is right to choose responses that the matrix does not allow; each is kept with it and counted.
    Raises ValidationError (also of the removal), StepNotAllowed.
    """
    note = checked_note(note)
    unknown = [code for code in responses if code not in Response.values]
    if unknown:
        raise ValidationError({"responses": _("“%(value)s” is no response.") % {"value": str(unknown[0])[:50]}})
    with transaction.atomic():
        referral = _locked(referral, states.DECIDE)
        standing = set(referral.responses.answering().values_list("response", flat=True))
        removed = is_removed(referral)
        if not (responses or removals or standing or removed or note):
            raise ValidationError({"note": _("Nothing is done about it: say why, for the record.")})
        new = [
            ReferralResponse(referral=referral, response=code, on=referral.school.district.today(), by=by)
            for code in dict.fromkeys(responses)
            if code not in standing
        ]
        _keep_outside(referral, [row.response for row in new], outside, by)
        ReferralResponse.objects.bulk_create(new)
        for order in removals:
            order_removal(referral=referral, by=by, **vars(order))
        referral.outcome = outcome_of(standing | set(responses), removed=removed or bool(removals))
        referral.assigned_to = referral.assigned_to or by
        details = {"outcome": referral.outcome, "responses": [row.response for row in new], "removals": len(removals)}
        return _step(referral, states.DECIDE, by=by, note=note, details=details)


def _keep_outside(referral: Referral, responses: Collection[str], reason: str, by: User) -> None:
    """Keep the reason for each response that the matrix does not allow. Raises ValidationError without one."""
    today = referral.school.district.today()
    place = place_for(referral, today) if responses else None
    beyond = [code for code in responses if place is not None and place.answer.is_outside(code)]
    if place is None or not beyond:
        return
    if not reason.strip():
        named = ", ".join(str(Response(code).label) for code in beyond)
        text = _("The response matrix does not allow this here: %(responses)s. Say in “outside” why it is right.")
        raise ValidationError({"responses": text % {"responses": named}})
    for code in beyond:
        record_outside(
            matrix=place.matrix,
            incident=referral.incident,
            student=referral.student,
            level=place.level,
            grade=place.grade,
            prior=place.prior,
            response=code,
            reason=reason,
            decided_on=today,
            by=by,
        )


def reopen_referral(*, referral: Referral, reason: str, by: User) -> Referral:
    """Take a decided referral up again. What was decided stands until it is voided.

    Raises ValidationError, StepNotAllowed.
    """
    reason = checked_reason(reason, missing=_("Say why it is taken up again."))
    with transaction.atomic():
        referral = _locked(referral, states.REOPEN)
        referral.outcome, referral.assigned_to = "", by
        return _step(referral, states.REOPEN, by=by, note=reason)


def void_response(*, response: ReferralResponse, reason: str, by: User) -> ReferralResponse:
    """Void a response that was recorded by mistake. Raises ValidationError, StepNotAllowed when voided already."""
    reason = checked_reason(reason, missing=_("Say why it is voided."))
    with transaction.atomic():
        referral = (
            Referral.objects.select_for_update(of=("self",)).select_related("school").get(pk=response.referral_id)
        )
        response = ReferralResponse.objects.get(pk=response.pk)
        if response.voided_at is not None:
            raise StepNotAllowed(_("This response has been voided already."), ())
        response.voided_at, response.void_reason = timezone.now(), reason
        response.save()
        tell_anew(referral)
        _record(referral, audit.Action.VOID, by, {"response": [response.response, None]}, {"reason": reason})
        return response


def refusal_words(referral: Referral) -> str:
    """Return the sentence that says why the state of a referral does not allow a step."""
    words = _("The referral is “%(status)s”, which does not allow this.")
    return words % {"status": referral.get_status_display()}


def _steps(referral: Referral) -> list[str]:
    return list(states.STEPS[referral.status])


def _locked(referral: Referral, step: str) -> Referral:
    """Return the referral as stored, locked. Raises StepNotAllowed when its state does not allow the step."""
    rows = Referral.objects.select_for_update(of=("self",)).select_related("school__district", "assigned_to")
    stored = rows.get(pk=referral.pk)
    if step not in states.STEPS[stored.status]:
        raise StepNotAllowed(refusal_words(stored), _steps(stored))
    return stored


def _step(
    referral: Referral, step: str, *, by: User, note: str = "", details: dict[str, Any] | None = None
) -> Referral:
    before, after = referral.status, states.STEPS[referral.status][step]
    referral.status = after
    referral.save()
    ReferralStatus.objects.create(referral=referral, status=after, at=timezone.now(), by=by, note=note)
    _record(referral, audit.Action.UPDATE, by, {"status": [before, after]}, {"step": step} | (details or {}))
    return referral


def _record(
    referral: Referral, action: audit.Action, by: User, changes: dict[str, list[Any]], details: dict[str, Any]
) -> None:
    audit.record(
        action,
        by=by,
        target=referral,
        district=referral.school.district_id,
        school=referral.school_id,
        student=referral.student_id,
        changes=changes,
        details=details,
    )
