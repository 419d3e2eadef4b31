"""The rules of a district and what they are asked about, read from the record; `district.rules` does the judging."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from discipline.clocks import clock_of, facts_of
from discipline.idea_clock import count
from discipline.models import Behavior, Involvement, Referral, Removal, RuleVersion
from district.models import District, Enrollment, Grade, ProgramStatus, SchoolYear, Student, calendar_of
from district.rules import BehaviorFacts, Evaluation, Outcome, Proposal, Rule, evaluate, judge

UNKNOWN_FLAGS: Mapping[str, bool | None] = dict.fromkeys(Enrollment.PROGRAMS)
ASKING = (Outcome.BLOCKED, Outcome.NEEDS_REASON, Outcome.WARNED)


@dataclass(frozen=True)
class Law:
    """The rules that a district goes by on a day, and the rows they come from by key and version of the terms."""

    on: date
    rules: tuple[Rule, ...]
    versions: Mapping[tuple[str, int], RuleVersion] = field(repr=False)

    def row_of(self, rule: Rule) -> RuleVersion:
        """The row of a rule, with its citation and sign-off."""
        return self.versions[rule.key, rule.version]


@dataclass(frozen=True)
class Person:
    """What the rules ask about a student, on a day."""

    grade: str = Grade.UNREPORTED.value
    age: int | None = None
    flags: Mapping[str, bool | None] = field(default_factory=lambda: UNKNOWN_FLAGS)


def law_on(district: District, day: date) -> Law:
    """Return the rules in force in `district` on a day, signed off or not; declined ones are left out. One query."""
    rows = RuleVersion.objects.filter(rule__district=district).in_force_on(day).select_related("rule")
    versions = {(rule.key, rule.version): row for row in rows if (rule := row.as_rule())}
    return Law(day, tuple(row.as_rule() for row in versions.values()), versions)


def facts_of_behavior(behavior: Behavior) -> BehaviorFacts:
    """Return what the rules ask about a behavior."""
    return BehaviorFacts(behavior.code, behavior.ceds_behavior, behavior.level, behavior.category, behavior.subjective)


def person_on(student: Student, school_year: SchoolYear, day: date) -> Person:
    """Return grade and programs of a student on a day of a school year. Two queries."""
    enrollments = Enrollment.objects.filter(student=student, school_year=school_year)
    standing = sorted(enrollments, key=lambda one: (_covers(one, day), one.is_last_in_year, one.begins_on or date.min))
    flags: Mapping[str, bool | None] = UNKNOWN_FLAGS
    if school_year.programs_reported:
        flags = _flags(ProgramStatus.objects.filter(student=student, school_year=school_year), day)
    return Person(standing[-1].grade if standing else student.grade, age_on(student.birth_date, day), flags)


def age_on(birth_date: date | None, day: date) -> int | None:
    """Age in whole years on a day; None when the birth date is not known or lies ahead."""
    if birth_date is None or birth_date > day:
        return None
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def proposal_for(
    *,
    referral: Referral | Removal,
    kind: str,
    begins_on: date,
    days: Decimal | None,
    ends_on: date | None = None,
    decided_on: date,
    stated: Mapping[str, str] | None = None,
    reasons: Mapping[str, str] | None = None,
) -> Proposal:
    """Return the removal that somebody proposes over a referral, with all that the rules may ask about it.

    New terms of a removal that stands are proposed over the removal itself, which then does not count as earlier.
    `stated` and `reasons` are what the person has typed, see `district.rules.Proposal`.
    """
    student, year = referral.student, referral.school_year
    person = person_on(student, year, referral.incident.occurred_on)
    parts = Involvement.objects.responsible().filter(incident=referral.incident_id, student=student)
    behaviors = [part.behavior for part in parts.select_related("behavior") if part.behavior]
    read = clock_of(student, year, on=decided_on)
    draft = Removal(kind=kind, begins_on=begins_on, ends_on=ends_on, days=days, incident_id=referral.incident_id)
    facts = facts_of(draft, calendar_of(referral.school.district, referral.school))
    asked = count(facts, read.policy)
    adds = asked.total if asked.standing.value == "counts" else Decimal(0)
    besides = referral.pk if isinstance(referral, Removal) else None
    own = [line.count for line in read.clock.lines if line.count.removal.key == besides]
    before = read.clock.total - sum((one.total for one in own if one.standing.value == "counts"), Decimal(0))
    earlier = Removal.objects.standing().filter(student=student, school_year=year, begins_on__lte=begins_on)
    so_far = _so_far(earlier.exclude(pk=besides))
    return Proposal(
        action=kind,
        days=days,
        grade=person.grade,
        age=person.age,
        flags=person.flags,
        behaviors=tuple(dict.fromkeys(facts_of_behavior(behavior) for behavior in behaviors)),
        year_days=so_far.days,
        year_removals=so_far.removals,
        clock_days=before,
        clock_adds=adds,
        stated=stated or {},
        reasons=reasons or {},
    )


def evaluate_proposal(proposal: Proposal, district: District, day: date) -> tuple[Evaluation, Law]:
    """Return what the district's rules say about a proposal on a day, and the rules that were asked."""
    law = law_on(district, day)
    return evaluate(proposal, law.rules, on=day), law


# --- The past under a rule ------------------------------------------------------------------------------------------
@dataclass
class SoFar:
    """Days and removals of a student in a school year, by kind; a length nobody recorded makes the days None."""

    days: dict[str, Decimal | None] = field(default_factory=dict)
    removals: dict[str, int] = field(default_factory=dict)

    def add(self, kind: str, days: Decimal | None) -> None:
        """Count one removal."""
        before = self.days.get(kind, Decimal(0))
        self.days[kind] = None if days is None or before is None else before + days
        self.removals[kind] = self.removals.get(kind, 0) + 1


@dataclass(frozen=True)
class Touched:
    """Past removals that a rule would have stopped, questioned or named: their keys, and counts."""

    asked: int
    removals: tuple[int, ...]
    students: int
    by_kind: dict[str, int]

    @property
    def count(self) -> int:
        """How many removals."""
        return len(self.removals)


def touched_by(rule: Rule, district: District, years: Collection[SchoolYear]) -> Touched:
    """Return the standing removals of the school years that the rule would have touched, had it been in force.

    Nobody stated exceptions or conditions then, so a rule that asks for them touches every removal it is about. The
    number of queries is fixed; the rows are read as a stream.
    """
    removals = Removal.objects.standing().filter(school__district=district, school_year__in=years)
    behaviors = _behaviors_of(removals, district)
    people = _people(removals, years)
    so_far: dict[tuple[int, int], SoFar] = {}
    found: list[tuple[int, int, str]] = []
    asked = 0
    rows = removals.order_by("begins_on", "pk").values_list(
        "pk", "student", "school_year", "incident", "kind", "days", "incident__occurred_on"
    )
    for pk, student, year, incident, kind, days, occurred_on in rows.iterator(chunk_size=2000):
        before = so_far.setdefault((student, year), SoFar())
        person = people.on(student, year, occurred_on)
        proposal = Proposal(
            action=kind,
            days=days,
            grade=person.grade,
            age=person.age,
            flags=person.flags,
            behaviors=behaviors.get((incident, student), ()),
            year_days=before.days,
            year_removals=before.removals,
        )
        asked += 1
        finding = judge(rule, proposal)
        if finding and finding.outcome in ASKING:
            found.append((pk, student, kind))
        before.add(kind, days)
    kinds: dict[str, int] = {}
    for _pk, _student, kind in found:
        kinds[kind] = kinds.get(kind, 0) + 1
    return Touched(asked, tuple(pk for pk, *_rest in found), len({student for _pk, student, _kind in found}), kinds)


def _so_far(removals: Iterable[Removal]) -> SoFar:
    so_far = SoFar()
    for removal in removals:
        so_far.add(removal.kind, removal.days)
    return so_far


def _behaviors_of(removals, district: District) -> dict[tuple[int, int], tuple[BehaviorFacts, ...]]:
    """(incident, student) → behaviors for which the student was responsible. Two queries."""
    known = {behavior.pk: facts_of_behavior(behavior) for behavior in district.behaviors.all()}
    parts = Involvement.objects.responsible().filter(
        incident__in=removals.order_by().values("incident"), behavior__isnull=False
    )
    found: dict[tuple[int, int], dict[BehaviorFacts, None]] = {}
    for incident, student, behavior in parts.values_list("incident", "student", "behavior").iterator(chunk_size=2000):
        found.setdefault((incident, student), {})[known[behavior]] = None
    return {key: tuple(behaviors) for key, behaviors in found.items()}


@dataclass(frozen=True)
class _People:
    """Grades and programs of many students by (student, school year), birth dates, years with programs reported."""

    grades: dict[tuple[int, int], str]
    statuses: dict[tuple[int, int], list[ProgramStatus]]
    births: dict[int, date]
    reported: frozenset[int]

    def on(self, student: int, year: int, day: date) -> Person:
        """What is known of a student on a day."""
        flags = _flags(self.statuses.get((student, year), ()), day) if year in self.reported else UNKNOWN_FLAGS
        grade = self.grades.get((student, year), Grade.UNREPORTED.value)
        return Person(grade, age_on(self.births.get(student), day), flags)


def _people(removals, years: Collection[SchoolYear]) -> _People:
    """The people of the removals. Three queries."""
    students = removals.order_by().values("student")
    enrollments = Enrollment.objects.filter(
        student__in=students, school_year__in=[year.pk for year in years], is_last_in_year=True
    )
    grades = {(student, year): grade for student, year, grade in _rows(enrollments, "student", "school_year", "grade")}
    statuses: dict[tuple[int, int], list[ProgramStatus]] = {}
    for status in ProgramStatus.objects.filter(student__in=students, school_year__in=[year.pk for year in years]):
        statuses.setdefault((status.student_id, status.school_year_id), []).append(status)
    births = dict(_rows(Student.objects.filter(pk__in=students, birth_date__isnull=False), "pk", "birth_date"))
    return _People(grades, statuses, births, frozenset(year.pk for year in years if year.programs_reported))


def _rows(queryset, *columns: str) -> Iterator[tuple]:
    return queryset.order_by().values_list(*columns).iterator(chunk_size=2000)


def _flags(statuses: Iterable[ProgramStatus], day: date) -> dict[str, bool | None]:
    """Programs that served a student on a day; without a row there is none."""
    standing = [status for status in statuses if _covers(status, day)]
    return {name: any(getattr(status, name) for status in standing) for name in Enrollment.PROGRAMS}


def _covers(row: Enrollment | ProgramStatus, day: date) -> bool:
    return (row.begins_on is None or row.begins_on <= day) and (row.ends_on is None or day <= row.ends_on)
