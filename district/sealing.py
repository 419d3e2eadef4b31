"""Words that only some may read: sealed before they are stored, with keys that stand outside the database.

Whoever has the database, or a copy of it, has nothing but sealed text. The first key seals; all of them open, so that a
key can be replaced: put the new one in front, keep the old ones until what they sealed is purged.

A sealed text tells nothing of when it was sealed: Fernet writes the second into the clear part of what it makes, so the
same moment is given for all.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

NO_MOMENT = 0
"""The second that stands in the clear in everything sealed."""


class NoKey(Exception):
    """No key is set, so nothing can be sealed."""


class Unreadable(Exception):
    """None of the keys at hand opens the text."""


@dataclass(frozen=True)
class Sealer:
    """What seals and opens with the keys of one setting."""

    setting: str
    what: str
    """What it seals, as a system check says it."""

    def may_seal(self) -> bool:
        """Whether a key is set."""
        return bool(self._texts())

    def seal(self, text: str) -> str:
        """Return the text sealed. Raises NoKey."""
        return self.seal_bytes(text.encode()).decode()

    def unseal(self, sealed: str) -> str:
        """Return the text. Raises NoKey, Unreadable."""
        return self.unseal_bytes(sealed.encode()).decode()

    def seal_bytes(self, content: bytes) -> bytes:
        """Return the bytes sealed, as ASCII. Raises NoKey."""
        return self._keys().encrypt_at_time(content, NO_MOMENT)

    def unseal_bytes(self, sealed: bytes) -> bytes:
        """Return the bytes. Raises NoKey, Unreadable."""
        try:
            return self._keys().decrypt(sealed)
        except InvalidToken as error:
            raise Unreadable from error

    def seal_fields(self, fields: dict[str, Any], *, block: int) -> str:
        """Return values that JSON holds, sealed in whole blocks of so many bytes: the length tells nothing of them.

        Raises NoKey.
        """
        content = json.dumps(fields, ensure_ascii=False).encode()
        return self.seal_bytes(content.ljust(-(-len(content) // block) * block)).decode()

    def unseal_fields(self, sealed: str) -> dict[str, Any]:
        """Return the values. Raises NoKey, Unreadable."""
        return json.loads(self.unseal_bytes(sealed.encode()))

    def marks(self, purpose: str, value: str) -> list[str]:
        """Return a keyed hash of `value` for one purpose, by each key: the first to store, all of them to look up.

        Without the keys nobody gets from it to `value`, nor from the mark of one purpose to that of another.
        Raises NoKey.
        """
        return [hmac.new(key, value.encode(), hashlib.sha256).hexdigest() for key in self.secrets(purpose)]

    def secrets(self, purpose: str) -> list[bytes]:
        """Return a secret of 32 bytes for one purpose, made of each key. Raises NoKey."""
        if not self.may_seal():
            raise NoKey
        keys = [base64.urlsafe_b64decode(text) for text in self._texts()]
        return [hmac.new(key, purpose.encode(), hashlib.sha256).digest() for key in keys]

    def faulty_keys(self) -> list[int]:
        """Return the places, from 1, of keys that are none (32 bytes in URL-safe base64)."""
        found = []
        for place, key in enumerate(self._texts(), start=1):
            try:
                Fernet(key)
            except ValueError:
                found.append(place)
        return found

    def _texts(self) -> list[str]:
        return getattr(settings, self.setting)

    def _keys(self) -> MultiFernet:
        if not self.may_seal():
            raise NoKey
        return MultiFernet([Fernet(key) for key in self._texts()])


CASE_NOTES = Sealer("CASE_NOTES_KEYS", "case notes")
CONCERNS = Sealer("CONCERN_KEYS", "concerns")
SEALERS = (CASE_NOTES, CONCERNS)
