"""Every answer to what went wrong, as JSON: field → messages for a bad request, one sentence otherwise."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import defaults
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import exception_handler

from district.reads import ReadBudgetSpent
from district.spreadsheets import TooManyRows
from district.sql import is_unavailable
from district.steps import StepNotAllowed

logger = logging.getLogger(__name__)

RETRY_SECONDS = 5
"""When to try again after the database did not answer in time."""

WHOLE = "non_field_errors"
"""The key of messages that belong to no single field."""


class StepRefused(exceptions.APIException):
    """The state of a record does not allow the step; the answer names the steps that it allows."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"

    def __init__(self, message: str, allowed: list[str]) -> None:
        super().__init__(message)
        self.allowed = allowed


class DatabaseUnavailable(exceptions.APIException):
    """The database did not answer, or not in time. Nothing was written."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = gettext_lazy("The database does not answer right now. Try again in a few seconds.")
    default_code = "unavailable"


class BodyTooLarge(exceptions.APIException):
    """The body of the request is larger than any record."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = gettext_lazy("The body of the request is too large.")
    default_code = "too_large"


def exception_response(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Answer an exception raised in a view of the API; None for a fault of ours, which goes on to be logged."""
    answered = translated(exc)
    response = exception_handler(answered, context)
    if response is None:
        return None
    if isinstance(answered, exceptions.ValidationError | exceptions.ParseError):
        response.data = by_field(response.data)
    elif isinstance(answered, StepRefused):
        response.data["allowed"] = answered.allowed
    elif isinstance(answered, DatabaseUnavailable):
        logger.error("%s: %s", type(exc).__name__, exc)
        response["Retry-After"] = str(RETRY_SECONDS)
    return response


def translated(exc: Exception) -> Exception:
    """Return what the API answers to an exception of the floors below."""
    if isinstance(exc, Http404):
        return exceptions.NotFound()  # without the arguments, which say what was looked for
    if isinstance(exc, DjangoValidationError):
        messages = exc.message_dict if hasattr(exc, "error_dict") else {WHOLE: exc.messages}
        return exceptions.ValidationError({WHOLE if key == "__all__" else key: text for key, text in messages.items()})
    if isinstance(exc, StepNotAllowed):
        return StepRefused(exc.message, exc.allowed)
    if isinstance(exc, TooManyRows):
        return exceptions.ValidationError({"format": [_("A workbook takes at most 100,000 rows. Use csv.")]})
    if isinstance(exc, ReadBudgetSpent):
        return exceptions.Throttled(wait=exc.wait, detail=str(exc))
    if is_unavailable(exc):
        return DatabaseUnavailable()
    return exc


def by_field(detail: Any) -> dict[str, Any]:
    """Return messages as field → list of messages, whatever shape they came in."""
    if isinstance(detail, list):
        return {WHOLE: detail}
    if set(detail) == {"detail"}:
        return {WHOLE: [detail["detail"]]}
    return {field: list(_texts(found)) for field, found in detail.items()}


def _texts(found: Any, place: str = "") -> Iterator[str]:
    """Yield the messages about a field; those about a part of it begin with its place, such as “[1].role: …”."""
    if isinstance(found, Mapping):
        for name, inner in found.items():
            yield from _texts(inner, place if name == WHOLE else f"{place}.{name}".lstrip("."))
    elif isinstance(found, list | tuple):
        for number, inner in enumerate(found):
            is_message = isinstance(inner, str)
            yield from _texts(inner, place if is_message else f"{place}[{number}]")
    else:
        yield f"{place}: {found}" if place else str(found)


def unknown_address(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Answer an address below /api/ that is none; a read that only lacks the slash at its end is shown the way."""
    if request.method in ("GET", "HEAD") and not request.path.endswith("/"):
        query = request.META.get("QUERY_STRING", "")
        return redirect(request.path + "/" + (f"?{query}" if query else ""), permanent=True)
    return not_found(request)


def is_api(request: HttpRequest) -> bool:
    """Say whether an answer to `request` must be JSON."""
    return request.path.startswith("/api/")


def _plain(status_code: int, sentence: Any) -> Callable[..., JsonResponse]:
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> JsonResponse:
        return JsonResponse({"detail": str(sentence)}, status=status_code)

    return answer


bad_request = _plain(400, gettext_lazy("Malformed request."))
permission_denied = _plain(403, exceptions.PermissionDenied.default_detail)
not_found = _plain(404, exceptions.NotFound.default_detail)


def server_error(request: HttpRequest) -> JsonResponse:
    """Answer a fault outside the views: 503 when the database is the reason, else 500."""
    if is_unavailable(sys.exc_info()[1]):
        response = JsonResponse({"detail": str(DatabaseUnavailable.default_detail)}, status=503)
        response["Retry-After"] = str(RETRY_SECONDS)
        return response
    return JsonResponse({"detail": _("Something went wrong on our side. It has been logged.")}, status=500)


def _for_site(json_answer: Callable[..., JsonResponse], page: Callable[..., HttpResponse]) -> Callable[..., Any]:
    """Return a handler of the whole site: JSON below /api/, the page elsewhere."""

    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return (json_answer if is_api(request) else page)(request, *args, **kwargs)

    return answer


site_bad_request = _for_site(bad_request, defaults.bad_request)
site_permission_denied = _for_site(permission_denied, defaults.permission_denied)
site_not_found = _for_site(not_found, defaults.page_not_found)
site_server_error = _for_site(server_error, defaults.server_error)
