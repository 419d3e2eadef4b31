"""Verbs about people in training: add, change, away and back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, time
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from district import audit
from district.access import Permission
from district.models import District, Organization, Person, School, Staff, Student, User
from district.steps import checked_reason
from training.models import Absence, Availability, Language, Practitioner, PractitionerLanguage

from .base import changed, made, saved

NAME_FIELDS = ("given_name", "middle_name", "family_name", "email")
PERSON_FIELDS = (*NAME_FIELDS, "organization")
TIMES = tuple[int, time, time]


@transaction.atomic
def add_person(
    *,
    district: District,
    given_name: str,
    capacity: str,
    family_name: str = "",
    email: str = "",
    organization: Organization | None = None,
    schools: Iterable[School] = (),
    languages: Iterable[str] = (),
    by: User | None,
    batch: Any = None,
) -> Practitioner:
    """Add an adult to the people in training of `district`: a member of staff where the roster knows the address.

    Raises ValidationError for an address that is none or that somebody in training has already, and for places of
    another district.
    """
    email = checked_email(district, email)
    staff = Staff.objects.filter(district=district, person__email__iexact=email).first() if email else None
    if staff is not None:
        return add_staff(staff=staff, capacity=capacity, schools=schools, languages=languages, by=by)
    person = Person(
        district=district,
        given_name=given_name.strip(),
        family_name=family_name.strip(),
        email=email,
        organization=checked_organization(district, organization),
        batch=batch,
    )
    saved(person)
    return _start(person, capacity, schools, languages, by, batch)


@transaction.atomic
def add_staff(
    *,
    staff: Staff,
    capacity: str,
    schools: Iterable[School] = (),
    languages: Iterable[str] = (),
    by: User | None,
) -> Practitioner:
    """Take a member of staff into training; without `schools` with those of their latest school year.

    Raises ValidationError when they are there already.
    """
    if Practitioner.objects.filter(person=staff.person_id).exists():
        raise ValidationError(_("This person is in training already."))
    checked_email(staff.district, staff.person.email)
    return _start(staff.person, capacity, list(schools) or schools_of(staff), languages, by, None)


def schools_of(staff: Staff) -> list[School]:
    """Return the schools of the latest school year in which the roster has somebody."""
    latest = staff.assignments.order_by("-school_year__year").values_list("school_year", flat=True).first()
    assigned = staff.assignments.filter(school_year=latest).values("school")
    return list(School.objects.filter(pk__in=assigned))


def _start(
    person: Person, capacity: str, schools: Iterable[School], languages: Iterable[str], by: User | None, batch: Any
) -> Practitioner:
    practitioner = saved(Practitioner(person=person, district=person.district, capacity=capacity, batch=batch))
    practitioner.schools.set(checked_schools(person.district, schools))
    for language in checked_languages(languages):
        saved(PractitionerLanguage(practitioner=practitioner, language=language))
    audit.record(
        audit.Action.CREATE,
        by=by,
        target=practitioner,
        district=person.district_id,
        changes=made(practitioner, ("capacity",)) | made(person, PERSON_FIELDS) | _lists(practitioner),
    )
    return practitioner


@transaction.atomic
def change_person(
    *,
    practitioner: Practitioner,
    by: User | None,
    schools: Iterable[School] | None = None,
    languages: Iterable[str] | None = None,
    availability: Sequence[TIMES] | None = None,
    **values: Any,
) -> Practitioner:
    """Change what is known of a person and return it as stored; no event when nothing differs.

    `availability` are (weekday, from, until). Raises ValidationError for a field that may not change: names and
    address of staff come with the roster.
    """
    stored = (
        Practitioner.objects.select_for_update(of=("self",)).select_related("person__district").get(pk=practitioner.pk)
    )
    unknown = [name for name in values if name not in (*PERSON_FIELDS, "capacity")]
    if unknown:
        raise ValidationError({name: _("This field cannot be changed.") for name in unknown})
    person = stored.person
    named = {name: value for name, value in values.items() if name in PERSON_FIELDS}
    if "email" in named:
        named["email"] = checked_email(stored.district, named["email"], stored)
        _refuse_account(by, person.email, named["email"])
    if "organization" in named:
        checked_organization(stored.district, named["organization"])
    if hasattr(person, "staff"):
        fixed = [name for name in NAME_FIELDS if name in named and getattr(person, name) != named[name]]
        if fixed:
            raise ValidationError({name: _("Names and addresses of staff come with the roster.") for name in fixed})
    before = _lists(stored)
    changes = changed(person, named) if named else {}
    if "capacity" in values:
        changes |= changed(stored, {"capacity": values["capacity"]})
    if schools is not None:
        stored.schools.set(checked_schools(stored.district, schools))
    if languages is not None:
        _set_languages(stored, checked_languages(languages))
    if availability is not None:
        _set_availability(stored, availability)
    after = _lists(stored)
    changes |= {name: [before[name][1], after[name][1]] for name in after if before[name] != after[name]}
    if changes:
        audit.record(audit.Action.UPDATE, by=by, target=stored, district=stored.district_id, changes=changes)
    return stored


@transaction.atomic
def set_away(
    *, practitioner: Practitioner, begins_on: date, ends_on: date | None, reason: str, by: User | None
) -> Absence:
    """Say that a person is not to be asked on some days, with a reason.

    Raises ValidationError without a reason or with days out of order.
    """
    reason = checked_reason(reason)
    if ends_on is not None and ends_on < begins_on:
        raise ValidationError({"ends_on": _("The last day is before the first.")})
    absence = saved(Absence(practitioner=practitioner, begins_on=begins_on, ends_on=ends_on, reason=reason, by=by))
    audit.record(
        audit.Action.UPDATE,
        by=by,
        target=practitioner,
        district=practitioner.district_id,
        changes={"away": [None, [begins_on.isoformat(), ends_on.isoformat() if ends_on else None]]},
        details={"reason": reason},
    )
    return absence


def _set_languages(practitioner: Practitioner, languages: list[str]) -> None:
    practitioner.languages.exclude(language__in=languages).delete()
    known = set(practitioner.languages.values_list("language", flat=True))
    for language in languages:
        if language not in known:
            saved(PractitionerLanguage(practitioner=practitioner, language=language))


def _set_availability(practitioner: Practitioner, availability: Sequence[TIMES]) -> None:
    practitioner.availability.all().delete()
    for weekday, begins, ends in availability:
        saved(Availability(practitioner=practitioner, weekday=weekday, begins=begins, ends=ends))


def _refuse_account(by: User | None, before: str, after: str) -> None:
    """Raise ValidationError where an organization's grant would change an address with which somebody signs in.

    The address says which account is whom, so whoever may set it could become somebody else, or nobody.
    """
    if by is None or before.strip().lower() == after:
        return
    if any(not grant.organization_id for grant in by.grants_with(Permission.TRAINING_EDIT)):
        return
    for address in filter(None, (before.strip(), after)):
        if User.objects.filter(email__iexact=address).exists():
            raise ValidationError({"email": _("Somebody signs in with this address. Only the district changes it.")})


def _lists(practitioner: Practitioner) -> dict[str, list[Any]]:
    """Schools, languages and times as changes from nothing."""
    return {
        "schools": [None, sorted(practitioner.schools.values_list("code", flat=True))],
        "languages": [None, sorted(practitioner.languages.values_list("language", flat=True))],
        "availability": [None, [str(one) for one in practitioner.availability.all()]],
    }


def checked_email(district: District, email: str, besides: Practitioner | None = None) -> str:
    """Return an address in lower case, or "" for none.

    Raises ValidationError when it is no address, or when somebody else in training has it: it says who somebody is.
    """
    email = (email or "").strip().lower()
    if not email:
        return ""
    try:
        validate_email(email)
    except ValidationError as error:
        raise ValidationError({"email": error.messages}) from error
    others = Practitioner.objects.standing().filter(district=district, person__email__iexact=email)
    if others.exclude(pk=besides.pk if besides else None).exists():
        raise ValidationError({"email": _("Somebody in training has this address already.")})
    if Student.objects.filter(district=district, person__email__iexact=email).exists():
        # Not "a student's": whoever asks here must not learn that.
        raise ValidationError({"email": _("This address cannot be used here.")})
    return email


def checked_organization(district: District, organization: Organization | None) -> Organization | None:
    """Return the organization. Raises ValidationError for one of another district."""
    if organization is not None and organization.district_id != district.pk:
        raise ValidationError({"organization": _("Choose an organization of the same district.")})
    return organization


def checked_schools(district: District, schools: Iterable[School]) -> list[School]:
    """Return the schools. Raises ValidationError for one of another district."""
    chosen = list(schools)
    if any(school.district_id != district.pk for school in chosen):
        raise ValidationError({"schools": _("Choose schools of the same district.")})
    return chosen


def checked_languages(languages: Iterable[str]) -> list[str]:
    """Return the codes, each once. Raises ValidationError for an unknown one."""
    chosen = list(dict.fromkeys(languages))
    if unknown := [code for code in chosen if code not in Language.values]:
        raise ValidationError({"languages": _("Unknown language: %(code)s.") % {"code": str(unknown[0])[:20]}})
    return chosen
