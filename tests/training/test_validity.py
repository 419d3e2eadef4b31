"""When a certificate is valid, and what a renewal adds: terms, leap days, suspensions, windows, licences."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.validity import (
    DAY,
    History,
    Holding,
    LicenceScope,
    RenewalRefusal,
    RenewalRule,
    Span,
    Standing,
    anniversary,
    combined,
    last_day,
    next_term,
    renewal_refusal,
)

FIRST, LAST = date(2024, 11, 12), date(2026, 11, 11)
TWO_YEARS = History((Span(FIRST, LAST),), grace_days=30)
RULE = RenewalRule(months=24, window_days=90, grace_days=30)


@pytest.mark.parametrize(
    ("valid_from", "months", "expires_on"),
    [
        (date(2024, 11, 12), 24, date(2026, 11, 11)),
        (date(2024, 1, 1), 12, date(2024, 12, 31)),
        (date(2023, 3, 1), 12, date(2024, 2, 29)),  # the last day is a leap day
        (date(2024, 2, 29), 12, date(2025, 2, 28)),  # begun on a leap day: through the last of February
        (date(2024, 2, 29), 24, date(2026, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 28)),  # four years on there is a Feb 29 again, which is the anniversary
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2024, 8, 31), 6, date(2025, 2, 28)),
        (date(2024, 12, 15), 1, date(2025, 1, 14)),
        (date(2024, 11, 12), None, None),
    ],
)
def test_a_term_lasts_whole_months_up_to_the_day_before(valid_from, months, expires_on):
    assert last_day(valid_from, months) == expires_on


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(1, 120))
def test_terms_laid_end_to_end_leave_no_gap_and_never_run_backwards(day, months):
    end = last_day(day, months)
    assert end >= day
    assert anniversary(day, months) == end + DAY
    assert (end.year * 12 + end.month) - (day.year * 12 + day.month) in (months - 1, months)


@pytest.mark.parametrize(
    ("day", "standing", "holding"),
    [
        (FIRST - DAY, Standing.NOT_YET, Holding.BLOCK),
        (FIRST, Standing.VALID, Holding.YES),
        (date(2026, 11, 10), Standing.VALID, Holding.YES),  # EX-53: a tier 2 circle that day is all right
        (LAST, Standing.VALID, Holding.YES),
        (date(2026, 11, 12), Standing.GRACE, Holding.WARN),  # EX-53: the day after, warn
        (LAST + timedelta(days=30), Standing.GRACE, Holding.WARN),
        (LAST + timedelta(days=31), Standing.EXPIRED, Holding.BLOCK),
    ],
)
def test_both_ends_of_a_term_are_valid_and_grace_only_warns(day, standing, holding):
    assert TWO_YEARS.standing_on(day) is standing
    assert TWO_YEARS.holding_on(day) is holding


def test_without_grace_the_day_after_blocks():
    assert History((Span(FIRST, LAST),)).holding_on(date(2026, 11, 12)) is Holding.BLOCK


def test_a_suspension_covers_its_days_only():
    history = History((Span(FIRST, LAST),), (Span(date(2025, 3, 1), date(2025, 3, 9)),))
    days = [date(2025, 2, 28), date(2025, 3, 1), date(2025, 3, 9), date(2025, 3, 10)]
    assert [history.standing_on(day) for day in days] == [
        Standing.VALID,
        Standing.SUSPENDED,
        Standing.SUSPENDED,
        Standing.VALID,
    ]
    assert history.holding_on(days[1]) is Holding.BLOCK


def test_an_open_suspension_lasts_and_one_lifted_the_same_day_never_was():
    open_end = History((Span(FIRST, LAST),), (Span(date(2025, 3, 1)),))
    assert open_end.standing_on(LAST) is Standing.SUSPENDED
    lifted = History((Span(FIRST, LAST),), (Span(date(2025, 3, 1), date(2025, 2, 28)),))
    assert lifted.valid_on(date(2025, 3, 1))


def test_a_revocation_counts_from_its_day_and_covers_nothing_before():
    history = History((Span(FIRST, LAST),), ended_on=date(2025, 6, 1))
    assert history.valid_on(date(2025, 5, 31))
    assert history.standing_on(date(2025, 6, 1)) is Standing.ENDED
    assert history.holding_on(date(2025, 6, 1)) is Holding.BLOCK


def test_between_two_terms_there_is_a_gap_when_the_renewal_came_late():
    history = History((Span(FIRST, LAST), Span(date(2026, 11, 20), date(2028, 11, 11))), grace_days=30)
    assert history.standing_on(date(2026, 11, 15)) is Standing.GRACE
    assert history.standing_on(date(2026, 11, 20)) is Standing.VALID


def test_never_awarded_and_never_ending():
    assert History().standing_on(FIRST) is Standing.NOT_AWARDED
    assert History((Span(FIRST),)).standing_on(date(2100, 1, 1)) is Standing.VALID
    assert renewal_refusal(History(), RULE, FIRST) is RenewalRefusal.NOT_AWARDED
    assert renewal_refusal(History((Span(FIRST),)), RULE, FIRST) is RenewalRefusal.NO_END


@pytest.mark.parametrize(
    ("day", "refusal"),
    [
        (LAST - timedelta(days=91), RenewalRefusal.TOO_EARLY),
        (LAST - timedelta(days=90), None),
        (LAST, None),
        (LAST + timedelta(days=30), None),
        (LAST + timedelta(days=31), RenewalRefusal.TOO_LATE),
    ],
)
def test_the_window_and_the_grace_include_their_last_days(day, refusal):
    assert renewal_refusal(TWO_YEARS, RULE, day) is refusal


def test_renewed_in_time_follows_without_a_gap_and_waiting_gains_nothing():
    early = next_term(TWO_YEARS, RULE, LAST - timedelta(days=90))
    on_the_last_day = next_term(TWO_YEARS, RULE, LAST)
    in_grace = next_term(TWO_YEARS, RULE, LAST + timedelta(days=9))
    assert early == on_the_last_day == Span(LAST + DAY, date(2028, 11, 11))
    assert in_grace == Span(LAST + timedelta(days=9), date(2028, 11, 11))


def test_nobody_is_certified_afterwards_for_a_day_on_which_they_were_not():
    for late in range(1, 31):
        day = LAST + timedelta(days=late)
        term = next_term(TWO_YEARS, RULE, day)
        renewed = History((*TWO_YEARS.terms, term), grace_days=30)
        before = [LAST + timedelta(days=one) for one in range(1, late)]
        assert not any(renewed.valid_on(one) for one in before)
        assert renewed.valid_on(day)


def test_suspended_or_ended_certificates_are_not_renewed():
    paused = History(TWO_YEARS.terms, (Span(LAST - DAY),))
    ended = History(TWO_YEARS.terms, ended_on=LAST - DAY)
    assert renewal_refusal(paused, RULE, LAST) is RenewalRefusal.SUSPENDED
    assert renewal_refusal(ended, RULE, LAST) is RenewalRefusal.ENDED
    with pytest.raises(ValueError, match="ended"):
        next_term(ended, RULE, LAST)


@pytest.mark.parametrize(
    ("scope", "person", "reached"),
    [
        (LicenceScope(1), {"district": 1, "organization": None, "schools": ()}, True),
        (LicenceScope(1), {"district": 2, "organization": None, "schools": ()}, False),  # EX-53: used elsewhere, block
        (LicenceScope(1, 7), {"district": 1, "organization": 7, "schools": ()}, True),
        (LicenceScope(1, 7), {"district": 1, "organization": 8, "schools": ()}, False),
        (LicenceScope(1, 7), {"district": 1, "organization": None, "schools": (3,)}, False),
        (LicenceScope(1, None, frozenset({3})), {"district": 1, "organization": None, "schools": (3, 4)}, True),
        (LicenceScope(1, None, frozenset({3})), {"district": 1, "organization": None, "schools": (4,)}, False),
        (LicenceScope(1, None, frozenset({3})), {"district": 1, "organization": 7, "schools": ()}, False),
    ],
)
def test_a_trainers_licence_counts_in_its_district_agency_or_area_only(scope, person, reached):
    assert scope.covers(**person) is reached


def test_of_several_certificates_the_best_answers():
    assert combined([Holding.BLOCK, Holding.WARN]) is Holding.WARN
    assert combined([Holding.WARN, Holding.YES]) is Holding.YES
    assert combined([]) is Holding.BLOCK


BASE = date(2026, 1, 1)
offsets = st.integers(0, 60)
spans = st.builds(
    lambda first, length: Span(
        BASE + timedelta(days=first), None if length is None else BASE + timedelta(days=first + length)
    ),
    offsets,
    st.one_of(st.none(), st.integers(-2, 40)),
)
histories = st.builds(
    History,
    st.lists(spans, max_size=3).map(tuple),
    st.lists(spans, max_size=3).map(tuple),
    st.one_of(st.none(), offsets.map(lambda days: BASE + timedelta(days=days))),
)


@given(histories)
def test_the_spans_of_a_history_are_exactly_its_valid_days(history):
    for offset in range(-3, 110):
        day = BASE + timedelta(days=offset)
        assert history.valid_on(day) == any(span.holds(day) for span in history.spans)
        assert (history.standing_on(day) is Standing.VALID) == history.valid_on(day)
