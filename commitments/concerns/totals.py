"""How many concerns there are, for those who read none of them: only what has come to rest, only where it is enough.

Counts are given by quarter of the calendar, once it is over, so that nobody learns from one day to the next that a
concern has come. A number below the minimum is hidden, zero too; where one could be found by subtraction, another is
hidden with it (`withholding.py`). Pure but for one query.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from commitments.concerns import withholding
from commitments.concerns.recipients import reach_of
from commitments.concerns.withholding import Filers, size
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


def told(cells: Mapping[str, Filers]) -> tuple[int | None, dict[str, int | None]]:
    """The total and the counts that may be told, none of which an organization finds by taking off its own."""
    if size(cells.values()) < MINIMUM:
        return None, dict.fromkeys(cells)
    shown = withholding.told(cells, minimum=MINIMUM)
    return sum(cell.total() for cell in cells.values()), {name: shown.get(name) for name in cells}


def quarters_of(district: District, today: date) -> list[Quarter]:
    """The quarters that are over, the latest first: at most three years. One query."""
    this = quarter_of(today)
    first = before(this, MOST_QUARTERS)
    columns = ("organization", "filed_on", "kind", "resolved_on", "outcome")
    rows = list(Concern.objects.filter(district=district).order_by().values_list(*columns))
    filed = _counted((by, day, kind) for by, day, kind, _resolved, _outcome in rows if first <= day < this)
    resolved = _counted((by, day, how) for by, _filed, _kind, day, how in rows if day and how and first <= day < this)
    found = []
    for begins_on in sorted(filed.keys() | resolved.keys(), reverse=True):
        total, kinds = told(_all(Concern.Kind.values, filed.get(begins_on, {})))
        ended, outcomes = told(_all(Concern.Outcome.values, resolved.get(begins_on, {})))
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


def _counted(filed: Iterable[tuple[int | None, date, str]]) -> dict[date, dict[str, Filers]]:
    """Who filed (an organization or None), a day, a name → quarter → name → how many by who filed."""
    found: dict[date, dict[str, Filers]] = {}
    for by, day, name in filed:
        found.setdefault(quarter_of(day), {}).setdefault(name, Counter())[by] += 1
    return found


def _all(names: Iterable[str], counts: Mapping[str, Filers]) -> dict[str, Filers]:
    return {name: counts.get(name, Counter()) for name in names}
