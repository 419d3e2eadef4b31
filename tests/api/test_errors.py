"""Refusals: always JSON, always the same shape, never more than the caller may know."""

from __future__ import annotations

import json

import pytest
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.test import RequestFactory, override_settings
from rest_framework.permissions import AllowAny
from rest_framework.test import APIRequestFactory

from api import errors
from api.base import Collection, Endpoint
from api.throttling import MINUTE
from discipline.models import Removal
from district.access import Permission, Role
from district.pages import ListPage
from tests.api.conftest import V1, Caller


@pytest.mark.parametrize(
    "path",
    [
        "/api/nothing/",
        "/api/v1/",
        "/api/v1/nothing-here/",
        "/api/v1/schools.csv/",
        "/api/v1/schools/x/y/",
        "/api/v2/schools/",
        "/api/v1/students/../../admin/",
        "/api/",
        "/api/%00/",
    ],
)
@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
def test_unknown_addresses_below_api_are_json(db, path, method):
    response = getattr(Caller(), method)(path)
    assert response.status_code == 404
    assert response["Content-Type"] == "application/json"
    assert response.json() == {"detail": "Not found."}


def test_a_read_without_the_last_slash_is_shown_the_way(world, call_as):
    caller = call_as(Role.OFFICER)
    response = caller.get("/api/v1/schools?page_size=1")
    assert response.status_code == 301
    assert response["Location"] == "/api/v1/schools/?page_size=1"
    assert caller.post("/api/v1/organizations", {}).status_code == 404
    assert caller.get("/api/v1/schools", follow=True).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"nonsense",
        b"\xff\xfe",
        b'{"reason": NaN}',
        b'{"reason": Infinity}',
        b'{"reason": "a", "reason": "b"}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"9" * 10_000,
        b'\xef\xbb\xbf{"reason": "a"}',
    ],
)
def test_a_body_that_is_no_json_is_400(world, call_as, body):
    removal = Removal.objects.get(school=world.north)
    response = call_as(Role.OFFICER).generic(
        "POST", f"{V1}removals/{removal.uid}/void/", body, content_type="application/json"
    )
    assert response.status_code == 400
    assert list(response.json()) in (["non_field_errors"], ["reason"])


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "x"]
)
def test_a_body_of_another_type_is_415(world, call_as, content_type):
    removal = Removal.objects.get(school=world.north)
    response = call_as(Role.OFFICER).generic(
        "POST", f"{V1}removals/{removal.uid}/void/", b"reason=x", content_type=content_type
    )
    assert response.status_code == 415
    assert list(response.json()) == ["detail"]


@pytest.mark.parametrize("charset", ["utf-8", "hex", "base64", "utf-16", "nosuch", "rot13", "idna"])
def test_a_body_is_utf_8_whatever_its_charset_says(world, call_as, charset):
    removal = Removal.objects.get(school=world.north)
    response = call_as(Role.OFFICER).generic(
        "POST",
        f"{V1}removals/{removal.uid}/void/",
        '{"reason": "Entró dos veces."}'.encode(),
        content_type=f"application/json; charset={charset}",
    )
    assert response.status_code == 200
    assert response.json()["void_reason"] == "Entró dos veces."


@override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=1000)
def test_a_body_that_is_too_large_is_413(world, call_as):
    removal = Removal.objects.get(school=world.north)
    response = call_as(Role.OFFICER).post(f"{V1}removals/{removal.uid}/void/", {"reason": "x" * 2000})
    assert response.status_code == 413
    assert list(response.json()) == ["detail"]


@pytest.mark.parametrize("fault", [OperationalError("canceling statement due to statement timeout"), InterfaceError()])
def test_a_database_that_does_not_answer_is_503(world, call_as, monkeypatch, fault):
    def fail(self):
        raise fault

    monkeypatch.setattr(Collection, "get_queryset", fail)
    response = call_as(Role.OFFICER).read("schools/")
    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0
    assert "statement" not in response.json()["detail"]


def wrong_statement(self):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT no_such_column FROM district_school")


def wrong_program(self):
    raise RuntimeError("ours")


@pytest.mark.parametrize(("fail", "fault"), [(wrong_program, RuntimeError), (wrong_statement, DatabaseError)])
def test_a_fault_of_ours_is_not_swallowed(world, call_as, client_for, monkeypatch, fail, fault):
    """SQLite gives a wrong statement the name that it gives a busy file: neither door takes the one for the other."""
    monkeypatch.setattr(Collection, "get_queryset", fail)
    monkeypatch.setattr(ListPage, "get", lambda page, request: fail(page))
    with pytest.raises(fault):
        call_as(Role.OFFICER).read("schools/")
    with pytest.raises(fault):
        client_for(world.user(Role.OFFICER)).get("/students/")


def test_answers_outside_the_views(db):
    request = RequestFactory().get("/api/v1/schools/")
    assert errors.is_api(request)
    assert not errors.is_api(RequestFactory().get("/students/"))
    for answer, code in ((errors.bad_request, 400), (errors.permission_denied, 403), (errors.not_found, 404)):
        response = answer(request, Exception("private"))
        assert response.status_code == code
        assert list(json.loads(response.content)) == ["detail"]
        assert b"private" not in response.content
    try:
        raise OperationalError("private")
    except OperationalError:
        response = errors.server_error(request)
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    try:
        raise ValueError("private")
    except ValueError:
        response = errors.server_error(request)
    assert response.status_code == 500
    assert b"private" not in response.content


def test_a_fault_outside_the_views_is_json_below_api_and_a_page_elsewhere(db, monkeypatch):
    """The middleware fails before any view is reached, as when the database of the sessions is gone."""

    def fail(*args):
        raise OperationalError("private")

    monkeypatch.setattr("district.middleware.SessionGuardMiddleware.__call__", fail)
    caller = Caller(raise_request_exception=False)
    response = caller.get("/api/v1/schools/")
    assert (response.status_code, response["Content-Type"]) == (503, "application/json")
    page = caller.get("/students/")
    assert page.status_code in (500, 503)
    assert page["Content-Type"].startswith("text/html")
    assert b"private" not in response.content + page.content


def test_a_host_that_is_not_ours_is_400_as_json(db):
    response = Caller().get("/api/v1/schools/", HTTP_HOST="elsewhere.example")
    assert response.status_code == 400
    assert response.json() == {"detail": "Malformed request."}


# --- Throttling -----------------------------------------------------------------------------------------------------
@pytest.fixture
def _counted_anew():
    MINUTE.requests.clear()
    yield
    MINUTE.requests.clear()


@pytest.mark.usefixtures("_counted_anew")
def test_too_many_requests_are_429_for_that_person_only(world, call_as, settings):
    settings.API_REQUESTS_PER_MINUTE = 5
    officer, leader = call_as(Role.OFFICER), call_as(Role.LEADER)
    codes = [officer.read("schools/").status_code for _ in range(12)]
    assert 5 <= codes.count(200) <= 10  # a minute may have ended in between
    refused = codes.index(429)
    assert refused >= 5
    assert leader.read("schools/").status_code == 200


@pytest.mark.usefixtures("_counted_anew")
def test_a_throttled_request_says_when_to_come_back(world, call_as, settings, monkeypatch):
    settings.API_REQUESTS_PER_MINUTE = 1
    monkeypatch.setattr("api.throttling.time.time", lambda: 1_000_000_010.0)
    caller = call_as(Role.OFFICER)
    assert caller.read("schools/").status_code == 200
    response = caller.read("schools/")
    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 60
    assert list(response.json()) == ["detail"]
    monkeypatch.setattr("api.throttling.time.time", lambda: 1_000_000_070.0)
    assert caller.read("schools/").status_code == 200


@pytest.mark.usefixtures("_counted_anew")
def test_nobody_signed_in_has_a_smaller_allowance(db, settings):
    settings.API_ANONYMOUS_REQUESTS_PER_MINUTE = 2
    codes = [Caller().get("/api/docs/").status_code for _ in range(6)]
    assert 429 in codes
    assert codes[:2] == [200, 200]


# --- Closed by default ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("method", ["get", "post", "patch", "put", "delete"])
def test_an_endpoint_that_names_no_permission_is_closed_to_everybody(world, method):
    class Forgotten(Endpoint):
        def get(self, request):
            raise AssertionError("reached")

        post = patch = put = delete = get

    for role in Role:
        request = getattr(APIRequestFactory(), method)("/api/v1/forgotten/")
        request.user = world.user(role)
        request._dont_enforce_csrf_checks = True
        assert Forgotten.as_view()(request).status_code == 403


def test_a_write_is_not_opened_by_the_permission_to_read(world):
    class HalfNamed(Endpoint):
        permissions = {"GET": Permission.DISTRICT_VIEW}

        def post(self, request):
            raise AssertionError("reached")

    request = APIRequestFactory().post("/api/v1/half/", {}, format="json")
    request.user = world.user(Role.OFFICER)
    request._dont_enforce_csrf_checks = True
    assert HalfNamed.as_view()(request).status_code == 403


def test_public_views_are_a_written_list():
    from api.checks import endpoints
    from api.urls import urlpatterns

    views = list(endpoints(urlpatterns))
    public = {view.cls.__name__ for view in views if tuple(view.cls.permission_classes) == (AllowAny,)}
    assert public == {"SchemaView", "DocumentationView"}
    assert len(views) >= 30
