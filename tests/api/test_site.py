"""What is open to everybody: health, the OpenAPI document and its page; and the check that nothing else is."""

from __future__ import annotations

import re

import pytest
import yaml
from django.core.management import call_command
from django.db import connection
from django.urls import path
from rest_framework.views import APIView

from api import health
from api.base import Collection, Endpoint
from api.checks import every_endpoint_has_a_policy, faults
from api.permissions import PolicyPermission
from api.urls import COLLECTIONS
from district import tables, triggers
from district.access import Permission, Role
from district.filters import SchoolFilterSet
from tests.api.conftest import Caller, have_one
from tests.api.test_lists import READER

JSON = "application/json"


# --- Health ---------------------------------------------------------------------------------------------------------
def test_health_needs_no_sign_in_and_shows_nothing(world):
    caller = Caller()
    process, parts = caller.get("/healthz"), caller.get("/readyz")
    assert (process.status_code, process.content) == (200, b"ok")
    assert parts.status_code == 200, parts.content
    assert parts.json() == {"database": "ok", "migrations": "ok", "cache": "ok", "audit_trail": "ok"}
    for method in ("post", "put", "delete"):
        assert getattr(caller, method)("/healthz").status_code == 405


def test_health_asks_no_database():
    """Without the `db` fixture any query fails."""
    assert Caller().get("/healthz").status_code == 200


@pytest.mark.parametrize("part", health.CHECKS)
@pytest.mark.parametrize("way", ["says no", "fails"])
def test_a_part_that_is_not_ready_is_503(db, monkeypatch, part, way):
    def check() -> bool:
        if way == "fails":
            raise OSError("secret address")
        return False

    monkeypatch.setitem(health.CHECKS, part, check)
    response = Caller().get("/readyz")
    assert response.status_code == 503
    assert response.json()[part] == "failed"
    assert list(response.json().values()).count("failed") == 1
    assert b"secret" not in response.content


@pytest.mark.django_db(transaction=True)
def test_an_open_audit_trail_is_not_ready():
    with triggers.removed(connection):
        assert Caller().get("/readyz").json()["audit_trail"] == "failed"
    assert Caller().get("/readyz").status_code == 200


# --- The document ---------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def document(tmp_path_factory, django_db_setup) -> dict:
    """The OpenAPI document, valid and made without a warning."""
    target = tmp_path_factory.mktemp("schema") / "schema.yml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(target))
    return yaml.safe_load(target.read_text(encoding="utf-8"))


def test_the_document_names_every_collection_and_what_it_may_refuse(document):
    paths = document["paths"]
    for name in COLLECTIONS:
        listing, single = paths[f"/api/v1/{name}/"], paths[f"/api/v1/{name}/{{id}}/"]
        assert {"200", "400", "401", "403", "429", "503"} <= set(listing["get"]["responses"])
        assert {"200", "400", "401", "403", "404", "429", "503"} <= set(single["get"]["responses"])
        media = listing["get"]["responses"]["200"]["content"]
        assert {JSON, "text/csv"} < set(media)
    assert "409" in paths["/api/v1/removals/{id}/void/"]["post"]["responses"]
    assert set(paths["/api/v1/removals/"]) == {"get", "post"}
    assert set(paths["/api/v1/suspensions/"]) == {"get"}
    assert set(paths["/api/v1/organizations/"]) == {"get", "post"}
    assert set(paths["/api/v1/memoranda/{id}/"]) == {"get", "patch"}


@pytest.mark.parametrize("name", COLLECTIONS)
def test_the_document_names_exactly_the_keys_that_a_list_accepts(world, call_as, document, name):
    caller = call_as(READER[name])
    parameters = document["paths"][f"/api/v1/{name}/"]["get"]["parameters"]
    named = {parameter["name"] for parameter in parameters}
    assert named == {
        *COLLECTIONS[name].filterset_class.base_filters,
        "ordering",
        "page",
        "page_size",
        "cursor",
        "format",
    }
    default = next(one for one in parameters if one["name"] == "ordering")["schema"]["default"]
    assert caller.read(f"{name}/", ordering=default).status_code == 200


def conforms(value, schema: dict, document: dict, where: str = "") -> None:
    """Assert that `value` is what `schema` says, key by key."""
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    for part in schema.get("allOf", ()):
        conforms(value, part, document, where)
    if "oneOf" in schema:
        assert isinstance(value, bool) or value in schema["oneOf"][1]["enum"], where
        return
    if value is None:
        assert schema.get("nullable"), f"{where} is null"
        return
    kind = schema.get("type")
    if kind == "object":
        assert set(schema.get("required", ())) <= set(value) <= set(schema["properties"]), where
        for key, inner in value.items():
            conforms(inner, schema["properties"][key], document, f"{where}.{key}")
    elif kind == "array":
        for inner in value:
            conforms(inner, schema["items"], document, f"{where}[]")
    elif kind:
        python = {"string": str, "integer": int, "boolean": bool}[kind]
        assert type(value) is python, (where, value)
        if "enum" in schema:
            assert value in schema["enum"], (where, value)
        if "pattern" in schema:
            assert re.search(schema["pattern"], value), (where, value)


@pytest.mark.parametrize("name", COLLECTIONS)
def test_answers_are_what_the_document_says(world, call_as, document, name):
    caller = call_as(READER[name])
    have_one(world, name)
    if name == "audit-events":
        call_as(Role.OFFICER).rows("removals/")
    page = caller.read(f"{name}/").json()
    assert page["results"]
    operations = document["paths"]
    listing = operations[f"/api/v1/{name}/"]["get"]["responses"]["200"]["content"][JSON]["schema"]
    conforms(page, listing, document, name)
    record = caller.read(f"{name}/{page['results'][0]['id']}/").json()
    single = operations[f"/api/v1/{name}/{{id}}/"]["get"]["responses"]["200"]["content"][JSON]["schema"]
    conforms(record, single, document, name)


def test_the_document_and_its_page_are_open_and_hold_nothing_of_a_district(world):
    caller = Caller()
    for address in ("/api/schema/", "/api/docs/", "/api/docs/?script="):
        response = caller.get(address)
        assert response.status_code == 200, address
        assert b"North School" not in response.content


def test_the_page_of_the_document_asks_no_other_host_and_has_nothing_inline(db):
    caller = Caller()
    page = caller.get("/api/docs/").content.decode()
    assert "<style" not in page
    assert not re.search(r"<script(?![^>]*\ssrc=)", page)
    assert not re.search(r"\son\w+=|\sstyle=", page)
    assert not re.search(r"""(?:src|href)="(?:https?:)?//""", page)
    script = caller.get("/api/docs/?script=")
    assert script["Content-Type"].startswith("application/javascript")
    assert '"validatorUrl": null' in script.content.decode()
    assert (
        "script-src" in caller.get("/api/docs/")["Content-Security-Policy"]
        or "default-src 'self'" in (caller.get("/api/docs/")["Content-Security-Policy"])
    )


# --- The start-up check ---------------------------------------------------------------------------------------------
def test_no_endpoint_is_without_a_policy():
    assert every_endpoint_has_a_policy(None) == []


class WithoutPolicy(Endpoint):
    def get(self, request):
        """Planted."""


class OnlyReading(Endpoint):
    needs = Permission.DISTRICT_VIEW

    def get(self, request):
        """Planted."""

    def post(self, request):
        """Planted: nothing is said about writing."""


class WithoutClass(APIView):
    permission_classes = ()
    needs = Permission.DISTRICT_VIEW

    def get(self, request):
        """Planted: the permission is named, but nothing asks for it."""


class NoActionNamed(Collection):
    table = tables.SCHOOLS
    filterset_class = SchoolFilterSet
    permissions = {"GET": Permission.DISTRICT_VIEW}

    def close(self, request):
        """Planted."""


class Named(Endpoint):
    permissions = {"GET": Permission.DISTRICT_VIEW, "POST": Permission.ORGANIZATION_EDIT}
    permission_classes = (PolicyPermission,)

    def get(self, request):
        """Good."""

    post = get


@pytest.mark.parametrize(
    ("view", "missing"),
    [
        (WithoutPolicy.as_view(), "GET"),
        (OnlyReading.as_view(), "POST"),
        (WithoutClass.as_view(), "PolicyPermission"),
        (NoActionNamed.as_view({"get": "list", "post": "close"}), "close"),
        (Named.as_view(), None),
    ],
)
def test_a_planted_endpoint_without_a_policy_is_caught(view, missing):
    found = faults([path("planted/", view)])
    assert [message.id for message in found] == ([] if missing is None else ["api.E001"])
    assert missing is None or missing in found[0].msg
