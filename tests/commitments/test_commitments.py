"""Commitments: drafted from a source, in force once they can be checked, two sides, dates, the table of states."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from commitments.actions import commitments as verbs
from commitments.actions.clock import note_missed_dates
from commitments.actions.commitments import COMMITMENT_STEPS
from commitments.models import Commitment, DueItem, StatusReport
from commitments.steps.commitments import COMMITMENT_STEPS as OFFERED
from district.access import Role
from district.models import AuditEvent
from district.steps import StepNotAllowed
from tests import factories as make
from tests.commitments import factories as promise
from tests.commitments.conftest import TODAY

DRAFT = {
    "title": "No suspension for level 1",
    "text": "No student shall be suspended out of school for a level 1 behavior.",
    "source": "board_resolution",
    "reference": "13-214",
    "adopted_on": date(2020, 10, 1),
    "responsible": "district",
}
RULE = DRAFT | {
    "measure": "oss_for_level",
    "behavior_level": "1",
    "period": "school_year",
    "baseline": Decimal(312),
    "target": Decimal(0),
}
MONTHLY = DRAFT | {
    "title": "A monthly list",
    "cadence": "monthly",
    "first_due_on": date(2021, 1, 31),
    "evidence": "The list.",
    "checker": "The partner",
}


def draft(place, **fields) -> Commitment:
    return verbs.create_commitment(
        district=place.district, organization=place.organization, **DRAFT | fields, by=place.leader, on=TODAY
    )


def activated(place, **fields) -> Commitment:
    return verbs.activate(commitment=draft(place, **fields), by=place.leader, on=TODAY)


def test_nobody_outside_the_district_lets_a_figure_about_students_hold(place):
    """A partner who set one target after another would read the hidden count from “not kept”."""
    mine = draft(place, **RULE)
    assert faults(verbs.activate, commitment=mine, by=place.partner, on=TODAY) == ["measure"]
    assert verbs.activate(commitment=draft(place, **MONTHLY), by=place.partner, on=TODAY).status == "active"
    assert verbs.activate(commitment=mine, by=place.leader, on=TODAY).status == "active"


def faults(call, **given) -> list[str]:
    with pytest.raises(ValidationError) as refused:
        call(**given)
    return sorted(refused.value.message_dict)


def test_a_draft_is_on_record_with_its_first_state(place):
    commitment = draft(place)
    assert (commitment.status, commitment.statuses.get().status, commitment.statuses.get().on) == (
        "draft",
        "draft",
        TODAY,
    )
    event = AuditEvent.objects.filter(object_type="commitment").get()
    assert event.changes["reference"] == [None, "13-214"]
    assert event.actor == place.leader.email


def test_a_source_names_its_record_and_no_other(place):
    resolution = promise.make_resolution(promise.make_assembly(place.district))
    given = {"district": place.district, "by": None}
    assert faults(verbs.create_commitment, **given, **DRAFT | {"source": "memorandum"}) == ["memorandum"]
    assert faults(verbs.create_commitment, **given, **DRAFT | {"memorandum": place.memorandum}) == ["memorandum"]
    both = DRAFT | {"source": "assembly_resolution", "resolution": resolution, "memorandum": place.memorandum}
    assert faults(verbs.create_commitment, **given, **both) == ["memorandum"]
    found = verbs.create_commitment(**given, **DRAFT | {"source": "memorandum", "memorandum": place.memorandum})
    assert found.organization == place.organization, "that of the memorandum speaks for the community"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"responsible": "organization"}, "organization"),
        ({"responsible": "school"}, "schools"),
        ({"group": "race=PURPLE"}, "group"),
        ({"due_on": TODAY, "cadence": "monthly"}, "cadence"),
        ({"first_due_on": TODAY, "last_due_on": TODAY - timedelta(days=1)}, "last_due_on"),
        ({"title": ""}, "title"),
    ],
)
def test_parts_that_do_not_fit_together_are_refused(place, change, field):
    assert field in faults(verbs.create_commitment, district=place.district, by=None, **DRAFT | change)
    assert not Commitment.objects.exists()


def test_everything_belongs_to_one_district(place):
    other = make.make_district("TWO")
    foreign = {"organization": make.make_organization(other), "body": promise.make_body(other)}
    for name, record in foreign.items():
        assert faults(verbs.create_commitment, district=place.district, by=None, **DRAFT | {name: record}) == [
            "district"
        ]
    school = make.make_school(other)
    assert faults(verbs.create_commitment, district=place.district, by=None, schools=[school], **DRAFT) == ["schools"]


def test_a_draft_is_changed_with_a_trace_and_only_a_draft(place):
    commitment = draft(place)
    verbs.change_commitment(commitment=commitment, title="No suspension", schools=[place.north], by=place.leader)
    event = AuditEvent.objects.filter(object_type="commitment").first()
    assert event.changes == {"title": ["No suspension for level 1", "No suspension"]}
    assert event.details["schools"] == ["0001"]
    count = AuditEvent.objects.count()
    verbs.change_commitment(commitment=commitment, title="No suspension", by=place.leader)
    assert AuditEvent.objects.count() == count
    verbs.change_commitment(commitment=commitment, schools=[], by=place.leader)
    assert AuditEvent.objects.first().changes == {"schools": [["0001"], []]}
    held = activated(place, **RULE)
    with pytest.raises(StepNotAllowed) as refused:
        verbs.change_commitment(commitment=held, title="Softer", by=place.leader)
    assert refused.value.allowed == list(COMMITMENT_STEPS["active"])


def test_the_gate_names_what_is_missing(place):
    commitment = draft(place)
    assert faults(verbs.activate, commitment=commitment, by=place.leader) == ["checker", "due_on", "evidence"]
    commitment.refresh_from_db()
    assert commitment.status == "draft"


def test_a_rule_holds_and_a_rhythm_writes_its_dates_a_year_ahead(place):
    rule = activated(place, **RULE)
    assert (rule.status, DueItem.objects.count()) == ("active", 0)
    monthly = activated(place, **MONTHLY)
    days = list(monthly.due_items.order_by("due_on").values_list("due_on", flat=True))
    assert (days[0], days[-1], len(days)) == (date(2021, 1, 31), date(2022, 2, 28), 14)


def test_dates_end_with_the_memorandum(place):
    place.memorandum.ends_on = date(2021, 4, 1)
    place.memorandum.save()
    monthly = activated(place, **MONTHLY | {"source": "memorandum", "memorandum": place.memorandum})
    assert list(monthly.due_items.values_list("due_on", flat=True)) == [
        date(2021, 1, 31),
        date(2021, 2, 28),
        date(2021, 3, 31),
    ]


def test_a_delivery_in_time_and_one_that_is_late(place):
    monthly = activated(place, **MONTHLY)
    january, february = monthly.due_items.order_by("due_on")[:2]
    given = {"commitment": monthly, "by": place.leader, "on": TODAY}
    assert faults(verbs.deliver, due_item=january, fulfilled_on=TODAY + timedelta(days=1), **given) == ["fulfilled_on"]
    verbs.deliver(due_item=january, fulfilled_on=date(2021, 1, 30), evidence="The list", **given)
    assert note_missed_dates(place.district, today=TODAY) == 1
    verbs.deliver(due_item=february, fulfilled_on=TODAY, **given)
    with pytest.raises(StepNotAllowed):
        verbs.deliver(due_item=february, fulfilled_on=TODAY, **given)
    january.refresh_from_db()
    february.refresh_from_db()
    assert (january.missed_on, january.was_on_time) == (None, True)
    assert (february.missed_on, february.was_on_time) == (TODAY, False), "a missed date is never cleared"


def test_two_sides_and_complete_only_when_both_say_so(place):
    commitment = activated(place, **MONTHLY)
    said = {"commitment": commitment, "text": "It is so.", "on": TODAY}
    verbs.report(**said, completion="complete", evidence="Lists", as_of=TODAY, by=place.leader)
    with pytest.raises(StepNotAllowed):
        verbs.complete(commitment=commitment, by=place.leader, on=TODAY)
    verbs.assess(**said, completion="limited", as_of=date(2021, 2, 1), by=place.partner)
    sides = verbs.sides_of(commitment)
    assert (sides.overall, sides.disagree) == ("limited", True)
    with pytest.raises(StepNotAllowed):
        verbs.complete(commitment=commitment, by=place.leader, on=TODAY)
    verbs.assess(**said, completion="complete", evidence="Lists", as_of=TODAY, by=place.partner)
    done = verbs.complete(commitment=commitment, by=place.partner, on=TODAY)
    assert [state.status for state in done.statuses.all()] == ["draft", "active", "complete"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"as_of": TODAY + timedelta(days=1)}, "as_of"),
        ({"completion": "complete"}, "evidence"),
        ({"completion": "finished"}, "completion"),
        ({"text": ""}, "text"),
    ],
)
def test_a_word_needs_a_day_that_has_come_and_evidence_of_completion(place, change, field):
    commitment = activated(place, **MONTHLY)
    given = {"commitment": commitment, "completion": "limited", "as_of": TODAY, "text": "So far.", "by": None}
    assert faults(verbs.report, **given | change, on=TODAY) == [field]


def test_the_figure_of_a_live_measure_is_counted_and_not_reported(place):
    rule = activated(place, **RULE)
    given = {"commitment": rule, "completion": "limited", "as_of": TODAY, "text": "So.", "by": None, "on": TODAY}
    assert faults(verbs.report, **given, value=Decimal(3)) == ["value"]


def test_a_voided_word_counts_no_more(place):
    commitment = activated(place, **MONTHLY)
    given = {"commitment": commitment, "as_of": TODAY, "text": "So.", "by": place.partner, "on": TODAY}
    verbs.assess(**given, completion="limited")
    mistake = verbs.assess(**given, completion="complete", evidence="None")
    assert verbs.sides_of(commitment).overall == "complete"
    verbs.void_report(commitment=commitment, report=mistake, reason="Wrong one.", by=place.partner)
    assert verbs.sides_of(commitment).overall == "limited"
    assert StatusReport.objects.count() == 2
    with pytest.raises(StepNotAllowed):
        verbs.void_report(commitment=commitment, report=mistake, reason="Again.", by=place.partner)


# --- The table of states: every step in every state ------------------------------------------------------------------
TAKE = {
    "change": lambda c, by: verbs.change_commitment(commitment=c, title="Other", by=by),
    "activate": lambda c, by: verbs.activate(commitment=c, by=by, on=TODAY),
    "report": lambda c, by: verbs.report(commitment=c, completion="limited", as_of=TODAY, text="x", by=by, on=TODAY),
    "assess": lambda c, by: verbs.assess(commitment=c, completion="limited", as_of=TODAY, text="x", by=by, on=TODAY),
    "deliver": lambda c, by: verbs.deliver(
        commitment=c, due_item=c.due_items.get(), fulfilled_on=TODAY, by=by, on=TODAY
    ),
    "void-report": lambda c, by: verbs.void_report(commitment=c, report=c.reports.first(), reason="x", by=by),
    "complete": lambda c, by: verbs.complete(commitment=c, by=by, on=TODAY),
    "end": lambda c, by: verbs.end_commitment(commitment=c, reason="Superseded.", by=by, on=TODAY),
}
ALLOWED = {
    "draft": {"change", "activate", "end"},
    "active": {"report", "assess", "deliver", "void-report", "complete", "end"},
    "complete": {"void-report"},
    "ended": set(),
}


def test_the_table_is_total():
    assert set(COMMITMENT_STEPS) == set(Commitment.Status.values) == set(ALLOWED)
    assert {status: set(steps) for status, steps in COMMITMENT_STEPS.items()} == ALLOWED
    assert set(TAKE) | {"add-document"} == set(OFFERED)


@pytest.mark.parametrize("step", TAKE)
@pytest.mark.parametrize("status", ALLOWED)
def test_a_state_allows_its_steps_and_refuses_the_others(place, status, step):
    commitment = promise.make_commitment(
        place.district, organization=place.organization, status=status, due_on=TODAY, evidence="e", checker="c"
    )
    promise.make_due_item(commitment, TODAY)
    for side in ("implementer", "assessor"):
        commitment.reports.create(side=side, completion="complete", as_of=TODAY, text="x", evidence="x")
    before = (commitment.status, commitment.reports.filter(voided_at=None).count())
    if step in ALLOWED[status]:
        TAKE[step](commitment, place.leader)
        return
    with pytest.raises(StepNotAllowed) as refused:
        TAKE[step](commitment, place.leader)
    assert set(refused.value.allowed) == ALLOWED[status]
    commitment.refresh_from_db()
    assert (commitment.status, commitment.reports.filter(voided_at=None).count()) == before


# --- Who sees, and who may do what -----------------------------------------------------------------------------------
def test_scope_goes_by_the_kind_of_grant(place):
    other = make.make_organization(place.district, "Peace Table")
    named = promise.make_commitment(place.district, place.north, organization=place.organization, title="north")
    south = promise.make_commitment(place.district, place.south, organization=other, title="south")
    wide = promise.make_commitment(place.district, organization=other, title="wide")
    elsewhere = promise.make_commitment(make.make_district("TWO"), title="elsewhere")

    def seen(user):
        return set(Commitment.objects.visible_to(user))

    assert seen(place.leader) == {named, south, wide}
    assert seen(place.principal) == {named, wide}, "a school also reads what binds every school"
    assert seen(place.partner) == {named}
    assert seen(make.make_user(Role.AUDITOR, place.district)) == {named, south, wide}
    assert seen(make.make_user(Role.OFFICER, place.district, place.north)) == set()
    assert elsewhere not in seen(place.leader)


@pytest.mark.parametrize("responsible", ["district", "school", "organization"])
def test_who_owes_reports_and_the_other_side_assesses(place, responsible):
    commitment = promise.make_commitment(
        place.district, place.north, organization=place.organization, responsible=responsible
    )

    def may(user, permission):
        return Commitment.objects.filter(pk=commitment.pk).allowed(user, permission).exists()

    official = [may(place.leader, word) for word in ("commitment.report", "commitment.assess")]
    partner = [may(place.partner, word) for word in ("commitment.report", "commitment.assess")]
    assert (official, partner) == (
        ([False, True], [True, False]) if responsible == "organization" else ([True, False], [False, True])
    )
    assert may(place.principal, "commitment.report") == (responsible != "organization")


def test_a_person_writes_only_within_their_own_scope(place):
    mine = DRAFT | {"organization": place.organization}
    assert verbs.create_commitment(district=place.district, **mine, by=place.partner)
    assert verbs.create_commitment(district=place.district, **DRAFT, schools=[place.north], by=place.principal)
    for user in (place.partner, place.principal):
        with pytest.raises(ValidationError, match="only for your own"):
            verbs.create_commitment(district=place.district, **DRAFT, by=user)
    draft_of_partner = Commitment.objects.filter(organization=place.organization).first()
    with pytest.raises(ValidationError, match="only for your own"):
        verbs.change_commitment(commitment=draft_of_partner, organization=None, by=place.partner)
    draft_of_partner.refresh_from_db()
    assert draft_of_partner.organization == place.organization
