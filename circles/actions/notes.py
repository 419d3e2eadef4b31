"""Verbs about the notes of a case team: write one, read them, purge them when their time is over."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from circles import case_states as states
from circles.models import CaseNote, Circle
from district import audit
from district.models import District, User
from district.sealing import CASE_NOTES, NoKey, Unreadable
from district.steps import StepNotAllowed

from .trail import locked_case, record, refuse_closed

LONGEST = 4000


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
    """Purge the notes of cases that closed so many days ago (CASE_NOTES_KEEP_DAYS), or were voided; the outcome stays.

    Returns how many were purged. A job of the clock: repeated, it changes nothing.
    """
    last = today - timedelta(days=settings.CASE_NOTES_KEEP_DAYS)
    over = Q(status=states.CLOSED, closed_on__lt=last) | Q(voided_at__date__lt=last)
    closed = Circle.objects.filter(over, school__district=district)
    rows = CaseNote.objects.kept().filter(circle__in=closed.values("pk"))
    purged = 0
    for key in sorted(set(rows.values_list("circle", flat=True))):
        with transaction.atomic():
            circle = Circle.objects.select_for_update(of=("self",)).select_related("school").get(pk=key)
            count = CaseNote.objects.kept().filter(circle=circle).update(sealed="", purged_at=timezone.now())
            if count:
                record(circle, audit.Action.UPDATE, by=None, event="notes purged", count=count)
            purged += count
    return purged
