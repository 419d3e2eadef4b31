"""Verbs about circles with a class or group: log, repeat, mend, void. Logged once, however often it is sent."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from circles.models import ClassCircle, terms_of
from commitments.actions.recording import add, change, locked, refuse_future, void
from discipline.naming import may_name, names_in
from district import picker
from district.access import Permission
from district.calendar import school_year_of
from district.models import School, SchoolYear, User
from district.steps import StepNotAllowed
from training.actions.progress import credit_circle, withdraw_circle_credit
from training.models import CircleCredit, Practice, Practitioner

NAMES_SHOWN = 5


def log_class_circle(
    *,
    school: School,
    practice: Practice,
    group: str,
    held_on: date,
    minutes: int,
    headcount: int,
    keeper: str = "",
    topic: str = "",
    names_checked: bool = False,
    submission_key: uuid.UUID | None = None,
    by: User,
) -> ClassCircle:
    """Log a circle that was held with a class or group; return it.

    Sent again with the same `submission_key` by the same person, it is the one already on record. No `keeper`: whoever
    logs it kept it, and it counts for their training if they are in training. Raises ValidationError, field → messages;
    also when a text seems to name a student, unless `names_checked` says that somebody has looked.
    """
    if submission_key and (known := _logged(by, submission_key)):
        return known
    circle = ClassCircle(
        school=school,
        practice=practice,
        group=group.strip(),
        topic=topic.strip(),
        held_on=held_on,
        minutes=minutes,
        headcount=headcount,
        keeper=keeper.strip() or str(by),
        practitioner=None if keeper.strip() else _practitioner(by, school),
        logged_by=by,
        submission_key=submission_key,
    )
    if practice.district_id != school.district_id:
        raise ValidationError({"practice": _("Choose a practice of the school’s own district.")})
    if terms_of(practice).records_names:
        raise ValidationError({"practice": _("This practice is recorded as a case, with the people who take part.")})
    _check(circle, names_checked, by)
    try:
        with transaction.atomic():
            add(circle, by=by, district=school.district_id, school=school)
            _credit(circle, by)
    except IntegrityError:
        # The same form, sent twice at once: the other one was a moment earlier.
        if submission_key and (known := _logged(by, submission_key)):
            return known
        raise
    return circle


def repeat_class_circle(*, class_circle: ClassCircle, submission_key: uuid.UUID | None = None, by: User) -> ClassCircle:
    """Log the same again for today. Sent twice with the same key it is one. Raises ValidationError."""
    is_own = class_circle.logged_by_id == by.pk and class_circle.keeper == str(by)
    return log_class_circle(
        school=class_circle.school,
        practice=class_circle.practice,
        group=class_circle.group,
        held_on=class_circle.school.district.today(),
        minutes=class_circle.minutes,
        headcount=class_circle.headcount,
        keeper="" if is_own else class_circle.keeper,
        topic=class_circle.topic,
        names_checked=True,
        # One key for each circle that a page offers to repeat: two of them may be repeated from one page.
        submission_key=uuid.uuid5(submission_key, str(class_circle.uid)) if submission_key else None,
        by=by,
    )


@transaction.atomic
def change_class_circle(*, class_circle: ClassCircle, names_checked: bool = False, by: User, **values: Any) -> Any:
    """Mend what was logged: group, day, minutes, headcount or topic; the trail keeps what it said before.

    Raises ValidationError, StepNotAllowed for one that was voided.
    """
    circle = locked(class_circle)
    if circle.voided_at is not None:
        raise StepNotAllowed(_("This circle was voided. Log it anew."), [])
    given: dict[str, Any] = {n: value.strip() if isinstance(value, str) else value for n, value in values.items()}
    for name, value in given.items():
        setattr(circle, name, value)
    _check(circle, names_checked, by)
    circle = locked(class_circle)
    given["school_year"] = _school_year(circle.school, given.get("held_on", circle.held_on))
    change(circle, given, by=by, district=circle.school.district_id)
    _credit(circle, by)
    return circle


@transaction.atomic
def void_class_circle(*, class_circle: ClassCircle, reason: str, by: User) -> ClassCircle:
    """Void what was logged by mistake; it stays on record and counts nowhere, in training neither.

    Raises ValidationError without a reason, StepNotAllowed a second time.
    """
    circle = locked(class_circle)
    void(circle, reason=reason, by=by, district=circle.school.district_id)
    for credit in CircleCredit.objects.filter(source=_source(circle), voided_at=None):
        withdraw_circle_credit(credit=credit, reason=circle.void_reason, by=by)
    return circle


def _check(circle: ClassCircle, names_checked: bool, by: User) -> None:
    refuse_future(circle.held_on, circle.school.district.today(), "held_on")
    circle.school_year = _school_year(circle.school, circle.held_on)
    if not names_checked:
        _refuse_names(circle, by)


def _refuse_names(circle: ClassCircle, by: User) -> None:
    """Raise ValidationError where a text seems to name a student of the school.

    Who may look nobody up learns from no refusal who goes to the school: to them whatever looks like a name is one.
    """
    faults = {}
    texts = {field: getattr(circle, field) for field in ("group", "topic")}
    if by.can(Permission.STUDENT_LOOKUP, circle.school):
        rows = picker.enrolled(circle.school, circle.held_on)
        names = list(rows.values_list("student__person__given_name", "student__person__family_name"))
        words = _("This seems to name a student: %(names)s. No names here, please; or say below that you looked.")
        for field, text in texts.items():
            if found := names_in(text, names):
                faults[field] = words % {"names": ", ".join(found[:NAMES_SHOWN])}
    else:
        hidden = _("This may name somebody. No names here, please; or say below that you looked.")
        faults = {field: hidden for field, text in texts.items() if may_name(text)}
    if faults:
        raise ValidationError(faults)


def _school_year(school: School, day: date) -> SchoolYear:
    found = SchoolYear.objects.filter(district=school.district_id, year=school_year_of(day)).first()
    if found is None:
        raise ValidationError({"held_on": _("The district has no school year on record for this day.")})
    return found


def _practitioner(by: User, school: School) -> Practitioner | None:
    return Practitioner.objects.of_user(by).filter(district=school.district_id).first()


def _credit(circle: ClassCircle, by: User) -> None:
    """Let the circle count for whoever kept it, once: a circle that was mended counts as it says now."""
    if circle.practitioner is not None:
        credit_circle(
            practitioner=circle.practitioner,
            practice=circle.practice,
            day=circle.held_on,
            part=CircleCredit.Part.LED,
            source=_source(circle),
            by=by,
        )


def _source(circle: ClassCircle) -> str:
    return f"class circle {circle.uid}"


def _logged(by: User, key: uuid.UUID) -> ClassCircle | None:
    return ClassCircle.objects.filter(logged_by=by, submission_key=key).first()
