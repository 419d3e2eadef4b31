"""How many days each step after a due date or a miss leaves: data of the district, with a default."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from district.access import Permission
from district.models import District, DistrictScopedQuerySet, Record, User


class EscalationRule(Record):
    """The days of one step, from a day on; the latest that has begun holds. Without a row the default of
    `commitments/ladder.py` does."""

    class Step(models.TextChoices):
        REMINDER = "reminder", _("Reminder before a date falls due")
        ANSWER = "answer", _("Answer after a miss")
        PLAN = "plan", _("Remedy plan after a dispute")
        CONSEQUENCE = "consequence", _("Consequence after the body met")
        RESOLUTION = "resolution", _("The district’s answer to a resolution")

    class Unit(models.TextChoices):
        CALENDAR = "calendar", _("calendar days")
        SCHOOL = "school", _("school days")

    district_lookup = "district"
    read_permission = Permission.COMMITMENT_VIEW

    district = models.ForeignKey(District, models.PROTECT, related_name="escalation_rules")
    step = models.CharField(_("step"), max_length=12, choices=Step)
    days = models.PositiveSmallIntegerField(_("days"))
    unit = models.CharField(_("unit"), max_length=10, choices=Unit, default=Unit.CALENDAR)
    valid_from = models.DateField(_("valid from"))
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = DistrictScopedQuerySet.as_manager()

    class Meta:
        ordering = ["step", "valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["district", "step", "valid_from"], name="escalation_rule_once_a_day"),
            models.CheckConstraint(condition=Q(days__lte=400), name="escalation_rule_within_a_year"),
        ]

    def __str__(self) -> str:
        return f"{self.step} {self.days}"
