"""The calendar of the worked examples: Monday to Friday, with the closures of a New Jersey school year."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from district.calendar import SchoolCalendar


def days_from(first: date, last: date) -> list[date]:
    return [first + timedelta(days=i) for i in range((last - first).days + 1)]


CLOSED_26 = (
    *days_from(date(2026, 11, 5), date(2026, 11, 6)),  # teachers' convention
    *days_from(date(2026, 11, 26), date(2026, 11, 27)),
    *days_from(date(2026, 12, 24), date(2027, 1, 1)),
    date(2027, 1, 18),
    date(2027, 2, 15),
)
CAL_26 = SchoolCalendar(terms=[(date(2026, 9, 1), date(2027, 6, 18))], exceptions=dict.fromkeys(CLOSED_26, Decimal(0)))


def closing(calendar: SchoolCalendar, *days: date) -> SchoolCalendar:
    """The calendar with more days closed, as after a snow day."""
    return replace(calendar, exceptions={**calendar.exceptions, **dict.fromkeys(days, Decimal(0))})


def halving(calendar: SchoolCalendar, *days: date) -> SchoolCalendar:
    """The calendar with more half days."""
    return replace(calendar, exceptions={**calendar.exceptions, **dict.fromkeys(days, Decimal("0.5"))})
