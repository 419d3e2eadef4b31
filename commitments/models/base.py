"""What several records of this floor share: how they are limited to a reader, and how a mistake is voided."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from district.access import Permission
from district.models import DistrictScopedQuerySet, User

if TYPE_CHECKING:
    from collections.abc import Iterable

    from district.models import ActiveGrant


class PartQuerySet(models.QuerySet):
    """Rows that are part of another record (`whole` names the way to it) and as open as that record."""

    model: type[Any]

    def allowed(self, user: User, permission: Permission) -> Self:
        """Rows of records for which `user` holds `permission`."""
        wholes = self._wholes().allowed(user, permission)
        return self.filter(**{f"{self.model.whole}__in": wholes.order_by().values("pk")})

    def visible_to(self, user: User) -> Self:
        """Rows of records that `user` may read."""
        return self.filter(**{f"{self.model.whole}__in": self._wholes().visible_to(user).order_by().values("pk")})

    def standing(self) -> Self:
        """Rows that have not been voided."""
        return self.filter(voided_at=None)

    def _wholes(self) -> Any:
        return self.model._meta.get_field(self.model.whole).related_model._default_manager.all()


class KeptQuerySet(DistrictScopedQuerySet):
    """Records of a district that one of its organizations may keep.

    Whoever may read such records in the district reads them all; a grant of the whole district writes all of them,
    one of an organization those that it keeps, one at a school none.
    """

    def allowed(self, user: User, permission: Permission) -> Self:
        """Rows that `user` may read, or write, by the kind of grant that holds `permission`."""
        if permission == self.model.read_permission:
            return super().allowed(user, permission)
        own, districts = holders(user.grants_with(permission))
        return self.filter(Q(organization__in=own) | Q(**{f"{self.model.district_lookup}__in": districts}))


def holders(grants: Iterable[ActiveGrant]) -> tuple[set[int], set[int]]:
    """Return the keys of the organizations, and of the districts as a whole, that `grants` speak for."""
    own = {grant.organization_id for grant in grants if grant.organization_id}
    districts = {grant.district_id for grant in grants if not grant.organization_id and not grant.school_id}
    return own, districts


class Voidable(models.Model):
    """A row that a mistake voids: it stays on record with the reason and counts nowhere."""

    voided_at = models.DateTimeField(_("voided"), null=True, blank=True, editable=False)
    void_reason = models.CharField(_("reason for voiding"), max_length=500, blank=True, editable=False)
    voided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", editable=False)

    class Meta:
        abstract = True
