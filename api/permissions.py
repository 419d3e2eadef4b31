"""Which permission a request needs: one table a view, closed where the table says nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework.permissions import BasePermission

from api.authentication import token_allows
from district.access import Permission
from district.models import ApiToken

Policy = Mapping[str, tuple[Permission, ...]]
"""Method, or name of a further action → the permissions of which any one opens it."""


STANDARD_ACTIONS = {"list": "GET", "retrieve": "GET", "create": "POST", "partial_update": "PATCH"}
"""Actions that go by their method; every further action has its own line in the policy."""


def policy_of(view: Any) -> dict[str, tuple[Permission, ...]]:
    """Return the policy of a view (or view class): its `permissions`, or its one word `needs` for reading."""
    policy = getattr(view, "permissions", None) or {}
    needs = getattr(view, "needs", None)
    if needs and not policy:
        policy = {"GET": needs}
    return {key: words if isinstance(words, tuple) else (words,) for key, words in policy.items()}


class PolicyPermission(BasePermission):
    """Closed until a view names its permissions; a token also needs the scope to read or to write.

    A method that the view does not have is answered 405 only to those who may read there; everybody else learns
    nothing about it.
    """

    def has_permission(self, request: Any, view: Any) -> bool:
        policy = policy_of(view)
        if not request.user.is_authenticated or not policy:
            return False
        method = "GET" if request.method == "HEAD" else request.method
        action = getattr(view, "action", None)
        if method == "OPTIONS" or not hasattr(view, method.lower()):
            method = action = "GET"
        words = policy.get(STANDARD_ACTIONS.get(action, action) if action else method, ())
        scope = ApiToken.Scope.READ if method == "GET" else ApiToken.Scope.WRITE
        return token_allows(request.auth, scope) and any(request.user.holds(word) for word in words)
