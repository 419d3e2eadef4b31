"""Names of other children in what somebody writes: found before it is sent, because the words may go to a family.

Only a warning: a name may be a word ("Will", "Summer"), and a child may be called by a name that no roster knows.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable

from district.names import search_key

_WORD = re.compile(r"[^\W\d_][\w'’\-]*")
_OF_CALENDAR = frozenset({*calendar.day_name, *calendar.month_name})
_BEFORE_NUMBER = re.compile(r"\s*\d")
_SENTENCE_END = re.compile(r"[.!?\n]\s*$")


def names_in(text: str, names: Iterable[tuple[str, str]]) -> list[str]:
    """Return the words of `text` that name one of the children `names` (given name, family name), each once.

    A full name is found anywhere; a given or family name alone only where a capital says that it is a name and no
    sentence begins. Case, accents and apostrophes are ignored otherwise.
    """
    words = [(match.group(), _is_name(text, match)) for match in _WORD.finditer(text)]
    keys = [search_key(word) for word, _is in words]
    singles: set[str] = set()
    doubles: set[tuple[str, str]] = set()
    for given, family in names:
        first, last = search_key(given).split(), search_key(family).split()
        singles.update(key for key in (*first, *last) if len(key) > 1)
        doubles.update((one, other) for one in first for other in last)
    found: dict[str, None] = {}
    named: set[str] = set()
    for number, ((word, is_name), key) in enumerate(zip(words, keys, strict=True)):
        after = keys[number + 1] if number + 1 < len(keys) else ""
        if (key, after) in doubles:
            found[f"{word} {words[number + 1][0]}"] = None
            named.update((key, after))
        elif is_name and key not in named and not singles.isdisjoint((key, _bare(key))):
            found[word] = None
    return list(found)


def may_name(text: str) -> bool:
    """Whether a word of `text` looks like somebody's name, whoever there is: a capital within a sentence.

    For writers who may look nobody up: asking a roster would tell them who goes to the school. A capital before a
    number ("Room 12") names a place, a day of the week or a month nobody.
    """
    words = (match for match in _WORD.finditer(text) if len(match.group()) > 1 and match.group() not in _OF_CALENDAR)
    return any(_is_name(text, match) and not _BEFORE_NUMBER.match(text, match.end()) for match in words)


def _is_name(text: str, match: re.Match) -> bool:
    before = text[: match.start()]
    return match.group()[0].isupper() and bool(before.strip()) and not _SENTENCE_END.search(before.rstrip(" "))


def _bare(key: str) -> str:
    """The key without the ending of "Maple's", whose apostrophe is gone."""
    return key[:-1] if key.endswith("s") and len(key) > 3 else key
