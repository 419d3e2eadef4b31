"""Asking somebody to hold a circle, and the calendar that a person subscribes to."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from district.access import Permission
from district.models import Record, School, ScopedQuerySet, User

from .languages import Language
from .people import Practitioner
from .practices import Practice


class HoldRequest(Record):
    """Somebody asked to hold a circle at a school on a day. It names no student and takes no free text.

    `status` repeats the latest of the dated rows.
    """

    school_lookup = "school"
    read_permission = Permission.KEEPER_ASK

    class Status(models.TextChoices):
        ASKED = "asked", _("Asked")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    practitioner = models.ForeignKey(Practitioner, models.PROTECT, related_name="hold_requests")
    school = models.ForeignKey(School, models.PROTECT, related_name="hold_requests")
    practice = models.ForeignKey(Practice, models.PROTECT, related_name="+")
    day = models.DateField(_("day"))
    begins = models.TimeField(_("time"), null=True, blank=True)
    language = models.CharField(_("language"), max_length=3, choices=Language, blank=True)
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.ASKED)
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answer_by = models.DateTimeField(_("answer by"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-day", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["practitioner", "day", "practice", "school"],
                condition=Q(status="asked"),
                name="hold_request_asked_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.practitioner_id} {self.day}"


class HoldRequestStatus(Record):
    """A state of a request, from a moment on."""

    request = models.ForeignKey(HoldRequest, models.PROTECT, related_name="statuses")
    status = models.CharField(_("status"), max_length=9, choices=HoldRequest.Status)
    at = models.DateTimeField(_("since"))
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["at", "pk"]
        verbose_name_plural = "hold request statuses"

    def __str__(self) -> str:
        return f"{self.request_id} {self.status}"


class CalendarFeed(Record):
    """A secret address under which a calendar program reads one person's dates. Only a hash of the secret is kept."""

    practitioner = models.ForeignKey(Practitioner, models.PROTECT, related_name="feeds")
    secret_hash = models.CharField(max_length=64, unique=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.practitioner_id}"
