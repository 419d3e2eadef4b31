"""Rows that are refused: each with its file, line and column; all or nothing, or row by row."""

import csv
import io

import pytest
from django.core.management import call_command

from district.models import Enrollment, ImportBatch, Person, Student
from tests import factories as make

from .rosters import bulk, changed, faults, run, session, student, summary, teacher, write_package

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return make.make_district("ONE")


BAD_USERS = [
    ({"sourcedId": ""}, "sourcedId", "required"),
    ({"sourcedId": "x" * 256}, "sourcedId", "too_long"),
    ({"identifier": "x" * 256}, "identifier", "too_long"),
    ({"givenName": "x" * 256}, "givenName", "too_long"),
    ({"givenName": "", "familyName": " "}, "givenName", "required"),
    ({"email": "x" * 255}, "email", "too_long"),
    ({"role": "wizard"}, "role", "unknown_role"),
    ({"role": ""}, "role", "required"),
    ({"grades": "9th"}, "grades", "unknown_grade"),
    ({"orgSourcedIds": ""}, "orgSourcedIds", "required"),
    ({"orgSourcedIds": "A,nowhere"}, "orgSourcedIds", "unresolved_reference"),
    ({"agentSourcedIds": "nobody"}, "agentSourcedIds", "unresolved_reference"),
    ({"sourcedId": "s0"}, "sourcedId", "repeated_row"),
    ({"identifier": "id-s0"}, "identifier", "duplicate_local_id"),
]


@pytest.mark.parametrize(("fields", "column", "code"), BAD_USERS, ids=lambda value: str(value)[:40])
@pytest.mark.parametrize("partial", [False, True])
def test_users(fields, column, code, partial, district, tmp_path):
    path = bulk(tmp_path / "r", [student("s0"), student("s1", **fields), student("s2")])
    outcome = run(path, district, partial=partial)
    assert faults(outcome) == [("users.csv", 3, column, code)]
    assert outcome.refused == 1
    assert Student.objects.count() == (2 if partial else 0)
    assert ImportBatch.objects.count() == (1 if partial else 0)


BAD_ROWS = [
    ("academicSessions", session(2022, type="era"), "type", "unknown_session_type"),
    ("academicSessions", session(2022, startDate="20/08/2021"), "startDate", "invalid_date"),
    ("academicSessions", session(2022, startDate="0000-00-00"), "startDate", "invalid_date"),
    ("academicSessions", session(2022, endDate="9999-12-31"), "endDate", "invalid_date"),
    ("academicSessions", session(2022, startDate="2022-08-20"), "endDate", "ends_before_begins"),
    ("academicSessions", session(2022, startDate="2020-08-20"), "endDate", "session_too_long"),
    ("academicSessions", session(2022, schoolYear="2021-22"), "schoolYear", "invalid_year"),
    ("academicSessions", session(2022, parentSourcedId="none"), "parentSourcedId", "unresolved_reference"),
    ("demographics", {"sourcedId": "s0", "birthDate": "2/3/2010"}, "birthDate", "invalid_date"),
    ("demographics", {"sourcedId": "s0", "sex": "yes"}, "sex", "unknown_sex"),
    ("demographics", {"sourcedId": "s0", "asian": "1"}, "asian", "invalid_boolean"),
    ("demographics", {"sourcedId": "none"}, "sourcedId", "unresolved_reference"),
    ("enrollments", {"sourcedId": "e", "userSourcedId": "s0", "role": "student"}, "schoolSourcedId", "required"),
    (
        "enrollments",
        {"sourcedId": "e", "userSourcedId": "s0", "role": "student", "schoolSourcedId": "none"},
        "schoolSourcedId",
        "unresolved_reference",
    ),
    (
        "enrollments",
        {
            "sourcedId": "e",
            "userSourcedId": "s0",
            "role": "student",
            "schoolSourcedId": "A",
            "beginDate": "2021-02-01",
            "endDate": "2021-01-01",
        },
        "endDate",
        "ends_before_begins",
    ),
    ("studentPrograms", {"userSourcedId": "s0", "schoolYear": "21"}, "schoolYear", "invalid_year"),
    ("studentPrograms", {"userSourcedId": "s0", "schoolYear": "2019"}, "schoolYear", "unknown_school_year"),
    ("studentPrograms", {"userSourcedId": "s0", "schoolYear": "2021", "idea": "y"}, "idea", "invalid_boolean"),
    ("studentPrograms", {"userSourcedId": "t0", "schoolYear": "2021"}, "userSourcedId", "not_a_student"),
    ("studentPrograms", {"userSourcedId": "none", "schoolYear": "2021"}, "userSourcedId", "unresolved_reference"),
]


@pytest.mark.parametrize(("name", "row", "column", "code"), BAD_ROWS, ids=lambda value: str(value)[:40])
def test_other_rows(name, row, column, code, district, tmp_path):
    rows = {"academicSessions": [session()]}
    rows[name] = [*rows.get(name, []), row]
    outcome = run(bulk(tmp_path / "r", [student("s0"), teacher("t0")], **rows), district, partial=True)
    assert faults(outcome) == [(f"{name}.csv", len(rows[name]) + 1, column, code)]
    assert outcome.refused == 1
    assert Enrollment.objects.count() == 1


def test_a_row_with_too_many_cells_and_rows_over_several_lines(district, tmp_path):
    folder = bulk(tmp_path / "r", [student("s0", givenName="Two\nlines"), student("s1")])
    users = folder / "users.csv"
    users.write_text(users.read_text() + users.read_text().splitlines()[3].replace("s1", "s2") + ",,more\n")
    outcome = run(folder, district, partial=True)
    assert faults(outcome) == [("users.csv", 5, "", "too_many_cells")]
    assert Student.objects.count() == 2


def test_a_row_that_refers_to_a_refused_row_is_refused_too(district, tmp_path):
    users = [student("s0", identifier="x" * 300), student("s1"), student("s2", agentSourcedIds="s0")]
    rows = {
        "demographics": [{"sourcedId": "s0"}, {"sourcedId": "s1"}],
        "studentPrograms": [{"userSourcedId": "s2", "schoolYear": "2021"}],
        "enrollments": [{"sourcedId": "e", "userSourcedId": "s0", "schoolSourcedId": "A", "role": "student"}],
    }
    outcome = run(bulk(tmp_path / "r", users, **rows), district, partial=True)
    assert faults(outcome) == [
        ("users.csv", 2, "identifier", "too_long"),
        ("users.csv", 4, "agentSourcedIds", "unresolved_reference"),
        ("demographics.csv", 2, "sourcedId", "unresolved_reference"),
        ("enrollments.csv", 2, "userSourcedId", "unresolved_reference"),
        ("studentPrograms.csv", 2, "userSourcedId", "unresolved_reference"),
    ]
    assert outcome.refused == 5
    assert [student.local_id for student in Student.objects.all()] == ["id-s1"]


def test_a_row_repeated_exactly_is_no_fault(district, tmp_path):
    users = [student("s0", "A,B"), student("s0", "A,B"), student("s1")]
    outcome = run(bulk(tmp_path / "r", users), district)
    assert summary(outcome) == (7, 5, 1, 1, 0, 0)
    outcome = run(bulk(tmp_path / "r", [student("s0", "A,B"), student("s0", "A")]), district)
    assert faults(outcome) == [("users.csv", 3, "sourcedId", "repeated_row")]


def test_delta_rows_need_status_and_time(district, tmp_path):
    users = [
        changed(student("s0")) | {"status": "maybe"},
        changed(student("s1")) | {"dateLastModified": ""},
        changed(student("s2")) | {"dateLastModified": "1/2/2021"},
        changed(student("s3")) | {"dateLastModified": "2017-05-06 08:01:05"},
    ]
    sessions = [changed(session())]
    orgs = [changed({"sourcedId": "A", "name": "A", "type": "school"})]
    path = write_package(tmp_path / "r", mode="delta", users=users, orgs=orgs, academicSessions=sessions)
    assert faults(run(path, district)) == [
        ("users.csv", 2, "status", "invalid_status"),
        ("users.csv", 3, "dateLastModified", "required_in_delta"),
        ("users.csv", 4, "dateLastModified", "invalid_datetime"),
    ]


def test_the_status_of_a_bulk_file_is_ignored_with_a_warning(district, tmp_path):
    outcome = run(bulk(tmp_path / "r", [student("s0", status="tobedeleted")]), district)
    assert outcome.refused == 0
    assert Student.objects.count() == 1
    assert any("status" in warning for warning in outcome.warnings)


# --- The command ---------------------------------------------------------------------------------------------------
def command(*arguments):
    """Run import_roster; return its exit code, standard output and standard error."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("import_roster", *map(str, arguments), stdout=out, stderr=err)
    except SystemExit as error:
        return error.code, out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def test_summary_exit_code_and_errors_file(district, tmp_path):
    path = bulk(tmp_path / "r.zip", [student("s0"), student("s1", grades="=1+1")])
    report = tmp_path / "errors.csv"
    code, out, err = command(path, "--district", "ONE", "--errors", report)
    assert code == 1
    assert out.splitlines()[-1] == "summary: read=6 created=0 updated=0 unchanged=0 refused=1 ended=0"
    rows = list(csv.DictReader(report.open(encoding="utf-8")))
    assert [(row["file"], row["line"], row["column"], row["value"], row["code"]) for row in rows] == [
        ("users.csv", "3", "grades", "'=1+1", "unknown_grade")
    ]
    assert "users.csv:3" in err
    assert not Person.objects.exists()
    code, out, _err = command(path, "--district", "ONE", "--partial", "--dry-run")
    assert (code, out) == (0, "dry-run summary: read=6 created=4 updated=1 unchanged=0 refused=1 ended=0\n")
    assert not Person.objects.exists()
    code, out, _err = command(path, "--district", "ONE", "--partial", "--errors", report)
    assert (code, out) == (0, "summary: read=6 created=4 updated=1 unchanged=0 refused=1 ended=0\n")
    bulk(tmp_path / "r.zip", [student("s0")])
    assert command(path, "--district", "ONE", "--errors", report)[0] == 0
    assert report.read_text().splitlines() == ["file,line,column,value,reason,code"]


def test_an_unknown_district(tmp_path):
    code, out, err = command(bulk(tmp_path / "r", []), "--district", "NONE")
    assert (code, out) == (1, "summary: read=0 created=0 updated=0 unchanged=0 refused=0 ended=0\n")
    assert "NONE" in err
