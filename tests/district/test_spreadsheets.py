"""Reading of CSV and XLSX tables, with real files."""

import datetime as dt
import io
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from district.spreadsheets import (
    COMMAND_LINE_LIMITS,
    UPLOAD_LIMITS,
    Table,
    TableError,
    read_table,
    require_columns,
    unknown_columns,
)

SHEET_START = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
SHEET_END = b"</sheetData></worksheet>"
STRINGS_START = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'


def table_of(content: bytes, limits=COMMAND_LINE_LIMITS, name="people.csv") -> Table:
    return read_table(io.BytesIO(content), member_name=name, limits=limits)


def rows_of(content: bytes, limits=COMMAND_LINE_LIMITS) -> list[tuple[int, list[str]]]:
    return [(row.line, row.cells) for row in table_of(content, limits).rows]


def refusal_of(content: bytes, limits=COMMAND_LINE_LIMITS) -> TableError:
    with pytest.raises(TableError) as caught:
        rows_of(content, limits)
    return caught.value


def workbook_of(*rows, title="People") -> bytes:
    workbook = openpyxl.Workbook()
    workbook.active.title = title
    for row in rows:
        workbook.active.append(row)
    return saved(workbook)


def saved(workbook: openpyxl.Workbook) -> bytes:
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """Return the workbook with one part replaced or added."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            if member.filename != name:
                new.writestr(member, old.read(member))
        new.writestr(name, part)
    return target.getvalue()


def with_sheet(cells: bytes) -> bytes:
    return with_part(workbook_of(["a"]), "xl/worksheets/sheet1.xml", SHEET_START + cells + SHEET_END)


def zip_of(members: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


class TestCsv:
    @pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
    @pytest.mark.parametrize("ending", [b"\n", b"\r\n"])
    @pytest.mark.parametrize("last", [True, False])
    def test_marks_and_line_ends_make_no_difference(self, mark, ending, last):
        content = mark + ending.join([b"id,name", "7,Zoë".encode(), b"007,=1+1"]) + (ending if last else b"")
        table = table_of(content)
        assert table.header == ["id", "name"]
        assert [(row.line, row.cells) for row in table.rows] == [(2, ["7", "Zoë"]), (3, ["007", "=1+1"])]

    def test_the_line_is_where_the_record_starts(self):
        content = b'id,note\r\n1,"two\r\nlines"\r\n\r\n2,"three\n\nlines"\r\n3,plain\r\n'
        assert [line for line, _ in rows_of(content)] == [2, 5, 8]

    def test_a_header_with_a_line_break_and_blank_lines_before_it(self):
        table = table_of(b'\n\n"first\nname",id\nA,1\n')
        assert (table.header, table.header_line) == (["first\nname", "id"], 3)
        assert [row.line for row in table.rows] == [5]

    def test_header_only_without_final_line_break(self):
        table = table_of(b"id,name")
        assert table.header == ["id", "name"]
        assert list(table.rows) == []

    def test_blank_rows_are_skipped_and_still_counted_as_lines(self):
        assert rows_of(b"a,b\n,\n  \n1,2\n\n") == [(4, ["1", "2"])]

    def test_a_short_row_is_filled(self):
        assert rows_of(b"a,b,c\n1\n") == [(2, ["1", "", ""])]

    def test_a_row_with_more_cells_than_the_header_says_so(self):
        rows = list(table_of(b"a,b\n1,2,\n1,2,3\n1,2\n").rows)
        assert [row.too_many_cells for row in rows] == [True, True, False]
        assert rows[1].cells == ["1", "2", "3"]

    def test_nameless_columns_at_the_end_may_stand_empty_only(self):
        table = table_of(b"a,b,, \n1,2,,\n1,2\n1,2,x,\n1,2,,,\n")
        assert table.header == ["a", "b"]
        rows = list(table.rows)
        assert [row.too_many_cells for row in rows] == [False, False, True, True]
        assert rows[0].cells == ["1", "2"]

    def test_cells_are_kept_as_read_and_given_without_blanks(self):
        row = next(table_of(b" a ,b\n  x ,\n").rows)
        assert (row.get("a"), row.as_read("a")) == ("x", "  x ")
        assert (row.get("b", "none"), row.get("c", "none"), row.as_read("c")) == ("", "none", "")

    def test_only_the_comma_separates(self):
        assert table_of(b"a;b\n1;2\n").header == ["a;b"]

    def test_a_repeated_header_is_refused(self):
        error = refusal_of(b"id,name,id\n1,2,3\n")
        assert (error.code, error.file, error.line, error.column) == ("repeated_header", "people.csv", 1, "id")

    def test_a_missing_column_is_named(self):
        table = table_of(b"id,Name\n")
        require_columns(table, ["id"])
        with pytest.raises(TableError) as caught:
            require_columns(table, ["id", "name", "grade"])
        assert (caught.value.code, caught.value.line, caught.value.column) == ("missing_column", 1, "name")
        assert "name, grade" in str(caught.value)

    def test_unknown_columns_keep_their_order(self):
        assert unknown_columns(["z", "id", "", "y"], ["id", "name"]) == ["z", "(column 3)", "y"]

    @pytest.mark.parametrize(
        ("content", "code", "line"),
        [
            (b"", "empty_file", None),
            (b"\r\n \n,,\n", "empty_file", None),
            (b"\xef\xbb\xbf", "empty_file", None),
            (b"id,name\n1,Zoe\n2,Zo\xeb\n", "not_utf8", 3),
            ("id,name\n1,Zoë\n".encode("utf-16"), "not_utf8", 1),
            ("id,name\n1,Zoe\n".encode("utf-16-le"), "nul_byte", 1),
            (b"id,name\n1,a\0b\n", "nul_byte", 2),
            (b'id,name\n1,a\n2,"never closed\n3,b\n', "unreadable_file", 3),
            (b'id,name\n1,"a"b\n', "unreadable_file", 2),
            (b"id,name\n1,a\rb,c\n", "unreadable_file", 2),
            (b"id,name\r1,a\r2,b\r", "unreadable_file", 1),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "unreadable_file", None),
        ],
    )
    def test_a_file_that_cannot_be_read_is_refused_with_its_line(self, content, code, line):
        error = refusal_of(content)
        assert (error.code, error.line, error.file) == (code, line, "people.csv")

    def test_a_quotation_mark_never_closed_does_not_swallow_a_large_file(self):
        error = refusal_of(b'id,name\n1,"open\n' + b"2,b\n" * 2_000_000)
        assert (error.code, error.line) == ("too_large", 2)

    def test_a_record_of_endless_cells_and_a_line_without_end_are_refused(self):
        assert refusal_of(b"id\n" + b'"a\nb",' * 1_000_000).code == "too_large"
        assert refusal_of(b"x" * 5_000_000).code == "too_large"

    def test_limits_of_rows_columns_and_bytes(self):
        limits = replace(UPLOAD_LIMITS, max_rows=3, max_columns=2, max_member_bytes=1000)
        assert len(rows_of(b"a,b\n1,2\n\n3,4\n5,6\n", limits)) == 3
        error = refusal_of(b"a,b\n" + b"1,2\n" * 4, limits)
        assert (error.code, error.line) == ("too_large", 5)
        assert refusal_of(b"a,b,c\n", limits).code == "too_large"
        assert len(table_of(b"a,b,,,\n", limits).header) == 2
        assert refusal_of(b"a,b\n" + b"x" * 1000 + b",1\n", limits).code == "too_large"

    def test_rows_come_before_the_file_is_read_to_its_end(self, tmp_path):
        path = tmp_path / "people.csv"
        with path.open("wb") as stream:
            stream.write(b"id,name\n" + b"1,a\n" * 500_000 + b"\xff\n")
        with path.open("rb") as stream:
            assert next(read_table(stream, member_name="p", limits=COMMAND_LINE_LIMITS).rows).line == 2
            assert stream.tell() < 1_000_000
        with read_table(path, member_name="people.csv", limits=COMMAND_LINE_LIMITS) as table, pytest.raises(TableError):
            assert sum(1 for _ in table.rows) == 500_000

    def test_a_stream_of_the_caller_stays_open(self):
        stream = io.BytesIO(b"a\n1\n")
        with read_table(stream, member_name="a.csv", limits=UPLOAD_LIMITS) as table:
            assert len(list(table.rows)) == 1
        assert not stream.closed


class TestWorkbooks:
    def test_cells_become_the_text_a_person_sees(self, tmp_path):
        path = tmp_path / "people.csv"  # the content decides, not the name
        path.write_bytes(
            workbook_of(
                ["id", "on", "at", "both", "long", "flag", "days", "text", "tiny"],
                [
                    7,
                    dt.date(2021, 1, 2),
                    dt.time(8, 5),
                    dt.datetime(2021, 1, 2, 13, 5),
                    dt.timedelta(hours=30),
                    True,
                    0.5,
                    "007",
                    1e-7,
                ],
                [
                    9007199254740991,
                    dt.datetime(2021, 1, 2),
                    dt.time(8, 5, 9),
                    None,
                    None,
                    False,
                    7.7 - 5.5,
                    " a\nb",
                    -5,
                ],
            )
        )
        with read_table(path, member_name="upload.xlsx", limits=UPLOAD_LIMITS) as table:
            assert table.file == "People"
            assert [row.cells for row in table.rows] == [
                ["7", "2021-01-02", "08:05", "2021-01-02T13:05", "30:00", "true", "0.5", "007", "0.0000001"],
                ["9007199254740991", "2021-01-02", "08:05:09", "", "", "false", "2.2", " a\nb", "-5"],
            ]

    def test_every_minute_and_quarter_day_is_exact(self):
        times = [[dt.time(minute // 60, minute % 60), minute / 4] for minute in range(24 * 60)]
        found = rows_of(workbook_of(["at", "days"], *times))
        assert [cells[0] for _, cells in found] == [f"{minute // 60:02}:{minute % 60:02}" for minute in range(24 * 60)]
        assert [float(cells[1]) for _, cells in found] == [days for _, days in times]

    def test_the_line_is_the_row_of_the_sheet(self):
        content = workbook_of([None], [None, "id", "name"], [None, 1, "a"], [None], [None, 2, "b"])
        table = table_of(content)
        assert (table.header, table.header_line) == (["id", "name"], 2)
        assert [(row.line, row.cells) for row in table.rows] == [(3, ["1", "a"]), (5, ["2", "b"])]

    def test_the_first_sheet_is_read(self):
        workbook = openpyxl.Workbook()
        workbook.active.append(["first"])
        workbook.create_sheet("Second").append(["second"])
        workbook.create_chartsheet("Chart", 0)
        assert table_of(saved(workbook)).header == ["first"]

    def test_a_cell_beyond_the_header_says_too_many(self):
        rows = list(table_of(workbook_of(["a", "b"], [1, 2], [1, 2, 3])).rows)
        assert [row.too_many_cells for row in rows] == [False, True]

    def test_shared_strings_are_read(self):
        strings = STRINGS_START + b"<si><t>id</t></si><si><r><t>Zo</t></r><r><t>\xc3\xab</t></r></si></sst>"
        cells = b'<row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="2"><c r="A2" t="s"><v>1</v></c></row>'
        content = with_part(with_sheet(cells), "xl/sharedStrings.xml", strings)
        assert rows_of(content) == [(2, ["Zoë"])]

    def test_a_cell_in_the_last_corner_is_refused_before_memory_is_allotted(self):
        workbook = openpyxl.Workbook()
        workbook.active["A1"] = "id"
        workbook.active["XFD1048576"] = 1
        content = saved(workbook)
        assert len(content) < 6000
        assert refusal_of(content).code == "too_large"
        assert refusal_of(content, UPLOAD_LIMITS).code == "too_large"

    def test_a_far_corner_in_a_later_sheet_or_by_count_is_refused_too(self):
        workbook = openpyxl.Workbook()
        workbook.active["A1"] = "id"
        workbook.create_sheet("Other")["XFD1048576"] = 1
        assert refusal_of(saved(workbook)).code == "too_large"
        by_count = with_sheet(
            b"<row><c><v>1</v></c></row>" + b"<row/>" * 200_000 + b"<row>" + b"<c/>" * 60 + b"<c><v>1</v></c></row>"
        )
        assert refusal_of(by_count).code == "too_large"

    @pytest.mark.parametrize(
        "cells",
        [
            b'<row r="1"><c r="A99999999999"><v>1</v></c></row>',
            b'<row r="1"><c r="ZZZZZZZZ1"><v>1</v></c></row>',
            b'<row r="1"><c r="A2"><v>1</v></c></row>',
            b'<row r="99999999999"><c><v>1</v></c></row>',
            b'<row r="1"><c r="A1"/><c r="XFD1048576"><c r="A1"/><v>1</v></c></row>',
            b"<row><c><v>1</v></c><row><c><v>1</v></c></row></row>",
            b"<c><v>1</v></c>",
            b'<row r="1"><c r="A1"><v>1</v></c>',
        ],
    )
    def test_a_sheet_built_against_the_rules_is_refused(self, cells):
        assert refusal_of(with_sheet(cells)).code == "unreadable_file"

    def test_cells_without_references_stand_one_after_another(self):
        cells = b'<row><c t="inlineStr"><is><t>a</t></is></c><c t="inlineStr"><is><t>b</t></is></c></row>'
        assert rows_of(with_sheet(cells + b"<row><c/><c><v>2</v></c></row>")) == [(2, ["", "2"])]

    def test_formatted_empty_cells_far_out_do_no_harm(self):
        rows = b'<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c><c r="XFD1" s="0"/></row>'
        rows += b'<row r="2"><c r="A2"><v>7</v></c></row><row r="1048576"><c r="A1048576" s="0"/></row>'
        assert rows_of(with_sheet(rows)) == [(2, ["7"])]

    def test_a_long_text_named_by_every_cell_is_refused(self):
        strings = STRINGS_START + b"<si><t>" + b"x" * 1_000_000 + b"</t></si><si><t>id</t></si></sst>"
        few = b'<row r="1"><c r="A1" t="s"><v>1</v></c></row><row r="2"><c r="A2" t="s"><v>0</v></c></row>'
        many = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (n, n) for n in range(1, 500))
        assert len(rows_of(with_part(with_sheet(few), "xl/sharedStrings.xml", strings))[0][1][0]) == 1_000_000
        assert refusal_of(with_part(with_sheet(many), "xl/sharedStrings.xml", strings)).code == "too_large"
        hidden = many.replace(b"<v>0</v>", b"<v>0<!-- -->1</v>")
        assert refusal_of(with_part(with_sheet(hidden), "xl/sharedStrings.xml", strings)).code == "unreadable_file"

    def test_document_types_and_damage_are_refused(self):
        entity = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + SHEET_START + SHEET_END
        content = workbook_of(["a"])
        assert refusal_of(with_part(content, "xl/worksheets/sheet1.xml", entity)).code == "unreadable_file"
        assert refusal_of(content[: len(content) // 2]).code == "unreadable_file"
        assert refusal_of(zip_of({"notes.txt": b"hello"})).code == "unreadable_file"
        assert refusal_of(zip_of({"content.xml": b"<x/>", "mimetype": b"x"})).code == "unreadable_file"
        assert refusal_of(b"PK\x03\x04" + b"junk" * 50).code == "unreadable_file"
        assert refusal_of(saved(openpyxl.Workbook())).code == "empty_file"

    def test_more_rows_or_columns_than_a_workbook_may_have(self):
        row = b'<row r="%d"><c r="A%d"><v>1</v></c></row>'
        fits = with_sheet(b"".join(row % (n, n) for n in (1, 2, 100_001)))
        assert [line for line, _ in rows_of(fits)] == [2, 100_001]
        assert refusal_of(with_sheet(row % (1, 1) + row % (100_002, 100_002))).code == "too_large"
        assert len(table_of(workbook_of([f"c{n}" for n in range(100)])).header) == 100
        wide = workbook_of([f"c{n}" for n in range(101)])
        assert refusal_of(wide).code == "too_large"

    def test_an_unzipped_size_past_the_limit_is_refused_on_the_command_line_too(self):
        bomb = with_part(workbook_of(["a"]), "xl/media/image1.png", b"\0" * (60 * 1024 * 1024))
        assert len(bomb) < 100_000
        assert refusal_of(bomb, COMMAND_LINE_LIMITS).code == "too_large"


def test_no_django_is_loaded_and_xml_is_defused():
    root = Path(__file__).resolve().parents[2]
    code = "import sys, district.spreadsheets; sys.exit(any(name.startswith('django') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0
    assert openpyxl.DEFUSEDXML is True
