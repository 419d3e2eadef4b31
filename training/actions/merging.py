"""Making two records of one person one: what would move, and the move itself. Nothing is deleted."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from district import audit
from district.models import User
from district.steps import checked_reason
from training.models import (
    Absence,
    Attendance,
    CalendarFeed,
    Certification,
    CircleCredit,
    Evaluation,
    HoldRequest,
    Observation,
    Pathway,
    PersonMerge,
    Practitioner,
    Registration,
    RegistrationStatus,
    SessionTrainer,
)

from .base import refuse_self, saved

MOVING = (
    ("evaluations", Evaluation, "practitioner"),
    ("observations", Observation, "practitioner"),
    ("observations made", Observation, "observer"),
    ("circles", CircleCredit, "practitioner"),
    ("certifications", Certification, "practitioner"),
    ("trainer of record", Certification, "trainer"),
    ("absences", Absence, "practitioner"),
    ("requests", HoldRequest, "practitioner"),
)
"""What simply goes over: name, model, column. The rest needs care and is moved below."""

MERGED = "Two records of one person made one"
"""The reason that a merge writes down; kept in English, because it is part of the record."""


@dataclass
class MergePreview:
    """What a merge would do: records that move by kind, and what stands against it."""

    moving: dict[str, int] = field(default_factory=dict)
    both: list[str] = field(default_factory=list)
    obstacles: list[str] = field(default_factory=list)


def preview_merge(*, kept: Practitioner, gone: Practitioner) -> MergePreview:
    """Say what merging `gone` into `kept` would move, where both have something, and why it cannot be done."""
    preview = MergePreview(obstacles=_obstacles(kept, gone))
    for name, model, column in MOVING:
        if count := model._default_manager.filter(**{column: gone}).count():
            preview.moving[name] = count
    registrations = list(gone.registrations.select_related("session__course"))
    if registrations:
        preview.moving["registrations"] = len(registrations)
    if teams := gone.teams.count():
        preview.moving["trainer teams"] = teams
    if pathways := gone.pathways.count():
        preview.moving["ways to a credential"] = pathways
    sessions = set(kept.registrations.values_list("session", flat=True))
    preview.both = [str(one.session) for one in registrations if one.session_id in sessions]
    return preview


def _obstacles(kept: Practitioner, gone: Practitioner) -> list[str]:
    found = []
    if kept.pk == gone.pk:
        found.append(_("These are the same record."))
    if kept.district_id != gone.district_id:
        found.append(_("They belong to different districts."))
    if kept.merged_into_id or gone.merged_into_id:
        found.append(_("One of them has been merged already."))
    if hasattr(gone.person, "staff"):
        found.append(
            _("%(name)s comes with the roster. Keep that record and merge the other one into it.")
            % {"name": gone.person.name}
        )
    standing = set(kept.certifications.filter(status__in=Certification.STANDING).values_list("credential", flat=True))
    doubled = gone.certifications.filter(status__in=Certification.STANDING, credential__in=standing)
    found += [
        _("Both hold %(credential)s. Let one of them lapse first.") % {"credential": one.credential.name}
        for one in doubled.select_related("credential")
    ]
    return found


@transaction.atomic
def merge_people(*, kept: Practitioner, gone: Practitioner, reason: str, by: User | None) -> PersonMerge:
    """Merge `gone` into `kept`: its records move, it stays on file and leaves every list.

    Raises ValidationError without a reason or with what stands against it.
    """
    reason = checked_reason(reason)
    refuse_self(by, kept)
    refuse_self(by, gone)
    locked = {row.pk: row for row in Practitioner.objects.select_for_update().filter(pk__in=[kept.pk, gone.pk])}
    kept, gone = locked[kept.pk], locked[gone.pk]
    if obstacles := _obstacles(kept, gone):
        raise ValidationError(obstacles)
    preview = preview_merge(kept=kept, gone=gone)
    _move_registrations(kept, gone, by)
    _move_teams(kept, gone)
    _move_pathways(kept, gone)
    # The same circle credited to both counts once for the one person they are.
    CircleCredit.objects.filter(practitioner=gone, source__in=_sources(kept)).update(
        source="", voided_at=timezone.now(), void_reason=MERGED
    )
    for _name, model, column in MOVING:
        model._default_manager.filter(**{column: gone}).update(**{column: kept})
    CalendarFeed.objects.filter(practitioner=gone, revoked_at=None).update(revoked_at=timezone.now())
    former = {
        "name": gone.person.name,
        "email": gone.person.email,
        "capacity": gone.capacity,
        "schools": sorted(gone.schools.values_list("code", flat=True)),
    }
    kept.schools.add(*gone.schools.all())
    for language in gone.languages.exclude(language__in=kept.languages.values("language")):
        kept.languages.create(language=language.language)
    gone.merged_into = kept
    gone.save()
    merge = saved(PersonMerge(kept=kept, gone=gone, moved=preview.moving, former=former, reason=reason, by=by))
    audit.record(
        audit.Action.UPDATE,
        by=by,
        target=kept,
        district=kept.district_id,
        changes={"merged": [None, str(gone.uid)]},
        details={"reason": reason, "moved": preview.moving},
    )
    return merge


def _sources(kept: Practitioner) -> list[str]:
    return list(kept.circle_credits.exclude(source="").values_list("source", flat=True))


def _move_registrations(kept: Practitioner, gone: Practitioner, by: User | None) -> None:
    """Registrations go over; where both have one, the hours do, and the second registration is closed."""
    own = {one.session_id: one for one in kept.registrations.all()}
    for registration in gone.registrations.prefetch_related("attendance"):
        first = own.get(registration.session_id)
        if first is None:
            Registration.objects.filter(pk=registration.pk).update(practitioner=kept)
            continue
        days = set(first.attendance.values_list("session_day", flat=True))
        moving = registration.attendance.exclude(session_day__in=days)
        Attendance.objects.filter(pk__in=list(moving.values_list("pk", flat=True))).update(registration=first)
        if registration.status != Registration.Status.CANCELLED:
            registration.status = Registration.Status.CANCELLED
            registration.save()
            status = {"status": registration.status, "at": timezone.now(), "by": by, "note": MERGED}
            saved(RegistrationStatus(registration=registration, **status))


def _move_teams(kept: Practitioner, gone: Practitioner) -> None:
    sessions = kept.teams.values_list("session", flat=True)
    SessionTrainer.objects.filter(practitioner=gone).exclude(session__in=list(sessions)).update(practitioner=kept)


def _move_pathways(kept: Practitioner, gone: Practitioner) -> None:
    underway = list(kept.pathways.underway().values_list("credential", flat=True))
    doubled = Pathway.objects.underway().filter(practitioner=gone, credential__in=underway)
    doubled.update(closed_on=kept.district.today(), close_reason=MERGED)
    Pathway.objects.filter(practitioner=gone).update(practitioner=kept)
