"""The IDEA clock on the worked examples of law, at its borders, and for every input."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discipline.idea_clock import (
    NOTES,
    WHYS,
    Basis,
    ClockPolicy,
    Conditions,
    Kind,
    Protection,
    RemovalFacts,
    Review,
    Section504,
    Standing,
    count,
    determination_due,
    expedited_hearing,
    in_halves,
    interim_last_day,
    is_reportable,
    moves,
    part_of_day,
    run_clock,
)
from discipline.models import RemovalKind
from district.calendar import SchoolCalendar
from tests.calendars import CAL_26, closing, halving

IEP = (Protection(Basis.IDEA),)
PLAN_504 = (Protection(Basis.SECTION504),)
LATER = date(2027, 6, 30)
MET = Conditions(True, True, True)


def d(month, day):
    """A day of the school year 2026-27."""
    return date(2026 if month >= 7 else 2027, month, day)


def removal(key, begins_on, days=None, **facts):
    named = {"kind": "OSS", "calendar": CAL_26, "decided_on": begins_on, "incident": key}
    return RemovalFacts(key, begins_on=begins_on, days=days and Decimal(days), **{**named, **facts})


def clock(*removals, protections=IEP, reviews=(), on=LATER, year=2027, **policy):
    return run_clock(removals, year=year, on=on, protections=protections, reviews=reviews, policy=ClockPolicy(**policy))


def told(one, kind):
    """(removal, day) of the events of one kind."""
    return [(event.removal, event.due_on if event.has_due else event.on) for event in one.of(kind)]


def total_of(*removals, **options):
    return clock(*removals, **options).total


THREE_FOUR_THREE = (removal("a", d(9, 14), "3"), removal("b", d(9, 28), "4"), removal("c", d(10, 12), "3"))
FIVE_FOUR_THREE = (removal("a", d(9, 14), "5"), removal("b", d(9, 28), "4"), removal("c", d(10, 12), "3"))


# --- Worked examples --------------------------------------------------------------------------------------------------
def test_ex_34_ten_days_ask_for_nothing_and_day_11_for_services():
    ten = clock(*THREE_FOUR_THREE)
    assert (ten.total, ten.left, ten.next_day_is_beyond) == (10, 0, True)
    assert [event.kind for event in ten.events] == [Kind.MARK] * 3
    eleven = clock(*THREE_FOUR_THREE, removal("d", d(11, 9), "1"))
    assert (eleven.total, eleven.left) == (11, 0)
    assert told(eleven, Kind.SERVICES_DUE) == [("d", d(11, 9))]
    assert told(eleven, Kind.PATTERN_REVIEW) == [("d", d(11, 9))]
    assert told(eleven, Kind.CHANGE_OF_PLACEMENT) == []


def test_ex_35_eleven_days_in_a_row_change_the_placement():
    one = clock(removal("a", d(11, 10), "11"))
    assert told(one, Kind.CHANGE_OF_PLACEMENT) == [("a", d(11, 10))]
    assert told(one, Kind.NOTICE_DUE) == [("a", d(11, 10))]
    assert told(one, Kind.DETERMINATION_DUE) == [("a", d(11, 24))]
    assert told(one, Kind.PATTERN_REVIEW) == []
    assert told(one, Kind.SERVICES_DUE) == [("a", d(11, 24))]  # its eleventh school day


def test_ex_36_a_series_asks_a_person_and_takes_the_answer():
    asked = clock(*FIVE_FOUR_THREE)
    assert told(asked, Kind.PATTERN_REVIEW) == [("c", d(10, 12))]
    assert told(asked, Kind.CHANGE_OF_PLACEMENT) == []
    (services,) = asked.of(Kind.SERVICES_DUE)
    assert services.days == (d(10, 13), d(10, 14))  # days 11 and 12
    yes = clock(*FIVE_FOUR_THREE, reviews=[Review("c", d(10, 13), True)])
    assert told(yes, Kind.CHANGE_OF_PLACEMENT) == [("c", d(10, 13))]
    assert told(yes, Kind.NOTICE_DUE) == [("c", d(10, 13))]
    assert told(yes, Kind.DETERMINATION_DUE) == [("c", d(10, 27))]
    no = clock(*FIVE_FOUR_THREE, reviews=[Review("c", d(10, 13), False)])
    assert told(no, Kind.DETERMINATION_DUE) == []
    assert no.of(Kind.SERVICES_DUE)[0].days == services.days
    assert no.of(Kind.PATTERN_REVIEW)[0].answer.is_change_of_placement is False


@pytest.mark.parametrize(
    ("facts", "total", "at_most"),
    [
        ({"kind": "BUS", "days": Decimal(3), "bus_is_service": True, "bus_alternative": False}, "3", "3"),
        ({"kind": "BUS", "days": Decimal(3), "bus_is_service": True, "bus_alternative": True}, "0", "0"),
        ({"kind": "BUS", "days": Decimal(3), "bus_is_service": False}, "0", "0"),
        ({"kind": "BUS", "days": Decimal(3)}, "0", "3"),
        ({"kind": "BUS", "days": Decimal(3), "bus_is_service": True}, "0", "3"),
        ({"kind": "ISS", "days": Decimal(2), "conditions": MET}, "0", "0"),
        ({"kind": "ISS", "days": Decimal(2), "conditions": Conditions(True, True, False)}, "2", "2"),
        ({"kind": "ISS", "days": Decimal(2), "conditions": Conditions(None, False, None)}, "2", "2"),
        ({"kind": "ISS", "days": Decimal(2)}, "2", "2"),
        ({"kind": "ISS", "days": Decimal(2), "conditions": Conditions(True, None, True)}, "2", "2"),
        ({"kind": "INFORMAL", "minutes": 240, "day_minutes": 420}, "1", "1"),  # sent home at 11:00 of 8:00 to 15:00
        ({"kind": "INFORMAL", "minutes": 120, "day_minutes": 420}, "0.5", "0.5"),  # at 13:00
        ({"kind": "INFORMAL", "minutes": 120, "day_minutes": 420, "is_confirmed": False}, "0", "0.5"),
        ({"kind": "INFORMAL", "is_confirmed": False}, "0", "1"),
        ({"kind": "CLASS", "minutes": 45, "day_minutes": 420}, "0", "0.5"),
        ({"kind": "CLASS", "minutes": 45, "day_minutes": 420, "conditions": MET}, "0", "0"),
        ({"kind": "CLASS", "minutes": 45, "day_minutes": 420, "conditions": Conditions(False)}, "0.5", "0.5"),
        ({"kind": "ALTERNATIVE_PLACEMENT", "days": Decimal(4)}, "4", "4"),
        ({"kind": "EXPULSION_WITH_SERVICES", "ends_on": d(9, 18)}, "5", "5"),
        ({"kind": "IAES_PERSONNEL", "days": Decimal(45)}, "0", "0"),
        ({"kind": "IAES_HEARING_OFFICER", "days": Decimal(45)}, "0", "0"),
    ],
)
def test_ex_37_which_days_count(facts, total, at_most):
    one = clock(removal("a", d(9, 14), **facts))
    assert (one.total, one.at_most) == (Decimal(total), Decimal(at_most))


def test_every_kind_of_removal_has_a_standing_and_a_reason():
    for kind in RemovalKind.values:
        one = count(removal("a", d(9, 14), "1", kind=kind), ClockPolicy())
        assert one.why in WHYS
        assert set(one.notes) <= set(NOTES)


# --- Parts of a day ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("minutes", "day", "amount"),
    [
        (0, 420, "0"),
        (1, 420, "0.5"),
        (209, 420, "0.5"),
        (210, 420, "0.5"),  # half of it is not more than half
        (211, 420, "1"),
        (420, 420, "1"),
        (500, 420, "1"),
        (120, 240, "0.5"),  # half of an early-dismissal day
        (121, 240, "1"),
        (60, None, "1"),  # nobody recorded how long the day was
        (60, 0, "1"),
    ],
)
def test_part_of_a_day(minutes, day, amount):
    assert part_of_day(minutes, day) == Decimal(amount)


@pytest.mark.parametrize(
    ("recorded", "halves"),
    [("0", "0"), ("0.25", "0.5"), ("0.5", "0.5"), ("0.51", "1"), ("1", "1"), ("3.25", "3.5"), ("3.75", "4")],
)
def test_recorded_fractions_become_halves(recorded, halves):
    assert in_halves(Decimal(recorded)) == Decimal(halves)


@pytest.mark.parametrize(
    ("facts", "reportable"),
    [
        ({"minutes": 209, "day_minutes": 420}, False),
        ({"minutes": 210, "day_minutes": 420}, True),
        ({"minutes": 60}, None),
        ({"days": Decimal("0.49")}, False),
        ({"days": Decimal("0.5")}, True),
        ({}, None),
    ],
)
def test_federal_counts_take_half_a_day_and_more(facts, reportable):
    assert is_reportable(removal("a", d(9, 14), **facts)) is reportable


def test_forty_minutes_count_half_a_day_here_and_nothing_in_a_federal_table():
    one = removal("a", d(9, 14), kind="INFORMAL", minutes=40, day_minutes=420)
    assert (total_of(one), is_reportable(one)) == (Decimal("0.5"), False)


def test_parts_of_a_day_on_a_day_without_school_are_no_removal():
    one = clock(removal("a", d(11, 5), kind="INFORMAL", minutes=120, day_minutes=420))
    assert (one.total, one.lines[0].count.notes) == (0, ("no_school",))


# --- Day 10, 10.5 and 11 ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("first", "then", "total", "services"),
    [
        ("9", "1", "10", []),
        ("9.5", "0.5", "10", []),
        ("9", "1.5", "10.5", [d(11, 10)]),
        ("9.5", "1", "10.5", [d(11, 9)]),  # the day that crosses 10 is a day beyond it
        ("10", "0.5", "10.5", [d(11, 9)]),
        ("10", "1", "11", [d(11, 9)]),
        ("8", "2", "10", []),
        ("8", "3", "11", [d(11, 11)]),
        ("10", "3", "13", [d(11, 9), d(11, 10), d(11, 11)]),
    ],
)
def test_around_day_10(first, then, total, services):
    # Two separate removals, three weeks apart, so that nothing runs in a row beyond 10.
    one = clock(removal("a", d(10, 1), first), removal("b", d(11, 9), then))
    assert one.total == Decimal(total)
    assert [day for event in one.of(Kind.SERVICES_DUE) for day in event.days] == services
    assert bool(one.of(Kind.PATTERN_REVIEW)) is bool(services)
    assert one.left == max(Decimal(0), 10 - Decimal(total))


@pytest.mark.parametrize(
    ("days", "changes"), [("9.5", False), ("10", False), ("10.5", True), ("11", True), ("10.25", True)]
)
def test_in_a_row_the_border_lies_above_10(days, changes):
    assert bool(clock(removal("a", d(9, 14), days)).of(Kind.CHANGE_OF_PLACEMENT)) is changes


@pytest.mark.parametrize(
    ("marks", "said"),
    [
        (("5", "8", "10"), [("5", d(9, 18)), ("8", d(9, 30)), ("10", d(10, 12))]),
        (("7",), [("7", d(9, 29))]),
        (("12.5",), []),
        ((), []),
    ],
)
def test_marks_of_the_district(marks, said):
    one = clock(*FIVE_FOUR_THREE, marks=tuple(Decimal(mark) for mark in marks))
    assert [(str(event.value), event.on) for event in one.of(Kind.MARK)] == said


def test_used_and_ordered_days_are_told_apart():
    one = clock(*THREE_FOUR_THREE, on=d(9, 29))
    assert (one.used, one.total) == (5, 10)
    assert clock(*THREE_FOUR_THREE, on=d(9, 13)).used == 0


# --- In a row ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("incidents", "begins", "placement", "pattern"),
    [
        (("x", "x"), d(9, 22), ["b"], []),  # six days from Monday to Monday, the next from Tuesday: no day between
        (("x", "x"), d(9, 23), [], ["b"]),  # one day in class between them
        (("x", "y"), d(9, 22), [], ["b"]),  # another incident: a person decides
    ],
)
def test_two_removals_over_one_incident_run_on(incidents, begins, placement, pattern):
    first = removal("a", d(9, 14), "6", incident=incidents[0])
    second = removal("b", begins, "5", incident=incidents[1])
    one = clock(first, second)
    assert [event.removal for event in one.of(Kind.CHANGE_OF_PLACEMENT)] == placement
    assert [event.removal for event in one.of(Kind.PATTERN_REVIEW)] == pattern


def test_a_run_goes_over_weekends_holidays_and_the_winter_break():
    one = clock(removal("a", d(12, 17), "5", incident="x"), removal("b", d(1, 4), "6", incident="x"))
    assert one.longest_run == 11
    assert told(one, Kind.CHANGE_OF_PLACEMENT) == [("b", d(1, 4))]


def test_a_day_in_class_breaks_the_run_and_does_not_count():
    one = clock(removal("a", d(9, 14), "11", unserved=frozenset({d(9, 18)})))
    assert (one.total, one.longest_run) == (10, 6)
    assert one.of(Kind.CHANGE_OF_PLACEMENT) == ()
    assert "not_served" in one.lines[0].count.notes


def test_a_run_goes_on_across_the_end_of_the_school_year_but_the_total_starts_anew():
    calendar = SchoolCalendar(terms=[(d(9, 1), d(6, 18)), (date(2027, 9, 1), date(2028, 6, 16))])
    one = removal("a", d(6, 9), "12", calendar=calendar)  # eight days in June, four in September
    before, after = clock(one), clock(one, year=2028)
    assert (before.total, after.total) == (8, 4)
    assert told(before, Kind.CHANGE_OF_PLACEMENT) == [("a", d(6, 9))]
    assert after.of(Kind.CHANGE_OF_PLACEMENT) == ()  # decided in the year before, told there
    assert after.lines[0].count.days[0].on == date(2027, 9, 1)


# --- Calendars --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("facts", "total", "last", "note"),
    [
        ({"ends_on": d(9, 18)}, "5", d(9, 18), None),
        ({"ends_on": d(9, 20)}, "5", d(9, 18), None),  # the weekend holds none
        ({"ends_on": d(9, 18), "days": Decimal(5)}, "5", d(9, 18), None),
        ({"ends_on": d(9, 18), "days": Decimal(6)}, "5", d(9, 18), "holds_less"),
        ({"ends_on": d(9, 18), "days": Decimal("2.5")}, "2.5", d(9, 16), "record_says_less"),
        ({"ends_on": d(9, 18), "days": Decimal(0)}, "0", None, "record_says_less"),
        ({"days": Decimal(5)}, "5", d(9, 18), None),
        ({"days": Decimal("0.5")}, "0.5", d(9, 14), None),
        ({}, "1", d(9, 14), "length_unknown"),
    ],
)
def test_days_from_dates_and_from_the_record(facts, total, last, note):
    (line,) = clock(removal("a", d(9, 14), **facts)).lines
    assert (line.count.total, line.count.last_on) == (Decimal(total), last)
    assert line.count.notes == ((note,) if note else ())


def test_a_length_that_nobody_recorded_makes_the_total_a_least():
    one = clock(removal("a", d(9, 14)))
    assert (one.total, one.is_at_least) == (1, True)
    assert told(one, Kind.FACTS_MISSING) == [("a", d(9, 14))]
    assert not clock(removal("a", d(9, 14), "1")).is_at_least


@pytest.mark.parametrize(
    ("whole", "facts", "total", "note"),
    [
        (True, {"ends_on": d(9, 16)}, "3", "short_day"),
        (False, {"ends_on": d(9, 16)}, "2.5", None),
        (True, {"ends_on": d(9, 16), "days": Decimal("2.5")}, "3", "short_day"),  # as other figures count it
        (False, {"ends_on": d(9, 16), "days": Decimal("2.5")}, "2.5", None),
        (True, {"ends_on": d(9, 16), "days": Decimal(3)}, "3", "short_day"),
        (
            True,
            {"ends_on": d(9, 16), "days": Decimal(2)},
            "2.5",
            "record_says_less",
        ),  # 1, a short day, half of Wednesday
        (True, {"ends_on": d(9, 17), "days": Decimal(3)}, "3.5", "record_says_less"),  # the last day in part
        (True, {"days": Decimal(3)}, "3.5", None),  # 1, a short day, 1, and half of Thursday
        (False, {"days": Decimal(3)}, "3", None),
    ],
)
def test_a_day_that_the_calendar_shortens(whole, facts, total, note):
    short = halving(CAL_26, d(9, 15))
    one = clock(removal("a", d(9, 14), calendar=short, **facts), half_days_whole=whole)
    assert one.total == Decimal(total)
    assert (note in one.lines[0].count.notes) if note else True


def test_without_a_calendar_weekdays_are_taken_and_it_is_said():
    empty = SchoolCalendar(terms=[])
    for facts in ({"days": Decimal(3)}, {"ends_on": d(9, 16)}, {"ends_on": d(9, 20), "days": Decimal(3)}):
        (line,) = clock(removal("a", d(9, 14), calendar=empty, **facts)).lines
        assert (line.count.total, line.count.notes) == (3, ("no_calendar",))
    assert determination_due(d(9, 14), empty) is None


def test_a_calendar_that_ends_leaves_the_rest_for_the_next_one():
    (line,) = clock(removal("a", d(6, 16), "10")).lines
    assert (line.count.total, line.count.notes) == (3, ("runs_out",))


def test_dates_without_school_hold_nothing():
    (line,) = clock(removal("a", d(12, 24), "3", ends_on=d(12, 31))).lines
    assert (line.count.total, line.count.notes) == (0, ("no_school",))


def test_a_mistyped_year_costs_nothing_and_is_cut():
    (line,) = clock(removal("a", d(9, 14), ends_on=date(9999, 12, 31))).lines
    assert line.count.last_on == d(6, 18)


# --- Moves of the student ---------------------------------------------------------------------------------------------
def test_a_move_between_schools_resets_nothing_and_each_school_has_its_calendar():
    other = closing(CAL_26, d(2, 2))
    one = clock(removal("a", d(10, 5), "8"), removal("b", d(2, 1), "3", calendar=other))
    assert (one.total, one.lines[1].count.last_on) == (11, d(2, 4))
    assert told(one, Kind.SERVICES_DUE) == [("b", d(2, 4))]


def test_another_school_year_counts_from_nothing():
    assert total_of(*FIVE_FOUR_THREE, year=2028) == 0
    assert total_of(removal("a", date(2026, 6, 30), "1", calendar=SchoolCalendar(terms=[]))) == 0
    assert total_of(removal("a", date(2026, 7, 1), "1", calendar=SchoolCalendar(terms=[]))) == 1


# --- Overlaps ---------------------------------------------------------------------------------------------------------
def test_no_date_counts_more_than_one_day():
    morning = removal("a", d(9, 14), kind="INFORMAL", minutes=100, day_minutes=420)
    noon = removal("b", d(9, 14), kind="CLASS", minutes=100, day_minutes=420, conditions=Conditions(False))
    rest = removal("c", d(9, 14), "2")
    one = clock(morning, noon, rest)
    assert one.total == 2
    assert one.lines[2].count.total == 1  # the first of its days was taken
    assert "same_day" in one.lines[2].count.notes


def test_what_may_count_does_not_count_twice_either():
    one = clock(
        removal("a", d(9, 14), "1"),
        removal("b", d(9, 14), kind="INFORMAL", is_confirmed=False, minutes=400, day_minutes=420),
    )
    assert (one.total, one.at_most) == (1, 1)


# --- Who is protected -------------------------------------------------------------------------------------------------
def test_a_student_without_protection_has_days_but_no_events():
    one = clock(*FIVE_FOUR_THREE, protections=())
    assert (one.total, one.events) == (12, ())


@pytest.mark.parametrize(
    ("section504", "services", "pattern"),
    [
        (Section504.CHANGE_OF_PLACEMENT, False, True),
        (Section504.SAME, True, True),
        (Section504.NONE, False, False),
    ],
)
def test_section_504_goes_as_far_as_the_district_says(section504, services, pattern):
    one = clock(*FIVE_FOUR_THREE, protections=PLAN_504, section504=section504)
    assert (bool(one.of(Kind.SERVICES_DUE)), bool(one.of(Kind.PATTERN_REVIEW))) == (services, pattern)


def test_idea_goes_before_section_504():
    both = (*PLAN_504, Protection(Basis.IDEA, d(10, 1)))
    one = clock(*FIVE_FOUR_THREE, protections=both, section504=Section504.NONE)
    assert told(one, Kind.SERVICES_DUE) == [("c", d(10, 13))]


@pytest.mark.parametrize(
    ("counts", "total", "services"),
    [(True, "12", [("c", d(10, 13))]), (False, "3", [])],
)
def test_days_before_the_iep_count_as_the_district_says(counts, total, services):
    late = (Protection(Basis.IDEA, d(10, 5)),)
    one = clock(*FIVE_FOUR_THREE, protections=late, counts_before_eligibility=counts)
    assert (one.total, told(one, Kind.SERVICES_DUE)) == (Decimal(total), services)
    assert "before_eligibility" in one.lines[0].count.notes


def test_events_come_only_while_protected():
    ended = (Protection(Basis.IDEA, None, d(10, 1)),)
    assert clock(*FIVE_FOUR_THREE, protections=ended).of(Kind.SERVICES_DUE) == ()


# --- Interim settings and hearings ------------------------------------------------------------------------------------
def test_an_interim_setting_ends_on_its_45th_school_day_and_is_counted_apart():
    one = clock(removal("a", d(9, 14), "3"), removal("b", d(9, 28), "45", kind="IAES_PERSONNEL"))
    assert one.total == 3
    (stay,) = one.interim
    assert (stay.days, stay.last_day) == (45, d(12, 3))
    held = one.lines[1].count.days
    assert (len(held), held[-1].on) == (45, d(12, 3))
    assert told(one, Kind.INTERIM_ENDS) == [("b", d(12, 3))]
    assert told(one, Kind.NOTICE_DUE) == [("b", d(9, 28))]
    assert told(one, Kind.DETERMINATION_DUE) == [("b", d(10, 12))]


@pytest.mark.parametrize(
    ("begins", "last"),
    [
        (d(9, 1), d(11, 2)),
        (d(9, 5), d(11, 10)),  # a Saturday: Monday is the first day
        (d(6, 1), None),  # the next school year is not entered
    ],
)
def test_the_45th_school_day(begins, last):
    assert interim_last_day(begins, CAL_26) == last


def test_45_days_go_on_into_the_next_school_year():
    calendar = SchoolCalendar(terms=[(d(9, 1), d(6, 18)), (date(2027, 9, 1), date(2028, 6, 16))])
    assert interim_last_day(d(6, 1), calendar) == date(2027, 10, 13)  # 14 in June, 31 from September


def test_an_expedited_hearing():
    found = expedited_hearing(filed_on=d(11, 10), received_on=d(11, 12), held_on=d(12, 9), calendar=CAL_26)
    assert found.resolution_by == d(11, 19)
    assert found.may_proceed_on == d(11, 27)
    assert found.hearing_by == d(12, 10)
    assert found.decision_by == d(12, 23)
    open_end = expedited_hearing(filed_on=d(6, 1), calendar=CAL_26)
    assert open_end == type(open_end)(None, None, None, None)


# --- A snow day after the fact ----------------------------------------------------------------------------------------
def after_snow(snow, *removals, **options):
    """What moves when `snow` turns out to be a day without school."""
    closed = [replace(one, calendar=closing(one.calendar, snow)) for one in removals]
    before, after = clock(*removals, **options), clock(*closed, **options)
    return {(move.what, move.removal): (move.before, move.after) for move in moves(before, after)}


def test_a_snow_day_moves_the_determination_by_one_day():
    moved = after_snow(d(11, 18), removal("a", d(11, 10), "11"))
    assert moved[("determination_due", "a")] == (d(11, 24), d(11, 25))
    assert moved[("last_on", "a")] == (d(11, 24), d(11, 25))
    assert ("notice_due", "a") not in moved
    assert ("total", None) not in moved  # eleven days were ordered, and eleven are served


def test_a_snow_day_within_given_dates_takes_a_day_away():
    first = removal("a", d(10, 5), "8")
    moved = after_snow(d(2, 2), first, removal("b", d(2, 1), "3", ends_on=d(2, 3)))
    assert moved[("total", None)] == (11, 10)
    assert moved[("days", "b")] == (3, 2)
    assert moved[("services_due", "b")] == (d(2, 3), None)
    assert moved[("pattern_review", "b")] == (d(2, 1), None)


def test_a_snow_day_before_day_11_moves_the_services():
    moved = after_snow(d(11, 10), removal("a", d(10, 1), "9"), removal("b", d(11, 9), "3"))
    assert moved[("services_due", "b")] == (d(11, 10), d(11, 11))
    assert ("total", None) not in moved


def test_a_snow_day_moves_the_end_of_an_interim_setting():
    moved = after_snow(d(10, 20), removal("a", d(9, 28), "45", kind="IAES_PERSONNEL"))
    assert moved[("interim_ends", "a")] == (d(12, 3), d(12, 4))


def test_a_snow_day_elsewhere_moves_nothing():
    assert after_snow(d(3, 3), removal("a", d(11, 10), "11")) == {}
    assert after_snow(d(11, 14), removal("a", d(11, 10), "11")) == {}  # a Saturday


def test_a_snow_day_can_part_a_removal_from_the_border():
    """Ten and a half days in a row become nine and a half: no change of placement any more."""
    one = removal("a", d(9, 14), "10.5", ends_on=d(9, 28))
    moved = after_snow(d(9, 21), one)
    assert moved[("change_of_placement", "a")] == (d(9, 14), None)
    assert moved[("determination_due", "a")] == (d(9, 28), None)


# --- Properties -------------------------------------------------------------------------------------------------------
school_days = st.dates(d(9, 1), d(5, 28))
facts = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(RemovalKind.values),
        "conditions": st.builds(Conditions, *[st.none() | st.booleans()] * 3),
        "bus_is_service": st.none() | st.booleans(),
        "bus_alternative": st.none() | st.booleans(),
        "is_confirmed": st.booleans(),
        "incident": st.sampled_from([None, "x", "y"]),
        "length": st.sampled_from(["days", "dates", "both", "minutes", "none"]),
        "days": st.decimals(0, 30, places=2),
        "span": st.integers(0, 40),
        "minutes": st.integers(0, 500),
        "day_minutes": st.none() | st.integers(0, 500),
        "unserved": st.frozensets(school_days, max_size=3),
    }
)


def made(key, begins_on, given_facts):
    length = given_facts["length"]
    taken = {name: given_facts[name] for name in given_facts if name not in ("length", "days", "span", "minutes")}
    if length in ("days", "both"):
        taken["days"] = given_facts["days"]
    if length in ("dates", "both"):
        taken["ends_on"] = begins_on + timedelta(days=given_facts["span"])
    if length == "minutes":
        taken["minutes"] = given_facts["minutes"]
    return RemovalFacts(key, begins_on=begins_on, calendar=CAL_26, **taken)


removals = st.lists(st.tuples(school_days, facts), max_size=5).map(
    lambda drawn: [made(str(place), begins_on, given_facts) for place, (begins_on, given_facts) in enumerate(drawn)]
)
policies = st.builds(
    ClockPolicy,
    half_days_whole=st.booleans(),
    counts_before_eligibility=st.booleans(),
    section504=st.sampled_from(Section504),
)


def ran(many, **options):
    return run_clock(many, year=2027, on=LATER, protections=IEP, **options)


@given(removals, policies)
def test_every_clock_is_exact_and_explains_itself(many, policy):
    one = ran(many, policy=policy)
    dates = [
        (day.on, day.amount) for line in one.lines if line.count.standing is Standing.COUNTS for day in line.count.days
    ]
    assert one.total == sum((amount for _on, amount in dates), Decimal(0))
    assert all(amount in (Decimal("0.5"), Decimal(1)) for _on, amount in dates)
    assert all(CAL_26.is_school_day(on) for on, _amount in dates)
    for on in {on for on, _amount in dates}:
        assert sum(amount for day, amount in dates if day == on) <= 1
    assert one.total <= one.at_most
    assert one.used == one.total
    assert one.left == max(Decimal(0), 10 - one.total)
    assert all(line.count.why in WHYS and set(line.count.notes) <= set(NOTES) for line in one.lines)
    assert bool([day for line in one.lines for day in line.beyond]) is (one.total > 10)


@given(removals, st.randoms())
def test_the_order_in_which_removals_are_told_does_not_matter(many, random):
    assert ran(random.sample(many, len(many))) == ran(many)


@given(removals, school_days, facts)
def test_one_more_removal_never_leaves_more_days(many, begins_on, given_facts):
    before, after = ran(many), ran([*many, made("more", begins_on, given_facts)])
    assert after.total >= before.total
    assert after.at_most >= before.at_most
    assert after.left <= before.left


@given(removals, school_days)
def test_one_more_day_without_school_never_adds_a_day_to_dates_that_are_given(many, snow):
    dated = [one for one in many if one.ends_on is not None]
    closed = [replace(one, calendar=closing(CAL_26, snow)) for one in dated]
    before, after = ran(dated), ran(closed)
    assert after.total <= before.total
    assert moves(before, before) == ()


@given(removals)
def test_only_a_person_or_more_than_10_days_in_a_row_change_a_placement(many):
    one = ran(many)
    if one.longest_run <= 10:
        assert one.of(Kind.CHANGE_OF_PLACEMENT) == ()
    for event in one.of(Kind.DETERMINATION_DUE):
        assert event.due_on is None or event.due_on > event.on
