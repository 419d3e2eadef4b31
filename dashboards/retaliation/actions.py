"""What the ombuds does about an action after a concern: note what came of looking into it. And the purge of notes.

The trail says that somebody looked or noted, in which district, and nothing of which concern or action.
"""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from commitments.models import Concern
from dashboards.models import ActionLook
from dashboards.retaliation import looks
from dashboards.retaliation.looks import Flag
from dashboards.retaliation.watch import received, watched
from district import audit
from district.access import Permission
from district.erasing import erase
from district.models import District, User
from district.sealing import CONCERNS, NoKey
from district.steps import StepNotAllowed

LONGEST = 2000
WHAT = "actions after concerns"


def note_looking(*, by: User) -> None:
    """Write down that somebody looked at what came after concerns: not at which."""
    for district in sorted({grant.district_id for grant in by.grants_with(Permission.CONCERN_WORK)}):
        audit.record(audit.Action.VIEW, by=by, district=district, details={"what": WHAT})


def flag_of(*, concern: Concern, mark: str, by: User) -> Flag:
    """The flag of a mark, for the recipient of its concern. Raises StepNotAllowed for any other."""
    row = received(by).filter(pk=concern.pk).first()
    found = [flag for one in watched([row]) for flag in one.flags if flag.mark == mark] if row else []
    if not found:
        raise StepNotAllowed(_("There is no such action after this concern."), [])
    return found[0]


@transaction.atomic
def look_into(*, concern: Concern, mark: str, note: str, by: User, on: date | None = None) -> ActionLook:
    """Note what came of looking into an action after a concern. Raises ValidationError, StepNotAllowed."""
    # A lock on the concern keeps two notes of one action from overwriting each other.
    concern = Concern.objects.select_for_update(of=("self",)).select_related("district").get(pk=concern.pk)
    flag = flag_of(concern=concern, mark=mark, by=by)
    words = note.replace("\0", "").strip()
    if not words or len(words) > LONGEST:
        raise ValidationError({"note": _("Write something, at most %(limit)d characters.") % {"limit": LONGEST}})
    day = on or concern.district.today()
    noted = looks.Noted(str(concern.uid), (*flag.looks, looks.Look(day.isoformat(), str(by), words)))
    row = ActionLook(mark=flag.mark, sealed=looks.seal(noted))
    row.full_clean(validate_unique=False)
    row.save()
    details = {"what": WHAT, "step": "looked into"}
    audit.record(audit.Action.UPDATE, by=by, district=concern.district_id, details=details)
    return row


def purge_looks(district: District, *, today: date) -> int:
    """Remove the notes of concerns whose words are gone, and their bytes. Returns how many.

    Raises NoKey: without the keys nobody finds of which concern a note is.
    """
    if not ActionLook.objects.exists():
        return 0
    if not CONCERNS.may_seal():
        raise NoKey
    found = {row.mark: looks.opened(row.sealed) for row in ActionLook.objects.all()}
    of = {mark: noted.concern_uid for mark, noted in found.items() if noted is not None}
    rows = Concern.objects.filter(district=district, pk__in=set(of.values())).exclude(purged_on=None)
    purged = set(rows.order_by().values_list("pk", flat=True))
    gone = [mark for mark, concern in of.items() if concern in purged]
    if gone:
        ActionLook.objects.filter(mark__in=gone).delete()
        erase([ActionLook])
    return len(gone)
