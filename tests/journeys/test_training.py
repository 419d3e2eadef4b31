"""From a promise in a memorandum to a certificate that anybody can check, with every page looked at on the way."""

from __future__ import annotations

import re

import pytest
from django.core import mail

from district.access import Role
from district.models import Memorandum
from tests.journeys.test_accessibility import WHOLE, violations
from tests.training import making
from training.models import Certification, Course, Practice

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once,
    pytest.mark.xdist_group("browser0"),
    pytest.mark.django_db(transaction=True),
]
NEWCOMER = "newcomer@example.org"


class Screen:
    """Somebody at a screen who reads, fills in and presses, and looks at every page that comes up."""

    def __init__(self, visitor) -> None:
        self.visitor, self.page = visitor, visitor.page
        self.faults: list[str] = []
        self.pages = 0

    def open(self, path: str) -> None:
        assert self.visitor.open(path) == 200, path
        self.look()

    def press(self, words: str) -> None:
        """Press the link or button that is called `words`, which leads to another page."""
        found = self.page.get_by_role("button", name=words, exact=True)
        found = found.or_(self.page.locator("main").get_by_role("link", name=words, exact=True))
        with self.page.expect_navigation():
            found.first.click()
        self.look()

    def fill(self, **values: str) -> None:
        """Type into fields by their names; choose where there is a choice."""
        for name, value in values.items():
            place = self.page.locator(f"[name='{name.replace('__', '-')}']")
            if place.evaluate("field => field.tagName") == "SELECT":
                place.select_option(label=value)
            else:
                place.fill(value)

    def look(self) -> None:
        self.page.wait_for_load_state("load")
        path = self.page.url.removeprefix(self.visitor.address)
        self.faults += [f"{path}: {fault}" for fault in violations(self.visitor, path, WHOLE)]
        wide = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        self.faults += [f"{path}: {wide} px wider than the window"] if wide > 0 else []
        self.pages += 1

    @property
    def text(self) -> str:
        return self.page.inner_text("main")


@pytest.fixture
def ladder(world) -> Course:
    """A credential that asks for a course and its six hours, and somebody licensed to train for it."""
    practice = Practice.objects.get(district=world.district, code="harm-circle")
    course = Course.objects.get(district=world.district, code="circles")
    asks = ({"kind": "course", "course": course}, {"kind": "hours", "amount": 6})
    making.make_credential(world.district, "facilitator", practice, name="Facilitator", asks=asks, rank=5)
    licence = making.make_credential(world.district, "license", name="License", is_license=True)
    making.certify(making.make_practitioner(world.district, given_name="Lena", family_name="Licensed"), licence)
    return course


def test_from_the_memorandum_to_the_public_check(world, ladder, visitor_for, settings):
    settings.MFA_REQUIRED = False
    partner = Screen(visitor_for(world.user(Role.PARTNER)))
    trainer = Screen(visitor_for(world.user(Role.TRAINER)))
    on_phone = Screen(visitor_for(world.user(Role.TRAINER), width=390, has_touch=True))
    newcomer = Screen(visitor_for(None, width=390, has_touch=True))
    today = world.district.today()

    # Twenty seats are promised under the memorandum, and kept in a session.
    memorandum = Memorandum.objects.get(organization=world.user(Role.PARTNER).grants.get().organization)
    partner.open(f"/memoranda/{memorandum.uid}/seats/")
    partner.fill(label="Staff of the middle schools", seats="20")
    partner.press("Promise the seats")
    row = partner.page.get_by_role("row").filter(has_text="Staff of the middle schools").inner_text()
    code = re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", row).group()

    trainer.open("/sessions/")
    trainer.press("Plan a session")
    trainer.fill(course=ladder.title, place="Public library", capacity="24", days__0__hours="6")
    trainer.fill(days__0__day=today.isoformat())
    trainer.press("Plan the session")
    session = trainer.page.url.removeprefix(trainer.visitor.address)
    trainer.press("Keep seats for a memorandum")
    trainer.fill(allotment=f"Staff of the middle schools: {memorandum.title} (20 seats)", seats="20")
    trainer.press("Keep the seats")
    assert "20" in trainer.page.get_by_role("row").filter(has_text="Staff of the middle schools").inner_text()

    # Somebody comes with the code, and signs in on the day, with a phone.
    newcomer.open("/join/")
    newcomer.fill(code=code)
    newcomer.press("Go on")
    newcomer.fill(given_name="Nia", family_name="Newcomer", email=NEWCOMER, capacity="Teacher")
    newcomer.press("Register")
    assert [letter.to for letter in mail.outbox] == [[NEWCOMER]]
    trainer.open(session)
    trainer.press("Show the code")
    newcomer.open("/here/")
    newcomer.fill(code=trainer.page.locator(".wall-code").inner_text())
    newcomer.press("Go on")
    newcomer.fill(email=NEWCOMER.upper())
    newcomer.press("I am here")
    assert "You are signed in for today" in newcomer.text

    # The trainer confirms the hours on a phone, evaluates, and proposes.
    on_phone.open(session)
    on_phone.press("Who was there?")
    assert "signed in by code, not confirmed yet" in on_phone.text
    on_phone.press("Save attendance")
    on_phone.press("Evaluate")
    on_phone.page.get_by_label("Passed").first.check()
    on_phone.press("Save the evaluations")
    trainer.open("/people/?worklist=eligible")
    trainer.press("Nia Newcomer")
    trainer.press("Propose for a certification")
    trainer.fill(credential="Facilitator", trainer="Lena Licensed")
    trainer.press("Propose")
    assert "Award" not in trainer.text.split(), "whoever proposes does not award"

    # Another organization than the holder's awards it, and anybody can check the number.
    partner.open("/certifications/?status=proposed")
    partner.press("Nia Newcomer")
    partner.press("Award")
    partner.press("Award")
    number = Certification.objects.get(credential__code="facilitator").number
    newcomer.open("/verify/")
    newcomer.fill(number=f"{number[:4]} {number[4:8].lower()} {number[8:]}")
    newcomer.press("Check")
    assert "Yes: valid today" in newcomer.text
    assert "Nia" not in newcomer.text

    screens = (partner, trainer, on_phone, newcomer)
    assert [fault for screen in screens for fault in screen.faults + screen.visitor.complaints] == []
    assert sum(screen.pages for screen in screens) >= 24
