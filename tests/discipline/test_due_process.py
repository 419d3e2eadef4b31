"""Rules, the restorative question and the checklist of the law, through the verbs: the examples of New Jersey and
other states, changes, appeals, a calendar that changes.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from discipline import actions
from discipline import removal_states as states
from discipline.actions import Offer, StepNotAllowed
from discipline.actions.judging import check_judgment
from discipline.actions.matrix import give_default_matrix
from discipline.actions.rules import adopt_packs
from discipline.checklists import stated_words
from discipline.judging import Case, judge_removal
from discipline.models import (
    Appeal,
    DueProcessStep,
    OutsideMatrix,
    Removal,
    RestorativeOffer,
    RuleDecision,
)
from district.models import AuditEvent, CalendarDay
from tests import factories as make

CLOSED = ("2026-11-05", "2026-11-06", "2026-11-26", "2026-11-27", "2027-01-18", "2027-02-15")
MONDAY = date(2026, 11, 2)


class Place:
    """A district by the calendar CAL-26 with the rules of one state, its day set to that of a test."""

    def __init__(self, state: str):
        self.district = make.make_district(state=state)
        self.school = make.make_school(self.district)
        self.year = make.make_school_year(self.district, 2027, starts_on=date(2026, 8, 24), programs_reported=True)
        winter = [date(2026, 12, 24) + timedelta(days=n) for n in range(9)]
        for day in [*map(date.fromisoformat, CLOSED), *winter]:
            CalendarDay.objects.create(district=self.district, day=day, kind="closure")
        adopt_packs(district=self.district, by=None)
        self.by = make.make_user("officer", self.district)

    def referral(self, grade: str = "08", *, on: date = MONDAY, ceds: str = "", level: str = "3", **flags):
        student = make.make_student(self.district, grade=grade, birth_date=date(2026 - 14, 1, 1))
        make.enroll(student, self.school, self.year, refresh=False)
        if flags:
            make.make_program_status(student, self.year, **flags)
        return self.again(student, on=on, ceds=ceds, level=level)

    def again(self, student, *, on: date = MONDAY, ceds: str = "", level: str = "3"):
        code = f"B{make.number()}"
        behavior = make.make_behavior(self.district, code, title=code, ceds_behavior=ceds, level=level)
        incident = make.make_incident(self.school, self.year, occurred_on=on)
        make.involve(incident, student, behavior)
        return make.refer(incident, student)

    def order(self, referral, days, kind="OSS", begins_on=MONDAY, **more) -> Removal:
        values = {"offer": make.DECLINED, **more}
        return actions.order_removal(
            referral=referral, kind=kind, begins_on=begins_on, days=Decimal(days), by=self.by, **values
        )


@pytest.fixture
def place(db, time_machine):
    """A function that makes a place whose day is `today`."""

    def make_place(state: str, today: date = date(2026, 12, 15)) -> Place:
        time_machine.move_to(datetime(today.year, today.month, today.day, 17))
        return Place(state)

    return make_place


def due(removal: Removal) -> dict[str, date | None]:
    return {step.step: step.due_on for step in removal.due_steps.all()}


# --- EX-40, EX-42, EX-43: New Jersey ----------------------------------------------------------------------------------
def test_ex_40_a_long_term_suspension(place):
    new_jersey = place("NJ")
    removal = new_jersey.order(new_jersey.referral(), 11)
    days = due(removal)
    assert days["parent_notice"] == days["student_notice"] == days["informal_hearing"] == MONDAY
    assert days["written_notice"] == date(2026, 11, 4)
    assert days["services_begin"] == date(2026, 11, 11)
    assert days["formal_hearing"] == date(2026, 12, 2)
    assert days["hearing_decision"] is days["witness_list"] is days["appeal"] is None
    steps = {step.step: step for step in removal.due_steps.all()}
    actions.plan_step(step=steps["formal_hearing"], planned_on=date(2026, 12, 1), by=new_jersey.by)
    assert due(removal)["witness_list"] == date(2026, 11, 26)
    actions.tick_step(
        step=steps["formal_hearing"],
        done_on=date(2026, 12, 1),
        done_by="The board",
        way="meeting",
        document="File 12",
        by=new_jersey.by,
    )
    assert due(removal)["hearing_decision"] == date(2026, 12, 8)
    decided = steps["hearing_decision"]
    actions.tick_step(step=decided, done_on=date(2026, 12, 8), done_by="The board", way="letter", by=new_jersey.by)
    assert due(removal)["appeal"] == date(2026, 12, 8) + timedelta(days=90)
    held = removal.due_steps.get(step="formal_hearing")
    assert (held.state, held.done_by, held.document, held.by) == ("done", "The board", "File 12", new_jersey.by)


def test_ex_42_the_first_grades(place):
    new_jersey = place("NJ")
    referral = new_jersey.referral("01")
    with pytest.raises(ValidationError) as caught:
        new_jersey.order(referral, 1)
    (sentence,) = caught.value.message_dict["rules"]
    assert "N.J.S.A. 18A:37-2a" in sentence
    assert not Removal.objects.exists()
    with pytest.raises(ValidationError):
        new_jersey.order(referral, 1, case=Case(stated={"violent_or_sexual": "  "}))
    case = Case(stated={"violent_or_sexual": "Hit a classmate with a chair, who was hurt."})
    removal = new_jersey.order(referral, 1, case=case)
    kept = RuleDecision.objects.get(removal=removal, outcome="excepted")
    assert kept.stated == {"violent_or_sexual": "Hit a classmate with a chair, who was hurt."}
    assert stated_words(kept) == [
        "The conduct was of a violent or sexual nature and endangers others."
        " Hit a classmate with a chair, who was hurt."
    ]
    assert (kept.by, kept.version.rule.key, kept.version.number) == (new_jersey.by, "nj-k2-suspension", 1)
    for kind, stated, allowed in (
        ("EXPULSION_WITH_SERVICES", {}, False),
        ("EXPULSION_WITH_SERVICES", {"violent_or_sexual": "Yes."}, False),
    ):
        with pytest.raises(ValidationError):
            new_jersey.order(referral, 5, kind=kind, case=Case(stated=stated))
        assert not allowed
    gun = Case(
        stated={"guns_act": "A firearm.", "process_completed": "All of it.", "second_offense": "Yes."},
    )
    assert new_jersey.order(referral, 5, kind="EXPULSION_WITH_SERVICES", case=gun).pk


def test_ex_42_preschool_students_with_disabilities_stay(place):
    new_jersey = place("NJ")
    with pytest.raises(ValidationError) as caught:
        new_jersey.order(new_jersey.referral("PK", idea=True), 1, case=Case(stated={"violent_or_sexual": "Yes."}))
    assert "6A:14-2.8" in " ".join(caught.value.message_dict["rules"])


@pytest.mark.parametrize(("days", "is_long"), [("9.5", False), (10, False), ("10.5", True), (11, True)])
def test_ex_42_more_than_ten_days_take_the_long_way(place, days, is_long):
    new_jersey = place("NJ")
    steps = due(new_jersey.order(new_jersey.referral("04"), days))
    assert ("formal_hearing" in steps) is ("written_notice" in steps) is is_long
    assert ("board_report" in steps) is not is_long


def test_ex_43_a_second_suspension_asks_for_the_meeting(place):
    new_jersey = place("NJ")
    first = new_jersey.referral()
    assert "support_meeting" not in due(new_jersey.order(first, 2))
    second = new_jersey.order(new_jersey.again(first.student), 1, kind="ISS", begins_on=date(2026, 11, 9))
    meeting = second.due_steps.get(step="support_meeting")
    assert meeting.due_on == date(2026, 11, 16)
    assert meeting.version.citation == "N.J.S.A. 18A:37-2c"


# --- EX-45: other states ----------------------------------------------------------------------------------------------
DEFIANCE, FIGHTING, SCHOOL_DAY = "04659", "04645", date(2026, 9, 1)
OTHER_MEANS = {"other_means_failed": "A circle, twice, and counseling."}
DISRUPTION = {"threat_or_disruption": "Two classes could not go on."}
EXHAUSTED = {"interventions_exhausted": "All of them.", "threat_or_substantial_disruption": "It goes on."}


@pytest.mark.parametrize(
    ("state", "grade", "ceds", "days", "on", "stated", "allowed"),
    [
        ("CA", "07", DEFIANCE, 1, SCHOOL_DAY, OTHER_MEANS, False),
        ("CA", "07", DEFIANCE, 1, date(2029, 6, 30), OTHER_MEANS, False),
        ("CA", "07", DEFIANCE, 1, date(2029, 7, 1), OTHER_MEANS, True),
        ("CA", "07", DEFIANCE, 1, date(2029, 7, 2), OTHER_MEANS, True),
        ("CA", "07", DEFIANCE, 1, date(2029, 7, 2), {}, False),
        ("CA", "04", DEFIANCE, 1, SCHOOL_DAY, OTHER_MEANS, False),
        ("CA", "04", DEFIANCE, 1, date(2029, 7, 2), OTHER_MEANS, False),
        ("CA", "08", FIGHTING, 5, SCHOOL_DAY, OTHER_MEANS, True),
        ("CA", "08", FIGHTING, "5.5", SCHOOL_DAY, OTHER_MEANS, False),
        ("CA", "08", FIGHTING, 6, SCHOOL_DAY, OTHER_MEANS, False),
        ("TX", "08", FIGHTING, 3, SCHOOL_DAY, {}, True),
        ("TX", "08", FIGHTING, 4, SCHOOL_DAY, {}, False),
        ("TX", "02", FIGHTING, 1, SCHOOL_DAY, {}, False),
        ("TX", "02", FIGHTING, 1, SCHOOL_DAY, {"drugs_or_alcohol": "Marijuana."}, True),
        ("OR", "05", DEFIANCE, 1, SCHOOL_DAY, {}, False),
        ("OR", "06", DEFIANCE, 10, SCHOOL_DAY, {}, True),
        ("OR", "06", DEFIANCE, 11, SCHOOL_DAY, {}, False),
        ("IL", "08", FIGHTING, 4, SCHOOL_DAY, EXHAUSTED | {"interventions_exhausted": ""}, False),
        ("IL", "08", FIGHTING, 4, SCHOOL_DAY, EXHAUSTED, True),
        ("IL", "08", FIGHTING, 3, SCHOOL_DAY, {}, False),
        ("IL", "08", FIGHTING, 3, SCHOOL_DAY, DISRUPTION, True),
    ],
)
def test_ex_45_other_states(place, state, grade, ceds, days, on, stated, allowed):
    elsewhere = place(state)
    judgment = judge_removal(
        about=elsewhere.referral(grade, on=SCHOOL_DAY, ceds=ceds),
        kind="OSS",
        begins_on=SCHOOL_DAY,
        ends_on=None,
        days=Decimal(days),
        decided_on=on,
        case=Case(stated=stated),
    )
    if allowed:
        check_judgment(judgment)
    else:
        with pytest.raises(ValidationError) as caught:
            check_judgment(judgment)
        assert list(caught.value.message_dict) == ["rules"]


# --- The restorative question --------------------------------------------------------------------------------------
def test_no_removal_without_an_answer_and_any_answer_will_do(place):
    new_jersey = place("NJ")
    referral = new_jersey.referral()
    for offer in (None, Offer(), Offer("maybe")):
        with pytest.raises(ValidationError) as caught:
            new_jersey.order(referral, 1, offer=offer)
        assert list(caught.value.message_dict) == ["answer"]
    emergency = new_jersey.order(referral, 1, offer=Offer("not_offered", why_not="emergency"))
    assert (emergency.offer.was_offered, emergency.offer.why_not, emergency.offer.by) == (
        False,
        "emergency",
        new_jersey.by,
    )
    bus = new_jersey.order(referral, 1, kind="BUS", offer=None)
    assert not RestorativeOffer.objects.filter(removal=bus).exists()


@pytest.mark.parametrize(
    ("offer", "field"),
    [
        (Offer("not_offered"), "why_not"),
        (Offer("not_offered", why_not="other"), "offer_note"),
        (Offer("not_offered", why_not="emergency", offered_to=("family",)), "answer"),
        (Offer("accepted", offered_to=("responsible",)), "answered_by"),
        (Offer("declined", answered_by="harmed"), "offered_to"),
        (Offer("declined", offered_to=("cat",), answered_by="harmed"), "offered_to"),
        (Offer("pending", offered_to=("harmed",), answered_by="harmed"), "answered_by"),
        (Offer("accepted", "DETENTION", ("harmed",), "harmed"), "response"),
        (Offer("accepted", offered_to=("harmed",), answered_by="harmed", why_not="no_time"), "why_not"),
    ],
)
def test_answers_that_do_not_fit_together(place, offer, field):
    new_jersey = place("NJ")
    with pytest.raises(ValidationError) as caught:
        new_jersey.order(new_jersey.referral(), 1, offer=offer)
    assert list(caught.value.message_dict) == [field]
    assert not Removal.objects.exists()


def test_the_matrix_asks_for_a_reason_and_counts_it(place):
    new_jersey = place("NJ")
    actions_of_matrix = new_jersey.district.response_matrices
    give_default_matrix(district=new_jersey.district, by=None)
    assert actions_of_matrix.exists()
    referral = new_jersey.referral("08", level="1")
    with pytest.raises(ValidationError) as caught:
        new_jersey.order(referral, 1)
    assert list(caught.value.message_dict) == ["outside"]
    new_jersey.order(referral, 1, case=Case(outside="Threats were made meanwhile."))
    row = OutsideMatrix.objects.get()
    assert (row.level, row.grade, row.prior, row.response) == ("1", "08", 0, "OSS")


# --- Changes of a removal -------------------------------------------------------------------------------------------
def change(place, removal, change, days, **more):
    values = {"begins_on": removal.begins_on, "days": Decimal(days), "reason": "The family met with us.", **more}
    return actions.change_removal(removal=removal, change=change, by=place.by, **values)


def test_a_removal_reduced_to_ten_days_takes_the_short_way(place):
    new_jersey = place("NJ")
    removal = new_jersey.order(new_jersey.referral(), 11)
    change(new_jersey, removal, states.REDUCE, 10)
    removal.refresh_from_db()
    former = removal.changes.get()
    assert (former.kind, former.days, removal.days) == ("reduced", Decimal(11), Decimal(10))
    steps = {step.step: step.state for step in removal.due_steps.all()}
    assert steps["formal_hearing"] == "not_needed"
    assert steps["board_report"] == "open"
    swept = removal.due_steps.get(step="formal_hearing").changes.get()
    assert (swept.reason, swept.former) == ("The removal changed", {"state": "open"})
    with pytest.raises(ValidationError):
        change(new_jersey, removal, states.REDUCE, 10)


def test_an_extension_is_a_new_decision_with_a_new_notice(place):
    new_jersey = place("NJ", date(2026, 11, 12))
    removal = new_jersey.order(new_jersey.referral(), 8)
    notice = removal.due_steps.get(step="parent_notice")
    actions.tick_step(step=notice, done_on=MONDAY, done_by="The principal", way="phone", by=new_jersey.by)
    change(new_jersey, removal, states.EXTEND, 12, decided_on=date(2026, 11, 12))
    notice.refresh_from_db()
    assert (notice.state, notice.done_on) == ("done", MONDAY)  # it counts from the first day of a long one
    heard = removal.due_steps.get(step="student_notice")
    assert (heard.state, heard.due_on) == ("open", date(2026, 11, 12))
    assert due(removal)["formal_hearing"] == date(2026, 12, 2)
    with pytest.raises(ValidationError):
        change(new_jersey, removal, states.EXTEND, 12)


def test_a_conversion_asks_the_rules_again(place):
    new_jersey = place("NJ")
    removal = new_jersey.order(new_jersey.referral("02"), 2, kind="ISS")
    with pytest.raises(ValidationError) as caught:
        change(new_jersey, removal, states.CONVERT, 2, kind="OSS")
    assert "18A:37-2a" in caught.value.message_dict["rules"][0]
    removal.refresh_from_db()
    assert (removal.kind, removal.changes.count()) == ("ISS", 0)
    stated = Case(stated={"violent_or_sexual": "It endangered others."})
    change(new_jersey, removal, states.CONVERT, 2, kind="OSS", case=stated)
    removal.refresh_from_db()
    former = removal.changes.get()
    assert (removal.kind, former.kind, former.removal_kind) == ("OSS", "converted", "ISS")
    for wrong in ({"kind": "OSS"}, {"kind": "EXPULSION_WITH_SERVICES"}, {}):
        with pytest.raises(ValidationError):
            change(new_jersey, removal, states.CONVERT, 2, **wrong)


def test_put_off_only_while_an_appeal_is_pending(place):
    new_jersey = place("NJ", date(2026, 10, 30))
    removal = new_jersey.order(new_jersey.referral(on=date(2026, 10, 29)), 4)
    later = {"begins_on": date(2026, 11, 9)}
    with pytest.raises(StepNotAllowed) as caught:
        change(new_jersey, removal, states.STAY, 4, **later)
    assert caught.value.allowed == ["appeal"]
    appeal = actions.file_appeal(
        removal=removal, to="board", filed_on=date(2026, 10, 30), filed_by="The mother", by=new_jersey.by
    )
    with pytest.raises(ValidationError):
        change(new_jersey, removal, states.STAY, 5)
    change(new_jersey, removal, states.STAY, 4, **later)
    removal.refresh_from_db()
    assert (actions.state_of(removal), removal.begins_on) == (states.STAYED, date(2026, 11, 9))
    assert due(removal)["services_begin"] == date(2026, 11, 16)
    actions.decide_appeal(
        appeal=appeal, outcome="overturned", decided_on=date(2026, 10, 30), note="No proof.", by=new_jersey.by
    )
    removal.refresh_from_db()
    assert removal.voided_at is not None  # not a day was served
    assert removal.void_reason == "No proof."


def test_overturned_while_it_runs_keeps_the_days_that_were_lost(place):
    new_jersey = place("NJ", date(2026, 11, 10))
    removal = new_jersey.order(new_jersey.referral(), 8)
    actions.overturn_removal(
        removal=removal, reason="The board found no proof.", decided_on=date(2026, 11, 10), by=new_jersey.by
    )
    removal.refresh_from_db()
    assert (removal.days, removal.ends_on, removal.voided_at) == (Decimal(4), date(2026, 11, 9), None)
    assert actions.state_of(removal) == states.OVERTURNED
    assert not removal.due_steps.filter(state="open").exists()
    assert removal.changes.get().days == Decimal(8)


REMOVAL_VERBS = {
    states.CORRECT: lambda place, row: change(place, row, states.CORRECT, 3),
    states.REDUCE: lambda place, row: change(place, row, states.REDUCE, 3),
    states.EXTEND: lambda place, row: change(place, row, states.EXTEND, 7),
    states.CONVERT: lambda place, row: change(place, row, states.CONVERT, 5, kind="ISS"),
    states.STAY: lambda place, row: change(place, row, states.STAY, 2),
    states.OVERTURN: lambda place, row: actions.overturn_removal(
        removal=row, reason="No proof.", decided_on=date(2026, 11, 4), by=place.by
    ),
    states.APPEAL: lambda place, row: actions.file_appeal(
        removal=row, to="board", filed_on=date(2026, 11, 3), filed_by="The father", by=place.by
    ),
    states.VOID: lambda place, row: actions.void_removal(removal=row, reason="Wrong student.", by=place.by),
}


@pytest.mark.parametrize("state", states.STEPS)
def test_every_state_and_change_of_a_removal(place, state):
    """Allowed by the table: the next state, with an event. Else refused by name, and nothing is written."""
    new_jersey = place("NJ", date(2026, 11, 4))
    for name, verb in REMOVAL_VERBS.items():
        removal = new_jersey.order(new_jersey.referral(), 5)
        make.make_appeal(removal)
        if state == states.STAYED:
            change(new_jersey, removal, states.STAY, 4)
        elif state != states.ORDERED:
            REMOVAL_VERBS[{states.OVERTURNED: states.OVERTURN, states.VOIDED: states.VOID}[state]](new_jersey, removal)
        assert actions.state_of(Removal.objects.get(pk=removal.pk)) == state
        events = AuditEvent.objects.count()
        if after := states.STEPS[state].get(name):
            verb(new_jersey, removal)
            assert actions.state_of(Removal.objects.get(pk=removal.pk)) == after, name
            assert AuditEvent.objects.count() > events
        else:
            with pytest.raises(StepNotAllowed) as caught:
                verb(new_jersey, removal)
            assert caught.value.allowed == [] or caught.value.allowed == list(states.STEPS[state])
            assert AuditEvent.objects.count() == events, name


# --- Appeals --------------------------------------------------------------------------------------------------------
APPEAL_VERBS = {
    "schedule": lambda appeal, by: actions.schedule_hearing(appeal=appeal, hearing_on=date(2026, 11, 20), by=by),
    "decide": lambda appeal, by: actions.decide_appeal(
        appeal=appeal, outcome="upheld", decided_on=date(2026, 11, 20), note="It stands.", by=by
    ),
    "withdraw": lambda appeal, by: actions.withdraw_appeal(
        appeal=appeal, on=date(2026, 11, 20), note="The father withdrew it.", by=by
    ),
}


@pytest.mark.parametrize("state", Appeal.State.values)
def test_every_state_and_step_of_an_appeal(place, state):
    new_jersey = place("NJ")
    for step, verb in APPEAL_VERBS.items():
        removal = new_jersey.order(new_jersey.referral(), 2)
        appeal = make.make_appeal(removal, state=state)
        if after := actions.APPEAL_STEPS[state].get(step):
            verb(appeal, new_jersey.by)
            appeal.refresh_from_db()
            assert appeal.state == after
            assert appeal.statuses.last().state == after
        else:
            with pytest.raises(StepNotAllowed) as caught:
                verb(appeal, new_jersey.by)
            assert caught.value.allowed == list(actions.APPEAL_STEPS[state])
            assert appeal.statuses.count() == 1


def test_a_complaint_under_idea_adds_the_steps_of_the_expedited_hearing(place):
    new_jersey = place("NJ")
    removal = new_jersey.order(new_jersey.referral(idea=True), 2)
    assert "expedited_hearing" not in due(removal)
    actions.file_appeal(
        removal=removal, to="expedited", filed_on=date(2026, 11, 4), filed_by="The parents", by=new_jersey.by
    )
    days = due(removal)
    assert days["resolution_meeting"] == date(2026, 11, 11)
    assert days["hearing_may_proceed"] == date(2026, 11, 19)
    assert days["expedited_hearing"] == date(2026, 12, 8)  # 20 school days, four of them closed
    assert days["expedited_decision"] is None  # waits for the hearing


# --- The steps ------------------------------------------------------------------------------------------------------
STEP_VERBS = {
    "tick": lambda step, by: actions.tick_step(step=step, done_on=MONDAY, done_by="The principal", way="phone", by=by),
    "plan": lambda step, by: actions.plan_step(step=step, planned_on=date(2026, 11, 9), by=by),
    "not_needed": lambda step, by: actions.set_not_needed(step=step, reason="They moved.", by=by),
    "take_back": lambda step, by: actions.take_back_step(step=step, reason="A mistake.", by=by),
}


@pytest.mark.parametrize("state", DueProcessStep.State.values)
@pytest.mark.parametrize("verb", STEP_VERBS)
def test_every_state_and_verb_of_a_step(place, state, verb):
    new_jersey = place("NJ")
    removal = new_jersey.order(new_jersey.referral(), 2)
    step = removal.due_steps.get(step="student_notice")
    DueProcessStep.objects.filter(pk=step.pk).update(state=state)
    events = AuditEvent.objects.count()
    if verb in actions.STEP_STEPS[state]:
        STEP_VERBS[verb](step, new_jersey.by)
        after = {"tick": "done", "not_needed": "not_needed"}.get(verb, "open")
        step.refresh_from_db()
        assert (step.state, AuditEvent.objects.count()) == (after, events + 1)
        former = step.changes.get().former
        assert former["planned_on" if verb == "plan" else "state"] == (None if verb == "plan" else state)
    else:
        with pytest.raises(StepNotAllowed) as caught:
            STEP_VERBS[verb](step, new_jersey.by)
        assert caught.value.allowed == list(actions.STEP_STEPS[state])
        assert (step.changes.count(), AuditEvent.objects.count()) == (0, events)
    actions.void_removal(removal=removal, reason="Wrong student.", by=new_jersey.by)
    with pytest.raises(StepNotAllowed):
        STEP_VERBS[verb](step, new_jersey.by)


def test_what_a_step_needs(place):
    new_jersey = place("NJ")
    step = new_jersey.order(new_jersey.referral(), 2).due_steps.get(step="student_notice")
    good = {"done_on": MONDAY, "done_by": "The principal", "way": "phone"}
    for wrong in (
        {"done_on": date(2026, 12, 16)},
        {"done_on": date(2026, 10, 30)},
        {"done_by": " "},
        {"way": "pigeon"},
    ):
        with pytest.raises(ValidationError) as caught:
            actions.tick_step(step=step, by=new_jersey.by, **good | wrong)
        assert list(caught.value.message_dict) == list(wrong)


def test_a_snow_day_moves_what_is_open_and_leaves_its_trace(place):
    new_jersey = place("NJ")
    removal = new_jersey.order(new_jersey.referral(), 11)
    written = removal.due_steps.get(step="written_notice")
    actions.tick_step(step=written, done_on=date(2026, 11, 4), done_by="The office", way="letter", by=new_jersey.by)
    assert actions.recount_steps(district=new_jersey.district, by=None) == []
    CalendarDay.objects.create(district=new_jersey.district, day=date(2026, 11, 4), kind="closure")
    moved = actions.recount_steps(district=new_jersey.district, by=None)
    assert {step.step: step.due_on for step in moved} == {"services_begin": date(2026, 11, 12)}
    trace = removal.due_steps.get(step="services_begin").changes.get()
    assert (trace.reason, trace.former) == ("The calendar changed", {"due_on": "2026-11-11"})
    assert due(removal)["written_notice"] == date(2026, 11, 4)  # done, so it stays
    assert due(removal)["formal_hearing"] == date(2026, 12, 2)  # calendar days
    assert actions.recount_steps(district=new_jersey.district, by=None) == []


def test_beyond_day_ten_services_and_the_review_are_due(place):
    new_jersey = place("NJ")
    first = new_jersey.referral(idea=True)
    new_jersey.order(first, 9, begins_on=date(2026, 11, 9), case=Case())
    second = new_jersey.again(first.student, on=date(2026, 12, 1))
    removal = new_jersey.order(second, 3, begins_on=date(2026, 12, 1))
    days = due(removal)
    assert days["teacher_consulted"] == date(2026, 12, 2)
    assert days["services_begin"] == date(2026, 12, 2)
    assert days["pattern_review"] == date(2026, 12, 1)


# --- On the pages ---------------------------------------------------------------------------------------------------
def posted(**changes):
    terms = {"kind": "OSS", "begins_on": "2026-11-02", "days": "1", "services_provided": "", "services": ""}
    offer = {"answer": "declined", "response": "MEDIATION", "offered_to": ["harmed"], "answered_by": "harmed"}
    return {**terms, **offer, **changes}


def test_grade_1_is_blocked_with_the_citation_on_the_page(place, client_for, settings):
    settings.MFA_REQUIRED = False
    new_jersey = place("NJ")
    referral = new_jersey.referral("01")
    client = client_for(new_jersey.by)
    address = f"/referrals/{referral.uid}/removal/"
    first = client.get(address).text
    assert first.index("Was something restorative offered") < first.index("Kind of removal")
    looked = client.post(address, posted(count="1"))
    assert "Not allowed" in looked.text
    assert "N.J.S.A. 18A:37-2a" in looked.text
    refused = client.post(address, posted())
    assert refused.status_code == 200
    assert "N.J.S.A. 18A:37-2a" in refused.text
    assert 'name="stated-violent_or_sexual"' in refused.text
    assert not Removal.objects.exists()
    done = client.post(address, posted(**{"stated-violent_or_sexual": "A classmate was hurt."}))
    removal = Removal.objects.get()
    assert done.status_code == 302
    page = client.get(f"/removals/{removal.uid}/").text
    for words in ("A classmate was hurt.", "Offered and declined: Mediation", "Hold the informal hearing", "Tick off"):
        assert words in page


def test_the_page_asks_the_restorative_question(place, client_for, settings):
    settings.MFA_REQUIRED = False
    new_jersey = place("NJ")
    referral = new_jersey.referral()
    address = f"/referrals/{referral.uid}/removal/"
    client = client_for(new_jersey.by)
    unanswered = {"answer": "", "response": "", "offered_to": [], "answered_by": ""}
    assert "Say whether something restorative was offered first." in client.post(address, posted(**unanswered)).text
    emergency = unanswered | {"answer": "not_offered", "why_not": "emergency"}
    assert client.post(address, posted(**emergency)).status_code == 302
    assert RestorativeOffer.objects.get().why_not == "emergency"


def test_steps_and_appeals_over_http(place, client_for, settings):
    settings.MFA_REQUIRED = False
    new_jersey = place("NJ")
    removal = new_jersey.order(new_jersey.referral(), 2)
    client = client_for(new_jersey.by)
    step = removal.due_steps.get(step="student_notice")
    address = f"/due-steps/{step.uid}/"
    tick = {"what": "tick", "done_on": "2026-11-02", "done_by": "The principal", "way": "in_person"}
    assert client.post(address, {"what": "tick"}).status_code == 200
    assert client.post(address, tick).status_code == 302
    assert client.post(address, tick).status_code in (200, 409)
    assert step.changes.count() == 1
    assert "Take back" in client.get(f"/removals/{removal.uid}/").text
    assert client.post(address, {"what": "take_back", "reason": "Wrong student."}).status_code == 302
    filed = {"to": "board", "filed_on": "2026-11-03", "filed_by": "The mother"}
    assert client.post(f"/removals/{removal.uid}/appeal/", filed).status_code == 302
    appeal = removal.appeals.get()
    decide = {"what": "decide", "day": "2026-11-20", "outcome": "upheld", "note": "It stands."}
    assert client.post(f"/appeals/{appeal.uid}/", decide | {"outcome": ""}).status_code == 200
    assert client.post(f"/appeals/{appeal.uid}/", decide).status_code == 302
    assert client.post(f"/appeals/{appeal.uid}/", decide).status_code == 409
    assert client.get(f"/appeals/{appeal.uid}/").status_code == 302
    assert "The removal stands" in client.get(f"/removals/{removal.uid}/").text
    reduced = posted(kind="", change="reduced", days="1", reason="The family met with us.")
    assert client.post(f"/removals/{removal.uid}/change/", reduced).status_code == 302
    overturn = {"decided_on": "2026-11-02", "reason": "No proof."}
    assert client.post(f"/removals/{removal.uid}/overturn/", overturn).status_code == 302
    assert client.post(f"/removals/{removal.uid}/overturn/", overturn).status_code == 409
