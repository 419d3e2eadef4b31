"""What the rules in force say about a removal that somebody proposes. Total: every proposal gets an answer.

A fact that nobody knows never counts in favour of a removal: where a rule may apply, its breach asks for a reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from district.rules.terms import DISABILITY, GRADES, Behaviors, Deadline, Match, Rule, Severity, Subject, in_force


def _(text: str) -> str:
    """Mark `text` for translation; pages translate it when they show it."""
    return text


class Outcome(StrEnum):
    """What a rule comes to for one proposal, the gravest first."""

    BLOCKED = "blocked"
    NEEDS_REASON = "needs_reason"
    OVERRIDDEN = "overridden"  # a reason was typed
    EXCEPTED = "excepted"  # a coded exception was stated, with its rationale
    WARNED = "warned"
    MET = "met"  # it applies and is kept


GRAVITY = {outcome: place for place, outcome in enumerate(Outcome)}
"""Outcome → its place, 0 the gravest."""


@dataclass(frozen=True)
class BehaviorFacts:
    """One behavior of the code of conduct; an empty text is one that the code does not say."""

    code: str
    ceds: str = ""
    level: str = ""
    category: str = ""
    subjective: bool = False


@dataclass(frozen=True)
class Proposal:
    """A removal as proposed. What is unknown is None (an empty grade, no behavior).

    `days` are its school days. `year_days` and `year_removals` count the earlier removals of the student in the school
    year by action; a length nobody knows makes the days of that action None. `clock_days` stand in the student's IDEA
    clock before it, `clock_adds` are those it would add there. `stated` maps codes of exceptions and preconditions to
    the rationale typed for them, `reasons` keys of rules to the reason typed for going on.
    """

    action: str
    days: Decimal | None = None
    grade: str = ""
    age: int | None = None
    flags: Mapping[str, bool | None] = field(default_factory=dict)
    behaviors: tuple[BehaviorFacts, ...] = ()
    year_days: Mapping[str, Decimal | None] = field(default_factory=dict)
    year_removals: Mapping[str, int] = field(default_factory=dict)
    clock_days: Decimal | None = None
    clock_adds: Decimal | None = None
    stated: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)

    def has(self, flag: str) -> bool | None:
        """Whether a fact about the student holds; None when nobody said."""
        if flag == DISABILITY:
            idea, section504 = self.flags.get("idea"), self.flags.get("section504")
            return True if idea or section504 else (None if idea is None or section504 is None else False)
        return self.flags.get(flag)


SENTENCES = {
    "prohibited": _("It is not allowed."),
    "announced": "",
    "too_long": _("%(days)s school days in a row are more than the %(limit)s allowed."),
    "too_many": _("With it the student would be out %(days)s school days this school year; %(limit)s are allowed."),
    "not_stated": _("Not stated: %(words)s"),
    "length_unknown": _("Its length is not known; at most %(limit)s school days are allowed."),
    "year_unknown": _("The days before it are not all known; %(limit)s school days a school year are allowed."),
}
"""Code of a reason → the sentence that says it, in English."""

UNKNOWNS = {
    "grade": _("the grade"),
    "age": _("the age"),
    "behavior": _("the behavior, or its place in the code of conduct"),
    "days": _("the length"),
    "clock": _("the days in the IDEA clock"),
    "idea": _("whether the student is served under IDEA"),
    "section504": _("whether the student is served under Section 504"),
    DISABILITY: _("whether the student has an IEP or a Section 504 plan"),
    "english_learner": _("whether the student is an English learner"),
    "economically_disadvantaged": _("whether the student is economically disadvantaged"),
    "homeless": _("whether the student is homeless"),
    "foster_care": _("whether the student is in foster care"),
}
"""Fact that nobody knows → what it is called."""


@dataclass(frozen=True)
class Reason:
    """Why a rule is breached: a code of `SENTENCES` with its numbers or words."""

    code: str
    values: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def template(self) -> str:
        """The sentence without its values, as a catalog of translations has it."""
        return SENTENCES[self.code]

    @property
    def sentence(self) -> str:
        """The reason in English."""
        return self.template % self.values


@dataclass(frozen=True)
class Finding:
    """What one rule comes to: its outcome, why, which facts nobody knows, and what a person stated against it.

    `code` is the coded exception (empty where a reason was typed for going on), `rationale` what was typed.
    """

    rule: Rule
    outcome: Outcome
    reasons: tuple[Reason, ...] = ()
    unknown: tuple[str, ...] = ()
    code: str = ""
    rationale: str = ""

    @property
    def is_breach(self) -> bool:
        """Whether the rule asks something of the person at the form, or did so before they stated their case."""
        return self.outcome is not Outcome.MET


@dataclass(frozen=True)
class Evaluation:
    """The findings of all rules that apply on a day, the gravest first, then by jurisdiction and key."""

    on: date
    findings: tuple[Finding, ...]

    def of(self, outcome: Outcome) -> tuple[Finding, ...]:
        """Findings with one outcome."""
        return tuple(finding for finding in self.findings if finding.outcome is outcome)

    @property
    def is_allowed(self) -> bool:
        """Whether the removal can be saved as it stands: nothing blocks it and no reason is missing."""
        return not self.of(Outcome.BLOCKED) and not self.of(Outcome.NEEDS_REASON)

    @property
    def deadlines(self) -> tuple[tuple[Rule, Deadline], ...]:
        """Steps that the rules which apply ask for, also those with an exception: it lifts the bar, not the duties."""
        return tuple((finding.rule, one) for finding in self.findings for one in finding.rule.deadlines)


def evaluate(proposal: Proposal, rules: Iterable[Rule], *, on: date) -> Evaluation:
    """Return what the rules about removals that are in force on the day say about the proposal."""
    asked = (rule for rule in in_force(rules, on) if rule.subject is Subject.REMOVAL)
    findings = [finding for rule in asked if (finding := judge(rule, proposal))]
    findings.sort(key=lambda one: (GRAVITY[one.outcome], one.rule.jurisdiction, one.rule.key, one.rule.version))
    return Evaluation(on, tuple(findings))


def judge(rule: Rule, proposal: Proposal) -> Finding | None:
    """Return what one rule comes to, in force or not; None when it does not apply."""
    unknown = _unknown(rule, proposal)
    if unknown is None:
        return None
    reasons, unsure = _breach(rule, proposal)
    if not reasons:
        return Finding(rule, Outcome.MET, unknown=unknown)
    for condition in rule.exceptions:
        if rationale := proposal.stated.get(condition.code, "").strip():
            return Finding(rule, Outcome.EXCEPTED, reasons, unknown, condition.code, rationale)
    if rule.severity is Severity.WARN:
        return Finding(rule, Outcome.WARNED, reasons, unknown)
    if rule.severity is Severity.BLOCK and not unknown and not unsure:
        return Finding(rule, Outcome.BLOCKED, reasons)
    if rationale := proposal.reasons.get(rule.key, "").strip():
        return Finding(rule, Outcome.OVERRIDDEN, reasons, unknown, rationale=rationale)
    return Finding(rule, Outcome.NEEDS_REASON, reasons, unknown)


def _unknown(rule: Rule, proposal: Proposal) -> tuple[str, ...] | None:
    """Facts that keep from saying whether the rule applies (none: it does); None when it does not."""
    unknown = []
    for fact, holds in _tests(rule, proposal):
        if holds is False:
            return None
        if holds is None and fact not in unknown:
            unknown.append(fact)
    return tuple(unknown)


def _tests(rule: Rule, proposal: Proposal) -> Iterable[tuple[str, bool | None]]:
    """Each condition of the rule: the fact it looks at, and whether it holds (None: cannot tell)."""
    yield "action", not rule.actions or proposal.action in rule.actions
    yield "grade", _grade_holds(rule, proposal)
    if rule.ages:
        yield "age", None if proposal.age is None else rule.ages[0] <= proposal.age <= rule.ages[1]
    for flag in sorted(rule.flags):
        yield flag, proposal.has(flag)
    yield "behavior", _behaviors_hold(rule, proposal)
    yield "days", _is_above(proposal.days, rule.days_over)
    yield "days", _negated(_is_above(proposal.days, rule.days_up_to)) if rule.days_up_to is not None else True
    if rule.removals_before is not None:
        before = sum(count for action, count in proposal.year_removals.items() if _counts(rule, action))
        yield "removals", before >= rule.removals_before
    if rule.clock_over is not None:
        known = proposal.clock_days is not None and proposal.clock_adds is not None
        total = proposal.clock_days + proposal.clock_adds if known else None  # type: ignore[operator]
        yield "clock", _is_above(total, rule.clock_over)
    yield "clock", _is_above(proposal.clock_adds, rule.run_over)


def _is_above(days: Decimal | None, limit: Decimal | None) -> bool | None:
    if limit is None:
        return True
    return None if days is None else days > limit


def _negated(holds: bool | None) -> bool | None:
    return None if holds is None else not holds


def _counts(rule: Rule, action: str) -> bool:
    return not rule.actions or action in rule.actions


def _grade_holds(rule: Rule, proposal: Proposal) -> bool | None:
    if rule.grades is None:
        return True
    if proposal.grade not in GRADES:
        return None
    first, last = (GRADES.index(grade) for grade in rule.grades)
    return first <= GRADES.index(proposal.grade) <= last


def _behaviors_hold(rule: Rule, proposal: Proposal) -> bool | None:
    """Whether the behaviors are those of the rule. A removal over two behaviors is not one over the lesser alone."""
    if not rule.include and not rule.exclude:
        return True
    each = [_is_named(rule, behavior) for behavior in proposal.behaviors]
    if not each:
        return None
    if rule.match is Match.ANY:
        return True if True in each else (None if None in each else False)
    return False if False in each else (None if None in each else True)


def _is_named(rule: Rule, behavior: BehaviorFacts) -> bool | None:
    included = _is_among(rule.include, behavior) if rule.include else True
    excluded = _is_among(rule.exclude, behavior) if rule.exclude else False
    if included is False or excluded is True:
        return False
    return None if included is None or excluded is None else True


def _is_among(named: Behaviors, behavior: BehaviorFacts) -> bool | None:
    """Whether one of the codes names the behavior; None when it has no code of a kind that the rule goes by."""
    if behavior.code in named.codes or (named.subjective and behavior.subjective):
        return True
    by_kind = ((named.ceds, behavior.ceds), (named.levels, behavior.level), (named.categories, behavior.category))
    if any(given in wanted for wanted, given in by_kind if given):
        return True
    return None if any(wanted and not given for wanted, given in by_kind) else False


def _breach(rule: Rule, proposal: Proposal) -> tuple[tuple[Reason, ...], bool]:
    """Why the rule is breached (nothing: it is kept), and whether that hangs on something nobody knows."""
    if rule.prohibits:
        return (Reason("prohibited"),), False
    if rule.announces:
        return (Reason("announced"),), False
    if rule.max_days is not None:
        return _beyond(proposal.days, rule.max_days, "too_long", "length_unknown")
    if rule.max_year_days is not None:
        earlier = [days for action, days in proposal.year_days.items() if _counts(rule, action)]
        known = [days for days in (*earlier, proposal.days) if days is not None]
        total = sum(known, Decimal(0))
        if len(known) == len(earlier) + 1 or total > rule.max_year_days:
            return _beyond(total, rule.max_year_days, "too_many", "year_unknown")
        return _beyond(None, rule.max_year_days, "too_many", "year_unknown")
    missing = [one for one in rule.preconditions if not proposal.stated.get(one.code, "").strip()]
    return tuple(Reason("not_stated", {"words": one.text}) for one in missing), False


def _beyond(days: Decimal | None, limit: Decimal, code: str, unknown: str) -> tuple[tuple[Reason, ...], bool]:
    if days is None:
        return (Reason(unknown, {"limit": _plain(limit)}),), True
    return ((Reason(code, {"days": _plain(days), "limit": _plain(limit)}),) if days > limit else ()), False


def _plain(days: Decimal) -> str:
    return format(days.normalize(), "f")
