"""What either side says of a commitment: dated, with evidence, side by side. No row changes an earlier one."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from district.access import Permission
from district.models import Record, User

from .base import PartQuerySet, Voidable
from .codes import Completion, Side
from .commitments import Commitment


class StatusReport(Voidable, Record):
    """One side's word on how far a commitment is carried out, as of a day. `value` is in the commitment's own unit."""

    whole = "commitment"
    read_permission = Permission.COMMITMENT_VIEW

    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="reports")
    side = models.CharField(_("side"), max_length=12, choices=Side)
    completion = models.CharField(_("how far"), max_length=12, choices=Completion)
    as_of = models.DateField(_("as of"))
    text = models.TextField(_("what is so"), max_length=4000)
    evidence = models.CharField(_("evidence"), max_length=500, blank=True)
    value = models.DecimalField(_("figure reached"), max_digits=12, decimal_places=4, null=True, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["as_of", "pk"]
        indexes = [
            models.Index(
                fields=["commitment", "side", "-as_of"], condition=Q(voided_at=None), name="report_latest_of_side"
            )
        ]

    def __str__(self) -> str:
        return f"{self.commitment_id} {self.side} {self.as_of}"
