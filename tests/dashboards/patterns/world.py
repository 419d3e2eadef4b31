"""A random district with referrals and removals of every kind, and its patterns worked out by hand from plain lists.

The working out shares nothing with the product: no query, no calendar arithmetic, no formula of `dashboards`.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from fractions import Fraction
from types import SimpleNamespace as Plain

from django.utils import timezone

from discipline.models import INCIDENT_LOCATIONS, Involvement, Referral, Removal
from district.models import CalendarDay, School, User
from tests import factories as make
from tests.dashboards.recomputation import ByHand, Drawn, draw_roster

KINDS = ("OSS", "OSS", "ISS", "EXPULSION_WITH_SERVICES", "BUS", "CLASS", "INFORMAL", "IAES_PERSONNEL")
OF_MEASURE = {
    "referral": {"referral"},
    "any_removal": set(KINDS),
    "suspension": {"OSS", "ISS"},
    "oss": {"OSS"},
    "iss": {"ISS"},
    "expulsion": {"EXPULSION_WITH_SERVICES", "EXPULSION_WITHOUT_SERVICES"},
    "class_removal": {"CLASS"},
    "informal_removal": {"INFORMAL"},
    "bus_suspension": {"BUS"},
    "alternative_setting": {"ALTERNATIVE_PLACEMENT", "IAES_PERSONNEL", "IAES_HEARING_OFFICER"},
}
LOCATIONS = ("03014", "03014", "03015", "03013", "09997", "")
WEEK = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
MONTHS = ("7", "8", "9", "10", "11", "12", "1", "2", "3", "4", "5", "6")
GRADES = ("09", "10", "UNREPORTED")
NOBODY = "UNREPORTED"
FACETS = ("behavior", "subjective", "location", "month", "weekday", "hour", "staff")
GROUPS = ("race", "sex", "grade", "idea", "section504", "el", "economically_disadvantaged", "homeless", "foster")


@dataclass
class Place:
    """The district as plain lists; `lengths` are the days that differ from the rule, by school (None: all)."""

    drawn: Drawn
    events: list[Plain] = field(default_factory=list)
    lengths: dict[int | None, dict[date, Fraction]] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)


def draw_place(seed: int, students: int = 40) -> Place:
    """Write a random district to the database and return it as plain lists."""
    rng = random.Random(seed)
    place = Place(draw_roster(rng, f"P{seed}", students))
    district, schools = place.drawn.district, place.drawn.schools
    schools[3].closed_on = date(2021, 3, 2)
    schools[3].save()
    for number in range(60):
        _draw_day(rng, place, schools[number % 2] if number % 3 == 0 else None)
    span = {"valid_from": date(2019, 7, 1), "valid_to": date(2020, 12, 31)}
    catalogue = [
        make.make_behavior(district, "B1", "Disrespect", subjective=True, **span),
        make.make_behavior(district, "B1", "Disrespect of adults", subjective=False, valid_from=date(2021, 1, 1)),
        make.make_behavior(district, "B2", "Fighting"),
        make.make_behavior(district, "B3", "Vandalism"),
    ]
    place.titles = {"B1": "Disrespect of adults", "B2": "Fighting", "B3": "Vandalism"}
    staff = [make.make_staff(district, schools[0], place.drawn.years[2021], local_id=f"T{n}") for n in range(3)]
    place.names = {one.local_id: one.person.name for one in staff}
    users = [User.objects.create_user(f"p{seed}-{n}@example.org", name=f"Account {n}") for n in range(2)]
    for number in range(students * 4):
        _draw_event(rng, place, number, catalogue, staff, users)
    return place


def _draw_day(rng: random.Random, place: Place, school: School | None) -> None:
    day = date(2020, 8, 20) + timedelta(rng.randrange(300))
    known = place.lengths.setdefault(school.pk if school else None, {})
    if day in known:
        return
    kind = rng.choice(("closure", "half_day", "instruction"))
    CalendarDay.objects.create(district=place.drawn.district, school=school, day=day, kind=kind)
    known[day] = {"closure": Fraction(0), "half_day": Fraction(1, 2), "instruction": Fraction(1)}[kind]


def _draw_event(rng: random.Random, place: Place, number: int, catalogue: list, staff: list, users: list) -> None:
    drawn = place.drawn
    year = rng.choice((2021, 2021, 2021, 2020))
    enrolled = [e for e in drawn.enrollments if e.year == year]
    school = rng.choice(drawn.schools)
    nearby = [e for e in enrolled if e.school == school] or enrolled
    incident = make.make_incident(
        school,
        drawn.years[year],
        identifier=f"I{number}",
        occurred_on=date(year - 1, 7, 1) + timedelta(rng.choice((rng.randrange(365), rng.randrange(62, 300)))),
        occurred_time=rng.choice((None, time(rng.randrange(24), rng.randrange(60)), *[time(10, 59), time(11, 0)] * 2)),
        location=rng.choice(LOCATIONS),
    )
    chosen = {rng.choice(nearby).student for _ in range(rng.choice((1, 1, 2)))}
    if rng.random() < 0.15:
        chosen.add(make.make_student(drawn.district).pk)  # never enrolled in any year
    for student in sorted(chosen):
        behaviors, adults = _draw_parts(rng, incident, student, catalogue, staff)
        reporter = rng.choice((None, None, *users))
        plain = {
            "student": student, "year": year, "school": school, "on": incident.occurred_on,
            "at": incident.occurred_time, "location": incident.location, "behaviors": behaviors,
        }  # fmt: skip
        account = f"account:{reporter.email}" if reporter else None
        plain["staff"] = adults or ({account} if account else set())
        status = rng.choice(("decided", "decided", "submitted", "under_review", "returned", "voided"))
        Referral.objects.create(
            incident=incident, student_id=student, school=school, school_year=incident.school_year, status=status,
            reporter=reporter,
        )  # fmt: skip
        if status != "voided":
            place.events.append(Plain(kind="referral", **plain))
        if reporter:
            place.names[f"account:{reporter.email}"] = reporter.name
        for kind in sorted({rng.choice(KINDS) for _ in range(rng.choice((0, 1, 2)))}):
            voided = timezone.now() if rng.random() < 0.15 else None
            Removal.objects.create(
                incident=incident, student_id=student, school=school, school_year=incident.school_year, kind=kind,
                begins_on=incident.occurred_on, voided_at=voided,
            )  # fmt: skip
            if not voided:
                place.events.append(Plain(kind=kind, **plain))


def _draw_parts(rng: random.Random, incident, student: int, catalogue: list, staff: list) -> tuple[dict, set]:
    """Write parts in the incident; return code → subjective of the behaviours that stand, and who is named."""
    behaviors, adults = {}, set()
    for behavior in [None, *catalogue]:
        if rng.random() > 0.35:
            continue
        voided = timezone.now() if rng.random() < 0.15 else None
        role = "witness" if rng.random() < 0.1 else "responsible"
        adult = rng.choice((None, None, *staff))
        Involvement.objects.create(
            incident=incident, student_id=student, role=role, behavior=behavior, voided_at=voided,
            reported_by_staff=adult,
        )  # fmt: skip
        if role == "responsible" and not voided:
            if behavior:
                behaviors[behavior.code] = behaviors.get(behavior.code, False) or behavior.subjective
            if adult:
                adults.add(adult.local_id)
    return behaviors, adults


class PatternsByHand:
    """The patterns of a place, worked out for one question."""

    def __init__(self, place: Place, schools: set[School], until: date, **asked) -> None:
        """`schools` are those counted; `asked` holds measure, year, facets and filters (name → set of texts)."""
        self.place, self.schools, self.until = place, schools, until
        self.year, self.facets, self.filters = asked["year"], asked["facets"], asked["filters"]
        self.hand = ByHand(place.drawn, schools, measure="referral", by=[], snapshot=False, years=[self.year])
        kinds = OF_MEASURE[asked["measure"]]
        here = [e for e in place.events if e.kind in kinds and e.school in schools and e.year == self.year]
        self.all = len(here)
        self.events = [e for e in here if self.admits(e.student) and self.is_selected(e)]
        self.enrolled = {e.student for e in self.hand.enrollments if self.admits(e.student)}

    def group(self, student: int, name: str) -> str:
        """The student's one value of the year, as text."""
        rows = [e for e in self.place.drawn.enrollments if (e.student, e.year) == (student, self.year)]
        if not rows:
            return NOBODY
        value = self.hand.value(name, self.hand.standing_for(student, self.year))
        return str(value).lower() if isinstance(value, bool) else value

    def admits(self, student: int) -> bool:
        return all(self.group(student, name) in values for name, values in self.filters.items())

    @staticmethod
    def values(event: Plain, name: str) -> set[str]:
        """All values that an event has in a facet."""
        if name == "behavior":
            return set(event.behaviors) or {NOBODY}
        if name == "subjective":
            return {str(any(event.behaviors.values())).lower()} if event.behaviors else {NOBODY}
        if name == "location":
            return {event.location or NOBODY}
        if name == "month":
            return {str(event.on.month)}
        if name == "weekday":
            return {WEEK[event.on.weekday()]}
        if name == "hour":
            return {str(event.at.hour) if event.at else NOBODY}
        return event.staff or {NOBODY}

    def is_selected(self, event: Plain) -> bool:
        return all(self.values(event, name) & values for name, values in self.facets.items())

    # --- School days ------------------------------------------------------------------------------------------------
    def length(self, day: date, school: School) -> Fraction:
        """How much of a school day it is at the school: its own days over the district's over the rule."""
        if school.closed_on and day > school.closed_on:
            return Fraction(0)
        for known in (self.place.lengths.get(school.pk, {}), self.place.lengths.get(None, {})):
            if day in known:
                return known[day]
        terms = [(year.starts_on, year.ends_on) for year in self.place.drawn.years.values()]
        return Fraction(int(day.weekday() < 5 and any(first <= day <= last for first, last in terms)))

    def days(self, month: str = "", weekday: str = "") -> Fraction:
        """School days of the year up to the last one counted: in each month the average of the schools that teach."""
        total = Fraction(0)
        for one in (month,) if month else MONTHS:
            if one not in self.facets.get("month", {one}):
                continue
            days = [date(self.year - 1, 7, 1) + timedelta(number) for number in range(366)]
            days = [day for day in days if day.month == int(one) and day <= min(self.until, date(self.year, 6, 30))]
            teaching = [school for school in self.schools if any(self.length(day, school) for day in days)]
            for day in days:
                name = WEEK[day.weekday()]
                if name in self.facets.get("weekday", {name}) and name == (weekday or name) and teaching:
                    total += sum((self.length(day, school) for school in teaching), Fraction(0)) / len(teaching)
        return total

    # --- Rows -------------------------------------------------------------------------------------------------------
    def rows(self, *, with_staff: bool) -> list[dict]:
        found = [self.row("total", {}, "All together", self.events, enrolled=len(self.enrolled), days=self.days())]
        for month in MONTHS:
            events, days = self.of("month", month), self.days(month=month)
            if events or days:
                found.append(self.row("month", {"month": month}, None, events, days=days))
        for weekday in WEEK:
            events, days = self.of("weekday", weekday), self.days(weekday=weekday)
            if events or days or (weekday in WEEK[:5] and "weekday" not in self.facets):
                found.append(self.row("weekday", {"weekday": weekday}, None, events, days=days))
        found += [self.row("hour", {"hour": hour}, None, self.of("hour", hour)) for hour in self.hours()]
        for weekday in WEEK:
            for hour in self.hours():
                if events := [e for e in self.of("weekday", weekday) if hour in self.values(e, "hour")]:
                    found.append(self.row("weekday_hour", {"weekday": weekday, "hour": hour}, None, events))
        found += self.ranked("location", [*INCIDENT_LOCATIONS, NOBODY])
        found += self.ranked("behavior", [*sorted(self.place.titles, key=self.place.titles.get), NOBODY])
        found += self.grades()
        for value in ("true", "false", NOBODY):
            if events := self.of("subjective", value):
                found.append(self.row("subjective", {"subjective": value}, None, events))
        found += self.times()
        if with_staff:
            names = self.place.names
            found += self.ranked("staff", [*sorted(names, key=lambda key: (names[key].casefold(), key)), NOBODY])
        return found

    def of(self, name: str, value: str) -> list[Plain]:
        return [event for event in self.events if value in self.values(event, name)]

    def hours(self) -> list[str]:
        order = [*map(str, range(24)), NOBODY]
        return [hour for hour in order if self.of("hour", hour)]

    def ranked(self, name: str, order: list[str]) -> list[dict]:
        values = [value for value in order if self.of(name, value)]
        values.sort(key=lambda value: (value == NOBODY, -len(self.of(name, value))))
        return [self.row(name, {name: value}, None, self.of(name, value)) for value in values]

    def grades(self) -> list[dict]:
        found = []
        for grade in GRADES:
            events = [event for event in self.events if self.group(event.student, "grade") == grade]
            enrolled = sum(self.group(student, "grade") == grade for student in self.enrolled)
            if events or enrolled:
                found.append(self.row("grade", {"grade": grade}, None, events, enrolled=enrolled))
        return found

    def times(self) -> list[dict]:
        counts = dict.fromkeys(self.enrolled, 0)
        for event in self.events:
            if event.student in counts:
                counts[event.student] += 1
        found = []
        for name, low, high in (("0", 0, 0), ("1", 1, 1), ("2-5", 2, 5), ("6+", 6, 10**9)):
            own = {student: number for student, number in counts.items() if low <= number <= high}
            events = [event for event in self.events if event.student in own]
            row = self.row("times", {"times": name}, None, events, enrolled=len(self.enrolled))
            row |= {"students": len(own), "student_rate": len(own) / len(self.enrolled) if self.enrolled else None}
            row.pop("small", None)
            if 0 < len(own) < 5 or len(self.enrolled) < 10:
                row["small"] = True
            found.append(row)
        return found

    def row(self, breakdown, key, label, events, *, enrolled=None, days=None) -> dict:
        students = len({event.student for event in events})
        row = {"breakdown": breakdown, **key, "label": label, "events": len(events), "students": students}
        row |= {"enrolled": enrolled, "school_days": None if days is None else float(days)}
        row["per_school_day"] = float(Fraction(len(events)) / days) if days else None
        row["share"] = len(events) / len(self.events) if self.events else None
        row["student_rate"] = students / enrolled if enrolled else None
        return row | ({"small": True} if 0 < students < 5 or (enrolled is not None and enrolled < 10) else {})

    def not_enrolled(self) -> int:
        return len({event.student for event in self.events} - self.enrolled)
