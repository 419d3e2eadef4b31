"""`import_training`: 5,000 rows of attendance, 200 planted errors each reported, good rows exact, twice the same."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command

from district.models import AuditEvent, ImportBatch, Person
from tests import factories as make
from tests.training import making
from training.imports.rows import COLUMNS
from training.models import Attendance, Evaluation, Practitioner, Registration, SessionDay, TrainingSession

pytestmark = pytest.mark.django_db

SESSIONS, PEOPLE, DAYS = 50, 50, 2
FIRST = date(2025, 9, 1)


@pytest.fixture
def district():
    district = make.make_district("ATT")
    for code in ("circles", "conferences"):
        making.make_course(district, code)
    for name in ("Neighbors United", "Elsewhere Together"):
        make.make_organization(district, name)
    for code in ("0001", "0002"):
        make.make_school(district, code)
    return district


def row_of(session: int, person: int, day: int) -> dict[str, str]:
    """One good row: everybody comes to the sessions of their own group of ten people."""
    number = session * PEOPLE + person
    on = FIRST + timedelta(days=7 * session + day)
    return {
        "session_id": f"S{session:03d}",
        "course": "circles" if session % 2 else "conferences",
        "day": on.isoformat(),
        "hours": ("6", "5.5", "3")[number % 3],
        "staff_id": "",
        "email": f"person{person:03d}@example.org",
        "given_name": f"Given{person}",
        "family_name": f"Family{person}",
        "role": ("teacher", "guardian", "community")[person % 3],
        "organization": "Neighbors United" if person % 3 == 2 else "",
        "schools": "0001;0002" if person % 2 else "0001",
        "given_by": "Neighbors United",
        "language": "es" if session % 5 == 0 else "",
        "place": "Library",
        "evaluation": "passed" if day == DAYS - 1 else "",
        "evaluated_on": (on + timedelta(days=1)).isoformat() if day == DAYS - 1 and person % 4 == 0 else "",
        "evaluation_note": "",
    }


def good_rows() -> list[dict[str, str]]:
    return [
        row_of(session, person, day) for session in range(SESSIONS) for person in range(PEOPLE) for day in range(DAYS)
    ]


FAULTS: list[tuple[str, str, str]] = [
    ("session_id", "", "required"),
    ("session_id", "S" * 61, "too_long"),
    ("course", "", "required"),
    ("course", "no-such", "unknown_course"),
    ("day", "", "required"),
    ("day", "2025-02-30", "invalid_date"),
    ("day", "3/1/2025", "invalid_date"),
    ("day", "2026-12-31", "future_date"),
    ("day", "1066-10-14", "out_of_range"),
    ("hours", "", "required"),
    ("hours", "six", "invalid_number"),
    ("hours", "-1", "negative"),
    ("hours", "0", "out_of_range"),
    ("hours", "24.5", "out_of_range"),
    ("hours", "1.125", "too_many_decimals"),
    ("email", "", "required"),
    ("email", "nobody", "invalid_email"),
    ("email", "child@example.org", "address_not_allowed"),
    ("staff_id", "T99999", "unknown_staff"),
    ("role", "student", "invalid_choice"),
    ("organization", "No Such", "unknown_organization"),
    ("schools", "0001;9999", "unknown_school"),
    ("given_by", "No Such", "unknown_organization"),
    ("language", "Klingon", "invalid_choice"),
    ("evaluation", "excellent", "invalid_choice"),
    ("evaluation", "failed", "required"),
    ("evaluated_on", "2020-01-01", "evaluated_before"),
    ("given_name", "Somebody Else", "contradicts"),
    ("place", "Elsewhere", "contradicts"),
    ("place", "Lib\nrary", "control_character"),
]
ELSEWHERE = {("evaluation", "failed"): "evaluation_note", ("email", "child@example.org"): "email"}
"""Where the fault stands when it is not in the cell that was spoiled."""


def write(path: Path, rows: list[dict[str, str]], columns=COLUMNS) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


def run(path: Path, capsys, *options: str) -> tuple[int, str]:
    """Run the command; return its exit code and the last line of its output."""
    code = 0
    try:
        call_command("import_training", str(path), "--district", "ATT", *options)
    except SystemExit as error:
        code = int(error.code or 0)
    return code, capsys.readouterr().out.splitlines()[-1]


def planted(rows: list[dict[str, str]]) -> dict[int, tuple[str, str]]:
    """Spoil 200 rows, one cell each; return line → (column, code)."""
    expected = {}
    for number in range(200):
        column, value, code = FAULTS[number % len(FAULTS)]
        # Never the first row of a session or a person: what the later ones must agree with is not to be spoiled.
        place = (number + 1) * 23 + PEOPLE * DAYS
        row = rows[place]
        row[column] = value
        if column == "evaluated_on":
            row["evaluation"] = "passed"
        expected[place + 2] = (ELSEWHERE.get((column, value), column), code)
    return expected


def test_five_thousand_rows_with_two_hundred_errors(district, tmp_path, capsys):
    child = make.make_student(district)
    Person.objects.filter(pk=child.person_id).update(email="child@example.org")
    rows = good_rows()
    expected = planted(rows)
    # A quoted line break in a cell moves the lines after it.
    shift, moved = 0, {}
    for place, row in enumerate(rows):
        if place + 2 in expected:
            moved[place + 2 + shift] = expected[place + 2]
        shift += row["place"].count("\n")
    path, errors = write(tmp_path / "training.csv", rows), tmp_path / "errors.csv"
    assert len(rows) == 5000

    assert run(path, capsys, "--errors", str(errors)) == (
        1,
        "summary: read=5000 created=0 updated=0 unchanged=0 refused=200",
    )
    assert not TrainingSession.objects.exists()
    reported = list(csv.DictReader(errors.open(encoding="utf-8")))
    found = {int(line["line"]): (line["column"], line["code"]) for line in reported}
    assert found == moved
    assert len(reported) == 200
    assert {code for _column, code in found.values()} == {code for _column, _value, code in FAULTS}

    code, summary = run(path, capsys, "--partial")
    assert (code, summary) == (0, "summary: read=5000 created=4800 updated=0 unchanged=0 refused=200")
    good = [row for place, row in enumerate(rows) if place + 2 not in expected]
    stored = {
        (session, email, day.isoformat()): hours
        for session, email, day, hours in Attendance.objects.values_list(
            "registration__session__identifier",
            "registration__practitioner__person__email",
            "session_day__day",
            "hours",
        )
    }
    assert stored == {(row["session_id"], row["email"], row["day"]): Decimal(row["hours"]) for row in good}
    assert Practitioner.objects.count() == PEOPLE
    assert Registration.objects.count() == len({(row["session_id"], row["email"]) for row in good})
    results = Counter(Evaluation.objects.values_list("practitioner__person__email", "evaluated_on"))
    wanted = Counter(
        (row["email"], date.fromisoformat(row["evaluated_on"] or row["day"])) for row in good if row["evaluation"]
    )
    assert results == wanted

    events = AuditEvent.objects.count()
    assert run(path, capsys, "--partial")[1] == "summary: read=5000 created=0 updated=0 unchanged=4800 refused=200"
    assert AuditEvent.objects.count() == events + 1  # the batch itself, no record
    assert len(stored) == Attendance.objects.count()


def small() -> list[dict[str, str]]:
    return [row_of(0, person, day) for person in range(3) for day in range(DAYS)]


def test_a_dry_run_says_the_same_and_writes_nothing(district, tmp_path, capsys):
    path = write(tmp_path / "training.csv", small())
    assert run(path, capsys, "--dry-run") == (0, "dry-run summary: read=6 created=6 updated=0 unchanged=0 refused=0")
    assert (TrainingSession.objects.count(), Person.objects.count(), ImportBatch.objects.count()) == (0, 0, 0)


def test_changed_hours_update_one_row_and_leave_one_event(district, tmp_path, capsys):
    rows = small()
    run(write(tmp_path / "training.csv", rows), capsys)
    rows[0]["hours"] = "2.25"
    assert run(write(tmp_path / "training.csv", rows), capsys)[1].endswith("created=0 updated=1 unchanged=5 refused=0")
    event = AuditEvent.objects.get(object_type="attendance")
    assert event.changes == {"hours": ["6.00", "2.25"]}
    rows[0]["hours"] = "9"
    assert run(write(tmp_path / "training.csv", rows), capsys)[0] == 1


def test_a_session_on_record_takes_further_days_and_people(district, tmp_path, capsys):
    run(write(tmp_path / "training.csv", small()), capsys)
    more = row_of(0, 3, 0) | {"day": (FIRST + timedelta(days=30)).isoformat()}
    assert run(write(tmp_path / "more.csv", [more]), capsys)[1].startswith("summary: read=1 created=1")
    session = TrainingSession.objects.get()
    assert (session.begins_on, session.ends_on) == (FIRST, FIRST + timedelta(days=30))
    assert SessionDay.objects.count() == DAYS + 1


def test_staff_keep_their_own_record_by_id_and_by_address(district, tmp_path, capsys):
    year = make.make_school_year(district)
    staff = make.make_staff(district, district.schools.first(), year, given_name="Roster", local_id="T1")
    Person.objects.filter(pk=staff.person_id).update(email="roster@example.org")
    nameless = {"given_name": "", "family_name": "", "role": "", "organization": "", "schools": ""}
    by_id = row_of(0, 0, 0) | nameless | {"staff_id": "T1", "email": ""}
    by_mail = row_of(0, 0, 1) | nameless | {"email": "ROSTER@example.org"}
    assert run(write(tmp_path / "training.csv", [by_id, by_mail]), capsys)[0] == 0
    practitioner = Practitioner.objects.get()
    assert practitioner.person.given_name == "Roster"
    assert practitioner.capacity == "other_staff"
    assert list(practitioner.schools.values_list("code", flat=True)) == ["0001"]
    assert Attendance.objects.count() == 2


def test_somebody_known_keeps_their_own_name(district, tmp_path, capsys):
    known = making.make_practitioner(district, given_name="Known", email="person000@example.org")
    assert run(write(tmp_path / "training.csv", small()), capsys)[0] == 0
    known.person.refresh_from_db()
    assert known.person.given_name == "Known"
    assert known.registrations.count() == 1


def test_what_only_a_later_row_says_counts_too(district, tmp_path, capsys):
    rows = small()
    rows[0]["family_name"], rows[0]["place"] = "", ""
    assert run(write(tmp_path / "training.csv", rows), capsys)[0] == 0
    assert Person.objects.get(email="person000@example.org").family_name == "Family0"
    assert TrainingSession.objects.get().place == "Library"


def test_a_cancelled_session_and_another_course_are_refused(district, tmp_path, capsys):
    run(write(tmp_path / "training.csv", small()), capsys)
    TrainingSession.objects.update(status="cancelled")
    errors = tmp_path / "errors.csv"
    row = row_of(0, 0, 0) | {"course": "circles"}
    assert run(write(tmp_path / "again.csv", [row]), capsys, "--errors", str(errors))[0] == 1
    found = {line["code"] for line in csv.DictReader(errors.open(encoding="utf-8"))}
    assert found == {"session_cancelled", "contradicts"}


def test_whole_files_that_are_refused(district, tmp_path, capsys):
    missing = write(tmp_path / "missing.csv", small(), columns=COLUMNS[1:])
    assert run(missing, capsys) == (1, "summary: read=0 created=0 updated=0 unchanged=0 refused=0")
    path = write(tmp_path / "training.csv", small())
    with pytest.raises(SystemExit):
        call_command("import_training", str(path), "--district", "NONE")


def test_a_row_with_too_many_cells(district, tmp_path, capsys):
    path, errors = write(tmp_path / "training.csv", small()[:1]), tmp_path / "errors.csv"
    path.write_text(path.read_text(encoding="utf-8").rstrip("\r\n") + ",,,more\r\n", encoding="utf-8")
    assert run(path, capsys, "--errors", str(errors))[0] == 1
    (fault,) = csv.DictReader(errors.open(encoding="utf-8"))
    assert (fault["column"], fault["code"]) == ("", "too_many_cells")
