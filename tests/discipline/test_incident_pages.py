"""Writing pages of an incident: mended, with more people, linked and merged; and who may do it until when."""

import uuid
from datetime import date, time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from discipline import actions
from discipline.models import Behavior, Incident, IncidentLink, Involvement, OtherPerson, Referral
from district.access import Role
from district.models import AuditEvent
from tests import factories as make

DAY = date(2020, 11, 12)


@pytest.fixture(autouse=True)
def no_second_factor(settings):
    settings.MFA_REQUIRED = False


@pytest.fixture
def page_of(world, client_for):
    return lambda role: client_for(world.user(role))


@pytest.fixture
def classmate(world):
    student = make.make_student(world.district, "Willow", "Classmate")
    make.enroll(student, world.north, world.year)
    return student


@pytest.fixture
def incident(world):
    """A teacher's incident at north, submitted."""
    staff = world.user("staff")
    made = make.make_incident(
        world.north, world.year, occurred_on=DAY, logged_by=staff, described_by=staff, description="First words."
    )
    make.involve(made, world.student, Behavior.objects.get(district=world.district))
    make.refer(made, world.student, "submitted", reporter=staff)
    return made


def address(incident, step: str = "") -> str:
    return f"/incidents/{incident.uid}/{step}/" if step else f"/incidents/{incident.uid}/"


def referral_page(incident) -> str:
    return f"/referrals/{incident.referrals.get().uid}/"


# --- Mending --------------------------------------------------------------------------------------------------------
def whole(**changes):
    values = {
        "occurred_time": "10:15",
        "is_time_exact": "on",
        "location": "03014",
        "description": "First words.",
        "tried_first": [],
    } | changes
    return {name: value for name, value in values.items() if value is not None}


def test_the_writer_mends_until_the_review_begins(world, page_of, incident):
    client, path = page_of(Role.STAFF), address(incident, "mend")
    assert path in client.get(referral_page(incident)).text
    assert "First words." in client.get(path).text
    sent = whole(occurred_time="09:05", is_time_exact=None, tried_first=["new_seat"], description="Better words.")
    assert client.post(path, sent)["Location"] == referral_page(incident)
    incident.refresh_from_db()
    assert (incident.occurred_time, incident.is_time_exact, incident.tried_first) == (time(9, 5), False, "new_seat")
    actions.take_referral(referral=incident.referrals.get(), by=world.user("officer"))
    assert path not in client.get(referral_page(incident)).text
    assert client.get(path)["Location"] == referral_page(incident)
    late = client.post(path, whole(description="Too late."))
    assert late.status_code == 409
    assert "The review has begun" in late.text
    assert "Too late." in late.text, "what was typed is kept"
    actions.return_referral(referral=incident.referrals.get(), question="Where?", by=world.user("officer"))
    assert client.post(path, whole(location="03015")).status_code == 302


def test_those_who_decide_mend_always_and_come_back_to_the_incident(world, page_of, incident):
    actions.take_referral(referral=incident.referrals.get(), by=world.user("officer"))
    client, path = page_of(Role.OFFICER), address(incident, "mend")
    assert path in client.get(address(incident)).text
    assert client.post(path, whole(description="The officer's words."))["Location"] == address(incident)
    page = client.get(address(incident)).text
    assert "The officer&#x27;s words." in page
    assert "Written by officer@example.org" in page
    for sent, words in (
        ({"occurred_time": "25:00"}, "Enter a valid time"),
        ({"location": "Cafeteria"}, "Select a valid choice"),
        ({"tried_first": ["magic"]}, "magic is not one of the available choices"),
    ):
        assert words in client.post(path, whole(**sent)).text


def test_others_reach_no_writing_page(world, page_of, incident):
    steps = ("mend", "person", "family", "link", "merge")
    for role in set(Role) - {Role.STAFF, Role.OFFICER, Role.PRINCIPAL}:
        client = page_of(role)
        assert {client.get(address(incident, step)).status_code for step in steps} == {403}, role
    client = page_of(Role.STAFF)
    assert [client.get(address(incident, step)).status_code for step in steps] == [200, 403, 200, 403, 403]
    strange = Incident.objects.get(school=world.south)
    client = page_of(Role.OFFICER)
    assert {client.get(address(strange, step)).status_code for step in steps} == {404}


# --- People ---------------------------------------------------------------------------------------------------------
def test_an_officer_adds_a_student_with_the_picker(world, page_of, incident, classmate):
    behavior = Behavior.objects.get(district=world.district)
    path = f"/referrals/new/?incident={incident.uid}"
    client = page_of(Role.OFFICER)
    assert path in client.get(address(incident)).text
    sent = {"key": str(uuid.uuid4()), "incident": str(incident.uid), "student": str(classmate.uid)}
    harmed = sent | {"act": "submit", f"part-{classmate.uid}": "harmed"}
    assert client.post("/referrals/new/", harmed)["Location"] == address(incident)
    assert incident.involvements.get(student=classmate).role == "harmed"
    actions.take_referral(referral=incident.referrals.get(), by=world.user("officer"))
    threat = make.make_behavior(world.district, "04686", "Threat")
    more = {
        **sent,
        "student": str(world.student.uid),
        "act": "submit",
        "behavior": [str(behavior.uid), str(threat.uid)],
    }
    for _sent_twice in range(2):
        assert client.post("/referrals/new/", more).status_code == 302
    parts = incident.involvements.filter(student=world.student)
    assert sorted(parts.values_list("behavior__code", flat=True)) == ["04645", "04686"]
    assert client.post("/referrals/new/", {**sent, "student": "", "act": "submit"}).status_code == 400
    page_of(Role.STAFF).post("/referrals/new/", {**more, "student": str(classmate.uid)})
    assert incident.involvements.filter(student=classmate).count() == 1, "the teacher adds none during the review"


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "This field is required"),
        ({"kind": "staff", "role": "harmed"}, "choose a member of staff, or use a few words"),
        ({"kind": "alien", "role": "harmed"}, "Select a valid choice"),
        ({"kind": "outsider", "role": "harmed", "words": "x" * 201}, "at most 200 characters"),
    ],
)
def test_a_person_who_cannot_be_is_refused(world, page_of, incident, sent, words):
    answer = page_of(Role.OFFICER).post(address(incident, "person"), sent)
    assert (answer.status_code, words in answer.text) == (200, True)
    assert not OtherPerson.objects.exists()


def test_other_people_are_named_with_their_part(world, page_of, incident):
    client, path = page_of(Role.OFFICER), address(incident, "person")
    staff = world.north.staff_assignments.get().staff
    stranger = world.other.staff.get()
    assert (
        "Select a valid choice"
        in client.post(path, {"kind": "staff", "role": "harmed", "staff": str(stranger.uid)}).text
    )
    assert (
        "You named a member of staff."
        in client.post(path, {"kind": "outsider", "role": "harmed", "staff": str(staff.uid)}).text
    )
    assert client.post(path, {"kind": "staff", "role": "harmed", "staff": str(staff.uid)}).status_code == 302
    assert client.post(path, {"kind": "outsider", "role": "witness", "words": "A bus driver"}).status_code == 302
    page = client.get(address(incident)).text
    assert staff.person.name in page
    assert "A bus driver" in page
    assert page_of(Role.STAFF).get(path).status_code == 403


def test_a_family_contact_is_logged_by_who_made_it(world, page_of, incident, classmate):
    make.involve(incident, classmate, role="harmed")
    path = address(incident, "family")
    teacher, officer = page_of(Role.STAFF), page_of(Role.OFFICER)
    assert "Willow" not in teacher.get(path).text
    sent = {"student": str(world.student.uid), "way": "phone", "note": "Will come by."}
    assert teacher.post(path, sent)["Location"] == referral_page(incident)
    assert "Select a valid choice" in teacher.post(path, sent | {"student": str(classmate.uid)}).text
    assert officer.post(path, sent | {"student": str(classmate.uid), "way": "message"})["Location"] == address(incident)
    page = officer.get(address(incident)).text
    assert page.count("Will come by.") == 2
    assert "Will come by." not in teacher.get(referral_page(incident)).text
    assert "Phone" in teacher.get(referral_page(incident)).text


def test_a_part_is_voided_but_not_the_only_one_of_a_referral(world, page_of, incident, classmate):
    witness = make.involve(incident, classmate, role="witness")
    client = page_of(Role.OFFICER)
    path = f"/incident-parts/{witness.uid}/void/"
    assert path in client.get(address(incident)).text
    assert client.post(path, {"reason": ""}).status_code == 200
    assert client.post(path, {"reason": "Was not there."})["Location"] == address(incident)
    assert "Was not there." in client.get(address(incident)).text
    assert client.get(path).status_code == 302
    only = f"/incident-parts/{incident.involvements.get(role='responsible').uid}/void/"
    answer = client.post(only, {"reason": "Wrong."})
    assert (answer.status_code, "Void the referral instead" in answer.text) == (409, True)
    foreign = Involvement.objects.get(incident__school=world.south)
    assert client.get(f"/incident-parts/{foreign.uid}/void/").status_code == 404


# --- Linked and merged ----------------------------------------------------------------------------------------------
@pytest.fixture
def twin(world, classmate):
    """A second record of the event, by the officer, with the classmate too."""
    made = make.make_incident(
        world.north, world.year, occurred_on=DAY, description="Second words.", logged_by=world.user("officer")
    )
    behavior = Behavior.objects.get(district=world.district)
    make.involve(made, world.student, behavior)
    make.involve(made, classmate, role="witness")
    make.refer(made, world.student, "submitted")
    return made


def test_incidents_are_linked_by_number_and_taken_apart(world, page_of, incident, twin):
    client, path = page_of(Role.OFFICER), address(incident, "link")
    strange = Incident.objects.get(school=world.south)
    for number in (strange.identifier, "R-NOBODY"):
        assert (
            "No incident that you decide about has this number."
            in client.post(path, {"number": number, "reason": "One dispute."}).text
        )
    assert "Choose another incident" in client.post(path, {"number": incident.identifier, "reason": "R."}).text
    assert client.post(path, {"number": f" {twin.identifier} ", "reason": "One dispute."}).status_code == 302
    assert client.post(path, {"number": twin.identifier, "reason": "Again."}).status_code == 409
    link = IncidentLink.objects.of(incident).get()
    for one, other in ((incident, twin), (twin, incident)):
        page = client.get(address(one)).text
        assert other.identifier in page
        assert f"/incident-links/{link.uid}/end/" in page
    end = f"/incident-links/{link.uid}/end/"
    assert client.get(end).status_code == 200
    assert client.post(end, {"reason": "Other students."}).status_code == 302
    assert client.get(end).status_code == 302
    assert client.post(end, {"reason": "Again."}).status_code == 409


def test_a_link_shows_only_to_who_may_open_both_ends(world, page_of):
    """North's incident is linked to south's: the officer of north learns nothing of it."""
    north, south = (Incident.objects.get(school=school) for school in (world.north, world.south))
    assert south.identifier not in page_of(Role.OFFICER).get(address(north)).text
    assert south.identifier in page_of(Role.RECORDS).get(address(north)).text
    link = IncidentLink.objects.get()
    assert page_of(Role.OFFICER).get(f"/incident-links/{link.uid}/end/").status_code == 404


def test_a_merge_is_looked_at_before_it_is_made(world, page_of, incident, twin):
    client, path = page_of(Role.OFFICER), address(incident, "merge")
    choice = client.get(path).text
    assert twin.identifier in choice
    assert "Willow" not in choice, "a witness is not named to tell two records apart"
    before = (AuditEvent.objects.exclude(action="view").count(), Incident.objects.standing().count())
    preview = client.get(path, {"with": str(twin.uid)}).text
    for words in ("First words.", "Second words.", "Willow Classmate: Witness", "referral, Submitted"):
        assert words in preview
    moves, doubles = preview.split("Moves to the kept record")[1].split("Is there already, and is voided")
    assert "Witness" in moves
    assert "Fighting" in doubles
    assert (AuditEvent.objects.exclude(action="view").count(), Incident.objects.standing().count()) == before
    assert client.post(f"{path}?with={twin.uid}", {"reason": ""}).status_code == 200
    assert "Choose the other record first." in client.post(path, {"reason": "One event."}).text
    answer = client.post(f"{path}?with={twin.uid}", {"reason": "Two adults wrote it down."})
    assert answer["Location"] == address(incident)
    page = client.get(address(incident)).text
    assert "Two adults wrote it down." in page
    assert "records moved: 1, doubles: 2" in page
    assert Referral.objects.get(incident=twin).status == "voided"


def test_a_merged_record_points_to_the_kept_one_and_takes_no_step(world, page_of, incident, twin):
    actions.merge_incidents(kept=incident, merged=twin, reason="One event.", by=world.user("officer"))
    client = page_of(Role.OFFICER)
    page = client.get(address(twin)).text
    assert f"merged into incident {incident.identifier}" in page
    assert address(incident) in page
    assert "What can be done now" not in page
    for step in ("mend", "person", "family", "link", "merge"):
        assert client.get(address(twin, step))["Location"] == address(twin), step
    assert client.post(address(twin, "mend"), whole()).status_code == 409
    listed = client.get("/incidents/").text
    assert incident.identifier in listed
    assert twin.identifier not in listed
    assert twin.identifier in client.get("/incidents/?merged=true").text


def test_only_records_of_one_school_and_day_can_be_merged(world, page_of, incident):
    make.make_incident(world.north, world.year, occurred_on=date(2020, 11, 13))
    client, path = page_of(Role.OFFICER), address(incident, "merge")
    assert "No other record of this school and this day" in client.get(path).text
    for other in Incident.objects.exclude(pk=incident.pk):
        assert "Moves to the kept record" not in client.get(path, {"with": str(other.uid)}).text
    assert client.get(path, {"with": "nothing"}).status_code == 200


def test_an_incident_page_asks_a_fixed_number_of_queries(world, page_of, incident, twin):
    def grow(count: int) -> None:
        for _number in range(count):
            student = make.make_student(world.district)
            make.enroll(student, world.north, world.year, refresh=False)
            for one in (incident, twin):
                make.involve(one, student, role="harmed")
                OtherPerson.objects.create(incident=one, kind="outsider", role="witness", words="Somebody")
            make.refer(incident, student)
            make.remove(incident, student)
            make.link(incident, make.make_incident(world.north, world.year))

    def queries(path: str) -> int:
        client = page_of(Role.OFFICER)
        client.get("/behaviors/")
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    paths = [address(incident), f"{address(incident, 'merge')}?with={twin.uid}", address(incident, "family")]
    grow(2)
    few = [queries(path) for path in paths]
    grow(20)
    assert [queries(path) for path in paths] == few
    assert max(few) <= 45
