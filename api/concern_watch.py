"""What was done after concerns to whoever filed them or to the child: for the recipient of each, and nobody else."""

from __future__ import annotations

from typing import Any, cast

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import Endpoint
from api.fields import StrictSerializer
from dashboards.retaliation.actions import LONGEST, flag_of, look_into, note_looking
from dashboards.retaliation.looks import Flag
from dashboards.retaliation.watch import WINDOW, flagged, received
from district.access import Permission
from district.models import User
from district.steps import StepNotAllowed

DAY = {"type": "string", "format": "date"}
LOOK: dict[str, Any] = {
    "type": "object",
    "properties": {"on": DAY, "by": {"type": "string"}, "note": {"type": "string"}},
}
ACTION: dict[str, Any] = {
    "type": "object",
    "properties": {
        "action": {"type": "string", "description": "What the note about it is sent with."},
        "on": DAY,
        "days_after": {"type": "integer"},
        "what": {"type": "string"},
        "where": {"type": "string"},
        "to_whom": {"type": "string", "enum": ["child", "reporter"]},
        "looked_into": {"type": "array", "items": LOOK},
    },
}
AFTER: dict[str, Any] = {
    "type": "object",
    "properties": {
        "window_days": {"type": "integer"},
        "concerns": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "concern": {"type": "string", "format": "uuid"},
                    "filed_on": DAY,
                    "not_clear_who": {"type": "array", "items": {"type": "string", "enum": ["child", "reporter"]}},
                    "actions": {"type": "array", "items": ACTION},
                },
            },
        },
    },
}


class LookBody(StrictSerializer):
    """What came of looking into an action."""

    concern = serializers.UUIDField()
    action = serializers.RegexField(r"^[0-9a-f]{64}$")
    note = serializers.CharField(max_length=LONGEST)


class AfterConcernsView(Endpoint):
    """Actions on record after the caller's concerns, within a year, to whoever filed them or to the child."""

    permissions = {"GET": Permission.CONCERN_WORK, "POST": Permission.CONCERN_WORK}

    @extend_schema(operation_id="concerns_after", responses={(200, "application/json"): AFTER})
    def get(self, request: Request) -> Response:
        """Every concern after which something was done. The look stays in the audit trail, without which."""
        self.refuse_query()
        reader = cast(User, request.user)
        note_looking(by=reader)
        found = [
            {
                "concern": str(one.concern.uid),
                "filed_on": one.concern.filed_on.isoformat(),
                "not_clear_who": one.known.doubts if one.known else [],
                "actions": [_row(flag) for flag in one.flags],
            }
            for one in flagged(reader)
        ]
        return Response({"window_days": WINDOW.days, "concerns": found})

    @extend_schema(
        operation_id="concerns_after_look_into", request=LookBody, responses={(201, "application/json"): ACTION}
    )
    def post(self, request: Request) -> Response:
        """Note what came of looking into an action: sealed, for the recipient of the concern alone."""
        self.refuse_query()
        serializer = LookBody(data=request.data, context={"request": request})
        serializer.is_valid(raise_exception=True)
        given, reader = serializer.validated_data, cast(User, request.user)
        concern = received(reader).filter(uid=given["concern"]).first()
        if concern is None:
            raise Http404
        try:
            look_into(concern=concern, mark=given["action"], note=given["note"], by=reader)
        except StepNotAllowed:
            raise Http404
        return Response(_row(flag_of(concern=concern, mark=given["action"], by=reader)), status.HTTP_201_CREATED)


def _row(flag: Flag) -> dict[str, Any]:
    return {
        "action": flag.mark,
        "on": flag.on.isoformat(),
        "days_after": flag.days_after,
        "what": flag.words,
        "where": flag.place,
        "to_whom": flag.whose,
        "looked_into": [{"on": one.on, "by": one.by, "note": one.note} for one in flag.looks],
    }
