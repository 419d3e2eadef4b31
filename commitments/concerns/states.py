"""The states of a concern, the steps that each allows, and the days that they leave.

    received -> acknowledged -> answered -> resolved
                                   ^  |
                                   |  v
                                 disputed -> resolved

Pure: dates and words in, dates and words out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from commitments.ladder import Rule, school_days_after
from district.calendar import SchoolCalendar

RECEIVED, ACKNOWLEDGED, ANSWERED = "received", "acknowledged", "answered"
DISPUTED, RESOLVED = "disputed", "resolved"

ACKNOWLEDGE, ASK, ANSWER, SETTLE, CORRECT = "acknowledge", "ask", "answer", "settle", "correct"
SORT, STEP_ASIDE = "sort", "step-aside"
REPLY, DISPUTE, ACCEPT = "reply", "dispute", "accept"

CONCERN_STEPS: dict[str, tuple[str, ...]] = {
    RECEIVED: (ACKNOWLEDGE, SORT, STEP_ASIDE, REPLY),
    ACKNOWLEDGED: (ASK, ANSWER, SORT, STEP_ASIDE, REPLY),
    ANSWERED: (CORRECT, STEP_ASIDE, REPLY, DISPUTE, ACCEPT),
    DISPUTED: (ASK, ANSWER, SETTLE, CORRECT, STEP_ASIDE, REPLY, ACCEPT),
    RESOLVED: (CORRECT,),
}
"""State of a concern → the steps that may follow: those of the recipient, and (reply, dispute, accept) those of whoever
filed it."""

AWAITING = (RECEIVED, ACKNOWLEDGED, DISPUTED)
"""States in which the next step is the recipient's."""

UPHELD, PARTLY, NOT_UPHELD, OUTSIDE = "upheld", "partly", "not_upheld", "outside"
UPHELD_OUTCOMES = (UPHELD, PARTLY)

DUE_STEP: dict[str, str] = {
    RECEIVED: "acknowledge",
    ACKNOWLEDGED: "answer",
    ANSWERED: "dispute",
    DISPUTED: "again",
}
"""State → the step whose days begin with it."""

DEFAULT_RULES: dict[str, Rule] = {
    "acknowledge": Rule(3, "school"),
    "answer": Rule(20, "school"),
    "dispute": Rule(30),
    "again": Rule(10, "school"),
    "keep": Rule(365),
}
"""Step → its rule where a district has set none."""

LIMITS: dict[str, tuple[int, int]] = {"keep": (30, 1830)}
"""Step → the fewest and the most days that a district may set; any other: 1 to 90."""
USUAL_LIMITS = (1, 90)


def faulty_days(step: str, days: int) -> tuple[int, int] | None:
    """The bounds that `days` of `step` lie outside of; None when they lie inside."""
    fewest, most = LIMITS.get(step, USUAL_LIMITS)
    return None if fewest <= days <= most else (fewest, most)


@dataclass(frozen=True)
class ConcernRules:
    """The rules of one district. `rules` maps a step to (valid from, rule), the earliest first."""

    rules: Mapping[str, Sequence[tuple[date, Rule]]] = field(default_factory=dict)
    calendar: SchoolCalendar | None = None

    def rule(self, step: str, day: date) -> Rule:
        """The rule of `step` that holds on `day`: the latest that has begun, else the default."""
        begun = [rule for valid_from, rule in self.rules.get(step, ()) if valid_from <= day]
        return begun[-1] if begun else DEFAULT_RULES[step]

    def due_after(self, step: str, day: date) -> date:
        """The last day for `step` when it is asked for on `day`, which itself is not counted."""
        rule = self.rule(step, day)
        if rule.unit == "calendar":
            return day + timedelta(days=rule.days)
        return school_days_after(day, rule.days, self.calendar)

    def due_in(self, state: str, day: date) -> date | None:
        """The last day for what follows a state that was entered on `day`; None when nothing does."""
        step = DUE_STEP.get(state)
        return self.due_after(step, day) if step else None

    def kept_until(self, resolved_on: date) -> date:
        """The last day on which the words of a concern that was resolved on a day are kept."""
        return self.due_after("keep", resolved_on)
