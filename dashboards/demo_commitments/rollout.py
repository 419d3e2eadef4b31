"""The demo's rollout, in the shape of Paterson, New Jersey: 19 schools in practice, and all of them promised by June
2023. The schools are the demo's own.
"""

from __future__ import annotations

from datetime import date

from django.db.models import Count, Q

from commitments.actions.rollout import set_stage, set_target
from commitments.models import Stage
from dashboards.demo_commitments.promising import COVERAGE
from district.models import District, School, User

BEGAN = date(2018, 9, 5)
WHO = "Office of student services"
SOURCE = "Example: 19 of 52 schools, and all of them by June 2023 (Paterson, New Jersey)"
WORDS = {
    Stage.EXPLORATION: "The staff has read about it and visited a school that practices.",
    Stage.INSTALLATION: "A team is named, two people are in training, a room is set aside.",
    Stage.INITIAL: "Circles in homeroom twice a month; the log of circles shows them.",
    Stage.FULL: "Circles every week, seen on visits in May and June.",
}
FULL_ON, FULL = date(2023, 6, 7), 6
ON_THE_WAY = ((Stage.INSTALLATION, date(2023, 9, 12)), (Stage.EXPLORATION, date(2024, 1, 16)))
EACH = 4
"""Schools at each of the stages before practice."""


def roll_out(district: District, first: School, *, leader: User) -> None:
    """Set stages of the demo's open schools, `first` before all others, then those with most keepers; two targets."""
    for number, due_on in ((COVERAGE[-1][1], date(2022, 12, 31)), (None, date(2023, 6, 30))):
        set_target(
            district=district,
            stage=Stage.INITIAL,
            schools=number,
            due_on=due_on,
            adopted_on=BEGAN,
            source=SOURCE,
            by=leader,
        )
    keepers = Count("practitioners", filter=~Q(practitioners__certifications=None), distinct=True)
    others = district.schools.filter(closed_on=None).exclude(pk=first.pk).annotate(keepers=keepers)
    schools: list[School] = [first, *others.order_by("-keepers", "code")]
    reached = 0
    for on, number in COVERAGE:
        for school in schools[reached:number]:
            _decide(school, Stage.INSTALLATION, on.replace(year=on.year - 1), leader)
            _decide(school, Stage.INITIAL, on, leader)
        reached = number
    for school in schools[:FULL]:
        _decide(school, Stage.FULL, FULL_ON, leader)
    for number, (stage, on) in enumerate(ON_THE_WAY):
        begin = reached + EACH * number
        for school in schools[begin : begin + EACH]:
            _decide(school, stage, on, leader)


def _decide(school: School, stage: Stage, on: date, leader: User) -> None:
    set_stage(school=school, stage=stage, decided_on=on, evidence=WORDS[stage], decided_by=WHO, by=leader, on=on)
