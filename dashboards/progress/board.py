"""All commitments of a reader on one board: frozen rows that the page, the endpoint and both files show alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commitments.measure_kinds import GROUPS, MEASURE_KINDS, Direction
from commitments.models import Commitment, RateOf, StatusReport, Tier
from commitments.sections import standing_of, with_standing
from commitments.standing import TwoSides, Word, two_sides
from dashboards.progress.counting import NONE, progress_of
from dashboards.progress.forecast import share_of_way
from dashboards.progress.readings import Progress
from dashboards.progress.watch import watch_of
from district.columns import days_text
from district.models import User
from district.page_parts import Status

COLUMNS = (
    *("id", "title", "status", "schools", "source", "adopted_on", "responsible", "measure", "definition", "unit"),
    *("direction", "target", "baseline", "period", "value", "numerator", "denominator", "is_kept", "share_of_way"),
    *("counted", "implementer", "assessor", "overall", "disagree", "standing", "next_due_on"),
)
"""Keys of a row, in the order in which files have them."""


@dataclass(frozen=True)
class BoardRow:
    """One commitment: the promise, the figure that the reader may see, what both sides say, where it stands."""

    commitment: Any
    schools: tuple[str, ...]
    progress: Progress
    sides: TwoSides
    reported: tuple[tuple[date, float], ...]
    standing: Status

    @property
    def direction(self) -> Direction | None:
        """Which side of the target keeps the promise, where a live measure says so."""
        return MEASURE_KINDS[self.commitment.measure].direction if self.commitment.measure else None

    @property
    def value(self) -> float | None:
        """The figure now: of the live measure, else the last one that the implementer reported."""
        if self.commitment.measure:
            return self.progress.current.number if self.progress.current else None
        return self.reported[-1][1] if self.reported else None

    @property
    def is_kept(self) -> bool | None:
        """Whether the figure now meets the target, exactly; None without one."""
        current, direction = self.progress.current, self.direction
        return current.is_kept(direction, self.commitment.target) if current and direction else None

    @property
    def way(self) -> float | None:
        """How much of the way from baseline to target is done."""
        one = self.commitment
        if self.value is None or one.baseline is None or one.target is None:
            return None
        return share_of_way(self.value, baseline=float(one.baseline), target=float(one.target))

    @property
    def counted(self) -> str:
        """Whose records the figure counts: all that the commitment binds, the reader's part of them, or none."""
        if not self.commitment.measure:
            return "reported" if self.reported else "none"
        if not self.progress.is_known:
            return "none"
        return "part" if self.progress.is_part else "all"

    def as_json(self) -> dict[str, Any]:
        """Return the row as the API shows it."""
        one, current = self.commitment, self.progress.current
        kind = MEASURE_KINDS.get(one.measure)
        return {
            "id": str(one.uid),
            "title": one.title,
            "status": one.status,
            "schools": list(self.schools),
            "source": one.source,
            "adopted_on": one.adopted_on.isoformat(),
            "responsible": one.responsible,
            "measure": one.measure or None,
            "definition": str(kind.definition) if kind else None,
            "unit": str(kind.unit) if kind else one.unit or None,
            "direction": self.direction.value if self.direction else None,
            "target": days_text(one.target),
            "baseline": days_text(one.baseline),
            "period": current.period if current else None,
            "value": self.value,
            "numerator": current.numerator if current else None,
            "denominator": current.denominator if current else None,
            "is_kept": self.is_kept,
            "share_of_way": self.way,
            "counted": self.counted,
            "implementer": self.sides.implementer.completion if self.sides.implementer else None,
            "assessor": self.sides.assessor.completion if self.sides.assessor else None,
            "overall": self.sides.overall,
            "disagree": self.sides.disagree,
            "standing": str(self.standing.word),
            "next_due_on": one.next_due_on.isoformat() if one.next_due_on else None,
        }


def board(commitments: QuerySet, user: User, *, today: date) -> list[BoardRow]:
    """Return the rows of `commitments`, which `user` may read; a fixed number of queries for a set of measures."""
    rows = list(with_standing(commitments, user).select_related("district").prefetch_related("schools"))
    found = progress_of(rows, watch=watch_of(user), today=today)
    sides, reported = said_of(rows)
    return [
        BoardRow(
            commitment=one,
            schools=tuple(sorted(school.code for school in one.schools.all())),
            progress=found.get(one.pk, NONE),
            sides=sides.get(one.pk, TwoSides()),
            reported=tuple(reported.get(one.pk, ())),
            standing=standing_of(one, today),
        )
        for one in rows
    ]


def said_of(
    commitments: Iterable[Commitment],
) -> tuple[Mapping[int, TwoSides], Mapping[int, list[tuple[date, float]]]]:
    """The latest word of each side, and the figures that implementers reported, by commitment. One query."""
    rows = StatusReport.objects.standing().filter(commitment__in=[one.pk for one in commitments])
    words: dict[int, list[Word]] = {}
    figures: dict[int, list[tuple[date, float]]] = {}
    columns = ("commitment", "side", "completion", "as_of", "value")
    for key, side, completion, as_of, value in rows.order_by("as_of", "pk").values_list(*columns):
        words.setdefault(key, []).append(Word(side, completion, as_of))
        if side == "implementer" and value is not None:
            figures.setdefault(key, []).append((as_of, float(value)))
    return {key: two_sides(said) for key, said in words.items()}, figures


def measure_words(commitment: Commitment) -> str:
    """What a live measure counts for this commitment, in a few words."""
    kind = MEASURE_KINDS[commitment.measure]
    parts = [str(kind.label)]
    if commitment.behavior_level and "behavior_level" in kind.needs:
        parts.append(_("level %(level)s") % {"level": commitment.behavior_level})
    if commitment.rate_of and "rate_of" in kind.needs:
        parts.append(str(RateOf(commitment.rate_of).label))
    if commitment.group:
        parts.append(str(GROUPS[commitment.group]))
    if commitment.tier and "tier" in kind.may:
        parts.append(str(Tier(commitment.tier).label))
    if commitment.within_days and "within_days" in kind.needs:
        words = ngettext("within %(count)d day", "within %(count)d days", commitment.within_days)
        parts.append(words % {"count": commitment.within_days})
    if commitment.minimum and "minimum" in kind.needs:
        words = ngettext("at least %(count)d at each", "at least %(count)d at each", commitment.minimum)
        parts.append(words % {"count": commitment.minimum})
    return ", ".join(parts)
