"""Assemblies and their resolutions: the day of the answer, what was adopted, the trail to the result."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from commitments.actions import assemblies
from commitments.actions.rules import set_rule
from commitments.models import Resolution, ResolutionAnswer
from district.steps import StepNotAllowed
from tests.commitments import factories as promise
from tests.commitments.conftest import TODAY

HELD = date(2021, 1, 16)


@pytest.fixture
def assembly(place):
    return assemblies.record_assembly(
        district=place.district,
        organization=place.organization,
        title="People's assembly",
        held_on=HELD,
        people_present=140,
        topics="Suspensions\n\n Buses ",
        by=place.partner,
        on=TODAY,
    )


@pytest.fixture
def resolution(assembly, place):
    return assemblies.add_resolution(
        assembly=assembly,
        number="1",
        title="Circles first",
        text="A circle is offered before any suspension.",
        in_favor=120,
        against=3,
        sent_on=date(2021, 1, 20),
        by=place.partner,
        on=TODAY,
    )


def answer(resolution, **given):
    return assemblies.answer_resolution(
        resolution=resolution, **{"answered_on": TODAY, "by": None, "on": TODAY} | given
    )


def test_an_assembly_is_recorded_once_it_was_held(place, assembly):
    assert assembly.topic_list == ["Suspensions", "Buses"]
    with pytest.raises(ValidationError):
        assemblies.record_assembly(
            district=place.district, title="Later", held_on=TODAY + timedelta(days=1), by=place.leader, on=TODAY
        )
    with pytest.raises(ValidationError, match="only for your own"):
        assemblies.record_assembly(district=place.district, title="Mine", held_on=HELD, by=place.partner, on=TODAY)


def test_the_day_of_the_answer_follows_the_rule(place, assembly, resolution):
    assert resolution.answer_due_on == date(2021, 1, 20) + timedelta(days=60)
    set_rule(district=place.district, step="resolution", days=30, unit="calendar", valid_from=HELD, by=None)
    later = assemblies.add_resolution(
        assembly=assembly, number="2", title="Buses", text="More.", sent_on=date(2021, 1, 20), by=None, on=TODAY
    )
    assert later.answer_due_on == date(2021, 2, 19)
    resolution.refresh_from_db()
    assert resolution.answer_due_on == date(2021, 3, 21), "what is due already keeps its day"
    for change in ({"sent_on": HELD - timedelta(days=1)}, {"sent_on": TODAY + timedelta(days=1)}, {"number": "1"}):
        given = {"number": "3", "title": "x", "text": "x", "sent_on": HELD} | change
        with pytest.raises(ValidationError):
            assemblies.add_resolution(assembly=assembly, **given, by=None, on=TODAY)


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"outcome": "in_part"}, ["adopted_text", "reason"]),
        ({"outcome": "in_part", "reason": "Money."}, ["adopted_text"]),
        ({"outcome": "declined"}, ["reason"]),
        ({"outcome": "perhaps"}, ["outcome"]),
        ({"outcome": "adopted", "answered_on": TODAY + timedelta(days=1)}, ["answered_on"]),
        ({"outcome": "adopted", "answered_on": HELD}, ["answered_on"]),
    ],
)
def test_an_answer_says_what_and_why(resolution, given, missing):
    with pytest.raises(ValidationError) as refused:
        answer(resolution, **given)
    assert sorted(refused.value.message_dict) == missing
    assert not ResolutionAnswer.objects.exists()


def test_all_of_it_a_part_of_it_or_nothing(resolution):
    assert answer(resolution, outcome="adopted").adopted_text == resolution.text
    part = answer(resolution, outcome="in_part", adopted_text="In middle schools.", reason="Staff.")
    assert part.adopted_text == "In middle schools."
    assert answer(resolution, outcome="declined", adopted_text="x", reason="Law.").adopted_text == ""
    assert resolution.answers.count() == 3, "a later answer stands beside the earlier one"


def test_what_was_answered_stays_and_what_was_not_can_be_voided(assembly, resolution):
    other = promise.make_resolution(assembly)
    answer(resolution, outcome="adopted")
    with pytest.raises(StepNotAllowed):
        assemblies.void_resolution(resolution=resolution, reason="x", by=None)
    with pytest.raises(StepNotAllowed):
        assemblies.void_assembly(assembly=assembly, reason="x", by=None)
    assemblies.void_resolution(resolution=other, reason="Entered twice.", by=None)
    with pytest.raises(StepNotAllowed):
        answer(other, outcome="adopted")
    assert Resolution.objects.standing().get() == resolution


def test_a_voided_assembly_takes_nothing_more(place):
    assembly = promise.make_assembly(place.district)
    assemblies.void_assembly(assembly=assembly, reason="Entered twice.", by=place.leader)
    for step in (
        lambda: assemblies.change_assembly(assembly=assembly, title="x", by=None),
        lambda: assemblies.void_assembly(assembly=assembly, reason="x", by=None),
    ):
        with pytest.raises(StepNotAllowed):
            step()


def test_the_page_tells_the_trail(place, resolution, client_for):
    answer(resolution, outcome="in_part", adopted_text="In middle schools.", reason="Staff.")
    promise.make_commitment(
        place.district,
        organization=place.organization,
        source="assembly_resolution",
        resolution=resolution,
        title="Offer",
    )
    address = reverse("resolution_detail", args=[resolution.uid])
    words = ("Adopted in part", "In middle schools.", "120 in favor, 3 against", "140 people", "Offer: In force")
    for user in (place.leader, place.partner, place.principal):
        page = client_for(user).get(address).content.decode()
        assert [said for said in words if said not in page] == []
    client = client_for(place.principal)
    assert "Circles first" in client.get(reverse("resolution_list") + "?answered=true").content.decode()
    assert "Circles first" not in client.get(reverse("resolution_list") + "?answered=false").content.decode()
