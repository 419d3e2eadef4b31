"""What a record says in a letter: the values of the placeholders and the conditions that hold for one removal."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from discipline.letters.placeholders import CODED, DAYS, PLACEHOLDERS
from discipline.letters.shipped import LanguagePack
from discipline.models import (
    Appeal,
    DueProcessStep,
    Involvement,
    ManifestationDetermination,
    Removal,
    RemovalKind,
)
from district.models import Enrollment, Grade, ProgramStatus
from district.models.places import calendar_of
from district.page_parts import plain_days

LONG = 10
"""School days beyond which a removal is a long one (N.J.A.C. 6A:16-7.3)."""
OUT_OF_SCHOOL = frozenset(
    {RemovalKind.OSS, RemovalKind.EXPULSION_WITH_SERVICES, RemovalKind.EXPULSION_WITHOUT_SERVICES}
)
_STEPS = {"hearing_by": "formal_hearing", "services_by": "services_begin", "appeal_by": "appeal"}
"""Placeholder → the step of the checklist whose due day it is."""


def facts_of(removal: Removal, appeal: Appeal | None = None) -> dict[str, Any]:
    """Return what the record holds for each placeholder that it fills: days as dates, codes as codes, else text.

    What the record does not hold is absent or empty. Names only the student of the removal.
    """
    terms = getattr(removal, "terms", None)
    due = dict(DueProcessStep.objects.filter(removal=removal).exclude(due_on=None).values_list("step", "due_on"))
    determination = ManifestationDetermination.objects.standing().filter(removal=removal).first()
    facts: dict[str, Any] = {
        "district": removal.school.district.name,
        "school": removal.school.name,
        "student": removal.student.person.name,
        "grade": _grade(removal),
        "removal_kind": removal.kind,
        "begins_on": removal.begins_on,
        "ends_on": removal.ends_on,
        "days": plain_days(removal.days),
        "decided_on": (terms.decided_on if terms else None) or removal.begins_on,
        "return_on": _return_on(removal),
        "incident_on": removal.incident.occurred_on,
        "behaviors": ", ".join(_behaviors(removal)) or _("not named in the record"),
        "services": removal.services,
        **{name: due.get(step) for name, step in _STEPS.items()},
    }
    if determination:
        facts |= {"placement_on": determination.decided_on, "determination_by": determination.due_on}
    if appeal:
        facts |= {
            "appeal_to": appeal.to,
            "appeal_filed_on": appeal.filed_on,
            "appeal_decided_on": appeal.decided_on,
            "appeal_outcome": appeal.outcome,
        }
    return facts


def conditions_of(removal: Removal) -> frozenset[str]:
    """Return the conditions that hold for a removal. A length nobody gave is neither short nor long."""
    served = ProgramStatus.objects.filter(
        Q(begins_on=None) | Q(begins_on__lte=removal.begins_on),
        Q(ends_on=None) | Q(ends_on__gte=removal.begins_on),
        student=removal.student_id,
        school_year=removal.school_year_id,
    )
    has_iep = served.filter(idea=True).exists()
    held = {
        "short_term": removal.days is not None and removal.days <= LONG,
        "long_term": removal.days is not None and removal.days > LONG,
        "out_of_school": removal.kind in OUT_OF_SCHOOL,
        "idea": has_iep,
        "section504": not has_iep and served.filter(section504=True).exists(),
        "nj": removal.school.district.state == "NJ",
    }
    return frozenset(name for name, holds in held.items() if holds)


def in_words(facts: dict[str, Any], pack: LanguagePack) -> dict[str, str]:
    """Return the facts as a letter in the language of `pack` says them: days written out, codes by their words."""
    return {name: _said(name, facts.get(name), pack) for name in PLACEHOLDERS}


def day_in_words(day: date, pack: LanguagePack) -> str:
    """A day as letters in that language write it."""
    with translation.override(pack.language):
        return date_format(day, pack.words["day"])


def _said(name: str, value: Any, pack: LanguagePack) -> str:
    if value in (None, ""):
        return ""
    if name in DAYS:
        return day_in_words(value if isinstance(value, date) else date.fromisoformat(value), pack)
    if name in CODED:
        return pack.codes[CODED[name]][value]
    return str(value)


def _behaviors(removal: Removal) -> list[str]:
    """The behaviors of the student's own parts, with the codes by which the code of conduct names them."""
    parts = Involvement.objects.responsible().filter(incident=removal.incident_id, student=removal.student_id)
    named = parts.exclude(behavior=None).order_by("pk").values_list("behavior__title", "behavior__code")
    return list(dict.fromkeys(f"{title} ({code})" for title, code in named))


def _grade(removal: Removal) -> str:
    rows = Enrollment.objects.filter(
        student=removal.student_id, school=removal.school_id, school_year=removal.school_year_id
    )
    grade = rows.values_list("grade", flat=True).first()
    return "" if grade in (None, Grade.UNREPORTED, Grade.OTHER) else grade.lstrip("0")


def _return_on(removal: Removal) -> date | None:
    if removal.ends_on is None or removal.kind == RemovalKind.BUS:
        return None
    try:
        return calendar_of(removal.school.district, removal.school).nth_school_day_after(removal.ends_on, 1)
    except ValueError:
        return None
