"""Meetings of a body: who came, what stood on the agenda, what was written and decided."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from district.access import Permission
from district.models import Record, User

from .base import PartQuerySet, Voidable
from .bodies import Body, SeatTerm


class Meeting(Record):
    """One meeting, planned for a day, then held or cancelled."""

    class Status(models.TextChoices):
        PLANNED = "planned", _("Planned")
        HELD = "held", _("Held")
        CANCELLED = "cancelled", _("Canceled")

    whole = "body"
    read_permission = Permission.BODY_VIEW

    body = models.ForeignKey(Body, models.PROTECT, related_name="meetings")
    on = models.DateField(_("day"))
    place = models.CharField(_("place"), max_length=200, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PLANNED)
    minutes = models.TextField(_("minutes"), max_length=20_000, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-pk"]
        constraints = [models.UniqueConstraint(fields=["body", "on"], name="meeting_once_a_day")]

    def __str__(self) -> str:
        return f"{self.body_id} {self.on}"


class Attendance(Record):
    """Whether the holder of a seat came to a meeting. One row for each term that held a seat on the day."""

    class Mark(models.TextChoices):
        PRESENT = "present", _("Came")
        EXCUSED = "excused", _("Sent word")
        ABSENT = "absent", _("Did not come")

    whole = "meeting"
    read_permission = Permission.BODY_VIEW

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="attendances")
    term = models.ForeignKey(SeatTerm, models.PROTECT, related_name="attendances")
    mark = models.CharField(_("attendance"), max_length=10, choices=Mark)

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["meeting", "term"], name="attendance_once_a_meeting")]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.term_id}"


class Decision(Voidable, Record):
    """Something a body decided, with who is to do it. Where it is a promise, a commitment follows from it."""

    whole = "meeting"
    read_permission = Permission.BODY_VIEW

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="decisions")
    text = models.TextField(_("what was decided"), max_length=4000)
    responsible_name = models.CharField(_("who is to do it"), max_length=200, blank=True)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text[:80]
