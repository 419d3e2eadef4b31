"""Who has met what a credential asks for: eligible or not, what is missing, by when, and why. Pure, without Django.

A rule is a list of groups that must all be met; in a group all requirements count, or any one of them. Requirements
are data (`Requirement`), and so is what a person has done (`Evidence`), each with its day: the same question can be
asked for any day, also for one in the past. Days are days of the district, hours are clock hours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from training.validity import DAY, Span, anniversary

NONE, ONE = Decimal(0), Decimal(1)


class Kind(StrEnum):
    """What a requirement asks for."""

    COURSE = "course"  # evaluated as passed
    HOURS = "hours"  # attended and confirmed
    CIRCLES = "circles"  # kept or co-kept
    OBSERVATION = "observation"  # seen and signed off by a certified observer
    DOCUMENT = "document"
    INTERVIEW = "interview"
    CREDENTIAL = "credential"  # held on the day


class Mode(StrEnum):
    """How many requirements of a group must be met."""

    ALL = "all"
    ANY = "any"


class State(StrEnum):
    """How a step was evaluated; without an evaluation it is not evaluated."""

    NOT_EVALUATED = "not_evaluated"
    PASSED = "passed"
    REPEAT = "repeat"
    FAILED = "failed"


class Why(StrEnum):
    """Why a requirement is met or not."""

    MET = "met"
    NOT_EVALUATED = "not_evaluated"
    REPEAT = "repeat"
    FAILED = "failed"
    TOO_FEW = "too_few"
    TOO_OLD = "too_old"  # there is enough, but before the time that counts
    TOO_FEW_IN_A_YEAR = "too_few_in_a_year"
    NOT_HELD = "not_held"


LED = "led"


@dataclass(frozen=True)
class Requirement:
    """One thing asked for.

    `code` names the course, document, interview or credential. `amount` is how many (circles, observations) or how
    many hours. `courses` limits hours to some courses, `tier` circles and observations to practices of that tier or
    above, `must_lead` circles to those led. `months`: only what lies in so many months up to the day counts.
    `each_year`: the amount is asked for in each year since the term began, not once.
    """

    kind: Kind
    code: str = ""
    label: str = ""
    amount: Decimal = ONE
    courses: frozenset[str] = frozenset()
    tier: int | None = None
    must_lead: bool = False
    months: int | None = None
    each_year: bool = False


@dataclass(frozen=True)
class Group:
    """Requirements of which all, or any one, must be met. A group without any is met."""

    requirements: tuple[Requirement, ...]
    mode: Mode = Mode.ALL
    label: str = ""


@dataclass(frozen=True)
class Evaluation:
    """A step evaluated on a day; of several, the latest counts, and of one day's the last in order."""

    kind: Kind
    code: str
    state: State
    on: date


@dataclass(frozen=True)
class Attended:
    """Hours of a course attended on a day and confirmed by its trainer."""

    course: str
    on: date
    hours: Decimal


@dataclass(frozen=True)
class Kept:
    """A circle kept: its practice's tier and whether the person led (`LED`), kept it with others, or only observed."""

    tier: int
    on: date
    role: str


@dataclass(frozen=True)
class Observed:
    """A circle observed and signed off (`passed`) or not, by somebody certified on that day."""

    tier: int
    on: date
    state: State


@dataclass(frozen=True)
class Held:
    """A credential held on the days of `spans`."""

    code: str
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class Evidence:
    """Everything a person has done, in any order except that evaluations of one day keep theirs."""

    evaluations: tuple[Evaluation, ...] = ()
    attended: tuple[Attended, ...] = ()
    kept: tuple[Kept, ...] = ()
    observed: tuple[Observed, ...] = ()
    held: tuple[Held, ...] = ()


@dataclass(frozen=True)
class Finding:
    """A requirement with its answer: what there is, what it takes, since when it is met, and why it is not."""

    requirement: Requirement
    is_met: bool
    why: Why
    have: Decimal = NONE
    need: Decimal = ONE
    since: date | None = None

    @property
    def lacking(self) -> Decimal:
        """How much is missing, in hours or pieces."""
        return max(NONE, self.need - self.have)


@dataclass(frozen=True)
class GroupFinding:
    """A group with its answer."""

    group: Group
    findings: tuple[Finding, ...]

    @property
    def is_met(self) -> bool:
        """Whether all are met, or for a group of alternatives any."""
        if not self.findings:
            return True
        return (all if self.group.mode is Mode.ALL else any)(finding.is_met for finding in self.findings)

    @property
    def since(self) -> date | None:
        """The day on which the group was met; None when it is not, or asks for nothing."""
        days = [finding.since for finding in self.findings if finding.is_met and finding.since]
        if not self.is_met or not days:
            return None
        return max(days) if self.group.mode is Mode.ALL else min(days)


@dataclass(frozen=True)
class Verdict:
    """The answer for one person, credential and day."""

    day: date
    groups: tuple[GroupFinding, ...]
    due_on: date | None = None

    @property
    def is_eligible(self) -> bool:
        """Whether every group is met. A rule that asks for nothing makes nobody eligible."""
        return any(group.findings for group in self.groups) and all(group.is_met for group in self.groups)

    @property
    def since(self) -> date | None:
        """The day on which the last group was met; None for somebody not eligible."""
        return max((group.since for group in self.groups if group.since), default=None) if self.is_eligible else None

    @property
    def is_overdue(self) -> bool:
        """Whether the last day for it has passed; that day itself still counts."""
        return not self.is_eligible and self.due_on is not None and self.day > self.due_on

    @property
    def missing(self) -> tuple[Finding, ...]:
        """What stands between the person and the credential, in order; of alternatives all are named."""
        return tuple(
            finding for group in self.groups if not group.is_met for finding in group.findings if not finding.is_met
        )

    @property
    def steps(self) -> tuple[int, int]:
        """Groups and requirements met, and how many there are: a group of alternatives is one step."""
        done = total = 0
        for group in self.groups:
            if group.group.mode is Mode.ANY:
                done, total = done + group.is_met, total + 1
            else:
                done += sum(finding.is_met for finding in group.findings)
                total += len(group.findings)
        return done, total


def evaluate(
    groups: Iterable[Group],
    evidence: Evidence,
    day: date,
    *,
    since: date | None = None,
    until: date | None = None,
    due_on: date | None = None,
) -> Verdict:
    """Return what `evidence` up to and including `day` says about the requirements of `groups`.

    `since` is the first day of the term to be renewed: what was done before it counts for nothing, and requirements
    of each year count the years from it; `until` is the last day of that term. `due_on` is the last day for it all.
    """
    about = _Asking(evidence, day, since, until).about
    found = tuple(GroupFinding(group, tuple(map(about, group.requirements))) for group in groups)
    return Verdict(day, found, due_on)


@dataclass(frozen=True)
class _Asking:
    """One question: whose evidence, as of which day, from which day on."""

    evidence: Evidence
    day: date
    since: date | None
    until: date | None

    def about(self, requirement: Requirement) -> Finding:
        """Answer one requirement."""
        return ANSWERS[requirement.kind](self, requirement)

    def first_day(self, requirement: Requirement) -> date:
        """The first day that counts: that of the term, or so many months back.

        Six months up to Aug 31 begin on Mar 1: the day after the same day of that month.
        """
        first = self.since or date.min
        if requirement.months is not None:
            first = max(first, _months_before(self.day, requirement.months))
        return first

    def evaluated(self, requirement: Requirement) -> Finding:
        """A course, document or interview: its latest evaluation."""
        known = [
            one
            for one in self.evidence.evaluations
            if one.kind is requirement.kind and one.code == requirement.code and one.on <= self.day
        ]
        if not known:
            return Finding(requirement, False, Why.NOT_EVALUATED)
        latest = max(enumerate(known), key=lambda pair: (pair[1].on, pair[0]))[1]
        if latest.state is State.PASSED:
            if latest.on >= self.first_day(requirement):
                return Finding(requirement, True, Why.MET, ONE, since=latest.on)
            return Finding(requirement, False, Why.TOO_OLD)
        return Finding(requirement, False, WHY_OF[latest.state])

    def hours(self, requirement: Requirement) -> Finding:
        """Hours attended, of some courses or of any."""
        counted = [
            (one.on, one.hours)
            for one in self.evidence.attended
            if not requirement.courses or one.course in requirement.courses
        ]
        return self.summed(requirement, counted)

    def circles(self, requirement: Requirement) -> Finding:
        """Circles kept; those only observed never count."""
        counted = [
            (one.on, ONE)
            for one in self.evidence.kept
            if one.role in ((LED,) if requirement.must_lead else KEEPING)
            and (requirement.tier is None or one.tier >= requirement.tier)
        ]
        return self.in_each_year(requirement, counted) if requirement.each_year else self.summed(requirement, counted)

    def observations(self, requirement: Requirement) -> Finding:
        """Circles observed and signed off. The latest one not signed off says why none counts."""
        tier = requirement.tier or 0
        seen = [one for one in self.evidence.observed if one.on <= self.day and one.tier >= tier]
        found = self.summed(requirement, [(one.on, ONE) for one in seen if one.state is State.PASSED])
        if found.is_met or found.have or found.why is Why.TOO_OLD or not seen:
            return found
        latest = max(seen, key=lambda one: one.on)
        return Finding(requirement, False, WHY_OF[latest.state], found.have, found.need)

    def holding(self, requirement: Requirement) -> Finding:
        """Another credential, valid on the day itself."""
        spans = [
            span
            for held in self.evidence.held
            if held.code == requirement.code
            for span in held.spans
            if span.holds(self.day)
        ]
        if not spans:
            return Finding(requirement, False, Why.NOT_HELD)
        return Finding(requirement, True, Why.MET, ONE, since=min(span.begins_on for span in spans))

    def summed(self, requirement: Requirement, counted: Sequence[tuple[date, Decimal]]) -> Finding:
        """Add what lies in the time that counts; `since` is the day on which it was enough."""
        first, have, earlier, since = self.first_day(requirement), NONE, NONE, None
        for on, amount in sorted(counted):
            if on > self.day:
                break
            if on < first:
                earlier += amount
                continue
            have += amount
            if since is None and have >= requirement.amount:
                since = on
        if have >= requirement.amount:
            return Finding(requirement, True, Why.MET, have, requirement.amount, since)
        why = Why.TOO_OLD if earlier + have >= requirement.amount else Why.TOO_FEW
        return Finding(requirement, False, why, have, requirement.amount)

    def in_each_year(self, requirement: Requirement, counted: Sequence[tuple[date, Decimal]]) -> Finding:
        """Count year by year since the term began; the answer is that of the poorest year."""
        need = int(requirement.amount)
        years = [sorted(on for on, _amount in counted if year.holds(on) and on <= self.day) for year in self.years()]
        have = Decimal(min(map(len, years), default=0))
        met_on = [days[need - 1] for days in years if 0 < need <= len(days)]
        if have >= requirement.amount:
            return Finding(requirement, True, Why.MET, have, requirement.amount, max(met_on, default=None))
        return Finding(requirement, False, Why.TOO_FEW_IN_A_YEAR, have, requirement.amount)

    def years(self) -> Iterator[Span]:
        """The years of the term that have begun by the day; without a term, the twelve months up to the day."""
        if self.since is None:
            yield Span(_months_before(self.day, 12), self.day)
            return
        last, number = min(self.day, self.until or self.day), 0
        begins_on = self.since
        while begins_on <= last:
            number += 1
            following = anniversary(self.since, 12 * number)
            yield Span(begins_on, following - DAY)
            begins_on = following


def _months_before(day: date, months: int) -> date:
    """First of the `months` that end on `day`: that day included, the same day so many months before not.

    Where the earlier month has no such day, its last day is the one left out.
    """
    count = day.year * 12 + day.month - 1 - months
    year, month = divmod(count, 12)
    if year < 1:
        return date.min
    first = date(year, month + 1, 1)
    return min(first + DAY * day.day, anniversary(first, 1))


KEEPING = (LED, "co_kept")
WHY_OF = {State.NOT_EVALUATED: Why.NOT_EVALUATED, State.REPEAT: Why.REPEAT, State.FAILED: Why.FAILED}
ANSWERS: dict[Kind, Callable[[_Asking, Requirement], Finding]] = {
    Kind.COURSE: _Asking.evaluated,
    Kind.DOCUMENT: _Asking.evaluated,
    Kind.INTERVIEW: _Asking.evaluated,
    Kind.HOURS: _Asking.hours,
    Kind.CIRCLES: _Asking.circles,
    Kind.OBSERVATION: _Asking.observations,
    Kind.CREDENTIAL: _Asking.holding,
}
"""Kind of requirement → how it is answered."""
