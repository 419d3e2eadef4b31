"""The states of a restorative case, the steps between them, and why a case may close: one table, pure.

Referred → screening → preparation → scheduled → held or not held → agreement or none → follow-up → closed. What was
held cannot be undone; what was not held may be prepared or scheduled again. A closed case is final.
"""

from __future__ import annotations

from collections.abc import Iterable

REFERRED, SCREENING, PREPARATION, SCHEDULED = "referred", "screening", "preparation", "scheduled"
HELD, NOT_HELD, AGREEMENT, NO_AGREEMENT = "held", "not_held", "agreement", "no_agreement"
FOLLOW_UP, CLOSED = "follow_up", "closed"
STATES = (
    *(REFERRED, SCREENING, PREPARATION, SCHEDULED, HELD, NOT_HELD, AGREEMENT, NO_AGREEMENT),
    *(FOLLOW_UP, CLOSED),
)

TAKE, CLEAR, SCHEDULE, UNSETTLE, HOLD, MISS = "take", "clear", "schedule", "unsettle", "hold", "miss"
AGREE, PART, FOLLOW, CLOSE = "agree", "part", "follow", "close"
MOVES = (TAKE, CLEAR, SCHEDULE, UNSETTLE, HOLD, MISS, AGREE, PART, FOLLOW, CLOSE)

STEPS: dict[str, dict[str, str]] = {
    REFERRED: {TAKE: SCREENING, CLOSE: CLOSED},
    SCREENING: {CLEAR: PREPARATION, CLOSE: CLOSED},
    PREPARATION: {SCHEDULE: SCHEDULED, CLOSE: CLOSED},
    SCHEDULED: {SCHEDULE: SCHEDULED, UNSETTLE: PREPARATION, HOLD: HELD, MISS: NOT_HELD, CLOSE: CLOSED},
    HELD: {AGREE: AGREEMENT, PART: NO_AGREEMENT},
    NOT_HELD: {SCHEDULE: SCHEDULED, UNSETTLE: PREPARATION, CLOSE: CLOSED},
    AGREEMENT: {FOLLOW: FOLLOW_UP, CLOSE: CLOSED},
    NO_AGREEMENT: {FOLLOW: FOLLOW_UP, CLOSE: CLOSED},
    FOLLOW_UP: {CLOSE: CLOSED},
    CLOSED: {},
}
"""State → step → the state it leads to. `unsettle` takes a case back to preparation when a consent is withdrawn."""

OPEN = tuple(state for state in STATES if state != CLOSED)
BEFORE_IT_IS_HELD = frozenset({REFERRED, SCREENING, PREPARATION, SCHEDULED, NOT_HELD})
AFTER_IT_WAS_HELD = frozenset({HELD, AGREEMENT, NO_AGREEMENT, FOLLOW_UP})

COMPLETED, WITHOUT_AGREEMENT, TERMS_NOT_MET = "completed", "without_agreement", "terms_not_met"
DECLINED_RESPONSIBLE, DECLINED_HARMED, NO_ANSWER = "declined_responsible", "declined_harmed", "no_answer"
NOT_SUITABLE, MOVED, WITHDRAWN = "not_suitable", "moved", "withdrawn"

CLOSE_REASONS: dict[str, frozenset[str]] = {
    COMPLETED: frozenset({FOLLOW_UP}),
    WITHOUT_AGREEMENT: frozenset({AGREEMENT, NO_AGREEMENT, FOLLOW_UP}),
    TERMS_NOT_MET: frozenset({FOLLOW_UP}),
    DECLINED_RESPONSIBLE: frozenset({SCREENING, PREPARATION, SCHEDULED, NOT_HELD}),
    DECLINED_HARMED: frozenset({SCREENING, PREPARATION, SCHEDULED, NOT_HELD}),
    NO_ANSWER: frozenset({SCREENING, PREPARATION, NOT_HELD}),
    NOT_SUITABLE: frozenset({REFERRED, SCREENING, PREPARATION}),
    MOVED: frozenset({REFERRED, SCREENING, PREPARATION, SCHEDULED, NOT_HELD, AGREEMENT, NO_AGREEMENT, FOLLOW_UP}),
    WITHDRAWN: frozenset({REFERRED, SCREENING, PREPARATION, SCHEDULED, NOT_HELD}),
}
"""Why a case closes → the states from which it may close so."""

UNTOLD = frozenset({DECLINED_RESPONSIBLE, DECLINED_HARMED, NO_ANSWER, NOT_SUITABLE, WITHDRAWN})
"""Reasons that only the case team reads. Taking part is voluntary: who declined is nobody else's to know, and a case
that was found unsuitable says something about what happened."""
NOT_BROUGHT_ABOUT = "not_brought_about"
"""What everybody else reads instead."""


PARTY_ABSENT, OTHER = "party_absent", "other"
"""Why a circle was not held: that a student did not come is told nobody outside the team either."""
NOT_HELD_YET = "open"
"""What everybody else reads of a case before it is held and without a day: whether it waits to be taken up, for
somebody's answer, or for another day after it was not held, is the team's alone."""

TOLD: dict[str, str] = {
    REFERRED: NOT_HELD_YET,
    SCREENING: NOT_HELD_YET,
    PREPARATION: NOT_HELD_YET,
    SCHEDULED: SCHEDULED,
    HELD: HELD,
    NOT_HELD: NOT_HELD_YET,
    AGREEMENT: HELD,
    NO_AGREEMENT: HELD,
    FOLLOW_UP: FOLLOW_UP,
    CLOSED: CLOSED,
}
"""State → what people outside the case team read, on pages, in lists, files, filters and the trail alike."""
TOLD_STATES = tuple(dict.fromkeys(TOLD.values()))


def told_reason(reason: str) -> str:
    """Return the reason for closing, or for not holding it, as people outside the case team read it."""
    if reason == PARTY_ABSENT:
        return OTHER
    return NOT_BROUGHT_ABOUT if reason in UNTOLD else reason


def told_state(state: str) -> str:
    """Return the present state of a case as people outside its team read it."""
    return TOLD[state]


def told_past(state: str) -> str:
    """Return a state of the past as people outside the case team read it: open, held, followed up or closed.

    A day that was set stands for no step of its own: whoever reads that it is gone would ask who took their yes back.
    """
    return NOT_HELD_YET if state == SCHEDULED else TOLD[state]


def states_told_as(told: Iterable[str]) -> list[str]:
    """Return the states that people outside the case team read as one of `told`."""
    wanted = set(told)
    return [state for state, words in TOLD.items() if words in wanted]


def reasons_in(state: str) -> tuple[str, ...]:
    """Return the reasons for which a case may close from `state`."""
    return tuple(reason for reason, states in CLOSE_REASONS.items() if state in states)
