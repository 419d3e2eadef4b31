"""Logging through the API: what is answered and written, what is refused, and how little is asked of the database."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from discipline.models import Behavior, FamilyContact, Incident, OtherPerson, Referral, Threshold
from district.access import Role
from district.models import AuditEvent, RoleGrant
from tests import factories as make
from tests.api.conftest import V1, Caller

DAY = "2020-11-12"
REFERRALS = f"{V1}referrals/"


@pytest.fixture
def body(world):
    """Return a function that makes a whole body, with changes; None takes a key away."""

    def fill(**changes):
        values = {
            "occurred_on": DAY,
            "occurred_time": "10:40",
            "location": "03015",
            "students": [{"student": str(world.student.uid), "behaviors": ["04645"]}],
            "description": "Pushed at the lockers.",
            "tried_first": ["quiet_word"],
        } | changes
        return {name: value for name, value in values.items() if value is not None}

    return fill


@pytest.fixture
def classmate(world):
    student = make.make_student(world.district)
    make.enroll(student, world.north, world.year)
    return student


def written() -> tuple[int, int]:
    return Incident.objects.count(), AuditEvent.objects.exclude(action__in=("view", "search")).count()


@pytest.mark.parametrize("role", [Role.STAFF, Role.OFFICER, Role.PRINCIPAL])
def test_the_answer_is_the_referral_as_it_is_read_afterwards(world, call_as, body, role):
    caller = call_as(role)
    response = caller.post(REFERRALS, body(asks_restorative=True))
    assert response.status_code == 201, response.content
    found = response.json()
    assert response["Location"] == f"http://testserver{REFERRALS}{found['id']}/"
    assert found.pop("also_referred") == []
    assert caller.get(response["Location"]).json() == found
    assert (found["status"], found["school"], found["behaviors"]) == ("submitted", "0001", ["04645"])
    assert (found["asks_restorative"], found["outcome"], found["assigned_to"]) == (True, "", None)
    referral = Referral.objects.get(uid=found["id"])
    incident = referral.incident
    assert (incident.description, incident.location) == ("Pushed at the lockers.", "03015")
    assert (incident.tried_first, incident.is_time_exact) == ("quiet_word", True)
    assert referral.reporter == incident.logged_by == incident.described_by == world.user(role)


def test_one_event_with_many_people(world, call_as, body, classmate):
    staff = world.north.staff_assignments.get().staff
    parts = [
        {"student": str(world.student.uid), "behaviors": ["04645"], "law_enforcement": "notified"},
        {"student": str(classmate.uid), "behaviors": ["04645"]},
        {"student": str(world.student.uid), "role": "harmed"},
    ]
    others = [
        {"kind": "staff", "role": "harmed", "staff": str(staff.uid)},
        {"kind": "outsider", "role": "witness", "words": "A driver"},
    ]
    response = call_as(Role.STAFF).post(
        REFERRALS, body(students=parts, other_people=others, family_contact="phone", is_time_exact=False)
    )
    assert response.status_code == 201, response.content
    found = response.json()
    first, other = Referral.objects.get(uid=found["id"]), Referral.objects.get(uid=found["also_referred"][0])
    assert (first.student, other.student, first.incident) == (world.student, classmate, other.incident)
    assert first.incident.involvements.count() == 3
    assert [person.staff for person in OtherPerson.objects.all()] == [staff, None]
    assert FamilyContact.objects.count() == 2
    assert not first.incident.is_time_exact


def test_the_same_key_sent_again_is_one_record(world, call_as, body):
    key = str(uuid.uuid4())
    caller = call_as(Role.STAFF)
    first = caller.post(REFERRALS, body(submission_key=key))
    again = caller.post(REFERRALS, body(submission_key=key, description="Sent by an impatient client."))
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert Incident.objects.exclude(submission_key=None).count() == 1


def test_logging_asks_little_of_the_database(world, call_with, body):
    """The caller, their grants, the students with their school, the behaviors; one statement a table; thresholds."""
    caller = call_with(Role.STAFF)
    caller.read("districts/")  # the first request of a token also notes its time
    keyed, contact = {"submission_key": str(uuid.uuid4())}, {"family_contact": "phone"}
    for more, expected in (({}, 11), (keyed, 11), (contact, 12), (None, 9)):
        if more is None:  # a district that keeps no threshold is not asked for its thresholds
            Threshold.objects.update(ended_at=timezone.now())
        with CaptureQueriesContext(connection) as captured:
            response = caller.post(REFERRALS, body(**(more or {})))
        assert response.status_code == 201, response.content
        asked = [query["sql"] for query in captured if "SAVEPOINT" not in query["sql"]]
        assert len(asked) == expected, "\n".join(asked)


# --- What is refused ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"students": None}, "students"),
        ({"students": []}, "students"),
        ({"students": ["x"]}, "students"),
        ({"students": [{}]}, "students"),
        ({"students": {"student": "x"}}, "students"),
        ({"occurred_on": None}, "occurred_on"),
        ({"occurred_on": "2035-01-08"}, "students"),
        ({"occurred_on": "12.11.2020"}, "occurred_on"),
        ({"occurred_on": "2019-11-12"}, "students"),
        ({"occurred_time": "25:00"}, "occurred_time"),
        ({"location": "Cafeteria"}, "location"),
        ({"tried_first": ["magic"]}, "tried_first"),
        ({"tried_first": "quiet_word"}, "tried_first"),
        ({"family_contact": "pigeon"}, "family_contact"),
        ({"description": "x" * 20_001}, "description"),
        ({"description": "a\0b"}, "description"),
        ({"submission_key": "once"}, "submission_key"),
        ({"other_people": [{"kind": "staff", "role": "harmed"}]}, "other_people"),
        ({"other_people": [{"kind": "alien", "role": "harmed"}]}, "other_people"),
        ({"other_people": [{"kind": "outsider", "role": "harmed", "words": "A", "age": 3}]}, "other_people"),
        ({"school": "8888"}, "school"),
        ({"school": "0002"}, "school"),
        ({"status": "decided"}, "status"),
        ({"reporter": "me"}, "reporter"),
        ({"": 1}, ""),
    ],
)
def test_a_bad_body_is_400_with_the_field_and_writes_nothing(world, call_as, body, changes, key):
    before = written()
    response = call_as(Role.STAFF).post(REFERRALS, body(**changes))
    assert response.status_code == 400, response.content
    assert list(response.json()) == [key]
    assert all(isinstance(text, str) for text in response.json()[key])
    assert written() == before


@pytest.mark.parametrize(
    "part",
    [
        lambda w: {"student": str(w.south_student.uid), "behaviors": ["04645"]},
        lambda w: {"student": str(w.far_student.uid), "behaviors": ["04645"]},
        lambda w: {"student": str(uuid.uuid4()), "behaviors": ["04645"]},
        lambda w: {"student": w.student.local_id, "behaviors": ["04645"]},
        lambda w: {"student": str(w.student.uid)},
        lambda w: {"student": str(w.student.uid), "behaviors": ["99999"]},
        lambda w: {"student": str(w.student.uid), "behaviors": ["a\0"]},
        lambda w: {"student": str(w.student.uid), "behaviors": ["04645"], "role": "harmed"},
        lambda w: {"student": str(w.student.uid), "behaviors": ["04645"], "role": "boss"},
        lambda w: {"student": str(w.student.uid), "behaviors": ["04645"], "removal": "OSS"},
        lambda w: {"student": str(w.student.uid), "role": "harmed"},
    ],
)
def test_a_part_out_of_reach_or_that_cannot_be_is_refused_alike(world, call_as, body, part):
    before = written()
    response = call_as(Role.OFFICER).post(REFERRALS, body(students=[part(world)]))
    assert response.status_code == 400, response.content
    assert list(response.json()) == ["students"]
    assert written() == before


def test_a_student_of_another_school_is_refused_in_the_words_for_one_that_does_not_exist(world, call_as, body):
    caller, texts = call_as(Role.OFFICER), set()
    for uid in (world.south_student.uid, world.far_student.uid, uuid.uuid4()):
        response = caller.post(REFERRALS, body(students=[{"student": str(uid), "behaviors": ["04645"]}]))
        texts.add(response.json()["students"][0].replace(str(uid), "…"))
    assert len(texts) == 1


def test_staff_of_another_district_cannot_be_named(world, call_as, body):
    stranger = world.other.staff.get()
    people = [{"kind": "staff", "role": "witness", "staff": str(stranger.uid)}]
    response = call_as(Role.STAFF).post(REFERRALS, body(other_people=people))
    assert list(response.json()) == ["other_people"]
    RoleGrant.objects.create(user=world.users[Role.OFFICER], role=Role.OFFICER, district=world.other)
    response = call_as(Role.OFFICER).post(REFERRALS, body(other_people=people))
    assert list(response.json()) == ["other_people"], "also for somebody who may act in both districts"


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.STAFF, Role.OFFICER, Role.PRINCIPAL)])
def test_who_may_not_refer(world, call_as, body, role):
    assert call_as(role).post(REFERRALS, body()).status_code == 403


def test_the_school_is_asked_for_only_where_it_is_not_plain(world, body, classmate):
    """An officer of two schools, a student enrolled at both: the body names the school, or is asked to."""
    user = make.make_user(Role.OFFICER, world.district, world.north, world.south)
    make.enroll(classmate, world.south, world.year)
    caller = Caller()
    caller.force_login(user)
    both = [{"student": str(classmate.uid), "behaviors": ["04645"]}]
    assert list(caller.post(REFERRALS, body(students=both)).json()) == ["school"]
    assert caller.post(REFERRALS, body(students=both, school="0002")).json()["school"] == "0002"
    assert caller.post(REFERRALS, body()).json()["school"] == "0001"
    apart = [*both, {"student": str(world.student.uid), "role": "harmed"}]
    assert caller.post(REFERRALS, body(students=apart)).json()["school"] == "0001"
    nowhere = [
        {"student": str(world.south_student.uid), "behaviors": ["04645"]},
        {"student": str(world.student.uid), "role": "harmed"},
    ]
    assert list(caller.post(REFERRALS, body(students=nowhere)).json()) == ["students"]


# --- Incidents afterwards -------------------------------------------------------------------------------------------
@pytest.fixture
def incident(world):
    """A teacher's incident at north, submitted."""
    made = make.make_incident(
        world.north, world.year, logged_by=world.user("staff"), described_by=world.user("staff"), description="First."
    )
    make.involve(made, world.student, Behavior.objects.get(district=world.district))
    make.refer(made, world.student, "submitted", reporter=world.user("staff"))
    return made


def test_those_who_decide_and_the_writer_mend_an_incident(world, call_as, incident, classmate):
    make.involve(incident, classmate, role="harmed")
    address = f"{V1}incidents/{incident.uid}/"
    found = call_as(Role.STAFF).patch(address, {"occurred_time": "09:05", "description": "Better words."})
    assert found.status_code == 200, found.content
    assert (found.json()["occurred_time"], found.json()["description"]) == ("09:05", "Better words.")
    assert [part["student"] for part in found.json()["involvements"]] == [str(world.student.uid)]
    assert call_as(Role.STAFF).get(address).status_code == 403
    found = call_as(Role.OFFICER).patch(address, {"tried_first": ["new_seat"], "location": "", "occurred_time": None})
    assert (found.json()["tried_first"], found.json()["location"]) == (["new_seat"], "")
    assert len(found.json()["involvements"]) == 2
    Referral.objects.filter(incident=incident).update(status="under_review")
    late = call_as(Role.STAFF).patch(address, {"description": "Too late."})
    assert (late.status_code, late.json()["allowed"]) == (409, [])
    assert call_as(Role.OFFICER).patch(address, {"description": "The officer's."}).json()["description"]
    assert call_as(Role.RECORDS).patch(address, {"description": "No."}).status_code == 403


@pytest.mark.parametrize("key", ["school", "occurred_on", "merged_into", "logged_by", "incident_id", "id", "invented"])
def test_what_an_incident_is_filed_under_cannot_be_changed(world, call_as, incident, key):
    response = call_as(Role.OFFICER).patch(f"{V1}incidents/{incident.uid}/", {key: "0002"})
    assert response.status_code == 400
    assert list(response.json()) == [key]


def test_people_are_added_and_voided(world, call_as, incident, classmate):
    address, caller = f"{V1}incidents/{incident.uid}/", call_as(Role.OFFICER)
    found = caller.post(f"{address}parts/", {"student": str(classmate.uid), "behaviors": ["04645"]})
    assert found.status_code == 200, found.content
    assert Referral.objects.get(incident=incident, student=classmate).status == "submitted"
    assert list(caller.post(f"{address}parts/", {"student": str(classmate.uid), "behaviors": ["04645"]}).json()) == [
        "student"
    ]
    for student in (world.south_student, world.far_student):
        response = caller.post(f"{address}parts/", {"student": str(student.uid), "role": "harmed"})
        assert list(response.json()) == ["student"]
    found = caller.post(f"{address}parts/", {"student": str(world.student.uid), "role": "harmed"}).json()
    harmed = next(part["id"] for part in found["involvements"] if part["role"] == "harmed")
    found = caller.post(f"{address}void-part/", {"part": harmed, "reason": "Was not."}).json()
    assert [part["voided"] for part in found["involvements"] if part["id"] == harmed] == [True]
    again = caller.post(f"{address}void-part/", {"part": harmed, "reason": "Was not."})
    assert (again.status_code, again.json()["allowed"]) == (409, [])
    elsewhere = Incident.objects.filter(school=world.north).exclude(pk=incident.pk).get().involvements.get()
    assert list(caller.post(f"{address}void-part/", {"part": str(elsewhere.uid), "reason": "R."}).json()) == ["part"]
    found = caller.post(f"{address}people/", {"kind": "outsider", "role": "witness", "words": "A driver"}).json()
    assert [person["words"] for person in found["other_people"]] == ["A driver"]
    assert list(caller.post(f"{address}people/", {"kind": "staff", "role": "witness"}).json()) == ["words"]


def test_a_reporter_tells_of_the_families_they_know(world, call_as, incident, classmate):
    make.involve(incident, classmate, role="harmed")
    address = f"{V1}incidents/{incident.uid}/family-contacts/"
    sent = {"student": str(world.student.uid), "way": "phone", "note": "They will come by."}
    response = call_as(Role.STAFF).post(address, sent)
    assert response.status_code == 200, response.content
    assert response.json()["family_contacts"] == []
    assert list(call_as(Role.STAFF).post(address, sent | {"student": str(classmate.uid)}).json()) == ["student"]
    found = call_as(Role.OFFICER).post(address, sent | {"student": str(classmate.uid)}).json()
    assert [contact["note"] for contact in found["family_contacts"]] == ["They will come by."] * 2
    Referral.objects.filter(incident=incident).update(reporter=world.user("officer"))
    assert call_as(Role.STAFF).post(address, sent).status_code == 404


def test_incidents_are_linked_merged_and_their_history_is_read(world, call_as, incident):
    other = make.make_incident(world.north, world.year)
    address, caller = f"{V1}incidents/{incident.uid}/", call_as(Role.OFFICER)
    twin = {"incident": str(other.uid), "reason": "One dispute."}
    assert caller.post(f"{address}links/", twin).json()["links"] == [
        {"incident": str(other.uid), "incident_id": other.identifier, "reason": "One dispute."}
    ]
    assert caller.post(f"{address}links/", twin).json()["allowed"] == ["unlink"]
    assert caller.post(f"{address}unlink/", twin).json()["links"] == []
    assert caller.post(f"{address}unlink/", twin).status_code == 409
    for unknown in (Incident.objects.get(school=world.south), Incident.objects.get(school=world.far)):
        for step, key in (("links", "incident"), ("merge", "merged")):
            response = caller.post(f"{address}{step}/", {key: str(unknown.uid), "reason": "One event."})
            assert list(response.json()) == [key]
    found = caller.post(f"{address}merge/", {"merged": str(other.uid), "reason": "Two teachers wrote."}).json()
    assert [(merge["incident"], merge["reason"]) for merge in found["merges"]] == [
        (str(other.uid), "Two teachers wrote.")
    ]
    again = caller.post(f"{address}merge/", {"merged": str(other.uid), "reason": "Again."})
    assert (again.status_code, again.json()["allowed"]) == (409, [])
    assert caller.read(f"incidents/{other.uid}/").json()["merged_into"] == str(incident.uid)
    assert str(other.uid) not in {row["id"] for row in caller.rows("incidents/")}
    assert [row["id"] for row in caller.rows("incidents/", merged="true")] == [str(other.uid)]
    assert str(other.uid) not in {row["id"] for row in caller.rows("incidents/", merged="false")}
    assert caller.patch(f"{V1}incidents/{other.uid}/", {"description": "x"}).status_code == 409
