"""Real sign-ins through the pages: password, second step, and what an authenticator app computes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import time

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from district.models import User
from tests.factories import PASSWORD


def sign_in(user: User, password: str = PASSWORD, client: Client | None = None) -> Client:
    """Fill the sign-in page and return the client, whether or not that opened a session."""
    client = client or Client()
    client.last = client.post(reverse("account_login"), {"login": user.email, "password": password})
    return client


def is_signed_in(client: Client) -> bool:
    """Say whether `client` reaches a page that needs a sign-in."""
    return client.get(reverse("help_roles")).status_code == 200


def code_of(secret: str, at: float | None = None) -> str:
    """Return the code that an app shows at `at` (RFC 6238: SHA-1, 30 seconds, 6 digits)."""
    counter = int(time.time() if at is None else at) // 30
    digest = hmac.new(base64.b32decode(secret), counter.to_bytes(8, "big"), hashlib.sha1).digest()
    offset = digest[-1] & 0x0F
    return f"{(int.from_bytes(digest[offset : offset + 4], 'big') & 0x7FFFFFFF) % 10**6:06d}"


def set_up_second_factor(client: Client) -> tuple[str, list[str]]:
    """Go through the set-up pages and return the secret and the recovery codes shown."""
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    shown = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)}, follow=True)
    return secret, re.findall(r"<code>(\d{8})</code>", shown.content.decode())


def enter_code(client: Client, code: str) -> HttpResponse:
    """Answer the second step of a sign-in."""
    return client.post(reverse("mfa_authenticate"), {"code": code})
