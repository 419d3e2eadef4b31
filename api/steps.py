"""Endpoints of steps, made from the same list as their pages: `POST …/<step>/` with the fields of its form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.db import models
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from api.base import Collection
from api.fields import RowField, StrictSerializer
from district.access import Permission
from district.step_forms import RecordField, RecordsField, StepForm
from district.step_pages import Step


def body_of(form_class: type[StepForm]) -> type[StrictSerializer]:
    """Return the serializer of a body with the fields of a form, one class a form."""
    if form_class not in _MADE:
        fields = {name: field_of(field) for name, field in form_class.base_fields.items()}
        name = form_class.__name__.removesuffix("Form") + "StepBody"
        _MADE[form_class] = type(name, (StrictSerializer,), {**fields, "__doc__": form_class.__doc__})
    return _MADE[form_class]


_MADE: dict[type[StepForm], type[StrictSerializer]] = {}


def field_of(field: forms.Field) -> serializers.Field:
    """Return the field of a body that asks for what a field of a form asks for."""
    shared: dict[str, Any] = {"required": field.required, "help_text": field.help_text or field.label}
    nullable = shared | {"allow_null": not field.required}
    if isinstance(field, RecordsField):
        return RowField(field.rows, key=field.key, many=True, allow_empty=not field.required, **shared)
    if isinstance(field, RecordField):
        return RowField(field.rows, key=field.key, **nullable)
    if isinstance(field, forms.FileField):
        return serializers.FileField(max_length=255, **shared)
    if isinstance(field, forms.MultipleChoiceField):
        several: Any = field.choices
        child = serializers.ChoiceField(choices=list(several))
        return serializers.ListField(child=child, allow_empty=not field.required, **shared)
    if isinstance(field, forms.TypedChoiceField | forms.ChoiceField):
        offered: Any = field.choices
        choices = [(value, label) for value, label in offered if value != ""]
        return serializers.ChoiceField(choices=choices, allow_blank=not field.required, **shared)
    if isinstance(field, forms.DateField):
        return serializers.DateField(**nullable)
    if isinstance(field, forms.TimeField):
        return serializers.TimeField(**nullable)
    if isinstance(field, forms.DecimalField):
        names = ("max_digits", "decimal_places", "min_value", "max_value")
        return serializers.DecimalField(**{name: getattr(field, name) for name in names}, **nullable)
    if isinstance(field, forms.IntegerField):
        limits = {name: getattr(field, name) for name in ("min_value", "max_value")}
        return serializers.IntegerField(**limits, **nullable)
    if isinstance(field, forms.BooleanField):
        return serializers.BooleanField(**shared)
    if isinstance(field, forms.UUIDField):
        return serializers.UUIDField(**nullable)
    text = serializers.EmailField if isinstance(field, forms.EmailField) else serializers.CharField
    return text(max_length=field.max_length, allow_blank=not field.required, **shared)  # type: ignore[attr-defined]


class SteppedCollection(Collection):
    """A collection whose records can be taken further: `with_steps` gives it one action for each of its steps."""

    steps: ClassVar[dict[str, Step]] = {}

    def values(self, form_class: type[StepForm], record: Any = None, *, partial: bool = False) -> dict[str, Any]:
        """Return the checked body as the values of `form_class`: what is left out is empty, as on its page.

        With `partial` only what is given is returned.
        """
        context = {"request": self.request, "record": record}
        self.refuse_query()
        serializer = body_of(form_class)(data=self.request.data, context=context, partial=partial)
        serializer.is_valid(raise_exception=True)
        given = serializer.validated_data
        fields = form_class.base_fields.items()
        return {name: given.get(name, empty_of(field)) for name, field in fields if name in given or not partial}

    def take(self, step: Step) -> Response:
        """Take `step` with the record that the address names, among those where the caller may."""
        rows: Any = self.table.model._default_manager.all()
        allowed = rows.allowed(self.request.user, step.permission)
        record = self.row(self.get_queryset().filter(pk__in=allowed.order_by().values("pk"))).get()
        values = self.values(step.form_class, record, partial=step.is_partial)
        result = step.verb(**{step.noun: record}, **values, by=self.request.user)
        if isinstance(result, self.table.model) and result.pk != record.pk:
            return self.answer(result, status.HTTP_201_CREATED)
        return self.answer(record)

    def make(self, verb: Callable[..., models.Model], form_class: type[StepForm]) -> Response:
        """Make a record with the fields of a form and answer with it."""
        return self.answer(verb(**self.values(form_class), by=self.request.user), status.HTTP_201_CREATED)


def empty_of(field: forms.Field) -> Any:
    """What a field that nobody filled in is worth to the verb, as Django's forms clean it."""
    if isinstance(field, RecordsField | forms.MultipleChoiceField):
        return []
    if isinstance(field, forms.BooleanField):
        return False
    if isinstance(field, forms.UUIDField):
        return None
    if isinstance(field, forms.CharField | forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        return field.initial if isinstance(field.initial, str) else ""
    return None


def with_steps(steps: dict[str, Step]) -> Callable[[type[SteppedCollection]], type[SteppedCollection]]:
    """Return a decorator that gives a collection an action for each step, with its permission in the policy."""

    def decorate(collection: type[SteppedCollection]) -> type[SteppedCollection]:
        policy: dict[str, Permission] = {}
        for step in steps.values():
            setattr(collection, step.action, _endpoint(step))
            policy[step.action] = step.permission
        collection.steps = steps
        collection.permissions = {**collection.permissions, **policy}
        return collection

    return decorate


def _endpoint(step: Step) -> Any:
    def take(self: SteppedCollection, request: Any, *args: Any, **kwargs: Any) -> Response:
        return self.take(step)

    take.__name__ = step.action
    take.__doc__ = str(step.title)
    has_file = any(isinstance(field, forms.FileField) for field in step.form_class.base_fields.values())
    parsers: dict[str, Any] = {"parser_classes": [MultiPartParser]} if has_file else {}
    decorated = action(detail=True, methods=["post"], url_path=step.name, url_name=step.name, **parsers)(take)
    body = body_of(step.form_class)
    schema = extend_schema(request={"multipart/form-data": body} if has_file else body)
    return schema(decorated)
