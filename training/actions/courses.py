"""Verbs about practices, courses and credentials: what the district's catalog and ladder say, from which day on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from district import audit
from district.models import District, Organization, User
from district.steps import checked_note
from training.eligibility import Kind, Mode
from training.models import (
    Course,
    CourseVersion,
    Credential,
    CredentialVersion,
    Practice,
    Requirement,
    RequirementGroup,
)

from .base import changed, made, saved
from .people import checked_languages, checked_organization

COURSE_FIELDS = ("title", "description", "closed_on")
CREDENTIAL_FIELDS = ("name", "description", "rank", "closed_on")


@transaction.atomic
def save_practice(
    *, district: District, code: str, name: str, tier: int, is_active: bool = True, by: User | None
) -> Practice:
    """Add a practice, or change the one with that code. Raises ValidationError for a value that is not valid."""
    practice = Practice.objects.select_for_update().filter(district=district, code=code).first()
    values = {"name": name, "tier": tier, "is_active": is_active}
    if practice is None:
        practice = saved(Practice(district=district, code=code, **values))
        action, changes = audit.Action.CREATE, made(practice, ("code", *values))
    else:
        action, changes = audit.Action.UPDATE, changed(practice, values)
    if changes:
        audit.record(action, by=by, target=practice, district=district, changes=changes)
    return practice


@transaction.atomic
def create_course(
    *,
    district: District,
    code: str,
    title: str,
    hours: Decimal,
    description: str = "",
    organization: Organization | None = None,
    practices: Iterable[Practice] = (),
    prerequisites: Iterable[Course] = (),
    languages: Iterable[str] = (),
    valid_from: date | None = None,
    by: User | None,
) -> Course:
    """Add a course with its first version. Raises ValidationError for a code that the district has already."""
    course = saved(
        Course(
            district=district,
            organization=checked_organization(district, organization),
            code=code,
            title=title,
            description=description,
        )
    )
    version = CourseVersion(course=course, valid_from=valid_from or district.today(), hours=hours, by=by)
    _fill(version, practices, prerequisites, languages)
    audit.record(
        audit.Action.CREATE,
        by=by,
        target=course,
        district=district,
        changes=made(course, ("code", "organization", *COURSE_FIELDS)) | {"version": [None, _terms(version)]},
    )
    return course


@transaction.atomic
def change_course(*, course: Course, by: User | None, **values: Any) -> Course:
    """Change title, description or the day from which it is no longer given. No event when nothing differs.

    Raises ValidationError for a field that may not change: hours, practices and prerequisites change with a version.
    """
    if unknown := [name for name in values if name not in COURSE_FIELDS]:
        raise ValidationError({name: _("This field cannot be changed.") for name in unknown})
    stored = Course.objects.select_for_update().get(pk=course.pk)
    if changes := changed(stored, values):
        audit.record(audit.Action.UPDATE, by=by, target=stored, district=stored.district_id, changes=changes)
    return stored


@transaction.atomic
def publish_course_version(
    *,
    course: Course,
    valid_from: date,
    hours: Decimal,
    practices: Iterable[Practice] = (),
    prerequisites: Iterable[Course] = (),
    languages: Iterable[str] = (),
    by: User | None,
) -> CourseVersion:
    """Say what a course is from a day on; sessions before it keep what held then.

    Raises ValidationError for a day that has a version, or one in the past: what was taught does not change afterwards.
    """
    if valid_from < course.district.today():
        raise ValidationError({"valid_from": _("A version begins today or later.")})
    latest = course.versions.last()
    version = CourseVersion(course=course, valid_from=valid_from, hours=hours, by=by)
    _fill(version, practices, prerequisites, languages)
    audit.record(
        audit.Action.UPDATE,
        by=by,
        target=course,
        district=course.district_id,
        changes={"version": [_terms(latest) if latest else None, _terms(version)]},
    )
    return version


def _fill(
    version: CourseVersion, practices: Iterable[Practice], prerequisites: Iterable[Course], languages: Iterable[str]
) -> None:
    version.languages = checked_languages(languages)
    chosen, before = list(practices), list(prerequisites)
    district = version.course.district_id
    if any(one.district_id != district for one in chosen) or any(one.district_id != district for one in before):
        raise ValidationError(_("Practices and courses must belong to the same district."))
    if any(one.pk == version.course_id for one in before):
        raise ValidationError({"prerequisites": _("A course does not come before itself.")})
    saved(version)
    version.practices.set(chosen)
    version.prerequisites.set(before)


def _terms(version: CourseVersion) -> dict[str, Any]:
    return {
        "valid_from": version.valid_from.isoformat(),
        "hours": str(version.hours),
        "practices": sorted(version.practices.values_list("code", flat=True)),
        "prerequisites": sorted(version.prerequisites.values_list("code", flat=True)),
        "languages": version.languages,
    }


@transaction.atomic
def create_credential(
    *,
    district: District,
    code: str,
    name: str,
    rank: int = 0,
    description: str = "",
    practices: Iterable[Practice] = (),
    is_license: bool = False,
    by: User | None,
) -> Credential:
    """Add a step to the ladder; what it asks for comes with its first version.

    Raises ValidationError for a code that the district has already.
    """
    credential = saved(
        Credential(district=district, code=code, name=name, rank=rank, description=description, is_license=is_license)
    )
    credential.practices.set(_practices_of(district, practices))
    fields = ("code", "is_license", *CREDENTIAL_FIELDS)
    audit.record(audit.Action.CREATE, by=by, target=credential, district=district, changes=made(credential, fields))
    return credential


@transaction.atomic
def change_credential(
    *, credential: Credential, by: User | None, practices: Iterable[Practice] | None = None, **values: Any
) -> Credential:
    """Change name, description, place, practices or the last day. No event when nothing differs.

    Raises ValidationError for a field that may not change; requirements change with a version.
    """
    if unknown := [name for name in values if name not in CREDENTIAL_FIELDS]:
        raise ValidationError({name: _("This field cannot be changed.") for name in unknown})
    stored = Credential.objects.select_for_update().get(pk=credential.pk)
    changes = changed(stored, values)
    if practices is not None:
        before = sorted(stored.practices.values_list("code", flat=True))
        stored.practices.set(_practices_of(stored.district, practices))
        after = sorted(stored.practices.values_list("code", flat=True))
        if before != after:
            changes["practices"] = [before, after]
    if changes:
        audit.record(audit.Action.UPDATE, by=by, target=stored, district=stored.district_id, changes=changes)
    return stored


def _practices_of(district: District, practices: Iterable[Practice]) -> list[Practice]:
    chosen = list(practices)
    if any(one.district_id != district.pk for one in chosen):
        raise ValidationError({"practices": _("Choose practices of the same district.")})
    return chosen


@dataclass(frozen=True)
class Asked:
    """One requirement to be stored; which values it needs is said by its kind (see training.eligibility)."""

    kind: Kind
    course: Course | None = None
    credential: Credential | None = None
    code: str = ""
    label: str = ""
    amount: Decimal = Decimal(1)
    courses: tuple[Course, ...] = ()
    tier: int | None = None
    must_lead: bool = False
    months: int | None = None
    each_year: bool = False


@dataclass(frozen=True)
class AskedGroup:
    """Requirements that stand together."""

    purpose: str
    mode: Mode
    requirements: tuple[Asked, ...]
    label: str = field(default="")


@transaction.atomic
def publish_credential_version(
    *,
    credential: Credential,
    valid_from: date,
    groups: Sequence[AskedGroup],
    validity_months: int | None = None,
    window_days: int = 90,
    grace_days: int = 30,
    deadline_days: int | None = None,
    note: str = "",
    by: User | None,
) -> CredentialVersion:
    """Say what a credential asks for from a day on. Certificates awarded before keep their validity.

    Raises ValidationError for a day in the past or with a version, for a version that asks for nothing, and for a
    requirement that lacks what its kind needs.
    """
    if valid_from < credential.district.today():
        raise ValidationError({"valid_from": _("A version begins today or later.")})
    if not any(group.requirements for group in groups if group.purpose == RequirementGroup.Purpose.AWARD):
        raise ValidationError(_("Say what the credential asks for: without a requirement nobody can earn it."))
    version = saved(
        CredentialVersion(
            credential=credential,
            valid_from=valid_from,
            validity_months=validity_months,
            window_days=window_days,
            grace_days=grace_days,
            deadline_days=deadline_days,
            note=checked_note(note),
            by=by,
        )
    )
    for position, group in enumerate(groups):
        _store_group(version, position, group)
    audit.record(
        audit.Action.UPDATE,
        by=by,
        target=credential,
        district=credential.district_id,
        changes={"version": [None, valid_from.isoformat()]},
        details={"reason": version.note, "requirements": sum(len(group.requirements) for group in groups)},
    )
    return version


NEEDS = {
    Kind.COURSE: ("course",),
    Kind.CREDENTIAL: ("credential",),
    Kind.DOCUMENT: ("code",),
    Kind.INTERVIEW: ("code",),
}
"""Kind of requirement → the values without which it says nothing."""


def _store_group(version: CredentialVersion, position: int, group: AskedGroup) -> None:
    row = saved(
        RequirementGroup(
            version=version, purpose=group.purpose, position=position, mode=group.mode.value, label=group.label
        )
    )
    for number, one in enumerate(group.requirements):
        named = {"course": one.course, "credential": one.credential, "code": one.code}
        needed = NEEDS.get(one.kind, ())
        for name, value in named.items():
            if name in needed and not value:
                raise ValidationError({name: _("A requirement of this kind needs it.")})
        places = [place for place in (one.course, one.credential, *one.courses) if place is not None]
        if any(place.district_id != version.credential.district_id for place in places):
            raise ValidationError(_("Courses and credentials must belong to the same district."))
        if one.credential is not None and one.credential.pk == version.credential_id:
            raise ValidationError({"credential": _("A credential does not ask for itself.")})
        requirement = saved(
            Requirement(
                group=row,
                position=number,
                kind=one.kind.value,
                **{name: value for name, value in named.items() if name in needed},
                label=one.label,
                amount=one.amount,
                tier=one.tier if one.kind in (Kind.CIRCLES, Kind.OBSERVATION) else None,
                must_lead=one.must_lead and one.kind is Kind.CIRCLES,
                months=one.months,
                each_year=one.each_year and one.kind is Kind.CIRCLES,
            )
        )
        requirement.courses.set(one.courses if one.kind is Kind.HOURS else ())
