"""Finding a student by the first letters, for the form that logs a referral."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, serializers
from rest_framework.response import Response

from api.base import Endpoint
from api.fields import StrictSerializer
from district import picker
from district.access import Permission


class LookupBody(StrictSerializer):
    """What to look for. Letters travel in the body, so that no name stands in an address or a log."""

    text = serializers.CharField(max_length=picker.LONGEST, trim_whitespace=True)
    school = serializers.UUIDField(help_text=gettext_lazy("Id of the school; one at which you may refer students."))
    day = serializers.DateField(required=False, help_text=gettext_lazy("Enrolled on this day; default today."))


class FoundStudent(serializers.Serializer):
    """A student found."""

    id = serializers.UUIDField(source="uid")
    name = serializers.CharField()
    grade = serializers.CharField(help_text=gettext_lazy("In words."))
    id_end = serializers.CharField(help_text=gettext_lazy("The last two characters of the local id."))


class LookupAnswer(serializers.Serializer):
    """At most ten students."""

    students = FoundStudent(many=True)
    is_more = serializers.BooleanField()


class StudentLookupView(Endpoint):
    """Students of one's own school by the first three letters of a name, or of the local id."""

    permissions = {"GET": Permission.STUDENT_LOOKUP, "POST": Permission.STUDENT_LOOKUP}

    @extend_schema(request=LookupBody, responses=LookupAnswer)
    def post(self, request: Any) -> Response:
        """Search one school. At most 60 searches a minute; each is in the audit trail, without its letters."""
        body = LookupBody(data=request.data, context={"request": request})
        body.is_valid(raise_exception=True)
        values = body.validated_data
        school = picker.schools_of(request.user).filter(uid=values["school"]).select_related("district").first()
        if school is None:
            text = _("You may not use “%(value)s” here, or it does not exist.") % {"value": values["school"]}
            raise exceptions.ValidationError({"school": [text]})
        day = values.get("day") or school.district.today()
        try:
            findings = picker.look_up(text=values["text"], school=school, day=day, by=request.user)
        except picker.TooFewLetters:
            raise exceptions.ValidationError({"text": [_("Type at least three letters.")]})
        except picker.TooManyLookups as many:
            raise exceptions.Throttled(wait=many.wait, detail=str(many))
        return Response(LookupAnswer(findings).data)
