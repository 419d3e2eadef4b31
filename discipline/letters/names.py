"""Whether words that somebody typed name another child who was part of the same incident."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from discipline.models import Incident, Involvement
from district.models import Person, Student
from district.names import search_key

ALSO_WORDS = frozenset(
    {"art", "black", "brown", "chance", "dean", "faith", "grace", "green", "hall", "hope", "joy", "king", "lane"}
    | {"long", "major", "mark", "may", "page", "rich", "rose", "short", "summer", "white", "will", "young"}
)
"""Names that are words of English too: these are meant as names only with a capital letter."""


def other_children(incident: Incident, student: Student) -> list[Person]:
    """The other students of an incident, whatever their part, voided parts too: each once."""
    rows = Involvement.objects.filter(incident=incident).exclude(student=student)
    return list(Person.objects.filter(student__in=rows.values("student")).order_by("pk"))


def named_in(texts: Iterable[str], others: Iterable[Person], own: Iterable[str]) -> list[str]:
    """Return the names of `others` that stand in `texts` as words of their own, as the record spells them.

    Case and accents do not matter; names in `own` may stand there, for a family may share one. A name of one letter is
    no name here.
    """
    allowed = {search_key(word) for text in own for word in _words(text)}
    said = {word for text in texts for word in _words(text)}
    keys = {key for word in said if (key := search_key(word)) not in ALSO_WORDS or word[:1].isupper()}
    return sorted(
        {
            word
            for person in others
            for name in (person.given_name, person.middle_name, person.family_name)
            for word in _words(name)
            if len(word) > 1 and search_key(word) in keys - allowed
        }
    )


def adults_named_in(text: str, others: Iterable[str], own: Iterable[str]) -> bool:
    """Whether a text names one of `others`, whose names stand as somebody typed them: "Dora Aunt", "mother of Ash".

    Only words with a capital letter are names in them, and only with one do they name anybody.
    """
    allowed = {search_key(word) for one in own for word in _words(one)}
    names = {search_key(word) for one in others for word in _words(one) if len(word) > 1 and _is_name(word)}
    return any(search_key(word) in names - allowed for word in _words(text) if _is_name(word))


def _is_name(word: str) -> bool:
    return not word[:1].islower()


def _words(text: str) -> set[str]:
    """The words of a text, and the parts of those that are joined: Smith-Jones, Jordan's.

    However it was typed: a mark that is a character of its own, or one that nobody sees, parts no word.
    """
    composed = unicodedata.normalize("NFC", text)
    text = "".join(c for c in composed if unicodedata.category(c) not in ("Cf", "Mn"))
    joined = re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", text)
    return {*joined, *(part for word in joined for part in re.split(r"['’-]", word))}
