"""What charts are drawn from: plain rows of numbers and the words beside them."""

from dataclasses import dataclass

WIDE = 640
"""Width in pixels of a chart on a page of 768 px and more."""
NARROW = 350
"""Width in pixels of a chart on a phone."""


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One group: a rate or a ratio with its interval.

    `value`, `low`, `high`: shares for `rate_dots`, ratios for `ratio_dots`; None draws no mark and shows
    `value_text` only. `label` is the name, `count_text` the count beside it ("123 of 1,104 students"),
    `value_text` what stands at the end of the interval ("11.1%", "4.1×", "not shown: few students").
    `href` is an address on this site that begins with "/" or "?"; empty: no link. `small`: hollow mark, dotted
    interval. `is_reference`: the comparison group, a dark square.
    """

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    count_text: str = ""
    value_text: str = ""
    href: str = ""
    small: bool = False
    is_reference: bool = False


@dataclass(frozen=True, slots=True)
class SchoolRow:
    """One school: its rate and the range expected for its size, all as shares.

    `standing` is "within", "above" or "below" the range; `value_text` carries the word too ("16.9% above").
    `is_own` marks the reader's own school.
    """

    label: str
    value: float | None
    low: float | None
    high: float | None
    value_text: str = ""
    href: str = ""
    standing: str = "within"
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class YearPoint:
    """One value of a series: `label` of the school year ("2020–21"), `value` as a share or None where unknown."""

    label: str
    value: float | None
    value_text: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """One line over the school years; every series of a chart has the same year labels in the same order.

    `emphasis` draws it in the accent colour, the rest in grey ink.
    """

    label: str
    points: tuple[YearPoint, ...]
    emphasis: bool = False


@dataclass(frozen=True, slots=True)
class MonthPoint:
    """One month of a line: a number per school day, or None without school days (a gap, no zero).

    `small`: hollow mark. `value_text` is the number in words, `count_text` what it is made of ("26 referrals").
    """

    label: str
    value: float | None
    value_text: str = ""
    count_text: str = ""
    href: str = ""
    small: bool = False


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One cell of a grid: a count, or None where nothing was received (hatched, not zero).

    `href` is an address on this site, `name` what a screen reader calls the cell ("Monday, 10 AM").
    """

    column: str
    row: str
    count: int | None
    href: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One decision point: share of the group that reached it, and the text of its relative rate ("2.9×")."""

    label: str
    value: float
    count_text: str = ""
    value_text: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """One school in one quarter: `stage` 1 to 4 with its `letter`; 0 is not started, None is silent."""

    column: str
    row: str
    stage: int | None
    letter: str = ""
