"""One row of the outcomes: a figure of one part, with what it is counted out of."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from dashboards.circle_outcomes import definitions
from dashboards.dimensions import Value, written
from dashboards.risk import Comparison, rate

PARTS = (
    *("cases", "cycle_time", "agreements", "follow_ups", "recurrence", "days_avoided", "participation", "offers"),
    *("keepers", "keeper", "before_after", "exceptions", "not_held"),
)
"""The parts of a report, in the order of its rows."""
FEW = 10
"""Below so many one more or less moves a share much; groups of fewer students are not followed over time."""
FEW_FOR_A_MEDIAN = 30
"""Below so many a median is marked."""
ACTUAL, TOO_FEW, NOTHING, NOT_REPORTED = "actual", "few", "none", "not_reported"


@dataclass(frozen=True, kw_only=True)
class OutcomeRow:
    """Figures of one item of one part, None where a figure does not apply or is not known.

    Shares and ratios are doubles that are never rounded; medians and quartiles are in days. `status` is `few` where
    there are too few students to say more than their number, `none` where there was nothing to count.
    """

    part: str
    item: str
    group: Value = ""
    label: str = ""
    n: int | None = None
    number: int | None = None
    share: float | None = None
    ratio: float | None = None
    ratio_low: float | None = None
    ratio_high: float | None = None
    lower_quartile: float | None = None
    median: float | None = None
    upper_quartile: float | None = None
    days: float | None = None
    days_low: float | None = None
    days_high: float | None = None
    compared: int | None = None
    before: float | None = None
    after: float | None = None
    open: int | None = None
    held: int | None = None
    waiting: int | None = None
    left: int | None = None
    status: str = ACTUAL
    small: bool = False

    @property
    def words(self) -> str:
        """What the row counts, in words."""
        found = definitions.LABELS[self.part].get(self.item)
        return str(found) if found else self.label

    def as_json(self) -> dict[str, Any]:
        """Return the row as the API shows it."""
        found = {name: getattr(self, name) for name in COLUMNS}
        label = self.label or str(definitions.LABELS[self.part].get(self.item, self.item))
        return found | {"group": written(self.group), "label": label, "small": self.small or None}


COLUMNS = tuple(one.name for one in fields(OutcomeRow))
"""Keys of a row, in the order in which files have them."""


def count_row(part: str, item: str, number: int, n: int, **more: Any) -> OutcomeRow:
    """A share: `number` of `n`. Without anybody to count its status is `none`."""
    values: dict[str, Any] = {"share": rate(number, n), "small": 0 < n < FEW, "status": ACTUAL if n else NOTHING}
    return OutcomeRow(part=part, item=item, n=n, number=number, **{**values, **more})


def ratio_columns(comparison: Comparison | None) -> dict[str, float | None]:
    """The columns of a comparison with all others."""
    if comparison is None:
        return {}
    return {
        "ratio": comparison.risk_ratio,
        "ratio_low": comparison.risk_ratio_low,
        "ratio_high": comparison.risk_ratio_high,
    }
