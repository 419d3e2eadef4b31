"""The filters that lists of referrals and removals share: what each keeps, and for whom it exists."""

from __future__ import annotations

from datetime import date, time

import pytest

from district.access import Role
from district.models import User
from tests import factories as make

LISTS = ("referrals", "removals")


@pytest.fixture
def two(world):
    """A second referral and removal at north: Saturday, no time, no place, no behaviour, a student of no enrollment."""
    student = make.make_student(world.district)
    incident = make.make_incident(
        world.north, world.year, occurred_on=date(2020, 9, 5), occurred_time=None, location=""
    )
    make.refer(incident, student)
    make.remove(incident, student, kind="ISS")
    return world


def found(client, name: str, **query) -> int:
    answer = client.get(f"/api/v1/{name}/", query)
    assert answer.status_code == 200, answer.json()
    return answer.json()["count"]


KEPT = {
    "location": {"03014": 1, "UNREPORTED": 1, "03014,UNREPORTED": 2},
    "weekday": {"TUE": 1, "SAT": 1, "MON,FRI": 0},
    "month": {"11": 1, "9,11": 2, "12": 0},
    "hour": {"10": 1, "UNREPORTED": 1, "9": 0, "10,UNREPORTED": 2},
    "behavior": {"04645": 1, "UNREPORTED": 1, "other": 0},
    "subjective": {"false": 1, "true": 0, "UNREPORTED": 1},
    "grade": {"09": 1, "UNREPORTED": 1},
    "race": {"BL": 1, "WH": 0},
    "sex": {"F,UNREPORTED": 2},
    "idea": {"UNREPORTED": 2, "true,false": 0},
    "level": {"other": 2, "high": 0},
    "staff": {"UNREPORTED": 2, "T1": 0},
}
"""Filter → value → how many of the two referrals, and of the two removals, it keeps."""


def test_each_filter_keeps_what_it_names(two, client_for):
    client = client_for(two.user(Role.PRINCIPAL))
    for name, values in KEPT.items():
        for value, expected in values.items():
            assert [found(client, one, **{name: value}) for one in LISTS] == [expected, expected], (name, value)


def test_hours_are_those_of_the_clock(two, client_for):
    for at in (time(9, 59, 59), time(10, 0), time(10, 59), time(11, 0)):
        make.refer(make.make_incident(two.north, two.year, occurred_time=at), two.student)
    client = client_for(two.user(Role.OFFICER))
    assert [found(client, "referrals", hour=hour) for hour in ("9", "10", "11")] == [1, 3, 1]


def test_who_referred_is_who_the_file_names_else_the_account(two, client_for):
    adult = make.make_staff(two.district, two.north, two.year, local_id="T1")
    account = User.objects.create_user("someone@example.org")
    for named, reporter in ((adult, None), (adult, account), (None, account)):
        incident = make.make_incident(two.north, two.year)
        make.involve(incident, two.student, reported_by_staff=named)
        make.refer(incident, two.student, reporter=reporter)
        make.remove(incident, two.student)
    client = client_for(two.user(Role.PRINCIPAL))
    for name in LISTS:
        counts = [found(client, name, staff=key) for key in ("T1", "account:someone@example.org", "UNREPORTED")]
        assert counts == [2, 1, 2]


def test_what_is_voided_names_nothing(two, client_for):
    incident = make.make_incident(two.north, two.year, occurred_on=date(2020, 10, 1))
    part = make.involve(incident, two.student, make.make_behavior(two.district, "X", subjective=True))
    make.refer(incident, two.student)
    client = client_for(two.user(Role.OFFICER))
    assert (found(client, "referrals", behavior="X"), found(client, "referrals", subjective="true")) == (1, 1)
    part.voided_at = part.created_at
    part.save()
    assert (found(client, "referrals", behavior="X"), found(client, "referrals", subjective="true")) == (0, 0)


@pytest.mark.parametrize("role", [Role.STAFF, Role.COORDINATOR, Role.OFFICER])
def test_a_filter_that_needs_more_does_not_exist(world, client_for, role):
    """Nobody learns a student's race, or who referred, by asking for it."""
    client = client_for(world.user(role))
    closed = {"staff": "T1"} if role == Role.OFFICER else {"staff": "T1", "race": "BL", "idea": "true"}
    for name, value in closed.items():
        answer = client.get("/api/v1/referrals/", {name: value})
        assert (answer.status_code, answer.json()) == (400, {name: ["Unknown parameter."]})
        assert client.get("/referrals/", {name: value}).status_code == 400
    assert client.get("/api/v1/referrals/", {"hour": "10", "grade": "09"}).status_code == 200


def test_rights_are_per_grant(world, client_for):
    """A principal of one school who is staff of another filters by race at neither: it would show through."""
    user = world.user(Role.PRINCIPAL)
    user.grants.create(role=Role.STAFF, district=world.district, school=world.south)
    assert client_for(user).get("/api/v1/referrals/", {"race": "BL"}).status_code == 400
    assert client_for(user).get("/api/v1/removals/", {"race": "BL"}).status_code == 200


def test_a_page_offers_no_chip_for_a_quiet_filter_until_it_is_used(world, client_for):
    client = client_for(world.user(Role.PRINCIPAL))
    plain, used = client.get("/referrals/").content.decode(), client.get("/referrals/?race=BL").content.decode()
    assert 'name="hour"' in plain
    assert 'name="race"' not in plain
    assert 'name="race"' in used
