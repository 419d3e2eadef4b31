"""What an enrollment stands for in the year and on the count day."""

from datetime import date

import pytest

from district import standing
from district.models import Enrollment
from tests import factories as make

pytestmark = pytest.mark.django_db

COUNT_DAY = date(2020, 10, 1)


@pytest.fixture
def district():
    return make.make_district("ONE")


@pytest.fixture
def year(district):
    return make.make_school_year(district, 2021, programs_reported=True)


@pytest.fixture
def schools(district):
    return [make.make_school(district, code) for code in ("A", "B", "C")]


@pytest.fixture
def student(district):
    return make.make_student(district)


def marks(student):
    """Return, by school, (on the count day, last in the year, standing on the count day)."""
    rows = Enrollment.objects.filter(student=student).select_related("school")
    return {row.school.code: (row.is_on_count_day, row.is_last_in_year, row.is_standing_on_count_day) for row in rows}


SPANS = [
    # begin and end at A, at B → marks of A, of B
    ((None, None), None, (True, True, True), None),
    ((None, date(2020, 9, 30)), None, (False, True, True), None),
    ((date(2020, 10, 1), date(2020, 10, 1)), None, (True, True, True), None),
    ((date(2020, 10, 2), None), None, (False, True, True), None),
    ((None, date(2021, 1, 8)), (date(2021, 1, 11), None), (True, False, True), (False, True, False)),
    ((None, date(2020, 9, 30)), (date(2020, 10, 1), None), (False, False, False), (True, True, True)),
    ((None, None), (None, None), (True, False, False), (True, True, True)),
    ((None, None), (date(2020, 9, 9), None), (True, False, False), (True, True, True)),
    ((date(2020, 11, 2), None), (None, date(2020, 9, 4)), (False, True, True), (False, False, False)),
]


@pytest.mark.parametrize(("first", "second", "at_first", "at_second"), SPANS)
def test_one_enrollment_stands_for_the_student(first, second, at_first, at_second, student, schools, year):
    make.enroll(student, schools[0], year, begins_on=first[0], ends_on=first[1])
    expected = {"A": at_first}
    if second:
        make.enroll(student, schools[1], year, begins_on=second[0], ends_on=second[1])
        expected["B"] = at_second
    assert marks(student) == expected


def test_the_count_day_is_the_nearest_school_day(student, schools, year, district):
    district.calendar_days.create(day=COUNT_DAY, kind="closure")
    make.enroll(student, schools[0], year, begins_on=COUNT_DAY)
    assert marks(student) == {"A": (False, True, True)}


PROGRAMS = [
    # begin and end of the status → IDEA on the last day (28 May 2021), on the count day
    ((None, None), True, True),
    ((date(2020, 10, 1), date(2021, 5, 28)), True, True),
    ((date(2020, 10, 2), None), True, False),
    ((None, date(2020, 10, 1)), False, True),
    ((None, date(2021, 5, 27)), False, True),
    ((date(2021, 5, 28), date(2021, 5, 28)), True, False),
    ((date(2021, 5, 29), None), False, False),
]


@pytest.mark.parametrize(("span", "last", "counted"), PROGRAMS)
def test_programs_on_the_last_day_and_on_the_count_day(span, last, counted, student, schools, year):
    make.make_program_status(student, year, idea=True, begins_on=span[0], ends_on=span[1])
    make.make_program_status(student, year, homeless=True)
    row = make.enroll(student, schools[0], year, ends_on=date(2021, 5, 28))
    assert (row.idea, row.idea_on_count_day) == (last, counted)
    assert (row.homeless, row.homeless_on_count_day) == (True, True)
    assert (row.section504, row.section504_on_count_day) == (False, False)


def test_an_enrollment_outside_the_count_day_has_its_last_days_programs_there(student, schools, year):
    make.make_program_status(student, year, idea=True, ends_on=date(2020, 12, 1))
    row = make.enroll(student, schools[0], year, begins_on=date(2020, 11, 2))
    assert (row.idea, row.idea_on_count_day) == (False, False)


def test_a_year_without_program_status_is_unreported(student, schools, district):
    year = make.make_school_year(district, 2022)
    make.make_program_status(student, year, idea=True)
    row = make.enroll(student, schools[0], year)
    assert (row.idea, row.idea_on_count_day) == (None, None)


def test_only_what_differs_is_written_and_only_for_whom_it_is_asked(district, schools, year):
    students = [make.make_student(district) for _ in range(3)]
    for student in students:
        make.enroll(student, schools[0], year, refresh=False)
    assert standing.refresh(year, [students[0].pk, students[0].pk]) == 1
    assert standing.refresh(year, []) == 0
    assert standing.refresh(year) == 2
    assert standing.refresh(year) == 0
    make.make_program_status(students[1], year, idea=True)
    assert standing.refresh(year) == 1


def test_another_year_and_another_district_are_left_alone(district, schools, year, student):
    other = make.make_school_year(district, 2022)
    make.enroll(student, schools[0], other, refresh=False)
    make.enroll(student, schools[0], year)
    assert not Enrollment.objects.get(school_year=other).is_last_in_year


@pytest.mark.parametrize(
    ("grades", "highest", "level"),
    [
        (["KG", "05"], "05", "elementary"),
        (["06", "08"], "08", "middle"),
        (["08", "09"], "09", "high"),
        (["UG"], "", "other"),
        (["UG", "PK"], "PK", "elementary"),
    ],
)
def test_the_level_of_a_school_is_that_of_its_highest_grade_in_its_latest_year(
    grades, highest, level, district, schools, year
):
    school = schools[0]
    before = make.make_school_year(district, 2020)
    make.enroll(make.make_student(district), school, before, grade="12", refresh=False)
    for grade in grades:
        make.enroll(make.make_student(district), school, year, grade=grade, refresh=False)
    assert standing.refresh_levels(district) == (0 if (highest, level) == ("", "other") else 1)
    school.refresh_from_db()
    assert (school.highest_grade, school.level) == (highest, level)
    assert standing.refresh_levels(district) == 0


def test_the_revision_rises(year):
    standing.refresh(year)
    year.refresh_from_db()
    assert year.revision == 1
