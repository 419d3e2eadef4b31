"""What may be done with a commitment: draft it, let it hold once it can be checked, deliver, report, assess, end it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from commitments.actions.clock import write_due_items
from commitments.measure_kinds import GROUPS, MEASURE_KINDS
from commitments.models import (
    Commitment,
    CommitmentStatus,
    Completion,
    DueItem,
    Party,
    Side,
    Source,
    StatusReport,
)
from commitments.standing import TwoSides, Word, two_sides
from commitments.verifiability import gaps
from district import audit
from district.access import Permission
from district.models import District, School, User
from district.steps import StepNotAllowed, checked_note, checked_reason

from .recording import add, change, locked, refuse_future, refuse_out_of_scope, void

CHANGE, ACTIVATE, REPORT, ASSESS, DELIVER = "change", "activate", "report", "assess", "deliver"
COMPLETE, END, VOID_REPORT = "complete", "end", "void-report"

Status = Commitment.Status
COMMITMENT_STEPS: dict[str, tuple[str, ...]] = {
    Status.DRAFT: (CHANGE, ACTIVATE, END),
    Status.ACTIVE: (REPORT, ASSESS, DELIVER, VOID_REPORT, COMPLETE, END),
    Status.COMPLETE: (VOID_REPORT,),
    Status.ENDED: (),
}
"""Status of a commitment → the steps that may follow."""

HOMES = {
    Source.MEMORANDUM: "memorandum",
    Source.ASSEMBLY_RESOLUTION: "resolution",
    Source.BODY_DECISION: "decision",
}
"""Source → the column that names the record it comes from; the other sources have their reference only."""


@transaction.atomic
def create_commitment(
    *,
    district: District,
    schools: Iterable[School] = (),
    by: User | None,
    on: date | None = None,
    needs: Permission = Permission.COMMITMENT_EDIT,
    **values: Any,
) -> Commitment:
    """Draft a commitment of `district`, for `schools` or, without any, for all of them.

    `needs` is the permission by which `by` drafts it. Raises ValidationError for values that do not fit together.
    """
    commitment = Commitment(district=district, **values)
    chosen = _checked(commitment, schools)
    add(commitment, by=by, district=district, schools=[school.code for school in chosen])
    commitment.schools.set(chosen)
    refuse_out_of_scope(commitment, needs, by)
    _enter(commitment, Status.DRAFT, by=by, on=on)
    return commitment


@transaction.atomic
def change_commitment(
    *, commitment: Commitment, schools: Iterable[School] | None = None, by: User | None, **values: Any
) -> Commitment:
    """Change a draft; no event when nothing differs. What holds is not rewritten: it is ended, and another drafted.

    Raises ValidationError for values that do not fit together, StepNotAllowed when it is no draft any more.
    """
    commitment = _locked(commitment, CHANGE)
    for name, value in values.items():
        setattr(commitment, name, value)
    former = sorted(commitment.schools.all(), key=lambda school: school.code)
    chosen = _checked(commitment, former if schools is None else schools)
    stored = locked(commitment)
    values = {"organization": commitment.organization} | values  # that of a memorandum is taken over
    details: dict[str, Any] = {} if chosen == former else {"schools": [school.code for school in chosen]}
    changes = change(stored, values, by=by, district=stored.district_id, **details)
    if chosen != former:
        stored.schools.set(chosen)
        if not changes:
            codes = [[school.code for school in former], details["schools"]]
            audit.record(
                audit.Action.UPDATE, by=by, target=stored, district=stored.district_id, changes={"schools": codes}
            )
    refuse_out_of_scope(stored, Permission.COMMITMENT_EDIT, by)
    return stored


@transaction.atomic
def activate(*, commitment: Commitment, note: str = "", by: User | None, on: date | None = None) -> Commitment:
    """Let a draft hold, and write down when something falls due.

    Raises ValidationError that names every field without which nobody could check it, and when somebody outside the
    district would let a figure about students hold; StepNotAllowed when it is no draft.
    """
    commitment = _locked(commitment, ACTIVATE)
    _refuse_figures_for_outsiders(commitment, by)
    missing = {gap.field: str(gap.words) for gap in gaps(commitment) if not gap.is_advice}
    if missing:
        raise ValidationError(missing)
    commitment = _move(commitment, Status.ACTIVE, note=checked_note(note), by=by, on=on)
    write_due_items(commitment, today=on or commitment.district.today())
    return commitment


def _refuse_figures_for_outsiders(commitment: Commitment, by: User | None) -> None:
    """Whether such a promise is kept is open to everybody it binds: whoever could set one target after another alone
    would read the hidden count from the answers.
    """
    kind = MEASURE_KINDS.get(commitment.measure)
    if by is None or kind is None or not kind.about_students:
        return
    grants = by.grants_with(Permission.COMMITMENT_APPROVE)
    if not any(grant.district_id == commitment.district_id and not grant.organization_id for grant in grants):
        text = _("It counts students: ask the leadership of the district to let it hold.")
        raise ValidationError({"measure": text})


@transaction.atomic
def end_commitment(*, commitment: Commitment, reason: str, by: User | None, on: date | None = None) -> Commitment:
    """End a commitment that is superseded or withdrawn, with the reason. Raises StepNotAllowed when it is over."""
    commitment = _locked(commitment, END)
    return _move(commitment, Status.ENDED, note=checked_reason(reason), by=by, on=on)


@transaction.atomic
def complete(*, commitment: Commitment, note: str = "", by: User | None, on: date | None = None) -> Commitment:
    """Close a commitment as complete, once the latest word of both sides is that it is.

    Raises StepNotAllowed when one of them has not said so, or it does not hold.
    """
    commitment = _locked(commitment, COMPLETE)
    if not sides_of(commitment).both_say_complete:
        raise StepNotAllowed(_("Both sides must have said last that it is complete."), [REPORT, ASSESS])
    return _move(commitment, Status.COMPLETE, note=checked_note(note), by=by, on=on)


@transaction.atomic
def deliver(
    *,
    commitment: Commitment,
    due_item: DueItem,
    fulfilled_on: date,
    evidence: str = "",
    by: User | None,
    on: date | None = None,
) -> DueItem:
    """Record that what fell due was delivered. A date that was missed stays missed.

    Raises ValidationError for a day that has not come, StepNotAllowed when it was delivered already or the figure of
    a live measure says on its day whether it is kept.
    """
    commitment = _locked(commitment, DELIVER)
    if commitment.is_settled_by_figure:
        raise StepNotAllowed(_("Whether it is kept on a date is counted from the records and not reported."), [])
    due_item = locked(due_item)
    if due_item.fulfilled_on is not None:
        raise StepNotAllowed(_("This was delivered already."), [])
    refuse_future(fulfilled_on, on or commitment.district.today(), "fulfilled_on")
    change(due_item, {"fulfilled_on": fulfilled_on, "evidence": evidence}, by=by, district=commitment.district_id)
    due_item.by = by
    due_item.save(update_fields=["by"])
    return due_item


def report(**given: Any) -> StatusReport:
    """Report as the side that owes the commitment (see `_say`)."""
    return _say(side=Side.IMPLEMENTER, step=REPORT, **given)


def assess(**given: Any) -> StatusReport:
    """Assess the commitment as the other side (see `_say`)."""
    return _say(side=Side.ASSESSOR, step=ASSESS, **given)


@transaction.atomic
def _say(
    *,
    commitment: Commitment,
    side: str,
    step: str,
    completion: str,
    as_of: date,
    text: str,
    evidence: str = "",
    value: Decimal | None = None,
    by: User | None,
    on: date | None = None,
) -> StatusReport:
    """Add one side's dated word. Earlier ones stay.

    Raises ValidationError for a day that has not come, or a completion without evidence; StepNotAllowed when the
    commitment does not hold.
    """
    commitment = _locked(commitment, step)
    refuse_future(as_of, on or commitment.district.today(), "as_of")
    if completion == Completion.COMPLETE and not evidence.strip():
        raise ValidationError({"evidence": _("Name the evidence that it is complete.")})
    if commitment.measure and value is not None:
        raise ValidationError({"value": _("Its figure is counted from the records and not reported.")})
    row = StatusReport(
        commitment=commitment,
        side=side,
        completion=completion,
        as_of=as_of,
        text=text,
        evidence=evidence,
        value=value,
        by=by,
    )
    return add(row, by=by, district=commitment.district_id)


@transaction.atomic
def void_report(*, commitment: Commitment, report: StatusReport, reason: str, by: User | None) -> StatusReport:
    """Void a word said by mistake; it stays with the reason. Raises StepNotAllowed when it is void already."""
    _locked(commitment, VOID_REPORT)
    report = locked(report)
    void(report, reason=reason, by=by, district=commitment.district_id)
    return report


def sides_of(commitment: Commitment) -> TwoSides:
    """The latest word of each side. One query."""
    said = commitment.reports.standing().order_by("as_of", "pk").values_list("side", "completion", "as_of")
    return two_sides(Word(*row) for row in said)


def _locked(commitment: Commitment, step: str) -> Commitment:
    commitment = locked(commitment)
    allowed = COMMITMENT_STEPS[commitment.status]
    if step not in allowed:
        raise StepNotAllowed(_("The state of this commitment does not allow that."), allowed)
    return commitment


def _move(commitment: Commitment, status: str, *, note: str, by: User | None, on: date | None) -> Commitment:
    change(commitment, {"status": status}, by=by, district=commitment.district_id, note=note)
    _enter(commitment, status, by=by, on=on, note=note)
    return commitment


def _enter(commitment: Commitment, status: str, *, by: User | None, on: date | None, note: str = "") -> None:
    row = CommitmentStatus(commitment=commitment, status=status, on=on or commitment.district.today(), by=by, note=note)
    row.full_clean()
    row.save()


def _checked(commitment: Commitment, schools: Iterable[School]) -> list[School]:
    """Return the schools in order. Raises ValidationError for parts of the commitment that do not fit together."""
    chosen = sorted(set(schools), key=lambda school: school.code)
    district = commitment.district_id
    faults: dict[str, str] = {}
    if any(school.district_id != district for school in chosen):
        faults["schools"] = _("Choose schools of the commitment's own district.")
    home = HOMES.get(Source(commitment.source)) if commitment.source in Source.values else None
    for name in HOMES.values():
        given = getattr(commitment, name)
        if name == home and given is None:
            faults[name] = _("Name the record it comes from.")
        elif name != home and given is not None:
            faults[name] = _("The source says otherwise.")
    if commitment.memorandum and commitment.organization is None:
        commitment.organization = commitment.memorandum.organization
    if commitment.responsible == Party.ORGANIZATION and commitment.organization is None:
        faults["organization"] = _("Name the organization that owes it.")
    if commitment.responsible == Party.SCHOOL and not chosen:
        faults["schools"] = _("Name the schools that owe it.")
    places = (commitment.organization, commitment.memorandum, commitment.body)
    if any(place is not None and place.district_id != district for place in places):
        faults["district"] = _("Everything it names must belong to its district.")
    if commitment.group and commitment.group not in GROUPS:
        faults["group"] = _("This group is not known.")
    if commitment.due_on and commitment.cadence:
        faults["cadence"] = _("It falls due once, or again and again: not both.")
    if commitment.last_due_on and commitment.first_due_on and commitment.last_due_on < commitment.first_due_on:
        faults["last_due_on"] = _("The last day is before the first.")
    if faults:
        raise ValidationError(faults)
    return chosen
