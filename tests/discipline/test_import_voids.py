"""What a row marked as void does, and what it leaves."""

from decimal import Decimal

from discipline.models import Involvement, Referral, Removal
from district.models import AuditEvent
from tests.discipline.reading import contents, counts


def test_void_voids_the_removal_that_the_row_names(place):
    place.load(place.oss(), place.oss(removal_id="R2", begins_on="2021-03-10", ends_on="2021-03-10", days="1"))
    outcome = place.load(place.oss(void="true"))
    assert counts(outcome) == (1, 0, 1, 0, 0)
    voided, standing = Removal.objects.order_by("identifier")
    assert (voided.voided_at is not None, voided.void_reason) == (True, "Voided by an import")
    assert standing.voided_at is None
    assert Involvement.objects.get().voided_at is None
    assert Referral.objects.get().status == "decided"
    event = AuditEvent.objects.get(action="void")
    assert (event.object_type, event.object_uid) == ("removal", voided.uid)


def test_void_without_removal_voids_the_part_and_with_the_last_one_the_referral(place):
    place.load(place.row(), place.row(behavior_code="04634"), place.row(student_id="s2"))
    place.load(place.row(void="true"))
    assert Referral.objects.get(student__local_id="s1").status == "decided"
    place.load(place.row(behavior_code="04634", void="TRUE"))
    referral = Referral.objects.get(student__local_id="s1")
    assert referral.status == "voided"
    assert [(row.status, row.note) for row in referral.statuses.all()] == [
        ("decided", ""),
        ("voided", "Voided by an import"),
    ]
    assert Referral.objects.get(student__local_id="s2").status == "decided"
    assert AuditEvent.objects.filter(action="void", object_type="involvement").count() == 2
    assert AuditEvent.objects.filter(action="void", object_type="referral").count() == 1


def test_what_is_void_stays_void_and_unchanged(place):
    place.load(place.oss(void="true"), place.row(student_id="s2", void="true"))
    before = contents()
    outcome = place.load(place.oss(days="1", ends_on="2021-03-03"), place.row(student_id="s2", description="New."))
    assert counts(outcome) == (2, 0, 0, 2, 0)
    assert contents() == before


def test_void_of_what_does_not_exist_yet_makes_it_void(place):
    outcome = place.load(place.oss(void="true"), place.row(student_id="s2", void="true"))
    assert counts(outcome) == (2, 2, 0, 0, 0)
    removal = Removal.objects.get()
    assert (removal.voided_at is not None, removal.days) == (True, Decimal(3))
    assert Referral.objects.get(student__local_id="s1").status == "decided"
    assert Referral.objects.get(student__local_id="s2").status == "voided"
    assert Involvement.objects.responsible().count() == 1


def test_a_record_made_and_voided_in_one_file(place):
    outcome = place.load(place.oss(), place.oss(void="true", description="", days="1", ends_on="2021-03-03"))
    assert counts(outcome) == (2, 1, 1, 0, 0)
    removal = Removal.objects.get()
    assert (removal.voided_at is not None, removal.days) == (True, Decimal(3))


def test_a_new_behavior_decides_a_voided_referral_again(place):
    place.load(place.row(void="true"))
    assert Referral.objects.get().status == "voided"
    outcome = place.load(place.row(), place.row(behavior_code="04634"))
    assert counts(outcome) == (2, 1, 0, 1, 0)
    assert [row.status for row in Referral.objects.get().statuses.all()] == ["decided", "voided", "decided"]
    assert Referral.objects.get().status == "decided"
