"""The filters of concerns, for the page and the endpoint alike. There is no search: what was written is sealed."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from commitments.models import Concern, ConcernRule
from district.filtering import (
    CodesFilter,
    DayFilter,
    DistrictFilter,
    Filter,
    IdFilter,
    SchoolFilter,
    StrictFilterSet,
    YesNoFilter,
)
from district.models import District


class ConcernFilterSet(StrictFilterSet):
    """Concerns."""

    orders = {"filed_on": "filed_on", "next_due_on": "next_due_on", "state": "state", "kind": "kind"}
    default_order = ("-filed_on",)

    district = DistrictFilter()
    school = SchoolFilter()
    kind = CodesFilter("kind", choices=Concern.Kind.choices)
    state = CodesFilter("state", choices=Concern.State.choices)
    outcome = CodesFilter("outcome", choices=Concern.Outcome.choices)
    overdue = YesNoFilter("next_due_on", label=_("Overdue"))
    filed_from = DayFilter("filed_on", lookup_expr="gte", label=_("Filed from"))
    filed_to = DayFilter("filed_on", lookup_expr="lte", label=_("Filed until"))
    commitment = IdFilter("commitment__uid", label=_("Commitment"))

    def filtered_by(self, name: str, one: Filter, value: Any, queryset: QuerySet) -> QuerySet:
        if name != "overdue" or not value:
            return super().filtered_by(name, one, value, queryset)
        found = Concern.objects.none()
        for district in District.objects.filter(pk__in={grant.district_id for grant in self.user.active_grants}):
            found |= Concern.objects.awaiting().filter(district=district, next_due_on__lt=district.today())
        keys = found.order_by().values("pk")
        return queryset.filter(pk__in=keys) if value == "true" else queryset.exclude(pk__in=keys)


class ConcernRuleFilterSet(StrictFilterSet):
    """How many days each step of a concern leaves."""

    orders = {"step": "step", "valid_from": "valid_from"}
    default_order = ("step", "valid_from")

    district = DistrictFilter()
    step = CodesFilter("step", choices=ConcernRule.Step.choices)
