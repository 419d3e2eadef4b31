"""Circles with a class or group: that it was held, how long and with how many. Nobody who sat in it is named."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commitments.models import Voidable
from district.access import Permission
from district.models import Record, School, SchoolYear, ScopedQuerySet, User
from training.models import Practice, Practitioner


class ClassCircleQuerySet(ScopedQuerySet):
    """Circles with a class or group."""

    def visible_to(self, user: User):
        """All of one's scope, and those one has logged oneself: by the grant."""
        every = School.objects.where_allowed(user, Permission.CLASS_CIRCLE_VIEW)
        own = School.objects.where_allowed(user, Permission.CLASS_CIRCLE_VIEW_OWN)
        return self.filter(Q(school__in=every.values("pk")) | Q(school__in=own.values("pk"), logged_by=user))

    def allowed(self, user: User, permission: Permission):
        """Rows in scope of `permission`. What somebody logged is mended by them, or by who arranges circles there."""
        if permission != Permission.CLASS_CIRCLE_LOG:
            return super().allowed(user, permission)
        own = School.objects.where_allowed(user, permission)
        every = School.objects.where_allowed(user, Permission.CIRCLE_ARRANGE)
        return self.filter(Q(school__in=own.values("pk"), logged_by=user) | Q(school__in=every.values("pk")))

    def standing(self):
        """Those not voided."""
        return self.filter(voided_at=None)

    def in_year(self, year: int):
        """Those held in the school year that ends in `year`."""
        return self.filter(school_year__year=year)


class ClassCircle(Voidable, Record):
    """One circle of a practice that records no names. `minutes` of the whole circle; `headcount` of the students."""

    LONGEST, MOST_HEADS = 480, 2000

    school_lookup = "school"
    read_permission = Permission.CLASS_CIRCLE_VIEW
    read_permissions = (Permission.CLASS_CIRCLE_VIEW, Permission.CLASS_CIRCLE_VIEW_OWN)

    school = models.ForeignKey(School, models.PROTECT, related_name="class_circles")
    school_year = models.ForeignKey(SchoolYear, models.PROTECT, related_name="class_circles")
    practice = models.ForeignKey(Practice, models.PROTECT, related_name="class_circles")
    group = models.CharField(_("class or group"), max_length=100)
    topic = models.CharField(_("topic"), max_length=200, blank=True)
    held_on = models.DateField(_("day"))
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), validators=[MinValueValidator(1), MaxValueValidator(LONGEST)]
    )
    headcount = models.PositiveSmallIntegerField(
        _("students"), validators=[MinValueValidator(1), MaxValueValidator(MOST_HEADS)]
    )
    keeper = models.CharField(_("kept by"), max_length=200, help_text=_("An adult's name."))
    practitioner = models.ForeignKey(
        Practitioner,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="class_circles",
        help_text=_("The person in training who kept it, where whoever logged it did."),
    )
    logged_by = models.ForeignKey(User, models.PROTECT, related_name="class_circles")
    submission_key = models.UUIDField(null=True, blank=True, editable=False)

    objects = ClassCircleQuerySet.as_manager()

    class Meta:
        ordering = ["-held_on", "-pk"]
        indexes = [
            models.Index(fields=["school", "-held_on", "-id"], name="class_circle_of_school"),
            models.Index(fields=["logged_by", "-held_on"], name="class_circle_logged_by"),
            # Holds all that figures need, so that a year is counted without reading its rows.
            models.Index(
                fields=["school_year", "school", "practice", "minutes", "headcount", "voided_at"],
                name="class_circle_counting",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["logged_by", "submission_key"], name="class_circle_logged_once"),
        ]

    def __str__(self) -> str:
        return f"{self.group} {self.held_on}"
