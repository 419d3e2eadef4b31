"""What follows a miss: the clock's part, exactly once, and people's part, rung by rung."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from commitments import ladder
from commitments.actions import clock, misses
from commitments.actions.clock import Found, advance, note_missed_dates, note_unanswered, record_breaches, record_broken
from commitments.actions.rules import set_rule
from commitments.ladder import MISS_STEPS
from commitments.models import AgendaItem, Breach, Commitment, DueItem, Miss, MissStep
from district.access import Role
from district.models import AuditEvent
from district.steps import StepNotAllowed
from tests import factories as make
from tests.commitments import factories as promise
from tests.commitments.conftest import TODAY


def run_clock(district, today) -> int:
    """Everything that the clock does with commitments on a day."""
    return sum(job(district, today=today) for job in clock.JOBS)


@pytest.fixture
def wide(place):
    """A commitment that binds every school, taken up by the discipline task force."""
    body = promise.make_body(place.district, name="Discipline task force")
    return promise.make_commitment(place.district, organization=place.organization, body=body)


def steps_of(miss: Miss) -> list[str]:
    return list(miss.steps.values_list("kind", flat=True))


# --- The clock -------------------------------------------------------------------------------------------------------
def test_a_missed_date_is_a_fact_set_once_and_never_cleared(wide):
    promise.make_due_item(wide, TODAY - timedelta(days=1))
    promise.make_due_item(wide, TODAY)
    assert note_missed_dates(wide.district, today=TODAY) == 1
    assert [note_missed_dates(wide.district, today=TODAY) for _ in range(3)] == [0, 0, 0]
    item, miss = DueItem.objects.get(missed_on__isnull=False), Miss.objects.get()
    assert (item.due_on, item.missed_on) == (TODAY - timedelta(days=1), TODAY)
    assert (miss.due_item, miss.missed_on, miss.next_due_on) == (item, TODAY, TODAY + timedelta(days=14))
    assert steps_of(miss) == ["missed"]
    assert AuditEvent.objects.filter(object_type="miss", action="create").count() == 1


def test_a_clock_that_stood_still_catches_up_once(wide):
    for days in (10, 8, 3):
        promise.make_due_item(wide, TODAY - timedelta(days=days))
    assert note_missed_dates(wide.district, today=TODAY) == 3
    assert {item.missed_on - item.due_on for item in DueItem.objects.all()} == {timedelta(days=1)}
    assert run_clock(wide.district, TODAY) == 0


def test_what_is_delivered_or_ended_is_not_missed(wide, place):
    promise.make_due_item(wide, TODAY - timedelta(days=5), fulfilled_on=TODAY - timedelta(days=6))
    promise.make_due_item(
        promise.make_commitment(place.district, status=Commitment.Status.ENDED), TODAY - timedelta(days=5)
    )
    assert note_missed_dates(wide.district, today=TODAY) == 0
    late = promise.make_due_item(wide, TODAY - timedelta(days=4), fulfilled_on=TODAY)
    assert clock.note_late_deliveries(wide.district, today=TODAY) == 1
    late.refresh_from_db()
    assert late.missed_on == TODAY - timedelta(days=3), "delivered late while the clock stood still"
    assert clock.note_late_deliveries(wide.district, today=TODAY) == 0


def test_dates_of_a_rhythm_are_written_ahead_once(place):
    commitment = promise.make_commitment(place.district, cadence="monthly", first_due_on=date(2021, 1, 15))
    assert clock.write_dates(place.district, today=TODAY) == 14
    assert clock.write_dates(place.district, today=TODAY) == 0
    assert clock.write_dates(place.district, today=TODAY + timedelta(days=31)) == 1
    assert commitment.due_items.count() == 15


def test_an_unanswered_resolution_is_noted_once(place):
    resolution = promise.make_resolution(promise.make_assembly(place.district), answer_due_on=TODAY - timedelta(days=1))
    assert [note_unanswered(place.district, today=day) for day in (TODAY - timedelta(days=1), TODAY, TODAY)] == [
        0,
        1,
        0,
    ]
    resolution.refresh_from_db()
    assert resolution.answer_missed_on == TODAY


def test_no_answer_leads_to_the_agenda_of_the_next_meeting_and_then_the_consequence(wide):
    miss = promise.make_miss(wide, next_due_on=TODAY)
    assert advance(wide.district, today=TODAY) == 0, "the last day itself is still in time"
    assert advance(wide.district, today=TODAY + timedelta(days=1)) == 1
    assert advance(wide.district, today=TODAY + timedelta(days=2)) == 0, "no meeting is planned yet"
    meeting = promise.make_meeting(wide.body, TODAY + timedelta(days=9))
    assert advance(wide.district, today=TODAY + timedelta(days=3)) == 1
    miss.refresh_from_db()
    assert (miss.status, miss.next_due_on) == ("on_agenda", meeting.on + timedelta(days=14))
    assert AgendaItem.objects.get().miss == miss
    assert advance(wide.district, today=miss.next_due_on) == 0
    assert advance(wide.district, today=miss.next_due_on + timedelta(days=1)) == 1
    assert advance(wide.district, today=miss.next_due_on + timedelta(days=2)) == 0
    assert steps_of(miss) == ["missed", "answer_overdue", "on_agenda", "consequence_due"]


def test_rules_of_the_district_decide_how_many_days(wide, place):
    set_rule(district=place.district, step="answer", days=3, unit="calendar", valid_from=TODAY, by=place.leader)
    set_rule(district=place.district, step="answer", days=5, unit="calendar", valid_from=TODAY, by=place.leader)
    promise.make_due_item(wide, TODAY - timedelta(days=1))
    note_missed_dates(wide.district, today=TODAY)
    assert Miss.objects.get().next_due_on == TODAY + timedelta(days=5)
    assert AuditEvent.objects.filter(object_type="escalationrule", action="update").get().changes == {"days": [3, 5]}


# --- Records that break a rule ---------------------------------------------------------------------------------------
def found_at(school, on=TODAY) -> Found:
    return Found(uuid4(), school.pk, on)


def test_records_open_one_breach_and_later_ones_join_it(wide, place):
    first, second = found_at(place.north, TODAY - timedelta(days=2)), found_at(place.south)
    assert record_breaches(wide, [first], today=TODAY) == 1
    assert record_breaches(wide, [first], today=TODAY) == 0
    assert record_breaches(wide, [first, second], today=TODAY) == 1
    miss = Miss.objects.get()
    assert (miss.kind, miss.missed_on, Breach.objects.count()) == ("breach", TODAY - timedelta(days=2), 2)


def test_a_new_record_after_the_matter_was_closed_opens_another(wide, place):
    record_breaches(wide, [one := found_at(place.north)], today=TODAY)
    misses.answer(miss=Miss.objects.get(), text="A mistake.", by=place.leader, on=TODAY)
    misses.accept(miss=Miss.objects.get(), by=place.partner, on=TODAY)
    assert record_breaches(wide, [one], today=TODAY) == 0
    assert record_breaches(wide, [one, found_at(place.north)], today=TODAY) == 1
    assert Miss.objects.count() == 2


def test_a_breach_without_records_is_withdrawn_and_comes_back_with_them(wide, place):
    one = found_at(place.north)
    record_breaches(wide, [one], today=TODAY)
    assert record_breaches(wide, [], today=TODAY + timedelta(days=1)) == 1
    miss = Miss.objects.get()
    assert (miss.status, miss.outcome, miss.closed_on) == ("closed", "withdrawn", TODAY + timedelta(days=1))
    assert Breach.objects.get().withdrawn_on == TODAY + timedelta(days=1)
    record_breaches(wide, [one], today=TODAY + timedelta(days=2))
    assert Breach.objects.get().withdrawn_on is None


def test_a_period_is_broken_once(wide):
    assert [record_broken(wide, occasion="period 2021", today=TODAY) for _ in range(2)] == [1, 0]
    assert record_broken(wide, occasion="period 2022", today=TODAY) == 0, "while the first is open"
    assert Miss.objects.get().occasion == "period 2021"


# --- People: every step in every state --------------------------------------------------------------------------------
def take(step: str, miss: Miss, meeting):
    given = {"miss": miss, "by": None, "on": TODAY}
    return {
        ladder.ANSWER: lambda: misses.answer(**given, text="We were wrong."),
        ladder.ACCEPT: lambda: misses.accept(**given),
        ladder.DISPUTE: lambda: misses.dispute(**given, text="It went on."),
        ladder.PLAN: lambda: misses.plan(**given, text="Train everybody.", due_on=TODAY + timedelta(days=30)),
        ladder.AGENDA: lambda: misses.put_before_body(**given, meeting=meeting),
        ladder.REMEDIED: lambda: misses.mark_remedied(**given, text="It stopped."),
        ladder.CONSEQUENCE: lambda: misses.record_consequence(**given, applied="applied", text="Reported."),
    }[step]()


LEADS_TO = {
    "answer": ("answered", None),
    "accept": ("closed", "accepted"),
    "dispute": ("disputed", None),
    "plan": ("planned", None),
    "agenda": ("on_agenda", None),
    "remedied": ("closed", "remedied"),
    "consequence": ("closed", "applied"),
}


@pytest.mark.parametrize("step", LEADS_TO)
@pytest.mark.parametrize("status", Miss.Status.values)
def test_a_state_allows_its_steps_and_refuses_the_others(wide, status, step):
    closed = {"closed_on": TODAY, "outcome": "accepted"} if status == "closed" else {}
    miss = promise.make_miss(wide, status=status, **closed)
    meeting = promise.make_meeting(wide.body, TODAY + timedelta(days=7))
    if step in MISS_STEPS[status]:
        row = take(step, miss, meeting)
        miss.refresh_from_db()
        expected, outcome = LEADS_TO[step]
        assert (miss.status, miss.outcome or None, row.on) == (expected, outcome, TODAY)
        assert (miss.closed_on is not None) == (expected == "closed")
        return
    before = MissStep.objects.count()
    with pytest.raises(StepNotAllowed) as refused:
        take(step, miss, meeting)
    assert refused.value.allowed == list(MISS_STEPS[status])
    assert MissStep.objects.count() == before


def test_a_dispute_asks_for_a_plan_and_a_plan_sets_its_own_day(wide):
    miss = promise.make_miss(wide, status="answered")
    misses.dispute(miss=miss, text="No.", by=None, on=TODAY)
    miss.refresh_from_db()
    assert miss.next_due_on == TODAY + timedelta(days=14)
    with pytest.raises(ValidationError):
        misses.plan(miss=miss, text="Soon.", due_on=TODAY - timedelta(days=1), by=None, on=TODAY)
    misses.plan(miss=miss, text="Soon.", due_on=TODAY + timedelta(days=40), by=None, on=TODAY)
    miss.refresh_from_db()
    assert miss.next_due_on == TODAY + timedelta(days=40)
    advance(wide.district, today=TODAY + timedelta(days=41))
    assert steps_of(miss)[-1] == "remedy_overdue"


@pytest.mark.parametrize("text", ["", "   ", "x" * 4001])
def test_an_answer_says_something(wide, text):
    miss = promise.make_miss(wide)
    with pytest.raises(ValidationError) as refused:
        misses.answer(miss=miss, text=text, by=None, on=TODAY)
    assert list(refused.value.message_dict) == ["text"]


def test_only_a_planned_meeting_of_the_district_takes_it_up(wide):
    miss = promise.make_miss(wide)
    foreign = promise.make_meeting(promise.make_body(make.make_district("TWO")), TODAY + timedelta(days=7))
    held = promise.make_meeting(wide.body, TODAY - timedelta(days=7), status="held")
    past = promise.make_meeting(wide.body, TODAY - timedelta(days=3))
    for meeting in (foreign, held, past):
        with pytest.raises(ValidationError):
            misses.put_before_body(miss=miss, meeting=meeting, by=None, on=TODAY)


# --- Who may know ----------------------------------------------------------------------------------------------------
def test_outsiders_know_of_a_breach_only_where_every_school_is_bound_and_then_no_day(place):
    wide = promise.make_commitment(place.district, organization=place.organization)
    north = promise.make_commitment(place.district, place.north, organization=place.organization)
    rows = {
        (name, kind): promise.make_miss(commitment, kind=kind)
        for name, commitment in (("wide", wide), ("north", north))
        for kind in (Miss.Kind.BREACH, Miss.Kind.DEADLINE)
    }

    def keys(queryset):
        return {key for key, row in rows.items() if queryset.filter(pk=row.pk).exists()}

    everything = set(rows)
    assert keys(Miss.objects.visible_to(place.leader)) == keys(Miss.objects.known_to(place.leader)) == everything
    assert keys(Miss.objects.visible_to(place.partner)) == everything - {("north", "breach")}
    assert keys(Miss.objects.known_to(place.partner)) == {("wide", "deadline"), ("north", "deadline")}
    assert keys(Miss.objects.visible_to(place.principal)) == everything
    assert keys(Miss.objects.known_to(place.principal)) == everything - {("wide", "breach")}
    auditor = make.make_user(Role.AUDITOR, place.district)
    assert keys(Miss.objects.known_to(auditor)) == {("wide", "deadline"), ("north", "deadline")}
    other = make.make_user(Role.PRINCIPAL, place.district, place.south)
    assert keys(Miss.objects.visible_to(other)) == {("wide", "breach"), ("wide", "deadline")}
    assert keys(Miss.objects.allowed(place.partner, "commitment.approve")) == everything - {("north", "breach")}
    assert keys(Miss.objects.allowed(place.leader, "commitment.report")) == everything


def test_an_agenda_tells_of_a_miss_only_those_who_may_know(place):
    north = promise.make_commitment(place.district, place.north, organization=place.organization)
    meeting = promise.make_meeting(promise.make_body(place.district))
    AgendaItem.objects.create(meeting=meeting, title="Lunch")
    AgendaItem.objects.create(meeting=meeting, title="Not kept", miss=promise.make_miss(north, kind=Miss.Kind.BREACH))
    assert AgendaItem.objects.visible_to(place.leader).count() == 2
    assert [point.title for point in AgendaItem.objects.visible_to(place.partner)] == ["Lunch"]
