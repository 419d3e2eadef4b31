"""How many school days one removal counts in the clock, on which dates, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal
from enum import StrEnum

from discipline.idea_clock.facts import ClockPolicy, RemovalFacts
from district.calendar import SchoolCalendar, school_year_of, school_year_window


def _(text: str) -> str:
    """Mark `text` for translation; pages translate it when they show it."""
    return text


NONE, HALF, WHOLE = Decimal(0), Decimal("0.5"), Decimal(1)
LONGEST = timedelta(days=1100)
"""No removal lasts longer: what a mistyped year can cost."""


class Standing(StrEnum):
    """Whether the days of a removal count."""

    COUNTS = "counts"
    MAY_COUNT = "may_count"  # alleged, or a fact is not recorded
    DOES_NOT_COUNT = "does_not_count"
    APART = "apart"  # an interim setting has a limit of its own


WHYS = {
    "removed": _("Out of school: every school day counts."),
    "placed_elsewhere": _("Moved to another school for discipline: every school day counts."),
    "iss_met": _("In school with the curriculum, the IEP services and peers as before: does not count."),
    "iss_not_met": _("In school without the curriculum, the IEP services or peers as before: counts."),
    "iss_not_recorded": _("In school, and nobody recorded whether the three conditions were met: counts."),
    "class_met": _("Out of class with the curriculum, the IEP services and peers as before: does not count."),
    "class_not_met": _("Out of class without the curriculum, the IEP services or peers as before: counts."),
    "class_not_recorded": _("Out of class, and nobody recorded whether the three conditions were met: may count."),
    "bus_lost": _("The bus is an IEP service and nothing replaced it: counts."),
    "bus_replaced": _("The bus is an IEP service and another way to school was given: does not count."),
    "bus_not_service": _("The bus is no IEP service: does not count."),
    "bus_not_recorded": _("Nobody recorded whether the bus is an IEP service and what replaced it: may count."),
    "sent_home": _("Sent home without a formal suspension: counts."),
    "alleged": _("A family says the student was sent home; nobody has confirmed it: may count."),
    "interim": _("An interim setting is counted apart, up to 45 school days."),
}
"""Code of a reason → the sentence that says why the days count or not."""

NOTES = {
    "part_of_day": _("Up to half of the day's instruction counts as half a day, more as a whole day."),
    "day_length_unknown": _("How long that school day was is not recorded; it counts as a whole day."),
    "short_day": _("A day that the calendar shortens is a school day and counts as one."),
    "holds_less": _("The calendar holds fewer school days than were ordered; those it holds count."),
    "record_says_less": _("The record names fewer days than its dates hold; the record counts."),
    "no_calendar": _("No calendar is entered for that school year; Monday to Friday are taken."),
    "runs_out": _("The calendar ends before its last day; the rest counts once the next one is entered."),
    "no_school": _("There was no school on these dates."),
    "length_unknown": _("How long it lasted is not recorded; only the first day counts so far."),
    "not_served": _("Days on which it was not served do not count."),
    "same_day": _("Two removals on one day count as one day at most."),
    "before_eligibility": _("Some of its days lie before the student was protected."),
}
"""Code of a remark → the sentence that says how its days were counted."""


@dataclass(frozen=True)
class CountedDay:
    """A date and how much of a school day it counts: 0.5 or 1."""

    on: date
    amount: Decimal


@dataclass(frozen=True)
class RemovalCount:
    """One removal with its days. `why` is a code of `WHYS`, `notes` are codes of `NOTES`."""

    removal: RemovalFacts
    standing: Standing
    why: str
    days: tuple[CountedDay, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def total(self) -> Decimal:
        """School days it counts, or would count."""
        return sum((day.amount for day in self.days), NONE)

    @property
    def last_on(self) -> date | None:
        """Its last counted day."""
        return self.days[-1].on if self.days else None

    def noting(self, note: str) -> RemovalCount:
        """The same count with a remark, given once."""
        return self if note in self.notes else replace(self, notes=(*self.notes, note))


def count(removal: RemovalFacts, policy: ClockPolicy) -> RemovalCount:
    """Return how many school days the removal counts, on which dates, and why. Total and exact."""
    standing, why = standing_of(removal)
    days, notes = _days(removal, policy)
    if any(day.on in removal.unserved for day in days):
        days = [day for day in days if day.on not in removal.unserved]
        notes.append("not_served")
    return RemovalCount(removal, standing, why, tuple(days), tuple(notes))


def standing_of(removal: RemovalFacts) -> tuple[Standing, str]:
    """Return whether the days of a removal count, and the code of the reason.

    In school: not, if the student had the curriculum, the IEP services and peers as before (71 FR 46715). Bus: only if
    transport is an IEP service and nothing replaced it (OSEP Letter to Sarzynski, 2012). Sent home counts (OSEP
    Q&A 22-02). Interim settings are counted apart (34 CFR 300.530(g)). A kind that nobody knows counts.
    """
    met = removal.conditions.are_met
    match removal.kind:
        case "IAES_PERSONNEL" | "IAES_HEARING_OFFICER":
            return Standing.APART, "interim"
        case "ALTERNATIVE_PLACEMENT":
            return Standing.COUNTS, "placed_elsewhere"
        case "INFORMAL":
            return (Standing.COUNTS, "sent_home") if removal.is_confirmed else (Standing.MAY_COUNT, "alleged")
        case "ISS" if met is None:
            return Standing.COUNTS, "iss_not_recorded"
        case "ISS":
            return (Standing.DOES_NOT_COUNT, "iss_met") if met else (Standing.COUNTS, "iss_not_met")
        case "CLASS" if met is None:
            return Standing.MAY_COUNT, "class_not_recorded"
        case "CLASS":
            return (Standing.DOES_NOT_COUNT, "class_met") if met else (Standing.COUNTS, "class_not_met")
        case "BUS":
            return _bus(removal)
    return Standing.COUNTS, "removed"


def _bus(removal: RemovalFacts) -> tuple[Standing, str]:
    if removal.bus_is_service is False:
        return Standing.DOES_NOT_COUNT, "bus_not_service"
    if removal.bus_is_service and removal.bus_alternative:
        return Standing.DOES_NOT_COUNT, "bus_replaced"
    if removal.bus_is_service and removal.bus_alternative is False:
        return Standing.COUNTS, "bus_lost"
    return Standing.MAY_COUNT, "bus_not_recorded"


def part_of_day(minutes: int, day_minutes: int | None) -> Decimal:
    """School days of an absence from part of one day: up to half of it is 0.5, more is 1, nothing is 0."""
    if minutes <= 0:
        return NONE
    return HALF if day_minutes and 2 * minutes <= day_minutes else WHOLE


def is_reportable(removal: RemovalFacts) -> bool | None:
    """Say whether the removal is half a day or more, the least that federal counts take; None: length not recorded.

    Another question than how many days count: 40 minutes count half a day in the clock and are in no federal table.
    """
    if removal.minutes is not None:
        return None if not removal.day_minutes else 2 * removal.minutes >= removal.day_minutes
    return None if removal.days is None else removal.days >= HALF


def in_halves(days: Decimal) -> Decimal:
    """Recorded school days in the clock's halves: a fraction up to 0.5 is half a day, more is a whole one."""
    whole = days.to_integral_value(ROUND_FLOOR)
    rest = days - whole
    return whole + (NONE if rest == 0 else HALF if rest <= HALF else WHOLE)


def _days(removal: RemovalFacts, policy: ClockPolicy) -> tuple[list[CountedDay], list[str]]:
    if removal.minutes is not None:
        return _minutes(removal)
    if removal.ends_on is None:
        if removal.days is None:
            first, notes = _first_days(removal, HALF, policy)
            return [CountedDay(day.on, WHOLE) for day in first], ["length_unknown", *notes]
        return _first_days(removal, removal.days, policy)
    return _between(removal, removal.ends_on, policy)


def _minutes(removal: RemovalFacts) -> tuple[list[CountedDay], list[str]]:
    day = removal.begins_on
    if _is_entered(removal.calendar, day) and not removal.calendar.is_school_day(day):
        return [], ["no_school"]
    amount = part_of_day(removal.minutes or 0, removal.day_minutes)
    note = "part_of_day" if removal.day_minutes else "day_length_unknown"
    return ([CountedDay(day, amount)] if amount else []), [note]


def _first_days(removal: RemovalFacts, days: Decimal, policy: ClockPolicy) -> tuple[list[CountedDay], list[str]]:
    """As many school days from the first on as were ordered."""
    is_entered = _is_entered(removal.calendar, removal.begins_on)
    dates: list[date] = []
    day, left = removal.begins_on - timedelta(days=1) if removal.begins_on > date.min else removal.begins_on, days
    notes = [] if is_entered else ["no_calendar"]
    while left > 0 and day < _later(removal.begins_on):
        try:
            day = removal.calendar.nth_school_day_after(day, 1) if is_entered else _next_weekday(day)
        except ValueError:
            notes.append("runs_out")
            break
        dates.append(day)
        left -= _length(removal.calendar, day)
    return _walked(removal.calendar, dates, days, policy), notes


def _between(removal: RemovalFacts, ends_on: date, policy: ClockPolicy) -> tuple[list[CountedDay], list[str]]:
    """The school days from the first to the last day; the recorded number wins where it is lower."""
    last = min(ends_on, _later(removal.begins_on))
    span = [removal.begins_on + timedelta(days=n) for n in range((last - removal.begins_on).days + 1)]
    held = [day for day in span if removal.calendar.is_school_day(day)]
    if not held:
        if _is_entered(removal.calendar, removal.begins_on):
            return [], ["no_school"]
        weekdays = [day for day in span if day.weekday() < 5]
        recorded = Decimal(len(weekdays)) if removal.days is None else removal.days
        return _walked(removal.calendar, weekdays, recorded, policy), ["no_calendar"]
    lengths = [_length(removal.calendar, day) for day in held]
    notes = ["short_day"] if policy.half_days_whole and any(length < 1 for length in lengths) else []
    if removal.days is not None and removal.days < sum(lengths):
        return _walked(removal.calendar, held, removal.days, policy), [*notes, "record_says_less"]
    days = [CountedDay(day, _amount(length, policy)) for day, length in zip(held, lengths, strict=True)]
    if removal.days is not None and removal.days > len(held):
        notes.append("holds_less")
    return days, notes


def _walked(calendar: SchoolCalendar, dates: list[date], recorded: Decimal, policy: ClockPolicy) -> list[CountedDay]:
    """The first of the dates, until the recorded school days are used up; a part of the last is half a day or one."""
    left = recorded
    days: list[CountedDay] = []
    for day in dates:
        if left <= 0:
            break
        length = _length(calendar, day)
        amount = _amount(length, policy) if left >= length else in_halves(left)
        days.append(CountedDay(day, amount))
        left -= length
    return days


def _is_entered(calendar: SchoolCalendar, day: date) -> bool:
    """Say whether the calendar knows the school year of the day, so that a day without school is known to be one."""
    first, last = school_year_window(school_year_of(day))
    return any(begins <= last and ends >= first for begins, ends in calendar.terms)


def _length(calendar: SchoolCalendar, day: date) -> Decimal:
    """School days that the date holds; a whole one where no calendar is entered."""
    return calendar.length_on(day) or WHOLE


def _amount(length: Decimal, policy: ClockPolicy) -> Decimal:
    """What a whole removal from a day of that length counts."""
    return HALF if length < 1 and not policy.half_days_whole else WHOLE


def _next_weekday(day: date) -> date:
    following = (day + timedelta(days=n) for n in range(1, 4))
    return next(one for one in following if one.weekday() < 5)


def _later(day: date) -> date:
    return day + LONGEST if day < date.max - LONGEST else date.max


def capped(counts: Iterable[RemovalCount]) -> list[RemovalCount]:
    """The counts in order, with no date above one school day: what a later removal adds to it is left out."""
    taken: dict[date, Decimal] = {}
    result = []
    for one in counts:
        days = []
        for day in one.days:
            amount = min(day.amount, WHOLE - taken.get(day.on, NONE))
            taken[day.on] = taken.get(day.on, NONE) + amount
            if amount:
                days.append(CountedDay(day.on, amount))
        changed = tuple(days) != one.days
        result.append(replace(one, days=tuple(days)).noting("same_day") if changed else one)
    return result
