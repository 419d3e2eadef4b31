"""Pages of the plan with which a student comes back: its steps. It is shown on the page of its case."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from circles.models import CheckIn, PlanItem, WelcomePlan
from circles.welcome_back.steps import CHECK_IN_STEPS, PLAN_ITEM_STEPS, PLAN_STEPS
from district.step_pages import StepPage, permissions_of


class PlanStepPage(StepPage):
    """Any step of a plan."""

    needs = permissions_of(PLAN_STEPS)
    model = WelcomePlan
    steps = PLAN_STEPS

    def home_of(self, record: WelcomePlan) -> str:
        return reverse("circle_detail", args=[record.circle.uid])

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        crumb = (self.home_of(self.record), str(self.record.circle.practice))
        return super().get_context_data(**context) | {"crumb": crumb}


class OfPlanPage(StepPage):
    """A step of something that belongs to a plan: its home is the page of the case."""

    def home_of(self, record: Any) -> str:
        return reverse("circle_detail", args=[record.plan.circle.uid])

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        crumb = (self.home_of(self.record), str(self.record.plan.circle.practice))
        return super().get_context_data(**context) | {"crumb": crumb}


class PlanItemStepPage(OfPlanPage):
    """Any step of something that stands in a plan."""

    needs = permissions_of(PLAN_ITEM_STEPS)
    model = PlanItem
    steps = PLAN_ITEM_STEPS


class CheckInStepPage(OfPlanPage):
    """Any step of a check-in."""

    needs = permissions_of(CHECK_IN_STEPS)
    model = CheckIn
    steps = CHECK_IN_STEPS
