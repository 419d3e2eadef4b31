"""The report: worked examples end to end, order of rows, definition, and what files and pages are made from."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest
from django.http import QueryDict

from dashboards.parameters import InvalidParametersError
from dashboards.suspension_rates.question import read_question
from dashboards.suspension_rates.reports import RateReport, days_text, suspension_rates
from discipline.models import Incident, Removal
from district import standing
from district.models import Enrollment, Person, School, Student
from tests import factories as make


def populate(school: School, year, **groups: tuple[int, int]) -> None:
    """Enroll students by race: `BL=(24, 120)` are 120, of whom 24 have one out-of-school suspension."""
    district = school.district
    for race, (affected, enrolled) in groups.items():
        people = [Person(district=district, given_name="A", search_name="a") for _ in range(enrolled)]
        Person.objects.bulk_create(people)
        students = [Student(person=one, district=district, local_id=f"{race}{one.pk}", race=race) for one in people]
        Student.objects.bulk_create(students)
        Enrollment.objects.bulk_create(
            Enrollment(student=one, school=school, school_year=year, race=race) for one in students
        )
        incident = make.make_incident(school, year)
        Removal.objects.bulk_create(
            Removal(
                incident=incident,
                student=one,
                school=school,
                school_year=year,
                kind="OSS",
                begins_on=incident.occurred_on,
                days=Decimal("1.5"),
            )
            for one in students[:affected]
        )
    standing.refresh(year)


def answer(user, **parameters) -> RateReport:
    address = QueryDict(mutable=True)
    address.update(parameters)
    return suspension_rates(read_question(address, user))


@pytest.fixture
def place(db):
    district = make.make_district("EX", timezone="America/New_York")
    year = make.make_school_year(district)
    return make.make_user("leader", district), make.make_school(district, "0042", level="middle"), year


def rows_by_race(report: RateReport) -> dict:
    return {row["race"]: row for row in report.as_json()["rows"]}


def test_ratio_of_four(place):
    """24 of 120 against 30 of 600: rates 0.2 and 0.05, ratio 4, Katz interval 2.4268 to 6.5929."""
    leader, school, year = place
    populate(school, year, BL=(24, 120), WH=(20, 500), HI=(10, 100))
    black = rows_by_race(answer(leader, by="school,race"))["BL"]
    assert (black["enrolled"], black["affected"], black["events"], black["days"]) == (120, 24, 24, "36")
    assert (black["rate"], black["risk_ratio"], black["status"]) == (0.2, 4.0, "actual")
    assert black["rate_difference"] == pytest.approx(0.15, abs=1e-15)
    assert black["risk_ratio_low"] == pytest.approx(2.426841, abs=1e-6)
    assert black["risk_ratio_high"] == pytest.approx(6.592933, abs=1e-6)
    assert "small" not in black


def test_exactly_three(place):
    """24 of 160 against 20 of 400 is 3 and not 2.9999999999999996."""
    leader, school, year = place
    populate(school, year, BL=(24, 160), WH=(20, 400))
    assert rows_by_race(answer(leader, by="race"))["BL"]["risk_ratio"] == 3.0


def test_nobody_affected_on_one_side(place):
    """3 of 40 against 0 of 60: no ratio. 0 of 60 against 3 of 40: a ratio of 0 whose interval is corrected."""
    leader, school, year = place
    populate(school, year, BL=(3, 40), WH=(0, 60))
    rows = rows_by_race(answer(leader, by="race"))
    assert [rows["BL"][name] for name in ("risk_ratio", "risk_ratio_low", "risk_ratio_high")] == [None] * 3
    assert rows["BL"]["rate_difference"] == 0.075
    assert rows["WH"]["risk_ratio"] == 0.0
    assert 0 < rows["WH"]["risk_ratio_low"] < rows["WH"]["risk_ratio_high"]


def test_more_affected_than_enrolled_on_the_count_day(place):
    """Nothing is clipped: the rate passes 1, the bounds are unknown."""
    leader, school, year = place
    populate(school, year, BL=(3, 3), WH=(2, 10))
    Enrollment.objects.filter(race="BL").update(begins_on="2021-01-05")
    Enrollment.objects.filter(pk=Enrollment.objects.filter(race="BL").first().pk).update(begins_on=None)
    standing.refresh(year)
    rows = rows_by_race(answer(leader, by="race", denominator="snapshot"))
    assert (rows["BL"]["enrolled"], rows["BL"]["affected"], rows["BL"]["rate"]) == (1, 3, 3.0)
    assert rows["BL"]["risk_ratio"] == 15.0
    assert [rows[race][name] for race in rows for name in ("risk_ratio_low", "risk_ratio_high")] == [None] * 4


def test_small_marks(place):
    """Fewer than 10 enrolled or fewer than 5 affected; 10 and 5 are enough."""
    leader, school, year = place
    populate(school, year, BL=(5, 10), WH=(4, 50), HI=(5, 9))
    rows = rows_by_race(answer(leader, by="race"))
    assert {race: row.get("small") for race, row in rows.items()} == {"BL": None, "HI": True, "WH": True}


def test_rows_are_ordered_by_year_and_then_by_the_columns(place):
    leader, school, year = place
    district = school.district
    before = make.make_school_year(district, 2020)
    populate(school, year, WH=(0, 1), BL=(0, 1))
    populate(make.make_school(district, "0007"), before, WH=(0, 1), AM=(0, 1))
    report = answer(leader, by="race,school", school_year="2021,2020")
    assert [(row.school_year, *row.key) for row in report.rows] == [
        (2020, "AM", "0007"),
        (2020, "WH", "0007"),
        (2021, "BL", "0042"),
        (2021, "WH", "0042"),
    ]
    assert report.definition.school_years == (2020, 2021)


def test_definition_says_what_is_counted(place):
    leader, school, year = place
    populate(school, year, WH=(1, 2), BL=(0, 1))
    definition = answer(leader, by="race", level="middle", sex="UNREPORTED").as_json()["definition"]
    assert definition["schools"] == ["0042"]
    assert definition["filters"] == {"sex": ["UNREPORTED"]}
    assert definition["denominator"] == "cumulative"
    assert datetime.fromisoformat(definition["as_of"]).utcoffset() is not None
    assert definition["numerator"]


def test_as_of_is_the_latest_change_and_stays_until_the_next(place):
    leader, school, year = place
    populate(school, year, WH=(1, 2))
    first = answer(leader).definition.as_of
    assert answer(leader).definition.as_of == first
    removal = Removal.objects.get()
    removal.days = Decimal(2)
    removal.save()
    assert answer(leader).definition.as_of > first


def test_unknown_length_makes_days_unknown_in_its_cell_only(place):
    leader, school, year = place
    populate(school, year, WH=(2, 3), BL=(1, 3))
    Removal.objects.filter(student__race="BL").update(days=None)
    rows = rows_by_race(answer(leader, by="race"))
    assert {race: row["days"] for race, row in rows.items()} == {"BL": None, "WH": "3"}
    assert answer(leader).as_json()["rows"][0]["days"] is None


def test_scope_of_a_district_without_years(db):
    district = make.make_district()
    report = answer(make.make_user("leader", district), by="school")
    assert report.rows == ()
    assert report.as_json()["definition"]["as_of"] is None


def test_errors_name_every_parameter(place):
    leader, *_ = place
    with pytest.raises(InvalidParametersError) as raised:
        answer(leader, measure="nothing", school="0099", colour="red", race="XX")
    assert set(raised.value.errors) == {"measure", "school", "colour", "race"}


@pytest.mark.parametrize(
    ("days", "text"),
    [("0", "0"), ("0.50", "0.5"), ("55.50", "55.5"), ("60", "60"), ("60.00", "60"), ("1E+2", "100"), ("0.25", "0.25")],
)
def test_days_have_no_trailing_zeros(days, text):
    assert days_text(Decimal(days)) == text


def test_incidents_shared_by_students_are_one_event_each(place):
    leader, school, year = place
    populate(school, year, WH=(3, 5))
    assert Incident.objects.count() == 1
    assert answer(leader).as_json()["rows"][0]["events"] == 3
