"""What the API shows of the parts of memoranda and commitments: people, designations, words of both sides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from commitments.models import (
    Breach,
    Completion,
    Decision,
    Designation,
    EndChange,
    MemorandumPerson,
    MemorandumTerms,
    Renewal,
    Review,
    Side,
    Signer,
    StatusReport,
)
from commitments.tables import REPORT_PARTS, VOIDED
from commitments.tables_of_bodies import DECISION_PARTS
from district import tables as ground
from district.columns import Column, Kind, RecordTable, grouped, objects
from district.models import User
from district.tables import ID, SCHOOL

Gather = Callable[[Sequence[int], User], dict[int, list[dict[str, Any]]]]


def parts_of(model: Any, key: str, order: Sequence[str], columns: tuple[Column, ...]) -> Gather:
    """Return what gathers the rows of `model` that belong to records, by `key`, in their order."""

    def gather(keys: Sequence[int], user: User) -> dict[int, list[dict[str, Any]]]:
        return grouped(objects(model.objects.filter(**{f"{key}__in": keys}).order_by(*order), key, columns))

    return gather


def part(name: str, words: Any, model: Any, order: Sequence[str], columns: tuple[Column, ...], key: str) -> Column:
    """A column that holds the rows of another model."""
    return Column(name, words, kind=Kind.OBJECTS, gather=parts_of(model, key, order, columns), parts=columns)


TERMS_PARTS = (
    Column("scope", _("What it is about"), "scope"),
    Column("data_sharing", _("Data sharing"), "data_sharing"),
    Column("notice_days", _("Notice in days"), "notice_days", Kind.INTEGER, is_nullable=True),
)
PERSON_PARTS = (
    ID,
    Column("part", _("Part"), "part", choices=MemorandumPerson.Part),
    Column("side", _("Stands for"), "side", choices=Signer),
    Column("name", _("Name"), "name"),
    Column("title", _("Title or office"), "title"),
    Column("email", _("E-mail"), "email"),
    Column("phone", _("Phone"), "phone"),
    Column("signed_on", _("Signed on"), "signed_on", Kind.DATE, is_nullable=True),
    Column("ended_on", _("Until"), "ended_on", Kind.DATE, is_nullable=True),
)
DESIGNATION_PARTS = (
    ID,
    Column("function", _("Function"), "function"),
    Column("begins_on", _("Begins on"), "begins_on", Kind.DATE),
    Column("expires_on", _("Expires on"), "expires_on", Kind.DATE),
    Column("ended_on", _("Ended early on"), "ended_on", Kind.DATE, is_nullable=True),
    Column("end_reason", _("Reason for the end"), "end_reason"),
)
END_PARTS = (
    ID,
    Column("kind", _("Kind"), "kind", choices=EndChange.Kind),
    Column("status", _("Status"), "status", choices=EndChange.Status),
    Column("ended_on", _("End before"), "ended_on", Kind.DATE, is_nullable=True),
    Column("ends_on", _("New end"), "ends_on", Kind.DATE),
    Column("reason", _("Reason"), "reason"),
    Column("proposed_on", _("Proposed on"), "proposed_on", Kind.DATE),
    Column("decided_on", _("Decided on"), "decided_on", Kind.DATE, is_nullable=True),
)
REVIEW_PARTS = (
    ID,
    Column("planned_on", _("Planned for"), "planned_on", Kind.DATE),
    Column("held_on", _("Held on"), "held_on", Kind.DATE, is_nullable=True),
    Column("present", _("Who was there"), "present"),
    Column("summary", _("What was said"), "summary"),
    VOIDED,
)
RENEWAL_PARTS = (Column("memorandum", _("Memorandum"), "later__uid", Kind.ID),)
BEFORE_PARTS = (Column("memorandum", _("Memorandum"), "earlier__uid", Kind.ID),)

OF = "memorandum"
MEMORANDA = replace(
    ground.MEMORANDA,
    details=(
        part("terms", _("Terms"), MemorandumTerms, ("pk",), TERMS_PARTS, OF),
        part("people", _("Signatories and contacts"), MemorandumPerson, ("pk",), PERSON_PARTS, OF),
        part("designations", _("Designations"), Designation, ("begins_on", "pk"), DESIGNATION_PARTS, OF),
        part("end_changes", _("Changes of the end"), EndChange, ("proposed_on", "pk"), END_PARTS, OF),
        part("reviews", _("Reviews"), Review, ("planned_on", "pk"), REVIEW_PARTS, OF),
        part("renewed_by", _("Renewed by"), Renewal, ("pk",), RENEWAL_PARTS, "earlier"),
        part("renews", _("Renews"), Renewal, ("pk",), BEFORE_PARTS, "later"),
    ),
)
"""Memoranda with everything that belongs to them: each list is in its order, terms and renewals hold at most one."""

REPORTS = RecordTable(
    StatusReport,
    "status-reports",
    (
        ID,
        Column("commitment", _("Commitment"), "commitment__uid", Kind.ID),
        Column("commitment_title", _("Commitment"), "commitment__title"),
        Column("side", _("Side"), "side", choices=Side),
        Column("completion", _("How far"), "completion", choices=Completion),
        *REPORT_PARTS[3:],
        VOIDED,
        Column("void_reason", _("Reason for voiding"), "void_reason"),
    ),
    places={"district": "commitment__district_id"},
)
DECISIONS = RecordTable(
    Decision,
    "decisions",
    (
        ID,
        Column("meeting", _("Meeting"), "meeting__uid", Kind.ID),
        Column("body", _("Body"), "meeting__body__uid", Kind.ID),
        Column("body_name", _("Body"), "meeting__body__name"),
        Column("decided_on", _("Decided on"), "meeting__on", Kind.DATE),
        *DECISION_PARTS[1:],
        VOIDED,
    ),
    places={"district": "meeting__body__district_id"},
)
BREACHES = RecordTable(
    Breach,
    "breaches",
    (
        ID,
        Column("commitment", _("Commitment"), "commitment__uid", Kind.ID),
        Column("commitment_title", _("Commitment"), "commitment__title"),
        Column("miss", _("Miss"), "miss__uid", Kind.ID),
        SCHOOL,
        Column("record", _("Record"), "record_uid", Kind.ID),
        Column("happened_on", _("Day"), "happened_on", Kind.DATE),
        Column("found_on", _("Found on"), "found_on", Kind.DATE),
        Column("withdrawn_on", _("No longer counts, since"), "withdrawn_on", Kind.DATE, is_nullable=True),
    ),
    places={"district": "school__district_id", "school": "school_id"},
)
