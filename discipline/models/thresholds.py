"""Thresholds: so many referrals in so many days are a task for somebody, not a number in a report."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from district.access import Permission
from district.models import District, DistrictScopedQuerySet, Record, School, ScopedQuerySet, Student, User

from .referrals import Referral


class Threshold(Record):
    """`count` referrals in `days` calendar days, of a level or category where one is named; valid until it ends."""

    district_lookup = "district"
    read_permission = Permission.RULES_VIEW

    district = models.ForeignKey(District, models.PROTECT, related_name="thresholds")
    title = models.CharField(_("title"), max_length=100)
    count = models.PositiveSmallIntegerField(_("referrals"), validators=[MinValueValidator(2), MaxValueValidator(50)])
    days = models.PositiveSmallIntegerField(
        _("in how many days"), validators=[MinValueValidator(1), MaxValueValidator(366)]
    )
    level = models.CharField(_("level"), max_length=40, blank=True, help_text=_("Empty: any level."))
    category = models.CharField(_("category"), max_length=100, blank=True, help_text=_("Empty: any category."))
    action = models.CharField(
        _("what is to be done"), max_length=200, help_text=_("Such as: call a meeting with the family.")
    )
    within_days = models.PositiveSmallIntegerField(
        _("within how many school days"), default=5, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    created_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    end_reason = models.CharField(_("why it ended"), max_length=500, blank=True)

    objects = DistrictScopedQuerySet.as_manager()

    class Meta:
        ordering = ["title", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "title"], condition=Q(ended_at=None), name="threshold_title_stands_once"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ThresholdTask(Record):
    """A student has reached a threshold: who looks after it, by when, and what came of it."""

    school_lookup = "school"
    read_permission = Permission.REFERRAL_VIEW

    class State(models.TextChoices):
        OPEN = "open", _("To do")
        DONE = "done", _("Done")
        OVERRIDDEN = "overridden", _("Not done, with a reason")

    threshold = models.ForeignKey(Threshold, models.PROTECT, related_name="tasks")
    student = models.ForeignKey(Student, models.PROTECT, related_name="threshold_tasks")
    school = models.ForeignKey(School, models.PROTECT, related_name="threshold_tasks")
    referral = models.ForeignKey(Referral, models.PROTECT, related_name="threshold_tasks")
    counted = models.PositiveSmallIntegerField(_("referrals counted"))
    due_on = models.DateField(_("due on"), null=True, blank=True)
    owner = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(_("what was done, or why not"), max_length=500, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = [models.F("due_on").asc(nulls_last=True), "pk"]
        constraints = [
            models.UniqueConstraint(fields=["threshold", "referral"], name="threshold_task_unique"),
            models.UniqueConstraint(
                fields=["threshold", "student"], condition=Q(state="open"), name="threshold_task_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.threshold_id} {self.student_id}"
