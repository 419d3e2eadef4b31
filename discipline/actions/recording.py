"""Logging what happened: an incident with its parts and the referrals that follow, in one step and only once."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from discipline import referral_states as states
from discipline.models import (
    Behavior,
    ContactWay,
    FamilyContact,
    Incident,
    Involvement,
    OtherPerson,
    Referral,
    ReferralStatus,
    TriedFirst,
)
from district import audit
from district.access import Permission
from district.models import Enrollment, School, SchoolYear, Staff, Student, User
from district.steps import StepNotAllowed, checked_note, checked_reason

LONGEST_DESCRIPTION = 20_000
AMENDABLE = ("occurred_time", "is_time_exact", "location", "description", "tried_first")
"""What may be mended of an incident afterwards; the day and the school are what it is filed under."""


@dataclass(frozen=True)
class Part:
    """One student's part: one role, and for a student who caused harm one or more behaviours.

    `enrollment`: one of the student that the caller has read already, with its school year; else it is looked up.
    """

    student: Student
    role: str = Involvement.Role.RESPONSIBLE
    behaviors: tuple[Behavior, ...] = ()
    law_enforcement: str = ""
    enrollment: Enrollment | None = None


@dataclass(frozen=True)
class OtherPart:
    """The part of somebody who is no student on the roster."""

    kind: str
    role: str
    words: str = ""
    staff: Staff | None = None


def log_referral(
    *,
    school: School,
    occurred_on: date,
    parts: Sequence[Part],
    others: Sequence[OtherPart] = (),
    occurred_time: time | None = None,
    is_time_exact: bool = True,
    location: str = "",
    description: str = "",
    tried_first: Collection[str] = (),
    family_contact: str = "",
    asks_restorative: bool = False,
    submission_key: uuid.UUID | None = None,
    by: User,
) -> tuple[Incident, bool]:
    """Log an incident and refer each student who caused harm; return the incident and whether it is new.

    Sent again with the same `submission_key` by the same person, it is the incident already on record. Every student
    must be enrolled at `school` on the day; every behaviour must be part of the code of conduct on that day. Raises
    ValidationError, field → messages.
    """
    if submission_key and (known := _logged(by, submission_key)):
        return known, False
    incident = Incident(
        school=school,
        occurred_on=occurred_on,
        occurred_time=occurred_time,
        is_time_exact=is_time_exact and occurred_time is not None,
        location=location,
        description=description.strip(),
        tried_first=_codes(tried_first),
        logged_by=by,
        described_by=by if description.strip() else None,
        submission_key=submission_key,
    )
    incident.identifier = _number(incident.uid)
    _check_moment(incident)
    incident.school_year = _check_parts(school, occurred_on, parts, needs_one=True)
    _check_texts(incident)
    if family_contact and family_contact not in ContactWay.values:
        raise ValidationError({"family_contact": _("Choose one of the ways given.")})
    try:
        with transaction.atomic():
            incident.save()
            referrals = _write_parts(incident, parts, by=by, asks_restorative=asks_restorative, is_new=True)
            _write_others(incident, others)
            if family_contact:
                FamilyContact.objects.bulk_create(
                    FamilyContact(
                        incident=incident, student_id=one.student_id, way=family_contact, at=timezone.now(), by=by
                    )
                    for one in referrals
                )
    except IntegrityError:
        # The same form, sent twice at once: the other one was a moment earlier.
        if submission_key and (known := _logged(by, submission_key)):
            return known, False
        raise
    return incident, True


def add_part(*, incident: Incident, part: Part, by: User) -> list[Involvement]:
    """Add a student's part to an incident; a student who caused harm is referred. Behaviours already named stay.

    Raises ValidationError, StepNotAllowed when the incident was merged into another.
    """
    with transaction.atomic():
        incident = _locked(incident)
        _check_parts(incident.school, incident.occurred_on, [part], needs_one=False)
        parts = incident.involvements.standing().filter(student=part.student, role=part.role)
        known = set(parts.values_list("behavior", flat=True))
        new = tuple(behavior for behavior in part.behaviors if behavior.pk not in known)
        if known and not new:
            raise ValidationError({"student": _("This part is on record already.")})
        _write_parts(incident, [replace(part, behaviors=new)], by=by)
        return list(parts.order_by("pk"))


def add_other_person(*, incident: Incident, part: OtherPart, by: User) -> OtherPerson:
    """Add somebody who is no student on the roster. Raises ValidationError, StepNotAllowed."""
    with transaction.atomic():
        incident = _locked(incident)
        _write_others(incident, [part])
        row = incident.other_people.latest("pk")
        _record(incident, audit.Action.UPDATE, by, details={"added": part.kind, "part": part.role})
        return row


def void_part(*, involvement: Involvement, reason: str, by: User) -> Involvement:
    """Void one part in an incident: it stays on record with the reason.

    The last standing part of a referred student stays: their referral must be voided instead. Raises ValidationError,
    StepNotAllowed when it is voided already.
    """
    reason = checked_reason(reason, missing=_("Say why it is voided."))
    with transaction.atomic():
        incident = _locked(involvement.incident)
        part = Involvement.objects.get(pk=involvement.pk)
        if part.voided_at is not None:
            raise StepNotAllowed(_("This part has been voided already."), ())
        others = incident.involvements.responsible().filter(student=part.student_id).exclude(pk=part.pk)
        referred = incident.referrals.countable().filter(student=part.student_id)
        if part.role == Involvement.Role.RESPONSIBLE and not others.exists() and referred.exists():
            raise StepNotAllowed(_("It is what the referral is over. Void the referral instead."), ())
        part.voided_at, part.void_reason = timezone.now(), reason
        part.save()
        _record(incident, audit.Action.VOID, by, student=part.student_id, details={"reason": reason, "part": part.role})
        return part


def log_family_contact(*, incident: Incident, student: Student, way: str, note: str = "", by: User) -> FamilyContact:
    """Write down that the family of a student heard from the school. Raises ValidationError."""
    if way not in ContactWay.values:
        raise ValidationError({"way": _("Choose one of the ways given.")})
    note = checked_note(note)
    with transaction.atomic():
        incident = _locked(incident)
        if not incident.involvements.standing().filter(student=student).exists():
            raise ValidationError({"student": _("This student has no part in the incident.")})
        row = FamilyContact.objects.create(
            incident=incident, student=student, way=way, at=timezone.now(), by=by, note=note
        )
        _record(incident, audit.Action.UPDATE, by, student=student.pk, details={"family_contact": way})
        return row


def amend_incident(*, incident: Incident, by: User, **values: Any) -> Incident:
    """Mend time, place or words of an incident; no event when nothing differs. The audit trail keeps no narrative.

    Those who decide at its school may always, its writer until the review begins (`may_amend`). Raises ValidationError
    for a field that may not change or a value that is not valid, StepNotAllowed also when it was merged.
    """
    if unknown := [name for name in values if name not in AMENDABLE]:
        raise ValidationError({name: _("This field cannot be changed.") for name in unknown})
    with transaction.atomic():
        incident = _locked(incident)
        if refusal := amend_refusal(incident, by):
            raise StepNotAllowed(refusal, ())
        if "tried_first" in values:
            values["tried_first"] = _codes(values["tried_first"])
        before = audit.values_of(incident, values)
        for name, value in values.items():
            setattr(incident, name, value)
        incident.is_time_exact = incident.is_time_exact and incident.occurred_time is not None
        _check_moment(incident)
        _check_texts(incident)
        changes = audit.differences(before, audit.values_of(incident, values))
        if not changes:
            return incident
        if "description" in changes:
            changes["description"] = ["…", "…"]
            incident.described_by = by if incident.description else None
        incident.save()
        _record(incident, audit.Action.UPDATE, by, changes=changes)
        return incident


def may_amend(incident: Incident, by: User) -> bool:
    """Say whether `by` wrote the incident and no review of it has begun, or it waits for their answer."""
    statuses = set(incident.referrals.countable().values_list("status", flat=True))
    return incident.logged_by_id == by.pk and incident.merged_into_id is None and statuses <= states.WITH_REPORTER


def amend_refusal(incident: Incident, by: User) -> str:
    """Return why `by` may not mend the incident now; empty when they may."""
    if incident.merged_into_id is not None:
        return _("This incident was merged into another. Go on there.")
    if may_amend(incident, by) or by.can(Permission.REFERRAL_DECIDE, incident.school):
        return ""
    return _("The review has begun. Tell the reviewer what should be mended.")


def _logged(by: User, key: uuid.UUID) -> Incident | None:
    return Incident.objects.filter(logged_by=by, submission_key=key).first()


def _number(uid: uuid.UUID) -> str:
    """A number that people can read out: 50 random bits in ten letters and digits."""
    text = base64.b32encode(uid.bytes[9:]).decode()[:10]
    return f"R-{text[:5]}-{text[5:]}"


def _codes(tried: Collection[str]) -> str:
    if unknown := [code for code in tried if code not in TriedFirst.values]:
        raise ValidationError({"tried_first": _("“%(value)s” is not in the list.") % {"value": str(unknown[0])[:50]}})
    return ",".join(code for code in TriedFirst.values if code in tried)


def _check_moment(incident: Incident) -> None:
    zone = ZoneInfo(incident.school.district.timezone)
    now = timezone.localtime(timezone=zone)
    if incident.occurred_on > now.date():
        raise ValidationError({"occurred_on": _("This day has not come yet.")})
    at = incident.occurred_time
    if at and datetime.combine(incident.occurred_on, at, zone) > now:
        raise ValidationError({"occurred_time": _("This time has not come yet.")})


def _check_texts(incident: Incident) -> None:
    if len(incident.description) > LONGEST_DESCRIPTION:
        limit = {"limit": LONGEST_DESCRIPTION}
        raise ValidationError({"description": _("At most %(limit)d characters.") % limit})
    if "\0" in incident.description:
        raise ValidationError({"description": _("The text holds a character that cannot be stored.")})
    # Related records come from the caller's own queries, so that no query is asked for them again.
    incident.clean_fields(exclude=["school", "school_year", "logged_by", "merged_into", "batch", "occurred_on"])


def _check_parts(school: School, day: date, parts: Sequence[Part], *, needs_one: bool) -> SchoolYear:
    """Check every part against roster and code of conduct of the day; return the school year. At most one query."""
    if not parts or (needs_one and all(part.role != Involvement.Role.RESPONSIBLE for part in parts)):
        raise ValidationError({"parts": _("Name at least one student who caused harm.")})
    if len({(part.student.pk, part.role) for part in parts}) < len(parts):
        raise ValidationError({"parts": _("A student is named twice with the same part.")})
    enrolled = [part.enrollment for part in parts if part.enrollment and part.enrollment.holds_at(school, day)]
    years = {enrollment.student_id: enrollment.school_year for enrollment in enrolled}
    if unread := {part.student.pk for part in parts} - years.keys():
        rows = Enrollment.objects.attending(school, day).filter(student__in=unread).select_related("school_year")
        years |= {enrollment.student_id: enrollment.school_year for enrollment in rows}
    for part in parts:
        if part.student.pk not in years:
            raise ValidationError({"parts": _("A student named is not enrolled at this school on this day.")})
        if part.role not in Involvement.Role.values:
            raise ValidationError({"parts": _("Choose one of the parts given.")})
        if part.role == Involvement.Role.RESPONSIBLE and not part.behaviors:
            raise ValidationError({"parts": _("Say which behavior it is about.")})
        if part.role != Involvement.Role.RESPONSIBLE and (part.behaviors or part.law_enforcement):
            raise ValidationError({"parts": _("Only a student who caused harm has a behavior.")})
        for behavior in part.behaviors:
            if behavior.district_id != school.district_id or not behavior.is_valid_on(day):
                raise ValidationError({"parts": _("A behavior is not in the code of conduct on this day.")})
    return next(iter(years.values()))


def _write_parts(
    incident: Incident, parts: Sequence[Part], *, by: User, asks_restorative: bool = False, is_new: bool = False
) -> list[Referral]:
    """Write the parts, and a submitted referral for each student who caused harm and has none. One event a student."""
    rows = [
        Involvement(
            incident=incident,
            student=part.student,
            role=part.role,
            behavior=behavior,
            law_enforcement=part.law_enforcement,
        )
        for part in parts
        for behavior in (part.behaviors or (None,))
    ]
    Involvement.objects.bulk_create(rows)
    responsible = {part.student.pk for part in parts if part.role == Involvement.Role.RESPONSIBLE}
    if not is_new:
        responsible -= set(incident.referrals.values_list("student", flat=True))
    referrals = Referral.objects.bulk_create(
        Referral(
            incident=incident,
            student_id=student,
            school=incident.school,
            school_year=incident.school_year,
            occurred_on=incident.occurred_on,
            reporter=by,
            status=states.SUBMITTED,
            asks_restorative=asks_restorative,
        )
        for student in responsible
    )
    now = timezone.now()
    ReferralStatus.objects.bulk_create(
        ReferralStatus(referral=referral, status=referral.status, at=now, by=by) for referral in referrals
    )
    for part in parts:
        details = {"part": str(part.role), "behaviors": [behavior.code for behavior in part.behaviors]}
        _record(incident, audit.Action.CREATE, by, student=part.student.pk, details=details)
    return referrals


def _write_others(incident: Incident, others: Sequence[OtherPart]) -> None:
    rows = [OtherPerson(incident=incident, **vars(other)) for other in others]
    for row in rows:
        if (row.kind == OtherPerson.Kind.STAFF) != (row.staff is not None) and not row.words:
            raise ValidationError({"others": _("Say who it is: choose a member of staff, or use a few words.")})
        if row.staff and row.staff.district_id != incident.school.district_id:
            raise ValidationError({"others": _("Choose a member of staff of this district.")})
        row.full_clean(exclude=["incident", "staff"])
    OtherPerson.objects.bulk_create(rows)


def _locked(incident: Incident) -> Incident:
    rows: models.QuerySet[Incident] = Incident.objects.select_for_update(of=("self",))
    stored = rows.select_related("school__district", "school_year").get(pk=incident.pk)
    if stored.merged_into_id is not None:
        raise StepNotAllowed(_("This incident was merged into another. Go on there."), ())
    return stored


def _record(
    incident: Incident,
    action: audit.Action,
    by: User,
    *,
    student: int | None = None,
    changes: dict[str, list[Any]] | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    audit.record(
        action,
        by=by,
        target=incident,
        district=incident.school.district_id,
        school=incident.school_id,
        student=student,
        changes=changes,
        details=details,
    )
