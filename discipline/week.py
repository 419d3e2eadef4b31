"""One school's week of removals: who is out on which school day, who begins, who is back, and what was ticked off."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from discipline.models import Removal, ServedDay
from district.calendar import SchoolCalendar
from district.models import CalendarDay, School
from district.models.places import calendar_of
from district.page_parts import day_words, plain_days, span_words

LOOKED_BACK = 120
"""Days before a week in which the last school day is looked for: more than any summer."""


@dataclass(frozen=True)
class WeekDay:
    """One day of the week: whether there is school, why not, and how many students are out."""

    day: date
    name: str
    length: Decimal
    reason: str
    out: int
    is_today: bool

    @property
    def words(self) -> str:
        """What stands under its name: no school, a half day, or how many are out."""
        if not self.length:
            return self.reason or _("no school")
        return _("half day") if self.length < 1 else ""


@dataclass(frozen=True)
class Line:
    """One student who is out on a day: how far the removal has come, and what was said of the day."""

    removal: Removal
    name: str
    kind: str
    count: str
    notes: tuple[str, ...]
    mark: str
    mark_words: str


@dataclass(frozen=True)
class Row:
    """One removal in the week: a word for each of its days."""

    removal: Removal
    name: str
    kind: str
    span: str
    cells: tuple[tuple[WeekDay, str, str], ...]  # day, mark ("" when not out, "out" when not ticked off), word


class Week:
    """The days from Monday to Friday around `day` (weekend days only when there is school), and who is out on them.

    Three queries and those of `removals`, which must hold all that touch the days from `looked_at` on.
    """

    def __init__(self, school: School, day: date) -> None:
        self.school, self.day, self.today = school, day, school.district.today()
        self.monday = day - timedelta(days=day.weekday())
        self.calendar = calendar_of(school.district, school)
        self.dates = [one for one in _dates(self.monday, 7) if one.weekday() < 5 or self.calendar.is_school_day(one)]
        self.previous, self.following = self.monday - timedelta(days=7), self.monday + timedelta(days=7)
        before = (self.monday - timedelta(days=number) for number in range(1, LOOKED_BACK))
        self.looked_at = next((one for one in before if self.calendar.is_school_day(one)), self.monday)

    def fill(self, removals: Iterable[Removal]) -> None:
        """Take the removals that touch the week (with their students), and read what was ticked off."""
        self.removals = sorted(removals, key=lambda removal: (removal.student.person.search_name, removal.pk))
        keys = [removal.pk for removal in self.removals]
        ticked = ServedDay.objects.filter(removal__in=keys, day__in=self.dates)
        self.marks = {(row.removal_id, row.day): row.mark for row in ticked}
        closed = CalendarDay.objects.filter(district=self.school.district_id, day__in=self.dates).exclude(reason="")
        own = closed.filter(school=self.school) | closed.filter(school=None)
        self.reasons = {row.day: row.reason for row in own.order_by("school_id")}

    def days(self) -> list[WeekDay]:
        """The days of the week."""
        return [
            WeekDay(
                day,
                date_format(day, "D j"),
                self.calendar.length_on(day),
                self.reasons.get(day, ""),
                sum(self._is_out(removal, day) for removal in self.removals),
                day == self.today,
            )
            for day in self.dates
        ]

    def out(self) -> list[Line]:
        """Who is out on the day, by name."""
        return [self._line(removal) for removal in self.removals if self._is_out(removal, self.day)]

    def back(self) -> list[Removal]:
        """Removals whose student is back on the day: it is the first school day after their last."""
        if not self.calendar.is_school_day(self.day):
            return []
        ended = ((removal, removal.ends_on) for removal in self.removals if removal.ends_on)
        return [
            removal for removal, last in ended if last < self.day and _first_day_after(self.calendar, last) == self.day
        ]

    def rows(self) -> list[Row]:
        """Every removal with a school day in the week."""
        days, words = self.days(), {"out": _("out"), **dict(ServedDay.Mark.choices)}
        rows = []
        for removal in self.removals:
            marks = [
                (day, (self.marks.get((removal.pk, day.day)) or "out") if self._is_out(removal, day.day) else "")
                for day in days
            ]
            if any(mark for _day, mark in marks):
                cells = tuple((day, mark, str(words.get(mark, ""))) for day, mark in marks)
                span = span_words(removal.begins_on, removal.ends_on)
                kind = str(removal.get_kind_display())
                rows.append(Row(removal, removal.student.person.name, kind, span, cells))
        return rows

    def _is_out(self, removal: Removal, day: date) -> bool:
        is_within = removal.begins_on <= day and day <= (removal.ends_on or removal.begins_on)
        return is_within and self.calendar.is_school_day(day)

    def _line(self, removal: Removal) -> Line:
        held = self.calendar.school_days(removal.begins_on, self.day)
        count = _("school day %(number)s") % {"number": plain_days(held)}
        if removal.days is not None:
            # What is ordered may be less than the dates hold: it begins at noon, or ends on half a day.
            words = {"number": plain_days(min(held, removal.days)), "all": plain_days(removal.days)}
            count = _("school day %(number)s of %(all)s") % words
        first = _first_day_after(self.calendar, removal.begins_on - timedelta(days=1))
        notes = [_("begins today")] if first == self.day else []
        if removal.ends_on and _first_day_after(self.calendar, self.day, removal.ends_on) is None:
            back = _first_day_after(self.calendar, removal.ends_on)
            notes.append(_("back on %(day)s") % {"day": day_words(back)} if back else _("last day"))
        mark = self.marks.get((removal.pk, self.day), "")
        kind = str(removal.get_kind_display())
        word = str(ServedDay.Mark(mark).label) if mark else ""
        return Line(removal, removal.student.person.name, kind, count, tuple(notes), mark, word)


def _first_day_after(calendar: SchoolCalendar, day: date, last: date | None = None) -> date | None:
    """The first school day after `day`, up to `last`; None when there is none."""
    days = _dates(day + timedelta(days=1), LOOKED_BACK)
    return next((one for one in days if (last is None or one <= last) and calendar.is_school_day(one)), None)


def _dates(first: date, count: int) -> list[date]:
    start = min(first.toordinal(), date.max.toordinal() - count)
    return [date.fromordinal(start + number) for number in range(count)]
