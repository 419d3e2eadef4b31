"""The page that logs a referral, as a browser without scripts sends it."""

import re
import uuid
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from discipline.models import Behavior, Incident, ReferralDraft
from district.models import AuditEvent
from tests import factories as make

NEW = "/referrals/new/"
DAY = "2020-11-12"


@pytest.fixture
def teacher(world, client_for):
    return client_for(world.user("staff"))


@pytest.fixture
def sheet(world):
    """Return a function that makes a whole form, with changes."""

    def fill(**changes):
        behavior = Behavior.objects.get(district=world.district)
        values = {
            "act": "submit",
            "key": str(uuid.uuid4()),
            "school": str(world.north.uid),
            "student": str(world.student.uid),
            "behavior": str(behavior.uid),
            "occurred_on": DAY,
            "occurred_time": "10:40",
            "is_time_exact": "on",
            "location": "03014",
        }
        return {name: value for name, value in (values | changes).items() if value is not None}

    return fill


def logged():
    return Incident.objects.exclude(submission_key=None)


def test_a_teacher_sends_a_referral_and_gets_a_receipt(world, teacher, sheet):
    answer = teacher.post(NEW, sheet(tried_first="quiet_word", family_contact="phone", description="He left the room."))
    incident = logged().get()
    assert (answer.status_code, answer["Location"]) == (302, f"/referrals/sent/{incident.uid}/")
    assert (incident.occurred_on, incident.location, incident.logged_by) == (
        date(2020, 11, 12),
        "03014",
        world.user("staff"),
    )
    receipt = teacher.get(answer["Location"]).text
    assert world.student.person.name in receipt
    assert "Quiet word" in receipt
    assert "10:40 AM" in receipt


def test_sent_twice_it_is_recorded_once_with_the_same_receipt(teacher, sheet):
    values = sheet()
    first, second = teacher.post(NEW, values), teacher.post(NEW, values)
    assert first["Location"] == second["Location"]
    assert logged().count() == 1


def test_students_are_found_added_and_removed_without_scripts(world, teacher, sheet):
    other = make.make_student(world.district, "Juniper", "Sample")
    make.enroll(other, world.north, world.year)
    page = teacher.post(NEW, sheet(act="find", find="jun", student=None)).text
    assert f'value="add:{other.uid}"' in page
    page = teacher.post(NEW, sheet(act=f"add:{other.uid}")).text
    assert f'name="student" value="{other.uid}"' in page
    assert f'name="student" value="{world.student.uid}"' in page
    page = teacher.post(NEW, sheet(act=f"drop:{world.student.uid}")).text
    assert f'name="student" value="{world.student.uid}"' not in page
    assert not logged().exists()
    event = AuditEvent.objects.filter(action="search").get()
    assert "jun" not in str(event.details).lower()


@pytest.mark.parametrize(
    ("letters", "answer"), [("ju", "at least three letters"), ("zzz", "begins with these letters")]
)
def test_a_search_that_finds_nobody_says_so(teacher, sheet, letters, answer):
    assert answer in teacher.post(NEW, sheet(act="find", find=letters)).text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"student": None}, "choose the student"),
        ({"behavior": None}, "Choose what happened"),
        ({"occurred_on": "yesterday"}, "is no day"),
        ({"occurred_on": "2035-01-08"}, "has not come yet"),
        ({"occurred_time": "quarter past"}, "Enter a valid time"),
        ({"location": "99999"}, "Select a valid choice"),
        ({"key": "once"}, "valid UUID"),
        ({"description": "x" * 20_001}, "at most 20000 characters"),
    ],
)
def test_a_fault_keeps_everything_typed(world, teacher, sheet, changes, words):
    values = sheet(description="My own words.", tried_first="new_seat") | changes
    answer = teacher.post(NEW, {name: value for name, value in values.items() if value is not None})
    assert answer.status_code == 400
    assert words in answer.text
    assert "Not sent yet" in answer.text
    assert not logged().exists()
    if "description" not in changes:
        assert "My own words." in answer.text
    assert re.search(r'value="new_seat" checked', answer.text)


def test_a_student_of_another_school_is_as_absent_as_none(world, teacher, sheet):
    for student in (world.south_student, world.far_student):
        answer = teacher.post(NEW, sheet(student=str(student.uid)))
        assert answer.status_code == 400
        assert "is left out" in answer.text
        assert student.person.name not in answer.text
    assert not logged().exists()


def test_words_that_name_another_child_are_asked_about_once(world, teacher, sheet):
    other = make.make_student(world.district, "Juniper", "Sample")
    make.enroll(other, world.north, world.year)
    words = {"description": "He pushed Juniper at the door."}
    answer = teacher.post(NEW, sheet(**words))
    assert answer.status_code == 400
    assert "seem to name another child: Juniper" in answer.text
    assert teacher.post(NEW, sheet(**words, names_checked="on")).status_code == 302


def test_the_students_own_name_is_no_other_childs(world, teacher, sheet):
    words = f"I saw {world.student.person.given_name} leave."
    assert teacher.post(NEW, sheet(description=words)).status_code == 302


def test_a_draft_keeps_even_a_faulty_form_and_goes_when_it_is_sent(world, teacher, sheet):
    ReferralDraft.objects.all().delete()
    answer = teacher.post(NEW, sheet(act="draft", behavior=None, occurred_time="ten", description="Half."))
    assert answer["Location"] == "/referrals/drafts/"
    draft = ReferralDraft.objects.get()
    assert str(draft.uid) in teacher.get("/referrals/drafts/").text
    page = teacher.get(f"{NEW}?draft={draft.uid}").text
    assert "Half." in page
    assert 'value="ten"' in page
    assert world.student.person.name in page
    teacher.post(NEW, sheet(act="draft", draft=str(draft.uid), description="More."))
    assert ReferralDraft.objects.get().content["description"] == ["More."]
    assert teacher.post(NEW, sheet(draft=str(draft.uid))).status_code == 302
    assert not ReferralDraft.objects.exists()


def test_nobody_else_opens_or_throws_away_a_draft(world, client_for):
    draft = ReferralDraft.objects.get()
    for role in ("officer", "principal"):
        client = client_for(world.user(role))
        assert "Half written." not in client.get(f"{NEW}?draft={draft.uid}").text
        assert client.post(f"/referrals/drafts/{draft.uid}/discard/").status_code == 404
        assert str(draft.uid) not in client.get("/referrals/drafts/").text
    client_for(world.user("staff")).post(f"/referrals/drafts/{draft.uid}/discard/")
    assert not ReferralDraft.objects.exists()


def test_the_next_student_of_one_event_joins_it(world, teacher, sheet):
    teacher.post(NEW, sheet())
    incident = logged().get()
    other = make.make_student(world.district)
    make.enroll(other, world.north, world.year)
    page = teacher.get(f"{NEW}?incident={incident.uid}").text
    assert "Who else was involved?" in page
    values = sheet(student=str(other.uid), incident=str(incident.uid))
    for _ in range(2):
        assert teacher.post(NEW, values)["Location"] == f"/referrals/sent/{incident.uid}/"
    assert logged().get() == incident
    assert incident.referrals.count() == 2


def test_a_copy_keeps_what_and_where_and_names_nobody(world, teacher, sheet):
    teacher.post(NEW, sheet(tried_first="short_break"))
    page = teacher.get(f"{NEW}?copy={logged().get().uid}").text
    assert world.student.person.name not in page
    assert re.search(r'name="behavior" value="[^"]+" checked', page)
    assert re.search(r'value="short_break" checked', page)
    assert 'value="10:40"' in page


def test_only_their_own_incidents_are_continued_or_copied(world, client_for, teacher, sheet):
    teacher.post(NEW, sheet())
    incident = logged().get()
    officer = client_for(world.user("officer"))
    assert "What happened?" in officer.get(f"{NEW}?incident={incident.uid}").text
    assert officer.get(f"/referrals/sent/{incident.uid}/").status_code == 404
    officer.post(NEW, sheet(incident=str(incident.uid), student=str(world.student.uid)))
    assert incident.referrals.count() == 1


def test_the_page_asks_a_fixed_number_of_queries(world, teacher):
    def count():
        with CaptureQueriesContext(connection) as queries:
            assert teacher.get(NEW).status_code == 200
        return len(queries)

    teacher.get(NEW)
    few = count()
    for _ in range(30):
        student = make.make_student(world.district)
        make.enroll(student, world.north, world.year, refresh=False)
        make.make_behavior(world.district, f"C{make.number()}")
        make.involve(make.make_incident(world.north, world.year, logged_by=world.users["staff"]), student)
    assert count() == few <= 20


def test_a_role_that_covers_no_open_school_is_told_what_to_do(world, teacher):
    world.north.closed_on = date(2021, 1, 1)
    world.north.save()
    for answer in (teacher.get(NEW), teacher.post(NEW, {})):
        assert "no open school" in answer.text
