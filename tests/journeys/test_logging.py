"""Logging a referral in a real browser: by keyboard, with a lost connection, with two taps, and without scripts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from discipline.models import Behavior, Incident
from district.models import AuditEvent
from tests import factories as make

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once,
    pytest.mark.xdist_group("browser1"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def today(world):
    """A school year around today, with two students at north."""
    now = timezone.localdate()
    year = now.year + 1 if now.month >= 7 else now.year
    school_year = make.make_school_year(
        world.district, year, starts_on=now - timedelta(days=20), ends_on=now + timedelta(days=20)
    )
    for given in ("Maple", "Mapson"):
        student = make.make_student(world.district, given, "Synthetic")
        make.enroll(student, world.north, school_year, refresh=False)
    return now


def logged():
    return Incident.objects.exclude(submission_key=None)


def pick(page, letters: str) -> None:
    """Find a student by letters and choose the first with the keyboard."""
    page.locator("#find").focus()
    page.keyboard.type(letters)
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator(".person").first.wait_for()


def test_the_keyboard_alone_logs_a_referral(world, today, visitor_for):
    visitor = visitor_for(world.user("staff"), width=390)
    page = visitor.page
    visitor.open("/referrals/new/")
    assert "Today" in page.locator(".log-when summary").inner_text()
    pick(page, "map")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "behavior":
            break
    page.keyboard.press("Space")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.value") == "submit":
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/referrals/sent/**")
    assert "Maple Synthetic" in page.get_by_role("heading", level=1).inner_text()
    incident = logged().get()
    assert (incident.occurred_on, incident.school) == (today, world.north)
    assert visitor.complaints == []


def test_a_lost_connection_loses_nothing_and_two_taps_count_once(world, today, visitor_for):
    visitor = visitor_for(world.user("staff"), width=390)
    page = visitor.page
    visitor.open("/referrals/new/")
    pick(page, "mapson")
    page.locator("#behaviors .choice").first.click()
    visitor.context.set_offline(True)
    page.get_by_role("button", name="Submit referral").click()
    page.get_by_text("No connection. Nothing is lost").wait_for()
    assert page.locator(".person").inner_text().startswith("Mapson Synthetic")
    assert not logged().exists()
    # The answer to the first sending is lost on its way: the page sends the same form again.
    dropped = []

    def drop_first(route):
        if not dropped:
            dropped.append(route.fetch(max_redirects=0))
            route.abort()
        else:
            route.continue_()

    page.route("**/referrals/new/", drop_first)
    visitor.context.set_offline(False)
    page.get_by_text("The server did not answer").wait_for()
    assert logged().count() == 1
    page.get_by_role("button", name="Submit referral").dblclick()
    page.wait_for_url("**/referrals/sent/**")
    assert logged().count() == 1
    assert dropped[0].status == 302
    assert AuditEvent.objects.filter(action="create", object_uid=logged().get().uid).count() == 1


def test_without_scripts_it_is_the_same_form(world, today, visitor_for):
    visitor = visitor_for(world.user("staff"), width=390, java_script_enabled=False)
    page = visitor.page
    visitor.open("/referrals/new/")
    page.locator("#find").fill("maple")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Maple Synthetic").click()
    assert page.locator(".person strong").inner_text() == "Maple Synthetic"
    page.locator("#behaviors .choice").first.click()
    page.get_by_role("button", name="Submit referral").click()
    page.wait_for_url("**/referrals/sent/**")
    assert logged().get().involvements.get().behavior == Behavior.objects.get(district=world.district)
