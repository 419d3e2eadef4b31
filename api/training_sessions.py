"""The collection of sessions: planning, registering, attendance."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from api.base import Collection
from api.fields import ReasonSerializer, ScopedRelatedField, StrictSerializer
from api.training import EDIT, SEEN, coded
from district.access import Permission
from district.models import Organization, SeatAllotment
from training import filters, tables
from training.actions import attendance, registrations, sessions
from training.mails import mail_cancelled, mail_registration
from training.models import Course, Language, Practitioner, Registration, SessionTrainer, TrainingSession


class DayBody(StrictSerializer):
    """A day of a session."""

    day = serializers.DateField()
    hours = serializers.DecimalField(max_digits=4, decimal_places=2, min_value=0, max_value=24)
    begins = serializers.TimeField(required=False, allow_null=True)
    ends = serializers.TimeField(required=False, allow_null=True)


class TeamBody(StrictSerializer):
    """Somebody of the team."""

    person = ScopedRelatedField(Practitioner, EDIT, help_text=gettext_lazy("Id."))
    part = serializers.ChoiceField(SessionTrainer.Part.choices, default=SessionTrainer.Part.LEAD)


class SessionBody(StrictSerializer):
    """What may change of a session."""

    days = DayBody(many=True, required=False)
    team = TeamBody(many=True, required=False)
    capacity = serializers.IntegerField(min_value=1, max_value=2000)
    language = serializers.ChoiceField(Language.choices, required=False)
    timezone = serializers.CharField(max_length=64, required=False)
    place = serializers.CharField(max_length=200, required=False, allow_blank=True)
    link = serializers.URLField(max_length=500, required=False, allow_blank=True)
    is_open = serializers.BooleanField(required=False)


class NewSessionBody(SessionBody):
    """A session to plan."""

    days = DayBody(many=True)
    course = serializers.CharField(max_length=40, help_text=gettext_lazy("Code."))
    organization = ScopedRelatedField(Organization, EDIT, help_text=gettext_lazy("Id."))
    session_id = serializers.CharField(max_length=60, required=False)


class RegisterBody(StrictSerializer):
    """Who is to be registered."""

    person = ScopedRelatedField(Practitioner, EDIT, help_text=gettext_lazy("Id."))
    allotment = ScopedRelatedField(
        SeatAllotment, Permission.MEMORANDUM_VIEW, required=False, help_text=gettext_lazy("Id of seats kept here.")
    )


class LineBody(StrictSerializer):
    """Hours of one person."""

    registration = serializers.UUIDField()
    hours = serializers.DecimalField(max_digits=4, decimal_places=2, min_value=0, max_value=24)


class SheetBody(StrictSerializer):
    """Who was there on a day; hours 0: was not."""

    day = serializers.DateField()
    lines = LineBody(many=True)


class TrainingSessionCollection(Collection):
    """Sessions of courses. A single one shows its days and who is registered, as far as the caller may see them."""

    table = tables.SESSIONS
    filterset_class = filters.TrainingSessionFilterSet
    permissions = {"GET": SEEN, "POST": EDIT, "PATCH": EDIT, "cancel": EDIT, "register": EDIT, "attendance": EDIT}

    def session(self) -> TrainingSession:
        """The session that the address names, among those of the caller's organizations."""
        return self.row(TrainingSession.objects.allowed(self.request.user, EDIT)).get()

    @extend_schema(request=NewSessionBody)
    def create(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        values = self.body(NewSessionBody)
        rows = Course.objects.filter(district=values["organization"].district_id)
        values["course"] = coded(rows, [values["course"]], "course")[0]
        values["timezone_name"] = values.pop("timezone", "")
        values["identifier"] = values.pop("session_id", "")
        self._plain(values)
        return self.answer(sessions.create_session(by=request.user, **values), status.HTTP_201_CREATED)

    @extend_schema(request=SessionBody)
    def partial_update(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        session, values = self.session(), self.body(SessionBody, partial=True)
        self._plain(values)
        return self.answer(sessions.change_session(session=session, by=request.user, **values))

    def _plain(self, values: dict[str, Any]) -> None:
        if "days" in values:
            values["days"] = [sessions.Day(**day) for day in values["days"]]
        if "team" in values:
            values["team"] = [(one["person"], one["part"]) for one in values["team"]]

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Cancel a session with a reason; its registrations stay on file."""
        session, reason = self.session(), self.body(ReasonSerializer)["reason"]
        cancelled = sessions.cancel_session(session=session, reason=reason, by=request.user)
        mail_cancelled(cancelled, reason, request.build_absolute_uri)
        return self.answer(cancelled)

    @extend_schema(request=RegisterBody)
    @action(detail=True, methods=["post"])
    def register(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Register somebody, or put them on the waiting list when no seat is left."""
        session, values = self.session(), self.body(RegisterBody)
        standing = session.registrations.exclude(status=Registration.Status.CANCELLED)
        is_known = standing.filter(practitioner=values["person"]).exists()
        registration = registrations.register(
            session=session,
            practitioner=values["person"],
            allotment=values.get("allotment"),
            way=Registration.Way.TRAINER,
            by=request.user,
        )
        if not is_known:
            mail_registration(registration, request.build_absolute_uri)
        return self.answer(session)

    @extend_schema(request=SheetBody)
    @action(detail=True, methods=["post"])
    def attendance(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Confirm who was there on a day and for how many hours; whoever is not named stays as they are."""
        session, values = self.session(), self.body(SheetBody)
        day = session.days.filter(day=values["day"]).first()
        if day is None:
            raise serializers.ValidationError({"day": [_("The session does not take place on this day.")]})
        known = {row.uid: row for row in session.registrations.select_related("practitioner__person")}
        given = {line["registration"]: line["hours"] for line in values["lines"]}
        if any(uid not in known for uid in given):
            raise serializers.ValidationError({"lines": [_("One of the registrations is not of this session.")]})
        attendance.record_sheet(
            session_day=day, hours={known[uid]: hours for uid, hours in given.items()}, by=request.user
        )
        return self.answer(session)


class RegistrationCollection(Collection):
    """Who is registered for which session. Registering and attendance are steps of the session."""

    table = tables.REGISTRATIONS
    filterset_class = filters.RegistrationFilterSet
    permissions = {"GET": SEEN}


class AttendanceCollection(Collection):
    """Hours of each day; they count once they are confirmed."""

    table = tables.ATTENDANCE
    filterset_class = filters.AttendanceFilterSet
    permissions = {"GET": SEEN}
