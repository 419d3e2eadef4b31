"""How often one address, or one code, may try something without a sign-in: counted in the shared cache."""

from __future__ import annotations

import ipaddress
import time
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.http import HttpRequest

from district.middleware import client_address

if TYPE_CHECKING:
    from district.sealing import Sealer

DAY = 86_400


def network_of(address: str) -> str:
    """Return what stands for whoever uses an address: of IPv6 its network of 64 bits, in which one machine has as many
    addresses as it likes."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return address
    return str(found.ipv4_mapped or ipaddress.ip_network((int(found), 64), strict=False))


def is_within(request: HttpRequest, name: str, limit: int, seconds: int, *, who: str = "") -> bool:
    """Count one try of `name` and say whether it is one of the first `limit` in this stretch of `seconds`.

    Counted for the address of the client, or for `who` where that says better who tries (a code that a whole room
    uses behind one address).
    """
    key = f"limit:{name}:{who or network_of(client_address(request))}:{int(time.time() // seconds)}"
    if cache.add(key, 1, seconds):
        return limit >= 1
    try:
        count = cache.incr(key)
        cache.touch(key, seconds)  # the cache in the database gives what it counts up its own, shorter time
    except ValueError:  # it has just run out
        cache.set(key, 1, seconds)
        return limit >= 1
    return count <= limit


def is_within_unseen(request: HttpRequest, name: str, limit: int, seconds: int, *, sealer: Sealer) -> bool:
    """Count one try like `is_within`, and leave nothing in the cache that tells who tried what, or when in a day.

    The cache may be a table of the database. What is counted is a keyed hash of name, address and stretch of time, one
    for each try that is left, and all of them run out at the same moment of a day. Raises NoKey.
    """
    now = time.time()
    lasts = (now + seconds) // DAY * DAY + DAY + 0.5 - now
    who = f"{name} {network_of(client_address(request))} {int(now // seconds)}"
    marks = (sealer.marks("tries", f"{who} {number}")[0] for number in range(limit))
    return any(cache.add(mark, 1, lasts) for mark in marks)
