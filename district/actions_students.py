"""The verbs about students and their families: guardians, languages, notes about strengths.

As in `actions.py`: each validates, writes and appends its audit event in one transaction, and the page or endpoint
picks the records from a queryset limited to the person who acts.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from district import audit
from district.access import Permission
from district.audit import Action
from district.models import District, Enrollment, Guardian, Person, School, Student, StudentNote, User
from district.steps import StepNotAllowed, checked_reason

VOID = "void"
NAME_FIELDS = ("given_name", "middle_name", "family_name", "email", "phone")
LINK_FIELDS = (
    *("relationship", "languages", "needs_interpreter", "contact_order", "may_be_told", "restriction"),
    *("begins_on", "ends_on"),
)
GUARDIAN_FIELDS = (*NAME_FIELDS, *LINK_FIELDS)
NOTE_FIELDS = ("kind", "noted_on", "text", "school")


# --- Guardians -------------------------------------------------------------------------------------------------------
@transaction.atomic
def add_guardian(*, student: Student, by: User | None, **values: Any) -> Guardian:
    """Add a guardian of `student`, a new person of the district, with any of GUARDIAN_FIELDS.

    Raises ValidationError for a missing name or relationship, and for a value that is not valid.
    """
    _refuse_unknown(values, GUARDIAN_FIELDS)
    person = Person(district_id=student.district_id, **_of(values, NAME_FIELDS))
    _check_name(person)
    guardian = Guardian(student=student, **_of(values, LINK_FIELDS))
    guardian.full_clean(exclude=["person"])
    person.save()
    guardian.person = person
    guardian.save()
    audit.record(
        Action.CREATE,
        by=by,
        target=guardian,
        district=student.district_id,
        student=student,
        changes=audit.differences({}, values_of_guardian(guardian)),
    )
    return guardian


@transaction.atomic
def change_guardian(*, guardian: Guardian, by: User | None, **values: Any) -> Guardian:
    """Change any of GUARDIAN_FIELDS and return the guardian as stored; no event when nothing differs.

    A name, an e-mail address or a phone number is the person's, also where they are the guardian of another student.
    Raises ValidationError for a value that is not valid, StepNotAllowed for a guardian that has been voided.
    """
    _refuse_unknown(values, GUARDIAN_FIELDS)
    stored = _locked(guardian)
    before = values_of_guardian(stored)
    for name, value in values.items():
        setattr(stored.person if name in NAME_FIELDS else stored, name, value)
    _check_name(stored.person)
    stored.full_clean()
    changes = audit.differences(before, values_of_guardian(stored))
    if changes:
        stored.person.save()
        stored.save()
        audit.record(
            Action.UPDATE,
            by=by,
            target=stored,
            district=stored.student.district_id,
            student=stored.student_id,
            changes=changes,
        )
    return stored


@transaction.atomic
def void_guardian(*, guardian: Guardian, reason: str, by: User | None) -> Guardian:
    """Void a guardian who was recorded by mistake. One whose time is over has a last day instead.

    Raises ValidationError without a reason, StepNotAllowed when it is voided already.
    """
    reason = checked_reason(reason, missing=_("Say why it is voided."))
    stored = _locked(guardian)
    stored.voided_at, stored.void_reason = timezone.now(), reason
    stored.save(update_fields=["voided_at", "void_reason", "updated_at"])
    audit.record(
        Action.VOID,
        by=by,
        target=stored,
        district=stored.student.district_id,
        student=stored.student_id,
        changes={"voided_at": [None, stored.voided_at.isoformat()], "void_reason": ["", reason]},
    )
    return stored


def values_of_guardian(guardian: Guardian) -> dict[str, Any]:
    """The fields that people enter, as the audit trail keeps them."""
    return audit.values_of(guardian.person, NAME_FIELDS) | audit.values_of(guardian, LINK_FIELDS)


def _locked(guardian: Guardian) -> Guardian:
    stored = Guardian.objects.select_for_update(of=("self",)).select_related("person", "student").get(pk=guardian.pk)
    if stored.voided_at is not None:
        raise StepNotAllowed(_("This guardian has been voided."), [])
    return stored


def _check_name(person: Person) -> None:
    person.given_name, person.family_name = person.given_name.strip(), person.family_name.strip()
    if not person.given_name and not person.family_name:
        raise ValidationError({"given_name": _("Give a name.")})
    # Some families have one name only, which stands as the family name.
    person.full_clean(exclude=["given_name"] if person.family_name else [])


@transaction.atomic
def set_home_languages(*, student: Student, languages: Iterable[str], by: User | None) -> Student:
    """Say which languages are spoken at home, the first one first. Raises ValidationError for one that is none."""
    stored = Student.objects.select_for_update().get(pk=student.pk)
    before = audit.values_of(stored, ["home_languages"])
    field: Any = Student._meta.get_field("home_languages")
    stored.home_languages = field.clean(list(languages), stored)
    changes = audit.differences(before, audit.values_of(stored, ["home_languages"]))
    if changes:
        stored.save(update_fields=["home_languages", "updated_at"])
        audit.record(Action.UPDATE, by=by, target=stored, district=stored.district_id, student=stored, changes=changes)
    return stored


# --- Notes -----------------------------------------------------------------------------------------------------------
def note_day(district: District) -> date:
    """The day of a note unless its writer says otherwise: today, or the last day of the school year that is over."""
    year, today = district.begun_school_years().first(), district.today()
    return min(today, year.ends_on) if year else today


def students_for_note(by: User) -> models.QuerySet[Student]:
    """Students about whom `by` may write a note now: enrolled on `note_day` in a school where that is allowed."""
    enrolled = Q(pk__in=[])
    for district in District.objects.filter(pk__in={row.district_id for row in by.grants_with(Permission.NOTE_WRITE)}):
        rows = Enrollment.objects.all().allowed(by, Permission.NOTE_WRITE).filter(school__district=district)
        enrolled |= Q(pk__in=rows.on(note_day(district)).values("student"))
    return Student.objects.filter(enrolled)


def enrollments_for_note(student: Student, day: date, by: User) -> list[Enrollment]:
    """The enrollments of `student` on `day` at schools where `by` may write notes, with school and year."""
    found = Enrollment.objects.all().allowed(by, Permission.NOTE_WRITE).filter(student=student).on(day)
    return list(found.select_related("school__district", "school_year").order_by("school__name"))


@transaction.atomic
def add_note(*, student: Student, school: School, kind: str, text: str, noted_on: date, by: User | None) -> StudentNote:
    """Write a note about `student`, enrolled in `school` on `noted_on`.

    Raises ValidationError for a day to come or on which the student was not enrolled there, and for an empty text.
    """
    if noted_on > school.district.today():
        raise ValidationError({"noted_on": _("This day is still to come.")})
    enrollment = Enrollment.objects.filter(student=student, school=school).on(noted_on).first()
    if enrollment is None:
        raise ValidationError({"noted_on": _("The student was not enrolled in this school on that day.")})
    note = StudentNote(
        student=student,
        school=school,
        school_year_id=enrollment.school_year_id,
        author=by,
        kind=kind,
        noted_on=noted_on,
        text=(text or "").strip(),
    )
    if "\0" in note.text:
        raise ValidationError({"text": _("The text holds a character that cannot be stored.")})
    note.full_clean()
    note.save()
    audit.record(
        Action.CREATE,
        by=by,
        target=note,
        district=school.district_id,
        school=school,
        student=student,
        changes=audit.differences({}, audit.values_of(note, NOTE_FIELDS)),
    )
    return note


@transaction.atomic
def void_note(*, note: StudentNote, reason: str, by: User | None) -> StudentNote:
    """Void a note: it stays on record with the reason and is shown to nobody but those who look for it.

    Raises ValidationError without a reason, StepNotAllowed when it is voided already.
    """
    reason = checked_reason(reason, missing=_("Say why it is voided."))
    stored = StudentNote.objects.select_for_update(of=("self",)).select_related("school").get(pk=note.pk)
    if stored.voided_at is not None:
        raise StepNotAllowed(_("This note has been voided already."), [])
    stored.voided_at, stored.void_reason, stored.voided_by = timezone.now(), reason, by
    stored.save(update_fields=["voided_at", "void_reason", "voided_by", "updated_at"])
    audit.record(
        Action.VOID,
        by=by,
        target=stored,
        district=stored.school.district_id,
        school=stored.school_id,
        student=stored.student_id,
        changes={"voided_at": [None, stored.voided_at.isoformat()], "void_reason": ["", reason]},
    )
    return stored


def _refuse_unknown(values: dict[str, Any], allowed: tuple[str, ...]) -> None:
    unknown = [name for name in values if name not in allowed]
    if unknown:
        raise ValidationError({name: _("This field cannot be changed.") for name in unknown})


def _of(values: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name in names}
