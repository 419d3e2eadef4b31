"""The outcomes as frozen rows: what the page, the endpoint, the CSV file and the workbook all show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from circles.case_states import AGREEMENT, CLOSED, COMPLETED, HELD
from dashboards.circle_outcomes import cases, definitions, groups
from dashboards.circle_outcomes.avoided import LevelEstimate, together
from dashboards.circle_outcomes.before_after import DAYS, before_after
from dashboards.circle_outcomes.courses import STAGES, CaseCourse, lengths, reached
from dashboards.circle_outcomes.people import People, people_of
from dashboards.circle_outcomes.question import OutcomeQuestion
from dashboards.circle_outcomes.resolved import avoided_of
from dashboards.circle_outcomes.rows import ACTUAL, COLUMNS, FEW, FEW_FOR_A_MEDIAN, NOTHING, OutcomeRow, count_row
from dashboards.circle_outcomes.spreads import Spread, spread
from dashboards.offers.reports import OfferReport, restorative_offers
from district.models import User

LOADS = (("0", 0, 0), ("1-2", 1, 2), ("3-5", 3, 5), ("6+", 6, None))
"""Bands of open cases: item, from, to (None: open)."""


@dataclass(frozen=True)
class OutcomeReport:
    """A question and its answer: all rows, part after part. `offers` is the report that the offers come from."""

    question: OutcomeQuestion
    rows: tuple[OutcomeRow, ...]
    offers: OfferReport

    columns = COLUMNS

    def of(self, part: str, item: str | None = None) -> list[OutcomeRow]:
        """The rows of a part in their order, or those of one of its items."""
        return [row for row in self.rows if row.part == part and item in (None, row.item)]

    def one(self, part: str, item: str) -> OutcomeRow:
        """The row of one item, of everybody."""
        return self.of(part, item)[0]

    @property
    def is_empty(self) -> bool:
        """Whether no case was opened."""
        return not self.rows or not self.one("cases", "opened").number

    def definition(self) -> dict[str, Any]:
        """What the rows count."""
        asked = self.question
        return {
            "district": asked.district_code,
            "schools": None if asked.chosen is None else [place.code for place in asked.counted_schools],
            "school_year": asked.year.year if asked.year else None,
            "by": asked.by,
            "tiers": [int(tier) for tier in asked.tiers],
            "practices": list(asked.chosen_practices),
            "day": asked.day.isoformat(),
            "days_before_and_after": DAYS,
            **{name: str(words) for name, words in definitions.TERMS.items()},
        }

    def as_json(self) -> dict[str, Any]:
        """Return the report as the API shows it."""
        return {"definition": self.definition(), "rows": [row.as_json() for row in self.rows]}


def circle_outcomes(question: OutcomeQuestion, reader: User) -> OutcomeReport:
    """Answer the question as far as `reader` may know. The number of queries does not depend on how much there is."""
    offers = restorative_offers(question.offers)
    if question.year is None:
        return OutcomeReport(question, (), offers)
    people = people_of(question)
    rows = [
        *_courses(question),
        *_agreements(question),
        *groups.recurrence_rows(question, people),
        *_avoided(avoided_of(question)),
        *groups.participation_rows(question),
        *groups.offer_rows(question, offers),
        *_keepers(cases.loads_of(question, reader)),
        *_before_after(question, people),
        *_exceptions(question, reader),
    ]
    return OutcomeReport(question, tuple(rows), offers)


def _courses(question: OutcomeQuestion) -> Iterator[OutcomeRow]:
    found = cases.courses_of(question)
    opened = len(found)
    completed = question.cases().filter(status=CLOSED, close_reason=COMPLETED).count()
    numbers = {
        "opened": opened,
        "held": reached(found, HELD),
        "agreement": reached(found, AGREEMENT),
        "completed": completed,
        "open": sum(one.is_open for one in found),
    }
    for item, number in numbers.items():
        yield count_row("cases", item, number, opened)
    for begin, end in STAGES:
        yield _cycle_row(f"{begin}_to_{end}", found, (begin, end))


def _cycle_row(item: str, found: Sequence[CaseCourse], stage: tuple[str, str]) -> OutcomeRow:
    took = lengths(found, stage)
    middle = spread(took.days)
    return OutcomeRow(part="cycle_time", item=item, n=middle.n, waiting=took.waiting, **_spread(middle))


def _spread(middle: Spread) -> dict[str, Any]:
    return {
        "lower_quartile": middle.low,
        "median": middle.median,
        "upper_quartile": middle.high,
        "small": 0 < middle.n < FEW_FOR_A_MEDIAN,
        "status": ACTUAL if middle.n else NOTHING,
    }


def _agreements(question: OutcomeQuestion) -> Iterator[OutcomeRow]:
    agreed = cases.agreed_of(question)
    kept = agreed.kept
    every = kept.counted + agreed.waived + agreed.renegotiated + agreed.later
    for item, number, n in (
        ("met", kept.met, kept.counted),
        ("on_time", kept.on_time, kept.counted),
        ("overdue", kept.open, kept.counted),
        ("waived", agreed.waived, every),
        ("renegotiated", agreed.renegotiated, every),
        ("later", agreed.later, every),
    ):
        yield count_row("agreements", item, number, n)
    due, done = cases.follow_ups_of(question)
    yield count_row("follow_ups", "done", done, due)


def _avoided(levels: Sequence[LevelEstimate]) -> Iterator[OutcomeRow]:
    for one in levels:
        low, days, high = one.days
        values = {**_spread(one.lengths), "small": one.referrals < FEW or one.lengths.n < FEW_FOR_A_MEDIAN}
        yield OutcomeRow(
            part="days_avoided",
            item=one.level,
            label=one.level,
            n=one.referrals,
            compared=one.lengths.n,
            days=days,
            days_low=low,
            days_high=high,
            **values,
        )
    total = together(levels)
    known = [one for one in levels if one.lengths.n]
    number = sum(one.referrals for one in levels)
    counted = sum(one.referrals for one in known)
    low, middle, high = total or (None, None, None)
    yield OutcomeRow(
        part="days_avoided",
        item="total",
        n=number,
        number=counted,
        compared=sum(one.lengths.n for one in known),
        days_low=low,
        days=middle,
        days_high=high,
        small=0 < number < FEW or any(one.lengths.n < FEW_FOR_A_MEDIAN for one in known),
        status=ACTUAL if total else NOTHING,
    )


def _keepers(loads: cases.Loads) -> Iterator[OutcomeRow]:
    for item, first, last in LOADS:
        number = sum(first <= one and (last is None or one <= last) for one in loads.open)
        yield OutcomeRow(part="keepers", item=item, n=len(loads.open), number=number)
    for one in loads.named:
        yield OutcomeRow(part="keeper", item=one.uid, label=one.name, open=one.open, held=one.held)


def _before_after(question: OutcomeQuestion, people: People) -> Iterator[OutcomeRow]:
    found = before_after(people.watched(), question.day)
    for item, sides in (("referrals", found.referrals), ("days", found.days)):
        before, after = map(float, sides)
        yield OutcomeRow(
            part="before_after",
            item=item,
            n=found.students,
            before=before,
            after=after,
            waiting=found.waiting,
            left=found.left,
            small=0 < found.students < FEW_FOR_A_MEDIAN,
            status=ACTUAL if found.students else NOTHING,
        )


def _exceptions(question: OutcomeQuestion, reader: User) -> Iterator[OutcomeRow]:
    found = cases.exceptions_of(question)
    yield OutcomeRow(part="exceptions", item="certificate", n=found.kept, number=found.without_certificate)
    yield OutcomeRow(part="exceptions", item="stake", n=found.kept, number=found.with_stake)
    reasons = cases.not_held_of(question, reader)
    for reason, number in reasons.items():
        yield OutcomeRow(part="not_held", item=reason, n=sum(reasons.values()), number=number)
