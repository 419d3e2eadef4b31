"""How a query for a school's records is limited to what a person may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import connection, models
from django.db.models.constants import LOOKUP_SEP
from django.db.models.lookups import In

from district.access import Permission

from .places import School

if TYPE_CHECKING:
    from .accounts import User


class _NoWayIn(models.Func):
    """A column that SQLite may compare but not look up: the sign keeps it from the column's index."""

    template = "+%(expressions)s"
    arity = 1


def at_allowed_schools(user: User, permission: Permission, school_lookup: str = "school") -> models.Q:
    """Condition for rows of the schools where `user` holds `permission`; `school_lookup` is the way to the school."""
    schools = School.objects.where_allowed(user, permission).values("pk")
    is_wide = any(grant.school_id is None for grant in user.grants_with(permission))
    if is_wide and LOOKUP_SEP not in school_lookup and connection.vendor == "sqlite":
        # SQLite takes any list of schools for a short one. For that of a whole district it would read every row school
        # by school and sort them all, to show the latest 50. PostgreSQL counts before it chooses.
        return models.Q(In(_NoWayIn(models.F(school_lookup)), schools.query))
    return models.Q(**{f"{school_lookup}__in": schools})


class ScopedQuerySet(models.QuerySet):
    """Rows that belong to a school, limited in SQL to the schools where a person holds a permission.

    The model names the way to its school (`school_lookup`) and the permission that reading needs (`read_permission`).
    """

    model: type[Any]

    def allowed(self, user: User, permission: Permission) -> Self:
        """Rows of the schools where `user` holds `permission` now."""
        return self.filter(at_allowed_schools(user, permission, self.model.school_lookup))

    def visible_to(self, user: User) -> Self:
        """Rows that `user` may read."""
        return self.allowed(user, self.model.read_permission)
