"""The words of the pages on which somebody files a concern, one file a language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from district.spoken import OWN_NAMES, SpokenWords

_FOLDER = Path(__file__).parent / "packs"


@dataclass(frozen=True)
class ConcernWords(SpokenWords):
    """What the pages say in one language. `lines` maps a name to several sentences."""

    lines: Mapping[str, tuple[str, ...]]

    def say_lines(self, name: str, **values: str) -> list[str]:
        """The sentences of a name, each with its values."""
        said = [SpokenWords(self.language, self.is_draft, {name: line}) for line in self.lines[name]]
        return [one.say(name, **values) for one in said]


@cache
def concern_words() -> dict[str, ConcernWords]:
    """The words by language, English first."""
    found = {}
    for language in OWN_NAMES:
        told = tomllib.loads((_FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
        lines = {name: tuple(lines) for name, lines in told["lines"].items()}
        found[language] = ConcernWords(language, told["is_draft"], told["words"], lines)
    return found
