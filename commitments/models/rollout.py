"""How far restorative practice has come: dated decisions about schools with their evidence, and targets."""

from __future__ import annotations

from datetime import date

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from district.access import Permission
from district.models import District, DistrictScopedQuerySet, Record, School, ScopedQuerySet, User

from .base import Voidable, holders


class Stage(models.TextChoices):
    """The four stages of implementation research (NIRN), in their order."""

    EXPLORATION = "exploration", _("Exploration")
    INSTALLATION = "installation", _("Installation")
    INITIAL = "initial", _("Initial implementation")
    FULL = "full", _("Full implementation")

    @property
    def rank(self) -> int:
        """1 to 4."""
        return list(Stage).index(self) + 1

    @classmethod
    def from_on(cls, stage: str) -> list[str]:
        """The stage and those after it."""
        return list(cls.values)[cls(stage).rank - 1 :]


class RolloutStageQuerySet(ScopedQuerySet):
    """Decisions about the stage of schools."""

    def standing(self):
        """Those not voided."""
        return self.filter(voided_at=None)

    def until(self, day: date):
        """Those that hold from `day` or before, in their order."""
        return self.standing().filter(decided_on__lte=day).order_by("decided_on", "pk")


class RolloutStage(Voidable, Record):
    """The stage of one school from a day on, as somebody decided it, and on which evidence. The latest one holds."""

    school_lookup = "school"
    read_permission = Permission.FIDELITY_VIEW

    school = models.ForeignKey(School, models.PROTECT, related_name="rollout_stages")
    stage = models.CharField(_("stage"), max_length=12, choices=Stage)
    decided_on = models.DateField(_("since"))
    evidence = models.TextField(_("evidence"), max_length=2000)
    decided_by = models.CharField(_("who decided"), max_length=200, blank=True, help_text=_("An office or a body."))
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = RolloutStageQuerySet.as_manager()

    class Meta:
        ordering = ["-decided_on", "-pk"]
        verbose_name = _("stage of a school")
        constraints = [
            models.UniqueConstraint(
                fields=["school", "decided_on"], condition=Q(voided_at=None), name="rollout_stage_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.school.name}: {self.get_stage_display()}"


class RolloutTargetQuerySet(DistrictScopedQuerySet):
    """Targets: everybody of the district reads them, a grant of the whole district sets them."""

    def allowed(self, user: User, permission: Permission):
        """Targets that `user` may read, or set."""
        if permission == self.model.read_permission:
            return super().allowed(user, permission)
        return self.filter(district__in=holders(user.grants_with(permission))[1])

    def standing(self):
        """Those not voided."""
        return self.filter(voided_at=None)


class RolloutTarget(Voidable, Record):
    """So many schools (none: all that are open) at a stage or beyond by a day."""

    district_lookup = "district"
    read_permission = Permission.FIDELITY_VIEW

    district = models.ForeignKey(District, models.PROTECT, related_name="rollout_targets")
    stage = models.CharField(_("stage"), max_length=12, choices=Stage)
    schools = models.PositiveIntegerField(
        _("schools"), null=True, blank=True, validators=[MinValueValidator(1)], help_text=_("Empty: all of them.")
    )
    due_on = models.DateField(_("by"))
    adopted_on = models.DateField(_("adopted on"))
    source = models.CharField(_("where it stands"), max_length=300, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = RolloutTargetQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("target of the rollout")
        constraints = [
            models.UniqueConstraint(
                fields=["district", "stage", "due_on"], condition=Q(voided_at=None), name="rollout_target_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_stage_display()} {self.due_on}"
