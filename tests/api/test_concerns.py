"""Concerns over the API: filed for an organization, worked on by the recipient; no word in a file, nowhere a name."""

from __future__ import annotations

from commitments.actions.concerns.filing import concern_of
from commitments.models import Concern
from district.access import Role
from district.models import AuditEvent, RoleGrant

WHAT = "A canary about a promise."


def filed_by(caller, world, **more):
    organization = str(world.user(Role.PARTNER).grants.get().organization.uid)
    body = {"district": "ONE", "organization": organization, "kind": "promise", "what": WHAT, "school": "0001"} | more
    return caller.post("/api/v1/concerns/", body, format="json")


def test_an_organization_files_and_gets_the_receipt_once(world, call_as):
    partner = call_as(Role.PARTNER)
    count = AuditEvent.objects.count()
    answer = filed_by(partner, world)
    assert answer.status_code == 201, answer.content
    found = answer.json()
    assert concern_of(found["receipt"]).uid == Concern.objects.get(pk=found["id"]).uid
    assert "said" not in found
    assert AuditEvent.objects.count() == count
    again = partner.read(f"concerns/{found['id']}/").json()
    assert "receipt" not in again
    assert again["state"] == "received"
    assert WHAT not in str(again)


def test_what_is_wrong_with_a_body_is_said_by_field(world, call_as):
    partner = call_as(Role.PARTNER)
    for body, field in (
        ({"what": ""}, "what"),
        ({"kind": "nosuch"}, "kind"),
        ({"organization": None}, "organization"),
        ({"school": "9999"}, "school"),
        ({"reporter": "x"}, "reporter"),
        ({"kind": "sent_home"}, "when"),
    ):
        answer = filed_by(partner, world, **body)
        assert (answer.status_code, list(answer.json())) == (400, [field]), body


def test_the_recipient_reads_and_answers(world, call_as):
    ombuds = call_as(Role.OMBUDS)
    key = filed_by(call_as(Role.PARTNER), world).json()["id"]
    found = ombuds.read(f"concerns/{key}/").json()
    assert found["said"][0]["what"] == WHAT
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.details, event.school_id) == ("view", {"what": "concern"}, None)
    address = f"/api/v1/concerns/{key}"
    assert ombuds.post(f"{address}/answer/", {"outcome": "upheld", "text": "x"}, format="json").status_code == 409
    assert ombuds.post(f"{address}/acknowledge/", {}, format="json").status_code == 200
    told = ombuds.post(f"{address}/answer/", {"outcome": "upheld", "text": "You were right."}, format="json").json()
    assert (told["state"], told["messages"][-1]["text"]) == ("answered", "You were right.")
    plan = {
        "title": "Put it right",
        "text": "It is put right.",
        "responsible": "district",
        "due_on": "2031-01-01",
        "evidence": "A list",
        "checker": "The ombuds",
    }
    assert ombuds.post(f"{address}/correct/", plan, format="json").json()["correction"]
    assert call_as(Role.PARTNER).read(f"concerns/{key}/").json()["messages"][-1]["text"] == "You were right."


def test_no_list_and_no_file_holds_a_word(world, call_as):
    filed_by(call_as(Role.PARTNER), world)
    ombuds = call_as(Role.OMBUDS)
    for query in ({}, {"format": "csv"}):
        answer = ombuds.read("concerns/", **query)
        text = b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()
        assert "promise" in text
        assert "canary" not in text
    assert ombuds.read("concerns/", search="canary").status_code == 400
    assert "canary" not in ombuds.read("concern-totals/").content.decode()


def test_another_grant_at_the_school_closes_it_at_the_next_request(world, call_as):
    key = filed_by(call_as(Role.PARTNER), world).json()["id"]
    assert call_as(Role.OMBUDS).read(f"concerns/{key}/").status_code == 200
    RoleGrant.objects.create(user=world.user(Role.OMBUDS), role=Role.STAFF, district=world.district, school=world.north)
    ombuds = call_as(Role.OMBUDS)
    assert ombuds.read(f"concerns/{key}/").status_code == 404
    assert ombuds.post(f"/api/v1/concerns/{key}/acknowledge/", {}, format="json").status_code == 404


def test_reading_a_list_takes_as_many_queries_for_many_as_for_one(world, call_as, django_assert_max_num_queries):
    for number in range(12):
        filed_by(call_as(Role.PARTNER), world, what=f"{WHAT} {number}")
    ombuds = call_as(Role.OMBUDS)
    with django_assert_max_num_queries(14):
        assert ombuds.read("concerns/").json()["count"] == 14
