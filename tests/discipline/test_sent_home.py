"""Informal removals: recorded by staff, alleged by a family, confirmed or not; what counts and what is shown apart."""

from datetime import date, datetime, time
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from dashboards.measures import MEASURES, Pool, count_cells
from discipline.actions import StepNotAllowed
from discipline.actions.families import make_link
from discipline.actions.sent_home import (
    SENT_HOME_STEPS,
    allege_sent_home,
    confirm_sent_home,
    record_sent_home,
    refuse_sent_home,
)
from discipline.clocks import clock_of
from discipline.models import Removal, SentHome
from district.models import AuditEvent
from tests import factories as make

DAY = date(2020, 12, 8)
HALF = Decimal("0.5")


@pytest.fixture
def officer(world, time_machine):
    time_machine.move_to(datetime(2020, 12, 15, 17))
    return world.user("officer")


@pytest.fixture
def opened(world, officer):
    return make_link(guardian=world.student.guardians.get(), school=world.north, days=14, by=officer)


@pytest.fixture
def alleged(opened):
    return allege_sent_home(link=opened[0], begins_on=DAY, days=HALF, left_at=time(11, 0), told_by="The office")


def informal(world):
    return Removal.objects.standing().filter(student=world.student, kind="INFORMAL")


def removed_students(world):
    pool = Pool({world.year.pk: world.year.year})
    return [(cell.affected, cell.events) for cell in count_cells(MEASURES["any_removal"], pool, ())]


def test_what_staff_record_is_a_removal_at_once(world, officer):
    before = removed_students(world)
    report = record_sent_home(student=world.student, school=world.north, begins_on=DAY, days=HALF, by=officer)
    removal = informal(world).get()
    assert (report.state, report.removal, report.source) == ("confirmed", removal, "staff")
    assert (removal.days, removal.begins_on, removal.ends_on) == (HALF, DAY, DAY)
    assert removal.incident.occurred_on == DAY
    assert [(students, events - 1) for students, events in removed_students(world)] == before
    assert AuditEvent.objects.filter(object_uid=removal.uid, action="create").count() == 1
    for wrong in (
        {"begins_on": date(2020, 12, 16)},
        {"begins_on": date(2020, 12, 12)},  # a Saturday
        {"begins_on": date(2018, 12, 12)},
        {"school": world.south},
        {"days": Decimal(0)},
        {"days": Decimal(31)},
    ):
        given = {"student": world.student, "school": world.north, "begins_on": date(2020, 12, 9), "days": HALF}
        with pytest.raises(ValidationError):
            record_sent_home(by=officer, **given | wrong)
    assert informal(world).count() == 1


def test_what_a_family_alleges_may_count_and_is_in_no_figure_until_it_is_confirmed(world, officer, alleged):
    make.make_program_status(world.student, world.year, idea=True)
    world.year.programs_reported = True
    world.year.save()
    figures = removed_students(world)
    clock = clock_of(world.student, world.year).clock
    certain, possible = clock.total, clock.at_most
    assert possible == certain + HALF
    assert not informal(world).exists()
    confirm_sent_home(report=alleged, note="The sign-out sheet says so.", by=officer)
    read = clock_of(world.student, world.year)
    assert (read.clock.total, read.clock.at_most, read.alleged) == (certain + HALF, possible, {})
    assert [(students, events - 1) for students, events in removed_students(world)] == figures
    assert informal(world).get().sent_home.get() == alleged


def test_what_is_not_confirmed_stays_with_its_reason(world, officer, opened, alleged):
    make.make_program_status(world.student, world.year, idea=True)
    with pytest.raises(ValidationError):
        refuse_sent_home(report=alleged, reason=" ", by=officer)
    refuse_sent_home(report=alleged, reason="The student was in class all day.", by=officer)
    clock = clock_of(world.student, world.year).clock
    assert clock.at_most == clock.total
    stored = SentHome.objects.get(pk=alleged.pk)
    assert [(row.state, row.note) for row in stored.statuses.all()] == [
        ("alleged", ""),
        ("not_confirmed", "The student was in class all day."),
    ]
    text = Client().get(reverse("family_page", args=[opened[1]])).content.decode()
    assert "Not confirmed: The student was in class all day." in text
    later = confirm_sent_home(report=alleged, note="A second look.", begins_on=date(2020, 12, 9), by=officer)
    assert later.removal.begins_on == date(2020, 12, 9)
    assert AuditEvent.objects.filter(object_uid=alleged.uid).latest("pk").details["told"]["begins_on"] == "2020-12-08"


def test_the_same_day_is_told_and_counted_once(world, officer, opened, alleged):
    assert allege_sent_home(link=opened[0], begins_on=DAY, days=HALF) == alleged
    record_sent_home(student=world.student, school=world.north, begins_on=DAY, days=HALF, by=officer)
    confirm_sent_home(report=alleged, by=officer)
    assert informal(world).count() == 1
    other = make.make_student(world.district, given_name="Ottoline", family_name="Vance")
    incident = make.make_incident(world.north, world.year)
    make.involve(incident, world.student, world.district.behaviors.first())
    make.involve(incident, other, role="harmed")
    again = allege_sent_home(link=opened[0], begins_on=date(2020, 12, 9), days=HALF)
    with pytest.raises(ValidationError):
        refuse_sent_home(report=again, reason="It was Ottoline who went home.", by=officer)
    with pytest.raises(ValidationError):
        allege_sent_home(link=opened[0], begins_on=date(2018, 12, 9), days=HALF)


@pytest.mark.parametrize("state", SENT_HOME_STEPS)
def test_a_state_of_a_report_allows_its_steps_and_refuses_the_others(world, officer, alleged, state):
    verbs = {"confirm": (confirm_sent_home, {}), "refuse": (refuse_sent_home, {"reason": "At school."})}
    for step, (verb, more) in verbs.items():
        SentHome.objects.filter(pk=alleged.pk).update(state=state)
        if step in SENT_HOME_STEPS[state]:
            done = verb(report=alleged, by=officer, **more)
            assert done.state == done.statuses.latest("pk").state == SENT_HOME_STEPS[state][step]
        else:
            with pytest.raises(StepNotAllowed) as caught:
                verb(report=alleged, by=officer, **more)
            assert caught.value.allowed == list(SENT_HOME_STEPS[state])


def test_a_family_tells_it_by_its_link_and_staff_look_into_it_from_the_desk(world, client_for, officer, opened):
    address = reverse("family_page", args=[opened[1]])
    told = {"kind": "sent_home", "begins_on": "2020-12-08", "days": "one_day", "left_at": "09:30", "words": "He cried."}
    text = Client().post(address, told).content.decode()
    assert "Thank you." in text
    report = SentHome.objects.get(link=opened[0])
    assert (report.days, report.left_at, report.words, report.state) == (
        Decimal(1),
        time(9, 30),
        "He cried.",
        "alleged",
    )
    client = client_for(officer)
    look = reverse("sent_home_step", args=[report.uid])
    assert look in client.get(reverse("desk")).content.decode()
    student = client.get(reverse("student_detail", args=[world.student.uid])).content.decode()
    assert "the family says" in student
    assert "He cried." in client.get(look).content.decode()
    form = {"step": "confirm", "begins_on": "2020-12-08", "days": "0.5", "note": "The office remembers."}
    assert client.post(look, form).status_code == 302
    assert client.post(look, form).status_code == 409
    assert informal(world).get().days == HALF
    detail = client.get(reverse("sent_home_detail", args=[report.uid])).content.decode()
    assert "The office remembers." in detail
    assert "Confirmed" in client.get(reverse("sent_home_list")).content.decode()
    new = reverse("sent_home_new", args=[world.student.uid])
    assert client.post(new, {"begins_on": "2020-12-10", "days": "1"}).status_code == 302
    assert informal(world).count() == 2


def test_the_endpoints_record_confirm_and_refuse(world, officer, alleged, token_for):
    api = APIClient(headers={"Authorization": f"Token {token_for(officer)}"})
    body = {"student": str(world.student.uid), "begins_on": "2020-12-10", "days": "1"}
    made = api.post("/api/v1/sent-home/", body, format="json")
    assert (made.status_code, made.json()["state"], made.json()["removal"]) == (
        201,
        "confirmed",
        str(informal(world).get().uid),
    )
    assert api.post("/api/v1/sent-home/", body | {"school": "0002"}, format="json").status_code == 400
    address = f"/api/v1/sent-home/{alleged.uid}/"
    assert api.post(f"{address}refuse/", {"reason": "At school."}, format="json").json()["state"] == "not_confirmed"
    assert api.post(f"{address}refuse/", {"reason": "At school."}, format="json").status_code == 409
    assert api.post(f"{address}confirm/", {"days": "0.5"}, format="json").json()["state"] == "confirmed"
    found = api.get("/api/v1/sent-home/", {"state": "confirmed", "source": "family"}).json()["results"]
    assert [row["id"] for row in found] == [str(alleged.uid)]
