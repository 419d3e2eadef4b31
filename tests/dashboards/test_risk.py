"""Rates, ratios and intervals against published tables, scipy and identities that hold for all counts."""

import math
from dataclasses import FrozenInstanceError
from fractions import Fraction

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from scipy.stats import binomtest, norm
from scipy.stats.contingency import relative_risk

from dashboards.risk import (
    Comparison,
    compare,
    expected_range,
    katz_interval,
    rate,
    rate_difference,
    risk_ratio,
    wilson_interval,
)

# scipy takes a confidence level and uses the exact quantile; this level is the one whose quantile is 1.96.
LEVEL = 2 * norm.cdf(1.96) - 1
# With doubled counts the variance of the log ratio is half, so the quantile must be 1.96 times the root of 2.
LEVEL_DOUBLED = 2 * norm.cdf(1.96 * math.sqrt(2)) - 1

# NCES 2008-084, table 3.2 (CRDC 2004): suspended and enrolled students of the United States.
ALL = (3_279_700, 48_139_800)
SUSPENDED_AND_ENROLLED = {
    "AM": (42_900, 593_900),
    "API": (60_400, 2_168_400),
    "BL": (1_222_600, 8_125_400),
    "HI": (594_500, 9_116_400),
    "WH": (1_359_400, 28_135_800),
}

any_int = st.integers(min_value=-(10**18), max_value=10**18)
counts = st.integers(min_value=0, max_value=5_000)


@st.composite
def two_groups(draw, least=0, spare=0):
    """(affected, enrolled, others_affected, others_enrolled), `least` affected and `spare` not, in each group."""
    values = []
    for _ in range(2):
        affected = draw(st.integers(min_value=least, max_value=5_000))
        values += [affected, affected + draw(st.integers(min_value=spare, max_value=50_000))]
    return tuple(values)


@pytest.mark.parametrize(
    ("affected", "enrolled", "printed"),
    [
        (*ALL, 6.8),
        (*SUSPENDED_AND_ENROLLED["BL"], 15.0),
        (437_700, 3_996_700, 11.0),
        (175_200, 4_437_500, 3.9),
        (15_400, 1_053_100, 1.5),
    ],
)
def test_rate_reproduces_the_printed_percentages(affected, enrolled, printed):
    assert round(100 * rate(affected, enrolled), 1) == printed


def test_rate_from_counts_printed_in_hundreds_is_within_a_tenth_of_the_print():
    assert 100 * rate(28_900, 303_100) == pytest.approx(9.535, abs=5e-4)
    assert 100 * rate(28_900, 303_100) == pytest.approx(9.6, abs=0.1)


@pytest.mark.parametrize(
    ("group", "against_others", "against_white"),
    [
        ("BL", 2.9269, 3.1142),
        ("AM", 1.0611, 1.4951),
        ("HI", 0.9477, 1.3497),
        ("API", 0.3978, 0.5765),
        ("WH", 0.5033, 1.0),
    ],
)
def test_risk_ratio_against_all_others_and_against_one_group(group, against_others, against_white):
    affected, enrolled = SUSPENDED_AND_ENROLLED[group]
    others = (ALL[0] - affected, ALL[1] - enrolled)
    assert risk_ratio(affected, enrolled, *others) == pytest.approx(against_others, abs=5e-5)
    assert risk_ratio(affected, enrolled, *SUSPENDED_AND_ENROLLED["WH"]) == pytest.approx(against_white, abs=5e-5)


def test_male_to_female_rate_ratio():
    assert risk_ratio(2_266_800, 24_728_300, 1_013_000, 23_411_600) == pytest.approx(2.1186, abs=5e-5)


def test_share_of_the_suspended_depends_on_the_denominator_named():
    # CRDC 2017-18: Black students among all suspended, and among those whose race is reported.
    assert 100 * rate(925_864, 2_510_919) == pytest.approx(36.87, abs=0.005)
    assert 100 * rate(925_864, 2_421_423) == pytest.approx(38.24, abs=0.005)


def test_compare_gives_the_row_of_24_in_120_against_30_in_600():
    row = compare(24, 120, 30, 600)
    assert (row.rate, row.risk_ratio, row.rate_difference) == (0.2, 4.0, 0.15)
    # exp(ln 4 -+ 1.96 sqrt(0.065)) to 12 places
    assert row.risk_ratio_low == pytest.approx(2.426841090202, abs=1e-12)
    assert row.risk_ratio_high == pytest.approx(6.592932707708, abs=1e-12)
    margin = math.log(row.risk_ratio_high / row.risk_ratio)
    assert margin / 1.96 == pytest.approx(0.25495, abs=5e-6)


def test_comparison_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        compare(24, 120, 30, 600).rate = 0.3


@pytest.mark.parametrize(
    ("counts_of_both", "exact"),
    [((25, 200, 20, 400), 2.5), ((26, 200, 20, 400), 2.6), ((24, 160, 20, 400), 3.0)],
)
def test_risk_ratio_is_the_double_nearest_to_the_exact_ratio(counts_of_both, exact):
    assert risk_ratio(*counts_of_both) == exact


def test_no_ratio_when_none_of_the_others_is_affected():
    assert compare(3, 40, 0, 60) == Comparison(3 / 40, None, None, None, 3 / 40)


def test_group_without_affected_students_has_ratio_zero_and_corrected_bounds():
    row = compare(0, 40, 5, 60)
    assert (row.rate, row.risk_ratio) == (0.0, 0.0)
    assert row.rate_difference == -5 / 60
    assert row.risk_ratio_low == pytest.approx(0.008, abs=5e-4)
    assert row.risk_ratio_high == pytest.approx(2.38, abs=5e-3)
    assert math.sqrt(row.risk_ratio_low * row.risk_ratio_high) == pytest.approx(0.135, abs=5e-4)


def test_katz_interval_of_the_physicians_health_study():
    assert risk_ratio(189, 11_034, 104, 11_037) == pytest.approx(1.818, abs=5e-4)
    assert katz_interval(189, 11_034, 104, 11_037) == pytest.approx((1.433, 2.306), abs=5e-4)


@pytest.mark.parametrize("others", [(0, 0), (4, 0)])
def test_without_other_students_only_the_rate_stands(others):
    assert compare(3, 40, *others) == Comparison(3 / 40, None, None, None, None)


def test_group_without_students_has_nothing():
    assert compare(0, 0, 5, 60) == Comparison(None, None, None, None, None)
    assert compare(2, 0, 5, 60) == Comparison(None, None, None, None, None)


def test_more_affected_than_enrolled_keeps_rate_and_ratio_unclipped_without_bounds():
    assert compare(50, 40, 6, 60) == Comparison(1.25, 12.5, None, None, 1.15)
    assert compare(4, 40, 90, 60) == Comparison(0.1, 4 * 60 / (90 * 40), None, None, -1.4)


@given(two_groups(least=1, spare=1))
def test_katz_interval_agrees_with_scipy(groups):
    oracle = relative_risk(*groups)
    interval = oracle.confidence_interval(confidence_level=LEVEL)
    assert risk_ratio(*groups) == pytest.approx(oracle.relative_risk, rel=1e-12)
    assert katz_interval(*groups) == pytest.approx((interval.low, interval.high), rel=1e-9)


@given(two_groups(), st.sampled_from(["group at 0", "group at all", "others at all"]))
def test_zero_cell_rule_agrees_with_scipy_on_the_corrected_counts(groups, cell):
    affected, enrolled, others_affected, others_enrolled = groups
    if cell == "group at 0":
        affected = 0
    elif cell == "group at all":
        affected = enrolled
    else:
        others_affected = others_enrolled
    assume(enrolled > 0 and others_affected > 0)
    oracle = relative_risk(2 * affected + 1, 2 * enrolled + 2, 2 * others_affected + 1, 2 * others_enrolled + 2)
    interval = oracle.confidence_interval(confidence_level=LEVEL_DOUBLED)
    low_high = katz_interval(affected, enrolled, others_affected, others_enrolled)
    assert low_high == pytest.approx((interval.low, interval.high), rel=1e-9)


@given(two_groups(least=1))
@example((1, 1, 1, 50_000))
@example((5_000, 5_000, 1, 1))
def test_bounds_bracket_a_ratio_above_zero(groups):
    row = compare(*groups)
    assert 0 < row.risk_ratio_low < row.risk_ratio < row.risk_ratio_high


@given(two_groups(least=1))
def test_swapping_the_groups_inverts_ratio_and_bounds_and_negates_the_difference(groups):
    row, swapped = compare(*groups), compare(*groups[2:], *groups[:2])
    assert swapped.risk_ratio == pytest.approx(1 / row.risk_ratio, rel=1e-12)
    assert swapped.risk_ratio_low == pytest.approx(1 / row.risk_ratio_high, rel=1e-9)
    assert swapped.rate_difference == -row.rate_difference


@given(two_groups(least=1, spare=1))
def test_ratio_follows_from_the_shares_of_affected_and_enrolled(groups):
    affected, enrolled, others_affected, others_enrolled = groups
    composition = Fraction(affected, affected + others_affected)
    enrollment_share = Fraction(enrolled, enrolled + others_enrolled)
    expected = composition / (1 - composition) / (enrollment_share / (1 - enrollment_share))
    assert risk_ratio(*groups) == float(expected)


@given(any_int, any_int, any_int, any_int)
@example(50, 40, 6, 60)
@example(-1, 40, 6, 60)
@example(10**18, 10**18, 10**18 - 1, 10**18)
def test_no_counts_raise_and_values_are_doubles_or_none(affected, enrolled, others_affected, others_enrolled):
    row = compare(affected, enrolled, others_affected, others_enrolled)
    values = (row.rate, row.risk_ratio, row.risk_ratio_low, row.risk_ratio_high, row.rate_difference)
    assert all(value is None or (type(value) is float and math.isfinite(value)) for value in values)
    assert (row.risk_ratio_low is None) == (row.risk_ratio_high is None)
    assert row.risk_ratio is not None or row.risk_ratio_low is None
    if row.rate is not None and not 0 <= affected <= enrolled:
        assert row.risk_ratio_low is None
        assert wilson_interval(affected, enrolled) == (None, None)


@given(counts, counts)
def test_wilson_interval_agrees_with_scipy(affected, spared):
    enrolled = affected + spared
    assume(enrolled > 0)
    oracle = binomtest(affected, enrolled).proportion_ci(confidence_level=LEVEL, method="wilson")
    low, high = wilson_interval(affected, enrolled)
    assert (low, high) == pytest.approx((oracle.low, oracle.high), rel=1e-9, abs=1e-12)
    assert 0 <= low <= affected / enrolled <= high <= 1


@pytest.mark.parametrize(("affected", "enrolled"), [(0, 0), (3, 0), (41, 40), (-1, 40)])
def test_wilson_interval_needs_students_and_no_more_affected(affected, enrolled):
    assert wilson_interval(affected, enrolled) == (None, None)


def test_rate_difference_is_exact_to_the_last_digit():
    # 0.2 - 0.05 in floating point is 0.15000000000000002.
    assert rate_difference(24, 120, 30, 600) == 0.15


def test_expected_range_is_the_average_and_three_standard_errors():
    low, high = expected_range(0.1, 900)  # one standard error is 0.01
    assert (low, high) == pytest.approx((0.07, 0.13))
    assert expected_range(0.1, 900, standard_errors=2) == pytest.approx((0.08, 0.12))


def test_expected_range_of_a_small_group_is_clipped_to_shares():
    low, high = expected_range(0.1, 9)
    assert low == 0.0
    assert high == pytest.approx(0.4)
    assert expected_range(0.9, 9) == pytest.approx((0.6, 1.0))


@pytest.mark.parametrize(("average_rate", "enrolled"), [(None, 50), (0.1, 0), (1.2, 50), (-0.1, 50)])
def test_expected_range_needs_students_and_a_share(average_rate, enrolled):
    assert expected_range(average_rate, enrolled) == (None, None)


@given(st.floats(min_value=0, max_value=1), st.integers(min_value=1, max_value=10**6))
def test_expected_range_holds_the_average_and_narrows_with_size(average_rate, enrolled):
    low, high = expected_range(average_rate, enrolled)
    wider_low, wider_high = expected_range(average_rate, max(1, enrolled // 2))
    assert 0 <= wider_low <= low <= average_rate <= high <= wider_high <= 1
