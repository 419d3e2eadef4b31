"""Notes about strengths: who writes about whom, who reads them, and what happens to one that should not stand."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from district import picker
from district.access import Role
from district.actions_students import add_note, note_day, students_for_note, void_note
from district.models import AuditEvent, RoleGrant, StudentNote
from district.steps import StepNotAllowed
from tests.district.test_pages import text_of

TEXT = "Kept the peace at lunch."


@pytest.fixture
def staff(world):
    return world.user(Role.STAFF)


def note(world, **values):
    given = {"student": world.student, "school": world.north, "kind": "positive", "text": TEXT}
    return add_note(**(given | {"noted_on": date(2020, 11, 3), "by": world.user(Role.STAFF)} | values))


def test_a_note_belongs_to_the_school_and_year_of_its_day(world):
    written = note(world, text=f"  {TEXT}\n")
    assert (written.school, written.school_year, written.text) == (world.north, world.year, TEXT)
    event = AuditEvent.objects.get(action="create")
    assert (event.object_type, event.student_id, event.school_id) == ("studentnote", world.student.pk, world.north.pk)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"noted_on": date(2999, 1, 1)}, "noted_on"),
        ({"noted_on": date(2019, 1, 1)}, "noted_on"),
        ({"text": "   "}, "text"),
        ({"text": "x" * 1001}, "text"),
        ({"text": "a\0b"}, "text"),
        ({"kind": "gossip"}, "kind"),
    ],
)
def test_what_is_refused(world, values, field):
    with pytest.raises(ValidationError) as refused:
        note(world, **values)
    assert list(refused.value.message_dict) == [field]
    assert not AuditEvent.objects.exists()


def test_no_note_about_a_school_where_the_student_is_not(world):
    with pytest.raises(ValidationError, match="not enrolled"):
        note(world, school=world.south)


def test_when_the_year_is_over_a_note_is_about_its_last_day(world, time_machine):
    days = {}
    for moment in ("2020-09-30", "2021-06-20", "2024-01-01"):
        time_machine.move_to(f"{moment}T12:00:00-04:00")
        days[moment] = note_day(world.district)
    assert days == {
        "2020-09-30": date(2020, 9, 30),
        "2021-06-20": date(2021, 6, 4),
        "2024-01-01": date(2021, 6, 4),
    }


def test_voiding_keeps_the_note_and_happens_once(world, staff):
    written = note(world)
    void_note(note=written, reason=" The wrong student. ", by=staff)
    written.refresh_from_db()
    assert (written.void_reason, written.voided_by, written.text) == ("The wrong student.", staff, TEXT)
    with pytest.raises(StepNotAllowed):
        void_note(note=written, reason="Again.", by=staff)
    with pytest.raises(ValidationError):
        void_note(note=note(world), reason=" ", by=staff)


def test_staff_read_their_own_and_leaders_of_the_school_read_all(world, staff):
    own = note(world)
    others = note(world, by=world.user(Role.OFFICER))
    there = StudentNote.objects.get(school=world.south)
    seen = {
        role: set(StudentNote.objects.visible_to(world.user(role)))
        for role in (Role.STAFF, Role.OFFICER, Role.RECORDS, Role.LEADER, Role.COORDINATOR)
    }
    assert {own, others} <= seen[Role.OFFICER]
    assert own in seen[Role.STAFF]
    assert others not in seen[Role.STAFF]
    assert there in seen[Role.RECORDS]
    assert there not in seen[Role.OFFICER]
    assert seen[Role.LEADER] == seen[Role.COORDINATOR] == set()
    RoleGrant.objects.filter(user=staff).update(ends_on=date(2020, 1, 1))
    assert not StudentNote.objects.visible_to(world.user(Role.STAFF)).exists()


def test_who_may_void_which(world, staff):
    own, others = note(world), note(world, by=world.user(Role.OFFICER))
    assert set(StudentNote.objects.voidable_by(staff).filter(pk__in=[own.pk, others.pk])) == {own}
    principal = StudentNote.objects.voidable_by(world.user(Role.PRINCIPAL))
    assert set(principal.filter(pk__in=[own.pk, others.pk])) == {own, others}
    assert not StudentNote.objects.voidable_by(world.user(Role.RECORDS)).exists()


# --- The page ------------------------------------------------------------------------------------------------------
def test_a_teacher_finds_a_student_by_three_letters_and_writes(world, staff, client_for):
    client = client_for(staff)
    address, person = reverse("note_add"), world.student.person
    found = client.post(address, {"act": "find", "find": person.family_name[:4]})
    assert person.name in text_of(found)
    event = AuditEvent.objects.get(action="search")
    assert event.details["collection"] == picker.LOOKUP
    assert person.family_name not in str(event.details)
    form = client.get(f"{address}?student={world.student.uid}")
    assert form.context["form"].initial["noted_on"] == date(2021, 6, 4)
    assert AuditEvent.objects.get(action="view").student_id == world.student.pk
    sent = client.post(
        f"{address}?student={world.student.uid}", {"kind": "strength", "text": TEXT, "noted_on": "2020-11-03"}
    )
    written = StudentNote.objects.get(text=TEXT)
    assert sent["Location"] == reverse("note_detail", args=[written.uid])
    assert (written.author, written.kind) == (staff, "strength")
    page = text_of(client.get(sent["Location"]))
    assert TEXT in page
    assert reverse("student_detail", args=[world.student.uid]) not in page
    assert TEXT not in text_of(client.get(reverse("note_list")))


def test_the_picker_finds_nobody_of_another_school_and_needs_three_letters(world, staff, client_for):
    client = client_for(staff)
    address = reverse("note_add")
    assert "Type at least three letters" in text_of(client.post(address, {"act": "find", "find": "Fa"}))
    far = client.post(address, {"act": "find", "find": world.south_student.person.family_name})
    assert "Nobody at North School" in text_of(far)
    assert "not enrolled at your school now" in text_of(client.get(f"{address}?student={world.south_student.uid}"))
    refused = client.post(
        f"{address}?student={world.south_student.uid}", {"kind": "positive", "text": TEXT, "noted_on": "2020-11-03"}
    )
    assert "Choose a student first" in text_of(refused)
    assert not StudentNote.objects.filter(text=TEXT).exists()
    assert "not enrolled" in text_of(client.get(f"{address}?student=nonsense"))


def test_a_day_on_which_the_student_was_not_there(world, staff, client_for):
    world.student.enrollments.update(begins_on=date(2020, 12, 1))
    client = client_for(staff)
    address = f"{reverse('note_add')}?student={world.student.uid}"
    answer = client.post(address, {"kind": "positive", "text": TEXT, "noted_on": "2020-11-03"})
    assert "was not enrolled at your school on that day" in text_of(answer)


def test_one_who_has_left_can_no_longer_be_written_about(world, staff):
    assert list(students_for_note(staff)) == [world.student]
    world.student.enrollments.update(ends_on=date(2021, 2, 1))
    assert list(students_for_note(staff)) == []


def test_voiding_on_the_page(world, staff, client_for):
    written = note(world)
    client = client_for(staff)
    address = reverse("note_void", args=[written.uid])
    assert address in text_of(client.get(reverse("note_detail", args=[written.uid])))
    assert "Nothing was saved yet" in text_of(client.post(address, {"reason": ""}))
    assert client.post(address, {"reason": "The wrong student."}).status_code == 302
    page = text_of(client.get(reverse("note_detail", args=[written.uid])))
    assert "This note was voided. Reason: The wrong student." in page
    assert address not in page
    assert client.post(address, {"reason": "Again."}).status_code == 409
    officers = note(world, by=world.user(Role.OFFICER))
    assert client.get(reverse("note_void", args=[officers.uid])).status_code == 404


def test_the_number_of_queries_of_the_list_does_not_depend_on_the_rows(world, client_for):
    client = client_for(world.user(Role.OFFICER))

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("note_list"))
        return len(captured)

    queries()
    few = queries()
    for number in range(30):
        note(world, noted_on=date(2020, 11, 3) + timedelta(days=number))
    assert queries() == few <= 20
