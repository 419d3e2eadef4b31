"""The words of printed agreements, one file a language, in which every sentence stands whole."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "words"
RIGHT_TO_LEFT = frozenset({"ar"})
ENGLISH = "en"


@dataclass(frozen=True)
class Words:
    """The sentences of one language, and what each part in a circle is called in it, of a student and of an adult.

    A draft was not reviewed by anybody who knows both languages: the English text is printed with it.
    """

    language: str
    is_draft: bool
    words: Mapping[str, str]
    parts: Mapping[str, str]

    @property
    def is_right_to_left(self) -> bool:
        """Which way the language is written."""
        return self.language in RIGHT_TO_LEFT


@cache
def languages() -> dict[str, Words]:
    """Return the words by language, English first."""
    found = [Words(**tomllib.loads(path.read_text(encoding="utf-8"))) for path in sorted(_FOLDER.glob("*.toml"))]
    return {one.language: one for one in sorted(found, key=lambda one: one.language != ENGLISH)}


def language_for(tags: list[str]) -> str:
    """The first of the languages of somebody's home in which agreements are printed; else English."""
    return next((tag.split("-")[0] for tag in tags if tag.split("-")[0] in languages()), ENGLISH)
