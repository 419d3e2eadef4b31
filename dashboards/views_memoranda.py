"""The page of a memorandum: what the ground floor knows of it, and what was promised and done under it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models

from commitments.sections import end_steps, memorandum_facts, memorandum_sections
from commitments.steps.memoranda import MEMORANDUM_STEPS
from district.models import Memorandum
from district.page_parts import TimelineStep
from district.step_pages import SteppedRecordPage
from district.views_partners import MemorandumRecord


class MemorandumPage(SteppedRecordPage, MemorandumRecord):
    """One memorandum with everything that belongs to it. It stands on the floor that sees all of that."""

    steps = MEMORANDUM_STEPS
    step_url = "memorandum_step"

    def queryset(self) -> models.QuerySet:
        related = ("people", "designations", "reviews", "end_changes")
        return super().queryset().select_related("terms").prefetch_related(*related)

    def describe(self, record: Memorandum) -> dict[str, Any]:
        user, today = self.request.user, record.district.today()
        context = super().describe(record)
        context["facts"] = [*context["facts"], *memorandum_facts(record)]
        context["sections"] = memorandum_sections(record, user, today, more=context["sections"])
        return {**context, **self.offered(record)}

    def _steps(self, memorandum: Memorandum, today: date) -> list[TimelineStep]:
        steps = [*super()._steps(memorandum, today), *end_steps(memorandum, today)]
        return sorted(steps, key=lambda step: step.on)
