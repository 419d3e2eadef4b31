"""Children that were sent home, passed on by the ombuds: given to a school, and found by it or not."""

from __future__ import annotations

from typing import Any, cast

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import Endpoint
from api.fields import ScopedRelatedField, StrictSerializer
from dashboards.models import PassedOn
from dashboards.passed_on.actions import pass_on, settle, told_of
from dashboards.retaliation.watch import received
from district import audit
from district.access import Permission
from district.models import School, Student, User

RECORD, WORK = Permission.REMOVAL_RECORD, Permission.CONCERN_WORK
ROW: dict[str, Any] = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "school": {"type": "string"},
        "passed_on": {"type": "string", "format": "date"},
        "state": {"type": "string", "enum": PassedOn.State.values},
        "child": {"type": "string", "description": "As it was given; empty once it is settled."},
        "day": {"type": "string", "description": "As it was given; empty once it is settled."},
        "report": {"type": "string", "format": "uuid", "nullable": True},
    },
}
LIST = {"type": "object", "properties": {"passed_on": {"type": "array", "items": ROW}}}


class PassOnBody(StrictSerializer):
    """Which concern."""

    concern = serializers.UUIDField()


class FoundBody(StrictSerializer):
    """Which student it is, on which day and for how long; no student: the school knows none."""

    id = serializers.UUIDField()
    student = ScopedRelatedField(Student, RECORD, required=False, allow_null=True)
    begins_on = serializers.DateField(required=False, allow_null=True)
    days = serializers.DecimalField(max_digits=4, decimal_places=2, required=False, allow_null=True)


class PassOnView(Endpoint):
    """The ombuds passes a child on."""

    permissions = {"GET": WORK, "POST": WORK}

    @extend_schema(operation_id="concern_pass_on", request=PassOnBody, responses={(201, "application/json"): ROW})
    def post(self, request: Request) -> Response:
        """Pass the child's name and day on to the school of a concern, where whoever filed it gave leave."""
        self.refuse_query()
        body = PassOnBody(data=request.data, context={"request": request})
        body.is_valid(raise_exception=True)
        reader = cast(User, request.user)
        concern = received(reader).filter(uid=body.validated_data["concern"]).first()
        if concern is None:
            raise Http404
        return Response(_row(pass_on(concern=concern, by=reader), is_told=False), status.HTTP_201_CREATED)


class PassedOnView(Endpoint):
    """What was passed on to the caller's schools."""

    permissions = {"GET": RECORD, "POST": RECORD}

    @extend_schema(operation_id="passed_on_list", responses={(200, "application/json"): LIST})
    def get(self, request: Request) -> Response:
        """The latest two hundred."""
        self.refuse_query()
        reader = cast(User, request.user)
        rows = PassedOn.objects.all().allowed(reader, RECORD).select_related("school", "report")
        found = list(rows.order_by("-passed_on", "-pk")[:200])
        named: dict[School, list[PassedOn]] = {}
        for one in found:
            if one.state == PassedOn.State.WAITING:
                named.setdefault(one.school, []).append(one)
        for school, some in named.items():
            targets = [(one, None) for one in some]
            audit.record_views(targets, by=reader, district=school.district_id, school=school.pk)
        return Response({"passed_on": [_row(one) for one in found]})

    @extend_schema(operation_id="passed_on_settle", request=FoundBody, responses={(200, "application/json"): ROW})
    def post(self, request: Request) -> Response:
        """Say which student it is, or that the school knows none."""
        self.refuse_query()
        body = FoundBody(data=request.data, context={"request": request})
        body.is_valid(raise_exception=True)
        given = dict(body.validated_data)
        row = PassedOn.objects.all().allowed(request.user, RECORD).filter(uid=given.pop("id")).first()
        if row is None:
            raise Http404
        return Response(_row(settle(passed=row, **given, by=cast(User, request.user))))


def _row(one: PassedOn, *, is_told: bool = True) -> dict[str, Any]:
    child, day = told_of(one) if is_told else ("", "")
    return {
        "id": str(one.uid),
        "school": one.school.code,
        "passed_on": one.passed_on.isoformat(),
        "state": one.state,
        "child": child,
        "day": day,
        "report": str(one.report.uid) if one.report else None,
    }
