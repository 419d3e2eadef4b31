"""What falls due for a person, whichever floor keeps the record: one shape for page, desk, calendar file and digest.

Nothing in a duty names a student: it may leave the house in a calendar file.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.functional import Promise

Words = str | Promise


@dataclass(frozen=True)
class Duty:
    """One thing on one day: what it is, of what, and the page that shows it.

    `is_owed`: the reader's side owes it. `lapses`: once its day has passed nothing more is due. `mail_words`: what a
    mail says instead of `words`, where these would tell too much to whoever reads along.
    """

    on: date
    words: Words
    of: Words
    url_name: str
    uid: UUID
    key: str
    is_owed: bool = False
    lapses: bool = False
    mail_words: Words = ""


def waiting(duties: Iterable[Duty], today: date) -> list[Duty]:
    """Of the duties those that still wait for somebody on a day: those to come, and those overdue."""
    return [duty for duty in duties if duty.on >= today or not duty.lapses]


def by_month(duties: Iterable[Duty]) -> list[tuple[date, list[Duty]]]:
    """The duties under the first day of their month, in order."""
    months: dict[date, list[Duty]] = {}
    for duty in duties:
        months.setdefault(duty.on.replace(day=1), []).append(duty)
    return list(months.items())
