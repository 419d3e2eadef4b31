"""What the list of concerns shows, column by column. No list and no file holds a word that anybody wrote, and nothing
at all holds who filed a concern."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from commitments.concerns import sealed
from commitments.models import Concern, ConcernEvidence, ConcernMessage, ConcernRule, ConcernStep
from district.access import Permission
from district.columns import Column, Kind, RecordTable, grouped, objects
from district.models import User
from district.tables import DISTRICT, ID

WORK = Permission.CONCERN_WORK
SAID_PARTS = (
    Column("what", _("What happened"), "what"),
    Column("where", _("Where"), "where"),
    Column("when", _("When"), "when"),
    Column("about", _("Who it is about"), "about"),
    Column("promise", _("Which promise or rule"), "promise"),
    Column("language", _("Language"), "language"),
    Column("way", _("Filed"), "way"),
)
MESSAGE_PARTS = (
    Column("side", _("Side"), "side"),
    Column("kind", _("Kind"), "kind"),
    Column("on", _("Day"), "on", Kind.DATE),
    Column("text", _("Text"), "text", is_nullable=True),
)
STEP_PARTS = (
    Column("kind", _("Step"), "kind", choices=ConcernStep.Kind),
    Column("on", _("Day"), "on", Kind.DATE),
    Column("due_on", _("Next step due on"), "due_on", Kind.DATE, is_nullable=True),
)
FILE_PARTS = (
    ID,
    Column("name", _("File name"), "name"),
    Column("content_type", _("Type"), "content_type"),
    Column("size", _("Bytes"), "size", Kind.INTEGER),
)


def steps_of_concerns(keys: Sequence[Any], user: User) -> Any:
    """The dated steps of each concern."""
    rows = ConcernStep.objects.filter(concern__in=keys).order_by("number")
    return grouped(objects(rows, "concern", STEP_PARTS))


def words_of_concerns(keys: Sequence[Any], user: User) -> Any:
    """What was said of each concern, for its recipient: a list of one, or of none once it is purged."""
    rows = Concern.objects.received_by(user).filter(pk__in=keys).values_list("pk", "sealed")
    opened = ((key, sealed.said_of(text)) for key, text in rows)
    return {key: [{part.name: getattr(said, part.name) for part in SAID_PARTS}] for key, said in opened if said}


def messages_of_concerns(keys: Sequence[Any], user: User) -> Any:
    """The conversation of each concern for its recipient; for the organization that filed it, the recipient's words."""
    received = set(Concern.objects.received_by(user).filter(pk__in=keys).values_list("pk", flat=True))
    found: dict[UUID, list[dict[str, Any]]] = {}
    for row in ConcernMessage.objects.filter(concern__in=keys).order_by("number"):
        word = sealed.word_of(row.sealed)
        if row.concern_id in received or (word and word.side == sealed.RECIPIENT):
            side, kind, text = (word.side, word.kind, word.text) if word else ("", "", None)
            shown = {"side": side, "kind": kind, "on": row.on.isoformat(), "text": text}
            found.setdefault(row.concern_id, []).append(shown)
    return found


def files_of_concerns(keys: Sequence[Any], user: User) -> Any:
    """What is known of the files of each concern, for its recipient."""
    received = Concern.objects.received_by(user).filter(pk__in=keys).order_by().values("pk")
    rows = ConcernEvidence.objects.filter(concern__in=received).order_by("number").defer("content")
    found: dict[UUID, list[dict[str, Any]]] = {}
    for row in rows:
        if info := sealed.info_of(row.sealed):
            shown = {"id": str(row.uid), "name": info.name, "content_type": info.content_type, "size": info.size}
            found.setdefault(row.concern_id, []).append(shown)
    return found


CONCERNS = RecordTable(
    Concern,
    "concerns",
    (
        ID,
        DISTRICT,
        Column("school", _("School"), "school__code", is_nullable=True),
        Column("kind", _("Kind"), "kind", choices=Concern.Kind),
        Column("state", _("State"), "state", choices=Concern.State),
        Column("filed_on", _("Filed on"), "filed_on", Kind.DATE),
        Column("next_due_on", _("Next step due on"), "next_due_on", Kind.DATE, is_nullable=True),
        Column("outcome", _("Outcome"), "outcome", choices=Concern.Outcome, is_blank=True),
        Column("resolved_on", _("Resolved on"), "resolved_on", Kind.DATE, is_nullable=True),
        Column("organization", _("Organization"), "organization__uid", Kind.ID, is_nullable=True),
        Column("commitment", _("Commitment"), "commitment__uid", Kind.ID, is_nullable=True),
        Column("correction", _("Corrective commitment"), "correction__uid", Kind.ID, is_nullable=True),
        Column("purged_on", _("Words purged on"), "purged_on", Kind.DATE, is_nullable=True),
    ),
    details=(
        Column("steps", _("Steps"), kind=Kind.OBJECTS, gather=steps_of_concerns, parts=STEP_PARTS),
        Column("messages", _("What was said"), kind=Kind.OBJECTS, gather=messages_of_concerns, parts=MESSAGE_PARTS),
        Column("said", _("Concern"), kind=Kind.OBJECTS, gather=words_of_concerns, parts=SAID_PARTS, needs=WORK),
        Column("files", _("Files"), kind=Kind.OBJECTS, gather=files_of_concerns, parts=FILE_PARTS, needs=WORK),
    ),
    places={"district": "district_id"},
)
CONCERN_RULES = RecordTable(
    ConcernRule,
    "concern-rules",
    (
        ID,
        DISTRICT,
        Column("step", _("Step"), "step", choices=ConcernRule.Step),
        Column("days", _("Days"), "days", Kind.INTEGER),
        Column("unit", _("Unit"), "unit", choices=ConcernRule.Unit),
        Column("valid_from", _("Valid from"), "valid_from", Kind.DATE),
    ),
    places={"district": "district_id"},
)
