"""The pure rules of a case: states and reasons, consent, keepers."""

from __future__ import annotations

import itertools

import pytest

from circles import case_states as states
from circles.consent_rule import DECLINED, FOCUS, GIVEN, HARMED, RESPONSIBLE, WITHDRAWN, Lack, Party, lacks
from circles.keeper_rule import CO_KEPT, LED, OBSERVED, Keeping, Trouble, troubles


def test_the_table_of_states_is_total_and_sound():
    assert set(states.STEPS) == set(states.STATES)
    for state, steps in states.STEPS.items():
        assert set(steps) <= set(states.MOVES)
        assert set(steps.values()) <= set(states.STATES)
        assert (states.CLOSE in steps) == bool(states.reasons_in(state)), state
    reached, seen = {states.REFERRED}, set()
    while reached - seen:
        state = (reached - seen).pop()
        seen.add(state)
        reached |= set(states.STEPS[state].values())
    assert reached == set(states.STATES), "every state can be reached"
    ways_out = {state: set(steps.values()) - {state} for state, steps in states.STEPS.items()}
    ends = {states.CLOSED}
    while more := {state for state in states.STATES if state not in ends and ways_out[state] & ends}:
        ends |= more
    assert ends == set(states.STATES), "from every state a case can be closed"
    held = {step for state in states.BEFORE_IT_IS_HELD for step in states.STEPS[state]}
    assert states.HOLD in held
    for state in states.AFTER_IT_WAS_HELD:
        assert not set(states.STEPS[state].values()) & states.BEFORE_IT_IS_HELD, "what was held cannot be undone"


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("completed", "completed"),
        ("without_agreement", "without_agreement"),
        ("terms_not_met", "terms_not_met"),
        ("moved", "moved"),
        ("declined_responsible", "not_brought_about"),
        ("declined_harmed", "not_brought_about"),
        ("no_answer", "not_brought_about"),
        ("not_suitable", "not_brought_about"),
        ("withdrawn", "not_brought_about"),
    ],
)
def test_nobody_outside_the_team_reads_who_declined(reason, told):
    assert states.told_reason(reason) == told
    assert reason in states.CLOSE_REASONS


def test_what_is_told_of_the_way_of_a_case():
    assert states.told_reason("party_absent") == "other", "that somebody did not come is told nobody"
    assert states.told_reason("keeper_absent") == "keeper_absent"
    assert set(states.TOLD) == set(states.STATES), "every state is told as one word"
    told = {state: states.told_state(state) for state in states.STATES}
    assert set(told.values()) == {"open", "scheduled", "held", "follow_up", "closed"} == set(states.TOLD_STATES)
    assert {state for state, one in told.items() if one in ("held", "follow_up")} == states.AFTER_IT_WAS_HELD
    assert {told[state] for state in ("referred", "screening", "preparation", "not_held")} == {"open"}
    past = {state: states.told_past(state) for state in states.STATES}
    assert past == told | {"scheduled": "open"}, "a day that fell leaves no trace"
    for word in states.TOLD_STATES:
        assert {states.told_state(state) for state in states.states_told_as([word])} == {word}
    assert sorted(states.states_told_as(states.TOLD_STATES)) == sorted(states.STATES)


def ready(key, role, **more):
    return Party(key, role, **{"is_student": True, "is_prepared": True, "consent": GIVEN, "permission": GIVEN, **more})


BOTH = [ready(1, RESPONSIBLE), ready(2, HARMED)]


@pytest.mark.parametrize(
    ("parties", "face_to_face", "guardian", "expected"),
    [
        (BOTH, True, True, []),
        ([], True, False, [(Lack.NOBODY, None)]),
        ([Party(1, "supporter")], False, False, [(Lack.NOBODY, None)]),
        ([ready(1, RESPONSIBLE)], True, False, [(Lack.NO_HARMED, None)]),
        ([ready(1, RESPONSIBLE)], False, False, []),  # not face to face: nobody harmed need be there
        ([ready(2, HARMED)], True, False, [(Lack.NO_RESPONSIBLE, None)]),
        ([ready(1, FOCUS)], False, True, []),
        ([ready(1, FOCUS, permission="")], False, True, [(Lack.NO_PERMISSION, 1)]),
        ([ready(1, FOCUS, permission="")], False, False, []),
        ([ready(1, FOCUS, permission=WITHDRAWN)], False, True, [(Lack.NO_PERMISSION, 1)]),
        ([ready(1, FOCUS, is_student=False, permission="")], False, True, []),  # an adult needs no guardian
        ([ready(1, RESPONSIBLE), ready(2, HARMED, consent="")], True, False, [(Lack.NO_CONSENT, 2)]),
        (
            [ready(1, RESPONSIBLE), ready(2, HARMED, consent=DECLINED)],
            True,
            False,
            [(Lack.NO_HARMED, None), (Lack.NO_CONSENT, 2)],
        ),
        (
            [ready(1, RESPONSIBLE), ready(2, HARMED), ready(3, HARMED, consent=WITHDRAWN)],
            True,
            False,
            [(Lack.NO_CONSENT, 3)],  # another one's yes is not theirs
        ),
        ([*BOTH, ready(3, RESPONSIBLE, consent=DECLINED)], True, False, []),  # one of two who caused harm stays away
        ([ready(1, RESPONSIBLE), ready(2, HARMED, consent=DECLINED)], False, False, []),
        ([ready(1, RESPONSIBLE, is_prepared=False), ready(2, HARMED)], True, False, [(Lack.NOT_PREPARED, 1)]),
        ([*BOTH, Party(3, "supporter")], True, False, []),
        ([*BOTH, Party(3, "supporter", is_student=True)], True, True, [(Lack.NO_PERMISSION, 3)]),
        ([*BOTH, Party(3, "supporter", is_student=True, consent=DECLINED)], True, True, []),
    ],
)
def test_who_must_have_said_yes(parties, face_to_face, guardian, expected):
    assert lacks(parties, is_face_to_face=face_to_face, needs_guardian=guardian) == expected


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_order_of_the_parties_says_nothing(order):
    parties = [ready(1, RESPONSIBLE), ready(2, HARMED, consent=""), ready(3, "supporter", permission="")]
    found = lacks([parties[place] for place in order], is_face_to_face=True, needs_guardian=True)
    assert set(found) == {(Lack.NO_CONSENT, 2), (Lack.NO_PERMISSION, 3)}


@pytest.mark.parametrize(
    ("keepers", "needs", "expected"),
    [
        ([], True, [(Trouble.NOBODY_LEADS, None)]),
        ([], False, [(Trouble.NOBODY_LEADS, None)]),
        ([Keeping(1, LED, is_certified=True)], True, []),
        ([Keeping(1, LED)], True, [(Trouble.NOT_CERTIFIED, 1)]),
        ([Keeping(1, LED)], False, []),
        ([Keeping(1, LED, is_overridden=True)], True, []),
        ([Keeping(1, CO_KEPT, is_certified=True)], True, [(Trouble.NOBODY_LEADS, None)]),
        ([Keeping(1, LED, is_certified=True), Keeping(2, CO_KEPT)], True, []),  # somebody learns beside them
        ([Keeping(1, LED, is_certified=True), Keeping(2, LED)], True, [(Trouble.NOT_CERTIFIED, 2)]),
        ([Keeping(1, LED, is_certified=True, has_conflict=True)], True, [(Trouble.CONFLICT, 1)]),
        ([Keeping(1, LED, is_certified=True, has_conflict=True, is_overridden=True)], True, []),
        ([Keeping(1, LED, is_certified=True), Keeping(2, CO_KEPT, has_conflict=True)], True, [(Trouble.CONFLICT, 2)]),
        ([Keeping(1, LED, is_certified=True), Keeping(2, OBSERVED, has_conflict=True)], True, []),
        ([Keeping(1, LED, has_conflict=True)], True, [(Trouble.NOT_CERTIFIED, 1), (Trouble.CONFLICT, 1)]),
    ],
)
def test_who_may_keep_a_circle(keepers, needs, expected):
    assert troubles(keepers, needs_credential=needs) == expected
