"""What the lists of the discipline record show, column by column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from discipline.models import (
    Behavior,
    Incident,
    Involvement,
    LawEnforcement,
    Referral,
    ReferralStatus,
    Removal,
    RemovalChange,
    RemovalKind,
    Response,
    ResponseCell,
    RuleVersion,
)
from district.access import Permission
from district.columns import Column, Kind, RecordTable, grouped, listed, objects
from district.models import Grade, User
from district.tables import DISTRICT, ID, SCHOOL, SCHOOL_YEAR, STUDENT

_NARRATIVE = {"description", "reported_by"}
_PLACES = {"district": "school__district_id", "school": "school_id", "student": "student_id"}
_INCIDENT = (
    Column("incident", _("Incident"), "incident__uid", Kind.ID),
    Column("incident_id", _("Incident number"), "incident__identifier"),
)
_OCCURRED_ON = Column("occurred_on", _("Day"), "incident__occurred_on", Kind.DATE)


def behaviors_of_incidents(keys: Sequence[int], user: User) -> dict[int, list[str]]:
    """Codes of the behaviours in each incident, voided parts left out."""
    parts = Involvement.objects.responsible().filter(incident__in=keys, behavior__isnull=False)
    return listed(parts.order_by("pk").values_list("incident", "behavior__code"))


def involvements_of_incidents(keys: Sequence[int], user: User) -> dict[int, list[dict[str, Any]]]:
    """Parts in each incident. What was written, and who was a witness, only where `user` may read narratives."""
    told = set(
        Incident.objects.filter(pk__in=keys).allowed(user, Permission.NARRATIVE_VIEW).values_list("pk", flat=True)
    )
    rows = Involvement.objects.filter(incident__in=keys).order_by("pk")
    return grouped(
        (incident, part if incident in told else {name: part[name] for name in part if name not in _NARRATIVE})
        for incident, part in objects(rows, "incident", INVOLVEMENT_PARTS)
        if incident in told or part["role"] not in Involvement.CONFIDENTIAL
    )


def _parts_of_referrals(keys: Sequence[int], column: str) -> dict[int, list[str]]:
    """Values of `column` in the standing parts of each referral's student in its incident."""
    referrals = {
        (incident, student): key
        for key, incident, student in Referral.objects.filter(pk__in=keys).values_list("pk", "incident", "student")
    }
    parts = Involvement.objects.responsible().filter(incident__in={incident for incident, _student in referrals})
    rows = parts.order_by("pk").values_list("incident", "student", column)
    return listed(
        (referrals[incident, student], value)
        for incident, student, value in rows
        if value and (incident, student) in referrals
    )


def behaviors_of_referrals(keys: Sequence[int], user: User) -> dict[int, list[str]]:
    """Codes of the behaviours for which each student was referred."""
    return _parts_of_referrals(keys, "behavior__code")


def responses_of_referrals(keys: Sequence[int], user: User) -> dict[int, list[str]]:
    """What was done, or asked for, beside a removal in each referral."""
    return _parts_of_referrals(keys, "response")


def statuses_of_referrals(keys: Sequence[int], user: User) -> dict[int, list[dict[str, Any]]]:
    """The states through which each referral went, without the notes."""
    rows = ReferralStatus.objects.filter(referral__in=keys).order_by("at", "pk")
    return grouped(objects(rows, "referral", STATUS_PARTS))


def changes_of_removals(keys: Sequence[int], user: User) -> dict[int, list[dict[str, Any]]]:
    """The terms of each removal before every change, with the reason of the change."""
    rows = RemovalChange.objects.filter(removal__in=keys).order_by("at", "pk")
    return grouped(objects(rows, "removal", CHANGE_PARTS))


INVOLVEMENT_PARTS = (
    ID,
    STUDENT,
    Column("role", _("Part"), "role", choices=Involvement.Role),
    Column("behavior_code", _("Behavior"), "behavior__code", is_nullable=True),
    Column("law_enforcement", _("Law enforcement"), "law_enforcement", choices=LawEnforcement, is_blank=True),
    Column("response", _("Response"), "response", choices=Response, is_blank=True),
    Column("voided", _("Voided"), "voided_at", Kind.IS_SET),
    Column("description", _("Description"), "description", needs=Permission.NARRATIVE_VIEW),
    Column("reported_by", _("Reported by"), "reported_by", needs=Permission.NARRATIVE_VIEW),
)
STATUS_PARTS = (
    Column("status", _("Status"), "status", choices=Referral.Status),
    Column("at", _("Since"), "at", Kind.MOMENT),
)
CHANGE_PARTS = (
    Column("changed_at", _("Changed"), "at", Kind.MOMENT),
    Column("reason", _("Reason"), "reason"),
    Column("begins_on", _("Began on"), "begins_on", Kind.DATE),
    Column("ends_on", _("Ended on"), "ends_on", Kind.DATE, is_nullable=True),
    Column("days", _("School days"), "days", Kind.DAYS, is_nullable=True),
    Column("services_provided", _("Services provided"), "services_provided", Kind.YES_NO, is_nullable=True),
)

BEHAVIORS = RecordTable(
    Behavior,
    "behaviors",
    (
        ID,
        DISTRICT,
        Column("code", _("Code"), "code"),
        Column("title", _("Title"), "title"),
        Column("definition", _("Definition"), "definition"),
        Column("level", _("Level"), "level"),
        Column("category", _("Category"), "category"),
        Column("subjective", _("Subjective"), "subjective", Kind.YES_NO),
        Column("ceds_behavior", _("CEDS code"), "ceds_behavior"),
        Column("crdc_offense", _("CRDC offense"), "crdc_offense"),
        Column("state_code", _("State code"), "state_code"),
        Column("max_response", _("Strongest response"), "max_response"),
        Column("grades", _("Grades"), "grades"),
        Column("valid_from", _("Valid from"), "valid_from", Kind.DATE, is_nullable=True),
        Column("valid_to", _("Valid to"), "valid_to", Kind.DATE, is_nullable=True),
    ),
    places={"district": "district_id"},
)
INCIDENTS = RecordTable(
    Incident,
    "incidents",
    (
        ID,
        Column("incident_id", _("Incident number"), "identifier"),
        SCHOOL,
        SCHOOL_YEAR,
        Column("occurred_on", _("Day"), "occurred_on", Kind.DATE),
        Column("occurred_time", _("Time"), "occurred_time", Kind.TIME, is_nullable=True),
        Column("location", _("Place"), "location"),
        Column("behaviors", _("Behaviors"), kind=Kind.TEXTS, gather=behaviors_of_incidents),
    ),
    details=(
        Column(
            "involvements", _("Parts"), kind=Kind.OBJECTS, gather=involvements_of_incidents, parts=INVOLVEMENT_PARTS
        ),
    ),
    places={"district": "school__district_id", "school": "school_id"},
    about_students=True,
)
REFERRALS = RecordTable(
    Referral,
    "referrals",
    (
        ID,
        *_INCIDENT,
        STUDENT,
        SCHOOL,
        SCHOOL_YEAR,
        _OCCURRED_ON,
        Column("status", _("Status"), "status", choices=Referral.Status),
        Column("behaviors", _("Behaviors"), kind=Kind.TEXTS, gather=behaviors_of_referrals),
        Column("responses", _("Responses"), kind=Kind.TEXTS, gather=responses_of_referrals),
    ),
    details=(Column("statuses", _("Statuses"), kind=Kind.OBJECTS, gather=statuses_of_referrals, parts=STATUS_PARTS),),
    places=_PLACES,
    about_students=True,
)
REMOVALS = RecordTable(
    Removal,
    "removals",
    (
        ID,
        *_INCIDENT,
        STUDENT,
        SCHOOL,
        SCHOOL_YEAR,
        _OCCURRED_ON,
        Column("removal_id", _("Removal number"), "identifier"),
        Column("kind", _("Kind"), "kind", choices=RemovalKind),
        Column("begins_on", _("Begins on"), "begins_on", Kind.DATE),
        Column("ends_on", _("Ends on"), "ends_on", Kind.DATE, is_nullable=True),
        Column("days", _("School days"), "days", Kind.DAYS, is_nullable=True),
        Column("services_provided", _("Services provided"), "services_provided", Kind.YES_NO, is_nullable=True),
        Column("voided", _("Voided"), "voided_at", Kind.IS_SET),
        Column("void_reason", _("Reason for voiding"), "void_reason"),
    ),
    details=(Column("changes", _("Changes"), kind=Kind.OBJECTS, gather=changes_of_removals, parts=CHANGE_PARTS),),
    places=_PLACES,
    about_students=True,
)
RULES = RecordTable(
    RuleVersion,
    "rules",
    (
        ID,
        Column("district", _("District"), "rule__district__code"),
        Column("key", _("Key"), "rule__key"),
        Column("version", _("Version"), "number", Kind.INTEGER),
        Column("jurisdiction", _("Jurisdiction"), "jurisdiction"),
        Column("citation", _("Citation"), "citation"),
        Column("title", _("Title"), "title"),
        Column("text", _("What it says"), "terms__text"),
        Column("subject", _("About"), "subject", choices=RuleVersion.About),
        Column("severity", _("A breach"), "severity", choices=RuleVersion.Breach),
        Column("effective_from", _("In force from"), "effective_from", Kind.DATE, is_nullable=True),
        Column("effective_to", _("In force to"), "effective_to", Kind.DATE, is_nullable=True),
        Column("superseded_on", _("Replaced from"), "superseded_on", Kind.DATE, is_nullable=True),
        Column("needs_confirmation", _("To be confirmed"), "needs_confirmation", Kind.YES_NO),
        Column("sign_off", _("Sign-off"), "sign_off", choices=RuleVersion.SignOff),
    ),
    places={"district": "rule__district_id"},
)
RESPONSE_CELLS = RecordTable(
    ResponseCell,
    "responses-allowed",
    (
        Column("district", _("District"), "matrix__district__code"),
        Column("valid_from", _("Valid from"), "matrix__valid_from", Kind.DATE),
        Column("superseded_on", _("Replaced from"), "matrix__superseded_on", Kind.DATE, is_nullable=True),
        Column("level", _("Level"), "level"),
        Column("grade_from", _("From grade"), "grade_from", choices=Grade),
        Column("grade_to", _("To grade"), "grade_to", choices=Grade),
        Column("prior_from", _("Earlier incidents, from"), "prior_from", Kind.INTEGER),
        Column("prior_to", _("Earlier incidents, to"), "prior_to", Kind.INTEGER, is_nullable=True),
        Column("responses", _("Responses allowed"), "responses", Kind.TEXTS),
    ),
    places={"district": "matrix__district_id"},
)
