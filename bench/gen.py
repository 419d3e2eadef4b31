"""Synthetic districts with the shape of real ones, drawn with numpy from a fixed seed: arrays, no database.

A thirteenth of the students leaves and enters each year, schools are segregated (a student's school is drawn by race),
few students carry most incidents, 5 % move to another school within a year, and who is suspended depends on race.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import numpy as np

SEED = 20_231_119
YEARS = 5
GRADES = ("KG", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12")
RACES = ("HI", "AM", "AS", "HP", "BL", "WH", "TR")
SEXES = ("F", "M")
LEVELS = ("elementary", "middle", "high")
KINDS = ("ISS", "OSS", "BUS", "EXPULSION_WITH_SERVICES")
PROGRAMS = ("idea", "section504", "english_learner", "economically_disadvantaged", "homeless", "foster_care")

_RACE_SHARES = (0.40, 0.006, 0.12, 0.004, 0.26, 0.17, 0.04)
_PROGRAM_SHARES = (0.15, 0.03, 0.14, 0.62, 0.02, 0.005)
_RACE_FACTORS = (1.0, 1.3, 0.35, 0.9, 2.4, 0.8, 1.2)
_LEVEL_OF_GRADE = np.array([0] * 6 + [1] * 3 + [2] * 4)
_LEVEL_SHARES = (0.6, 0.2, 0.2)
_REFERRALS_A_YEAR = 0.249
_MOVERS = 0.05


@dataclass(frozen=True)
class Scale:
    """How large a district is: schools, and students enrolled each year."""

    schools: int
    students: int


SCALES = {"XS": Scale(15, 1_950), "S": Scale(50, 25_000), "M": Scale(1_600, 1_000_000)}
"""XS is for trying a change out, S has the size of Paterson, New Jersey, and M that of New York City."""


@dataclass
class Population:
    """Arrays of a district. Students, schools and years are numbers from 0; codes are places in the tuples above.

    `enrollments` and `incidents` hold columns of equal length. Days count from the first day of the school year;
    a `begins` or `ends` of -1 is an open end, a `kind` of -1 an incident without a removal, `hundredths` the length of
    the removal in hundredths of a school day and -1 when it is unknown.
    """

    scale: Scale
    level_of_school: np.ndarray
    race: np.ndarray
    sex: np.ndarray
    programs: np.ndarray  # students x programs
    enrollments: dict[str, np.ndarray] = field(default_factory=dict)
    incidents: dict[str, np.ndarray] = field(default_factory=dict)

    @property
    def students(self) -> int:
        """Distinct students over all years."""
        return len(self.race)

    def first_of_year(self, year: int) -> int:
        """The lowest student of a year; those who are enrolled in it follow one another."""
        return year * self.scale.students // 13

    def digest(self) -> str:
        """SHA-256 of the enrollments and incidents: the same on every machine."""
        found = hashlib.sha256()
        for columns in (self.enrollments, self.incidents):
            for name in sorted(columns):
                found.update(name.encode())
                found.update(np.ascontiguousarray(columns[name], dtype="<i8").tobytes())
        return found.hexdigest()

    def counts(self) -> dict[str, int]:
        """How many rows of each kind there are."""
        kinds = self.incidents["kind"]
        return {
            "schools": self.scale.schools,
            "students": self.students,
            "enrollments": len(self.enrollments["student"]),
            "referrals": len(kinds),
            "removals": int((kinds >= 0).sum()),
            "suspensions": int(((kinds == 0) | (kinds == 1)).sum()),
        }


def generate(scale: Scale, seed: int = SEED) -> Population:
    """Draw a district."""
    rng = np.random.default_rng(seed)
    total = scale.students + (YEARS - 1) * scale.students // 13
    shares = np.array(_RACE_SHARES) / sum(_RACE_SHARES)
    people = Population(
        scale=scale,
        level_of_school=_levels(scale.schools),
        race=rng.choice(len(RACES), total, p=shares),
        sex=rng.integers(0, 2, total),
        programs=rng.random((total, len(PROGRAMS))) < np.array(_PROGRAM_SHARES),
    )
    homes = _draw_homes(people, rng)
    people.enrollments = _draw_enrollments(people, homes, rng)
    people.incidents = _draw_incidents(people, rng)
    return people


def _levels(schools: int) -> np.ndarray:
    first, second = (round(schools * sum(_LEVEL_SHARES[: n + 1])) for n in range(2))
    return np.repeat([0, 1, 2], [first, second - first, schools - second])


def _draw_homes(people: Population, rng: np.random.Generator) -> np.ndarray:
    """The school of each student at each level: students x levels."""
    weights = rng.gamma(0.5, size=(people.scale.schools, len(RACES))) + 0.02
    weights *= rng.gamma(6.0, size=(people.scale.schools, 1))
    homes = np.empty((people.students, len(LEVELS)), dtype=np.int32)
    for level in range(len(LEVELS)):
        schools = np.flatnonzero(people.level_of_school == level)
        for race in range(len(RACES)):
            who = np.flatnonzero(people.race == race)
            chances = weights[schools, race] / weights[schools, race].sum()
            homes[who, level] = rng.choice(schools, len(who), p=chances)
    return homes


def _draw_enrollments(people: Population, homes: np.ndarray, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """One enrollment a year, and a second one in another school of the level for those who move."""
    parts: list[dict[str, np.ndarray]] = []
    per_year = people.scale.students
    for year in range(YEARS):
        start = people.first_of_year(year)
        students = np.arange(start, start + per_year)
        grades = 12 - (students * 13 // per_year - year)
        grades = np.clip(grades, 0, 12)
        schools = homes[students, _LEVEL_OF_GRADE[grades]]
        moves = rng.random(per_year) < _MOVERS
        day = rng.integers(20, 250, per_year)
        others = _other_schools(people, schools[moves], rng)
        first = {"begins": np.full(per_year, -1), "ends": np.where(moves, day, -1)}
        parts.append({"year": np.full(per_year, year), "student": students, "school": schools, "grade": grades} | first)
        second = {"begins": day[moves] + 1, "ends": np.full(moves.sum(), -1)}
        parts.append(
            {"year": np.full(moves.sum(), year), "student": students[moves], "school": others, "grade": grades[moves]}
            | second
        )
    columns = {name: np.concatenate([part[name] for part in parts]).astype(np.int64) for name in parts[0]}
    order = np.lexsort((columns["student"], columns["school"], columns["year"]))
    return {name: values[order] for name, values in columns.items()}


def _other_schools(people: Population, schools: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """For each school another one of its level."""
    found = np.empty(len(schools), dtype=np.int64)
    levels = people.level_of_school[schools]
    for level in range(len(LEVELS)):
        choices = np.flatnonzero(people.level_of_school == level)
        who = np.flatnonzero(levels == level)
        places = np.searchsorted(choices, schools[who])
        found[who] = choices[(places + rng.integers(1, len(choices), len(who))) % len(choices)]
    return found


def _draw_incidents(people: Population, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Incidents of one student each, at the school of the day; some become removals."""
    propensity = rng.gamma(0.35, size=people.students) * np.array(_RACE_FACTORS)[people.race]
    propensity *= np.where(people.sex == 1, 1.4, 0.6) * np.where(people.programs[:, 0], 1.9, 0.85)
    propensity *= _REFERRALS_A_YEAR / propensity.mean()
    e = people.enrollments
    is_first = e["begins"] < 0
    numbers = rng.poisson(propensity[e["student"]] * np.where(is_first & (e["ends"] < 0), 1.0, 0.5))
    rows = np.repeat(np.arange(len(numbers)), numbers)
    first = np.maximum(e["begins"][rows], 0)
    last = np.where(e["ends"][rows] < 0, 270, e["ends"][rows])
    day = first + (rng.random(len(rows)) * (last - first + 1)).astype(np.int64)
    race = people.race[e["student"][rows]]
    suspended = rng.random(len(rows)) < 0.255 + 0.14 * (race == 4)
    kind = np.where(suspended, (rng.random(len(rows)) < 0.55).astype(np.int64), -1)
    rare = rng.random(len(rows))
    kind = np.where(~suspended & (rare < 0.01), 2, kind)
    kind = np.where(~suspended & (rare > 0.998), 3, kind)
    hundredths = np.where(kind == 0, rng.integers(1, 7, len(rows)) * 50, rng.integers(1, 11, len(rows)) * 100)
    hundredths = np.where(rng.random(len(rows)) < 0.002, -1, hundredths)
    columns = {
        "year": e["year"][rows],
        "school": e["school"][rows],
        "student": e["student"][rows],
        "day": day,
        "minute": rng.integers(0, 400, len(rows)),
        "behavior": rng.integers(0, 12, len(rows)),
        "kind": kind,
        "hundredths": hundredths,
    }
    order = np.lexsort((columns["minute"], columns["day"], columns["year"]))
    return {name: values[order].astype(np.int64) for name, values in columns.items()}
