"""A concern from an anonymous browser to a commitment on the board: file, receipt, question, answer, upheld."""

from __future__ import annotations

import re

import pytest

from commitments.models import Commitment, Concern
from district.access import Role
from district.models import AuditEvent, District
from tests.journeys.test_promises import Side, done
from tests.journeys.test_training import Screen

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once,
    pytest.mark.xdist_group("browser1"),
    pytest.mark.django_db(transaction=True),
]
WHAT = "My class was told to leave at noon on three days.\nNobody wrote it down."


def test_from_an_anonymous_browser_to_the_board(world, visitor_for, settings):
    settings.MFA_REQUIRED = False
    somebody = Screen(visitor_for(None, width=390, has_touch=True))
    ombuds = Side(visitor_for(world.user(Role.OMBUDS)))
    leader = Side(visitor_for(world.user(Role.LEADER)))
    principal = Side(visitor_for(world.user(Role.PRINCIPAL)))
    before = set(Concern.objects.values_list("pk", flat=True))

    # Somebody files from the page of sign-in, without an account, and writes down sixteen digits.
    somebody.open("/accounts/login/")
    somebody.press("File a concern")
    somebody.press(District.objects.get(code="ONE").name)
    for words in ("Only the ombuds of", "What is not protected", "Use a private window"):
        assert words in somebody.text
    somebody.page.check("input[name=kind][value=policy]")
    somebody.page.select_option("#school", label="North School")
    somebody.page.fill("#what", WHAT)
    somebody.page.fill("#about", "The dean")
    somebody.page.set_input_files(
        "#files", {"name": "seen.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 x"}
    )
    somebody.press("Send")
    receipt = re.search(r"\d{4} \d{4} \d{4} \d{4}", somebody.text).group()
    concern = Concern.objects.exclude(pk__in=before).get()
    assert not [one for one in somebody.visitor.context.cookies() if "session" in one["name"]]
    assert not AuditEvent.objects.filter(object_uid=concern.uid).exists()
    somebody.press("Leave this page")
    assert "Your browser was asked to forget" in somebody.text

    # The ombuds finds it on the desk and asks; the principal has no way to it.
    ombuds.open("/")
    assert "Begin to look into it" in ombuds.text
    ombuds.open(f"/concerns/received/{concern.uid}/")
    assert "three days" in ombuds.text
    assert "seen.pdf" in ombuds.text
    ombuds.step("Begin to look into it", text="Thank you.")
    ombuds.step("Ask something", text="Which days were they?")
    assert principal.visitor.open(f"/concerns/received/{concern.uid}/") == 403

    # Whoever filed it answers by the receipt.
    somebody.open("/concerns/receipt/")
    somebody.page.fill("#receipt", receipt)
    somebody.press("Open")
    assert "Which days were they?" in somebody.text
    somebody.page.fill("#text", "Monday, Tuesday and Friday.")
    somebody.press("Send it")
    assert "Monday, Tuesday and Friday." in somebody.text

    # Upheld; a commitment is drafted, and leadership lets it hold.
    ombuds.open(f"/concerns/received/{concern.uid}/")
    assert "Monday, Tuesday and Friday." in ombuds.text
    ombuds.press("Answer it")
    ombuds.choose(outcome="upheld")
    ombuds.fill(text="The log shows all three days. You were right.")
    ombuds.press("Answer it")
    ombuds.press("Draft what corrects it")
    ombuds.choose(responsible="district")
    ombuds.fill(
        title="Two signatures before a class goes home",
        text="No class is sent home unless two people have signed.",
        due_on="2031-06-01",
        evidence="The procedure as published",
        checker="The ombuds",
    )
    ombuds.press("Draft what corrects it")
    assert "Two signatures before a class goes home" in ombuds.text
    commitment = Commitment.objects.get(title="Two signatures before a class goes home")
    leader.open(f"/commitments/{commitment.uid}/")
    leader.step("Let it hold")
    leader.open("/dashboards/commitments/")
    assert "Two signatures before a class goes home" in leader.text

    # It is there for whoever filed it, and nothing in it leads back.
    somebody.open("/concerns/receipt/")
    somebody.page.fill("#receipt", receipt)
    somebody.press("Open")
    for words in ("You were right.", "Two signatures before a class goes home", "It holds"):
        assert words in somebody.text
    somebody.press("The answer will do. Close it")
    assert "It is closed." in somebody.text
    said = f"{commitment.text} {commitment.reference} {commitment.evidence} {commitment.statuses.first().note}"
    assert not re.search("noon|three days|dean|North", said)
    events = AuditEvent.objects.filter(object_uid=concern.uid)
    assert {one.actor_id for one in events} == {world.users[Role.OMBUDS].pk}
    concern.refresh_from_db()
    assert (concern.state, concern.outcome, concern.correction) == ("resolved", "upheld", commitment)
    for path in (f"received/{concern.uid}/who/", "received/", "totals/", "rules/", "new/"):
        ombuds.open(f"/concerns/{path}")
    done(ombuds, leader, principal)
    assert somebody.faults + somebody.visitor.complaints == []
