"""The code of conduct: the behaviours a district has defined, each for a span of time."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from district.access import Permission
from district.models import District, DistrictScopedQuerySet, ImportBatch, Record


class BehaviorQuerySet(DistrictScopedQuerySet):
    """Behaviours of a code of conduct."""

    def valid_on(self, day: date):
        """Behaviours whose span of validity contains `day` (both ends included)."""
        return self.valid_within(day, day)

    def valid_within(self, first: date, last: date):
        """Behaviours that are valid on some day from `first` to `last` (both included)."""
        return self.filter(Q(valid_from=None) | Q(valid_from__lte=last), Q(valid_to=None) | Q(valid_to__gte=first))


class Behavior(Record):
    """One behaviour of a district's code of conduct, mapped to federal and state codes."""

    district_lookup = "district"
    read_permission = Permission.DISTRICT_VIEW

    district = models.ForeignKey(District, models.PROTECT, related_name="behaviors")
    code = models.CharField(_("code"), max_length=40)
    title = models.CharField(_("title"), max_length=200)
    definition = models.TextField(_("definition"), blank=True)
    level = models.CharField(_("level"), max_length=40, blank=True)
    category = models.CharField(_("category"), max_length=100, blank=True)
    subjective = models.BooleanField(
        _("subjective"), default=False, help_text=_("Whether it depends on an adult's judgment, such as disrespect.")
    )
    ceds_behavior = models.CharField(_("CEDS code"), max_length=5, blank=True)
    crdc_offense = models.CharField(_("CRDC offense"), max_length=20, blank=True)
    state_code = models.CharField(_("state code"), max_length=40, blank=True)
    max_response = models.CharField(_("strongest response"), max_length=40, blank=True)
    grades = models.CharField(_("grades"), max_length=100, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    batch = models.ForeignKey(ImportBatch, models.PROTECT, null=True, blank=True, related_name="+")

    objects = BehaviorQuerySet.as_manager()

    class Meta:
        ordering = ["code", "valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["district", "code", "valid_from"], name="behavior_code_unique_from"),
            models.UniqueConstraint(
                fields=["district", "code"], condition=Q(valid_from=None), name="behavior_code_unique_always"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def is_valid_on(self, day: date) -> bool:
        """Say whether the behaviour is part of the code on `day` (both ends included)."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)

    def is_used(self) -> bool:
        """Say whether any record, of whatever kind, points to this behaviour."""
        relations = [relation for relation in self._meta.related_objects if relation.related_model is not Behavior]
        return any(
            relation.related_model._base_manager.filter(**{relation.field.name: self}).exists()
            for relation in relations
        )
