"""The words of a family's page, one file a language; those of kinds and days come with the letters."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from discipline.letters.markup import with_citations_apart
from discipline.letters.shipped import language_packs
from discipline.models import LetterLanguage
from district.spoken import RIGHT_TO_LEFT, SpokenWords

_FOLDER = Path(__file__).parent / "packs"


@dataclass(frozen=True)
class FamilyWords(SpokenWords):
    """What the page says in one language. `rights` are its lines; the others map a name or a code to words."""

    kinds_asked: Mapping[str, str]
    changes: Mapping[str, str]
    steps: Mapping[str, str]
    rights: tuple[str, ...]
    kinds: Mapping[str, str]
    appeal_to: Mapping[str, str]
    outcomes: Mapping[str, str]


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
