"""Letters: written for one recipient each, kept as they stand; what became of them; the templates of a district."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from api.base import Collection
from api.fields import ScopedRelatedField, StrictSerializer
from discipline.actions.letters import (
    LETTER_STEPS,
    REVIEW_STEPS,
    TYPED_KEYS,
    change_template,
    record_letter,
    review_template,
    write_letters,
)
from discipline.letters import filters, tables
from discipline.letters.views_templates import editable
from discipline.models import Appeal, DueProcessStep, Letter, LetterKind, LetterLanguage, LetterStatus, Removal
from district.access import Permission
from district.models import Guardian

RECORD = Permission.REMOVAL_RECORD
STEPS = sorted({step for steps in LETTER_STEPS.values() for step in steps})
REVIEWS = sorted({step for steps in REVIEW_STEPS.values() for step in steps})


class TypedBody(StrictSerializer):
    """What only the writer of a letter can say; which of it a letter needs, its template says."""

    def get_fields(self) -> dict[str, serializers.Field]:
        fields: dict[str, serializers.Field] = {
            name: serializers.CharField(required=False, max_length=3000)
            for name in sorted(TYPED_KEYS)
            if name != "meeting_on"
        }
        return fields | {"meeting_on": serializers.DateField(required=False)}


class NewLetterBody(StrictSerializer):
    """A letter for one recipient."""

    removal = ScopedRelatedField(Removal, RECORD)
    kind = serializers.ChoiceField(choices=LetterKind.choices)
    guardian = ScopedRelatedField(
        Guardian,
        Permission.GUARDIAN_VIEW,
        required=False,
        allow_null=True,
        help_text="Without: the parent or guardian.",
    )
    language = serializers.ChoiceField(
        choices=LetterLanguage.choices, required=False, help_text="Without: that of the family."
    )
    due_step = ScopedRelatedField(DueProcessStep, RECORD, required=False, allow_null=True)
    appeal = ScopedRelatedField(Appeal, RECORD, required=False, allow_null=True)
    typed = TypedBody(required=False)


class BecameBody(StrictSerializer):
    """What became of a letter."""

    step = serializers.ChoiceField(choices=STEPS)
    on = serializers.DateField()
    way = serializers.ChoiceField(choices=LetterStatus.Way.choices, required=False, default="")
    note = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class TemplateBody(StrictSerializer):
    """A new version of a template."""

    subject = serializers.CharField(max_length=200)
    body = serializers.CharField(max_length=20_000, trim_whitespace=False)
    reason = serializers.CharField(max_length=500)


class ReviewBody(StrictSerializer):
    """Whether a text is fit to go out."""

    step = serializers.ChoiceField(choices=REVIEWS)
    note = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class LetterCollection(Collection):
    """Letters to families, as they were written; each names one student and no other child."""

    table = tables.LETTERS
    filterset_class = filters.LetterFilterSet
    has_states = True
    permissions = {"GET": Permission.REMOVAL_VIEW, "POST": RECORD, "became": RECORD}

    @extend_schema(request=NewLetterBody)
    def create(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Write a letter and keep what it says."""
        given = self.body(NewLetterBody)
        typed = dict(given.pop("typed", {}))
        if day := typed.get("meeting_on"):
            typed["meeting_on"] = day.isoformat()
        letters = write_letters(guardians=[given.pop("guardian", None)], typed=typed, by=request.user, **given)
        return self.answer(letters[0], status.HTTP_201_CREATED)

    @extend_schema(request=BecameBody)
    @action(detail=True, methods=["post"])
    def became(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Keep what became of a letter: send, hand, return, withdraw."""
        recorded = Letter.objects.all().allowed(request.user, RECORD)
        letter = self.row(self.get_queryset().filter(pk__in=recorded.order_by().values("pk"))).get()
        return self.answer(record_letter(letter=letter, by=request.user, **self.body(BecameBody)))


class LetterTemplateCollection(Collection):
    """Versions of the templates of letters, the standing ones and those that were replaced."""

    table = tables.TEMPLATES
    filterset_class = filters.LetterTemplateFilterSet
    has_states = True
    permissions = {
        "GET": Permission.RULES_VIEW,
        "change": Permission.RULES_EDIT,
        "review": Permission.RULES_EDIT,
    }

    @extend_schema(request=TemplateBody)
    @action(detail=True, methods=["post"])
    def change(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Write a new version; the former one stays."""
        version = self.row(editable(request.user)).get()
        made = change_template(version=version, by=request.user, **self.body(TemplateBody))
        return self.answer(made, status.HTTP_201_CREATED)

    @extend_schema(request=ReviewBody)
    @action(detail=True, methods=["post"])
    def review(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Sign a version off, or take that back."""
        version = self.row(editable(request.user)).get()
        return self.answer(review_template(version=version, by=request.user, **self.body(ReviewBody)))
