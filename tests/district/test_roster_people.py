"""What the rows of a roster mean: schools, years, students, staff, places and programs."""

from datetime import date

import pytest

from district.models import Enrollment, Person, ProgramStatus, School, SchoolYear, Staff, StaffAssignment, Student
from tests import factories as make

from .rosters import bulk, changed, faults, org, run, session, student, summary, teacher, write_package

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return make.make_district("ONE")


def spans(**filters):
    """Return the enrollments as (student, school, year) → (begins_on, ends_on)."""
    rows = Enrollment.objects.filter(**filters).select_related("student__person", "school", "school_year")
    return {
        (row.student.person.sourced_id, row.school.code, row.school_year.year): (row.begins_on, row.ends_on)
        for row in rows
    }


# --- Schools and years ---------------------------------------------------------------------------------------------
def test_the_code_of_a_school_is_its_identifier_else_its_sourced_id(district, tmp_path):
    orgs = [org("x1", identifier="007"), org("x2", identifier=""), org("D", type="district", identifier="007")]
    outcome = run(bulk(tmp_path / "r", [], orgs=orgs), district)
    assert outcome.created == 3
    assert dict(School.objects.values_list("sourced_id", "code")) == {"x1": "007", "x2": "x2"}


def test_two_schools_with_one_code(district, tmp_path):
    outcome = run(bulk(tmp_path / "r", [], orgs=[org("x1", identifier="7"), org("x2", identifier="7")]), district)
    assert faults(outcome) == [("orgs.csv", 3, "identifier", "duplicate_school_code")]
    make.make_school(district, "8", sourced_id="old")
    outcome = run(bulk(tmp_path / "r", [], orgs=[org("x1", identifier="8")]), district)
    assert faults(outcome) == [("orgs.csv", 2, "identifier", "duplicate_school_code")]


def test_codes_and_local_ids_may_be_exchanged(district, tmp_path):
    users = [student("s1", identifier="1"), student("s2", identifier="2"), teacher("t1", identifier="1")]
    run(bulk(tmp_path / "r", users, orgs=[org("A", identifier="1"), org("B", identifier="2")]), district)
    users = [student("s1", identifier="2"), student("s2", identifier="1"), teacher("t1", identifier="1")]
    outcome = run(bulk(tmp_path / "r", users, orgs=[org("A", identifier="2"), org("B", identifier="1")]), district)
    assert (outcome.refused, outcome.updated) == (0, 4)
    assert dict(Student.objects.values_list("person__sourced_id", "local_id")) == {"s1": "2", "s2": "1"}
    assert dict(School.objects.values_list("sourced_id", "code")) == {"A": "2", "B": "1"}


def test_another_district_is_refused(district, tmp_path):
    run(bulk(tmp_path / "r", [student("s1")]), district)
    orgs = [org("E", type="district"), org("A")]
    outcome = run(bulk(tmp_path / "r", [student("s1", familyName="Other")], orgs=orgs), district, partial=True)
    assert faults(outcome) == [("orgs.csv", 2, "sourcedId", "wrong_district")]
    assert Person.objects.get().family_name == "Fictional"


def test_a_school_year_is_named_by_the_year_in_which_it_ends(district, tmp_path):
    outcome = run(bulk(tmp_path / "r", [student("s1")], academicSessions=[session(2021, schoolYear="2020")]), district)
    year = SchoolYear.objects.get()
    assert (year.year, year.starts_on, year.ends_on) == (2021, date(2020, 8, 20), date(2021, 6, 10))
    assert any("2020" in warning for warning in outcome.warnings)


@pytest.mark.parametrize(("today", "year"), [("2020-10-01", 2021), ("2021-10-01", 2022), ("2030-01-01", 2022)])
def test_the_year_of_a_list_of_schools(today, year, district, tmp_path, time_machine):
    time_machine.move_to(f"{today}T12:00:00Z")
    run(bulk(tmp_path / "r", [student("s1", "A,B")], academicSessions=[session(2021), session(2022)]), district)
    assert spans() == {("s1", "A", year): (None, None), ("s1", "B", year): (None, None)}
    assert SchoolYear.objects.count() == 2


def test_without_sessions_the_districts_year_holds(district, tmp_path):
    path = write_package(tmp_path / "r", users=[student("s1")], orgs=[org("A")])
    outcome = run(path, district)
    assert [code for _file, _line, _column, code in faults(outcome)] == ["no_school_year"]
    make.make_school_year(district, 2020)
    make.make_school_year(district, 2021)
    assert run(path, district).created == 2
    assert set(spans()) == {("s1", "A", 2021)}


# --- Students and staff ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("grades", "grade"),
    [("9", "09"), ("09,10", "09"), ("k", "KG"), ("KG", "KG"), ("pk", "PK"), ("UG", "UG"), ("", "UNREPORTED")],
)
def test_grades(grades, grade, district, tmp_path):
    run(bulk(tmp_path / "r", [student("s1", grades=grades)]), district)
    assert Enrollment.objects.get().grade == Student.objects.get().grade == grade


@pytest.mark.parametrize(
    ("flags", "race"),
    [
        ({"asian": "true"}, "AS"),
        ({"asian": "TRUE", "white": "true"}, "TR"),
        ({"white": "true", "demographicRaceTwoOrMoreRaces": "true"}, "TR"),
        ({"demographicRaceTwoOrMoreRaces": "true"}, "TR"),
        ({"hispanicOrLatinoEthnicity": "true", "blackOrAfricanAmerican": "true"}, "HI"),
        ({"asian": "false"}, "UNREPORTED"),
        ({}, "UNREPORTED"),
    ],
)
def test_race(flags, race, district, tmp_path):
    run(bulk(tmp_path / "r", [student("s1")], demographics=[{"sourcedId": "s1", **flags}]), district)
    assert Enrollment.objects.get().race == Student.objects.get().race == race


@pytest.mark.parametrize(
    ("word", "sex"), [("male", "M"), ("Female", "F"), ("other", "X"), ("unspecified", "UNREPORTED"), ("", "UNREPORTED")]
)
def test_sex(word, sex, district, tmp_path):
    run(bulk(tmp_path / "r", [student("s1")], demographics=[{"sourcedId": "s1", "sex": word}]), district)
    assert Enrollment.objects.get().sex == Student.objects.get().sex == sex


def test_race_and_sex_are_those_of_the_last_import_of_each_year(district, tmp_path):
    for year, word in ((2021, "male"), (2022, "female")):
        demographics = [{"sourcedId": "s1", "sex": word}]
        run(
            bulk(tmp_path / "r", [student("s1")], academicSessions=[session(year)], demographics=demographics), district
        )
    assert dict(Enrollment.objects.values_list("school_year__year", "sex")) == {2021: "M", 2022: "F"}
    assert Student.objects.get().sex == "F"


def test_staff_become_people_without_sign_in_and_relations_are_not_kept(district, tmp_path):
    users = [
        teacher("t1", "A,B"),
        teacher("t2", role="Administrator"),
        teacher("g1", role="guardian", orgSourcedIds=""),
    ]
    outcome = run(bulk(tmp_path / "r", [*users, student("s1", agentSourcedIds="g1", password="secret")]), district)
    assert outcome.refused == 0
    assert outcome.unchanged == 1
    assert set(Person.objects.values_list("sourced_id", flat=True)) == {"t1", "t2", "s1"}
    assert dict(Staff.objects.values_list("person__sourced_id", "title")) == {"t1": "teacher", "t2": "administrator"}
    assert StaffAssignment.objects.count() == 3
    assert not any("secret" in str(row) for row in Person.objects.values_list())
    assert make.make_user().pk


def test_names_are_composed_and_searchable_without_accents(district, tmp_path):
    run(bulk(tmp_path / "r", [student("s1", givenName="Zoe\u0308", familyName="O’Brien-Łukas")]), district)
    person = Person.objects.get()
    assert (person.given_name, person.search_name) == ("Zoë", "obrien lukas zoe")


def test_records_made_before_the_first_roster_are_found_by_local_id_and_code(district, tmp_path):
    school = make.make_school(district, "A")
    year = make.make_school_year(district, 2021, starts_on=date(2020, 8, 20), ends_on=date(2021, 6, 10))
    before = make.make_student(district, local_id="id-s1")
    make.enroll(before, school, year)
    outcome = run(bulk(tmp_path / "r", [student("s1")]), district)
    assert outcome.refused == 0
    assert Student.objects.get().person.sourced_id == "s1"
    assert School.objects.get(sourced_id="A") == school
    assert Enrollment.objects.count() == 1


@pytest.mark.parametrize("role", ["student", "teacher"])
def test_two_users_with_one_local_id(role, district, tmp_path):
    users = [student("s1", identifier="7", role=role), student("s2", identifier="7", role=role)]
    outcome = run(bulk(tmp_path / "r", users), district)
    assert faults(outcome) == [("users.csv", 3, "identifier", "duplicate_local_id")]
    run(bulk(tmp_path / "r", users[:1]), district)
    outcome = run(bulk(tmp_path / "r", [student("s9", identifier="7", role=role)]), district, allow_shrink=True)
    assert faults(outcome) == [("users.csv", 2, "identifier", "duplicate_local_id")]


# --- Places -----------------------------------------------------------------------------------------------------------
CLASSES = {
    "courses": [{"sourcedId": "c", "orgSourcedId": "D"}],
    "classes": [
        {"sourcedId": "k1", "courseSourcedId": "c", "schoolSourcedId": "B", "termSourcedIds": "t1"},
        {"sourcedId": "k2", "courseSourcedId": "c", "schoolSourcedId": "B", "termSourcedIds": "t2"},
    ],
}


def enrollment(name, user="s1", school="B", **fields):
    """Return a row of enrollments.csv."""
    return {"sourcedId": name, "userSourcedId": user, "schoolSourcedId": school, "role": "student"} | fields


def test_enrollments_give_begin_and_end_clipped_and_joined(district, tmp_path):
    sessions = [session(), {**session(2021), "sourcedId": "t1", "type": "term", "parentSourcedId": "y2021"}]
    sessions.append({**sessions[1], "sourcedId": "t2", "startDate": "2021-01-11"})
    rows = [
        enrollment("e1", classSourcedId="k1", beginDate="2020-07-01", endDate="2020-12-18"),
        enrollment("e2", classSourcedId="k2", beginDate="2021-01-11", endDate="2021-05-01"),
        enrollment("e3", "s2", classSourcedId="k2", beginDate="2021-02-01", endDate="2021-09-01"),
        enrollment("e4", "s3", classSourcedId="k2", beginDate="2021-02-01"),
    ]
    users = [student("s1"), student("s2", "B"), student("s3", "B")]
    outcome = run(bulk(tmp_path / "r", users, academicSessions=sessions, enrollments=rows, **CLASSES), district)
    assert outcome.refused == 0
    assert spans() == {
        ("s1", "A", 2021): (None, None),
        ("s1", "B", 2021): (date(2020, 8, 20), date(2021, 5, 1)),
        ("s2", "B", 2021): (date(2021, 2, 1), date(2021, 6, 10)),
        ("s3", "B", 2021): (date(2021, 2, 1), None),
    }
    last = Enrollment.objects.get(student__local_id="id-s1", is_last_in_year=True)
    assert last.school.code == "A"


def test_enrollments_without_classes_go_by_their_dates(district, tmp_path):
    rows = [
        enrollment("e1", beginDate="2020-09-01", endDate="2021-06-01"),
        enrollment("e2", beginDate="2021-09-01", endDate="2022-01-01"),
        enrollment("e3", beginDate="2010-09-01", endDate="2010-10-01"),
    ]
    sessions = [session(2021), session(2022)]
    outcome = run(bulk(tmp_path / "r", [student("s1")], academicSessions=sessions, enrollments=rows), district)
    assert set(spans()) == {("s1", "A", 2022), ("s1", "B", 2021), ("s1", "B", 2022)}
    assert any("enrollments.csv" in warning for warning in outcome.warnings)
    assert summary(run(tmp_path / "r", district))[1:3] == (0, 0)


def role(name, user, word="student", school="A", **fields):
    """Return a row of roles.csv."""
    return {"sourcedId": name, "userSourcedId": user, "role": word, "orgSourcedId": school} | fields


def test_roles_of_one_roster_1_2(district, tmp_path):
    users = [student(name) for name in ("s1", "s2", "s3", "t1")]
    roles = [
        role("r1", "s1", beginDate="2020-07-01"),
        role("r2", "s2"),
        role("r3", "s3", school="B", beginDate="2021-01-04", endDate="2021-03-05"),
        role("r4", "t1", "principal", roleType="primary", beginDate="2019-01-01"),
        role("r5", "t1", "teacher", "B", roleType="secondary", endDate="2021-01-01"),
    ]
    sessions = [session(2021), session(2022)]
    path = write_package(
        tmp_path / "r", version="1.2", users=users, roles=roles, orgs=[org("A"), org("B")], academicSessions=sessions
    )
    assert run(path, district).refused == 0
    assert spans() == {
        ("s1", "A", 2021): (date(2020, 8, 20), None),
        ("s1", "A", 2022): (date(2021, 8, 20), None),
        ("s2", "A", 2022): (None, None),
        ("s3", "B", 2021): (date(2021, 1, 4), date(2021, 3, 5)),
    }
    assert Staff.objects.get().title == "principal"
    assert set(StaffAssignment.objects.values_list("school__code", "school_year__year")) == {
        ("A", 2021),
        ("A", 2022),
        ("B", 2021),
    }
    assert summary(run(path, district)) == (13, 0, 0, 13, 0, 0)


def test_a_user_without_a_role_is_refused_in_1_2(district, tmp_path):
    path = write_package(
        tmp_path / "r",
        version="1.2",
        users=[student("s1"), student("s2")],
        roles=[role("r1", "s1")],
        orgs=[org("A")],
        academicSessions=[session()],
    )
    assert faults(run(path, district)) == [("users.csv", 3, "sourcedId", "missing_role")]


# --- Programs ---------------------------------------------------------------------------------------------------------
def program(user, **flags):
    """Return a row of studentPrograms.csv for 2021."""
    return {"userSourcedId": user, "schoolYear": "2021"} | flags


def test_a_year_without_the_file_is_unreported_and_a_student_without_a_row_false(district, tmp_path):
    users = [student("s1"), student("s2")]
    run(bulk(tmp_path / "r", users), district)
    assert set(Enrollment.objects.values_list("idea", flat=True)) == {None}
    run(bulk(tmp_path / "r", users, studentPrograms=[program("s1", idea="TRUE")]), district)
    assert dict(Enrollment.objects.values_list("student__local_id", "idea")) == {"id-s1": True, "id-s2": False}
    run(bulk(tmp_path / "r", users), district)
    assert dict(Enrollment.objects.values_list("student__local_id", "idea")) == {"id-s1": True, "id-s2": False}
    assert SchoolYear.objects.get().programs_reported


def test_a_bulk_file_replaces_the_programs_of_its_students(district, tmp_path):
    users = [student("s1"), student("s2")]
    rows = [program("s1", idea="true"), program("s1", homeless="true", beginDate="2021-01-04"), program("s2")]
    run(bulk(tmp_path / "r", users, studentPrograms=rows), district)
    outcome = run(bulk(tmp_path / "r", users, studentPrograms=[program("s1", section504="true"), rows[2]]), district)
    assert (outcome.created, outcome.updated) == (0, 1)
    assert ProgramStatus.objects.count() == 2
    enrolled = Enrollment.objects.get(student__local_id="id-s1")
    assert (enrolled.idea, enrolled.section504, enrolled.homeless) == (False, True, False)


def test_a_delta_keeps_what_it_does_not_name(district, tmp_path):
    users = [student("s1"), student("s2")]
    run(bulk(tmp_path / "r", users, studentPrograms=[program("s1", idea="true"), program("s2")]), district)
    path = write_package(
        tmp_path / "r", mode="delta", users=[changed(users[0])], studentPrograms=[program("s2", homeless="true")]
    )
    outcome = run(path, district)
    assert (outcome.refused, outcome.updated) == (0, 1)
    assert dict(Enrollment.objects.values_list("student__local_id", "idea")) == {"id-s1": True, "id-s2": False}
    assert Enrollment.objects.get(student__local_id="id-s2").homeless
