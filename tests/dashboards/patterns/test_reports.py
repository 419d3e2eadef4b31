"""Patterns against a recomputation by hand: every measure, facet, group, scope; and the lists behind the figures."""

from __future__ import annotations

import json
import random
from datetime import date

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dashboards.actions import mark_not_reported
from dashboards.patterns import counting
from dashboards.patterns.question import PATTERN_MEASURES, read_pattern_question
from dashboards.patterns.records import records_link
from dashboards.patterns.reports import PatternReport, patterns
from district.models import CalendarDay
from tests import factories as make
from tests.dashboards.patterns.world import FACETS, GRADES, MONTHS, NOBODY, OF_MEASURE, WEEK, PatternsByHand, draw_place
from tests.dashboards.recomputation import FLAGS, RACES

QUESTIONS = 30
HOURS = ("10", "11", "9", "15", NOBODY)
VALUES = {"race": RACES, "sex": ("M", "F", "X"), "grade": GRADES, **dict.fromkeys(FLAGS, ("true", "false", NOBODY))}


def ask(user, *, with_staff: bool = False, **parameters) -> PatternReport:
    """Return the report for `parameters`, as an address would carry them."""
    return patterns(question(user, with_staff=with_staff, **parameters))


def question(user, *, with_staff: bool = False, **parameters):
    address = QueryDict(mutable=True)
    address.update({name: value for name, value in parameters.items() if value})
    return read_pattern_question(address, user, with_staff=with_staff)


def random_question(rng: random.Random, place, *, with_staff: bool) -> dict:
    """Draw what is asked: any measure and year, up to two facets and a group, two schools or a level."""
    values = {
        "behavior": (*place.titles, NOBODY),
        "subjective": ("true", "false", NOBODY),
        "location": ("03014", "03015", NOBODY),
        "month": MONTHS,
        "weekday": WEEK,
        "hour": HOURS,
        "staff": (*place.names, NOBODY),
    }
    offered = [name for name in FACETS if with_staff or name != "staff"]
    facets = {
        name: set(rng.sample(values[name], rng.choice((1, 2))))
        for name in rng.sample(offered, rng.choice((0, 1, 1, 2)))
    }
    groups = rng.sample(list(VALUES), rng.choice((0, 0, 1)))
    return {
        "measure": rng.choice([*PATTERN_MEASURES, "referral", "referral"]),
        "year": rng.choice((2021, 2021, 2020)),
        "facets": facets,
        "filters": {name: set(rng.sample(VALUES[name], 1)) for name in groups},
        "school": {school.code for school in rng.sample(place.drawn.schools, 2)} if rng.random() < 0.2 else set(),
        "level": "high" if rng.random() < 0.1 else "",
    }


def address_of(asked: dict) -> dict[str, str]:
    return {
        "measure": asked["measure"],
        "school_year": str(asked["year"]),
        "school": ",".join(sorted(asked["school"])),
        "level": asked["level"],
        **{name: ",".join(sorted(values)) for part in ("facets", "filters") for name, values in asked[part].items()},
    }


def differences(found: list[dict], wanted: list[dict]) -> list[str]:
    """Compare rows key by key and in their order; labels are words and compared elsewhere, but for the total."""
    wrong = [] if len(found) == len(wanted) else [f"{len(found)} rows, expected {len(wanted)}"]
    for mine, theirs in zip(found, wanted, strict=False):
        if list(mine) != list(theirs):
            wrong.append(f"keys {list(mine)}, expected {list(theirs)}")
        wrong += [
            f"{ {k: theirs[k] for k in list(theirs)[:3]} } {name}: {mine.get(name)!r}, expected {theirs[name]!r}"
            for name in theirs
            if name != "label" and mine.get(name) != theirs[name]
        ]
    return wrong


def listed(client: Client, link: str) -> int:
    """How many records the list at `link` holds, as its endpoint counts them."""
    answer = client.get(f"/api/v1{link}")
    assert answer.status_code == 200, answer.content
    return answer.json()["count"]


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [11, 12])
def test_rows_equal_a_recomputation_by_hand_and_the_list_behind_them(seed):
    """Movers, visitors, voided records, two behaviours, half days, weekends, unknown times: 0 differences.

    The list that "See these referrals" opens holds exactly as many records as the figure says.
    """
    place = draw_place(seed)
    district, schools = place.drawn.district, place.drawn.schools
    records, leader = make.make_user("records", district), make.make_user("leader", district)
    principal = make.make_user("principal", district, *schools[:2])
    readers = [(records, set(schools)), (records, set(schools)), (leader, set(schools)), (principal, set(schools[:2]))]
    rng, client = random.Random(seed), Client()
    compared, lists, wrong = 0, 0, []
    for _ in range(QUESTIONS):
        user, scope = rng.choice(readers)
        with_staff = user is not leader and rng.random() < 0.6
        asked = random_question(rng, place, with_staff=with_staff)
        asked["school"] &= {school.code for school in scope}
        counted = {
            school
            for school in scope
            if (not asked["school"] or school.code in asked["school"]) and asked["level"] in ("", school.level)
        }
        one = question(user, with_staff=with_staff, **address_of(asked))
        report = patterns(one)
        hand = PatternsByHand(place, counted, counting.last_day_counted(one), **asked)
        wanted = hand.rows(with_staff=with_staff)
        compared += sum(len(row) for row in wanted)
        faults = differences([row.as_json() for row in report.rows], wanted)
        if (report.definition.events_in_all, report.definition.not_enrolled) != (hand.all, hand.not_enrolled()):
            faults.append(f"in all {report.definition.events_in_all}, not enrolled {report.definition.not_enrolled}")
        link = records_link(one, user)
        assert bool(link) == (user is not leader and bool(counted))
        if link:
            client.force_login(user)
            lists += 1
            if (found := listed(client, link)) != report.total.events:
                faults.append(f"the list holds {found}, the figure says {report.total.events}")
        wrong += [f"{user.email} {address_of(asked)} {fault}" for fault in faults]
    print(json.dumps({"id": f"patterns_by_hand_{seed}", "n": compared, "lists": lists, "bad": len(wrong)}))
    assert compared > 7_000
    assert lists > 12
    assert wrong[:5] == []


def test_the_measures_by_hand_are_those_of_the_product():
    assert set(OF_MEASURE) == set(PATTERN_MEASURES)


@pytest.mark.django_db
def test_every_filter_of_a_row_leads_to_the_events_it_counts():
    """Adding a row's key to the address gives its number as the new total: that is what every mark links to."""
    place = draw_place(13, students=20)
    records = make.make_user("records", place.drawn.district)
    report = ask(records, with_staff=True, school_year="2021")
    checked = 0
    for row in report.rows[::3]:
        if row.breakdown in ("total", "times"):
            continue
        narrowed = ask(records, with_staff=True, school_year="2021", **dict(row.key))
        assert narrowed.total.events == row.events, row
        assert narrowed.total.students == row.students, row
        checked += 1
    assert checked > 20


@pytest.mark.django_db
class TestSchoolDays:
    @pytest.fixture
    def two_schools(self):
        """Two schools with the same calendar until March, when one of them closes; a half day and a closure."""
        district = make.make_district("EX")
        year = make.make_school_year(district, 2021)
        first = make.make_school(district, "A")
        second = make.make_school(district, "B", closed_on=date(2021, 3, 12))
        for day, kind in ((date(2020, 10, 12), "closure"), (date(2020, 10, 14), "half_day")):
            CalendarDay.objects.create(district=district, school=None, day=day, kind=kind)
        make.enroll(make.make_student(district), first, year)
        return make.make_user("leader", district), first, second, year

    def test_half_days_closures_and_the_day_up_to_which_is_counted(self, two_schools):
        """October 2020 has 22 weekdays: one is a closure, one a half day."""
        leader, *_ = two_schools
        one = question(leader, school="A")
        whole = counting.count_school_days(one, date(2021, 6, 30))
        assert float(whole.in_month(10)) == 20.5
        assert (float(whole.on_weekday(1)), float(whole.on_weekday(3))) == (40 - 1 + 0, 40 - 0.5)
        assert float(counting.count_school_days(one, date(2020, 10, 14)).in_month(10)) == 8.5
        assert counting.count_school_days(one, date(2020, 8, 1)).total == 0

    def test_a_school_that_closed_counts_while_it_taught(self, two_schools):
        leader, *_ = two_schools
        both = counting.count_school_days(question(leader), date(2021, 6, 30))
        alone = counting.count_school_days(question(leader, school="A"), date(2021, 6, 30))
        assert both.in_month(5) == alone.in_month(5) == 21
        assert (both.in_month(3), alone.in_month(3)) == ((23 + 10) / 2, 23)

    def test_mondays_are_divided_by_mondays(self, two_schools):
        leader, first, _second, year = two_schools
        student = first.enrollments.get().student
        for day in (date(2020, 11, 2), date(2020, 11, 9), date(2020, 11, 10)):
            make.refer(make.make_incident(first, year, occurred_on=day), student)
        report = ask(leader, school="A", weekday="MON")
        (month,) = [row for row in report.of("month") if row.value == "11"]
        assert (month.events, month.school_days, month.per_school_day) == (2, 5, 0.4)
        assert [row.value for row in report.of("weekday")] == ["MON"]

    def test_events_without_school_are_counted_and_have_no_figure_per_day(self, two_schools):
        leader, first, _second, year = two_schools
        student = first.enrollments.get().student
        make.refer(make.make_incident(first, year, occurred_on=date(2020, 7, 4), occurred_time=None), student)
        report = ask(leader)
        (july,) = [row for row in report.of("month") if row.value == "7"]
        (saturday,) = [row for row in report.of("weekday") if row.value == "SAT"]
        assert (july.events, july.per_school_day, saturday.events) == (1, None, 1)
        assert [(row.value, row.label, row.events) for row in report.of("hour")] == [
            ("UNREPORTED", "Time not known", 1)
        ]

    def test_a_school_that_did_not_report_is_no_zero(self, two_schools):
        leader, first, _second, year = two_schools
        mark_not_reported(school=first, school_year=year, measure="any_removal", reason="No system.", by=None)
        report = ask(leader, measure="class_removal", school="A")
        assert report.rows == ()
        assert report.definition.not_reported == ("A",)
        assert ask(leader, measure="class_removal").total.events == 0
        assert ask(leader, school="A").total.events == 0


@pytest.mark.django_db
def test_the_number_of_queries_does_not_depend_on_schools_students_or_filters():
    counts = set()
    for seed, size in ((21, 4), (22, 30)):
        place = draw_place(seed, students=size)
        user = make.make_user("records", place.drawn.district)
        assert user.active_grants  # read once a request
        for more in ({}, {"hour": "10", "behavior": "B1", "race": "BL", "school": "0000"}):
            with CaptureQueriesContext(connection) as queries:
                ask(user, school_year="2021", **more)
            counts.add(len(queries))
    print(json.dumps({"id": "patterns_queries", "n": max(counts), "bad": len(counts) - 1}))
    assert len(counts) == 1
    assert counts.pop() <= 18
