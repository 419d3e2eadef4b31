"""Synthetic students and staff in exactly the numbers of the source's cells.

Surplus: where a cell has more disciplined than enrolled students (the fall count is one day, discipline a whole year),
the missing students enroll after the count day. The fall count then equals the source and the students enrolled at any
time exceed it by exactly these.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from random import Random
from typing import Any

from dashboards.demo.crdc import GRADES, RACES, SEXES, Cell, CrdcDistrict
from dashboards.demo.plan import School, StaffMember, Student, seeded
from dashboards.demo.school_year import late_entry_day
from dashboards.demo.words import FAMILY_FIRST, FAMILY_SECOND, GIVEN

STUDENTS_PER_TEACHER = 25

MIDDLE_NAME = "Synthetic"

_FLAG_OF_RACE = {
    "AM": "americanIndianOrAlaskaNative",
    "AS": "asian",
    "BL": "blackOrAfricanAmerican",
    "HP": "nativeHawaiianOrOtherPacificIslander",
    "WH": "white",
}
HISPANIC_FLAG = "hispanicOrLatinoEthnicity"
TWO_OR_MORE_FLAG = "demographicRaceTwoOrMoreRaces"
RACE_FLAGS = (*_FLAG_OF_RACE.values(), TWO_OR_MORE_FLAG, HISPANIC_FLAG)

# Shares of students; invented, the source does not ask.
_ECONOMICALLY_DISADVANTAGED, _HOMELESS, _FOSTER_CARE = 0.45, 0.02, 0.005


def enroll_students(district: CrdcDistrict, *, seed: object, year: int) -> tuple[Student, ...]:
    """All students of the district's counts, ordered by local id (seven digits, leading zeros)."""
    rng = seeded(seed, district.district_id, year, "students")
    places = [
        place for school in district.schools for place in _places(rng, district, school.code, school.grades, year)
    ]
    numbers = rng.sample(range(1, len(places) + 1), len(places))  # ids must not give away school and group
    students = (_student(rng, f"{number:07d}", place, year) for number, place in zip(numbers, places, strict=True))
    return tuple(sorted(students, key=lambda student: student.local_id))


def hire_staff(schools: tuple[School, ...], students: tuple[Student, ...], *, seed: object) -> tuple[StaffMember, ...]:
    """An administrator, an aide and one teacher per 25 students for each school."""
    rng = seeded(seed, "staff")
    enrolled = dict.fromkeys((school.code for school in schools), 0)
    for student in students:
        enrolled[student.school] += 1
    posts = [
        (school.code, role)
        for school in schools
        for role in ("administrator", "aide", *["teacher"] * (enrolled[school.code] // STUDENTS_PER_TEACHER + 1))
    ]
    return tuple(
        StaffMember(f"T{number:05d}", *synthetic_name(rng), role, code)
        for number, (code, role) in enumerate(posts, start=1)
    )


def synthetic_name(rng: Random) -> tuple[str, str]:
    """Given and family name of nobody."""
    return rng.choice(GIVEN), rng.choice(FAMILY_FIRST) + rng.choice(FAMILY_SECOND)


def birth_date(rng: Random, grade: str, year: int) -> date:
    """A date of birth that fits the grade: five years old on 31 August before KG, and so on; UG is 5 to 17."""
    age = rng.randrange(5, 18) if grade == "UG" else GRADES.index(grade) + 4
    return date(year - 1 - age - 1, 9, 1) + timedelta(days=rng.randrange(365))


def race_flags(rng: Random, race: str) -> tuple[str, ...]:
    """OneRoster race columns of a student whose federal category is `race`: Hispanic of any race, two or more, one."""
    if race == "HI":
        return (HISPANIC_FLAG, *rng.choice(((), ("white",), ("white",), (_FLAG_OF_RACE["BL"],), ("white", "asian"))))
    if race == "TR":
        return (TWO_OR_MORE_FLAG, *rng.sample(tuple(_FLAG_OF_RACE.values()), 2))
    return (_FLAG_OF_RACE[race],)


def surplus(enrolled: int, counts: Mapping[str, int]) -> int:
    """Students a cell needs beyond its fall count so that every counted student exists.

    In- and out-of-school suspensions overlap by an unknown number; the largest overlap gives the smallest surplus.
    """
    needed = (
        counts.get("iss", 0),
        counts.get("oss_single", 0) + counts.get("oss_multiple", 0),
        counts.get("expelled_services", 0) + counts.get("expelled_no_services", 0),
        counts.get("referred", 0),
        counts.get("arrested", 0),
    )
    return max(0, max(needed) - enrolled)


def _places(
    rng: Random, district: CrdcDistrict, code: str, grades: tuple[str, ...], year: int
) -> Iterator[dict[str, Any]]:
    """The seats of a school with everything the source says about who takes them, grades spread evenly."""
    taken = rng.randrange(len(grades))
    for race in RACES:
        for sex in SEXES:
            seats: list[dict[str, Any]] = []
            for idea in (True, False):
                cell = Cell(code, race, sex, idea)
                late = surplus(district.enrolled[cell], district.discipline[cell])
                seats += (dict(cell._asdict()) for _ in range(district.enrolled[cell]))
                seats += ({**cell._asdict(), "begins_on": late_entry_day(year)} for _ in range(late))
            counted = [seat for seat in seats if "begins_on" not in seat]
            others = [seat for seat in counted if not seat["idea"]]
            _mark(rng, others, district.section504.get((code, race, sex), 0), "section504")
            _mark(rng, counted, district.english_learners.get((code, race, sex), 0), "english_learner")
            for seat in seats:
                seat["grade"] = grades[taken % len(grades)]
                taken += 1
            yield from seats


def _mark(rng: Random, seats: list[dict[str, Any]], count: int, mark: str) -> None:
    for seat in rng.sample(seats, min(count, len(seats))):
        seat[mark] = True


def _student(rng: Random, local_id: str, place: dict[str, Any], year: int) -> Student:
    given, family = synthetic_name(rng)
    return Student(
        local_id=local_id,
        given_name=given,
        family_name=family,
        birth_date=birth_date(rng, place["grade"], year),
        race_flags=race_flags(rng, place["race"]),
        economically_disadvantaged=rng.random() < _ECONOMICALLY_DISADVANTAGED,
        homeless=rng.random() < _HOMELESS,
        foster_care=rng.random() < _FOSTER_CARE,
        **place,
    )
