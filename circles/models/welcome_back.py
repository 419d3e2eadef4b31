"""The plan with which a student comes back: supports, needs, responsibilities, supporters, the first week."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commitments.models import PartQuerySet
from district.access import Permission
from district.models import Record, User

from .circles import Circle
from .participants import CircleParticipant, ParticipantQuerySet

FIRST_WEEK = 5
"""School days after a return on which somebody asks how it goes; the first is the day of the return."""


class WelcomePlan(Record):
    """One plan of one case. That there is one is known to every reader of the case; its words to the team alone."""

    whole = "circle"
    read_permission = Permission.CIRCLE_VIEW
    read_permissions = (Permission.CIRCLE_VIEW, Permission.CIRCLE_WORK)

    circle = models.OneToOneField(Circle, models.PROTECT, related_name="welcome_plan")
    returns_on = models.DateField(_("first day back"))

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["-returns_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.circle} {self.returns_on}"


class PlanItem(Record):
    """One thing of a plan. `sealed` holds its words as a case note is sealed, and is empty once they were purged.

    A supporter is somebody of the case, or a name: then the name is the words.
    """

    class Kind(models.TextChoices):
        SUPPORT = "support", _("Support: what helps")
        NEED = "need", _("Need: what the student needs")
        RESPONSIBILITY = "duty", _("Responsibility: who does what")
        SUPPORTER = "supporter", _("Supporter: whom the student chose")

    whole = "plan"
    read_permission = Permission.CIRCLE_WORK

    plan = models.ForeignKey(WelcomePlan, models.PROTECT, related_name="items")
    kind = models.CharField(_("kind"), max_length=9, choices=Kind)
    sealed = models.TextField(editable=False, blank=True)
    person = models.ForeignKey(
        CircleParticipant, models.PROTECT, null=True, blank=True, related_name="plan_items", verbose_name=_("who")
    )
    due_on = models.DateField(_("by when"), null=True, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    dropped_at = models.DateTimeField(_("taken out"), null=True, blank=True)
    purged_at = models.DateTimeField(_("purged"), null=True, blank=True)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["due_on"], condition=Q(done_on=None, dropped_at=None), name="circle_plan_item_due"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="duty") | Q(person__isnull=False, due_on__isnull=False),
                name="circle_plan_duty_has_owner_and_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.kind}"


class CheckIn(Record):
    """A school day of the first week on which somebody asks how it goes, and what they found: a code, no words."""

    class Outcome(models.TextChoices):
        WELL = "well", _("It went well")
        MIXED = "mixed", _("Some of it was hard")
        HARD = "hard", _("It was hard: something has to change")
        ABSENT = "absent", _("The student was not at school")

    whole = "plan"
    read_permission = Permission.CIRCLE_WORK

    plan = models.ForeignKey(WelcomePlan, models.PROTECT, related_name="check_ins")
    day = models.PositiveSmallIntegerField(
        _("school day"), validators=[MinValueValidator(1), MaxValueValidator(FIRST_WEEK)]
    )
    due_on = models.DateField(_("on"))
    done_on = models.DateField(_("held on"), null=True, blank=True)
    outcome = models.CharField(_("how it goes"), max_length=6, choices=Outcome, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        ordering = ["day"]
        indexes = [models.Index(fields=["due_on"], condition=Q(done_on=None), name="circle_check_in_due")]
        constraints = [models.UniqueConstraint(fields=["plan", "day"], name="circle_check_in_once_a_day")]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.day}"
