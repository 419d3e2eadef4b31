"""The clock of one student and school year: days that count, days left, and what the law asks for, with its day.

It never decides that a series of removals is a pattern: it asks a person, and takes the answer (34 CFR 300.536(b)).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from discipline.idea_clock.counting import NONE, CountedDay, RemovalCount, Standing, capped, count
from discipline.idea_clock.facts import (
    LIMIT,
    Basis,
    ClockPolicy,
    Protection,
    RemovalFacts,
    Review,
    Section504,
    basis_on,
)
from district.calendar import SchoolCalendar, school_year_of, school_year_window

DETERMINATION_DAYS = 10
"""School days from a decision to change the placement to the manifestation determination (34 CFR 300.530(e))."""
INTERIM_DAYS = 45
"""School days that an interim setting may last (34 CFR 300.530(g), 300.532(b)(2)(ii))."""
HEARING_DAYS, DECISION_DAYS = 20, 10
"""School days to an expedited hearing, and from it to its decision (34 CFR 300.532(c)(2))."""
RESOLUTION_DAYS, PROCEED_DAYS = 7, 15
"""Calendar days to the resolution meeting, and until the hearing may go on (34 CFR 300.532(c)(3))."""


class Kind(StrEnum):
    """What the clock says."""

    MARK = "mark"  # a total at which the district is warned was reached
    FACTS_MISSING = "facts_missing"  # days may count, or a length is not recorded
    SERVICES_DUE = "services_due"  # 34 CFR 300.530(b)(2), (d)(4)
    PATTERN_REVIEW = "pattern_review"  # a person decides, 34 CFR 300.536(a)(2)
    CHANGE_OF_PLACEMENT = "change_of_placement"  # 34 CFR 300.536(a)
    NOTICE_DUE = "notice_due"  # 34 CFR 300.530(h)
    DETERMINATION_DUE = "determination_due"  # 34 CFR 300.530(e)
    INTERIM_ENDS = "interim_ends"  # 34 CFR 300.530(g)


@dataclass(frozen=True)
class Event:
    """One thing that the clock says: the day it comes about, the last day it is in time, over which removal.

    `due_on` is None where the law names no day, or where the calendar does not reach it (`has_due`). `value` is the
    total of a mark. `days` are the dates on which services are due. `answer` is the review a person has made.
    """

    kind: Kind
    on: date
    removal: Hashable
    due_on: date | None = None
    has_due: bool = False
    value: Decimal | None = None
    days: tuple[date, ...] = ()
    answer: Review | None = None


@dataclass(frozen=True)
class Line:
    """One removal in the clock: its days of this school year, and the total of certain days before and after it."""

    count: RemovalCount
    before: Decimal
    after: Decimal
    beyond: tuple[date, ...] = ()
    """Its dates beyond 10."""


@dataclass(frozen=True)
class InterimStay:
    """Time in an interim setting, counted apart: its school days so far ordered, and the 45th."""

    removal: Hashable
    begins_on: date
    days: Decimal
    last_day: date | None


@dataclass(frozen=True)
class Clock:
    """The clock as of a day. `total` holds days that count for certain, ordered ones to come included."""

    year: int
    on: date
    lines: tuple[Line, ...]
    interim: tuple[InterimStay, ...]
    events: tuple[Event, ...]
    total: Decimal
    used: Decimal
    """Days up to the day of the clock, that day included."""
    at_most: Decimal
    """The total if everything that may count does."""
    longest_run: Decimal
    """Most school days in a row over one incident, also across the end of the school year."""
    is_at_least: bool
    """Whether a length is not recorded, so that the total may be higher."""

    @property
    def left(self) -> Decimal:
        """School days left until day 10 is used up; never below 0."""
        return max(NONE, LIMIT - self.total)

    @property
    def next_day_is_beyond(self) -> bool:
        """Whether any further day of removal is one beyond 10."""
        return self.total >= LIMIT

    def of(self, kind: Kind) -> tuple[Event, ...]:
        """The events of one kind, by day."""
        return tuple(event for event in self.events if event.kind is kind)


@dataclass(frozen=True)
class Hearing:
    """The days of an expedited hearing; None where the calendar does not reach or an event has no day yet."""

    resolution_by: date | None
    may_proceed_on: date | None
    hearing_by: date | None
    decision_by: date | None


def run_clock(
    removals: Iterable[RemovalFacts],
    *,
    year: int,
    on: date,
    protections: tuple[Protection, ...] = (),
    reviews: Iterable[Review] = (),
    policy: ClockPolicy | None = None,
) -> Clock:
    """Return the clock of a student in the school year that ends in `year`, as of the day `on`.

    `removals` are all that touch the year, at whatever school of the district: a move within it resets nothing. Only
    dates of the year add up; a run in a row goes on across its end.
    """
    policy = policy or ClockPolicy()
    ordered = sorted(removals, key=lambda one: (one.begins_on, one.decision, str(one.key)))
    whole = [count(removal, policy) for removal in ordered]
    certain = capped(one for one in whole if one.standing is Standing.COUNTS)
    others = [one for one in whole if one.standing is not Standing.COUNTS]
    here = [one for one in (*others, *certain) if _touches(one, year)]
    counts = [_within(one, year, protections, policy) for one in here]
    counts.sort(key=lambda one: (one.removal.begins_on, one.removal.decision, str(one.removal.key)))
    lines = tuple(_lines(counts))
    total = sum((line.count.total for line in lines if line.count.standing is Standing.COUNTS), NONE)
    runs = _runs(certain)
    events = _events(year, lines, runs, protections, {one.removal: one for one in reviews}, policy)
    return Clock(
        year=year,
        on=on,
        lines=lines,
        interim=tuple(_stay(one) for one in here if one.standing is Standing.APART),
        events=tuple(sorted(events, key=lambda event: (event.on, list(Kind).index(event.kind)))),
        total=total,
        used=sum((day.amount for line in lines for day in _certain_days(line) if day.on <= on), NONE),
        at_most=_at_most(counts),
        longest_run=max((length for length, _crossed in runs.values()), default=NONE),
        is_at_least=any("length_unknown" in one.notes for one in counts if one.standing is Standing.COUNTS),
    )


def determination_due(decision: date, calendar: SchoolCalendar) -> date | None:
    """Last day for the manifestation determination: the tenth school day after the decision. None: no calendar."""
    return _school_day_after(decision, DETERMINATION_DAYS, calendar)


def interim_last_day(begins_on: date, calendar: SchoolCalendar) -> date | None:
    """The 45th school day in an interim setting, its first school day being the first. None: no calendar."""
    return _school_day_after(begins_on - timedelta(days=1), INTERIM_DAYS, calendar)


def expedited_hearing(
    *, filed_on: date, calendar: SchoolCalendar, received_on: date | None = None, held_on: date | None = None
) -> Hearing:
    """Days of an expedited hearing (34 CFR 300.532(c)): within 20 school days of the complaint, decided within 10.

    The resolution meeting comes within 7 calendar days of receiving it, and after 15 the hearing may go on.
    """
    return Hearing(
        resolution_by=received_on and received_on + timedelta(days=RESOLUTION_DAYS),
        may_proceed_on=received_on and received_on + timedelta(days=PROCEED_DAYS),
        hearing_by=_school_day_after(filed_on, HEARING_DAYS, calendar),
        decision_by=held_on and _school_day_after(held_on, DECISION_DAYS, calendar),
    )


def _school_day_after(day: date, n: int, calendar: SchoolCalendar) -> date | None:
    try:
        return calendar.nth_school_day_after(day, n)
    except ValueError:
        return None


def _touches(one: RemovalCount, year: int) -> bool:
    """Say whether the removal has to do with the school year: a day in it, or none at all and it begins there."""
    if not one.days:
        return school_year_of(one.removal.begins_on) == year
    return any(school_year_of(day.on) == year for day in one.days)


def _within(one: RemovalCount, year: int, protections: tuple[Protection, ...], policy: ClockPolicy) -> RemovalCount:
    """The same count with the days of the school year only, and, where the district says so, of the protection."""
    first, last = school_year_window(year)
    days = [day for day in one.days if first <= day.on <= last]
    before = [day for day in days if not basis_on(protections, day.on)]
    if protections and before and not policy.counts_before_eligibility:
        days = [day for day in days if day not in before]
    changed = RemovalCount(one.removal, one.standing, one.why, tuple(days), one.notes)
    return changed.noting("before_eligibility") if protections and before else changed


_IN_QUESTION = (Standing.COUNTS, Standing.MAY_COUNT)


def _certain_days(line: Line) -> tuple[CountedDay, ...]:
    return line.count.days if line.count.standing is Standing.COUNTS else ()


def _lines(counts: list[RemovalCount]) -> Iterator[Line]:
    """The removals with running totals. A day beyond 10 is one with which the total, by dates, passes 10."""
    ledger = sorted(
        (day.on, place, day.amount)
        for place, one in enumerate(counts)
        if one.standing is Standing.COUNTS
        for day in one.days
    )
    total = NONE
    beyond: dict[int, list[date]] = {}
    for on, place, amount in ledger:
        total += amount
        if total > LIMIT:
            beyond.setdefault(place, []).append(on)
    running = NONE
    for place, one in enumerate(counts):
        added = one.total if one.standing is Standing.COUNTS else NONE
        yield Line(one, running, running + added, tuple(beyond.get(place, ())))
        running += added


def _at_most(counts: list[RemovalCount]) -> Decimal:
    may = [one for one in counts if one.standing in _IN_QUESTION]
    return sum((one.total for one in capped(sorted(may, key=lambda one: one.standing))), NONE)


def _runs(certain: list[RemovalCount]) -> dict[Hashable, tuple[Decimal, Hashable | None]]:
    """Incident (a removal without one stands for itself) → its longest run, and the removal with which it passes 10.

    A removal that follows another over the same incident without a school day between goes on with it.
    """
    groups: dict[Hashable, list[tuple[date, Decimal, RemovalFacts]]] = {}
    for one in certain:
        name: Hashable = one.removal.incident
        if name is None:
            name = ("by itself", one.removal.key)
        groups.setdefault(name, []).extend((day.on, day.amount, one.removal) for day in one.days)
    found: dict[Hashable, tuple[Decimal, Hashable | None]] = {}
    for name, days in groups.items():
        run, longest, crossed, previous = NONE, NONE, None, None
        for on, amount, removal in sorted(days, key=lambda day: day[0]):
            follows = previous is not None and _follows(previous, on, removal.calendar)
            run = run + amount if follows else amount
            longest = max(longest, run)
            if run > LIMIT and crossed is None:
                crossed = removal.key
            previous = on
        found[name] = (longest, crossed)
    return found


def _follows(previous: date, on: date, calendar: SchoolCalendar) -> bool:
    """Say whether no school day lies between two days, the same day included."""
    return on <= previous + timedelta(days=1) or not calendar.school_days(
        previous + timedelta(days=1), on - timedelta(days=1)
    )


def _stay(one: RemovalCount) -> InterimStay:
    removal = one.removal
    return InterimStay(removal.key, removal.begins_on, one.total, interim_last_day(removal.begins_on, removal.calendar))


def _events(
    year: int,
    lines: tuple[Line, ...],
    runs: dict[Hashable, tuple[Decimal, Hashable | None]],
    protections: tuple[Protection, ...],
    reviews: dict[Hashable, Review],
    policy: ClockPolicy,
) -> Iterator[Event]:
    too_long = {crossed for _length, crossed in runs.values() if crossed is not None}
    yield from _marks(lines, protections, policy)
    for line in lines:
        removal = line.count.removal
        basis = basis_on(protections, removal.decision) or basis_on(protections, line.count.last_on or removal.decision)
        if basis is None or (basis is Basis.SECTION504 and policy.section504 is Section504.NONE):
            continue
        if line.count.standing is Standing.MAY_COUNT or "length_unknown" in line.count.notes:
            yield Event(Kind.FACTS_MISSING, removal.begins_on, removal.key)
        is_decided_here = school_year_of(removal.decision) == year
        if line.count.standing is Standing.APART:
            yield from _placement(line, removal.decision) if is_decided_here else ()
            last = interim_last_day(removal.begins_on, removal.calendar)
            yield Event(Kind.INTERIM_ENDS, removal.begins_on, removal.key, last, has_due=True)
            continue
        if line.beyond and (basis is Basis.IDEA or policy.section504 is Section504.SAME):
            yield Event(Kind.SERVICES_DUE, line.beyond[0], removal.key, line.beyond[0], has_due=True, days=line.beyond)
        review = reviews.get(removal.key)
        if removal.key in too_long and is_decided_here:
            yield Event(Kind.CHANGE_OF_PLACEMENT, removal.decision, removal.key)
            yield from _placement(line, removal.decision)
        elif line.beyond:
            yield Event(Kind.PATTERN_REVIEW, removal.decision, removal.key, answer=review)
            if review and review.is_change_of_placement:
                yield Event(Kind.CHANGE_OF_PLACEMENT, review.decided_on, removal.key, answer=review)
                yield from _placement(line, review.decided_on)


def _placement(line: Line, decision: date) -> Iterator[Event]:
    """What a decision to change the placement asks for."""
    removal = line.count.removal
    yield Event(Kind.NOTICE_DUE, decision, removal.key, decision, has_due=True)
    due = determination_due(decision, removal.calendar)
    yield Event(Kind.DETERMINATION_DUE, decision, removal.key, due, has_due=True)


def _marks(lines: tuple[Line, ...], protections: tuple[Protection, ...], policy: ClockPolicy) -> Iterator[Event]:
    """The day on which the running total reaches each mark, where the student is protected then."""
    ledger = sorted((day.on, place, day.amount) for place, line in enumerate(lines) for day in _certain_days(line))
    for mark in sorted(policy.marks):
        total = NONE
        for on, place, amount in ledger:
            total += amount
            if total >= mark and basis_on(protections, on):
                yield Event(Kind.MARK, on, lines[place].count.removal.key, value=mark)
                break
