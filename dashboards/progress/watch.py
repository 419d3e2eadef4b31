"""Who looks at commitments, and whose records are counted for them.

The clock counts everything. A person counts the schools where a grant of theirs sees exact figures; a commitment whose
schools lie outside all of them has no figure for that person, and one that lies partly outside has that of the part.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from commitments.models import Commitment
from district.access import Permission
from district.models import School, User


@dataclass(frozen=True)
class Counted:
    """The schools counted for one commitment: None is the whole district. `is_part`: fewer than it binds."""

    schools: frozenset[int] | None
    is_part: bool = False


@dataclass(frozen=True)
class Watch:
    """What somebody may count: everything, whole districts, or single schools of each district."""

    is_clock: bool = False
    districts: frozenset[int] = frozenset()
    schools: Mapping[int, frozenset[int]] = field(default_factory=dict)

    def counted(self, district: int, named: frozenset[int]) -> Counted | None:
        """The schools counted for a commitment of `district` that names `named` (none: all); None: no figure at all."""
        if self.is_clock or district in self.districts:
            return Counted(named or None)
        own = self.schools.get(district, frozenset())
        found = own & named if named else own
        return Counted(found, is_part=found != named) if found else None


CLOCK = Watch(is_clock=True)
"""Counts everything, and tells nobody."""


def watch_of(user: User) -> Watch:
    """What `user` may count: where a grant sees exact figures. One query."""
    grants = [grant for grant in user.grants_with(Permission.RATES_VIEW) if not grant.organization_id]
    whole = frozenset(grant.district_id for grant in grants if not grant.school_id)
    keys = {grant.school_id for grant in grants if grant.school_id}
    schools: dict[int, set[int]] = {}
    for pk, district in School.objects.filter(pk__in=keys).values_list("pk", "district"):
        schools.setdefault(district, set()).add(pk)
    return Watch(districts=whole, schools={district: frozenset(found) for district, found in schools.items()})


def schools_named(commitments: Iterable[Commitment]) -> dict[int, frozenset[int]]:
    """The schools that each commitment names, by its key. One query."""
    rows = Commitment.schools.through.objects.filter(commitment__in=[one.pk for one in commitments])
    found: dict[int, set[int]] = {}
    for commitment, school in rows.values_list("commitment", "school"):
        found.setdefault(commitment, set()).add(school)
    return {commitment: frozenset(schools) for commitment, schools in found.items()}
