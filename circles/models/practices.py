"""What the district has set for its practices: how each is recorded, and what it needs before it is held."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from circles.practice_rules import PracticeTerms, default_terms
from district.access import Permission
from district.models import DistrictScopedQuerySet, Record, User
from training.models import Practice


class PracticeRule(Record):
    """The terms of one practice. Where the district has set none, those of its tier hold (`default_terms`)."""

    district_lookup = "practice__district"
    read_permission = Permission.DISTRICT_VIEW

    practice = models.OneToOneField(Practice, models.PROTECT, related_name="circle_rule")
    records_names = models.BooleanField(
        _("names are recorded"),
        default=True,
        help_text=_("Yes: a case with its participants. No: class, minutes and headcount only."),
    )
    needs_credential = models.BooleanField(
        _("needs a certified keeper"),
        default=True,
        help_text=_("Whoever keeps it holds a certificate for the practice that is valid on its day."),
    )
    needs_guardian = models.BooleanField(
        _("needs a guardian’s permission"), default=False, help_text=_("For each student who takes part.")
    )
    is_face_to_face = models.BooleanField(
        _("brings those who caused harm and those harmed together"),
        default=False,
        help_text=_("Then nobody who was harmed is brought to it without their own consent."),
    )
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = DistrictScopedQuerySet.as_manager()

    class Meta:
        ordering = ["practice"]

    def __str__(self) -> str:
        return str(self.practice_id)

    @property
    def terms(self) -> PracticeTerms:
        """The same as plain values."""
        return PracticeTerms(self.records_names, self.needs_credential, self.needs_guardian, self.is_face_to_face)


def terms_by_practice(practices: Iterable[Practice]) -> dict[int, PracticeTerms]:
    """Return practice key → its terms, in one query."""
    found = list(practices)
    rules = {rule.practice_id: rule.terms for rule in PracticeRule.objects.filter(practice__in=found)}
    return {one.pk: rules.get(one.pk) or default_terms(one.code, one.tier) for one in found}


def terms_of(practice: Practice) -> PracticeTerms:
    """Return the terms of one practice, in one query."""
    return terms_by_practice([practice])[practice.pk]


def without_names(practices: QuerySet[Practice]) -> QuerySet[Practice]:
    """Those of `practices` that are logged without names."""
    return practices.filter(Q(circle_rule__records_names=False) | Q(circle_rule=None, tier=1))


def with_names(practices: QuerySet[Practice]) -> QuerySet[Practice]:
    """Those of `practices` that are recorded as a case."""
    return practices.exclude(pk__in=without_names(practices).order_by().values("pk"))
