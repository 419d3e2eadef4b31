"""Packages as other systems write them: which are read, which are refused, and for what."""

import csv
import random
import zipfile
from pathlib import Path

import pytest

from district.models import AuditEvent, Enrollment, ImportBatch, Person, School, SchoolYear, Staff, Student
from tests import factories as make

from . import rosters

FIXTURES = Path(__file__).parent.parent / "fixtures"
ONEROSTER = FIXTURES / "oneroster" / "longsight_1p2"
EXAMPLE = FIXTURES / "example_district" / "roster.zip"
EXPECTED = list(csv.DictReader((ONEROSTER / "expected.csv").open(encoding="utf-8")))
ALWAYS = [row for row in EXPECTED if row["when"] == "always"]
# Faults of files that are not read (gradebook, user profiles), and packages with nothing to read.
STRICT = {
    "valid/manifest_only_package.zip": "",
    "negative/unknown_zip_entry.zip": "missing_file",
    "negative/manifest_marks_present_file_absent.zip": "unexpected_file",
    "negative/schema_header_and_metadata_failures.zip": "missing_file",
    "negative/missing_target_file_failure.zip": "missing_file",
    "negative/semantic_validation_failure.zip": "",
    "negative_references/missing_userprofiles_usersourcedid.zip": "",
}

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return make.make_district("ONE")


@pytest.mark.parametrize("row", ALWAYS, ids=lambda row: row["file"])
def test_packages_of_another_repository(row, district):
    outcome = rosters.run(ONEROSTER / row["file"], district)
    is_refused = bool(outcome.refusal or outcome.refused)
    assert is_refused == (row["expected"] == "refuse")
    if is_refused:
        assert not School.objects.exists()
        assert not Person.objects.exists()
        first = outcome.report.first(1)[0]
        if row["line"]:
            assert (first.file, first.line, first.column) == (row["source_file"], int(row["line"]), row["field"])
    else:
        assert outcome.created == 6
        assert set(School.objects.values_list("code", flat=True)) == {"NCES-1"}
        assert Staff.objects.count() == 2
        assert not Student.objects.exists()
        again = rosters.run(ONEROSTER / row["file"], district)
        assert (again.created, again.updated, again.ended) == (0, 0, 0)


@pytest.mark.parametrize("name", STRICT)
def test_packages_that_only_a_strict_reader_refuses(name, district):
    outcome = rosters.run(ONEROSTER / name, district)
    assert [fault.code for fault in outcome.report] == ([STRICT[name]] if STRICT[name] else [])
    assert bool(outcome.refusal) == bool(STRICT[name])


def test_school_data_sync_is_refused_with_what_is_missing(district):
    outcome = rosters.run(FIXTURES / "oneroster" / "microsoft_sds_v2.1", district)
    assert "School Data Sync" in outcome.refusal
    assert "manifest.csv is missing" in outcome.refusal


def test_the_example_district(district):
    outcome = rosters.run(EXAMPLE, district)
    assert rosters.summary(outcome) == (3861, 3858, 1, 2, 0, 0)
    assert (School.objects.count(), Student.objects.count(), Staff.objects.count()) == (66, 1219, 134)
    assert Enrollment.objects.count() == 1219
    district.refresh_from_db()
    assert district.sourced_id == "dist-5400600"
    assert School.objects.get(sourced_id="sch-5400600-00060").code == "00060"
    student = Student.objects.select_related("person").get(local_id="0000001")
    assert (student.race, student.sex) == ("WH", "M")
    enrollment = student.enrollments.get()
    assert enrollment.idea is True
    assert enrollment.section504 is False
    assert enrollment.is_last_in_year
    assert enrollment.is_standing_on_count_day
    assert enrollment.is_on_count_day
    year = SchoolYear.objects.get()
    assert (year.year, year.programs_reported, year.revision) == (2021, True, 1)
    batch = ImportBatch.objects.get()
    assert (batch.read, batch.created, len(batch.sha256)) == (3861, 3858, 64)
    assert AuditEvent.objects.filter(action="import", batch_id=batch.pk).count() == 1


def test_the_same_file_again_and_its_rows_in_another_order_change_nothing(district, tmp_path):
    rosters.run(EXAMPLE, district)
    before = list(Enrollment.objects.order_by("pk").values())
    events = AuditEvent.objects.count()
    shuffled = tmp_path / "roster.zip"
    with zipfile.ZipFile(EXAMPLE) as old, zipfile.ZipFile(shuffled, "w") as new:
        for name in old.namelist():
            header, *rows = old.read(name).decode().splitlines()
            random.Random(7).shuffle(rows)
            new.writestr(name, "\ufeff" + "\r\n".join([header, *rows]))
    for path in (EXAMPLE, shuffled):
        outcome = rosters.run(path, district)
        assert rosters.summary(outcome) == (3861, 0, 0, 3861, 0, 0)
    assert list(Enrollment.objects.order_by("pk").values()) == before
    assert AuditEvent.objects.count() == events + 2
    assert SchoolYear.objects.get().revision == 1


def test_rows_in_another_order_make_the_same_records(tmp_path):
    users = [rosters.student(f"s{n}", "A,B" if n % 3 else "B") for n in range(20)]
    made = []
    for seed in (1, 2):
        district = make.make_district()
        random.Random(seed).shuffle(users)
        rosters.run(rosters.bulk(tmp_path / str(seed), users), district)
        rows = Enrollment.objects.filter(school__district=district)
        columns = ("student__local_id", "school__code", "is_last_in_year", "is_standing_on_count_day")
        made.append(sorted(rows.values_list(*columns)))
    assert made[0] == made[1]
    assert len(made[0]) > 20


@pytest.mark.parametrize(
    ("column", "found"), [("sourcedId", "sourcedID"), ("grades", "grade"), ("identifier", "Identifier")]
)
def test_a_header_spelled_otherwise_is_a_missing_column(column, found, district, tmp_path):
    folder = rosters.bulk(tmp_path / "r", [rosters.student("s1")])
    users = folder / "users.csv"
    users.write_text(users.read_text().replace(column, found, 1))
    outcome = rosters.run(folder, district)
    fault = outcome.report.first(1)[0]
    assert (fault.file, fault.line, fault.column, fault.code) == ("users.csv", 1, column, "missing_column")
    assert column in outcome.refusal
    if column.casefold() == found.casefold():
        assert found in outcome.refusal


def test_a_file_that_the_manifest_announces_must_be_there(district, tmp_path):
    folder = rosters.bulk(tmp_path / "r", [rosters.student("s1")])
    (folder / "users.csv").unlink()
    outcome = rosters.run(folder, district)
    assert rosters.faults(outcome)[0] == ("manifest.csv", 8, "value", "missing_file")
    assert "users.csv" in outcome.refusal


def test_without_a_manifest_the_files_are_bulk_with_a_warning(district, tmp_path):
    folder = rosters.bulk(tmp_path / "r", [rosters.student("s1")], manifest=False)
    (folder / "notes.csv").write_text("anything")
    outcome = rosters.run(folder, district)
    assert outcome.created == 4
    assert any("manifest" in warning for warning in outcome.warnings)
    assert any("notes.csv" in warning for warning in outcome.warnings)


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("users.csv", b"\xff\xfe\x00", "not_utf8"),
        ("academicSessions.csv", b"sourcedId,type,startDate,endDate\n\x00", "nul_byte"),
        ("users.csv", b"", "empty_file"),
        ("users.csv", b'sourcedId,status\n"open', "missing_column"),
        ("users.csv", b"sourcedId,sourcedId\n", "repeated_header"),
        ("manifest.csv", b"propertyName,value\noneroster.version,2.0\n", "unknown_version"),
        ("manifest.csv", b"propertyName,value\nfile.users,some\n", "invalid_mode"),
    ],
)
def test_unreadable_files_are_refused_without_a_traceback(name, text, code, district, tmp_path):
    folder = rosters.bulk(tmp_path / "r", [rosters.student("s1")])
    (folder / name).write_bytes(text)
    outcome = rosters.run(folder, district)
    assert outcome.refusal
    assert [fault.code for fault in outcome.report] == [code]
    assert not Student.objects.exists()


def test_what_is_no_package_is_refused(district, tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.zip").write_text("no zip")
    other = tmp_path / "other"
    other.mkdir()
    (other / "notes.csv").write_text("a\n1\n")
    for path in (tmp_path / "empty", tmp_path / "text.zip", other, tmp_path / "nowhere"):
        assert rosters.run(path, district).refusal
    assert not ImportBatch.objects.exists()


def test_an_upload_is_read_from_its_stream(district, tmp_path):
    from district.importing import ImportOptions
    from district.imports import import_roster
    from district.spreadsheets import UPLOAD_LIMITS

    with EXAMPLE.open("rb") as stream:
        outcome = import_roster(
            stream, district=district, options=ImportOptions(), by=None, limits=UPLOAD_LIMITS, name="roster.zip"
        )
    assert outcome.created == 3858
    assert ImportBatch.objects.get().file_name == "roster.zip"
