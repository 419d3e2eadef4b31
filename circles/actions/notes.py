"""Verbs about the notes of a case team: write one, read them, purge them when their time is over."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from circles import case_states as states
from circles.models import CaseNote, Circle, PlanItem, Worksheet
from district import audit
from district.models import District, User
from district.sealing import CASE_NOTES, NoKey, Unreadable
from district.steps import StepNotAllowed

from .trail import locked_case, record, refuse_closed

LONGEST = 4000
SEALED: tuple[tuple[Any, str], ...] = (
    (CaseNote, "circle"),
    (Worksheet, "participant__circle"),
    (PlanItem, "plan__circle"),
)
"""What is sealed of a case, with the way to it."""


@transaction.atomic
def write_note(*, circle: Circle, text: str, by: User) -> CaseNote:
    """Keep a note for the case team. The trail says that somebody wrote one, and nothing of it.

    Raises ValidationError for no text or too long a one, or where no key is set; StepNotAllowed for a closed case, or
    for somebody who is not of its team.
    """
    circle = locked_case(circle)
    refuse_closed(circle)
    if not Circle.objects.all().team_of(by).filter(pk=circle.pk).exists():
        raise StepNotAllowed(_("Only those who keep this case write and read its notes."), [])
    words = text.strip()
    if not words or len(words) > LONGEST:
        raise ValidationError({"text": _("Write something, at most %(limit)d characters.") % {"limit": LONGEST}})
    try:
        note = CaseNote(circle=circle, sealed=CASE_NOTES.seal(words), by=by, at=timezone.now())
    except NoKey:
        raise ValidationError({"text": _("Notes are off: nobody has set a key for them. Ask an administrator.")})
    note.save()
    record(circle, audit.Action.CREATE, by=by, target=note)
    return note


def words_of(note: CaseNote) -> str | None:
    """Return the words of a note; None where no key at hand opens it."""
    try:
        return CASE_NOTES.unseal(note.sealed)
    except (NoKey, Unreadable):
        return None


def purge_notes(district: District, *, today: date) -> int:
    """Purge what is sealed of cases that closed so many days ago (CASE_NOTES_KEEP_DAYS), or were voided: notes,
    worksheets, words of plans. The outcome stays.

    Returns how many were purged. A job of the clock: repeated, it changes nothing.
    """
    last = today - timedelta(days=settings.CASE_NOTES_KEEP_DAYS)
    over = Q(status=states.CLOSED, closed_on__lt=last) | Q(voided_at__date__lt=last)
    closed = Circle.objects.filter(over, school__district=district).order_by().values("pk")
    keys: set[int] = set()
    for model, case in SEALED:
        keys |= set(_kept(model).filter(**{f"{case}__in": closed}).values_list(case, flat=True))
    purged = 0
    for key in sorted(keys):
        with transaction.atomic():
            circle = Circle.objects.select_for_update(of=("self",)).select_related("school").get(pk=key)
            now = timezone.now()
            count = sum(
                _kept(model).filter(**{case: circle}).update(sealed="", purged_at=now) for model, case in SEALED
            )
            if count:
                record(circle, audit.Action.UPDATE, by=None, event="notes purged", count=count)
            purged += count
    return purged


def _kept(model: Any) -> Any:
    return model.objects.filter(purged_at=None).exclude(sealed="").order_by()
