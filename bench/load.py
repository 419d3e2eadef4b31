"""A generated district in the product's own tables, with what the product derives from them; made once and kept."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
from django.db import connection
from django.utils import timezone

from bench import bulk, gen
from discipline.groups import copy_groups
from discipline.models import Behavior, Incident, Involvement, Referral, Removal
from district import standing
from district.access import Role
from district.models import (
    District,
    Enrollment,
    Person,
    ProgramStatus,
    RoleGrant,
    School,
    SchoolYear,
    Student,
    User,
)

CODE = "BENCH"
DESK_SCHOOLS = 25
"""Schools of the reader whose page is measured at every scale."""

MODELS = (Person, Student, Enrollment, ProgramStatus, Incident, Involvement, Referral, Removal)
Rows = Iterator[Sequence[Any]]


def latest_year(today: dt.date) -> int:
    """The school year that contains `today`, named by the year in which it ends."""
    return today.year + (today.month >= 7)


class Loader:
    """Writes one population. Keys of records are their numbers in the arrays, from 1."""

    def __init__(self, people: gen.Population, today: dt.date) -> None:
        self.people = people
        self.latest = latest_year(today)
        moment = dt.datetime(self.latest - gen.YEARS, 7, 1, tzinfo=dt.UTC)
        self.moment = connection.ops.adapt_datetimefield_value(moment)
        self.district = District.objects.create(code=CODE, name="Synthetic district")

    def load(self) -> dict[str, float]:
        """Write everything; return how many seconds each step took."""
        steps: dict[str, float] = {}
        start = time.perf_counter()
        self._make_places()
        with bulk.without_indexes([model._meta.db_table for model in MODELS]):
            for model, columns, rows in self._tables():
                bulk.insert(model._meta.db_table, ["uid", "created_at", "updated_at", *columns], rows)
        steps["load"], start = time.perf_counter() - start, time.perf_counter()
        bulk.reset_sequences(MODELS)
        bulk.analyze()
        for year in SchoolYear.objects.filter(district=self.district):
            standing.refresh(year)
            copy_groups(year.pk)
        standing.refresh_levels(self.district)
        self._make_users()
        steps["derive"], start = time.perf_counter() - start, time.perf_counter()
        bulk.analyze(vacuum=True)
        steps["analyze"] = time.perf_counter() - start
        return steps

    def _make_places(self) -> None:
        levels = self.people.level_of_school.tolist()
        School.objects.bulk_create(
            School(district=self.district, code=f"{n:04d}", name=f"School {n:04d}", level=gen.LEVELS[level])
            for n, level in enumerate(levels, 1)
        )
        SchoolYear.objects.bulk_create(
            SchoolYear(
                district=self.district,
                year=year,
                starts_on=dt.date(year - 1, 9, 1),
                ends_on=dt.date(year, 6, 20),
                programs_reported=True,
            )
            for year in range(self.latest - gen.YEARS + 1, self.latest + 1)
        )
        Behavior.objects.bulk_create(
            Behavior(district=self.district, code=f"B{n:02d}", title=f"Behavior {n}") for n in range(12)
        )
        self.schools = list(School.objects.order_by("code").values_list("pk", flat=True))
        self.years = list(SchoolYear.objects.order_by("year").values_list("pk", flat=True))
        self.behaviors = list(Behavior.objects.order_by("code").values_list("pk", flat=True))

    def _make_users(self) -> None:
        few = School.objects.order_by("code")[:: max(1, len(self.schools) // DESK_SCHOOLS)][:DESK_SCHOOLS]
        for role, schools in ((Role.LEADER, ()), (Role.RECORDS, ()), (Role.OFFICER, few)):
            user = User.objects.create_user(f"{role}@bench.example", "a password that is long enough")
            for school in schools or (None,):
                RoleGrant.objects.create(user=user, role=role, district=self.district, school=school)

    def _tables(self) -> Iterator[tuple[type, tuple[str, ...], Rows]]:
        """Each model with its columns after the shared ones, and its rows."""
        yield (
            Person,
            ("id", "district_id", "given_name", "middle_name", "family_name", "search_name", "email", "sourced_id"),
            self._persons(),
        )
        yield (
            Student,
            ("id", "person_id", "district_id", "local_id", "birth_date", "race", "sex", "grade"),
            self._students(),
        )
        marks = ("is_on_count_day", "is_last_in_year", "is_standing_on_count_day")
        places = ("student_id", "school_id", "school_year_id", "begins_on", "ends_on", "race", "sex", "grade")
        yield Enrollment, ("id", *places, *marks), self._enrollments()
        yield ProgramStatus, ("id", "student_id", "school_year_id", *gen.PROGRAMS), self._programs()
        when = ("occurred_on", "occurred_time", "location")
        yield Incident, ("id", "school_id", "school_year_id", "identifier", *when), self._incidents()
        blank = ("description", "reported_by", "law_enforcement", "response", "void_reason")
        yield Involvement, ("id", "incident_id", "student_id", "role", "behavior_id", *blank), self._involvements()
        place = ("incident_id", "student_id", "school_id", "school_year_id")
        yield Referral, ("id", *place, "occurred_on", "status"), self._referrals()
        terms = ("identifier", "kind", "begins_on", "days", "void_reason")
        yield Removal, ("id", *place, *terms), self._removals()

    def _shared(self, model: type, number: int) -> tuple[str, str, str]:
        """Public id (in order, for the speed of loading), and both moments."""
        return f"{MODELS.index(model) + 1:08x}0000400080{number:014x}", self.moment, self.moment

    def _persons(self) -> Rows:
        for n in range(1, self.people.students + 1):
            given, family = f"Given{n % 997}", f"Family{n * 7919 % 100_003}"
            search = f"{family} {given}".lower()
            yield (*self._shared(Person, n), n, self.district.pk, given, "", family, search, "", f"p-{n}")

    def _students(self) -> Rows:
        people = self.people
        codes = zip(people.race.tolist(), people.sex.tolist(), strict=True)
        for n, (race, sex) in enumerate(codes, 1):
            local_id = f"{n * 7_368_787 % 10_000_019:08d}"
            fixed = (n, n, self.district.pk, local_id, "2012-03-04", gen.RACES[race], gen.SEXES[sex], "09")
            yield (*self._shared(Student, n), *fixed)

    def _enrollments(self) -> Rows:
        people, columns = self.people, self.people.enrollments
        names = ("student", "school", "year", "begins", "ends", "grade")
        for n, (student, school, year, begins, ends, grade) in enumerate(_rows(columns, names), 1):
            yield (
                *self._shared(Enrollment, n),
                *(n, student + 1, self.schools[school], self.years[year]),
                *(self._day(year, begins), self._day(year, ends)),
                *(gen.RACES[people.race[student]], gen.SEXES[people.sex[student]], gen.GRADES[grade]),
                *(False, False, False),
            )

    def _programs(self) -> Rows:
        n = 0
        for year in range(gen.YEARS):
            start = self.people.first_of_year(year)
            flags = self.people.programs[start : start + self.people.scale.students]
            for student in np.flatnonzero(flags.any(axis=1)).tolist():
                n += 1
                key = start + student + 1
                yield (*self._shared(ProgramStatus, n), n, key, self.years[year], *flags[student].tolist())

    def _incidents(self) -> Rows:
        names = ("school", "year", "day", "minute")
        for n, (school, year, day, minute) in enumerate(_rows(self.people.incidents, names), 1):
            clock = dt.time(8 + minute // 60, minute % 60).isoformat()
            place = (n, self.schools[school], self.years[year], f"I-{n}", self._day(year, day), clock, "03014")
            yield (*self._shared(Incident, n), *place)

    def _involvements(self) -> Rows:
        for n, (student, behavior) in enumerate(_rows(self.people.incidents, ("student", "behavior")), 1):
            part = (n, n, student + 1, "responsible", self.behaviors[behavior], "", "", "", "", "")
            yield (*self._shared(Involvement, n), *part)

    def _referrals(self) -> Rows:
        names = ("student", "school", "year", "day")
        for n, (student, school, year, day) in enumerate(_rows(self.people.incidents, names), 1):
            place = (n, n, student + 1, self.schools[school], self.years[year], self._day(year, day), "decided")
            yield (*self._shared(Referral, n), *place)

    def _removals(self) -> Rows:
        names, key = ("student", "school", "year", "day", "kind", "hundredths"), 0
        for n, (student, school, year, day, kind, hundredths) in enumerate(_rows(self.people.incidents, names), 1):
            if kind < 0:
                continue
            key += 1
            days = None if hundredths < 0 else str(Decimal(hundredths) / 100)
            place = (key, n, student + 1, self.schools[school], self.years[year])
            terms = (f"R-{n}", gen.KINDS[kind], self._day(year, day), days, "")
            yield (*self._shared(Removal, key), *place, *terms)

    def _day(self, year: int, number: int) -> str | None:
        """The day `number` of a school year in ISO 8601; None for an open end."""
        if number < 0:
            return None
        first = dt.date(self.latest - gen.YEARS + year, 9, 1)
        return (first + dt.timedelta(number)).isoformat()


def _rows(columns: dict[str, np.ndarray], names: Sequence[str]) -> Iterator[tuple[int, ...]]:
    """The rows of some columns as plain integers, a chunk in memory at a time."""
    for start in range(0, len(columns[names[0]]), bulk.CHUNK):
        yield from zip(*(columns[name][start : start + bulk.CHUNK].tolist() for name in names), strict=True)


def load(people: gen.Population) -> dict[str, float]:
    """Load `people` into the empty database of this process."""
    return Loader(people, timezone.localdate()).load()
