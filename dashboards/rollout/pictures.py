"""The pictures and tables of the board, made from one report."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from commitments.models import Stage
from commitments.statuses import stage_status
from dashboards.charts import NARROW, Tile, quarter_tiles
from dashboards.figures import Figure, figure_of
from dashboards.rollout.counting import TIERS, stage_on
from dashboards.rollout.definitions import NEEDS
from dashboards.rollout.findings import forecast_words
from dashboards.rollout.question import RolloutQuestion
from dashboards.rollout.reports import FIRST, OTHERS, SCHOOL, RolloutReport, RolloutRow, TargetLine
from dashboards.training_coverage.quarters import Quarter, quarters_until
from dashboards.wording import NONE, count, joined, percent, rounded
from district.page_parts import Cell, Heading, Section, Status, day_words, year_words

QUARTERS_ON_A_PHONE = 4
LETTERS = {Stage.EXPLORATION: "E", Stage.INSTALLATION: "S", Stage.INITIAL: "I", Stage.FULL: "F"}
TARGET_STATES = {"met": "done", "missed": "late", "open": "underway"}


def stage_tiles(question: RolloutQuestion, report: RolloutReport) -> Figure | None:
    """Schools by quarter: the stage on its last day. Schools without any decision are left out."""
    shown = [row for row in report.of(SCHOOL) if report.decisions.get(row.school)]
    if not shown:
        return None
    quarters = quarters_until(question.day)
    names = {row.school: row.label for row in shown}
    if len(set(names.values())) < len(names):
        names = {code: f"{name} ({code})" for code, name in names.items()}

    def stage_in(code: str, quarter: Quarter) -> str | None:
        return stage_on(report.decisions[code], quarter.counted_on(question.day))

    def picture(width: int) -> str:
        columns = quarters if width > NARROW else quarters[-QUARTERS_ON_A_PHONE:]
        tiles = [_tile(quarter, name, stage_in(code, quarter)) for code, name in names.items() for quarter in columns]
        return quarter_tiles(
            tiles,
            columns=[quarter.words for quarter in columns],
            rows=list(names.values()),
            title=title,
            description=subtitle,
            width=width,
            mirrored=get_language_bidi(),
        )

    title = _("The way of each school, quarter by quarter")
    subtitle = _(
        "Stage on the last day of the quarter, today for this one. E exploration, S installation (setting it up), "
        "I initial implementation, F full implementation; a dash: no stage set yet."
    )
    headings = (Heading(_("School")), *(Heading(quarter.words) for quarter in quarters))
    lines = [
        [Cell(name), *(Cell(stage_status(stage).word if (stage := stage_in(code, q)) else NONE) for q in quarters)]
        for code, name in names.items()
    ]
    return figure_of(picture, title=title, subtitle=subtitle, table=Section(_("The stages"), headings, lines))


def _tile(quarter: Quarter, name: str, stage: str | None) -> Tile:
    if stage is None:
        return Tile(quarter.words, name, 0, "")
    return Tile(quarter.words, name, Stage(stage).rank, LETTERS[Stage(stage)])


def school_table(report: RolloutReport, link: Callable[[str], str]) -> Section:
    """One line a school: the decision with its evidence, and what the figures say beside it."""
    rows = [_school_cells(row, link) for row in report.of(SCHOOL)]
    headings = (
        Heading(_("School")),
        Heading(_("Stage")),
        Heading(_("Figures would fit")),
        Heading(_("Keepers"), is_number=True),
        Heading(_("In place"), is_number=True),
        Heading(_("Circles")),
        Heading(_("Suspended"), is_number=True),
        Heading(_("Commitments")),
    )
    note = _(
        "Keepers: people certified today who serve the school. In place: share of the highest rating. Circles: held "
        "for every 100 students by tier, and the agreements kept. Suspended: how far the share of students suspended "
        "moved."
    )
    return Section(_("School by school"), headings, rows, _("No school is open here."), note=note)


def _school_cells(row: RolloutRow, link: Callable[[str], str]) -> list[Cell]:
    decision = row.decision
    evidence = f"{day_words(decision.decided_on)}. {decision.evidence}" if decision else ""
    return [
        Cell(row.label, link(row.school)),
        Cell(status=stage_status(decision.stage if decision else None), note=evidence),
        hint_cell(row),
        Cell(count(row.certified)),
        rating_cell(row),
        circles_cell(row),
        Cell(change_words(row), note=rates_words(row)),
        promises_cell(row),
    ]


def hint_cell(row: RolloutRow) -> Cell:
    """The stage that the figures would fit, and what the next one needs."""
    if row.hint is None:
        return Cell()
    words = Stage(row.hint.stage).label
    if not row.hint.needs:
        return Cell(words)
    return Cell(words, note=_("Next: %(needs)s") % {"needs": joined(str(NEEDS[key]) for key in row.hint.needs)})


def rating_cell(row: RolloutRow) -> Cell:
    """The share in place by the latest ratings, and their day."""
    return Cell(percent(row.rating[0]), note=day_words(row.rating[1])) if row.rating else Cell(_("not rated yet"))


def circles_words(row: RolloutRow) -> str:
    """Circles of each tier for every 100 students; nothing recorded is no zero."""
    if all(number is None for number in row.circles):
        return _("withheld") if row.status == "withheld" else _("not recorded yet")
    return " · ".join(
        f"{tier}: {NONE if number is None else rounded(number, 1)}"
        for tier, number in zip(TIERS, row.circles, strict=True)
    )


def circles_cell(row: RolloutRow) -> Cell:
    """Circles by tier, and below them the agreements kept."""
    kept = row.agreements_kept
    return Cell(circles_words(row), note="" if kept is None else _("%(share)s kept") % {"share": percent(kept)})


def agreements_words(row: RolloutRow) -> str:
    """Share of agreements kept."""
    if row.agreements_kept is None and row.status == "withheld":
        return _("withheld")
    return _("not recorded yet") if row.agreements_kept is None else percent(row.agreements_kept)


def change_words(row: RolloutRow) -> str:
    """How far the share of students suspended moved, in points; a word where there is no figure for the reader."""
    if row.status == "withheld":
        return _("withheld")
    if row.status == "not_reported":
        return _("not reported")
    change = row.students.change if row.students else None
    if change is None:
        return NONE
    points = rounded(abs(change) * 100, 1)
    sign = "+" if change > 0 else "−" if change < 0 else "±"
    return _("%(points)s points") % {"points": f"{sign}{points}"}


def rates_words(row: RolloutRow) -> str:
    """Both shares, the baseline year first."""
    if not row.students or row.students.rate is None:
        return ""
    if row.students.baseline_rate is None:
        return percent(row.students.rate)
    return _("%(before)s, then %(now)s") % {
        "before": percent(row.students.baseline_rate),
        "now": percent(row.students.rate),
    }


def promises_cell(row: RolloutRow) -> Cell:
    """Commitments missed first, then how many are met."""
    one = row.promises
    if not one.commitments:
        return Cell(_("none"))
    note = _("%(met)s of %(all)s met") % {"met": count(one.met), "all": count(one.commitments)}
    if one.missed:
        return Cell(status=Status(_("%(count)s missed") % {"count": count(one.missed)}, "late"), note=note)
    return Cell(
        status=Status(_("None known to be missed"), "underway" if one.met < one.commitments else "done"), note=note
    )


def first_table(question: RolloutQuestion, report: RolloutReport) -> Section | None:
    """The first school beside the rest, figure by figure."""
    rows = [*report.of(FIRST), *report.of(OTHERS), report.total]
    if len(rows) < 3:
        return None

    def line(words: str, cell: Callable[[RolloutRow], Cell]) -> list[Cell]:
        return [Cell(words), *(cell(row) for row in rows)]

    def per_school(row: RolloutRow) -> Cell:
        return Cell(rounded(row.certified / row.schools, 1) if row.schools else NONE)

    baseline = year_words(question.baseline.year) if question.baseline else NONE
    year = year_words(question.year.year) if question.year else NONE
    lines = [
        line(_("In practice"), lambda row: Cell(f"{count(row.in_practice)} / {count(row.schools)}")),
        line(_("Certified keepers for each school"), per_school),
        line(_("Circles for every 100 students, by tier"), lambda row: Cell(circles_words(row))),
        line(_("Agreements kept"), lambda row: Cell(agreements_words(row))),
        line(
            _("Students suspended, %(before)s to %(now)s") % {"before": baseline, "now": year},
            lambda row: Cell(change_words(row), note=rates_words(row)),
        ),
        line(_("Commitments"), promises_cell),
    ]
    headings = (Heading(_("Figure")), *(Heading(row.label) for row in rows))
    note = _("The first school is that which was the first at installation or beyond. A difference has many causes.")
    return Section(_("The first school beside the rest"), headings, lines, note=note)


def target_table(lines: Sequence[TargetLine]) -> Section | None:
    """What was promised by which day, and how far it is."""
    if not lines:
        return None
    words = {"met": _("Reached"), "missed": _("Missed"), "open": _("Under way")}
    rows = [
        [
            Cell(day_words(line.target.due_on), note=line.target.source),
            Cell(f"{count(line.reached)} / {count(line.wanted)}", note=_by_due(line)),
            Cell(line.target.get_stage_display()),
            Cell(status=Status(words[line.state], TARGET_STATES[line.state]), note=forecast_words(line)),
        ]
        for line in lines
    ]
    headings = (
        Heading(_("By"), is_day=True),
        Heading(_("Schools there, of those promised"), is_number=True),
        Heading(_("Stage, or beyond")),
        Heading(_("Status")),
    )
    return Section(_("What was promised"), headings, rows)


def _by_due(line: TargetLine) -> str:
    return "" if line.reached_by_due is None else _("%(count)s on that day") % {"count": count(line.reached_by_due)}
