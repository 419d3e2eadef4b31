"""Whether this process runs and can answer, for a load balancer. Says nothing of what the database holds."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from district import triggers

logger = logging.getLogger(__name__)


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer `ok`: the process runs."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer which parts are ready: 200 when all are, else 503."""
    found = {name: _holds(name, check) for name, check in CHECKS.items()}
    return JsonResponse(
        {name: "ok" if is_ready else "failed" for name, is_ready in found.items()},
        status=200 if all(found.values()) else 503,
    )


def _holds(name: str, check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception:
        # Whatever is wrong with a part, it is not ready; the log says what it was.
        logger.exception("Not ready: %s", name)
        return False


def database_answers() -> bool:
    """Say whether the database answers a query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


def migrations_are_applied() -> bool:
    """Say whether the database has the shape that this code expects."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def cache_works() -> bool:
    """Say whether the cache keeps a value."""
    cache.set("readyz", 1, 5)
    return cache.get("readyz") == 1


def audit_trail_is_closed() -> bool:
    """Say whether the database refuses changes to the audit trail."""
    return not triggers.missing_triggers(connection)


CHECKS: dict[str, Callable[[], bool]] = {
    "database": database_answers,
    "migrations": migrations_are_applied,
    "cache": cache_works,
    "audit_trail": audit_trail_is_closed,
}
