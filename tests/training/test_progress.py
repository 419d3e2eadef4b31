"""Circles credited, observed and taken back, evaluation in bulk, deadlines with their history."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from district.models import AuditEvent
from district.steps import StepNotAllowed
from tests import factories as make
from tests.training import making
from training.actions import progress
from training.eligibility import Kind, State, Why
from training.evidence import verdict_for
from training.models import CircleCredit, Evaluation, Observation, Rubric

DAY = timedelta(days=1)


@pytest.fixture
def circles(cast):
    """A credential that asks for two circles of tier 2 or above, one of them led."""
    asks = ({"kind": "circles", "amount": 2, "tier": 2}, {"kind": "circles", "amount": 1, "tier": 2, "must_lead": True})
    return making.make_credential(cast.district, "facilitator", cast.practice, asks=asks, rank=2)


def credit(cast, source: str = "circle 1", part: str = "co_kept", **values):
    given = {"practitioner": cast.learner, "practice": cast.practice, "day": cast.today, "by": None} | values
    return progress.credit_circle(source=source, part=part, **given)


def test_a_circle_is_credited_once_however_often_it_is_told(cast, circles):
    first = credit(cast)
    assert credit(cast) == first
    events = AuditEvent.objects.filter(object_type="circlecredit").order_by("pk")
    assert [event.action for event in events] == ["create"]
    verdict, _version = verdict_for(cast.learner, circles, cast.today)
    assert [(one.have, one.why) for one in verdict.groups[0].findings] == [(1, Why.TOO_FEW), (0, Why.TOO_FEW)]

    credit(cast, part="led")  # the record of the circle was corrected: the same credit, with what holds now
    assert CircleCredit.objects.get().part == "led"
    credit(cast, "circle 2")
    verdict, _version = verdict_for(cast.learner, circles, cast.today)
    assert verdict.is_eligible
    assert [event.action for event in events.all()] == ["create", "update", "create"]


def test_observed_circles_and_those_of_a_lower_tier_count_for_nothing(cast, circles):
    low = making.make_practice(cast.district, "check-in", 1)
    credit(cast, part="observed")
    credit(cast, "circle 2", "led", practice=low)
    verdict, _version = verdict_for(cast.learner, circles, cast.today)
    assert {one.have for one in verdict.groups[0].findings} == {Decimal(0)}


def test_a_credit_that_was_taken_back_counts_for_nothing_until_it_is_told_again(cast, circles):
    row = credit(cast, part="led")
    progress.withdraw_circle_credit(credit=row, reason="The circle was not held.", by=cast.user("trainer"))
    with pytest.raises(StepNotAllowed):
        progress.withdraw_circle_credit(credit=row, reason="The circle was not held.", by=None)
    verdict, _version = verdict_for(cast.learner, circles, cast.today)
    assert verdict.groups[0].findings[0].have == 0
    assert credit(cast, part="led") == row
    row.refresh_from_db()
    assert (row.voided_at, row.void_reason) == (None, "")


def test_what_is_no_credit(cast):
    elsewhere = making.make_practice(make.make_district("ELSE"), "harm-circle", 2)
    for values in (
        {"practice": elsewhere},
        {"day": cast.today + DAY},
        {"part": "watched"},
        {"source": "", "note": ""},  # by hand and nobody says where
        {"source": "", "note": "At the library.", "practitioner": cast.trainer, "by": cast.user("trainer")},
    ):
        with pytest.raises(ValidationError):
            credit(cast, **values)
    assert not CircleCredit.objects.exists()


# --- Evaluation ----------------------------------------------------------------------------------------------------
def test_several_people_are_evaluated_at_once_wherever_they_were(cast):
    others = [making.make_practitioner(cast.district) for _ in range(3)]
    step = {"kind": Kind.COURSE, "course": cast.course, "by": cast.user("trainer")}
    progress.evaluate(people=[cast.learner, *others], state=State.PASSED, **step)
    progress.evaluate(people=[cast.learner, *others], state=State.PASSED, **step)
    assert Evaluation.objects.count() == 4, "the same result of the same day is no second row"
    with pytest.raises(ValidationError):
        progress.evaluate(people=others, state=State.FAILED, **step)  # without a note
    with pytest.raises(ValidationError):
        progress.evaluate(people=[*others, cast.trainer], state=State.REPEAT, **step)  # oneself among them
    assert Evaluation.objects.count() == 4, "all are saved, or none"


def test_the_page_evaluates_who_has_no_address_by_the_full_name(cast, client_for):
    one, two, twin = (
        making.make_practitioner(cast.district, given_name=given, family_name="Nameless")
        for given in ("Ada", "Bo", "Bo")
    )
    for person in (one.person, two.person, twin.person, cast.learner.person):
        person.email = "" if person != cast.learner.person else person.email
        person.organization = cast.ours
        person.save()
    client, address = client_for(cast.user("trainer")), reverse("practitioner_evaluate")
    sent = {"kind": "course", "course": str(cast.course.uid), "state": "passed"}
    names = f"{cast.learner.person.email.upper()}\n  ada   nameless "
    assert client.post(address, sent | {"addresses": names}).status_code == 302
    assert set(Evaluation.objects.values_list("practitioner", flat=True)) == {cast.learner.pk, one.pk}
    twice = client.post(address, sent | {"addresses": "Bo Nameless"}).content.decode()
    assert "Several people without an address have this name: bo nameless" in twice
    unknown = client.post(address, sent | {"addresses": f"Cy Nameless\n{cast.learner.person.name}"}).content.decode()
    assert "or these names without an address: cy nameless" in unknown, "who has an address goes by it"
    assert Evaluation.objects.count() == 2


# --- Observation ---------------------------------------------------------------------------------------------------
def test_only_somebody_certified_that_day_signs_off_and_every_item_is_scored(cast):
    rubric = Rubric.objects.create(
        district=cast.district, name="Keeping", valid_from=making.LONG_AGO, items=["Opening", "Listening"]
    )
    seen = {
        "practitioner": cast.learner,
        "observer": cast.trainer,
        "practice": cast.practice,
        "observed_on": cast.today,
        "state": State.PASSED,
        "rubric": rubric,
        "scores": [3, 4],
        "by": cast.user("trainer"),
    }
    progress.observe(**seen)
    assert Observation.objects.get().scores == [3, 4]
    for fault in (
        {"scores": [3]},
        {"scores": [3, 5]},
        {"observer": cast.learner},
        {"observer": making.make_practitioner(cast.district)},
        {"observed_on": cast.today - DAY},  # the license began today
        {"observed_on": cast.today + DAY},
        {"state": State.FAILED},
    ):
        with pytest.raises(ValidationError):
            progress.observe(**seen | fault)
    assert Observation.objects.count() == 1


# --- The way and its deadline --------------------------------------------------------------------------------------
def test_more_time_keeps_what_was_before(cast):
    version = cast.credential.versions.get()
    version.deadline_days = 90
    version.save()
    session = making.make_session(cast.course, cast.today + 10 * DAY)
    making.make_registration(session, cast.learner)
    way = progress.set_out(practitioner=cast.learner, credential=cast.credential, by=None)
    assert (way.basis, way.due_on) == ("session_end", cast.today + 100 * DAY)
    user = cast.user("trainer")
    for days in (130, 160):
        progress.extend(pathway=way, due_on=cast.today + days * DAY, reason="A birth in the family.", by=user)
    with pytest.raises(ValidationError):
        progress.extend(pathway=way, due_on=cast.today + 160 * DAY, reason="Not later.", by=user)
    way.refresh_from_db()
    history = [((one.former_due_on - cast.today).days, (one.due_on - cast.today).days) for one in way.extensions.all()]
    assert (history, way.due_on) == ([(100, 130), (130, 160)], cast.today + 160 * DAY)
