"""Logging what happened: an incident with its parts and the referrals that follow, in one step and only once."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from discipline import referral_states as states
from discipline.actions.incidents import check_moment, check_texts, codes_of, locked, number_of, record
from discipline.actions.thresholds import check_thresholds
from discipline.models import (
    Behavior,
    ContactWay,
    FamilyContact,
    Incident,
    Involvement,
    OtherPerson,
    Referral,
    ReferralStatus,
)
from district import audit
from district.models import Enrollment, School, SchoolYear, Staff, Student, User


@dataclass(frozen=True)
class Part:
    """One student's part: one role, and for a student who caused harm one or more behaviours.

    `enrollment`: one of the student that the caller has read already, with its school year; else it is looked up.
    `is_watched` False: the caller has seen in the same query that the district keeps no thresholds.
    """

    student: Student
    role: str = Involvement.Role.RESPONSIBLE
    behaviors: tuple[Behavior, ...] = ()
    law_enforcement: str = ""
    enrollment: Enrollment | None = None
    is_watched: bool = True


class Logged(NamedTuple):
    """What was logged: the incident, whether it is new; if so, the referrals made with it, and when."""

    incident: Incident
    is_new: bool
    referrals: Sequence[Referral] = ()
    at: datetime | None = None


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
) -> Logged:
    """Log an incident and refer each student who caused harm; return what was logged.

    Sent again with the same `submission_key` by the same person, it is the incident already on record. Every student
    must be enrolled at `school` on the day; every behaviour must be part of the code of conduct on that day. Raises
    ValidationError, field → messages.
    """
    incident = Incident(
        school=school,
        occurred_on=occurred_on,
        occurred_time=occurred_time,
        is_time_exact=is_time_exact and occurred_time is not None,
        location=location,
        description=description.strip(),
        tried_first=codes_of(tried_first),
        logged_by=by,
        described_by=by if description.strip() else None,
        submission_key=submission_key,
    )
    incident.identifier = number_of(incident.uid)
    try:
        check_moment(incident)
        incident.school_year = _check_parts(school, occurred_on, parts, needs_one=True)
        check_texts(incident)
        if family_contact and family_contact not in ContactWay.values:
            raise ValidationError({"family_contact": _("Choose one of the ways given.")})
        with transaction.atomic():
            incident.save(force_insert=True)
            now = timezone.now()
            referrals = _write_parts(incident, parts, at=now, by=by, asks_restorative=asks_restorative, is_new=True)
            _write_others(incident, others)
            if family_contact:
                FamilyContact.objects.bulk_create(
                    FamilyContact(incident=incident, student_id=one.student_id, way=family_contact, at=now, by=by)
                    for one in referrals
                )
    except (IntegrityError, ValidationError):
        # Only now is it asked whether it was sent before: the database refuses a key that it has, also one that came
        # at the same moment, and what was logged stays logged if the student has left the school since.
        if submission_key and (known := _logged(by, submission_key)):
            return Logged(known, is_new=False)
        raise
    return Logged(incident, True, referrals, now)


def add_part(*, incident: Incident, part: Part, by: User) -> list[Involvement]:
    """Add a student's part to an incident; a student who caused harm is referred. Behaviours already named stay.

    Raises ValidationError, StepNotAllowed when the incident was merged into another.
    """
    with transaction.atomic():
        incident = locked(incident)
        _check_parts(incident.school, incident.occurred_on, [part], needs_one=False)
        parts = incident.involvements.standing().filter(student=part.student, role=part.role)
        known = set(parts.values_list("behavior", flat=True))
        new = tuple(behavior for behavior in part.behaviors if behavior.pk not in known)
        if known and not new:
            raise ValidationError({"student": _("This part is on record already.")})
        _write_parts(incident, [replace(part, behaviors=new)], at=timezone.now(), by=by)
        return list(parts.order_by("pk"))


def add_other_person(*, incident: Incident, part: OtherPart, by: User) -> OtherPerson:
    """Add somebody who is no student on the roster. Raises ValidationError, StepNotAllowed."""
    with transaction.atomic():
        incident = locked(incident)
        _write_others(incident, [part])
        row = incident.other_people.latest("pk")
        record(incident, audit.Action.UPDATE, by, details={"added": part.kind, "part": part.role})
        return row


def _logged(by: User, key: uuid.UUID) -> Incident | None:
    return Incident.objects.filter(logged_by=by, submission_key=key).first()


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
    incident: Incident,
    parts: Sequence[Part],
    *,
    at: datetime,
    by: User,
    asks_restorative: bool = False,
    is_new: bool = False,
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
    ReferralStatus.objects.bulk_create(
        ReferralStatus(referral=referral, status=referral.status, at=at, by=by) for referral in referrals
    )
    for part in parts:
        details = {"part": str(part.role), "behaviors": [behavior.code for behavior in part.behaviors]}
        record(incident, audit.Action.CREATE, by, student=part.student.pk, details=details)
    if any(part.is_watched for part in parts):
        check_thresholds(incident, referrals, by=by)
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
