"""Sessions: planning, seats under a memorandum, registration, the line, sign-in and the attendance sheet."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError

from district.models import AuditEvent
from district.steps import StepNotAllowed
from tests import factories as make
from tests.training import making
from training.actions import attendance, registrations, sessions
from training.actions.sessions import Day
from training.models import Registration

SIX = Decimal(6)


def plan(cast, *days: date, **options):
    days = days or (cast.today,)
    values = {"capacity": 24, "organization": cast.ours, "by": cast.user("trainer")}
    return sessions.create_session(course=cast.course, days=[Day(day, SIX) for day in days], **{**values, **options})


@pytest.fixture
def seated(cast):
    """A session of 24 seats, 20 of them kept for an allotment of 20."""
    session = plan(cast)
    allotment = making.make_allotment(make.make_memorandum(cast.ours, cast.north), 20)
    sessions.keep_seats(session=session, allotment=allotment, seats=20, by=cast.user("trainer"))
    return session, allotment


def newcomers(session, count: int, allotment=None, way: str = "code") -> list[str]:
    """Register so many new people and return their states."""
    people = [making.make_practitioner(session.district) for _ in range(count)]
    return [
        registrations.register(session=session, practitioner=one, way=way, allotment=allotment, by=None).status
        for one in people
    ]


def test_a_session_has_days_in_order_codes_and_a_number(cast):
    session = plan(cast, date(2026, 12, 2), date(2026, 12, 1))
    assert (session.begins_on, session.ends_on) == (date(2026, 12, 1), date(2026, 12, 2))
    assert session.identifier == "2026-12-01-1"
    assert plan(cast, date(2026, 12, 1)).identifier == "2026-12-01-2"
    codes = [day.sign_in_code for day in session.days.all()]
    assert len(set(codes)) == 2
    assert session.timezone == cast.district.timezone


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"days": []}, "days"),
        ({"days": [Day(date(2026, 12, 1), SIX)] * 2}, "days"),
        ({"timezone_name": "Nowhere/City"}, "timezone"),
        ({"capacity": 0}, "capacity"),
        ({"link": "not a link"}, "link"),
    ],
)
def test_what_makes_no_session(cast, options, field):
    values = {"course": cast.course, "days": [Day(cast.today, SIX)], "capacity": 10, "by": None, **options}
    with pytest.raises(ValidationError) as refused:
        sessions.create_session(**values)
    assert field in refused.value.message_dict


def test_seats_under_a_memorandum_are_kept_for_its_code(seated):
    session, allotment = seated
    assert registrations.seats_for(session, allotment).left == 20
    assert registrations.seats_for(session, None).left == 4
    assert newcomers(session, 5, way="open") == ["registered"] * 4 + ["waiting"]
    assert newcomers(session, 21, allotment) == ["registered"] * 20 + ["waiting"]


def test_an_allotment_is_not_spent_twice_over_sessions(cast, seated):
    session, allotment = seated
    newcomers(session, 15, allotment)
    second = plan(cast)
    sessions.keep_seats(session=second, allotment=allotment, seats=20, by=None)
    assert newcomers(second, 6, allotment) == ["registered"] * 5 + ["waiting"]


def test_whoever_cancels_lets_the_first_in_line_move_up(seated):
    session, allotment = seated
    newcomers(session, 22, allotment)
    newcomers(session, 5, way="open")
    first, second = session.registrations.waiting().filter(allotment=allotment)
    someone = session.registrations.seated().filter(allotment=allotment).first()
    registrations.cancel_registration(registration=someone, by=None)
    states = [Registration.objects.get(pk=one.pk).status for one in (first, second)]
    assert states == ["registered", "waiting"]
    assert first.statuses.last().note == "Moved up from the waiting list"
    assert session.registrations.waiting().filter(allotment=None).count() == 1  # the other line is another line


def test_registering_twice_changes_nothing_and_again_after_a_cancellation_takes_a_seat(cast, seated):
    session, _allotment = seated
    first = registrations.register(session=session, practitioner=cast.learner, way="trainer", by=None)
    events = AuditEvent.objects.count()
    again = registrations.register(session=session, practitioner=cast.learner, way="trainer", by=None)
    assert (again.pk, AuditEvent.objects.count()) == (first.pk, events)
    registrations.cancel_registration(registration=first, by=None)
    with pytest.raises(StepNotAllowed):
        registrations.cancel_registration(registration=first, by=None)
    back = registrations.register(session=session, practitioner=cast.learner, way="trainer", by=None)
    assert (back.pk, back.status) == (first.pk, "registered")
    assert [row.status for row in first.statuses.all()] == ["registered", "cancelled", "registered"]


@pytest.mark.parametrize(
    ("seats", "message"), [(21, "promises 20 seats"), (0, "greater than or equal to 1"), (5, "seats left to keep")]
)
def test_seats_that_cannot_be_kept(cast, seats, message):
    allotment = making.make_allotment(make.make_memorandum(cast.ours), 20)
    session = plan(cast, capacity=22)
    other = making.make_allotment(make.make_memorandum(cast.ours), 20)
    sessions.keep_seats(session=session, allotment=other, seats=18, by=None)
    with pytest.raises(ValidationError, match=message):
        sessions.keep_seats(session=session, allotment=allotment, seats=seats, by=None)


@pytest.mark.parametrize("fields", [{"begins_on": date(2099, 1, 1)}, {"ends_on": date(2020, 9, 2)}])
def test_seats_that_are_not_open_on_the_day(cast, fields):
    allotment = making.make_allotment(make.make_memorandum(cast.ours), 20, **fields)
    with pytest.raises(ValidationError, match="not open on the first day"):
        sessions.keep_seats(session=plan(cast), allotment=allotment, seats=1, by=None)


def test_a_cancelled_session_takes_nobody(cast, seated):
    session, allotment = seated
    newcomers(session, 1, allotment)
    with pytest.raises(ValidationError, match="Say why"):
        sessions.cancel_session(session=session, reason=" ", by=None)
    sessions.cancel_session(session=session, reason="The trainer is ill", by=None)
    for step in (
        lambda: newcomers(session, 1, allotment),
        lambda: sessions.cancel_session(session=session, reason="Again", by=None),
        lambda: sessions.change_session(session=session, place="Elsewhere", by=None),
        lambda: attendance.record_sheet(session_day=session.days.get(), hours={}, by=None),
    ):
        with pytest.raises(StepNotAllowed):
            step()
    assert session.registrations.count() == 1


def test_a_change_leaves_one_event_and_no_change_none(cast):
    session = plan(cast)
    before = AuditEvent.objects.count()
    sessions.change_session(session=session, place="Room 4", by=cast.user("trainer"))
    sessions.change_session(session=session, place="Room 4", by=cast.user("trainer"))
    assert AuditEvent.objects.count() == before + 1
    with pytest.raises(ValidationError, match="cannot be changed"):
        sessions.change_session(session=session, course=cast.course, by=None)


def test_a_day_on_which_somebody_was_there_stays(cast):
    session = plan(cast, cast.today, cast.today + timedelta(days=1))
    registration = making.make_registration(session, cast.learner)
    making.attend(registration, day=session.days.first())
    with pytest.raises(ValidationError, match="Somebody was there"):
        sessions.change_session(session=session, days=[Day(cast.today + timedelta(days=1), SIX)], by=None)
    changed = sessions.change_session(session=session, days=[Day(cast.today, SIX)], by=None)
    assert changed.ends_on == cast.today


def test_fewer_seats_than_are_taken_are_refused(cast, seated):
    session, _allotment = seated
    with pytest.raises(ValidationError, match="20 seats are taken or kept"):
        sessions.change_session(session=session, capacity=19, by=None)


# --- Attendance ----------------------------------------------------------------------------------------------------
def sheet(cast, registration, hours: str | None, by: str = "trainer"):
    return attendance.record_sheet(
        session_day=registration.session.days.get(),
        hours={registration: None if hours is None else Decimal(hours)},
        by=cast.user(by),
    )


def test_the_sheet_confirms_and_one_event_says_what_differs(cast):
    registration = making.make_registration(plan(cast), cast.learner)
    sheet(cast, registration, "6")
    assert registration.attendance.confirmed().get().hours == 6
    before = AuditEvent.objects.count()
    sheet(cast, registration, "6")
    assert AuditEvent.objects.count() == before
    sheet(cast, registration, "4.5")
    event = AuditEvent.objects.latest("pk")
    assert event.changes == {str(cast.learner.uid): ["6.00", "4.5"]}
    sheet(cast, registration, None)
    assert registration.attendance.get().hours == 0


@pytest.mark.parametrize("hours", ["6.01", "-1", "24"])
def test_nobody_attends_more_than_the_day_has(cast, hours):
    registration = making.make_registration(plan(cast), cast.learner)
    with pytest.raises(ValidationError, match="at most 6 hours"):
        sheet(cast, registration, hours)


def test_nobody_confirms_their_own_attendance_and_no_day_to_come(cast):
    own = making.make_registration(plan(cast), cast.trainer)
    with pytest.raises(ValidationError, match="their own attendance"):
        sheet(cast, own, "6")
    later = making.make_registration(plan(cast, cast.today + timedelta(days=1)), cast.learner)
    with pytest.raises(ValidationError, match="not come yet"):
        sheet(cast, later, "6")


def test_only_people_registered_have_attendance(cast):
    waiting = making.make_registration(plan(cast), cast.learner, status="waiting")
    with pytest.raises(ValidationError, match="Only people registered"):
        sheet(cast, waiting, "6")


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2026-11-10T07:59:59", False),
        ("2026-11-10T08:00:00", True),
        ("2026-11-10T16:00:00", True),
        ("2026-11-10T16:00:01", False),
        ("2026-11-11T09:00:00", False),
    ],
)
@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Honolulu"])
def test_the_sign_in_is_open_around_the_day_in_the_sessions_own_time(cast, zone, at, is_open):
    session = making.make_session(cast.course, date(2026, 11, 10), timezone=zone)
    moment = datetime.fromisoformat(at).replace(tzinfo=ZoneInfo(zone))
    assert attendance.is_open_at(session.days.get(), moment) is is_open


def test_a_sign_in_by_code_waits_for_the_trainer(cast):
    session = making.make_session(cast.course, date(2026, 11, 10))
    registration = making.make_registration(session, cast.learner)
    day = session.days.get()
    with time_machine.travel(datetime(2026, 11, 10, 9, 2, tzinfo=ZoneInfo("America/New_York")), tick=False):
        row = attendance.sign_in(session_day=day, registration=registration)
        assert attendance.sign_in(session_day=day, registration=registration) == row
        assert not registration.attendance.confirmed().exists()
        attendance.record_sheet(session_day=day, hours={registration: SIX}, by=cast.user("trainer"))
    row.refresh_from_db()
    assert (row.way, row.hours, row.signed_in_at.minute) == ("code", 6, 2)
    assert row.confirmed_at is not None


def test_a_day_without_times_is_open_all_day(cast):
    session = making.make_session(cast.course, date(2026, 11, 10))
    day = session.days.get()
    day.begins = day.ends = None
    day.save()
    zone = ZoneInfo(session.timezone)
    assert attendance.is_open_at(day, datetime(2026, 11, 10, 23, 59, tzinfo=zone))
    assert not attendance.is_open_at(day, datetime(2026, 11, 11, 0, 0, tzinfo=zone))


def test_times_cross_the_change_of_the_clock(cast):
    """On Nov 1, 2026 the clock goes back: nine to three is seven hours there, and the end is still three."""
    session = making.make_session(cast.course, date(2026, 11, 1))
    day = session.days.get()
    day.begins, day.ends = time(0, 30), time(3)
    begins, ends = day.moments()
    assert (ends - begins) == timedelta(hours=2, minutes=30)  # wall clock
    assert (ends.timestamp() - begins.timestamp()) == 3.5 * 3600
