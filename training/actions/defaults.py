"""Gives a district the practices, courses and ladder that a new one begins with."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from district import audit
from district.models import District, User
from training import defaults
from training.eligibility import Kind, Mode, Requirement
from training.models import (
    Course,
    CourseVersion,
    Credential,
    CredentialVersion,
    Practice,
    RequirementGroup,
    Rubric,
)
from training.models import Requirement as RequirementRow

from .base import saved

FIRST_DAY = date(2000, 1, 1)
"""From when the defaults hold: before any training that a district will enter."""


@transaction.atomic
def give_default_training(district: District, *, by: User | None) -> bool:
    """Give `district` the default practices, courses, credentials and rubric; say whether anything was new.

    A district that has any practice keeps what it has: the defaults are a beginning, not a rule.
    """
    District.objects.select_for_update(no_key=True).get(pk=district.pk)
    if district.practices.exists():
        return False
    practices = {
        code: saved(Practice(district=district, code=code, name=name, tier=tier))
        for code, name, tier in defaults.PRACTICES
    }
    courses = _courses(district, practices)
    credentials: dict[str, Credential] = {}
    for rank, step in enumerate(defaults.LADDER):
        credential = saved(
            Credential(district=district, code=step.code, name=step.name, rank=rank, is_license=step.is_license)
        )
        credential.practices.set([practices[code] for code in step.practices])
        credentials[step.code] = credential
        _first_version(credential, step, courses, credentials)
    saved(Rubric(district=district, name=defaults.RUBRIC_NAME, valid_from=FIRST_DAY, items=list(defaults.RUBRIC)))
    details = {"event": "training defaults", "courses": len(courses), "credentials": len(credentials)}
    audit.record(audit.Action.CREATE, by=by, target=district, district=district, details=details)
    return True


def _courses(district: District, practices: dict[str, Practice]) -> dict[str, Course]:
    courses: dict[str, Course] = {}
    for one in defaults.COURSES:
        course = courses[one.code] = saved(Course(district=district, code=one.code, title=one.title))
        version = saved(CourseVersion(course=course, valid_from=FIRST_DAY, hours=one.hours))
        version.practices.set([practices[code] for code in one.practices])
        version.prerequisites.set([courses[code] for code in one.prerequisites])
    return courses


def _first_version(
    credential: Credential,
    step: defaults.DefaultCredential,
    courses: dict[str, Course],
    credentials: dict[str, Credential],
) -> None:
    version = CredentialVersion(credential=credential, valid_from=FIRST_DAY, note="")
    if step.expires:
        version.validity_months, version.deadline_days = defaults.VALIDITY_MONTHS, defaults.DEADLINE_DAYS
        version.window_days, version.grace_days = defaults.WINDOW_DAYS, defaults.GRACE_DAYS
    saved(version)
    add_group(version, RequirementGroup.Purpose.AWARD, 0, Mode.ALL, step.award, courses, credentials)
    if step.expires:
        add_group(version, RequirementGroup.Purpose.RENEWAL, 0, Mode.ALL, defaults.RENEWAL, courses, credentials)


def add_group(
    version: CredentialVersion,
    purpose: str,
    position: int,
    mode: Mode,
    requirements: tuple[Requirement, ...],
    courses: dict[str, Course],
    credentials: dict[str, Credential],
    label: str = "",
) -> None:
    """Store plain requirements as a group of a version; `courses` and `credentials` are found by their codes."""
    group = saved(RequirementGroup(version=version, purpose=purpose, position=position, mode=mode.value, label=label))
    for number, one in enumerate(requirements):
        row = saved(
            RequirementRow(
                group=group,
                position=number,
                kind=one.kind.value,
                course=courses[one.code] if one.kind is Kind.COURSE else None,
                credential=credentials[one.code] if one.kind is Kind.CREDENTIAL else None,
                code=one.code if one.kind in (Kind.DOCUMENT, Kind.INTERVIEW) else "",
                label=one.label,
                amount=one.amount,
                tier=one.tier,
                must_lead=one.must_lead,
                months=one.months,
                each_year=one.each_year,
            )
        )
        row.courses.set([courses[code] for code in sorted(one.courses)])
