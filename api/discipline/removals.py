"""Removals: ordered, changed, ticked off, voided."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from api.base import VoidableCollection
from api.discipline import bodies, bodies_law
from api.fields import ReasonSerializer
from discipline import actions, filters, tables
from discipline.actions.terms import record_terms
from discipline.models import Removal
from district.access import Permission

STEPS = {
    **dict.fromkeys(("change", "serve", "overturn", "facts"), Permission.REMOVAL_RECORD),
    "void": Permission.REMOVAL_VOID,
}


class StandingRemovals(VoidableCollection):
    """What may be done with a removal, whichever its kind."""

    table = tables.REMOVALS
    filterset_class = filters.RemovalFilterSet
    permissions = {"GET": Permission.REMOVAL_VIEW, **STEPS}
    void_permission = Permission.REMOVAL_VOID

    def step(self, verb: Callable[..., Any], body: type[serializers.Serializer]) -> Response:
        """Do something with a removal that the caller may read and record."""
        recorded = Removal.objects.all().allowed(self.request.user, Permission.REMOVAL_RECORD)
        removal = self.row(self.get_queryset().filter(pk__in=recorded.order_by().values("pk"))).get()
        given = self.body(body)
        verb(
            removal=removal,
            by=self.request.user,
            **(self.terms(removal, given) if body is bodies.ChangeBody else given),
        )
        return self.answer(removal)

    def terms(self, removal: Removal, given: dict[str, Any]) -> dict[str, Any]:
        """New terms keep what the body leaves out."""
        kept = {name: getattr(removal, name) for name in ("begins_on", "services_provided", "services")}
        if not ({"ends_on", "days"} & given.keys()):
            length = ("days",) if removal.days is not None else ("ends_on",)
            kept |= {name: getattr(removal, name) for name in length}
        return kept | given

    @extend_schema(request=bodies.ChangeBody)
    @action(detail=True, methods=["post"])
    def change(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Give a removal new terms; the former ones stay on record with the reason."""
        return self.step(actions.change_removal, bodies.ChangeBody)

    @extend_schema(request=bodies.ServeBody)
    @action(detail=True, methods=["post"])
    def serve(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Say whether a removal was served on one of its school days."""
        return self.step(actions.mark_served, bodies.ServeBody)

    @extend_schema(request=bodies_law.OverturnBody)
    @action(detail=True, methods=["post"])
    def overturn(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Overturn a removal: no further day is served; school days that were lost stay on record."""
        return self.step(actions.overturn_removal, bodies_law.OverturnBody)

    @extend_schema(request=bodies_law.FactsBody)
    @action(detail=True, methods=["post"])
    def facts(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Keep facts that bear on whether its days count in the IDEA clock."""
        return self.step(record_terms, bodies_law.FactsBody)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def void(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Void a removal with a reason. It stays on record and counts nowhere."""
        return self.voided(actions.void_removal, "removal")


class RemovalCollection(StandingRemovals):
    """Removals of every kind. Voided ones are listed and say so."""

    permissions = {"GET": Permission.REMOVAL_VIEW, "POST": Permission.REMOVAL_RECORD, **STEPS}

    @extend_schema(request=bodies.NewRemovalBody)
    def create(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Order a removal over a referral."""
        removal = actions.order_removal(by=request.user, **self.body(bodies.NewRemovalBody))
        return self.answer(removal, status.HTTP_201_CREATED)


class SuspensionCollection(StandingRemovals):
    """The removals that are in-school or out-of-school suspensions."""

    table = replace(tables.REMOVALS, name="suspensions")
    filterset_class = filters.SuspensionFilterSet

    def get_queryset(self) -> QuerySet:
        rows: Any = super().get_queryset()
        return rows.suspensions()
