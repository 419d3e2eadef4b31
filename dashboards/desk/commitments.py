"""What one's side owes of commitments: answers, plans and dates; and what fell due and is not recorded."""

from __future__ import annotations

from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from commitments.duties import broken_words, duties_of
from commitments.statuses import DUE_SOON
from dashboards.desk.tasks import SHOWN, Group, Task
from district.duties import Duty, waiting
from district.models import User
from district.page_parts import Status, day_words

BEHIND = timedelta(days=365)


def owed(user: User) -> Group | None:
    """What the reader's side owes by a day that has passed or is near, the oldest first."""
    today = timezone.localdate()
    found = waiting(duties_of(user, since=today - BEHIND, until=today + DUE_SOON), today)
    duties = [duty for duty in found if duty.is_owed]
    if not duties:
        return None
    tasks = tuple(_task(duty, today) for duty in duties[:SHOWN])
    return Group(_("Owed to commitments"), tasks, len(duties), (reverse("duty_list"), _("Everything that falls due")))


def broken(user: User) -> Group | None:
    """Promises that are not kept, of which the reader may know only that."""
    found = broken_words(user)
    if not found:
        return None
    tasks = tuple(
        Task(
            Status(_("Not kept"), "late"),
            "",
            one.title,
            _("The district answers for it."),
            reverse("commitment_detail", args=[one.uid]),
            _("Look"),
        )
        for one in found[:SHOWN]
    )
    return Group(_("Promises not kept"), tasks, len(found))


def _task(duty: Duty, today: date) -> Task:
    status = Status(_("Overdue"), "late") if duty.on < today else Status(_("Due soon"), "due")
    return Task(
        status,
        day_words(duty.on),
        str(duty.of),
        str(duty.words),
        reverse(duty.url_name, args=[duty.uid]),
        _("Look"),
    )
