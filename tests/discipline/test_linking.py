"""Incidents linked and merged."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from dashboards.measures import MEASURES, Pool, count_cells
from discipline import actions
from discipline.actions import StepNotAllowed
from discipline.models import Incident, IncidentLink, Referral
from district.models import AuditEvent
from tests import factories as make


@pytest.fixture
def officer(world):
    return world.user("officer")


@pytest.fixture
def twins(world):
    """The world's incident at north, and a second record of the same event, with one more student in it."""
    IncidentLink.objects.all().delete()  # the small world links north's incident to south's
    first = Incident.objects.get(school=world.north)
    second = make.make_incident(world.north, world.year, location="")
    behavior = world.district.behaviors.get()
    other = make.make_student(world.district)
    make.enroll(other, world.north, world.year)
    make.involve(second, world.student, behavior)
    make.involve(second, other, behavior)
    make.refer(second, world.student)
    make.refer(second, other)
    make.remove(second, world.student)
    return first, second


def counted(world):
    pool = Pool({world.year.pk: world.year.year})
    cells = [cell for key in ("referral", "oss") for cell in count_cells(MEASURES[key], pool, ())]
    return [(cell.affected, cell.events) for cell in cells]


def test_a_merge_counts_the_event_once(world, twins, officer):
    first, second = twins
    assert counted(world) == [(3, 4), (2, 3)]
    row = actions.merge_incidents(kept=first, merged=second, reason="Two teachers wrote it down.", by=officer)
    assert counted(world) == [(3, 3), (2, 2)]
    second.refresh_from_db()
    assert second.merged_into == first
    assert second not in Incident.objects.standing()
    assert {name: len(ids) for name, ids in row.moved.items()} == {"involvements": 1, "referrals": 1}
    assert {name: len(ids) for name, ids in row.voided.items()} == {"involvements": 1, "referrals": 1, "removals": 1}
    assert Referral.objects.get(incident=second).status == "voided"
    assert "Merged into" in Referral.objects.get(incident=second).statuses.last().note
    with pytest.raises(StepNotAllowed):
        actions.merge_incidents(kept=first, merged=second, reason="Again.", by=officer)


@pytest.mark.parametrize("change", ["school", "day", "itself", "district"])
def test_only_records_of_one_event_are_merged(world, twins, officer, change):
    first, second = twins
    if change == "school":
        second = Incident.objects.get(school=world.south)
    elif change == "district":
        second = Incident.objects.get(school=world.far)
    elif change == "itself":
        second = first
    else:
        Incident.objects.filter(pk=second.pk).update(occurred_on=date(2020, 11, 11))
    with pytest.raises(ValidationError):
        actions.merge_incidents(kept=first, merged=second, reason="One event.", by=officer)
    assert not Incident.objects.exclude(merged_into=None).exists()


def test_links_stand_until_taken_apart(world, twins, officer):
    first, second = twins
    link = actions.link_incidents(first=second, second=first, reason="The dispute went on.", by=officer)
    assert [row.pk for row in actions.linked_to(first)] == [row.pk for row in actions.linked_to(second)] == [link.pk]
    with pytest.raises(StepNotAllowed):
        actions.link_incidents(first=first, second=second, reason="Again.", by=officer)
    actions.unlink_incidents(link=link, reason="Other students.", by=officer)
    assert actions.linked_to(first) == []
    assert IncidentLink.objects.count() == 1
    with pytest.raises(StepNotAllowed):
        actions.unlink_incidents(link=link, reason="Again.", by=officer)
    actions.link_incidents(first=first, second=second, reason="After all.", by=officer)
    assert IncidentLink.objects.count() == 2


def test_links_of_a_merged_incident_go_on_to_the_kept_one(world, twins, officer):
    first, second = twins
    third, fourth = (make.make_incident(world.north, world.year) for _ in range(2))
    for one, other in ((first, second), (second, third), (fourth, second), (first, fourth)):
        actions.link_incidents(first=one, second=other, reason="One dispute.", by=officer)
    actions.merge_incidents(kept=first, merged=second, reason="One event.", by=officer)
    ends = {(link.first_id, link.second_id) for link in IncidentLink.objects.standing()}
    assert ends == {(first.pk, third.pk), (first.pk, fourth.pk)}
    assert IncidentLink.objects.count() == 5


def test_a_pointer_points_to_an_incident_that_stands(world, twins, officer):
    first, second = twins
    third = make.make_incident(world.north, world.year)
    actions.merge_incidents(kept=first, merged=second, reason="One event.", by=officer)
    actions.merge_incidents(kept=third, merged=first, reason="One event.", by=officer)
    assert {incident.merged_into for incident in Incident.objects.filter(pk__in=[first.pk, second.pk])} == {third}


def test_the_kept_record_takes_over_what_only_the_other_one_says(world, twins, officer):
    first, second = twins
    staff = world.user("staff")
    Incident.objects.filter(pk=first.pk).update(occurred_time=None, location="")
    Incident.objects.filter(pk=second.pk).update(
        location="03015", description="Seen from the desk.", described_by=staff, is_time_exact=False
    )
    actions.merge_incidents(kept=first, merged=second, reason="One event.", by=officer)
    first.refresh_from_db()
    assert (first.location, first.description, first.described_by) == ("03015", "Seen from the desk.", staff)
    assert (first.occurred_time, first.is_time_exact) == (second.occurred_time, False)
    event = AuditEvent.objects.get(object_uid=first.uid, details__has_key="merged")
    assert event.details["filled"] == ["occurred_time", "location", "description"]
    assert "desk" not in str(event.details)


def test_what_stands_is_never_voided_for_what_does_not(world, twins, officer):
    first, second = twins
    actions.void_referral(referral=Referral.objects.get(incident=first), reason="Wrong.", by=officer)
    with pytest.raises(ValidationError):
        actions.merge_incidents(kept=first, merged=second, reason="One event.", by=officer)
    actions.merge_incidents(kept=second, merged=first, reason="One event.", by=officer)
    assert Referral.objects.countable().filter(incident=second, student=world.student).exists()


def test_a_removal_that_moves_names_the_outcome(world, twins, officer):
    first, second = twins
    Referral.objects.filter(incident=first).update(outcome="restorative")
    first.removals.update(kind="ISS")
    actions.merge_incidents(kept=first, merged=second, reason="One event.", by=officer)
    assert Referral.objects.get(incident=first, student=world.student).outcome == "removal"
