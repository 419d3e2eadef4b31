"""A district's first day: two files in, one sign-in, and the figures on the page down to the records."""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from district.models import AuditEvent, User

EXAMPLE = Path(__file__).parent.parent / "fixtures" / "example_district"
PASSWORD = "a fence of seventeen slats"
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser0"), pytest.mark.django_db(transaction=True)]


@pytest.fixture
def district(monkeypatch, capsys):
    """The example district, loaded and granted as the README says."""
    call_command("create_district", "EX", name="An example district", state="WV")
    call_command("import_roster", EXAMPLE / "roster.zip", district="EX")
    call_command("import_discipline", EXAMPLE / "discipline.csv", district="EX")
    for email, role, schools in (("leader@example.org", "leader", ()), ("officer@example.org", "officer", ("00060",))):
        monkeypatch.setattr(sys, "stdin", io.StringIO(PASSWORD + "\n"))
        call_command(
            "grant", email, role, "--district", "EX", *(f"--school={code}" for code in schools), "--password-stdin"
        )
    summaries = [line for line in capsys.readouterr().out.splitlines() if line.startswith("summary: ")]
    assert all(" refused=0" in line for line in summaries)
    assert len(summaries) == 2


def sign_in(visitor, email: str) -> None:
    visitor.open("/accounts/login/")
    visitor.page.get_by_label("Email").fill(email)
    visitor.page.get_by_label("Password").fill(PASSWORD)
    visitor.page.get_by_role("button", name="Sign in").click()
    visitor.page.wait_for_url(visitor.address + "/")


@pytest.mark.parametrize("width", [390, 1280])
def test_leadership_sees_who_is_suspended_and_no_names(district, visitor_for, width):
    visitor = visitor_for(None, width=width)
    sign_in(visitor, "leader@example.org")
    visitor.page.get_by_role("link", name="Suspension rates").locator("visible=true").first.click()
    visitor.page.wait_for_url("**/dashboards/suspensions/**")
    assert "Who is suspended" in visitor.page.get_by_role("heading", level=1).inner_text()
    assert visitor.page.get_by_text(re.compile(r"^37$")).first.is_visible()  # the example's students suspended
    assert visitor.open("/students/") == 403
    assert visitor.open("/referrals/") == 403
    assert visitor.complaints == []


def test_an_officer_goes_from_a_figure_to_the_records_and_leaves_nothing_behind(district, visitor_for):
    visitor = visitor_for(None)
    sign_in(visitor, "officer@example.org")
    visitor.page.get_by_role("link", name="Referrals").first.click()
    visitor.page.wait_for_url("**/referrals/")
    first = visitor.page.locator("table tbody a").first
    name = first.inner_text()
    first.click()
    visitor.page.wait_for_url(re.compile(r"/referrals/[0-9a-f-]{36}/"))
    assert name in visitor.page.inner_text("main")
    record = visitor.page.url
    officer = User.objects.get(email="officer@example.org")
    assert AuditEvent.objects.filter(action="view", actor_id=officer.pk, object_type="referral").exists()
    visitor.context.clear_cookies()
    visitor.page.goto(record)
    assert "/accounts/login/" in visitor.page.url
    visitor.page.go_back()
    assert name not in visitor.page.content()
