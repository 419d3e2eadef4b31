"""Circles with a class or group: logged once, without names, repeated with one tap, counted for training."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from circles.actions.class_circles import (
    change_class_circle,
    log_class_circle,
    repeat_class_circle,
    void_class_circle,
)
from circles.actions.practices import give_default_rules, set_terms
from circles.models import ClassCircle, PracticeRule, terms_of
from circles.practice_rules import FORMAL, NAMELESS, REPAIR, SUPPORT, default_terms
from district.access import Role
from district.models import AuditEvent
from district.steps import StepNotAllowed
from tests import factories as make
from tests.circles.making import check_in_of, make_class_circle
from tests.training.making import make_practice, make_practitioner
from training.models import CircleCredit

DAY = date(2021, 3, 2)


@pytest.mark.parametrize(
    ("code", "tier", "terms"),
    [
        ("check-in", 1, NAMELESS),
        ("our-own", 1, NAMELESS),
        ("harm-circle", 2, REPAIR),
        ("our-own", 2, REPAIR),
        ("re-entry-circle", 3, SUPPORT),
        ("our-own", 3, FORMAL),
        ("harm-circle", 1, NAMELESS),  # a district that moved it to tier 1
    ],
)
def test_terms_that_hold_where_nobody_has_set_any(code, tier, terms):
    assert default_terms(code, tier) == terms


def values(world, **more):
    given = {"group": "Grade 4", "held_on": DAY, "minutes": 15, "headcount": 24, "by": world.user(Role.STAFF)}
    return {"school": world.north, "practice": check_in_of(world.north), **given, **more}


def test_a_circle_is_logged_once_however_often_it_is_sent(world):
    key = uuid.uuid4()
    first = log_class_circle(**values(world, submission_key=key))
    again = log_class_circle(**values(world, submission_key=key, headcount=3))
    assert (again.pk, again.headcount) == (first.pk, 24)
    other = log_class_circle(**values(world, submission_key=key, by=world.user(Role.OFFICER)))
    assert other.pk != first.pk, "a key is its sender's own"
    assert (first.keeper, first.school_year, first.logged_by) == (str(first.logged_by), world.year, first.logged_by)
    event = AuditEvent.objects.get(action="create", object_uid=first.uid)
    assert event.student_id is None


def test_what_is_not_right_is_named(world):
    for wrong, field in (
        ({"held_on": world.district.today() + timedelta(days=1)}, "held_on"),
        ({"held_on": date(2019, 1, 8)}, "held_on"),  # no school year on record
        ({"practice": make_practice(world.other, "check-in-2", 1)}, "practice"),
        ({"practice": make_practice(world.district, "mediation", 2)}, "practice"),  # that is a case
        ({"minutes": 0}, "minutes"),
        ({"minutes": 481}, "minutes"),
        ({"headcount": 0}, "headcount"),
        ({"group": " "}, "group"),
    ):
        with pytest.raises(ValidationError) as refused:
            log_class_circle(**values(world, **wrong))
        assert field in refused.value.message_dict
    name = world.student.person.name
    with pytest.raises(ValidationError) as refused:
        log_class_circle(**values(world, topic=f"Welcome back, {name}"))
    assert name in refused.value.message_dict["topic"][0]
    assert log_class_circle(**values(world, topic=f"Welcome back, {name}", names_checked=True)).pk


def test_it_counts_for_whoever_kept_it_and_follows_what_is_mended(world):
    staff = world.user(Role.STAFF)
    person = make_practitioner(world.district, world.north, email=staff.email.upper())
    mine = log_class_circle(**values(world))
    somebody = log_class_circle(**values(world, keeper="A colleague"))
    assert [(one.practitioner, one.part) for one in CircleCredit.objects.exclude(source="")] == [(person, "led")]
    with pytest.raises(ValidationError):
        change_class_circle(class_circle=mine, headcount=0, by=staff)
    change_class_circle(class_circle=mine, held_on=DAY + timedelta(days=1), topic=" Kindness ", by=staff)
    mine.refresh_from_db()
    assert (CircleCredit.objects.exclude(source="").get().held_on, mine.topic) == (DAY + timedelta(days=1), "Kindness")
    event = AuditEvent.objects.get(action="update", object_uid=mine.uid)
    assert event.changes["held_on"] == ["2021-03-02", "2021-03-03"]
    void_class_circle(class_circle=mine, reason="Logged twice.", by=staff)
    assert CircleCredit.objects.exclude(source="").get().voided_at is not None
    for refused in (
        lambda: void_class_circle(class_circle=mine, reason="Again.", by=staff),
        lambda: change_class_circle(class_circle=mine, headcount=3, by=staff),
    ):
        with pytest.raises(StepNotAllowed):
            refused()
    assert somebody.practitioner is None


def test_the_same_again_today(world):
    today = world.district.today()
    year = today.year + 1 if today.month >= 7 else today.year
    make.make_school_year(world.district, year)
    staff, key = world.user(Role.STAFF), uuid.uuid4()
    sources = [make_class_circle(world.north, staff, group=group) for group in ("A", "B")]
    first = [repeat_class_circle(class_circle=one, submission_key=key, by=staff) for one in sources]
    again = [repeat_class_circle(class_circle=one, submission_key=key, by=staff) for one in sources]
    assert [one.pk for one in first] == [one.pk for one in again]
    assert {(one.group, one.held_on, one.headcount) for one in first} == {("A", today, 24), ("B", today, 24)}


def test_practices_and_what_they_ask_for(world):
    district, leader = world.district, world.user(Role.LEADER)
    own = make_practice(district, "our-own", 3)
    count = give_default_rules(district, by=None)
    assert (count, give_default_rules(district, by=None)) == (district.practices.count(), 0)
    assert terms_of(own) == FORMAL
    asked = {"records_names": True, "needs_credential": False, "needs_guardian": False, "is_face_to_face": True}
    set_terms(practice=own, **asked, by=leader)
    assert vars(terms_of(own)) == asked
    with pytest.raises(ValidationError):
        set_terms(practice=own, **asked | {"records_names": False}, by=leader)
    assert PracticeRule.objects.filter(practice=own).count() == 1
    nameless = {"records_names": False, "needs_credential": False, "needs_guardian": False, "is_face_to_face": False}
    set_terms(practice=own, **nameless, by=leader)
    assert log_class_circle(**values(world, practice=own)).practice == own


def test_the_page_logs_repeats_and_keeps_what_was_typed(world):
    staff = world.user(Role.STAFF)
    today = world.district.today()
    make.make_school_year(world.district, today.year + 1 if today.month >= 7 else today.year)
    client = Client()
    client.force_login(staff)
    address = reverse("class_circle_new")
    page = client.get(address).content.decode()
    assert "Check-in circle" in page
    assert "Harm circle" not in page
    sent = {
        "school": str(world.north.uid),
        "practice": str(check_in_of(world.north).uid),
        "group": "Grade 9, room 3",
        "minutes": "20",
        "headcount": "18",
        "held_on": (today - timedelta(days=7)).isoformat(),
        "submission_key": str(uuid.uuid4()),
        "act": "submit",
    }
    back = client.post(address, sent | {"minutes": "0"}).content.decode()
    assert "Grade 9, room 3" in back
    assert not ClassCircle.objects.filter(group="Grade 9, room 3").exists()
    for _twice in range(2):
        assert client.post(address, sent).status_code == 302
    circle = ClassCircle.objects.get(group="Grade 9, room 3")
    page = client.get(address).content.decode()
    assert f'value="repeat:{circle.uid}"' in page
    for _twice in range(2):
        repeated = client.post(address, {"act": f"repeat:{circle.uid}", "submission_key": sent["submission_key"]})
        assert repeated.status_code == 302
    assert ClassCircle.objects.filter(group="Grade 9, room 3", held_on=today).count() == 1
    foreign = make_class_circle(world.north, world.user(Role.OFFICER), held_on=today)
    assert client.post(address, {"act": f"repeat:{foreign.uid}"}).status_code == 404


def test_lists_cost_the_same_however_long(world, client_for):
    client = client_for(world.user(Role.COORDINATOR))
    addresses = (reverse("class_circle_list"), reverse("practice_terms_list"), "/api/v1/class-circles/")
    client.get(addresses[0])  # what a process keeps from its first page
    counts = []
    for more in (0, 5):
        for number in range(more):
            make_class_circle(world.north, world.user(Role.STAFF), group=f"Group {number}")
            make_practice(world.district)
        for address in addresses:
            with CaptureQueriesContext(connection) as found:
                assert client.get(address).status_code == 200
            counts.append(len(found))
    assert counts[:3] == counts[3:]


def test_the_endpoint_logs_filters_and_exports(world, client_for):
    staff = client_for(world.user(Role.STAFF))
    body = {"school": "0001", "practice": "check-in", "group": "4B", "held_on": "2021-03-02", "minutes": 15}
    key = str(uuid.uuid4())
    sent = body | {"headcount": 20, "submission_key": key}
    first, again = (staff.post("/api/v1/class-circles/", sent, "application/json") for _twice in range(2))
    assert (first.status_code, again.json()["id"]) == (201, first.json()["id"])
    assert staff.post("/api/v1/class-circles/", body, "application/json").json() == {
        "headcount": ["This field is required."]
    }
    coordinator = client_for(world.user(Role.COORDINATOR))
    found = coordinator.get("/api/v1/class-circles/", {"held_from": "2021-03-01", "tier": "1"}).json()["results"]
    assert [(row["group"], row["headcount"], row["voided"]) for row in found] == [("4B", 20, False)]
    text = b"".join(coordinator.get("/api/v1/class-circles/", {"format": "csv"}).streaming_content).decode()
    assert text.count("\n") == 3
    address = f"/api/v1/class-circles/{first.json()['id']}/"
    assert staff.post(f"{address}void/", {"reason": "Twice."}, "application/json").json()["voided"] is True
    assert staff.post(f"{address}void/", {"reason": "Twice."}, "application/json").status_code == 409
    assert len(coordinator.get("/api/v1/class-circles/", {"held_from": "2021-03-01"}).json()["results"]) == 0
    terms = coordinator.get("/api/v1/practices/", {"tier": "2"}).json()["results"][0]
    assert (terms["records_names"], terms["is_face_to_face"]) == (True, True)
