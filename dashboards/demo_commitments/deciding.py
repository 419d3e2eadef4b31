"""The demo's bodies and assembly: seats held and vacant, meetings, decisions, resolutions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from commitments.actions import assemblies, bodies, meetings
from commitments.models import Body, Resolution, Seat
from district.models import District, Organization, User

SEATS = (
    ("Community seat 1", Seat.Kind.COMMUNITY),
    ("Community seat 2", Seat.Kind.COMMUNITY),
    ("Family seat", Seat.Kind.FAMILY),
    ("Student seat", Seat.Kind.STUDENT),
    ("Educator seat", Seat.Kind.EDUCATOR),
    ("District seat", Seat.Kind.DISTRICT),
)
BODIES = (
    ("Discipline task force", Body.Kind.DISCIPLINE, "Looks at every suspension figure before the board does."),
    ("Facilities committee", Body.Kind.FACILITIES, "Where rooms for circles come from."),
    ("Search committee", Body.Kind.SEARCH, "Has a say in who leads the schools."),
    ("Attendance task force", Body.Kind.ATTENDANCE, "Why students stay away, and what brings them back."),
)
RESOLUTIONS = (
    {
        "number": "2",
        "title": "A circle before any suspension",
        "topic": "Suspensions",
        "text": "Before any student is suspended, a circle is offered to all who were harmed and who caused harm.",
        "in_favor": 121,
        "against": 4,
        "abstained": 9,
    },
    {
        "number": "3",
        "title": "Late buses on three days a week",
        "topic": "Buses in the afternoon",
        "text": "Late buses run on three days a week, so that students can stay for circles and clubs.",
        "in_favor": 138,
        "against": 0,
        "abstained": 2,
    },
)


def make_bodies(
    district: District, organization: Organization, person: Callable[[], str], *, leader: User, today: date
) -> Body:
    """Four bodies; the discipline task force has met every month, and meets again in two weeks."""
    made = [
        bodies.create_body(
            district=district, name=name, kind=kind, purpose=purpose, begins_on=date(2019, 9, 3), by=leader
        )
        for name, kind, purpose in BODIES
    ]
    for number, body in enumerate(made):
        for name, kind in SEATS[: 6 if number == 0 else 3]:
            filled_by = organization if kind == Seat.Kind.COMMUNITY else None
            seat = bodies.add_seat(
                body=body, name=name, kind=kind, organization=filled_by, begins_on=date(2019, 9, 3), by=leader
            )
            if (number, name) == (0, "Family seat"):
                bodies.fill_seat(seat=seat, holder=person(), begins_on=date(2019, 9, 3), by=leader)
                ended = today - timedelta(days=75)
                bodies.vacate_seat(seat=seat, ends_on=ended, reason="Moved to another city.", by=leader)
            elif number < 3 or kind != Seat.Kind.FAMILY:
                bodies.fill_seat(seat=seat, holder=person(), begins_on=date(2019, 9, 3), by=leader)
    task_force = made[0]
    for months in range(5, 0, -1):
        _meet(task_force, today - timedelta(days=28 * months), missing=months % 3, leader=leader)
    for body, days in ((task_force, 13), (made[1], 20)):
        meetings.plan_meeting(body=body, on=today + timedelta(days=days), place="District office", by=leader)
    return task_force


def _meet(body: Body, on: date, *, missing: int, leader: User) -> None:
    """A meeting that was held: `missing` of the seats that somebody held stayed empty."""
    meeting = meetings.plan_meeting(body=body, on=on, place="District office", by=leader)
    meetings.add_point(meeting=meeting, title="Suspension figures of the month", by=leader)
    seats = [term.seat for term in meetings.terms_on(body, on)]
    meetings.hold(
        meeting=meeting,
        present=seats[missing:],
        excused=seats[:1] if missing else (),
        minutes="The figures were read. Each school with a rise says at the next meeting what it did.",
        by=leader,
        today=on,
    )
    if missing == 2:
        meetings.decide(
            meeting=meeting,
            text="Every dean takes part in one circle a month.",
            responsible_name="Director of student services",
            due_on=on + timedelta(days=60),
            by=leader,
        )


def hold_assembly(
    district: District, organization: Organization, *, leader: User, partner: User, today: date
) -> Resolution:
    """An assembly with two resolutions: one adopted in part, which is returned; one still to be answered."""
    held = assemblies.record_assembly(
        district=district,
        organization=organization,
        title="People's assembly on schools",
        held_on=today - timedelta(days=55),
        place="Eastside community hall",
        people_present=143,
        languages="English, Spanish, Arabic",
        topics="Suspensions\nWho keeps circles\nBuses in the afternoon",
        by=partner,
        on=today,
    )
    sent_on = today - timedelta(days=50)
    circles, _buses = (
        assemblies.add_resolution(assembly=held, sent_on=sent_on, by=partner, on=today, **values)
        for values in RESOLUTIONS
    )
    assemblies.answer_resolution(
        resolution=circles,
        outcome="in_part",
        answered_on=today - timedelta(days=20),
        adopted_text="In middle schools, a circle is offered before a suspension of more than one day.",
        reason="There are not enough keepers yet for every school. The board looks at it again next fall.",
        by=leader,
        on=today,
    )
    return circles
