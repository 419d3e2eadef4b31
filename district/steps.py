"""Steps of records that pass through states: what a state does not allow, and the reasons that steps ask for."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

REASON_LENGTH = 500
"""Characters of a reason or note at most; every column that keeps one has this length."""


class StepNotAllowed(Exception):
    """The state of the record does not allow the step. `allowed` names the steps that it does allow."""

    def __init__(self, message: str, allowed: Iterable[str]) -> None:
        super().__init__(message)
        self.message = message
        self.allowed = list(allowed)


def checked_reason(reason: str, *, field: str = "reason", missing: str = "") -> str:
    """Return the reason without surrounding white space.

    Raises ValidationError for `field` when it is empty (`missing` says what to do), too long or cannot be stored.
    """
    reason = (reason or "").strip()
    if not reason:
        raise ValidationError({field: missing or _("Say why.")})
    return checked_note(reason, field=field)


def checked_note(note: str, *, field: str = "note") -> str:
    """Return a note, which may be empty. Raises ValidationError for `field` when it is too long or cannot be stored."""
    note = (note or "").strip()
    if len(note) > REASON_LENGTH:
        raise ValidationError({field: _("At most %(limit)d characters.") % {"limit": REASON_LENGTH}})
    if "\0" in note:
        raise ValidationError({field: _("The text holds a character that cannot be stored.")})
    return note
