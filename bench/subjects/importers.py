"""Contenders of the import benchmarks, each for a process of its own on an empty database."""

from __future__ import annotations

import csv
import datetime as dt
import time
import uuid
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from bench import gen
from district import standing
from district.importing import ImportOptions
from district.imports import roster
from district.models import District, Enrollment, Grade, Person, School, SchoolYear, Student
from district.names import search_key

CODE = "IMPORT"
CHUNK = 10_000
COLUMNS = (
    "sourced_id",
    "school",
    "given_name",
    "family_name",
    "local_id",
    "grade",
    "birth_date",
    "race",
    "sex",
    "year",
)
"""The student file: one row a student, ten columns."""


def _district() -> District:
    return District.objects.get_or_create(code=CODE, defaults={"name": "Import"})[0]


def product(folder: str) -> dict[str, Any]:
    """The product's own import of the package: everything checked, good rows written, faults reported."""
    district, locked = _district(), 0.0
    write = roster._write

    def timed(*arguments: Any) -> None:
        nonlocal locked
        start = time.perf_counter()
        write(*arguments)
        locked = time.perf_counter() - start

    roster._write = timed
    outcome = roster.import_roster(
        Path(folder), district=district, options=ImportOptions(partial=True, allow_shrink=True), by=None
    )
    if outcome.refusal:
        raise AssertionError(outcome.refusal)
    return {**outcome.counts(), "faults": len(list(outcome.report)), "locked": locked}


def student_rows(folder: str) -> Iterator[tuple[str, ...]]:
    """The package as one file of ten columns, read by csv alone."""
    with (
        (Path(folder) / "users.csv").open(newline="", encoding="utf-8") as users,
        (Path(folder) / "demographics.csv").open(newline="", encoding="utf-8") as demographics,
    ):
        people, facts = csv.reader(users), csv.reader(demographics)
        next(people), next(facts)
        for user, fact in zip(people, facts, strict=True):
            race = next(code for code, flag in zip(gen.RACES, fact[5:12], strict=True) if flag == "true")
            yield (user[0], user[4], user[8], user[9], user[11], user[16], fact[3], race, fact[4][0].upper(), "2027")


def raw(folder: str) -> int:
    """The limit: the student file into a plain table, nothing checked, no index but the key."""
    columns = ", ".join(f"{name} text" for name in COLUMNS)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bench_student (id integer PRIMARY KEY, {columns})")
        return _load(cursor, "bench_student", ((n, *row) for n, row in enumerate(student_rows(folder))))


def _load(cursor: Any, table: str, rows: Iterator[tuple[Any, ...]]) -> int:
    count = 0
    while chunk := list(islice(rows, CHUNK)):
        count += len(chunk)
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                for row in chunk:
                    copy.write_row(row)
        else:
            cursor.executemany(f"INSERT INTO {table} VALUES ({', '.join(['%s'] * len(chunk[0]))})", chunk)
    return count


def same_sql(folder: str) -> int:
    """The same tables filled by the same kind of statements, staged first, but nothing checked and nothing matched."""
    district, year, _schools = _places()
    new_uid = "gen_random_uuid()"
    if connection.vendor == "sqlite":
        new_uid = "lower(hex(randomblob(16)))"
    columns = ", ".join(f"{name} text" for name in (*COLUMNS, "search_name"))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE staged (id integer PRIMARY KEY, {columns})")
        rows = ((n, *row, search_key(row[3], row[2])) for n, row in enumerate(student_rows(folder), 1))
        count = _load(cursor, "staged", rows)
        parameters = {"district": district.pk, "year": year.pk}
        for statement in _FILL:
            cursor.execute(statement.format(new_uid=new_uid), parameters)
        standing.refresh(year)
    return count


_FILL = (
    """INSERT INTO district_person (id, uid, district_id, given_name, middle_name, family_name, search_name, email,
         sourced_id)
       SELECT id, {new_uid}, %(district)s, given_name, '', family_name, search_name, '', id || '-' || sourced_id
       FROM staged""",
    """INSERT INTO district_student (id, uid, person_id, district_id, local_id, birth_date, race, sex, grade)
       SELECT id, {new_uid}, id, %(district)s, id || '-' || local_id, CAST(birth_date AS date), race, sex, grade
       FROM staged""",
    """INSERT INTO district_enrollment (uid, student_id, school_id, school_year_id, race, sex, grade, is_on_count_day,
         is_last_in_year, is_standing_on_count_day)
       SELECT {new_uid}, s.id, c.id, %(year)s, s.race, s.sex, s.grade, FALSE, FALSE, FALSE
       FROM staged s JOIN district_school c ON c.sourced_id = s.school AND c.district_id = %(district)s""",
)


def _places() -> tuple[District, SchoolYear, dict[str, int]]:
    from bench.roster_files import SCHOOLS

    district = _district()
    School.objects.bulk_create(
        School(district=district, code=f"{n:04d}", name=f"School {n}", sourced_id=f"s-{n}") for n in range(SCHOOLS)
    )
    year = SchoolYear.objects.create(
        district=district, year=2027, starts_on=dt.date(2026, 9, 1), ends_on=dt.date(2027, 6, 20)
    )
    return district, year, dict(School.objects.values_list("sourced_id", "pk"))


def checked_rows(folder: str, schools: dict[str, int]) -> Iterator[tuple[Any, ...]]:
    """The rows that pass the checks of a hand-written validator: lengths, codes, dates, references, repeated ids."""
    seen: set[str] = set()
    grades = set(Grade.values)
    for row in student_rows(folder):
        sourced_id, school, given, family, local_id, grade, born, race, sex, _year = row
        if not sourced_id or sourced_id in seen or max(map(len, row)) > 255:
            continue
        if grade not in grades or school not in schools or race not in gen.RACES or sex not in ("M", "F"):
            continue
        try:
            day = dt.date.fromisoformat(born)
        except ValueError:
            continue
        seen.add(sourced_id)
        yield sourced_id, schools[school], given, family, local_id, grade, day, race, sex


def bulk_create(folder: str, limit: int, size: int = 2_000) -> int:
    """The usual way done well: a validator by hand, and three bulk_create a chunk."""
    district, year, schools = _places()
    rows, count = islice(checked_rows(folder, schools), limit), 0
    with transaction.atomic():
        while chunk := list(islice(rows, size)):
            people = Person.objects.bulk_create(
                Person(district=district, sourced_id=r[0], given_name=r[2], family_name=r[3],
                       search_name=search_key(r[3], r[2])) for r in chunk
            )  # fmt: skip
            students = Student.objects.bulk_create(
                Student(person=person, district=district, local_id=f"{r[4]}-{count}-{n}", grade=r[5], birth_date=r[6],
                        race=r[7], sex=r[8]) for n, (person, r) in enumerate(zip(people, chunk, strict=True))
            )  # fmt: skip
            Enrollment.objects.bulk_create(
                Enrollment(student=student, school_id=r[1], school_year=year, race=r[7], sex=r[8], grade=r[5])
                for student, r in zip(students, chunk, strict=True)
            )
            count += len(chunk)
        standing.refresh(year)
    return count


def import_export(folder: str, limit: int) -> int:
    """django-import-export as it comes: one resource for students, validation of each row by the model."""
    import tablib
    from import_export import resources

    district, _year, _schools = _places()

    class StudentResource(resources.ModelResource):
        class Meta:
            model = Student
            import_id_fields = ("local_id",)
            fields = ("local_id", "birth_date", "race", "sex", "grade", "person", "district", "uid")
            clean_model_instances = False

    rows = list(islice(student_rows(folder), limit))
    people = Person.objects.bulk_create(
        Person(district=district, sourced_id=f"{n}-{row[0]}", given_name=row[2], family_name=row[3], search_name="x")
        for n, row in enumerate(rows)
    )
    data = tablib.Dataset(headers=["local_id", "birth_date", "race", "sex", "grade", "person", "district", "uid"])
    for n, (row, person) in enumerate(zip(rows, people, strict=True)):
        data.append((f"{row[4]}-{n}", row[6], row[7], row[8], "09", person.pk, district.pk, str(uuid.uuid4())))
    start = time.perf_counter()
    result = StudentResource().import_data(data, dry_run=False, raise_errors=True)
    assert not result.has_errors()
    return int((time.perf_counter() - start) * 1000)


def blind_upsert(folder: str) -> dict[str, Any]:
    """Every row written again, changed or not, over what `product` has imported: the seconds of its transaction."""
    district = District.objects.get(code=CODE)
    columns = ", ".join(f"{name} text" for name in COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE staged (id integer PRIMARY KEY, {columns})")
        _load(cursor, "staged", ((n, *row) for n, row in enumerate(student_rows(folder), 1)))
        cursor.execute("CREATE INDEX staged_key ON staged (sourced_id)")
        start = time.perf_counter()
        with transaction.atomic():
            for statement in _UPSERT:
                cursor.execute(statement, {"district": district.pk})
        return {"locked": time.perf_counter() - start}


_UPSERT = (
    """UPDATE district_person SET given_name = s.given_name, family_name = s.family_name, updated_at = CURRENT_TIMESTAMP
       FROM staged s WHERE district_person.sourced_id = s.sourced_id AND district_person.sourced_id <> ''
       AND district_person.district_id = %(district)s""",
    """UPDATE district_student SET race = s.race, sex = s.sex, grade = s.grade, updated_at = CURRENT_TIMESTAMP
       FROM staged s JOIN district_person p ON p.sourced_id = s.sourced_id AND p.sourced_id <> ''
       WHERE district_student.person_id = p.id AND p.district_id = %(district)s""",
    """UPDATE district_enrollment SET race = s.race, sex = s.sex, grade = s.grade, updated_at = CURRENT_TIMESTAMP
       FROM staged s JOIN district_person p ON p.sourced_id = s.sourced_id AND p.sourced_id <> ''
       JOIN district_student t ON t.person_id = p.id
       WHERE district_enrollment.student_id = t.id AND p.district_id = %(district)s""",
)
