"""Bodies and seats: who held which seat, meetings with attendance, decisions that become commitments."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from commitments.actions import bodies, meetings
from commitments.actions.commitments import create_commitment
from commitments.actions.meetings import MEETING_STEPS, terms_on
from commitments.models import Attendance, Body, Meeting, Seat
from commitments.seat_time import seat_time
from commitments.seats import seat_records
from district.steps import StepNotAllowed
from tests import factories as make
from tests.commitments import factories as promise
from tests.commitments.conftest import TODAY

BEGAN = date(2020, 9, 1)


@pytest.fixture
def body(place):
    return bodies.create_body(
        district=place.district, name="Discipline task force", kind="discipline", begins_on=BEGAN, by=place.leader
    )


@pytest.fixture
def seat(body, place):
    return bodies.add_seat(
        body=body,
        name="Community 1",
        kind="community",
        organization=place.organization,
        begins_on=BEGAN,
        by=place.leader,
    )


def test_a_body_is_kept_by_the_district_or_by_an_organization(place):
    kept = bodies.create_body(
        district=place.district,
        name="Assembly council",
        kind="other",
        begins_on=BEGAN,
        organization=place.organization,
        by=place.partner,
    )
    with pytest.raises(ValidationError, match="only for your own"):
        bodies.create_body(district=place.district, name="Board", kind="other", begins_on=BEGAN, by=place.partner)
    with pytest.raises(ValidationError):
        bodies.create_body(district=place.district, name="Assembly council", kind="other", begins_on=BEGAN, by=None)
    foreign = make.make_organization(make.make_district("TWO"))
    with pytest.raises(ValidationError):
        bodies.change_body(body=kept, organization=foreign, by=None)
    assert Body.objects.allowed(place.partner, "body.edit").get() == kept
    assert Body.objects.visible_to(place.principal).get() == kept


def test_two_terms_of_a_seat_never_overlap(seat):
    first = bodies.fill_seat(seat=seat, holder="A", begins_on=BEGAN, by=None)
    with pytest.raises(ValidationError):
        bodies.fill_seat(seat=seat, holder="B", begins_on=BEGAN + timedelta(days=30), by=None)
    bodies.vacate_seat(seat=seat, ends_on=date(2020, 12, 31), reason="Moved away.", by=None)
    with pytest.raises(StepNotAllowed):
        bodies.vacate_seat(seat=seat, ends_on=date(2021, 1, 31), reason="x", by=None)
    for begins_on, ends_on in ((date(2020, 12, 31), None), (date(2020, 8, 1), None), (BEGAN, date(2020, 9, 5))):
        with pytest.raises(ValidationError):
            bodies.fill_seat(seat=seat, holder="B", begins_on=begins_on, ends_on=ends_on, by=None)
    second = bodies.fill_seat(seat=seat, holder="B", begins_on=date(2021, 1, 1), by=None)
    assert [term.pk for term in seat.terms.all()] == [first.pk, second.pk]


def test_a_partner_fills_its_own_seat_only(body, seat, place):
    other = promise.make_seat(body)
    assert list(Seat.objects.allowed(place.partner, "body.edit")) == [seat]
    assert set(Seat.objects.allowed(place.leader, "body.edit")) == {seat, other}


def test_with_a_body_its_seats_and_terms_end(body, seat):
    term = bodies.fill_seat(seat=seat, holder="A", begins_on=BEGAN, by=None)
    bodies.end_body(body=body, ended_on=TODAY, by=None)
    for record in (body, seat, term):
        record.refresh_from_db()
    assert (body.ended_on, seat.ended_on, term.ends_on) == (TODAY, TODAY, TODAY)
    for refused in (
        lambda: bodies.end_body(body=body, ended_on=TODAY, by=None),
        lambda: bodies.end_seat(seat=seat, ended_on=TODAY, by=None),
        lambda: bodies.fill_seat(seat=seat, holder="B", begins_on=TODAY, by=None),
        lambda: bodies.add_seat(body=body, name="2", kind="community", begins_on=TODAY, by=None),
        lambda: meetings.plan_meeting(body=body, on=TODAY, by=None),
    ):
        with pytest.raises(StepNotAllowed):
            refused()


def test_a_meeting_marks_every_seat_that_somebody_held(body, seat, place):
    excused, absent = promise.make_seat(body), promise.make_seat(body)
    vacant = promise.make_seat(body)
    for one in (seat, excused, absent):
        bodies.fill_seat(seat=one, holder=f"Of {one.name}", begins_on=BEGAN, by=None)
    meeting = meetings.plan_meeting(body=body, on=TODAY, place="Library", by=place.leader)
    hold = {"meeting": meeting, "by": place.leader}
    with pytest.raises(ValidationError):
        meetings.hold(**hold, present=[seat], today=TODAY - timedelta(days=1))
    with pytest.raises(ValidationError, match="Nobody held"):
        meetings.hold(**hold, present=[vacant], today=TODAY)
    with pytest.raises(ValidationError, match="named twice"):
        meetings.hold(**hold, present=[seat], excused=[seat], today=TODAY)
    meetings.hold(**hold, present=[seat], excused=[excused], minutes="We met.", today=TODAY)
    marks = dict(Attendance.objects.values_list("term__seat", "mark"))
    assert marks == {seat.pk: "present", excused.pk: "excused", absent.pk: "absent"}
    records = seat_records(body.seats.prefetch_related("terms"), body.meetings.all())
    spent = seat_time(records.values(), since=BEGAN, until=TODAY)
    assert (spent.meetings, spent.meetings_attended) == (4, 1), "a vacant seat attends nothing"
    assert spent.share_held == 0.75
    assert len(terms_on(body, TODAY)) == 3


def test_a_decision_becomes_a_commitment_and_then_stays(body, place):
    meeting = promise.make_meeting(body, status="held")
    decision = meetings.decide(
        meeting=meeting, text="The district trains every dean.", responsible_name="Superintendent", by=place.leader
    )
    with pytest.raises(ValidationError):
        meetings.decide(meeting=meeting, text="x", due_on=meeting.on - timedelta(days=1), by=None)
    mistake = meetings.decide(meeting=meeting, text="Twice.", by=None)
    meetings.void_decision(meeting=meeting, decision=mistake, reason="Twice.", by=None)
    commitment = create_commitment(
        district=place.district,
        title="Deans are trained",
        text=decision.text,
        source="body_decision",
        decision=decision,
        adopted_on=meeting.on,
        responsible="district",
        by=place.leader,
    )
    assert decision.commitments.get() == commitment
    for row in (decision, mistake):
        with pytest.raises(StepNotAllowed):
            meetings.void_decision(meeting=meeting, decision=row, reason="x", by=None)


TAKE = {
    "add-point": lambda m: meetings.add_point(meeting=m, title="Budget", by=None),
    "hold": lambda m: meetings.hold(meeting=m, by=None, today=TODAY),
    "cancel": lambda m: meetings.cancel(meeting=m, reason="Snow.", by=None),
    "decide": lambda m: meetings.decide(meeting=m, text="Yes.", by=None),
    "void-decision": lambda m: meetings.void_decision(meeting=m, decision=m.decisions.get(), reason="x", by=None),
}


@pytest.mark.parametrize("step", TAKE)
@pytest.mark.parametrize("status", Meeting.Status.values)
def test_a_state_allows_its_steps_and_refuses_the_others(body, status, step):
    assert {name for steps in MEETING_STEPS.values() for name in steps} == set(TAKE)
    meeting = promise.make_meeting(body, TODAY, status=status)
    meeting.decisions.create(text="Earlier.")
    if step in MEETING_STEPS[status]:
        assert TAKE[step](meeting)
        return
    with pytest.raises(StepNotAllowed) as refused:
        TAKE[step](meeting)
    assert refused.value.allowed == list(MEETING_STEPS[status])


def test_the_page_shows_who_holds_what_and_what_can_be_done(body, seat, place, client_for):
    vacant = promise.make_seat(body, name="Community 2")
    bodies.fill_seat(seat=seat, holder="Somebody Known", begins_on=BEGAN, by=None)
    page = client_for(place.leader).get(reverse("body_detail", args=[body.uid])).content.decode()
    assert "Somebody Known" in page
    assert "Vacant" in page
    assert reverse("seat_step", args=[vacant.uid, "fill"]) in page
    assert reverse("seat_step", args=[seat.uid, "vacate"]) in page
    page = client_for(place.principal).get(reverse("body_detail", args=[body.uid])).content.decode()
    assert "seats/" not in page
