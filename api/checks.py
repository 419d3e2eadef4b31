"""A start-up check: no endpoint without a policy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.core import checks
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.permissions import AllowAny

from api.permissions import STANDARD_ACTIONS, PolicyPermission, policy_of


def endpoints(patterns: Sequence[URLPattern | URLResolver]) -> Iterator[Any]:
    """Yield the view function of every REST endpoint below `patterns`."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from endpoints(pattern.url_patterns)
        elif hasattr(pattern.callback, "cls"):
            yield pattern.callback


def faults(patterns: Sequence[URLPattern | URLResolver]) -> list[checks.CheckMessage]:
    """Return an error for every endpoint below `patterns` whose methods are not all in its policy."""
    found: list[checks.CheckMessage] = []
    for view in endpoints(patterns):
        permission_classes = tuple(view.initkwargs.get("permission_classes", view.cls.permission_classes))
        if permission_classes == (AllowAny,):
            continue
        policy = policy_of(view.cls)
        missing = sorted({key for key in _keys(view) if not policy.get(key)})
        if PolicyPermission not in permission_classes:
            missing = ["PolicyPermission"]
        if missing:
            found.append(
                checks.Error(
                    f"{view.cls.__module__}.{view.cls.__name__} says nothing in its policy about {', '.join(missing)}.",
                    hint="Name the permissions of every method and action in `permissions`.",
                    id="api.E001",
                )
            )
    return found


def _keys(view: Any) -> Iterator[str]:
    actions = getattr(view, "actions", None)
    if actions:
        yield "GET"
        yield from (STANDARD_ACTIONS.get(action, action) for action in actions.values())
    else:
        methods = ("get", "post", "patch", "put", "delete")
        yield from (method.upper() for method in methods if hasattr(view.cls, method))


def every_endpoint_has_a_policy(app_configs: Any, **options: Any) -> list[checks.CheckMessage]:
    """Check the addresses of the whole site."""
    return faults(get_resolver().url_patterns)


def register_all() -> None:
    """Register the checks of this floor."""
    checks.register(every_endpoint_has_a_policy, checks.Tags.security)
