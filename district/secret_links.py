"""Secrets of links that open something without a sign-in: 256 random bits, of which only the hash is kept. Pure."""

from __future__ import annotations

import hashlib
import secrets

SECRET_BYTES = 32


def new_secret() -> str:
    """A secret for an address. Whoever made the link is shown it once."""
    return secrets.token_urlsafe(SECRET_BYTES)


def hash_of(secret: str) -> str:
    """What is kept of a secret. It has 256 random bits, so that no salt and no slow hash is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()
