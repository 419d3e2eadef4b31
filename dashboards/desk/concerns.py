"""What waits for the recipient of concerns: how many, which step, by when; nothing of what they are about."""

from __future__ import annotations

from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from commitments.concerns.duties import duties_of
from dashboards.desk.tasks import SHOWN, Group, Task
from district.duties import Duty
from district.models import User
from district.page_parts import Status, day_words

BEHIND, AHEAD = timedelta(days=730), timedelta(days=60)


def waiting(user: User) -> Group | None:
    """Concerns that wait for the reader, by the day of the next step."""
    today = timezone.localdate()
    duties = duties_of(user, since=today - BEHIND, until=today + AHEAD)
    if not duties:
        return None
    tasks = tuple(_task(duty, today) for duty in duties[:SHOWN])
    return Group(_("Concerns"), tasks, len(duties), (reverse("concern_list"), _("All of them")))


def _task(duty: Duty, today: date) -> Task:
    status = Status(_("Overdue"), "late") if duty.on < today else Status(_("Waits"), "due")
    address = reverse(duty.url_name, args=[duty.uid])
    by = _("by %(day)s") % {"day": day_words(duty.on)}
    return Task(status, by, str(duty.of), str(duty.words), address, _("Look"))
