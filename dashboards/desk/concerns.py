"""What waits for the recipient of concerns: how many, which step, by when; after how many something was done. Nothing
of what they are about."""

from __future__ import annotations

from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commitments.concerns.duties import duties_of
from dashboards.desk.tasks import SHOWN, Group, Task
from dashboards.retaliation.watch import Watched, flagged
from district.access import Permission
from district.duties import Duty
from district.models import User
from district.page_parts import Status, day_words

BEHIND, AHEAD = timedelta(days=3650), timedelta(days=60)


def waiting(user: User) -> Group | None:
    """Concerns that wait for the reader, by the day of the next step."""
    today = timezone.localdate()
    duties = duties_of(user, since=today - BEHIND, until=today + AHEAD)
    if not duties:
        return None
    tasks = tuple(_task(duty, today) for duty in duties[:SHOWN])
    return Group(_("Concerns"), tasks, len(duties), (reverse("concern_list"), _("All of them")))


def after(user: User) -> Group | None:
    """Concerns after which something was done to whoever filed them or to the child, that nobody has looked into.

    Counted at each look at the desk and kept nowhere.
    """
    if not user.holds(Permission.CONCERN_WORK):
        return None
    found = [one for one in flagged(user) if one.new]
    if not found:
        return None
    tasks = tuple(_after(one) for one in found[:SHOWN])
    return Group(_("Actions after a concern"), tasks, len(found), (reverse("concern_after_list"), _("All of them")))


def _after(one: Watched) -> Task:
    count = len(one.new)
    words = ngettext("%(count)d action after it", "%(count)d actions after it", count) % {"count": count}
    filed = _("filed %(day)s") % {"day": day_words(one.concern.filed_on)}
    address = reverse("concern_after", args=[one.concern.uid])
    return Task(Status(_("To look into"), "due"), filed, _("A concern"), words, address, _("Look"))


def _task(duty: Duty, today: date) -> Task:
    status = Status(_("Overdue"), "late") if duty.on < today else Status(_("Waits"), "due")
    address = reverse(duty.url_name, args=[duty.uid])
    by = _("by %(day)s") % {"day": day_words(duty.on)}
    return Task(status, by, str(duty.of), str(duty.words), address, _("Look"))
