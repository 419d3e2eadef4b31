"""A suspension under the law, on a phone: a circle declined, warnings near day 10, a notice in Spanish, re-entry."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from discipline.actions.letters import give_default_letters
from discipline.actions.rules import adopt_packs
from discipline.models import Letter, Removal
from tests import factories as make
from tests.journeys.test_accessibility import WHOLE, violations

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once,
    pytest.mark.xdist_group("browser1"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def referrals(world):
    """A decided referral of a student in grade 7 with an IEP, removed for 8 school days before; and one in grade 1."""
    world.district.state = "NJ"
    world.district.save()
    now = timezone.localdate()
    year = make.make_school_year(
        world.district,
        now.year + (now.month >= 7),
        starts_on=now - timedelta(days=60),
        ends_on=now + timedelta(days=120),
        programs_reported=True,
    )
    adopt_packs(district=world.district, by=None)
    give_default_letters(district=world.district, by=None)
    found = {}
    for grade, name in (("07", "Maple"), ("01", "Aspen")):
        student = make.make_student(world.district, name, "Synthetic", grade=grade)
        make.enroll(student, world.north, year, grade=grade)
        incident = make.make_incident(world.north, year, occurred_on=now)
        make.involve(incident, student, world.district.behaviors.first())
        found[grade] = make.refer(incident, student)
    maple = found["07"].student
    make.make_program_status(maple, year, idea=True)
    make.make_guardian(maple, given_name="Rosa", family_name="Synthetic", languages=["es"])
    earlier = make.make_incident(world.north, year, occurred_on=now - timedelta(days=40))
    make.involve(earlier, maple, world.district.behaviors.first())
    make.remove(earlier, maple, days="8", begins_on=earlier.occurred_on)
    return found


def look(visitor, faults: list[str]) -> str:
    """The page's words; whatever it does wrong at this width is kept in `faults`."""
    visitor.page.wait_for_load_state("load")
    path = visitor.page.url.removeprefix(visitor.address)
    faults += [f"{path}: {fault}" for fault in violations(visitor, path, WHOLE)]
    return visitor.page.inner_text("main")


def order(page, days: str) -> None:
    """Fill in an out-of-school suspension from today on; a circle was offered to the student, who declined."""
    page.check("input[name=answer][value=declined]")
    page.select_option("select[name=response]", "RESTORATIVE_CIRCLE")
    page.check("input[name=offered_to][value=responsible]")
    page.select_option("select[name=answered_by]", "responsible")
    page.select_option("select[name=kind]", "OSS")
    page.fill("input[name=begins_on]", timezone.localdate().isoformat())
    page.fill("input[name=days]", days)


def test_from_the_offer_to_the_re_entry(world, referrals, visitor_for, settings):
    settings.MFA_REQUIRED = False
    visitor, faults = visitor_for(world.user("officer"), width=390), []
    page = visitor.page
    first = referrals["07"]
    visitor.open(f"/referrals/{first.uid}/removal/")
    order(page, "3")
    with page.expect_navigation():
        page.click("button[name=count]")
    asked = look(visitor, faults)
    assert "34 CFR 300.530" in asked  # beyond day 10
    with page.expect_navigation():
        page.click("button:has-text('Order the removal')")
    removal = Removal.objects.get(incident=first.incident)
    assert (removal.kind, str(removal.days)) == ("OSS", "3.00")

    visitor.open(f"/removals/{removal.uid}/")
    shown = look(visitor, faults)
    for words in ("Restorative circle", "Offered and declined", "What the law asks", "Tell the parents"):
        assert words in shown
    with page.expect_navigation():
        page.click("a[aria-label^='Letter: Tell the parents']")
    page.check("text=Rosa Synthetic")
    page.fill("textarea[name=facts]", "Your child and another student fought.")
    page.fill("textarea[name=facts_es]", "Su hija y otro estudiante se pelearon.")
    page.fill("input[name=writer]", "The principal")
    page.fill("input[name=contact]", "555-0100")
    with page.expect_navigation():
        page.click("button[name=preview]")
    assert "Su hija y otro estudiante se pelearon." in look(visitor, faults)
    assert not Letter.objects.filter(removal=removal).exists()
    with page.expect_navigation():
        page.click("button:has-text('Keep the letter')")
    assert "suspensión fuera de la escuela" in look(visitor, faults)
    letter = Letter.objects.get(removal=removal)
    paper = visitor.context.request.get(f"{visitor.address}/letters/{letter.uid}/pdf/")
    assert (paper.status, paper.body()[:5]) == (200, b"%PDF-")
    with page.expect_navigation():
        page.click("a:has-text('Keep what became of it')")
    page.check("text=It was handed over")
    page.select_option("select[name=way]", "in_person")
    with page.expect_navigation():
        page.click("button:has-text('Keep it')")
    assert "Handed over" in look(visitor, faults)
    step = letter.due_step
    step.refresh_from_db()
    assert (step.step, step.state, step.way) == ("parent_notice", "done", "letter")

    visitor.open(f"/removals/{removal.uid}/letter/?kind=reentry_meeting")
    page.check("text=Rosa Synthetic")
    page.fill("input[name=meeting_on]", removal.ends_on.isoformat())
    for name, words in (("meeting_at", "3:30"), ("meeting_place", "Room 12"), ("writer", "A"), ("contact", "B")):
        page.fill(f"input[name={name}]", words)
    with page.expect_navigation():
        page.click("button:has-text('Keep the letter')")
    assert "De vuelta a la escuela" in look(visitor, faults)

    visitor.open(f"/guardians/{letter.guardian.uid}/link/")
    with page.expect_navigation():
        page.click("button:has-text('Make the link')")
    look(visitor, faults)
    family = visitor_for(None, width=390)
    address = page.input_value("#address").removeprefix(visitor.address)
    family.open(address)
    told = look(family, faults)
    assert "suspensión fuera de la escuela" in told
    assert "Aviso de retiro de clases" in told
    family.page.check("text=Quiero una reunión")
    family.page.fill("textarea[name=words]", "Quiero hablar con la directora.")
    with family.page.expect_navigation():
        family.page.click("button:has-text('Enviar')")
    assert "Gracias." in look(family, faults)
    family.open(f"{address}?lang=ar")
    look(family, faults)
    assert family.page.evaluate("document.documentElement.scrollWidth") <= 390

    second = referrals["01"]
    visitor.open(f"/referrals/{second.uid}/removal/")
    order(page, "1")
    with page.expect_navigation():
        page.click("button:has-text('Order the removal')")
    refused = look(visitor, faults)
    assert "18A:37-2a" in refused
    assert not Removal.objects.filter(incident=second.incident).exists()
    assert (visitor.complaints, family.complaints) == ([], [])
    assert faults == []
