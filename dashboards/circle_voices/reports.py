"""The surveys as frozen rows: what the page, the endpoint, the CSV file and the workbook all show.

A row is a sum of whole batches (`circles/voices/survey.py`), each of at least ten people: nothing is subtracted, so
no total less what is shown beside it is about fewer than ten.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from circles.models import CircleParticipant, SurveyBatch, SurveyRelease
from circles.voices.survey import MINIMUM, QUESTIONS, Tally, coded_share
from dashboards.circle_voices.question import ROLE, SCHOOL, VoicesQuestion

COUNTED = _("People who were in a circle and sent the survey after it; each circle asks each person once.")
SHARE = _("Those who answered yes or mostly, of those who answered the question.")
WITHHELD = _(
    "Fewer than ten answers are never shown. They wait until there are ten: of one part in the circle at one school, "
    "else of one school, else of one part in the district, else of the district."
)
MONTHLY = _("New answers are added once a month, ten or more at a time, so that nobody can be told by a change.")
CODED = _("A share near none or all is given as a range, so that nobody can be told by everybody saying the same.")
NOT_INCLUDED = _("Who did not answer, and circles without names.")
TERMS = {
    "counted": COUNTED,
    "share": SHARE,
    "withheld": WITHHELD,
    "monthly": MONTHLY,
    "coded": CODED,
    "not_included": NOT_INCLUDED,
}
SEVERAL = "several"
"""The row of batches that are of several schools, or parts, together: each of them alone was too few."""
FIGURES = ("returned", *(f"{question}_{what}" for question in QUESTIONS for what in ("answered", "share")), "status")


@dataclass(frozen=True)
class VoicesRow:
    """The surveys of one group and year. None: withheld, and whether there are any is not told."""

    school_year: int
    key: str
    tally: Tally | None

    def answered(self, question: str) -> int | None:
        """How many answered a question; None below the minimum."""
        if self.tally is None or self.tally.answered(question) < MINIMUM:
            return None
        return self.tally.answered(question)

    def share(self, question: str) -> str | None:
        """The share that answered yes or mostly, coded; None below the minimum."""
        if self.tally is None:
            return None
        return coded_share(self.tally.good(question), self.tally.answered(question)) or None

    def as_json(self, by: str) -> dict[str, Any]:
        """Return the row as the API shows it."""
        row: dict[str, Any] = {"school_year": self.school_year}
        if by:
            row[by] = self.key
        row["returned"] = self.tally.returned if self.tally else None
        for question in QUESTIONS:
            row[f"{question}_answered"] = self.answered(question)
            row[f"{question}_share"] = self.share(question)
        return row | {"status": "actual" if self.tally else "withheld"}


@dataclass(frozen=True)
class VoicesReport:
    """A question and its answer; `total` is the row of everybody in the latest year asked."""

    question: VoicesQuestion
    rows: tuple[VoicesRow, ...]
    total: VoicesRow | None
    as_of: date | None

    @property
    def columns(self) -> tuple[str, ...]:
        """The keys of every row."""
        return ("school_year", *filter(None, (self.question.by,)), *FIGURES)

    def definition(self) -> dict[str, Any]:
        """What the rows count."""
        asked = self.question
        return {
            **{name: str(words) for name, words in TERMS.items()},
            "minimum": MINIMUM,
            "school_years": list(asked.years),
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "district": asked.district_code,
            "schools": None if asked.chosen is None else [place.code for place in asked.counted_schools],
        }

    def as_json(self) -> dict[str, Any]:
        """Return the report as the API shows it."""
        return {"definition": self.definition(), "rows": [row.as_json(self.question.by) for row in self.rows]}


def circle_voices(question: VoicesQuestion) -> VoicesReport:
    """Answer the question. Two queries."""
    found = SurveyBatch.objects.filter(
        school_year__district=question.district, school_year__year__in=question.years, returned__gte=MINIMUM
    )
    if question.chosen is not None:
        # Batches of several schools together are of nobody's school alone.
        found = found.filter(school__in=question.chosen)
    batches = list(found.select_related("school_year").order_by("pk"))
    rows = [row for year in question.years for row in _rows_of(question, year, _in(batches, year))]
    last = question.years[-1] if question.years else None
    total = VoicesRow(last, "", _sum(_in(batches, last))) if last else None
    released = SurveyRelease.objects.filter(district=question.district).order_by("month")
    month = released.values_list("month", flat=True).last()
    return VoicesReport(question, tuple(rows), total, month)


def _rows_of(question: VoicesQuestion, year: int, batches: list[SurveyBatch]) -> Iterable[VoicesRow]:
    if question.by == ROLE:
        keys = [(role.value, [one for one in batches if one.role == role.value]) for role in CircleParticipant.Role]
        several = [one for one in batches if not one.role]
    elif question.by == SCHOOL:
        places = question.counted_schools
        keys = [(place.code, [one for one in batches if one.school_id == place.pk]) for place in places]
        several = [one for one in batches if one.school_id is None]
    else:
        keys, several = [("", batches)], []
    if several:
        keys.append((SEVERAL, several))
    return [VoicesRow(year, key, _sum(some)) for key, some in keys]


def _in(batches: list[SurveyBatch], year: int | None) -> list[SurveyBatch]:
    return [one for one in batches if one.school_year.year == year]


def _sum(batches: list[SurveyBatch]) -> Tally | None:
    return sum((Tally(one.returned, one.counts) for one in batches), Tally()) if batches else None
