"""A small invented district drawn at random, and its suspension rates worked out by hand from plain lists.

The working out shares nothing with the product: no derived column, no query, no formula of `dashboards`.
"""

from __future__ import annotations

import itertools
import math
import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace as Plain

from django.utils import timezone

from discipline.models import Incident, Involvement, Referral, Removal
from district import standing
from district.models import Enrollment, Person, ProgramStatus, School, Student
from tests import factories as make

RACES = ("BL", "WH", "HI", "AM", "UNREPORTED")
KINDS = ("OSS", "OSS", "OSS", "ISS", "ISS", "EXPULSION_WITH_SERVICES", "EXPULSION_WITHOUT_SERVICES", "BUS", "INFORMAL")
FLAGS = {
    "idea": "idea",
    "section504": "section504",
    "el": "english_learner",
    "economically_disadvantaged": "economically_disadvantaged",
    "homeless": "homeless",
    "foster": "foster_care",
}
OF_MEASURE = {
    "oss": {"OSS"},
    "oss_multiple": {"OSS"},
    "iss": {"ISS"},
    "suspension": {"OSS", "ISS"},
    "expulsion": {"EXPULSION_WITH_SERVICES", "EXPULSION_WITHOUT_SERVICES"},
    "any_removal": set(KINDS),
    "referral": {"referral"},
    "law_enforcement": {"notified", "referred", "arrested"},
    "arrest": {"arrested"},
}


@dataclass
class Drawn:
    """The district as plain lists: enrollments and events, each a bag of plain values."""

    district: object
    schools: list[School]
    years: dict
    enrollments: list[Plain] = field(default_factory=list)
    events: list[Plain] = field(default_factory=list)


def draw(seed: int, students: int = 45) -> Drawn:
    """Write a random district to the database and return it as plain lists."""
    rng = random.Random(seed)
    drawn = draw_roster(rng, f"R{seed}", students)
    behaviors = make.make_behavior(drawn.district, "B1"), make.make_behavior(drawn.district, "B2")
    for number in range(students * 3):
        _draw_incident(rng, drawn, number, behaviors)
    return drawn


def draw_roster(rng: random.Random, code: str, students: int) -> Drawn:
    """Write the schools, years, students and enrollments of a random district: no events yet."""
    district = make.make_district(code)
    levels = ("elementary", "middle", "high", "high")
    schools = [make.make_school(district, f"{n:04d}", level=level) for n, level in enumerate(levels)]
    years = {year: make.make_school_year(district, year, programs_reported=year != 2020) for year in (2020, 2021)}
    drawn = Drawn(district, schools, years)
    for number in range(students):
        person = Person.objects.create(district=district, given_name="A", family_name=f"B{number}")
        student = Student.objects.create(person=person, district=district, local_id=f"{number:05d}")
        for year, school_year in years.items():
            if rng.random() < 0.9:
                _draw_enrollments(rng, drawn, student, year, school_year)
    for school_year in years.values():
        standing.refresh(school_year)
    return drawn


def _draw_enrollments(rng: random.Random, drawn: Drawn, student: Student, year: int, school_year) -> None:
    first, last = school_year.starts_on, school_year.ends_on
    race, sex = rng.choice(RACES), rng.choice("MFX")
    statuses = []
    for _ in range(rng.choice((0, 1, 1, 2)) if school_year.programs_reported else 0):
        begins = rng.choice((None, first + timedelta(rng.randrange(200))))
        ends = rng.choice((None, (begins or first) + timedelta(rng.randrange(150))))
        flags = {column: rng.random() < 0.5 for column in FLAGS.values()}
        ProgramStatus.objects.create(student=student, school_year=school_year, begins_on=begins, ends_on=ends, **flags)
        statuses.append(Plain(begins=begins or date.min, ends=ends or date.max, flags=flags))
    for school in rng.sample(drawn.schools, rng.choice((1, 1, 1, 2, 3))):
        begins = rng.choice((None, first + timedelta(rng.randrange(120))))
        ends = rng.choice((None, (begins or first) + timedelta(rng.randrange(150))))
        grade = rng.choice(("09", "10", "UNREPORTED"))
        Enrollment.objects.create(
            student=student, school=school, school_year=school_year, race=race, sex=sex, grade=grade,
            begins_on=begins, ends_on=ends,
        )  # fmt: skip
        drawn.enrollments.append(
            Plain(
                student=student.pk, school=school, year=year, race=race, sex=sex, grade=grade, statuses=statuses,
                first=begins or first, last=ends or last, reported=school_year.programs_reported,
                count_day=school_year.count_day(),
            )
        )  # fmt: skip


def _draw_incident(rng: random.Random, drawn: Drawn, number: int, behaviors: tuple) -> None:
    year = rng.choice(list(drawn.years))
    enrolled = [e for e in drawn.enrollments if e.year == year]
    school = rng.choice(drawn.schools)
    nearby = [e for e in enrolled if e.school == school] or enrolled
    incident = Incident.objects.create(
        school=school, school_year=drawn.years[year], identifier=f"I{number}", occurred_on=date(year - 1, 11, 10)
    )
    chosen = {rng.choice(nearby).student for _ in range(rng.choice((1, 1, 2)))}
    if rng.random() < 0.2:
        chosen.add(rng.choice(enrolled).student)
    for student in sorted(chosen):
        plain = {"student": student, "year": year, "school": school, "incident": number}
        contacts = set()
        for behavior in behaviors[: rng.choice((1, 2))]:
            contact = rng.choice(("", "", "", "notified", "referred", "arrested"))
            voided = timezone.now() if rng.random() < 0.1 else None
            Involvement.objects.create(
                incident=incident, student_id=student, role="responsible", behavior=behavior,
                law_enforcement=contact, voided_at=voided,
            )  # fmt: skip
            if contact and not voided:
                contacts.add(contact)
        drawn.events += [Plain(kind=contact, days=None, **plain) for contact in sorted(contacts)]
        status = rng.choice(("decided", "decided", "submitted", "returned", "voided"))
        Referral.objects.create(
            incident=incident, student_id=student, school=school, school_year=drawn.years[year], status=status
        )
        if status != "voided":
            drawn.events.append(Plain(kind="referral", days=None, **plain))
        for kind in sorted({rng.choice(KINDS) for _ in range(rng.choice((0, 1, 1, 2)))}):
            days = rng.choice((None, *([Decimal(hundredths) / 100 for hundredths in (0, 10, 20, 50, 125, 300)] * 3)))
            voided = timezone.now() if rng.random() < 0.15 else None
            Removal.objects.create(
                incident=incident, student_id=student, school=school, school_year=drawn.years[year], kind=kind,
                begins_on=incident.occurred_on, days=days, voided_at=voided,
            )  # fmt: skip
            if not voided:
                drawn.events.append(Plain(kind=kind, days=days, **plain))


class ByHand:
    """The rates of a drawn district, worked out for one question."""

    def __init__(self, drawn: Drawn, schools: set[School], **asked) -> None:
        """`schools` are those of the reader; `asked` holds measure, by, years, snapshot, filters, reference."""
        self.measure, self.by = asked["measure"], list(asked["by"])
        self.snapshot, self.filters = asked["snapshot"], asked.get("filters", {})
        self.reference = asked.get("reference")
        self.years = sorted(asked["years"])
        self.all_enrollments = drawn.enrollments
        self.enrollments = [e for e in drawn.enrollments if e.school in schools and e.year in self.years]
        kinds = OF_MEASURE[self.measure]
        self.events = [e for e in drawn.events if e.kind in kinds and e.school in schools and e.year in self.years]
        if self.measure == "law_enforcement":
            once = {(e.incident, e.student): e for e in self.events}
            self.events = list(once.values())

    def on_count_day(self, enrollment: Plain) -> bool:
        return enrollment.first <= enrollment.count_day <= enrollment.last

    def standing_for(self, student: int, year: int) -> Plain:
        """The enrollment that gives the student's value of the year, wherever in the district it is."""
        rows = [e for e in self.all_enrollments if (e.student, e.year) == (student, year)]
        order = [lambda e: e.last, lambda e: e.first, lambda e: e.school.pk]
        if self.snapshot:
            order.insert(0, self.on_count_day)
        return max(rows, key=lambda e: tuple(part(e) for part in order))

    def value(self, name: str, enrollment: Plain):
        if name in ("race", "sex", "grade"):
            return getattr(enrollment, name)
        if not enrollment.reported:
            return "UNREPORTED"
        day = enrollment.count_day if self.snapshot and self.on_count_day(enrollment) else enrollment.last
        return any(s.flags[FLAGS[name]] and s.begins <= day <= s.ends for s in enrollment.statuses)

    def admitted(self, enrollment: Plain) -> bool:
        return all(self.value(name, enrollment) in values for name, values in self.filters.items())

    def source(self, student: int, year: int, school: School | None) -> Plain:
        """The enrollment that gives the values of a student in a row: in the row's school, else the year's."""
        here = [e for e in self.enrollments if (e.student, e.year, e.school) == (student, year, school)]
        return here[0] if here else self.standing_for(student, year)

    def key(self, student: int, year: int, school: School | None) -> tuple | None:
        source = self.source(student, year, school)
        if not self.admitted(source):
            return None
        return (year, *(school.code if name == "school" else self.value(name, source) for name in self.by))

    def places(self) -> list[School | None]:
        """The schools told apart; None: all of them together."""
        return sorted({e.school for e in self.enrollments}, key=lambda s: s.code) if "school" in self.by else [None]

    def hits(self, year: int, school: School | None) -> dict[int, list[Plain]]:
        """Events by affected student, in one school or in all together."""
        of: dict[int, list[Plain]] = {}
        for event in self.events:
            if event.year == year and school in (None, event.school):
                of.setdefault(event.student, []).append(event)
        least = 2 if self.measure == "oss_multiple" else 1
        return {student: events for student, events in of.items() if len(events) >= least}

    def members(self, year: int, school: School | None) -> set[int]:
        return {
            e.student
            for e in self.enrollments
            if e.year == year and school in (None, e.school) and (not self.snapshot or self.on_count_day(e))
        }

    def rows(self) -> list[dict]:
        found = []
        for year, school in itertools.product(self.years, self.places()):
            members, hits = self.members(year, school), self.hits(year, school)
            cells: dict[tuple, list[int]] = {}
            for student in members:
                if key := self.key(student, year, school):
                    cells.setdefault(key, []).append(student)
            keys = {student: self.key(student, year, school) for student in hits}
            for key, enrolled in cells.items():
                affected = {student: events for student, events in hits.items() if keys[student] == key}
                others = self.others(key, year, school, cells, keys)
                found.append(self.row(key, len(enrolled), affected, others))
        return sorted(found, key=lambda row: [str(row[name]) for name in ("school_year", *self.by)])

    def others(self, key, year, school, cells, keys) -> tuple[int, int] | None:
        """(affected, enrolled) of those a row is compared with; None when it has no comparison."""
        if self.by == ["school"]:
            there = {e.student for e in self.enrollments if e.year == year and e.school == school}
            rest = [s for s in self.members(year, None) - there if self.admitted(self.standing_for(s, year))]
            hit = [s for s in set(self.hits(year, None)) - there if self.admitted(self.standing_for(s, year))]
            return len(hit), len(rest)
        if self.reference is not None:
            at = next(n for n, name in enumerate(self.by, start=1) if name != "school")
            if key[at] == self.reference:
                return None
            wanted = (*key[:at], self.reference, *key[at + 1 :])
            return sum(k == wanted for k in keys.values()), len(cells.get(wanted, ()))
        enrolled = sum(len(students) for other, students in cells.items() if other != key)
        return sum(k is not None and k != key for k in keys.values()), enrolled

    def row(self, key: tuple, enrolled: int, affected: dict[int, list[Plain]], others: tuple[int, int] | None) -> dict:
        row = dict(zip(("school_year", *self.by), key, strict=True))
        events = [event for several in affected.values() for event in several]
        days = None
        if self.measure not in ("referral", "law_enforcement", "arrest") and all(e.days is not None for e in events):
            days = f"{sum((e.days for e in events), Decimal('0.00')):.2f}".rstrip("0").rstrip(".")
        a, n = len(affected), enrolled
        b, m = others or (0, 0)
        row |= {"enrolled": n, "affected": a, "events": len(events), "days": days, "rate": a / n}
        row |= {"risk_ratio": (a * m) / (b * n) if m and b else None} | self.bounds(a, n, b, m)
        row |= {"rate_difference": (a * m - b * n) / (n * m) if m else None, "status": "actual"}
        return row | ({"small": True} if n < 10 or a < 5 else {})

    def bounds(self, a: float, n: float, b: float, m: float) -> dict:
        if not (m and b) or a > n or b > m:
            return {"risk_ratio_low": None, "risk_ratio_high": None}
        if 0 in (a, n - a, b, m - b):
            a, n, b, m = a + 0.5, n + 1, b + 0.5, m + 1
        middle = math.log((a / n) / (b / m))
        half = 1.96 * math.sqrt(1 / a - 1 / n + 1 / b - 1 / m)
        return {"risk_ratio_low": math.exp(middle - half), "risk_ratio_high": math.exp(middle + half)}
