"""What whoever filed a concern does by the receipt: reply, dispute the answer, accept it.

No audit event: it would hold the moment and the address of somebody whom nobody is to find. The dated row stays.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction

from commitments.actions.concerns.working import Kind, add_word, locked, move
from commitments.concerns import states
from commitments.concerns.sealed import FILER, Word
from commitments.models import Concern


@transaction.atomic
def reply(*, concern: Concern, text: str, on: date | None = None) -> Concern:
    """Add a word to the conversation. Raises ValidationError for no text or too long a one, StepNotAllowed."""
    concern = locked(concern, states.REPLY)
    add_word(concern, Word(FILER, "reply", text), on or concern.district.today())
    return concern


@transaction.atomic
def dispute(*, concern: Concern, text: str, on: date | None = None) -> Concern:
    """Say why the answer is not right; the recipient answers again. Raises ValidationError, StepNotAllowed."""
    concern = locked(concern, states.DISPUTE)
    day = on or concern.district.today()
    add_word(concern, Word(FILER, "dispute", text), day)
    move(concern, states.DISPUTED, Kind.DISPUTED, day=day, by=None, is_traced=False)
    return concern


@transaction.atomic
def accept(*, concern: Concern, on: date | None = None) -> Concern:
    """Say that the answer will do: the concern is resolved. Raises StepNotAllowed."""
    concern = locked(concern, states.ACCEPT)
    day = on or concern.district.today()
    move(concern, states.RESOLVED, Kind.ACCEPTED, day=day, by=None, is_traced=False)
    return concern
