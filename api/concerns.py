"""Concerns over the API: those received, those of one's organization, and the totals. Who filed one stands nowhere."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import Collection, Endpoint
from api.steps import SteppedCollection, body_of, with_steps
from commitments.actions.concerns.rules import set_concern_rule
from commitments.concerns import tables, totals
from commitments.concerns.filters import ConcernFilterSet, ConcernRuleFilterSet
from commitments.concerns.forms import FILING, WORK, ConcernFileForm, ConcernRuleForm
from commitments.concerns.steps import CONCERN_STEPS
from commitments.concerns.views_filing import file_signed_in
from commitments.models import Concern
from district import audit
from district.access import Permission

OWN, COUNT = Permission.CONCERN_VIEW_OWN, Permission.CONCERN_COUNT


@with_steps(CONCERN_STEPS)
class ConcernCollection(SteppedCollection):
    """Concerns whose recipient the caller is, or that the caller's organization filed.

    A list, and a file of it, holds no word that anybody wrote. Files that were added are at `/concerns/files/ID/`, as
    attachments. Whoever wants to stay unknown files on the page `/concerns/`, which takes no token: that a token was
    used is kept.
    """

    table = tables.CONCERNS
    filterset_class = ConcernFilterSet
    permissions = {"GET": FILING, "POST": FILING}

    def retrieve(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        response = super().retrieve(request, *args, **kwargs)
        found = Concern.objects.received_by(request.user).filter(pk=response.data["id"]).first()
        if found is not None:
            details = {"what": "concern"}
            audit.record(audit.Action.VIEW, by=request.user, target=found, district=found.district_id, details=details)
        return response

    @extend_schema(request=body_of(ConcernFileForm))
    def create(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """File a concern in the name of one's organization. `receipt` is in this one answer and nowhere else."""
        values = self.values(ConcernFileForm)
        if values["organization"] is None and not request.user.holds(WORK):
            raise ValidationError({"organization": [_("Name the organization that files it.")]})
        filed = file_signed_in(**values, by=request.user)
        return self.answer(filed.concern, status.HTTP_201_CREATED, receipt=filed.receipt)


class ConcernRuleCollection(SteppedCollection):
    """How many days each step of a concern leaves, and since when."""

    table = tables.CONCERN_RULES
    filterset_class = ConcernRuleFilterSet
    permissions = {"GET": WORK, "POST": WORK}

    @extend_schema(request=body_of(ConcernRuleForm))
    def create(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Set the days of a step from a day on."""
        return self.make(set_concern_rule, ConcernRuleForm)


NUMBER: dict[str, Any] = {"type": "integer", "nullable": True, "description": "null: too few to tell"}
COUNTS: dict[str, Any] = {"type": "object", "additionalProperties": NUMBER}
WITHOUT: dict[str, Any] = {
    "type": "boolean",
    "nullable": True,
    "description": "Whether there are concerns that nobody receives; null for whoever appoints no ombuds.",
}
TOTALS: dict[str, Any] = {
    "type": "object",
    "properties": {
        "minimum": {"type": "integer"},
        "districts": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "district": {"type": "string"},
                    "without_recipient": WITHOUT,
                    "quarters": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "properties": {
                                "begins_on": {"type": "string", "format": "date"},
                                "filed": NUMBER,
                                "kinds": COUNTS,
                                "resolved": NUMBER,
                                "outcomes": COUNTS,
                            },
                        },
                    },
                },
            },
        },
    },
}


class ConcernTotalsView(Endpoint):
    """How many concerns there are, by quarter once it is over, where they are not too few to tell."""

    needs = (COUNT, OWN, WORK)

    @extend_schema(operation_id="concern_totals", responses={(200, "application/json"): TOTALS})
    def get(self, request: Request) -> Response:
        """Counts of every district of the caller's grants."""
        self.refuse_query()
        found = [
            {
                "district": district.code,
                "without_recipient": totals.is_any_without_recipient(district, request.user),  # type: ignore[arg-type]
                "quarters": [
                    {
                        "begins_on": one.begins_on.isoformat(),
                        "filed": one.filed,
                        "kinds": one.kinds,
                        "resolved": one.resolved,
                        "outcomes": one.outcomes,
                    }
                    for one in totals.quarters_of(district, district.today())
                ],
            }
            for district in totals.districts_for(request.user)  # type: ignore[arg-type]
        ]
        return Response({"minimum": totals.MINIMUM, "districts": found})


COLLECTIONS: dict[str, type[Collection]] = {"concerns": ConcernCollection, "concern-rules": ConcernRuleCollection}
"""Name in the address → its view."""
