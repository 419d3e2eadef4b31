"""Figures: the dashboards' reports as JSON, CSV and XLSX."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import Endpoint
from commitments.filters import CommitmentFilterSet
from commitments.measure_kinds import MEASURE_KINDS
from commitments.models import Commitment, Party, Source
from dashboards.definitions import LABELS
from dashboards.dimensions import BREAKDOWNS, DIMENSIONS
from dashboards.exports import CSV_TYPE, XLSX_TYPE
from dashboards.parameters import FORMATS, InvalidParametersError
from dashboards.patterns.facets import BEHAVIOR, FACETS, STAFF
from dashboards.patterns.files import patterns_file
from dashboards.patterns.question import PATTERN_MEASURES, read_pattern_question
from dashboards.patterns.reports import BREAKDOWN_NAMES, KEYS, patterns
from dashboards.patterns.statement import statement
from dashboards.progress.board import board
from dashboards.progress.files import board_file
from dashboards.suspension_rates.files import rates_file
from dashboards.suspension_rates.question import DENOMINATORS, read_question
from dashboards.suspension_rates.reports import suspension_rates
from dashboards.training_coverage.files import coverage_file
from dashboards.training_coverage.findings import finding
from dashboards.training_coverage.question import read_coverage_question
from dashboards.training_coverage.reports import BREAKDOWN_NAMES as COVERAGE_NAMES
from dashboards.training_coverage.reports import FIGURES as COVERAGE_FIGURES
from dashboards.training_coverage.reports import KEYS as COVERAGE_KEYS
from dashboards.training_coverage.reports import coverage
from district.access import Permission
from district.models import SchoolLevel, User

COUNT = {"type": "integer", "nullable": True}
NUMBER = {"type": "number", "format": "double", "nullable": True}
ROW: dict[str, Any] = {
    "type": "object",
    "description": "One cell. The `by` columns stand right after `school_year`.",
    "properties": {
        "school_year": {"type": "integer"},
        "enrolled": {"type": "integer"},
        "affected": COUNT,
        "events": COUNT,
        "days": {"type": "string", "nullable": True},
        "rate": NUMBER,
        "risk_ratio": NUMBER,
        "risk_ratio_low": NUMBER,
        "risk_ratio_high": NUMBER,
        "rate_difference": NUMBER,
        "status": {"type": "string", "enum": ["actual", "not_reported"]},
        "small": {"type": "boolean"},
    },
}
BOARD_ROW: dict[str, Any] = {
    "type": "object",
    "description": "One commitment. Numbers are IEEE doubles, never rounded; null where the caller may not see them.",
    "additionalProperties": True,
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "title": {"type": "string"},
        "value": NUMBER,
        "numerator": COUNT,
        "denominator": COUNT,
        "target": {"type": "string", "nullable": True},
        "is_kept": {"type": "boolean", "nullable": True},
        "share_of_way": NUMBER,
        "counted": {"type": "string", "enum": ["all", "part", "reported", "none"]},
        "overall": {"type": "string", "nullable": True},
        "standing": {"type": "string"},
    },
}
RATES: dict[str, Any] = {
    "type": "object",
    "properties": {
        "definition": {"type": "object", "additionalProperties": True},
        "rows": {"type": "array", "items": ROW},
    },
}


def _parameter(name: str, words: str, values: tuple[str, ...] = ()) -> OpenApiParameter:
    listed = f" One or more of: {', '.join(values)}." if values else ""
    return OpenApiParameter(name, OpenApiTypes.STR, description=words + listed)


PATTERN: dict[str, Any] = {
    "type": "object",
    "description": "One part of the selection. After `breakdown` stand the parameters that select it.",
    "properties": {
        "breakdown": {"type": "string", "enum": [*BREAKDOWN_NAMES]},
        **{name: {"type": "string"} for name in KEYS},
        "label": {"type": "string"},
        "events": {"type": "integer"},
        "students": {"type": "integer"},
        "enrolled": COUNT,
        "school_days": NUMBER,
        "per_school_day": NUMBER,
        "share": NUMBER,
        "student_rate": NUMBER,
        "small": {"type": "boolean"},
    },
    "required": ["breakdown", "label", "events", "students"],
}
PATTERNS: dict[str, Any] = {
    "type": "object",
    "properties": {
        "statement": {"type": "string"},
        "definition": {"type": "object", "additionalProperties": True},
        "rows": {"type": "array", "items": PATTERN},
    },
}
COVERAGE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "finding": {"type": "string"},
        "definition": {"type": "object", "additionalProperties": True},
        "rows": {
            "type": "array",
            "items": {
                "type": "object",
                "description": "People certified in one part of the district. After `breakdown` stands what names it.",
                "properties": {
                    "breakdown": {"type": "string", "enum": [*COVERAGE_NAMES]},
                    **{name: {"type": "string"} for name in COVERAGE_KEYS},
                    "label": {"type": "string"},
                    **{name: NUMBER if name.startswith("per_") else COUNT for name in COVERAGE_FIGURES},
                },
                "required": ["breakdown", "label", "certified"],
            },
        },
    },
}
FILES: dict[Any, Any] = {
    (200, CSV_TYPE.split(";")[0]): OpenApiTypes.STR,
    (200, XLSX_TYPE): OpenApiTypes.BINARY,
    400: {"type": "object", "description": "Parameter → messages.", "additionalProperties": True},
}
FORMAT = OpenApiParameter("format", OpenApiTypes.STR, enum=FORMATS, default="json")


class SuspensionRatesView(Endpoint):
    """Who is suspended, and how much more often than others."""

    needs = Permission.RATES_VIEW

    @extend_schema(
        operation_id="suspension_rates",
        parameters=[
            _parameter("district", "Code of the district; required when your scope spans several."),
            _parameter("school_year", "Year in which the school year ends; a comma list gives a trend."),
            OpenApiParameter("measure", OpenApiTypes.STR, enum=list(LABELS), default="oss"),
            _parameter("by", "Comma list of what the rows tell apart; empty gives one row a year.", BREAKDOWNS),
            OpenApiParameter("denominator", OpenApiTypes.STR, enum=DENOMINATORS, default="cumulative"),
            _parameter("school", "School codes, a comma list."),
            _parameter("level", "Comma list.", tuple(SchoolLevel.values)),
            *(_parameter(name, "Comma list.", one.values) for name, one in DIMENSIONS.items()),
            _parameter("reference", "`others`, or a value of the only demographic dimension in `by`."),
            FORMAT,
        ],
        responses={(200, "application/json"): RATES, **FILES},
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Exact figures of the schools where you may see them; no paging. Unknown parameters and values are a 400."""
        reader = cast(User, request.user)
        try:
            question = read_question(request.GET, reader)
        except InvalidParametersError as error:
            raise ValidationError(error.errors)
        report = suspension_rates(question)
        if question.format != "json":
            return rates_file(question, report, by=reader)
        return Response(report.as_json())


def _pattern_parameters(*, with_staff: bool) -> list[OpenApiParameter]:
    values = {name: tuple(facet.labels or ()) for name, facet in FACETS.items() if name != STAFF or with_staff}
    values[BEHAVIOR] = ()
    own = {
        BEHAVIOR: "Codes of the code of conduct, a comma list; UNREPORTED: none is named.",
        STAFF: "Local ids of staff, or `account:` and an e-mail address, a comma list; UNREPORTED: nobody is named.",
    }
    return [
        _parameter("district", "Code of the district; required when your scope spans several."),
        _parameter("school_year", "Year in which the school year ends; one at a time."),
        OpenApiParameter("measure", OpenApiTypes.STR, enum=list(PATTERN_MEASURES), default="referral"),
        _parameter("school", "School codes, a comma list."),
        _parameter("level", "Comma list.", tuple(SchoolLevel.values)),
        *(_parameter(name, own.get(name, "Comma list."), listed) for name, listed in values.items()),
        *(_parameter(name, "Comma list.", one.values) for name, one in DIMENSIONS.items()),
        FORMAT,
    ]


class PatternsView(Endpoint):
    """When, where and over what students are referred or removed."""

    needs = Permission.RATES_VIEW
    with_staff = False

    @extend_schema(
        operation_id="patterns",
        parameters=_pattern_parameters(with_staff=False),
        responses={(200, "application/json"): PATTERNS, **FILES},
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Exact figures of the schools where you may see them; no paging. Unknown parameters and values are a 400."""
        reader = cast(User, request.user)
        try:
            question = read_pattern_question(request.GET, reader, with_staff=self.with_staff)
        except InvalidParametersError as error:
            raise ValidationError(error.errors)
        report = patterns(question)
        if question.format != "json":
            return patterns_file(question, report, by=reader)
        return Response({"statement": statement(question, report), **report.as_json()})


class StaffPatternsView(PatternsView):
    """The same figures, told apart and filtered by who referred."""

    needs = Permission.REPORTERS_VIEW
    with_staff = True

    @extend_schema(
        operation_id="patterns_by_staff",
        parameters=_pattern_parameters(with_staff=True),
        responses={(200, "application/json"): PATTERNS, **FILES},
    )
    def get(self, request: Request) -> HttpResponseBase:
        """As `patterns/`, with `staff` as a filter and a breakdown, for those who answer for a school's record."""
        return super().get(request)


class TrainingCoverageView(Endpoint):
    """Who can hold a circle, school by school."""

    needs = Permission.TRAINING_COVERAGE

    @extend_schema(
        operation_id="training_coverage",
        parameters=[
            _parameter("district", "Code of the district; required when your scope spans several."),
            _parameter("practice", "Code of a restorative practice: only people who may hold it; without it, any."),
            _parameter("school", "School codes, a comma list."),
            _parameter("level", "Comma list.", tuple(SchoolLevel.values)),
            FORMAT,
        ],
        responses={(200, "application/json"): COVERAGE, **FILES},
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Figures of the present day in the schools where you may see them. Unknown parameters and values are a 400."""
        reader = cast(User, request.user)
        try:
            question = read_coverage_question(request.GET, reader)
        except InvalidParametersError as error:
            raise ValidationError(error.errors)
        report = coverage(question, reader)
        if question.format != "json":
            return coverage_file(question, report, by=reader)
        return Response({"finding": finding(question, report), **report.as_json()})


class CommitmentBoardView(Endpoint):
    """All commitments of the caller with the figure that the caller may see, what both sides say, where they stand."""

    needs = Permission.COMMITMENT_VIEW

    @extend_schema(
        operation_id="commitment_board",
        parameters=[
            _parameter("district", "Code of the district."),
            _parameter("school", "School codes: commitments that name the school, or bind every school."),
            _parameter("status", "Comma list.", tuple(Commitment.Status.values)),
            _parameter("source", "Comma list.", tuple(Source.values)),
            _parameter("responsible", "Comma list.", tuple(Party.values)),
            _parameter("measure", "Comma list.", tuple(MEASURE_KINDS)),
            OpenApiParameter("missed", OpenApiTypes.BOOL, description="Missed, and not settled."),
            OpenApiParameter("organization", OpenApiTypes.UUID),
            OpenApiParameter("memorandum", OpenApiTypes.UUID),
            OpenApiParameter("resolution", OpenApiTypes.UUID),
            OpenApiParameter("due_to", OpenApiTypes.DATE),
            _parameter("search", "Part of the title."),
            OpenApiParameter("ordering", OpenApiTypes.STR, enum=list(CommitmentFilterSet.orders)),
            OpenApiParameter("format", OpenApiTypes.STR, enum=FORMATS, default="json"),
        ],
        responses={
            (200, "application/json"): {
                "type": "object",
                "properties": {"rows": {"type": "array", "items": BOARD_ROW}},
            },
            (200, CSV_TYPE.split(";")[0]): OpenApiTypes.STR,
            (200, XLSX_TYPE): OpenApiTypes.BINARY,
            400: {"type": "object", "description": "Parameter → messages.", "additionalProperties": True},
        },
    )
    def get(self, request: Request) -> HttpResponseBase:
        """No paging. Figures about students are null without a grant that sees exact figures of the schools bound."""
        reader, file_format = cast(User, request.user), self.chosen_format()
        rows = Commitment.objects.visible_to(reader)
        filterset = CommitmentFilterSet(request.query_params, rows, request=request)
        paging = {
            name: [_("The board has no pages.")] for name in ("page", "page_size", "cursor") if name in request.GET
        }
        if paging or not filterset.is_valid():
            found = {name: [str(text) for text in texts] for name, texts in filterset.errors.items()}
            raise ValidationError(found | paging)
        found_rows = board(filterset.qs, reader, today=timezone.localdate())
        if file_format != "json":
            return board_file(found_rows, filterset, file_format=file_format, by=reader)
        return Response({"rows": [row.as_json() for row in found_rows]})
