"""Pages of removals: order, change, tick off, void; and the action calendar of a school's week."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from discipline import actions
from discipline.models import Referral, Removal, ServedDay
from discipline.views_removal_record import SHOWN, around_today, days_of
from district.access import Role
from district.models import AuditEvent, CalendarDay
from tests import factories as make

MONDAY, TUESDAY = date(2020, 11, 16), date(2020, 11, 17)
CALENDAR = "/removals/calendar/"


@pytest.fixture(autouse=True)
def no_second_factor(settings):
    settings.MFA_REQUIRED = False


@pytest.fixture
def page_of(world, client_for):
    return lambda role: client_for(world.user(role))


@pytest.fixture
def referral(world):
    return Referral.objects.get(school=world.north)


@pytest.fixture
def removal(world, referral):
    """An out-of-school suspension from Tuesday for three school days."""
    officer = world.user("officer")
    return actions.order_removal(
        referral=referral, kind="OSS", begins_on=TUESDAY, days=Decimal(3), offer=make.DECLINED, by=officer
    )


def address(removal, step: str = "") -> str:
    return f"/removals/{removal.uid}/{step}/" if step else f"/removals/{removal.uid}/"


# --- Order, change, void --------------------------------------------------------------------------------------------
def test_a_removal_is_ordered_over_a_decided_referral(world, page_of, referral):
    client, path = page_of(Role.OFFICER), f"/referrals/{referral.uid}/removal/"
    assert path in client.get(f"/referrals/{referral.uid}/").text
    faults = client.post(path, {"kind": "", "begins_on": "2020-11-16", "ends_on": "2020-11-20"})
    assert "5 school days by the calendar of North School" in faults.text
    half = {"kind": "ISS", "begins_on": "2020-11-16", "days": "0.5"} | make.DECLINED_AS_SENT
    assert client.post(path, half).status_code == 302
    made = Removal.objects.get(kind="ISS")
    assert (made.ends_on, made.days, made.services_provided) == (MONDAY, Decimal("0.5"), None)
    again = client.post(path, half | {"days": "1"})
    assert "on record already" in again.text
    Referral.objects.filter(pk=referral.pk).update(status="voided")
    assert client.get(path).status_code == 302
    assert client.post(path, {"kind": "BUS", "begins_on": "2020-11-16", "days": "1"}).status_code == 409


def test_a_change_starts_from_the_terms_and_keeps_the_former(world, page_of, removal):
    client, path = page_of(Role.OFFICER), address(removal, "change")
    form = client.get(path).text
    assert re.search(r'name="begins_on"[^>]*value="2020-11-17"', form)
    assert re.search(r'name="days"[^>]*value="3"', form)
    sent = {"begins_on": "2020-11-17", "days": "1", "services_provided": "no", "reason": "The family met with us."}
    assert client.post(path, sent | {"reason": ""}).status_code == 200
    assert (
        "These are the terms that stand already"
        in client.post(path, {**sent, "days": "3", "services_provided": ""}).text
    )
    assert client.post(path, sent | {"difference": "10"})["Location"] == address(removal)
    removal.refresh_from_db()
    assert (removal.days, removal.services_provided) == (Decimal(1), False)
    page = client.get(address(removal)).text
    for words in ("The family met with us.", "Agreed with the family", "3 school days", "ordered first"):
        assert words in page


def test_a_voided_removal_is_shown_and_takes_no_step(world, page_of, removal):
    client = page_of(Role.OFFICER)
    assert client.post(address(removal, "void"), {"reason": "The wrong student."}).status_code == 302
    page = client.get(address(removal)).text
    assert "was voided and counts nowhere. Reason: The wrong student." in page
    assert address(removal, "change") not in page
    for step, sent in (
        ("change", {"begins_on": "2020-11-17", "days": "1", "reason": "R."}),
        ("void", {"reason": "R."}),
    ):
        assert client.get(address(removal, step)).status_code == 302
        assert client.post(address(removal, step), sent).status_code == 409


def test_who_may_only_read_is_offered_nothing(world, page_of, removal):
    page = page_of(Role.RECORDS).get(address(removal)).text
    assert "What can be done now" not in page
    assert 'type="radio"' not in page
    for step in ("change", "void", "served"):
        assert page_of(Role.RECORDS).get(address(removal, step)).status_code == 403
    foreign = Removal.objects.get(school=world.south)
    for step in ("change", "void"):
        assert page_of(Role.OFFICER).get(address(foreign, step)).status_code == 404


# --- Days ticked off ------------------------------------------------------------------------------------------------
def test_the_days_of_a_removal_are_ticked_off_together(world, page_of, removal):
    CalendarDay.objects.create(district=world.district, school=world.north, day=date(2020, 11, 18), kind="half_day")
    client, path = page_of(Role.OFFICER), address(removal, "served")
    page = client.get(address(removal)).text
    assert page.count("<legend>") == 3
    assert "half day" in page
    sent = {"day-2020-11-17": "served", "day-2020-11-18": "absent", "day-2020-11-19": ""}
    assert client.post(path, sent)["Location"] == address(removal)
    assert dict(ServedDay.objects.values_list("day", "mark")) == {TUESDAY: "served", date(2020, 11, 18): "absent"}
    page = client.get(address(removal)).text
    assert "1 of 3 school days" in page
    assert "Assigned: 3 school days, served: 1" in page, "it is over, and not all of it was served"
    events = AuditEvent.objects.filter(action="update").count()
    client.post(path, sent)
    assert AuditEvent.objects.filter(action="update").count() == events


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "No day was marked."),
        ({"day-2020-11-21": "served"}, "The removal does not cover this day."),
        ({"day-never": "served"}, "“never” is no day."),
        ({"day-2020-11-17": "maybe"}, "Choose one of the marks given."),
        ({"day-": "served"}, "“” is no day."),
    ],
)
def test_a_tick_that_cannot_be_is_told_on_the_page(world, page_of, removal, sent, words):
    answer = page_of(Role.OFFICER).post(address(removal, "served"), sent, follow=True)
    assert words in answer.text
    assert not ServedDay.objects.exists()


def test_a_long_removal_shows_the_days_around_today(world, referral):
    removal = make.remove(referral.incident, referral.student, "EXPULSION_WITH_SERVICES", "60", begins_on=MONDAY)
    removal.ends_on = date(2021, 3, 1)
    for today, first, last in (
        (date(2020, 11, 10), MONDAY, date(2020, 12, 11)),
        (date(2021, 1, 20), date(2020, 12, 31), date(2021, 1, 27)),
        (date(2021, 5, 3), date(2021, 2, 2), date(2021, 3, 1)),
    ):
        with time_machine.travel(f"{today}T15:00:00Z", tick=False):
            days = around_today(days_of(removal))
        assert (len(days), days[0].day, days[-1].day) == (SHOWN, first, last), today
        assert all(day.is_ahead == (day.day > today) for day in days)


# --- The action calendar --------------------------------------------------------------------------------------------
@pytest.fixture
def week(world, referral, removal):
    """Wednesday is half a day, Thursday closed; one student is out from the Friday before to Monday, one on Friday."""
    for day, kind, reason in (
        (date(2020, 11, 18), "half_day", "Conferences"),
        (date(2020, 11, 19), "closure", "Snow"),
    ):
        CalendarDay.objects.create(district=world.district, school=world.north, day=day, kind=kind, reason=reason)
    people = {"removal": removal}
    for name, begins_on, ends_on, days in (
        ("before", date(2020, 11, 13), MONDAY, "2"),
        ("friday", date(2020, 11, 20), date(2020, 11, 20), "1"),
        ("last_week", date(2020, 11, 12), date(2020, 11, 13), "2"),
    ):
        student = make.make_student(world.district, name.title(), "Student")
        incident = make.make_incident(world.north, world.year)
        people[name] = make.remove(incident, student, "ISS", days, begins_on=begins_on, ends_on=ends_on)
    return people


def names_under(text: str, heading: str) -> list[str]:
    """Names that stand in the part of the page under a heading."""
    part = text.split(f">{heading}</h2>", 1)
    return (
        re.findall(r'class="out-name"[^>]*><strong>(.*?)</strong>', part[1].split("</section>")[0]) if part[1:] else []
    )


@pytest.mark.parametrize(
    ("day", "out", "back"),
    [
        ("2020-11-13", ["before", "last_week"], []),
        ("2020-11-14", [], []),
        ("2020-11-16", ["before"], ["last_week"]),
        ("2020-11-17", ["removal"], ["before"]),
        ("2020-11-18", ["removal"], []),
        ("2020-11-19", [], []),
        ("2020-11-20", ["friday"], ["removal"]),
        ("2020-11-23", [], ["friday"]),
    ],
)
def test_who_is_out_and_who_is_back(world, page_of, week, day, out, back):
    Removal.objects.filter(school=world.north, begins_on=date(2020, 11, 10)).update(voided_at="2020-11-11T12:00Z")
    actions.change_removal(
        removal=week["removal"],
        reason="The school was closed.",
        begins_on=TUESDAY,
        ends_on=date(2020, 11, 19),
        by=world.user("officer"),
    )
    text = page_of(Role.OFFICER).get(CALENDAR, {"day": day}).text
    names = {name: removal.student.person.name for name, removal in week.items()}
    assert sorted(names_under(text, "Out on this day")) == sorted(names[name] for name in out)
    assert sorted(names_under(text, "Back in class on this day")) == sorted(names[name] for name in back)


def test_the_week_says_which_days_have_no_school_and_how_far_each_removal_is(world, page_of, week):
    text = page_of(Role.OFFICER).get(CALENDAR, {"day": "2020-11-18"}).text
    for words in ("Snow", "half day", "school day 1.5 of 3", "On Wed, Nov 18, 2020, 1 student is out."):
        assert words in text
    assert "day=2020-11-09" in text
    assert "day=2020-11-23" in text
    closed = page_of(Role.OFFICER).get(CALENDAR, {"day": "2020-11-19"}).text
    assert "There is no school on Thu, Nov 19, 2020." in closed
    assert "Nobody is out on this day" in closed


def test_one_press_ticks_a_day_and_comes_back_to_it(world, page_of, week):
    client, removal = page_of(Role.OFFICER), week["removal"]
    text = client.get(CALENDAR, {"day": "2020-11-17"}).text
    assert 'name="day-2020-11-17" value="served" aria-pressed="false"' in text
    answer = client.post(address(removal, "served"), {"back": "calendar", "day-2020-11-17": "served"})
    assert answer["Location"] == f"{CALENDAR}?school=0001&day=2020-11-17"
    text = client.get(answer["Location"]).text
    assert 'name="day-2020-11-17" value="served" aria-pressed="true"' in text
    assert "Served" in page_of(Role.RECORDS).get(answer["Location"]).text
    assert 'aria-pressed="true"' not in page_of(Role.RECORDS).get(answer["Location"]).text


def test_each_school_has_its_own_calendar(world, page_of, week):
    text = page_of(Role.RECORDS).get(CALENDAR, {"school": "0002", "day": "2020-11-19"}).text
    assert "Snow" not in text
    assert "South School" in text
    assert "school=0001" in text, "the other school is one press away"
    assert page_of(Role.OFFICER).get(CALENDAR, {"school": "0002"}).status_code == 400


@pytest.mark.parametrize(
    "query", [{"day": "never"}, {"school": "8888"}, {"week": "1"}, {"day": "0001-01-01"}, {"day": "9999-12-31"}]
)
def test_a_calendar_that_is_none_is_400_with_a_way_back(world, page_of, query):
    answer = page_of(Role.OFFICER).get(CALENDAR, query)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert f'href="{CALENDAR}"' in answer.text


def test_looking_at_the_calendar_leaves_a_trace(world, page_of, week):
    page_of(Role.OFFICER).get(CALENDAR, {"day": "2020-11-17"})
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.details["collection"], event.details["filter"]) == (
        "view",
        "removals",
        {"day": "2020-11-17"},
    )
    assert event.details["count"] == 4


def test_the_calendar_asks_a_fixed_number_of_queries(world, page_of):
    def grow(count: int) -> None:
        for _number in range(count):
            student = make.make_student(world.district)
            incident = make.make_incident(world.north, world.year)
            removal = make.remove(incident, student, "ISS", "3", begins_on=MONDAY, ends_on=MONDAY + timedelta(days=2))
            ServedDay.objects.create(removal=removal, day=MONDAY, length=1, mark="served")

    def queries() -> int:
        client = page_of(Role.OFFICER)
        client.get("/behaviors/")
        with CaptureQueriesContext(connection) as captured:
            assert client.get(CALENDAR, {"day": "2020-11-17"}).status_code == 200
        return len(captured)

    grow(10)
    few = queries()
    grow(90)
    assert queries() == few <= 25
