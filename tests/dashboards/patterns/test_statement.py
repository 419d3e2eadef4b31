"""The problem statement: what, where, when and who, with numbers, in every combination, and never a cause."""

from __future__ import annotations

from datetime import date, time

import pytest

from dashboards.actions import mark_not_reported
from dashboards.patterns.reports import patterns
from dashboards.patterns.statement import hours_words, statement
from tests import factories as make
from tests.dashboards.patterns.test_reports import question


@pytest.fixture
def school(db):
    """North: ten students of two grades; five referrals in November over two behaviours, one suspension."""
    district = make.make_district("EX")
    year = make.make_school_year(district, 2021)
    north, south = make.make_school(district, "N", name="North School"), make.make_school(district, "S", level="high")
    disruption = make.make_behavior(district, "D", "Disruption", subjective=True)
    fighting = make.make_behavior(district, "F", "Fighting")
    students = [make.make_student(district, grade="09" if number < 5 else "10", race="BL") for number in range(10)]
    for student in students:
        make.enroll(student, north, year, refresh=student is students[-1])
    moments = (
        (date(2020, 11, 2), time(10, 0), "03014", disruption),
        (date(2020, 11, 2), time(10, 59), "03014", disruption),
        (date(2020, 11, 9), time(11, 0), "03014", disruption),
        (date(2020, 11, 10), None, "03015", fighting),
        (date(2020, 12, 1), time(14, 0), "", fighting),
    )
    for number, (day, at, place, behavior) in enumerate(moments):
        incident = make.make_incident(north, year, occurred_on=day, occurred_time=at, location=place)
        make.involve(incident, students[number], behavior)
        make.refer(incident, students[number])
    make.remove(incident, students[number])
    return district, north, south, year


def said(district, role: str = "leader", schools=(), **asked) -> str:
    one = question(make.make_user(role, district, *schools), **asked)
    return statement(one, patterns(one))


class TestSentence:
    def test_everything(self, school):
        district, north, *_ = school
        assert said(district, "principal", [north]) == (
            "In 2020–21, 5 referrals were recorded at North School. They concern 5 students, 50.0% of the 10 enrolled. "
            "That is 0.025 a school day. The time is not known for 1 of them."
        )

    def test_what_where_when_and_who(self, school):
        district, north, *_ = school
        words = said(
            *(district, "principal", [north]),
            **{"behavior": "D", "location": "03014", "hour": "10", "weekday": "MON", "month": "11", "grade": "09"},
        )
        assert words == (
            "In 2020–21, 2 of 5 referrals at North School were for “Disruption” in classrooms between 10 AM and 11 AM "
            "on Mondays in November, and concern students in Grade 9. They concern 2 students, 40.0% of the 5 "
            "enrolled. That is 0.40 on each such school day."
        )

    def test_parts_with_choices_are_set_apart_by_commas(self, school):
        district, *_ = school
        words = said(district, behavior="D,F", hour="UNREPORTED,14,10,11", location="03014,UNREPORTED")
        assert words.startswith(
            "In 2020–21, 4 of 5 referrals in the district were for “Disruption” or “Fighting”, in classrooms or at a "
            "place not recorded, between 10 AM and 12 PM, between 2 PM and 3 PM or at a time that is not known."
        )

    def test_one_and_none_and_judgment(self, school):
        district, north, *_ = school
        assert said(district, location="03015").startswith(
            "In 2020–21, 1 of 5 referrals in the district was in hallways or on stairs. They concern 1 student"
        )
        assert said(district, location="03013") == "In 2020–21, 0 of 5 referrals in the district were in the cafeteria."
        assert "were for a behavior that depends on an adult’s judgment." in said(district, subjective="true")
        assert said(district, "principal", [north], measure="oss").startswith(
            "In 2020–21, 1 out-of-school suspension was recorded at North School."
        )

    def test_groups_alone_and_together(self, school):
        district, *_ = school
        assert "5 of 5 referrals in the district concern Black students." in said(district, race="BL")
        words = said(district, race="BL,HI", grade="10", measure="any_removal")
        assert words.startswith(
            "In 2020–21, 0 of 1 removal in the district concern Black students or Hispanic students, of these only "
            "students in Grade 10."
        )

    def test_several_schools(self, school):
        district, north, south, _year = school
        assert "0 referrals were recorded at School S." in said(district, level="high")
        make.make_school(district, "T", level="high")
        assert "0 referrals were recorded at 2 schools (high school)." in said(district, level="high")
        assert "5 referrals were recorded at 2 schools." in said(district, "officer", [north, south])

    def test_what_was_not_reported_is_no_zero(self, school):
        district, north, _south, year = school
        mark_not_reported(school=north, school_year=year, measure="referral", reason="No system.", by=None)
        assert said(district, "principal", [north]) == (
            "Office referrals were not reported at North School in 2020–21: the figures are unknown, not zero."
        )

    def test_who_referred(self, school):
        district, north, _south, year = school
        adult = make.make_staff(district, north, year, given_name="Robin", family_name="Teacher", local_id="T1")
        incident = make.make_incident(north, year)
        student = make.make_student(district)
        make.involve(incident, student, reported_by_staff=adult)
        make.refer(incident, student)
        one = question(
            make.make_user("records", district), with_staff=True, staff="T1,UNREPORTED", behavior="UNREPORTED"
        )
        assert statement(one, patterns(one)).startswith(
            "In 2020–21, 1 of 6 referrals in the district was for no behavior on record, referred by Robin Teacher or "
            "nobody named."
        )


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (["10"], "between 10 AM and 11 AM"),
        (["11", "10", "12"], "between 10 AM and 1 PM"),
        (["23", "0"], "between 12 AM and 1 AM or between 11 PM and 12 AM"),
        (["UNREPORTED"], "at a time that is not known"),
    ],
)
def test_hours(hours, words):
    assert hours_words(hours) == words
