"""The clock read from the record, its meter for each reader, and the decisions that people make about it."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from discipline.actions.clock_settings import change_clock_settings
from discipline.actions.idea import (
    DETERMINATION_STEPS,
    decide_pattern,
    hold_determination,
    open_determination,
    record_notice,
    recount_due_dates,
    state_of,
    void_determination,
    void_review,
)
from discipline.actions.terms import confirm_informal, record_terms
from discipline.actions.voiding import void_removal
from discipline.clocks import clock_of, clocks_of
from discipline.idea_clock import Kind
from discipline.meters import meter_for
from discipline.models import (
    ManifestationDetermination,
    PatternReview,
    Removal,
    RemovalTerms,
    ServedDay,
)
from district.models import AuditEvent, CalendarDay
from district.steps import StepNotAllowed
from tests import factories as make

pytestmark = pytest.mark.django_db
NOVEMBER = date(2020, 11, 10)  # the world's year is 2020-21, Aug 27 to Jun 4
FACTORS = {
    "is_similar": True,
    "similarity": "All over leaving class.",
    "length": "Five, four and three days.",
    "time_in_all": "Twelve days.",
    "proximity": "Within six weeks.",
    "reasons": "The same behavior each time.",
    "decided_by": "Principal, case manager, parent",
}


@pytest.fixture
def officer(world):
    return world.user("officer")


@pytest.fixture
def student(world):
    """The student at north, with an IEP, without the suspension that the world gave them."""
    world.year.programs_reported = True
    world.year.save()
    make.make_program_status(world.student, world.year, idea=True)
    Removal.objects.filter(student=world.student).update(voided_at=timezone.now())
    return world.student


@pytest.fixture
def remove(world, student):
    def send(month, day, days, kind="OSS", school=None, **fields):
        incident = make.make_incident(
            school or world.north, world.year, occurred_on=date(2020 if month >= 7 else 2021, month, day)
        )
        return make.remove(incident, student, kind, days, identifier=f"C{make.number()}", **fields)

    return send


@pytest.fixture
def series(remove):
    """Five, four and three days within six weeks."""
    return remove(9, 14, "5"), remove(9, 28, "4"), remove(10, 12, "3")


def read(student, world, on=NOVEMBER):
    return clock_of(student, world.year, on=on).clock


# --- Reading ----------------------------------------------------------------------------------------------------------
def test_a_clock_is_read_from_the_record(world, student, series, remove):
    void_removal(removal=remove(10, 20, "9"), reason="Entered twice.", by=None)
    bus = remove(10, 21, "2", kind="BUS")
    clock = read(student, world)
    assert (clock.total, clock.used, clock.at_most, clock.left) == (12, 12, 14, 0)
    record_terms(removal=bus, bus_is_service=True, bus_alternative=False, by=None)
    assert read(student, world).total == 14
    assert [event.removal for event in clock.of(Kind.PATTERN_REVIEW)] == [series[2].pk]


def test_every_school_of_the_district_counts_with_its_own_calendar(world, student, remove):
    remove(9, 14, "5")
    remove(11, 2, "3", school=world.south, ends_on=date(2020, 11, 4))
    assert read(student, world).total == 8
    CalendarDay.objects.create(district=world.district, school=world.south, day=date(2020, 11, 3), kind="closure")
    CalendarDay.objects.create(district=world.district, school=world.north, day=date(2020, 11, 4), kind="closure")
    assert read(student, world).total == 7


def test_days_that_were_not_served_do_not_count(world, student, remove, officer):
    removal = remove(9, 14, "5", ends_on=date(2020, 9, 18))
    for day, mark in ((15, "served"), (16, "present"), (17, "absent")):
        ServedDay.objects.create(removal=removal, day=date(2020, 9, day), mark=mark, length=1)
    assert read(student, world).total == 3


def test_protection_goes_by_the_days_of_the_programs(world, student, series):
    student.program_statuses.update(begins_on=date(2020, 10, 5))
    clock = read(student, world)
    assert [event.on for event in clock.of(Kind.SERVICES_DUE)] == [date(2020, 10, 13)]
    assert "before_eligibility" in clock.lines[0].count.notes
    student.program_statuses.update(begins_on=date(2020, 11, 1))
    assert read(student, world).of(Kind.SERVICES_DUE) == ()


def test_the_district_decides_how_it_counts_from_a_day_on(world, student, series):
    leader = world.user("leader")
    student.program_statuses.update(begins_on=date(2020, 10, 5))
    change_clock_settings(
        district=world.district,
        valid_from=NOVEMBER,
        marks=[Decimal("2.50"), Decimal(1)],
        half_days_whole=True,
        counts_before_eligibility=False,
        section504="none",
        reason="Counsel's advice.",
        by=leader,
    )
    assert read(student, world, on=date(2020, 11, 9)).total == 12
    clock = read(student, world)
    assert clock.total == 3
    assert [event.value for event in clock.of(Kind.MARK)] == [1, Decimal("2.5")]
    event = AuditEvent.objects.get(object_type="clocksettings")
    assert event.changes["marks"] == [None, ["1", "2.5"]]
    assert event.details["reason"] == "Counsel's advice."


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"marks": [Decimal(0)]}, "marks"),
        ({"marks": [Decimal("5.25")]}, "marks"),
        ({"marks": [Decimal("NaN")]}, "marks"),
        ({"marks": [Decimal(181)]}, "marks"),
        ({"marks": [Decimal(n) for n in range(1, 8)]}, "marks"),
        ({"section504": "sometimes"}, "section504"),
        ({"reason": " "}, "reason"),
    ],
)
def test_settings_that_cannot_be_are_refused(world, changes, field):
    values = {
        "valid_from": NOVEMBER,
        "marks": [Decimal(5)],
        "half_days_whole": True,
        "counts_before_eligibility": True,
        "section504": "same",
        "reason": "Because.",
    }
    with pytest.raises(ValidationError) as caught:
        change_clock_settings(district=world.district, by=None, **{**values, **changes})
    assert set(caught.value.message_dict) == {field}


def test_many_clocks_take_as_many_queries_as_one(world, student, series):
    incident = series[0].incident
    others = [make.make_student(world.district) for _number in range(10)]
    for other in others:
        make.make_program_status(other, world.year, section504=True)
        make.remove(incident, other, days="11", identifier=f"C{make.number()}")
    counts = []
    for keys in ([student.pk], [student.pk, *(other.pk for other in others)]):
        with CaptureQueriesContext(connection) as queries:
            found = clocks_of(keys, world.year, on=NOVEMBER)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert len(found) == 11
    assert found[others[0].pk].clock.of(Kind.CHANGE_OF_PLACEMENT)


# --- The meter --------------------------------------------------------------------------------------------------------
def rendered(meter) -> str:
    return render_to_string("discipline/_days_meter.html", {"meter": meter})


def test_the_meter_shows_days_and_why_they_count(world, student, series, officer):
    meter = meter_for(officer, student, world.year, on=NOVEMBER)
    page = rendered(meter)
    assert meter.status.word == "Day 12, beyond 10"
    assert len(meter.squares) == 12
    assert [place for place, square in enumerate(meter.squares) if square.is_limit] == [9]
    assert "12 used, of 10 school days." in page
    assert "Out of school: every school day counts." in page
    assert "To be decided" in page


def test_the_meter_of_nine_days_and_two_to_come(world, student, remove, officer):
    for month, day, days in ((9, 14, "5"), (9, 28, "4"), (11, 12, "2")):
        remove(month, day, days)
    meter = meter_for(officer, student, world.year, on=NOVEMBER)
    assert [words for _tone, words in meter.figures] == ["9 used", "2 ordered"]
    tones = [(square.first, square.second) for square in meter.squares]
    assert tones == [("used", "used")] * 9 + [("ordered", "ordered")] * 2


def test_half_days_are_half_squares(world, student, remove, officer):
    record_terms(removal=remove(9, 14, None, kind="INFORMAL"), minutes_removed=120, day_minutes=420, by=officer)
    record_terms(removal=remove(9, 15, "1", kind="INFORMAL"), standing="alleged", by=officer)
    meter = meter_for(officer, student, world.year, on=NOVEMBER)
    assert [(square.first, square.second) for square in meter.squares[:3]] == [
        ("used", "may"),
        ("may", "free"),
        ("free", "free"),
    ]
    assert meter.status.word == "Day 0.5 of 10"


def test_removals_at_schools_one_does_not_see_count_without_their_record(world, student, remove, officer):
    remove(9, 14, "5")
    hidden = remove(10, 5, "4", school=world.south)
    meter = meter_for(officer, student, world.year, on=NOVEMBER)
    assert meter.status.word == "Day 9 of 10"
    page = rendered(meter)
    assert "At another school" in page
    assert str(hidden.uid) not in page
    assert "Oct 5" not in page
    assert "Oct 5" in rendered(meter_for(world.user("records"), student, world.year, on=NOVEMBER))


def test_who_has_a_meter(world, student, remove):
    remove(9, 14, "5")
    seen = {role for role in world.users if meter_for(world.user(role), student, world.year, on=NOVEMBER)}
    assert seen == {"officer", "principal", "records"}


def test_without_a_plan_there_is_no_meter_and_unreported_programs_are_said(world, officer):
    unknown = meter_for(officer, world.student, world.year, on=NOVEMBER)
    assert "is not reported for this year" in rendered(unknown)
    world.year.programs_reported = True
    world.year.save()
    assert meter_for(officer, world.student, world.year, on=NOVEMBER) is None


# --- Facts beside a removal -------------------------------------------------------------------------------------------
def test_facts_are_kept_and_a_change_leaves_the_former_ones(world, remove, officer):
    removal = remove(9, 14, "2", kind="ISS")
    met = {"progress_in_curriculum": True, "iep_services_continued": True, "with_peers": True}
    record_terms(removal=removal, by=officer, **met)
    assert read(removal.student, world).total == 0
    terms = record_terms(removal=removal, with_peers=False, reason="He sat alone.", by=officer)
    assert read(removal.student, world).total == 2
    (change,) = terms.changes.all()
    assert (change.former, change.reason, change.by) == ({"with_peers": True}, "He sat alone.", officer)
    events = AuditEvent.objects.filter(object_uid=terms.uid).order_by("pk")
    assert [event.action for event in events] == ["create", "update"]
    assert events[1].changes == {"with_peers": [True, False]}
    assert events[1].student_id == removal.student_id
    assert record_terms(removal=removal, with_peers=False, by=officer).changes.count() == 1, "the same again"
    with pytest.raises(ValidationError) as caught:
        record_terms(removal=removal, with_peers=True, by=officer)
    assert set(caught.value.message_dict) == {"reason"}


@pytest.mark.parametrize(
    ("kind", "facts", "field"),
    [
        ("OSS", {"with_peers": True}, "with_peers"),
        ("ISS", {"bus_is_service": True}, "bus_is_service"),
        ("OSS", {"standing": "alleged"}, "standing"),
        ("OSS", {"interim_reason": "weapon"}, "interim_reason"),
        ("IAES_PERSONNEL", {"interim_reason": "hearing_officer"}, "interim_reason"),
        ("IAES_HEARING_OFFICER", {"interim_reason": "weapon"}, "interim_reason"),
        ("IAES_PERSONNEL", {"interim_reason": "anger"}, "interim_reason"),
        ("INFORMAL", {"minutes_removed": 30}, "day_minutes"),
        ("INFORMAL", {"minutes_removed": 421, "day_minutes": 420}, "minutes_removed"),
        ("INFORMAL", {"minutes_removed": 1, "day_minutes": 0}, "day_minutes"),
        ("INFORMAL", {"minutes_removed": 2000, "day_minutes": 420}, "minutes_removed"),
        ("OSS", {"decided_on": date(2020, 9, 13)}, "decided_on"),
        ("OSS", {"decided_on": date(2999, 1, 1)}, "decided_on"),
        ("OSS", {"days": 3}, "days"),
    ],
)
def test_a_fact_that_cannot_be_is_refused(remove, officer, kind, facts, field):
    removal = remove(9, 14, "2", kind=kind)
    with pytest.raises(ValidationError) as caught:
        record_terms(removal=removal, by=officer, **facts)
    assert set(caught.value.message_dict) == {field}
    assert RemovalTerms.objects.count() == 0


def test_an_alleged_removal_counts_for_certain_once_confirmed(world, remove, officer):
    removal = remove(9, 14, "1", kind="INFORMAL")
    record_terms(removal=removal, standing="alleged", by=None)
    assert (read(removal.student, world).total, read(removal.student, world).at_most) == (0, 1)
    with pytest.raises(ValidationError):
        confirm_informal(removal=removal, reason="", by=officer)
    terms = confirm_informal(removal=removal, reason="The sign-out sheet says so.", by=officer)
    assert read(removal.student, world).total == 1
    assert terms.changes.get().reason == "The sign-out sheet says so."
    with pytest.raises(StepNotAllowed):
        confirm_informal(removal=removal, reason="Again.", by=officer)


# --- Patterns and manifestations --------------------------------------------------------------------------------------
def decide(removal, by, **changes):
    values = {**FACTORS, "is_change_of_placement": True, "decided_on": date(2020, 10, 13)}
    return decide_pattern(removal=removal, by=by, **{**values, **changes})


def test_a_person_decides_that_it_is_a_pattern(world, student, series, officer):
    review = decide(series[2], officer)
    assert review.total_days == 12
    determination = review.determinations.get()
    assert (determination.decided_on, determination.due_on) == (date(2020, 10, 13), date(2020, 10, 27))
    clock = read(student, world)
    assert [event.due_on for event in clock.of(Kind.DETERMINATION_DUE)] == [date(2020, 10, 27)]
    assert {event.object_type for event in AuditEvent.objects.filter(student_id=student.pk)} >= {
        "patternreview",
        "manifestationdetermination",
    }
    page = rendered(meter_for(officer, student, world.year, on=NOVEMBER))
    assert "Decided on Tue, Oct 13, 2020: a pattern" in page
    with pytest.raises(StepNotAllowed) as caught:
        decide(series[2], officer)
    assert caught.value.allowed == ["void"]


def test_a_person_decides_that_it_is_none(world, student, series, officer):
    review = decide(series[2], officer, is_change_of_placement=False)
    assert not ManifestationDetermination.objects.filter(removal=series[2]).exists()
    clock = read(student, world)
    assert clock.of(Kind.DETERMINATION_DUE) == ()
    assert clock.of(Kind.SERVICES_DUE)[0].days == (date(2020, 10, 13), date(2020, 10, 14))
    void_review(review=review, reason="The wrong student.", by=officer)
    assert read(student, world).of(Kind.PATTERN_REVIEW)[0].answer is None
    assert decide(series[2], officer).is_change_of_placement
    assert PatternReview.objects.filter(removal=series[2]).count() == 2


@pytest.mark.parametrize("field", ["similarity", "length", "time_in_all", "proximity", "reasons", "decided_by"])
def test_every_factor_needs_its_reason(series, officer, field):
    with pytest.raises(ValidationError) as caught:
        decide(series[2], officer, **{field: "  "})
    assert set(caught.value.message_dict) == {field}
    assert not PatternReview.objects.filter(removal=series[2]).exists()


@pytest.mark.parametrize("day", [date(2020, 10, 11), date(2999, 1, 1)])
def test_a_decision_has_a_day_that_can_be(series, officer, day):
    with pytest.raises(ValidationError) as caught:
        decide(series[2], officer, decided_on=day)
    assert set(caught.value.message_dict) == {"decided_on"}


def test_nobody_decides_what_the_clock_does_not_ask(world, student, series, officer):
    with pytest.raises(StepNotAllowed):
        decide(series[1], officer, decided_on=date(2020, 10, 1))  # day 9
    with pytest.raises(StepNotAllowed):
        open_determination(removal=series[2], decided_on=date(2020, 10, 13), by=officer)
    void_removal(removal=series[2], reason="Never happened.", by=officer)
    with pytest.raises(StepNotAllowed):
        decide(series[2], officer)


@pytest.fixture
def determination(remove, officer):
    removal = remove(9, 14, "11")
    return open_determination(removal=removal, decided_on=date(2020, 9, 14), by=officer)


def hold(determination, by, **changes):
    values = {
        "held_on": date(2020, 9, 25),
        "caused_by_disability": False,
        "disability_reasons": "The team saw no link.",
        "iep_not_implemented": False,
        "iep_reasons": "All services were given.",
        "took_part": "Principal, parent, case manager",
    }
    return hold_determination(determination=determination, by=by, **{**values, **changes})


def test_more_than_ten_days_in_a_row_open_a_determination_by_hand(world, determination, officer):
    assert determination.due_on == date(2020, 9, 28)
    assert state_of(determination) == "open"
    record_notice(determination=determination, on=date(2020, 9, 14), by=officer)
    held = hold(determination, officer)
    assert (state_of(held), held.is_manifestation) == ("held", False)
    page = rendered(meter_for(officer, determination.removal.student, world.year, on=NOVEMBER))
    assert "The parents were told on Mon, Sep 14, 2020" in page
    assert "Held on Fri, Sep 25, 2020: not a manifestation" in page


@pytest.mark.parametrize(
    ("disability", "iep", "manifestation"),
    [(False, False, False), (True, False, True), (False, True, True), (True, True, True)],
)
def test_either_yes_makes_it_a_manifestation(determination, officer, disability, iep, manifestation):
    assert determination.is_manifestation is None
    held = hold(determination, officer, caused_by_disability=disability, iep_not_implemented=iep)
    assert held.is_manifestation is manifestation


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"disability_reasons": ""}, "disability_reasons"),
        ({"iep_reasons": " "}, "iep_reasons"),
        ({"took_part": ""}, "took_part"),
        ({"held_on": date(2020, 9, 13)}, "held_on"),
        ({"held_on": date(2999, 1, 1)}, "held_on"),
    ],
)
def test_a_determination_without_its_reasons_is_not_held(determination, officer, changes, field):
    with pytest.raises(ValidationError) as caught:
        hold(determination, officer, **changes)
    assert set(caught.value.message_dict) == {field}
    determination.refresh_from_db()
    assert state_of(determination) == "open"


@pytest.mark.parametrize("state", DETERMINATION_STEPS)
@pytest.mark.parametrize("step", ["notice", "hold", "void"])
def test_every_step_from_every_state_is_allowed_or_refused(determination, officer, state, step):
    if state == "held":
        hold(determination, officer)
    elif state == "voided":
        void_determination(determination=determination, reason="By mistake.", by=officer)

    def send():
        if step == "notice":
            return record_notice(determination=determination, on=date(2020, 9, 15), by=officer)
        if step == "hold":
            return hold(determination, officer)
        return void_determination(determination=determination, reason="By mistake.", by=officer)

    if step in DETERMINATION_STEPS[state]:
        assert send().pk == determination.pk
        return
    with pytest.raises(StepNotAllowed) as caught:
        send()
    assert caught.value.allowed == list(DETERMINATION_STEPS[state])


def test_a_review_is_not_voided_under_its_determination(series, officer):
    review = decide(series[2], officer)
    with pytest.raises(StepNotAllowed):
        void_review(review=review, reason="By mistake.", by=officer)
    void_determination(determination=review.determinations.get(), reason="By mistake.", by=officer)
    assert void_review(review=review, reason="By mistake.", by=officer).voided_by == officer
    with pytest.raises(StepNotAllowed):
        void_review(review=review, reason="Again.", by=officer)


def test_decisions_are_seen_only_with_the_right_to_program_flags(world, series, officer):
    decide(series[2], officer)
    for model in (PatternReview, ManifestationDetermination):
        seen = {role for role in world.users if model.objects.all().visible_to(world.user(role)).exists()}
        assert seen == {"officer", "principal", "records"}


# --- A snow day after the fact ----------------------------------------------------------------------------------------
def test_a_snow_day_moves_open_due_dates_and_leaves_a_trace(world, determination, officer, capsys):
    assert recount_due_dates(district=world.district, by=None) == []
    CalendarDay.objects.create(district=world.district, day=date(2020, 9, 21), kind="closure", reason="Snow")
    (moved,) = recount_due_dates(district=world.district, by=None)
    assert (moved.before, moved.after) == (date(2020, 9, 28), date(2020, 9, 29))
    event = AuditEvent.objects.filter(object_uid=determination.uid).latest("pk")
    assert event.changes == {"due_on": ["2020-09-28", "2020-09-29"]}
    assert event.details["reason"] == "The calendar changed"
    assert recount_due_dates(district=world.district, by=None) == []
    CalendarDay.objects.create(district=world.other, day=date(2020, 9, 22), kind="closure")
    CalendarDay.objects.create(district=world.district, school=world.north, day=date(2020, 9, 23), kind="closure")
    call_command("recount_deadlines", "--district", "ONE")
    out = capsys.readouterr().out
    assert out.splitlines() == [f"determination {determination.uid}: due 2020-09-29 -> 2020-09-30", "1 moved."]


def test_what_was_held_does_not_move(world, determination, officer):
    hold(determination, officer)
    CalendarDay.objects.create(district=world.district, day=date(2020, 9, 21), kind="closure")
    assert recount_due_dates(district=world.district, by=None) == []
