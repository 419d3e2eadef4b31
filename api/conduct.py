"""The collection of the code of conduct: the one of this floor whose records are written and changed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from api.base import Collection
from api.district import district_of_body
from api.fields import ScopedRelatedField, StrictSerializer, row_serializer
from discipline import conduct, filters, mapping, tables
from discipline.models import Behavior
from district.access import Permission
from district.models import District

BehaviorAnswer = row_serializer(tables.BEHAVIORS, detail=True)


class BehaviorBody(StrictSerializer):
    """What may be written of a behavior. What each value must be, the verbs say: the same as in an import."""

    code = serializers.CharField(max_length=40)
    title = serializers.CharField(max_length=200)
    definition = serializers.CharField(required=False, allow_blank=True, help_text=gettext_lazy("In plain words."))
    level = serializers.CharField(required=False, allow_blank=True, max_length=40)
    category = serializers.CharField(required=False, allow_blank=True, max_length=100)
    subjective = serializers.BooleanField(required=False)
    ceds_behavior = serializers.CharField(required=False, allow_blank=True, max_length=5)
    crdc_offense = serializers.CharField(required=False, allow_blank=True, max_length=20)
    state_code = serializers.CharField(required=False, allow_blank=True, max_length=40)
    max_response = serializers.CharField(required=False, allow_blank=True, max_length=40)
    grades = serializers.CharField(required=False, allow_blank=True, max_length=100)
    valid_from = serializers.DateField(required=False, allow_null=True)
    valid_to = serializers.DateField(required=False, allow_null=True)


class NewBehaviorBody(BehaviorBody):
    """A behavior to add."""

    district = ScopedRelatedField(
        District,
        Permission.CONDUCT_EDIT,
        key="code",
        required=False,
        help_text=gettext_lazy("Code; needed only by those who may act in several districts."),
    )


class ChangedBehaviorBody(BehaviorBody):
    """What changes about a behavior, and from which day on."""

    changes_on = serializers.DateField(
        required=False,
        allow_null=True,
        help_text=gettext_lazy(
            "First day of the change: the behavior ends the day before and a new row of its code begins. Needed when "
            "a behavior that was used means something else."
        ),
    )


class SetCoverageAnswer(serializers.Serializer):
    """How far one code set is mapped."""

    code_set = serializers.ChoiceField(choices=[(each.field, each.label) for each in mapping.CODE_SETS])
    mapped = serializers.IntegerField()
    missing = serializers.IntegerField()
    referrals = serializers.IntegerField(
        allow_null=True, help_text=gettext_lazy("Of the year, over behaviors without a code; null without the right.")
    )


class CoverageAnswer(serializers.Serializer):
    """How far the code of conduct is mapped to the codes of other systems."""

    school_year = serializers.IntegerField(allow_null=True)
    behaviors = serializers.IntegerField(help_text=gettext_lazy("Valid on some day of the school year."))
    referrals = serializers.IntegerField(allow_null=True)
    code_sets = SetCoverageAnswer(many=True)


class BehaviorCollection(Collection):
    """Behaviours of the code of conduct. One that was used keeps its meaning for the days it was used on."""

    table = tables.BEHAVIORS
    filterset_class = filters.BehaviorFilterSet
    permissions = {
        "GET": Permission.DISTRICT_VIEW,
        "POST": Permission.CONDUCT_EDIT,
        "PATCH": Permission.CONDUCT_EDIT,
        "copy": Permission.CONDUCT_EDIT,
        "coverage": Permission.DISTRICT_VIEW,
    }

    def editable(self) -> Any:
        """The behavior that the address names, among those that the caller may change."""
        return self.row(Behavior.objects.allowed_throughout(self.request.user, Permission.CONDUCT_EDIT)).get()

    @extend_schema(request=NewBehaviorBody)
    def create(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        values = self.body(NewBehaviorBody)
        values["district"] = district_of_body(request.user, values, Permission.CONDUCT_EDIT)
        return self.answer(conduct.create_behavior(by=request.user, **values), status.HTTP_201_CREATED)

    @extend_schema(request=ChangedBehaviorBody, responses={200: BehaviorAnswer, 201: BehaviorAnswer})
    def partial_update(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Change a behavior: 200 with the same row, or 201 with the row of its code that begins on `changes_on`."""
        behavior = self.editable()
        values = self.body(ChangedBehaviorBody, partial=True)
        changed = conduct.change_behavior(behavior=behavior, by=request.user, **values)
        is_same = changed.pk == behavior.pk
        return self.answer(changed, status.HTTP_200_OK if is_same else status.HTTP_201_CREATED)

    @extend_schema(request=None, responses={201: BehaviorAnswer})
    @action(detail=True, methods=["post"])
    def copy(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Begin a row like this one for the school year after the one in which it ends."""
        behavior = self.editable()
        self.body(StrictSerializer)
        copied = conduct.copy_to_next_year(behavior=behavior, by=request.user)
        return self.answer(copied, status.HTTP_201_CREATED)

    @extend_schema(responses=CoverageAnswer, filters=False)
    @action(detail=False, methods=["get"], pagination_class=None)
    def coverage(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """How many behaviors have federal and state codes, and how many referrals those without touch."""
        self.refuse_query()
        found = mapping.coverage_for(request.user)
        sets = [
            {
                "code_set": each.code_set.field,
                "mapped": each.mapped,
                "missing": each.missing,
                "referrals": each.referrals,
            }
            for each in found.sets
        ]
        whole = {"behaviors": len(found.behaviors), "referrals": found.referrals}
        return Response({"school_year": found.school_year, **whole, "code_sets": sets})
