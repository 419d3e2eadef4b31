"""What the lists of co-governance show, column by column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from commitments.models import (
    Cadence,
    Commitment,
    CommitmentStatus,
    Completion,
    Document,
    DueItem,
    EscalationRule,
    Miss,
    MissStep,
    PartnerActivity,
    Party,
    Period,
    RateOf,
    Side,
    Source,
    StatusReport,
    Tier,
)
from district.columns import Column, Kind, RecordTable, grouped, listed, objects
from district.models import User
from district.tables import DISTRICT, ID

ORGANIZATION = Column("organization", _("Organization"), "organization__uid", Kind.ID, is_nullable=True)
VOIDED = Column("voided", _("Voided"), "voided_at", Kind.IS_SET)


def schools_of_commitments(keys: Sequence[int], user: User) -> dict[int, list[str]]:
    """Codes of the schools that each commitment names."""
    rows = Commitment.schools.through.objects.filter(commitment__in=keys).order_by("school__code")
    return listed(rows.values_list("commitment", "school__code"))


def statuses_of_commitments(keys: Sequence[int], user: User) -> dict[int, list[dict[str, Any]]]:
    """The states through which each commitment went."""
    rows = CommitmentStatus.objects.filter(commitment__in=keys).order_by("on", "pk")
    return grouped(objects(rows, "commitment", STATUS_PARTS))


def dates_of_commitments(keys: Sequence[int], user: User) -> dict[int, list[dict[str, Any]]]:
    """The dates on which something of each commitment falls due."""
    return grouped(objects(DueItem.objects.filter(commitment__in=keys).order_by("due_on"), "commitment", DATE_PARTS))


def reports_of_commitments(keys: Sequence[int], user: User) -> dict[int, list[dict[str, Any]]]:
    """What either side said of each commitment, voided words left out."""
    rows = StatusReport.objects.standing().filter(commitment__in=keys).order_by("as_of", "pk")
    return grouped(objects(rows, "commitment", REPORT_PARTS))


def steps_of_misses(keys: Sequence[int], user: User) -> dict[int, list[dict[str, Any]]]:
    """The steps after each miss. Of a breach that `user` may know only as a word, those of the clock have no day."""
    known = set(Miss.objects.filter(pk__in=keys).known_to(user).values_list("pk", flat=True))
    rows = MissStep.objects.filter(miss__in=keys).order_by("pk")
    shown = grouped(objects(rows, "miss", STEP_PARTS))
    for key, steps in shown.items():
        if key not in known:
            shown[key] = [step | {"due_on": None} | ({} if step["text"] else {"on": None}) for step in steps]
    return shown


STATUS_PARTS = (
    Column("status", _("Status"), "status", choices=Commitment.Status),
    Column("on", _("Since"), "on", Kind.DATE),
    Column("note", _("Note"), "note"),
)
DATE_PARTS = (
    ID,
    Column("due_on", _("Due on"), "due_on", Kind.DATE),
    Column("fulfilled_on", _("Delivered on"), "fulfilled_on", Kind.DATE, is_nullable=True),
    Column("missed_on", _("Missed on"), "missed_on", Kind.DATE, is_nullable=True),
    Column("evidence", _("Evidence"), "evidence"),
)
REPORT_PARTS = (
    ID,
    Column("side", _("Side"), "side", choices=Side),
    Column("completion", _("How far"), "completion", choices=Completion),
    Column("as_of", _("As of"), "as_of", Kind.DATE),
    Column("text", _("What is so"), "text"),
    Column("evidence", _("Evidence"), "evidence"),
    Column("value", _("Figure reached"), "value", Kind.DECIMAL, is_nullable=True),
)
STEP_PARTS = (
    Column("step", _("Step"), "kind", choices=MissStep.Kind),
    Column("on", _("Day"), "on", Kind.DATE, is_nullable=True),
    Column("due_on", _("Next step due on"), "due_on", Kind.DATE, is_nullable=True),
    Column("text", _("What was said"), "text"),
    Column("meeting", _("Meeting"), "meeting__uid", Kind.ID, is_nullable=True),
)

COMMITMENTS = RecordTable(
    Commitment,
    "commitments",
    (
        ID,
        DISTRICT,
        Column("title", _("Title"), "title"),
        Column("text", _("Text as adopted"), "text"),
        Column("status", _("Status"), "status", choices=Commitment.Status),
        Column("source", _("Source"), "source", choices=Source),
        Column("memorandum", _("Memorandum"), "memorandum__uid", Kind.ID, is_nullable=True),
        Column("resolution", _("Resolution"), "resolution__uid", Kind.ID, is_nullable=True),
        Column("decision", _("Decision"), "decision__uid", Kind.ID, is_nullable=True),
        Column("reference", _("Clause or number"), "reference"),
        Column("adopted_on", _("Adopted on"), "adopted_on", Kind.DATE),
        Column("responsible", _("Who owes it"), "responsible", choices=Party),
        Column("responsible_name", _("Who answers for it"), "responsible_name"),
        ORGANIZATION,
        Column("schools", _("Schools"), kind=Kind.TEXTS, gather=schools_of_commitments),
        Column("beneficiaries", _("For whom"), "beneficiaries"),
        Column("due_on", _("Due on"), "due_on", Kind.DATE, is_nullable=True),
        Column("cadence", _("Falls due"), "cadence", choices=Cadence, is_blank=True),
        Column("first_due_on", _("First due on"), "first_due_on", Kind.DATE, is_nullable=True),
        Column("last_due_on", _("Last due on"), "last_due_on", Kind.DATE, is_nullable=True),
        Column("measure", _("Live measure"), "measure"),
        Column("behavior_level", _("Behavior level"), "behavior_level"),
        Column("rate_of", _("Rate of"), "rate_of", choices=RateOf, is_blank=True),
        Column("group", _("Group"), "group"),
        Column("minimum", _("Enough at a school"), "minimum", Kind.INTEGER, is_nullable=True),
        Column("tier", _("Tier"), "tier", choices=Tier, is_blank=True),
        Column("within_days", _("Within days"), "within_days", Kind.INTEGER, is_nullable=True),
        Column("period", _("Counted over"), "period", choices=Period, is_blank=True),
        Column("baseline", _("Where it stood"), "baseline", Kind.DECIMAL, is_nullable=True),
        Column("target", _("Target"), "target", Kind.DECIMAL, is_nullable=True),
        Column("unit", _("Unit"), "unit"),
        Column("evidence", _("Evidence"), "evidence"),
        Column("checker", _("Who checks it"), "checker"),
        Column("consequence", _("Consequence"), "consequence"),
        Column("body", _("Body"), "body__uid", Kind.ID, is_nullable=True),
    ),
    details=(
        Column("statuses", _("Statuses"), kind=Kind.OBJECTS, gather=statuses_of_commitments, parts=STATUS_PARTS),
        Column("due_items", _("Dates"), kind=Kind.OBJECTS, gather=dates_of_commitments, parts=DATE_PARTS),
        Column("reports", _("Reports"), kind=Kind.OBJECTS, gather=reports_of_commitments, parts=REPORT_PARTS),
    ),
    places={"district": "district_id"},
)
DUE_ITEMS = RecordTable(
    DueItem,
    "due-items",
    (
        ID,
        Column("commitment", _("Commitment"), "commitment__uid", Kind.ID),
        Column("title", _("Title"), "commitment__title"),
        *DATE_PARTS[1:],
    ),
    places={"district": "commitment__district_id"},
)
MISSES = RecordTable(
    Miss,
    "misses",
    (
        ID,
        Column("commitment", _("Commitment"), "commitment__uid", Kind.ID),
        Column("title", _("Title"), "commitment__title"),
        Column("kind", _("Kind"), "kind", choices=Miss.Kind),
        Column("status", _("Status"), "status", choices=Miss.Status),
        Column("outcome", _("How it ended"), "outcome", choices=Miss.Outcome, is_blank=True),
    ),
    details=(Column("steps", _("Steps"), kind=Kind.OBJECTS, gather=steps_of_misses, parts=STEP_PARTS),),
    places={"district": "commitment__district_id"},
)
ACTIVITIES = RecordTable(
    PartnerActivity,
    "activities",
    (
        ID,
        Column("memorandum", _("Memorandum"), "memorandum__uid", Kind.ID),
        Column("organization", _("Organization"), "memorandum__organization__name"),
        Column("kind", _("Kind"), "kind", choices=PartnerActivity.Kind),
        Column("happened_on", _("Day"), "happened_on", Kind.DATE),
        Column("title", _("What was done"), "title"),
        Column("hours", _("Hours"), "hours", Kind.DECIMAL, is_nullable=True),
        Column("people_reached", _("People reached"), "people_reached", Kind.INTEGER, is_nullable=True),
        Column("cases_brought", _("Cases brought"), "cases_brought", Kind.INTEGER, is_nullable=True),
        Column("funding", _("Funding in dollars"), "funding", Kind.DECIMAL, is_nullable=True),
        Column("note", _("Note"), "note"),
        VOIDED,
        Column("void_reason", _("Reason for voiding"), "void_reason"),
    ),
    places={"district": "memorandum__district_id"},
)
DOCUMENTS = RecordTable(
    Document,
    "documents",
    (
        ID,
        Column("title", _("Title"), "title"),
        Column("memorandum", _("Memorandum"), "memorandum__uid", Kind.ID, is_nullable=True),
        Column("commitment", _("Commitment"), "commitment__uid", Kind.ID, is_nullable=True),
        Column("meeting", _("Meeting"), "meeting__uid", Kind.ID, is_nullable=True),
        Column("assembly", _("Assembly"), "assembly__uid", Kind.ID, is_nullable=True),
        Column("file_name", _("File name"), "file_name"),
        Column("content_type", _("Type"), "content_type"),
        Column("size", _("Bytes"), "size", Kind.INTEGER),
        Column("sha256", _("SHA-256"), "sha256"),
        VOIDED,
        Column("void_reason", _("Reason for voiding"), "void_reason"),
    ),
)
RULES = RecordTable(
    EscalationRule,
    "escalation-rules",
    (
        ID,
        DISTRICT,
        Column("step", _("Step"), "step", choices=EscalationRule.Step),
        Column("days", _("Days"), "days", Kind.INTEGER),
        Column("unit", _("Unit"), "unit", choices=EscalationRule.Unit),
        Column("valid_from", _("Valid from"), "valid_from", Kind.DATE),
    ),
    places={"district": "district_id"},
)
