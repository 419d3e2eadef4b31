"""Bullying cases: their clock on the school's calendar, their finding, who may reach them."""

from datetime import date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from discipline.actions import StepNotAllowed, tick_step
from discipline.actions.hib import conclude_case, open_case
from discipline.actions.rules import adopt_packs
from discipline.models import HibCase, Incident
from district.models import AuditEvent, CalendarDay

LEARNED = date(2020, 11, 10)


@pytest.fixture
def officer(world, time_machine):
    time_machine.move_to(datetime(2020, 12, 15, 17))
    world.district.state = "NJ"
    world.district.save()
    adopt_packs(district=world.district, by=None)
    return world.user("officer")


@pytest.fixture
def incident(world):
    return Incident.objects.get(school=world.north)


@pytest.fixture
def case(officer, incident):
    return open_case(incident=incident, learned_on=LEARNED, by=officer)


def due(case: HibCase) -> dict[str, date | None]:
    return {step.step: step.due_on for step in case.due_steps.all()}


def tick(case, officer, step, day):
    tick_step(step=case.due_steps.get(step=step), done_on=day, done_by="The principal", way="in_person", by=officer)


def test_each_step_counts_from_the_one_before(world, officer, case):
    CalendarDay.objects.create(district=world.district, day=date(2020, 11, 12), kind="closure")
    days = due(case)
    assert days["verbal_report"] == LEARNED
    assert days["civil_rights_complaint"] == date(2021, 5, 9)
    assert days["written_report"] is days["investigation_begins"] is days["board_told"] is None
    tick(case, officer, "verbal_report", LEARNED)
    days = due(case)
    assert days["investigation_begins"] == date(2020, 11, 11)
    assert days["written_report"] == date(2020, 11, 13)  # November 12 is closed
    tick(case, officer, "written_report", date(2020, 11, 13))
    assert due(case)["investigation_ends"] == date(2020, 11, 27)
    tick(case, officer, "investigation_ends", date(2020, 11, 24))
    assert due(case)["superintendent_told"] == date(2020, 11, 26)


def test_a_case_is_opened_once_and_where_the_rules_have_cases(officer, incident, world):
    with pytest.raises(ValidationError):
        open_case(incident=incident, learned_on=date(2020, 11, 9), by=officer)
    with pytest.raises(ValidationError):
        open_case(incident=incident, learned_on=date(2020, 12, 16), by=officer)
    open_case(incident=incident, learned_on=LEARNED, by=officer)
    with pytest.raises(StepNotAllowed):
        open_case(incident=incident, learned_on=LEARNED, by=officer)
    elsewhere = Incident.objects.get(school=world.far)
    with pytest.raises(ValidationError) as caught:
        open_case(incident=elsewhere, learned_on=LEARNED, by=officer)
    assert list(caught.value.message_dict) == ["learned_on"]


def test_a_finding_has_reasons_and_stands(officer, case):
    given = {"finding": "confirmed", "found_on": date(2020, 11, 24), "by": officer}
    with pytest.raises(ValidationError):
        conclude_case(case=case, reasons=" ", **given)
    with pytest.raises(ValidationError):
        conclude_case(case=case, reasons="Three said so.", **given | {"found_on": date(2020, 11, 1)})
    found = conclude_case(case=case, reasons="Three said so.", **given)
    assert (found.finding, found.found_by) == ("confirmed", officer)
    assert AuditEvent.objects.latest("pk").changes["finding"] == ["", "confirmed"]
    with pytest.raises(StepNotAllowed):
        conclude_case(case=case, reasons="Again.", **given)


def test_pages_open_and_end_a_case_for_those_who_decide_there(world, officer, incident, client_for, settings):
    settings.MFA_REQUIRED = False
    client = client_for(officer)
    page = client.get(reverse("incident_detail", args=[incident.uid])).text
    assert "Open a bullying case (HIB)" in page
    answer = client.post(reverse("hib_open", args=[incident.uid]), {"learned_on": LEARNED.isoformat()}, follow=True)
    assert "Report in writing" in answer.text
    assert "N.J.S.A. 18A:37-15" in answer.text
    case = HibCase.objects.get()
    assert client.get(reverse("hib_open", args=[incident.uid])).status_code == 302
    assert client.post(reverse("hib_open", args=[incident.uid]), {"learned_on": "2020-11-10"}).status_code == 409
    address = reverse("hib_finding", args=[case.uid])
    assert client_for(world.user("staff")).get(address).status_code == 403
    south = HibCase.objects.create(
        incident=Incident.objects.get(school=world.south),
        school=world.south,
        school_year=world.year,
        learned_on=LEARNED,
    )
    assert client.get(reverse("hib_finding", args=[south.uid])).status_code == 404
    given = {"finding": "not_confirmed", "found_on": "2020-11-24", "reasons": "It happened once."}
    assert "It was not bullying (HIB)" in client.post(address, given, follow=True).text
    assert client.post(address, given).status_code == 409
    step = case.due_steps.get(step="verbal_report")
    assert client.get(reverse("due_step", args=[step.uid])).status_code == 200
