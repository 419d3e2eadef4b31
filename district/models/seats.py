"""Seats that a memorandum promises: so many places in trainings, taken with an invitation code."""

from __future__ import annotations

from datetime import date

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from district.access import Permission

from .accounts import User
from .base import Record
from .partners import Memorandum


class SeatAllotmentQuerySet(models.QuerySet):
    """Seat allotments: in scope as their memorandum is."""

    def allowed(self, user: User, permission: Permission):
        """Allotments of the memoranda in scope."""
        memoranda = Memorandum.objects.all().allowed(user, permission)
        return self.filter(memorandum__in=memoranda.order_by().values("pk"))

    def visible_to(self, user: User):
        """Allotments that `user` may read."""
        return self.allowed(user, Permission.MEMORANDUM_VIEW)

    def open_on(self, day: date):
        """Allotments whose code counts on `day`: not withdrawn, within their days and those of the memorandum."""
        return self.filter(
            Q(ends_on=None) | Q(ends_on__gte=day),
            Q(memorandum__ends_on=None) | Q(memorandum__ends_on__gte=day),
            begins_on__lte=day,
            memorandum__begins_on__lte=day,
            withdrawn_at=None,
        )


class SeatAllotment(Record):
    """So many seats under a memorandum, with the code that takes one."""

    read_permission = Permission.MEMORANDUM_VIEW

    memorandum = models.ForeignKey(Memorandum, models.PROTECT, related_name="seat_allotments")
    label = models.CharField(_("for whom"), max_length=100)
    seats = models.PositiveSmallIntegerField(_("seats"), validators=[MinValueValidator(1), MaxValueValidator(2000)])
    code = models.CharField(_("invitation code"), max_length=12, unique=True, editable=False)
    begins_on = models.DateField(_("from"))
    ends_on = models.DateField(_("through"), null=True, blank=True, help_text=_("Empty: as long as the memorandum."))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdraw_reason = models.CharField(_("reason"), max_length=500, blank=True)

    objects = SeatAllotmentQuerySet.as_manager()

    class Meta:
        ordering = ["begins_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("begins_on")),
                name="seat_allotment_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def code_words(self) -> str:
        """The code as people read it out: in two halves."""
        half = len(self.code) // 2
        return f"{self.code[:half]}-{self.code[half:]}"
