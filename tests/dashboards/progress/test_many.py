"""Two hundred commitments over sixty schools and five years: a fixed number of queries, the same figures."""

from __future__ import annotations

import uuid
from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from circles.models import ClassCircle
from commitments.models import Commitment, CommitmentStatus, DueItem, StatusReport
from discipline.models import Incident, Involvement, Removal
from district import standing
from district.models import Enrollment, Person, School, SchoolYear, Student
from tests.commitments.factories import ADOPTED
from tests.dashboards.progress.conftest import TODAY
from tests.training import making

BOARD = "/api/v1/dashboards/commitments/"
YEARS = range(2017, 2022)
SCHOOLS, EACH = 60, 3
"""Schools, and students at each of them in every year."""
KINDS = (
    {"measure": "suspension_rate", "rate_of": "oss", "period": "school_year", "target": 5},
    {"measure": "oss_for_level", "behavior_level": "1", "period": "school_year", "target": 0},
    {"measure": "risk_ratio", "rate_of": "oss", "group": "race=BL", "period": "school_year", "target": 2},
    {"measure": "circles_per_100", "period": "school_year", "target": 50},
    {"measure": "schools_with_keepers", "minimum": 1, "target": 1},
    {"measure": "staff_trained", "target": 1},
    {"evidence": "The list", "checker": "Both sides", "unit": "schools", "target": 52, "due_on": date(2021, 6, 1)},
)


@pytest.fixture
def large(scene):
    """Every third student of each year suspended, every other school with circles, a keeper at every tenth."""
    district = scene.district
    School.objects.bulk_create(
        [School(district=district, code=f"S{n:03d}", name=f"School {n:03d}") for n in range(SCHOOLS - 2)]
    )
    schools = list(district.schools.order_by("code"))
    for year in YEARS:
        scene.years.setdefault(year, None)
    years = [
        scene.years[year] or SchoolYear.objects.create(
            district=district, year=year, starts_on=date(year - 1, 8, 27), ends_on=date(year, 6, 4)
        )
        for year in YEARS
    ]  # fmt: skip
    people = Person.objects.bulk_create(
        [Person(district=district, given_name="Some", family_name=f"Body {n}") for n in range(SCHOOLS * EACH)]
    )
    students = Student.objects.bulk_create(
        [
            Student(person=person, district=district, local_id=f"L{n}", race=("BL", "WH", "HI")[n % EACH])
            for n, person in enumerate(people)
        ]
    )
    placed = [(student, schools[n // EACH]) for n, student in enumerate(students)]
    Enrollment.objects.bulk_create(
        [
            Enrollment(student=student, school=school, school_year=year, race=student.race, sex="F", grade="05")
            for year in years
            for student, school in placed
        ]
    )
    suspended = [
        (year, student, school)
        for year in years
        for n, (student, school) in enumerate(placed)
        if n % 7 == year.year % 5
    ]
    incidents = Incident.objects.bulk_create(
        [
            Incident(
                school=school,
                school_year=year,
                identifier=f"{year.year}-{n}",
                occurred_on=date(year.year - 1, 11, 10),
                location="03014",
            )
            for n, (year, _student, school) in enumerate(suspended)
        ]
    )
    events = list(zip(suspended, incidents, strict=True))
    removals = Removal.objects.bulk_create(
        [
            Removal(
                incident=incident,
                student=student,
                school=school,
                school_year=year,
                kind="OSS",
                days=1,
                begins_on=incident.occurred_on,
            )
            for (year, student, school), incident in events
        ]
    )
    parts = Involvement.objects.bulk_create(
        [
            Involvement(incident=incident, student=student, behavior=scene.levels["1"], role="responsible")
            for (_year, student, _school), incident in events
        ]
    )
    link = Removal.involvements.through
    link.objects.bulk_create(
        [link(removal=removal, involvement=part) for removal, part in zip(removals, parts, strict=True)]
    )
    practice = making.make_practice(district, "check-in")
    ClassCircle.objects.bulk_create(
        [
            ClassCircle(
                school=school,
                school_year=years[-1],
                practice=practice,
                group="Grade 5",
                held_on=date(2020, 10, 6),
                minutes=15,
                headcount=20,
                keeper="A teacher",
                logged_by=scene.leader,
            )
            for school in schools[::2]
        ]
    )
    credential = making.make_credential(district, "keeper", practice)
    for school in schools[::10]:
        making.certify(making.make_practitioner(district, school), credential)
    for year in years:
        standing.refresh(year)
    return scene, schools


def place_of(schools: list[School], n: int) -> School | None:
    """The school that the n-th commitment names: none for every fourth round of kinds, so that the first bind all."""
    return schools[n % SCHOOLS] if n // len(KINDS) % 4 else None


def promise_many(scene, schools: list[School], number: int, first: int = 0) -> None:
    """So many commitments of every kind in turn."""
    given = [(n, place_of(schools, n), KINDS[n % len(KINDS)]) for n in range(first, first + number)]
    made = Commitment.objects.bulk_create(
        [
            Commitment(
                district=scene.district,
                organization=scene.organization,
                title=f"Promise {n}",
                text="It shall be so.",
                source="board_resolution",
                adopted_on=ADOPTED,
                responsible="district",
                status="active",
                baseline=0,
                uid=uuid.uuid4(),
                **kind,
            )
            for n, _school, kind in given
        ]
    )
    named = Commitment.schools.through
    named.objects.bulk_create(
        [
            named(commitment=one, school=school)
            for one, (_n, school, _kind) in zip(made, given, strict=True)
            if school is not None
        ]
    )
    CommitmentStatus.objects.bulk_create(
        [CommitmentStatus(commitment=one, status="active", on=ADOPTED) for one in made]
    )
    DueItem.objects.bulk_create([DueItem(commitment=one, due_on=date(2021, 6, 1)) for one in made])
    StatusReport.objects.bulk_create(
        [
            StatusReport(
                commitment=one,
                side="implementer",
                completion="limited",
                as_of=TODAY,
                text="It has begun.",
                value=None if one.measure else number % 52,
            )
            for number, one in enumerate(made)
        ]
    )


def test_two_hundred_commitments_take_the_queries_of_twenty_and_say_what_the_dashboards_say(large, client_for):
    scene, schools = large
    client = client_for(scene.leader)

    def queries(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    with time_machine.travel(f"{TODAY}T17:00:00+00:00", tick=False):
        addresses = (BOARD, reverse("commitment_board"), reverse("commitment_list"))
        promise_many(scene, schools, 20)
        few = [queries(address) for address in addresses]
        promise_many(scene, schools, 180, first=20)
        assert [queries(address) for address in addresses] == few
        assert max(few) <= 45
        rows = client.get(BOARD).json()["rows"]
        assert len(rows) == 200
        figures = the_dashboards_own(client, schools)
    wrong = []
    for row in rows:
        if not row["measure"]:
            assert row["counted"] == "reported"
            continue
        school = row["schools"][0] if row["schools"] else ""
        expected = figures[row["measure"], school]
        if row["value"] != (expected if expected is None else pytest.approx(expected, rel=1e-12)):
            wrong.append((row["title"], row["measure"], school, row["value"], expected))
    assert wrong == []
    assert {row["measure"] for row in rows} == {kind.get("measure") for kind in KINDS}


def the_dashboards_own(client, schools: list[School]) -> dict[tuple[str, str], float | None]:
    """(measure, school code, or "" for the district) → the figure that another dashboard, or the record, gives."""
    rates, coverage = "/api/v1/dashboards/suspension-rates/", "/api/v1/dashboards/training-coverage/"
    found: dict[tuple[str, str], float | None] = {}

    def rows(address: str, **query: str) -> list[dict]:
        answer = client.get(address, query)
        assert answer.status_code == 200, answer.content
        return answer.json()["rows"]

    year = {"school_year": "2021", "measure": "oss"}
    for row in [*rows(rates, **year, by="school"), *rows(rates, **year)]:
        code = row.get("school", "")
        found["suspension_rate", code] = 100 * row["rate"]
        found["oss_for_level", code] = row["events"]  # every suspension here is over level 1
    for row in [*rows(rates, **year, by="school,race"), *rows(rates, **year, by="race")]:
        if row["race"] == "BL":
            found["risk_ratio", row.get("school", "")] = row["risk_ratio"]
    for row in rows(coverage):
        if row["breakdown"] in ("school", "total"):
            code = row.get("school", "")
            found["staff_trained", code] = row["certified"]  # all of them are teachers
            found["schools_with_keepers", code] = min(row["certified"], 1) if code else row["certified"]
    for row in rows("/api/v1/dashboards/rollout/"):
        if row["breakdown"] in ("school", "district"):
            found["circles_per_100", row["school"]] = row["circles_tier_1"]
    return found
