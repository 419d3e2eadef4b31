"""How much of a code of conduct other systems understand: which behaviors have a federal or state code, which have
none, and how many referrals of a school year those without one touch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from discipline.models import Behavior, Involvement, Referral
from district.access import Permission
from district.models import SchoolYear, User


@dataclass(frozen=True)
class CodeSet:
    """Codes of another system: the field that holds them, what they are called, and who asks for them."""

    field: str
    label: str | Promise
    filter_name: str
    note: str | Promise
    is_for_every_behavior: bool = True


CODE_SETS = (
    CodeSet("ceds_behavior", _("CEDS code"), "ceds_mapped", _("federal and state exchange; every behavior has one")),
    CodeSet(
        "crdc_offense",
        _("CRDC offense"),
        "crdc_mapped",
        _("the Civil Rights Data Collection; only offenses such as fights, threats and weapons"),
        is_for_every_behavior=False,
    ),
    CodeSet("state_code", _("State code"), "state_mapped", _("the state's own reports")),
)


@dataclass(frozen=True)
class SetCoverage:
    """Of one code set: how many behaviors have a code, how many have none, and how many referrals those touch.

    `referrals` is None for a reader who may not see figures.
    """

    code_set: CodeSet
    mapped: int
    missing: int
    referrals: int | None


@dataclass(frozen=True)
class Coverage:
    """The behaviors valid on some day of a school year, and what they are mapped to.

    `referrals`: of the year, in the reader's schools; `by_behavior`: those over each behavior, by its key. A referral
    over two behaviors counts once for each, and once in `referrals`. Both are None like `SetCoverage.referrals`.
    """

    school_year: int | None
    behaviors: tuple[Behavior, ...]
    sets: tuple[SetCoverage, ...]
    referrals: int | None
    by_behavior: dict[int, int] | None

    def unmapped(self) -> tuple[Behavior, ...]:
        """Behaviors without a code that they should have, the most referrals first.

        Every behavior should have the codes that are for every behavior; state codes only where the district uses
        them at all, since not every state asks for them.
        """
        needed = [
            each.code_set.field
            for each in self.sets
            if each.code_set.is_for_every_behavior and (each.mapped or each.code_set.field == "ceds_behavior")
        ]
        found = [behavior for behavior in self.behaviors if not all(getattr(behavior, field) for field in needed)]
        counts = self.by_behavior or {}
        return tuple(sorted(found, key=lambda behavior: (-counts.get(behavior.pk, 0), behavior.code)))


def coverage_for(user: User) -> Coverage:
    """The mapping of the code of conduct that `user` sees, in the latest school year; figures where they may see them.

    Seven queries at most, however many behaviors.
    """
    year = SchoolYear.objects.visible_to(user).order_by("-year").first()
    visible = Behavior.objects.visible_to(user).order_by("code", "valid_from")
    behaviors = tuple(visible.valid_within(*year.window) if year else visible)
    referrals = None
    if year and user.holds(Permission.RATES_VIEW):
        referrals = Referral.objects.all().allowed(user, Permission.RATES_VIEW).countable().in_year(year.year)
    return Coverage(
        school_year=year.year if year else None,
        behaviors=behaviors,
        sets=tuple(_covered(code_set, behaviors, referrals) for code_set in CODE_SETS),
        referrals=None if referrals is None else referrals.count(),
        by_behavior=None if referrals is None else _by_behavior(behaviors, referrals),
    )


def _covered(code_set: CodeSet, behaviors: Sequence[Behavior], referrals: Any) -> SetCoverage:
    missing = [behavior.pk for behavior in behaviors if not getattr(behavior, code_set.field)]
    touched = None
    if referrals is not None:
        parts = Involvement.objects.responsible().filter(
            incident=OuterRef("incident"), student=OuterRef("student"), behavior__in=missing
        )
        touched = referrals.filter(Exists(parts)).count()
    return SetCoverage(code_set, len(behaviors) - len(missing), len(missing), touched)


def _by_behavior(behaviors: Sequence[Behavior], referrals: Any) -> dict[int, int]:
    """Referrals over each behavior: one part a behavior, student and incident."""
    of_part = referrals.filter(incident=OuterRef("incident"), student=OuterRef("student"))
    parts = Involvement.objects.responsible().filter(Exists(of_part), behavior__in=[each.pk for each in behaviors])
    return dict(parts.order_by().values_list("behavior").annotate(Count("pk")))
