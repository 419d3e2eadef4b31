"""How many concerns there are, for those who read none of them: only what has come to rest, only where it is enough.

Counts are given by quarter of the calendar, once it is over, so that nobody learns from one day to the next that a
concern has come. A number below the minimum is hidden, zero too; where one could be found by subtraction, another is
hidden with it. Pure but for one query.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from commitments.concerns.recipients import reach_of
from commitments.models import Concern
from district.access import Permission, roles_with
from district.models import District, User

MINIMUM = 5
"""K: the fewest concerns that are told as a number."""
MOST_QUARTERS = 12


@dataclass(frozen=True)
class Quarter:
    """The counts of one quarter: filed in it in all and by kind, resolved in it by outcome. None: too few to tell."""

    begins_on: date
    filed: int | None
    kinds: Mapping[str, int | None]
    resolved: int | None
    outcomes: Mapping[str, int | None]


def quarter_of(day: date) -> date:
    """The first day of the quarter of a day."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def before(quarter: date, count: int) -> date:
    """The quarter that began so many quarters before."""
    months = quarter.year * 12 + quarter.month - 1 - 3 * count
    return date(months // 12, months % 12 + 1, 1)


def told(counts: Mapping[str, int]) -> tuple[int | None, dict[str, int | None]]:
    """The total and the counts that may be told.

    A count below the minimum is hidden. Those hidden together must be at least the minimum and more than one cell,
    else the smallest of the others is hidden too: the total less what is shown tells then no small number.
    """
    total = sum(counts.values())
    if total < MINIMUM:
        return None, dict.fromkeys(counts)
    hidden = {name for name, count in counts.items() if count < MINIMUM}
    shown = sorted((count, name) for name, count in counts.items() if name not in hidden)
    while hidden and shown and (len(hidden) < 2 or sum(counts[name] for name in hidden) < MINIMUM):
        hidden.add(shown.pop(0)[1])
    return total, {name: None if name in hidden else count for name, count in counts.items()}


def quarters_of(district: District, today: date) -> list[Quarter]:
    """The quarters that are over, the latest first: at most three years. One query."""
    this = quarter_of(today)
    first = before(this, MOST_QUARTERS)
    rows = list(
        Concern.objects.filter(district=district).order_by().values_list("filed_on", "kind", "resolved_on", "outcome")
    )
    filed = _counted((quarter_of(day), kind) for day, kind, _resolved, _outcome in rows if first <= day < this)
    ends = [(day, outcome) for _filed, _kind, day, outcome in rows if day and outcome and first <= day < this]
    resolved = _counted((quarter_of(day), outcome) for day, outcome in ends)
    found = []
    for begins_on in sorted(filed.keys() | resolved.keys(), reverse=True):
        total, kinds = told(_all(Concern.Kind.values, filed.get(begins_on)))
        ended, outcomes = told(_all(Concern.Outcome.values, resolved.get(begins_on)))
        found.append(Quarter(begins_on, total, kinds, ended, outcomes))
    return found


def is_any_without_recipient(district: District, reader: User) -> bool | None:
    """Whether there are open concerns that nobody receives: everybody who could is at the school, is named, or stepped
    aside. None for whoever appoints nobody: an ombuds would learn that a concern is about them, and an organization
    from one day to the next that one has come.
    """
    if not any(grant.district_id == district.pk for grant in reader.grants_with(Permission.CONCERN_COUNT)):
        return None
    roles = [role.value for role in roles_with(Permission.CONCERN_WORK)]
    users = User.objects.filter(is_active=True, grants__district=district, grants__role__in=roles).distinct()
    waiting = Concern.objects.open().filter(district=district)
    for user in users:
        waiting = waiting.exclude(pk__in=Concern.objects.received_by(user).order_by().values("pk"))
    return waiting.exists()


def districts_for(user: User) -> list[District]:
    """The districts whose totals `user` may see."""
    needs = (Permission.CONCERN_COUNT, Permission.CONCERN_VIEW_OWN)
    keys = {grant.district_id for one in needs for grant in user.grants_with(one)}
    keys |= reach_of(user, Permission.CONCERN_WORK).districts
    return list(District.objects.filter(pk__in=keys).order_by("name"))


def _counted(pairs: Iterable[tuple[date, str]]) -> dict[date, Counter[str]]:
    found: dict[date, Counter[str]] = {}
    for day, name in pairs:
        found.setdefault(day, Counter())[name] += 1
    return found


def _all(names: Iterable[str], counts: Counter[str] | None) -> dict[str, int]:
    return {name: (counts or Counter())[name] for name in names}
