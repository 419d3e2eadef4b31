"""What the clock is told: removals with what bears on whether their days count, when the student was protected, and
the choices of the district where the law leaves one.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from district.calendar import SchoolCalendar

LIMIT = Decimal(10)
"""School days of removal in a school year, or in a row, after which more is owed (34 CFR 300.530(b), 300.536(a))."""


class Basis(StrEnum):
    """Why a student is protected."""

    IDEA = "idea"
    SECTION504 = "section504"


class Section504(StrEnum):
    """How far the 10-day logic goes for students with a Section 504 plan only: practice, not regulation."""

    CHANGE_OF_PLACEMENT = "change_of_placement"  # patterns and removals of more than 10 days in a row
    SAME = "same"  # services from the first day beyond 10 as well
    NONE = "none"


@dataclass(frozen=True)
class ClockPolicy:
    """What the district decides.

    `marks` are totals at which it is warned. `half_days_whole`: a day that the calendar shortens is a school day
    (34 CFR 300.11(c)(1)) and counts as one; else as 0.5. `counts_before_eligibility`: whether days before the student
    was protected count.
    """

    marks: tuple[Decimal, ...] = (Decimal(5), Decimal(8), Decimal(10))
    half_days_whole: bool = True
    counts_before_eligibility: bool = True
    section504: Section504 = Section504.CHANGE_OF_PLACEMENT


@dataclass(frozen=True)
class Conditions:
    """Whether a student kept out of the regular class in school could go on (71 FR 46715); None: nobody said.

    `progress` in the general curriculum, `services` of the IEP, `peers` without disabilities to the same extent.
    """

    progress: bool | None = None
    services: bool | None = None
    peers: bool | None = None

    @property
    def are_met(self) -> bool | None:
        """True with all three, False without one of them, None when that cannot be told."""
        each = (self.progress, self.services, self.peers)
        return False if False in each else (None if None in each else True)


@dataclass(frozen=True)
class RemovalFacts:
    """One removal that has not been voided.

    `days` are school days as recorded. `minutes` and `day_minutes` say for how much of one day's instruction the
    student was away. `unserved` are days on which it was not served, because the student was in class or absent.
    `is_confirmed` matters for informal removals: one that a family alleges counts as such until staff confirm it.
    """

    key: Hashable
    kind: str
    begins_on: date
    calendar: SchoolCalendar = field(repr=False)
    ends_on: date | None = None
    days: Decimal | None = None
    minutes: int | None = None
    day_minutes: int | None = None
    conditions: Conditions = field(default_factory=Conditions)
    bus_is_service: bool | None = None
    bus_alternative: bool | None = None
    is_confirmed: bool = True
    decided_on: date | None = None
    incident: Hashable = None
    unserved: frozenset[date] = frozenset()

    @property
    def decision(self) -> date:
        """The day of the decision; where nobody recorded it, the day on which the removal begins."""
        return self.decided_on or self.begins_on


@dataclass(frozen=True)
class Protection:
    """A span of days, both included, on which the student was protected; None is open."""

    basis: Basis
    first: date | None = None
    last: date | None = None

    def covers(self, day: date) -> bool:
        """Say whether the student was protected on the day."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


@dataclass(frozen=True)
class Review:
    """A person's decision whether the removals up to the one named form a pattern. Only people decide this."""

    removal: Hashable
    decided_on: date
    is_change_of_placement: bool


def basis_on(protections: tuple[Protection, ...], day: date) -> Basis | None:
    """Return why the student is protected on a day; IDEA goes before Section 504."""
    covering = {one.basis for one in protections if one.covers(day)}
    return Basis.IDEA if Basis.IDEA in covering else (Basis.SECTION504 if covering else None)
