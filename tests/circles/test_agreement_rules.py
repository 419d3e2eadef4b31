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


# --- Borders of EX-54 and EX-56 ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("signed", "intervals", "days"),
    [
        (date(2026, 12, 18), (14,), [date(2027, 1, 1)]),  # over the end of a year
        (date(2027, 2, 14), (14,), [date(2027, 2, 28)]),
        (date(2028, 2, 15), (14, 15), [date(2028, 2, 29), date(2028, 3, 1)]),  # a leap day
        (date(2026, 10, 25), (14,), [date(2026, 11, 8)]),  # over the end of daylight saving
        (date(2027, 3, 7), (14,), [date(2027, 3, 21)]),
        (SIGNED, (1,), [date(2026, 11, 11)]),
        (SIGNED, (366,), [date(2027, 11, 11)]),
        (SIGNED, (90, 60, 30, 14), [date(2026, 11, 24), date(2026, 12, 10), date(2027, 1, 9), date(2027, 2, 8)]),
    ],
)
def test_days_to_ask_again_at_their_borders(signed, intervals, days):
    assert check_days(signed, intervals) == days


ON_TIME, LATE, AFTER = TermFacts(MET, DUE, DUE), TermFacts(MET, DUE, DUE + DAY), TermFacts(PARTLY, DUE, DUE + DAY)


@pytest.mark.parametrize(
    ("terms", "completion", "punctuality"),
    [
        ([ON_TIME], 1, 1),
        ([LATE], 1, 0),
        ([ON_TIME, LATE], 1, 0.5),
        ([ON_TIME, TermFacts(NOT_MET, DUE, DUE)], 0.5, 0.5),
        ([ON_TIME, AFTER], 0.5, 0.5),
        ([ON_TIME, TermFacts(OPEN, DUE)], 0.5, 0.5),  # an open one waits, and is not met yet
        ([ON_TIME] * 3 + [TermFacts(NOT_MET, DUE)], 0.75, 0.75),
        ([ON_TIME] * 2 + [LATE, TermFacts(NOT_MET, DUE)], 0.75, 0.5),
        ([ON_TIME, TermFacts(WAIVED, DUE)], 1, 1),
        ([ON_TIME, TermFacts(RENEGOTIATED, DUE), TermFacts(MET, DUE + DAY, DUE + DAY)], 1, 1),
        ([TermFacts(NOT_MET, DUE)], 0, 0),
        ([TermFacts(WAIVED, DUE), TermFacts(RENEGOTIATED, DUE)], None, None),
        ([TermFacts(MET, DUE, None)], 1, 0),  # nobody wrote down when
    ],
)
def test_shares_kept_at_their_borders(terms, completion, punctuality):
    found = kept(terms)
    assert (found.completion, found.punctuality) == (completion, punctuality)


@pytest.mark.parametrize("status", sorted(SETTLED))
def test_what_came_to_anything_is_overdue_no_more(status):
    assert days_overdue(TermFacts(status, DUE, DUE + DAY), DUE + 400 * DAY) == 0


@pytest.mark.parametrize(("today", "days"), [(DUE, 0), (DUE + DAY, 1), (DUE + 365 * DAY, 365), (SIGNED, 0)])
def test_an_open_term_is_overdue_by_calendar_days(today, days):
    assert days_overdue(TermFacts(OPEN, DUE), today) == days


@pytest.mark.parametrize(
    ("days", "again"),
    [
        ((), False),
        ((-1,), False),  # before the circle
        ((0,), False),  # on its day: that is what it was held for, or another matter
        ((0, 91), False),
        ((-5, 90), True),
        ((90, 91), True),
        ((1, 2, 3), True),
        ((91, 180, 400), False),
    ],
)
def test_several_referrals_around_one_circle(days, again):
    assert recurs(Followed(HELD, tuple(HELD + one * DAY for one in days)), 90) is again


@pytest.mark.parametrize(
    ("window", "left", "as_of", "counted"),
    [
        (30, None, 30, True),
        (30, None, 29, False),
        (180, None, 180, True),
        (180, None, 179, False),
        (30, 0, 400, False),  # left on the day of the circle
        (30, 29, 400, False),
        (30, 30, 400, True),
        (30, 31, 400, True),
        (180, 90, 400, False),  # in the window of 90, and out of that of 180
        (90, 90, 400, True),
        (90, 400, 89, False),  # the window is not over, whatever comes later
    ],
)
def test_the_denominator_at_its_borders(window, left, as_of, counted):
    student = Followed(HELD, (), None if left is None else HELD + left * DAY)
    assert is_counted(student, window, HELD + as_of * DAY) is counted


def test_who_left_counts_in_neither_part_of_a_rate():
    """Referred again and gone before the end: the first takes nobody into the rate, the second takes them out."""
    gone = Followed(HELD, (HELD + 5 * DAY,), HELD + 10 * DAY)
    stayed = Followed(HELD, (HELD + 90 * DAY,))
    found = recurrence([gone, stayed], 90, HELD + 90 * DAY)
    assert (found.counted, found.again) == (1, 1)
