"""The words of the worksheet and the survey, one file a language."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from discipline.models import LetterLanguage
from district.spoken import SpokenWords

_FOLDER = Path(__file__).parent / "packs"


@cache
def voice_words() -> dict[str, SpokenWords]:
    """Return the words by language, in the order of the languages of letters: English first."""
    found = {}
    for language in LetterLanguage.values:
        told = tomllib.loads((_FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
        found[language] = SpokenWords(language=language, is_draft=told["is_draft"], words=told["words"])
    return found
