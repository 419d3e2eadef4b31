"""Words that only a case team reads: sealed before they are stored, with keys that stand outside the database.

Whoever has the database, or a copy of it, has nothing but sealed text. The first key seals; all of them open, so that a
key can be replaced: put the new one in front, keep the old ones until what they sealed is purged.
"""

from __future__ import annotations

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class NoKey(Exception):
    """No key is set, so nothing can be sealed."""


class Unreadable(Exception):
    """None of the keys at hand opens the text."""


def may_seal() -> bool:
    """Whether a key is set."""
    return bool(settings.CASE_NOTES_KEYS)


def seal(text: str) -> str:
    """Return the text sealed. Raises NoKey."""
    return _keys().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Return the text. Raises NoKey, Unreadable."""
    try:
        return _keys().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Unreadable from error


def faulty_keys() -> list[int]:
    """Return the places, from 1, of keys that are none (32 bytes in URL-safe base64)."""
    found = []
    for place, key in enumerate(settings.CASE_NOTES_KEYS, start=1):
        try:
            Fernet(key)
        except ValueError:
            found.append(place)
    return found


def _keys() -> MultiFernet:
    if not may_seal():
        raise NoKey
    return MultiFernet([Fernet(key) for key in settings.CASE_NOTES_KEYS])
