"""The states of a removal and the changes between them: one table, pure. Each change is a dated row."""

from __future__ import annotations

ORDERED, STAYED, OVERTURNED, VOIDED = "ordered", "stayed", "overturned", "voided"
CORRECT, REDUCE, EXTEND, CONVERT, STAY = "corrected", "reduced", "extended", "converted", "stayed"
OVERTURN, APPEAL, VOID = "overturned", "appeal", "void"

STEPS: dict[str, dict[str, str]] = {
    ORDERED: {
        CORRECT: ORDERED,
        REDUCE: ORDERED,
        EXTEND: ORDERED,
        CONVERT: ORDERED,
        STAY: STAYED,
        OVERTURN: OVERTURNED,
        APPEAL: ORDERED,
        VOID: VOIDED,
    },
    STAYED: {
        CORRECT: ORDERED,
        REDUCE: ORDERED,
        EXTEND: ORDERED,
        CONVERT: ORDERED,
        OVERTURN: OVERTURNED,
        APPEAL: STAYED,
        VOID: VOIDED,
    },
    OVERTURNED: {VOID: VOIDED},
    VOIDED: {},
}
"""State → change → the state it leads to. The names of the changes are those of `ChangeKind`."""


def state_of(*, is_voided: bool, last_change: str) -> str:
    """Return the state of a removal from the kind of its last change (empty: none, or an import's)."""
    if is_voided:
        return VOIDED
    return {STAY: STAYED, OVERTURN: OVERTURNED}.get(last_change, ORDERED)
