"""Thresholds of a district, and the tasks that students' referrals make of them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.response import Response

from api.base import Collection
from api.discipline import bodies_law as bodies
from api.discipline.bodies import NoBody
from api.discipline.law import LegalCollection
from api.district import district_of_body
from api.fields import ReasonSerializer
from discipline import filters_law, tables_law
from discipline.actions import thresholds
from discipline.models import Threshold
from district.access import Permission


class ThresholdCollection(Collection):
    """So many referrals in so many days are a task for somebody. A threshold ends; it does not change."""

    table = tables_law.THRESHOLDS
    filterset_class = filters_law.ThresholdFilterSet
    has_states = True
    permissions = {"GET": Permission.RULES_VIEW, "POST": Permission.RULES_EDIT, "end": Permission.RULES_EDIT}

    @extend_schema(request=bodies.NewThresholdBody)
    def create(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Keep a threshold from now on."""
        values = self.body(bodies.NewThresholdBody)
        values["district"] = district_of_body(request.user, values, Permission.RULES_EDIT)
        return self.answer(thresholds.add_threshold(by=request.user, **values), status.HTTP_201_CREATED)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def end(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """End a threshold with a reason; its tasks stay."""
        threshold = self.row(Threshold.objects.allowed_throughout(request.user, Permission.RULES_EDIT)).get()
        reason = self.body(ReasonSerializer)["reason"]
        return self.answer(thresholds.end_threshold(threshold=threshold, reason=reason, by=request.user))


class ThresholdTaskCollection(LegalCollection):
    """Students who reached a threshold: who looks after it, by when, and what came of it."""

    table = tables_law.THRESHOLD_TASKS
    filterset_class = filters_law.ThresholdTaskFilterSet
    noun = "task"
    step_permission = Permission.REFERRAL_DECIDE
    permissions = {
        "GET": Permission.REFERRAL_VIEW,
        **dict.fromkeys(("take", "finish", "override"), Permission.REFERRAL_DECIDE),
    }

    @extend_schema(request=NoBody)
    @action(detail=True, methods=["post"])
    def take(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Look after a task from now on."""
        return self.step(thresholds.take_task, NoBody)

    @extend_schema(request=bodies.TaskNoteBody)
    @action(detail=True, methods=["post"])
    def finish(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Say what was done."""
        return self.step(thresholds.close_task, bodies.TaskNoteBody, step=thresholds.FINISH)

    @extend_schema(request=bodies.TaskNoteBody)
    @action(detail=True, methods=["post"])
    def override(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Say why it is not done."""
        return self.step(thresholds.close_task, bodies.TaskNoteBody, step=thresholds.OVERRIDE)
