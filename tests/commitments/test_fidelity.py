"""Ratings: rubrics from lines of text, rounds with several raters, one rating each."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from commitments.actions import fidelity
from commitments.models import FidelityRound, Rating, Rubric
from district.access import Role
from district.steps import StepNotAllowed
from tests import factories as make
from tests.commitments import factories as promise
from tests.commitments.conftest import TODAY

LINES = "Plan: There is a plan.\n\nPlan: It is known.\nVoice: Students are asked.\n"


@pytest.fixture
def rubric(place):
    return fidelity.create_rubric(district=place.district, name="Ours", indicators=LINES, by=place.leader)


@pytest.fixture
def round_(place, rubric):
    return fidelity.open_round(
        school=place.north, rubric=rubric, opened_on=TODAY, closes_on=TODAY + timedelta(days=30), by=place.leader
    )


def test_a_rubric_is_read_line_by_line(rubric):
    assert [(item.position, item.dimension, item.text) for item in rubric.items.all()] == [
        (1, "Plan", "There is a plan."),
        (2, "Plan", "It is known."),
        (3, "Voice", "Students are asked."),
    ]


@pytest.mark.parametrize("lines", ["", "  \n", "No colon here", "Plan:", ": text", f"{'x' * 101}: y", "a: b\n" * 201])
def test_what_is_no_rubric_is_refused_with_its_line(place, lines):
    with pytest.raises(ValidationError) as refused:
        fidelity.create_rubric(district=place.district, name="Ours", indicators=lines, by=None)
    assert list(refused.value.message_dict) == ["indicators"]
    assert not Rubric.objects.exists()


def test_the_indicators_shipped_are_given_once(place):
    first = fidelity.give_default_rubric(place.district, by=None)
    assert fidelity.give_default_rubric(place.district, by=None) == first
    assert first.items.count() == 24


def test_a_round_takes_ratings_from_its_first_to_its_last_day(place, round_):
    given = {"round": round_, "ratings": "1=2", "by": place.principal}
    for day, is_open in ((-1, False), (0, True), (30, True), (31, False)):
        if is_open:
            fidelity.rate_by_position(**given, on=TODAY + timedelta(days=day))
            continue
        with pytest.raises(StepNotAllowed):
            fidelity.rate_by_position(**given, on=TODAY + timedelta(days=day))
    fidelity.close_round(round=round_, by=place.leader, on=TODAY)
    for step in (
        lambda: fidelity.rate_by_position(**given, on=TODAY),
        lambda: fidelity.close_round(round=round_, by=None, on=TODAY),
    ):
        with pytest.raises(StepNotAllowed):
            step()


def test_each_rater_has_one_rating_of_each_indicator(place, round_):
    coordinator = make.make_user(Role.COORDINATOR, place.district, place.north)
    fidelity.rate_by_position(round=round_, ratings="1=0, 2=1", by=place.principal, on=TODAY)
    fidelity.rate_by_position(round=round_, ratings="1=2", by=place.principal, on=TODAY)
    fidelity.rate_by_position(round=round_, ratings="1=1,3=2", by=coordinator, on=TODAY)
    rows = set(Rating.objects.values_list("rater", "item__position", "value"))
    mine, theirs = place.principal.pk, coordinator.pk
    assert rows == {(mine, 1, 2), (mine, 2, 1), (theirs, 1, 1), (theirs, 3, 2)}


@pytest.mark.parametrize("ratings", ["", "4=1", "1=3", "1", "x=1", "1=-1", "1=1=1"])
def test_only_known_positions_and_0_1_2(place, round_, ratings):
    with pytest.raises(ValidationError):
        fidelity.rate_by_position(round=round_, ratings=ratings, by=place.principal, on=TODAY)
    assert not Rating.objects.exists()


def test_a_retired_or_foreign_rubric_opens_no_round(place, rubric):
    foreign = promise.make_rubric(make.make_district("TWO"))
    fidelity.retire_rubric(rubric=rubric, retired_on=TODAY, by=None)
    with pytest.raises(StepNotAllowed):
        fidelity.retire_rubric(rubric=rubric, retired_on=TODAY, by=None)
    for one in (rubric, foreign):
        with pytest.raises(ValidationError):
            fidelity.open_round(school=place.north, rubric=one, opened_on=TODAY, closes_on=TODAY, by=None)
    assert not FidelityRound.objects.exists()


def test_the_page_rates_indicator_by_indicator_and_compares_rounds(place, rubric, client_for):
    today = place.district.today()
    before = promise.make_round(place.north, rubric, opened_on=date(2020, 9, 1), closes_on=date(2020, 10, 1))
    items = list(rubric.items.all())
    for item in items:
        Rating.objects.create(round=before, item=item, rater=place.leader, value=1, rated_on=date(2020, 9, 2))
    now = promise.make_round(place.north, rubric, opened_on=today)
    client = client_for(place.partner)
    address = reverse("round_step", args=[now.uid, "rate"])
    page = client.get(address).content.decode()
    assert page.count('type="radio"') == 9
    assert client.post(address, {}).status_code == 200
    assert not Rating.objects.filter(round=now).exists()
    answer = client.post(address, {f"item_{item.pk}": "2" for item in items})
    assert answer["Location"] == reverse("round_detail", args=[now.uid])
    page = client.get(answer["Location"]).content.decode()
    assert "100%" in page
    assert "+50" in page
    listed = client.get(reverse("round_list")).content.decode()
    assert listed.count(reverse("round_detail", args=[now.uid])) == 1
