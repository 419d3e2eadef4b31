"""Quarters of a school year: July to September, October to December, January to March, April to June."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from district.calendar import school_year_of

QUARTERS_SHOWN = 8
"""Two school years: long enough to see a rollout, short enough to read."""
BEGINS = {1: 7, 2: 10, 3: 1, 4: 4}
"""Quarter → the month in which it begins."""


@dataclass(frozen=True, order=True)
class Quarter:
    """One quarter of the school year that ends in `year`."""

    year: int
    number: int

    @property
    def begins_on(self) -> date:
        """Its first day."""
        month = BEGINS[self.number]
        return date(self.year - 1 if month >= BEGINS[1] else self.year, month, 1)

    @property
    def ends_on(self) -> date:
        """Its last day."""
        return self.next.begins_on - timedelta(days=1)

    @property
    def next(self) -> Quarter:
        """The quarter after it."""
        return Quarter(self.year, self.number + 1) if self.number < 4 else Quarter(self.year + 1, 1)

    @property
    def before(self) -> Quarter:
        """The quarter before it."""
        return Quarter(self.year, self.number - 1) if self.number > 1 else Quarter(self.year - 1, 4)

    @property
    def code(self) -> str:
        """What files and the API call it: 2027-Q2."""
        return f"{self.year}-Q{self.number}"

    @property
    def words(self) -> str:
        """What pages call it: Q2 2026–27."""
        return f"Q{self.number} {self.year - 1}–{self.year % 100:02d}"

    def counted_on(self, day: date) -> date:
        """The day on which figures of the quarter are counted: its last, or `day` while it lasts."""
        return min(self.ends_on, day)


def quarter_of(day: date) -> Quarter:
    """Return the quarter that holds `day`."""
    return Quarter(school_year_of(day), next(number for number, month in BEGINS.items() if 0 <= day.month - month < 3))


def quarters_until(day: date, count: int = QUARTERS_SHOWN) -> tuple[Quarter, ...]:
    """Return so many quarters in order, the last of them that of `day`."""
    found = [quarter_of(day)]
    while len(found) < count:
        found.insert(0, found[0].before)
    return tuple(found)
