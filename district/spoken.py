"""Words of a page that somebody reads in their own language and not in that of the site: one file a language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime

RIGHT_TO_LEFT = frozenset({"ar"})
OWN_NAMES = {"en": "English", "es": "Español", "ar": "العربية", "bn": "বাংলা"}
"""Each language by the name that its speakers give it."""


@dataclass(frozen=True)
class SpokenWords:
    """What a page says in one language: a name for each text."""

    language: str
    is_draft: bool
    words: Mapping[str, str]

    @property
    def direction(self) -> str:
        """Which way the language is written: ltr or rtl."""
        return "rtl" if self.language in RIGHT_TO_LEFT else "ltr"

    def say(self, name: str, **values: str) -> str:
        """Return one of the words with its values. They are plain text, and nothing in a value is read."""
        parts = [self.words[name]]
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
