"""What came of a decided referral, in one word that follows whatever is done or undone later."""

from __future__ import annotations

from collections.abc import Collection

from discipline.models import RESTORATIVE_RESPONSES, SUPPORT_RESPONSES, Referral, Removal


def outcome_of(responses: Collection[str], *, removed: bool) -> str:
    """Return the one word for what came of a referral: the most excluding of what was done names it."""
    if removed:
        return Referral.Outcome.REMOVAL.value
    left = set(responses)
    if left - set(RESTORATIVE_RESPONSES) - set(SUPPORT_RESPONSES):
        return Referral.Outcome.CONSEQUENCE.value
    if left & set(RESTORATIVE_RESPONSES):
        return Referral.Outcome.RESTORATIVE.value
    return Referral.Outcome.SUPPORT.value if left else Referral.Outcome.NO_ACTION.value


def is_removed(referral: Referral) -> bool:
    """Say whether a standing removal of the student follows from the incident."""
    return Removal.objects.standing().filter(incident=referral.incident_id, student=referral.student_id).exists()


def tell_anew(referral: Referral) -> None:
    """Give a referral that was decided here the outcome that follows from what stands now.

    Imported ones have no outcome: their file says what was done, not what was decided.
    """
    if referral.status != Referral.Status.DECIDED or not referral.outcome:
        return
    standing = set(referral.responses.answering().values_list("response", flat=True))
    outcome = outcome_of(standing, removed=is_removed(referral))
    if outcome != referral.outcome:
        referral.outcome = outcome
        referral.save(update_fields=["outcome", "updated_at"])
