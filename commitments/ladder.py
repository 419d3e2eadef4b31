"""What follows when a commitment is missed, rung by rung: which steps a state allows, and what the clock notes.

    reminder -> missed -> answer due -> (disputed) remedy plan -> on the body's agenda -> consequence

How many days a rung leaves is data of the district (EscalationRule); what stands here are the defaults and the order.
Pure: dates and words in, dates and words out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from district.calendar import SchoolCalendar

ANSWER, ACCEPT, DISPUTE, PLAN = "answer", "accept", "dispute", "plan"
AGENDA, REMEDIED, CONSEQUENCE = "agenda", "remedied", "consequence"

MISS_STEPS: dict[str, tuple[str, ...]] = {
    "missed": (ANSWER, AGENDA, REMEDIED),
    "answered": (ACCEPT, DISPUTE),
    "disputed": (PLAN, AGENDA, REMEDIED),
    "planned": (AGENDA, REMEDIED),
    "on_agenda": (PLAN, REMEDIED, CONSEQUENCE),
    "closed": (),
}
"""Status of a miss → the steps that may follow."""

OVERDUE: dict[str, str] = {
    "missed": "answer_overdue",
    "disputed": "plan_overdue",
    "planned": "remedy_overdue",
    "on_agenda": "consequence_due",
}
"""Status of a miss → what the clock notes once its next step is overdue."""

WAITING_FOR_AGENDA = ("missed", "disputed", "planned")
"""States that go on the body's agenda once their next step is overdue."""


class Rule(NamedTuple):
    """How many days a step leaves, in calendar days or school days."""

    days: int
    unit: str = "calendar"


DEFAULT_RULES: dict[str, Rule] = {
    "reminder": Rule(14),
    "answer": Rule(14),
    "plan": Rule(14),
    "consequence": Rule(14),
    "resolution": Rule(60),
}
"""Step → its rule where a district has set none."""


@dataclass(frozen=True)
class Ladder:
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

    def reminds_from(self, due_on: date) -> date:
        """The first day on which a date that falls due on `due_on` is reminded of. Calendar days, whatever the unit."""
        return due_on - timedelta(days=self.rule("reminder", due_on).days)


def school_days_after(day: date, days: int, calendar: SchoolCalendar | None) -> date:
    """The day that is `days` school days after `day`. Where no calendar is entered, Monday to Friday count."""
    if calendar is not None:
        try:
            return calendar.nth_school_day_after(day, days)
        except ValueError:
            pass  # beyond the terms that are entered
    for _number in range(days):
        day += timedelta(days=1)
        while day.weekday() > 4:
            day += timedelta(days=1)
    return day


def clock_notes(status: str, next_due_on: date | None, today: date) -> str | None:
    """What the clock notes today for a miss in `status`: the word of OVERDUE, once its day has passed; else None."""
    if next_due_on is None or today <= next_due_on:
        return None
    return OVERDUE.get(status)
