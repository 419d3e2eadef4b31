"""What the lists of agreements show: terms in words and roles to everybody in scope, people to the case team alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from circles.models import AgreementTerm, Assent, Circle, CircleAgreement, CircleParticipant, FollowUp, TermUpdate
from district.access import Permission
from district.columns import Column, Kind, RecordTable, grouped, objects
from district.models import User
from district.tables import ID


def terms_of_agreements(keys: Sequence[int], user: User) -> dict[int, list[dict[str, Any]]]:
    """The terms of each agreement, those replaced among them."""
    rows = AgreementTerm.objects.filter(agreement__in=keys).order_by("due_on", "pk")
    return grouped(objects(rows, "agreement", TERM_PARTS))


def assents_of_agreements(keys: Sequence[int], user: User) -> dict[int, list[dict[str, Any]]]:
    """Who said yes to each agreement, for the case team."""
    team = Circle.objects.all().allowed(user, Permission.CIRCLE_WORK).order_by()
    rows = Assent.objects.filter(agreement__in=keys, agreement__circle__in=team.values("pk")).order_by("on", "pk")
    return grouped(objects(rows, "agreement", ASSENT_PARTS))


def follow_ups_of_agreements(keys: Sequence[int], user: User) -> dict[int, list[dict[str, Any]]]:
    """The days on which somebody asks again."""
    rows = FollowUp.objects.filter(agreement__in=keys).order_by("due_on")
    return grouped(objects(rows, "agreement", FOLLOW_UP_PARTS))


def updates_of_terms(keys: Sequence[int], user: User) -> dict[int, list[dict[str, Any]]]:
    """What came of each term, from day to day; the words beside it for the case team."""
    team = Circle.objects.all().allowed(user, Permission.CIRCLE_WORK).order_by()
    rows = AgreementTerm.objects.filter(pk__in=keys, agreement__circle__in=team.values("pk"))
    known = set(rows.values_list("pk", flat=True))
    updates = objects(TermUpdate.objects.filter(term__in=keys).order_by("at", "pk"), "term", UPDATE_PARTS)
    return grouped((key, row if key in known else row | {"note": ""}) for key, row in updates)


TERM_PARTS = (
    ID,
    Column("owed_by", _("Who does it"), "owed_by__role", choices=CircleParticipant.Role),
    Column("owed_to", _("For whom"), "owed_to__role", is_nullable=True),
    Column("kind", _("Kind"), "kind", choices=AgreementTerm.Kind),
    Column("text", _("What"), "text"),
    Column("due_on", _("By when"), "due_on", Kind.DATE),
    Column("checks", _("Looked at before"), "checks"),
    Column("evidence", _("How one sees it"), "evidence"),
    Column("status", _("State"), "status", choices=AgreementTerm.Status),
    Column("settled_on", _("Since"), "settled_on", Kind.DATE, is_nullable=True),
    Column("replaces", _("Replaces"), "replaces__uid", Kind.ID, is_nullable=True),
)
ASSENT_PARTS = (
    Column("participant", _("Who"), "participant__uid", Kind.ID),
    Column("on", _("Day"), "on", Kind.DATE),
    Column("way", _("How"), "way", choices=Assent.Way),
)
FOLLOW_UP_PARTS = (
    ID,
    Column("due_on", _("Due on"), "due_on", Kind.DATE),
    Column("done_on", _("Done on"), "done_on", Kind.DATE, is_nullable=True),
    Column("outcome", _("How it goes"), "outcome", choices=FollowUp.Outcome, is_blank=True),
)
UPDATE_PARTS = (
    Column("status", _("State"), "status", choices=AgreementTerm.Status),
    Column("on", _("Since"), "on", Kind.DATE),
    Column("note", _("In a few words"), "note"),
)
_OF_AGREEMENT = (
    Column("agreement", _("Agreement"), "agreement__uid", Kind.ID),
    Column("circle", _("Case"), "agreement__circle__uid", Kind.ID),
    Column("school", _("School"), "agreement__circle__school__code"),
)
_PLACES = {"district": "agreement__circle__school__district_id", "school": "agreement__circle__school_id"}

AGREEMENTS = RecordTable(
    CircleAgreement,
    "circle-agreements",
    (
        ID,
        Column("circle", _("Case"), "circle__uid", Kind.ID),
        Column("school", _("School"), "circle__school__code"),
        Column("practice", _("Practice"), "circle__practice__code"),
        Column("agreed_on", _("Agreed on"), "agreed_on", Kind.DATE),
        Column("owner", _("Answers for the follow-up"), "owner__email"),
        Column("completion_on", _("Meeting at the end"), "completion_on", Kind.DATE, is_nullable=True),
        Column("completed_on", _("Held on"), "completed_on", Kind.DATE, is_nullable=True),
    ),
    details=(
        Column("terms", _("Terms"), kind=Kind.OBJECTS, gather=terms_of_agreements, parts=TERM_PARTS),
        Column("assents", _("Who said yes"), kind=Kind.OBJECTS, gather=assents_of_agreements, parts=ASSENT_PARTS),
        Column("follow_ups", _("Follow-up"), kind=Kind.OBJECTS, gather=follow_ups_of_agreements, parts=FOLLOW_UP_PARTS),
    ),
    places={"district": "circle__school__district_id", "school": "circle__school_id"},
    about_students=True,
)
TERMS = RecordTable(
    AgreementTerm,
    "circle-terms",
    (*TERM_PARTS[:1], *_OF_AGREEMENT, *TERM_PARTS[1:]),
    details=(Column("updates", _("History"), kind=Kind.OBJECTS, gather=updates_of_terms, parts=UPDATE_PARTS),),
    places=_PLACES,
    about_students=True,
)
FOLLOW_UPS = RecordTable(
    FollowUp,
    "circle-follow-ups",
    (*FOLLOW_UP_PARTS[:1], *_OF_AGREEMENT, *FOLLOW_UP_PARTS[1:]),
    places=_PLACES,
    about_students=True,
)
