"""What stands on a body's agenda: a matter of its own, or a commitment that was missed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from district.access import Permission
from district.models import Record, User

from .base import PartQuerySet
from .meetings import Meeting
from .misses import Miss


class AgendaItemQuerySet(PartQuerySet):
    """Points of an agenda."""

    def visible_to(self, user: User):
        """Points that `user` may read: of a missed commitment only where they may know of the miss."""
        told = Miss.objects.all().visible_to(user).values("pk")
        return super().visible_to(user).filter(Q(miss=None) | Q(miss__in=told))


class AgendaItem(Record):
    """One point of a meeting's agenda."""

    whole = "meeting"
    read_permission = Permission.BODY_VIEW

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="agenda")
    title = models.CharField(_("what it is about"), max_length=300)
    miss = models.ForeignKey(Miss, models.PROTECT, null=True, blank=True, related_name="agenda_items")
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = AgendaItemQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["meeting", "miss"], name="agenda_item_once_a_meeting")]

    def __str__(self) -> str:
        return self.title
