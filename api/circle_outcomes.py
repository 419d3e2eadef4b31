"""The outcomes of circles as JSON, CSV and XLSX."""

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
from dashboards.circle_outcomes.files import outcomes_file
from dashboards.circle_outcomes.findings import finding
from dashboards.circle_outcomes.question import read_outcome_question
from dashboards.circle_outcomes.reports import circle_outcomes
from dashboards.circle_outcomes.rows import ACTUAL, COLUMNS, NOT_REPORTED, NOTHING, PARTS, TOO_FEW
from dashboards.dimensions import BREAKDOWNS
from dashboards.parameters import InvalidParametersError
from district.access import Permission
from district.models import SchoolLevel, User

WORD = {"type": "string"}
TYPES: dict[str, Any] = {
    "part": {"type": "string", "enum": [*PARTS]},
    **dict.fromkeys(("item", "group", "label"), WORD),
    **dict.fromkeys(("n", "number", "compared", "open", "held", "waiting", "left"), COUNT),
    "status": {"type": "string", "enum": [ACTUAL, TOO_FEW, NOTHING, NOT_REPORTED]},
    "small": {"type": "boolean", "nullable": True},
}
OUTCOMES: dict[str, Any] = {
    "type": "object",
    "properties": {
        "finding": WORD,
        "definition": {"type": "object", "additionalProperties": True},
        "rows": {
            "type": "array",
            "items": {
                "type": "object",
                "description": "One figure of one part. Numbers are IEEE doubles, never rounded; null: does not apply.",
                "properties": {name: TYPES.get(name, NUMBER) for name in COLUMNS},
            },
        },
    },
}


class CircleOutcomesView(Endpoint):
    """What comes of restorative cases."""

    needs = Permission.RATES_VIEW

    @extend_schema(
        operation_id="circle_outcomes",
        parameters=[
            OpenApiParameter(name, OpenApiTypes.STR, description=words)
            for name, words in (
                ("district", "Code of the district; required when your scope spans several."),
                ("school_year", "Year in which the school year ends; one at a time. By default the latest."),
                ("tier", "Comma list of 1, 2, 3."),
                ("practice", "Codes of practices that record names, a comma list."),
                ("school", "School codes, a comma list."),
                ("level", f"Comma list. One or more of: {', '.join(SchoolLevel.values)}."),
            )
        ]
        + [
            OpenApiParameter("by", OpenApiTypes.STR, enum=BREAKDOWNS, description="What groups are told apart."),
            FORMAT,
        ],
        responses={(200, "application/json"): OUTCOMES, **FILES},
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Exact figures of the schools where you may see them; no paging. Unknown parameters and values are a 400."""
        reader = cast(User, request.user)
        try:
            question = read_outcome_question(request.GET, reader)
        except InvalidParametersError as error:
            raise ValidationError(error.errors)
        report = circle_outcomes(question, reader)
        if question.format != "json":
            return outcomes_file(report, by=reader)
        return Response({"finding": finding(report), **report.as_json()})
