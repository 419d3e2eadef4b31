"""What a partner did under its memorandum, in its own log."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from district.access import Permission
from district.models import Memorandum, Record, User

from .base import PartQuerySet, Voidable


class PartnerActivity(Voidable, Record):
    """One piece of work of a partner: outreach, teaching, cases brought. It names no student."""

    class Kind(models.TextChoices):
        OUTREACH = "outreach", _("Outreach")
        EDUCATION = "education", _("Education or training")
        CASES = "cases", _("Cases brought")
        SUPPORT = "support", _("Support in schools")
        OTHER = "other", _("Other")

    whole = "memorandum"
    read_permission = Permission.MEMORANDUM_VIEW

    memorandum = models.ForeignKey(Memorandum, models.PROTECT, related_name="activities")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    happened_on = models.DateField(_("day"))
    title = models.CharField(_("what was done"), max_length=200)
    hours = models.DecimalField(
        _("hours"), max_digits=7, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(Decimal(0))]
    )
    people_reached = models.PositiveIntegerField(_("people reached"), null=True, blank=True)
    cases_brought = models.PositiveIntegerField(_("cases brought"), null=True, blank=True)
    funding = models.DecimalField(
        _("funding in dollars"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )
    note = models.TextField(_("note"), max_length=2000, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["-happened_on", "-pk"]
        verbose_name_plural = "partner activities"

    def __str__(self) -> str:
        return self.title
