"""In their own words, on a phone: a link, a worksheet in Arabic, the survey after the circle, and when it is shown."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import Error, expect

from circles.actions import cases
from circles.actions.surveys import add_to_pile, release_surveys
from circles.models import Circle, SurveyBatch, Worksheet
from circles.voices.survey import MINIMUM, QUESTIONS, tally_of
from circles.voices.words import voice_words
from district.models import SchoolYear
from district.models.places import calendar_of
from tests import factories as make
from tests.circles.conftest import place  # noqa: F401 - a fixture
from tests.journeys.test_removal_story import look
from tests.training.making import make_practice

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once,
    pytest.mark.xdist_group("browser1"),
    pytest.mark.django_db(transaction=True),
]


def hand_over(coordinator, case: Circle, paper: str, language: str, faults: list[str]) -> str:
    """Make a link for the student harmed on the page of the case; return its path."""
    page = coordinator.page
    coordinator.open(f"/circles/{case.uid}/")
    section = page.locator("section", has=page.get_by_role("heading", name="In their own words"))
    section.get_by_role("row", name="Birch").get_by_role("link", name="Make a link").click()
    page.get_by_label(paper).check()
    page.get_by_label("In which language?").select_option(language)
    look(coordinator, faults)
    page.get_by_role("button", name="Make the link").click()
    assert "The address is not shown again." in look(coordinator, faults)
    return page.locator("code").inner_text().removeprefix(coordinator.address)


def test_from_the_worksheet_to_the_report(place, visitor_for, settings):  # noqa: F811 - a fixture
    settings.MFA_REQUIRED = False
    faults: list[str] = []
    case = place.prepared()
    coordinator, student = visitor_for(place.coordinator, width=390), visitor_for(None, width=390)

    path = hand_over(coordinator, case, "Worksheet before the circle", "ar", faults)
    said = voice_words()["ar"]
    assert student.open(path) == 200
    page = student.page
    assert page.evaluate("getComputedStyle(document.querySelector('main')).direction") == "rtl"
    look(student, faults)
    page.get_by_role("button", name=said.say("send")).click()
    expect(page.get_by_role("alert")).to_contain_text(said.say("error_nothing"))
    page.get_by_label(said.say("happened")).fill("كنا نلعب ثم تشاجرنا.")
    page.get_by_label(said.say("beside")).fill("أختي")
    page.get_by_role("button", name=said.say("send")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(said.say("thanks"))
    look(student, faults)
    with pytest.raises(Error, match="ERR_CACHE_MISS"):
        page.go_back()  # nothing was kept by the browser
    page.wait_for_url("chrome-error://**")  # the browser's own page comes a moment later
    assert student.open(path) == 404, "the next one at the tablet finds nothing"
    assert "تشاجرنا" not in page.content()
    look(student, faults)

    coordinator.open(f"/circles/{case.uid}/")
    assert "Came back" in look(coordinator, faults)
    coordinator.page.get_by_role("link", name="Read the worksheets").click()
    assert "كنا نلعب ثم تشاجرنا." in look(coordinator, faults)
    assert Worksheet.objects.count() == 1

    cases.schedule_case(circle=case, scheduled_on=place.today, by=place.coordinator)
    people = list(case.participants.all())
    cases.hold_case(circle=case, held_on=place.today, minutes=40, present=people, by=place.coordinator)
    path = hand_over(coordinator, case, "Survey after the circle", "en", faults)
    student.open(path)
    look(student, faults)
    for question in QUESTIONS:
        words = voice_words()["en"].say(question)
        page.get_by_role("group", name=words).get_by_label("Mostly").check()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    assert student.open(path) == 404

    this_month = date(place.today.year, place.today.month, 1)
    next_month = date(this_month.year + (this_month.month == 12), this_month.month % 12 + 1, 1)
    assert release_surveys(place.district, today=this_month) == 0
    coordinator.open("/dashboards/circle-voices/")
    assert "Nothing can be shown yet" in look(coordinator, faults)
    year = SchoolYear.objects.get(pk=case.school_year_id)
    for _number in range(MINIMUM - 1):
        add_to_pile(school=place.school.pk, year=year.pk, role="harmed", tally=tally_of({"heard": "no"}))
    coordinator.open("/dashboards/circle-voices/")
    assert "Nothing can be shown yet" in look(coordinator, faults), "ten are there, and wait for the month"
    assert release_surveys(place.district, today=next_month) == 1
    coordinator.open("/dashboards/circle-voices/")
    shown = look(coordinator, faults)
    assert "10 people answered" in shown
    assert "20% or less" in shown
    assert "Withheld to protect privacy" in shown
    assert SurveyBatch.objects.get().counts["heard"] == {"yes": 0, "mostly": 1, "little": 0, "no": 9}

    assert faults == []
    assert coordinator.complaints == []
    assert student.complaints == []


def test_a_way_back_is_planned_and_followed(place, visitor_for, settings):  # noqa: F811 - a fixture
    settings.MFA_REQUIRED = False
    faults: list[str] = []
    make_practice(place.district, "re-entry-circle", 3, name="Re-entry circle")
    make.remove(place.referral.incident, place.responsible, begins_on=place.today)
    coordinator = visitor_for(place.coordinator, width=390)
    page = coordinator.page
    coordinator.open("/")
    page.get_by_role("link", name="Prepare the way back").first.click()
    expect(page.locator("select[name=practice] option:checked, input[name=practice]:checked")).to_have_count(1)
    look(coordinator, faults)
    page.get_by_role("button", name="Open the case").click()
    page.get_by_role("link", name="Take it up").click()
    page.get_by_role("button", name="Take it up").click()
    page.get_by_role("link", name="Say whether it suits").click()
    page.get_by_role("button", name="Say whether it suits").click()
    case = Circle.objects.get(origin="removal")
    coordinator.open(f"/circles/{case.uid}/plan-return/")
    page.get_by_label("First day back").fill(school_day(place).isoformat())
    look(coordinator, faults)
    page.get_by_role("button", name="Plan the way back").click()
    assert "0 of 5 check-ins held" in look(coordinator, faults)
    page.get_by_role("link", name="Add to the plan").first.click()
    page.get_by_label("Need: what the student needs").check()
    page.get_by_label("In a few words").fill("A quiet place at noon.")
    look(coordinator, faults)
    page.get_by_role("button", name="Add to the plan").click()
    assert "A quiet place at noon." in look(coordinator, faults)
    page.get_by_role("link", name="Say how it went").click()
    look(coordinator, faults)
    assert faults == []
    assert coordinator.complaints == []


def school_day(place) -> date:  # noqa: F811 - a fixture's value
    """The next school day."""
    return calendar_of(place.district, place.school).nth_school_day_after(place.today, 1)
