"""What the rules are asked about, read from the record; and the past under a rule."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from discipline.law import age_on, evaluate_proposal, person_on, proposal_for, touched_by
from discipline.models import Incident, Referral, Removal
from district.models import SchoolYear
from district.rules import rule_of
from tests import factories as make

pytestmark = pytest.mark.django_db
NOVEMBER = date(2020, 11, 10)


def rule(**terms):
    says = {
        "key": "r",
        "jurisdiction": "LOCAL",
        "citation": "c",
        "title": "t",
        "text": "x",
        "severity": "block",
        "prohibits": True,
    }
    return rule_of({name: value for name, value in {**says, **terms}.items() if value is not None})


def report_programs(year: SchoolYear) -> None:
    year.programs_reported = True
    year.save()


# --- A student on a day -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("day", "expected"),
    [(date(2020, 9, 30), False), (date(2020, 10, 1), True), (date(2020, 12, 31), True), (date(2021, 1, 1), False)],
)
def test_programs_go_by_the_day(world, day, expected):
    report_programs(world.year)
    make.make_program_status(
        world.student, world.year, idea=True, begins_on=date(2020, 10, 1), ends_on=date(2020, 12, 31)
    )
    assert person_on(world.student, world.year, day).flags["idea"] is expected


def test_programs_that_nobody_reported_are_unknown_not_false(world):
    assert set(person_on(world.student, world.year, NOVEMBER).flags.values()) == {None}
    report_programs(world.year)
    assert set(person_on(world.student, world.year, NOVEMBER).flags.values()) == {False}


def test_the_grade_is_that_of_the_enrollment_on_the_day(world):
    first = world.student.enrollments.get()
    first.grade, first.ends_on = "08", date(2021, 1, 15)
    first.save()
    make.enroll(world.student, world.south, world.year, grade="09", begins_on=date(2021, 1, 16), refresh=False)
    assert person_on(world.student, world.year, NOVEMBER).grade == "08"
    assert person_on(world.student, world.year, date(2021, 2, 1)).grade == "09"
    assert person_on(world.far_student, world.year, NOVEMBER).grade == world.far_student.grade


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2010, 11, 10), NOVEMBER, 10),
        (date(2010, 11, 11), NOVEMBER, 9),
        (date(2008, 2, 29), date(2021, 2, 28), 12),
        (date(2008, 2, 29), date(2021, 3, 1), 13),
        (None, NOVEMBER, None),
        (date(2030, 1, 1), NOVEMBER, None),
    ],
)
def test_age_in_whole_years(born, day, age):
    assert age_on(born, day) == age


# --- A proposal -------------------------------------------------------------------------------------------------------
def propose(world, **changes):
    referral = Referral.objects.get(school=world.north)
    values = {"kind": "OSS", "begins_on": date(2020, 11, 17), "days": Decimal(3), "decided_on": NOVEMBER}
    return proposal_for(referral=referral, **{**values, **changes})


def test_a_proposal_holds_what_the_rules_ask_about(world):
    world.district.behaviors.update(level="3", ceds_behavior="04645", category="Harm to others")
    report_programs(world.year)
    make.make_program_status(world.student, world.year, idea=True)
    proposal = propose(world, stated={"weapon": "A knife."}, reasons={"r": "Because."})
    assert (proposal.action, proposal.days, proposal.grade) == ("OSS", 3, "09")
    assert proposal.has("idea") is True
    assert proposal.has("homeless") is False
    assert [(one.ceds, one.level) for one in proposal.behaviors] == [("04645", "3")]
    assert (proposal.year_days, proposal.year_removals) == ({"OSS": Decimal(1)}, {"OSS": 1})
    assert (proposal.clock_days, proposal.clock_adds) == (1, 3)
    assert (proposal.stated, proposal.reasons) == ({"weapon": "A knife."}, {"r": "Because."})


def test_a_length_on_record_that_nobody_knows_makes_the_days_of_the_year_unknown(world):
    Removal.objects.filter(student=world.student).update(days=None)
    assert propose(world).year_days == {"OSS": None}


def test_voided_removals_and_those_of_others_do_not_count(world):
    Removal.objects.filter(student=world.student).update(voided_at="2020-11-12T00:00Z")
    proposal = propose(world)
    assert (proposal.year_removals, proposal.clock_days) == ({}, 0)


def test_the_day_of_the_decision_says_which_rules_are_asked(world):
    make.make_rule(world.district, "From December", include=None, effective_from="2020-12-01")
    for day, allowed in ((date(2020, 11, 30), True), (date(2020, 12, 1), False)):
        evaluation, law = evaluate_proposal(propose(world), world.district, day)
        assert evaluation.is_allowed is allowed
        assert all(law.row_of(finding.rule).title == finding.rule.title for finding in evaluation.findings)


# --- The past under a rule --------------------------------------------------------------------------------------------
def more_removals(world, count, **fields):
    incident = Incident.objects.get(school=world.north)
    for _number in range(count):
        student = make.make_student(world.district, grade="07")
        make.enroll(student, world.north, world.year, refresh=False, is_last_in_year=True)
        make.involve(incident, student, world.district.behaviors.first())
        make.remove(incident, student, **{"identifier": f"M{make.number()}", **fields})


def touched(world, **terms):
    return touched_by(rule(**terms), world.district, [world.year])


def test_a_preview_counts_removals_and_students(world):
    world.district.behaviors.update(level="1")
    more_removals(world, 2)
    make.remove(Incident.objects.get(school=world.north), world.student, kind="ISS", identifier="I1")
    found = touched(world, actions=["OSS"], include={"levels": ["1"]})
    assert (found.asked, found.count, found.students, found.by_kind) == (5, 4, 4, {"OSS": 4})
    assert touched(world).by_kind == {"OSS": 4, "ISS": 1}
    assert touched(world, include={"levels": ["2"]}).count == 0


@pytest.mark.parametrize(
    ("terms", "count"),
    [
        ({"grades": ["06", "08"]}, 2),
        ({"grades": ["09", "12"]}, 2),
        ({"flags": ["idea"]}, 4),  # nobody reported programs, so each would have been asked
        ({"prohibits": None, "max_days": 2}, 0),
        ({"prohibits": None, "max_days": "0.5"}, 4),
        ({"prohibits": None, "preconditions": [{"code": "a", "text": "A circle."}]}, 4),
        ({"effective_from": "2030-01-01"}, 4),  # as if in force on every day
        ({"prohibits": None, "announces": True, "severity": "warn", "removals_before": 1}, 0),
        ({"subject": "hib", "prohibits": None, "announces": True}, 4),
    ],
)
def test_a_preview_judges_as_the_rule_would(world, terms, count):
    more_removals(world, 2)
    assert touched(world, **terms).count == count


def test_a_preview_counts_earlier_removals_of_the_same_student(world):
    incident = Incident.objects.get(school=world.north)
    for number, day in enumerate((12, 16, 19)):
        make.remove(incident, world.student, days="4", identifier=f"L{number}", begins_on=date(2020, 11, day))
    assert touched(world, prohibits=None, announces=True, removals_before=1).count == 3
    assert touched(world, prohibits=None, max_year_days=9).count == 1  # 1 + 4 + 4 + 4


def test_voided_removals_other_years_and_other_districts_are_left_out(world):
    Removal.objects.filter(student=world.student).update(voided_at="2020-11-12T00:00Z")
    assert touched(world).removals == (Removal.objects.get(student=world.south_student).pk,)
    assert touched_by(rule(), world.district, []).asked == 0


def test_the_number_of_queries_of_a_preview_is_fixed(world):
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            touched(world, include={"levels": ["1"]})
        counts.append(len(queries))
        more_removals(world, 20, kind="ISS")
    assert counts[0] == counts[1]
