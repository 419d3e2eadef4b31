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

WITH_REPORTER = frozenset({SUBMITTED, RETURNED})
"""States in which the reporter may still mend what they wrote: the review has not begun, or waits for them."""
