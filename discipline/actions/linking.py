"""Incidents that belong together are linked; two records of one event are merged, and their history says how."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from discipline.actions.outcomes import tell_anew
from discipline.models import Incident, IncidentLink, IncidentMerge, Referral, ReferralStatus
from district import audit
from district.models import User
from district.steps import StepNotAllowed, checked_reason


@dataclass(frozen=True)
class MergePlan:
    """What a merge would do: records that move to the kept incident, and doubles that are voided where they are."""

    moved: dict[str, list[models.Model]] = field(default_factory=dict)
    doubles: dict[str, list[models.Model]] = field(default_factory=dict)


def link_incidents(*, first: Incident, second: Incident, reason: str, by: User) -> IncidentLink:
    """Say that two incidents of one district belong together. Raises ValidationError, StepNotAllowed when linked."""
    reason = checked_reason(reason, missing=_("Say why they belong together."))
    with transaction.atomic():
        one, other = _both(first, second)
        one, other = sorted((one, other), key=lambda incident: incident.pk)
        if IncidentLink.objects.filter(first=one, second=other, ended_at=None).exists():
            raise StepNotAllowed(_("These incidents are linked already."), ["unlink"])
        link = IncidentLink.objects.create(first=one, second=other, reason=reason, by=by)
        for incident, twin in ((one, other), (other, one)):
            _record(audit.Action.UPDATE, incident, by, {"linked": str(twin.uid), "reason": reason})
        return link


def unlink_incidents(*, link: IncidentLink, reason: str, by: User) -> IncidentLink:
    """Take two incidents apart again; the link stays on record. Raises ValidationError, StepNotAllowed when ended."""
    reason = checked_reason(reason, missing=_("Say why they do not belong together."))
    with transaction.atomic():
        rows = IncidentLink.objects.select_for_update(of=("self",)).select_related("first__school", "second__school")
        link = rows.get(pk=link.pk)
        if link.ended_at is not None:
            raise StepNotAllowed(_("These incidents are no longer linked."), ["link"])
        link.ended_at, link.end_reason = timezone.now(), reason
        link.save()
        for incident, twin in ((link.first, link.second), (link.second, link.first)):
            _record(audit.Action.UPDATE, incident, by, {"unlinked": str(twin.uid), "reason": reason})
        return link


def linked_to(incident: Incident) -> list[IncidentLink]:
    """The standing links of an incident, with both ends."""
    return list(IncidentLink.objects.of(incident).standing().select_related("first__school", "second__school"))


def plan_merge(*, kept: Incident, merged: Incident) -> MergePlan:
    """Say what merging would move and what it would void as a double. Raises ValidationError when they cannot be one.

    A double is what the kept incident has already: a part of the same student with the same role and behavior, a
    referral of the same student, a removal of the same student, kind and first day.
    """
    _check_same_event(kept, merged)
    plan = MergePlan()
    for name, key_of in _KEYS.items():
        present: dict[Any, bool] = {}
        for row in getattr(kept, name).all():
            present[key_of(row)] = present.get(key_of(row), False) or _stands(row)
        for row in getattr(merged, name).order_by("pk"):
            is_double = key_of(row) in present
            if is_double and _stands(row) and not present[key_of(row)]:
                text = _("What stands in the one was voided in the other. Merge them the other way round.")
                raise ValidationError({"merged": text})
            (plan.doubles if is_double else plan.moved).setdefault(name, []).append(row)
    return plan


def merge_incidents(*, kept: Incident, merged: Incident, reason: str, by: User) -> IncidentMerge:
    """Merge the record `merged` of an event into `kept`. Nothing is lost: doubles stay on `merged`, voided.

    Figures count the event once from then on. Raises ValidationError, StepNotAllowed when one was merged before.
    """
    reason = checked_reason(reason, missing=_("Say how you know that it is one event."))
    with transaction.atomic():
        kept, merged = _both(kept, merged)
        plan = plan_merge(kept=kept, merged=merged)
        now = timezone.now()
        for name, rows in plan.moved.items():
            getattr(merged, name).filter(pk__in=[row.pk for row in rows]).update(incident=kept, updated_at=now)
        words = _("Merged into %(number)s") % {"number": kept.identifier}
        for name, rows in plan.doubles.items():
            _void_doubles(name, rows, words, by)
        _move_links(kept, merged, words)
        merged.merged_into = kept
        merged.save()
        # A pointer always points to an incident that stands, so that nobody has to follow a chain of them.
        Incident.objects.filter(merged_into=merged).update(merged_into=kept, updated_at=now)
        filled = _fill(kept, merged)
        for referral in kept.referrals.all():
            tell_anew(referral)
        row = IncidentMerge.objects.create(
            kept=kept, merged=merged, reason=reason, by=by, at=now, moved=_ids(plan.moved), voided=_ids(plan.doubles)
        )
        told = {"merged": str(merged.uid), "reason": reason, "moved": row.moved, "filled": filled}
        _record(audit.Action.UPDATE, kept, by, told)
        _record(audit.Action.UPDATE, merged, by, {"merged_into": str(kept.uid), "reason": reason, "voided": row.voided})
        return row


_KEYS: dict[str, Any] = {
    "involvements": lambda row: (row.student_id, row.role, row.behavior_id),
    "referrals": lambda row: row.student_id,
    "removals": lambda row: (row.student_id, row.kind, row.begins_on),
    "other_people": lambda row: (row.kind, row.role, row.staff_id, row.words),
    "family_contacts": lambda row: (row.student_id, row.way, row.at),
}
"""Records of an incident → what makes two of them the same."""


def _stands(row: Any) -> bool:
    if isinstance(row, Referral):
        return row.status != Referral.Status.VOIDED
    return getattr(row, "voided_at", None) is None


def _check_same_event(kept: Incident, merged: Incident) -> None:
    if kept.pk == merged.pk:
        raise ValidationError({"merged": _("Choose another incident.")})
    if kept.school_id != merged.school_id or kept.occurred_on != merged.occurred_on:
        raise ValidationError({"merged": _("Only records of the same school and the same day can be one event.")})


def _both(one: Incident, other: Incident) -> tuple[Incident, Incident]:
    """Both incidents as stored, locked in the order of their keys. Raises ValidationError, StepNotAllowed."""
    if one.pk == other.pk:
        raise ValidationError({"incident": _("Choose another incident.")})
    rows = Incident.objects.select_for_update(of=("self",)).select_related("school").order_by("pk")
    found = {incident.pk: incident for incident in rows.filter(pk__in=[one.pk, other.pk])}
    if len({incident.school.district_id for incident in found.values()}) > 1:
        raise ValidationError({"incident": _("Choose an incident of the same district.")})
    if any(incident.merged_into_id for incident in found.values()):
        raise StepNotAllowed(_("One of them was merged into another incident. Go on there."), ())
    return found[one.pk], found[other.pk]


def _move_links(kept: Incident, merged: Incident, words: str) -> None:
    """End the standing links of `merged`; those to third incidents stand between `kept` and them from now on."""
    now = timezone.now()
    for link in IncidentLink.objects.of(merged).standing():
        link.ended_at, link.end_reason = now, words
        link.save()
        third = link.second_id if link.first_id == merged.pk else link.first_id
        first, second = sorted((kept.pk, third))
        if third != kept.pk and not IncidentLink.objects.standing().filter(first=first, second=second).exists():
            IncidentLink.objects.create(first_id=first, second_id=second, reason=link.reason, by_id=link.by_id)


def _fill(kept: Incident, merged: Incident) -> list[str]:
    """Take over what only the merged record says; return the names of its columns."""
    names = [name for name in ("occurred_time", "location", "description", "tried_first") if not getattr(kept, name)]
    filled = [name for name in names if getattr(merged, name)]
    twins = {"occurred_time": ("is_time_exact",), "description": ("described_by",)}
    for name in filled:
        for column in (name, *twins.get(name, ())):
            setattr(kept, column, getattr(merged, column))
    kept.save()
    return filled


def _void_doubles(name: str, rows: Iterable[Any], words: str, by: User) -> None:
    """Void what the kept incident has already; people and contacts without a mark for it only stay behind."""
    now = timezone.now()
    for row in filter(_stands, rows):
        if name == "referrals":
            row.status = Referral.Status.VOIDED
            row.save()
            ReferralStatus.objects.create(referral=row, status=row.status, at=now, by=by, note=words)
        elif name in ("involvements", "removals"):
            row.voided_at, row.void_reason = now, words
            row.save()


def _ids(plan: dict[str, list[models.Model]]) -> dict[str, list[str]]:
    return {name: [str(row.uid) for row in rows] for name, rows in plan.items()}  # type: ignore[attr-defined]


def _record(action: audit.Action, incident: Incident, by: User, details: dict[str, Any]) -> None:
    school = incident.school
    audit.record(action, by=by, target=incident, district=school.district_id, school=school.pk, details=details)
