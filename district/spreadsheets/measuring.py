"""The size of the sheets of an XLSX workbook, found before anything allots memory for them."""

import io
import re
import zipfile
from typing import NoReturn
from xml.parsers import expat

from district.spreadsheets.limits import MEMBER_FAULTS, WORKBOOK_LIMITS, TableError, open_archive

_KEPT_PARTS = {
    "[content_types].xml",
    "_rels/.rels",
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "xl/styles.xml",
    "xl/sharedstrings.xml",
}
_SHARED_STRINGS = "xl/sharedstrings.xml"
_SHEET_PART = re.compile(r"xl/worksheets/[^/]+\.xml")
_REFERENCE = re.compile(r"([A-Za-z]{1,3})([1-9][0-9]{0,6})")
_SMALLEST_STRING_CELL = len('<c t="s"><v>0</v></c>')
# Markup inside a value could make the two parsers read different numbers of a shared string.
_MARKUP_IN_VALUE = re.compile(rb"<!|<\?(?!xml)|<(?:[\w.-]+:)?v\b[^>]*>[^<]*&")

# Unpacked text of all cells, in characters: a long shared string may be repeated in every cell.
_MOST_TEXT = 4 * WORKBOOK_LIMITS.max_total_bytes
MOST_ROWS = (WORKBOOK_LIMITS.max_rows or 0) + 1  # with the header
_MOST_CELLS = MOST_ROWS * WORKBOOK_LIMITS.max_columns


def measured_copy(content: bytes, file: str) -> io.BytesIO:
    """Return a workbook (bytes of an XLSX file) with only the parts needed to read it, all within the limits.

    Raises TableError `unreadable_file` or `too_large`.
    """
    copy = io.BytesIO()
    with open_archive(io.BytesIO(content), WORKBOOK_LIMITS, file) as archive:  # type: ignore[arg-type]
        parts = _kept_parts(archive, file)
    if "xl/workbook.xml" not in {name.lower() for name in parts}:
        raise TableError("unreadable_file", "This zip file is not an Excel workbook (.xlsx).", file)
    lengths: list[int] = []
    for name, part in parts.items():
        if name.lower() == _SHARED_STRINGS:
            lengths = _string_lengths(part, file)
    with zipfile.ZipFile(copy, "w") as measured:
        for name, part in parts.items():
            if _SHEET_PART.fullmatch(name.lower()):
                _measure_sheet(part, lengths, file)
            elif b"sheetData" in part:
                _refuse(file, "a part of the workbook is not where it belongs")
            measured.writestr(name, part)
    copy.seek(0)
    return copy


def _kept_parts(archive: zipfile.ZipFile, file: str) -> dict[str, bytes]:
    parts: dict[str, bytes] = {}
    seen: set[str] = set()
    for member in archive.infolist():
        name = member.filename.lower()
        if name not in _KEPT_PARTS and not _SHEET_PART.fullmatch(name):
            continue
        if name in seen:
            _refuse(file, "a part of the workbook is there twice")
        seen.add(name)
        try:
            parts[member.filename] = archive.read(member)
        except MEMBER_FAULTS as error:
            raise TableError("unreadable_file", "The workbook is damaged and cannot be unzipped.", file) from error
    return parts


def _refuse(file: str, why: str) -> NoReturn:
    raise TableError("unreadable_file", f"The workbook cannot be read: {why}.", file)


def _parser(file: str) -> expat.XMLParserType:
    # calamine reads bytes as UTF-8 whatever the declaration says, so this parser must do the same.
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = lambda *_: _refuse(file, "it holds a document type declaration")
    return parser


def _parse(parser: expat.XMLParserType, part: bytes, file: str) -> None:
    try:
        parser.Parse(part, True)
    except expat.ExpatError as error:
        raise TableError("unreadable_file", "The workbook is damaged: a part is not valid XML.", file) from error


def _string_lengths(part: bytes, file: str) -> list[int]:
    """Return the number of characters of each shared string (phonetic hints included)."""
    lengths: list[int] = []
    is_open = False

    def start(name: str, _: dict[str, str]) -> None:
        nonlocal is_open
        if name == "si" or name.endswith(":si"):
            if is_open:
                _refuse(file, "a text stands inside a text")
            is_open = True
            lengths.append(0)

    def end(name: str) -> None:
        nonlocal is_open
        if name == "si" or name.endswith(":si"):
            is_open = False

    def characters(text: str) -> None:
        if is_open:
            lengths[-1] += len(text)

    parser = _parser(file)
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    _parse(parser, part, file)
    return lengths


def _measure_sheet(part: bytes, lengths: list[int], file: str) -> None:
    """Raise TableError if a sheet is larger than a workbook may be, or not built as a sheet must be.

    The quick look takes every cell element as holding something; only if that does not settle it are the
    elements followed one by one.
    """
    has_much_text = max(lengths, default=0) * (len(part) // _SMALLEST_STRING_CELL) > _MOST_TEXT
    if not has_much_text and _QuickLook(file).fits(part):
        return
    if has_much_text and _MARKUP_IN_VALUE.search(part):
        _refuse(file, "a cell value holds markup")
    if not _CloseLook(file, lengths).fits(part):
        most = f"{WORKBOOK_LIMITS.max_rows:,} rows and {WORKBOOK_LIMITS.max_columns:,} columns"
        raise TableError("too_large", f"A sheet may have at most {most}.", file)


def _column_letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


_COLUMN_NUMBERS = {_column_letters(number): number for number in range(1, 26 * 27 + 1)}


class _UnsettledError(Exception):
    """A cell without a reference: its place follows from the cells before it."""


class _QuickLook:
    """The outermost cell element of a sheet whose cells all say where they stand."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.kinds: dict[str, str] = {}
        self.row_text = ""
        self.row = 0
        self.column = 0
        self.height = 0
        self.width = 0

    def fits(self, part: bytes) -> bool:
        """Return whether the rectangle of all cells is small enough; False also if that stays open."""
        parser = _parser(self.file)
        parser.StartElementHandler = self.start
        try:
            _parse(parser, part, self.file)
        except _UnsettledError:
            return False
        return self.height * self.width <= _MOST_CELLS

    def start(self, name: str, attributes: dict[str, str]) -> None:
        kind = self.kinds.get(name)
        if kind is None:
            kind = self.kinds[name] = name.rpartition(":")[2]
        if kind == "c":
            reference = attributes.get("r")
            if reference is None:
                raise _UnsettledError
            self.locate(reference)
            self.include()
        elif kind == "row":
            self.start_row(attributes.get("r"))
        elif kind == "si":
            _refuse(self.file, "a part of the workbook is not where it belongs")

    def include(self) -> None:
        if self.row > self.height:
            self.height = self.row
        if self.column > self.width:
            self.width = self.column

    def start_row(self, number: str | None) -> None:
        if number is not None and not (number.isascii() and number.isdigit() and len(number) <= 7):
            _refuse(self.file, f"there is no row {number[:20]}")
        self.row_text = number or ""
        self.row = int(number) if number else self.row + 1
        self.column = 0

    def locate(self, reference: str) -> None:
        if self.row_text and reference.endswith(self.row_text):
            column = _COLUMN_NUMBERS.get(reference[: -len(self.row_text)])
            if column is not None:
                self.column = column
                return
        match = _REFERENCE.fullmatch(reference)
        if match is None or (self.row_text and int(match[2]) != self.row):
            _refuse(self.file, f"there is no cell {reference[:20]}")
        self.row = max(self.row, int(match[2]))
        self.column = 0
        for letter in match[1].upper():
            self.column = self.column * 26 + ord(letter) - ord("A") + 1


class _CloseLook(_QuickLook):
    """The outermost cell that holds a value, wherever cells say they stand, and the text of all of them."""

    def __init__(self, file: str, lengths: list[int]) -> None:
        super().__init__(file)
        self.lengths = lengths
        self.is_in_row = False
        self.is_in_cell = False
        self.is_in_value = False
        self.is_shared = False
        self.shared_index = ""
        self.text = 0

    def fits(self, part: bytes) -> bool:
        """Return whether the rectangle of the cells with a value and their text are small enough."""
        parser = _parser(self.file)
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.characters
        _parse(parser, part, self.file)
        return self.height * self.width <= _MOST_CELLS and self.text <= _MOST_TEXT

    def start(self, name: str, attributes: dict[str, str]) -> None:
        kind = self.kinds.setdefault(name, name.rpartition(":")[2])
        if kind == "c":
            if self.is_in_cell or not self.is_in_row:
                _refuse(self.file, "a cell stands in the wrong place")
            self.is_in_cell = True
            self.is_shared = attributes.get("t") == "s"
            if "r" in attributes:
                self.locate(attributes["r"])
            else:
                self.column += 1
        elif kind == "row":
            if self.is_in_row:
                _refuse(self.file, "a row stands inside a row")
            self.is_in_row = True
            self.start_row(attributes.get("r"))
        elif kind == "si":
            _refuse(self.file, "a part of the workbook is not where it belongs")
        elif self.is_in_cell:
            self.include()
            self.is_in_value = kind == "v"

    def end(self, name: str) -> None:
        kind = self.kinds[name]
        if kind == "row":
            self.is_in_row = False
        elif kind == "c":
            self.is_in_cell = False
        elif kind == "v":
            self.is_in_value = False
            self._add_shared_text()

    def characters(self, text: str) -> None:
        if self.is_in_value and self.is_shared:
            self.shared_index += text

    def _add_shared_text(self) -> None:
        index = self.shared_index.strip()
        self.shared_index = ""
        if index:
            if not (index.isascii() and index.isdigit() and int(index) < len(self.lengths)):
                _refuse(self.file, "a cell names a text that is not there")
            self.text += self.lengths[int(index)]
