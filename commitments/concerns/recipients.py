"""Who may receive a concern: holders of the role of ombuds, but nobody who answers for the place or is named.

Asked anew at every read: whoever takes up or gives up another grant loses or gains what it bars them from at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations, pairwise

from district.access import Permission, Role
from district.models import User
from district.names import search_key
from district.sealing import CONCERNS

WATCHING = frozenset({Role.OMBUDS, Role.AUDITOR})
"""Roles of a whole district that act for no school: beside them somebody can be a recipient."""
NAMED = "named in a concern"
PARTS = 6
"""Parts of a line that may be a name."""
TITLES = frozenset(
    {"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sr", "sra", "srta", "senor", "senora", "don", "dona"}
    | {"coach", "dean", "doctor", "doctora", "maestra", "maestro", "profesor", "profesora", "officer", "principal"}
)
"""What stands before a name and is no part of it; as words are compared."""
PARTICLES = frozenset({"al", "bin", "da", "de", "del", "der", "di", "dos", "el", "la", "las", "los", "van", "von"})
"""Parts of a family name that alone mean nobody."""
_ADDRESS = re.compile(r"[^\s,;:()<>\[\]\"“”]+@[^\s,;:()<>\[\]\"“”!?/]+")
_POSSESSIVE = re.compile(r"['’‘ʼ`]s\b", re.IGNORECASE)


@dataclass(frozen=True)
class Reach:
    """Of what somebody's grants make them a reader, and from what their other grants bar them. Keys of rows."""

    districts: frozenset[int]
    organizations: frozenset[int]
    barred_districts: frozenset[int]
    barred_schools: frozenset[int]


def reach_of(user: User, permission: Permission) -> Reach:
    """What the grants of today open with `permission`, and what they close.

    Any grant at a school bars its holder from the concerns of that school. A grant of a whole district does so for all
    of its schools and for the district itself, unless it only watches.
    """
    grants = user.grants_with(permission)
    others = [grant for grant in user.active_grants if not grant.organization_id]
    return Reach(
        frozenset(grant.district_id for grant in grants if not grant.school_id and not grant.organization_id),
        frozenset(grant.organization_id for grant in grants if grant.organization_id),
        frozenset(grant.district_id for grant in others if not grant.school_id and grant.role not in WATCHING),
        frozenset(grant.school_id for grant in others if grant.school_id),
    )


def tokens_of(text: str) -> list[str]:
    """The words of a text as names are compared: without case, accents, marks, and what is put around or behind a name
    (a quotation mark, a slash, ’s). A name with a hyphen is two words; an address is one."""
    key = search_key(_POSSESSIVE.sub("", _ADDRESS.sub(" ", text)))
    found = [match.casefold().rstrip(".") for match in _ADDRESS.findall(text)]
    return found + re.findall(r"[^\W_]+", key)


def marks_of_named(lines: Iterable[str]) -> list[str]:
    """The keyed hashes to keep for people who are named, one a line, with or without a title. Raises NoKey.

    A line of one word, but for a title, means everybody who has it in their name.
    """
    found: set[str] = set()
    for line in lines:
        parts = [part for part in tokens_of(line) if part not in TITLES][:PARTS]
        found |= {" ".join(sorted(parts))} | {part for part in parts if "@" in part}
        found |= {" ".join(sorted(pair)) for pair in combinations(parts, 2)}
    return _marks(found)


def whole_names_of(user: User) -> set[str]:
    """What means `user` and hardly anybody else: the address, and the whole name."""
    return {" ".join(tokens_of(user.email)), " ".join(sorted(_parts_of(user)))} - {""}


def names_of(user: User) -> set[str]:
    """What a line may call `user`: whole names, the first part or its letter with any other, a family name alone."""
    parts = _parts_of(user)
    firsts = {parts[0], parts[0][0]} if parts else set()
    pairs = {" ".join(sorted((first, part))) for first in firsts for part in parts[1:]}
    family = {" ".join(sorted(parts[-2:]))} if len(parts) > 2 else set()
    return whole_names_of(user) | pairs | family | {part for part in parts[1:] if part not in PARTICLES}


def marks_of(user: User) -> list[str]:
    """Every keyed hash under which `user` may have been named. None without a key."""
    if not CONCERNS.may_seal():
        return []
    return [mark for name in sorted(names_of(user)) for mark in CONCERNS.marks(NAMED, name)]


def marks_to_keep(user: User) -> list[str]:
    """The keyed hashes to keep so that `user`, and nobody else, receives nothing. Raises NoKey."""
    return _marks(whole_names_of(user))


def is_mentioned(user: User, text: str) -> bool:
    """Whether a text calls `user` by address, by first and another name beside each other or with one letter
    between them, or by a title and a family name."""
    words, names = tokens_of(text), names_of(user)
    around = ((one, other) for one, middle, other in zip(words, words[1:], words[2:], strict=False) if len(middle) == 1)
    pairs = {" ".join(sorted(pair)) for pair in (*pairwise(words), *around)}
    titled = {name for title, name in pairwise(words) if title in TITLES}
    return bool(names & (pairs | titled | {word for word in words if "@" in word}))


def _parts_of(user: User) -> list[str]:
    return [part for part in tokens_of(user.name) if part not in TITLES]


def _marks(names: Iterable[str]) -> list[str]:
    return [CONCERNS.marks(NAMED, name)[0] for name in sorted({*names} - {""})]
