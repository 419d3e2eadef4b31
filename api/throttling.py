"""How many requests one person, or one address without sign-in, may send in a minute."""

from __future__ import annotations

import threading
import time
from collections import Counter
from typing import Any

from django.conf import settings
from rest_framework.throttling import BaseThrottle

WINDOW = 60
"""Seconds that are counted together."""


class _Minute:
    """Requests of the clock's present minute in this process, by who sent them.

    Counted in the process and not in the shared cache, which may be a table: two writes for each request would cost
    more than most requests. With several processes the limit is that much higher.
    """

    def __init__(self) -> None:
        self.number = 0.0
        self.requests: Counter[str] = Counter()
        self.lock = threading.Lock()

    def count(self, who: str, now: float) -> int:
        with self.lock:
            if self.number != now // WINDOW:
                self.number = now // WINDOW
                self.requests.clear()
            self.requests[who] += 1
            return self.requests[who]


MINUTE = _Minute()


class MinuteThrottle(BaseThrottle):
    """Refuses what goes beyond `API_REQUESTS_PER_MINUTE`; a limit of 0 refuses nothing."""

    def allow_request(self, request: Any, view: Any) -> bool:
        is_known = request.user.is_authenticated
        limit = settings.API_REQUESTS_PER_MINUTE if is_known else settings.API_ANONYMOUS_REQUESTS_PER_MINUTE
        self.now = time.time()
        who = f"user {request.user.pk}" if is_known else f"address {self.get_ident(request)}"
        return not limit or MINUTE.count(who, self.now) <= limit

    def wait(self) -> float:
        """Seconds until the next minute begins."""
        return WINDOW - self.now % WINDOW
