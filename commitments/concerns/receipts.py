"""The receipt of a concern: sixteen digits, shown once. What is kept opens nothing and cannot be tried offline.

A slow hash (scrypt, RFC 7914) whose salt is made of the key outside the database: whoever has the database alone has
nothing to try digits against. A bucket of 256 narrows the rows to compare; wrong and right digits take the same work.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from typing import TYPE_CHECKING, Any

from django.conf import settings

from district.sealing import CONCERNS

if TYPE_CHECKING:
    from collections.abc import Iterable

DIGITS = 16
BLOCK, PARALLEL, LENGTH = 8, 1, 32
MEMORY = 64 * 1024 * 1024
NOWHERE = "0" * 2 * LENGTH
"""What digits are compared with where the bucket is empty, so that they are compared with something."""


def new_once() -> str:
    """Something that a form carries so that sending it twice files once; only one made here is taken."""
    token = secrets.token_hex(16)
    return f"{token}.{_sign(token)}"


def checked_once(text: str) -> str | None:
    """The token in what a form carried; None when it was not made here."""
    token, _dot, sign = text.partition(".")
    return token if re.fullmatch(r"[0-9a-f]{32}", token) and hmac.compare_digest(sign, _sign(token)) else None


def digits_of(token: str) -> str:
    """Sixteen digits for a random token: the same for the same token, so that a form sent twice has one receipt."""
    digest = hmac.new(CONCERNS.secrets("receipt digits")[0], token.encode(), hashlib.sha512).digest()
    return f"{int.from_bytes(digest) % 10**DIGITS:0{DIGITS}d}"


def spaced(digits: str) -> str:
    """The digits in groups of four, as they are shown."""
    return " ".join(digits[start : start + 4] for start in range(0, DIGITS, 4))


def read_digits(text: str) -> str | None:
    """The digits that somebody typed, in whatever script and spacing; None when they are not sixteen."""
    found = "".join(str(int(c)) for c in text if c.isdecimal())
    return found if len(found) == DIGITS else None


def bucket_and_hash(digits: str) -> tuple[str, str]:
    """What is kept of a receipt. Raises NoKey."""
    return _kept(digits, 0)


def candidates(digits: str) -> list[tuple[str, str]]:
    """Bucket and hash of the digits by each key. Raises NoKey."""
    return [_kept(digits, number) for number in range(len(CONCERNS.secrets("receipt salt")))]


def find(rows: Iterable[tuple[Any, str]], digest: str) -> Any:
    """The key of the row whose hash is `digest`, of (key, hash); None when there is none. Every row is compared."""
    found = None
    for key, kept in [*rows, (None, NOWHERE)]:
        if hmac.compare_digest(kept, digest):
            found = key
    return found


def _kept(digits: str, number: int) -> tuple[str, str]:
    salt = CONCERNS.secrets("receipt salt")[number]
    bucket = CONCERNS.marks("receipt bucket", digits)[number][:2]
    cost = settings.CONCERN_RECEIPT_COST
    digest = hashlib.scrypt(digits.encode(), salt=salt, n=cost, r=BLOCK, p=PARALLEL, maxmem=MEMORY, dklen=LENGTH).hex()
    return bucket, digest


def _sign(token: str) -> str:
    return CONCERNS.marks("form once", token)[0]
