"""The figures of circles' outcomes on worked examples, recomputed by hand, without a database."""

import random
import statistics
from datetime import date, timedelta
from decimal import Decimal

import pytest

from circles.agreement_rules import TermFacts, kept
from circles.recurrence import Followed, recurrence
from dashboards.circle_outcomes.avoided import LevelEstimate, Resolved, estimates, together
from dashboards.circle_outcomes.before_after import BeforeAfter, Watched, before_after
from dashboards.circle_outcomes.courses import STAGES, CaseCourse, lengths, reached
from dashboards.circle_outcomes.presence import Stay, stay_of, unbroken
from dashboards.circle_outcomes.spreads import Spread, spread
from discipline.response_matrix import default_cells

HELD = date(2026, 9, 15)
DAY = timedelta(days=1)


class TestSpread:
    @pytest.mark.parametrize(
        ("values", "expected"),
        [
            ([], Spread(0)),
            ([7], Spread(1, 7, 7, 7)),
            ([1, 3], Spread(2, 1.5, 2, 2.5)),
            ([1, 2, 3, 4, 5], Spread(5, 2, 3, 4)),
            ([4, 1, 3, 2], Spread(4, 1.75, 2.5, 3.25)),
            ([0, 0, 0, 90], Spread(4, 0, 0, 22.5)),
            ([Decimal("0.5"), Decimal("1.5"), Decimal(10)], Spread(3, 1, 1.5, 5.75)),
        ],
    )
    def test_by_hand(self, values, expected):
        assert spread(values) == expected

    def test_as_the_standard_library_has_it(self):
        numbers = random.Random(6)
        for _ in range(300):
            values = [numbers.randrange(200) for _each in range(numbers.randrange(2, 60))]
            found = spread(values)
            assert [found.low, found.median, found.high] == statistics.quantiles(values, n=4, method="inclusive")


def course(status="follow_up", **days):
    return CaseCourse(status, {state: HELD + number * DAY for state, number in days.items()})


CASES = [
    course(referred=-20, screening=-18, preparation=-15, scheduled=-6, held=0, agreement=0, follow_up=1),
    course("closed", referred=-9, screening=-9, preparation=-8, scheduled=-2, held=0, agreement=3, closed=63),
    course("closed", referred=-30, screening=-1, preparation=-1, scheduled=-1, held=0, no_agreement=0, closed=0),
    course("no_agreement", referred=-5, screening=-5, preparation=-5, scheduled=-4, held=0, no_agreement=0),
    course("closed", referred=-50, screening=-49, closed=-40),  # never held: how soon it ended may tell who declined
    course("scheduled", referred=-3, screening=-2, preparation=-2, scheduled=0),
    course("referred", referred=-1),
]


class TestCourses:
    def test_days_of_each_stage_and_who_still_waits(self):
        found = {f"{begin} {end}": lengths(CASES, (begin, end)) for begin, end in STAGES}
        assert {name: (list(one.days), one.waiting) for name, one in found.items()} == {
            "referred screening": ([2, 0, 29, 0], 1),
            "screening scheduled": ([12, 7, 0, 1], 0),
            "scheduled held": ([6, 2, 1, 4], 1),
            "referred held": ([20, 9, 30, 5], 2),
            "held agreement": ([0, 3], 0),
            "agreement closed": ([60], 1),
            "referred closed": ([72, 30], 4),
        }

    def test_what_cases_reached(self):
        assert [reached(CASES, state) for state in ("referred", "held", "agreement", "closed")] == [7, 4, 2, 3]


class TestTerms:
    def test_three_of_four_on_time(self):  # EX-54
        due = date(2026, 11, 24)
        terms = [TermFacts("met", due, due - one * DAY) for one in (0, 1, 9)] + [TermFacts("not_met", due, due)]
        assert (kept(terms).completion, kept(terms).punctuality) == (0.75, 0.75)


class TestRecurrence:
    def test_day_90_counts_and_day_91_does_not(self):  # EX-56
        today = date(2027, 6, 1)
        students = [
            Followed(HELD, (date(2026, 12, 14),)),
            Followed(HELD, (date(2026, 12, 15),)),
            Followed(HELD, (HELD,)),
            Followed(HELD, (date(2026, 9, 16),), left_on=date(2026, 12, 13)),  # left before day 90
            Followed(HELD, (), left_on=date(2026, 12, 14)),  # there to the last day
        ]
        found = recurrence(students, 90, today)
        assert (found.counted, found.again) == (4, 1)
        assert recurrence(students, 90, date(2026, 12, 13)).counted == 0
        assert recurrence(students, 90, date(2026, 12, 14)).counted == 4


YEARS = {2026: (date(2025, 8, 25), date(2026, 6, 5)), 2027: (date(2026, 8, 24), date(2027, 6, 4))}


def stay(year, begins_on=None, ends_on=None):
    first, last = YEARS[year]
    return stay_of(year, first=first, last=last, begins_on=begins_on, ends_on=ends_on)


class TestPresence:
    def test_an_enrollment_without_days_holds_from_july_to_june(self):
        assert stay(2027) == Stay(date(2026, 7, 1), date(2027, 6, 30))
        assert stay(2027, date(2026, 8, 24), date(2027, 6, 4)) == Stay(date(2026, 7, 1), date(2027, 6, 30))
        assert stay(2027, date(2026, 8, 25), date(2027, 6, 3)) == Stay(date(2026, 8, 25), date(2027, 6, 3))

    def test_summer_is_no_break(self):
        both = [stay(2027), stay(2026, ends_on=date(2026, 6, 5))]
        assert unbroken(both, HELD) == Stay(date(2025, 7, 1), date(2027, 6, 30))

    def test_a_move_is_no_break_and_a_time_away_is(self):
        ends = date(2026, 10, 2)
        for gap, until in ((1, date(2027, 6, 30)), (15, date(2027, 6, 30)), (16, ends)):
            stays = [stay(2027, ends_on=ends), stay(2027, begins_on=ends + gap * DAY)]
            assert unbroken(stays, HELD) == Stay(date(2026, 7, 1), until)

    def test_two_schools_at_once(self):
        stays = [stay(2027, ends_on=date(2026, 12, 1)), stay(2027, date(2026, 9, 1), date(2026, 10, 1))]
        assert unbroken(stays, HELD) == Stay(date(2026, 7, 1), date(2026, 12, 1))

    def test_who_was_not_there(self):
        assert unbroken([], HELD) is None
        assert unbroken([stay(2026)], HELD) is None
        assert unbroken([stay(2027, begins_on=HELD + DAY)], HELD) is None
        assert unbroken([stay(2027, ends_on=HELD)], HELD).ends_on == HELD


ALL_YEAR = Stay(date(2025, 7, 1), date(2027, 6, 30))


class TestBeforeAfter:
    def test_by_hand(self):
        referred = tuple(HELD + number * DAY for number in (-91, -90, -1, 0, 1, 90, 91))
        removed = (
            (HELD - 91 * DAY, Decimal(9)),
            (HELD - 90 * DAY, Decimal("2.5")),
            (HELD - DAY, None),
            (HELD, Decimal(9)),
            (HELD + 90 * DAY, Decimal("0.5")),
        )
        students = [
            Watched(HELD, ALL_YEAR, referred, removed),
            Watched(HELD, ALL_YEAR),
            Watched(HELD, Stay(HELD - 90 * DAY, HELD + 90 * DAY), (HELD - 2 * DAY,)),
            Watched(HELD, Stay(HELD - 89 * DAY, HELD + 200 * DAY), referred, removed),  # came too late
            Watched(HELD, Stay(HELD - 200 * DAY, HELD + 89 * DAY), referred, removed),  # left too early
            Watched(HELD, None, referred, removed),
            Watched(HELD + 30 * DAY, ALL_YEAR, referred, removed),  # not over yet
        ]
        found = before_after(students, HELD + 90 * DAY)
        assert found == BeforeAfter(3, (3, 2), (Decimal("2.5"), Decimal("0.5")), 1, 1, 3)

    def test_nobody(self):
        assert before_after([], HELD) == BeforeAfter(0, (0, 0), (Decimal(0), Decimal(0)), 0, 0, 0)


class TestAvoided:
    def test_what_the_matrix_allows(self):
        cells = default_cells()
        allowed = {
            (level, grade, prior): Resolved(level, grade, prior).could_suspend(cells)
            for level, grade, prior in (
                *(("1", "08", 0), ("1", "08", 5), ("2", "08", 0), ("2", "08", 1)),
                *(("3", "08", 0), ("3", "01", 0), ("", "08", 9), ("3", "UNREPORTED", 0)),
            )
        }
        assert allowed == {
            ("1", "08", 0): False,
            ("1", "08", 5): False,
            ("2", "08", 0): False,
            ("2", "08", 1): True,
            ("3", "08", 0): True,
            ("3", "01", 0): True,  # in school only, which is a suspension
            ("", "08", 9): False,
            ("3", "UNREPORTED", 0): False,
        }
        assert not Resolved("3", "08", 0).could_suspend(())

    def test_the_estimate_by_hand(self):
        lengths = {"2": [Decimal(1), Decimal(2), Decimal(3)], "3": [Decimal("0.5"), Decimal(5)]}
        found = estimates({"3": 4, "2": 2, "4": 1}, lengths)
        assert [(one.level, one.days) for one in found] == [
            ("2", (3.0, 4.0, 5.0)),  # 2 x 1.5, 2, 2.5
            ("3", (6.5, 11.0, 15.5)),  # 4 x 1.625, 2.75, 3.875
            ("4", (None, None, None)),
        ]
        assert together(found) == (9.5, 15.0, 20.5)
        assert together([LevelEstimate("4", 1, Spread(0))]) is None
        assert together([]) is None
