"""Gentle reminders: one mail for each person, case and day (`district/actions_notices.py` sends it)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils.translation import gettext as _

from circles.duties import duties_of
from district import actions_notices as notices
from district.access import Permission
from district.duties import Duty
from district.models import District, MailChoice, Notice

AHEAD, BEHIND = timedelta(days=2), timedelta(days=14)
"""Mail goes out two calendar days ahead; of what is overdue for longer than two weeks the desk speaks."""


def write_notices(district: District, *, today: date) -> int:
    """Write a row for every reminder that is due now and not there yet; a day that moved is reminded of anew."""
    people = notices.people_with(district, Permission.CIRCLE_WORK, MailChoice.Which.ALL)
    rows = {
        (user.pk, about_of(duty)): Notice(user=user, kind=Notice.Kind.CIRCLE, about=about_of(duty))
        for user in people
        for duty in duties_of(user, since=today - BEHIND, until=today + AHEAD)
    }
    return notices.write_notices(rows.values())


def message_of(notice: Notice) -> tuple[str, Sequence[notices.Link]]:
    """Subject and link of a mail; without a link when everything due that day in the case is done by now."""
    subject = _("A circle waits for you")
    day = date.fromisoformat(notice.about.rpartition(" ")[2])
    waiting = [duty for duty in duties_of(notice.user, since=day, until=day) if about_of(duty) == notice.about]
    links = {notices.absolute(duty.url_name, duty.uid): None for duty in waiting}
    return subject, [(subject, address) for address in links]


def about_of(duty: Duty) -> str:
    """What a mail is about: the case to look at, and the day."""
    return f"{duty.uid} {duty.on.isoformat()}"
