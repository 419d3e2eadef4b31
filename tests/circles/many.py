"""Ten thousand cases, made table by table: what lists, boards and figures must bear."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from circles.models import (
    AgreementTerm,
    Circle,
    CircleAgreement,
    CircleConsent,
    CircleKeeper,
    CircleParticipant,
    CircleStatus,
    FollowUp,
)
from discipline.models import Incident, Involvement, Referral, Removal
from district import standing
from district.models import Enrollment, Person, School, SchoolYear, Student, User
from training.models import Practice, Practitioner

STEPS = (
    *(("referred", 0), ("screening", 2), ("preparation", 3), ("scheduled", 6), ("held", 9)),
    *(("agreement", 9), ("follow_up", 10), ("closed", 60)),
)
"""The states of a case, each with its day after the first."""
PEOPLE = ("responsible", "harmed", "supporter", "supporter", "guardian", "staff")
"""Who takes part in each case: the first four are students."""
STUDENTS = 4
TERMS = ("met", "met", "not_met")
BATCH = 2_000
DAY = timedelta(days=1)


@dataclass
class Place:
    """Where the cases are: schools, a year with its students, a practice, somebody who answers, keepers."""

    schools: list[School]
    year: SchoolYear
    practice: Practice
    owner: User
    keepers: list[Practitioner]
    behavior: Any
    students: list[int]

    @classmethod
    def make(cls, *, students: int, **fields: Any) -> Place:
        """Enroll so many students, spread over the schools and race groups."""
        place = cls(students=[], **fields)
        district = place.year.district
        people = Person.objects.bulk_create(
            [Person(district=district, given_name=f"G{n}", family_name=f"F{n % 977}") for n in range(students)], BATCH
        )
        races = ("WH", "BL", "HI", "AS", "TR")
        rows = Student.objects.bulk_create(
            [
                Student(person=one, district=district, local_id=f"M{n:06d}", race=races[n % 5], sex="F", grade="08")
                for n, one in enumerate(people)
            ],
            BATCH,
        )
        Enrollment.objects.bulk_create(
            [
                Enrollment(
                    student=one, school=place.school(n), school_year=place.year, race=one.race, sex="F", grade="08"
                )
                for n, one in enumerate(rows)
            ],
            BATCH,
        )
        standing.refresh(place.year)
        place.students = [one.pk for one in rows]
        return place

    def school(self, number: int) -> School:
        """The school of a student, or of a case, by its number."""
        return self.schools[number % len(self.schools)]


def make_cases(place: Place, first: int, last: int) -> None:
    """Make the cases from one number to another: each over a referral, every third still open."""
    numbers = range(first, last)
    begins = date(place.year.year - 1, 9, 1)
    opened = {n: begins + (n % 120) * DAY for n in numbers}
    referrals = _referrals(place, opened)
    circles = [_circle(place, n, opened[n], referrals[n]) for n in numbers]
    Circle.objects.bulk_create(circles, BATCH)
    _states_and_people(place, circles, opened, numbers)
    _agreements(place, circles)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _is_open(number: int) -> bool:
    return number % 3 == 2


def _circle(place: Place, number: int, opened_on: date, referral: Referral) -> Circle:
    is_open = _is_open(number)
    return Circle(
        school=place.school(number),
        school_year=place.year,
        practice=place.practice,
        origin="referral",
        referral=referral,
        status="follow_up" if is_open else "closed",
        opened_on=opened_on,
        owner=place.owner,
        held_on=opened_on + 9 * DAY,
        minutes=45,
        close_reason="" if is_open else "completed",
        closed_on=None if is_open else opened_on + 60 * DAY,
    )


def _referrals(place: Place, opened: dict[int, date]) -> dict[int, Referral]:
    """A referral for each case, a second one later for every fourth, a suspension for every fifth."""
    days = {**{(n, 0): day - DAY for n, day in opened.items()}}
    days |= {(n, 1): day + 40 * DAY for n, day in opened.items() if n % 4 == 0}
    incidents = Incident.objects.bulk_create(
        [
            Incident(
                school=place.school(n),
                school_year=place.year,
                identifier=f"many-{n}-{again}",
                occurred_on=day,
                location="03014",
            )
            for (n, again), day in days.items()
        ],
        BATCH,
    )
    found = dict(zip(days, incidents, strict=True))
    Involvement.objects.bulk_create(
        [
            Involvement(incident=one, student_id=_student(place, n, 0), behavior=place.behavior, role="responsible")
            for (n, _again), one in found.items()
        ],
        BATCH,
    )
    rows = Referral.objects.bulk_create(
        [
            Referral(
                incident=one,
                student_id=_student(place, n, 0),
                school=one.school,
                school_year=place.year,
                occurred_on=one.occurred_on,
                status="decided",
            )
            for (n, _again), one in found.items()
        ],
        BATCH,
    )
    Removal.objects.bulk_create(
        [
            Removal(
                incident=one,
                student_id=_student(place, n, 0),
                school=one.school,
                school_year=place.year,
                kind="OSS",
                begins_on=one.occurred_on,
                days=1 + n % 3,
            )
            for (n, again), one in found.items()
            if again
        ],
        BATCH,
    )
    return {n: row for (n, again), row in zip(days, rows, strict=True) if not again}


def _student(place: Place, number: int, part: int) -> int:
    """Four different students of a case; each sits in several."""
    return place.students[(number + part * 1009) % len(place.students)]


def _states_and_people(place: Place, circles: list[Circle], opened: dict[int, date], numbers: range) -> None:
    now: datetime = timezone.now()
    cases = list(zip(numbers, circles, strict=True))
    CircleStatus.objects.bulk_create(
        [
            CircleStatus(circle=one, status=state, on=opened[n] + days * DAY, at=now)
            for n, one in cases
            for state, days in STEPS
            if state != "closed" or not _is_open(n)
        ],
        BATCH,
    )
    people = CircleParticipant.objects.bulk_create(
        [
            CircleParticipant(
                circle=one,
                role=role,
                student_id=_student(place, n, part) if part < STUDENTS else None,
                name="" if part < STUDENTS else f"Somebody {n}",
                attended=True,
            )
            for n, one in cases
            for part, role in enumerate(PEOPLE)
        ],
        BATCH,
    )
    CircleConsent.objects.bulk_create(
        [
            CircleConsent(participant=one, kind="own", answer="given", on=opened[numbers[0]], at=now, way="spoken")
            for one in people[:: len(PEOPLE)]
        ],
        BATCH,
    )
    CircleKeeper.objects.bulk_create(
        [
            CircleKeeper(circle=one, practitioner=place.keepers[n % len(place.keepers)], part="led", certificate="C-1")
            for n, one in cases
        ],
        BATCH,
    )


def _agreements(place: Place, circles: list[Circle]) -> None:
    people = dict(
        CircleParticipant.objects.filter(circle__in=circles, role="responsible").values_list("circle", "pk")
        if len(circles) < BATCH
        else CircleParticipant.objects.filter(role="responsible").values_list("circle", "pk")
    )
    rows = CircleAgreement.objects.bulk_create(
        [CircleAgreement(circle=one, agreed_on=one.held_on, owner=place.owner) for one in circles], BATCH
    )
    AgreementTerm.objects.bulk_create(
        [
            AgreementTerm(
                agreement=one,
                owed_by_id=people[one.circle_id],
                kind="help",
                text="Help in the library.",
                due_on=one.agreed_on + (10 + place_in) * DAY,
                status="open" if one.circle.status != "closed" and place_in == len(TERMS) - 1 else status,
                settled_on=one.agreed_on + 9 * DAY,
            )
            for one in rows
            for place_in, status in enumerate(TERMS)
        ],
        BATCH,
    )
    FollowUp.objects.bulk_create(
        [
            FollowUp(
                agreement=one,
                due_on=one.agreed_on + days * DAY,
                done_on=one.agreed_on + days * DAY if days < 30 else None,
                outcome="well" if days < 30 else "",
            )
            for one in rows
            for days in (14, 30, 60, 90)
        ],
        BATCH,
    )
