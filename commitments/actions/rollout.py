"""Saying at which stage a school is, since when and on which evidence; and setting what the district is to reach."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from commitments.models import RolloutStage, RolloutTarget
from district.models import District, School, User

from .recording import add, locked, refuse_before, refuse_future, void


@transaction.atomic
def set_stage(
    *,
    school: School,
    stage: str,
    decided_on: date,
    evidence: str,
    decided_by: str = "",
    by: User | None,
    on: date | None = None,
) -> RolloutStage:
    """Decide that a school is at `stage` since a day. Earlier decisions stay; a school may also fall back.

    Raises ValidationError without evidence, for a day that has not come, and for a second decision on one day.
    """
    refuse_future(decided_on, on or school.district.today(), "decided_on")
    if school.closed_on is not None and school.closed_on <= decided_on:
        raise ValidationError({"school": _("This school was closed by then.")})
    if RolloutStage.objects.standing().filter(school=school, decided_on=decided_on).exists():
        raise ValidationError({"decided_on": _("There is a decision of that day. Void it first.")})
    row = RolloutStage(
        school=school, stage=stage, decided_on=decided_on, evidence=evidence.strip(), decided_by=decided_by, by=by
    )
    return add(row, by=by, district=school.district_id, school=school)


@transaction.atomic
def void_stage(*, stage: RolloutStage, reason: str, by: User | None) -> RolloutStage:
    """Void a decision made by mistake; it stays with the reason. Raises StepNotAllowed a second time."""
    stage = locked(stage)
    void(stage, reason=reason, by=by, district=stage.school.district_id)
    return stage


@transaction.atomic
def set_target(
    *,
    district: District,
    stage: str,
    schools: int | None = None,
    due_on: date,
    adopted_on: date,
    source: str = "",
    by: User | None,
) -> RolloutTarget:
    """Set that so many schools (None: all that are open) are at `stage` or beyond by a day. Raises ValidationError."""
    refuse_before(due_on, adopted_on, "due_on", _("It falls due before it was adopted."))
    if RolloutTarget.objects.standing().filter(district=district, stage=stage, due_on=due_on).exists():
        raise ValidationError({"due_on": _("There is a target of that stage and day. Void it first.")})
    row = RolloutTarget(
        district=district, stage=stage, schools=schools, due_on=due_on, adopted_on=adopted_on, source=source, by=by
    )
    return add(row, by=by, district=district)


@transaction.atomic
def void_target(*, target: RolloutTarget, reason: str, by: User | None) -> RolloutTarget:
    """Void a target set by mistake; it stays with the reason. Raises StepNotAllowed a second time."""
    target = locked(target)
    void(target, reason=reason, by=by, district=target.district_id)
    return target
