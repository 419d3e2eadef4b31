"""Plain functions that make one record of circles each, and what the small world holds of them."""

from __future__ import annotations

from datetime import date
from typing import Any

from circles.models import ClassCircle
from district.models import School, SchoolYear, User
from tests.training.making import make_practice
from training.models import Practice

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


def add_circles(world: Any) -> None:
    """One class circle at each of the three schools: staff logged that of north, somebody of nowhere the others."""
    for school, by in ((world.north, "staff"), (world.south, "admin"), (world.far, "admin")):
        make_class_circle(school, world.users[by])
