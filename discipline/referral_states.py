"""The states of a referral and the steps between them: one table, pure.

A draft is no referral yet. A decision can be reopened, a voided referral is final.
"""

from __future__ import annotations

SUBMITTED, UNDER_REVIEW, RETURNED, DECIDED, VOIDED = "submitted", "under_review", "returned", "decided", "voided"
TAKE, RETURN, ANSWER, DECIDE, REOPEN, VOID = "take", "return", "answer", "decide", "reopen", "void"

STEPS: dict[str, dict[str, str]] = {
    SUBMITTED: {TAKE: UNDER_REVIEW, RETURN: RETURNED, DECIDE: DECIDED, VOID: VOIDED},
    UNDER_REVIEW: {TAKE: UNDER_REVIEW, RETURN: RETURNED, DECIDE: DECIDED, VOID: VOIDED},
    RETURNED: {ANSWER: UNDER_REVIEW, TAKE: UNDER_REVIEW, DECIDE: DECIDED, VOID: VOIDED},
    DECIDED: {REOPEN: UNDER_REVIEW, VOID: VOIDED},
    VOIDED: {},
}
"""State → step → the state it leads to. Taking a referral under review hands it to another reviewer."""

RETURNED_FROM_CIRCLE: dict[str, str] = {
    SUBMITTED: SUBMITTED,
    UNDER_REVIEW: UNDER_REVIEW,
    RETURNED: RETURNED,
    DECIDED: UNDER_REVIEW,
}
"""State → the state after a circle whose agreement was not met: what was decided has not held, so it is decided anew.

Nobody takes this step by hand: the record of circles does. A voided referral takes nothing.
"""

WITH_REPORTER = frozenset({SUBMITTED, RETURNED})
"""States in which the reporter may still mend what they wrote: the review has not begun, or waits for them."""
