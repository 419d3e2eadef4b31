"""Incidents that belong together, and those that turned out to be one."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from district.access import Permission
from district.models import Record, School, User

from .incidents import Incident


class IncidentLinkQuerySet(models.QuerySet):
    """Links between incidents."""

    def standing(self):
        """Links that have not been taken apart."""
        return self.filter(ended_at=None)

    def of(self, incident: Incident):
        """Links of which `incident` is one end."""
        return self.filter(Q(first=incident) | Q(second=incident))

    def allowed(self, user: User, permission: Permission):
        """Links of which both ends are of schools where `user` holds `permission` now."""
        schools = School.objects.where_allowed(user, permission).values("pk")
        return self.filter(first__school__in=schools, second__school__in=schools)

    def visible_to(self, user: User):
        """Links of which `user` may read both ends."""
        return self.allowed(user, Permission.REFERRAL_VIEW)


class IncidentLink(Record):
    """Two incidents that belong together, such as a dispute and its sequel. `first` has the smaller key."""

    first = models.ForeignKey(Incident, models.PROTECT, related_name="links_forward")
    second = models.ForeignKey(Incident, models.PROTECT, related_name="links_back")
    reason = models.CharField(_("why they belong together"), max_length=500)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(_("taken apart"), null=True, blank=True)
    end_reason = models.CharField(_("reason for taking apart"), max_length=500, blank=True)

    objects = IncidentLinkQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="incident_link_in_order"),
            models.UniqueConstraint(
                fields=["first", "second"], condition=Q(ended_at=None), name="incident_link_stands_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} {self.second_id}"


class IncidentMerge(Record):
    """One incident was merged into another: who decided it, why, and which records moved."""

    kept = models.ForeignKey(Incident, models.PROTECT, related_name="merges")
    merged = models.OneToOneField(Incident, models.PROTECT, related_name="merge")
    reason = models.CharField(_("reason"), max_length=500)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("merged"))
    moved = models.JSONField(_("moved"), default=dict, help_text=_("Kind of record → ids that moved."))
    voided = models.JSONField(_("voided"), default=dict, help_text=_("Kind of record → ids that were doubles."))

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.merged_id} -> {self.kept_id}"
