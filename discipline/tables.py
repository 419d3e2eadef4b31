"""What the lists of the discipline record show, column by column."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from discipline import gathering as gather
from discipline.gathering_law import RemovalState, states_of_removals
from discipline.models import (
    Behavior,
    Incident,
    Referral,
    Removal,
    RemovalKind,
    RemovalTerms,
    ResponseCell,
    RuleVersion,
)
from district.access import Permission
from district.columns import Column, Kind, RecordTable
from district.models import Grade
from district.tables import DISTRICT, ID, SCHOOL, SCHOOL_YEAR, STUDENT

_PLACES = {"district": "school__district_id", "school": "school_id", "student": "student_id"}
_INCIDENT = (
    Column("incident", _("Incident"), "incident__uid", Kind.ID),
    Column("incident_id", _("Incident number"), "incident__identifier"),
)
_OCCURRED_ON = Column("occurred_on", _("Day"), "incident__occurred_on", Kind.DATE)

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
        Column("is_time_exact", _("Exact time"), "is_time_exact", Kind.YES_NO),
        Column("location", _("Place"), "location"),
        Column("behaviors", _("Behaviors"), kind=Kind.TEXTS, gather=gather.behaviors_of_incidents),
        Column("merged_into", _("Merged into"), "merged_into__uid", Kind.ID, is_nullable=True),
    ),
    details=(
        Column(
            "description",
            _("What happened"),
            needs=Permission.NARRATIVE_VIEW,
            gather=gather.descriptions_of_incidents,
        ),
        Column("tried_first", _("Tried first"), kind=Kind.TEXTS, gather=gather.tried_of_incidents),
        Column(
            "involvements",
            _("Parts"),
            kind=Kind.OBJECTS,
            gather=gather.involvements_of_incidents,
            parts=gather.INVOLVEMENT_PARTS,
        ),
        Column(
            "other_people",
            _("Other people"),
            kind=Kind.OBJECTS,
            gather=gather.people_of_incidents,
            parts=gather.PERSON_PARTS,
        ),
        Column(
            "family_contacts",
            _("Family contacts"),
            kind=Kind.OBJECTS,
            gather=gather.contacts_of_incidents,
            parts=gather.CONTACT_PARTS,
        ),
        Column("links", _("Links"), kind=Kind.OBJECTS, gather=gather.links_of_incidents, parts=gather.LINK_PARTS),
        Column(
            "merges", _("Merged here"), kind=Kind.OBJECTS, gather=gather.merges_of_incidents, parts=gather.MERGE_PARTS
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
        Column("outcome", _("Outcome"), "outcome", choices=Referral.Outcome, is_blank=True),
        Column("asks_restorative", _("Asks for a circle"), "asks_restorative", Kind.YES_NO),
        Column("assigned_to", _("Reviewer"), "assigned_to__email", is_nullable=True),
        Column("behaviors", _("Behaviors"), kind=Kind.TEXTS, gather=gather.behaviors_of_referrals),
        Column("responses", _("Responses"), kind=Kind.TEXTS, gather=gather.responses_of_referrals),
    ),
    details=(
        Column(
            "statuses",
            _("Statuses"),
            kind=Kind.OBJECTS,
            gather=gather.statuses_of_referrals,
            parts=gather.STATUS_PARTS,
        ),
        Column(
            "responses_recorded",
            _("Responses recorded here"),
            kind=Kind.OBJECTS,
            gather=gather.given_to_referrals,
            parts=gather.RESPONSE_PARTS,
        ),
    ),
    places=_PLACES,
    about_students=True,
)


def _fact(name: str, label: Any, kind: Kind = Kind.YES_NO, **options: Any) -> Column:
    """A fact that bears on the clock: with the program it comes from, it says more than that somebody was removed."""
    return Column(name, label, f"terms__{name}", kind, is_nullable=True, needs=Permission.DEMOGRAPHICS_VIEW, **options)


FACTS_OF_REMOVALS = (
    _fact("minutes_removed", _("Minutes removed"), Kind.INTEGER),
    _fact("day_minutes", _("Minutes of that school day"), Kind.INTEGER),
    _fact("progress_in_curriculum", _("Went on in the general curriculum")),
    _fact("iep_services_continued", _("Had the services of the IEP")),
    _fact("with_peers", _("Was with peers to the same extent")),
    _fact("bus_is_service", _("The bus is a service in the IEP")),
    _fact("bus_alternative", _("Another way to school was given")),
    _fact("standing", _("Alleged or confirmed"), Kind.TEXT, choices=RemovalTerms.Standing),
    _fact("interim_reason", _("Reason for the interim setting"), Kind.TEXT, choices=RemovalTerms.InterimReason),
)
"""What bears on whether the days of a removal count; null where nobody said."""

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
        Column("services", _("Which services"), "services"),
        Column("voided", _("Voided"), "voided_at", Kind.IS_SET),
        Column("void_reason", _("Reason for voiding"), "void_reason"),
    ),
    details=(
        Column("state", _("State"), choices=RemovalState, gather=states_of_removals),
        Column("decided_on", _("Decided on"), "terms__decided_on", Kind.DATE, is_nullable=True),
        *FACTS_OF_REMOVALS,
        Column(
            "changes", _("Changes"), kind=Kind.OBJECTS, gather=gather.changes_of_removals, parts=gather.CHANGE_PARTS
        ),
        Column(
            "served_days",
            _("Served days"),
            kind=Kind.OBJECTS,
            gather=gather.served_days_of_removals,
            parts=gather.SERVED_PARTS,
        ),
    ),
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
