"""This floor's part in merging two records of one student: parts in incidents, referrals, removals, family contacts.

Nothing is lost. A double is voided and stays with the record that was merged away; what only it said is added to the
one that stands.
"""

from __future__ import annotations

from typing import Any

from django.db import models

from discipline.models import (
    FamilyContact,
    FamilyLink,
    FamilyRequest,
    Involvement,
    LawEnforcement,
    Letter,
    OutsideMatrix,
    Referral,
    ReferralStatus,
    Removal,
    RuleDecision,
    SentHome,
    ThresholdTask,
)
from district.merging_students import MERGED, MergePlan, Merging, reassign
from district.models import Student

OVER_INCIDENTS: tuple[type[Any], ...] = (FamilyContact, OutsideMatrix, RuleDecision)
ALWAYS_MOVED: tuple[type[Any], ...] = (*OVER_INCIDENTS, Letter, FamilyLink, FamilyRequest, SentHome)
"""Records of which a student may have several over one incident or removal: none of them is a double."""


def plan(kept: Student, merged: Student) -> MergePlan:
    """Say what moves and what is there twice. Reads only."""
    found = MergePlan()
    found.add(_parts(kept), _parts(merged), _part)
    found.add(_referrals(kept), _referrals(merged), _incident)
    found.add(_removals(kept), _removals(merged), _removal)
    found.add(_tasks(kept), _tasks(merged), _task)
    for model in ALWAYS_MOVED:
        rows = model._default_manager.filter(student=merged).order_by("pk")
        found.add((), rows.select_related("incident") if model in OVER_INCIDENTS else rows)
    return found


def move(merging: Merging, planned: MergePlan) -> None:
    """Do what `plan` said, in the transaction of the caller."""
    kept = merging.kept
    every: tuple[type[Any], ...] = (Involvement, Referral, Removal, ThresholdTask, *ALWAYS_MOVED)
    for model in every:
        reassign(planned, model, kept, merging.at)
    parts = {_part(row): row for row in _parts(kept)}
    for row in planned.doubles.get("involvement", ()):
        _join_parts(merging, parts[_part(row)], row)
    referrals = {_incident(row): row for row in _referrals(kept)}
    for row in planned.doubles.get("referral", ()):
        _join_referrals(merging, referrals[_incident(row)], row)
    for row in planned.doubles.get("thresholdtask", ()):
        _close_task(merging, row)
    removals = {_removal(row): row for row in _removals(kept)}
    for row in planned.doubles.get("removal", ()):
        _join_removals(merging, removals[_removal(row)], row)


def _parts(student: Student) -> models.QuerySet[Involvement]:
    return Involvement.objects.filter(student=student).select_related("incident").order_by("pk")


def _referrals(student: Student) -> models.QuerySet[Referral]:
    return Referral.objects.filter(student=student).order_by("pk")


def _removals(student: Student) -> models.QuerySet[Removal]:
    return Removal.objects.filter(student=student).order_by("pk")


def _tasks(student: Student) -> models.QuerySet[ThresholdTask]:
    return ThresholdTask.objects.filter(student=student).order_by("pk")


def _task(row: ThresholdTask) -> tuple[int, int]:
    """A student has one open task of a threshold; closed ones are each a record of its own."""
    return (row.threshold_id, 0 if row.state == ThresholdTask.State.OPEN else row.pk)


def _close_task(merging: Merging, row: ThresholdTask) -> None:
    row.state, row.closed_by, row.note = ThresholdTask.State.OVERRIDDEN, merging.by, MERGED
    row.closed_on = row.school.district.today()
    row.save()


def _part(row: Any) -> tuple[int, str, int | None]:
    return row.incident_id, row.role, row.behavior_id


def _incident(row: Any) -> int:
    return row.incident_id


def _removal(row: Any) -> tuple[int, str, Any]:
    return row.incident_id, row.kind, row.begins_on


def _join_parts(merging: Merging, stays: Involvement, double: Involvement) -> None:
    """Keep one part: with what either says, standing if either stands."""
    if double.voided_at is None:
        if stays.voided_at is not None:
            stays.voided_at, stays.void_reason = None, ""
        for name in ("description", "reported_by", "reported_by_staff", "response"):
            setattr(stays, name, getattr(stays, name) or getattr(double, name))
        steps = ["", *LawEnforcement.values]  # each includes the one before
        stays.law_enforcement = max(stays.law_enforcement, double.law_enforcement, key=steps.index)
        stays.save()
    for removal in double.removals.all():
        removal.involvements.add(stays)
        removal.involvements.remove(double)
    _void(merging, double)


def _join_referrals(merging: Merging, stays: Referral, double: Referral) -> None:
    """Keep one referral, with the responses of both, each once; a voided one takes on the state of one that stands."""
    if double.status == Referral.Status.VOIDED:
        return
    known = set(stays.responses.standing().values_list("response", flat=True))
    twice = list(double.responses.standing().filter(response__in=known).values_list("pk", flat=True))
    double.responses.exclude(pk__in=twice).update(referral=stays, updated_at=merging.at)
    double.responses.filter(pk__in=twice).update(voided_at=merging.at, void_reason=MERGED, updated_at=merging.at)
    stays.asks_restorative = stays.asks_restorative or double.asks_restorative
    stays.reporter = stays.reporter or double.reporter
    if stays.status == Referral.Status.VOIDED:
        stays.status, stays.outcome, stays.assigned_to = double.status, double.outcome, double.assigned_to
        _date(merging, stays)
    stays.save()
    double.status = Referral.Status.VOIDED
    double.save()
    _date(merging, double)


def _date(merging: Merging, referral: Referral) -> None:
    ReferralStatus.objects.create(referral=referral, status=referral.status, at=merging.at, by=merging.by, note=MERGED)


def _join_removals(merging: Merging, stays: Removal, double: Removal) -> None:
    """Keep one removal. Where that of the kept student was voided and the other stands, they change places."""
    if stays.voided_at is not None and double.voided_at is None:
        number = double.identifier
        # Without a number of its own, the same removal cannot stand twice with one student, not even for a moment.
        double.identifier = f"merging {double.uid}"
        double.save()
        stays.student = merging.merged
        stays.save()
        double.identifier, double.student = number, merging.kept
        double.save()
        return
    _void(merging, double)


def _void(merging: Merging, row: Any) -> None:
    if row.voided_at is None:
        row.voided_at, row.void_reason = merging.at, MERGED
        if hasattr(row, "voided_by_id"):
            row.voided_by = merging.by
        row.save()
