"""Plain functions that make one record of circles each, and what the small world holds of them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from circles.models import (
    AgreementTerm,
    CheckIn,
    Circle,
    CircleAgreement,
    CircleKeeper,
    CircleParticipant,
    CircleStatus,
    ClassCircle,
    FollowUp,
    PlanItem,
    VoiceLink,
    WelcomePlan,
)
from district.models import School, SchoolYear, Student, User
from district.secret_links import hash_of
from tests.training.making import make_practice
from training.models import Practice, Practitioner

HELD = date(2020, 10, 6)


def check_in_of(school: School) -> Practice:
    """The practice of tier 1 that the school's district has."""
    found = Practice.objects.filter(district=school.district_id, tier=1).first()
    return found or make_practice(school.district, "check-in", 1, name="Check-in circle")


def make_class_circle(school: School, by: User, **fields: Any) -> ClassCircle:
    held_on = fields.pop("held_on", HELD)
    return ClassCircle.objects.create(
        school=school,
        school_year=fields.pop("school_year", None) or SchoolYear.objects.get(district=school.district_id, year=2021),
        practice=fields.pop("practice", None) or check_in_of(school),
        group=fields.pop("group", "Grade 4, room 12"),
        held_on=held_on,
        minutes=fields.pop("minutes", 15),
        headcount=fields.pop("headcount", 24),
        keeper=fields.pop("keeper", str(by)),
        logged_by=by,
        **fields,
    )


def make_circle(school: School, *students: Student, status: str = "referred", **fields: Any) -> Circle:
    """Make a case of a harm circle with `students` who caused harm; who was harmed is added by `take_part`."""
    harm = Practice.objects.filter(district=school.district_id, code="harm-circle").first()
    circle = Circle.objects.create(
        school=school,
        school_year=fields.pop("school_year", None) or SchoolYear.objects.get(district=school.district_id, year=2021),
        practice=fields.pop("practice", None) or harm or make_practice(school.district, "harm-circle", 2),
        origin=fields.pop("origin", "staff"),
        status=status,
        opened_on=fields.pop("opened_on", HELD),
        **fields,
    )
    CircleStatus.objects.create(circle=circle, status=status, on=circle.opened_on, at=timezone.now())
    for student in students:
        take_part(circle, student)
    return circle


def take_part(circle: Circle, student: Student | None, role: str = "responsible", **fields: Any) -> CircleParticipant:
    return CircleParticipant.objects.create(circle=circle, student=student, role=role, **fields)


def keep_case(circle: Circle, practitioner: Practitioner, part: str = "led", **fields: Any) -> CircleKeeper:
    return CircleKeeper.objects.create(circle=circle, practitioner=practitioner, part=part, **fields)


def agree(circle: Circle, owner: User, agreed_on: date = HELD) -> CircleAgreement:
    """An agreement of a case with one open term and one day on which somebody asks again."""
    agreement = CircleAgreement.objects.create(circle=circle, agreed_on=agreed_on, owner=owner)
    person = circle.participants.first()
    AgreementTerm.objects.create(
        agreement=agreement, owed_by=person, kind="help", text="Help in the library.", due_on=agreed_on
    )
    FollowUp.objects.create(agreement=agreement, due_on=agreed_on)
    return agreement


def link_of(participant: CircleParticipant, by: User, paper: str = "worksheet", **fields: Any) -> VoiceLink:
    """A link to a paper that nobody knows the secret of."""
    return VoiceLink.objects.create(
        participant=participant,
        paper=paper,
        language=fields.pop("language", "en"),
        secret_hash=hash_of(f"{participant.pk} {paper}"),
        expires_at=fields.pop("expires_at", timezone.now() + timedelta(days=7)),
        made_by=by,
        **fields,
    )


def plan_back(circle: Circle, returns_on: date = HELD) -> WelcomePlan:
    """A plan with one need and the first check-in."""
    plan = WelcomePlan.objects.create(circle=circle, returns_on=returns_on)
    PlanItem.objects.create(plan=plan, kind="need", sealed="x", due_on=returns_on)
    CheckIn.objects.create(plan=plan, day=1, due_on=returns_on)
    return plan


def add_circles(world: Any) -> None:
    """A class circle and a case at each of the three schools: staff logged that of north, somebody else the others."""
    places = (
        (world.north, "staff", world.student),
        (world.south, "admin", world.south_student),
        (world.far, "admin", world.far_student),
    )
    for school, by, student in places:
        make_class_circle(school, world.users[by])
        held = make_circle(school, student, status="agreement", held_on=HELD)
        agree(held, world.users[by])
        link_of(held.participants.get(), world.users[by], "survey")
        plan_back(held)
        keep_case(make_circle(school, student), Practitioner.objects.filter(schools=school)[0])
