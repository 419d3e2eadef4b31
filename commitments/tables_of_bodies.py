"""What the lists of bodies, assemblies, ratings and the rollout show, column by column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from commitments.models import (
    AgendaItem,
    Assembly,
    Attendance,
    Body,
    Decision,
    FidelityRound,
    Meeting,
    Rating,
    Resolution,
    ResolutionAnswer,
    RolloutStage,
    RolloutTarget,
    Rubric,
    RubricItem,
    Seat,
    SeatTerm,
    Stage,
)
from commitments.tables import ORGANIZATION, VOIDED
from district.columns import Column, Kind, RecordTable, grouped, listed, objects
from district.models import User
from district.tables import DISTRICT, ID, SCHOOL

_NOT_VOID = {"voided_at": None}


def terms_of_seats(keys: Sequence[int], user: User) -> dict[int, list[dict[str, Any]]]:
    """Who held each seat, from when to when."""
    return grouped(objects(SeatTerm.objects.filter(seat__in=keys).order_by("begins_on"), "seat", TERM_PARTS))


def agenda_of_meetings(keys: Sequence[int], user: User) -> dict[int, list[str]]:
    """The points of each agenda that `user` may read."""
    rows = AgendaItem.objects.filter(meeting__in=keys).visible_to(user).order_by("pk")
    return listed(rows.values_list("meeting", "title"))


def attendance_of_meetings(keys: Sequence[int], user: User) -> dict[int, list[dict[str, Any]]]:
    """Who came to each meeting, by seat."""
    rows = Attendance.objects.filter(meeting__in=keys).order_by("pk")
    return grouped(objects(rows, "meeting", ATTENDANCE_PARTS))


def decisions_of_meetings(keys: Sequence[int], user: User) -> dict[int, list[dict[str, Any]]]:
    """What each meeting decided, voided decisions left out."""
    rows = Decision.objects.filter(meeting__in=keys, **_NOT_VOID).order_by("pk")
    return grouped(objects(rows, "meeting", DECISION_PARTS))


def answers_of_resolutions(keys: Sequence[int], user: User) -> dict[int, list[dict[str, Any]]]:
    """What the district answered to each resolution, the latest last."""
    rows = ResolutionAnswer.objects.filter(resolution__in=keys).order_by("answered_on", "pk")
    return grouped(objects(rows, "resolution", ANSWER_PARTS))


def items_of_rubrics(keys: Sequence[int], user: User) -> dict[int, list[dict[str, Any]]]:
    """The indicators of each rubric."""
    return grouped(objects(RubricItem.objects.filter(rubric__in=keys).order_by("position"), "rubric", ITEM_PARTS))


def ratings_of_rounds(keys: Sequence[int], user: User) -> dict[int, list[dict[str, Any]]]:
    """Every rating of each round, without the name of the rater."""
    rows = Rating.objects.filter(round__in=keys).order_by("item__position", "pk")
    return grouped(objects(rows, "round", RATING_PARTS))


TERM_PARTS = (
    Column("holder", _("Who holds it"), "holder"),
    Column("begins_on", _("From"), "begins_on", Kind.DATE),
    Column("ends_on", _("To"), "ends_on", Kind.DATE, is_nullable=True),
)
ATTENDANCE_PARTS = (
    Column("seat", _("Seat"), "term__seat__uid", Kind.ID),
    Column("holder", _("Who holds it"), "term__holder"),
    Column("attendance", _("Attendance"), "mark", choices=Attendance.Mark),
)
DECISION_PARTS = (
    ID,
    Column("text", _("What was decided"), "text"),
    Column("responsible_name", _("Who is to do it"), "responsible_name"),
    Column("due_on", _("Due on"), "due_on", Kind.DATE, is_nullable=True),
)
ANSWER_PARTS = (
    Column("outcome", _("Answer"), "outcome", choices=ResolutionAnswer.Outcome),
    Column("answered_on", _("Answered on"), "answered_on", Kind.DATE),
    Column("adopted_text", _("Text as adopted"), "adopted_text"),
    Column("reason", _("Reason"), "reason"),
)
ITEM_PARTS = (
    Column("position", _("Position"), "position", Kind.INTEGER),
    Column("dimension", _("Dimension"), "dimension"),
    Column("text", _("Indicator"), "text"),
)
RATING_PARTS = (
    Column("position", _("Position"), "item__position", Kind.INTEGER),
    Column("rating", _("Rating"), "value", Kind.INTEGER),
    Column("rated_on", _("Rated on"), "rated_on", Kind.DATE),
)
BODIES = RecordTable(
    Body,
    "bodies",
    (
        ID,
        DISTRICT,
        Column("name", _("Name"), "name"),
        Column("kind", _("About"), "kind", choices=Body.Kind),
        Column("purpose", _("What it is for"), "purpose"),
        ORGANIZATION,
        Column("begins_on", _("Begins on"), "begins_on", Kind.DATE),
        Column("ended_on", _("Ended on"), "ended_on", Kind.DATE, is_nullable=True),
    ),
    places={"district": "district_id"},
)
SEATS = RecordTable(
    Seat,
    "seats",
    (
        ID,
        Column("body", _("Body"), "body__uid", Kind.ID),
        Column("name", _("Seat"), "name"),
        Column("kind", _("For whom"), "kind", choices=Seat.Kind),
        ORGANIZATION,
        Column("begins_on", _("Exists from"), "begins_on", Kind.DATE),
        Column("ended_on", _("Existed until"), "ended_on", Kind.DATE, is_nullable=True),
    ),
    details=(Column("terms", _("Terms"), kind=Kind.OBJECTS, gather=terms_of_seats, parts=TERM_PARTS),),
    places={"district": "body__district_id"},
)
MEETINGS = RecordTable(
    Meeting,
    "meetings",
    (
        ID,
        Column("body", _("Body"), "body__uid", Kind.ID),
        Column("body_name", _("Body"), "body__name"),
        Column("on", _("Day"), "on", Kind.DATE),
        Column("place", _("Place"), "place"),
        Column("status", _("Status"), "status", choices=Meeting.Status),
        Column("note", _("Note"), "note"),
    ),
    details=(
        Column("minutes", _("Minutes"), "minutes"),
        Column("agenda", _("Agenda"), kind=Kind.TEXTS, gather=agenda_of_meetings),
        Column("attendance", _("Attendance"), kind=Kind.OBJECTS, gather=attendance_of_meetings, parts=ATTENDANCE_PARTS),
        Column("decisions", _("Decisions"), kind=Kind.OBJECTS, gather=decisions_of_meetings, parts=DECISION_PARTS),
    ),
    places={"district": "body__district_id"},
)
ASSEMBLIES = RecordTable(
    Assembly,
    "assemblies",
    (
        ID,
        DISTRICT,
        Column("title", _("Title"), "title"),
        ORGANIZATION,
        Column("held_on", _("Held on"), "held_on", Kind.DATE),
        Column("place", _("Place"), "place"),
        Column("people_present", _("People present"), "people_present", Kind.INTEGER, is_nullable=True),
        Column("languages", _("Languages"), "languages"),
        Column("topics", _("Topics"), "topics"),
        VOIDED,
    ),
    places={"district": "district_id"},
)
RESOLUTIONS = RecordTable(
    Resolution,
    "resolutions",
    (
        ID,
        Column("assembly", _("Assembly"), "assembly__uid", Kind.ID),
        Column("number", _("Number"), "number"),
        Column("title", _("Title"), "title"),
        Column("topic", _("Topic"), "topic"),
        Column("in_favor", _("In favor"), "in_favor", Kind.INTEGER, is_nullable=True),
        Column("against", _("Against"), "against", Kind.INTEGER, is_nullable=True),
        Column("abstained", _("Abstained"), "abstained", Kind.INTEGER, is_nullable=True),
        Column("sent_on", _("Sent on"), "sent_on", Kind.DATE),
        Column("answer_due_on", _("Answer due on"), "answer_due_on", Kind.DATE),
        Column("answer_missed_on", _("Answer missed on"), "answer_missed_on", Kind.DATE, is_nullable=True),
        VOIDED,
    ),
    details=(
        Column("text", _("Text"), "text"),
        Column("answers", _("Answers"), kind=Kind.OBJECTS, gather=answers_of_resolutions, parts=ANSWER_PARTS),
    ),
    places={"district": "assembly__district_id"},
)
RUBRICS = RecordTable(
    Rubric,
    "rubrics",
    (
        ID,
        DISTRICT,
        Column("name", _("Name"), "name"),
        Column("source", _("Where it comes from"), "source"),
        Column("retired_on", _("Not used since"), "retired_on", Kind.DATE, is_nullable=True),
    ),
    details=(Column("items", _("Indicators"), kind=Kind.OBJECTS, gather=items_of_rubrics, parts=ITEM_PARTS),),
    places={"district": "district_id"},
)
ROUNDS = RecordTable(
    FidelityRound,
    "fidelity-rounds",
    (
        ID,
        SCHOOL,
        Column("rubric", _("Rubric"), "rubric__uid", Kind.ID),
        Column("opened_on", _("Opened on"), "opened_on", Kind.DATE),
        Column("closes_on", _("Closes on"), "closes_on", Kind.DATE),
        Column("closed_on", _("Closed on"), "closed_on", Kind.DATE, is_nullable=True),
    ),
    details=(Column("ratings", _("Ratings"), kind=Kind.OBJECTS, gather=ratings_of_rounds, parts=RATING_PARTS),),
    places={"district": "school__district_id", "school": "school_id"},
)
STAGES = RecordTable(
    RolloutStage,
    "rollout-stages",
    (
        ID,
        SCHOOL,
        Column("stage", _("Stage"), "stage", choices=Stage),
        Column("decided_on", _("Since"), "decided_on", Kind.DATE),
        Column("evidence", _("Evidence"), "evidence"),
        Column("decided_by", _("Who decided"), "decided_by"),
        VOIDED,
        Column("void_reason", _("Reason for voiding"), "void_reason"),
    ),
    places={"district": "school__district_id", "school": "school_id"},
)
TARGETS = RecordTable(
    RolloutTarget,
    "rollout-targets",
    (
        ID,
        DISTRICT,
        Column("stage", _("Stage"), "stage", choices=Stage),
        Column("schools", _("Schools"), "schools", Kind.INTEGER, is_nullable=True),
        Column("due_on", _("By"), "due_on", Kind.DATE),
        Column("adopted_on", _("Adopted on"), "adopted_on", Kind.DATE),
        Column("source", _("Where it stands"), "source"),
        VOIDED,
        Column("void_reason", _("Reason for voiding"), "void_reason"),
    ),
    places={"district": "district_id"},
)
