"""What the lists of circles show, column by column."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from circles.models import ClassCircle
from circles.practice_rules import PracticeTerms, default_terms
from commitments.tables import VOIDED
from district.columns import Column, Gather, Kind, RecordTable, listed
from district.models import User
from district.tables import ID, SCHOOL, SCHOOL_YEAR
from training.models import Credential, Practice
from training.tables import PRACTICES as PLAIN_PRACTICES


def term_of_practices(name: str) -> Gather:
    """Return a function that gathers one term of each practice."""

    def gather(keys: Sequence[int], user: User) -> dict[int, bool]:
        rows = Practice.objects.filter(pk__in=keys).select_related("circle_rule")
        return {one.pk: getattr(_terms(one), name) for one in rows}

    return gather


def _terms(practice: Practice) -> PracticeTerms:
    """The terms of a practice that was selected with its rule."""
    rule = getattr(practice, "circle_rule", None)
    return rule.terms if rule else default_terms(practice.code, practice.tier)


def credentials_of_practices(keys: Sequence[int], user: User) -> dict[int, list[str]]:
    """Codes of the credentials whose holders may keep each practice."""
    rows = Credential.practices.through.objects.filter(practice__in=keys).order_by("credential__rank")
    return listed(rows.values_list("practice", "credential__code"))


PRACTICES = RecordTable(
    Practice,
    "practices",
    (
        *PLAIN_PRACTICES.columns,
        Column("records_names", _("Names are recorded"), kind=Kind.YES_NO, gather=term_of_practices("records_names")),
        Column(
            "needs_credential",
            _("Needs a certified keeper"),
            kind=Kind.YES_NO,
            gather=term_of_practices("needs_credential"),
        ),
        Column(
            "needs_guardian",
            _("Needs a guardian’s permission"),
            kind=Kind.YES_NO,
            gather=term_of_practices("needs_guardian"),
        ),
        Column(
            "is_face_to_face",
            _("Brings both sides together"),
            kind=Kind.YES_NO,
            gather=term_of_practices("is_face_to_face"),
        ),
        Column("credentials", _("Credentials"), kind=Kind.TEXTS, gather=credentials_of_practices),
    ),
    places=PLAIN_PRACTICES.places,
)
CLASS_CIRCLES = RecordTable(
    ClassCircle,
    "class-circles",
    (
        ID,
        SCHOOL,
        SCHOOL_YEAR,
        Column("practice", _("Practice"), "practice__code"),
        Column("tier", _("Tier"), "practice__tier", Kind.INTEGER),
        Column("group", _("Class or group"), "group"),
        Column("topic", _("Topic"), "topic"),
        Column("held_on", _("Day"), "held_on", Kind.DATE),
        Column("minutes", _("Minutes"), "minutes", Kind.INTEGER),
        Column("headcount", _("Students"), "headcount", Kind.INTEGER),
        Column("keeper", _("Kept by"), "keeper"),
        VOIDED,
        Column("void_reason", _("Reason for voiding"), "void_reason"),
    ),
    places={"district": "school__district_id", "school": "school_id"},
)
