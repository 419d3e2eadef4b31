"""The IDEA and Section 504 clock of students, read from the record: rows in, `discipline.idea_clock` does the counting.

A clock counts every removal of the district in the school year, at whatever school: a move within it resets nothing.
What a reader may see of the single removals is decided where they are shown.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Q

from discipline.idea_clock import (
    Basis,
    Clock,
    ClockPolicy,
    Conditions,
    Protection,
    RemovalFacts,
    Review,
    run_clock,
)
from discipline.models import (
    ClockSettings,
    ManifestationDetermination,
    PatternReview,
    Removal,
    RemovalKind,
    RemovalTerms,
    SentHome,
    ServedDay,
)
from district.calendar import SchoolCalendar, school_year_window
from district.models import CalendarDay, District, ProgramStatus, SchoolYear, Student

REACH = timedelta(days=400)
"""How long ago a removal without a last day may have begun to have a day in the year."""
NOT_SERVED = (ServedDay.Mark.ABSENT, ServedDay.Mark.PRESENT)


@dataclass(frozen=True)
class StudentClock:
    """The clock of one student and year with the rows behind it, by the keys of the removals.

    `alleged` are removals that a family says took place and nobody has confirmed, by `key_of_alleged`: each may count.
    `is_protection_known` is False where no import has brought programs for the year: then nobody knows whether the
    student has an IEP or a Section 504 plan.
    """

    clock: Clock
    protections: tuple[Protection, ...]
    is_protection_known: bool
    policy: ClockPolicy
    removals: dict[int, Removal] = field(repr=False)
    determinations: dict[int, ManifestationDetermination] = field(default_factory=dict, repr=False)
    alleged: dict[Hashable, SentHome] = field(default_factory=dict, repr=False)


def clock_of(student: Student, school_year: SchoolYear, *, on: date | None = None) -> StudentClock:
    """Return the clock of `student` in `school_year`, as of `on` (default: today in the district).

    A fixed number of queries.
    """
    return clocks_of([student.pk], school_year, on=on)[student.pk]


def clocks_of(students: Collection[int], school_year: SchoolYear, *, on: date | None = None) -> dict[int, StudentClock]:
    """Return the clock of each student, by key, in a fixed number of queries, however many they are."""
    district = school_year.district
    on = on or district.today()
    policy = policy_on(district, on)
    removals = list(_removals(students, school_year))
    alleged = list(SentHome.objects.alleged().filter(student__in=students, school_year=school_year))
    calendars = calendars_of(district, {row.school_id for row in [*removals, *alleged]})
    facts: dict[int, list[RemovalFacts]] = {}
    unserved = _unserved([removal.pk for removal in removals])
    for removal in removals:
        told = facts_of(removal, calendars[removal.school_id], frozenset(unserved.get(removal.pk, ())))
        facts.setdefault(removal.student_id, []).append(told)
    for report in alleged:
        facts.setdefault(report.student_id, []).append(alleged_facts_of(report, calendars[report.school_id]))
    protections = _protections(students, school_year)
    reviews = _reviews([removal.pk for removal in removals])
    determinations = ManifestationDetermination.objects.standing().filter(removal__in=[one.pk for one in removals])
    by_removal = {row.removal_id: row for row in determinations}
    found = {}
    for student in students:
        own = {removal.pk: removal for removal in removals if removal.student_id == student}
        clock = run_clock(
            facts.get(student, ()),
            year=school_year.year,
            on=on,
            protections=protections.get(student, ()),
            reviews=[review for review in reviews if review.removal in own],
            policy=policy,
        )
        found[student] = StudentClock(
            clock=clock,
            protections=protections.get(student, ()),
            is_protection_known=school_year.programs_reported,
            policy=policy,
            removals=own,
            determinations={key: by_removal[key] for key in own if key in by_removal},
            alleged={key_of_alleged(report): report for report in alleged if report.student_id == student},
        )
    return found


def policy_on(district: District, day: date) -> ClockPolicy:
    """Return how the district counts on a day; the defaults where it has chosen nothing."""
    settings = ClockSettings.objects.filter(district=district).on(day).first()
    return settings.as_policy() if settings else ClockPolicy()


def calendars_of(district: District, schools: Collection[int]) -> dict[int, SchoolCalendar]:
    """Return the calendar of each school, by key: its own days over the district's over the rule. Two queries."""
    terms = tuple(district.school_years.values_list("starts_on", "ends_on"))
    days = list(CalendarDay.objects.filter(Q(school=None) | Q(school__in=schools), district=district))
    shared = {day.day: day.length for day in days if day.school_id is None}
    return {
        school: SchoolCalendar(
            terms=terms, exceptions=shared | {day.day: day.length for day in days if day.school_id == school}
        )
        for school in schools
    }


def facts_of(removal: Removal, calendar: SchoolCalendar, unserved: frozenset[date] = frozenset()) -> RemovalFacts:
    """Return what the clock is told about a removal."""
    terms = getattr(removal, "terms", None) or RemovalTerms()
    return RemovalFacts(
        key=removal.pk,
        kind=removal.kind,
        begins_on=removal.begins_on,
        ends_on=removal.ends_on,
        days=removal.days,
        calendar=calendar,
        minutes=terms.minutes_removed,
        day_minutes=terms.day_minutes,
        conditions=Conditions(terms.progress_in_curriculum, terms.iep_services_continued, terms.with_peers),
        bus_is_service=terms.bus_is_service,
        bus_alternative=terms.bus_alternative,
        is_confirmed=terms.standing != RemovalTerms.Standing.ALLEGED,
        decided_on=terms.decided_on,
        incident=removal.incident_id,
        unserved=unserved,
    )


def key_of_alleged(report: SentHome) -> Hashable:
    """The key under which the clock knows a removal that a family alleges; no removal on record has one like it."""
    return ("alleged", report.pk)


def alleged_facts_of(report: SentHome, calendar: SchoolCalendar) -> RemovalFacts:
    """Return what the clock is told about a removal that a family alleges: it may count, and nobody knows yet."""
    return RemovalFacts(
        key=key_of_alleged(report),
        kind=RemovalKind.INFORMAL.value,
        begins_on=report.begins_on,
        days=report.days,
        calendar=calendar,
        is_confirmed=False,
    )


def _removals(students: Collection[int], school_year: SchoolYear) -> Iterable[Removal]:
    """Standing removals that may have a day in the year; one without an end may reach it from the year before."""
    first, last = school_year_window(school_year.year)
    return (
        Removal.objects.standing()
        .filter(
            Q(ends_on__gte=first) | Q(ends_on=None, begins_on__gte=first - REACH),
            student__in=students,
            begins_on__lte=last,
        )
        .select_related("terms", "school", "incident")
    )


def _unserved(removals: Collection[int]) -> dict[int, list[date]]:
    found: dict[int, list[date]] = {}
    rows = ServedDay.objects.filter(removal__in=removals, mark__in=NOT_SERVED)
    for removal, day in rows.values_list("removal", "day"):
        found.setdefault(removal, []).append(day)
    return found


def _protections(students: Collection[int], school_year: SchoolYear) -> dict[int, tuple[Protection, ...]]:
    if not school_year.programs_reported:
        return {}
    found: dict[int, tuple[Protection, ...]] = {}
    rows = ProgramStatus.objects.filter(
        Q(idea=True) | Q(section504=True), student__in=students, school_year=school_year
    ).order_by("pk")
    for row in rows:
        spans = [
            Protection(basis, row.begins_on, row.ends_on)
            for basis, holds in ((Basis.IDEA, row.idea), (Basis.SECTION504, row.section504))
            if holds
        ]
        found[row.student_id] = (*found.get(row.student_id, ()), *spans)
    return found


def _reviews(removals: Collection[int]) -> list[Review]:
    rows = PatternReview.objects.standing().filter(removal__in=removals)
    return [
        Review(removal, decided_on, is_change)
        for removal, decided_on, is_change in rows.values_list("removal", "decided_on", "is_change_of_placement")
    ]
