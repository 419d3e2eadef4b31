"""Surveys after a circle: counted into piles that are too few to show, and released once a month as batches."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from circles.models import SurveyBatch, SurveyPile, SurveyRelease
from circles.voices.survey import Group, Tally, batches_of
from district import audit
from district.models import District
from district.sealing import CASE_NOTES, NoKey, Unreadable

BLOCK = 512
"""A sealed pile is as long as any other: its length tells nothing of how many are in it."""
FORGET_AFTER = timedelta(days=92)
"""How long after a school year piles that never grew large enough are kept, in case a late survey makes them so."""


def add_to_pile(*, school: int, year: int, role: str, tally: Tally) -> None:
    """Add answers to the pile of a school, a year and a part in the circle. In the transaction of the caller.

    Raises NoKey, and Unreadable where no key at hand opens the pile.
    """
    SurveyPile.objects.get_or_create(school_id=school, school_year_id=year, role=role)
    pile = SurveyPile.objects.select_for_update().get(school=school, school_year=year, role=role)
    pile.sealed = _sealed(tally_in(pile) + tally)
    pile.save()


def tally_in(pile: SurveyPile) -> Tally:
    """The counts of a pile. Raises NoKey, Unreadable."""
    if not pile.sealed:
        return Tally()
    told = CASE_NOTES.unseal_fields(pile.sealed)
    return Tally(told["returned"], told["counts"])


@transaction.atomic
def release_surveys(district: District, *, today: date) -> int:
    """Show what may be shown of a district's surveys, once a month; return how many batches there are more.

    A job of the clock: repeated in a month it changes nothing. Piles that no key at hand opens wait. Those of a school
    year long over that never grew large enough are forgotten.
    """
    month = today.replace(day=1)
    District.objects.select_for_update().get(pk=district.pk)
    if not CASE_NOTES.may_seal() or SurveyRelease.objects.filter(district=district, month__gte=month).exists():
        return 0
    rows = SurveyPile.objects.select_for_update(of=("self",)).filter(school__district=district)
    years: dict[int, dict[Group, SurveyPile]] = {}
    for pile in rows.select_related("school_year").order_by("pk"):
        years.setdefault(pile.school_year_id, {})[(pile.school_id, pile.role)] = pile
    release = SurveyRelease.objects.create(district=district, month=month)
    made = 0
    for piles in years.values():
        made += _release_year(release, piles, today)
    audit.record(
        audit.Action.CREATE,
        by=None,
        target=release,
        district=district,
        changes={"month": [None, month.isoformat()]},
        details={"event": "surveys released", "count": made},
    )
    return made


def _release_year(release: SurveyRelease, piles: dict[Group, SurveyPile], today: date) -> int:
    tallies = {}
    for group, pile in piles.items():
        try:
            tallies[group] = tally_in(pile)
        except (NoKey, Unreadable):
            continue
    found = batches_of(tallies)
    for batch in found:
        SurveyBatch.objects.create(
            release=release,
            school_year=piles[batch.groups[0]].school_year,
            school_id=batch.school,
            role=batch.role,
            returned=batch.tally.returned,
            counts={question: dict(answers) for question, answers in batch.tally.counts.items()},
        )
        SurveyPile.objects.filter(pk__in=[piles[group].pk for group in batch.groups]).delete()
    over = [pile.pk for pile in piles.values() if pile.school_year.ends_on + FORGET_AFTER < today]
    SurveyPile.objects.filter(pk__in=over).delete()
    return len(found)


def _sealed(tally: Tally) -> str:
    counts = {question: dict(answers) for question, answers in tally.counts.items()}
    return CASE_NOTES.seal_fields({"returned": tally.returned, "counts": counts}, block=BLOCK)
