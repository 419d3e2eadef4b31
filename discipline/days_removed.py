"""How many school days a student was removed in a year, by kind."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Sum

from discipline.models import RemovalKind
from discipline.models.removals import RemovalQuerySet
from district.page_parts import school_days_words


@dataclass(frozen=True)
class KindDays:
    """Standing removals of one kind: how many, their school days together, and how many have no length."""

    kind: str
    removals: int
    days: Decimal
    without_length: int

    @property
    def label(self) -> str:
        """The kind in words."""
        return str(RemovalKind(self.kind).label)

    @property
    def length(self) -> str:
        """School days in words."""
        return school_days_words(self.days)


def days_by_kind(removals: RemovalQuerySet) -> list[KindDays]:
    """School days of the standing ones among `removals`, by kind, most days first. One query."""
    rows = (
        removals.standing()
        .order_by()
        .values("kind")
        .annotate(removals=Count("pk"), known=Count("days"), together=Sum("days"))
    )
    found = [
        KindDays(row["kind"], row["removals"], row["together"] or Decimal(0), row["removals"] - row["known"])
        for row in rows
    ]
    return sorted(found, key=lambda one: (-one.days, one.kind))
