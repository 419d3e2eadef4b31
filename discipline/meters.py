"""The days meter of a student: squares with a bar at day 10, what is due, and why each removal counts or does not."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from discipline.clocks import StudentClock, clock_of, key_of_alleged
from discipline.idea_clock import LIMIT, NOTES, WHYS, Basis, Event, Kind, Line, Review, Standing
from discipline.models import Removal, SentHome
from district.access import Permission
from district.columns import is_open
from district.models import SchoolYear, Student, User
from district.page_parts import (
    Cell,
    Heading,
    Section,
    Status,
    day_words,
    plain_days,
    school_days_words,
    span_words,
    year_words,
)

MOST_SQUARES = 30
"""Squares that a meter shows; what lies beyond is said in words."""
USED, ORDERED, MAY, FREE = "used", "ordered", "may", "free"


@dataclass(frozen=True)
class Square:
    """One school day of the meter, in two halves. `is_limit`: the bar at day 10 stands behind it."""

    first: str
    second: str
    is_limit: bool = False


@dataclass(frozen=True)
class DaysMeter:
    """What `discipline/_days_meter.html` shows."""

    title: str
    status: Status
    squares: tuple[Square, ...]
    label: str
    more: str
    figures: tuple[tuple[str, str], ...]
    """(tone, words) of the tones that the squares show."""
    says: tuple[tuple[Status, str], ...]
    section: Section


def meter_for(user: User, student: Student, school_year: SchoolYear, *, on: date | None = None) -> DaysMeter | None:
    """Return the meter of `student` for `user`; None where it says nothing: no IEP and no Section 504 plan on record.

    None too for a reader without the right to removals and to program flags in every grant through which they read.
    Days at schools that the reader does not see count, and only their number is shown.
    """
    if not user.holds(Permission.REMOVAL_VIEW) or not is_open(Removal, Permission.DEMOGRAPHICS_VIEW, user):
        return None
    read = clock_of(student, school_year, on=on)
    if read.is_protection_known and not read.protections:
        return None
    seen: set[Hashable] = set(
        Removal.objects.visible_to(user).filter(pk__in=read.removals).values_list("pk", flat=True)
    )
    if read.alleged:
        keys = [report.pk for report in read.alleged.values()]
        seen |= {key_of_alleged(report) for report in SentHome.objects.visible_to(user).filter(pk__in=keys)}
    return meter_of(read, seen)


def meter_of(read: StudentClock, seen: set[Hashable]) -> DaysMeter:
    """Return the meter of a clock; removals whose keys are not in `seen` show their days only."""
    clock = read.clock
    ordered, may = clock.total - clock.used, clock.at_most - clock.total
    squares = tuple(_squares(clock.used, ordered, may))
    figures = [(USED, _("%(days)s used") % {"days": plain_days(clock.used)})]
    if ordered:
        figures.append((ORDERED, _("%(days)s ordered") % {"days": plain_days(ordered)}))
    if may:
        figures.append((MAY, _("%(days)s may count") % {"days": plain_days(may)}))
    words = ", ".join(text for _tone, text in figures)
    beyond = max(Decimal(0), clock.at_most - MOST_SQUARES)
    return DaysMeter(
        title=_("Days removed in %(year)s") % {"year": year_words(clock.year)},
        status=_status(read),
        squares=squares,
        label=_("%(words)s, of 10 school days.") % {"words": words},
        more=_("and %(days)s more") % {"days": plain_days(beyond)} if beyond else "",
        figures=tuple(figures),
        says=tuple(_says(read)),
        section=_section(read, seen),
    )


def _status(read: StudentClock) -> Status:
    """Where the count stands: in words, with its shape."""
    total = read.clock.total
    if total > LIMIT:
        return Status(_("Day %(days)s, beyond 10") % {"days": plain_days(total)}, "late")
    words = _("Day %(days)s of 10") % {"days": plain_days(total)}
    if read.clock.is_at_least:
        words = _("At least day %(days)s of 10") % {"days": plain_days(total)}
    warned = [mark for mark in read.policy.marks if total >= mark]
    return Status(words, "due" if warned or read.clock.at_most > LIMIT else "open")


def _squares(used: Decimal, ordered: Decimal, may: Decimal) -> Iterator[Square]:
    halves = [USED] * int(2 * used) + [ORDERED] * int(2 * ordered) + [MAY] * int(2 * may)
    halves = halves[: 2 * MOST_SQUARES]
    halves += [FREE] * (max(2 * int(LIMIT), len(halves) + len(halves) % 2) - len(halves))
    for place in range(0, len(halves), 2):
        yield Square(halves[place], halves[place + 1], is_limit=place == 2 * int(LIMIT) - 2)


def _says(read: StudentClock) -> Iterator[tuple[Status, str]]:
    """What the clock says, what is due first."""
    clock = read.clock
    if not read.is_protection_known:
        words = _(
            "Whether the student has an IEP or a Section 504 plan is not reported for this year. If so, this counts."
        )
        yield Status(_("Not known"), "unknown"), words
    for event in clock.events:
        said = _said(event, read)
        if said:
            yield said
    if clock.total == LIMIT and any(one.basis is Basis.IDEA for one in read.protections):
        words = _("Any further day of removal needs services from its first day (34 CFR 300.530(b)(2)).")
        yield Status(_("Day 10"), "due"), words
    elif not clock.next_day_is_beyond:
        yield Status(_("Days left"), "open"), _left_words(clock.left)


def _said(event: Event, read: StudentClock) -> tuple[Status, str] | None:
    """One event in words, with what has been done about it as far as the record says."""
    done = read.determinations.get(event.removal)  # type: ignore[call-overload]
    day, due = day_words(event.on), day_words(event.due_on) or _("a day that the calendar does not reach")
    late = "late" if event.due_on is None or event.due_on < read.clock.on else "due"
    match event.kind:
        case Kind.FACTS_MISSING:
            words = _("What bears on the removal of %(day)s is missing.") % {"day": day}
            return Status(_("To be recorded"), "due"), words
        case Kind.SERVICES_DUE:
            given = read.removals[event.removal].services_provided  # type: ignore[index]
            days = ", ".join(day_words(one) for one in event.days[:6]) + ("…" if len(event.days) > 6 else "")
            words = _("Due on %(days)s (34 CFR 300.530(b)(2), (d)(4)).") % {"days": days}
            return Status(_("Services"), "done" if given else late), words
        case Kind.PATTERN_REVIEW:
            return _review_said(event.answer)
        case Kind.CHANGE_OF_PLACEMENT:
            words = _("By the decision of %(day)s (34 CFR 300.536).") % {"day": day}
            return Status(_("Change of placement"), "due"), words
        case Kind.NOTICE_DUE if done and done.notice_on:
            words = _("The parents were told on %(day)s (34 CFR 300.530(h)).") % {"day": day_words(done.notice_on)}
            return Status(_("Notice"), "done"), words
        case Kind.NOTICE_DUE:
            return Status(_("Notice"), late), _("To the parents on %(day)s (34 CFR 300.530(h)).") % {"day": due}
        case Kind.DETERMINATION_DUE if done and done.held_on:
            answer = _("a manifestation") if done.is_manifestation else _("not a manifestation")
            words = _("Held on %(day)s: %(answer)s of the disability (34 CFR 300.530(e)).")
            return Status(_("Determination"), "done"), words % {"day": day_words(done.held_on), "answer": answer}
        case Kind.DETERMINATION_DUE:
            words = _("Manifestation determination by %(day)s (34 CFR 300.530(e)).") % {"day": due}
            return Status(_("Determination"), late), words
        case Kind.INTERIM_ENDS:
            words = _("The interim setting ends by %(day)s, its 45th school day (34 CFR 300.530(g)).") % {"day": due}
            return Status(_("Interim setting"), "due"), words
    return None  # marks are in the status of the meter


def _review_said(review: Review | None) -> tuple[Status, str]:
    if review is None:
        words = _("A person decides whether the removals form a pattern (34 CFR 300.536).")
        return Status(_("To be decided"), "late"), words
    answer = _("a pattern") if review.is_change_of_placement else _("no pattern")
    words = _("Decided on %(day)s: %(answer)s (34 CFR 300.536).")
    return Status(_("Decided"), "done"), words % {"day": day_words(review.decided_on), "answer": answer}


def _left_words(left: Decimal) -> str:
    if left != left.to_integral_value():
        return _("%(days)s school days are left until day 10.") % {"days": plain_days(left)}
    words = ngettext(
        "%(days)s school day is left until day 10.", "%(days)s school days are left until day 10.", int(left)
    )
    return words % {"days": plain_days(left)}


def _section(read: StudentClock, seen: set[Hashable]) -> Section:
    """Each removal with its days, and why they count or do not."""
    rows = [_row(line, read, seen) for line in read.clock.lines]
    headings = (Heading(_("Removal")), Heading(_("When")), Heading(_("Counts")), Heading(_("Why")))
    note = _(
        "Every removal of the district counts, whatever the school. Sources: 34 CFR 300.11, 300.530 and 300.536; "
        "71 FR 46715; OSEP Letter to Sarzynski (2012); OSEP Q&A 22-02."
    )
    return Section(_("Why each day counts"), headings, rows, _("No removal this school year."), note if rows else "")


def _row(line: Line, read: StudentClock, seen: set[Hashable]) -> list[Cell]:
    days = school_days_words(line.count.total)
    standing = {
        Standing.COUNTS: days,
        Standing.MAY_COUNT: _("%(days)s may count") % {"days": days},
        Standing.DOES_NOT_COUNT: _("no"),
        Standing.APART: _("apart: %(days)s") % {"days": days},
    }[line.count.standing]
    key = line.count.removal.key
    if key not in seen:
        return [Cell(_("At another school")), Cell(""), Cell(standing), Cell(_("Its record is not yours to see."))]
    if report := read.alleged.get(key):
        return _alleged_row(line, report, standing)
    removal = read.removals[key]  # type: ignore[index]
    notes = " ".join(_(NOTES[code]) for code in line.count.notes)
    return [
        Cell(removal.get_kind_display(), reverse("removal_detail", args=[removal.uid])),
        Cell(span_words(removal.begins_on, removal.ends_on or line.count.last_on)),
        Cell(standing),
        Cell(_(WHYS[line.count.why]), note=notes),
    ]


def _alleged_row(line: Line, report: SentHome, standing: str) -> list[Cell]:
    """A removal that a family alleges and nobody has confirmed."""
    return [
        Cell(_("Sent home, as the family says"), reverse("sent_home_detail", args=[report.uid])),
        Cell(span_words(report.begins_on, line.count.last_on)),
        Cell(standing),
        Cell(_(WHYS[line.count.why])),
    ]
