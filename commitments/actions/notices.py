"""Mail about commitments: dates that fall due soon, answers that are owed. `district/actions_notices.py` sends it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.utils.translation import gettext as _

from commitments.actions.clock import ladder_of
from commitments.models import Commitment, DueItem, Miss
from district import actions_notices as notices
from district.access import Permission
from district.models import District, MailChoice, Notice

Kind, Which = Notice.Kind, MailChoice.Which


def write_notices(district: District, *, today: date) -> int:
    """Write a row for every reminder and every answer owed that is due now and not there yet."""
    return notices.write_notices([*_reminders(district, today), *_answers_owed(district)])


def message_of(notice: Notice) -> tuple[str, Sequence[notices.Link]]:
    """Subject and link of a mail about a commitment; without a link when it is settled by now."""
    rows = Commitment.objects.visible_to(notice.user)
    if notice.kind == Kind.REMINDER:
        commitment = rows.filter(due_items__uid=notice.about.removeprefix("due "), due_items__fulfilled_on=None).first()
        subject = _("Something promised falls due soon")
    else:
        misses = Miss.objects.visible_to(notice.user).filter(uid=notice.about.removeprefix("miss "))
        missed = misses.filter(status=Miss.Status.MISSED)
        commitment = rows.filter(pk__in=missed.values("commitment")).first()
        subject = _("An answer is owed")
    if commitment is None:
        return subject, []
    return subject, [(subject, notices.absolute("commitment_detail", commitment.uid))]


def _reminders(district: District, today: date) -> Iterable[Notice]:
    """Dates that fall due soon, for those who may report on them."""
    ladder = ladder_of(district)
    ahead = today + timedelta(days=400)
    items = DueItem.objects.open().filter(commitment__district=district, due_on__range=(today, ahead))
    due = [item for item in items.select_related("commitment") if ladder.reminds_from(item.due_on) <= today]
    for user in notices.people_with(district, Permission.COMMITMENT_REPORT, Which.ALL) if due else ():
        allowed = Commitment.objects.allowed(user, Permission.COMMITMENT_REPORT)
        mine = set(allowed.filter(pk__in={item.commitment_id for item in due}).values_list("pk", flat=True))
        for item in due:
            if item.commitment_id in mine:
                yield Notice(user=user, kind=Kind.REMINDER, about=f"due {item.uid}")


def _answers_owed(district: District) -> Iterable[Notice]:
    """Misses to which no answer has come, for those who may answer and may know of them."""
    misses = Miss.objects.open().filter(commitment__district=district, status=Miss.Status.MISSED)
    if not misses.exists():
        return
    for user in notices.people_with(district, Permission.COMMITMENT_REPORT, Which.ALL):
        for uid in misses.allowed(user, Permission.COMMITMENT_REPORT).values_list("uid", flat=True):
            yield Notice(user=user, kind=Kind.ANSWER_OWED, about=f"miss {uid}")
