"""Lists as CSV and XLSX: the same rows as the list, safe to open, and recorded."""

from __future__ import annotations

import csv
import io
import tracemalloc

import openpyxl
import pytest

from api.urls import COLLECTIONS
from discipline.models import Incident
from district import exports
from district.access import GRANTS, Permission, Role
from district.models import ApiToken, AuditEvent, Organization
from tests import factories as make
from tests.api.conftest import have_one
from tests.api.test_access import READING, may
from tests.api.test_lists import READER, removals_at_north
from tests.api.test_records import ABOUT_STUDENTS

NEVER_A_FILE = {"circle-participants", "circle-keepers", "circle-voice-links", "circle-plan-items", "circle-check-ins"}
"""Whom nobody may take away: those who see who sat in a circle or keeps it hold no right to files of students."""
FILES = [name for name in COLLECTIONS if name not in NEVER_A_FILE]


def content(response) -> bytes:
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def table_of(response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content(response).decode(), newline="")))


def as_text(value: object) -> str:
    """A value of the list as its cell in a CSV file."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return "; ".join(value) if isinstance(value, list) else str(value)


@pytest.mark.parametrize("name", FILES)
def test_a_csv_file_holds_the_rows_of_the_list(world, call_as, name):
    caller = call_as(READER[name])
    have_one(world, name)
    rows = [{key: as_text(value) for key, value in row.items()} for row in caller.rows(f"{name}/")]
    response = caller.read(f"{name}/", format="csv")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == f'attachment; filename="{name}.csv"'
    assert "no-store" in response["Cache-Control"]
    found = table_of(response)
    if name == "audit-events":  # the newest event is this export
        assert found.pop(0)["action"] == "export"
        assert caller.read("audit-events/").json()["count"] == 1
    else:
        assert rows
    assert found == rows


@pytest.mark.parametrize("name", FILES)
def test_a_workbook_holds_the_rows_of_the_list(world, call_as, name):
    caller = call_as(READER[name])
    have_one(world, name)
    listed = [row["id"] for row in caller.rows(f"{name}/")]
    response = caller.read(f"{name}/", format="xlsx")
    assert response["Content-Disposition"] == f'attachment; filename="{name}.xlsx"'
    header, *rows = openpyxl.load_workbook(io.BytesIO(content(response))).active.values
    columns = COLLECTIONS[name].table.columns_for(world.user(READER[name]))
    assert list(header) == [column.name for column in columns]
    assert [row[0] for row in rows][-len(listed) :] == listed if listed else len(rows) == 1


def test_numbers_and_dates_of_a_workbook_are_real_ones(world, call_as):
    removals_at_north(world, 1, days="2.50")
    response = call_as(Role.OFFICER).read("removals/", format="xlsx", search="R00000")
    header, row = openpyxl.load_workbook(io.BytesIO(content(response))).active.values
    cells = dict(zip(header, row, strict=True))
    assert cells["days"] == 2.5
    assert cells["begins_on"].isoformat().startswith("2020-09-01")
    assert cells["voided"] is False
    assert cells["ends_on"] is None


def test_files_follow_filters_and_order(world, call_as):
    removals_at_north(world, 130)
    caller = call_as(Role.RECORDS)
    query = {"school": "0001", "ordering": "begins_on", "begins_from": "2020-09-02"}
    rows = caller.rows("removals/", page_size=200, **query)
    assert len(rows) == 128
    assert [row["id"] for row in table_of(caller.read("removals/", format="csv", **query))] == [
        row["id"] for row in rows
    ]


def test_a_file_is_never_a_page(world, call_as):
    caller = call_as(Role.RECORDS)
    for key in ("page", "page_size", "cursor"):
        response = caller.read("schools/", format="csv", **{key: "1"})
        assert response.status_code == 400
        assert list(response.json()) == [key]
    assert caller.read("schools/", format="csv", nosuch="1").status_code == 400
    assert caller.read(f"schools/{world.north.uid}/", format="csv").status_code == 400
    assert caller.read(f"schools/{world.north.uid}/", format="json").status_code == 200


@pytest.mark.parametrize("role", Role)
def test_who_may_take_records_of_students_away(world, call_as, role):
    caller = call_as(role)
    for name, words in READING.items():
        needs_export = name in ABOUT_STUDENTS
        is_open = may(role, words) and (not needs_export or Permission.RECORDS_EXPORT in GRANTS[role])
        for file_format in ("csv", "xlsx"):
            response = caller.read(f"{name}/", format=file_format)
            assert response.status_code == (200 if is_open else 403), (name, file_format)
            if is_open:
                assert content(response)


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_an_export_is_one_event_with_count_and_filter(world, call_with, file_format):
    removals_at_north(world, 7)
    content(call_with(Role.OFFICER).read("removals/", format=file_format, kind="OSS", search="R"))
    event = AuditEvent.objects.get(action="export")
    assert event.details == {
        "collection": "removals",
        "format": file_format,
        "count": 7,
        "filter": {"kind": "OSS", "search": "…"},
        "token": ApiToken.objects.get().prefix,
    }
    assert (event.district_id, event.school_id, event.actor) == (
        world.district.pk,
        world.north.pk,
        "officer@example.org",
    )
    assert not AuditEvent.objects.filter(action__in=["view", "search"]).exists()


def test_a_workbook_ends_at_its_limit(world, call_as, monkeypatch):
    monkeypatch.setattr(exports, "MAX_XLSX_ROWS", 5)
    removals_at_north(world, 5)
    caller = call_as(Role.OFFICER)
    response = caller.read("removals/", format="xlsx")
    assert response.status_code == 400
    assert list(response.json()) == ["format"]
    assert len(table_of(caller.read("removals/", format="csv"))) == 6
    assert AuditEvent.objects.filter(action="export").count() == 1


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://example.org")'])
def test_no_cell_is_a_formula(world, call_as, text):
    Organization.objects.create(district=world.district, name=text)
    caller = call_as(Role.LEADER)
    names = [row["name"] for row in table_of(caller.read("organizations/", format="csv"))]
    assert "'" + text in names
    sheet = openpyxl.load_workbook(io.BytesIO(content(caller.read("organizations/", format="xlsx")))).active
    assert [cell.value for cell in sheet["C"]].count(text) == 1
    assert {cell.data_type for cell in sheet["C"]} == {"s"}


def test_a_csv_file_is_streamed_piece_by_piece(world, call_with):
    """The first piece is the header alone; memory does not grow with the rows."""
    incident = Incident.objects.get(school=world.north)
    model = type(incident.removals.get())
    template = incident.removals.get()
    model.objects.bulk_create(
        model(
            incident=incident,
            student=template.student,
            school=template.school,
            school_year=template.school_year,
            identifier=f"R{number}",
            kind="ISS",
            begins_on=template.begins_on,
        )
        for number in range(4000)
    )
    response = call_with(Role.OFFICER).read("removals/", format="csv")
    pieces = iter(response.streaming_content)
    assert next(pieces).count(b"\r\n") == 1
    tracemalloc.start()
    lines = sum(piece.count(b"\r\n") for piece in pieces)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert lines == 4001
    assert peak < 3_000_000


def test_names_of_people_survive_the_way(world, call_as):
    student = make.make_student(world.district, "Zoë", "Łukasz-O’Brien, Jr.", local_id="Ü7")
    make.enroll(student, world.north, world.year)
    row = table_of(call_as(Role.OFFICER).read("students/", format="csv", local_id="Ü7"))[0]
    assert (row["given_name"], row["family_name"], row["local_id"]) == ("Zoë", "Łukasz-O’Brien, Jr.", "Ü7")
