"""The rules engine: who a rule is about, what breaches it, what lifts it, and that nothing unknown is an excuse."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discipline.models import RemovalKind
from district.models import Enrollment
from district.models.codes import LEVEL_ORDER
from district.rules import (
    ACTIONS,
    FLAGS,
    GRADES,
    GRAVITY,
    SENTENCES,
    UNKNOWNS,
    BehaviorFacts,
    Behaviors,
    Condition,
    Deadline,
    Match,
    Outcome,
    Proposal,
    Rule,
    RuleFault,
    Severity,
    Subject,
    Unit,
    evaluate,
    judge,
    pack_of,
    rule_of,
    terms_of,
)

DAY = date(2026, 11, 10)
DEFIANCE = BehaviorFacts("4.2", ceds="04659", level="1", category="Disruption", subjective=True)
FIGHT = BehaviorFacts("4.1", ceds="04645", level="3", category="Harm to others")
UNMAPPED = BehaviorFacts("9.9")
ASK = Condition("tried", "Something else was tried.")


def rule(**terms):
    """A rule that forbids, unless the terms say what else it does."""
    does = {"prohibits", "announces", "max_days", "max_year_days", "preconditions", "deadlines"}
    effect = {} if does & set(terms) else {"prohibits": True}
    named = {"key": "r", "jurisdiction": "LOCAL", "citation": "Policy 1", "title": "A rule", "text": "It says so."}
    return Rule(**{**named, "severity": Severity.BLOCK, **effect, **terms})


def propose(**facts):
    return Proposal(**{"action": "OSS", "days": Decimal(3), "grade": "07", "behaviors": (FIGHT,), "flags": {}, **facts})


def outcome(one, proposal):
    """The outcome, or None when the rule does not apply."""
    finding = judge(one, proposal)
    return finding and finding.outcome.value


# --- Vocabulary -------------------------------------------------------------------------------------------------------
def test_the_words_are_those_of_the_record():
    assert set(ACTIONS) == set(RemovalKind.values)
    assert list(GRADES) == LEVEL_ORDER
    assert set(FLAGS) == {*Enrollment.PROGRAMS, "disability"}
    assert set(FLAGS) <= set(UNKNOWNS)


# --- Who and what -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("grade", "expected"),
    [
        ("PK", None),
        ("TK", None),
        ("KG", "blocked"),
        ("02", "blocked"),
        ("03", None),
        ("UG", "needs_reason"),
        ("UNREPORTED", "needs_reason"),
        ("", "needs_reason"),
    ],
)
def test_a_span_of_grades_holds_both_ends_and_an_unknown_grade_asks(grade, expected):
    assert outcome(rule(grades=("KG", "02")), propose(grade=grade)) == expected


@pytest.mark.parametrize(
    ("flags", "asked", "expected"),
    [
        ({"idea": True}, {"idea"}, "blocked"),
        ({"idea": False}, {"idea"}, None),
        ({"idea": None}, {"idea"}, "needs_reason"),
        ({}, {"idea"}, "needs_reason"),
        ({"idea": True, "homeless": False}, {"idea", "homeless"}, None),
        ({"idea": None, "homeless": False}, {"idea", "homeless"}, None),
        ({"section504": True}, {"disability"}, "blocked"),
        ({"idea": False, "section504": False}, {"disability"}, None),
        ({"idea": False}, {"disability"}, "needs_reason"),
    ],
)
def test_every_flag_must_hold_and_an_unknown_one_asks(flags, asked, expected):
    assert outcome(rule(flags=frozenset(asked)), propose(flags=flags)) == expected


@pytest.mark.parametrize(
    ("age", "expected"), [(4, None), (5, "blocked"), (10, "blocked"), (11, None), (None, "needs_reason")]
)
def test_a_span_of_ages(age, expected):
    assert outcome(rule(ages=(5, 10)), propose(age=age)) == expected


def test_a_rule_is_about_its_actions_only():
    one = rule(actions=frozenset({"OSS"}))
    assert [action for action in ACTIONS if outcome(one, propose(action=action))] == ["OSS"]


@pytest.mark.parametrize(
    ("behaviors", "match", "expected"),
    [
        ((DEFIANCE,), Match.EVERY, "blocked"),
        ((FIGHT,), Match.EVERY, None),
        ((DEFIANCE, FIGHT), Match.EVERY, None),  # a fight is a ground of its own
        ((DEFIANCE, FIGHT), Match.ANY, "blocked"),
        ((UNMAPPED,), Match.EVERY, "needs_reason"),
        ((UNMAPPED, FIGHT), Match.EVERY, None),
        ((UNMAPPED, FIGHT), Match.ANY, "needs_reason"),
        ((UNMAPPED, DEFIANCE), Match.EVERY, "needs_reason"),
        ((), Match.EVERY, "needs_reason"),
        ((), Match.ANY, "needs_reason"),
    ],
)
def test_behaviors_by_ceds_code(behaviors, match, expected):
    one = rule(include=Behaviors(ceds=frozenset({"04634", "04659"})), match=match)
    assert outcome(one, propose(behaviors=behaviors)) == expected


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        (Behaviors(codes=frozenset({"4.2"})), "blocked"),
        (Behaviors(codes=frozenset({"4.1"})), None),
        (Behaviors(levels=frozenset({"1"})), "blocked"),
        (Behaviors(levels=frozenset({"2", "3"})), None),
        (Behaviors(categories=frozenset({"Disruption"})), "blocked"),
        (Behaviors(subjective=True), "blocked"),
        (Behaviors(codes=frozenset({"4.1"}), subjective=True), "blocked"),
    ],
)
def test_behaviors_by_code_level_category_and_judgment(named, expected):
    assert outcome(rule(include=named), propose(behaviors=(DEFIANCE,))) == expected


def test_an_excluded_behavior_is_not_meant():
    one = rule(include=Behaviors(levels=frozenset({"1"})), exclude=Behaviors(codes=frozenset({"4.2"})))
    assert outcome(one, propose(behaviors=(DEFIANCE,))) is None
    assert outcome(one, propose(behaviors=(replace(DEFIANCE, code="4.3"),))) == "blocked"
    only_excluding = rule(exclude=Behaviors(ceds=frozenset({"04645"})))
    assert outcome(only_excluding, propose(behaviors=(FIGHT,))) is None
    assert outcome(only_excluding, propose(behaviors=(UNMAPPED,))) == "needs_reason"


@pytest.mark.parametrize(
    ("days", "short", "long"),
    [("1", "met", None), ("10", "met", None), ("10.5", None, "met"), ("11", None, "met")],
)
def test_the_length_decides_between_two_paths(days, short, long):
    path = {"deadlines": (Deadline("notice", "decision", Unit.SAME_DAY, "Tell them"),)}
    at_most, above = rule(days_up_to=Decimal(10), **path), rule(days_over=Decimal(10), **path)
    proposal = propose(days=Decimal(days))
    assert (outcome(at_most, proposal), outcome(above, proposal)) == (short, long)


def test_an_unknown_length_leaves_both_paths_open():
    path = {"deadlines": (Deadline("notice", "decision", Unit.SAME_DAY, "Tell them"),)}
    for one in (rule(days_up_to=Decimal(10), **path), rule(days_over=Decimal(10), **path)):
        finding = judge(one, propose(days=None))
        assert (finding.outcome, finding.unknown) == (Outcome.MET, ("days",))


@pytest.mark.parametrize(("before", "expected"), [(0, None), (1, "warned"), (5, "warned")])
def test_earlier_removals_of_the_same_actions_count(before, expected):
    one = rule(actions=frozenset({"OSS", "ISS"}), removals_before=1, announces=True, severity=Severity.WARN)
    assert outcome(one, propose(year_removals={"ISS": before, "BUS": 9})) == expected


@pytest.mark.parametrize(
    ("before", "adds", "expected"),
    [
        ("9", "1", None),  # exactly day 10
        ("9.5", "0.5", None),
        ("9.5", "1", "warned"),  # day 10.5
        ("10", "0.5", "warned"),
        ("10", "1", "warned"),  # day 11
        ("12", "0", "warned"),
        (None, "1", "warned"),
        ("10", None, "warned"),
    ],
)
def test_the_idea_clock_with_the_proposal(before, adds, expected):
    one = rule(clock_over=Decimal(10), announces=True, severity=Severity.WARN)
    given_days = {"clock_days": before and Decimal(before), "clock_adds": adds and Decimal(adds)}
    assert outcome(one, propose(**given_days)) == expected


# --- Breach -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("days", "expected"), [("5", "met"), ("5.5", "blocked"), ("6", "blocked"), (None, "needs_reason"), ("0", "met")]
)
def test_days_in_a_row(days, expected):
    assert outcome(rule(max_days=Decimal(5)), propose(days=days and Decimal(days))) == expected


@pytest.mark.parametrize(
    ("days", "year_days", "expected"),
    [
        ("3", {"OSS": Decimal(17)}, "met"),
        ("3.5", {"OSS": Decimal(17)}, "blocked"),
        ("3", {"OSS": Decimal(17), "ISS": Decimal(9)}, "met"),  # another action
        ("3", {"OSS": None}, "needs_reason"),
        (None, {"OSS": Decimal(17)}, "needs_reason"),
        (None, {"OSS": Decimal("20.5")}, "blocked"),  # already beyond, whatever it adds
        ("21", {"OSS": None}, "blocked"),
    ],
)
def test_days_in_the_school_year(days, year_days, expected):
    one = rule(actions=frozenset({"OSS"}), max_year_days=Decimal(20))
    assert outcome(one, propose(days=days and Decimal(days), year_days=year_days)) == expected


def test_each_precondition_must_be_stated_with_a_rationale():
    one = rule(preconditions=(ASK, Condition("threat", "There was a threat.")))
    assert [reason.values["words"] for reason in judge(one, propose()).reasons] == [
        "Something else was tried.",
        "There was a threat.",
    ]
    half = judge(one, propose(stated={"tried": "Two circles in October.", "threat": "  "}))
    assert (half.outcome, len(half.reasons)) == (Outcome.BLOCKED, 1)
    assert outcome(one, propose(stated={"tried": "Two circles.", "threat": "He said so."})) == "met"


def test_a_coded_exception_lifts_the_rule_only_with_its_rationale():
    one = rule(exceptions=(Condition("guns_act", "The Guns Act requires it."),))
    assert outcome(one, propose(stated={"guns_act": "   "})) == "blocked"
    assert outcome(one, propose(stated={"other": "Because."})) == "blocked"
    finding = judge(one, propose(stated={"guns_act": " A loaded pistol. "}))
    assert (finding.outcome, finding.code, finding.rationale) == (Outcome.EXCEPTED, "guns_act", "A loaded pistol.")
    assert finding.is_breach


@pytest.mark.parametrize(
    ("severity", "reason", "expected"),
    [
        (Severity.BLOCK, "", "blocked"),
        (Severity.BLOCK, "The principal agrees.", "blocked"),  # no reason opens a block
        (Severity.OVERRIDE, "", "needs_reason"),
        (Severity.OVERRIDE, "The principal agrees.", "overridden"),
        (Severity.WARN, "", "warned"),
    ],
)
def test_what_a_breach_means_goes_by_severity(severity, reason, expected):
    assert outcome(rule(severity=severity), propose(reasons={"r": reason})) == expected


def test_a_block_that_hangs_on_an_unknown_fact_can_be_gone_through_with_a_reason():
    one = rule(grades=("KG", "02"))
    assert outcome(one, propose(grade="UG", reasons={"r": "Her age is that of grade 6."})) == "overridden"


def test_the_sentences_say_numbers_without_zeros():
    (reason,) = judge(rule(max_days=Decimal(3)), propose(days=Decimal("10.00"))).reasons
    assert reason.sentence == "10 school days in a row are more than the 3 allowed."
    (reason,) = judge(rule(max_year_days=Decimal(20)), propose(year_days={"OSS": Decimal("17.50")})).reasons
    assert reason.sentence.startswith("With it the student would be out 20.5 school days")
    for code in SENTENCES:
        words = SENTENCES[code] % {"days": "1", "limit": "1", "words": "x"}
        assert "%" not in words


# --- Evaluation -------------------------------------------------------------------------------------------------------
def test_only_rules_about_removals_in_force_on_the_day_are_asked_gravest_first():
    rules = [
        rule(key="warn", severity=Severity.WARN),
        rule(key="ended", effective_to=DAY - timedelta(days=1)),
        rule(key="coming", effective_from=DAY + timedelta(days=1)),
        rule(key="hib", subject=Subject.HIB),
        rule(key="ask", severity=Severity.OVERRIDE),
        rule(key="block", effective_from=DAY, effective_to=DAY),
        rule(key="kept", max_days=Decimal(5)),
    ]
    found = evaluate(propose(), rules, on=DAY)
    assert [(one.rule.key, one.outcome.value) for one in found.findings] == [
        ("block", "blocked"),
        ("ask", "needs_reason"),
        ("warn", "warned"),
        ("kept", "met"),
    ]
    assert not found.is_allowed


@pytest.mark.parametrize(("offset", "holds"), [(-1, False), (0, True), (1, True), (29, True), (30, True), (31, False)])
def test_the_first_and_the_last_day_are_in_force(offset, holds):
    one = rule(effective_from=DAY, effective_to=DAY + timedelta(days=30))
    assert one.is_in_force(DAY + timedelta(days=offset)) is holds
    assert bool(evaluate(propose(), [one], on=DAY + timedelta(days=offset)).findings) is holds


def test_an_exception_lifts_the_bar_but_not_the_duties():
    steps = (Deadline("notice", "decision", Unit.SAME_DAY, "Tell the parents"),)
    one = rule(exceptions=(ASK,), deadlines=steps)
    found = evaluate(propose(stated={"tried": "It was an emergency."}), [one], on=DAY)
    assert found.is_allowed
    assert [deadline.step for _rule, deadline in found.deadlines] == ["notice"]


# --- What a rule may say ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "terms",
    [
        {"effective_from": DAY, "effective_to": DAY - timedelta(days=1)},
        {"grades": ("02", "KG")},
        {"grades": ("KG", "UG")},
        {"ages": (10, 5)},
        {"actions": frozenset({"DETENTION"})},
        {"flags": frozenset({"tall"})},
        {"preconditions": (ASK,), "exceptions": (ASK,)},
        {"prohibits": True, "max_days": Decimal(3)},
        {"prohibits": False},
    ],
    ids=lambda terms: ",".join(terms),
)
def test_a_rule_that_cannot_be_is_refused(terms):
    with pytest.raises(ValueError, match=r"^r: "):
        rule(**terms)


@pytest.mark.parametrize(("unit", "offset"), [(Unit.SCHOOL_DAY, 0), (Unit.SAME_DAY, 1), (Unit.SCHOOL_DAY, -1)])
def test_a_deadline_that_cannot_be_is_refused(unit, offset):
    with pytest.raises(ValueError, match="notice"):
        Deadline("notice", "decision", unit, "Tell them", offset)


GOOD = {
    "key": "k",
    "jurisdiction": "NJ",
    "citation": "c",
    "title": "t",
    "text": "x",
    "severity": "block",
    "prohibits": True,
}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"prohibit": True}, "prohibit"),
        ({"severity": "Block"}, "severity"),
        ({"citation": " "}, "citation"),
        ({"grades": ["KG"]}, "grades"),
        ({"grades": ["KG", "2"]}, "rule"),
        ({"effective_to": "July 1"}, "effective_to"),
        ({"prohibits": "yes"}, "prohibits"),
        ({"version": True}, "version"),
        ({"prohibits": False, "max_days": "-1"}, "max_days"),
        ({"prohibits": False, "max_days": "NaN"}, "max_days"),
        ({"prohibits": False, "max_days": True}, "max_days"),
        ({"include": {"level": ["1"]}}, "include"),
        ({"include": ["1"]}, "include"),
        ({"exceptions": [{"code": "a"}]}, "exceptions"),
        ({"deadlines": [{"step": "s", "from_event": "e", "unit": "days", "text": "t"}]}, "deadlines, unit"),
        ({"deadlines": [{"step": "s", "from_event": "e", "unit": "same_day", "text": "t", "offset": 2}]}, "deadlines"),
    ],
)
def test_a_fault_names_the_field(changed, field):
    with pytest.raises(RuleFault) as caught:
        rule_of({**GOOD, **changed})
    assert caught.value.field == field


def test_what_is_missing_is_named():
    for name in ("key", "citation", "severity"):
        with pytest.raises(RuleFault) as caught:
            rule_of({key: value for key, value in GOOD.items() if key != name})
        assert caught.value.field == name


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("code = ", "pack"),
        ('code = "NJ"', "title"),
        ('code = "NJ"\ntitle = "x"\nedition = 2026-01-01\nrules = []', "rules"),
        ('code = "NJ"\ntitle = "x"\nedition = "soon"', "edition"),
        ('code = "NJ"\ntitle = "x"\nedition = 2026-01-01\n[[rule]]\nkey = "a"', "rule a, citation"),
        ('code = "NJ"\ntitle = "x"\nedition = 2026-01-01\nrule = [1]', "rule 1, rule"),
    ],
)
def test_a_pack_that_cannot_be_read_names_where(text, field):
    with pytest.raises(RuleFault) as caught:
        pack_of(text)
    assert caught.value.field == field


def test_a_version_given_twice_is_refused():
    one = '[[rule]]\nkey = "a"\ncitation = "c"\ntitle = "t"\ntext = "x"\nseverity = "warn"\nannounces = true\n'
    with pytest.raises(RuleFault, match="version 1 is given twice"):
        pack_of('code = "NJ"\ntitle = "x"\nedition = 2026-01-01\n' + one + one)


# --- Properties -------------------------------------------------------------------------------------------------------
some_days = st.decimals(min_value=0, max_value=200, places=1)
words = st.sampled_from(["a", "b", "c", "d"])
behaviors = st.builds(
    BehaviorFacts,
    code=words,
    ceds=st.sampled_from(["", "04659", "04645"]),
    level=st.sampled_from(["", "1", "4"]),
    category=st.sampled_from(["", "x"]),
    subjective=st.booleans(),
)
named = st.builds(
    Behaviors,
    codes=st.frozensets(words, max_size=2),
    ceds=st.frozensets(st.sampled_from(["04659", "04645"]), max_size=1),
    levels=st.frozensets(st.sampled_from(["1", "4"]), max_size=1),
    categories=st.frozensets(st.just("x"), max_size=1),
    subjective=st.booleans(),
)
steps = st.builds(
    Deadline,
    step=words,
    from_event=words,
    unit=st.sampled_from([Unit.SCHOOL_DAY, Unit.BUSINESS_DAY, Unit.CALENDAR_DAY]),
    text=st.just("Do it"),
    offset=st.integers(1, 60),
    before=st.booleans(),
)
effects = st.sampled_from(
    [
        {"prohibits": True},
        {"announces": True},
        {"max_days": Decimal(5)},
        {"max_year_days": Decimal(20)},
        {"preconditions": (Condition("a", "A."), Condition("b", "B."))},
    ]
)


@st.composite
def rules(draw):
    first, last = sorted(draw(st.tuples(st.integers(0, len(GRADES) - 1), st.integers(0, len(GRADES) - 1))))
    return rule(
        key=draw(words),
        severity=draw(st.sampled_from(Severity)),
        effective_from=draw(st.none() | st.dates(date(2020, 1, 1), date(2026, 1, 1))),
        effective_to=draw(st.none() | st.dates(date(2026, 1, 1), date(2030, 1, 1))),
        grades=draw(st.none() | st.just((GRADES[first], GRADES[last]))),
        flags=draw(st.frozensets(st.sampled_from(FLAGS), max_size=2)),
        actions=draw(st.frozensets(st.sampled_from(ACTIONS), max_size=4)),
        include=draw(named),
        exclude=draw(named),
        match=draw(st.sampled_from(Match)),
        days_over=draw(st.none() | some_days),
        clock_over=draw(st.none() | st.just(Decimal(10))),
        exceptions=draw(st.just(()) | st.just((Condition("c", "C."),))),
        deadlines=tuple(draw(st.lists(steps, max_size=2))),
        **draw(effects),
    )


proposals = st.builds(
    Proposal,
    action=st.sampled_from(ACTIONS),
    days=st.none() | some_days,
    grade=st.sampled_from(["", "UG", *GRADES]),
    flags=st.dictionaries(st.sampled_from(FLAGS[:-1]), st.none() | st.booleans()),
    behaviors=st.lists(behaviors, max_size=3).map(tuple),
    year_days=st.dictionaries(st.sampled_from(ACTIONS), st.none() | some_days, max_size=3),
    year_removals=st.dictionaries(st.sampled_from(ACTIONS), st.integers(0, 9), max_size=3),
    clock_days=st.none() | some_days,
    clock_adds=st.none() | some_days,
    stated=st.dictionaries(words, st.sampled_from(["", " ", "Because."])),
    reasons=st.dictionaries(words, st.sampled_from(["", "Because."])),
)


@given(rules(), proposals)
def test_every_proposal_gets_an_answer_that_explains_itself(one, proposal):
    finding = judge(one, proposal)
    if finding is None:
        return
    assert finding.is_breach is bool(finding.reasons)
    assert all(fact in UNKNOWNS for fact in finding.unknown)
    assert all(reason.sentence is not None for reason in finding.reasons)
    if finding.outcome is Outcome.BLOCKED:
        assert one.severity is Severity.BLOCK
        assert finding.unknown == ()


@given(rules(), proposals)
def test_a_rule_survives_being_written_down(one, proposal):
    assert rule_of(terms_of(one)) == one
    assert judge(rule_of(terms_of(one)), proposal) == judge(one, proposal)


@given(rules(), proposals, words)
def test_stating_more_never_makes_it_graver(one, proposal, code):
    before = judge(one, proposal)
    after = judge(one, replace(proposal, stated={**proposal.stated, code: "Because."}))
    assert (before is None) == (after is None)
    if before:
        assert GRAVITY[after.outcome] >= GRAVITY[before.outcome]


@given(rules(), proposals, st.sampled_from(["idea", "section504", "homeless"]))
def test_not_knowing_a_fact_never_lifts_a_rule(one, proposal, flag):
    """Taking a fact away may soften a block to a reason that must be given, never to nothing."""
    known = replace(proposal, flags={**proposal.flags, flag: True})
    unknown = replace(proposal, flags={**proposal.flags, flag: None})
    if (before := judge(one, known)) and before.outcome in (Outcome.BLOCKED, Outcome.NEEDS_REASON):
        after = judge(one, unknown)
        assert after is not None
        assert after.outcome in (Outcome.BLOCKED, Outcome.NEEDS_REASON, Outcome.OVERRIDDEN)


@given(st.lists(rules(), max_size=5), proposals, st.randoms(), st.dates(date(2019, 1, 1), date(2031, 1, 1)))
def test_the_order_of_rules_and_those_of_other_days_do_not_matter(many, proposal, random, on):
    found = evaluate(proposal, many, on=on)
    shuffled = random.sample(many, len(many))
    again = evaluate(proposal, shuffled, on=on)
    assert [one.outcome for one in again.findings] == [one.outcome for one in found.findings]
    assert all(one.rule.is_in_force(on) for one in found.findings)
    assert found.is_allowed == all(one.outcome not in (Outcome.BLOCKED, Outcome.NEEDS_REASON) for one in found.findings)


@given(proposals, some_days, some_days)
def test_a_longer_removal_never_fares_better_under_a_limit(proposal, days, more):
    for limit in ({"max_days": Decimal(5)}, {"max_year_days": Decimal(20)}):
        one = rule(**limit)
        shorter = judge(one, replace(proposal, days=days))
        longer = judge(one, replace(proposal, days=days + more))
        assert GRAVITY[longer.outcome] <= GRAVITY[shorter.outcome]
