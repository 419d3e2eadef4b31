"""How often one address, or one code, may try something without a sign-in: counted in the shared cache."""

from __future__ import annotations

import time

from django.core.cache import cache
from django.http import HttpRequest

from district.middleware import client_address


def is_within(request: HttpRequest, name: str, limit: int, seconds: int, *, who: str = "") -> bool:
    """Count one try of `name` and say whether it is one of the first `limit` in this stretch of `seconds`.

    Counted for the address of the client, or for `who` where that says better who tries (a code that a whole room
    uses behind one address).
    """
    key = f"limit:{name}:{who or client_address(request)}:{int(time.time() // seconds)}"
    if cache.add(key, 1, seconds):
        return limit >= 1
    try:
        return cache.incr(key) <= limit
    except ValueError:  # it has just run out
        cache.set(key, 1, seconds)
        return limit >= 1
