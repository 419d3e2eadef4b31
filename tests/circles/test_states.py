"""Every state, step and role of a case over HTTP: taken where the table allows it, else refused with a sentence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from circles import agreement_rules as rules
from circles import case_states as states
from circles.actions import cases
from circles.actions.agreements import add_term, agree_case
from circles.models import AgreementTerm, Circle
from discipline.models import Referral
from district.access import Permission, Role
from district.models import User
from district.steps import StepNotAllowed
from tests import factories as make

WORK, ARRANGE = Permission.CIRCLE_WORK, Permission.CIRCLE_ARRANGE
DAY = timedelta(days=1)


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside leaves nothing behind, so that every triple begins in the same world."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def steps_of(place, circle) -> dict[str, tuple[str, Permission, dict]]:
    """Step in the address → (the move of the table, what it needs, a body with which it goes through)."""
    today = place.today.isoformat()
    present = [str(one.uid) for one in circle.participants.all()]
    return {
        "take": (states.TAKE, ARRANGE, {}),
        "screen": (states.CLEAR, ARRANGE, {"exclusions": []}),
        "schedule": (states.SCHEDULE, ARRANGE, {"scheduled_on": today}),
        "hold": (states.HOLD, WORK, {"held_on": today, "minutes": 40, "present": present}),
        "miss": (states.MISS, WORK, {"reason": "keeper_absent"}),
        "agree": (states.AGREE, WORK, {"agreed_on": today, "owner": place.coordinator.email}),
        "part": (states.PART, WORK, {}),
        "follow": (states.FOLLOW, WORK, {}),
        "close": (states.CLOSE, ARRANGE, {"reason": "moved"}),
    }


def test_every_state_step_and_role(place, client_for):
    circle = place.prepared()
    Circle.objects.filter(pk=circle.pk).update(held_on=place.today, scheduled_on=place.today)
    keeper = make.make_user(Role.FACILITATOR, place.district, email=place.keeper.person.email)
    others = [role for role in Role if role not in (Role.COORDINATOR, Role.FACILITATOR, Role.TRAINER, Role.PARTNER)]
    people: dict[str, tuple[User, frozenset[Permission]]] = {
        "coordinator": (place.coordinator, frozenset({WORK, ARRANGE})),
        "keeper": (keeper, frozenset({WORK})),
        **{role.value: (make.make_user(role, place.district), frozenset()) for role in others},
    }
    clients = {name: client_for(User.objects.get(pk=user.pk)) for name, (user, _holds) in people.items()}
    steps, wrong, tried = steps_of(place, circle), [], 0
    for state in states.STATES:
        with undone():
            Circle.objects.filter(pk=circle.pk).update(status=state)
            for step, (move, needs, body) in steps.items():
                for name, (_user, holds) in people.items():
                    with undone():
                        address = f"/api/v1/circles/{circle.uid}/{step}/"
                        response = clients[name].post(address, body, "application/json")
                        now = Circle.objects.get(pk=circle.pk).status
                    tried += 1
                    allowed = states.STEPS[state]
                    due = 403 if needs not in holds else 200 if move in allowed else 409
                    if name == "keeper" and due != 403 and state == states.CLOSED:
                        due = 404
                    is_right = response.status_code == due
                    is_right &= now == (allowed[move] if due == 200 else state)
                    if due == 409:
                        is_right &= set(response.json()["allowed"]) == set(allowed)
                        is_right &= len(response.json()["detail"]) > 8
                    if not is_right:
                        wrong.append((state, step, name, response.status_code, due, now, response.content[:160]))
    print(json.dumps({"id": "states of a case", "n": tried, "bad": len(wrong)}))
    assert wrong == []
    assert tried == len(states.STATES) * len(steps) * len(people)
    assert {move for move, _needs, _body in steps.values()} == set(states.MOVES) - {states.UNSETTLE}


def test_a_voided_case_takes_no_step(place, client_for):
    circle = place.prepared()
    cases.void_case(circle=circle, reason="Opened twice.", by=place.coordinator)
    client = client_for(place.coordinator)
    for step, (_move, _needs, body) in steps_of(place, circle).items():
        answer = client.post(f"/api/v1/circles/{circle.uid}/{step}/", body, "application/json")
        assert (answer.status_code, answer.json()["allowed"]) == (409, []), step


@pytest.mark.parametrize("reason", list(states.CLOSE_REASONS))
def test_every_reason_and_state(place, reason):
    """A case closes for a reason in exactly the states of the table; the referral hears of two of them."""
    circle = place.prepared()
    Circle.objects.filter(pk=circle.pk).update(held_on=place.today)
    agree_case_of(place, circle)
    term = AgreementTerm.objects.get()
    told = {"completed": "completed_on", "terms_not_met": "returned_on"}
    for state in states.STATES:
        with undone():
            Circle.objects.filter(pk=circle.pk).update(status=state)
            status = "not_met" if reason == "terms_not_met" else "met"
            AgreementTerm.objects.filter(pk=term.pk).update(status=status)
            closes = True
            try:
                cases.close_case(circle=circle, reason=reason, by=place.coordinator)
            except (StepNotAllowed, ValidationError):
                closes = False
            assert closes == (state in states.CLOSE_REASONS[reason]), state
            heard = list(place.referral.responses.values_list(*("completed_on", "returned_on")))
            expected = {
                "completed_on": [(place.today, None)],
                "returned_on": [(None, place.today)],
            }.get(told.get(reason, ""), [])
            assert heard == (expected if closes else [])


def agree_case_of(place, circle) -> None:
    """An agreement with one term, whatever the state of the case is later."""
    Circle.objects.filter(pk=circle.pk).update(status=states.HELD)
    circle.participants.update(attended=True)
    agree_case(circle=circle, agreed_on=place.today, owner=place.coordinator, by=place.coordinator)
    circle.refresh_from_db()
    first, second = circle.participants.order_by("pk")
    given = {"owed_by": first, "owed_to": second, "kind": "help", "text": "I help.", "due_on": place.today}
    add_term(agreement=circle.agreement, **given, by=place.coordinator)


TERM_TABLE = {
    # from: what may follow, of met, partly, not met, waived, renegotiated
    rules.OPEN: {"met", "partly", "not_met", "waived", "renegotiated"},
    rules.MET: set(),
    rules.PARTLY: {"met", "not_met", "waived", "renegotiated"},
    rules.NOT_MET: {"met", "partly", "waived", "renegotiated"},
    rules.WAIVED: set(),
    rules.RENEGOTIATED: set(),
}


def test_every_state_and_step_of_a_term(place, client_for):
    circle = place.prepared()
    Circle.objects.filter(pk=circle.pk).update(held_on=place.today)
    agree_case_of(place, circle)
    term, today = AgreementTerm.objects.get(), place.today.isoformat()
    bodies = {
        **{status: ("settle", {"status": status, "on": today}) for status in ("met", "partly", "not_met")},
        "waived": ("waive", {"on": today}),
        "renegotiated": ("renegotiate", {"on": today, "text": "I help twice.", "due_on": today}),
    }
    client, tried = client_for(place.coordinator), 0
    for before, allowed in TERM_TABLE.items():
        for after, (step, body) in bodies.items():
            with undone():
                AgreementTerm.objects.filter(pk=term.pk).update(status=before)
                answer = client.post(f"/api/v1/circle-terms/{term.uid}/{step}/", body, "application/json")
                now = AgreementTerm.objects.get(pk=term.pk).status
            due = 409 if after not in allowed else 201 if step == "renegotiate" else 200
            assert (answer.status_code, now) == (due, after if after in allowed else before), (before, after)
            tried += 1
    assert tried == 30
    assert {key: set(value) for key, value in rules.TERM_STEPS.items()} == TERM_TABLE
    Circle.objects.filter(pk=circle.pk).update(status=states.CLOSED)
    answer = client.post(f"/api/v1/circle-terms/{term.uid}/settle/", bodies["met"][1], "application/json")
    assert answer.status_code == 409, "a closed case is final"


def test_the_referral_keeps_its_state_unless_it_is_handed_back(place):
    """Whatever the referral's own state is, a completed case leaves it; the table of what comes back is total."""
    for status in Referral.Status.values:
        with undone():
            Referral.objects.filter(pk=place.referral.pk).update(status=status)
            circle = place.prepared()
            cases.schedule_case(circle=circle, scheduled_on=place.today, by=place.coordinator)
            people = list(circle.participants.all())
            cases.hold_case(circle=circle, held_on=place.today, minutes=40, present=people, by=place.coordinator)
            cases.part_case(circle=circle, by=place.coordinator)
            cases.follow_case(circle=circle, by=place.coordinator)
            cases.close_case(circle=circle, reason="completed", by=place.coordinator)
            place.referral.refresh_from_db()
            assert place.referral.status == status
            assert place.referral.responses.exclude(completed_on=None).count() == (status != "voided")
