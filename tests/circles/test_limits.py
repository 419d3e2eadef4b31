"""What people beside a case team cannot reach: not by an address, an id, a filter, the trail or a refusal."""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from circles.actions import cases, keepers, participants
from circles.actions.agreements import add_term, agree_case, settle_term
from circles.actions.class_circles import log_class_circle
from circles.models import Circle, CircleKeeper, CircleParticipant
from district.access import Permission, Role
from district.models import AuditEvent, RoleGrant, User
from tests import factories as make
from tests.circles.making import check_in_of, keep_case, make_circle
from tests.training.making import make_practice, make_practitioner
from training.models import CircleCredit

WORDS = "A word of theirs"


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


@pytest.fixture
def keeping(place) -> User:
    return make.make_user(Role.FACILITATOR, place.district, email=place.keeper.person.email)


def test_a_keeper_who_decides_about_discipline_works_on_no_case_there(place, keeping):
    circle = place.prepared()
    assert Circle.objects.all().allowed(keeping, Permission.CIRCLE_WORK).get() == circle
    RoleGrant.objects.create(user=keeping, role=Role.OFFICER, district=place.district, school=place.school)
    keeping = fresh(keeping)
    assert not Circle.objects.all().allowed(keeping, Permission.CIRCLE_WORK).exists()
    assert not CircleParticipant.objects.visible_to(keeping).exists()
    assert Circle.objects.visible_to(keeping).get() == circle, "date, kind and state, as every officer"


def test_a_keeper_names_only_students_of_the_incident(place, keeping):
    circle = place.prepared()
    other, witness = make.make_student(place.district, "Cedar"), make.make_student(place.district, "Dogwood")
    for student in (other, witness):
        make.enroll(student, place.school, place.year, refresh=False)
    make.involve(place.referral.incident, witness, role="witness")
    told = set()
    for text in (other.local_id, str(other.uid), "no such id"):
        with pytest.raises(ValidationError) as refused:
            participants.add_participant(circle=circle, role="community", student=text, by=keeping)
        told.add(refused.value.messages[0])
    assert len(told) == 1, "a student and nobody are the same"
    added = participants.add_participant(circle=circle, role="community", student=witness.local_id, by=keeping)
    assert added.student == witness
    given = {"role": "community", "student": other.local_id, "by": place.coordinator}
    assert participants.add_participant(circle=circle, **given).student == other
    own = make_circle(place.school, school_year=place.year)
    keep_case(own, place.keeper)
    with pytest.raises(ValidationError):
        participants.add_participant(circle=own, role="community", student=witness.local_id, by=keeping)


def test_the_filter_of_exceptions_finds_nothing_for_others(place, client_for):
    circle = place.opened()
    novice = make_practitioner(place.district, place.school)
    chosen = {"practitioner": novice, "part": "led", "override_reason": WORDS, "by": place.coordinator}
    keepers.assign_keeper(circle=circle, **chosen)
    found = {
        user.pk: [
            len(client_for(fresh(user)).get(f"/api/v1/circles/?overridden={value}").json()["results"])
            for value in ("true", "false")
        ]
        for user in (place.coordinator, place.officer)
    }
    assert found == {place.coordinator.pk: [1, 0], place.officer.pk: [0, 0]}


def test_others_read_only_four_states(place, client_for):
    circle = place.prepared()
    cases.schedule_case(circle=circle, scheduled_on=place.today, by=place.coordinator)
    cases.miss_case(circle=circle, reason="party_absent", by=place.coordinator)
    cases.close_case(circle=circle, reason="moved", by=place.coordinator)
    read = {}
    for user in (place.coordinator, place.officer):
        client = client_for(fresh(user))
        rows = client.get(f"/api/v1/circles/{circle.uid}/").json()["statuses"]
        page = client.get(reverse("circle_detail", args=[circle.uid])).content.decode()
        words = ["Somebody could not come" in page, "Open, not held yet" in page]
        read[user.pk] = ([(row["status"], row["reason"]) for row in rows], words)
    assert read[place.officer.pk] == ([("open", ""), ("closed", "moved")], [False, True])
    rows, words = read[place.coordinator.pk]
    assert (len(rows), ("not_held", "party_absent") in rows, words) == (6, True, [True, False])
    assert "party_absent" not in json.dumps(list(AuditEvent.objects.values_list("changes", "details")))


def test_each_student_of_a_case_that_is_read_by_its_endpoint_leaves_a_trace(place, client_for):
    circle = place.opened()
    looks = AuditEvent.objects.filter(action="view", object_type="circleparticipant")
    client_for(fresh(place.officer)).get(f"/api/v1/circles/{circle.uid}/")
    assert not looks.exists()
    client_for(fresh(place.coordinator)).get(f"/api/v1/circles/{circle.uid}/")
    assert set(looks.values_list("student_id", flat=True)) == {place.responsible.pk, place.harmed.pk}


def test_whoever_answers_for_a_school_does_not_learn_who_sits_in_a_circle(place, client_for):
    circle = place.opened()
    client_for(fresh(place.coordinator)).get(reverse("circle_detail", args=[circle.uid]))
    principal = make.make_user(Role.PRINCIPAL, place.district, place.school)
    auditor = make.make_user(Role.AUDITOR, place.district)
    told = [
        AuditEvent.objects.visible_to(user).filter(student_id=place.harmed.pk, object_type="circleparticipant").count()
        for user in (principal, auditor)
    ]
    assert told == [0, 2], "named and looked at"
    assert AuditEvent.objects.visible_to(principal).filter(school_id=place.school.pk).exists()
    RoleGrant.objects.create(user=principal, role=Role.AUDITOR, district=place.district)
    page = client_for(fresh(principal)).get(reverse("student_access", args=[place.harmed.uid])).content.decode()
    assert "Who opened it in the last 90 days?" in page
    assert "circle" not in page.split("Who opened it in the last 90 days?")[1].split("</section>")[0].lower()


def test_the_trail_holds_no_words_of_a_case(place):
    circle = place.prepared()
    novice = make_practitioner(place.district, place.school)
    chosen = {"practitioner": novice, "part": "co_kept", "conflict": "kin", "override_reason": WORDS}
    row = keepers.assign_keeper(circle=circle, **chosen, by=place.coordinator)
    changes = AuditEvent.objects.get(action="create", object_uid=row.uid).changes
    assert (changes["conflict"], changes["override_reason"]) == ([None, "set"], [None, "set"])
    keepers.end_keeper(keeper=CircleKeeper.objects.get(pk=row.pk), by=place.coordinator)
    cases.schedule_case(circle=circle, scheduled_on=place.today, by=place.coordinator)
    first, second = circle.participants.all()
    held = {"held_on": place.today, "minutes": 40, "present": [first, second]}
    cases.hold_case(circle=circle, **held, by=place.coordinator)
    agree_case(circle=circle, agreed_on=place.today, owner=place.coordinator, by=place.coordinator)
    given = {"owed_by": first, "owed_to": second, "kind": "help", "due_on": place.today}
    circle.refresh_from_db()
    term = add_term(
        agreement=circle.agreement, **given, text=WORDS, evidence=WORDS, names_checked=True, by=place.coordinator
    )
    assert AuditEvent.objects.get(action="create", object_uid=term.uid).changes["text"] == [None, "set"]
    assert WORDS not in json.dumps(list(AuditEvent.objects.values_list("changes", "details")))


def test_a_case_is_taken_over_for_a_reason_that_stays(place):
    circle = place.prepared()
    other = make.make_user(Role.COORDINATOR, place.district, place.school)
    with pytest.raises(ValidationError):
        cases.take_over(circle=circle, reason=" ", by=other)
    cases.take_over(circle=circle, reason="Away until spring.", by=other)
    event = AuditEvent.objects.filter(action="update", object_uid=circle.uid).latest("pk")
    assert event.details["reason"] == "Away until spring."


def test_a_refused_note_shows_the_others_and_leaves_a_trace(place, client_for):
    circle = place.prepared()
    looks = AuditEvent.objects.filter(action="view", details__collection="case-notes")
    client_for(place.coordinator).post(reverse("circle_notes", args=[circle.uid]), {"text": " "})
    assert looks.count() == 1
    client_for(place.coordinator).post(reverse("circle_notes", args=[circle.uid]), {"text": "One."})
    assert looks.count() == 1, "a note that was kept shows nothing"


def test_who_may_look_nobody_up_learns_no_name_from_a_refusal(place, keeping):
    """What a facilitator reads does not depend on who goes to the school."""
    name, nobody = place.responsible.person.name, "Zelkova Nobody"
    given = {"practice": check_in_of(place.school), "school": place.school, "group": "Grade 4", "held_on": place.today}
    staff = make.make_user(Role.STAFF, place.district, place.school)
    told = {}
    for user in (keeping, staff):
        for word in (name, nobody):
            try:
                log_class_circle(**given, topic=f"Welcome, {word}", minutes=15, headcount=20, by=user)
                told[user.pk, word] = ""
            except ValidationError as refused:
                told[user.pk, word] = refused.message_dict["topic"][0]
    assert name in told[staff.pk, name]
    assert told[staff.pk, nobody] == ""
    assert told[keeping.pk, name] == told[keeping.pk, nobody] != ""
    assert name not in told[keeping.pk, name]


def test_a_term_is_refused_to_a_keeper_without_telling_who_goes_to_the_school(place, keeping):
    circle, (first, second) = _held(place)
    agree_case(circle=circle, agreed_on=place.today, owner=place.coordinator, by=place.coordinator)
    stranger = make.make_student(place.district, "Hornbeam", "Hollow")
    make.enroll(stranger, place.school, place.year, refresh=False)
    circle.refresh_from_db()
    given = {"agreement": circle.agreement, "owed_by": first, "owed_to": second, "kind": "help"}

    def refusal(user, text):
        try:
            add_term(**given, due_on=place.today, text=text, by=user)
        except ValidationError as refused:
            return refused.message_dict["text"][0]
        return ""

    told = {text: refusal(keeping, f"I write to {text} today.") for text in ("Hornbeam Hollow", "Zelkova Nobody")}
    assert len(set(told.values())) == 1, "a student and nobody are the same"
    assert "Hornbeam" not in told["Hornbeam Hollow"] != ""
    lower = {text: refusal(keeping, f"{text} and I talk.") for text in ("hornbeam hollow", "zelkova nobody")}
    assert set(lower.values()) == {""}
    assert refusal(keeping, "Birch and I talk, says Birch.") != "", "the names of the case are known to them"
    assert refusal(keeping, "I help in Room 12.") == ""
    assert "Hornbeam" not in refusal(place.coordinator, "I write to Hornbeam today.") != ""
    RoleGrant.objects.create(user=place.coordinator, role=Role.STAFF, district=place.district, school=place.school)
    assert "Hornbeam" in refusal(fresh(place.coordinator), "I write to Hornbeam today."), "who may look students up"


def _held(place):
    circle = place.prepared()
    cases.schedule_case(circle=circle, scheduled_on=place.today, by=place.coordinator)
    people = list(circle.participants.all())
    cases.hold_case(circle=circle, held_on=place.today, minutes=40, present=people, by=place.coordinator)
    return circle, people


STAGES = ("referred", "screening", "preparation", "not_held")


@pytest.mark.parametrize("stage", STAGES)
def test_a_case_before_it_is_held_looks_the_same_to_others(place, client_for, stage):
    circle = place.opened()
    Circle.objects.filter(pk=circle.pk).update(status=stage)
    officer, team = client_for(fresh(place.officer)), client_for(fresh(place.coordinator))
    shown = officer.get(f"/api/v1/circles/{circle.uid}/").json()
    assert shown["status"] == "open"
    assert "stage" not in shown
    mine = team.get(f"/api/v1/circles/{circle.uid}/").json()
    assert (mine["status"], mine["stage"]) == ("open", stage)
    for address in ("/api/v1/circles/", reverse("circle_list")):
        for query in (f"status={stage}", f"stage={stage}", "ordering=status", "ordering=stage"):
            assert officer.get(f"{address}?{query}").status_code == 400
        assert officer.get(f"{address}?status=open").status_code == 200
        assert team.get(f"{address}?stage={stage}").status_code == 200
    found = [team.get(f"/api/v1/circles/?stage={one}").json()["count"] for one in STAGES]
    assert found == [int(one == stage) for one in STAGES]
    assert officer.get("/api/v1/circles/?status=open").json()["count"] == 1
    assert officer.get("/api/v1/circles/?status=scheduled,held,follow_up,closed").json()["count"] == 0
    for page in (reverse("circle_list"), reverse("circle_detail", args=[circle.uid])):
        body = officer.get(page).content.decode()
        assert "Open, not held yet" in body
        for word in ("In preparation", "Screening", "Not held<", "Where it stands"):
            assert word not in body


def test_a_yes_taken_back_leaves_no_word_of_it_anywhere_else(place, client_for):
    circle = place.prepared()
    cases.schedule_case(circle=circle, scheduled_on=place.today, by=place.coordinator)
    place.said(circle.participants.get(role="harmed"), "withdrawn")
    circle.refresh_from_db()
    assert circle.status == "preparation"
    rows = client_for(fresh(place.officer)).get(f"/api/v1/circles/{circle.uid}/").json()["statuses"]
    assert [row["status"] for row in rows] == ["open"]
    trail = json.dumps(list(AuditEvent.objects.values_list("changes", "details")))
    for word in ("preparation", "screening", "scheduled", "unsettle", "withdrawn", "harmed"):
        assert word not in trail, word
    student = client_for(fresh(place.officer)).get(reverse("student_detail", args=[place.responsible.uid]))
    assert "Open, not held yet" in student.content.decode()
    assert "In preparation" not in student.content.decode()


def test_why_something_was_voided_stays_with_the_team(place):
    circle, _people = _held(place)
    row = participants.add_participant(
        circle=place.opened(make_practice(place.district, "mediation", 2)), role="staff", name="Somebody", by=None
    )
    participants.remove_participant(participant=row, reason=WORDS, by=place.coordinator)
    cases.void_case(circle=circle, reason=WORDS, by=place.coordinator)
    circle.refresh_from_db()
    row.refresh_from_db()
    assert (circle.void_reason, row.void_reason) == (WORDS, WORDS)
    events = AuditEvent.objects.filter(action="void", object_uid__in=[circle.uid, row.uid])
    assert [event.changes["void_reason"] for event in events] == [["", "set"]] * 2
    assert WORDS not in json.dumps(list(AuditEvent.objects.values_list("changes", "details")))
    assert CircleCredit.objects.exclude(void_reason="").count() == 1
    assert not CircleCredit.objects.filter(void_reason__contains=WORDS).exists(), "trainers read that it was voided"


def test_words_beside_a_term_are_the_teams(place, client_for):
    circle, (first, second) = _held(place)
    agree_case(circle=circle, agreed_on=place.today, owner=place.coordinator, by=place.coordinator)
    circle.refresh_from_db()
    given = {"owed_by": first, "owed_to": second, "kind": "help", "due_on": place.today, "text": "I help."}
    term = add_term(agreement=circle.agreement, **given, by=place.coordinator)
    settle_term(term=term, status="partly", on=place.today, note=WORDS, by=place.coordinator)
    read = {
        user.pk: [
            one["note"] for one in client_for(fresh(user)).get(f"/api/v1/circle-terms/{term.uid}/").json()["updates"]
        ]
        for user in (place.coordinator, place.officer)
    }
    assert read == {place.coordinator.pk: [WORDS], place.officer.pk: [""]}
