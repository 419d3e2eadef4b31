"""Verbs about the people of a case: who takes part, their meeting to prepare, what each of them answered."""

from __future__ import annotations

import uuid
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from circles import case_states as states
from circles.consent_rule import GIVEN, WITHDRAWN
from circles.models import Circle, CircleConsent, CircleParticipant
from commitments.actions.recording import refuse_future
from discipline.models import Involvement
from district import audit
from district.access import Permission
from district.models import Enrollment, Student, User
from district.steps import StepNotAllowed

from .readiness import lacks_of
from .trail import keep, locked_case, mend, move, record, refuse_closed, refuse_held, take_out

Participant = CircleParticipant


@transaction.atomic
def add_participant(
    *,
    circle: Circle,
    role: str,
    student: str | Student = "",
    name: str = "",
    supporter_of: Participant | None = None,
    by: User | None,
) -> Participant:
    """Name somebody in a case: a student of the school, by local id or id, or anybody else by name.

    Nobody is asked anything by that. Who keeps the circle and does not arrange circles at the school names only
    students of the referral's incident: to them any other id is as absent as one that never was. Raises
    ValidationError, StepNotAllowed once the circle was held.
    """
    circle = locked_case(circle)
    refuse_held(circle)
    found = student if isinstance(student, Student) else _student(circle, student.strip(), by)
    if (found is None) == (not name.strip()):
        raise ValidationError({"name": _("Give the id of a student, or else the name of somebody who is none.")})
    if found and circle.participants.standing().filter(student=found).exists():
        raise ValidationError({"student": _("This student is named in the case already.")})
    if supporter_of is not None and (role != Participant.Role.SUPPORTER or supporter_of.circle_id != circle.pk):
        raise ValidationError({"supporter_of": _("A supporter stands by somebody of the same case.")})
    row = Participant(circle=circle, student=found, name=name.strip(), role=role, supporter_of=supporter_of)
    return keep(row, circle, by=by, student=found.pk if found else None)


@transaction.atomic
def remove_participant(*, participant: Participant, reason: str, by: User | None) -> Participant:
    """Take somebody out of a case who was named by mistake; what they answered stays on record.

    Raises ValidationError without a reason, StepNotAllowed once the circle was held.
    """
    row, circle = _locked(participant)
    refuse_held(circle)
    take_out(row, circle, reason=reason, by=by, student=row.student_id)
    _settle(circle, by)
    return row


@transaction.atomic
def prepare_participant(*, participant: Participant, on: date, by: User | None) -> Participant:
    """Record the meeting in which somebody was prepared. Raises ValidationError, StepNotAllowed."""
    row, circle = _locked(participant)
    refuse_held(circle)
    refuse_future(on, circle.school.district.today(), "on")
    mend(row, {"prepared_on": on}, circle, by=by, student=row.student_id)
    return row


def record_consent(
    *, participant: Participant, answer: str, on: date, way: str, witness: str = "", by: User | None
) -> Participant:
    """Record what somebody answered when asked. Anybody may say no, or take a yes back, until it is held.

    A scheduled circle that may not be held so any more goes back to preparation. Raises ValidationError and
    StepNotAllowed.
    """
    return _answered(participant, CircleConsent.Kind.OWN, answer, on, way, witness, by)


def record_permission(
    *, participant: Participant, answer: str, on: date, way: str, witness: str = "", by: User | None
) -> Participant:
    """Record what the guardian of a student answered. Raises ValidationError, StepNotAllowed."""
    if participant.student_id is None:
        raise ValidationError({"answer": _("A guardian is asked about a student.")})
    return _answered(participant, CircleConsent.Kind.GUARDIAN, answer, on, way, witness, by)


@transaction.atomic
def _answered(
    participant: Participant, kind: str, answer: str, on: date, way: str, witness: str, by: User | None
) -> Participant:
    row, circle = _locked(participant)
    refuse_held(circle)
    refuse_future(on, circle.school.district.today(), "on")
    before = row.latest(kind)
    if answer == WITHDRAWN and before != GIVEN:
        raise ValidationError({"answer": _("There is no yes that could be taken back.")})
    consent = CircleConsent(
        participant=row, kind=kind, answer=answer, on=on, at=timezone.now(), way=way, witness=witness.strip(), by=by
    )
    consent.full_clean()
    consent.save()
    # The trail says that somebody was asked, and not what they answered: that is the case team's alone.
    record(circle, audit.Action.CREATE, by=by, target=consent, student=row.student_id, kind=kind)
    _settle(circle, by)
    return row


def _settle(circle: Circle, by: User | None) -> None:
    """Take a scheduled circle back to preparation when it may not be held so any more."""
    if circle.status == states.SCHEDULED and lacks_of(circle):
        circle.scheduled_on = circle.begins = None
        move(circle, states.UNSETTLE, by=by)


def _locked(participant: Participant) -> tuple[Participant, Circle]:
    circle = locked_case(participant.circle)
    row = Participant.objects.select_related("student__person").prefetch_related("consents").get(pk=participant.pk)
    refuse_closed(circle)
    if row.voided_at is not None:
        raise StepNotAllowed(_("This person was taken out of the case."), [])
    return row, circle


def nameable(circle: Circle, by: User | None) -> models.QuerySet[Student]:
    """The students whom `by` may name in a case: those of the school and year, for who arranges circles there; those of
    the referral's incident, for who keeps it.
    """
    enrolled = Enrollment.objects.filter(school=circle.school_id, school_year=circle.school_year_id)
    rows = Student.objects.standing().filter(pk__in=enrolled.values("student")).select_related("person")
    if by is None or by.can(Permission.CIRCLE_ARRANGE, circle.school):
        return rows
    incident = circle.referral.incident_id if circle.referral else None
    involved = Involvement.objects.standing().filter(incident=incident)
    return rows.filter(pk__in=involved.order_by().values("student"))


def _student(circle: Circle, text: str, by: User | None) -> Student | None:
    """The student that `text` names, by local id or public id, among those whom `by` may name."""
    if not text:
        return None
    rows = nameable(circle, by)
    try:
        found = rows.filter(uid=uuid.UUID(text)).first()
    except ValueError:
        found = rows.filter(local_id=text).first()
    if found is None:
        raise ValidationError({"student": _("No student of this school and year has this id.")})
    return found
