"""The code of conduct through the API: the same verbs, rules and scope as on the page."""

from __future__ import annotations

import json
import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from discipline.models import Behavior
from district.access import Role
from district.models import AuditEvent, RoleGrant
from tests import factories as make
from tests.api.conftest import V1

BEHAVIORS = f"{V1}behaviors/"
NEW = {"code": "4.2", "title": "Disrespect", "subjective": True, "valid_from": "2026-07-01"}


@pytest.fixture
def used(world):
    return Behavior.objects.get(district=world.district)


@pytest.mark.parametrize("role", [Role.LEADER, Role.RECORDS])
def test_a_behavior_is_added(world, call_as, role):
    response = call_as(role).post(BEHAVIORS, NEW)
    assert response.status_code == 201, response.content
    found = response.json()
    assert response["Location"] == f"http://testserver{BEHAVIORS}{found['id']}/"
    empty = ("definition", "level", "category", "ceds_behavior", "crdc_offense", "state_code", "max_response", "grades")
    assert found == NEW | dict.fromkeys(empty, "") | {"id": found["id"], "district": "ONE", "valid_to": None}
    assert AuditEvent.objects.get(action="create").object_uid == uuid.UUID(found["id"])


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"code": ""}, "code"),
        ({"title": None}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"subjective": "perhaps"}, "subjective"),
        ({"ceds_behavior": "00000"}, "ceds_behavior"),
        ({"crdc_offense": "FIGHT"}, "crdc_offense"),
        ({"max_response": "EXPULSION"}, "max_response"),
        ({"definition": "a\0b"}, "definition"),
        ({"valid_from": "2026-02-30"}, "valid_from"),
        ({"valid_to": "2026-06-30"}, "valid_to"),
        ({"valid_to": "9999-12-31"}, "valid_to"),
        ({"code": "04645"}, "valid_from"),
        ({"changes_on": "2026-07-01"}, "changes_on"),
        ({"district": "TWO"}, "district"),
        ({"id": "00000000-0000-4000-8000-000000000001"}, "id"),
        ({"batch": 1}, "batch"),
    ],
    ids=str,
)
def test_a_bad_body_is_400_with_its_field(world, call_as, change, key):
    response = call_as(Role.LEADER).post(BEHAVIORS, NEW | change)
    assert response.status_code == 400
    assert list(response.json()) == [key]
    assert Behavior.objects.count() == 2


def test_who_acts_in_several_districts_names_one(world, call_as):
    RoleGrant.objects.create(user=world.users[Role.LEADER], role=Role.LEADER, district=world.other)
    caller = call_as(Role.LEADER)
    assert list(caller.post(BEHAVIORS, NEW).json()) == ["district"]
    assert caller.post(BEHAVIORS, NEW | {"district": "TWO"}).json()["district"] == "TWO"


def test_a_change_in_place_is_200_and_one_from_a_day_on_201_with_the_new_row(call_as, used):
    caller = call_as(Role.RECORDS)
    address = f"{BEHAVIORS}{used.uid}/"
    mapped = caller.patch(address, {"ceds_behavior": "04645"})
    assert (mapped.status_code, mapped.json()["id"]) == (200, str(used.uid))
    silent = caller.patch(address, {"level": "3"})
    assert (silent.status_code, list(silent.json())) == (400, ["changes_on"])
    changed = caller.patch(address, {"level": "3", "changes_on": "2021-07-01"})
    assert changed.status_code == 201
    found = changed.json()
    assert changed["Location"] == f"http://testserver{BEHAVIORS}{found['id']}/"
    assert (found["level"], found["valid_from"], found["code"]) == ("3", "2021-07-01", used.code)
    assert caller.read(f"behaviors/{used.uid}/").json()["valid_to"] == "2021-06-30"
    codes = caller.rows("behaviors/", valid_on="2021-07-01", code=used.code)
    assert [row["id"] for row in codes] == [found["id"]]


def test_ending_and_copying(call_as, used):
    caller = call_as(Role.LEADER)
    copy = f"{BEHAVIORS}{used.uid}/copy/"
    refused = caller.post(copy, {})
    assert (refused.status_code, refused.json()["allowed"]) == (409, ["change", "end"])
    assert caller.patch(f"{BEHAVIORS}{used.uid}/", {"valid_to": "2021-06-30"}).status_code == 200
    assert caller.post(copy, {"reason": "x"}).status_code == 400
    copied = caller.post(copy, {})
    assert copied.status_code == 201
    assert (copied.json()["valid_from"], copied.json()["valid_to"]) == ("2021-07-01", "2022-06-30")
    assert copied["Location"].endswith(f"/behaviors/{copied.json()['id']}/")
    assert list(caller.post(copy, {}).json()) == ["valid_from"]


def test_who_may_not_write(world, call_as, used):
    for role in Role:
        if role in (Role.LEADER, Role.RECORDS):
            continue
        caller = call_as(role)
        assert caller.post(BEHAVIORS, NEW).status_code == 403, role
        assert caller.patch(f"{BEHAVIORS}{used.uid}/", {"level": "3"}).status_code == 403, role
        assert caller.post(f"{BEHAVIORS}{used.uid}/copy/", {}).status_code == 403, role
    caller, foreign = call_as(Role.LEADER), Behavior.objects.get(district=world.other)
    for uid in (foreign.uid, uuid.uuid4(), "nothing"):
        assert caller.patch(f"{BEHAVIORS}{uid}/", {"level": "3"}).status_code == 404
        assert caller.post(f"{BEHAVIORS}{uid}/copy/", {}).status_code == 404
    for method in ("put", "delete"):
        assert getattr(caller, method)(f"{BEHAVIORS}{used.uid}/", {}).status_code == 405
    assert not AuditEvent.objects.filter(action__in=["create", "update"]).exists()


def test_a_grant_at_a_school_writes_no_policy_of_the_district(world, used):
    from tests.api.conftest import Caller

    caller = Caller()
    caller.force_login(make.make_user(Role.RECORDS, world.district, world.north))
    assert caller.read(f"behaviors/{used.uid}/").status_code == 200
    assert caller.patch(f"{BEHAVIORS}{used.uid}/", {"level": "3"}).status_code == 404
    assert list(caller.post(BEHAVIORS, NEW).json()) == ["district"]


def test_coverage_is_the_same_as_on_the_page(world, call_as, used):
    make.make_behavior(world.district, "U", ceds_behavior="04645")
    found = call_as(Role.LEADER).read("behaviors/coverage/").json()
    assert found == {
        "school_year": 2021,
        "behaviors": 2,
        "referrals": 2,
        "code_sets": [
            {"code_set": "ceds_behavior", "mapped": 1, "missing": 1, "referrals": 2},
            {"code_set": "crdc_offense", "mapped": 0, "missing": 2, "referrals": 2},
            {"code_set": "state_code", "mapped": 0, "missing": 2, "referrals": 2},
        ],
    }
    staff = call_as(Role.STAFF).read("behaviors/coverage/").json()
    assert (staff["behaviors"], staff["referrals"], staff["code_sets"][0]["referrals"]) == (2, None, None)
    assert call_as(Role.LEADER).read("behaviors/coverage/", nosuch="1").status_code == 400


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ({"ceds_mapped": "true"}, ["M"]),
        ({"ceds_mapped": "false"}, ["04645"]),
        ({"crdc_mapped": "false", "state_mapped": "false"}, ["04645", "M"]),
    ],
    ids=str,
)
def test_behaviors_are_found_by_what_they_are_mapped_to(world, call_as, used, query, codes):
    make.make_behavior(world.district, "M", ceds_behavior="04700")
    assert sorted(row["code"] for row in call_as(Role.STAFF).rows("behaviors/", **query)) == codes


JUNK = st.none() | st.booleans() | st.integers() | st.text(max_size=40) | st.lists(st.text(max_size=3), max_size=2)
FIELDS = ("code", "title", "definition", "level", "category", "subjective", "ceds_behavior", "crdc_offense")
FIELDS += ("state_code", "max_response", "grades", "valid_from", "valid_to", "changes_on", "district")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    is_new=st.booleans(),
    body=st.fixed_dictionaries(
        {}, optional={name: JUNK | st.sampled_from(["9999-12-31", "2021-07-01", "\0", "\ud800"]) for name in FIELDS}
    ),
)
def test_no_body_is_an_error_of_ours(world, call_as, used, is_new, body):
    caller = call_as(Role.LEADER)
    method, address = (caller.post, BEHAVIORS) if is_new else (caller.patch, f"{BEHAVIORS}{used.uid}/")
    response = method(address, json.dumps(body).encode("utf-8", "surrogatepass"), content_type="application/json")
    assert response.status_code in (200, 201, 400, 409), response.content
