"""The words of a family's page, one file a language; those of kinds and days come with the letters."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime

from discipline.letters.markup import with_citations_apart
from discipline.letters.shipped import RIGHT_TO_LEFT, language_packs
from discipline.models import LetterLanguage

_FOLDER = Path(__file__).parent / "packs"


@dataclass(frozen=True)
class FamilyWords:
    """What the page says in one language. `rights` are its lines; the others map a name or a code to words."""

    language: str
    is_draft: bool
    words: Mapping[str, str]
    kinds_asked: Mapping[str, str]
    changes: Mapping[str, str]
    steps: Mapping[str, str]
    rights: tuple[str, ...]
    kinds: Mapping[str, str]
    appeal_to: Mapping[str, str]
    outcomes: Mapping[str, str]

    @property
    def direction(self) -> str:
        """Which way the language is written: ltr or rtl."""
        return "rtl" if self.language in RIGHT_TO_LEFT else "ltr"

    def say(self, name: str, **values: str) -> str:
        """Return one of the words with its values. They are plain text, and nothing in a value is read."""
        said = self.words[name]
        parts = [said]
        for key, value in values.items():
            mark = f"{{{key}}}"
            parts = [piece for part in parts for piece in _put(part, mark, value)]
        return "".join(parts)

    def day(self, day: date | datetime | None) -> str:
        """A day as the language writes it; empty when there is none."""
        if day is None:
            return ""
        on = localtime(day).date() if isinstance(day, datetime) else day
        with translation.override(self.language):
            return date_format(on, self.words["day"])


class _Value(str):
    """A value that has been put in: it is not read again."""

    __slots__ = ()


def _put(part: str, mark: str, value: str) -> list[str]:
    if isinstance(part, _Value) or mark not in part:
        return [part]
    before, after = part.split(mark, 1)
    return [before, _Value(value), after]


def _line(line: str, language: str) -> str:
    return with_citations_apart(line) if language in RIGHT_TO_LEFT else line


@cache
def family_words() -> dict[str, FamilyWords]:
    """Return the words by language, in the order of the languages of letters."""
    found = {}
    for language in LetterLanguage.values:
        told = tomllib.loads((_FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
        codes = language_packs()[language].codes
        found[language] = FamilyWords(
            language=language,
            is_draft=told["is_draft"],
            words=told["words"],
            kinds_asked=told["kinds_asked"],
            changes=told["changes"],
            steps=told["steps"],
            rights=tuple(_line(line, language) for line in told["rights_lines"]["lines"]),
            kinds=codes["kinds"],
            appeal_to=codes["appeal_to"],
            outcomes=codes["appeal_outcomes"],
        )
    return found
