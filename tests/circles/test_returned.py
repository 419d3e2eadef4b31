"""A case that closes because what was agreed was not met hands its referral back to those who decide."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from circles.actions import cases
from circles.actions.agreements import add_term, agree_case, record_assent, renegotiate_term, settle_term
from discipline import actions
from discipline import referral_states as states
from discipline.actions.circling import return_from_circle
from discipline.models import Referral, ReferralResponse
from district.access import Role
from district.models import AuditEvent, User
from tests import factories as make

DAY = timedelta(days=1)


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def followed(place):
    """A case that is being followed up, with one term."""
    circle = place.prepared()
    cases.schedule_case(circle=circle, scheduled_on=place.today, by=place.coordinator)
    people = list(circle.participants.order_by("pk"))
    cases.hold_case(circle=circle, held_on=place.today, minutes=40, present=people, by=place.coordinator)
    agree_case(circle=circle, agreed_on=place.today, owner=place.coordinator, by=place.coordinator)
    circle.refresh_from_db()
    term = add_term(
        agreement=circle.agreement,
        owed_by=people[0],
        owed_to=people[1],
        kind="help",
        text="I help.",
        due_on=place.today,
        by=place.coordinator,
    )
    for one in people:
        one.refresh_from_db()
        record_assent(agreement=circle.agreement, participant=one, on=place.today, way="signed", by=place.coordinator)
    cases.follow_case(circle=circle, by=place.coordinator)
    circle.refresh_from_db()
    return circle, term


def closed_unmet(place):
    circle, term = followed(place)
    settle_term(term=term, status="not_met", on=place.today, by=place.coordinator)
    cases.close_case(circle=circle, reason="terms_not_met", by=place.coordinator)
    return circle


def test_from_a_term_not_met_to_the_officers_desk(place, client_for):
    """The referral was decided with a circle; now it is under review again, with the officer who decided."""
    ReferralResponse.objects.create(referral=place.referral, response="RESTORATIVE_CIRCLE", on=place.today)
    Referral.objects.filter(pk=place.referral.pk).update(status="decided", assigned_to=place.officer)
    officer = client_for(fresh(place.officer))
    words = "Returned from circle: what was agreed was not met"
    home = reverse("referral_detail", args=[place.referral.uid])
    assert words not in officer.get(home).content.decode()
    circle = closed_unmet(place)
    place.referral.refresh_from_db()
    assert (place.referral.status, place.referral.outcome, place.referral.assigned_to) == (
        "under_review",
        "",
        place.officer,
    )
    response = ReferralResponse.objects.get()
    assert (response.returned_on, response.completed_on) == (place.today, None)
    page = officer.get(home).content.decode()
    assert words in page
    assert "Resolved by circle" not in page
    assert words in officer.get(reverse("desk")).content.decode()
    assert words.lower() in officer.get(reverse("referral_review")).content.decode().lower()
    shown = officer.get(f"/api/v1/referrals/{place.referral.uid}/").json()
    assert [one["returned_on"] for one in shown["responses_recorded"]] == [place.today.isoformat()]
    event = AuditEvent.objects.filter(object_type="referral", action="update").latest("pk")
    assert event.changes["status"] == ["decided", "under_review"]
    with pytest.raises(ValidationError, match="Nothing is done about it"):
        actions.decide_referral(referral=place.referral, by=place.officer)
    actions.decide_referral(referral=place.referral, responses=["RESTORATIVE_CIRCLE"], by=place.officer)
    kept = list(ReferralResponse.objects.order_by("pk").values_list("returned_on", flat=True))
    assert kept == [place.today, None], "another try is another response"
    assert words not in officer.get(home).content.decode(), "once it is decided anew, that stands"
    again = place.opened()
    assert again.pk != circle.pk


@pytest.mark.parametrize(
    ("status", "after"),
    [
        ("submitted", "submitted"),
        ("under_review", "under_review"),
        ("returned", "returned"),
        ("decided", "under_review"),
        ("voided", "voided"),
    ],
)
def test_every_state_of_a_referral(place, status, after):
    assert set(states.RETURNED_FROM_CIRCLE) == set(states.STEPS) - {states.VOIDED}
    Referral.objects.filter(pk=place.referral.pk).update(status=status)
    given = {"referral": place.referral, "response": "MEDIATION", "on": place.today, "source": "circle x", "by": None}
    first = return_from_circle(**given)
    again = return_from_circle(**given)
    place.referral.refresh_from_db()
    assert (place.referral.status, first) == (after, again)
    assert ReferralResponse.objects.count() == (status != "voided")
    assert place.referral.statuses.filter(status="under_review").count() == (status == "decided")
    with pytest.raises(ValidationError):
        return_from_circle(**given | {"response": "DETENTION"})


def test_a_case_voided_later_takes_back_that_it_did_not_hold(place, client_for):
    circle = closed_unmet(place)
    cases.void_case(circle=circle, reason="Another school’s.", by=place.coordinator)
    row = ReferralResponse.objects.get()
    assert (row.returned_on, row.source) == (None, "")
    page = client_for(place.officer).get(reverse("referral_detail", args=[place.referral.uid])).content.decode()
    assert "Returned from circle" not in page


def test_what_was_met_late_or_replaced_hands_nothing_back(place):
    circle, term = followed(place)
    settle_term(term=term, status="not_met", on=place.today, by=place.coordinator)
    with pytest.raises(ValidationError, match="not met"):
        cases.close_case(circle=circle, reason="completed", by=place.coordinator)
    new = renegotiate_term(term=term, on=place.today, text="I help twice.", due_on=place.today, by=place.coordinator)
    with pytest.raises(ValidationError, match="No term is on record as not met"):
        cases.close_case(circle=circle, reason="terms_not_met", by=place.coordinator)
    settle_term(term=new, status="met", on=place.today, by=place.coordinator)
    cases.close_case(circle=circle, reason="completed", by=place.coordinator)
    row = ReferralResponse.objects.get()
    assert (row.completed_on, row.returned_on) == (place.today, None)


def test_a_second_circle_may_hold(place, client_for):
    closed_unmet(place)
    circle, term = followed(place)
    settle_term(term=term, status="met", on=place.today, by=place.coordinator)
    cases.close_case(circle=circle, reason="completed", by=place.coordinator)
    days = list(ReferralResponse.objects.order_by("pk").values_list("returned_on", "completed_on"))
    assert days == [(place.today, None), (None, place.today)]
    page = client_for(place.officer).get(reverse("referral_detail", args=[place.referral.uid])).content.decode()
    assert "Resolved by circle" in page


def test_the_officer_learns_that_and_no_more(place, client_for):
    closed_unmet(place)
    reader = client_for(fresh(place.officer))
    for address in (reverse("referral_detail", args=[place.referral.uid]), f"/api/v1/referrals/{place.referral.uid}/"):
        body = reader.get(address).content.decode()
        assert "Birch" not in body, "who was harmed is not told by a circle"
    coordinator = client_for(fresh(place.coordinator))
    mine = coordinator.get(reverse("referral_detail", args=[place.referral.uid])).content.decode()
    assert "Returned from circle" in mine
    staff = make.make_user(Role.STAFF, place.district, place.school)
    Referral.objects.filter(pk=place.referral.pk).update(reporter=staff)
    told = client_for(fresh(staff)).get(f"/api/v1/referrals/{place.referral.uid}/").json()
    assert "returned_on" not in json.dumps(told["responses_recorded"])
