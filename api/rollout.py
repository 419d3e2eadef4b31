"""The board of the rollout as JSON, CSV and XLSX."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import Endpoint
from api.dashboards import COUNT, FILES, FORMAT, NUMBER
from commitments.models import RateOf, Stage
from dashboards.parameters import InvalidParametersError
from dashboards.rollout.counting import TIERS
from dashboards.rollout.files import rollout_file
from dashboards.rollout.findings import finding
from dashboards.rollout.question import read_rollout_question
from dashboards.rollout.reports import BREAKDOWN_NAMES, COLUMNS, rollout
from district.access import Permission
from district.models import SchoolLevel, User

WORD = {"type": "string"}
STAGE = {"type": "string", "enum": [*Stage.values], "nullable": True}
DAY = {"type": "string", "format": "date", "nullable": True}
ROW_TYPES: dict[str, Any] = {
    "breakdown": {"type": "string", "enum": [*BREAKDOWN_NAMES]},
    **dict.fromkeys(("stage", "hint"), STAGE),
    **dict.fromkeys(("since", "rated_on"), DAY),
    **dict.fromkeys(("in_place", "agreements_kept", "suspension_rate", "baseline_rate", "suspension_change"), NUMBER),
    **dict.fromkeys([f"circles_tier_{tier}" for tier in TIERS], NUMBER),
    **dict.fromkeys(("schools", "in_practice", "certified", "students", "commitments", "met", "missed"), COUNT),
    "status": {"type": "string", "enum": ["actual", "not_reported", "withheld", "none"]},
}
ROLLOUT: dict[str, Any] = {
    "type": "object",
    "properties": {
        "finding": WORD,
        "definition": {"type": "object", "additionalProperties": True},
        "stages": {"type": "object", "additionalProperties": {"type": "integer"}},
        "targets": {"type": "array", "items": {"type": "object", "additionalProperties": True}},
        "rows": {
            "type": "array",
            "items": {
                "type": "object",
                "description": "One school, or several together. Numbers are IEEE doubles, never rounded.",
                "properties": {name: ROW_TYPES.get(name, WORD) for name in COLUMNS},
            },
        },
    },
}


class RolloutView(Endpoint):
    """How far restorative practice has come, school by school."""

    needs = Permission.FIDELITY_VIEW

    @extend_schema(
        operation_id="rollout",
        parameters=[
            OpenApiParameter(name, OpenApiTypes.STR, description=words)
            for name, words in (
                ("district", "Code of the district; required when your scope spans several."),
                ("school_year", "Year whose suspensions are compared; by default the latest that is over."),
                ("baseline", "School year with which they are compared; by default the first with students."),
                ("measure", f"One of: {', '.join(RateOf.values)}. By default oss."),
                ("school", "School codes, a comma list."),
                ("level", f"Comma list. One or more of: {', '.join(SchoolLevel.values)}."),
            )
        ]
        + [FORMAT],
        responses={(200, "application/json"): ROLLOUT, **FILES},
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Stages as people decided them, with their evidence, and what the figures say beside them; no paging.

        Figures about students are null (`withheld`) without a grant that sees exact figures of the school.
        """
        reader = cast(User, request.user)
        try:
            question = read_rollout_question(request.GET, reader)
        except InvalidParametersError as error:
            raise ValidationError(error.errors)
        report = rollout(question, reader)
        if question.format != "json":
            return rollout_file(question, report, by=reader)
        return Response({"finding": finding(report), **report.as_json()})
