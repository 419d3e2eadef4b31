"""Voiding: with a reason, once, on record."""

import pytest
from django.core.exceptions import ValidationError

from discipline.actions import void_referral, void_removal
from discipline.models import Referral, Removal
from district.models import AuditEvent
from district.steps import StepNotAllowed


@pytest.fixture
def officer(world):
    return world.user("officer")


def test_a_voided_removal_stays_with_its_reason_and_counts_nowhere(world, officer):
    removal = Removal.objects.get(school=world.north)
    voided = void_removal(removal=removal, reason="  Entered twice. ", by=officer)
    voided.refresh_from_db()
    assert voided.pk == removal.pk
    assert (voided.void_reason, voided.voided_by) == ("Entered twice.", officer)
    assert removal.pk not in Removal.objects.standing().values_list("pk", flat=True)
    event = AuditEvent.objects.get(action="void")
    assert (event.actor_id, event.object_uid, event.object_type) == (officer.pk, removal.uid, "removal")
    assert (event.school_id, event.student_id) == (world.north.pk, removal.student_id)
    assert event.district_id == world.district.pk
    assert event.changes["void_reason"] == ["", "Entered twice."]


def test_a_voided_referral_has_a_dated_row(world, officer):
    referral = Referral.objects.get(school=world.north)
    void_referral(referral=referral, reason="Wrong student.", by=officer)
    referral.refresh_from_db()
    assert referral.status == "voided"
    last = referral.statuses.last()
    assert (last.status, last.by, last.note) == ("voided", officer, "Wrong student.")
    assert referral.statuses.count() == 2
    assert referral not in Referral.objects.countable()
    event = AuditEvent.objects.get(action="void")
    assert (event.object_uid, event.changes) == (referral.uid, {"status": ["decided", "voided"]})


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501, "NUL \0"])
def test_a_reason_that_says_nothing_or_cannot_be_stored_is_refused(world, officer, reason):
    removal, referral = Removal.objects.get(school=world.north), Referral.objects.get(school=world.north)
    for void, record in ((void_removal, {"removal": removal}), (void_referral, {"referral": referral})):
        with pytest.raises(ValidationError) as caught:
            void(**record, reason=reason, by=officer)
        assert set(caught.value.message_dict) == {"reason"}
    assert AuditEvent.objects.filter(action="void").count() == 0
    assert Removal.objects.get(pk=removal.pk).voided_at is None


def test_voiding_twice_is_no_step_and_changes_nothing(world, officer):
    removal, referral = Removal.objects.get(school=world.north), Referral.objects.get(school=world.north)
    void_removal(removal=removal, reason="First.", by=officer)
    void_referral(referral=referral, reason="First.", by=officer)
    # The objects in hand still say that they stand: what counts is the record.
    with pytest.raises(StepNotAllowed) as caught:
        void_removal(removal=removal, reason="Second.", by=officer)
    assert caught.value.allowed == []
    with pytest.raises(StepNotAllowed) as caught:
        void_referral(referral=referral, reason="Second.", by=officer)
    assert caught.value.allowed == []
    assert Removal.objects.get(pk=removal.pk).void_reason == "First."
    assert referral.statuses.count() == 2
    assert AuditEvent.objects.filter(action="void").count() == 2
