"""Schools ranked within their level, each against the range that chance allows for its size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import get_language_bidi, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from dashboards import definitions
from dashboards.charts import NARROW, SchoolRow, school_ranks
from dashboards.figures import HALF_PAGE
from dashboards.parameters import SchoolPlace
from dashboards.risk import expected_range, rate
from dashboards.suspension_rates.menus import FIRST_GROUPS
from dashboards.suspension_rates.pictures import subtitle_of
from dashboards.suspension_rates.question import Question
from dashboards.suspension_rates.reports import NOT_REPORTED, RateRow
from dashboards.wording import NONE, count, of_students, percent, percent_range, times
from district.models import SchoolLevel
from district.page_parts import Cell, Heading, Section, Words

FEWEST_RANKED = 100
"""Students below whom a school is not ranked: one student moves its rate by more than a point."""
MANY = 10
"""Schools of one level beyond which a phone opens them on request."""
LEVELS: tuple[tuple[str, Words], ...] = (
    (SchoolLevel.HIGH, gettext_lazy("High schools")),
    (SchoolLevel.MIDDLE, gettext_lazy("Middle schools")),
    (SchoolLevel.ELEMENTARY, gettext_lazy("Elementary schools")),
    (SchoolLevel.OTHER, gettext_lazy("Other schools and programs")),
)


@dataclass(frozen=True)
class Rank:
    """One school's figures beside the range expected for its size; `standing` is within, above, below or a reason."""

    place: SchoolPlace
    row: RateRow
    low: float | None
    high: float | None
    standing: str


@dataclass(frozen=True)
class LevelPicture:
    """The ranked schools of one level."""

    key: str
    title: str
    average: str
    wide: str
    narrow: str
    schools: int

    @property
    def is_long(self) -> bool:
        """Whether a phone should open it on request."""
        return self.schools > MANY


@dataclass(frozen=True)
class SchoolPictures:
    """All schools of the scope: a picture a level, those that are not ranked, and one table."""

    title: str
    subtitle: str
    levels: tuple[LevelPicture, ...]
    not_ranked: str
    not_reported: str
    table: Section


def school_pictures(question: Question, rows: Sequence[RateRow], year: int) -> SchoolPictures:
    """Draw the rows of `year`, one a school."""
    places = {place.code: place for place in question.schools.values()}
    ranks: list[Rank] = []
    levels: list[LevelPicture] = []
    for level, _title_words in LEVELS:
        found = [row for row in rows if places[str(row.key[0])].level == level]
        average = _average(found)
        ranked = [_rank(places[str(row.key[0])], row, average) for row in found]
        ranked.sort(key=lambda one: -(one.row.comparison.rate or 0))
        shown = [one for one in ranked if one.standing in STANDINGS]
        if shown:
            levels.append(_level_picture(question, level, average, shown, year))
        ranks += ranked
    subtitle = _(
        "%(what)s The grey band is the range expected by chance for a school of that size at the average of its level "
        "(3 standard errors)."
    )
    return SchoolPictures(
        title=_title(ranks),
        subtitle=subtitle % {"what": subtitle_of(question, [year])},
        levels=tuple(levels),
        not_ranked=_not_ranked(ranks),
        not_reported=", ".join(one.place.name for one in ranks if one.row.status == NOT_REPORTED),
        table=_table(question, ranks, year),
    )


STANDINGS = ("within", "above", "below")


def _average(rows: Sequence[RateRow]) -> float | None:
    """Rate of a level: students counted once at each of their schools."""
    known = [row for row in rows if row.affected is not None]
    return rate(sum(row.affected or 0 for row in known), sum(row.enrolled for row in known))


def _rank(place: SchoolPlace, row: RateRow, average: float | None) -> Rank:
    low, high = expected_range(average, row.enrolled)
    share = row.comparison.rate
    if row.status == NOT_REPORTED:
        return Rank(place, row, None, None, "not reported")
    if row.enrolled < FEWEST_RANKED or share is None or low is None or high is None:
        return Rank(place, row, low, high, "few")
    return Rank(place, row, low, high, "above" if share > high else "below" if share < low else "within")


def _level_picture(
    question: Question, level: str, average: float | None, ranks: Sequence[Rank], year: int
) -> LevelPicture:
    words = {"above": _("%(rate)s above"), "below": _("%(rate)s below"), "within": "%(rate)s"}
    drawn = [
        SchoolRow(
            label=one.place.name,
            value=one.row.comparison.rate,
            low=one.low,
            high=one.high,
            value_text=words[one.standing] % {"rate": percent(one.row.comparison.rate)},
            href=_into(question, one.place, year),
            standing=one.standing,
        )
        for one in ranks
    ]
    label = _("average %(rate)s") % {"rate": percent(average)}
    title = str(dict(LEVELS)[level])

    def picture(width: int) -> str:
        return school_ranks(
            drawn,
            average=average,
            average_label="",
            title=title,
            description=f"{subtitle_of(question, [year])} {label}",
            width=width,
            mirrored=get_language_bidi(),
        )

    return LevelPicture(level, title, label, picture(HALF_PAGE), picture(NARROW), len(ranks))


def _into(question: Question, place: SchoolPlace, year: int) -> str:
    by = ",".join(question.groups) or FIRST_GROUPS
    return question.address(school=place.code, level=None, by=by, school_year=str(year))


def _title(ranks: Sequence[Rank]) -> str:
    above = sum(one.standing == "above" for one in ranks)
    if not above:
        return _("No school stands above what its size explains")
    return ngettext(
        "%(count)d school stands above what its size explains",
        "%(count)d schools stand above what their size explains",
        above,
    ) % {"count": above}


def _not_ranked(ranks: Sequence[Rank]) -> str:
    few = [one.row for one in ranks if one.standing == "few"]
    if not few:
        return ""
    words = ngettext(
        "%(schools)d school or program with fewer than 100 students is not ranked: one student can move its rate by "
        "more than a point. It counts %(counts)s.",
        "%(schools)d schools and programs with fewer than 100 students are not ranked: one student can move a rate by "
        "more than a point. They count %(counts)s, and are in every figure of the district.",
        len(few),
    )
    counts = of_students(sum(row.affected or 0 for row in few), sum(row.enrolled for row in few))
    return words % {"schools": len(few), "counts": counts}


def _table(question: Question, ranks: Sequence[Rank], year: int) -> Section:
    labels = dict(LEVELS)
    standings = {
        "within": _("within the range"),
        "above": _("above the range"),
        "below": _("below the range"),
        "few": _("not ranked: few students"),
        "not reported": _("not reported"),
    }
    headings = (
        Heading(_("School")),
        Heading(_("Students enrolled"), is_number=True),
        Heading(definitions.AFFECTED[question.measure.key], is_number=True),
        Heading(_("Rate"), is_number=True),
        Heading(_("Expected range"), is_number=True),
        Heading(_("Standing")),
        Heading(_("Times the rate elsewhere"), is_number=True),
    )
    rows = [
        [
            Cell(one.place.name, href=_into(question, one.place, year), note=str(labels[one.place.level])),
            Cell(count(one.row.enrolled), is_number=True),
            Cell(count(one.row.affected), is_number=True),
            Cell(percent(one.row.comparison.rate), is_number=True),
            Cell(percent_range((one.low, one.high)) if one.low is not None else NONE, is_number=True),
            Cell(standings[one.standing]),
            Cell(times(one.row.comparison.risk_ratio, 2), is_number=True),
        ]
        for one in ranks
    ]
    return Section(title=_("Schools"), headings=headings, rows=rows)
