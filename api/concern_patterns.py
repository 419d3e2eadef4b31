"""The patterns of concerns: the report as JSON, CSV and XLSX."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import Endpoint
from api.dashboards import COUNT, FILES, FORMAT
from dashboards.concern_patterns.counting import TABLES
from dashboards.concern_patterns.files import patterns_file
from dashboards.concern_patterns.reports import ALL, concern_patterns, read_patterns_question
from dashboards.parameters import InvalidParametersError
from district.access import Permission
from district.models import User

DAY = {"type": "string", "format": "date", "nullable": True}
PATTERNS: dict[str, Any] = {
    "type": "object",
    "properties": {
        "definition": {"type": "object", "additionalProperties": True},
        "rows": {
            "type": "array",
            "items": {
                "type": "object",
                "description": "One count. What is not among the rows of a table is withheld, or zero.",
                "properties": {
                    "school_year": {"type": "integer", "nullable": True},
                    "table": {"type": "string", "enum": [ALL, *TABLES]},
                    "key": {"type": "string"},
                    "label": {"type": "string"},
                    "count": COUNT,
                },
            },
        },
        "owed": {
            "type": "array",
            "description": "The caller's organization's own concerns that are not resolved.",
            "items": {
                "type": "object",
                "properties": {
                    "concern": {"type": "string", "format": "uuid"},
                    "state": {"type": "string"},
                    "next_due_on": DAY,
                },
            },
        },
    },
}


class ConcernPatternsView(Endpoint):
    """How many concerns there were, by school, commitment, kind and answer."""

    needs = (Permission.CONCERN_COUNT, Permission.CONCERN_VIEW_OWN, Permission.CONCERN_WORK)

    @extend_schema(
        operation_id="concern_patterns",
        parameters=[
            OpenApiParameter("district", OpenApiTypes.STR, description="Code; required when your scope spans several."),
            OpenApiParameter("school_year", OpenApiTypes.INT, description="The year in which it ends."),
            FORMAT,
        ],
        responses={(200, "application/json"): PATTERNS, **FILES},
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Exact for the recipient; for everybody else what was released. Any other parameter is a 400."""
        reader = cast(User, request.user)
        try:
            question = read_patterns_question(request.GET, reader)
        except InvalidParametersError as error:
            raise ValidationError(error.errors)
        report = concern_patterns(question, reader)
        return Response(report.as_json()) if question.format == "json" else patterns_file(report, by=reader)
