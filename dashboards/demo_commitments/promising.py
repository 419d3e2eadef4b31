"""The demo's commitments: the board's rule, milestone and coverage, clauses of the memorandum, what an assembly won."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from commitments.actions import clock, commitments, misses
from commitments.models import Body, Commitment, Resolution
from district.calendar import school_year_of
from district.models import District, Memorandum, Organization, User

COVERAGE = ((date(2019, 6, 14), 3), (date(2020, 6, 12), 9), (date(2021, 6, 11), 14), (date(2022, 12, 9), 19))
"""Schools out of 52, as reported: 19 in December 2022, all of them promised by June 2023."""
BOARD: dict[str, dict[str, Any]] = {
    "rule": {
        "title": "No out-of-school suspension for a level 1 behavior",
        "text": "No student shall be suspended out of school for a behavior that the code of conduct puts at level 1.",
        "reference": "Resolution of October 2013, part 1",
        "adopted_on": date(2013, 10, 2),
        "beneficiaries": "Every student",
        "measure": "oss_for_level",
        "behavior_level": "1",
        "period": "school_year",
        "baseline": Decimal(240),
        "target": Decimal(0),
        "consequence": "The superintendent reports to the board in public session.",
    },
    "milestone": {
        "title": "Positive approaches to discipline within a year",
        "text": "Within one year the district develops and implements positive approaches to discipline.",
        "reference": "Resolution of October 2013, part 2",
        "adopted_on": date(2013, 10, 2),
        "due_on": date(2014, 10, 2),
        "evidence": "The plan, as the board adopted it, and the list of schools that use it",
        "checker": "Discipline task force",
    },
    "coverage": {
        "title": "Restorative practice in all 52 schools by June 2023",
        "text": "Restorative practice is in use in 19 of 52 schools, and shall be in all of them by June 2023.",
        "reference": "Commitment of the superintendent",
        "adopted_on": date(2018, 9, 5),
        "beneficiaries": "Students and staff of every school",
        "due_on": date(2023, 6, 30),
        "baseline": Decimal(0),
        "target": Decimal(52),
        "unit": "schools",
        "evidence": "The list of schools with trained keepers and weekly circles",
        "checker": "Neighbors and the discipline task force together",
        "consequence": "The next contract for training goes to the schools that were left out.",
    },
}
CLAUSES: dict[str, dict[str, Any]] = {
    "list": {
        "title": "A list of circles kept, every month",
        "text": "The organization hands in a list of the circles that it kept, by the fifth of every month.",
        "reference": "Clause 4",
        "responsible": "organization",
        "responsible_name": "Coordinator of circles",
        "cadence": "monthly",
        "measure": "delivered_on_time",
        "period": "since_adoption",
        "baseline": Decimal(0),
        "target": Decimal(100),
    },
    "rate": {
        "title": "No more than 5 of 100 Black students suspended in a year",
        "text": "By working together the parties bring the share of Black students suspended to 5 percent or less.",
        "reference": "Clause 7",
        "responsible": "district",
        "responsible_name": "Superintendent",
        "measure": "suspension_rate",
        "rate_of": "oss",
        "group": "race=BL",
        "period": "school_year",
        "baseline": Decimal(8),
        "target": Decimal(5),
        "consequence": "Both sides meet within a month.",
    },
    "ratio": {
        "title": "No group suspended more than one and a half times as often",
        "text": "No group of students shall be suspended more than one and a half times as often as all others.",
        "reference": "Clause 8, Black students",
        "responsible": "district",
        "measure": "risk_ratio",
        "rate_of": "oss",
        "group": "race=BL",
        "period": "school_year",
        "baseline": Decimal("2.3"),
        "target": Decimal("1.5"),
    },
    "keepers": {
        "title": "Two certified keepers at each of 30 schools",
        "text": "By the end of this school year each of 30 schools has two people certified to hold circles.",
        "reference": "Clause 9",
        "beneficiaries": "Students and staff of every school",
        "responsible": "district",
        "responsible_name": "Director of student services",
        "measure": "schools_with_keepers",
        "minimum": 2,
        "baseline": Decimal(0),
        "target": Decimal(30),
        "consequence": "The partner holds the circles of the schools that are left, at the district's expense.",
    },
}


@dataclass(frozen=True)
class Sides:
    """Who acts in the demo, and on which day it is made."""

    district: District
    organization: Organization
    body: Body
    leader: User
    partner: User
    today: date


def promise(sides: Sides, *, adopted_on: date, **values: Any) -> Commitment:
    """Draft a commitment and let it hold from the day it was adopted."""
    given: dict[str, Any] = {"organization": sides.organization, "body": sides.body, **values}
    by: dict[str, Any] = {"by": sides.leader, "on": adopted_on}
    draft = commitments.create_commitment(district=sides.district, adopted_on=adopted_on, **given, **by)
    return commitments.activate(commitment=draft, **by)


def board_resolutions(sides: Sides) -> None:
    """The resolutions of 2013 and 2018: a rule, a milestone that is complete, and coverage that came too late."""
    owed: dict[str, Any] = {
        "source": "board_resolution",
        "responsible": "district",
        "responsible_name": "Superintendent",
    }
    made: Mapping[str, Commitment] = {name: promise(sides, **owed, **values) for name, values in BOARD.items()}
    milestone, leader, partner = made["milestone"], sides.leader, sides.partner
    done = date(2014, 9, 17)
    given: dict[str, Any] = {"commitment": milestone, "by": leader}
    commitments.deliver(due_item=milestone.due_items.get(), fulfilled_on=done, evidence="Plan, adopted", **given)
    said: dict[str, Any] = {
        "commitment": milestone,
        "completion": "complete",
        "evidence": "Plan of September 2014",
        "on": sides.today,
    }
    commitments.report(**said, as_of=done, text="The plan is adopted.", by=leader)
    commitments.assess(**said, as_of=date(2014, 11, 5), text="It is there, and schools have begun.", by=partner)
    commitments.complete(**given, on=date(2014, 11, 5))
    said = {"commitment": made["coverage"], "completion": "limited", "on": sides.today}
    for as_of, value in COVERAGE:
        words = {"text": "Counted by the office of student services.", "evidence": "List of schools"}
        commitments.report(**said, **words, as_of=as_of, value=Decimal(value), by=leader)
    commitments.assess(
        **said,
        as_of=date(2023, 7, 12),
        text="Nineteen schools have begun. In six of them circles are kept every week.",
        evidence="Visits in May and June",
        by=partner,
    )


def clauses(sides: Sides, memorandum: Memorandum) -> None:
    """Clauses of the memorandum: what the partner delivers every month, two figures, and a draft."""
    today = sides.today
    source: dict[str, Any] = {"source": "memorandum", "memorandum": memorandum, "adopted_on": memorandum.signed_on}
    first = (today.replace(day=5) - timedelta(days=150)).replace(day=5)
    end = date(school_year_of(today), 6, 30)
    extra: dict[str, dict[str, Any]] = {"list": {"first_due_on": first}, "keepers": {"due_on": end}}
    made = {name: promise(sides, **source, **values, **extra.get(name, {})) for name, values in CLAUSES.items()}
    monthly = made["list"]
    clock.write_due_items(monthly, today=today)
    for number, item in enumerate(monthly.due_items.filter(due_on__lte=today).order_by("due_on")):
        fulfilled_on = min(item.due_on + timedelta(days=3 if number == 2 else -1), today)
        given: dict[str, Any] = {
            "due_item": item,
            "fulfilled_on": fulfilled_on,
            "evidence": "List",
            "by": sides.partner,
        }
        commitments.deliver(commitment=monthly, **given, on=today)
    commitments.create_commitment(
        district=sides.district,
        **source,
        title="A room for circles in every middle school",
        text="The district sets aside a room for circles in every middle school.",
        responsible="district",
        by=sides.partner,
        on=today - timedelta(days=9),
    )


def won_by_assembly(sides: Sides, resolution: Resolution) -> None:
    """What follows from the resolution that was adopted in part."""
    promise(
        sides,
        title="In middle schools, a circle is offered before a longer suspension",
        text="In middle schools, a circle is offered before a suspension of more than one day.",
        source="assembly_resolution",
        resolution=resolution,
        responsible="district",
        responsible_name="Director of student services",
        adopted_on=sides.today - timedelta(days=20),
        due_on=sides.today + timedelta(days=75),
        evidence="The procedure as published, and the log of offers",
        checker="Discipline task force",
        consequence="The task force reports to the next assembly.",
    )


def tell_of_the_broken_rule(sides: Sides) -> None:
    """The rule of 2013 is broken: the district answered, the partner disputed, a remedy is under way."""
    leader, partner, today = sides.leader, sides.partner, sides.today
    rule = Commitment.objects.get(district=sides.district, measure="oss_for_level")
    miss = rule.misses.first()
    if miss is None:
        return
    answer = "Schools used a code for insubordination where the matrix offers a conference. Deans are told again."
    doubt = "Deans were told last year too. We ask for a plan with days in it."
    remedy = "From next month a suspension for such a behavior needs the signature of the director."
    misses.answer(miss=miss, text=answer, by=leader, on=today - timedelta(days=18))
    misses.dispute(miss=miss, text=doubt, by=partner, on=today - timedelta(days=12))
    due_on = today + timedelta(days=30)
    misses.plan(miss=miss, text=remedy, due_on=due_on, by=leader, on=today - timedelta(days=4))
    commitments.report(
        commitment=rule,
        completion="substantial",
        as_of=today - timedelta(days=4),
        text="Most schools keep it. A plan is under way for the others.",
        evidence="Report to the board",
        by=leader,
        on=today,
    )
    commitments.assess(
        commitment=rule,
        completion="limited",
        as_of=today - timedelta(days=2),
        text="Families still bring us such cases.",
        evidence="Our log of cases",
        by=partner,
        on=today,
    )
