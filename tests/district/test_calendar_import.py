"""Closures, half days and extra school days from a table."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command

from district.calendar_import import import_calendar
from district.importing import ImportOptions
from district.models import AuditEvent, CalendarDay, Enrollment, ImportBatch, calendar_of
from tests import factories as make

pytestmark = pytest.mark.django_db

HEADER = "school_id,date,kind,reason\n"


@pytest.fixture
def district():
    district = make.make_district("ONE")
    make.make_school(district, "007")
    make.make_school_year(district, 2021)
    return district


@pytest.fixture
def load(district, tmp_path):
    """Return a function that imports rows."""

    def load_rows(rows, header=HEADER, **options):
        path = tmp_path / "calendar.csv"
        path.write_text(header + rows, encoding="utf-8")
        return import_calendar(path, district=district, options=ImportOptions(**options), by=None)

    return load_rows


def test_days_of_the_district_and_of_a_school(load, district):
    outcome = load(",2020-11-26,closure,Holiday\n007,2020-11-26,HALF_DAY,\n007,2020-11-28,instruction,Saturday\n")
    assert (outcome.read, outcome.created, outcome.refused) == (3, 3, 0)
    school = district.schools.get()
    assert calendar_of(district).length_on(date(2020, 11, 26)) == 0
    assert calendar_of(district, school).length_on(date(2020, 11, 26)) == Decimal("0.5")
    assert calendar_of(district, school).length_on(date(2020, 11, 28)) == 1
    assert ImportBatch.objects.get().kind == "calendar"


def test_again_changed_and_left_out(load):
    load(",2020-11-26,closure,Holiday\n,2020-11-27,closure,\n")
    again = load(",2020-11-26,closure,Holiday\n,2020-11-26,closure,Holiday\n")
    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)
    changed = load(",2020-11-26,half_day,Holiday\n")
    assert (changed.created, changed.updated) == (0, 1)
    assert CalendarDay.objects.count() == 2
    event = AuditEvent.objects.get(action="update")
    assert event.changes == {"kind": ["closure", "half_day"]}


def test_bad_rows(load):
    rows = (
        "9,2020-11-26,closure,\n,26/11/2020,closure,\n,2020-11-26,party,\n,,closure,\n,2020-11-30,closure," + "x" * 201
    )
    outcome = load(rows + "\n,2020-12-01,closure,\n,2020-12-01,half_day,\n")
    assert [(fault.line, fault.column, fault.code) for fault in outcome.report] == [
        (2, "school_id", "unknown_school"),
        (3, "date", "invalid_date"),
        (4, "kind", "unknown_kind"),
        (5, "date", "required"),
        (6, "reason", "too_long"),
        (8, "", "repeated_row"),
    ]
    assert (outcome.refused, CalendarDay.objects.count()) == (6, 0)


def test_the_rest_is_written_with_partial_and_nothing_in_a_dry_run(load):
    rows = ",2020-11-26,party,\n,2020-11-27,closure,\n"
    assert load(rows, partial=True, dry_run=True).created == 1
    assert not CalendarDay.objects.exists()
    assert load(rows, partial=True).created == 1
    assert CalendarDay.objects.count() == 1


def test_a_missing_column_is_refused(load):
    outcome = load("1,2\n", header="school_id,day\n")
    assert [fault.code for fault in outcome.report] == ["missing_column"]
    assert outcome.refusal


def test_a_closure_moves_the_count_day(load, district):
    year = district.school_years.get()
    student = make.make_student(district)
    make.enroll(student, district.schools.get(), year, begins_on=date(2020, 10, 1))
    assert Enrollment.objects.get().is_on_count_day
    load(",2020-10-01,closure,Storm\n")
    assert not Enrollment.objects.get().is_on_count_day
    year.refresh_from_db()
    assert year.revision == 2  # the enrollment and the closure


def test_the_command(district, tmp_path, capsys):
    path: Path = tmp_path / "calendar.csv"
    path.write_text(HEADER + ",2020-11-26,closure,Holiday\n")
    call_command("import_calendar", str(path), "--district", "ONE")
    assert capsys.readouterr().out == "summary: read=1 created=1 updated=0 unchanged=0 refused=0\n"
