"""Writes: voiding with a reason, organizations and memoranda; bodies that say more than they may."""

from __future__ import annotations

import json
import uuid
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from discipline.models import Referral, ReferralStatus, Removal
from district.access import Role
from district.models import AuditEvent, Memorandum, Organization
from tests import factories as make
from tests.api.conftest import V1

VOIDABLE = {"removals": Removal, "suspensions": Removal, "referrals": Referral}


def state_of(record) -> list:
    """Every stored value of a record."""
    return list(type(record).objects.filter(pk=record.pk).values())


# --- Voiding --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", VOIDABLE)
@pytest.mark.parametrize("role", [Role.OFFICER, Role.PRINCIPAL])
def test_voiding_keeps_the_row_with_its_reason(world, call_as, role, name):
    record = VOIDABLE[name].objects.get(school=world.north)
    caller = call_as(role)
    response = caller.post(f"{V1}{name}/{record.uid}/void/", {"reason": " Entered twice. "})
    assert response.status_code == 200, response.content
    record.refresh_from_db()
    if name == "referrals":
        assert (response.json()["status"], record.status) == ("voided", "voided")
        assert ReferralStatus.objects.filter(referral=record).last().note == "Entered twice."
    else:
        assert (response.json()["voided"], response.json()["void_reason"]) == (True, "Entered twice.")
        assert record.void_reason == "Entered twice."
    assert caller.read(f"{name}/{record.uid}/").status_code == 200
    event = AuditEvent.objects.get(action="void")
    assert (event.object_uid, event.actor) == (record.uid, f"{role}@example.org")


@pytest.mark.parametrize("name", VOIDABLE)
def test_voiding_twice_is_409_with_the_steps_allowed(world, call_as, name):
    record = VOIDABLE[name].objects.get(school=world.north)
    caller = call_as(Role.PRINCIPAL)
    assert caller.post(f"{V1}{name}/{record.uid}/void/", {"reason": "Entered twice."}).status_code == 200
    response = caller.post(f"{V1}{name}/{record.uid}/void/", {"reason": "Again."})
    assert response.status_code == 409
    assert response.json()["allowed"] == []
    assert isinstance(response.json()["detail"], str)
    assert AuditEvent.objects.filter(action="void").count() == 1


@pytest.mark.parametrize("name", VOIDABLE)
@pytest.mark.parametrize(
    ("body", "key"),
    [
        ({}, "reason"),
        ({"reason": ""}, "reason"),
        ({"reason": "   "}, "reason"),
        ({"reason": None}, "reason"),
        ({"reason": ["a"]}, "reason"),
        ({"reason": {"a": 1}}, "reason"),
        ({"reason": "x" * 501}, "reason"),
        ({"reason": "a\0b"}, "reason"),
        ({"reason": "\ud800"}, "reason"),
        ({"reason": True}, "reason"),
        ({"reason": "fine", "voided_by": 1}, "voided_by"),
        ({"reason": "fine", "Reason": "fine"}, "Reason"),
        ({"reason": "fine", "": 1}, ""),
        ([], "non_field_errors"),
        ("reason", "non_field_errors"),
        (None, "non_field_errors"),
        (1, "non_field_errors"),
    ],
)
def test_a_bad_body_is_400_with_field_and_messages(world, call_as, name, body, key):
    record = VOIDABLE[name].objects.get(school=world.north)
    before = state_of(record)
    response = call_as(Role.OFFICER).post(
        f"{V1}{name}/{record.uid}/void/", json.dumps(body), content_type="application/json"
    )
    assert response.status_code == 400, response.content
    assert list(response.json()) == [key]
    assert all(isinstance(text, str) for text in response.json()[key])
    assert state_of(record) == before


@pytest.mark.parametrize("name", VOIDABLE)
def test_who_may_not_void(world, call_as, name):
    record = VOIDABLE[name].objects.get(school=world.north)
    for role in Role:
        if role in (Role.OFFICER, Role.PRINCIPAL):
            continue
        response = call_as(role).post(f"{V1}{name}/{record.uid}/void/", {"reason": "Entered twice."})
        assert response.status_code == 403, role
    caller = call_as(Role.OFFICER)
    out_of_reach = [record.uid for record in VOIDABLE[name].objects.exclude(school=world.north)]
    for uid in [*out_of_reach, uuid.uuid4(), "nothing"]:
        response = caller.post(f"{V1}{name}/{uid}/void/", {"reason": "Entered twice."})
        assert (response.status_code, response.content) == (404, b'{"detail":"Not found."}')
    assert not AuditEvent.objects.filter(action="void").exists()


def test_a_removal_that_is_no_suspension_is_not_among_the_suspensions(world, call_as):
    removal = Removal.objects.get(school=world.north)
    Removal.objects.filter(pk=removal.pk).update(kind="BUS")
    caller = call_as(Role.OFFICER)
    assert caller.post(f"{V1}suspensions/{removal.uid}/void/", {"reason": "Entered twice."}).status_code == 404
    assert caller.post(f"{V1}removals/{removal.uid}/void/", {"reason": "Entered twice."}).status_code == 200


def test_reading_is_not_voiding_per_grant(world):
    """Officer at north and custodian of the district: reads the removal of south, voids only that of north."""
    user = make.make_user(Role.RECORDS, world.district)
    make.RoleGrant.objects.create(user=user, role=Role.OFFICER, district=world.district, school=world.north)
    from tests.api.conftest import Caller

    caller = Caller()
    caller.force_login(user)
    north, south = (Removal.objects.get(school=school) for school in (world.north, world.south))
    assert caller.read(f"removals/{south.uid}/").status_code == 200
    assert caller.post(f"{V1}removals/{south.uid}/void/", {"reason": "Entered twice."}).status_code == 404
    assert caller.post(f"{V1}removals/{north.uid}/void/", {"reason": "Entered twice."}).status_code == 200


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_void_is_only_ever_posted(world, call_as, method):
    removal = Removal.objects.get(school=world.north)
    response = getattr(call_as(Role.OFFICER), method)(f"{V1}removals/{removal.uid}/void/")
    assert response.status_code == 405
    assert getattr(call_as(Role.STAFF), method)(f"{V1}removals/{removal.uid}/void/").status_code == 403


# --- Organizations and memoranda ------------------------------------------------------------------------------------
def test_leadership_adds_and_changes_an_organization(world, call_as):
    caller = call_as(Role.LEADER)
    response = caller.post(f"{V1}organizations/", {"name": "Peace Table", "email": "table@example.org"})
    assert response.status_code == 201, response.content
    found = response.json()
    assert response["Location"] == f"http://testserver{V1}organizations/{found['id']}/"
    assert found == {
        "id": found["id"],
        "district": "ONE",
        "name": "Peace Table",
        "email": "table@example.org",
    }
    changed = caller.patch(f"{V1}organizations/{found['id']}/", {"email": ""})
    assert changed.status_code == 200
    assert changed.json() == found | {"email": ""}
    assert caller.read(f"organizations/{found['id']}/").json() == found | {"email": ""}
    actions = AuditEvent.objects.filter(object_uid=found["id"]).order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["create", "update"]


def test_an_organization_goes_where_the_caller_may_act(world, call_as):
    caller = call_as(Role.LEADER)
    refused = caller.post(f"{V1}organizations/", {"name": "Elsewhere", "district": "TWO"})
    assert refused.status_code == 400
    assert list(refused.json()) == ["district"]
    make.RoleGrant.objects.create(user=world.users[Role.LEADER], role=Role.LEADER, district=world.other)
    caller = call_as(Role.LEADER)
    unnamed = caller.post(f"{V1}organizations/", {"name": "Anywhere"})
    assert list(unnamed.json()) == ["district"]
    assert caller.post(f"{V1}organizations/", {"name": "Here", "district": "TWO"}).json()["district"] == "TWO"


def test_a_name_that_the_district_has_is_400(world, call_as):
    response = call_as(Role.LEADER).post(f"{V1}organizations/", {"name": "Neighbors United"})
    assert response.status_code == 400
    assert all(isinstance(messages, list) for messages in response.json().values())


def test_leadership_and_the_partner_write_memoranda(world, call_as):
    organization = Organization.objects.get(name="Neighbors United")
    body = {
        "organization": str(organization.uid),
        "title": "Circles in every school",
        "schools": ["0002", "0001"],
        "begins_on": "2020-09-01",
        "ends_on": "2023-08-31",
    }
    for role in (Role.LEADER, Role.PARTNER):
        caller = call_as(role)
        response = caller.post(f"{V1}memoranda/", body)
        assert response.status_code == 201, response.content
        found = response.json()
        parts = ("terms", "people", "designations", "end_changes", "reviews", "renewed_by", "renews")
        assert found == {key: [] for key in parts} | body | {
            "id": found["id"],
            "district": "ONE",
            "schools": ["0001", "0002"],
            "signed_on": None,
        }
        changed = caller.patch(f"{V1}memoranda/{found['id']}/", {"schools": [], "signed_on": "2020-08-15"})
        assert changed.json() == found | {"schools": [], "signed_on": "2020-08-15"}


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"organization": "nobody"}, "organization"),
        ({"organization": str(uuid.uuid4())}, "organization"),
        ({"organization": None}, "organization"),
        ({"organization": 1}, "organization"),
        ({"organization": ["a"]}, "organization"),
        ({"organization": "a\0"}, "organization"),
        ({"schools": ["8888"]}, "schools"),
        ({"schools": ["a\0"]}, "schools"),
        ({"schools": "0001"}, "schools"),
        ({"schools": [["0001"]]}, "schools"),
        ({"begins_on": "2020-02-30"}, "begins_on"),
        ({"begins_on": None}, "begins_on"),
        ({"begins_on": 20200901}, "begins_on"),
        ({"ends_on": "0000-01-01"}, "ends_on"),
        ({"title": ""}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"district": "ONE"}, "district"),
        ({"id": str(uuid.uuid4())}, "id"),
    ],
)
def test_a_bad_memorandum_is_400(world, call_as, change, key):
    organization = Organization.objects.get(name="Neighbors United")
    body = {"organization": str(organization.uid), "title": "T", "begins_on": "2020-09-01"} | change
    response = call_as(Role.LEADER).post(f"{V1}memoranda/", body)
    assert response.status_code == 400
    assert list(response.json()) == [key]
    assert Memorandum.objects.count() == 2


def test_dates_out_of_order_are_400(world, call_as):
    memorandum = Memorandum.objects.get(organization__name="Neighbors United")
    Memorandum.objects.filter(pk=memorandum.pk).update(ends_on=date(2023, 6, 30))
    response = call_as(Role.LEADER).patch(f"{V1}memoranda/{memorandum.uid}/", {"begins_on": "2023-07-01"})
    assert response.status_code == 400
    assert all(isinstance(messages, list) for messages in response.json().values())


def test_a_partner_writes_for_its_own_organization_only(world, call_as):
    other = make.make_organization(world.district, "Another House")
    foreign = make.make_memorandum(other)
    caller = call_as(Role.PARTNER)
    body = {"organization": str(other.uid), "title": "T", "begins_on": "2020-09-01"}
    assert list(caller.post(f"{V1}memoranda/", body).json()) == ["organization"]
    assert caller.patch(f"{V1}memoranda/{foreign.uid}/", {"title": "Mine now"}).status_code == 404
    assert caller.post(f"{V1}organizations/", {"name": "New"}).status_code == 403
    assert caller.patch(f"{V1}organizations/{other.uid}/", {"name": "New"}).status_code == 403


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.TRAINER, Role.PRINCIPAL])
def test_those_who_only_read_partners_may_not_write(world, call_as, role):
    caller = call_as(role)
    memorandum = Memorandum.objects.get(organization__name="Neighbors United")
    assert caller.post(f"{V1}memoranda/", {}).status_code == 403
    assert caller.patch(f"{V1}memoranda/{memorandum.uid}/", {"title": "T"}).status_code == 403
    assert caller.post(f"{V1}organizations/", {"name": "N"}).status_code == 403


# --- What no client may write ---------------------------------------------------------------------------------------
INVENTED = [f"invented_{number}" for number in range(20)]


@pytest.mark.parametrize("name", ["organizations", "memoranda"])
@pytest.mark.parametrize("method", ["post", "patch"])
def test_protected_and_invented_fields_are_refused_one_by_one(world, call_as, name, method):
    model = {"organizations": Organization, "memoranda": Memorandum}[name]
    record = model.objects.filter(district=world.district).first()
    before, count = state_of(record), model.objects.count()
    writable = {"name", "email", "title", "schools", "signed_on", "begins_on"}
    if method == "post":
        writable |= {"organization", "ends_on"} if name == "memoranda" else {"district"}
    fields = [*(field.name for field in model._meta.get_fields()), "pk", "created_by", *INVENTED]
    address = f"{V1}{name}/" + (f"{record.uid}/" if method == "patch" else "")
    caller, tried = call_as(Role.LEADER), 0
    for field in fields:
        if field in writable:
            continue
        response = getattr(caller, method)(address, {field: str(uuid.uuid4())})
        assert response.status_code == 400, field
        assert field in response.json()
        tried += 1
    assert tried >= 25
    assert (state_of(record), model.objects.count()) == (before, count)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    address=st.sampled_from(["organizations/", "memoranda/", "O", "M", "V"]),
    body=JUNK
    | st.fixed_dictionaries(
        {},
        optional={
            key: JUNK | st.sampled_from(["9999-12-31", "0001-01-01", "\0", "x" * 300, "\ud800", 10**400])
            for key in (
                "reason",
                "name",
                "email",
                "district",
                "organization",
                "title",
                "schools",
                "begins_on",
                "ends_on",
            )
        },
    ),
)
def test_no_body_is_an_error_of_ours(world, call_as, address, body):
    organization = Organization.objects.filter(district=world.district).first()
    memorandum, removal = organization.memoranda.first(), Removal.objects.get(school=world.north)
    paths = {
        "O": f"organizations/{organization.uid}/",
        "M": f"memoranda/{memorandum.uid}/",
        "V": f"removals/{removal.uid}/void/",
    }
    caller = call_as(Role.OFFICER if address == "V" else Role.LEADER)
    method = caller.patch if address in ("O", "M") else caller.post
    response = method(
        V1 + paths.get(address, address),
        json.dumps(body).encode("utf-8", "surrogatepass"),
        content_type="application/json",
    )
    assert response.status_code in (200, 201, 400, 409), response.content
