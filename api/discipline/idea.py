"""Decisions about students with an IEP or a Section 504 plan that only people make."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from api.discipline import bodies_law as bodies
from api.discipline.law import LegalCollection
from api.fields import ReasonSerializer
from discipline import filters_law, tables_law
from discipline.actions import idea
from district.access import Permission

RECORD = Permission.REMOVAL_RECORD


class PatternReviewCollection(LegalCollection):
    """Whether removals form a pattern (34 CFR 300.536(a)(2)): asked by the clock, decided by people."""

    table = tables_law.PATTERN_REVIEWS
    filterset_class = filters_law.PatternReviewFilterSet
    noun = "review"
    step_permission = RECORD
    permissions = {"GET": Permission.DEMOGRAPHICS_VIEW, "POST": RECORD, "void": RECORD}

    @extend_schema(request=bodies.NewReviewBody)
    def create(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Keep a decision about a pattern. A change of placement opens the manifestation determination."""
        return self.make(idea.decide_pattern, bodies.NewReviewBody)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def void(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Void a decision that was recorded by mistake; it stays on record."""
        return self.step(idea.void_review, ReasonSerializer)


class DeterminationCollection(LegalCollection):
    """Manifestation determinations (34 CFR 300.530(e)): due on the tenth school day after the decision."""

    table = tables_law.DETERMINATIONS
    filterset_class = filters_law.DeterminationFilterSet
    noun = "determination"
    step_permission = RECORD
    permissions = {"GET": Permission.DEMOGRAPHICS_VIEW, **dict.fromkeys(("POST", "notice", "hold", "void"), RECORD)}

    @extend_schema(request=bodies.NewDeterminationBody)
    def create(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Open the determination for a removal of more than 10 school days in a row or an interim setting."""
        return self.make(idea.open_determination, bodies.NewDeterminationBody)

    @extend_schema(request=bodies.NoticeBody)
    @action(detail=True, methods=["post"])
    def notice(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Say on which day the parents were told."""
        return self.step(idea.record_notice, bodies.NoticeBody)

    @extend_schema(request=bodies.HoldBody)
    @action(detail=True, methods=["post"])
    def hold(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Keep the answers to both questions; either yes makes it a manifestation."""
        return self.step(idea.hold_determination, bodies.HoldBody)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def void(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Void a determination that was recorded by mistake; it stays on record."""
        return self.step(idea.void_determination, ReasonSerializer)
