"""Verbs about student peers: what their school's coordinator records."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from district import audit
from district.models import Enrollment, School, Student, User
from district.steps import StepNotAllowed, checked_reason
from training.models import Course, PeerTraining

from .base import made, refuse_future, saved


@transaction.atomic
def record_peer(
    *, school: School, student: Student, course: Course, completed_on: date, hours: Decimal, by: User | None
) -> PeerTraining:
    """Record that a student of `school` completed a course as a peer.

    Raises ValidationError for a student who is not enrolled there on that day, a day to come, or a course of another
    district.
    """
    refuse_future(completed_on, school.district, "completed_on")
    if course.district_id != school.district_id:
        raise ValidationError({"course": _("Choose a course of the same district.")})
    if not enrolled_on(student, school, completed_on):
        raise ValidationError({"student": _("No student of this school on that day has this id.")})
    row = saved(
        PeerTraining(school=school, student=student, course=course, completed_on=completed_on, hours=hours, by=by)
    )
    audit.record(
        audit.Action.CREATE,
        by=by,
        target=row,
        district=school.district_id,
        school=school,
        student=student,
        changes=made(row, ("course", "completed_on", "hours")),
    )
    return row


def enrolled_on(student: Student, school: School, day: date) -> bool:
    """Say whether the student is enrolled at the school on `day`."""
    for enrollment in Enrollment.objects.filter(student=student, school=school).select_related("school_year"):
        first, last = enrollment.school_year.window
        if (enrollment.begins_on or first) <= day <= (enrollment.ends_on or last):
            return True
    return False


@transaction.atomic
def void_peer(*, peer: PeerTraining, reason: str, by: User | None) -> PeerTraining:
    """Void a record with a reason; it stays on file and counts nowhere.

    Raises ValidationError without a reason, StepNotAllowed when it is voided already.
    """
    reason = checked_reason(reason)
    stored = PeerTraining.objects.select_for_update(of=("self",)).select_related("school").get(pk=peer.pk)
    if stored.voided_at is not None:
        raise StepNotAllowed(_("This record has been voided already."), ())
    stored.voided_at, stored.void_reason = timezone.now(), reason
    saved(stored)
    audit.record(
        audit.Action.VOID,
        by=by,
        target=stored,
        district=stored.school.district_id,
        school=stored.school_id,
        student=stored.student_id,
        changes={"voided_at": [None, stored.voided_at.isoformat()]},
        details={"reason": reason},
    )
    return stored
