"""The collections of the discipline record."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from api.base import Collection, VoidableCollection
from api.fields import ReasonSerializer
from discipline import actions, filters, tables
from district.access import Permission

REFERRAL_READERS = (
    Permission.REFERRAL_VIEW,
    Permission.REFERRAL_VIEW_RESTORATIVE,
    Permission.REFERRAL_VIEW_OWN,
)


class RuleCollection(Collection):
    """Rules of discipline law that a district goes by, each version with its citation and sign-off."""

    table = tables.RULES
    filterset_class = filters.RuleFilterSet
    permissions = {"GET": Permission.RULES_VIEW}


class IncidentCollection(Collection):
    """Incidents. A single one shows the parts in it; what was written only to those who may read narratives."""

    table = tables.INCIDENTS
    filterset_class = filters.IncidentFilterSet
    permissions = {"GET": Permission.REFERRAL_VIEW}


class ReferralCollection(VoidableCollection):
    """Referrals: all of one's schools, those that ask for a restorative response, or one's own, by one's role."""

    table = tables.REFERRALS
    filterset_class = filters.ReferralFilterSet
    permissions = {"GET": REFERRAL_READERS, "void": Permission.REMOVAL_VOID}
    void_permission = Permission.REMOVAL_VOID

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def void(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Void a referral with a reason. It stays on record and counts nowhere."""
        return self.voided(actions.void_referral, "referral")


class RemovalCollection(VoidableCollection):
    """Removals of every kind. Voided ones are listed and say so."""

    table = tables.REMOVALS
    filterset_class = filters.RemovalFilterSet
    permissions = {"GET": Permission.REMOVAL_VIEW, "void": Permission.REMOVAL_VOID}
    void_permission = Permission.REMOVAL_VOID

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def void(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Void a removal with a reason. It stays on record and counts nowhere."""
        return self.voided(actions.void_removal, "removal")


class SuspensionCollection(RemovalCollection):
    """The removals that are in-school or out-of-school suspensions."""

    table = replace(tables.REMOVALS, name="suspensions")
    filterset_class = filters.SuspensionFilterSet

    def get_queryset(self) -> QuerySet:
        rows: Any = super().get_queryset()
        return rows.suspensions()
