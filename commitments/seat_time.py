"""How much of the time that the community had a seat it was held, and how often its holder came. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

Span = tuple[date, date | None]
"""First and last day, both included; no last day: it still goes on."""


@dataclass(frozen=True)
class SeatRecord:
    """One seat: when it existed, when somebody held it (terms do not overlap), at which meetings its holder came.

    `meetings` are the days on which the body met, `attended` those on which the holder was present.
    """

    existed: Span
    terms: Sequence[Span] = ()
    meetings: Collection[date] = ()
    attended: Collection[date] = ()


@dataclass(frozen=True)
class SeatTime:
    """Days a seat existed and was held, meetings held meanwhile and attended. Sums over several seats add up."""

    days: int = 0
    days_held: int = 0
    meetings: int = 0
    meetings_attended: int = 0

    @property
    def share_held(self) -> float | None:
        """Share of the days on which somebody held the seat; None where it never existed."""
        return self.days_held / self.days if self.days else None

    @property
    def share_attended(self) -> float | None:
        """Share of the meetings at which somebody sat in the seat; an empty seat attends nothing. None without any."""
        return self.meetings_attended / self.meetings if self.meetings else None

    def __add__(self, other: SeatTime) -> SeatTime:
        return SeatTime(
            self.days + other.days,
            self.days_held + other.days_held,
            self.meetings + other.meetings,
            self.meetings_attended + other.meetings_attended,
        )


def seat_time(seats: Iterable[SeatRecord], *, since: date, until: date) -> SeatTime:
    """Add up the seats from `since` to `until`, both included. ValueError when the span ends before it begins."""
    if until < since:
        raise ValueError(f"span ends on {until}, before it begins on {since}")
    total = SeatTime()
    for seat in seats:
        window = _overlap(seat.existed, (since, until))
        if window is None:
            continue
        held = sum(_days(shared) for term in seat.terms if (shared := _overlap(term, window)))
        met = {day for day in seat.meetings if window[0] <= day <= window[1]}
        total += SeatTime(_days(window), held, len(met), len(met & set(seat.attended)))
    return total


def vacancies(seat: SeatRecord, *, until: date) -> list[Span]:
    """The spans of days, up to `until`, on which the seat existed and nobody held it, the earliest first."""
    window = _overlap(seat.existed, (date.min, until))
    if window is None:
        return []
    found: list[Span] = []
    free_from = window[0]
    for begins_on, ends_on in sorted(seat.terms, key=lambda term: term[0]):
        if begins_on > window[1]:
            break
        if begins_on > free_from:
            found.append((free_from, date.fromordinal(begins_on.toordinal() - 1)))
        if ends_on is None or ends_on >= window[1]:
            return found
        free_from = max(free_from, date.fromordinal(ends_on.toordinal() + 1))
    return [*found, (free_from, window[1])]


def _overlap(span: Span, window: tuple[date, date]) -> tuple[date, date] | None:
    first, last = max(span[0], window[0]), min(span[1] or window[1], window[1])
    return (first, last) if first <= last else None


def _days(span: tuple[date, date]) -> int:
    return (span[1] - span[0]).days + 1
