"""Notes of a case team: sealed at rest, read by the team alone, in no list, file, search or trail; purged in time."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse

from circles.actions import cases
from circles.actions.notes import purge_notes, words_of, write_note
from circles.models import CaseNote, Circle
from district.access import NEEDS_ORGANIZATION, Role
from district.models import AuditEvent, RoleGrant, User
from district.steps import StepNotAllowed
from tests import factories as make

CANARY = "the yellow canary sang at noon"
DAY = timedelta(days=1)


@pytest.fixture
def noted(place) -> Circle:
    circle = place.prepared()
    write_note(circle=circle, text=CANARY, by=place.coordinator)
    return circle


def test_the_database_holds_no_word_of_it(noted):
    found, tables = [], connection.introspection.table_names()
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - names of tables
            for row in cursor.fetchall():
                values = [bytes(one) if isinstance(one, memoryview) else one for one in row]
                found += [table] if "canary" in str(values).lower() else []
    assert len(tables) > 80
    assert found == []
    assert words_of(CaseNote.objects.get()) == CANARY


def test_who_is_of_the_team(place, noted, client_for):
    keeper = make.make_user(Role.FACILITATOR, place.district, email=place.keeper.person.email)
    other = make.make_user(Role.COORDINATOR, place.district, place.school)
    deciding = make.make_user(Role.FACILITATOR, place.district)
    RoleGrant.objects.create(user=deciding, role=Role.OFFICER, district=place.district, school=place.school)
    address = reverse("circle_notes", args=[noted.uid])

    def reads(user):
        response = client_for(User.objects.get(pk=user.pk)).get(address)
        return (response.status_code, CANARY in response.content.decode())

    assert (reads(place.coordinator), reads(keeper), reads(other)) == ((200, True), (200, True), (404, False))
    assert reads(place.officer) == (403, False)
    assert client_for(keeper).get(address)["Cache-Control"] == "no-store"
    cases.take_over(circle=noted, reason="Away until spring.", by=other)
    assert (reads(place.coordinator), reads(other)) == ((404, False), (200, True))
    person = place.keeper.person
    person.email = deciding.email
    person.save()
    assert Circle.objects.visible_to(User.objects.get(pk=deciding.pk)).get() == noted
    assert reads(deciding) == (404, False), "no path for whoever decides about discipline"
    with pytest.raises(StepNotAllowed):
        write_note(circle=noted, text="x", by=User.objects.get(pk=deciding.pk))
    assert AuditEvent.objects.filter(details__collection="case-notes", actor_id=keeper.pk).count() == 2


def test_writing_on_the_page(place, noted, client_for, settings):
    client, address = client_for(place.coordinator), reverse("circle_notes", args=[noted.uid])
    assert address in client.get(reverse("circle_detail", args=[noted.uid])).content.decode()
    assert client.post(address, {"text": " "}).status_code == 200
    assert client.post(address, {"text": "Second."}).status_code == 302
    assert client.get(address).content.decode().count("note-kept") == 2
    for text in ("", "x" * 4001):
        with pytest.raises(ValidationError):
            write_note(circle=noted, text=text, by=place.coordinator)
    settings.CASE_NOTES_KEYS = [Fernet.generate_key().decode()]
    assert "No key at hand" in client.get(address).content.decode()
    settings.CASE_NOTES_KEYS = []
    assert "No note can be written now" in client.get(address).content.decode()
    with pytest.raises(ValidationError, match="Notes are off"):
        write_note(circle=noted, text="x", by=place.coordinator)


def test_notes_go_and_the_outcome_stays(place, noted, settings):
    settings.CASE_NOTES_KEEP_DAYS = 10
    cases.close_case(circle=noted, reason="moved", by=place.coordinator)
    with pytest.raises(StepNotAllowed):
        write_note(circle=noted, text="x", by=place.coordinator)
    assert purge_notes(place.district, today=place.today + 10 * DAY) == 0
    assert purge_notes(make.make_district("TWO"), today=place.today + 99 * DAY) == 0
    assert purge_notes(place.district, today=place.today + 11 * DAY) == 1
    assert purge_notes(place.district, today=place.today + 11 * DAY) == 0
    note = CaseNote.objects.get()
    assert (note.sealed, note.purged_at is not None) == ("", True)
    noted.refresh_from_db()
    assert (noted.status, noted.close_reason) == ("closed", "moved")


def test_no_role_finds_a_word_of_it_anywhere(place, noted, client_for):
    place.said(noted.participants.get(role="harmed"), "withdrawn")
    organization = make.make_organization(place.district)
    uid = noted.uid
    addresses = [
        *(reverse(name) for name in ("circle_list", "circle_term_list", "follow_up_list", "desk", "audit_event_list")),
        *(f"{reverse('circle_list')}?{query}" for query in ("search=canary", "ordering=notes", "notes=canary")),
        *(f"{reverse(name, args=[uid])}" for name in ("circle_detail", "circle_keepers")),
        reverse("referral_detail", args=[place.referral.uid]),
        f"{reverse('student_list')}?search=canary",
        *(
            f"/api/v1/{path}"
            for path in (
                *(
                    "circles/",
                    f"circles/{uid}/",
                    "circles/?format=csv",
                    "circles/?search=canary",
                    "circles/?notes=canary",
                ),
                *("circle-participants/", "circle-keepers/", "audit-events/", "audit-events/?search=canary"),
                *(f"circles/{uid}/notes/", "case-notes/", "circle-agreements/", "referrals/", "students/"),
            )
        ),
    ]
    tried, leaks = 0, []
    for role in Role:
        user = make.make_user(role, place.district, organization=organization if role in NEEDS_ORGANIZATION else None)
        client = client_for(user)
        for address in addresses:
            response = client.get(address)
            body = b"".join(response.streaming_content) if response.streaming else response.content
            tried += 1
            leaks += [f"{role} {address}"] if CANARY in body.decode(errors="replace") else []
            assert response.status_code < 500, address
        if role is not Role.COORDINATOR:
            assert client.get(reverse("circle_notes", args=[uid])).status_code in (403, 404)
    assert (tried, leaks) == (len(Role) * len(addresses), [])
    trail = json.dumps(list(AuditEvent.objects.values_list("changes", "details")))
    assert "canary" not in trail
