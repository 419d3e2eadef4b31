"""Logging a referral by hand: what is written, for whom, and what is refused."""

import uuid
from datetime import date, time, timedelta

import pytest
from django.core.exceptions import ValidationError

from discipline import actions
from discipline.actions import OtherPart, Part, StepNotAllowed
from discipline.models import Behavior, FamilyContact, Incident, Involvement, Referral, ReferralDraft
from district.models import AuditEvent, Enrollment
from tests import factories as make

DAY = date(2020, 11, 12)


@pytest.fixture
def fighting(world):
    return Behavior.objects.get(district=world.district)


@pytest.fixture
def log(world, fighting):
    """Return a function that logs a referral of north's student by a teacher, with changes."""

    def send(**changes):
        values = {
            "school": world.north,
            "occurred_on": DAY,
            "parts": [Part(world.student, behaviors=(fighting,))],
            "by": world.user("staff"),
        }
        return actions.log_referral(**values | changes)[:2]

    return send


def test_a_logged_referral_is_whole(world, log):
    incident, is_new = log(
        occurred_time=time(10, 40),
        location="03015",
        description="  Pushed at the lockers. ",
        tried_first=["new_seat", "quiet_word"],
        family_contact="phone",
        asks_restorative=True,
    )
    incident.refresh_from_db()
    assert is_new
    assert (incident.school, incident.school_year, incident.occurred_time) == (world.north, world.year, time(10, 40))
    assert incident.description == "Pushed at the lockers."
    assert incident.tried_first_words == ["Quiet word", "New seat"]
    assert incident.is_time_exact
    referral = incident.referrals.get()
    assert (referral.student, referral.status, referral.reporter) == (world.student, "submitted", world.user("staff"))
    assert referral.asks_restorative
    assert [row.status for row in referral.statuses.all()] == ["submitted"]
    assert incident.involvements.get().behavior.code == "04645"
    assert FamilyContact.objects.get().way == "phone"
    event = AuditEvent.objects.get(action="create", object_uid=incident.uid)
    assert (event.student_id, event.school_id) == (world.student.pk, world.north.pk)
    assert "Pushed" not in str(event.changes) + str(event.details)
    assert referral in Referral.objects.visible_to(world.user("staff"))
    assert referral in Referral.objects.visible_to(world.user("coordinator"))
    assert referral in Referral.objects.countable()


def test_several_students_and_behaviors_in_one_event(world, log, fighting):
    other = make.make_student(world.district)
    make.enroll(other, world.north, world.year)
    threat = make.make_behavior(world.district, "04686", "Threat")
    incident, _new = log(
        parts=[
            Part(world.student, behaviors=(fighting, threat)),
            Part(other, behaviors=(fighting,)),
            Part(other, "harmed"),
        ],
        others=[OtherPart("outsider", "responsible", "An older cousin")],
    )
    assert incident.involvements.count() == 4
    assert incident.referrals.count() == 2
    assert incident.other_people.get().words == "An older cousin"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        (lambda w, b: {"parts": []}, "parts"),
        (lambda w, b: {"parts": [Part(w.student, "harmed")]}, "parts"),
        (lambda w, b: {"parts": [Part(w.student)]}, "parts"),
        (lambda w, b: {"parts": [Part(w.student, behaviors=(b,)), Part(w.student, behaviors=(b,))]}, "parts"),
        (lambda w, b: {"parts": [Part(w.south_student, behaviors=(b,))]}, "parts"),
        (lambda w, b: {"parts": [Part(w.far_student, behaviors=(b,))]}, "parts"),
        (lambda w, b: {"parts": [Part(w.student, "boss", (b,))]}, "parts"),
        (lambda w, b: {"parts": [Part(w.student, "harmed", (b,)), Part(w.student, behaviors=(b,))]}, "parts"),
        (lambda w, b: {"parts": [Part(w.student, behaviors=(w.far_student.district.behaviors.get(),))]}, "parts"),
        (lambda w, b: {"occurred_on": date(2035, 1, 8)}, "occurred_on"),
        (lambda w, b: {"occurred_on": date(2019, 11, 12)}, "parts"),
        (lambda w, b: {"location": "12345"}, "location"),
        (lambda w, b: {"tried_first": ["magic"]}, "tried_first"),
        (lambda w, b: {"family_contact": "pigeon"}, "family_contact"),
        (lambda w, b: {"description": "x" * 20_001}, "description"),
        (lambda w, b: {"description": "NUL \0"}, "description"),
        (lambda w, b: {"others": [OtherPart("staff", "harmed")]}, "others"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(world, log, fighting, changes, field):
    before = (Incident.objects.count(), AuditEvent.objects.count())
    with pytest.raises(ValidationError) as caught:
        log(**changes(world, fighting))
    assert list(caught.value.message_dict) == [field]
    assert (Incident.objects.count(), AuditEvent.objects.count()) == before


def test_a_student_counts_from_the_day_of_entry_to_the_last_day(world, log, fighting):
    enrollment = world.student.enrollments.get()
    enrollment.begins_on, enrollment.ends_on = DAY, DAY + timedelta(days=1)
    enrollment.save()
    assert log()[1]
    assert log(occurred_on=DAY + timedelta(days=1))[1]
    for day in (DAY - timedelta(days=1), DAY + timedelta(days=2)):
        with pytest.raises(ValidationError):
            log(occurred_on=day)


def test_an_enrollment_that_was_read_already_follows_the_same_rule(world, log, fighting):
    enrollment = world.student.enrollments.select_related("school_year").get()
    enrollment.begins_on = enrollment.ends_on = DAY
    enrollment.save()
    for day in (DAY - timedelta(days=1), DAY, DAY + timedelta(days=1), DAY - timedelta(days=365)):
        attends = Enrollment.objects.attending(world.north, day).exists()
        assert enrollment.holds_at(world.north, day) is attends is (day == DAY)
    assert not enrollment.holds_at(world.south, DAY)
    assert log(parts=[Part(world.student, behaviors=(fighting,), enrollment=enrollment)])[1]
    with pytest.raises(ValidationError):
        log(
            occurred_on=DAY + timedelta(days=1),
            parts=[Part(world.student, behaviors=(fighting,), enrollment=enrollment)],
        )
    with pytest.raises(ValidationError):  # somebody else's enrollment makes nobody a student of the school
        log(parts=[Part(world.south_student, behaviors=(fighting,), enrollment=enrollment)])


def test_staff_of_another_district_take_no_part(world, log):
    with pytest.raises(ValidationError) as caught:
        log(others=[OtherPart("staff", "witness", staff=world.other.staff.get())])
    assert list(caught.value.message_dict) == ["others"]


def test_the_same_form_sent_again_is_recorded_once(world, log):
    key = uuid.uuid4()
    first, is_new = log(submission_key=key)
    again, is_new_again = log(submission_key=key, description="sent by a second tap")
    assert (is_new, is_new_again, again) == (True, False, first)
    other, is_others = log(submission_key=key, by=world.user("officer"))
    assert is_others
    assert other != first


def test_a_part_added_later_refers_the_student_once(world, log, fighting):
    incident, _new = log()
    threat = make.make_behavior(world.district, "04686", "Threat")
    actions.add_part(incident=incident, part=Part(world.student, behaviors=(fighting, threat)), by=world.user("staff"))
    assert incident.referrals.count() == 1
    assert incident.involvements.count() == 2
    other = make.make_student(world.district)
    make.enroll(other, world.north, world.year)
    actions.add_part(incident=incident, part=Part(other, behaviors=(threat,)), by=world.user("staff"))
    assert incident.referrals.count() == 2
    with pytest.raises(ValidationError):
        actions.add_part(incident=incident, part=Part(other, behaviors=(threat,)), by=world.user("staff"))


def test_the_only_part_of_a_referral_is_voided_with_the_referral(world, log, fighting):
    incident, _new = log()
    part = incident.involvements.get()
    with pytest.raises(StepNotAllowed):
        actions.void_part(involvement=part, reason="Wrong.", by=world.user("officer"))
    actions.add_part(incident=incident, part=Part(world.student, "witness"), by=world.user("officer"))
    witness = incident.involvements.get(role="witness")
    actions.void_part(involvement=witness, reason="Was not there.", by=world.user("officer"))
    with pytest.raises(StepNotAllowed):
        actions.void_part(involvement=witness, reason="Again.", by=world.user("officer"))
    assert list(Involvement.objects.standing().filter(incident=incident)) == [part]


def test_words_and_time_may_be_mended_and_the_trail_keeps_no_narrative(world, log):
    incident, _new = log(description="First words.")
    staff = world.user("staff")
    assert actions.may_amend(incident, staff)
    assert not actions.may_amend(incident, world.user("officer"))
    actions.amend_incident(incident=incident, by=staff, description="Better words.", occurred_time=time(9, 5))
    incident.refresh_from_db()
    assert (incident.description, incident.occurred_time) == ("Better words.", time(9, 5))
    event = AuditEvent.objects.filter(object_uid=incident.uid).latest("pk")
    assert set(event.changes) == {"description", "occurred_time"}
    assert "words" not in str(event.changes)
    count = AuditEvent.objects.count()
    actions.amend_incident(incident=incident, by=staff, description="Better words.")
    assert AuditEvent.objects.count() == count
    with pytest.raises(ValidationError):
        actions.amend_incident(incident=incident, by=staff, school=world.south)
    assert incident.described_by == staff
    officer = world.user("officer")
    actions.take_referral(referral=incident.referrals.get(), by=officer)
    assert not actions.may_amend(incident, staff)
    with pytest.raises(StepNotAllowed):
        actions.amend_incident(incident=incident, by=staff, description="Too late.")
    actions.amend_incident(incident=incident, by=officer, description="The officer's words.")
    incident.refresh_from_db()
    assert (incident.description, incident.described_by) == ("The officer's words.", officer)


def test_family_contact_is_about_somebody_in_the_incident(world, log):
    incident, _new = log()
    actions.log_family_contact(incident=incident, student=world.student, way="message", by=world.user("staff"))
    assert incident.family_contacts.get().way == "message"
    with pytest.raises(ValidationError):
        actions.log_family_contact(incident=incident, student=world.south_student, way="phone", by=world.user("staff"))


def test_drafts_are_private_and_forgotten_after_thirty_days(world):
    ReferralDraft.objects.all().delete()
    staff, officer = world.user("staff"), world.user("officer")
    draft = actions.save_draft(author=staff, school=world.north, content={"description": "Half a thought"})
    assert list(ReferralDraft.objects.visible_to(staff)) == [draft]
    assert not ReferralDraft.objects.visible_to(officer).exists()
    assert not ReferralDraft.objects.visible_to(world.user("records")).exists()
    actions.save_draft(author=staff, school=world.north, content={"description": "More"}, draft=draft)
    assert ReferralDraft.objects.get().content == {"description": "More"}
    assert "Half" not in str(AuditEvent.objects.values_list("changes", "details"))
    draft.refresh_from_db()
    assert actions.purge_drafts(moment=draft.updated_at + timedelta(days=30)) == 0
    assert actions.purge_drafts(moment=draft.updated_at + timedelta(days=30, seconds=1)) == 1
    assert not ReferralDraft.objects.exists()
    assert not Referral.objects.filter(reporter=staff).exists()


def test_a_draft_is_no_larger_than_a_form(world):
    with pytest.raises(ValidationError):
        actions.save_draft(author=world.user("staff"), school=world.north, content={"description": "x" * 40_001})
