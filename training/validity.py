"""When a certificate is valid: terms, pauses, renewal. Pure; all days are days of the district, ends included.

A certificate valid for 24 months from Nov 12, 2024 is valid through Nov 11, 2026: on that day it still is, on the
next it is not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

DAY = timedelta(days=1)


def anniversary(day: date, months: int) -> date:
    """Return the same day of the month `months` later; where that month has no such day, the first of the next.

    Feb 29, 2024 and 24 months give Mar 1, 2026: the last day before it is the last of February.
    """
    count = day.month - 1 + months
    year, month = day.year + count // 12, count % 12 + 1
    try:
        return day.replace(year=year, month=month)
    except ValueError:
        return date(year + month // 12, month % 12 + 1, 1)


def last_day(valid_from: date, months: int | None) -> date | None:
    """Return the last valid day of a term of `months` that begins on `valid_from`; None: it never ends."""
    return None if months is None else anniversary(valid_from, months) - DAY


@dataclass(frozen=True)
class Span:
    """Days from `begins_on` to `ends_on`, both included; None: no end. A span that ends before it begins is empty."""

    begins_on: date
    ends_on: date | None = None

    def holds(self, day: date) -> bool:
        """Say whether `day` lies in the span."""
        return self.begins_on <= day and (self.ends_on is None or day <= self.ends_on)


class Standing(StrEnum):
    """Where a certificate stands on a day."""

    NOT_AWARDED = "not_awarded"
    NOT_YET = "not_yet"
    VALID = "valid"
    SUSPENDED = "suspended"
    GRACE = "grace"  # over, and still renewable without starting again
    EXPIRED = "expired"
    ENDED = "ended"  # revoked or lapsed by decision


class Holding(StrEnum):
    """Whether somebody may hold a practice on a day (EX-53): a warning is overridden with a reason."""

    YES = "yes"
    WARN = "warn"
    BLOCK = "block"


@dataclass(frozen=True)
class History:
    """A certificate's terms, its suspensions, and the day from which it was ended by a decision."""

    terms: tuple[Span, ...] = ()
    pauses: tuple[Span, ...] = ()
    ended_on: date | None = None
    grace_days: int = 0

    @property
    def last_term(self) -> Span | None:
        """The term that ends last."""
        return max(self.terms, key=lambda term: (term.ends_on or date.max, term.begins_on), default=None)

    def valid_on(self, day: date) -> bool:
        """Say whether the certificate is valid on `day`: the same rule as `Certification.objects.valid_on`."""
        return (
            any(term.holds(day) for term in self.terms)
            and not any(pause.holds(day) for pause in self.pauses)
            and (self.ended_on is None or day < self.ended_on)
        )

    @property
    def spans(self) -> tuple[Span, ...]:
        """The days on which the certificate is valid, as spans: terms without suspensions, up to the end."""
        found = []
        for term in self.terms:
            begins_on: date | None = term.begins_on
            for pause in sorted(self.pauses, key=lambda one: one.begins_on):
                if begins_on is None or (pause.ends_on is not None and pause.ends_on < max(begins_on, pause.begins_on)):
                    continue
                if term.ends_on is None or pause.begins_on <= term.ends_on:
                    found.append(Span(begins_on, pause.begins_on - DAY))
                    begins_on = pause.ends_on + DAY if pause.ends_on else None
            if begins_on is not None:
                found.append(Span(begins_on, term.ends_on))
        if self.ended_on is not None:
            last = self.ended_on - DAY
            found = [Span(span.begins_on, min(span.ends_on or last, last)) for span in found]
        return tuple(span for span in found if span.ends_on is None or span.begins_on <= span.ends_on)

    def standing_on(self, day: date) -> Standing:
        """Say where the certificate stands on `day`, and if it is not valid, why."""
        last = self.last_term
        if last is None:
            return Standing.NOT_AWARDED
        if self.ended_on is not None and self.ended_on <= day:
            return Standing.ENDED
        if any(pause.holds(day) for pause in self.pauses):
            return Standing.SUSPENDED
        if self.valid_on(day):
            return Standing.VALID
        if day < min(term.begins_on for term in self.terms):
            return Standing.NOT_YET
        over = [term.ends_on for term in self.terms if term.ends_on is not None and term.ends_on < day]
        return Standing.GRACE if day <= max(over) + DAY * self.grace_days else Standing.EXPIRED

    def holding_on(self, day: date) -> Holding:
        """Say whether the holder may act on this certificate on `day`: in grace with a warning, otherwise not."""
        standing = self.standing_on(day)
        if standing is Standing.VALID:
            return Holding.YES
        return Holding.WARN if standing is Standing.GRACE else Holding.BLOCK


class RenewalRefusal(StrEnum):
    """Why a certificate cannot be renewed on a day."""

    NO_END = "no_end"
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    ENDED = "ended"
    SUSPENDED = "suspended"
    NOT_AWARDED = "not_awarded"


@dataclass(frozen=True)
class RenewalRule:
    """How a credential is renewed: months of a term, days before its end when it may begin, days of grace after it."""

    months: int | None
    window_days: int
    grace_days: int

    def window(self, ends_on: date) -> Span:
        """Days on which a term that ends on `ends_on` may be renewed."""
        return Span(ends_on - DAY * self.window_days, ends_on + DAY * self.grace_days)


def renewal_refusal(history: History, rule: RenewalRule, day: date) -> RenewalRefusal | None:
    """Say why the certificate cannot be renewed on `day`; None: it can."""
    last = history.last_term
    if last is None:
        return RenewalRefusal.NOT_AWARDED
    if history.ended_on is not None:
        return RenewalRefusal.ENDED
    if last.ends_on is None:
        return RenewalRefusal.NO_END
    if any(pause.holds(day) for pause in history.pauses):
        return RenewalRefusal.SUSPENDED
    window = rule.window(last.ends_on)
    if window.holds(day):
        return None
    return RenewalRefusal.TOO_EARLY if day < window.begins_on else RenewalRefusal.TOO_LATE


def next_term(history: History, rule: RenewalRule, day: date) -> Span:
    """Return the term that a renewal on `day` adds.

    Before the end: it follows without a gap. In grace: it begins on `day`, never earlier, because nobody is certified
    afterwards for a day on which they were not; it ends as if renewed in time, so that waiting gains nothing.
    Raises ValueError with the RenewalRefusal when the certificate cannot be renewed that day.
    """
    refusal, last = renewal_refusal(history, rule, day), history.last_term
    if refusal or last is None or last.ends_on is None:
        raise ValueError(refusal)
    follows_on = last.ends_on + DAY
    return Span(max(follows_on, day), last_day(follows_on, rule.months))


@dataclass(frozen=True)
class LicenceScope:
    """Where a trainer's licence counts: one district, there perhaps one agency only, or some schools only."""

    district: int
    organization: int | None = None
    schools: frozenset[int] = field(default_factory=frozenset)

    def covers(self, *, district: int, organization: int | None, schools: Collection[int]) -> bool:
        """Say whether the licence reaches a person of that district, agency and those schools.

        A person who serves some schools inside the area and some outside is covered: the area limits where the
        trainer works, not where people come from. A person of no school is covered only by a licence without area.
        """
        if district != self.district:
            return False
        if self.organization is not None and organization != self.organization:
            return False
        return not self.schools or bool(self.schools & frozenset(schools))


def combined(holdings: Iterable[Holding]) -> Holding:
    """Return the best of several certificates' answers; none: no."""
    found = set(holdings)
    return next((holding for holding in (Holding.YES, Holding.WARN) if holding in found), Holding.BLOCK)
