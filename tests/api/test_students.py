"""Guardians, notes and merges through the API: the same verbs and scopes as the pages."""

from __future__ import annotations

import uuid
from datetime import date

import pytest

from district.access import Role
from district.models import AuditEvent, Guardian, Student, StudentMerge, StudentNote
from tests import factories as make
from tests.api.conftest import V1

NOTE = {"kind": "positive", "text": "Kept the peace at lunch.", "noted_on": "2020-11-03"}


def post(caller, path, body):
    return caller.post(V1 + path, body)


def test_a_guardian_is_added_changed_and_voided(world, call_as):
    caller = call_as(Role.RECORDS)
    body = {"student": str(world.student.uid), "family_name": "Cruz", "relationship": "parent", "languages": ["ES"]}
    answer = post(caller, "guardians/", body)
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert answer["Location"].endswith(f"/api/v1/guardians/{made['id']}/")
    assert (made["languages"], made["may_be_told"], made["contact_order"]) == (["es"], True, 1)
    changed = caller.patch(f"{V1}guardians/{made['id']}/", {"phone": "555-0100", "ends_on": "2021-01-31"})
    assert (changed.json()["phone"], changed.json()["ends_on"]) == ("555-0100", "2021-01-31")
    bad = caller.patch(f"{V1}guardians/{made['id']}/", {"may_be_told": False})
    assert (bad.status_code, list(bad.json())) == (400, ["restriction"])
    assert post(caller, f"guardians/{made['id']}/void/", {"reason": "Another child's."}).json()["voided"] is True
    again = post(caller, f"guardians/{made['id']}/void/", {"reason": "Again."})
    assert (again.status_code, again.json()["allowed"]) == (409, [])
    assert [row["id"] for row in caller.rows("guardians/", language="es", voided="true")] == [made["id"]]
    assert AuditEvent.objects.filter(object_type="guardian", action__in=["create", "update", "void"]).count() == 3


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ({}, "student"),
        ({"languages": ["spanish"]}, "languages"),
        ({"languages": "es"}, "languages"),
        ({"languages": ["es", "en", "ar", "bn"]}, "languages"),
        ({"relationship": "friend"}, "relationship"),
        ({"begins_on": "2021-02-01", "ends_on": "2021-01-01"}, "non_field_errors"),
        ({"voided_at": "2021-01-01"}, "voided_at"),
        ({"person": 1}, "person"),
        ({"contact_order": 21}, "contact_order"),
    ],
)
def test_a_bad_guardian_is_400_and_names_the_key(world, call_as, body, key):
    good = {"student": str(world.student.uid), "family_name": "Cruz", "relationship": "parent"} if body else {}
    answer = post(call_as(Role.RECORDS), "guardians/", good | body)
    assert answer.status_code == 400
    assert key in answer.json()
    assert world.student.guardians.count() == 1


def test_a_guardian_of_another_districts_student_is_refused_like_one_that_is_not_there(world, call_as):
    caller = call_as(Role.RECORDS)
    texts = set()
    for uid in (str(world.far_student.uid), str(uuid.uuid4())):
        answer = post(caller, "guardians/", {"student": uid, "family_name": "Cruz", "relationship": "parent"})
        assert answer.status_code == 400
        texts.add(answer.json()["student"][0].replace(uid, "…"))
    assert len(texts) == 1
    far = Guardian.objects.get(student=world.far_student)
    assert caller.patch(f"{V1}guardians/{far.uid}/", {}).status_code == 404


def test_staff_write_and_read_their_own_notes(world, call_as):
    caller = call_as(Role.STAFF)
    answer = post(caller, "student-notes/", NOTE | {"student": str(world.student.uid)})
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert (made["school"], made["school_year"], made["text"]) == ("0001", 2021, NOTE["text"])
    listed = caller.rows("student-notes/")
    assert len(listed) == 2
    assert all("text" not in row for row in listed)
    assert {row["author"] for row in listed} == {"staff@example.org"}
    others = post(call_as(Role.OFFICER), "student-notes/", NOTE | {"student": str(world.student.uid)}).json()
    assert caller.read(f"student-notes/{others['id']}/").status_code == 404
    assert post(caller, f"student-notes/{others['id']}/void/", {"reason": "Mine?"}).status_code == 404
    assert post(caller, f"student-notes/{made['id']}/void/", {"reason": "Wrong."}).json()["voided"] is True


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"student": str(uuid.uuid4())}, "student"),
        ({"student": "x"}, "student"),
        ({"noted_on": "2999-01-01"}, "noted_on"),
        ({"noted_on": "2019-01-01"}, "noted_on"),
        ({"kind": "gossip"}, "kind"),
        ({"text": ""}, "text"),
        ({"school": "0002"}, "school"),
        ({"author": "x"}, "author"),
    ],
)
def test_a_bad_note_is_400_and_names_the_key(world, call_as, change, key):
    answer = post(call_as(Role.STAFF), "student-notes/", NOTE | {"student": str(world.student.uid)} | change)
    assert (answer.status_code, list(answer.json())) == (400, [key])
    assert not StudentNote.objects.filter(text=NOTE["text"]).exists()


def test_of_several_schools_one_is_named(world, call_as):
    make.RoleGrant.objects.create(
        user=world.users[Role.STAFF], role=Role.STAFF, district=world.district, school=world.south
    )
    make.enroll(world.student, world.south, world.year)
    caller = call_as(Role.STAFF)
    body = NOTE | {"student": str(world.student.uid)}
    assert list(post(caller, "student-notes/", body).json()) == ["school"]
    assert post(caller, "student-notes/", body | {"school": "0002"}).json()["school"] == "0002"


def test_without_a_day_it_is_about_now(world, call_as):
    body = {key: value for key, value in NOTE.items() if key != "noted_on"} | {"student": str(world.student.uid)}
    assert post(call_as(Role.STAFF), "student-notes/", body).json()["noted_on"] == "2021-06-04"


def test_two_records_are_merged_once(world, call_as):
    caller = call_as(Role.RECORDS)
    other = make.make_student(world.district)
    make.enroll(other, world.south, world.year, begins_on=date(2020, 9, 1))
    body = {"kept": str(world.student.uid), "merged": str(other.uid), "reason": "One birth certificate."}
    answer = post(caller, "student-merges/", body)
    assert answer.status_code == 201, answer.content
    made = answer.json()
    moved = other.merge.moved["enrollment"]
    assert made["moved"] == [{"kind": "enrollment", "id": moved[0]}]
    assert (made["kept"], made["merged_local_id"], made["by"]) == (
        str(world.student.uid),
        other.local_id,
        "records@example.org",
    )
    again = post(caller, "student-merges/", body)
    assert (again.status_code, list(again.json())) == (400, ["merged"])
    assert StudentMerge.objects.filter(merged=other).count() == 1
    assert made["id"] in [row["id"] for row in caller.rows("student-merges/", student=str(world.student.uid))]


@pytest.mark.parametrize("key", ["kept", "merged"])
def test_only_records_of_ones_district_are_merged(world, call_as, key):
    body = {"kept": str(world.student.uid), "merged": str(world.south_student.uid), "reason": "One."}
    answer = post(call_as(Role.RECORDS), "student-merges/", body | {key: str(world.far_student.uid)})
    assert (answer.status_code, list(answer.json())) == (400, [key])
    assert post(call_as(Role.RECORDS), "student-merges/", body | {"moved": {}}).status_code == 400
    assert Student.objects.standing().filter(district=world.district).count() == 2
