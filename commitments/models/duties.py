"""The dates on which something of a commitment falls due, each with what became of it."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from district.access import Permission
from district.models import Record, User

from .base import PartQuerySet
from .commitments import Commitment


class DueItemQuerySet(PartQuerySet):
    """Dates on which something falls due."""

    def open(self):
        """Those not delivered, of commitments that hold."""
        return self.filter(fulfilled_on=None, commitment__status=Commitment.Status.ACTIVE)

    def overdue_on(self, day: date):
        """Those still open after their day had passed."""
        return self.open().filter(due_on__lt=day)


class DueItem(Record):
    """One date of a commitment. `missed_on` is set by the clock once the day has passed, and is never cleared."""

    whole = "commitment"
    read_permission = Permission.COMMITMENT_VIEW

    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="due_items")
    due_on = models.DateField(_("due on"))
    missed_on = models.DateField(_("date missed, noted on"), null=True, blank=True, editable=False)
    fulfilled_on = models.DateField(_("delivered on"), null=True, blank=True)
    evidence = models.CharField(_("evidence"), max_length=500, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = DueItemQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        indexes = [
            models.Index(fields=["due_on"], condition=Q(fulfilled_on=None), name="due_item_open"),
        ]
        constraints = [models.UniqueConstraint(fields=["commitment", "due_on"], name="due_item_once_a_day")]

    def __str__(self) -> str:
        return f"{self.commitment_id} {self.due_on}"

    @property
    def was_on_time(self) -> bool:
        """Whether it was delivered by its day."""
        return self.fulfilled_on is not None and self.fulfilled_on <= self.due_on
