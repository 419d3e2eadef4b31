"""How true a school's practice is to restorative practice: indicators, rounds in which several people rate them."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from district.access import Permission
from district.models import District, DistrictScopedQuerySet, Record, School, ScopedQuerySet, User

from .base import PartQuerySet, holders


class RubricQuerySet(DistrictScopedQuerySet):
    """Rubrics: everybody of the district reads them, a grant of the whole district keeps them."""

    def allowed(self, user: User, permission: Permission):
        """Rubrics that `user` may read, or keep."""
        if permission == self.model.read_permission:
            return super().allowed(user, permission)
        return self.filter(district__in=holders(user.grants_with(permission))[1])


class Rubric(Record):
    """A set of indicators. Once a round has used it, another wording is another rubric."""

    district_lookup = "district"
    read_permission = Permission.FIDELITY_VIEW

    district = models.ForeignKey(District, models.PROTECT, related_name="practice_rubrics")
    name = models.CharField(_("name"), max_length=200)
    source = models.CharField(_("where it comes from"), max_length=300, blank=True)
    retired_on = models.DateField(_("no longer used since"), null=True, blank=True)

    objects = RubricQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["district", "name"], name="rubric_name_unique_in_district")]

    def __str__(self) -> str:
        return self.name


class RubricItem(Record):
    """One indicator within a dimension, rated 0 not in place, 1 partly in place, 2 in place."""

    whole = "rubric"
    read_permission = Permission.FIDELITY_VIEW

    rubric = models.ForeignKey(Rubric, models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField(_("position"))
    dimension = models.CharField(_("dimension"), max_length=100)
    text = models.CharField(_("indicator"), max_length=500)

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["rubric", "position"], name="rubric_item_position_unique")]

    def __str__(self) -> str:
        return self.text


class FidelityRound(Record):
    """A span of days in which several people rate one school on one rubric."""

    school_lookup = "school"
    read_permission = Permission.FIDELITY_VIEW

    school = models.ForeignKey(School, models.PROTECT, related_name="fidelity_rounds")
    rubric = models.ForeignKey(Rubric, models.PROTECT, related_name="rounds")
    opened_on = models.DateField(_("opened on"))
    closes_on = models.DateField(_("closes on"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["school", "rubric", "opened_on"], name="fidelity_round_once_a_day"),
            models.CheckConstraint(condition=Q(closes_on__gte=F("opened_on")), name="fidelity_round_closes_after_open"),
        ]

    def __str__(self) -> str:
        return f"{self.school_id} {self.opened_on}"


class Rating(Record):
    """What one rater gave one indicator: 0, 1 or 2. A rater may change it while the round is open."""

    whole = "round"
    read_permission = Permission.FIDELITY_VIEW

    round = models.ForeignKey(FidelityRound, models.PROTECT, related_name="ratings")
    item = models.ForeignKey(RubricItem, models.PROTECT, related_name="ratings")
    rater = models.ForeignKey(User, models.PROTECT, related_name="ratings")
    value = models.PositiveSmallIntegerField(_("rating"), validators=[MaxValueValidator(2)])
    rated_on = models.DateField(_("rated on"))

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "item", "rater"], name="rating_once_a_rater"),
            models.CheckConstraint(condition=Q(value__lte=2), name="rating_is_0_1_or_2"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.value}"
