"""Rules of discipline law."""

from __future__ import annotations

from api.base import Collection
from discipline import filters, tables
from district.access import Permission


class RuleCollection(Collection):
    """Rules of discipline law that a district goes by, each version with its citation and sign-off."""

    table = tables.RULES
    filterset_class = filters.RuleFilterSet
    permissions = {"GET": Permission.RULES_VIEW}
