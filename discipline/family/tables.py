"""What the lists of links, of requests of families and of informal removals show, column by column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from discipline.models import (
    FamilyLink,
    FamilyRequest,
    FamilyRequestStatus,
    LetterLanguage,
    SentHome,
    SentHomeStatus,
)
from district.access import Permission
from district.columns import Column, Kind, RecordTable, grouped, objects
from district.models import User
from district.tables import ID, SCHOOL, SCHOOL_YEAR, STUDENT

_PLACES = {"district": "school__district_id", "school": "school_id", "student": "student_id"}
REQUEST_PARTS = (
    Column("state", _("State"), "state", choices=FamilyRequest.State),
    Column("at", _("When"), "at", Kind.MOMENT),
    Column("answer", _("Answer"), "answer"),
)
REPORT_PARTS = (
    Column("state", _("State"), "state", choices=SentHome.State),
    Column("at", _("When"), "at", Kind.MOMENT),
    Column("note", _("Note"), "note"),
)


def statuses_of_requests(keys: Sequence[int], user: User) -> Any:
    """The states of each request, with what the family was answered."""
    rows = FamilyRequestStatus.objects.filter(request__in=keys).order_by("at", "pk")
    return grouped(objects(rows, "request", REQUEST_PARTS))


def statuses_of_reports(keys: Sequence[int], user: User) -> Any:
    """The states of each report."""
    rows = SentHomeStatus.objects.filter(report__in=keys).order_by("at", "pk")
    return grouped(objects(rows, "report", REPORT_PARTS))


LINKS = RecordTable(
    FamilyLink,
    "family-links",
    (
        ID,
        STUDENT,
        SCHOOL,
        Column("guardian", _("Guardian"), "guardian__uid", Kind.ID),
        Column("created_at", _("Made"), "created_at", Kind.MOMENT),
        Column("expires_at", _("Ends"), "expires_at", Kind.MOMENT),
        Column("opened", _("Times opened"), "opened", Kind.INTEGER),
        Column("opened_at", _("Last opened"), "opened_at", Kind.MOMENT, is_nullable=True),
        Column("revoked", _("Revoked"), "revoked_at", Kind.IS_SET),
        Column("revoke_reason", _("Reason for revoking"), "revoke_reason"),
    ),
    places=_PLACES,
    about_students=True,
)
REQUESTS = RecordTable(
    FamilyRequest,
    "family-requests",
    (
        ID,
        STUDENT,
        SCHOOL,
        Column("kind", _("Asked for"), "kind", choices=FamilyRequest.Kind),
        Column("guardian", _("Guardian"), "guardian__uid", Kind.ID),
        Column("removal", _("Removal"), "removal__uid", Kind.ID, is_nullable=True),
        Column("language", _("Language"), "language", choices=LetterLanguage),
        Column("asked_on", _("Asked on"), "asked_on", Kind.DATE),
        Column("due_on", _("To answer by"), "due_on", Kind.DATE, is_nullable=True),
        Column("state", _("State"), "state", choices=FamilyRequest.State),
    ),
    details=(
        Column("words", _("In the family’s words"), "words"),
        Column("statuses", _("States"), kind=Kind.OBJECTS, gather=statuses_of_requests, parts=REQUEST_PARTS),
    ),
    places=_PLACES,
    about_students=True,
)
SENT_HOME = RecordTable(
    SentHome,
    "sent-home",
    (
        ID,
        STUDENT,
        SCHOOL,
        SCHOOL_YEAR,
        Column("begins_on", _("On"), "begins_on", Kind.DATE),
        Column("left_at", _("Left at"), "left_at", Kind.TIME, is_nullable=True),
        Column("days", _("School days"), "days", Kind.DAYS),
        Column("source", _("Told by"), "source", choices=SentHome.Source),
        Column("told_on", _("Told on"), "told_on", Kind.DATE),
        Column("due_on", _("To look into by"), "due_on", Kind.DATE, is_nullable=True),
        Column("state", _("State"), "state", choices=SentHome.State),
        Column("removal", _("Removal"), "removal__uid", Kind.ID, is_nullable=True),
    ),
    details=(
        Column("told_by", _("Who asked for it"), "told_by", needs=Permission.NARRATIVE_VIEW),
        Column("words", _("What happened"), "words", needs=Permission.NARRATIVE_VIEW),
        Column("statuses", _("States"), kind=Kind.OBJECTS, gather=statuses_of_reports, parts=REPORT_PARTS),
    ),
    places=_PLACES,
    about_students=True,
)
