"""Intervals, what is overdue, how much was kept, and recurrence: the worked examples and their borders."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from circles.agreement_rules import (
    MET,
    NOT_MET,
    OPEN,
    PARTLY,
    RENEGOTIATED,
    SETTLED,
    TERM_STEPS,
    WAIVED,
    Kept,
    TermFacts,
    check_days,
    days_overdue,
    kept,
    read_intervals,
)
from circles.recurrence import Followed, is_counted, recurrence, recurs

SIGNED = date(2026, 11, 10)
DUE = date(2026, 12, 1)
DAY = timedelta(days=1)


def test_when_somebody_asks_again_ex_54():
    assert check_days(SIGNED) == [date(2026, 11, 24), date(2026, 12, 10), date(2027, 1, 9), date(2027, 2, 8)]
    assert check_days(SIGNED, (42, 14, 14)) == [date(2026, 11, 24), date(2026, 12, 22)]
    assert check_days(date(2024, 2, 15), (14,)) == [date(2024, 2, 29)]


@pytest.mark.parametrize(
    ("text", "days"),
    [("14", (14,)), ("42, 14", (14, 42)), ("14,,30", (14, 30)), (" 366 ", (366,)), ("30,30", (30,))],
)
def test_intervals_as_somebody_writes_them(text, days):
    assert read_intervals(text) == days


@pytest.mark.parametrize("text", ["", ",", "0", "-1", "367", "two weeks", "1.5", ",".join(map(str, range(1, 14)))])
def test_intervals_that_are_none(text):
    with pytest.raises(ValueError):  # noqa: PT011 - whatever the number cannot be read for
        read_intervals(text)


def test_three_of_four_on_time_ex_54():
    terms = [
        TermFacts(MET, DUE, DUE),
        TermFacts(MET, DUE, DUE - DAY),
        TermFacts(MET, DUE, SIGNED),
        TermFacts(NOT_MET, DUE),
    ]
    found = kept(terms)
    assert (found.completion, found.punctuality) == (0.75, 0.75)


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ([], Kept(0, 0, 0, 0)),
        ([TermFacts(OPEN, DUE)], Kept(1, 0, 0, 1)),
        ([TermFacts(MET, DUE, DUE + DAY)], Kept(1, 1, 0, 0)),  # late is met, and not on time
        ([TermFacts(PARTLY, DUE, DUE)], Kept(1, 0, 0, 0)),
        ([TermFacts(WAIVED, DUE, DUE), TermFacts(RENEGOTIATED, DUE, DUE)], Kept(0, 0, 0, 0)),
        ([TermFacts(MET, DUE, DUE), TermFacts(WAIVED, DUE, DUE)], Kept(1, 1, 1, 0)),
    ],
)
def test_what_counts(terms, expected):
    assert kept(terms) == expected


def test_nothing_agreed_has_no_rate():
    assert (kept([]).completion, kept([]).punctuality) == (None, None)


@pytest.mark.parametrize(
    ("status", "today", "days"),
    [(OPEN, DUE, 0), (OPEN, DUE + DAY, 1), (OPEN, DUE - DAY, 0), (NOT_MET, DUE + DAY, 0), (MET, DUE + DAY, 0)],
)
def test_what_is_overdue(status, today, days):
    assert days_overdue(TermFacts(status, DUE), today) == days


def test_the_table_of_terms_is_total():
    assert set(TERM_STEPS) == SETTLED | {OPEN}
    assert all(steps <= SETTLED for steps in TERM_STEPS.values())


HELD = date(2026, 9, 15)


@pytest.mark.parametrize(
    ("days", "window", "again"),
    [(90, 90, True), (91, 90, False), (0, 90, False), (1, 30, True), (30, 30, True), (31, 30, False), (180, 180, True)],
)
def test_referred_again_ex_56(days, window, again):
    student = Followed(HELD, (HELD + days * DAY,))
    assert recurs(student, window) is again
    assert date(2026, 12, 14) == HELD + 90 * DAY


@pytest.mark.parametrize(
    ("left", "as_of", "counted"),
    [
        (None, date(2026, 12, 14), True),
        (None, date(2026, 12, 13), False),  # the window is not over
        (date(2026, 12, 13), date(2027, 6, 1), False),  # left the district before day 90
        (date(2026, 12, 14), date(2027, 6, 1), True),  # on day 90 they were still there
    ],
)
def test_who_is_in_the_denominator_ex_56(left, as_of, counted):
    assert is_counted(Followed(HELD, (), left), 90, as_of) is counted


def test_a_rate_is_of_those_counted():
    students = [Followed(HELD, (HELD + 5 * DAY, HELD + 9 * DAY)), Followed(HELD), Followed(HELD, (), HELD + DAY)]
    found = recurrence(students, 30, HELD + 30 * DAY)
    assert (found.counted, found.again, found.rate) == (2, 1, 0.5)
    assert recurrence([], 30, HELD).rate is None
