"""Who can hold this circle, today: certified for the practice on the day, there, free, in the language.

The one answer for pages and for the record of circles, which asks the same before a circle is held.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, time, timedelta

from django.db.models import Q

from district.models import School
from training.evidence import with_history
from training.models import Certification, Practice, Practitioner
from training.models.people import PractitionerQuerySet
from training.validity import Holding

LONGEST_GRACE = timedelta(days=365)
"""How far back an ended certificate is looked at for its grace."""


@dataclass(frozen=True)
class Keeper:
    """Somebody who can be asked: with a certificate valid on the day, or with a warning one in its grace."""

    practitioner: Practitioner
    certification: Certification
    holding: Holding
    is_at_usual_time: bool


def holding_on(practitioner: Practitioner, practice: Practice, day: date) -> tuple[Holding, Certification | None]:
    """Say whether somebody may hold `practice` on `day` (a day of the district), and on which certificate.

    `YES` on any day of a term, both ends included; `WARN` in the grace after it, to be overridden with a reason;
    else `BLOCK`. A certificate of another district never counts (EX-53).
    """
    found = _answers([practitioner.pk], practice, day).get(practitioner.pk)
    if found is None or practice.district_id != practitioner.district_id:
        return Holding.BLOCK, None
    return found


def keepers(
    *,
    people: PractitionerQuerySet,
    practice: Practice,
    day: date,
    school: School | None = None,
    language: str = "",
    at: time | None = None,
) -> list[Keeper]:
    """Return those of `people` who can hold `practice` on `day`, the certain ones first. Fixed queries.

    At a school: who serves it, or any school of its district. Who is away on the day is left out; who has named times
    in the week and not this one comes last, because they can still be asked.
    """
    rows = people.filter(district=practice.district_id).active_on(day)
    if school is not None:
        rows = rows.serving(school)
    if language:
        rows = rows.speaking(language)
    found = list(rows.select_related("person__organization").prefetch_related("availability", "languages", "schools"))
    answers = _answers([one.pk for one in found], practice, day)
    matching = [
        Keeper(one, certification, holding, _is_usual(one, day, at))
        for one in found
        for holding, certification in ([answers[one.pk]] if one.pk in answers else [])
    ]
    return sorted(
        matching,
        key=lambda keeper: (keeper.holding is not Holding.YES, not keeper.is_at_usual_time, str(keeper.practitioner)),
    )


def _answers(people: Collection[int], practice: Practice, day: date) -> dict[int, tuple[Holding, Certification]]:
    """Return the best certificate of each person for `practice` on `day`, where there is one."""
    rows = Certification.objects.filter(practitioner__in=people, district=practice.district_id)
    near = Q(expires_on=None) | Q(expires_on__gte=day - LONGEST_GRACE)
    found: dict[int, tuple[Holding, Certification]] = {}
    for one in with_history(rows.filter(near).qualifying_for(practice)).order_by("-expires_on"):
        holding = one.history.holding_on(day)
        if holding is Holding.YES or (holding is Holding.WARN and one.practitioner_id not in found):
            known = found.get(one.practitioner_id)
            if known is None or known[0] is Holding.WARN:
                found[one.practitioner_id] = (holding, one)
    return found


def _is_usual(practitioner: Practitioner, day: date, at: time | None) -> bool:
    """Whether somebody can usually come: those who named no times can be asked at any time."""
    times = list(practitioner.availability.all())
    return not times or any(
        one.weekday == day.weekday() and (at is None or one.begins <= at < one.ends) for one in times
    )
