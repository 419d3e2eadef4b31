"""What may be done with assemblies and their resolutions."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from commitments.models import Assembly, Resolution, ResolutionAnswer
from district.access import Permission
from district.models import District, User
from district.steps import StepNotAllowed

from .clock import ladder_of
from .recording import add, change, locked, refuse_before, refuse_future, refuse_out_of_scope, void

Outcome = ResolutionAnswer.Outcome


@transaction.atomic
def record_assembly(
    *, district: District, held_on: date, by: User | None, on: date | None = None, **values: Any
) -> Assembly:
    """Record an assembly that was held. Raises ValidationError for a day that has not come."""
    refuse_future(held_on, on or district.today(), "held_on")
    assembly = Assembly(district=district, held_on=held_on, **values)
    if assembly.organization and assembly.organization.district_id != district.pk:
        raise ValidationError({"organization": _("Choose an organization of the same district.")})
    add(assembly, by=by, district=district)
    refuse_out_of_scope(assembly, Permission.ASSEMBLY_EDIT, by)
    return assembly


@transaction.atomic
def change_assembly(*, assembly: Assembly, by: User | None, **values: Any) -> Assembly:
    """Change what is recorded of an assembly; no event when nothing differs. Raises ValidationError."""
    assembly = _standing(assembly)
    change(assembly, values, by=by, district=assembly.district_id)
    return assembly


@transaction.atomic
def void_assembly(*, assembly: Assembly, reason: str, by: User | None) -> Assembly:
    """Void an assembly recorded by mistake. Raises StepNotAllowed once it has a resolution."""
    assembly = _standing(assembly)
    if assembly.resolutions.filter(voided_at=None).exists():
        raise StepNotAllowed(_("It has resolutions. Void those first."), [])
    void(assembly, reason=reason, by=by, district=assembly.district_id)
    return assembly


@transaction.atomic
def add_resolution(
    *, assembly: Assembly, sent_on: date, by: User | None, on: date | None = None, **values: Any
) -> Resolution:
    """Add what an assembly resolved. The district's answer is due as many days after it was sent as the rule says.

    Raises ValidationError for a number that the assembly has, or a day before it met.
    """
    assembly = _standing(assembly)
    refuse_before(sent_on, assembly.held_on, "sent_on", _("The assembly met later."))
    refuse_future(sent_on, on or assembly.district.today(), "sent_on")
    due_on = ladder_of(assembly.district).due_after("resolution", sent_on)
    row = Resolution(assembly=assembly, sent_on=sent_on, answer_due_on=due_on, **values)
    return add(row, by=by, district=assembly.district_id)


@transaction.atomic
def answer_resolution(
    *,
    resolution: Resolution,
    outcome: str,
    answered_on: date,
    adopted_text: str = "",
    reason: str = "",
    by: User | None,
    on: date | None = None,
) -> ResolutionAnswer:
    """Answer a resolution for the district. A later answer stands beside the earlier one, and holds.

    Raises ValidationError without the text of a partial adoption, or without the reason of a partial one or a refusal.
    """
    resolution = locked(resolution)
    if resolution.voided_at is not None:
        raise StepNotAllowed(_("This resolution was voided."), [])
    district = resolution.assembly.district
    refuse_before(answered_on, resolution.sent_on, "answered_on", _("It was sent later."))
    refuse_future(answered_on, on or district.today(), "answered_on")
    faults = {}
    if outcome == Outcome.IN_PART and not adopted_text.strip():
        faults["adopted_text"] = _("Write down the part that is adopted.")
    if outcome in (Outcome.IN_PART, Outcome.DECLINED) and not reason.strip():
        faults["reason"] = _("Say why the rest is not adopted.")
    if faults:
        raise ValidationError(faults)
    if outcome == Outcome.ADOPTED:
        adopted_text = adopted_text or resolution.text
    row = ResolutionAnswer(
        resolution=resolution,
        outcome=outcome,
        adopted_text=adopted_text if outcome != Outcome.DECLINED else "",
        reason=reason,
        answered_on=answered_on,
        by=by,
    )
    return add(row, by=by, district=district)


@transaction.atomic
def void_resolution(*, resolution: Resolution, reason: str, by: User | None) -> Resolution:
    """Void a resolution recorded by mistake. Raises StepNotAllowed once it was answered."""
    resolution = locked(resolution)
    if resolution.answers.exists():
        raise StepNotAllowed(_("The district has answered it, so it stays."), [])
    void(resolution, reason=reason, by=by, district=resolution.assembly.district_id)
    return resolution


def _standing(assembly: Assembly) -> Assembly:
    assembly = locked(assembly)
    if assembly.voided_at is not None:
        raise StepNotAllowed(_("This assembly was voided."), [])
    return assembly
