"""A promise from the paper to its consequence, and one from an assembly to its end, by both sides in a real browser."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from commitments.models import Commitment, Miss
from dashboards.jobs import run_jobs
from district.access import Role
from district.page_parts import day_words
from tests import factories as make
from tests.commitments import factories as promise
from tests.journeys.test_training import Screen

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once,
    pytest.mark.xdist_group("browser0"),
    pytest.mark.django_db(transaction=True),
]
DAY = timedelta(days=1)


class Side(Screen):
    """Somebody of one side at a screen."""

    def choose(self, **values: str) -> None:
        """Choose one of a few by the names of the fields."""
        for name, value in values.items():
            self.page.locator(f"[name='{name}'][value='{value}']").check()

    def step(self, words: str, **values: str) -> None:
        """Open a step that the page offers, fill it in, and take it: its button is called like the step."""
        self.press(words)
        self.fill(**values)
        self.press(words)

    def draft(self, *, values: dict[str, str], who: str = "district") -> None:
        """Draft a commitment on the form that is open, and let it hold."""
        self.choose(responsible=who)
        self.fill(**values)
        self.press("Save the draft")
        self.step("Let it hold")


@pytest.fixture
def today(world) -> date:
    """A school year around today with a student at north, and a task force that meets next week."""
    now = world.district.today()
    year = make.make_school_year(
        world.district, now.year + (now.month >= 7), starts_on=now - 60 * DAY, ends_on=now + 60 * DAY
    )
    make.enroll(world.student, world.north, year)
    make.make_behavior(world.district, "L1", "Late for class", level="1")
    body = promise.make_body(world.district, name="Discipline task force")
    promise.make_meeting(body, now + 7 * DAY)
    return now


def suspend(world, today: date) -> None:
    """A suspension at north over a behavior of level 1, today."""
    year = world.district.school_years.get(starts_on=today - 60 * DAY)
    incident = make.make_incident(world.north, year, occurred_on=today)
    behavior = world.district.behaviors.get(code="L1")
    make.remove(incident, world.student).involvements.add(make.involve(incident, world.student, behavior))


def test_a_broken_promise_from_the_memorandum_to_its_consequence(world, today, visitor_for, settings):
    settings.MFA_REQUIRED = False
    leader, school = (Side(visitor_for(world.user(role))) for role in (Role.LEADER, Role.PRINCIPAL))
    partner = Side(visitor_for(world.user(Role.PARTNER), width=390, has_touch=True))

    # Both sides sign, and three commitments hold.
    leader.open("/memoranda/new/")
    leader.fill(organization="Neighbors United", title="Circles in every school", signed_on=f"{today - 30 * DAY}")
    leader.fill(begins_on=f"{today - 30 * DAY}", ends_on=f"{today + 700 * DAY}")
    leader.press("Add the memorandum")
    memorandum = leader.page.url.removeprefix(leader.visitor.address)
    rule = {
        "measure": "Out-of-school suspensions for a behavior level",
        "behavior_level": "1",
        "period": "Since it was adopted",
        "baseline": "12",
        "consequence": "The superintendent reports to the board in public session.",
    }
    milestone = {
        "evidence": "The plan, as adopted",
        "checker": "Discipline task force",
        "due_on": f"{today + 90 * DAY}",
    }
    coverage = {
        "measure": "Schools with enough certified facilitators",
        "minimum": "1",
        "baseline": "0",
        "due_on": f"{today + 90 * DAY}",
    }
    for title, values in (
        ("No out-of-school suspension for level 1", rule | {"target": "0", "body": "Discipline task force"}),
        ("Positive approaches within a year", milestone),
        ("A certified keeper at both schools", coverage | {"target": "2"}),
    ):
        leader.open(memorandum)
        leader.press("Draft a commitment")
        leader.draft(values={"title": title, "text": f"{title}, as both sides signed it.", **values})
    assert Commitment.objects.filter(memorandum__title="Circles in every school", status="active").count() == 3
    one = Commitment.objects.get(measure="oss_for_level")
    page = f"/commitments/{one.uid}/"
    partner.open(page)
    assert "Not kept" not in partner.text

    # A suspension breaks the first the same day: who may see it does, with the record; the partner learns a word.
    suspend(world, today)
    list(run_jobs(today=today))
    leader.open(page)
    assert "Not kept: 1 suspension since" in leader.text
    assert "one suspension" in leader.text
    school.open(page)
    assert world.student.person.name in school.text
    partner.open(page)
    assert "Not kept." in partner.text
    assert "An answer is owed" in partner.text
    for hidden in ("1 suspension", world.north.name, world.student.person.family_name, "What broke it"):
        assert hidden not in partner.text

    # Answer, dispute, remedy, agenda, consequence.
    leader.open(page)
    leader.step("Answer", text="The dean used the wrong code.")
    partner.open(page)
    partner.step("Dispute the answer", text="Families were told so last year too.")
    leader.open(page)
    leader.step("Plan a remedy", text="Each such suspension needs two signatures.", due_on=f"{today + 5 * DAY}")
    leader.step("Put it on an agenda", meeting=f"Discipline task force, {day_words(today + 7 * DAY)}")
    meeting = Miss.objects.get(commitment=one).steps.get(kind="on_agenda").meeting
    partner.open(f"/meetings/{meeting.uid}/")
    assert "Not kept: No out-of-school suspension for level 1" in partner.text
    leader.open(page)
    leader.press("Record the consequence")
    leader.choose(applied="applied")
    leader.fill(text="The superintendent reported on Tuesday.")
    leader.press("Record the consequence")
    partner.open(page)
    for said in ("The dean used the wrong code.", "Families were told so", "two signatures", "Consequence applied"):
        assert said in partner.text
    miss = Miss.objects.get(commitment=one)
    assert (miss.status, miss.outcome) == ("closed", "applied")
    assert [step.kind for step in miss.steps.all()] == [
        *("missed", "answered", "disputed", "planned", "on_agenda", "applied"),
    ]
    done(leader, school, partner)


def test_a_resolution_from_the_assembly_to_complete(world, today, visitor_for, settings):
    settings.MFA_REQUIRED = False
    leader = Side(visitor_for(world.user(Role.LEADER)))
    partner = Side(visitor_for(world.user(Role.PARTNER), width=390, has_touch=True))
    partner.open("/assemblies/new/")
    partner.fill(title="Assembly on schools", held_on=f"{today - 10 * DAY}", people_present="143")
    partner.press("Record the assembly")
    partner.press("Add a resolution")
    partner.fill(number="1", title="A circle before any suspension", text="Before any suspension a circle is offered.")
    partner.fill(in_favor="121", against="4", sent_on=f"{today - 5 * DAY}")
    partner.press("Add a resolution")
    leader.open("/resolutions/")
    leader.press("A circle before any suspension")
    resolution = leader.page.url.removeprefix(leader.visitor.address)
    leader.press("Answer for the district")
    leader.choose(outcome="in_part")
    leader.fill(
        answered_on=f"{today}", adopted_text="In middle schools a circle is offered.", reason="Too few keepers."
    )
    leader.press("Answer for the district")
    leader.open(resolution)
    leader.press("Draft the commitment that follows")
    assert leader.page.locator("[name='text']").input_value() == "In middle schools a circle is offered."
    given = {"due_on": f"{today + 60 * DAY}", "evidence": "The procedure as published", "checker": "Both sides"}
    leader.draft(values=given)
    page = leader.page.url.removeprefix(leader.visitor.address)

    # Complete only when both sides have said so.
    said = {"as_of": f"{today}", "text": "It is published and in use.", "evidence": "The procedure"}
    leader.press("Report on it")
    assess(leader, "Report on it", "complete", said)
    assert "Close it as complete" not in leader.text
    partner.open(page)
    partner.press("Assess it")
    assess(partner, "Assess it", "limited", said | {"text": "Two schools do not offer it."})
    assert "The sides differ" in partner.text
    partner.press("Assess it")
    assess(partner, "Assess it", "complete", said | {"text": "All of them offer it now."})
    leader.open(page)
    leader.step("Close it as complete", note="Both sides agree.")
    partner.open(resolution)
    for trail in ("Resolved", "121", "Too few keepers.", "Complete, say both sides"):
        assert trail in partner.text
    assert Commitment.objects.get(resolution__number="1", resolution__assembly__people_present=143).status == "complete"
    done(leader, partner)


def assess(side: Side, words: str, completion: str, values: dict[str, str]) -> None:
    """Say how far it is carried out, on the form that is open."""
    place = side.page.locator("[name='completion']").first
    if place.evaluate("field => field.tagName") == "SELECT":
        place.select_option(value=completion)
    else:
        side.choose(completion=completion)
    side.fill(**values)
    side.press(words)


def done(*sides: Side) -> None:
    """Every page that came up was looked at, and nothing was wrong with any."""
    assert [fault for side in sides for fault in side.faults + side.visitor.complaints] == []
