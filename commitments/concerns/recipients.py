"""Who may receive a concern: holders of the role of ombuds, but nobody who answers for the place or is named.

Asked anew at every read: whoever takes up or gives up another grant loses or gains what it bars them from at once.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations, pairwise

from district.access import Permission, Role
from district.models import User
from district.sealing import CONCERNS

WATCHING = frozenset({Role.OMBUDS, Role.AUDITOR})
"""Roles of a whole district that act for no school: beside them somebody can be a recipient."""
NAMED = "named in a concern"
PARTS = 6
"""Parts of a line that may be a name."""


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
    """The parts of a name or address as they are compared: without case, accents, marks; an address is one part."""
    split = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in split if not unicodedata.combining(c))
    return [part.rstrip(".") for part in re.findall(r"[^\s,;.:()]+(?:[@.][^\s,;:()]+)*", bare)]


def marks_of_named(lines: Iterable[str]) -> list[str]:
    """The keyed hashes to keep for people who are named, one a line, with or without a title. Raises NoKey."""
    found: set[str] = set()
    for line in lines:
        parts = tokens_of(line)[:PARTS]
        found |= {" ".join(sorted(parts))} | {part for part in parts if "@" in part}
        found |= {" ".join(sorted(pair)) for pair in combinations(parts, 2)}
    return [CONCERNS.marks(NAMED, name)[0] for name in sorted(found - {""})]


def names_of(user: User) -> set[str]:
    """What a line may call `user`: the address, the whole name, the first and the last part of it."""
    parts = tokens_of(user.name)
    names = {" ".join(tokens_of(user.email)), " ".join(sorted(parts))}
    return (names | ({" ".join(sorted((parts[0], parts[-1])))} if len(parts) > 2 else set())) - {""}


def marks_of(user: User) -> list[str]:
    """Every keyed hash under which `user` may have been named. None without a key."""
    if not CONCERNS.may_seal():
        return []
    return [mark for name in sorted(names_of(user)) for mark in CONCERNS.marks(NAMED, name)]


def is_mentioned(user: User, text: str) -> bool:
    """Whether a text calls `user` by address, or by first and last name beside each other."""
    parts = tokens_of(text)
    pairs = {" ".join(sorted(pair)) for pair in pairwise(parts)}
    return bool(names_of(user) & (pairs | {part for part in parts if "@" in part}))
