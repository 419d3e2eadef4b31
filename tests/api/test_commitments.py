"""Co-governance through the API: records made, steps taken, files, filters; the same verbs as the pages."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from commitments.models import Body, Commitment, EndChange, Meeting, Miss, Rating, Seat
from commitments.uploads import documents
from district.access import Role
from district.models import AuditEvent, Memorandum, Organization, RoleGrant
from tests import factories as make
from tests.api.conftest import V1
from tests.commitments import factories as promise

DRAFT = {
    "district": "ONE",
    "title": "No suspension for level 1",
    "text": "No student shall be suspended out of school for a level 1 behavior.",
    "source": "board_resolution",
    "adopted_on": "2020-10-01",
    "responsible": "district",
}


@pytest.fixture
def leader(call_as):
    return call_as(Role.LEADER)


@pytest.fixture
def partner(call_as):
    return call_as(Role.PARTNER)


@pytest.fixture
def north(world) -> Commitment:
    return Commitment.objects.get(schools=world.north)


def memorandum() -> Memorandum:
    return Memorandum.objects.get(organization__name="Neighbors United")


# --- From draft to complete ------------------------------------------------------------------------------------------
def test_a_commitment_is_drafted_changed_and_let_hold(world, leader):
    response = leader.post(f"{V1}commitments/", DRAFT | {"schools": ["0002", "0001"]})
    assert response.status_code == 201, response.content
    found = response.json()
    assert response["Location"].endswith(f"{V1}commitments/{found['id']}/")
    assert (found["status"], found["schools"], found["measure"], found["target"]) == (
        "draft",
        ["0001", "0002"],
        "",
        None,
    )
    address = f"{V1}commitments/{found['id']}/"
    refused = leader.post(f"{address}activate/", {})
    assert (refused.status_code, sorted(refused.json())) == (400, ["checker", "due_on", "evidence"])
    changed = leader.post(
        f"{address}change/",
        {
            "measure": "oss_for_level",
            "behavior_level": "1",
            "period": "school_year",
            "baseline": "12",
            "target": "0.0",
            "schools": [],
        },
    )
    assert changed.status_code == 200, changed.content
    assert changed.json()["title"] == DRAFT["title"], "what is left out stays"
    assert (changed.json()["target"], changed.json()["schools"]) == ("0", [])
    active = leader.post(f"{address}activate/", {"note": "From today."}).json()
    assert [state["status"] for state in active["statuses"]] == ["draft", "active"]
    late = leader.post(f"{address}change/", {"title": "Softer"})
    assert (late.status_code, late.json()["allowed"][0]) == (409, "report")


def test_both_sides_speak_and_the_record_shows_both(north, leader, partner):
    address = f"{V1}commitments/{north.uid}/"
    said = {"completion": "limited", "as_of": "2021-01-10", "text": "Half of it.", "value": "19"}
    assert leader.post(f"{address}report/", said).status_code == 200
    assert leader.post(f"{address}assess/", said).status_code == 404, "who owes it does not assess it"
    assert partner.post(f"{address}report/", said).status_code == 404
    shown = partner.post(f"{address}assess/", said | {"completion": "not_started"}).json()
    assert [(one["side"], one["completion"], one["value"]) for one in shown["reports"]] == [
        ("implementer", "limited", "19"),
        ("assessor", "not_started", "19"),
    ]
    voided = partner.post(f"{address}void-report/", {"report": shown["reports"][1]["id"], "reason": "Too early."})
    assert [one["side"] for one in voided.json()["reports"]] == ["implementer"]


def test_a_delivery_names_its_date(north, leader):
    item = north.due_items.get()
    given = {"due_item": str(item.uid), "fulfilled_on": "2021-01-14", "evidence": "List"}
    shown = leader.post(f"{V1}commitments/{north.uid}/deliver/", given).json()
    assert shown["due_items"][0]["fulfilled_on"] == "2021-01-14"
    assert leader.post(f"{V1}commitments/{north.uid}/deliver/", given).json().keys() == {"due_item"}
    assert leader.rows("due-items/", delivered="true")[0]["id"] == str(item.uid)


def test_a_miss_goes_through_its_rungs(world, north, leader, partner):
    miss = north.misses.get()
    body = promise.make_body(world.district)
    meeting = promise.make_meeting(body, date(2100, 1, 5))
    address = f"{V1}misses/{miss.uid}/"
    assert partner.post(f"{address}dispute/", {"text": "No."}).json()["allowed"] == ["answer", "agenda", "remedied"]
    taken = [
        (leader, "answer", {"text": "We were late."}),
        (partner, "dispute", {"text": "Again."}),
        (leader, "plan", {"text": "A new calendar.", "due_on": "2100-01-01"}),
        (leader, "agenda", {"meeting": str(meeting.uid)}),
        (leader, "consequence", {"applied": "applied", "text": "Read out in public session."}),
    ]
    for caller, step, given in taken:
        response = caller.post(f"{address}{step}/", given)
        assert response.status_code == 200, response.content
    shown = partner.read(f"misses/{miss.uid}/").json()
    assert (shown["status"], shown["outcome"]) == ("closed", "applied")
    assert [step["step"] for step in shown["steps"]] == [
        "missed",
        "answered",
        "disputed",
        "planned",
        "on_agenda",
        "applied",
    ]
    assert leader.read(f"meetings/{meeting.uid}/").json()["agenda"] == [f"Not kept: {north.title}"]
    assert AuditEvent.objects.filter(object_uid=miss.uid).count() == 5


# --- Bodies that say more than they may ---------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"colour": "red"}, "colour"),
        ({"status": "active"}, "status"),
        ({"district": "TWO"}, "district"),
        ({"district": None}, "district"),
        ({"schools": ["8888"]}, "schools"),
        ({"schools": "0001"}, "schools"),
        ({"organization": "00000000-0000-4000-8000-000000000000"}, "organization"),
        ({"source": "rumor"}, "source"),
        ({"adopted_on": 20201001}, "adopted_on"),
        ({"adopted_on": "2020-02-30"}, "adopted_on"),
        ({"target": "NaN"}, "target"),
        ({"target": "1e400"}, "target"),
        ({"title": "x" * 201}, "title"),
        ({"title": "a\0"}, "title"),
        ({"text": ""}, "text"),
        ({"measure": "shoe_size"}, "measure"),
        ({"group": "race=PURPLE"}, "group"),
    ],
)
def test_a_bad_draft_is_400_with_its_field(world, leader, change, key):
    count = Commitment.objects.count()
    response = leader.post(f"{V1}commitments/", DRAFT | change)
    assert response.status_code == 400, response.content
    assert list(response.json()) == [key]
    assert Commitment.objects.count() == count


def test_a_person_makes_records_only_within_their_scope(world, partner, call_as):
    organization = Organization.objects.get(name="Neighbors United")
    other = make.make_organization(world.district, "Another House")
    assert partner.post(f"{V1}commitments/", DRAFT).status_code == 400
    assert partner.post(f"{V1}commitments/", DRAFT | {"organization": str(other.uid)}).status_code == 400
    assert partner.post(f"{V1}commitments/", DRAFT | {"organization": str(organization.uid)}).status_code == 201
    principal = call_as(Role.PRINCIPAL)
    assert principal.post(f"{V1}commitments/", DRAFT).status_code == 400
    assert principal.post(f"{V1}commitments/", DRAFT | {"schools": ["0002"]}).status_code == 400
    assert principal.post(f"{V1}commitments/", DRAFT | {"schools": ["0001"]}).status_code == 201


def test_a_code_that_two_districts_have_is_named_by_id(world, call_as):
    RoleGrant.objects.create(user=world.users[Role.LEADER], role=Role.LEADER, district=world.other)
    leader = call_as(Role.LEADER)
    assert leader.post(f"{V1}commitments/", DRAFT | {"schools": ["0001"]}).status_code == 400
    response = leader.post(f"{V1}commitments/", DRAFT | {"schools": [str(world.north.uid)]})
    assert (response.status_code, response.json()["schools"]) == (201, ["0001"])


# --- Memoranda, documents, the log -----------------------------------------------------------------------------------
def test_an_end_is_extended_and_never_patched(world, leader, partner):
    Memorandum.objects.filter(pk=memorandum().pk).update(ends_on=date(2023, 6, 30))
    address = f"{V1}memoranda/{memorandum().uid}/"
    assert leader.patch(address, {"ends_on": "2025-06-30"}).json() == {"ends_on": ["Unknown field."]}
    proposed = partner.post(f"{address}extend/", {"ends_on": "2025-06-30", "reason": "It works."})
    assert (proposed.status_code, proposed.json()["ends_on"]) == (200, "2023-06-30")
    assert leader.post(f"{address}extend/", {"ends_on": "2026-06-30", "reason": "x"}).json()["allowed"] == [
        "decide-end"
    ]
    agreed = leader.post(f"{address}decide-end/", {"decision": "agree"})
    assert agreed.json()["ends_on"] == "2025-06-30"
    assert EndChange.objects.get().decided_by == world.users[Role.LEADER]
    assert partner.post(f"{address}decide-end/", {"decision": "agree"}).status_code == 403


def test_a_renewal_answers_with_the_new_memorandum(world, leader):
    response = leader.post(f"{V1}memoranda/{memorandum().uid}/renew/", {"title": "Again", "begins_on": "2023-07-01"})
    assert response.status_code == 201
    assert (response.json()["title"], response.json()["schools"]) == ("Again", ["0001"])


def test_a_file_is_sent_as_a_form_and_described_as_json(world, partner):
    address = f"{V1}memoranda/{memorandum().uid}/add-document/"
    file = SimpleUploadedFile("../mou.pdf", b"%PDF-1.4\n%%EOF\n")
    response = partner.post(address, {"title": "Signed", "file": file}, format="multipart")
    assert response.status_code == 200, response.content
    (row,) = partner.rows("documents/", search="mou.pdf")
    assert (row["title"], row["file_name"], row["size"], row["voided"]) == ("Signed", "mou.pdf", 15, False)
    bad = SimpleUploadedFile("mou.pdf", b"<html>")
    refused = partner.post(address, {"title": "Signed", "file": bad}, format="multipart")
    assert (refused.status_code, list(refused.json())) == (400, ["file"])
    voided = partner.post(f"{V1}documents/{row['id']}/void/", {"reason": "The wrong one."})
    assert (voided.json()["voided"], voided.json()["void_reason"]) == (True, "The wrong one.")
    documents().delete(memorandum().documents.get(title="Signed").stored_name)


def test_a_partner_logs_and_leadership_reads(world, partner, leader):
    address = f"{V1}memoranda/{memorandum().uid}/log-activity/"
    given = {"kind": "cases", "happened_on": "2021-02-03", "title": "Families accompanied", "hours": "2.50"}
    assert partner.post(address, given).status_code == 200
    assert leader.post(address, given).status_code == 403
    (row,) = leader.rows("activities/", kind="cases")
    assert (row["hours"], row["organization"]) == ("2.5", "Neighbors United")
    text = b"".join(leader.read("activities/", format="csv", kind="cases")).decode()
    assert next(iter(csv.DictReader(io.StringIO(text))))["hours"] == "2.5"


# --- Bodies, assemblies, ratings ------------------------------------------------------------------------------------
def test_a_body_with_its_seats_meets_and_decides(world, leader, partner):
    body = leader.post(
        f"{V1}bodies/", {"district": "ONE", "name": "Board", "kind": "other", "begins_on": "2020-09-01"}
    ).json()
    seat = {"name": "Community 1", "kind": "community", "begins_on": "2020-09-01"}
    organization = Organization.objects.get(name="Neighbors United")
    leader.post(f"{V1}bodies/{body['id']}/add-seat/", seat | {"organization": str(organization.uid)})
    assert partner.post(f"{V1}bodies/{body['id']}/add-seat/", seat).status_code == 404, "the district keeps it"
    (row,) = partner.rows("seats/", body=body["id"], vacant="true")
    filled = partner.post(f"{V1}seats/{row['id']}/fill/", {"holder": "Somebody", "begins_on": "2020-09-01"})
    assert filled.json()["terms"] == [{"holder": "Somebody", "begins_on": "2020-09-01", "ends_on": None}]
    leader.post(f"{V1}bodies/{body['id']}/plan-meeting/", {"on": "2021-02-01"})
    meeting = Meeting.objects.get(body__name="Board")
    held = leader.post(f"{V1}meetings/{meeting.uid}/hold/", {"present": [row["id"]], "minutes": "We met."}).json()
    assert [(one["seat"], one["attendance"]) for one in held["attendance"]] == [(row["id"], "present")]
    decided = leader.post(f"{V1}meetings/{meeting.uid}/decide/", {"text": "Deans are trained."}).json()
    drafted = leader.post(
        f"{V1}commitments/", DRAFT | {"source": "body_decision", "decision": decided["decisions"][0]["id"]}
    )
    assert drafted.json()["decision"] == decided["decisions"][0]["id"]
    assert Seat.objects.get(body__name="Board").terms.count() == 1
    assert Body.objects.get(name="Board").organization is None


def test_an_assembly_resolves_and_the_district_answers(world, partner, leader):
    organization = Organization.objects.get(name="Neighbors United")
    held = partner.post(
        f"{V1}assemblies/",
        {
            "district": "ONE",
            "organization": str(organization.uid),
            "title": "People's assembly",
            "held_on": "2021-01-16",
        },
    ).json()
    given = {
        "number": "1",
        "title": "Circles first",
        "text": "A circle first.",
        "sent_on": "2021-01-20",
        "in_favor": 120,
    }
    assert partner.post(f"{V1}assemblies/{held['id']}/add-resolution/", given).status_code == 200
    (row,) = partner.rows("resolutions/", assembly=held["id"], answered="false")
    assert row["answer_due_on"] == "2021-03-21"
    answer = {
        "outcome": "in_part",
        "answered_on": "2021-02-01",
        "adopted_text": "In middle schools.",
        "reason": "Staff.",
    }
    assert partner.post(f"{V1}resolutions/{row['id']}/answer/", answer).status_code == 403
    shown = leader.post(f"{V1}resolutions/{row['id']}/answer/", answer).json()
    assert shown["answers"][0]["outcome"] == "in_part"
    drafted = partner.post(
        f"{V1}commitments/",
        DRAFT | {"source": "assembly_resolution", "resolution": row["id"], "organization": str(organization.uid)},
    )
    assert (drafted.status_code, drafted.json()["resolution"]) == (201, row["id"])
    assert len(leader.rows("commitments/", resolution=row["id"])) == 1


def test_several_rate_a_school_and_nobody_reads_who_gave_what(world, leader, partner, call_as):
    rubric = leader.post(
        f"{V1}rubrics/", {"district": "ONE", "name": "Ours", "indicators": "Plan: A plan.\nVoice: A say."}
    ).json()
    given = {"school": "0001", "rubric": rubric["id"], "opened_on": "2020-09-01", "closes_on": "2100-01-01"}
    opened = leader.post(f"{V1}fidelity-rounds/", given)
    assert opened.status_code == 201, opened.content
    address = f"{V1}fidelity-rounds/{opened.json()['id']}/"
    for caller, ratings in ((partner, "1=0, 2=1"), (call_as(Role.PRINCIPAL), "1=2")):
        assert caller.post(f"{address}rate/", {"ratings": ratings}).status_code == 200
    shown = leader.get(address).json()["ratings"]
    assert sorted((one["position"], one["rating"]) for one in shown) == [(1, 0), (1, 2), (2, 1)]
    assert all("rater" not in one for one in shown)
    assert Rating.objects.filter(round__uid=opened.json()["id"]).count() == 3
    closed = leader.post(f"{address}close/", {})
    assert closed.json()["closed_on"]
    assert partner.post(f"{address}rate/", {"ratings": "1=2"}).status_code == 409


# --- Lists -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("path", "query", "expected"),
    [
        ("commitments/", {"school": "0001"}, 1),
        ("commitments/", {"missed": "true"}, 2),
        ("commitments/", {"missed": "false"}, 0),
        ("commitments/", {"due_to": "2021-01-15"}, 2),
        ("commitments/", {"due_to": "2021-01-14"}, 0),
        ("commitments/", {"status": "draft,ended"}, 0),
        ("misses/", {"status": "missed"}, 2),
        ("misses/", {"kind": "breach"}, 0),
        ("seats/", {"vacant": "true"}, 0),
        ("seats/", {"vacant": "false"}, 2),
        ("resolutions/", {"answered": "true"}, 0),
        ("meetings/", {"status": "planned"}, 2),
        ("fidelity-rounds/", {"school": "0002"}, 1),
        ("escalation-rules/", {}, 0),
    ],
)
def test_filters_of_the_lists(world, leader, path, query, expected):
    assert len(leader.rows(path, **query)) == expected


def test_a_commitment_that_binds_every_school_is_found_by_each_of_them(world, leader):
    promise.make_commitment(world.district, title="Everywhere")
    assert {row["title"] for row in leader.rows("commitments/", school="0002", search="Everywhere")} == {"Everywhere"}
    assert Miss.objects.count() == 3


# --- Parts ------------------------------------------------------------------------------------------------------------
def test_the_parts_of_a_memorandum_are_read_and_named_by_their_ids(world, partner):
    address = f"{V1}memoranda/{memorandum().uid}/"
    partner.post(f"{address}terms/", {"scope": "Circles in every school.", "notice_days": 30})
    given = {"part": "contact", "side": "organization", "name": "Robin Synthetic", "title": "Coordinator"}
    assert partner.post(f"{address}add-person/", given).status_code == 200
    partner.post(f"{address}plan-review/", {"planned_on": "2021-05-01"})
    found = partner.get(address).json()
    assert found["terms"][0]["scope"] == "Circles in every school."
    (person,) = found["people"]
    assert (person["name"], person["side"], person["ended_on"]) == ("Robin Synthetic", "organization", None)
    assert [review["planned_on"] for review in found["reviews"]] == ["2021-05-01"]
    ended = partner.post(f"{address}end-person/", {"person": person["id"], "ended_on": "2021-02-01"})
    assert ended.json()["people"][0]["ended_on"] == "2021-02-01"


def test_words_decisions_and_breaches_are_lists_with_filters_and_files(world, leader, partner):
    assert {row["side"] for row in leader.get(f"{V1}status-reports/").json()["results"]} == {"implementer"}
    assert leader.get(f"{V1}status-reports/?side=assessor").json()["count"] == 0
    assert (
        leader.get(f"{V1}status-reports/").json()["count"],
        partner.get(f"{V1}status-reports/").json()["count"],
    ) == (2, 1)
    assert partner.get(f"{V1}decisions/?due_to=2021-01-01").json()["count"] == 0
    assert leader.get(f"{V1}decisions/").json()["results"][0]["text"] == "Every school names a team."
    breaches = leader.get(f"{V1}breaches/").json()["results"]
    assert {row["school"] for row in breaches} == {"0001", "0002"}
    assert leader.get(f"{V1}breaches/?school=0002").json()["count"] == 1
    assert partner.get(f"{V1}breaches/").status_code == 403
    lines = list(csv.DictReader(io.StringIO(b"".join(leader.get(f"{V1}breaches/?format=csv")).decode())))
    assert {line["record"] for line in lines} == {row["record"] for row in breaches}
