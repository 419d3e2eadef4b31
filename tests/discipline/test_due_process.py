"""Rules, the restorative question and the checklist of the law, through the verbs: the examples of New Jersey and
other states, changes, appeals, a calendar that changes.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from discipline import actions
from discipline.actions import Offer
from discipline.actions.judging import check_judgment
from discipline.actions.matrix import give_default_matrix
from discipline.actions.rules import adopt_packs
from discipline.judging import Case, judge_removal
from discipline.models import (
    OutsideMatrix,
    Removal,
    RestorativeOffer,
    RuleDecision,
)
from district.models import CalendarDay
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
SUBJECTIVE = "04636"


def is_allowed(place: Place, referral, days, on: date, **typed) -> bool:
    case = Case(stated=typed.get("stated", {}), reasons=typed.get("reasons", {}))
    judgment = judge_removal(
        about=referral, kind="OSS", begins_on=on, ends_on=None, days=Decimal(days), decided_on=on, case=case
    )
    try:
        check_judgment(judgment)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("state", ["CA", "IL", "OR", "TX"])
def test_ex_45_each_state_has_its_limit_of_days(place, state):
    elsewhere = place(state)
    limit = {"CA": 5, "IL": 3, "OR": 10, "TX": 3}[state]
    referral = elsewhere.referral("08", level="4")
    everything = {
        condition.code: "Documented."
        for version in elsewhere.district.rules.all()
        for row in version.versions.all()
        for condition in row.as_rule().preconditions
        if "interventions" not in condition.code and "exhausted" not in condition.code
    }
    assert is_allowed(elsewhere, referral, limit, MONDAY, stated=everything)
    assert not is_allowed(elsewhere, referral, limit + 1, MONDAY, stated=everything)


# --- The restorative question -----------------------------------------------------------------------------------------
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
