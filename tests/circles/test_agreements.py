"""Agreements: terms and what came of them, who said yes, who follows up, what is overdue, how a case may close."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from circles.actions import agreements, cases
from circles.models import AgreementTerm, Circle, CircleAgreement, FollowUp
from district.access import Role
from district.steps import StepNotAllowed
from tests import factories as make

DAY = timedelta(days=1)


@pytest.fixture
def held(place) -> Circle:
    """A circle that was held today, both sides there."""
    circle = place.prepared()
    cases.schedule_case(circle=circle, scheduled_on=place.today, by=place.coordinator)
    everybody = list(circle.participants.all())
    return cases.hold_case(circle=circle, held_on=place.today, minutes=60, present=everybody, by=place.coordinator)


def agreed(place, circle, **more) -> CircleAgreement:
    given = {"agreed_on": place.today, "owner": place.coordinator.email, "by": place.coordinator, **more}
    agreements.agree_case(circle=circle, **given)
    return CircleAgreement.objects.get(circle=circle)


def parties(circle):
    return circle.participants.get(role="responsible"), circle.participants.get(role="harmed")


def term(place, agreement, **more) -> AgreementTerm:
    owed_by, owed_to = parties(agreement.circle)
    given = {"owed_by": owed_by, "owed_to": owed_to, "kind": "help", "text": "Help in the library.", **more}
    return agreements.add_term(
        agreement=agreement, **{"due_on": place.today + 7 * DAY, "by": place.coordinator, **given}
    )


def everybody_says_yes(place, agreement):
    for person in parties(agreement.circle):
        agreements.record_assent(
            agreement=agreement, participant=person, on=place.today, way="signed", by=place.coordinator
        )


def test_an_agreement_has_somebody_who_follows_up_and_days_to_ask_again(place, held):
    for wrong, field in (
        ({"owner": ""}, "owner"),
        ({"owner": "nobody@example.org"}, "owner"),
        ({"owner": make.make_user(Role.COORDINATOR, make.make_district("TWO")).email}, "owner"),
        ({"agreed_on": place.today + DAY}, "agreed_on"),
        ({"agreed_on": place.today - DAY}, "agreed_on"),
        ({"completion_on": place.today - DAY}, "completion_on"),
        ({"intervals": "soon"}, "intervals"),
        ({"intervals": "0"}, "intervals"),
    ):
        with pytest.raises(ValidationError) as fault:
            agreed(place, held, **wrong)
        assert field in fault.value.message_dict
    assert not CircleAgreement.objects.exists()
    agreement = agreed(place, held)
    days = [(row.due_on - place.today).days for row in agreement.follow_ups.all()]
    assert days == [14, 30, 60, 90]
    with pytest.raises(StepNotAllowed):
        agreed(place, held)
    keeper = make.make_user(Role.FACILITATOR, place.district)
    agreements.hand_over(agreement=agreement, owner=keeper.email, by=place.coordinator)
    agreement.refresh_from_db()
    assert agreement.owner == keeper


def test_a_district_asks_again_on_its_own_days(place, held):
    rule = {"district": place.district, "by": None}
    agreements.set_intervals(**rule, intervals="42,14", valid_from=place.today)
    agreements.set_intervals(**rule, intervals="7", valid_from=place.today + DAY)
    agreement = agreed(place, held)
    assert [(row.due_on - place.today).days for row in agreement.follow_ups.all()] == [14, 42]
    with pytest.raises(ValidationError):
        agreements.set_intervals(**rule, intervals="400", valid_from=date(2020, 1, 1))


def test_terms_name_two_people_a_day_and_no_child(place, held):
    agreement = agreed(place, held)
    owed_by, owed_to = parties(held)
    for wrong, field in (
        ({"owed_to": owed_by}, "owed_by"),
        ({"due_on": place.today - DAY}, "due_on"),
        ({"text": f"I write to {place.harmed.person.name}."}, "text"),
        ({"text": " "}, "text"),
        ({"checks": "tomorrow"}, "checks"),
        ({"checks": (place.today + 8 * DAY).isoformat()}, "checks"),
    ):
        with pytest.raises(ValidationError) as fault:
            term(place, agreement, **wrong)
        assert field in fault.value.message_dict
    row = term(place, agreement, checks=f"{place.today + 2 * DAY}, {place.today + DAY}")
    assert row.checks == f"{place.today + DAY}, {place.today + 2 * DAY}"
    named = term(place, agreement, text=f"I write to {place.harmed.person.name}.", names_checked=True)
    assert (named.owed_by, named.owed_to) == (owed_by, owed_to)


def test_no_follow_up_begins_without_terms_and_everybodys_yes(place, held):
    agreement = agreed(place, held)
    with pytest.raises(ValidationError, match="who does what"):
        cases.follow_case(circle=held, by=place.coordinator)
    term(place, agreement)
    with pytest.raises(ValidationError, match="Birch"):
        cases.follow_case(circle=held, by=place.coordinator)
    owed_by, _owed_to = parties(held)
    with pytest.raises(ValidationError, match="heard it"):
        agreements.record_assent(agreement=agreement, participant=owed_by, on=place.today, way="spoken", by=None)
    everybody_says_yes(place, agreement)
    with pytest.raises(ValidationError):
        agreements.record_assent(agreement=agreement, participant=owed_by, on=place.today, way="signed", by=None)
    cases.follow_case(circle=held, by=place.coordinator)
    with pytest.raises(StepNotAllowed, match="renegotiated"):
        term(place, agreement)


def test_what_came_of_three_terms_and_how_the_case_may_close(place, held):
    agreement = agreed(place, held)
    met, changed, late = (term(place, agreement, text=text) for text in ("First.", "Second.", "Third."))
    everybody_says_yes(place, agreement)
    cases.follow_case(circle=held, by=place.coordinator)
    by = {"by": place.coordinator, "on": place.today}
    agreements.settle_term(term=met, status="met", **by)
    with pytest.raises(StepNotAllowed):
        agreements.settle_term(term=met, status="not_met", **by)
    with pytest.raises(ValidationError):
        agreements.settle_term(term=late, status="waived", **by)
    new = agreements.renegotiate_term(term=changed, text="Something smaller.", due_on=place.today + 9 * DAY, **by)
    changed.refresh_from_db()
    assert (changed.status, new.status, new.replaces) == ("renegotiated", "open", changed)
    with pytest.raises(ValidationError, match="what came of it"):
        cases.close_case(circle=held, reason="completed", by=place.coordinator)
    with pytest.raises(ValidationError, match="No term"):
        cases.close_case(circle=held, reason="terms_not_met", by=place.coordinator)
    agreements.settle_term(term=new, status="partly", **by)
    agreements.settle_term(term=late, status="not_met", note="Was ill.", **by)
    with pytest.raises(ValidationError, match="not met"):
        cases.close_case(circle=held, reason="completed", by=place.coordinator)
    agreements.settle_term(term=late, status="met", **by)
    assert [row.status for row in late.updates.all()] == ["not_met", "met"]
    agreements.waive_term(term=new, **by)
    agreements.hold_completion(agreement=agreement, on=place.today, by=place.coordinator)
    with pytest.raises(StepNotAllowed):
        agreements.hold_completion(agreement=agreement, on=place.today, by=place.coordinator)
    first = agreement.follow_ups.first()
    agreements.record_follow_up(follow_up=first, outcome="well", **by)
    with pytest.raises(StepNotAllowed):
        agreements.record_follow_up(follow_up=first, outcome="well", **by)
    cases.close_case(circle=held, reason="completed", by=place.coordinator)
    for attempt in (
        lambda: agreements.record_follow_up(follow_up=agreement.follow_ups.last(), outcome="well", **by),
        lambda: agreements.hand_over(agreement=agreement, owner=place.coordinator.email, by=None),
        lambda: agreements.renegotiate_term(term=late, text="x", due_on=place.today, **by),
    ):
        with pytest.raises(StepNotAllowed):
            attempt()


def test_only_who_it_is_owed_to_can_waive_a_term(place, held):
    agreement = agreed(place, held)
    row = term(place, agreement, owed_to=None)
    with pytest.raises(ValidationError, match="owed to nobody"):
        agreements.waive_term(term=row, on=place.today, by=None)


def test_the_boards_and_who_reads_what(place, held, client_for):
    agreement = agreed(place, held)
    row = term(place, agreement)
    everybody_says_yes(place, agreement)
    cases.follow_case(circle=held, by=place.coordinator)
    AgreementTerm.objects.filter(pk=row.pk).update(due_on=place.today - 3 * DAY)
    FollowUp.objects.filter(agreement=agreement).update(done_on=place.today, outcome="well")
    officer, team = client_for(place.officer), client_for(place.coordinator)
    board = team.get(f"{reverse('circle_term_list')}?overdue=true").content.decode()
    assert "3 days overdue" in board
    assert "Help in the library" in board
    assert team.get("/api/v1/circle-follow-ups/?overdue=true").json()["results"] == []
    for client, names in ((officer, False), (team, True)):
        page = client.get(reverse("circle_detail", args=[held.uid])).content.decode()
        assert "Help in the library" in page
        assert ("Birch" in page) is names
        shown = client.get(f"/api/v1/circle-agreements/{agreement.uid}/").json()
        assert bool(shown["assents"]) is names
        assert "Birch" not in json.dumps(shown)
    assert officer.post(reverse("term_step", args=[row.uid, "settle"])).status_code == 403
    sent = {"status": "met", "on": place.today.isoformat()}
    assert team.post(reverse("term_step", args=[row.uid, "settle"]), sent).status_code == 302
    assert team.get("/api/v1/circle-terms/?overdue=true").json()["results"] == []
    assert team.get("/api/v1/circle-terms/?status=met&mine=true").json()["count"] == 1
    done = team.get(f"/api/v1/circle-terms/{row.uid}/").json()
    assert [one["status"] for one in done["updates"]] == ["met"]
