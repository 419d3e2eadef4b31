"""What the lists of cases show: date, kind and state to everybody in scope; names and answers to the case team."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from circles.case_states import CLOSED, told_past, told_reason, told_state
from circles.models import Circle, CircleKeeper, CircleParticipant, CircleStatus
from commitments.tables import VOIDED
from district.access import Permission
from district.columns import Column, Kind, RecordTable, grouped, objects
from district.models import User
from district.reads import record_views
from district.tables import ID, SCHOOL, SCHOOL_YEAR


def worked_on(keys: Sequence[int], user: User) -> set[int]:
    """Which of these cases `user` works on."""
    return set(Circle.objects.filter(pk__in=keys).allowed(user, Permission.CIRCLE_WORK).values_list("pk", flat=True))


def states_of_circles(keys: Sequence[int], user: User) -> dict[int, str]:
    """The state of each case as everybody reads it."""
    rows = Circle.objects.filter(pk__in=keys).values_list("pk", "status")
    return {key: told_state(status) for key, status in rows}


def stages_of_circles(keys: Sequence[int], user: User) -> dict[int, str]:
    """Where exactly each case stands that `user` works on."""
    return dict(Circle.objects.filter(pk__in=worked_on(keys, user)).values_list("pk", "status"))


def reasons_of_circles(keys: Sequence[int], user: User) -> dict[int, str]:
    """Why each case closed, as `user` may read it."""
    known = worked_on(keys, user)
    rows = Circle.objects.filter(pk__in=keys, status=CLOSED).values_list("pk", "close_reason")
    return {key: reason if key in known else told_reason(reason) for key, reason in rows}


def statuses_of_circles(keys: Sequence[int], user: User) -> dict[int, list[dict[str, Any]]]:
    """The states through which each case went, and the reasons, as `user` may read them."""
    known = worked_on(keys, user)
    found = grouped(objects(CircleStatus.objects.filter(circle__in=keys).order_by("at", "pk"), "circle", STATUS_PARTS))
    for key, rows in found.items():
        if key not in known:
            told: dict[str, dict[str, Any]] = {}
            for row in rows:
                state = told_past(row["status"])
                told.setdefault(state, row | {"status": state, "reason": told_reason(row["reason"])})
            found[key] = list(told.values())
    return found


def participants_of_circles(keys: Sequence[int], user: User) -> dict[int, list[dict[str, Any]]]:
    """Who takes part, for the case team."""
    rows = CircleParticipant.objects.standing().filter(circle__in=worked_on(keys, user)).order_by("pk")
    return grouped(objects(rows, "circle", PARTICIPANT_PARTS))


def keepers_of_circles(keys: Sequence[int], user: User) -> dict[int, list[dict[str, Any]]]:
    """Who keeps each case, for the case team."""
    rows = CircleKeeper.objects.current().filter(circle__in=worked_on(keys, user)).order_by("pk")
    return grouped(objects(rows, "circle", KEEPER_PARTS))


def answers_of_participants(keys: Sequence[int], user: User) -> dict[int, list[dict[str, Any]]]:
    """What each person was asked and answered."""
    model: Any = CircleParticipant._meta.get_field("consents").related_model
    rows = model.objects.filter(participant__in=keys).order_by("at", "pk")
    return grouped(objects(rows, "participant", ANSWER_PARTS))


STATUS_PARTS = (
    # No choices: outside the case team it may be one more, `open`.
    Column("status", _("State"), "status"),
    Column("on", _("Since"), "on", Kind.DATE),
    Column("reason", _("Reason"), "reason"),
)
PARTICIPANT_PARTS = (
    ID,
    Column("role", _("Part"), "role", choices=CircleParticipant.Role),
    Column("student", _("Student"), "student__uid", Kind.ID, is_nullable=True),
    Column("name", _("Name"), "name"),
    Column("supporter_of", _("Supporter of"), "supporter_of__uid", Kind.ID, is_nullable=True),
    Column("prepared_on", _("Meeting to prepare"), "prepared_on", Kind.DATE, is_nullable=True),
    Column("attended", _("Came"), "attended", Kind.YES_NO, is_nullable=True),
    Column("minutes", _("Minutes"), "minutes", Kind.INTEGER, is_nullable=True),
    Column("times", _("Which time"), "times", Kind.INTEGER, is_nullable=True),
)
KEEPER_PARTS = (
    ID,
    Column("person", _("Person in training"), "practitioner__uid", Kind.ID),
    Column("part", _("Part"), "part", choices=CircleKeeper.Part),
    Column("conflict", _("Conflict of interest"), "conflict", choices=CircleKeeper.Conflict, is_blank=True),
    Column("certificate", _("Certificate"), "certificate"),
    Column("override_reason", _("Why all the same"), "override_reason"),
)
ANSWER_PARTS = (
    Column("kind", _("Of whom"), "kind"),
    Column("answer", _("Answer"), "answer"),
    Column("on", _("Day"), "on", Kind.DATE),
    Column("way", _("How"), "way"),
)

CIRCLES = RecordTable(
    Circle,
    "circles",
    (
        ID,
        SCHOOL,
        SCHOOL_YEAR,
        Column("practice", _("Practice"), "practice__code"),
        Column("tier", _("Tier"), "practice__tier", Kind.INTEGER),
        Column("origin", _("Came from"), "origin", choices=Circle.Origin),
        Column("status", _("State"), choices=Circle.Told, gather=states_of_circles),
        Column(
            "stage",
            _("Where it stands"),
            choices=Circle.Status,
            is_nullable=True,
            needs=Permission.CIRCLE_WORK,
            gather=stages_of_circles,
        ),
        Column("opened_on", _("Opened on"), "opened_on", Kind.DATE),
        Column("scheduled_on", _("Scheduled for"), "scheduled_on", Kind.DATE, is_nullable=True),
        Column("held_on", _("Held on"), "held_on", Kind.DATE, is_nullable=True),
        Column("minutes", _("Minutes"), "minutes", Kind.INTEGER, is_nullable=True),
        Column("closed_on", _("Closed on"), "closed_on", Kind.DATE, is_nullable=True),
        Column("close_reason", _("Why it closed"), gather=reasons_of_circles, is_nullable=True),
        VOIDED,
    ),
    details=(
        Column("statuses", _("States"), kind=Kind.OBJECTS, gather=statuses_of_circles, parts=STATUS_PARTS),
        Column("participants", _("People"), kind=Kind.OBJECTS, gather=participants_of_circles, parts=PARTICIPANT_PARTS),
        Column("keepers", _("Keepers"), kind=Kind.OBJECTS, gather=keepers_of_circles, parts=KEEPER_PARTS),
    ),
    places={"district": "school__district_id", "school": "school_id"},
    about_students=True,
)
PARTICIPANTS = RecordTable(
    CircleParticipant,
    "circle-participants",
    (
        ID,
        Column("circle", _("Case"), "circle__uid", Kind.ID),
        *PARTICIPANT_PARTS[1:],
        VOIDED,
    ),
    details=(Column("answers", _("Answers"), kind=Kind.OBJECTS, gather=answers_of_participants, parts=ANSWER_PARTS),),
    places={"district": "circle__school__district_id", "school": "circle__school_id", "student": "student_id"},
    about_students=True,
)
KEEPERS = RecordTable(
    CircleKeeper,
    "circle-keepers",
    (
        ID,
        Column("circle", _("Case"), "circle__uid", Kind.ID),
        *KEEPER_PARTS[1:],
        Column("ended", _("No longer keeps it"), "ended_at", Kind.IS_SET),
    ),
    places={"district": "circle__school__district_id", "school": "circle__school_id"},
    # Adults, but the reason of an exception is free words about a case.
    about_students=True,
)


def record_people_viewed(circle: int, user: User) -> None:
    """Record that `user` views the students named in a case: it is the record of each that is looked at."""
    students = CircleParticipant.objects.standing().filter(circle=circle).exclude(student=None)
    record_views(PARTICIPANTS, students.order_by("pk"), by=user)
