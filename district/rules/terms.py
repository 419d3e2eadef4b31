"""What a rule of discipline law says, as data: whom it protects, what it forbids or asks for, since when, until when.

A rule is one sentence of law. One that both forbids and limits is two rules, so that each finding has one citation.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

GRADES = (
    *("IT", "PR", "PK", "TK", "KG"),
    *("01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13", "PS"),
)
"""CEDS grades that have a place in the order. Ungraded, other and unreported ones have none."""

ACTIONS = (
    *("ISS", "OSS", "EXPULSION_WITH_SERVICES", "EXPULSION_WITHOUT_SERVICES", "ALTERNATIVE_PLACEMENT"),
    *("IAES_PERSONNEL", "IAES_HEARING_OFFICER", "BUS", "CLASS", "INFORMAL"),
)
"""Kinds of removal that a rule can be about, by the codes of the record."""

DISABILITY = "disability"
FLAGS = (
    *("idea", "section504", "english_learner", "economically_disadvantaged", "homeless", "foster_care"),
    DISABILITY,
)
"""Facts about a student that a rule can ask for. `disability` is IDEA or Section 504, whichever is known."""


class Severity(StrEnum):
    """What a breach means for the person at the form."""

    BLOCK = "block"  # cannot be saved
    OVERRIDE = "override"  # can be saved with a typed reason
    WARN = "warn"  # is said


class Subject(StrEnum):
    """What a rule is about: a removal, a referral, or a case of harassment, intimidation and bullying (HIB)."""

    REMOVAL = "removal"
    REFERRAL = "referral"
    HIB = "hib"


class Unit(StrEnum):
    """How the days of a deadline are counted."""

    SAME_DAY = "same_day"
    SCHOOL_DAY = "school_day"
    BUSINESS_DAY = "business_day"  # Monday to Friday except federal and state holidays, 34 CFR 300.11(b)
    CALENDAR_DAY = "calendar_day"


class Match(StrEnum):
    """How many of the behaviors must be among those of the rule: every one, or any."""

    EVERY = "every"
    ANY = "any"


@dataclass(frozen=True)
class Condition:
    """A coded exception or a precondition: what a person states, with a rationale, for the record."""

    code: str
    text: str
    citation: str = ""


@dataclass(frozen=True)
class Deadline:
    """A step due `offset` days after an event, or (`before`) that many days ahead of it.

    The day of the event itself is not counted. `step` and `from_event` are stable words, `text` says it to people.
    """

    step: str
    from_event: str
    unit: Unit
    text: str
    offset: int = 0
    before: bool = False
    needs_confirmation: bool = False

    def __post_init__(self) -> None:
        if self.offset < 0:
            raise ValueError(f"{self.step}: an offset of {self.offset} days; say `before` instead")
        if (self.offset == 0) != (self.unit is Unit.SAME_DAY):
            raise ValueError(f"{self.step}: the same day has no offset, other units have one")


@dataclass(frozen=True)
class Behaviors:
    """Behaviors of a code of conduct: those with one of the codes, CEDS codes, levels or categories.

    `subjective` adds all that depend on an adult's judgment. Without anything it names none.
    """

    codes: frozenset[str] = frozenset()
    ceds: frozenset[str] = frozenset()
    levels: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    subjective: bool = False

    def __bool__(self) -> bool:
        return bool(self.codes or self.ceds or self.levels or self.categories or self.subjective)


@dataclass(frozen=True)
class Rule:
    """One sentence of law or of district policy.

    Who and what (everything named must hold; nothing named holds always): `grades` (first, last), `ages` in years,
    `flags` of the student, `actions`, behaviors among `include` and not among `exclude` (`match`), `days_over` and
    `days_up_to` school days of the removal, `removals_before` earlier removals of the same actions in the school year,
    `clock_over` school days in the student's IDEA clock with this removal, `run_over` of its own days that count there.

    Then one of: `prohibits`; `max_days` in a row; `max_year_days` of these actions in the school year; `preconditions`
    that must be stated; `announces` (that it applies is worth saying). With none of them it only sets `deadlines`.
    A stated exception lifts the rule. `effective_to` is the last day in force: a sunset "until July 1" is June 30.

    ValueError for a span that ends before it begins, an unknown grade, action or flag, a code given twice, more than
    one effect, or no effect and no deadline.
    """

    key: str
    jurisdiction: str  # US, a state's postal code, or LOCAL
    citation: str
    title: str
    text: str
    severity: Severity
    version: int = 1
    subject: Subject = Subject.REMOVAL
    effective_from: date | None = None
    effective_to: date | None = None
    grades: tuple[str, str] | None = None
    ages: tuple[int, int] | None = None
    flags: frozenset[str] = frozenset()
    actions: frozenset[str] = frozenset()
    include: Behaviors = field(default_factory=Behaviors)
    exclude: Behaviors = field(default_factory=Behaviors)
    match: Match = Match.EVERY
    days_over: Decimal | None = None
    days_up_to: Decimal | None = None
    removals_before: int | None = None
    clock_over: Decimal | None = None
    run_over: Decimal | None = None
    prohibits: bool = False
    announces: bool = False
    max_days: Decimal | None = None
    max_year_days: Decimal | None = None
    preconditions: tuple[Condition, ...] = ()
    exceptions: tuple[Condition, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    needs_confirmation: bool = False
    note: str = ""

    def __post_init__(self) -> None:
        for problem in self._problems():
            raise ValueError(f"{self.key}: {problem}")

    @property
    def effects(self) -> tuple[str, ...]:
        """Names of what the rule does beside setting deadlines: none or one."""
        named = {
            "prohibits": self.prohibits,
            "announces": self.announces,
            "max_days": self.max_days is not None,
            "max_year_days": self.max_year_days is not None,
            "preconditions": bool(self.preconditions),
        }
        return tuple(name for name, given in named.items() if given)

    def is_in_force(self, on: date) -> bool:
        """Say whether the rule holds on the day, its first and last day included."""
        begun = self.effective_from is None or self.effective_from <= on
        return begun and (self.effective_to is None or on <= self.effective_to)

    def _problems(self) -> Iterable[str]:
        if self.effective_from and self.effective_to and self.effective_to < self.effective_from:
            yield "it ends before it begins"
        if self.grades:
            if unknown := [grade for grade in self.grades if grade not in GRADES]:
                yield f"{unknown[0]} is no grade with a place in the order"
            elif GRADES.index(self.grades[0]) > GRADES.index(self.grades[1]):
                yield "its last grade comes before its first"
        if self.ages and self.ages[0] > self.ages[1]:
            yield "its last age is below its first"
        if unknown := sorted(self.actions - set(ACTIONS)):
            yield f"{unknown[0]} is no kind of removal"
        if unknown := sorted(self.flags - set(FLAGS)):
            yield f"{unknown[0]} is no fact about a student"
        codes = [condition.code for condition in (*self.preconditions, *self.exceptions)]
        if len(set(codes)) < len(codes):
            yield "it names a condition twice"
        if len(self.effects) > 1:
            yield f"it does several things ({', '.join(self.effects)}); make it several rules"
        if not self.effects and not self.deadlines:
            yield "it neither forbids, limits, asks, announces nor sets a deadline"


def in_force(rules: Iterable[Rule], on: date) -> tuple[Rule, ...]:
    """Return the rules that hold on a day, in the order given."""
    return tuple(rule for rule in rules if rule.is_in_force(on))
