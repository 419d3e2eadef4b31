"""What a person has done, for their page: evaluations, observed circles, circles kept, records merged."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from district.page_parts import Cell, Heading, Section, day_words
from training.models import Practitioner


def done_sections(record: Practitioner, may_edit: bool) -> list[Section]:
    """Evaluations, observed circles and circles kept; those taken back with the reason. Three queries."""
    evaluations = [
        [
            Cell(one.course.title if one.course else one.code),
            Cell(one.get_state_display(), note=one.note),
            Cell(day_words(one.evaluated_on)),
        ]
        for one in record.evaluations.select_related("course").order_by("-evaluated_on", "-pk")
    ]
    observed = [
        [
            Cell(one.practice.name),
            Cell(one.get_state_display(), note=one.comments),
            Cell(day_words(one.observed_on)),
            Cell(one.observer.person.name),
        ]
        for one in record.observations.select_related("practice", "observer__person").order_by("-observed_on")
    ]
    step, result, day = Heading(_("Step")), Heading(_("Result")), Heading(_("On"))
    observer = Heading(_("Observer"))
    return [
        Section(_("Evaluations"), (step, result, day), evaluations, _("Nothing was evaluated yet.")),
        Section(_("Observed circles"), (Heading(_("Practice")), result, day, observer), observed, _("None yet.")),
        _circles(record, may_edit),
    ]


def _circles(record: Practitioner, may_edit: bool) -> Section:
    """Circles kept; whoever keeps the person's record may take back one that was entered by hand."""
    rows = []
    for one in record.circle_credits.select_related("practice").order_by("-held_on", "-pk"):
        taken_back = _("taken back: %(reason)s") % {"reason": one.void_reason} if one.voided_at else one.note
        line = [
            Cell(one.practice.name, note=taken_back),
            Cell(one.get_part_display()),
            Cell(day_words(one.held_on)),
        ]
        if may_edit:
            by_hand = not one.source and one.voided_at is None
            line.append(Cell(_("Take back"), reverse("credit_withdraw", args=[one.uid])) if by_hand else Cell(""))
        rows.append(line)
    headings = [Heading(_("Practice")), Heading(_("Part")), Heading(_("On"))]
    if may_edit:
        headings.append(Heading(_("Change")))
    return Section(_("Circles kept"), tuple(headings), rows, _("None yet."))


def merge_sections(record: Practitioner) -> list[Section]:
    """The records that were merged into this one; nothing where there are none."""
    rows = [
        [Cell(one.former.get("name", "")), Cell(one.reason), Cell(day_words(one.created_at.date()))]
        for one in record.merges.all()
    ]
    headings = (Heading(_("Former record")), Heading(_("Reason")), Heading(_("On")))
    return [Section(_("Merged into this record"), headings, rows)] if rows else []
