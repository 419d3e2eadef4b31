"""API tokens: made once, kept as a hash, narrowed by scopes, ended at once."""

import hashlib
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from district.access import Role
from district.actions import create_api_token, deactivate_user, revoke_api_token
from district.audit import Action
from district.models import ApiToken, AuditEvent
from tests import factories as make

PROBE = "/api/v1/probe/"


@pytest.fixture(autouse=True)
def _probe(settings):
    settings.ROOT_URLCONF = "tests.probe"


@pytest.fixture
def user(db):
    return make.make_user(Role.PRINCIPAL, make.make_district("ONE"))


def ask(header: str, client: Client | None = None, **options):
    return (client or Client()).get(PROBE, headers={"Authorization": header}, **options)


def test_a_token_speaks_for_its_owner(user):
    token, key = create_api_token(user=user, name="nightly roster")
    answer = ask(f"Token {key}")
    assert answer.json() == {
        "user": user.email,
        "roles": ["principal"],
        "token": token.prefix,
        "scopes": ["read", "write", "import"],
    }
    assert answer.headers["Cache-Control"] == "no-store"
    assert ask(f"token {key}").status_code == 200


def test_only_a_hash_is_kept(user):
    token, key = create_api_token(user=user)
    token.refresh_from_db()
    assert token.key_hash == hashlib.sha256(key.encode()).hexdigest()
    assert key.startswith(token.prefix)
    stored = " ".join(str(value) for value in ApiToken.objects.values_list().get())
    events = " ".join(str(row) for row in AuditEvent.objects.values_list())
    assert key not in stored + events
    assert key[8:] not in stored + events


@pytest.mark.parametrize(
    "header",
    [
        "Token",
        "Token ",
        "Token  ",
        "Token a b",
        "Token {key} more",
        "Token {key}x",
        "Token {short}",
        "Token {wrong}",
        "Token {unknown}",
        "Token \x00",
        "Token caf\xe9" + "é" * 44,
        "Token " + "A" * 100_000,
        "Token ' OR 1=1 --",
    ],
)
def test_a_header_that_is_wrong_is_401(user, header):
    _token, key = create_api_token(user=user)
    words = {"key": key, "short": key[:-1], "wrong": key[:8] + "A" * 40, "unknown": "B" * 48}
    answer = ask(header.format(**words))
    assert answer.status_code == 401
    assert answer.json() == {"detail": "This token is not valid."}
    assert answer.headers["WWW-Authenticate"] == "Token"


@pytest.mark.parametrize("header", ["Bearer {key}", "Basic dXNlcjpwYXNz", "{key}", ""])
def test_another_scheme_is_no_sign_in(user, header):
    _token, key = create_api_token(user=user)
    assert ask(header.format(key=key)).status_code == 401


def test_a_bad_token_is_not_saved_by_a_session(user):
    client = Client()
    client.force_login(user)
    assert client.get(PROBE).status_code == 200
    assert ask("Token nonsense", client).status_code == 401


@pytest.mark.parametrize("end", ["revoked", "expired", "closed account"])
def test_an_ended_token_is_401_at_once(user, end, time_machine):
    time_machine.move_to("2026-11-10 15:00:00+00:00", tick=False)
    token, key = create_api_token(user=user, expires_in_days=1)
    time_machine.shift(timedelta(days=1) - timedelta(seconds=1))
    assert ask(f"Token {key}").status_code == 200
    if end == "revoked":
        revoke_api_token(token=token)
    elif end == "expired":
        time_machine.shift(1)
    else:
        deactivate_user(user=user)
    assert ask(f"Token {key}").status_code == 401


def test_a_token_of_a_closed_account_does_not_return_with_it(user):
    _token, key = create_api_token(user=user)
    deactivate_user(user=user)
    type(user).objects.update(is_active=True)
    assert ask(f"Token {key}").status_code == 401


def test_an_ended_grant_ends_for_the_token_too(user):
    _token, key = create_api_token(user=user)
    user.grants.update(ends_on="2020-06-30")
    assert ask(f"Token {key}").json()["roles"] == []


def test_a_token_is_never_asked_for_a_second_step(user, settings):
    settings.MFA_REQUIRED = True
    _token, key = create_api_token(user=user)
    assert ask(f"Token {key}").status_code == 200
    client = Client()
    client.force_login(user)
    assert client.get(PROBE).status_code == 403
    assert ask(f"Token {key}", client).status_code == 200
    # The header opens the API only: a page looks at the session.
    assert client.get("/help/roles/", headers={"Authorization": f"Token {key}"}).status_code == 302


def test_a_post_with_a_token_needs_no_token_of_a_page(user):
    _token, key = create_api_token(user=user)
    client = Client(enforce_csrf_checks=True)
    assert client.post(PROBE, headers={"Authorization": f"Token {key}"}).status_code == 200
    client.force_login(user)
    assert client.post(PROBE).status_code == 403


@pytest.mark.parametrize("scopes", [["read"], ["import"], ["read", "write"]])
def test_scopes_narrow_a_token(user, scopes):
    _token, key = create_api_token(user=user, scopes=scopes)
    assert ask(f"Token {key}").json()["scopes"] == scopes


def test_a_session_has_every_scope(user):
    client = Client()
    client.force_login(user)
    assert client.get(PROBE).json()["scopes"] == ["read", "write", "import"]


def test_the_last_use_is_written_once_a_minute(user, time_machine):
    time_machine.move_to("2026-11-10 15:00:00+00:00", tick=False)
    token, key = create_api_token(user=user)
    used = []
    for seconds in (0, 60, 1):
        time_machine.shift(seconds)
        ask(f"Token {key}")
        token.refresh_from_db()
        used.append(token.last_used_at)
    assert used[0] == used[1] == used[2] - timedelta(seconds=61)


def test_making_and_revoking_are_on_record(user):
    token, _key = create_api_token(user=user, scopes=["read"], by=user)
    revoke_api_token(token=token, by=user)
    revoke_api_token(token=token, by=user)
    made, revoked = AuditEvent.objects.filter(action=Action.TOKEN).order_by("pk")
    assert made.details == {"user": user.email, "prefix": token.prefix, "scopes": ["read"]}
    assert made.object_uid == token.uid
    assert list(revoked.changes) == ["revoked_at"]


@pytest.mark.parametrize("options", [{"scopes": []}, {"scopes": ["read", "delete"]}, {"expires_in_days": 0}])
def test_a_token_without_sense_is_refused(user, options):
    with pytest.raises(ValidationError):
        create_api_token(user=user, **options)
    assert not ApiToken.objects.exists()


# --- The command --------------------------------------------------------------------------------------------------
def test_the_command_prints_the_token_and_a_line_break(user, capsys):
    call_command("api_token", user.email.upper(), "--name", "test", "--scopes", "read,import", "--expires", "30")
    output = capsys.readouterr().out
    assert output.endswith("\n")
    assert output.count("\n") == 1
    assert ask(f"Token {output[:-1]}").json()["scopes"] == ["read", "import"]
    token = ApiToken.objects.get()
    assert token.name == "test"
    assert timedelta(days=29) < token.expires_at - timezone.now() <= timedelta(days=30)


def test_without_options_the_command_gives_all_scopes_and_no_end(user, capsys):
    call_command("api_token", user.email)
    token = ApiToken.objects.get()
    assert (token.scopes, token.expires_at) == (["read", "write", "import"], None)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["nobody@example.org"], 1),
        (["{email}", "--scopes", "read,everything"], 2),
        (["{email}", "--scopes", ""], 2),
        (["{email}", "--expires", "0"], 2),
    ],
)
def test_exit_codes_of_the_command(user, arguments, code, capsys):
    with pytest.raises(CommandError) as error:
        call_command("api_token", *[argument.format(email=user.email) for argument in arguments])
    assert error.value.returncode == code
    assert capsys.readouterr().out == ""
    assert not ApiToken.objects.exists()
