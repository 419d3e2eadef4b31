"""Incidents linked and merged."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from dashboards.measures import MEASURES, Pool, count_cells
from discipline import actions
from discipline.actions import StepNotAllowed
from discipline.models import Incident, IncidentLink, Referral
from tests import factories as make


@pytest.fixture
def officer(world):
    return world.user("officer")


@pytest.fixture
def twins(world):
    """The world's incident at north, and a second record of the same event, with one more student in it."""
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
