"""The review through the API: every state, step and role; decisions with removals; what filters tell whom."""

from __future__ import annotations

import json

import pytest

from discipline import referral_states as states
from discipline.models import Behavior, Referral, Removal, RemovalChange
from district.access import Role
from tests import factories as make
from tests.api.conftest import V1

DECIDERS = {Role.OFFICER, Role.PRINCIPAL}
READERS = DECIDERS | {Role.RECORDS, Role.STAFF, Role.COORDINATOR}
BODIES = {
    states.TAKE: {},
    states.RETURN: {"question": "When?"},
    states.ANSWER: {"answer": "At ten."},
    states.DECIDE: {"responses": ["WARNING"]},
    states.REOPEN: {"reason": "New facts."},
    states.VOID: {"reason": "Entered twice."},
}

OFFER = {"answer": "declined", "response": "MEDIATION", "offered_to": ["responsible"], "answered_by": "responsible"}


@pytest.fixture
def referral(world):
    """A teacher's referral at north, submitted; the coordinator sees it too."""
    incident = make.make_incident(world.north, world.year)
    make.involve(incident, world.student, Behavior.objects.get(district=world.district))
    return make.refer(incident, world.student, "submitted", reporter=world.user("staff"), asks_restorative=True)


def expected(role: Role, status: str, step: str) -> int:
    """What the matrix and the table of states ask for."""
    if step == states.ANSWER:
        if role not in DECIDERS | {Role.STAFF}:
            return 403
        if role is not Role.STAFF:
            return 404
    elif role not in DECIDERS:
        return 403
    return 200 if step in states.STEPS[status] else 409


def test_every_state_step_and_role(world, call_as, referral):
    """Each triple is allowed, or refused with a sentence; a refusal names the steps that the state allows."""
    wrong, tried = [], 0
    callers = {role: call_as(role) for role in Role}
    for status in Referral.Status.values:
        for step, body in BODIES.items():
            for role, caller in callers.items():
                Referral.objects.filter(pk=referral.pk).update(status=status, assigned_to=None, outcome="")
                response = caller.post(f"{V1}referrals/{referral.uid}/{step}/", body)
                referral.refresh_from_db()
                tried += 1
                due = expected(role, status, step)
                is_right = response.status_code == due
                if due == 200:
                    is_right &= referral.status == response.json()["status"] == states.STEPS[status][step]
                else:
                    is_right &= referral.status == status and len(response.json()["detail"]) > 8
                if due == 409:
                    is_right &= response.json()["allowed"] == list(states.STEPS[status])
                if not is_right:
                    wrong.append((status, step, str(role), response.status_code, due))
    print(json.dumps({"id": "referral_steps_api", "n": tried, "bad": len(wrong)}))
    assert wrong == []
    assert tried == 5 * 6 * len(Role)


def test_a_decision_with_a_removal(world, call_as, referral):
    caller = call_as(Role.OFFICER)
    order = {
        "kind": "ISS",
        "begins_on": "2020-11-16",
        "days": "2",
        "services_provided": True,
        "services": "Work sent",
        "offer": OFFER,
    }
    body = {"responses": ["RESTORATIVE_CIRCLE"], "removals": [order], "note": "Agreed with the family."}
    response = caller.post(f"{V1}referrals/{referral.uid}/decide/", body)
    assert response.status_code == 200, response.content
    found = response.json()
    assert (found["status"], found["outcome"], found["assigned_to"]) == ("decided", "removal", "officer@example.org")
    assert found["responses"] == ["RESTORATIVE_CIRCLE"]
    assert found["statuses"][-1]["note"] == "Agreed with the family."
    removal = Removal.objects.get(incident=referral.incident)
    assert caller.read(f"removals/{removal.uid}/").json()["services"] == "Work sent"
    recorded = found["responses_recorded"][0]["id"]
    voided = caller.post(
        f"{V1}referrals/{referral.uid}/void-response/", {"response": recorded, "reason": "Nobody came."}
    )
    assert (voided.json()["responses"], voided.json()["responses_recorded"][0]["voided"]) == ([], True)
    elsewhere = Referral.objects.filter(school=world.north).exclude(pk=referral.pk).get().responses.get()
    other = {"response": str(elsewhere.uid), "reason": "R."}
    assert list(caller.post(f"{V1}referrals/{referral.uid}/void-response/", other).json()) == ["response"]


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ({}, "note"),
        ({"responses": ["MAGIC"]}, "responses"),
        ({"responses": "WARNING"}, "responses"),
        ({"removals": [{"kind": "ISS"}]}, "removals"),
        ({"removals": [{"kind": "ISS", "begins_on": "2020-11-16"}]}, "removals"),
        ({"removals": [{"kind": "ISS", "begins_on": "2020-11-16", "days": "0"}]}, "removals"),
        ({"removals": [{"kind": "ISS", "begins_on": "2020-11-16", "days": "1e3"}]}, "removals"),
        ({"removals": [{"kind": "PIGEON", "begins_on": "2020-11-16", "days": "1"}]}, "removals"),
        ({"removals": [{"kind": "ISS", "begins_on": "2020-11-16", "days": "1", "voided_at": None}]}, "removals"),
        ({"note": "x" * 501}, "note"),
        ({"status": "decided"}, "status"),
    ],
)
def test_a_decision_that_cannot_be_is_400_and_decides_nothing(world, call_as, referral, body, key):
    response = call_as(Role.OFFICER).post(f"{V1}referrals/{referral.uid}/decide/", body)
    assert response.status_code == 400, response.content
    assert list(response.json()) == [key]
    assert all(isinstance(text, str) for text in response.json()[key])
    referral.refresh_from_db()
    assert referral.status == "submitted"
    assert not referral.responses.exists()


def test_out_of_scope_and_absent_are_the_same_404(world, call_as):
    caller = call_as(Role.OFFICER)
    for school in (world.south, world.far):
        foreign = Referral.objects.get(school=school)
        for step, body in BODIES.items():
            response = caller.post(f"{V1}referrals/{foreign.uid}/{step}/", body)
            assert (response.status_code, response.content) == (404, b'{"detail":"Not found."}'), step


# --- Who is told what -----------------------------------------------------------------------------------------------
@pytest.fixture
def decided(world, call_as, referral):
    """The referral returned, answered, and decided with detention and an in-school suspension."""
    officer = call_as(Role.OFFICER)
    address = f"{V1}referrals/{referral.uid}/"
    officer.post(f"{address}return/", {"question": "Who saw it?"})
    call_as(Role.STAFF).post(f"{address}answer/", {"answer": "The librarian."})
    order = {"kind": "ISS", "begins_on": "2020-11-16", "days": "1", "offer": OFFER}
    officer.post(f"{address}decide/", {"responses": ["DETENTION"], "removals": [order], "note": "Only for the office."})
    return referral


def test_the_reporter_reads_outcome_question_and_answer_and_no_more(world, call_as, decided):
    found = call_as(Role.STAFF).read(f"referrals/{decided.uid}/").json()
    assert (found["status"], found["outcome"], found["responses"]) == ("decided", "removal", [])
    assert found["responses_recorded"] == []
    assert [status["note"] for status in found["statuses"]] == ["", "Who saw it?", "The librarian.", ""]
    for role, notes in (
        (Role.OFFICER, ["", "Who saw it?", "The librarian.", "Only for the office."]),
        (Role.RECORDS, ["", "Who saw it?", "The librarian.", "Only for the office."]),
        (Role.COORDINATOR, ["", "", "", ""]),
    ):
        found = call_as(role).read(f"referrals/{decided.uid}/").json()
        assert [status["note"] for status in found["statuses"]] == notes, role
        assert found["responses"] == ["DETENTION"], role


def test_a_filter_tells_a_reporter_nothing_that_the_rows_do_not(world, call_as, decided):
    for role, expected_ids in ((Role.STAFF, []), (Role.OFFICER, [str(decided.uid)])):
        assert [row["id"] for row in call_as(role).rows("referrals/", response="DETENTION")] == expected_ids
    assert [row["id"] for row in call_as(Role.STAFF).rows("referrals/", outcome="removal")] == [str(decided.uid)]


@pytest.mark.parametrize(
    ("role", "query", "is_found"),
    [
        (Role.STAFF, {"reporter": "me"}, True),
        (Role.OFFICER, {"reporter": "me"}, False),
        (Role.OFFICER, {"assigned_to_me": "true"}, True),
        (Role.OFFICER, {"assigned_to_me": "false"}, False),
        (Role.PRINCIPAL, {"assigned_to_me": "true"}, False),
        (Role.PRINCIPAL, {"assigned_to_me": "false"}, True),
        (Role.OFFICER, {"asks_restorative": "true"}, True),
        (Role.OFFICER, {"asks_restorative": "false"}, False),
        (Role.OFFICER, {"outcome": "removal,support"}, True),
        (Role.OFFICER, {"outcome": "restorative"}, False),
        (Role.OFFICER, {"response": "DETENTION"}, True),
        (Role.OFFICER, {"response": "COUNSELING"}, False),
    ],
)
def test_filters(world, call_as, decided, role, query, is_found):
    assert (str(decided.uid) in {row["id"] for row in call_as(role).rows("referrals/", **query)}) is is_found


@pytest.mark.parametrize("query", [{"reporter": "you"}, {"assigned_to_me": "maybe"}, {"outcome": "prison"}])
def test_a_filter_with_another_value_is_400(world, call_as, query):
    response = call_as(Role.OFFICER).read("referrals/", **query)
    assert (response.status_code, list(response.json())) == (400, list(query))


# --- Removals -------------------------------------------------------------------------------------------------------
@pytest.fixture
def removal(world, call_as, referral):
    body = {"referral": str(referral.uid), "kind": "OSS", "begins_on": "2020-11-17", "days": "3", "offer": OFFER}
    response = call_as(Role.OFFICER).post(f"{V1}removals/", body)
    assert response.status_code == 201, response.content
    assert response["Location"].endswith(f"{V1}removals/{response.json()['id']}/")
    assert (response.json()["ends_on"], response.json()["days"]) == ("2020-11-19", "3")
    return Removal.objects.get(uid=response.json()["id"])


def test_a_removal_is_changed_ticked_off_and_voided(world, call_as, removal):
    address, caller = f"{V1}removals/{removal.uid}/", call_as(Role.OFFICER)
    found = caller.post(f"{address}change/", {"days": "1.5", "reason": "The family met with us.", "difference": "10"})
    assert found.status_code == 200, found.content
    assert (found.json()["days"], found.json()["ends_on"]) == ("1.5", "2020-11-18")
    assert found.json()["changes"][0]["difference"] == "10"
    later = caller.post(f"{address}change/", {"begins_on": "2020-11-18", "reason": "A test on Tuesday."}).json()
    assert (later["begins_on"], later["ends_on"], later["days"]) == ("2020-11-18", "2020-11-19", "1.5")
    dated = caller.post(f"{address}change/", {"ends_on": "2020-11-18", "services": "Work sent", "reason": "Shorter."})
    assert (dated.json()["days"], dated.json()["services"]) == ("1", "Work sent")
    same = caller.post(f"{address}change/", {"reason": "Nothing."})
    assert (same.status_code, list(same.json())) == (400, ["begins_on"])
    served = caller.post(f"{address}serve/", {"day": "2020-11-18", "mark": "served"}).json()["served_days"]
    assert served == [{"day": "2020-11-18", "length": "1", "mark": "served"}]
    for day, mark, key in (
        ("2020-11-21", "served", "day"),
        ("2020-11-18", "maybe", "mark"),
        ("never", "served", "day"),
    ):
        assert list(caller.post(f"{address}serve/", {"day": day, "mark": mark}).json()) == [key]
    assert RemovalChange.objects.filter(removal=removal).count() == 3
    assert caller.post(f"{address}void/", {"reason": "The wrong student."}).status_code == 200
    for step, body in (("change", {"days": "1", "reason": "R."}), ("serve", {"day": "2020-11-18", "mark": "absent"})):
        response = caller.post(f"{address}{step}/", body)
        assert (response.status_code, response.json()["allowed"]) == (409, []), step


def test_who_may_order_and_over_what(world, call_as, referral):
    body = {"kind": "OSS", "begins_on": "2020-11-17", "days": "3", "offer": OFFER}
    for foreign in Referral.objects.exclude(school=world.north):
        response = call_as(Role.OFFICER).post(f"{V1}removals/", body | {"referral": str(foreign.uid)})
        assert list(response.json()) == ["referral"]
    for role in set(Role) - DECIDERS:
        response = call_as(role).post(f"{V1}removals/", body | {"referral": str(referral.uid)})
        assert response.status_code == 403, role
    assert call_as(Role.OFFICER).post(f"{V1}suspensions/", body).status_code == 405
    Referral.objects.filter(pk=referral.pk).update(status="voided")
    response = call_as(Role.OFFICER).post(f"{V1}removals/", body | {"referral": str(referral.uid)})
    assert (response.status_code, response.json()["allowed"]) == (409, [])


def test_who_is_out_on_a_day(world, call_as, removal):
    caller = call_as(Role.OFFICER)
    for day, is_out in (("2020-11-16", False), ("2020-11-17", True), ("2020-11-19", True), ("2020-11-20", False)):
        assert (str(removal.uid) in {row["id"] for row in caller.rows("removals/", out_on=day)}) is is_out, day
