"""What every request passes: its id for the audit trail, and the limits of a session."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from district.audit import RequestContext, request_context

TOUCH_SECONDS = 60
"""A session's last use is written at most once a minute: each write takes the database's write lock."""


class RequestContextMiddleware:
    """Give the request an id and remember its address for the audit trail."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = request_context.set(RequestContext(uuid.uuid4().hex, request.META.get("REMOTE_ADDR", "")))
        try:
            response = self.get_response(request)
        finally:
            request_context.reset(token)
        return response


class SessionGuardMiddleware:
    """End a session after its idle time, and keep signed-in pages out of caches on shared computers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            now = time.time()
            last = request.session.get("last_used", now)
            if now - last > settings.SESSION_IDLE_SECONDS:
                logout(request)
            elif now - last > TOUCH_SECONDS or "last_used" not in request.session:
                request.session["last_used"] = now
        response = self.get_response(request)
        if user is not None and user.is_authenticated:
            response.setdefault("Cache-Control", "no-store")
        return response
