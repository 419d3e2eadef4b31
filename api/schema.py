"""What the OpenAPI document says beyond what the serializers do: filters, files and refusals."""

from __future__ import annotations

from typing import Any

from django import forms
from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework.filters import BaseFilterBackend

from district.exports import CONTENT_TYPES
from district.filtering import CodesField, IsoDateField

FORMAT_PARAMETER = {
    "name": "format",
    "in": "query",
    "description": "`csv` (streamed) and `xlsx` (at most 100,000 rows) hold all filtered rows; they take no paging.",
    "schema": {"type": "string", "enum": ["json", *CONTENT_TYPES], "default": "json"},
}
REFUSALS = {
    "400": ("Malformed request: field or parameter → messages", "FieldErrors"),
    "401": ("Nobody is signed in", "Refusal"),
    "403": ("The permission for this is missing", "Refusal"),
    "404": ("Absent, or out of scope", "Refusal"),
    "405": ("No such method here", "Refusal"),
    "409": ("The state of the record does not allow this step", "StepRefusal"),
    "415": ("The body is not JSON", "Refusal"),
    "429": ("Too many requests; `Retry-After` says when to try again", "Refusal"),
    "503": ("The database does not answer; `Retry-After` says when to try again", "Refusal"),
}
SENTENCE = {"type": "string"}
COMPONENTS = {
    "Refusal": {"type": "object", "required": ["detail"], "properties": {"detail": SENTENCE}},
    "StepRefusal": {
        "type": "object",
        "required": ["detail", "allowed"],
        "properties": {"detail": SENTENCE, "allowed": {"type": "array", "items": SENTENCE}},
    },
    "FieldErrors": {
        "type": "object",
        "additionalProperties": {"type": "array", "items": SENTENCE},
        "example": {"school_year": ["…"]},
    },
}


class FilterParameters(BaseFilterBackend):
    """Documents the filters of a list; filtering itself is done by the view, which answers bad filters with 400."""

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        filterset_class = view.filterset_class
        names = list(filterset_class.orders)
        described = [
            {"name": name, "in": "query", "description": str(one.label or ""), "schema": _schema_of(one.field)}
            for name, one in filterset_class.base_filters.items()
        ]
        ordering = {
            "name": "ordering",
            "in": "query",
            "description": f"One or several, separated by commas, “-” descends: {', '.join(names)}.",
            "schema": {"type": "string", "default": ",".join(filterset_class.default_order)},
        }
        return [*described, ordering, FORMAT_PARAMETER]


def _schema_of(field: forms.Field) -> dict[str, Any]:
    if isinstance(field, CodesField):
        codes = {"enum": field.codes} if field.codes else {}
        return {"type": "array", "items": {"type": "string", **codes}}
    if isinstance(field, IsoDateField):
        return {"type": "string", "format": "date"}
    if isinstance(field, forms.UUIDField):
        return {"type": "string", "format": "uuid"}
    if isinstance(field, forms.ChoiceField):
        return {"type": "boolean"}
    return {"type": "string", "maxLength": getattr(field, "max_length", None) or 255}


class TruthfulSchema(AutoSchema):
    """The schema of an endpoint with its files, its tags and everything that it may refuse."""

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        is_list = self.method == "GET" and self._is_list_view()
        for parameter in operation.get("parameters", ()):
            if parameter["schema"].get("type") == "array":
                parameter |= {"style": "form", "explode": False}
        if is_list and "200" in operation["responses"]:
            for media_type in CONTENT_TYPES.values():
                content = operation["responses"]["200"].setdefault("content", {})
                content[media_type.partition(";")[0]] = {"schema": {"type": "string", "format": "binary"}}
        for code in self.refusals():
            description, component = REFUSALS[code]
            content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{component}"}}}
            operation["responses"].setdefault(code, {"description": description, "content": content})
        return operation

    def refusals(self) -> list[str]:
        """Return the codes that this operation may answer besides its success."""
        codes = ["400", "401", "403", "405", "429", "503"]
        if "{id}" in self.path:
            codes.append("404")
        if self.method != "GET":
            codes.append("415")
        is_step = self.method == "POST" and "{id}" in self.path
        if is_step or (self.method != "GET" and getattr(self.view, "has_states", False)):
            codes.append("409")
        return sorted(codes)

    def get_tags(self) -> list[str]:
        return [self._tokenize_path()[0]]


class ScopedRelatedFieldSchema(OpenApiSerializerFieldExtension):
    """A related record is named by its id or code."""

    target_class = "api.fields.ScopedRelatedField"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        return {"type": "string", "format": "uuid"} if self.target.key == "uid" else {"type": "string"}


class RowFieldSchema(OpenApiSerializerFieldExtension):
    """A record of a step is named by its code or id."""

    target_class = "api.fields.RowField"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        return {"type": "string", "format": "uuid"} if self.target.key == "uid" else {"type": "string"}


class TokenScheme(OpenApiAuthenticationExtension):
    """`Authorization: Token KEY`."""

    target_class = "api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "The word Token, a space and the key: `Token KEY`.",
        }


def add_refusals(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Postprocessing hook: the shapes of refusals, which no serializer describes."""
    result.setdefault("components", {}).setdefault("schemas", {}).update(COMPONENTS)
    return result
