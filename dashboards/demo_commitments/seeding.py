"""Making the demo's co-governance: all of it in one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from commitments.actions import clock, fidelity
from commitments.models import Commitment
from dashboards.demo.plan import seeded
from dashboards.demo.population import synthetic_name
from dashboards.demo_commitments.deciding import hold_assembly, make_bodies
from dashboards.demo_commitments.partners import write_memorandum
from dashboards.demo_commitments.promising import (
    Sides,
    board_resolutions,
    clauses,
    tell_of_the_broken_rule,
    won_by_assembly,
)
from dashboards.demo_commitments.rollout import roll_out
from dashboards.progress.breaches import note_breaches
from district.access import Role
from district.models import District, Memorandum, School, User


def is_there(district: District) -> bool:
    """Whether the demo's commitments were made."""
    return Commitment.objects.filter(district=district).exists()


@transaction.atomic
def seed_commitments(
    district: District, memorandum: Memorandum, *, school: School, people: Mapping[Role, User], today: date
) -> None:
    """Make all of it, in one transaction. `people` are the demo's sign-ins, `school` that of its school roles."""
    names = seeded("commitments")

    def person() -> str:
        return " ".join(synthetic_name(names))

    sign_ins: dict[str, Any] = {"leader": people[Role.LEADER], "partner": people[Role.PARTNER], "today": today}
    organization = memorandum.organization
    write_memorandum(memorandum, person, **sign_ins)
    body = make_bodies(district, organization, person, leader=people[Role.LEADER], today=today)
    sides = Sides(district, organization, body, **sign_ins)
    board_resolutions(sides)
    clauses(sides, memorandum)
    won_by_assembly(sides, hold_assembly(district, organization, **sign_ins))
    rate_schools(district, school, people, today=today)
    roll_out(district, school, leader=people[Role.LEADER])
    for job in clock.JOBS:
        job(district, today=today)
    note_breaches(district, today=today)
    tell_of_the_broken_rule(sides)


def rate_schools(district: District, school: School, people: Mapping[Role, User], *, today: date) -> None:
    """Two rounds of rating at one school by three raters: the second moved."""
    rubric = fidelity.give_default_rubric(district, by=people[Role.LEADER])
    items = list(rubric.items.order_by("position"))
    raters = (people[Role.PRINCIPAL], people[Role.COORDINATOR], people[Role.PARTNER])
    for days, better in ((380, 0), (20, 1)):
        opened_on = today - timedelta(days=days)
        round_ = fidelity.open_round(
            school=school,
            rubric=rubric,
            opened_on=opened_on,
            closes_on=opened_on + timedelta(days=40),
            by=people[Role.LEADER],
        )
        for number, rater in enumerate(raters):
            values = {item.pk: _given(item.position, number, better) for item in items}
            fidelity.rate(round=round_, values=values, by=rater, on=opened_on + timedelta(days=3 + number))


def _given(position: int, rater: int, better: int) -> int:
    """What a rater gives an indicator: low at first, higher in the second round, and not the same for everybody."""
    return min(2, position * 7 % 11 // 5 + (better if position % 4 else 0) + (rater if position % 9 == 0 else 0))
