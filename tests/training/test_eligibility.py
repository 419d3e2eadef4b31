"""Who is eligible, what is missing, by when, and why: border cases of every kind of requirement, without a database."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.defaults import LADDER, RENEWAL
from training.eligibility import (
    Attended,
    Evaluation,
    Evidence,
    Group,
    Held,
    Kept,
    Kind,
    Mode,
    Observed,
    Requirement,
    State,
    Why,
    evaluate,
)
from training.validity import Span

DAY = date(2026, 11, 10)
YESTERDAY, TOMORROW = DAY - timedelta(days=1), DAY + timedelta(days=1)
COURSE = Requirement(Kind.COURSE, "circles")


def ask(requirement: Requirement, evidence: Evidence, day: date = DAY, **more):
    """Return the finding of one requirement."""
    return evaluate([Group((requirement,))], evidence, day, **more).groups[0].findings[0]


def evaluated(*results: tuple[State, date], kind: Kind = Kind.COURSE, code: str = "circles") -> Evidence:
    return Evidence(evaluations=tuple(Evaluation(kind, code, state, on) for state, on in results))


def hours(*days: tuple[str, date, str]) -> Evidence:
    return Evidence(attended=tuple(Attended(course, on, Decimal(amount)) for course, on, amount in days))


def circles(*kept: tuple[int, date, str]) -> Evidence:
    return Evidence(kept=tuple(Kept(*one) for one in kept))


@pytest.mark.parametrize(
    ("evidence", "why"),
    [
        (Evidence(), Why.NOT_EVALUATED),
        (evaluated((State.PASSED, DAY)), Why.MET),
        (evaluated((State.PASSED, TOMORROW)), Why.NOT_EVALUATED),  # what comes later does not count yet
        (evaluated((State.REPEAT, DAY)), Why.REPEAT),
        (evaluated((State.FAILED, DAY)), Why.FAILED),
        (evaluated((State.REPEAT, YESTERDAY), (State.PASSED, DAY)), Why.MET),
        (evaluated((State.PASSED, YESTERDAY), (State.FAILED, DAY)), Why.FAILED),  # the latest one counts
        (evaluated((State.FAILED, DAY), (State.PASSED, YESTERDAY)), Why.FAILED),  # whatever the order of the rows
        (evaluated((State.REPEAT, DAY), (State.PASSED, DAY)), Why.MET),  # of one day the last row
        (evaluated((State.PASSED, DAY), code="introduction"), Why.NOT_EVALUATED),
        (evaluated((State.PASSED, DAY), kind=Kind.DOCUMENT), Why.NOT_EVALUATED),
    ],
)
def test_a_course_is_met_by_its_latest_evaluation(evidence, why):
    finding = ask(COURSE, evidence)
    assert finding.why is why
    assert finding.is_met is (why is Why.MET)


@pytest.mark.parametrize("kind", [Kind.DOCUMENT, Kind.INTERVIEW])
def test_documents_and_interviews_go_by_their_code(kind):
    requirement = Requirement(kind, "readiness")
    assert ask(requirement, evaluated((State.PASSED, DAY), kind=kind, code="readiness")).since == DAY
    assert ask(requirement, evaluated((State.PASSED, DAY), kind=kind, code="agreement")).why is Why.NOT_EVALUATED


@pytest.mark.parametrize(
    ("passed_on", "is_met"),
    [
        (date(2025, 11, 11), True),  # the first of the twelve months
        (date(2025, 11, 10), False),  # the day before
        (DAY, True),
    ],
)
def test_within_so_many_months_counts_whole_months_back(passed_on, is_met):
    requirement = Requirement(Kind.COURSE, "circles", months=12)
    finding = ask(requirement, evaluated((State.PASSED, passed_on)))
    assert (finding.is_met, finding.why) == ((True, Why.MET) if is_met else (False, Why.TOO_OLD))


@pytest.mark.parametrize(
    ("day", "passed_on", "is_met"),
    [
        (date(2024, 2, 29), date(2023, 3, 1), True),
        (date(2024, 2, 29), date(2023, 2, 28), False),
        (date(2026, 3, 31), date(2026, 3, 1), True),
        (date(2026, 3, 31), date(2026, 2, 28), False),
        (date(2025, 2, 28), date(2024, 2, 29), True),
        (date(2025, 2, 28), date(2024, 2, 28), False),
    ],
)
def test_months_back_from_a_day_that_the_earlier_month_lacks(day, passed_on, is_met):
    months = 1 if day.year == passed_on.year else 12
    requirement = Requirement(Kind.COURSE, "circles", months=months)
    assert ask(requirement, evaluated((State.PASSED, passed_on)), day).is_met is is_met


@pytest.mark.parametrize(
    ("attended", "have", "since"),
    [
        ([], "0", None),
        ([("circles", YESTERDAY, "6"), ("introduction", DAY, "6")], "12", DAY),
        ([("circles", YESTERDAY, "6"), ("introduction", DAY, "5.75")], "11.75", None),  # a quarter of an hour short
        ([("circles", YESTERDAY, "12"), ("circles", DAY, "6")], "18", YESTERDAY),  # met when it was enough
        ([("conferences", DAY, "12")], "0", None),  # another course
        ([("circles", TOMORROW, "12")], "0", None),
        ([("circles", DAY, "0.25")] * 48, "12.00", DAY),
    ],
)
def test_hours_add_up_over_the_courses_that_count(attended, have, since):
    requirement = Requirement(Kind.HOURS, amount=Decimal(12), courses=frozenset({"introduction", "circles"}))
    finding = ask(requirement, hours(*attended))
    assert (finding.have, finding.since) == (Decimal(have), since)
    assert finding.is_met is (since is not None)
    assert finding.lacking == max(Decimal(0), Decimal(12) - Decimal(have))


def test_hours_of_any_course_when_none_is_named():
    assert ask(Requirement(Kind.HOURS, amount=Decimal(3)), hours(("anything", DAY, "3"))).is_met


@pytest.mark.parametrize(
    ("requirement", "kept", "have"),
    [
        (Requirement(Kind.CIRCLES), [(1, DAY, "observed")], 0),  # watching is not keeping
        (Requirement(Kind.CIRCLES), [(1, DAY, "co_kept"), (2, DAY, "led")], 2),  # two on one day are two
        (Requirement(Kind.CIRCLES, must_lead=True), [(1, DAY, "co_kept"), (2, DAY, "led")], 1),
        (Requirement(Kind.CIRCLES, tier=2), [(1, DAY, "led"), (2, DAY, "led"), (3, DAY, "led")], 2),
        (Requirement(Kind.CIRCLES, tier=3), [(2, DAY, "led")], 0),
        (Requirement(Kind.CIRCLES), [(1, TOMORROW, "led")], 0),
        (Requirement(Kind.CIRCLES, months=1), [(1, date(2026, 10, 11), "led"), (1, date(2026, 10, 10), "led")], 1),
    ],
)
def test_circles_count_by_part_tier_and_time(requirement, kept, have):
    assert ask(requirement, circles(*kept)).have == have


def test_enough_circles_of_which_some_are_too_old_say_so():
    requirement = Requirement(Kind.CIRCLES, amount=Decimal(2), months=12)
    old = circles((1, date(2024, 1, 1), "led"), (1, DAY, "led"))
    assert ask(requirement, old).why is Why.TOO_OLD
    assert ask(requirement, circles((1, DAY, "led"))).why is Why.TOO_FEW


TERM = {"since": date(2024, 11, 12), "until": date(2026, 11, 11)}
FOUR_A_YEAR = Requirement(Kind.CIRCLES, amount=Decimal(4), each_year=True)


def four(first: date) -> list[tuple[int, date, str]]:
    return [(1, first + timedelta(days=7 * week), "led") for week in range(4)]


@pytest.mark.parametrize(
    ("kept", "is_met", "have"),
    [
        ([*four(date(2024, 11, 12)), *four(date(2025, 11, 12))], True, 4),  # both years on their first days
        ([*four(date(2025, 10, 21)), *four(date(2026, 10, 20))], True, 4),  # first year's last day is Nov 11, 2025
        ([*four(date(2025, 10, 22)), *four(date(2026, 10, 20))], False, 3),  # one of the four falls into the second
        (four(date(2025, 12, 1)) + four(date(2026, 1, 1)), False, 0),  # eight in one year, none in the other
        (four(date(2024, 10, 1)) + four(date(2025, 12, 1)), False, 0),  # those before the term count for nothing
        ([], False, 0),
    ],
)
def test_circles_of_each_year_are_counted_from_the_first_day_of_the_term(kept, is_met, have):
    finding = ask(FOUR_A_YEAR, circles(*kept), **TERM)
    assert (finding.is_met, finding.have) == (is_met, have)
    assert finding.why is (Why.MET if is_met else Why.TOO_FEW_IN_A_YEAR)


def test_a_renewal_in_the_first_year_asks_only_for_the_year_that_has_begun():
    first = circles(*four(date(2025, 1, 6)))
    assert ask(FOUR_A_YEAR, first, date(2025, 11, 11), **TERM).is_met
    assert not ask(FOUR_A_YEAR, first, date(2025, 11, 12), **TERM).is_met


def test_in_grace_no_third_year_is_asked_for():
    both = circles(*four(date(2025, 1, 6)), *four(date(2026, 1, 5)))
    assert ask(FOUR_A_YEAR, both, date(2026, 12, 1), **TERM).is_met


def test_a_term_begun_on_a_leap_day_has_years_too():
    term = {"since": date(2024, 2, 29), "until": date(2026, 2, 28)}
    kept = [*four(date(2025, 2, 7)), *four(date(2025, 3, 1))]  # Feb 28, 2025 is the last day of the first year
    assert ask(FOUR_A_YEAR, circles(*kept), date(2026, 2, 28), **term).is_met


def test_each_year_without_a_term_means_the_last_twelve_months():
    assert ask(FOUR_A_YEAR, circles(*four(date(2025, 11, 11)))).is_met
    assert not ask(FOUR_A_YEAR, circles(*four(date(2025, 11, 10)))).is_met


@pytest.mark.parametrize(
    ("seen", "is_met", "why"),
    [
        ([(2, DAY, State.PASSED)], True, Why.MET),
        ([(2, DAY, State.REPEAT)], False, Why.REPEAT),
        ([(1, DAY, State.PASSED)], False, Why.TOO_FEW),  # of a lower tier
        ([(2, YESTERDAY, State.REPEAT), (2, DAY, State.PASSED)], True, Why.MET),
        ([(2, YESTERDAY, State.PASSED), (2, DAY, State.REPEAT)], True, Why.MET),  # one signed off stays signed off
        ([(2, TOMORROW, State.PASSED)], False, Why.TOO_FEW),
        ([], False, Why.TOO_FEW),
    ],
)
def test_observed_circles_count_when_signed_off(seen, is_met, why):
    requirement = Requirement(Kind.OBSERVATION, tier=2)
    finding = ask(requirement, Evidence(observed=tuple(Observed(*one) for one in seen)))
    assert (finding.is_met, finding.why) == (is_met, why)


@pytest.mark.parametrize(
    ("span", "is_met"),
    [
        (Span(date(2024, 11, 12), DAY), True),
        (Span(DAY), True),
        (Span(date(2024, 11, 12), YESTERDAY), False),
        (Span(TOMORROW), False),
    ],
)
def test_a_credential_must_be_held_on_the_day_itself(span, is_met):
    requirement = Requirement(Kind.CREDENTIAL, "circle-keeper")
    finding = ask(requirement, Evidence(held=(Held("circle-keeper", (span,)),)))
    assert (finding.is_met, finding.why) == (is_met, Why.MET if is_met else Why.NOT_HELD)
    assert not ask(requirement, Evidence(held=(Held("awareness", (span,)),))).is_met


# --- Groups --------------------------------------------------------------------------------------------------------
HOURS = Requirement(Kind.HOURS, amount=Decimal(6))


def test_of_alternatives_one_is_enough_and_all_are_named_when_none_is_met():
    either = Group((COURSE, HOURS), Mode.ANY)
    assert evaluate([either], hours(("any", DAY, "6")), DAY).is_eligible
    verdict = evaluate([either], Evidence(), DAY)
    assert [one.requirement.kind for one in verdict.missing] == [Kind.COURSE, Kind.HOURS]
    assert verdict.steps == (0, 1)


def test_all_groups_must_be_met_and_the_last_one_says_since_when():
    evidence = Evidence(
        evaluations=(Evaluation(Kind.COURSE, "circles", State.PASSED, date(2026, 5, 1)),),
        attended=(Attended("any", date(2026, 6, 1), Decimal(6)),),
    )
    both = [Group((COURSE,)), Group((HOURS,))]
    assert evaluate(both, evidence, DAY).since == date(2026, 6, 1)
    early = evaluate(both, evidence, date(2026, 5, 31))
    assert (early.is_eligible, early.since, early.steps) == (False, None, (1, 2))
    assert [one.why for one in early.missing] == [Why.TOO_FEW]


def test_of_alternatives_the_earliest_says_since_when():
    evidence = Evidence(
        evaluations=(Evaluation(Kind.COURSE, "circles", State.PASSED, date(2026, 5, 1)),),
        attended=(Attended("any", date(2026, 6, 1), Decimal(6)),),
    )
    assert evaluate([Group((COURSE, HOURS), Mode.ANY)], evidence, DAY).since == date(2026, 5, 1)


def test_a_rule_that_asks_for_nothing_makes_nobody_eligible():
    assert not evaluate([], Evidence(), DAY).is_eligible
    assert not evaluate([Group(())], Evidence(), DAY).is_eligible


@pytest.mark.parametrize(("due_on", "is_overdue"), [(None, False), (YESTERDAY, True), (DAY, False), (TOMORROW, False)])
def test_the_last_day_still_counts(due_on, is_overdue):
    assert evaluate([Group((COURSE,))], Evidence(), DAY, due_on=due_on).is_overdue is is_overdue


def test_whoever_is_eligible_is_never_overdue():
    assert not evaluate([Group((COURSE,))], evaluated((State.PASSED, DAY)), DAY, due_on=YESTERDAY).is_overdue


def test_an_extension_moves_the_last_day_and_changes_no_requirement():
    before = evaluate([Group((COURSE,))], Evidence(), DAY, due_on=YESTERDAY)
    after = evaluate([Group((COURSE,))], Evidence(), DAY, due_on=DAY + timedelta(days=30))
    assert (before.is_overdue, after.is_overdue) == (True, False)
    assert before.missing == after.missing


def test_a_requirement_changed_later_is_another_question_with_another_answer():
    done = hours(("circles", YESTERDAY, "12"))
    twelve, eighteen = (Requirement(Kind.HOURS, amount=Decimal(amount)) for amount in (12, 18))
    assert evaluate([Group((twelve,))], done, DAY).is_eligible
    assert evaluate([Group((eighteen,))], done, DAY).missing[0].lacking == 6


# --- The default ladder --------------------------------------------------------------------------------------------
def earned(*codes: str) -> Evidence:
    passed = tuple(Evaluation(Kind.COURSE, code, State.PASSED, DAY) for code in codes)
    lengths = {"awareness": 3, "introduction": 6, "circles": 6, "conferences": 12, "training-of-trainers": 18}
    attended = tuple(Attended(code, DAY, Decimal(lengths[code])) for code in codes if code in lengths)
    return Evidence(passed, attended)


def step(code: str):
    return next(one for one in LADDER if one.code == code)


def test_the_default_ladder_is_climbed_step_by_step():
    both = earned("introduction", "circles", "conferences")
    assert evaluate([Group(step("circle-keeper").award)], both, DAY).is_eligible
    responsive = [Group(step("responsive-facilitator").award)]
    verdict = evaluate(responsive, both, DAY)
    assert [one.requirement.kind for one in verdict.missing] == [Kind.CREDENTIAL, Kind.CIRCLES]
    keeper = Held("circle-keeper", (Span(date(2026, 1, 1), date(2027, 12, 31)),))
    three = tuple(Kept(1, DAY, "co_kept") for _ in range(3))
    full = Evidence(both.evaluations, both.attended, three, (), (keeper,))
    assert evaluate(responsive, full, DAY).is_eligible


def test_the_default_renewal_counts_nothing_from_before_the_term():
    group = [Group(RENEWAL)]
    before = evaluated((State.PASSED, date(2024, 11, 11)), code="refresher")
    verdict = evaluate(group, before, DAY, **TERM)
    assert verdict.missing[0].why is Why.TOO_OLD
    within = Evidence(
        evaluations=(Evaluation(Kind.COURSE, "refresher", State.PASSED, date(2024, 11, 12)),),
        attended=(Attended("refresher", date(2026, 9, 1), Decimal(6)),),
        kept=tuple(Kept(*one) for one in [*four(date(2025, 1, 6)), *four(date(2026, 1, 5))]),
    )
    assert evaluate(group, within, DAY, **TERM).is_eligible


# --- Properties ----------------------------------------------------------------------------------------------------
near = st.integers(-400, 5).map(lambda days: DAY + timedelta(days=days))
evidences = st.builds(
    Evidence,
    st.lists(st.builds(Evaluation, st.just(Kind.COURSE), st.just("circles"), st.just(State.PASSED), near)).map(tuple),
    st.lists(st.builds(Attended, st.just("circles"), near, st.integers(1, 24).map(Decimal))).map(tuple),
    st.lists(st.builds(Kept, st.integers(1, 3), near, st.sampled_from(["led", "co_kept", "observed"]))).map(tuple),
)
requirements = st.one_of(
    st.just(COURSE),
    st.builds(Requirement, st.just(Kind.HOURS), amount=st.integers(1, 40).map(Decimal)),
    st.builds(
        Requirement,
        st.just(Kind.CIRCLES),
        amount=st.integers(1, 6).map(Decimal),
        tier=st.sampled_from([None, 1, 2, 3]),
        must_lead=st.booleans(),
        months=st.sampled_from([None, 1, 12]),
    ),
)
groups = st.lists(
    st.builds(Group, st.lists(requirements, min_size=1, max_size=3).map(tuple), st.sampled_from(list(Mode))),
    min_size=1,
    max_size=3,
)


@given(groups, evidences)
def test_every_answer_hangs_together(asked, evidence):
    verdict = evaluate(asked, evidence, DAY)
    done, total = verdict.steps
    assert verdict.is_eligible == (not verdict.missing) == (done == total)
    for group in verdict.groups:
        for finding in group.findings:
            assert finding.is_met == (finding.why is Why.MET)
            assert finding.since is None or (finding.is_met and finding.since <= DAY)
    if verdict.since:
        assert evaluate(asked, evidence, verdict.since).day <= DAY


@given(groups, evidences, evidences)
def test_more_of_what_counts_never_takes_eligibility_away(asked, evidence, more):
    """Only evaluations can: all of these are passed, so nothing here is lost by having more."""
    both = Evidence(
        evidence.evaluations + more.evaluations, evidence.attended + more.attended, evidence.kept + more.kept
    )
    if evaluate(asked, evidence, DAY).is_eligible:
        assert evaluate(asked, both, DAY).is_eligible
