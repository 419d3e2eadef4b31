"""The text of a template, read and filled in. No Django here, and nothing is evaluated: names are looked up, once.

A template is plain text. `## ` begins a heading, `- ` an item of a list, an empty line ends a paragraph. `{name}`
stands for a value; a line `[condition]` begins text that is in the letter only if the condition holds, `[end]` ends it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

HEADING, ITEM, PARAGRAPH = "heading", "item", "paragraph"
_NAMED = re.compile(r"\{([^{}\n]*)\}")
_BLOCK = re.compile(r"\[([a-z0-9_]*)\]")
_CITED = re.compile(r"\d+ (?:CFR|U\.S\.C\.) \d+(?:\.\d+)?(?:\([a-z0-9]+\))*|N\.J\.[AS]\.[AC]\. [\dA-Z:.-]*\d")
_LEFT_TO_RIGHT, _FIRST_ISOLATE, _POP_ISOLATE, _LATIN_MARK = "\u2066", "\u2068", "\u2069", "\u200e"
"""Unicode's marks around what runs in a direction of its own within other text (UAX 9, 2.3); the last keeps the period
after a Latin word where a line breaks within an isolate, which some makers of paper forget."""


@dataclass(frozen=True)
class Fault:
    """What is wrong in a template: the line (from 1; 0 for the subject), a code, and the word it is about.

    Codes: unknown, brace, condition, nested, open, unopened, empty.
    """

    line: int
    code: str
    word: str = ""


class TextFaults(ValueError):
    """A template that cannot be used; `faults` says why, line by line."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(faults)
        self.faults = faults


class ValuesMissing(ValueError):
    """Values that the text needs and that nobody gave; `names` in their order."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(names)
        self.names = names


@dataclass(frozen=True)
class Piece:
    """A heading, an item or a paragraph of a template, and the condition under which it is in the letter."""

    kind: str
    text: str
    condition: str = ""

    @property
    def names(self) -> list[str]:
        """The placeholders that it names, in order."""
        return _NAMED.findall(self.text)


@dataclass(frozen=True)
class Block:
    """A heading, an item or a paragraph of a letter."""

    kind: str
    text: str


def read(text: str, names: Collection[str], conditions: Collection[str]) -> tuple[Piece, ...]:
    """Return the pieces of a template. Raises TextFaults with everything that is wrong in it."""
    pieces: list[Piece] = []
    faults: list[Fault] = []
    lines: list[str] = []
    condition, opened_at = "", 0

    def close() -> None:
        if lines:
            pieces.append(Piece(PARAGRAPH, " ".join(lines), condition))
            lines.clear()

    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), start=1):
        stripped = line.strip()
        faults += _faults_of(stripped, number, names)
        if block := _BLOCK.fullmatch(stripped):
            close()
            name = block[1]
            if name == "end":
                faults += [] if condition else [Fault(number, "unopened")]
                condition = ""
            elif name not in conditions:
                faults.append(Fault(number, "condition", name))
            elif condition:
                faults.append(Fault(number, "nested", name))
            else:
                condition, opened_at = name, number
        elif stripped.startswith("## "):
            close()
            pieces.append(Piece(HEADING, stripped[3:].strip(), condition))
        elif stripped.startswith("- "):
            close()
            pieces.append(Piece(ITEM, stripped[2:].strip(), condition))
        elif stripped:
            lines.append(stripped)
        else:
            close()
    close()
    if condition:
        faults.append(Fault(opened_at, "open", condition))
    if not pieces:
        faults.append(Fault(1, "empty"))
    if faults:
        raise TextFaults(faults)
    return tuple(pieces)


def read_line(text: str, names: Collection[str]) -> Piece:
    """Return the one line of a subject. Raises TextFaults."""
    stripped = " ".join(text.split())
    faults = _faults_of(stripped, 0, names) if stripped else [Fault(0, "empty")]
    if faults:
        raise TextFaults(faults)
    return Piece(PARAGRAPH, stripped)


def names_in(pieces: Iterable[Piece]) -> list[str]:
    """The placeholders that pieces name, each once, in order."""
    return list(dict.fromkeys(name for piece in pieces for name in piece.names))


def fill(
    pieces: Iterable[Piece],
    values: Mapping[str, str],
    holds: Collection[str],
    *,
    may_lack: Collection[str] = (),
    isolates: bool = False,
) -> list[Block]:
    """Return the letter: pieces whose condition holds, with their values.

    A piece that names a value of `may_lack` which is empty is left out, and so is a heading with nothing below it. A
    value may hold braces: it is not read again. `isolates` keeps values and citations of law in their own direction,
    for text that runs from right to left. Raises ValuesMissing with every other value that is empty.
    """
    missing: dict[str, None] = {}
    blocks = []
    for piece in pieces:
        if piece.condition and piece.condition not in holds:
            continue
        lacking = [name for name in piece.names if not values.get(name)]
        missing |= dict.fromkeys(name for name in lacking if name not in may_lack)
        if not lacking:
            blocks.append(Block(piece.kind, _filled(piece.text, values, isolates=isolates)))
    if missing:
        raise ValuesMissing(list(missing))
    return list(_without_empty_headings(blocks))


def with_citations_apart(text: str) -> str:
    """Return text that runs from right to left, its citations of law kept in their own direction."""
    return _CITED.sub(lambda found: f"{_LEFT_TO_RIGHT}{found[0]}{_POP_ISOLATE}", text)


def left_to_right(text: str) -> str:
    """Return text that runs from left to right, kept so within text that runs the other way."""
    return f"{_LEFT_TO_RIGHT}{text}{_LATIN_MARK}{_POP_ISOLATE}"


def _filled(text: str, values: Mapping[str, str], *, isolates: bool) -> str:
    def value(found: re.Match[str]) -> str:
        said = values[found[1]]
        if not isolates:
            return said
        return left_to_right(said) if re.search(r"[A-Za-z]", said) else f"{_FIRST_ISOLATE}{said}{_POP_ISOLATE}"

    if isolates:
        text = with_citations_apart(text)
    return _NAMED.sub(value, text)


def _without_empty_headings(blocks: list[Block]) -> Iterator[Block]:
    for place, block in enumerate(blocks):
        following = blocks[place + 1 : place + 2]
        if block.kind != HEADING or (following and following[0].kind != HEADING):
            yield block


def _faults_of(line: str, number: int, names: Collection[str]) -> list[Fault]:
    faults = [Fault(number, "unknown", name) for name in _NAMED.findall(line) if name not in names]
    if re.search(r"[{}]", _NAMED.sub("", line)):
        faults.append(Fault(number, "brace"))
    return faults
