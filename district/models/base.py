"""What every record has, and how records of a district as a whole are limited to what a person may see."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models.functions import Now

from district.access import Permission

if TYPE_CHECKING:
    from .accounts import User


class Record(models.Model):
    """A row with a public id. The integer key stays inside; addresses and the API show `uid`."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(auto_now=True, db_default=Now(), editable=False)

    class Meta:
        abstract = True


class DistrictScopedQuerySet(models.QuerySet):
    """Rows that belong to a district as a whole (school years, code of conduct, imports).

    The model names the way to its district (`district_lookup`) and the permission that reading needs
    (`read_permission`).
    """

    model: type[Any]

    def allowed(self, user: User, permission: Permission) -> Self:
        """Rows of the districts where `user` holds `permission` in any scope now."""
        districts = {grant.district_id for grant in user.grants_with(permission)}
        return self.filter(**{f"{self.model.district_lookup}__in": districts})

    def allowed_throughout(self, user: User, permission: Permission) -> Self:
        """Rows of the districts where a grant of the whole district holds `permission`: what is the district's own is
        not written from one school, nor by an organization."""
        grants = user.grants_with(permission)
        districts = {grant.district_id for grant in grants if not grant.school_id and not grant.organization_id}
        return self.filter(**{f"{self.model.district_lookup}__in": districts})

    def visible_to(self, user: User) -> Self:
        """Rows that `user` may read."""
        return self.allowed(user, self.model.read_permission)
