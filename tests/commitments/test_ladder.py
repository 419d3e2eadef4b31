"""What follows a miss: which steps a state allows, how many days each leaves, what the clock notes."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commitments import ladder
from commitments.ladder import DEFAULT_RULES, MISS_STEPS, OVERDUE, Ladder, Rule, clock_notes, school_days_after
from commitments.models import EscalationRule, Miss, MissStep
from commitments.steps.commitments import MISS_STEPS as OFFERED
from district.calendar import SchoolCalendar

DAY = date(2026, 11, 2)
STEPS = {ladder.ANSWER, ladder.ACCEPT, ladder.DISPUTE, ladder.PLAN, ladder.AGENDA, ladder.REMEDIED, ladder.CONSEQUENCE}


def test_the_table_of_states_is_total_and_every_step_leads_somewhere():
    assert set(MISS_STEPS) == set(Miss.Status.values)
    assert {step for steps in MISS_STEPS.values() for step in steps} == STEPS == set(OFFERED)
    assert MISS_STEPS["closed"] == ()


def test_every_word_of_the_clock_is_a_step_of_the_record():
    assert set(OVERDUE) <= set(Miss.Status.values)
    assert set(OVERDUE.values()) <= set(MissStep.Kind.values)
    assert set(DEFAULT_RULES) == set(EscalationRule.Step.values)


@pytest.mark.parametrize("status", Miss.Status.values)
@pytest.mark.parametrize(("due", "is_over"), [(None, False), (DAY, False), (DAY - timedelta(days=1), True)])
def test_the_clock_notes_only_what_is_over(status, due, is_over):
    expected = OVERDUE.get(status) if is_over else None
    assert clock_notes(status, due, DAY) == expected


def test_a_rule_holds_from_its_day_and_the_default_before():
    rules = Ladder({"answer": [(DAY, Rule(5)), (DAY + timedelta(days=10), Rule(3))]})
    assert rules.due_after("answer", DAY - timedelta(days=1)) == DAY + timedelta(days=13)
    assert rules.due_after("answer", DAY) == DAY + timedelta(days=5)
    assert rules.due_after("answer", DAY + timedelta(days=10)) == DAY + timedelta(days=13)
    assert rules.due_after("plan", DAY) == DAY + timedelta(days=14)


def test_school_days_skip_what_the_calendar_closes():
    calendar = SchoolCalendar(
        terms=[(date(2026, 8, 27), date(2027, 6, 4))], exceptions={date(2026, 11, 26): Decimal(0)}
    )
    rules = Ladder({"plan": [(date.min, Rule(2, "school"))]}, calendar)
    assert rules.due_after("plan", date(2026, 11, 25)) == date(2026, 11, 30)


def test_beyond_the_calendar_monday_to_friday_count():
    empty = SchoolCalendar(terms=[])
    assert school_days_after(date(2026, 11, 6), 1, empty) == date(2026, 11, 9)
    assert school_days_after(date(2026, 11, 6), 6, None) == date(2026, 11, 16)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(day=st.dates(date(2000, 1, 1), date(2050, 1, 1)), days=st.integers(0, 60))
def test_school_days_without_a_calendar_end_on_a_weekday_and_never_earlier_than_calendar_days(day, days):
    found = school_days_after(day, days, None)
    assert found >= day + timedelta(days=days)
    assert days == 0 or found.weekday() < 5


def test_a_reminder_comes_so_many_days_before():
    assert Ladder().reminds_from(DAY) == DAY - timedelta(days=14)
    assert Ladder({"reminder": [(date.min, Rule(3))]}).reminds_from(DAY) == DAY - timedelta(days=3)
