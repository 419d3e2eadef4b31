"""My desk: what waits for whom, and that nothing of another's stands there."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dashboards.desk.content import content_of
from discipline import actions
from discipline.models import Incident, ReferralDraft
from tests import factories as make


@pytest.fixture
def now(world):
    """A school year around today, with north's student in it."""
    today = timezone.localdate()
    year = make.make_school_year(
        world.district,
        today.year + (today.month >= 7),
        starts_on=today - timedelta(days=60),
        ends_on=today + timedelta(days=60),
    )
    make.enroll(world.student, world.north, year)
    ReferralDraft.objects.all().delete()
    return year


@pytest.fixture
def referral(world, now):
    """A teacher's referral of yesterday, submitted."""
    incident = make.make_incident(world.north, now, occurred_on=timezone.localdate() - timedelta(days=1))
    make.involve(incident, world.student, world.district.behaviors.get())
    return make.refer(incident, world.student, "submitted", reporter=world.user("staff"))


def titles(world, role):
    return [str(group.title) for group in content_of(world.user(role)).groups]


def test_a_referral_goes_from_desk_to_desk(world, referral):
    officer, staff = world.user("officer"), world.user("staff")
    assert titles(world, "officer") == ["Referrals to review"]
    assert titles(world, "staff") == []
    actions.return_referral(referral=referral, question="Who saw it?", by=officer)
    assert titles(world, "officer") == []
    (group,) = content_of(staff).groups
    assert (group.title, group.tasks[0].text) == ("Returned to you", "Who saw it?")
    actions.answer_referral(referral=referral, answer="The librarian.", by=staff)
    assert titles(world, "staff") == []
    assert titles(world, "officer") == ["Referrals to review"]
    actions.decide_referral(referral=referral, responses=["MEDIATION"], by=officer)
    assert titles(world, "officer") == []
    (group,) = content_of(staff).groups
    assert (group.title, group.tasks[0].text) == ("What came of your referrals", "A restorative response")


def test_what_a_colleague_has_taken_is_not_mine(world, referral):
    actions.take_referral(referral=referral, by=world.user("principal"))
    assert titles(world, "officer") == []
    assert titles(world, "principal") == ["Referrals to review"]


def test_nobody_else_has_any_of_it(world, referral):
    assert [group.title for group in content_of(world.user("coordinator")).groups] == ["Restorative cases to take up"]
    assert [group.title for group in content_of(world.user("ombuds")).groups] == ["Concerns"]
    for role in ("facilitator", "trainer", "partner", "leader", "records", "admin", "auditor"):
        content = content_of(world.user(role))
        assert (content.groups, content.panels) == ((), ()), role
    stranger = make.make_user("officer", world.district, world.south)
    assert content_of(stranger).groups == ()


def test_drafts_wait_for_their_writer(world, now):
    staff = world.user("staff")
    actions.save_draft(author=staff, school=world.north, content={"student": ["a", "b"]})
    (group,) = content_of(staff).groups
    assert group.title == "Half written"
    assert group.tasks[0].text == "Names 2 students."
    assert titles(world, "officer") == []


def test_removals_that_begin_end_and_are_not_ticked_off(world, referral, settings):
    officer, today = world.user("officer"), timezone.localdate()
    actions.decide_referral(referral=referral, responses=["WARNING"], by=officer)
    referral.incident.occurred_on = today - timedelta(days=30)
    referral.incident.save()
    make.remove(referral.incident, world.student, "OSS", "1", begins_on=today, ends_on=today + timedelta(days=2))
    make.remove(referral.incident, world.student, "ISS", "1", begins_on=today, ends_on=today)
    make.remove(referral.incident, world.student, "CLASS", "1", begins_on=today + timedelta(days=8))
    old = make.remove(
        referral.incident,
        world.student,
        "ISS",
        "1",
        begins_on=today - timedelta(days=5),
        ends_on=today - timedelta(days=4),
    )
    content = content_of(officer)
    by_title = {str(group.title): group for group in content.groups}
    assert by_title["Removals this week"].total == 4
    assert [str(task.status.word) for task in by_title["Removals this week"].tasks] == [
        "Begins",
        "Begins",
        "Last day",
        "Last day",
    ]
    assert [fact.value for fact in content.panels[0].facts] == ["2", "1", "1"]
    assert by_title["Served or not?"].total == 1
    day = old.begins_on
    old.served_days.create(day=day, length=Decimal(1), mark="served")
    assert "Served or not?" not in titles(world, "officer")
    assert by_title["Removals to mend"].total == 1  # the one without an end


def test_incidents_that_lack_something_can_be_mended(world, referral):
    officer = world.user("officer")
    Incident.objects.filter(pk=referral.incident_id).update(location="")
    group = next(group for group in content_of(officer).groups if group.title == "Incidents to mend")
    assert group.tasks[0].text == "The place is not known."
    actions.amend_incident(incident=referral.incident, by=officer, location="03014")
    assert "Incidents to mend" not in titles(world, "officer")


def test_the_desk_asks_a_fixed_number_of_queries(world, referral, client_for):
    client = client_for(world.user("officer"))
    client.get("/")

    def count():
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/").status_code == 200
        return len(queries)

    few = count()
    for _ in range(12):
        student = make.make_student(world.district)
        incident = make.make_incident(world.north, referral.school_year, occurred_on=timezone.localdate())
        make.involve(incident, student)
        make.refer(incident, student, "submitted", reporter=world.user("staff"))
    page = client.get("/").text
    assert "8 more are not shown" in page
    assert count() == few <= 26
