"""The fields of each record, what they hold, and the trace that reading leaves."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from api.urls import COLLECTIONS
from discipline.models import Incident, Involvement, Referral, Removal, RemovalChange
from discipline.tables import FACTS_OF_REMOVALS
from district import audit
from district.access import Permission, Role
from district.columns import days_text
from district.models import AuditEvent, Enrollment, ImportBatch, Student
from tests import factories as make
from tests.api.conftest import V1
from tests.api.test_lists import READER

BY_YEAR = ("students", "enrollments", "incidents", "referrals", "removals", "suspensions", "student-notes")
FAMILIES = ("letters", "family-links", "family-requests", "sent-home")
LEGAL = ("due-steps", "appeals", "pattern-reviews", "determinations", "threshold-tasks")
SEEN_BY_OFFICERS = (*BY_YEAR, "guardians", *FAMILIES, *LEGAL)
CASES = (
    *("circles", "circle-participants", "circle-keepers", "circle-agreements", "circle-terms", "circle-follow-ups"),
    *("circle-voice-links", "circle-welcome-plans", "circle-plan-items", "circle-check-ins"),
)
ABOUT_STUDENTS = (*SEEN_BY_OFFICERS, *CASES, "student-merges", "hib-cases")


def first(caller, name: str, **query) -> dict:
    """The first row of a list, which must say the same as the record by its id."""
    row = caller.rows(f"{name}/", **query)[0]
    record = caller.read(f"{name}/{row['id']}/").json()
    assert {field: record[field] for field in row} == row
    return record


def test_places(world, call_as):
    caller = call_as(Role.OFFICER)
    assert first(caller, "districts") == {
        "id": str(world.district.uid),
        "code": "ONE",
        "name": "District ONE",
        "state": "NJ",
        "timezone": "America/New_York",
    }
    assert first(caller, "schools") == {
        "id": str(world.north.uid),
        "district": "ONE",
        "code": "0001",
        "name": "North School",
        "level": "other",
        "highest_grade": "",
        "closed_on": None,
    }
    assert first(caller, "school-years") == {
        "id": str(world.year.uid),
        "district": "ONE",
        "school_year": 2021,
        "starts_on": "2020-08-27",
        "ends_on": "2021-06-04",
        "programs_reported": False,
        "label": "",
    }


def test_students_and_enrollments(world, call_as):
    caller = call_as(Role.OFFICER)
    Student.objects.filter(pk=world.student.pk).update(birth_date=date(2006, 2, 28))
    person = world.student.person
    assert first(caller, "students") == {
        "id": str(world.student.uid),
        "district": "ONE",
        "local_id": world.student.local_id,
        "given_name": person.given_name,
        "middle_name": "",
        "family_name": person.family_name,
        "grade": "09",
        "schools": ["0001"],
        "birth_date": "2006-02-28",
        "race": "BL",
        "sex": "F",
        "home_languages": [],
    }
    enrollment = Enrollment.objects.get(student=world.student)
    Enrollment.objects.filter(pk=enrollment.pk).update(idea=True, homeless=False)
    assert first(caller, "enrollments") == {
        "id": str(enrollment.uid),
        "student": str(world.student.uid),
        "school": "0001",
        "school_year": 2021,
        "begins_on": None,
        "ends_on": None,
        "grade": "09",
        "race": "BL",
        "sex": "F",
        "idea": True,
        "section504": "UNREPORTED",
        "english_learner": "UNREPORTED",
        "economically_disadvantaged": "UNREPORTED",
        "homeless": False,
        "foster_care": "UNREPORTED",
    }


def test_incidents_referrals_and_removals(world, call_as):
    caller = call_as(Role.OFFICER)
    incident = Incident.objects.get(school=world.north)
    part = incident.involvements.get()
    referral, removal = Referral.objects.get(incident=incident), Removal.objects.get(incident=incident)
    given = referral.responses.get()
    assert first(caller, "incidents") == {
        "id": str(incident.uid),
        "incident_id": incident.identifier,
        "school": "0001",
        "school_year": 2021,
        "occurred_on": "2020-11-10",
        "occurred_time": "10:15",
        "is_time_exact": True,
        "location": "03014",
        "behaviors": ["04645"],
        "merged_into": None,
        "description": "",
        "tried_first": [],
        "involvements": [
            {
                "id": str(part.uid),
                "student": str(world.student.uid),
                "role": "responsible",
                "behavior_code": "04645",
                "law_enforcement": "",
                "response": "MEDIATION",
                "voided": False,
                "description": "What happened at North School.",
                "reported_by": "",
            }
        ],
        "other_people": [],
        "family_contacts": [],
        "links": [],
        "merges": [],
    }
    common = {
        "incident": str(incident.uid),
        "incident_id": incident.identifier,
        "student": str(world.student.uid),
        "school": "0001",
        "school_year": 2021,
        "occurred_on": "2020-11-10",
    }
    found = first(caller, "referrals")
    (status,) = found.pop("statuses")
    assert status.pop("at").endswith("Z")
    assert status == {"status": "decided", "note": ""}
    assert found == common | {
        "id": str(referral.uid),
        "status": "decided",
        "outcome": "",
        "asks_restorative": False,
        "assigned_to": None,
        "behaviors": ["04645"],
        "responses": ["MEDIATION"],
        "responses_recorded": [
            {
                "id": str(given.uid),
                "response": "MEDIATION",
                "on": "2020-11-10",
                "completed_on": None,
                "returned_on": None,
                "voided": False,
            },
        ],
    }
    RemovalChange.objects.create(
        removal=removal, at="2021-01-05T15:00:00Z", reason="Shortened.", begins_on=removal.begins_on, days=Decimal("10")
    )
    expected = common | {
        "id": str(removal.uid),
        "removal_id": "",
        "kind": "OSS",
        "begins_on": "2020-11-10",
        "ends_on": None,
        "days": "1",
        "services_provided": None,
        "services": "",
        "voided": False,
        "void_reason": "",
        "state": "ordered",
        "decided_on": None,
        **{column.name: None for column in FACTS_OF_REMOVALS},
        "changes": [
            {
                "changed_at": "2021-01-05T15:00:00Z",
                "change": "",
                "kind": "",
                "reason": "Shortened.",
                "difference": "",
                "begins_on": "2020-11-10",
                "ends_on": None,
                "days": "10",
                "services_provided": None,
            }
        ],
        "served_days": [],
    }
    assert first(caller, "removals") == expected
    assert first(caller, "suspensions") == expected


@pytest.mark.parametrize(
    ("days", "text"),
    [
        ("0", "0"),
        ("0.00", "0"),
        ("0.50", "0.5"),
        ("1.25", "1.25"),
        ("10.00", "10"),
        ("180", "180"),
        ("9999.99", "9999.99"),
    ],
)
def test_school_days_have_no_trailing_zeros(days, text):
    assert days_text(Decimal(days)) == text


def test_days_unknown_are_null(world, call_as):
    Removal.objects.update(days=None)
    assert call_as(Role.OFFICER).rows("removals/")[0]["days"] is None


def test_what_was_written_and_who_saw_it_need_the_permission_for_narratives(world, call_as, monkeypatch):
    from district import access

    incident = Incident.objects.get(school=world.north)
    witness = make.make_student(world.district)
    make.involve(incident, witness, role=Involvement.Role.WITNESS)
    path = f"incidents/{incident.uid}/"
    assert len(call_as(Role.OFFICER).read(path).json()["involvements"]) == 2
    assert b"What happened" not in call_as(Role.OFFICER).read("incidents/").content
    assert str(witness.uid).encode() not in call_as(Role.OFFICER).read("incidents/").content
    monkeypatch.setitem(access.GRANTS, Role.OFFICER, access.GRANTS[Role.OFFICER] - {Permission.NARRATIVE_VIEW})
    response = call_as(Role.OFFICER).read(path)
    assert [part["role"] for part in response.json()["involvements"]] == ["responsible"]
    assert b"What happened" not in response.content
    assert b"reported_by" not in response.content


def test_imports_and_the_audit_trail(world, call_as):
    batch = ImportBatch.objects.create(
        district=world.district, kind="roster", file_name="roster.zip", sha256="ab" * 32, read=3, created=2, unchanged=1
    )
    found = first(call_as(Role.RECORDS), "imports")
    assert found.pop("imported_at")
    assert found == {
        "id": str(batch.uid),
        "district": "ONE",
        "kind": "roster",
        "file_name": "roster.zip",
        "sha256": "ab" * 32,
        "read": 3,
        "created": 2,
        "updated": 0,
        "unchanged": 1,
        "refused": 0,
        "ended": 0,
    }


def test_the_audit_trail_shows_who_what_when_and_names_of_fields_never_values(world, call_as):
    removal = Removal.objects.get(school=world.north)
    officer = call_as(Role.OFFICER)
    assert officer.post(f"{V1}removals/{removal.uid}/void/", {"reason": "SECRET REASON"}).status_code == 200
    for role in (Role.AUDITOR, Role.PRINCIPAL):
        caller = call_as(role)
        event = caller.rows("audit-events/", action="void")[0]
        assert event.pop("at").endswith("Z")
        assert event.pop("request_id")
        assert event.pop("id")
        assert event == {
            "actor": "officer@example.org",
            "action": "void",
            "object_type": "removal",
            "object": str(removal.uid),
            "schools": ["0001"],
            "fields": ["void_reason", "voided_at"],
        }
        assert b"SECRET" not in caller.read("audit-events/").content


# --- The trace ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", SEEN_BY_OFFICERS)
def test_each_view_of_a_record_leaves_exactly_one_event(world, call_as, name):
    caller = call_as(Role.OFFICER)
    model = COLLECTIONS[name].table.model
    record = model.objects.all().visible_to(world.user(Role.OFFICER)).get()
    before = AuditEvent.objects.count()
    for _ in range(3):
        assert caller.read(f"{name}/{record.uid}/").status_code == 200
    events = AuditEvent.objects.filter(action="view")[:3]
    assert AuditEvent.objects.count() == before + 3
    for event in events:
        assert event.actor == "officer@example.org"
        assert event.object_type == model._meta.model_name
        assert event.object_uid == record.uid
        assert event.district_id == world.district.pk
        assert event.student_id == (None if name == "incidents" else world.student.pk)
        assert event.school_id == world.north.pk  # of a student: the one school through which the officer looks


@pytest.mark.parametrize("name", BY_YEAR)
def test_each_list_of_students_records_leaves_one_event_with_filter_and_count(world, call_as, name):
    caller = call_as(Role.OFFICER)
    person = world.student.person
    caller.rows(f"{name}/", school_year="2021", search=person.family_name)
    event = AuditEvent.objects.get()
    assert event.action == "search"
    assert event.details["collection"] == name
    assert event.details["filter"] == {"school_year": "2021", "search": "…"}
    assert event.details["count"] == (1 if name in ("students", "enrollments", "student-notes") else 0)
    assert person.family_name not in json.dumps(event.details)
    assert (event.district_id, event.school_id) == (world.district.pk, world.north.pk)


def test_what_is_refused_leaves_no_event(world, call_as):
    caller = call_as(Role.OFFICER)
    for path in ("students/?nosuch=1", f"students/{world.far_student.uid}/", "students/?page=0", "students/?race=x"):
        assert caller.get(V1 + path).status_code in (400, 404)
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("name", SEEN_BY_OFFICERS)
def test_without_a_trace_there_is_no_answer(world, call_as, monkeypatch, name):
    """The audit insert fails, as on a read-only file: 503 and not a word of the record."""
    caller = call_as(Role.OFFICER)
    record = COLLECTIONS[name].table.model.objects.all().visible_to(world.user(Role.OFFICER)).get()

    def refuse(*args, **options):
        raise DatabaseError("attempt to write a readonly database")

    monkeypatch.setattr(audit.AuditEvent.objects, "create", refuse)
    for path in (f"{name}/{record.uid}/", f"{name}/", f"{name}/?format=csv", f"{name}/?format=xlsx"):
        response = caller.get(V1 + path)
        assert response.status_code == 503, path
        assert response["Retry-After"]
        assert list(response.json()) == ["detail"]


@pytest.mark.parametrize("name", [name for name in COLLECTIONS if name not in ABOUT_STUDENTS])
def test_lists_without_students_write_nothing(world, call_as, name):
    caller = call_as(READER[name])
    caller.rows("districts/")
    with CaptureQueriesContext(connection) as captured:
        caller.rows(f"{name}/")
    assert not [query for query in captured if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
