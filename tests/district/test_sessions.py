"""How long a session lasts, what ends it, and what a shared computer keeps of it."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from district.access import Role
from district.actions import deactivate_user
from district.audit import Action
from district.models import AuditEvent, User
from tests import factories as make
from tests.signing_in import is_signed_in, sign_in

START = "2026-11-10 15:00:00+00:00"


@pytest.fixture
def user(db) -> User:
    cache.clear()
    return make.make_user(Role.STAFF, make.make_district("ONE"))


def reasons() -> list[str]:
    return [event.details["reason"] for event in AuditEvent.objects.filter(action=Action.SIGN_OUT).order_by("pk")]


@pytest.mark.parametrize(("seconds", "stays"), [(899, True), (901, False)])
def test_a_session_ends_after_fifteen_minutes_without_use(user, time_machine, seconds, stays):
    time_machine.move_to(START, tick=False)
    client = sign_in(user)
    time_machine.shift(seconds)
    assert is_signed_in(client) == stays
    assert reasons() == ([] if stays else ["idle"])


def test_use_prolongs_a_session_up_to_ten_hours(user, time_machine):
    time_machine.move_to(START, tick=False)
    client = sign_in(user)
    for _ in range(60):
        time_machine.shift(600)
        assert is_signed_in(client)
    time_machine.shift(1)
    assert not is_signed_in(client)
    assert reasons() == ["too_long"]


def test_what_a_page_asks_by_itself_does_not_prolong_a_session(user, time_machine):
    time_machine.move_to(START, tick=False)
    client = sign_in(user)
    for _ in range(3):
        time_machine.shift(300)
        assert client.get(reverse("help_roles"), headers={"X-Background": "1"}).status_code == 200
    time_machine.shift(1)
    assert not is_signed_in(client)


def test_the_last_use_is_written_once_a_minute(user, time_machine):
    time_machine.move_to(START, tick=False)
    client = sign_in(user)
    signed_in = client.session["last_used"]
    time_machine.shift(60)
    assert is_signed_in(client)
    assert client.session["last_used"] == signed_in
    time_machine.shift(1)
    assert is_signed_in(client)
    assert client.session["last_used"] == signed_in + 61


def test_an_ended_session_leads_to_the_sign_in_page_and_says_why(user, time_machine):
    time_machine.move_to(START, tick=False)
    client = sign_in(user)
    time_machine.shift(901)
    answer = client.get(reverse("help_roles"))
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert answer.url == f"{reverse('account_login')}?next={reverse('help_roles')}"
    assert "had not been used for a while" in client.get(answer.url).content.decode()


def test_a_fragment_asked_for_after_the_end_replaces_the_whole_page(db):
    answer = Client().get(reverse("help_roles"), headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert answer.headers["HX-Redirect"].startswith(reverse("account_login"))
    assert answer.content == b""


def test_closing_an_account_ends_its_sessions_and_opening_it_again_does_not_bring_them_back(user):
    client = sign_in(user)
    deactivate_user(user=user)
    assert not is_signed_in(client)
    User.objects.filter(pk=user.pk).update(is_active=True)
    cookie = Client()
    cookie.cookies["sessionid"] = client.cookies["sessionid"].value
    assert not is_signed_in(cookie)
    assert is_signed_in(sign_in(user))


def test_an_ended_grant_ends_with_the_next_request(world, settings):
    settings.ROOT_URLCONF = "tests.probe"
    user = world.user(Role.PRINCIPAL)
    client = sign_in(user)
    assert client.get("/api/v1/probe/").json()["roles"] == ["principal"]
    user.grants.update(ends_on="2020-06-30")
    assert client.get("/api/v1/probe/").json()["roles"] == []


def test_every_page_of_a_signed_in_person_stays_out_of_caches(user):
    client = sign_in(user)
    for path in (reverse("help_roles"), reverse("account_change_password"), reverse("mfa_index"), "/nowhere/"):
        assert client.get(path).headers["Cache-Control"] == "no-store", path
    assert "Clear-Site-Data" not in client.get(reverse("help_roles")).headers


def test_without_a_sign_in_pages_lead_to_it_and_the_api_says_401(db, settings):
    settings.ROOT_URLCONF = "tests.probe"
    client = Client()
    assert client.get(reverse("help_roles")).url.startswith(reverse("account_login"))
    answer = client.get("/api/v1/probe/")
    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["WWW-Authenticate"] == "Token"


def test_cookies_of_a_session(user):
    client = sign_in(user)
    session, csrf = client.cookies["sessionid"], Client().get(reverse("account_login")).cookies["csrftoken"]
    assert session["httponly"]
    assert csrf["httponly"]
    assert (session["samesite"], csrf["samesite"]) == ("Lax", "Lax")
    assert session["max-age"] == ""  # it ends with the browser


def test_templates_that_ask_for_permissions_of_django_find_none(user, rf):
    """The user model has no part of Django's own permission tables."""
    from django.template import engines

    request = rf.get("/")
    request.user, request.session = user, {}
    template = engines["django"].from_string("{{ user }}{{ perms.district.view_student }}|")
    assert template.render({"shell": None}, request) == f"{user}|"
