"""Which permission a request needs."""

from rest_framework.permissions import BasePermission


class PolicyPermission(BasePermission):
    """Closed until a view names its permission."""

    def has_permission(self, request, view) -> bool:
        return False
