"""What a person keeps for themselves: the filters and the order of a list under a name of their own."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .accounts import User
from .base import Record


class SavedViewQuerySet(models.QuerySet):
    """Saved views."""

    def visible_to(self, user):
        """One's own, and nobody else's."""
        return self.filter(user=user)

    def of_list(self, list_name: str):
        """Those of one list."""
        return self.filter(list_name=list_name)


class SavedView(Record):
    """Filters and order of one list, kept by one person. What was searched for is not kept: it may be a name.

    A view gives no right: opening it asks the list the same question again, in the scope of that day.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="saved_views")
    list_name = models.CharField(_("list"), max_length=60, help_text=_("Name of the list's address."))
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(_("filters and order"), max_length=2000, help_text=_("As the address writes them."))
    is_default = models.BooleanField(_("opens first"), default=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ["list_name", "name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "list_name", "name"], name="saved_view_name_unique_in_list"),
            models.UniqueConstraint(
                fields=["user", "list_name"], condition=Q(is_default=True), name="saved_view_one_default_in_list"
            ),
        ]

    def __str__(self) -> str:
        return self.name
