"""What pages are made of: cells, facts, steps, chips. Plain values that a template shows; no queries, no rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from functools import cached_property
from typing import Any

from django import forms
from django.http import QueryDict
from django.templatetags.static import static
from django.utils.dateparse import parse_date
from django.utils.formats import date_format, time_format
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import gettext, ngettext, pgettext

Words = str | Promise

_NOTHING = mark_safe('<span class="quiet">–</span>')
_STATUS = (
    '<span class="status status-{}"><svg class="shape" viewBox="0 0 14 14" aria-hidden="true" focusable="false">'
    '<use href="{}"/></svg><span>{}</span></span>'
)

DAY = "D, M j, Y"
"""How pages write a day: Tue, Nov 10, 2026."""
CLOCK = "g:i A"
"""How pages write a time of day: 10:40 AM."""
WHOLE_LIST = "?page=1"
"""A list without any filter: an address with nothing at all is that of the reader's default view."""


def day_words(day: date | None) -> str:
    """A day as pages write it; empty when there is none."""
    return date_format(day, DAY) if day else ""


def time_words(at: time | None) -> str:
    """A time of day in the reader's language; empty when unknown."""
    return time_format(at, CLOCK) if at else ""


def moment_words(moment: datetime | None) -> str:
    """Day and time of a moment, in the server's time zone; empty when there is none."""
    if not moment:
        return ""
    here = localtime(moment)
    return gettext("%(day)s at %(time)s") % {"day": day_words(here.date()), "time": time_words(here.time())}


def span_words(begins_on: date | None, ends_on: date | None) -> str:
    """A span of days, both included; an open end is said, not left out."""
    if not begins_on and not ends_on:
        return gettext("whole year")
    if not ends_on:
        return gettext("from %(day)s") % {"day": day_words(begins_on)}
    if not begins_on:
        return gettext("until %(day)s") % {"day": day_words(ends_on)}
    if begins_on == ends_on:
        return day_words(begins_on)
    return f"{day_words(begins_on)} – {day_words(ends_on)}"


def plain_days(days: Decimal | None) -> str:
    """School days as a bare number without trailing zeros; empty when nobody gave a length."""
    return "" if days is None else format(days.normalize(), "f")


def school_days_words(days: Decimal | None) -> str:
    """School days, such as "3 school days", "0.5 school days"; a length nobody gave is "length unknown"."""
    if days is None:
        return gettext("length unknown")
    plain = plain_days(days)
    if days == days.to_integral_value():
        return ngettext("%(days)s school day", "%(days)s school days", int(days)) % {"days": plain}
    return gettext("%(days)s school days") % {"days": plain}


def year_words(year: int) -> str:
    """A school year by the year in which it ends: 2021 is 2020–21."""
    return f"{year - 1}–{year % 100:02d}"


def yes_no_words(value: bool | None) -> str:
    """Yes, No, or Not reported."""
    if value is None:
        return gettext("Not reported")
    return pgettext("answer", "Yes") if value else pgettext("answer", "No")


@dataclass(frozen=True)
class Status:
    """A state: always a word with its shape; `tone` is done, underway, open, due, late, waived or unknown."""

    word: Words
    tone: str

    SHAPES = {
        "done": "check",
        "underway": "half",
        "open": "ring",
        "due": "diamond",
        "late": "triangle",
        "waived": "dash",
        "unknown": "dashed",
    }

    @property
    def shape(self) -> str:
        """The shape that goes with the tone."""
        return self.SHAPES[self.tone]

    @property
    def html(self) -> SafeString:
        """The word with its shape."""
        return format_html(_STATUS, self.tone, f"{static('shapes.svg')}#{self.shape}", self.word)


@dataclass(frozen=True)
class Cell:
    """One value of a row: words, perhaps a link, a second line, a status."""

    text: Words = ""
    href: str = ""
    note: Words = ""
    status: Status | None = None
    is_number: bool = False

    @property
    def html(self) -> SafeString:
        """What stands in the cell. Made here and not by a template: a page holds hundreds of cells."""
        if self.status:
            main = self.status.html
        elif self.href:
            main = format_html('<a class="cell-link" href="{}">{}</a>', self.href, self.text)
        else:
            main = format_html("<span>{}</span>", self.text) if self.text != "" else _NOTHING
        return main + format_html('<small class="cell-note">{}</small>', self.note) if self.note else main


@dataclass(frozen=True)
class Heading:
    """A column: its label, the name by which `?ordering=` sorts it (none: not sortable), what it holds.

    `is_number` aligns it at the end, `is_day` keeps it on one line.
    """

    label: Words
    order: str = ""
    is_number: bool = False
    is_day: bool = False

    @property
    def look(self) -> str:
        """Class of its cells."""
        if self.is_number:
            return "num"
        return "day" if self.is_day else ""

    @property
    def attributes(self) -> SafeString:
        """Attributes of its cells; on a phone the label stands beside the value."""
        look = format_html(' class="{}"', self.look) if self.look else ""
        return format_html('{} data-label="{}"', look, self.label)


@dataclass(frozen=True)
class SortableHeading:
    """A heading as the reader sees it: where its link leads and how the list is sorted now."""

    heading: Heading
    url: str = ""
    aria_sort: str = ""

    @cached_property
    def label(self) -> str:
        """The words of the column in the reader's language; every cell says them again."""
        return str(self.heading.label)

    @cached_property
    def look(self) -> str:
        """Class of its cells."""
        return self.heading.look

    @cached_property
    def attributes(self) -> SafeString:
        """Attributes of its cells."""
        return self.heading.attributes


@dataclass(frozen=True)
class Fact:
    """One thing that is so: a small label over its value, perhaps with a note."""

    label: Words
    value: Words
    note: Words = ""
    href: str = ""


@dataclass(frozen=True)
class TimelineStep:
    """One dated step of a record, put in order by `on`; `is_done` fills its mark."""

    on: date
    when: Words
    title: Words
    note: Words = ""
    is_done: bool = True


@dataclass(frozen=True)
class NextStep:
    """What can be done with a record now: an address that asks for more, or (`is_posted`) a press that does it."""

    label: Words
    url: str
    is_main: bool = False
    is_posted: bool = False


@dataclass(frozen=True)
class Section:
    """A small table on a record's page; without rows it shows `empty`."""

    title: Words
    headings: tuple[Heading, ...] = ()
    rows: Sequence[Sequence[Cell]] = ()
    empty: Words = ""
    note: Words = ""
    more: tuple[str, Words] | None = None

    @property
    def lines(self) -> list[list[tuple[Heading, Cell]]]:
        """Rows with each cell beside its heading, which a phone shows as its label."""
        return lines_of(self.headings, self.rows)


def lines_of(headings: Sequence[Any], rows: Iterable[Sequence[Cell]]) -> list[list[tuple[Any, Cell]]]:
    """Pair the cells of each row with their headings."""
    return [list(zip(headings, row, strict=True)) for row in rows]


@dataclass(frozen=True)
class Line:
    """A row that can be selected: its cells beside their headings, the id of its record, and what tells it apart."""

    cells: Sequence[tuple[Any, Cell]]
    key: str
    name: Words
    is_selected: bool = False

    def __iter__(self) -> Iterator[tuple[Any, Cell]]:
        return iter(self.cells)


def name_of_row(row: Sequence[Cell]) -> str:
    """What tells a row apart when it is read aloud: its first two cells that say something."""
    said = [str(cell.status.word if cell.status else cell.text) for cell in row]
    return ", ".join([text for text in said if text][:2])


@dataclass(frozen=True)
class Chip:
    """One filter: a pill with its label and its choices, or a field to type in; `clear_url` takes it away."""

    name: str
    label: Words
    value: str
    kind: str  # select, date, text or fixed
    choices: tuple[tuple[str, Words], ...] = ()
    is_wrong: bool = False
    clear_url: str = ""

    @property
    def words(self) -> Words:
        """What is chosen, in words."""
        if self.kind == "fixed":
            return gettext("one record")
        if self.kind == "date":
            return day_words(parse_date(self.value))
        return dict(self.choices).get(self.value, self.value)


@dataclass(frozen=True)
class MenuChoice:
    """One line of a menu in the top bar."""

    label: Words
    url: str
    is_current: bool


@dataclass(frozen=True)
class Menu:
    """A menu in the top bar: what it chooses and what is chosen."""

    label: Words
    current: Words
    choices: tuple[MenuChoice, ...] = field(default_factory=tuple)


def with_query(query: QueryDict, path: str = "", /, **changes: str | int | None) -> str:
    """Address of this page with parameters changed; None takes one away, and any change goes back to page 1.

    What is empty is left out; without a path and with nothing left to ask for, it is the whole list.
    """
    changed = query.copy()
    for name in [name for name, values in changed.lists() if name in ("page", "format") or not any(values)]:
        changed.pop(name)
    for name, value in changes.items():
        if value is None:
            changed.pop(name, None)
        else:
            changed[name] = str(value)
    text = changed.urlencode()
    return f"{path}?{text}" if text else (path or WHOLE_LIST)


def chip_of(name: str, label: Words, one: forms.Field, query: QueryDict, errors: Mapping[str, Any]) -> Chip:
    """The chip of one filter: choices where its field has them, else a day or a text."""
    value = query.get(name, "")
    wrong = name in errors
    away = with_query(query, **{name: None}) if value else ""
    if isinstance(one, forms.UUIDField):
        return Chip(name, label, value, "fixed", is_wrong=wrong, clear_url=away)
    if isinstance(one, forms.DateField):
        return Chip(name, label, value, "date", is_wrong=wrong, clear_url=away)
    choices = tuple((str(code), label) for code, label in getattr(one.widget, "choices", ()))
    if not choices:
        return Chip(name, label, value, "text", is_wrong=wrong, clear_url=away)
    if value and value not in dict(choices):  # several codes at once, from a link
        labels = dict(choices)
        joined = ", ".join(str(labels.get(code.strip(), code)) for code in value.split(","))
        choices = (*choices, (value, joined))
    return Chip(name, label, value, "select", choices, is_wrong=wrong, clear_url=away)
