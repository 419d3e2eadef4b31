"""Writing of CSV and XLSX and of the error report; every file is read back."""

import csv
import datetime as dt
import io
import tempfile
import zipfile
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from district.spreadsheets import (
    UPLOAD_LIMITS,
    ErrorReport,
    Fault,
    Sheet,
    TableError,
    TooManyRows,
    csv_chunks,
    escape_cell,
    read_table,
    write_csv,
    write_xlsx,
)

NASTY = [
    "=1+1",
    '=HYPERLINK("http://example.org","x")',
    "+1",
    "-5",
    "@x",
    "\tx",
    "\rx",
    "＝1+1",
    "#N/A",
    "#REF!",
    "007",
    "1e5",
    "two\nlines",
    "two\r\nlines",
    'quo"ted, and comma',
    " leading and trailing ",
    "😀 Łukasz Zoë",
    "שלום مرحبا",
    "a\u202eb",
    "_x0041_ and _x000D_",
    "=",
    "TRUE",
    "<b>&amp;</b>",
    "x" * 32_767,
]


def cells_written(rows, header=("value",)) -> list[list[str]]:
    text = b"".join(csv_chunks(header, rows)).decode()
    return list(csv.reader(io.StringIO(text, newline="")))[1:]


def workbook_bytes(*sheets: Sheet) -> io.BytesIO:
    target = io.BytesIO()
    write_xlsx(target, sheets)
    target.seek(0)
    return target


class TestCsv:
    @pytest.mark.parametrize("text", NASTY)
    def test_text_comes_back_with_at_most_an_apostrophe_before_it(self, text):
        [[cell]] = cells_written([[text]])
        assert cell == escape_cell(text)
        assert cell in (text, "'" + text)
        assert cell[0] not in "=+-@\t\r\n＝"

    def test_plain_text_and_numbers_are_left_alone(self):
        assert [escape_cell(text) for text in ("", "a=b", "007", "'x", " =1")] == ["", "a=b", "007", "'x", " =1"]
        assert cells_written([[-5, -0.5, Decimal("-1.50")]]) == [["-5", "-0.5", "-1.50"]]

    def test_values_are_exact(self):
        row = [0.1 + 0.2, 1 / 3, 10**20, Decimal("1E+3"), Decimal("0.10"), True, False, None]
        days = [dt.date(2021, 1, 2), dt.datetime(2021, 1, 2, 13, 5), dt.time(8, 5), float("nan"), Decimal("Infinity")]
        assert cells_written([row, days]) == [
            ["0.30000000000000004", "0.3333333333333333", "100000000000000000000", "1000", "0.10", "true", "false", ""],
            ["2021-01-02", "2021-01-02T13:05:00", "08:05:00", "", ""],
        ]

    def test_the_form_of_the_file(self):
        assert b"".join(csv_chunks(["a", "b"], [["1", "x,y"], [None, "z"]])) == b'a,b\r\n1,"x,y"\r\n,z\r\n'
        assert b"".join(csv_chunks(["a"], [])) == b"a\r\n"

    def test_the_header_comes_before_the_first_row_is_asked_for(self):
        asked = []

        def rows():
            for number in range(100_000):
                asked.append(number)
                yield [number, "text"]

        chunks = csv_chunks(["id", "text"], rows())
        assert next(chunks) == b"id,text\r\n"
        assert asked == []
        next(chunks)
        assert len(asked) < 10_000

    def test_a_lone_surrogate_does_not_break_the_file(self):
        assert cells_written([["a\ud800b"]]) == [["a?b"]]

    def test_what_is_written_is_read(self, tmp_path):
        path = tmp_path / "x.csv"
        write_csv(path, ["id", "text"], ([number, text] for number, text in enumerate(NASTY)))
        with read_table(path, member_name="x.csv", limits=UPLOAD_LIMITS) as table:
            assert [row.as_read("text") for row in table.rows] == [escape_cell(text) for text in NASTY]
        stream = io.BytesIO()
        write_csv(stream, ["id"], [[1]])
        assert stream.getvalue() == b"id\r\n1\r\n"


class TestXlsx:
    def test_text_stays_text_and_comes_back_as_it_was(self):
        target = workbook_bytes(Sheet("x", ["id", "text"], ([number, text] for number, text in enumerate(NASTY))))
        with zipfile.ZipFile(target) as archive:
            assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
        target.seek(0)
        cells = [row[1] for row in openpyxl.load_workbook(target).active.iter_rows(min_row=2)]
        assert {cell.data_type for cell in cells} == {"s"}
        target.seek(0)
        table = read_table(target, member_name="x", limits=UPLOAD_LIMITS)
        assert [row.as_read("text") for row in table.rows] == NASTY

    @settings(max_examples=60, deadline=None)
    @given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), min_size=1), min_size=1, max_size=20))
    def test_any_text_comes_back(self, texts):
        target = workbook_bytes(Sheet("x", ["id", "text"], [[1, text] for text in texts]))
        table = read_table(target, member_name="x", limits=UPLOAD_LIMITS)
        assert [row.as_read("text") for row in table.rows] == texts

    def test_forbidden_characters_are_replaced(self):
        target = workbook_bytes(Sheet("x", ["a"], [["a\0b\x0bc\ud800d\uffff"]]))
        assert openpyxl.load_workbook(target).active["A2"].value == "a\ufffdb\ufffdc\ufffdd\ufffd"

    def test_numbers_dates_and_booleans_are_real(self):
        east = dt.timezone(dt.timedelta(hours=-5))
        row = [0.1 + 0.2, 1 / 3, 5, Decimal("1.50"), True, None, dt.date(2021, 1, 2), dt.time(8, 5)]
        row += [dt.datetime(2021, 1, 2, 13, 5, tzinfo=east), float("nan"), 12345678901234567890, -0.5]
        values = [
            cell.value
            for cell in openpyxl.load_workbook(workbook_bytes(Sheet("x", ["a"] * 12, [row]))).active["A2":"L2"][0]
        ]
        assert values == [
            *row[:6],
            dt.datetime(2021, 1, 2),
            dt.time(8, 5),
            dt.datetime(2021, 1, 2, 13, 5),
            None,
            "12345678901234567890",
            -0.5,
        ]

    def test_the_header_is_bold_frozen_and_filtered(self, tmp_path):
        path = tmp_path / "x.xlsx"
        write_xlsx(path, [Sheet("Rates", ["school", "=rate"], [["0042", 0.2]], widths=[30, 12])])
        sheet = openpyxl.load_workbook(path).active
        assert [(cell.value, cell.data_type, cell.font.bold) for cell in sheet[1]] == [
            ("school", "s", True),
            ("=rate", "s", True),
        ]
        assert not sheet["A2"].font.bold
        assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:B2")
        assert (sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width) == (30, 12)

    def test_sheet_names_are_made_acceptable(self):
        names = ["a/b:[c]", "A B C", "x" * 40, "x" * 40, "", "'quoted'"]
        target = workbook_bytes(*[Sheet(name, ["a"], []) for name in names])
        found = openpyxl.load_workbook(target).sheetnames
        assert found == ["a b c", "A B C (2)", "x" * 31, "x" * 27 + " (2)", "Sheet", "quoted"]

    def test_too_many_rows_leave_nothing_behind(self, tmp_path, monkeypatch):
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
        path = tmp_path / "x.xlsx"
        write_xlsx(path, [Sheet("x", ["a"], ([1] for _ in range(100_000)))])
        with path.open("rb") as stream:
            assert sum(1 for _ in read_table(stream, member_name="x", limits=UPLOAD_LIMITS).rows) == 100_000
        path.unlink()
        with pytest.raises(TooManyRows, match="100,000"):
            write_xlsx(path, [Sheet("ok", ["a"], [[1]]), Sheet("x", ["a"], ([1] for _ in range(100_001)))])
        assert list(tmp_path.iterdir()) == []


class TestErrorReport:
    def report(self) -> ErrorReport:
        report = ErrorReport()
        report.add(Fault("users.csv", 9, "grade", "-5", "Not a grade.", "bad_value"))
        report.add(Fault("orgs.csv", 3, "", "", "The row has too many cells.", "too_many_cells"))
        report.add(Fault("users.csv", 2, "name", "=1+1", "Too long.", "too_long"))
        report.add(Fault("users.csv", 9, "grade", "-5", "Another reason.", "other"))
        report.add(Fault("users.csv", 9, "sex", "two\nlines", "Unknown.", "unknown_code"))
        return report

    @pytest.mark.parametrize("ending", [".csv", ".xlsx", ".CSV"])
    def test_one_line_per_cell_by_file_and_line(self, tmp_path, ending):
        path = tmp_path / ("errors" + ending)
        self.report().write(path)
        with read_table(path, member_name="errors", limits=UPLOAD_LIMITS) as table:
            assert table.header == ["file", "line", "column", "value", "reason", "code"]
            assert [row.cells for row in table.rows] == [
                ["users.csv", "2", "name", "'=1+1", "Too long.", "too_long"],
                ["users.csv", "9", "grade", "'-5", "Not a grade.", "bad_value"],
                ["users.csv", "9", "sex", "two\nlines", "Unknown.", "unknown_code"],
                ["orgs.csv", "3", "", "", "The row has too many cells.", "too_many_cells"],
            ]

    def test_only_the_header_when_all_is_well(self, tmp_path):
        path = tmp_path / "errors.csv"
        ErrorReport().write(path)
        assert path.read_bytes() == b"file,line,column,value,reason,code\r\n"
        ErrorReport().write(tmp_path / "errors.xlsx")
        with read_table(tmp_path / "errors.xlsx", member_name="e", limits=UPLOAD_LIMITS) as table:
            assert list(table.rows) == []

    def test_another_ending_is_refused(self, tmp_path):
        with pytest.raises(ValueError, match=r"\.csv or \.xlsx"):
            ErrorReport().write(tmp_path / "errors.txt")
        assert list(tmp_path.iterdir()) == []

    def test_the_fault_of_a_whole_file_is_listed(self):
        report = ErrorReport()
        report.add_table_error(TableError("missing_column", "The file lacks it.", "a.csv", 1, "id"))
        report.add_table_error(TableError("unreadable_file", "Not a zip.", "b.zip"))
        assert [(fault.file, fault.line, fault.column, fault.code) for fault in report] == [
            ("a.csv", 1, "id", "missing_column"),
            ("b.zip", None, "", "unreadable_file"),
        ]

    def test_memory_is_bounded_and_the_rest_counted(self):
        report = ErrorReport(max_faults=10)
        for line in range(2, 1002):
            report.add(Fault("a.csv", line, "id", "x" * 5000, "Bad.", "bad_value"))
        assert (len(report), report.omitted) == (10, 990)
        assert [fault.line for fault in report.first(3)] == [2, 3, 4]
        assert all(len(fault.value) == 1001 for fault in report)


def test_the_example_directory_of_a_report_must_exist(tmp_path: Path):
    with pytest.raises(FileNotFoundError):
        ErrorReport().write(tmp_path / "absent" / "errors.csv")
