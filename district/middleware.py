"""What every request passes: its id for the audit trail, and the limits of a session."""

from __future__ import annotations

import ipaddress
import time
import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, resolve_url
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from district.accounts import LAST_USED, SECOND_FACTOR, SIGNED_IN_AT, needs_second_factor, sign_out
from district.audit import NO_REQUEST, RequestContext, request_context

TOUCH_SECONDS = 60
"""A session's last use is written at most once a minute: each write takes the database's write lock."""
BACKGROUND = "X-Background"
"""A page that asks by itself, without its reader, sends this header: such a request does not prolong the session."""


def client_address(request: HttpRequest) -> str:
    """Return the address of the client; what a client claims of itself counts only behind that many proxies."""
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    if proxies and len(hops) >= proxies:
        try:
            return str(ipaddress.ip_address(hops[-proxies]))
        except ValueError:
            pass
    return request.META.get("REMOTE_ADDR", "")


class UnseenMiddleware:
    """Take whoever asks for one of the pages in UNSEEN_PATHS for somebody without a cookie, a token or a page before.

    Such a page does not know who is signed in, so nothing that follows can note it: no session is read or prolonged.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_unseen(request):
            for name in ("HTTP_COOKIE", "HTTP_AUTHORIZATION", "HTTP_REFERER"):
                request.META.pop(name, None)
        return self.get_response(request)


def is_unseen(request: HttpRequest) -> bool:
    """Whether the page asked for notes nothing of whoever asks for it."""
    return request.path_info in settings.UNSEEN_PATHS


class RequestContextMiddleware:
    """Give the request an id and remember its address for the audit trail."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        context = NO_REQUEST if is_unseen(request) else RequestContext(uuid.uuid4().hex, client_address(request))
        token = request_context.set(context)
        try:
            response = self.get_response(request)
        finally:
            request_context.reset(token)
        return response


class SessionGuardMiddleware:
    """End a session after its time, demand a second factor, and leave nothing behind on shared computers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        was_signed_in = request.user.is_authenticated
        if was_signed_in:
            self._end_or_touch(request)
        response = _whole_page_redirect(request, self.get_response(request))
        # An API request with a token is signed in only once its view has run.
        is_signed_in = request.user.is_authenticated
        if was_signed_in or is_signed_in:
            response["Cache-Control"] = "no-store"
        if was_signed_in and not is_signed_in:
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Until the second factor is set up, its owner reaches the account pages and nothing else."""
        user = request.user
        if not user.is_authenticated or request.session.get(SECOND_FACTOR) or not needs_second_factor(user):
            return None
        route = request.resolver_match.route if request.resolver_match else ""
        if route.startswith("api/"):
            # A token needs no second factor, and where there is one the API looks at it alone.
            if request.headers.get("Authorization", "").lower().startswith("token "):
                return None
            return JsonResponse({"detail": _("Set up two-step sign-in first.")}, status=403)
        if route.startswith("accounts/") or not getattr(view, "login_required", True):
            return None
        messages.info(request, _("Your role needs two-step sign-in. Set it up to go on."))
        return redirect("mfa_activate_totp")

    def _end_or_touch(self, request: HttpRequest) -> None:
        now, session = time.time(), request.session
        last_used = session.get(LAST_USED, now)
        if now - session.setdefault(SIGNED_IN_AT, now) > settings.SESSION_COOKIE_AGE:
            sign_out(request, "too_long")
            messages.info(request, _("You were signed out because your session had lasted a working day."))
        elif now - last_used > settings.SESSION_IDLE_SECONDS:
            sign_out(request, "idle")
            messages.info(request, _("You were signed out because this page had not been used for a while."))
        elif LAST_USED not in session or (now - last_used > TOUCH_SECONDS and BACKGROUND not in request.headers):
            session[LAST_USED] = now


def _whole_page_redirect(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Let a redirect to an account page replace the page: htmx would put it into the fragment it asked for."""
    if "HX-Request" not in request.headers or not isinstance(response, HttpResponseRedirect):
        return response
    account_pages = (resolve_url(settings.LOGIN_URL), resolve_url("mfa_activate_totp"))
    return HttpResponseClientRedirect(response.url) if response.url.startswith(account_pages) else response
