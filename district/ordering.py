"""The order of a list, always ending with the primary key, and how to go on from a row without counting from the start.

Counting through 100,000 rows to show the next 50 costs more the deeper one gets; a condition on the last row seen
costs the same everywhere (and neither skips nor repeats a row when others are added meanwhile).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.constants import LOOKUP_SEP


@dataclass(frozen=True)
class Term:
    """One part of an order: the way to a column, its direction, and whether it may be empty (empty comes last)."""

    path: str
    is_descending: bool
    is_nullable: bool

    def expression(self, *, backwards: bool = False) -> models.expressions.OrderBy:
        """Return the expression for `order_by`. Databases disagree where empty values go, so it is said."""
        descending = self.is_descending != backwards
        place = {}
        if self.is_nullable:
            place = {"nulls_first": True} if backwards else {"nulls_last": True}
        return F(self.path).desc(**place) if descending else F(self.path).asc(**place)

    def beyond(self, value: Any, *, backwards: bool = False) -> Q | None:
        """Condition for rows after `value` (before it, when backwards); None when there can be none."""
        if value is None:
            return Q(**{f"{self.path}__isnull": False}) if backwards else None
        comparison = "lt" if self.is_descending != backwards else "gt"
        condition = Q(**{f"{self.path}__{comparison}": value})
        if self.is_nullable and not backwards:
            condition |= Q(**{f"{self.path}__isnull": True})
        return condition

    def equal(self, value: Any) -> Q:
        """Condition for rows with the same value."""
        return Q(**{f"{self.path}__isnull": True}) if value is None else Q(**{self.path: value})


def terms(model: type[models.Model], names: Iterable[str], fields: Mapping[str, str]) -> tuple[Term, ...]:
    """Return the order `names` ("-days" descends) in the columns `fields` (name → path), made total by the key."""
    found: dict[str, Term] = {}
    for name in names:
        path = fields[name.lstrip("-")]
        found.setdefault(path, Term(path, name.startswith("-"), _is_nullable(model, path)))
    first = next(iter(found.values()), None)
    found.setdefault("pk", Term("pk", first is not None and first.is_descending, False))
    return tuple(found.values())


def ordered(queryset: models.QuerySet, order: Sequence[Term], *, backwards: bool = False) -> models.QuerySet:
    """Return the rows in this order, or in the opposite one."""
    return queryset.order_by(*(term.expression(backwards=backwards) for term in order))


def beyond(order: Sequence[Term], values: Sequence[Any], *, backwards: bool = False) -> Q:
    """Condition for the rows after the row with `values` in this order (before it, when backwards)."""
    condition = Q(pk__in=[])
    same = Q()
    for term, value in zip(order, values, strict=True):
        further = term.beyond(value, backwards=backwards)
        if further is not None:
            condition |= same & further
        same &= term.equal(value)
    first = order[0]
    if not first.is_nullable:
        # Said once more without an "or", so that an index is entered at the row and not read up to it.
        comparison = "lte" if first.is_descending != backwards else "gte"
        condition &= Q(**{f"{first.path}__{comparison}": values[0]})
    return condition


def _is_nullable(model: type[models.Model], path: str) -> bool:
    for name in path.split(LOOKUP_SEP):
        if name == "pk":
            return False
        column = model._meta.get_field(name)
        if column.null:
            return True
        model = column.related_model or model
    return False
