"""The filters of circles' lists, for the page and the endpoint alike."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from district.filtering import (
    CodesFilter,
    DayFilter,
    DistrictFilter,
    Filter,
    SchoolFilter,
    SchoolYearFilter,
    SearchFilter,
    StrictFilterSet,
    TextFilter,
    YesNoFilter,
)
from training.models.practices import TIERS

TIER_CHOICES = [(str(tier), words) for tier, words in TIERS]


class ClassCircleFilterSet(StrictFilterSet):
    """Circles with a class or group. Voided ones are left out unless asked for."""

    orders = {
        "held_on": "held_on",
        "group": "group",
        "minutes": "minutes",
        "headcount": "headcount",
        "school": "school__code",
    }
    default_order = ("-held_on",)

    district = DistrictFilter("school__district")
    school = SchoolFilter()
    school_year = SchoolYearFilter()
    tier = CodesFilter("practice__tier", choices=TIER_CHOICES, label=_("Tier"))
    practice = TextFilter("practice__code", label=_("Practice"))
    held_from = DayFilter("held_on", lookup_expr="gte", label=_("From"))
    held_to = DayFilter("held_on", lookup_expr="lte", label=_("To"))
    mine = YesNoFilter("logged_by", label=_("Logged by me"))
    voided = YesNoFilter("voided_at", is_set=True, label=_("Voided"))
    search = SearchFilter(holds=("group", "topic"))

    def filtered_by(self, name: str, one: Filter, value: Any, queryset: QuerySet) -> QuerySet:
        if name == "voided" and not value:
            return queryset.filter(voided_at=None)
        if name == "mine" and value:
            mine = queryset.filter(logged_by=self.user.pk)
            return mine if value == "true" else queryset.exclude(logged_by=self.user.pk)
        return super().filtered_by(name, one, value, queryset)
