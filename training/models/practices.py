"""Restorative practices: what is held, from a community circle in class to a formal conference."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from district.access import Permission
from district.models import District, DistrictScopedQuerySet, Record

TIERS = ((1, _("Tier 1: for everybody")), (2, _("Tier 2: repairing harm")), (3, _("Tier 3: formal and re-entry")))


class PracticeQuerySet(DistrictScopedQuerySet):
    """Practices."""

    def in_use(self):
        """Practices that are still offered."""
        return self.filter(is_active=True)


class Practice(Record):
    """One kind of circle, conference or conversation of a district, with its tier (1 to 3)."""

    district_lookup = "district"
    read_permission = Permission.DISTRICT_VIEW

    district = models.ForeignKey(District, models.PROTECT, related_name="practices")
    code = models.SlugField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=100)
    tier = models.PositiveSmallIntegerField(
        _("tier"), choices=TIERS, validators=[MinValueValidator(1), MaxValueValidator(3)]
    )
    is_active = models.BooleanField(_("in use"), default=True)

    objects = PracticeQuerySet.as_manager()

    class Meta:
        ordering = ["tier", "name"]
        constraints = [
            models.UniqueConstraint(fields=["district", "code"], name="practice_code_unique_in_district"),
        ]

    def __str__(self) -> str:
        return self.name
