"""What the clock does with concerns: close what nobody disputed, purge what is past its time, tell recipients."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from commitments.actions.concerns.rules import rules_of
from commitments.actions.concerns.working import Kind, move
from commitments.concerns import sealed, states
from commitments.models import (
    Concern,
    ConcernEvidence,
    ConcernMessage,
    ConcernNamed,
    ConcernReporter,
    ConcernStep,
)
from district import actions_notices as notices
from district import audit
from district.access import Permission
from district.erasing import erase
from district.models import District, MailChoice, Notice, User

logger = logging.getLogger(__name__)
HOLDING_WORDS = (Concern, ConcernReporter, ConcernNamed, ConcernMessage, ConcernEvidence)
"""Tables in which words stand, and what is left of them once they are deleted."""


def close_undisputed(district: District, *, today: date) -> int:
    """Close every answered concern that nobody disputed in time. Repeated, it changes nothing."""
    rows = Concern.objects.overdue_on(today).filter(district=district, state=states.ANSWERED)
    closed = 0
    for key in list(rows.order_by().values_list("pk", flat=True)):
        with transaction.atomic():
            concern = Concern.objects.select_for_update(of=("self",)).select_related("district").get(pk=key)
            if concern.state == states.ANSWERED and concern.next_due_on and concern.next_due_on < today:
                day = concern.next_due_on + timedelta(days=1)
                move(concern, states.RESOLVED, Kind.LAPSED, day=day, by=None)
                closed += 1
    return closed


def purge_concerns(district: District, *, today: date) -> int:
    """Purge the words of concerns that were resolved so many days ago: what was said, the conversation, the files, who
    filed it, the receipt. Kind, school, days and outcome stay for the totals.

    Then the bytes are removed from the file of the database, where that is possible (`erase_purged`). Returns how many
    were purged. Raises NoKey: without the keys nobody finds who filed a concern, not even to delete it.
    """
    rules = rules_of(district)
    rows = Concern.objects.kept().filter(district=district, state=states.RESOLVED)
    purged = 0
    for key, resolved_on in list(rows.order_by().values_list("pk", "resolved_on")):
        if resolved_on is None or rules.kept_until(resolved_on) >= today:
            continue
        with transaction.atomic():
            concern = Concern.objects.select_for_update(of=("self",)).get(pk=key)
            ConcernReporter.objects.filter(mark__in=sealed.marks_of(concern.uid)).delete()
            for model in (ConcernMessage, ConcernEvidence, ConcernNamed):
                model._default_manager.filter(concern=concern).delete()
            concern.sealed = concern.receipt_bucket = concern.receipt_hash = ""
            concern.purged_on = today
            concern.save()
            details = {"event": "words purged"}
            audit.record(audit.Action.UPDATE, by=None, target=concern, district=district, details=details)
        purged += 1
    erase_purged(district, today=today)
    return purged


def erase_purged(district: District, *, today: date) -> int:
    """Remove the bytes of what was purged from the database's own files. Returns of how many concerns.

    Nothing is done inside a transaction, or by a role that does not own the tables: what waits stays noted, and the
    next call does it.
    """
    waiting = list(Concern.objects.filter(district=district, erased_on=None).exclude(purged_on=None).order_by())
    if not waiting:
        return 0
    if not erase(HOLDING_WORDS):
        logger.warning("%d purged concerns wait for their bytes to be removed: see `erase_purged`.", len(waiting))
        return 0
    Concern.objects.filter(pk__in=[one.pk for one in waiting]).update(erased_on=today)
    return len(waiting)


# --- Mail ----------------------------------------------------------------------------------------------------------
def write_concern_notices(district: District, *, today: date) -> int:
    """Write a row for every recipient to whom something new came yesterday or before, at most one for each day.

    Not on the day itself: a row has the moment in which it was written, and would tell when a concern came.
    """
    people = notices.people_with(district, Permission.CONCERN_WORK, MailChoice.Which.ALL)
    return notices.write_notices(_notices(district, people, today))


def _notices(district: District, people: Sequence[User], today: date) -> Iterable[Notice]:
    for user in people:
        rows = Concern.objects.received_by(user).filter(district=district)
        arrived = ConcernStep.objects.filter(concern__in=_waiting(rows, today).values("pk"))
        days = set(arrived.filter(kind__in=(Kind.RECEIVED, Kind.DISPUTED), on__lt=today).values_list("on", flat=True))
        last = today - timedelta(days=1)
        said = ConcernMessage.objects.filter(concern__in=rows.open().order_by().values("pk"), on=last)
        words = [sealed.word_of(text) for text in said.values_list("sealed", flat=True)]
        if any(word and word.side == sealed.FILER for word in words):
            days.add(last)
        if days:
            yield Notice(user=user, kind=Notice.Kind.CONCERN, about=f"concerns {max(days)}")


def _waiting(rows, today: date):
    """Concerns that wait for the recipient to begin, or to answer again."""
    return rows.filter(Q(state=states.RECEIVED) | Q(state=states.DISPUTED)).order_by()


def message_of(notice: Notice) -> tuple[str, Sequence[notices.Link]]:
    """Subject and link of a mail to a recipient: that something waits, and not what."""
    subject = _("Something awaits you")
    rows = Concern.objects.received_by(notice.user).open()
    if not rows.exists():
        return subject, []
    return subject, [(subject, notices.absolute("desk"))]
