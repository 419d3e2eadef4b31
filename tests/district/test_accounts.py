"""Signing in, passwords and the second step, through the pages."""

import re
from html.parser import HTMLParser

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from district.access import NEEDS_SECOND_FACTOR, Role
from district.actions_notices import holder_of, make_calendar_link
from district.audit import Action
from district.models import AuditEvent, User
from tests import factories as make
from tests.signing_in import is_signed_in, set_up_second_factor, sign_in

NEW_PASSWORD = "four unrelated quiet words"


@pytest.fixture
def user(db) -> User:
    return make.make_user(Role.STAFF, make.make_district("ONE"))


@pytest.fixture(autouse=True)
def fresh_limits():
    """Every test starts with nothing counted."""
    cache.clear()


def events(action: Action) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(action=action).order_by("pk"))


# --- Password -----------------------------------------------------------------------------------------------------
def test_signing_in_opens_a_new_session_and_is_on_record(user):
    client = Client()
    client.get(reverse("help_roles"))
    client.session["planted"] = "by somebody else"
    session = client.session
    session.save()
    client.cookies["sessionid"] = session.session_key
    before = session.session_key
    sign_in(user, client=client)
    assert client.session.session_key != before
    assert is_signed_in(client)
    (event,) = events(Action.SIGN_IN)
    assert (event.actor_id, event.actor, event.details) == (user.pk, user.email, {"methods": ["password"]})
    assert event.district_id == user.grants.get().district_id
    assert event.ip == "127.0.0.1"
    assert event.request_id


def test_the_address_is_read_in_any_case(user):
    client = Client()
    client.post(reverse("account_login"), {"login": user.email.upper(), "password": make.PASSWORD})
    assert is_signed_in(client)


@pytest.mark.parametrize("known", [True, False])
def test_a_wrong_password_and_an_unknown_address_read_the_same(user, known):
    email = user.email if known else "nobody@example.org"
    page = Client().post(reverse("account_login"), {"login": email, "password": "wrong"})
    assert page.status_code == 200
    assert page.context["form"].non_field_errors() == [
        "The email address and/or password you specified are not correct."
    ]
    assert not events(Action.SIGN_IN)


def test_a_closed_account_does_not_sign_in(user):
    User.objects.update(is_active=False)
    client = sign_in(user)
    assert not is_signed_in(client)
    assert client.get(client.last.url).status_code == 200


def test_nobody_signs_up(db):
    client = Client()
    page = client.get(reverse("account_signup"))
    assert "by invitation only" in page.content.decode()
    client.post(
        reverse("account_signup"),
        {"email": "new@example.org", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD},
    )
    assert not User.objects.filter(email="new@example.org").exists()


@pytest.mark.parametrize(
    "path",
    ["email/", "confirm-email/", "confirm-email/abc/", "login/code/", "password/set/", "2fa/webauthn/"],
)
def test_pages_of_allauth_that_nobody_needs_are_not_there(user, path):
    assert sign_in(user).get(f"/accounts/{path}").status_code == 404


def reset_link(email: str) -> tuple[Client, str]:
    """Ask for the mail, open its link and return the client and the address of the form behind it."""
    client = Client()
    client.post(reverse("account_reset_password"), {"email": email})
    link = re.search(r"http\S+/password/reset/key/\S+", mail.outbox[-1].body)[0]
    return client, client.get(link).url


def test_an_invited_person_sets_a_password_by_mail_and_the_link_works_once(db):
    user = User.objects.create_user("invited@example.org")
    assert not user.has_usable_password()
    client, form = reset_link(user.email)
    link = re.search(r"http\S+/password/reset/key/\S+", mail.outbox[-1].body)[0]
    refused = client.post(form, {"password1": "too short", "password2": "too short"})
    assert "at least 15 characters" in refused.content.decode()
    client.post(form, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    assert not is_signed_in(client)
    assert is_signed_in(sign_in(user, NEW_PASSWORD))
    assert not EmailAddress.objects.exists()  # User.email is the one address
    assert "no longer works" in Client().get(link, follow=True).content.decode()
    assert [event.details["event"] for event in events(Action.ACCOUNT)] == ["password"]


def test_a_reset_ends_every_session(user):
    elsewhere = sign_in(user)
    client, form = reset_link(user.email)
    client.post(form, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    assert not is_signed_in(elsewhere)


def test_asking_for_a_reset_does_not_tell_which_addresses_have_accounts(user):
    pages = [
        Client().post(reverse("account_reset_password"), {"email": email}, follow=True).content
        for email in (user.email, "nobody@example.org")
    ]
    assert pages[0] == pages[1]
    assert [message.to for message in mail.outbox] == [[user.email], ["nobody@example.org"]]
    assert "There is none" in mail.outbox[1].body
    assert "/password/reset/key/" not in mail.outbox[1].body


def test_a_mail_server_that_does_not_answer_tells_nothing_either(user, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    answers = [
        Client().post(reverse("account_reset_password"), {"email": email})
        for email in (user.email, "nobody@example.org")
    ]
    assert [(answer.status_code, answer.url) for answer in answers] == [
        (302, reverse("account_reset_password_done"))
    ] * 2


def test_changing_the_password_ends_other_sessions_and_keeps_this_one(user):
    here, elsewhere = sign_in(user), sign_in(user)
    assert is_signed_in(elsewhere)
    here.post(
        reverse("account_change_password"),
        {"oldpassword": make.PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD},
    )
    assert is_signed_in(here)
    assert not is_signed_in(elsewhere)
    assert [event.details for event in events(Action.ACCOUNT)] == [{"event": "password", "user": user.email}]
    assert "password" in mail.outbox[-1].body  # its owner is told


def test_the_secret_address_of_a_calendar_ends_with_the_password_and_with_other_sessions(user):
    client, key = sign_in(user), make_calendar_link(user=user)
    assert holder_of(key) == user
    client.post(
        reverse("account_change_password"),
        {"oldpassword": make.PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD},
    )
    assert holder_of(key) is None
    key = make_calendar_link(user=user)
    set_up_second_factor(client)  # which ends the other sessions
    assert holder_of(key) is None


def test_signing_out_needs_a_post_and_leaves_nothing_behind(user):
    client = sign_in(user)
    cookie = client.cookies["sessionid"].value
    client.get(reverse("account_logout"))
    assert is_signed_in(client)
    answer = client.post(reverse("account_logout"))
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert not is_signed_in(client)
    thief = Client()
    thief.cookies["sessionid"] = cookie
    assert not is_signed_in(thief)
    (event,) = events(Action.SIGN_OUT)
    assert (event.actor, event.details) == (user.email, {"reason": "asked"})


def test_posts_without_a_token_of_the_page_are_refused(user):
    client = Client(enforce_csrf_checks=True)
    assert client.post(reverse("account_login"), {"login": user.email, "password": make.PASSWORD}).status_code == 403
    client.force_login(user)
    for name in ("account_logout", "account_change_password", "mfa_activate_totp"):
        assert client.post(reverse(name)).status_code == 403, name


# --- Limits -------------------------------------------------------------------------------------------------------
def test_after_five_wrong_passwords_the_right_one_does_not_show_itself(user):
    for n in range(5):
        sign_in(user, f"wrong {n}")
    client = Client()
    # What a client says of its own address starts no new count.
    page = client.post(
        reverse("account_login"),
        {"login": user.email, "password": make.PASSWORD},
        headers={"X-Forwarded-For": "203.0.113.9"},
    )
    assert page.context["form"].non_field_errors() == ["Too many failed login attempts. Try again later."]
    assert not is_signed_in(client)


def test_one_address_has_ten_wrong_passwords_a_minute_over_all_accounts(db):
    users = [make.make_user() for _ in range(11)]
    for user in users[:10]:
        sign_in(user, "wrong")
    assert not is_signed_in(sign_in(users[10]))
    other_address = Client(REMOTE_ADDR="198.51.100.7")
    assert is_signed_in(sign_in(users[10], client=other_address))


def test_behind_a_proxy_the_address_it_saw_is_counted(db, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    users = [make.make_user() for _ in range(11)]
    for n, user in enumerate(users[:10]):
        client = Client(headers={"X-Forwarded-For": f"203.0.113.{n}, 198.51.100.7"})
        sign_in(user, "wrong", client)
    assert not is_signed_in(sign_in(users[10], client=Client(headers={"X-Forwarded-For": "198.51.100.7"})))
    assert is_signed_in(sign_in(users[10], client=Client(headers={"X-Forwarded-For": "198.51.100.8"})))


# --- The pages themselves -----------------------------------------------------------------------------------------
class InlineFinder(HTMLParser):
    """Collects what a strict content security policy would block."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "style" or (tag == "script" and not given.get("src")) or "style" in given:
            self.found.append(f"<{tag} {given}>")
        self.found += [name for name in given if name.startswith("on")]
        for name in ("src", "href", "action"):
            value = given.get(name) or ""
            if "//" in value or value.startswith("javascript:"):
                self.found.append(value)


def test_account_pages_keep_to_the_content_security_policy(user):
    anonymous, client = Client(), sign_in(user)
    reset, form = reset_link(user.email)
    pages = [anonymous.get(reverse(f"account_{name}")) for name in ("login", "signup", "reset_password", "inactive")]
    pages += [anonymous.get(reverse(f"account_reset_password_{name}")) for name in ("done", "from_key_done")]
    pages += [reset.get(form), Client().get(form)]
    pages += [client.get(reverse(f"account_{name}")) for name in ("logout", "change_password", "reauthenticate")]
    pages += [client.get(reverse(name)) for name in ("mfa_index", "mfa_activate_totp", "help_roles")]
    set_up_second_factor(client)
    pages += [
        client.get(reverse(name))
        for name in (
            "mfa_index",
            "mfa_deactivate_totp",
            "mfa_view_recovery_codes",
            "mfa_generate_recovery_codes",
            "mfa_reauthenticate",
        )
    ]
    second_step = sign_in(user)
    pages.append(second_step.get(reverse("mfa_authenticate")))
    for page in pages:
        assert page.status_code == 200, page.request["PATH_INFO"]
        policy = page.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'self'" in policy
        finder = InlineFinder()
        finder.feed(page.content.decode())
        assert finder.found == [], page.request["PATH_INFO"]
        assert page.content.decode().count("<h1") == 1
    assert len(pages) == 20


def test_pages_of_refusal_keep_to_the_policy_too(user):
    forged = Client(enforce_csrf_checks=True).post(reverse("account_login"), {"login": user.email})
    for _ in range(31):
        limited = Client().post(reverse("account_login"), {})
    assert (forged.status_code, limited.status_code) == (403, 429)
    for page in (forged, limited):
        finder = InlineFinder()
        finder.feed(page.content.decode())
        assert finder.found == []
        assert page.content.decode().count("<h1") == 1


def test_the_roles_page_says_what_the_policy_says(user):
    page = sign_in(user).get(reverse("help_roles")).content.decode()
    assert page.count("<h2") == len(Role)
    assert page.count("your role") == 1
    assert page.count("Needs two-step sign-in") == len(NEEDS_SECOND_FACTOR)
    assert page.count("Void a removal, with a reason; the row stays and is counted as voided.") == 2
