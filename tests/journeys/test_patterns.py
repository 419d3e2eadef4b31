"""A principal narrows a pattern mark by mark, goes to the records behind it, and takes the selection away again."""

from __future__ import annotations

from datetime import date, time

import pytest

from district.access import Role
from tests import factories as make

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once,
    pytest.mark.xdist_group("browser"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def mondays(world):
    """Seven students of north referred on Mondays at 1 PM in the cafeteria."""
    for number in range(7):
        student = make.make_student(world.district, grade="09")
        make.enroll(student, world.north, world.year)
        incident = make.make_incident(
            *(world.north, world.year),
            **{"occurred_on": date(2020, 10, 5 + 7 * (number % 3)), "occurred_time": time(13, 20), "location": "03013"},
        )
        make.involve(incident, student, world.district.behaviors.get())
        make.refer(incident, student)
    return world


def test_from_a_mark_to_the_records_and_back(mondays, visitor_for, settings):
    settings.MFA_REQUIRED = False
    visitor = visitor_for(mondays.user(Role.PRINCIPAL))
    page = visitor.page
    assert visitor.open("/dashboards/patterns/") == 200
    page.get_by_role("link", name="Monday, 1 PM: 7").locator("visible=true").click()
    page.wait_for_url("**weekday=MON&hour=13**")
    lead = page.locator(".lead-sentence")
    assert "7 of 8 referrals at North School were between 1 PM and 2 PM on Mondays." in lead.inner_text()
    page.get_by_role("link", name="Cafeteria: 7").locator("visible=true").first.click()
    page.wait_for_url("**location=03013**")
    assert "in the cafeteria between 1 PM and 2 PM on Mondays" in lead.inner_text()
    narrowed = page.url
    page.get_by_role("link", name="See these 7 referrals").click()
    page.wait_for_url("**/referrals/?**")
    assert page.get_by_role("status").inner_text() == "7 found"
    page.go_back()
    page.wait_for_url(narrowed)

    page.locator("summary", has_text="School year").click()
    page.keyboard.press("Escape")  # closes the menu, and nothing else
    assert page.url == narrowed
    page.keyboard.press("Escape")
    page.wait_for_function("!location.search.includes('hour')")
    assert "8 referrals were recorded at North School" in lead.inner_text()
    assert page.get_by_role("link", name="Clear all").count() == 0
    assert visitor.complaints == []
