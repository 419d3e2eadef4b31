"""Rates, risk ratios and their intervals, from raw counts.

Everything here takes whole counts of students and gives IEEE doubles that are never rounded, or None where a
measure is not defined. Ratios and differences are one division of exact integers, so that 24 of 160 against
20 of 400 is 3.0 and not 2.9999999999999996. A test of a ratio against a legal threshold still belongs to
rationals, not to these doubles.

"Others" are the students a group is compared with: all other students of the same pool, never one chosen group
such as White students unless the reader asks for it (34 CFR 300.647(a): risk, risk ratio).
"""

import math
from dataclasses import dataclass

Z_95 = 1.96  # the two-sided 95 % normal quantile as published tables use it, not 1.959964

Bounds = tuple[float, float] | tuple[None, None]
NO_BOUNDS: tuple[None, None] = (None, None)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A group's rate and how it compares with the others; None where the counts define no value.

    `rate` and `rate_difference` are shares (0.2 is 20 of 100 students), the rest are ratios without a unit.
    """

    rate: float | None
    risk_ratio: float | None
    risk_ratio_low: float | None
    risk_ratio_high: float | None
    rate_difference: float | None


def rate(affected: int, enrolled: int) -> float | None:
    """Share of the enrolled students who are affected; None without students, above 1 when more are affected.

    The "risk" of 34 CFR 300.647(a)(6). Nothing is clipped: a rate above 1 shows that the counts disagree.
    """
    if enrolled <= 0:
        return None
    return affected / enrolled


def risk_ratio(affected: int, enrolled: int, others_affected: int, others_enrolled: int) -> float | None:
    """Rate of the group divided by the rate of the others (34 CFR 300.647(a)(7)).

    None when either side has no students or when none of the others is affected. 0.0 when nobody of the group is.
    """
    if enrolled <= 0 or others_enrolled <= 0 or others_affected <= 0:
        return None
    return (affected * others_enrolled) / (others_affected * enrolled)


def rate_difference(affected: int, enrolled: int, others_affected: int, others_enrolled: int) -> float | None:
    """Rate of the group minus the rate of the others, as a share; None when either side has no students."""
    if enrolled <= 0 or others_enrolled <= 0:
        return None
    return (affected * others_enrolled - others_affected * enrolled) / (enrolled * others_enrolled)


def katz_interval(affected: int, enrolled: int, others_affected: int, others_enrolled: int) -> Bounds:
    """95 % log interval of the risk ratio (Katz et al. 1978), as (low, high).

    When a count or its complement is 0 in either group, 0.5 is added to both counts and 1 to both totals, for the
    interval only. (None, None) when the ratio is not defined, and when more are affected than enrolled on either
    side: such counts are no sample of the enrolled. The bounds of a ratio of 0.0 lie above it, because they
    describe the corrected counts.
    """
    if risk_ratio(affected, enrolled, others_affected, others_enrolled) is None:
        return NO_BOUNDS
    if not (0 <= affected <= enrolled and others_affected <= others_enrolled):
        return NO_BOUNDS
    spared, others_spared = enrolled - affected, others_enrolled - others_affected
    added = 0.5 if 0 in (affected, spared, others_spared) else 0
    a, n = affected + added, enrolled + 2 * added
    b, m = others_affected + added, others_enrolled + 2 * added
    centre = math.log((a * m) / (b * n))
    # 1/a - 1/n written as (n - a)/(a n): the subtraction of two near-equal fractions would lose digits.
    margin = Z_95 * math.sqrt((n - a) / (a * n) + (m - b) / (b * m))
    return math.exp(centre - margin), math.exp(centre + margin)


def wilson_interval(affected: int, enrolled: int) -> Bounds:
    """95 % Wilson score interval of a rate, as shares (low, high) within 0 to 1.

    (None, None) without students and when more are affected than enrolled.
    """
    if enrolled <= 0 or not 0 <= affected <= enrolled:
        return NO_BOUNDS
    z2 = Z_95 * Z_95
    scale = enrolled + z2
    centre = (affected + z2 / 2) / scale
    margin = Z_95 / scale * math.sqrt(affected * (enrolled - affected) / enrolled + z2 / 4)
    # At 0 and at all students the bound is exactly 0 or 1; floating point would leave a last digit.
    low = 0.0 if affected == 0 else max(0.0, centre - margin)
    high = 1.0 if affected == enrolled else min(1.0, centre + margin)
    return low, high


def expected_range(average_rate: float | None, enrolled: int, standard_errors: float = 3) -> Bounds:
    """Range in which the rate of a group of this size lies by chance alone: the limits of a funnel plot.

    `average_rate` is the share in the whole pool, `standard_errors` the half width in binomial standard errors
    sqrt(p (1 - p) / n). Shares (low, high) clipped to 0 to 1. (None, None) without students and when the average
    is None or no share.
    """
    if average_rate is None or enrolled <= 0 or not 0 <= average_rate <= 1:
        return NO_BOUNDS
    margin = standard_errors * math.sqrt(average_rate * (1 - average_rate) / enrolled)
    return max(0.0, average_rate - margin), min(1.0, average_rate + margin)


def compare(affected: int, enrolled: int, others_affected: int, others_enrolled: int) -> Comparison:
    """All measures of one row of a rate table.

    `affected` of `enrolled` students in the group, `others_affected` of `others_enrolled` in its comparison. Pass
    0 and 0 for a row that has no comparison (a single row for everyone, the reference group itself).
    """
    low, high = katz_interval(affected, enrolled, others_affected, others_enrolled)
    return Comparison(
        rate=rate(affected, enrolled),
        risk_ratio=risk_ratio(affected, enrolled, others_affected, others_enrolled),
        risk_ratio_low=low,
        risk_ratio_high=high,
        rate_difference=rate_difference(affected, enrolled, others_affected, others_enrolled),
    )
