"""Informal removals: recorded by staff, or alleged by a family until staff confirm them or say why not."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from discipline.actions.families import check_names, due_after
from discipline.actions.incidents import check_moment, number_of
from discipline.counting import TermsFault, terms_of
from discipline.models import FamilyLink, Incident, Removal, RemovalKind, SentHome, SentHomeStatus
from district import audit
from district.models import Enrollment, School, SchoolYear, Student, User
from district.models.places import calendar_of
from district.steps import StepNotAllowed, checked_note, checked_reason

LOOK_INTO_WITHIN = 5
"""School days in which staff look into what a family says. No law sets them."""
OPEN_REPORTS = 10
PLACE_UNKNOWN = "09997"

CONFIRM, REFUSE = "confirm", "refuse"
STATES = SentHome.State
SENT_HOME_STEPS: dict[str, dict[str, str]] = {
    STATES.ALLEGED: {CONFIRM: STATES.CONFIRMED, REFUSE: STATES.NOT_CONFIRMED},
    STATES.NOT_CONFIRMED: {CONFIRM: STATES.CONFIRMED},
    STATES.CONFIRMED: {},
}
"""State of a report → step → the state it leads to. A confirmed one is a removal; that can be voided, with a reason."""


def record_sent_home(
    *,
    student: Student,
    school: School,
    begins_on: date,
    days: Decimal,
    left_at: time | None = None,
    told_by: str = "",
    words: str = "",
    by: User,
) -> SentHome:
    """Record that staff sent a student home: confirmed at once, with its removal. Raises ValidationError."""
    with transaction.atomic():
        report = _report(student, school, begins_on, days, left_at, told_by, words)
        report.source, report.by, report.state = SentHome.Source.STAFF, by, STATES.CONFIRMED
        report.removal = _removal(report, by)
        _save(report)
        _date(report, by, "")
        _record(audit.Action.CREATE, report, by, {"state": [None, report.state]})
        return report


def allege_sent_home(
    *,
    link: FamilyLink,
    begins_on: date,
    days: Decimal,
    left_at: time | None = None,
    told_by: str = "",
    words: str = "",
) -> SentHome:
    """Keep that a family says its child was sent home: alleged, a task for the school. Told twice, it is the same one.

    Raises ValidationError for a day on which the child attended no school of the district.
    """
    with transaction.atomic():
        FamilyLink.objects.select_for_update(of=("self",)).get(pk=link.pk)
        known = SentHome.objects.filter(student=link.student, begins_on=begins_on)
        if same := known.filter(source=SentHome.Source.FAMILY).exclude(state=STATES.NOT_CONFIRMED).first():
            return same
        waiting = SentHome.objects.alleged().filter(student=link.student, source=SentHome.Source.FAMILY)
        if waiting.count() >= OPEN_REPORTS:
            raise ValidationError(
                {"too_many": _("Several of your reports wait for an answer. Please call the school.")}
            )
        rows = Enrollment.objects.filter(student=link.student, school__district=link.student.district_id)
        attended = rows.on(begins_on).select_related("school__district").order_by("pk")
        here = next((row for row in attended if row.school_id == link.school_id), attended.first())
        if here is None:
            raise ValidationError({"begins_on": _("On this day your child attended no school of this district.")})
        report = _report(link.student, here.school, begins_on, days, left_at, told_by, words)
        report.source, report.link = SentHome.Source.FAMILY, link
        report.due_on = due_after(here.school, LOOK_INTO_WITHIN)
        _save(report)
        _date(report, None, "")
        _record(audit.Action.CREATE, report, None, {"state": [None, report.state]})
        return report


def tell_sent_home(*, student: Student, school: School, begins_on: date, days: Decimal, by: User) -> SentHome:
    """Keep what a family told somebody else, who passed it on: alleged like what it says itself, to be looked into.

    `by` found the child in the records. Told twice of a day, it is the same one. Raises ValidationError.
    """
    with transaction.atomic():
        Student.objects.select_for_update(of=("self",)).get(pk=student.pk)
        known = SentHome.objects.filter(student=student, school=school, begins_on=begins_on)
        if same := known.exclude(state=STATES.NOT_CONFIRMED).first():
            return same
        report = _report(student, school, begins_on, days, None, "", "")
        report.source, report.due_on = SentHome.Source.FAMILY, due_after(school, LOOK_INTO_WITHIN)
        _save(report)
        _date(report, by, "")
        _record(audit.Action.CREATE, report, by, {"state": [None, report.state]})
        return report


def confirm_sent_home(
    *, report: SentHome, note: str = "", begins_on: date | None = None, days: Decimal | None = None, by: User
) -> SentHome:
    """Confirm what a family said, with other days where they were others: it becomes a removal that counts.

    An informal removal of the same student and day that is on record already is taken instead of a second one. Raises
    ValidationError, StepNotAllowed.
    """
    note = checked_note(note)
    with transaction.atomic():
        stored = _locked(report, CONFIRM)
        told = {"begins_on": stored.begins_on.isoformat(), "days": str(stored.days)}
        stored.begins_on, stored.days = begins_on or stored.begins_on, days or stored.days
        before, stored.state = stored.state, STATES.CONFIRMED
        stored.removal = _removal(stored, by)
        _save(stored)
        _date(stored, by, note)
        _record(audit.Action.UPDATE, stored, by, {"state": [before, stored.state]}, note=note, told=told)
        return stored


def refuse_sent_home(*, report: SentHome, reason: str, by: User) -> SentHome:
    """Say why what a family said is not confirmed. It stays on record, and the family reads why.

    Raises ValidationError without words and for words that name another child, StepNotAllowed.
    """
    reason = checked_reason(reason, missing=_("Say why it is not confirmed."))
    with transaction.atomic():
        stored = _locked(report, REFUSE)
        guardian = stored.link.guardian.person.name if stored.link else ""
        check_names(reason, stored.student, [guardian], field="reason", by=by)
        before, stored.state = stored.state, STATES.NOT_CONFIRMED
        stored.save()
        _date(stored, by, reason)
        _record(audit.Action.UPDATE, stored, by, {"state": [before, stored.state]}, reason=reason)
        return stored


def _report(
    student: Student, school: School, begins_on: date, days: Decimal, left_at: time | None, told_by: str, words: str
) -> SentHome:
    today = school.district.today()
    if begins_on > today:
        raise ValidationError({"begins_on": _("This day has not come yet.")})
    if not Enrollment.objects.attending(school, begins_on).filter(student=student).exists():
        raise ValidationError({"begins_on": _("On this day the student did not attend this school.")})
    year = SchoolYear.objects.filter(
        district=school.district_id, starts_on__lte=begins_on, ends_on__gte=begins_on
    ).first()
    if year is None:
        raise ValidationError({"begins_on": _("This day is in no school year on record.")})
    if not calendar_of(school.district, school).is_school_day(begins_on):
        raise ValidationError({"begins_on": _("There is no school on this day in the calendar.")})
    return SentHome(
        student=student,
        school=school,
        school_year=year,
        begins_on=begins_on,
        days=days,
        left_at=left_at,
        told_by=" ".join(told_by.split())[:200],
        words=words.strip(),
        told_on=today,
    )


def _removal(report: SentHome, by: User) -> Removal:
    """The removal that a confirmed report is: one that is on record already, else one over an incident of its own.

    Nobody asks the rules: it has taken place, and they are asked about what is decided. The clock counts it.
    """
    known = Removal.objects.standing().filter(
        student=report.student, school=report.school, kind=RemovalKind.INFORMAL, begins_on=report.begins_on
    )
    if found := known.first():
        return found
    try:
        terms = terms_of(calendar_of(report.school.district, report.school), report.begins_on, days=report.days)
    except TermsFault as fault:
        raise ValidationError({"begins_on": _("The calendar does not hold so many school days.")}) from fault
    incident = Incident(
        school=report.school,
        school_year=report.school_year,
        occurred_on=report.begins_on,
        occurred_time=report.left_at,
        is_time_exact=report.left_at is not None,
        location=PLACE_UNKNOWN,
        logged_by=by,
    )
    incident.identifier = number_of(incident.uid)
    check_moment(incident)
    incident.full_clean(exclude=["school", "school_year", "logged_by"])
    incident.save()
    removal = Removal(
        incident=incident,
        student=report.student,
        school=report.school,
        school_year=report.school_year,
        kind=RemovalKind.INFORMAL,
        begins_on=terms.begins_on,
        ends_on=terms.ends_on,
        days=terms.days,
        ordered_by=by,
    )
    removal.full_clean(exclude=["incident", "student", "school", "school_year", "services_provided"])
    removal.save()
    audit.record(
        audit.Action.CREATE,
        by=by,
        target=removal,
        district=report.school.district_id,
        school=report.school_id,
        student=report.student_id,
        changes={"kind": [None, removal.kind], "begins_on": [None, removal.begins_on.isoformat()]},
        details={"sent_home": str(report.uid)},
    )
    return removal


def _save(report: SentHome) -> None:
    report.full_clean(exclude=["student", "school", "school_year", "removal", "link", "by"])
    report.save()


def _date(report: SentHome, by: User | None, note: str) -> None:
    SentHomeStatus.objects.create(report=report, state=report.state, at=timezone.now(), by=by, note=note)


def _locked(report: SentHome, step: str) -> SentHome:
    rows = SentHome.objects.select_for_update(of=("self",))
    stored = rows.select_related("school__district", "student__person", "school_year").get(pk=report.pk)
    allowed = SENT_HOME_STEPS[stored.state]
    if step not in allowed:
        message = _("The report is “%(state)s”, which does not allow this.") % {"state": stored.get_state_display()}
        raise StepNotAllowed(message, list(allowed))
    return stored


def _record(
    action: audit.Action, report: SentHome, by: User | None, changes: dict[str, list[Any]], **details: Any
) -> None:
    audit.record(
        action,
        by=by,
        target=report,
        district=report.school.district_id,
        school=report.school_id,
        student=report.student_id,
        changes=changes,
        details={name: value for name, value in details.items() if value},
    )
