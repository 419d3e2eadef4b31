"""The review of a referral: the table of states in full, and what each step leaves behind."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from discipline import actions
from discipline import referral_states as states
from discipline.actions import RemovalOrder, StepNotAllowed, outcome_of
from discipline.models import Referral, Removal
from district.models import AuditEvent
from tests import factories as make

DAY = date(2020, 11, 12)


@pytest.fixture
def officer(world):
    return world.user("officer")


@pytest.fixture
def referral(world):
    """A teacher's referral at north, submitted."""
    incident = make.make_incident(world.north, world.year, occurred_on=DAY)
    make.involve(incident, world.student, world.district.behaviors.get())
    return make.refer(incident, world.student, "submitted", reporter=world.user("staff"))


VERBS = {
    states.TAKE: lambda referral, by: actions.take_referral(referral=referral, by=by),
    states.RETURN: lambda referral, by: actions.return_referral(referral=referral, question="When?", by=by),
    states.ANSWER: lambda referral, by: actions.answer_referral(referral=referral, answer="At ten.", by=by),
    states.DECIDE: lambda referral, by: actions.decide_referral(referral=referral, responses=["WARNING"], by=by),
    states.REOPEN: lambda referral, by: actions.reopen_referral(referral=referral, reason="New facts.", by=by),
    states.VOID: lambda referral, by: actions.void_referral(referral=referral, reason="Twice.", by=by),
}


@pytest.mark.parametrize("status", Referral.Status.values)
@pytest.mark.parametrize("step", VERBS)
def test_every_state_and_step(referral, officer, status, step):
    """Allowed by the table: the next state with a dated row and one event. Else: refused, and nothing is written."""
    Referral.objects.filter(pk=referral.pk).update(status=status)
    rows, events = referral.statuses.count(), AuditEvent.objects.count()
    if after := states.STEPS[status].get(step):
        VERBS[step](referral, officer)
        referral.refresh_from_db()
        assert referral.status == after
        last = referral.statuses.last()
        assert (last.status, last.by) == (after, officer)
        assert AuditEvent.objects.count() == events + 1
        event = AuditEvent.objects.latest("pk")
        assert event.changes["status"] == [status, after]
        assert (event.student_id, event.school_id) == (referral.student_id, referral.school_id)
    else:
        with pytest.raises(StepNotAllowed) as caught:
            VERBS[step](referral, officer)
        assert caught.value.allowed == list(states.STEPS[status])
        assert caught.value.message
        referral.refresh_from_db()
        assert referral.status == status
        assert (referral.statuses.count(), AuditEvent.objects.count()) == (rows, events)


def test_the_table_names_every_state():
    assert set(states.STEPS) == set(Referral.Status.values)
    assert {after for steps in states.STEPS.values() for after in steps.values()} <= set(states.STEPS)


def test_question_and_answer_stand_in_the_dated_rows(referral, officer):
    actions.return_referral(referral=referral, question=" Who saw it? ", by=officer)
    actions.answer_referral(referral=referral, answer="The librarian.", by=referral.reporter)
    notes = [(row.status, row.note) for row in referral.statuses.all()]
    assert notes[1:] == [("returned", "Who saw it?"), ("under_review", "The librarian.")]
    referral.refresh_from_db()
    assert referral.assigned_to == officer


def test_a_colleague_may_take_over_but_not_twice(world, referral, officer):
    actions.take_referral(referral=referral, by=officer)
    with pytest.raises(StepNotAllowed):
        actions.take_referral(referral=referral, by=officer)
    actions.take_referral(referral=referral, by=world.user("principal"))
    referral.refresh_from_db()
    assert referral.assigned_to == world.user("principal")


def test_nothing_done_needs_a_word(referral, officer):
    with pytest.raises(ValidationError) as caught:
        actions.decide_referral(referral=referral, by=officer)
    assert list(caught.value.message_dict) == ["note"]
    actions.decide_referral(referral=referral, note="It was a misunderstanding.", by=officer)
    referral.refresh_from_db()
    assert referral.outcome == "no_action"


def test_a_decision_with_a_removal_is_one_step(referral, officer):
    order = RemovalOrder("ISS", DAY, days=Decimal(2), services_provided=True, offer=make.DECLINED)
    actions.decide_referral(referral=referral, responses=["MEDIATION"], removals=[order], by=officer)
    referral.refresh_from_db()
    removal = Removal.objects.get(incident=referral.incident)
    assert (removal.kind, removal.days, removal.ends_on) == ("ISS", Decimal(2), date(2020, 11, 13))
    assert removal.involvements.count() == 1
    assert (referral.status, referral.outcome) == ("decided", "removal")
    assert [row.response for row in referral.responses.all()] == ["MEDIATION"]


def test_a_removal_that_cannot_be_leaves_the_referral_undecided(referral, officer):
    with pytest.raises(ValidationError):
        actions.decide_referral(
            referral=referral, responses=["WARNING"], removals=[RemovalOrder("ISS", DAY)], by=officer
        )
    referral.refresh_from_db()
    assert referral.status == "submitted"
    assert not referral.responses.exists()


def test_a_voided_response_changes_the_outcome(referral, officer):
    actions.decide_referral(referral=referral, responses=["DETENTION", "RESTORATIVE_CIRCLE"], by=officer)
    referral.refresh_from_db()
    assert referral.outcome == "consequence"
    detention = referral.responses.get(response="DETENTION")
    actions.void_response(response=detention, reason="Not held.", by=officer)
    referral.refresh_from_db()
    assert referral.outcome == "restorative"
    with pytest.raises(StepNotAllowed):
        actions.void_response(response=detention, reason="Not held.", by=officer)


@pytest.mark.parametrize(
    ("responses", "removed", "outcome"),
    [
        ([], False, "no_action"),
        ([], True, "removal"),
        (["RESTORATIVE_CIRCLE"], True, "removal"),
        (["RESTORATIVE_CIRCLE", "COUNSELING"], False, "restorative"),
        (["CONFERENCE_FAMILY"], False, "support"),
        (["WARNING", "MEDIATION"], False, "consequence"),
        (["OTHER"], False, "consequence"),
    ],
)
def test_the_outcome_is_the_most_excluding_of_what_was_done(responses, removed, outcome):
    assert outcome_of(responses, removed=removed) == outcome


def test_an_imported_referral_has_nobody_to_ask(world, officer):
    referral = Referral.objects.get(school=world.north)
    Referral.objects.filter(pk=referral.pk).update(status="submitted")
    with pytest.raises(ValidationError):
        actions.return_referral(referral=referral, question="When?", by=officer)


def test_the_outcome_follows_removals_ordered_and_voided_later(referral, officer):
    actions.decide_referral(referral=referral, responses=["MEDIATION"], by=officer)
    removal = actions.order_removal(
        referral=referral, kind="ISS", begins_on=DAY, days=Decimal(1), offer=make.DECLINED, by=officer
    )
    referral.refresh_from_db()
    assert referral.outcome == "removal"
    actions.void_removal(removal=removal, reason="The wrong student.", by=officer)
    referral.refresh_from_db()
    assert (referral.status, referral.outcome) == ("decided", "restorative")


def test_an_imported_referral_gets_no_outcome(world, officer):
    referral = Referral.objects.get(school=world.north)
    removal = Removal.objects.get(school=world.north)
    actions.void_removal(removal=removal, reason="The wrong student.", by=officer)
    referral.refresh_from_db()
    assert referral.outcome == ""
