"""Pages of commitments with their live measures: one commitment, and all of them on one board."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from commitments import tables
from commitments.actions.commitments import sides_of
from commitments.filters import CommitmentFilterSet
from commitments.measure_kinds import MEASURE_KINDS
from commitments.models import Commitment, Party, Side
from commitments.sections import document_section, documents_of
from commitments.statuses import overall_status
from commitments.steps.commitments import COMMITMENT_STEPS
from commitments.verifiability import gaps
from commitments.views import schools_words
from dashboards.progress.board import COLUMNS, BoardRow, board, measure_words, said_of
from dashboards.progress.breaches import is_broken
from dashboards.progress.counting import NONE, progress_of
from dashboards.progress.files import board_file
from dashboards.progress.page import (
    date_section,
    disagreement_words,
    misses_of,
    progress_figure,
    record_sections,
    report_section,
    side_words,
)
from dashboards.progress.watch import CLOCK, watch_of
from dashboards.progress.wording import counts_words, figure_words, finding, forecast_words, period_words, target_words
from district.access import Permission
from district.page_parts import Cell, Fact, Heading, Section, TimelineStep, chip_of, day_words, with_query
from district.pages import PageMixin, SignedInRequest
from district.step_pages import SteppedRecordPage

MOST_ON_BOARD = 500
"""Commitments on the board's page; its files and its endpoint hold all of them."""


class CommitmentRecord(SteppedRecordPage):
    """One commitment: the promise, both sides, the figure, what followed a miss."""

    needs = Permission.COMMITMENT_VIEW
    table = tables.COMMITMENTS
    steps = COMMITMENT_STEPS
    step_url = "commitment_step"
    template_name = "dashboards/commitment.html"

    def queryset(self) -> models.QuerySet:
        related = ("district", "organization", "memorandum", "resolution", "decision__meeting__body", "body")
        return super().queryset().select_related(*related).prefetch_related("schools")

    def describe(self, record: Commitment) -> dict[str, Any]:
        user, today = self.request.user, record.district.today()
        progress = progress_of([record], watch=watch_of(user), today=today).get(record.pk, NONE)
        reports = list(record.reports.order_by("as_of", "pk"))
        sides = sides_of(record)
        reported = said_of([record])[1].get(record.pk, [])
        is_draft = record.status == Commitment.Status.DRAFT
        broken = not is_draft and self._is_broken(record, progress)
        sections = [date_section(record, today)]
        sections += [report_section(record, reports), document_section(documents_of(commitment=record), user)]
        return {
            "title": record.title,
            "list_url": reverse("commitment_list"),
            "list_words": _("Commitments"),
            "crumb": record.get_status_display(),
            "lead": finding(record, progress, is_broken=broken, is_late=is_overdue(record, today), reported=reported),
            "facts": self._facts(record),
            "text": record.text,
            "gaps": gaps(record) if is_draft else (),
            "overall": overall_status(sides),
            "disagreement": disagreement_words(sides),
            "sides": self._sides(record, reports),
            "figure": progress_figure(record, progress, reported),
            "forecast": forecast_words(record, progress, reported, today),
            "measured": self._measured(record, progress),
            "misses": misses_of(record, user),
            "records": record_sections(progress, user),
            "sections": [section for section in sections if section],
            "steps": self._timeline(record),
            "concern_url": self._concern_url(record),
            **self.offered(record),
        }

    def _concern_url(self, record: Commitment) -> str:
        """Where anybody says that a commitment in force is broken; the page is told which, and not by whom."""
        if record.status != Commitment.Status.ACTIVE:
            return ""
        query = {"commitment": str(record.uid), "district": record.district.code}
        return f"{reverse('concern_file')}?{urlencode(query)}"

    def _is_broken(self, record: Commitment, progress: Any) -> bool:
        """Whether it is broken, as far as the reader may know at once: with figures, or because it binds everybody."""
        if not record.measure:
            return False
        if progress.is_known and not progress.is_part:
            return is_broken(record, progress, record.district.today())
        if record.schools.all() or record.status != Commitment.Status.ACTIVE:
            return False
        everything = progress_of([record], watch=CLOCK, today=record.district.today()).get(record.pk, NONE)
        return is_broken(record, everything, record.district.today())

    def _facts(self, record: Commitment) -> list[Fact]:
        source = Fact(_("Source"), record.get_source_display(), record.reference)
        if record.memorandum:
            link = reverse("memorandum_detail", args=[record.memorandum.uid])
            source = Fact(_("Source"), record.memorandum.title, record.reference, link)
        elif record.resolution:
            link = reverse("resolution_detail", args=[record.resolution.uid])
            source = Fact(_("Source"), record.resolution.title, record.reference, link)
        elif record.decision:
            meeting = record.decision.meeting
            link = reverse("meeting_detail", args=[meeting.uid])
            source = Fact(_("Source"), meeting.body.name, day_words(meeting.on), link)
        owes = record.responsible_name or record.get_responsible_display()
        always = _("all the time") if record.measure else _("not said")
        when = day_words(record.due_on) or record.get_cadence_display() or always
        body = reverse("body_detail", args=[record.body.uid]) if record.body else ""
        return [
            source,
            Fact(_("Who owes it"), owes, schools_words(record)),
            Fact(_("For whom"), record.beneficiaries or _("not said")),
            Fact(_("Speaks for the community"), str(record.organization or _("nobody named"))),
            Fact(_("Due"), when),
            Fact(_("If it is missed"), record.consequence or _("nothing agreed")),
            Fact(_("Taken up by"), str(record.body or _("no body named")), href=body),
        ]

    def _sides(self, record: Commitment, reports: Any) -> list[Any]:
        is_partners = record.responsible == Party.ORGANIZATION
        watcher = _("The district’s assessment") if is_partners else _("The community’s assessment")
        return [
            side_words(record, reports, Side.IMPLEMENTER, _("Report of the side that owes it")),
            side_words(record, reports, Side.ASSESSOR, watcher),
        ]

    def _measured(self, record: Commitment, progress: Any) -> list[Fact]:
        """How it is measured: the definition, and where it stands, as far as the reader may see it."""
        if not record.measure:
            found = [Fact(_("Evidence that settles it"), record.evidence or _("not named"))]
            return [*found, Fact(_("Who checks it"), record.checker or _("nobody named"))]
        kind, current = MEASURE_KINDS[record.measure], progress.current
        facts = [Fact(_("Counted"), measure_words(record), kind.definition), Fact(_("Promised"), target_words(record))]
        if current:
            facts.append(Fact(_("Now"), figure_words(record, current.number), counts_words(progress)))
            if kind.on_day:
                facts.append(Fact(_("As of"), day_words(record.district.today())))
            else:
                facts.append(Fact(_("Over"), period_words(current.period)))
        elif kind.about_students:
            note = _("Figures about students are open to those who answer for them.")
            facts.append(Fact(_("The figure"), _("comes with published releases"), note))
        return facts

    def _timeline(self, record: Commitment) -> list[TimelineStep]:
        steps = [TimelineStep(record.adopted_on, day_words(record.adopted_on), _("Adopted"), record.reference)]
        for state in record.statuses.order_by("on", "pk"):
            steps.append(TimelineStep(state.on, day_words(state.on), str(state.get_status_display()), state.note))
        return sorted(steps, key=lambda step: step.on)


def is_overdue(commitment: Commitment, today: date) -> bool:
    """Whether a day has passed on which a commitment with a live measure was to be kept and was not."""
    return bool(commitment.measure) and commitment.due_items.filter(fulfilled_on=None, due_on__lt=today).exists()


class CommitmentBoard(PageMixin, View):
    """All commitments of the reader on one page."""

    needs = Permission.COMMITMENT_VIEW
    page_kind = "dashboard"

    def get(self, request: SignedInRequest) -> HttpResponseBase:
        rows = Commitment.objects.visible_to(request.user)
        filterset = CommitmentFilterSet(request.GET, queryset=rows, request=request)
        errors = [(name, [str(text) for text in texts]) for name, texts in filterset.errors.items()]
        kind = request.GET.get("format", "")
        if kind and kind not in ("csv", "xlsx"):
            errors.append(("format", [_("One of: %(values)s.") % {"values": "csv, xlsx"}]))
        if errors:
            return render(request, "dashboards/commitments.html", {"errors": errors}, status=400)
        found = board(filterset.qs, request.user, today=timezone.localdate())
        if kind:
            return board_file(found, filterset, file_format=kind, by=request.user)
        return self.page(request, filterset, found)

    def page(self, request: SignedInRequest, filterset: CommitmentFilterSet, found: list[BoardRow]) -> HttpResponse:
        """The board with its filters; a reader sees the figures that their grants open."""
        names = ("status", "missed", "school", "source", "responsible", "measure")
        fields = filterset.form.fields
        chips = [chip_of(name, LABELS[name], fields[name], request.GET, {}) for name in names if name in fields]
        late = sum(row.standing.tone == "late" for row in found)
        query = request.GET
        section = Section(_("Commitments"), HEADINGS, [self._cells(row) for row in found[:MOST_ON_BOARD]])
        context = {
            "found": len(found),
            "late": late,
            "is_cut": len(found) > MOST_ON_BOARD,
            "chips": chips,
            "is_filtered": any(query.get(name) for name in filterset.filters),
            "section": section,
            "exports": [(with_query(query, format="csv"), "CSV"), (with_query(query, format="xlsx"), "Excel")],
            "columns": COLUMNS,
        }
        return render(request, "dashboards/commitments.html", context)

    def _cells(self, row: BoardRow) -> list[Cell]:
        one = row.commitment
        note = _("in your schools") if row.counted == "part" else ""
        target = target_words(one) if one.target is not None else ""
        said = _("sides differ") if row.sides.disagree else ""
        return [
            Cell(one.title, reverse("commitment_detail", args=[one.uid]), schools_words(one)),
            Cell(figure_words(one, row.value) if row.value is not None else "", note=note),
            Cell(target),
            Cell(status=overall_status(row.sides), note=said),
            Cell(day_words(one.next_due_on)),
            Cell(status=row.standing),
        ]


LABELS = {
    "status": gettext_lazy("Status"),
    "missed": gettext_lazy("Missed, and not settled"),
    "school": gettext_lazy("School"),
    "source": gettext_lazy("Source"),
    "responsible": gettext_lazy("Who owes it"),
    "measure": gettext_lazy("Live measure"),
}
HEADINGS = (
    Heading(gettext_lazy("Commitment")),
    Heading(gettext_lazy("Now"), is_number=True),
    Heading(gettext_lazy("Promised"), is_number=True),
    Heading(gettext_lazy("Assessed")),
    Heading(gettext_lazy("Next date"), is_day=True),
    Heading(gettext_lazy("Status")),
)
