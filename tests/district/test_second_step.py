"""The second step of a sign-in: setting it up, using it, and for whom it is demanded."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import get_resolver, reverse

from district.access import NEEDS_SECOND_FACTOR, Role
from district.accounts import SecondFactorAdapter
from district.audit import Action
from district.models import User
from tests import factories as make
from tests.district.test_accounts import NEW_PASSWORD, events, reset_link
from tests.signing_in import code_of, enter_code, is_signed_in, set_up_second_factor, sign_in


@pytest.fixture
def user(db) -> User:
    cache.clear()
    return make.make_user(Role.STAFF, make.make_district("ONE"))


@pytest.fixture
def principal(db) -> User:
    cache.clear()
    district = make.make_district("TWO")
    return make.make_user(Role.PRINCIPAL, district, make.make_school(district))


def test_setting_up_the_second_step(transactional_db, user):
    here, elsewhere = sign_in(user), sign_in(user)
    _secret, codes = set_up_second_factor(here)
    assert len(set(codes)) == 10
    assert is_signed_in(here)
    assert not is_signed_in(elsewhere)
    assert not re.search(r"<code>\d{8}</code>", here.get(reverse("mfa_view_recovery_codes")).content.decode())
    assert [event.details["event"] for event in events(Action.ACCOUNT)] == ["second_factor_on"]
    assert mail.outbox[-1].to == [user.email]


def test_before_the_code_only_the_second_step_opens(user):
    secret, _codes = set_up_second_factor(sign_in(user))
    client = sign_in(user)
    assert client.last.url == reverse("mfa_authenticate")
    for name in ("help_roles", "mfa_index", "account_change_password", "mfa_generate_recovery_codes"):
        answer = client.get(reverse(name))
        assert answer.status_code == 302, name
        assert answer.url.startswith(reverse("account_login")), name
    assert len(events(Action.SIGN_IN)) == 1
    enter_code(client, code_of(secret))
    assert is_signed_in(client)
    assert events(Action.SIGN_IN)[-1].details == {"methods": ["password", "totp"]}


def test_before_the_code_every_address_answers_as_to_a_stranger(user):
    set_up_second_factor(sign_in(user))
    stranger, client = Client(), sign_in(user)
    tried = 0
    for pattern in resolver_patterns(get_resolver()):
        if pattern in {"accounts/2fa/authenticate/", "accounts/login/"}:
            continue
        answers = [someone.get(f"/{pattern}") for someone in (stranger, client)]
        assert answers[0].status_code == answers[1].status_code, pattern
        assert answers[0].get("Location") == answers[1].get("Location"), pattern
        tried += 1
    assert tried >= 15


def resolver_patterns(resolver, prefix: str = "") -> list[str]:
    """Every address without parts to fill in."""
    found = []
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern).lstrip("^").rstrip("$")
        if hasattr(pattern, "url_patterns"):
            found += resolver_patterns(pattern, route)
        elif not set(route) & set("<(["):
            found.append(route)
    return found


def test_a_code_works_once(user, time_machine):
    time_machine.move_to("2026-11-10 15:00:01+00:00", tick=False)
    secret, _codes = set_up_second_factor(sign_in(user))
    time_machine.move_to("2026-11-10 15:05:01+00:00", tick=False)
    code = code_of(secret)
    first, second = sign_in(user), sign_in(user)
    enter_code(first, code)
    enter_code(second, code)
    assert is_signed_in(first)
    assert not is_signed_in(second)


def test_a_recovery_code_works_once(user):
    _secret, codes = set_up_second_factor(sign_in(user))
    first, second = sign_in(user), sign_in(user)
    enter_code(first, codes[3])
    enter_code(second, codes[3])
    assert is_signed_in(first)
    assert not is_signed_in(second)
    assert events(Action.SIGN_IN)[-1].details == {"methods": ["password", "recovery_codes"]}


def test_a_reset_password_does_not_replace_the_second_step(user):
    set_up_second_factor(sign_in(user))
    client, form = reset_link(user.email)
    client.post(form, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    client = sign_in(user, NEW_PASSWORD)
    assert not is_signed_in(client)
    assert client.last.url == reverse("mfa_authenticate")


def test_new_recovery_codes_end_the_old_ones_and_other_sessions(user):
    here = sign_in(user)
    _secret, old = set_up_second_factor(here)
    shown = here.post(reverse("mfa_generate_recovery_codes"), follow=True).content.decode()
    new = re.findall(r"<code>(\d{8})</code>", shown)
    assert len(new) == 10
    assert not set(old) & set(new)
    client = sign_in(user)
    enter_code(client, old[0])
    assert not is_signed_in(client)
    enter_code(client, new[0])
    assert is_signed_in(client)
    assert events(Action.ACCOUNT)[-1].details["event"] == "recovery_codes"


def test_whoever_need_not_have_it_may_turn_it_off(user, settings):
    settings.MFA_REQUIRED = True
    here = sign_in(user)
    secret, _codes = set_up_second_factor(here)
    elsewhere = sign_in(user)
    enter_code(elsewhere, code_of(secret))
    here.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.exists()
    assert is_signed_in(here)
    assert not is_signed_in(elsewhere)
    assert events(Action.ACCOUNT)[-1].details["event"] == "second_factor_off"


def test_account_changes_ask_again_who_one_is_after_ten_minutes(user, time_machine):
    time_machine.move_to("2026-11-10 15:00:00+00:00")
    client = sign_in(user)
    assert client.get(reverse("mfa_activate_totp")).status_code == 200
    time_machine.shift(601)
    answer = client.get(reverse("mfa_activate_totp"))
    assert answer.url.startswith(reverse("account_reauthenticate"))
    client.post(answer.url, {"password": make.PASSWORD})
    assert client.get(reverse("mfa_activate_totp")).status_code == 200


def test_secrets_are_not_readable_in_the_database(user, settings):
    secret, _codes = set_up_second_factor(sign_in(user))
    stored = Authenticator.objects.get(type=Authenticator.Type.TOTP).data["secret"]
    assert secret not in stored
    adapter = SecondFactorAdapter()
    assert adapter.decrypt(stored) == secret
    former = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key " * 5, [former]
    assert adapter.decrypt(stored) == secret
    settings.SECRET_KEY_FALLBACKS = []
    lost = {adapter.decrypt(stored) for _ in range(3)}
    assert len(lost) == 3  # random: no code fits
    assert secret not in lost


# --- A second step demanded ---------------------------------------------------------------------------------------
def test_a_role_that_needs_it_reaches_the_account_pages_only_until_it_is_set_up(principal, settings):
    settings.MFA_REQUIRED, settings.ROOT_URLCONF = True, "tests.probe"
    client = sign_in(principal)
    assert client.get(reverse("help_roles")).url == reverse("mfa_activate_totp")
    assert client.get(reverse("account_change_password")).status_code == 200
    answer = client.get("/api/v1/probe/")
    assert (answer.status_code, answer.json()) == (403, {"detail": "Set up two-step sign-in first."})
    secret, _codes = set_up_second_factor(client)
    assert client.get("/api/v1/probe/").json()["user"] == principal.email
    client = sign_in(principal)
    enter_code(client, code_of(secret))
    assert is_signed_in(client)


def test_a_role_that_needs_it_cannot_turn_it_off(principal, settings):
    settings.MFA_REQUIRED = True
    client = sign_in(principal)
    set_up_second_factor(client)
    page = client.post(reverse("mfa_deactivate_totp"))
    assert "it stays on" in page.content.decode()
    assert Authenticator.objects.filter(type=Authenticator.Type.TOTP).count() == 1


@pytest.mark.parametrize("role", sorted(Role))
def test_which_roles_are_asked(db, settings, role):
    settings.MFA_REQUIRED = True
    district = make.make_district()
    organization = make.make_organization(district) if role in {Role.TRAINER, Role.PARTNER} else None
    client = sign_in(make.make_user(role, district, organization=organization))
    assert is_signed_in(client) == (role not in NEEDS_SECOND_FACTOR)


def test_where_it_is_only_offered_nobody_is_asked(principal, settings):
    settings.MFA_REQUIRED = False
    assert is_signed_in(sign_in(principal))


def test_an_ended_role_asks_for_nothing(principal, settings):
    settings.MFA_REQUIRED = True
    principal.grants.update(ends_on="2020-06-30")
    assert is_signed_in(sign_in(principal))


def test_five_wrong_codes_close_the_second_step(user):
    secret, codes = set_up_second_factor(sign_in(user))
    client = sign_in(user)
    for _ in range(5):
        enter_code(client, "000000" if code_of(secret) != "000000" else "111111")
    enter_code(client, codes[0])
    assert not is_signed_in(client)
