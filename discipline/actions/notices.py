"""Mail about what the law sets a day for: one for each person, record and day (`district/actions_notices.py` sends it).

Steps of one removal that fall due on one day are one mail: it leads to the checklist, which has them all.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils.translation import gettext as _

from discipline.duties import duties_of
from district import actions_notices as notices
from district.access import Permission
from district.duties import Duty
from district.models import District, MailChoice, Notice

AHEAD, BEHIND = timedelta(days=2), timedelta(days=14)
"""Mail goes out two calendar days ahead; of what is overdue for longer than two weeks the desk speaks."""


def write_notices(district: District, *, today: date) -> int:
    """Write a row for every reminder that is due now and not there yet; a due date that moved is reminded of anew."""
    people = notices.people_with(district, Permission.REMOVAL_RECORD, MailChoice.Which.ALL)
    rows = {
        (user.pk, about_of(duty)): Notice(user=user, kind=Notice.Kind.DUE_BY_LAW, about=about_of(duty))
        for user in people
        for duty in duties_of(user, since=today - BEHIND, until=today + AHEAD)
    }
    return notices.write_notices(rows.values())


def message_of(notice: Notice) -> tuple[str, Sequence[notices.Link]]:
    """Subject and link of a mail; without a link when everything due that day at the record is done by now."""
    subject = _("Something is due by law")
    day = date.fromisoformat(notice.about.rpartition(" ")[2])
    waiting = [duty for duty in duties_of(notice.user, since=day, until=day) if about_of(duty) == notice.about]
    links = {notices.absolute(duty.url_name, duty.uid): None for duty in waiting}
    return subject, [(subject, address) for address in links]


def about_of(duty: Duty) -> str:
    """What a mail is about: the record to look at, and the day."""
    return f"{duty.uid} {duty.on.isoformat()}"
