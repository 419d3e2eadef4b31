"""The surveys after circles: the report as JSON, CSV and XLSX. There is no endpoint of answers."""

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
from circles.voices.survey import QUESTIONS
from dashboards.circle_voices.files import voices_file
from dashboards.circle_voices.question import ROLE, SCHOOL, read_voices_question
from dashboards.circle_voices.reports import circle_voices
from dashboards.parameters import InvalidParametersError
from district.access import Permission
from district.models import SchoolLevel, User

SHARE = {"type": "string", "nullable": True, "description": "Whole percent; near either end a range: <=20%, >=80%."}
VOICES: dict[str, Any] = {
    "type": "object",
    "properties": {
        "definition": {"type": "object", "additionalProperties": True},
        "rows": {
            "type": "array",
            "items": {
                "type": "object",
                "description": "One group. The `by` column stands right after `school_year`; `several`: of several.",
                "properties": {
                    "school_year": {"type": "integer"},
                    "returned": COUNT,
                    **{f"{question}_answered": COUNT for question in QUESTIONS},
                    **{f"{question}_share": SHARE for question in QUESTIONS},
                    "status": {"type": "string", "enum": ["actual", "withheld"]},
                },
            },
        },
    },
}


class CircleVoicesView(Endpoint):
    """What people said after a circle, never of fewer than ten."""

    needs = Permission.RATES_VIEW

    @extend_schema(
        operation_id="circle_voices",
        parameters=[
            OpenApiParameter("district", OpenApiTypes.STR, description="Code; required when your scope spans several."),
            OpenApiParameter("school_year", OpenApiTypes.STR, description="Year in which it ends; a comma list."),
            OpenApiParameter("by", OpenApiTypes.STR, enum=["", ROLE, SCHOOL], description="What the rows tell apart."),
            OpenApiParameter("school", OpenApiTypes.STR, description="School codes, a comma list."),
            OpenApiParameter("level", OpenApiTypes.STR, description=f"Comma list of {', '.join(SchoolLevel.values)}."),
            FORMAT,
        ],
        responses={(200, "application/json"): VOICES, **FILES},
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Figures of the schools where you may see them; no paging. Unknown parameters and values are a 400."""
        reader = cast(User, request.user)
        try:
            question = read_voices_question(request.GET, reader)
        except InvalidParametersError as error:
            raise ValidationError(error.errors)
        report = circle_voices(question)
        return Response(report.as_json()) if question.format == "json" else voices_file(report, by=reader)
