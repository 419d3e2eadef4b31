"""The letters that come with the product: one file a language, in which every kind of letter stands whole."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from district.spoken import RIGHT_TO_LEFT

_FOLDER = Path(__file__).parent / "packs"


@dataclass(frozen=True)
class ShippedText:
    """Subject and text of one kind of letter."""

    subject: str
    body: str


@dataclass(frozen=True)
class LanguagePack:
    """The letters of one language, and the words for what a record holds as a code.

    `words`: how a day is written (`day`, as Django formats dates), a guardian whose name nobody knows, and what a draft
    says of itself. `codes`: kinds of removal, who decides an appeal, how one ends.
    """

    language: str
    edition: date
    is_draft: bool
    words: Mapping[str, str]
    codes: Mapping[str, Mapping[str, str]]
    letters: Mapping[str, ShippedText]

    @property
    def direction(self) -> str:
        """Which way the language is written: ltr or rtl."""
        return "rtl" if self.language in RIGHT_TO_LEFT else "ltr"


@cache
def language_packs() -> dict[str, LanguagePack]:
    """Return the packs by language."""
    packs = [_pack(tomllib.loads(path.read_text(encoding="utf-8"))) for path in sorted(_FOLDER.glob("*.toml"))]
    return {pack.language: pack for pack in packs}


def _pack(told: Mapping) -> LanguagePack:
    return LanguagePack(
        language=told["language"],
        edition=told["edition"],
        is_draft=told["is_draft"],
        words=told["words"],
        codes={name: told[name] for name in ("kinds", "appeal_to", "appeal_outcomes")},
        letters={kind: ShippedText(**text) for kind, text in told["letters"].items()},
    )
