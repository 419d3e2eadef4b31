"""The filters of plans, of what stands in them, and of check-ins."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from circles.case_states import CLOSED
from circles.models import CheckIn, PlanItem
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


class WelcomePlanFilterSet(StrictFilterSet):
    """Plans."""

    orders = {"returns_on": "returns_on"}
    default_order = ("-returns_on",)

    district = DistrictFilter("circle__school__district")
    school = SchoolFilter("circle__school")
    circle = IdFilter("circle__uid", label=_("Case"))
    returns_from = DayFilter("returns_on", lookup_expr="gte", label=_("Back from"))
    returns_to = DayFilter("returns_on", lookup_expr="lte", label=_("Back until"))


class OfPlanFilterSet(StrictFilterSet):
    """What belongs to a plan and has a day."""

    district = DistrictFilter("plan__circle__school__district")
    school = SchoolFilter("plan__circle__school")
    circle = IdFilter("plan__circle__uid", label=_("Case"))
    plan = IdFilter("plan__uid", label=_("Plan"))
    due_from = DayFilter("due_on", lookup_expr="gte", label=_("Due from"))
    due_to = DayFilter("due_on", lookup_expr="lte", label=_("Due until"))
    done = YesNoFilter("done_on", is_set=True, label=_("Done"))
    overdue = YesNoFilter("due_on", label=_("Overdue"))

    waiting: Q = Q(done_on=None)

    def filtered_by(self, name: str, one: Filter, value: Any, queryset: QuerySet) -> QuerySet:
        if name == "overdue" and value:
            late = self.waiting & Q(due_on__lt=timezone.localdate()) & ~Q(plan__circle__status=CLOSED)
            return queryset.filter(late) if value == "true" else queryset.exclude(late)
        return super().filtered_by(name, one, value, queryset)


class PlanItemFilterSet(OfPlanFilterSet):
    """What stands in plans. Its words are no filter, and no order."""

    orders = {"number": "pk", "due_on": "due_on"}
    default_order = ("number",)
    waiting = Q(done_on=None, dropped_at=None)

    kind = CodesFilter("kind", choices=PlanItem.Kind.choices)
    dropped = YesNoFilter("dropped_at", is_set=True, label=_("Taken out"))


class CheckInFilterSet(OfPlanFilterSet):
    """Check-ins of the first week."""

    orders = {"due_on": "due_on", "day": "day"}
    default_order = ("due_on",)

    outcome = CodesFilter("outcome", choices=CheckIn.Outcome.choices, label=_("How it goes"))
