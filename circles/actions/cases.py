"""Verbs of a case, from the question whether it suits to its end. Every change of state is a dated row."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, time
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from circles import case_states as states
from circles.models import Circle, CircleParticipant, Screening, terms_of
from commitments.actions.recording import refuse_future
from discipline.actions.circling import record_circle, return_from_circle, withdraw_circle
from discipline.models import Involvement, Referral, Removal, Response
from district import audit
from district.calendar import school_year_of
from district.models import School, SchoolYear, User
from district.steps import StepNotAllowed, checked_reason
from training.actions.progress import credit_circle, withdraw_circle_credit
from training.models import CircleCredit, Practice

from .agreements import check_agreed, check_settled
from .participants import add_participant
from .readiness import check_keepers, keepers_of, lacks_of, participants_of
from .trail import date_state, keep, locked_case, mend, move, record, refuse_closed, refuse_held, take_out

RESPONSE_OF = {
    "mediation": Response.MEDIATION,
    "formal-conference": Response.RESTORATIVE_CONFERENCE,
    "impromptu-conference": Response.RESTORATIVE_CONFERENCE,
    "family-group-conference": Response.RESTORATIVE_CONFERENCE,
}
"""What a referral calls each practice; every other one is a restorative circle."""


@transaction.atomic
def open_case(
    *,
    practice: Practice,
    school: School | None = None,
    origin: str = "",
    referral: Referral | None = None,
    removal: Removal | None = None,
    by: User | None,
) -> Circle:
    """Open a case: from a referral, from a removal for coming back, or because somebody asked for it.

    From a referral, the student referred and the students harmed in its incident are named in it. Raises
    ValidationError, also when the referral has an open case of that practice already.
    """
    source = referral or removal
    place = source.school if source else school
    if place is None:
        raise ValidationError({"school": _("Choose the school.")})
    if referral and removal:
        raise ValidationError({"removal": _("A case comes from a referral or from a removal.")})
    if not source and origin not in (Circle.Origin.STUDENT, Circle.Origin.FAMILY, Circle.Origin.STAFF):
        raise ValidationError({"origin": _("Say who asked for it.")})
    if practice.district_id != place.district_id:
        raise ValidationError({"practice": _("Choose a practice of the school’s own district.")})
    if not terms_of(practice).records_names:
        raise ValidationError({"practice": _("This practice records no names. Log it as a class circle.")})
    if referral and Circle.objects.open().filter(referral=referral, practice=practice).exists():
        raise ValidationError({"referral": _("There is an open case over this referral already.")})
    today = place.district.today()
    year = SchoolYear.objects.filter(district=place.district_id, year=school_year_of(today)).first()
    year = year or (source.school_year if source else None)
    if year is None:
        raise ValidationError({"school": _("The district has no school year on record for today.")})
    circle = Circle(
        school=place,
        school_year=year,
        practice=practice,
        origin=Circle.Origin.REFERRAL if referral else Circle.Origin.REMOVAL if removal else origin,
        referral=referral,
        removal=removal,
        status=states.REFERRED,
        opened_on=today,
    )
    keep(circle, circle, by=by, student=source.student_id if source else None)
    date_state(circle, by=by)
    if referral:
        add_participant(circle=circle, role=CircleParticipant.Role.RESPONSIBLE, student=referral.student, by=by)
        harmed = Involvement.objects.standing().filter(incident=referral.incident_id, role=Involvement.Role.HARMED)
        for part in harmed.exclude(student=referral.student_id).select_related("student").order_by("pk"):
            if not circle.participants.filter(student=part.student_id).exists():
                add_participant(circle=circle, role=CircleParticipant.Role.HARMED, student=part.student, by=by)
    elif removal:
        add_participant(circle=circle, role=CircleParticipant.Role.FOCUS, student=removal.student, by=by)
    return circle


@transaction.atomic
def take_case(*, circle: Circle, by: User) -> Circle:
    """Take a case up, to look whether a circle suits. Raises StepNotAllowed."""
    circle = locked_case(circle, states.TAKE)
    circle.owner = by
    return move(circle, states.TAKE, by=by)


@transaction.atomic
def take_over(*, circle: Circle, reason: str, by: User) -> Circle:
    """Answer for a case from now on, instead of whoever did; the reason stays in the trail.

    Raises ValidationError without a reason, StepNotAllowed for a closed case.
    """
    reason = checked_reason(reason)
    circle = locked_case(circle)
    refuse_closed(circle)
    if circle.owner_id == by.pk:
        raise StepNotAllowed(_("You answer for this case already."), [])
    mend(circle, {"owner": by}, circle, by=by, reason=reason)
    return circle


@transaction.atomic
def screen_case(*, circle: Circle, exclusions: Collection[str] = (), by: User | None) -> Circle:
    """Say what speaks against bringing people together, for their safety. Nothing: the preparation begins.

    Anything: the case closes as not suitable. Raises ValidationError for an unknown code, StepNotAllowed.
    """
    circle = locked_case(circle, states.CLEAR)
    codes = [code for code in Screening.Exclusion.values if code in exclusions]
    if set(exclusions) - set(codes):
        raise ValidationError({"exclusions": _("Choose among the reasons given.")})
    row = Screening(circle=circle, on=circle.school.district.today(), exclusions=",".join(codes), by=by)
    row.full_clean()
    row.save()
    # What was found is the case team's alone; the trail says that somebody looked.
    record(circle, audit.Action.CREATE, by=by, target=row)
    return _closed(circle, states.NOT_SUITABLE, by) if codes else move(circle, states.CLEAR, by=by)


@transaction.atomic
def change_practice(*, circle: Circle, practice: Practice, by: User | None) -> Circle:
    """Choose another practice, such as one in which both sides do not meet. Raises ValidationError, StepNotAllowed."""
    circle = locked_case(circle)
    refuse_held(circle)
    if practice.district_id != circle.school.district_id or not terms_of(practice).records_names:
        raise ValidationError({"practice": _("Choose a practice of the district that is recorded as a case.")})
    mend(circle, {"practice": practice}, circle, by=by)
    if circle.status == states.SCHEDULED:
        circle.scheduled_on = circle.begins = None
        move(circle, states.UNSETTLE, by=by)
    return circle


@transaction.atomic
def schedule_case(
    *, circle: Circle, scheduled_on: date, begins: time | None = None, place: str = "", by: User | None
) -> Circle:
    """Set the day of a circle, or another one. Nobody is brought to it who has not said yes.

    Raises ValidationError that says what is missing: of consent, preparation and permission (field `circle`), of who
    keeps it on that day (field `keepers`); for a day that is over; StepNotAllowed.
    """
    circle = locked_case(circle, states.SCHEDULE)
    if scheduled_on < circle.school.district.today():
        raise ValidationError({"scheduled_on": _("This day is over. Once it was held, record that.")})
    if missing := lacks_of(circle):
        raise ValidationError({"circle": missing})
    certificates = check_keepers(circle, scheduled_on)
    _keep_certificates(circle, certificates)
    circle.scheduled_on, circle.begins, circle.place = scheduled_on, begins, place.strip()
    return move(circle, states.SCHEDULE, by=by)


@transaction.atomic
def hold_case(
    *, circle: Circle, held_on: date, minutes: int, present: Sequence[CircleParticipant], by: User | None
) -> Circle:
    """Record that a circle was held: when, how long, who came. Whoever kept it gets it credited in training.

    Raises ValidationError when nobody came, for somebody who came without having said yes, for a day to come or a
    keeper who was not certified on it; StepNotAllowed.
    """
    circle = locked_case(circle, states.HOLD)
    refuse_future(held_on, circle.school.district.today(), "held_on")
    came = {one.pk for one in present}
    people = participants_of(circle)
    if not came & {one.pk for one in people}:
        raise ValidationError({"present": _("Say who came. If nobody did, record that it was not held.")})
    against = [str(one) for one in people if one.pk in came and one.party.stays_away]
    if against:
        text = _("Did not wish to take part, so cannot have been brought to it: %(names)s.")
        raise ValidationError({"present": text % {"names": ", ".join(against)}})
    if missing := lacks_of(circle):
        raise ValidationError({"circle": missing})
    _check_both_sides(circle, {one.role for one in people if one.pk in came})
    _keep_certificates(circle, check_keepers(circle, held_on))
    before = _times_before(circle, [one.student_id for one in people if one.student_id])
    for one in people:
        one.attended = one.pk in came
        one.minutes = minutes if one.attended else None
        if one.attended and one.student_id:
            one.times = before.get(one.student_id, 0) + 1
        one.save(update_fields=["attended", "minutes", "times", "updated_at"])
    circle.held_on, circle.minutes = held_on, minutes
    move(circle, states.HOLD, by=by, on=held_on)
    for keeper in keepers_of(circle):
        credit_circle(
            practitioner=keeper.practitioner,
            practice=circle.practice,
            day=held_on,
            part=keeper.part,
            source=_source(circle),
            by=by,
        )
    return circle


@transaction.atomic
def miss_case(*, circle: Circle, reason: str, by: User | None) -> Circle:
    """Record that a scheduled circle was not held, and why. It may be scheduled again. Raises StepNotAllowed."""
    circle = locked_case(circle, states.MISS)
    if reason not in Circle.NotHeld.values:
        raise ValidationError({"reason": _("Choose one of the reasons.")})
    circle.scheduled_on = circle.begins = None
    return move(circle, states.MISS, by=by, reason=reason)


@transaction.atomic
def part_case(*, circle: Circle, by: User | None) -> Circle:
    """Record that people parted without an agreement. Raises StepNotAllowed."""
    return move(locked_case(circle, states.PART), states.PART, by=by)


@transaction.atomic
def follow_case(*, circle: Circle, by: User | None) -> Circle:
    """Begin the follow-up. Raises ValidationError while an agreement has no terms or lacks a party's yes;
    StepNotAllowed.
    """
    circle = locked_case(circle, states.FOLLOW)
    check_agreed(circle)
    return move(circle, states.FOLLOW, by=by)


@transaction.atomic
def close_case(*, circle: Circle, reason: str, by: User | None) -> Circle:
    """Close a case with a reason that its state allows. A completed one resolves the referral it came from; one whose
    terms were not met hands it back to those who decide.

    Raises ValidationError for another reason, or one that what came of the terms does not bear out; StepNotAllowed.
    """
    circle = locked_case(circle, states.CLOSE)
    if reason not in states.reasons_in(circle.status):
        raise ValidationError({"reason": _("A case that stands so does not close for this reason.")})
    check_settled(circle, reason)
    return _closed(circle, reason, by)


@transaction.atomic
def void_case(*, circle: Circle, reason: str, by: User | None) -> Circle:
    """Void a case opened by mistake; it stays on record and counts nowhere. Raises ValidationError, StepNotAllowed."""
    stored = Circle.objects.select_for_update(of=("self",)).select_related("school", "referral").get(pk=circle.pk)
    take_out(stored, stored, reason=reason, by=by)
    for credit in CircleCredit.objects.filter(source=_source(stored), voided_at=None):
        # Those who train read this; why the case was voided is its team's.
        withdraw_circle_credit(credit=credit, reason=_("The record of the circle was voided."), by=by)
    if stored.referral:
        withdraw_circle(referral=stored.referral, source=_source(stored), by=by)
    return stored


def _closed(circle: Circle, reason: str, by: User | None) -> Circle:
    circle.close_reason, circle.closed_on = reason, circle.school.district.today()
    move(circle, states.CLOSE, by=by, reason=reason)
    if circle.referral and circle.held_on:
        response = RESPONSE_OF.get(circle.practice.code, Response.RESTORATIVE_CIRCLE)
        told: dict[str, Any] = {"response": response, "source": _source(circle), "by": by}
        if reason == states.COMPLETED:
            record_circle(referral=circle.referral, on=circle.held_on, **told)
        elif reason == states.TERMS_NOT_MET:
            return_from_circle(referral=circle.referral, on=circle.closed_on, **told)
    return circle


def _check_both_sides(circle: Circle, roles: set[str]) -> None:
    """Raise ValidationError where a practice brings both sides together and one of them did not come."""
    sides = {CircleParticipant.Role.RESPONSIBLE.value, CircleParticipant.Role.HARMED.value}
    if terms_of(circle.practice).is_face_to_face and not sides <= roles:
        text = _("Both sides meet in this practice, and one did not come. Record that it was not held.")
        raise ValidationError({"present": text})


def _keep_certificates(circle: Circle, certificates: dict[int, str]) -> None:
    for keeper in keepers_of(circle):
        if keeper.certificate != certificates[keeper.pk]:
            keeper.certificate = certificates[keeper.pk]
            keeper.save(update_fields=["certificate", "updated_at"])


def _times_before(circle: Circle, students: Sequence[int]) -> dict[int, int]:
    """How often each student came to a circle before, wherever it was held."""
    rows = CircleParticipant.objects.standing().filter(student__in=students, attended=True, circle__voided_at=None)
    rows = rows.exclude(circle=circle.pk).order_by()
    return dict(rows.values_list("student").annotate(Count("pk")))


def _source(circle: Circle) -> str:
    return f"circle {circle.uid}"
