"""A circle from the referral to the kept agreement, in a real browser: who is asked, who keeps it, what comes of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from circles.actions import cases
from circles.actions.agreements import agree_case
from circles.actions.notices import write_notices
from circles.models import AgreementTerm, Circle
from dashboards.notices import MESSAGES
from discipline.models import Referral
from district.access import Role
from district.actions_notices import send_notices
from district.models import User
from tests import factories as make
from tests.circles.conftest import Place, place  # noqa: F401 - a fixture
from tests.journeys.test_accessibility import COLOUR_LOOKS, LOOKS, look_at
from tests.training.making import certify, make_practitioner

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once,
    pytest.mark.xdist_group("browser1"),
    pytest.mark.django_db(transaction=True),
]
DAY = timedelta(days=1)


class Desk:
    """Somebody at their browser: opens pages, fills in the one form of a page, and reads."""

    def __init__(self, visitor: Any) -> None:
        self.visitor, self.page = visitor, visitor.page

    def open(self, path: str) -> Desk:
        assert self.visitor.open(path) == 200, path
        return self

    def follow(self, words: str) -> Desk:
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=words, exact=True).first.click()
        return self

    def send(self, **values: Any) -> Desk:
        """Fill in the fields by their names and press the main button."""
        form = self.page.locator("form.task")
        for name, value in values.items():
            field = form.locator(f'[name="{name}"]')
            kind = field.first.evaluate("one => one.type || one.tagName")
            if kind == "select-one":
                field.first.select_option(value)
            elif kind in ("radio", "checkbox"):
                form.locator(f'[name="{name}"][value="{value}"]').check()
            else:
                field.first.fill(str(value))
        with self.page.expect_navigation():
            form.locator("button.button-solid").click()
        return self

    def reads(self, *words: str) -> Desk:
        text = " ".join(self.page.locator("body").inner_text().split())
        for one in words:
            assert one in text, f"“{one}” is not on {self.page.url}: {text[:1500]}"
        return self

    def does_not_read(self, *words: str) -> Desk:
        text = self.page.locator("body").inner_text()
        assert [one for one in words if one in text] == []
        return self


def figures(scene: Place) -> dict[str, Any]:
    """What the dashboards say: referrals, removals asked of an offer, and how far cases have come."""
    client = Client()
    client.force_login(User.objects.get(pk=scene.officer.pk))
    year = f"school_year={scene.year.year}"
    offers = client.get(f"/api/v1/dashboards/restorative-offers/?{year}").json()["rows"]
    outcomes = client.get(f"/api/v1/dashboards/circle-outcomes/?{year}").json()["rows"]
    cases = {row["item"]: row["number"] or 0 for row in outcomes if row["part"] == "cases"}
    referrals = client.get(f"/api/v1/referrals/?{year}").json()["count"]
    return {"referrals": referrals, "offers": offers, **cases}


def difference(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """What moved."""
    return {name: value - before.get(name, 0) for name, value in after.items() if value != before.get(name, 0)}


def test_from_the_referral_to_the_kept_agreement(place, visitor_for, settings):  # noqa: F811 - the fixture
    lapsed = make_practitioner(place.district, place.school, given_name="Lee", family_name="Lapsed")
    held = certify(lapsed, place.keeper.certifications.get().credential, expires_on=place.today - DAY)
    keeper_user = make.make_user(Role.FACILITATOR, place.district, email=place.keeper.person.email)
    Referral.objects.filter(pk=place.referral.pk).update(status="under_review", outcome="", assigned_to=place.officer)
    before = figures(place)
    officer, coordinator = Desk(visitor_for(place.officer)), Desk(visitor_for(place.coordinator))

    # --- The officer decides for a circle; the coordinator opens the case from the referral
    home = reverse("referral_detail", args=[place.referral.uid])
    officer.open(reverse("referral_decide", args=[place.referral.uid])).send(restorative="RESTORATIVE_CIRCLE")
    officer.open(home).reads("Decided", "Restorative circle")
    coordinator.open(home).follow("Open a restorative case").send(practice=str(place.harm_circle.uid))
    circle = Circle.objects.get()
    case = reverse("circle_detail", args=[circle.uid])
    coordinator.reads("Ash", "Birch", "Referred")

    def step(name: str) -> str:
        return reverse("circle_step", args=[circle.uid, name])

    coordinator.follow("Take it up").send().follow("Say whether it suits").send()
    coordinator.reads("In preparation", "Birch", "has not consented")

    # --- A keeper whose credential has lapsed is refused, another one found
    coordinator.follow("Who could keep it?").reads("Kim Keeper", "Certified")
    coordinator.open(step("assign-keeper")).send(practitioner=str(lapsed.uid), part="led")
    coordinator.reads("Nothing was saved yet", held.number, "To renew it")
    coordinator.open(f"{step('assign-keeper')}?practitioner={place.keeper.uid}").send(part="led").reads("Kim Keeper")

    # --- Each person is talked with and answers for themselves
    today = place.today.isoformat()
    keeper = Desk(visitor_for(keeper_user, width=390))
    for one in circle.participants.order_by("pk"):
        keeper.open(reverse("participant_step", args=[one.uid, "prepare"])).send(on=today)
        keeper.open(reverse("participant_step", args=[one.uid, "consent"])).send(answer="given", on=today, way="spoken")
    coordinator.open(step("schedule")).send(scheduled_on=today, begins="10:30", place="Library")
    coordinator.reads("Scheduled")
    officer.open(case).reads("Scheduled").does_not_read("Birch", "Kim Keeper", "Library")
    coordinator.open(reverse("circle_sheet", args=[circle.uid])).reads("Library", "Kim Keeper", "by their own choice")

    # --- It is held, and something is agreed
    keeper.open(step("hold")).send(held_on=today, minutes=45)
    keeper.open(step("agree")).send(agreed_on=today, owner=place.coordinator.email)
    circle.refresh_from_db()
    first, second = circle.participants.order_by("pk")
    due = (place.today + 7 * DAY).isoformat()
    for text in ("I write down what I would do.", "I help in the library.", "I greet in the morning."):
        keeper.open(reverse("agreement_step", args=[circle.agreement.uid, "add-term"]))
        keeper.send(owed_by=str(first.uid), owed_to=str(second.uid), kind="help", text=text, due_on=due)
    for one in (first, second):
        keeper.open(reverse("agreement_step", args=[circle.agreement.uid, "assent"]))
        keeper.send(participant=str(one.uid), on=today, way="signed")
    keeper.open(reverse("agreement_copy", args=[first.uid])).reads("I help in the library.", "the student harmed")
    keeper.does_not_read("Birch")
    keeper.open(case).follow("Begin the follow-up").send().reads("Being followed up")

    # --- A survey after it, by a link that works once
    coordinator.open(reverse("voice_link_new", args=[second.uid])).send(paper="survey", language="en", days=7)
    address = coordinator.page.locator("code.address-plain").inner_text()
    student = Desk(visitor_for(None, width=390))
    student.open(address.removeprefix(student.visitor.address))
    for number in range(student.page.locator("fieldset").count()):
        student.page.locator("fieldset").nth(number).locator("label.choice").first.click()
    with student.page.expect_navigation():
        student.page.locator("button.button-solid").click()
    coordinator.open(case).reads("Came back")

    # --- One term met, one renegotiated, one overdue: somebody is reminded, and it is met
    written, helped, greeted = AgreementTerm.objects.order_by("pk")
    coordinator.open(reverse("term_step", args=[written.uid, "settle"])).send(status="met", on=today)
    coordinator.open(reverse("term_step", args=[helped.uid, "renegotiate"]))
    coordinator.send(text="I help at the front desk.", on=today, due_on=due).reads("I help at the front desk.")
    AgreementTerm.objects.filter(pk=greeted.pk).update(due_on=place.today - DAY)  # a night passes
    coordinator.open(f"{reverse('circle_term_list')}?overdue=true").reads("I greet in the morning.", "1 day overdue")
    assert write_notices(place.district, today=place.today) > 0
    settings.SITE_URL = "https://reweave.example"
    assert send_notices(MESSAGES) > 0
    (message,) = [one for one in mail.outbox if one.to == [place.coordinator.email]]
    assert case in message.body
    assert "Birch" not in message.body
    assert "greet" not in message.body
    coordinator.open(case).reads("1 day overdue")
    for term in AgreementTerm.objects.filter(status="open"):
        coordinator.open(reverse("term_step", args=[term.uid, "settle"])).send(status="met", on=today)

    # --- It closes; the referral says so, and the dashboards move by exactly that
    coordinator.open(step("close")).send(reason="completed").reads("Closed", "Completed")
    officer.open(home).reads("Resolved by circle")
    assert keeper.visitor.open(case) == 404, "a closed case is nobody’s but the coordinator’s"
    moved = difference(before, figures(place))
    assert moved == {"opened": 1, "held": 1, "agreement": 1, "completed": 1}
    for desk in (officer, coordinator, keeper, student):
        assert desk.visitor.complaints == []


def test_what_is_printed_and_picked_is_open_to_everybody(place, visitor_for):  # noqa: F811 - the fixture
    """The picker without a script, and each paper on the screen of a phone and a desk, light, dark and printed."""
    circle = place.prepared()
    friend = make.make_student(place.district, "Cedar", "Crane")
    make.enroll(friend, place.school, place.year, refresh=False)
    plain = visitor_for(place.coordinator, width=390, java_script_enabled=False)
    plain.open(reverse("circle_step", args=[circle.uid, "add-participant"]))
    page = plain.page
    page.locator("#find").fill("ced")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("button", name="Cedar Crane").click()
    assert "Choose another" in page.locator("body").inner_text()
    page.get_by_label("Which part?").select_option("supporter")
    page.get_by_role("button", name="Name somebody").click()
    assert circle.participants.get(student=friend).role == "supporter"
    cases.schedule_case(circle=circle, scheduled_on=place.today, by=place.coordinator)
    sheet = reverse("circle_sheet", args=[circle.uid])
    visitor = visitor_for(place.coordinator)
    faults = look_at(visitor, sheet, looks=[*LOOKS, *COLOUR_LOOKS])
    faults += look_at(
        visitor, reverse("circle_step", args=[circle.uid, "add-participant"]), looks=[*LOOKS, *COLOUR_LOOKS]
    )
    people = list(circle.participants.all())
    cases.hold_case(circle=circle, held_on=place.today, minutes=40, present=people, by=place.coordinator)
    agree_case(circle=circle, agreed_on=place.today, owner=place.coordinator, by=place.coordinator)
    copy = reverse("agreement_copy", args=[people[0].uid])
    for language in ("en", "ar"):
        faults += look_at(visitor, f"{copy}?language={language}", looks=[*LOOKS, *COLOUR_LOOKS])
    faults += look_at(visitor, reverse("circle_detail", args=[circle.uid]), looks=LOOKS)
    assert faults == []
