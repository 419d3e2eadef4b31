"""Sign-in: by invitation only, with a second factor where the district demands one; every step is audited."""

from __future__ import annotations

import base64
import logging
import time
from smtplib import SMTPException
from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.contrib.auth import logout, update_session_auth_hash
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils.crypto import get_random_string, salted_hmac

from district import audit
from district.access import NEEDS_SECOND_FACTOR
from district.actions_notices import revoke_calendar_link
from district.audit import Action, request_context
from district.models import User

logger = logging.getLogger(__name__)

SIGNED_IN_AT = "signed_in_at"
LAST_USED = "last_used"
SECOND_FACTOR = "second_factor"
"""Keys of the session: two moments in seconds since the epoch, and whether a second factor was shown."""


def person_of(request: HttpRequest) -> User:
    """Return who is signed in; only for requests that have passed the sign-in."""
    return cast(User, request.user)


def needs_second_factor(user: User) -> bool:
    """Say whether a role that `user` holds today demands a second factor."""
    return settings.MFA_REQUIRED and any(grant.role in NEEDS_SECOND_FACTOR for grant in user.active_grants)


def signed_in_recently(request: HttpRequest) -> bool:
    """Say whether the person proved who they are within the last ten minutes (for exports and account changes)."""
    records = get_authentication_records(request, request.user)
    return bool(records) and time.time() - records[-1]["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def session_is_fresh(request: HttpRequest) -> bool:
    """Say whether this session began, or its person proved again who they are, within the last ten minutes."""
    began = request.session.get(SIGNED_IN_AT, 0)
    return signed_in_recently(request) or time.time() - began < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def sign_out(request: HttpRequest, reason: str) -> None:
    """End the session and append the event; `reason` is `asked`, `idle` or `too_long`."""
    user = person_of(request)
    audit.record(Action.SIGN_OUT, by=user, district=audit.home_district(user), details={"reason": reason})
    logout(request)


def end_other_sessions(request: HttpRequest) -> None:
    """End every session of the user but this one, which gets a new key; and the secret address of their calendar."""
    user = person_of(request)
    revoke_calendar_link(user=user)
    User.objects.filter(pk=user.pk).update(session_generation=F("session_generation") + 1)
    user.refresh_from_db(fields=["session_generation"])
    update_session_auth_hash(request, user)


class InviteOnlyAdapter(DefaultAccountAdapter):
    """Nobody signs up; accounts are made by a grant."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address that rate limits count; the same as in the audit trail."""
        return request_context.get().ip or "unknown"

    def is_reauthentication_required(self, *, app: str, **options: Any) -> bool:
        """A sign-in of the last ten minutes counts: nobody types the same password twice in a row."""
        return not signed_in_recently(self.request)

    def login(self, request: HttpRequest, user: User) -> None:
        """Start the session (Django gives it a new key) and say with which proofs."""
        with transaction.atomic():
            super().login(request, user)
            methods = [record.get("type") or record["method"] for record in get_authentication_records(request, user)]
            request.session[SIGNED_IN_AT] = request.session[LAST_USED] = time.time()
            request.session[SECOND_FACTOR] = not {"totp", "recovery_codes"}.isdisjoint(methods)
            audit.record(Action.SIGN_IN, by=user, district=audit.home_district(user), details={"methods": methods})

    def logout(self, request: HttpRequest) -> None:
        sign_out(request, "asked")

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Log the address only: people type passwords into the field for the e-mail."""
        logger.warning("A sign-in from %s was refused.", self.get_client_ip(request))

    def set_password(self, user: User, password: str) -> None:
        """Set a password that its owner chose, after a reset or a change; all other sessions, and the secret address of
        their calendar, end with the old one.
        """
        with transaction.atomic():
            super().set_password(user, password)
            revoke_calendar_link(user=user)
            audit.record(
                Action.ACCOUNT,
                by=user,
                target=user,
                district=audit.home_district(user),
                details={"event": "password", "user": user.email},
            )

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """Send, and log a mail server that does not answer: an error page would tell which addresses have accounts."""
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, SMTPException):
            logger.exception("A mail (%s) could not be sent.", template_prefix)


class SecondFactorAdapter(DefaultMFAAdapter):
    """Second factors: kept encrypted, and not to be dropped by those who must have one."""

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not needs_second_factor(authenticator.user)

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return the secret; a random one that no code fits when the key that encrypted it is gone."""
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            logger.error("A second factor cannot be decrypted: SECRET_KEY changed without SECRET_KEY_FALLBACKS.")
            return get_random_string(32, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")


def _cipher() -> MultiFernet:
    """Return the cipher of second factors: its keys come from SECRET_KEY, so a stolen database file is not enough."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_fernet_key(secret)) for secret in secrets])


def _fernet_key(secret: str) -> bytes:
    digest = salted_hmac("district.second-factor", "key", secret=secret, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest)
