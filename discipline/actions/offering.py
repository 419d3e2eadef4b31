"""The restorative question of every removal: was something offered, to whom, who answered what, or why not."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from discipline.models import OfferAnswer, OfferedTo, Removal, RemovalKind, RestorativeOffer, WhyNotOffered
from district.models import User
from district.steps import checked_note

ASKED = tuple(kind for kind in RemovalKind if kind is not RemovalKind.BUS)
"""Kinds that take a student out of class or school; a bus suspension does not."""


@dataclass(frozen=True)
class Offer:
    """What was offered before a removal; see `RestorativeOffer`. `offered_to` are codes of `OfferedTo`."""

    answer: str = ""
    response: str = ""
    offered_to: tuple[str, ...] = ()
    answered_by: str = ""
    why_not: str = ""
    note: str = ""


def record_offer(removal: Removal, offer: Offer, *, by: User) -> RestorativeOffer | None:
    """Keep the answer beside a removal; nothing for a kind that takes nobody out of class. No answer blocks it.

    Not offering needs a coded reason, and words only for another reason. Raises ValidationError for what is missing or
    does not fit together. Call it in the transaction that orders the removal.
    """
    if removal.kind not in ASKED:
        return None
    _check(offer)
    row = RestorativeOffer(
        removal=removal,
        answer=offer.answer,
        response=offer.response,
        offered_to=",".join(code for code in OfferedTo.values if code in offer.offered_to),
        answered_by=offer.answered_by,
        why_not=offer.why_not,
        note=checked_note(offer.note, field="offer_note"),
        by=by,
    )
    row.full_clean(exclude=["removal"])
    row.save()
    return row


def _check(offer: Offer) -> None:
    errors: dict[str, str] = {}
    if offer.answer not in OfferAnswer.values:
        raise ValidationError({"answer": _("Say whether something restorative was offered first.")})
    if offer.answer == OfferAnswer.NOT_OFFERED:
        if offer.why_not not in WhyNotOffered.values:
            errors["why_not"] = _("Say why nothing was offered.")
        elif offer.why_not == WhyNotOffered.OTHER and not offer.note.strip():
            errors["offer_note"] = _("Say in a few words why nothing was offered.")
        if offer.response or offer.offered_to or offer.answered_by:
            errors["answer"] = _("Nothing was offered, yet it says what was or to whom. Which one is right?")
    else:
        if not offer.offered_to or set(offer.offered_to) - set(OfferedTo.values):
            errors["offered_to"] = _("Say to whom it was offered.")
        if offer.answer != OfferAnswer.PENDING and offer.answered_by not in OfferedTo.values:
            errors["answered_by"] = _("Say who accepted or declined it.")
        if offer.answer == OfferAnswer.PENDING and offer.answered_by:
            errors["answered_by"] = _("There is no answer yet.")
        if offer.why_not:
            errors["why_not"] = _("It was offered, so leave this empty.")
    if errors:
        raise ValidationError(errors)
