"""Students and behaviours that a body names, found among those with which the caller may act; in two queries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.utils.translation import gettext as _
from rest_framework.serializers import ValidationError

from discipline.actions import OtherPart, Part
from discipline.actions.thresholds import are_kept
from discipline.models import Behavior
from district.access import Permission
from district.models import Enrollment, School, User

FIELDS = {"parts": "students", "others": "other_people"}
"""Names of the verbs → names of the bodies."""


def parts_of(
    bodies: Sequence[Mapping[str, Any]],
    *,
    day: date,
    by: User,
    code: str = "",
    school: School | None = None,
    field: str = "students",
) -> tuple[School, list[Part]]:
    """Return the school and the parts that the bodies name.

    The school is the one given, or the one with `code`, or else the only one of the caller's where all the students
    are enrolled on the day. A student, school or behaviour out of reach is refused like one that does not exist;
    `field` is the field of the body that names them.
    """
    wanted = {body["student"] for body in bodies}
    rows = Enrollment.objects.all().allowed(by, Permission.REFERRAL_LOG).on(day).filter(student__uid__in=wanted)
    if school is not None:
        rows = rows.filter(school=school)
    elif code:
        rows = rows.filter(school__code=code)
    found: dict[int, dict[Any, Enrollment]] = {}
    rows = rows.annotate(is_watched=are_kept("school__district")).select_related("school__district", "school_year")
    for enrollment in rows.select_related("student"):
        found.setdefault(enrollment.school_id, {})[enrollment.student.uid] = enrollment
    whole = [students for students in found.values() if wanted <= students.keys()]
    if len(whole) != 1:
        raise ValidationError(_what_is_wrong(wanted, found, code, by, field))
    enrollments = whole[0]
    school = next(iter(enrollments.values())).school
    behaviors = _behaviors(bodies, school, day, field)
    parts = [
        Part(
            enrollments[body["student"]].student,
            body["role"],
            tuple(behaviors[one] for one in dict.fromkeys(body["behaviors"])),
            body["law_enforcement"],
            enrollments[body["student"]],
            enrollments[body["student"]].is_watched,  # type: ignore[attr-defined]
        )
        for body in bodies
    ]
    return school, parts


def others_of(bodies: Sequence[Mapping[str, Any]]) -> list[OtherPart]:
    """Return the parts of people who are no students on the roster."""
    return [OtherPart(body["kind"], body["role"], body["words"], body["staff"]) for body in bodies]


@contextmanager
def fields_of_the_body(names: Mapping[str, str] = FIELDS, *, within: str = "") -> Iterator[None]:
    """Say what a verb refuses in the fields of the body: `names` renames them, `within` puts them all under one."""
    try:
        yield
    except DjangoValidationError as error:
        if not hasattr(error, "error_dict"):
            raise
        texts: dict[str, list[str]] = {}
        for name, messages in error.message_dict.items():
            if within and name not in ("note", "responses"):
                texts.setdefault(within, []).extend(f"{name}: {message}" for message in messages)
            else:
                texts.setdefault(names.get(name, name), []).extend(messages)
        raise ValidationError(texts)


def _behaviors(bodies: Sequence[Mapping[str, Any]], school: School, day: date, field: str) -> dict[str, Behavior]:
    codes = {code for body in bodies for code in body["behaviors"]}
    rows = Behavior.objects.filter(district=school.district_id, code__in=codes).valid_on(day) if codes else ()
    behaviors = {behavior.code: behavior for behavior in rows}
    if unknown := sorted(codes - behaviors.keys()):
        text = _("“%(code)s” is not in the code of conduct on this day.") % {"code": unknown[0][:50]}
        raise ValidationError({field: [text]})
    return behaviors


def _what_is_wrong(
    wanted: set[Any], found: Mapping[int, Mapping[Any, Enrollment]], code: str, by: User, field: str
) -> dict[str, list[str]]:
    schools = School.objects.where_allowed(by, Permission.REFERRAL_LOG)
    if code and not schools.filter(code=code).exists():
        text = _("You may not use “%(code)s” here, or it does not exist.") % {"code": code[:50]}
        return {"school": [text]}
    known = {uid for students in found.values() for uid in students}
    if missing := sorted(str(uid) for uid in wanted - known):
        text = _("“%(id)s” is no student whom you may refer on this day.") % {"id": missing[0]}
        return {field: [text]}
    if any(wanted <= students.keys() for students in found.values()):
        return {"school": [_("Name the school: the students are enrolled at several.")]}
    return {field: [_("The students are not all enrolled at one school.")]}
