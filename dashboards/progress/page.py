"""What the page of one commitment is made of: two sides, progress, what followed a miss, the records that broke it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import get_language_bidi, ngettext
from django.utils.translation import gettext as _

from commitments.measure_kinds import MEASURE_KINDS
from commitments.models import Commitment, Completion, Miss, MissStep, StatusReport
from commitments.standing import TwoSides
from commitments.statuses import completion_status, due_item_status, miss_status
from commitments.steps.commitments import MISS_STEPS
from dashboards.charts import YearPoint
from dashboards.charts.progress import progress_line
from dashboards.figures import Figure, figure_of
from dashboards.progress.board import measure_words
from dashboards.progress.readings import BreachingRecord, Progress
from dashboards.progress.wording import figure_words, period_words, target_words
from discipline.models import Removal
from district.models import School, User
from district.page_parts import Cell, Heading, Section, Status, TimelineStep, day_words, school_days_words
from district.step_pages import Offer

RECORDS_SHOWN = 10
"""Records that broke a commitment, on its page; the others open below them."""
MOST_RECORDS = 500


@dataclass(frozen=True)
class SideWords:
    """What one side said last."""

    title: str
    status: Status
    when: str
    text: str
    evidence: str


@dataclass(frozen=True)
class MissWords:
    """One miss as its page shows it: where it stands, its steps, and what the reader can do now."""

    title: str
    status: Status
    steps: Sequence[TimelineStep]
    offers: Sequence[Offer]


def side_words(commitment: Commitment, reports: Sequence[StatusReport], side: str, title: str) -> SideWords:
    """The latest word of a side, or that it has said nothing."""
    said = [report for report in reports if report.side == side and report.voided_at is None]
    if not said:
        return SideWords(title, Status(_("Nothing said yet"), "unknown"), "", "", "")
    last = max(said, key=lambda report: (report.as_of, report.pk))
    status = completion_status(last.completion)
    value = figure_words(commitment, float(last.value)) if last.value is not None else ""
    text = f"{value}. {last.text}" if value else last.text
    return SideWords(title, status, day_words(last.as_of), text, last.evidence)


def disagreement_words(sides: TwoSides) -> str:
    """Where the sides differ; both stand, and nothing is averaged."""
    if not sides.disagree or not sides.implementer or not sides.assessor:
        return ""
    words = {
        "implementer": Completion(sides.implementer.completion).label,
        "assessor": Completion(sides.assessor.completion).label,
    }
    return _("The sides differ: reported “%(implementer)s”, assessed “%(assessor)s”. The assessment counts.") % words


def report_section(commitment: Commitment, reports: Sequence[StatusReport]) -> Section:
    """Everything that either side ever said, the latest first."""
    rows = []
    for report in sorted(reports, key=lambda one: (one.as_of, one.pk), reverse=True):
        value = figure_words(commitment, float(report.value)) if report.value is not None else ""
        voided = _("Voided: %(reason)s") % {"reason": report.void_reason} if report.voided_at else ""
        rows.append(
            [
                Cell(day_words(report.as_of)),
                Cell(report.get_side_display(), note=voided),
                Cell(status=completion_status(report.completion), note=value),
                Cell(report.text, note=report.evidence),
            ]
        )
    said, far = Heading(_("Who said it")), Heading(_("How far"))
    headings = (Heading(_("As of"), is_day=True), said, far, Heading(_("What is so")))
    return Section(_("What was said before"), headings, rows, _("Neither side has said anything yet."))


def date_section(commitment: Commitment, today: date) -> Section | None:
    """The dates on which something falls due."""
    items = list(commitment.due_items.order_by("due_on"))
    if not items:
        return None
    rows = [
        [
            Cell(day_words(item.due_on)),
            Cell(day_words(item.fulfilled_on), note=item.evidence),
            Cell(day_words(item.missed_on)),
            Cell(status=due_item_status(item, today)),
        ]
        for item in items
    ]
    headings = (
        Heading(_("Due"), is_day=True),
        Heading(_("Delivered")),
        Heading(_("Date missed, noted on"), is_day=True),
        Heading(_("Status")),
    )
    return Section(_("Dates"), headings, rows, note=_("A missed date is noted by the clock and never cleared."))


# --- What followed -------------------------------------------------------------------------------------------------
def misses_of(commitment: Commitment, user: User) -> list[MissWords]:
    """Each miss of which `user` may know, the latest first. Five queries, however many there are."""
    misses = list(Miss.objects.filter(commitment=commitment).visible_to(user).order_by("-pk"))
    if not misses:
        return []
    keys = [miss.pk for miss in misses]
    known = set(Miss.objects.filter(pk__in=keys).known_to(user).values_list("pk", flat=True))
    allowed = {
        permission: set(Miss.objects.filter(pk__in=keys).allowed(user, permission).values_list("pk", flat=True))
        for permission in {step.permission for step in MISS_STEPS.values()}
        if user.holds(permission)
    }
    steps: dict[int, list[TimelineStep]] = {}
    rows = MissStep.objects.filter(miss__in=keys).select_related("meeting__body").order_by("pk")
    for row in rows:
        steps.setdefault(row.miss_id, []).append(_step(row, row.miss_id in known))
    found = []
    for miss in misses:
        miss.commitment = commitment
        offered = [
            Offer(step.words, reverse("miss_step", args=[miss.uid, step.name]), step.is_main)
            for step in MISS_STEPS.values()
            if step.is_open(miss) and miss.pk in allowed.get(step.permission, ())
        ]
        day = day_words(miss.missed_on) if miss.pk in known else ""
        title = f"{miss.get_kind_display()}, {day}" if day else str(miss.get_kind_display())
        found.append(MissWords(title, miss_status(miss), steps.get(miss.pk, ()), offered))
    return found


def _step(row: MissStep, is_known: bool) -> TimelineStep:
    """A step; of a breach that the reader may know only as a word, the clock's steps have no day."""
    shows_day = is_known or row.by_id is not None
    notes = [row.text]
    if row.meeting:
        notes.append(_("%(body)s, %(day)s") % {"body": row.meeting.body.name, "day": day_words(row.meeting.on)})
    if row.due_on and is_known:
        notes.append(_("Next step due %(day)s.") % {"day": day_words(row.due_on)})
    return TimelineStep(
        row.on, day_words(row.on) if shows_day else "", str(row.get_kind_display()), " ".join(filter(None, notes))
    )


def record_sections(progress: Progress, user: User) -> list[Section]:
    """The records that break a rule, for those who count them: the latest ones, and the others.

    The student is named only where the record itself is open to the reader. Two queries.
    """
    records = progress.current_records
    if not records:
        return []
    shown = list(records[:MOST_RECORDS])
    schools = dict(School.objects.filter(pk__in={record.school for record in shown}).values_list("pk", "name"))
    rows = Removal.objects.visible_to(user).filter(uid__in=[record.uid for record in shown])
    open_to = {removal.uid: removal for removal in rows.select_related("student__person")}
    cells = [_record_cells(record, schools, open_to.get(record.uid)) for record in shown]
    headings = (Heading(_("Day"), is_day=True), Heading(_("School")), Heading(_("Record")), Heading(_("Length")))
    note = _("Only those who see exact figures find this here. Others learn that the promise was not kept.")
    sections = [Section(_("What broke it"), headings, cells[:RECORDS_SHOWN], note=note)]
    if cells[RECORDS_SHOWN:]:
        words = ngettext("%(count)d earlier one", "%(count)d earlier ones", len(records) - RECORDS_SHOWN)
        sections.append(Section(words % {"count": len(records) - RECORDS_SHOWN}, headings, cells[RECORDS_SHOWN:]))
    return sections


def _record_cells(record: BreachingRecord, schools: dict[int, str], removal: Removal | None) -> list[Cell]:
    place = [Cell(day_words(record.on)), Cell(schools.get(record.school, ""))]
    if removal is None:
        return [*place, Cell(_("one suspension")), Cell()]
    link = reverse("removal_detail", args=[removal.uid])
    return [*place, Cell(removal.student.person.name, link), Cell(school_days_words(removal.days))]


# --- Progress ------------------------------------------------------------------------------------------------------
def progress_figure(
    commitment: Commitment, progress: Progress, reported: Sequence[tuple[date, float]]
) -> Figure | None:
    """The figure over time with the target: of a live measure by school year, else as it was reported."""
    if commitment.measure:
        points = [
            YearPoint(period_words(one.period), one.number, figure_words(commitment, one.number))
            for one in progress.history
        ]
        subtitle = f"{measure_words(commitment)}. {capfirst(str(MEASURE_KINDS[commitment.measure].unit))}."
    else:
        points = [YearPoint(day_words(day), value, figure_words(commitment, value)) for day, value in reported]
        subtitle = _("As reported by the side that owes it.")
    if len(points) < 2:
        return None
    rows = [[Cell(point.label), Cell(point.value_text)] for point in points]
    table = Section(_("The figures"), (Heading(_("Period")), Heading(_("Figure"), is_number=True)), rows)
    title = _("From %(first)s to %(last)s") % {"first": points[0].value_text, "last": points[-1].value_text}
    goal = float(commitment.target) if commitment.target is not None else None
    return figure_of(
        lambda width: progress_line(
            points,
            target=goal,
            target_label=target_words(commitment),
            title=title,
            description=str(subtitle),
            width=width,
            mirrored=get_language_bidi(),
        ),
        title=title,
        subtitle=str(subtitle),
        table=table,
    )
