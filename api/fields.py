"""Serializers: of rows, made from the columns of their table; of bodies, which refuse what they do not know."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from district.access import Permission
from district.columns import UNREPORTED, Column, Kind, RecordTable


@extend_schema_field({"oneOf": [{"type": "boolean"}, {"type": "string", "enum": [UNREPORTED]}]})
class FlagField(serializers.Field):
    """A boolean, or "UNREPORTED" when nobody said."""


@extend_schema_field({"type": "string", "pattern": r"^\d+(\.\d*[1-9])?$", "example": "2.5"})
class DaysField(serializers.Field):
    """School days as a decimal string without trailing zeros."""


@extend_schema_field({"type": "string", "pattern": r"^-?\d+(\.\d*[1-9])?$", "example": "52"})
class PlainDecimalField(serializers.Field):
    """A number as a decimal string without trailing zeros."""


@extend_schema_field({"type": "string", "pattern": r"^\d\d:\d\d$", "example": "10:15"})
class ClockField(serializers.Field):
    """A time of day, hours and minutes."""


FIELD_OF: Mapping[Kind, Callable[..., serializers.Field]] = {
    Kind.ID: serializers.UUIDField,
    Kind.TEXT: serializers.CharField,
    Kind.INTEGER: serializers.IntegerField,
    Kind.DATE: serializers.DateField,
    Kind.TIME: ClockField,
    Kind.MOMENT: serializers.DateTimeField,
    Kind.DAYS: DaysField,
    Kind.DECIMAL: PlainDecimalField,
    Kind.YES_NO: serializers.BooleanField,
    Kind.IS_SET: serializers.BooleanField,
    Kind.FLAG: FlagField,
    Kind.TEXTS: lambda **options: serializers.ListField(child=serializers.CharField(), **options),
}


def field_of(column: Column, owner: str) -> serializers.Field:
    """Return the serializer field that describes a column."""
    if column.kind is Kind.OBJECTS:
        name = f"{owner}{column.name.title().replace('_', '')}"
        return _serializer(name, column.parts)(many=True, required=column.needs is None)
    options: dict[str, Any] = {"required": column.needs is None, "help_text": column.label}
    if column.is_nullable:
        options["allow_null"] = True
    if column.choices is not None:
        return serializers.ChoiceField(choices=column.choices.choices, allow_blank=column.is_blank, **options)
    return FIELD_OF[column.kind](**options)


def _serializer(name: str, columns: Sequence[Column]) -> type[serializers.Serializer]:
    fields = {column.name: field_of(column, name) for column in columns}
    return type(f"{name}Serializer", (serializers.Serializer,), {**fields, "__doc__": None})


def row_serializer(table: RecordTable, *, detail: bool) -> type[serializers.Serializer]:
    """Return the serializer class that describes the rows of `table`, or (`detail`) its single records."""
    is_detail = detail and bool(table.details)
    key = (table.model, is_detail)
    if key not in _MADE:
        name = table.model.__name__ + ("Row" if table.details and not is_detail else "")
        _MADE[key] = _serializer(name, table.columns + (table.details if is_detail else ()))
    return _MADE[key]


_MADE: dict[tuple[type[models.Model], bool], type[serializers.Serializer]] = {}


class StrictSerializer(serializers.Serializer):
    """A body of which every key is known: a misspelt or protected field is an error, never ignored."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if isinstance(data, Mapping):
            writable = {name for name, field in self.fields.items() if not field.read_only}
            if unknown := [str(key) for key in data if key not in writable]:
                raise serializers.ValidationError({key: [_("Unknown field.")] for key in unknown})
        return super().to_internal_value(data)


class ReasonSerializer(StrictSerializer):
    """Why a record is voided."""

    reason = serializers.CharField(max_length=500, help_text=_("Stays on record."))


class ScopedRelatedField(serializers.RelatedField):
    """A record named by its id or code, among those where the caller holds a permission; any other is refused alike."""

    default_error_messages = {"unknown": _("You may not use “{value}” here, or it does not exist.")}

    def __init__(self, model: type[Any], permission: Permission, *, key: str = "uid", **options: Any) -> None:
        self.model, self.permission, self.key = model, permission, key
        super().__init__(**options)

    def get_queryset(self) -> models.QuerySet:
        """Records that the caller may act on."""
        user = self.context["request"].user
        return self.model._default_manager.all().allowed(user, self.permission)

    def use_pk_only_optimization(self) -> bool:
        return False

    def to_internal_value(self, data: Any) -> models.Model:
        found = named(self.get_queryset(), self.key, data)
        if found is None:
            self.fail("unknown", value=shown(data))
        return found

    def to_representation(self, value: Any) -> str:
        return str(getattr(value, self.key))


class RowField(serializers.RelatedField):
    """A record named by its code or id among `rows`, which depend on the caller and on the record of the step.

    A code that several districts of the caller have names none of them; the id does.
    """

    default_error_messages = {"unknown": _("You may not use “{value}” here, or it does not exist.")}

    def __init__(self, rows: Callable[[Any, Any], models.QuerySet], *, key: str = "uid", **options: Any) -> None:
        self.rows, self.key = rows, key
        super().__init__(**options)

    def get_queryset(self) -> models.QuerySet:
        """Records that the caller may choose."""
        return self.rows(self.context["request"].user, self.context.get("record"))

    def use_pk_only_optimization(self) -> bool:
        return False

    def to_internal_value(self, data: Any) -> models.Model:
        rows = self.get_queryset()
        found = named(rows, self.key, data) or named(rows, "uid", data)
        if found is None:
            self.fail("unknown", value=shown(data))
        return found

    def to_representation(self, value: Any) -> str:
        return str(getattr(value, self.key))


def named(rows: models.QuerySet, key: str, data: Any) -> models.Model | None:
    """Return the one row that `data` names by `key`; None for whatever names none, or several."""
    field: Any = rows.model._meta.get_field(key)
    try:
        value = field.to_python(serializers.CharField(max_length=255).run_validation(data))
    except (DjangoValidationError, serializers.ValidationError):
        return None
    found = list(rows.filter(**{key: value})[:2]) if value else []
    return found[0] if len(found) == 1 else None


def shown(data: Any) -> str:
    """Return the beginning of what was given. Half a surrogate pair can come in as JSON, but not go out again."""
    return str(data)[:50].encode("utf-8", "replace").decode()
