"""T34: what came after a concern is told to its recipient, and to nobody else by any way out of the product."""

from __future__ import annotations

import json

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test import Client

from dashboards.models import ActionLook
from dashboards.retaliation.actions import look_into
from dashboards.retaliation.watch import flagged
from district.access import Role
from district.models import AuditEvent, Student
from tests import factories as make
from tests.dashboards.retaliation.conftest import FILED
from tests.doors import DOORS, uids
from tests.test_doors import WALKED

GUARD = "/api/v1/dashboards/concerns/after/"
NOTE = "The parakeet was asked."
OTHERS = tuple(role for role in Role if role is not Role.OMBUDS)
PAGES = ("desk", "student_list", "incident_list", "referral_list", "removal_list", "suspension_list", "sent_home_list")
PAGES += ("audit_event_list", "api-audit-events-list", "duty_list", "concern_list", "concern_totals", "grant_list")
PAGES += ("api-concerns-list", "api_concern_totals", "api-students-list", "api-removals-list", "commitment_list")
RECORDS = ("student_detail", "student_access", "incident_detail", "removal_detail", "audit_event_detail")
FILES = ("_list", "-list")
"""Ends of the names of routes that also give a file."""
CONCERNS = 12


@pytest.fixture
def watched_world(world, file):
    """Twelve concerns about children to whom something was done since, and one note of the ombuds."""
    for number in range(CONCERNS):
        student = make.make_student(world.district, "Child", f"Number{number}x")
        make.enroll(student, world.north, world.year)
        make.remove(make.make_incident(world.north, world.year), student)
        file(child=f"Child Number{number}x", name=f"Parent Number{number}x")
    ombuds = world.user("ombuds")
    found = flagged(ombuds)
    look_into(concern=found[0].concern, mark=found[0].flags[0].mark, note=NOTE, by=ombuds, on=FILED)
    return world


def secrets(world) -> list[str]:
    """What tells of a flag: the concern, the keyed hash of the two, the note."""
    found = flagged(world.user("ombuds"))
    assert len(found) == CONCERNS
    words = [str(one.concern.uid) for one in found] + [flag.mark for one in found for flag in one.flags]
    return [*words, "parakeet"]


def test_t34_the_recipient_sees_every_flag(watched_world, client_for, token_for):
    client = client_for(watched_world.user("ombuds"))
    page = client.get("/concerns/after/").content.decode()
    assert page.count("Out-of-school suspension") == CONCERNS
    assert f"{CONCERNS - 1} wait for you." in page
    desk = client.get("/").content.decode()
    assert "Actions after a concern" in desk
    key = token_for(watched_world.user("ombuds"))
    rows = Client().get(GUARD, headers={"Authorization": f"Token {key}"}).json()["concerns"]
    assert sum(len(row["actions"]) for row in rows) == CONCERNS
    assert {action["days_after"] for row in rows for action in row["actions"]} == {40}
    (note,) = [look["note"] for row in rows for action in row["actions"] for look in action["looked_into"]]
    assert note == NOTE
    for word in ("Child", "Number", "Parent"):
        assert word not in json.dumps(rows), "who it is stands on the page of the concern alone"


def test_t34_nobody_else_is_told(watched_world, client_for, token_for):
    words, asked, refused, bad = secrets(watched_world), 0, 0, []
    found = flagged(watched_world.user("ombuds"))
    concern, mark = found[0].concern.uid, found[0].flags[0].mark
    doors = (
        ("get", "/concerns/after/"),
        ("get", f"/concerns/after/{concern}/"),
        ("get", f"/concerns/after/{concern}/{mark}/"),
        ("post", f"/concerns/after/{concern}/{mark}/"),
        ("get", GUARD),
        ("post", GUARD),
    )
    students = [str(one.uid) for one in Student.objects.filter(person__given_name="Child")[:2]]
    for role in OTHERS:
        user = watched_world.user(role)
        client = client_for(user)
        bearer = {"Authorization": f"Token {token_for(user)}"}
        for method, address in doors:
            answers = [getattr(client, method)(address)]
            if address.startswith("/api/"):
                answers.append(getattr(Client(), method)(address, headers=bearer))
            for answer in answers:
                refused += 1
                bad += [f"{role} {method} {address}: {answer.status_code}"] if answer.status_code != 403 else []
        addresses = [f"/students/{uid}/" for uid in students]
        for name in (name for name in (*PAGES, *RECORDS) if name in WALKED and role in DOORS[name].readers):
            route, door = WALKED[name], DOORS[name]
            keys = [0] if door.model is None else uids(watched_world, door.model)["north"][:1]
            addresses += [route.address(key) for key in keys]
            addresses += [f"{route.address(0)}?format=csv"] if name.endswith(FILES) else []
        for address in addresses:
            answer = client.get(address)
            content = b"".join(answer.streaming_content) if answer.streaming else answer.content
            asked += 1
            bad += [f"{role} {address}: {word}" for word in words if word in content.decode(errors="replace")]
    for method, address in doors:
        answer = getattr(Client(), method)(address)
        refused += 1
        bad += [f"nobody {address}"] if answer.status_code not in (302, 401) else []
    print(json.dumps({"id": "T34", "roles": len(OTHERS), "refused": refused, "pages": asked, "bad": len(bad)}))
    assert bad == []
    assert (refused >= 90, asked >= 90) == (True, True)


def test_t34_nothing_leaves_by_mail_or_stays_in_the_tables(watched_world, client_for):
    client_for(watched_world.user("ombuds")).get("/concerns/after/")
    words = secrets(watched_world)
    marks_and_notes = words[CONCERNS:]
    call_command("run_scheduled", today=FILED)
    sent = [f"{message.subject} {message.body}" for message in mail.outbox]
    found = [word for text in sent for word in words if word in text]
    assert ActionLook.objects.count() == 1
    kept = ActionLook.objects.get()
    trail = json.dumps([[str(v) for v in row.values()] for row in AuditEvent.objects.values()])
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        rows = []
        for table in tables:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - every table of the test
            rows += [f"{table} {row}" for row in cursor.fetchall()]
    found += [word for word in marks_and_notes if word in trail]
    inside = [row[:60] for row in rows for word in marks_and_notes if word in row and word != kept.mark]
    print(json.dumps({"id": "T34 kept", "mails": len(sent), "rows": len(rows), "bad": len(found) + len(inside)}))
    assert (found, inside) == ([], [])
    assert len(rows) > 500
