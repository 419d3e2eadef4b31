"""How a query for a school's records is limited to what a person may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models

from district.access import Permission

from .places import School

if TYPE_CHECKING:
    from .accounts import User


class ScopedQuerySet(models.QuerySet):
    """Rows that belong to a school, limited in SQL to the schools where a person holds a permission.

    The model names the way to its school (`school_lookup`) and the permission that reading needs (`read_permission`).
    """

    model: type[Any]

    def allowed(self, user: User, permission: Permission) -> Self:
        """Rows of the schools where `user` holds `permission` now."""
        schools = School.objects.where_allowed(user, permission)
        return self.filter(**{f"{self.model.school_lookup}__in": schools.values("pk")})

    def visible_to(self, user: User) -> Self:
        """Rows that `user` may read."""
        return self.allowed(user, self.model.read_permission)
