"""The packs that come with the product, on the worked examples of law and at their borders."""

from datetime import date
from decimal import Decimal

import pytest

from discipline.packs import FEDERAL, packs_for, shipped_packs
from district.rules import BehaviorFacts, Deadline, Proposal, due_dates, evaluate
from tests.calendars import CAL_26

DAY = date(2026, 11, 10)
DISRUPTION = BehaviorFacts("04634", ceds="04634", level="2", category="Disruption", subjective=True)
DEFIANCE = BehaviorFacts("04659", ceds="04659", level="1", category="Disruption", subjective=True)
FIGHT = BehaviorFacts("04645", ceds="04645", level="3", category="Harm to others")
DRUGS = BehaviorFacts("04635", ceds="04635", level="3", category="Substances")
TRUANCY = BehaviorFacts("04626", ceds="04626", level="1", category="Attendance and rules")
NO_FLAGS = dict.fromkeys(("idea", "section504", "homeless"), False)
EXPULSION = "EXPULSION_WITH_SERVICES"


def ask(state, on=DAY, **facts):
    """Evaluate a proposal under the federal pack and that of the state."""
    flags = {**NO_FLAGS, **facts.pop("flags", {})}
    days = facts.pop("days", None)
    named = {"action": "OSS", "grade": "08", "behaviors": (FIGHT,), "clock_days": Decimal(0), "clock_adds": Decimal(0)}
    proposal = Proposal(**{**named, "days": days and Decimal(days), "flags": flags, **facts})
    rules = [rule for pack in packs_for(state) for rule in pack.rules]
    return evaluate(proposal, rules, on=on)


def blocked_by(found):
    return [finding.rule.key for finding in found.findings if finding.outcome.value == "blocked"]


def steps(found):
    return {(rule.key, deadline.step) for rule, deadline in found.deadlines}


# --- New Jersey -------------------------------------------------------------------------------------------------------
def test_ex_40_a_long_term_suspension_in_new_jersey():
    found = ask("NJ", days="15", grade="08")
    begins = date(2026, 11, 2)
    events = {"decision": begins, "removal_begins": begins, "hearing_closed": date(2026, 12, 1)}
    due = {
        one.deadline.step: one.on
        for one in due_dates(found.deadlines, events, CAL_26)
        if one.rule.key == "nj-long-term"
    }
    assert due["parent_notice"] == begins
    assert due["written_notice"] == date(2026, 11, 4)
    assert due["services_begin"] == date(2026, 11, 11)
    assert due["formal_hearing"] == date(2026, 12, 2)
    assert due["hearing_decision"] == date(2026, 12, 8)
    assert due["witness_list"] is None  # no hearing day yet
    with_hearing = due_dates(found.deadlines, {**events, "formal_hearing": date(2026, 12, 1)}, CAL_26)
    assert {one.deadline.step: one.on for one in with_hearing}["witness_list"] == date(2026, 11, 26)


@pytest.mark.parametrize(
    ("facts", "by"),
    [
        ({"grade": "01", "behaviors": (DISRUPTION,), "days": "1"}, ["nj-k2-suspension"]),
        ({"grade": "01", "days": "1", "stated": {"violent_or_sexual": "Hit a child with a chair."}}, []),
        ({"grade": "01", "days": "1", "stated": {"violent_or_sexual": ""}}, ["nj-k2-suspension"]),
        ({"grade": "01", "action": EXPULSION}, ["nj-k2-expulsion"]),
        ({"grade": "01", "action": EXPULSION, "stated": {"guns_act": "A loaded firearm."}}, []),
        ({"grade": "PK", "flags": {"idea": True}, "days": "1"}, ["nj-preschool-disability", "nj-preschool-suspension"]),
        ({"grade": "PK", "days": "1"}, ["nj-preschool-suspension"]),
        ({"grade": "KG", "days": "1"}, ["nj-k2-suspension"]),
        ({"grade": "02", "days": "1"}, ["nj-k2-suspension"]),
        ({"grade": "03", "days": "1"}, []),
        ({"grade": "01", "action": "ISS", "days": "1"}, []),
        ({"grade": "01", "days": "1", "on": date(2016, 9, 5)}, []),
        ({"grade": "01", "days": "1", "on": date(2016, 9, 6)}, ["nj-k2-suspension"]),
    ],
)
def test_ex_42_the_youngest_in_new_jersey(facts, by):
    assert blocked_by(ask("NJ", **facts)) == by


@pytest.mark.parametrize(
    ("days", "path"),
    [("10", "nj-short-term"), ("0.5", "nj-short-term"), ("10.5", "nj-long-term"), ("11", "nj-long-term")],
)
def test_ex_42_grade_4_takes_the_short_or_the_long_path(days, path):
    found = ask("NJ", grade="04", days=days)
    assert found.is_allowed
    assert {key for key, _step in steps(found)} & {"nj-short-term", "nj-long-term"} == {path}


@pytest.mark.parametrize(
    ("before", "asked"),
    [({}, False), ({"OSS": 1}, True), ({"ISS": 1}, True), ({"BUS": 3, "CLASS": 1}, False), ({"OSS": 4}, True)],
)
def test_ex_43_a_second_suspension_asks_for_a_meeting_within_five_school_days(before, asked):
    found = ask("NJ", days="2", year_removals=before)
    assert (("nj-meeting-after-suspensions", "support_meeting") in steps(found)) is asked
    if asked:
        due = due_dates(found.deadlines, {"decision": date(2026, 11, 4)}, CAL_26)
        assert {one.deadline.step: one.on for one in due}["support_meeting"] == date(2026, 11, 13)


def test_a_grade_that_has_no_place_asks_for_a_reason_instead_of_saying_yes():
    found = ask("NJ", grade="UG", days="1")
    asked = {finding.rule.key: finding for finding in found.findings if finding.outcome.value == "needs_reason"}
    assert set(asked) == {"nj-k2-suspension", "nj-preschool-suspension"}
    assert asked["nj-k2-suspension"].unknown == ("grade",)
    assert not found.is_allowed


def test_the_clock_of_a_bullying_case():
    (hib,) = [rule for rule in shipped_packs()["NJ"].rules if rule.subject.value == "hib"]
    events = {"learned": date(2026, 11, 2), "verbal_report": date(2026, 11, 2), "written_report": date(2026, 11, 4)}
    due = {one.deadline.step: one.on for one in due_dates([(hib, one) for one in hib.deadlines], events, CAL_26)}
    assert due["investigation_begins"] == date(2026, 11, 3)
    assert due["written_report"] == date(2026, 11, 4)
    assert due["investigation_ends"] == date(2026, 11, 20)
    assert due["superintendent_told"] is None
    assert due["civil_rights_complaint"] == date(2027, 5, 1)


# --- Other states -----------------------------------------------------------------------------------------------------
def case(state, *by, on=DAY, **facts):
    """A proposal, and the rules that block it."""
    return pytest.param(state, on, facts, list(by), id=f"{state}-{on}-{'+'.join(by) or 'allowed'}")


DEFIED = {"behaviors": (DEFIANCE,), "stated": {"other_means_failed": "Two circles and a counselor since September."}}
FOUGHT = {"stated": {"other_means_failed": "Two circles and a counselor since September."}}
YOUNG = {"grade": "02", "behaviors": (DRUGS,)}
SWUNG = "Swung a chair at a teacher."


@pytest.mark.parametrize(
    ("state", "on", "facts", "by"),
    [
        # California: defiance, with its sunset
        case("CA", "ca-defiance-6-8", on=date(2026, 9, 1), grade="07", **DEFIED),
        case("CA", on=date(2029, 7, 2), grade="07", **DEFIED),
        case("CA", "ca-other-means", on=date(2029, 7, 2), grade="07", behaviors=(DEFIANCE,)),
        case("CA", "ca-defiance-k5", on=date(2029, 7, 2), grade="04", **DEFIED),
        case("CA", "ca-defiance-6-8", on=date(2029, 6, 30), grade="08", **DEFIED),
        case("CA", on=date(2029, 7, 1), grade="08", **DEFIED),
        case("CA", on=date(2024, 6, 30), grade="10", **DEFIED),
        case("CA", "ca-defiance-9-12", on=date(2024, 7, 1), grade="10", **DEFIED),
        case("CA", on=date(2026, 9, 1), grade="07", **{**DEFIED, "behaviors": (DEFIANCE, FIGHT)}),
        case("CA", "ca-defiance-expulsion", grade="11", action=EXPULSION, behaviors=(DEFIANCE,)),
        case("CA", "ca-attendance", behaviors=(TRUANCY,), **FOUGHT),
        case("CA", days="5", **FOUGHT),
        case("CA", "ca-five-days", days="6", **FOUGHT),
        case("CA", days="5", year_days={"OSS": Decimal(15)}, **FOUGHT),
        case("CA", "ca-twenty-days", days="5", year_days={"OSS": Decimal("15.5")}, **FOUGHT),
        # Texas
        case("TX", days="3"),
        case("TX", "tx-three-days", days="4"),
        case("TX", "tx-below-grade-3", **YOUNG),
        case("TX", stated={"drugs_or_alcohol": "Had marijuana."}, **YOUNG),
        case("TX", stated={"classroom_disruption": "Five times."}, **YOUNG),
        case("TX", "tx-below-grade-3", on=date(2025, 6, 19), stated={"classroom_disruption": "Five times."}, **YOUNG),
        case("TX", on=date(2025, 6, 19), stated={"violent_offense": "Assault."}, **YOUNG),
        case("TX", "tx-below-grade-3", on=date(2025, 6, 20), stated={"violent_offense": "Assault."}, **YOUNG),
        case("TX", grade="03"),
        case("TX", "tx-homeless", grade="10", flags={"homeless": True}),
        # Oregon
        case("OR", "or-grade-5", grade="05", behaviors=(DEFIANCE,)),
        case("OR", grade="06", behaviors=(DEFIANCE,)),
        case("OR", grade="09", days="10"),
        case("OR", "or-ten-days", grade="09", days="11"),
        case("OR", "or-expulsion", action=EXPULSION),
        case("OR", action=EXPULSION, stated={"other_strategies_failed": "A year of plans."}),
        case(
            "OR",
            "or-expulsion-truancy",
            action=EXPULSION,
            behaviors=(TRUANCY,),
            stated={"other_strategies_failed": "A year of plans."},
        ),
        # Illinois
        case("IL", "il-short-suspension", days="3"),
        case("IL", days="3", stated={"threat_or_disruption": SWUNG}),
        case("IL", "il-long-suspension", days="4", stated={"threat_or_substantial_disruption": SWUNG}),
        case(
            "IL",
            days="4",
            stated={"threat_or_substantial_disruption": SWUNG, "interventions_exhausted": "Three circles."},
        ),
        case("IL", "il-long-suspension", days="3.5", stated={"threat_or_disruption": SWUNG}),
        case("IL", on=date(2016, 9, 14), days="4"),
    ],
)
def test_ex_45_other_states(state, on, facts, by):
    assert blocked_by(ask(state, on, **{"days": "2", **facts})) == by


@pytest.mark.parametrize(
    ("on", "days", "due"),
    [
        (date(2024, 8, 8), "4", False),
        (date(2024, 8, 8), "5", True),
        (date(2024, 8, 9), "4", True),
        (date(2024, 8, 9), "3", False),
    ],
)
def test_a_rule_that_was_amended_keeps_both_of_its_versions(on, days, due):
    assert (("il-support-services", "services_begin") in steps(ask("IL", on, days=days))) is due


# --- Federal ----------------------------------------------------------------------------------------------------------
BEYOND_TEN = {"us-idea-day-11": "warned", "us-idea-pattern": "warned"}


@pytest.mark.parametrize(
    ("facts", "outcomes"),
    [
        ({"clock_days": Decimal(7), "clock_adds": Decimal(3)}, {}),
        ({"clock_days": Decimal(9), "clock_adds": Decimal(2)}, BEYOND_TEN),
        ({"clock_days": Decimal("9.5"), "clock_adds": Decimal(1)}, BEYOND_TEN),
        ({"clock_adds": Decimal(11), "days": "11"}, {**BEYOND_TEN, "us-idea-change-of-placement": "needs_reason"}),
        ({"action": "ISS", "clock_adds": Decimal(0), "days": "12"}, {}),  # the three conditions are met
        ({"action": "EXPULSION_WITHOUT_SERVICES"}, {"us-idea-services-never-end": "blocked"}),
        ({"action": "IAES_PERSONNEL", "days": "45"}, {"us-idea-interim-setting-reason": "blocked"}),
        (
            {"action": "IAES_PERSONNEL", "days": "45", "stated": {"weapon": "A knife."}},
            {"us-idea-interim-setting-reason": "excepted"},
        ),
        (
            {"action": "IAES_PERSONNEL", "days": "46", "stated": {"drugs": "Sold pills."}},
            {"us-idea-interim-setting-45": "blocked", "us-idea-interim-setting-reason": "excepted"},
        ),
        ({"action": "IAES_HEARING_OFFICER", "days": "45"}, {}),
    ],
)
def test_students_with_an_iep(facts, outcomes):
    found = ask("SD", **{"days": "2", "flags": {"idea": True}, **facts})
    assert {one.rule.key: one.outcome.value for one in found.findings if one.is_breach} == outcomes


def test_students_without_a_disability_meet_none_of_it():
    found = ask("SD", days="30", clock_days=Decimal(30), clock_adds=Decimal(30))
    assert [finding.rule.key for finding in found.findings] == ["us-due-process"]


def test_section_504_is_marked_as_practice_to_be_confirmed():
    found = ask("SD", days="11", flags={"section504": True}, clock_adds=Decimal(11))
    keys = {one.rule.key: one.outcome.value for one in found.findings if one.is_breach}
    assert keys == {"us-504-change-of-placement": "needs_reason", "us-504-pattern": "warned"}
    assert all(one.rule.needs_confirmation for one in found.findings if one.is_breach)


# --- The files --------------------------------------------------------------------------------------------------------
def test_each_pack_is_whole():
    packs = shipped_packs()
    assert set(packs) == {"US", "NJ", "CA", "IL", "TX", "OR"}
    for pack in packs.values():
        for rule in pack.rules:
            assert rule.jurisdiction == pack.code
            assert rule.key.startswith(pack.code.lower() + "-")
            assert rule.text.endswith(".")
            assert rule.citation
            steps = [deadline.step for deadline in rule.deadlines]
            assert len(set(steps)) == len(steps)
            assert all(isinstance(one, Deadline) for one in rule.deadlines)


def test_packs_for_a_state_without_one_are_the_federal_ones():
    assert [pack.code for pack in packs_for("SD")] == [FEDERAL]
    assert [pack.code for pack in packs_for("NJ")] == [FEDERAL, "NJ"]
    assert [pack.code for pack in packs_for("US")] == [FEDERAL]
