"""Surveys after a circle: counted once, kept apart from who answered, shown when there are enough of them."""

from __future__ import annotations

import json
from datetime import date

import pytest
from cryptography.fernet import Fernet
from django.db import connection
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from circles.actions import cases
from circles.actions.surveys import FORGET_AFTER, add_to_pile, release_surveys, tally_in
from circles.actions.voices import NothingSaid, NotNow, Used, keep_survey, make_voice_link, opened_by
from circles.models import Circle, CircleParticipant, SurveyBatch, SurveyPile, SurveyRelease, VoiceLink
from circles.voices.survey import ANSWERS, MINIMUM, QUESTIONS, Batch, Tally, batches_of, coded_share, tally_of
from circles.voices.words import voice_words
from district.models import AuditEvent
from district.steps import StepNotAllowed
from tests import factories as make

SAID = {"heard": "yes", "fair": "mostly", "repaired": "no", "safe": ""}


# --- Counts: no database ---------------------------------------------------------------------------------------------
def test_one_survey_as_counts():
    tally = tally_of(SAID)
    assert (tally.returned, tally.answered("heard"), tally.answered("safe")) == (1, 1, 0)
    assert [tally.good(question) for question in QUESTIONS] == [1, 1, 0, 0]
    twice = tally + tally_of({"safe": "little"})
    assert (twice.returned, twice.answered("safe"), twice.good("safe"), twice.count("fair", "mostly")) == (2, 1, 0, 1)
    for wrong in ({}, {"heard": ""}, {"heard": "perhaps"}, {"name": "yes"}):
        with pytest.raises(ValueError):  # noqa: PT011 - of its own making
            tally_of(wrong)


def some(number: int) -> Tally:
    """Surveys, of which every third leaves a question out."""
    given = [{"heard": "yes"} | ({} if place % 3 else {"safe": "no"}) for place in range(number)]
    return sum(map(tally_of, given), Tally())


def test_large_piles_stand_alone_and_small_ones_together():
    piles = {
        (1, "harmed"): some(10),
        (1, "responsible"): some(6),
        (1, "supporter"): some(4),
        (2, "harmed"): some(5),
        (3, "harmed"): some(5),
        (2, "staff"): some(6),
        (3, "guardian"): some(4),
        (3, "focus"): some(1),
    }
    found = [(one.school, one.role, one.tally.returned) for one in batches_of(piles)]
    assert found == [
        (1, "harmed", 10),
        (1, "", 10),
        (2, "", 11),
        (3, "", 10),
    ]
    apart = {(school, role): some(number) for school, role, number in ((1, "harmed", 6), (2, "harmed", 4))}
    assert [(one.school, one.role) for one in batches_of(apart)] == [(None, "harmed")]
    mixed = {(1, "harmed"): some(6), (2, "staff"): some(4)}
    assert [(one.school, one.role, len(one.groups)) for one in batches_of(mixed)] == [(None, "", 2)]
    assert batches_of({(1, "harmed"): some(9)}) == []
    assert len(batches_of({(1, "harmed"): some(9)}, minimum=5)) == 1


GROUPS = st.tuples(st.integers(1, 4), st.sampled_from(["harmed", "responsible", "staff"]))
MONTHS = st.lists(st.dictionaries(GROUPS, st.integers(0, 25), max_size=12), min_size=1, max_size=4)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60)
@given(MONTHS)
def test_no_difference_of_two_figures_is_about_fewer_than_the_minimum(months):
    """Whatever two views, readers or months somebody compares: a sum over some batches, less one over others."""
    waiting: dict[tuple[int, str], Tally] = {}
    shown: list[Batch] = []
    views: list[frozenset[int]] = []
    for arrivals in months:
        for group, number in arrivals.items():
            waiting[group] = waiting.get(group, Tally()) + some(number)
        before = sum(tally.returned for tally in waiting.values())
        found = batches_of(waiting)
        for batch in found:
            for group in batch.groups:
                del waiting[group]
        shown += found
        assert before == sum(one.tally.returned for one in found) + sum(one.returned for one in waiting.values())
        everything = range(len(shown))
        views += [frozenset(everything)]
        views += [frozenset(at for at in everything if shown[at].school == school) for school in (1, 2, 3, 4, None)]
        views += [frozenset(at for at in everything if shown[at].role == role) for role in ("harmed", "staff", "")]
    for one in views:
        for other in views:
            for counted in (lambda tally: tally.returned, lambda tally: tally.answered("safe")):
                left = sum(counted(shown[at].tally) for at in one - other)
                assert left == 0 or left >= MINIMUM


def test_a_question_that_few_of_a_batch_answered_is_in_no_total():
    """18 and 11 surveys; 5 of the 11 answered one question: the total of that question is of the 18 alone."""
    first = sum((tally_of({"heard": "yes", "safe": "no"}) for _number in range(18)), Tally())
    second = sum((tally_of({"heard": "yes", "safe": "yes"} if n < 5 else {"heard": "no"}) for n in range(11)), Tally())
    found = batches_of({(1, "harmed"): first, (1, "staff"): second})
    total = sum((one.tally for one in found), Tally())
    assert [one.tally.answered("safe") for one in found] == [18, 0]
    assert (total.returned, total.answered("heard"), total.answered("safe"), total.good("safe")) == (29, 29, 18, 0)


def test_shares_are_coded_at_both_ends():
    assert [coded_share(*pair) for pair in ((9, 9), (0, 10), (2, 10), (5, 10), (8, 10), (10, 10))] == [
        *("", "<=20%", "<=20%", "50%", ">=80%", ">=80%")
    ]
    assert [coded_share(good, 40) for good in (2, 3, 37, 38)] == ["<=5%", "8%", "92%", ">=95%"]
    assert (coded_share(1, 300), coded_share(150, 300), coded_share(0, 0, minimum=0)) == ("<=1%", "50%", "")


# --- Answering -------------------------------------------------------------------------------------------------------
@pytest.fixture
def held(place) -> Circle:
    circle = place.prepared()
    cases.schedule_case(circle=circle, scheduled_on=place.today, by=place.coordinator)
    people = list(circle.participants.all())
    cases.hold_case(circle=circle, held_on=place.today, minutes=40, present=people, by=place.coordinator)
    circle.refresh_from_db()
    return circle


@pytest.fixture
def person(held) -> CircleParticipant:
    return held.participants.get(role="harmed")


@pytest.fixture
def made(place, person) -> tuple[VoiceLink, str]:
    return make_voice_link(participant=person, paper="survey", by=place.coordinator)


def send(secret: str, **given: str):
    return Client().post(reverse("voice_page", args=[secret]), given)


def test_a_survey_is_counted_once(place, held, person, made):
    _link, secret = made
    text = Client().get(reverse("voice_page", args=[secret])).content.decode()
    assert all(voice_words()["en"].say(question) in text for question in QUESTIONS)
    nothing = send(secret)
    assert "Answer at least one question." in nothing.content.decode()
    assert send(secret, heard="perhaps").status_code == 200
    stale = opened_by(secret)
    assert stale is not None
    assert "Your answers are counted." in send(secret, **SAID).content.decode()
    assert send(secret, **SAID).status_code == 404
    with pytest.raises(Used):
        keep_survey(link=stale, answers=SAID)
    with pytest.raises(StepNotAllowed, match="answers once"):
        make_voice_link(participant=person, paper="survey", by=place.coordinator)
    pile = SurveyPile.objects.get()
    assert (pile.school, pile.school_year, pile.role) == (place.school, held.school_year, "harmed")
    assert tally_in(pile) == Tally() + tally_of(SAID)


def test_who_was_not_in_the_circle_is_not_asked(place, held, person):
    CircleParticipant.objects.filter(pk=person.pk).update(attended=False)
    with pytest.raises(StepNotAllowed, match="not in the circle"):
        make_voice_link(participant=person, paper="survey", by=place.coordinator)
    with pytest.raises(StepNotAllowed):
        make_voice_link(participant=person, paper="worksheet", by=place.coordinator)


def test_a_survey_is_answered_after_the_case_closed_too(place, held, made):
    Circle.objects.filter(pk=held.pk).update(status="closed", close_reason="completed", closed_on=place.today)
    assert send(made[1], **SAID).status_code == 200
    assert SurveyPile.objects.count() == 1


def test_nothing_leads_from_the_person_to_the_answers(place, held, person, made):
    link, secret = made
    before = VoiceLink.objects.filter(pk=link.pk).values().get()
    events = AuditEvent.objects.count()
    send(secret, **SAID)
    after = VoiceLink.objects.filter(pk=link.pk).values().get()
    assert {name for name in after if after[name] != before[name]} == {"is_answered"}, "that, and not when"
    assert AuditEvent.objects.count() == events, "the trail has an order and a time"
    fields = {field.name for field in SurveyPile._meta.get_fields()}
    assert fields == {"id", "school", "school_year", "role", "sealed"}, "no person, no case, no time"
    batch = {field.name for field in SurveyBatch._meta.get_fields()}
    assert not batch & {"participant", "circle", "link", "student", "language", "by"}
    pile = SurveyPile.objects.get()
    length = len(pile.sealed)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM circles_surveypile")
        assert not any(word in str(cursor.fetchall()) for word in ("heard", "mostly", "returned"))
    for _number in range(12):
        add_to_pile(school=place.school.pk, year=held.school_year_id, role="harmed", tally=tally_of(SAID))
    pile.refresh_from_db()
    assert len(pile.sealed) == length, "its length tells nothing of how many are in it"


def test_without_its_key_nothing_is_counted_and_the_link_stays_open(made, settings):
    link, secret = made
    keys = settings.CASE_NOTES_KEYS
    settings.CASE_NOTES_KEYS = []
    assert send(secret, **SAID).status_code == 503
    settings.CASE_NOTES_KEYS = keys
    add_to_pile(
        school=link.participant.circle.school_id,
        year=link.participant.circle.school_year_id,
        role="harmed",
        tally=tally_of(SAID),
    )
    settings.CASE_NOTES_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(NotNow):
        keep_survey(link=link, answers=SAID)
    assert opened_by(secret) == link
    with pytest.raises(NothingSaid):
        keep_survey(link=link, answers={})


# --- Once a month ----------------------------------------------------------------------------------------------------
def pile_up(place, number: int, role: str = "harmed", **given: str) -> None:
    for _number in range(number):
        add_to_pile(school=place.school.pk, year=place.year.pk, role=role, tally=tally_of(given or {"heard": "yes"}))


def test_surveys_are_released_once_a_month_and_only_in_tens(place):
    today = date(place.today.year, place.today.month, 5)
    pile_up(place, 9)
    later = date(today.year + (today.month == 12), today.month % 12 + 1, 1)
    assert release_surveys(place.district, today=today) == 0
    pile_up(place, 3)
    assert release_surveys(place.district, today=today) == 0, "this month is looked through"
    assert release_surveys(place.district, today=later) == 1
    batch = SurveyBatch.objects.get()
    assert (batch.school, batch.role, batch.returned, batch.counts["heard"]["yes"]) == (place.school, "harmed", 12, 12)
    assert not SurveyPile.objects.exists()
    pile_up(place, 1)
    assert release_surveys(place.district, today=later) == 0
    assert release_surveys(make.make_district("TWO"), today=later) == 0
    assert SurveyRelease.objects.filter(district=place.district).count() == 2
    assert set(ANSWERS) == set(batch.counts["heard"])
    trail = json.dumps(list(AuditEvent.objects.filter(object_type="surveyrelease").values_list("changes", "details")))
    assert "heard" not in trail


def test_a_pile_that_no_key_opens_waits(place, settings):
    pile_up(place, 12)
    keys = settings.CASE_NOTES_KEYS
    settings.CASE_NOTES_KEYS = []
    assert (release_surveys(place.district, today=place.today), SurveyRelease.objects.count()) == (0, 0)
    settings.CASE_NOTES_KEYS = [Fernet.generate_key().decode()]
    assert release_surveys(place.district, today=place.today) == 0
    settings.CASE_NOTES_KEYS = keys
    assert SurveyPile.objects.count() == 1


def test_what_never_grew_large_enough_is_forgotten_after_the_year(place):
    pile_up(place, 9)
    end = place.year.ends_on + FORGET_AFTER
    assert release_surveys(place.district, today=end) == 0
    assert SurveyPile.objects.count() == 1
    later = date(end.year + (end.month == 12), end.month % 12 + 1, 1)
    assert release_surveys(place.district, today=later) == 0
    assert (SurveyPile.objects.count(), SurveyBatch.objects.count()) == (0, 0)
