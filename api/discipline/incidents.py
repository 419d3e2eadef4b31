"""Incidents: mended, with more people in them, linked and merged."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from api.base import Collection
from api.discipline import bodies
from api.discipline.naming import fields_of_the_body, others_of, parts_of
from discipline import actions, filters, tables
from discipline.models import Incident, IncidentLink
from district.access import Permission
from district.models import Student
from district.steps import StepNotAllowed

WRITERS = (Permission.REFERRAL_DECIDE, Permission.REFERRAL_LOG)
"""Those who decide at the school; and who wrote the incident, until its review begins."""


class IncidentCollection(Collection):
    """Incidents. A single one shows the parts in it; what was written only to those who may read narratives."""

    table = tables.INCIDENTS
    filterset_class = filters.IncidentFilterSet
    has_states = True
    permissions = {
        "GET": Permission.REFERRAL_VIEW,
        "PATCH": WRITERS,
        "parts": WRITERS,
        "people": Permission.REFERRAL_DECIDE,
        "family_contacts": WRITERS,
        "void_part": Permission.REFERRAL_DECIDE,
        "links": Permission.REFERRAL_DECIDE,
        "unlink": Permission.REFERRAL_DECIDE,
        "merge": Permission.REFERRAL_DECIDE,
    }

    def decided(self) -> Any:
        """Incidents about which the caller decides."""
        return Incident.objects.all().allowed(self.request.user, Permission.REFERRAL_DECIDE)

    def incident(self, rows: QuerySet) -> Incident:
        """Return the incident that the address names, among `rows`."""
        return self.row(rows).select_related("school__district", "school_year").get()

    @extend_schema(request=bodies.WhenBody)
    def partial_update(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Mend time, place or words."""
        incident = self.incident(self.decided() | Incident.objects.written_by(request.user))
        values = self.body(bodies.WhenBody, partial=True)
        return self.answer(actions.amend_incident(incident=incident, by=request.user, **values))

    @extend_schema(request=bodies.PartBody)
    @action(detail=True, methods=["post"])
    def parts(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Add a student's part; a student who caused harm is referred."""
        user = request.user
        incident = self.incident(self.decided() | Incident.objects.written_by(user))
        body = self.body(bodies.PartBody)
        if refusal := actions.amend_refusal(incident, user):
            raise StepNotAllowed(refusal, ())
        with fields_of_the_body({"parts": "student"}):
            _school, (part,) = parts_of(
                [body], day=incident.occurred_on, by=user, school=incident.school, field="student"
            )
            actions.add_part(incident=incident, part=part, by=user)
        return self.answer(incident)

    @extend_schema(request=bodies.PersonBody)
    @action(detail=True, methods=["post"])
    def people(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Add somebody who is no student on the roster."""
        incident = self.incident(self.decided())
        (part,) = others_of([self.body(bodies.PersonBody)])
        with fields_of_the_body({"others": "words"}):
            actions.add_other_person(incident=incident, part=part, by=request.user)
        return self.answer(incident)

    @extend_schema(request=bodies.ContactBody)
    @action(detail=True, methods=["post"], url_path="family-contacts", url_name="family-contacts")
    def family_contacts(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Write down that a student's family heard of the incident."""
        user = request.user
        incident = self.incident(self.decided() | Incident.objects.referred_by(user))
        values = self.body(bodies.ContactBody)
        students = Student.objects.filter(pk__in=actions.families_known_to(incident, user))
        student = students.filter(uid=values.pop("student")).first()
        if student is None:
            raise serializers.ValidationError({"student": [_("This student has no part in the incident.")]})
        actions.log_family_contact(incident=incident, student=student, by=user, **values)
        return self.answer(incident)

    @extend_schema(request=bodies.VoidPartBody)
    @action(detail=True, methods=["post"], url_path="void-part", url_name="void-part")
    def void_part(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Void one part with a reason. It stays on record and counts nowhere."""
        incident = self.incident(self.decided())
        values = self.body(bodies.VoidPartBody)
        if values["part"].incident_id != incident.pk:
            raise serializers.ValidationError({"part": [_("This incident has no such part.")]})
        actions.void_part(involvement=values["part"], reason=values["reason"], by=request.user)
        return self.answer(incident)

    @extend_schema(request=bodies.TwinBody)
    @action(detail=True, methods=["post"])
    def links(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Say that another incident belongs to this one."""
        incident = self.incident(self.decided())
        values = self.body(bodies.TwinBody)
        actions.link_incidents(first=incident, second=values["incident"], reason=values["reason"], by=request.user)
        return self.answer(incident)

    @extend_schema(request=bodies.TwinBody)
    @action(detail=True, methods=["post"])
    def unlink(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Take two incidents apart again."""
        incident = self.incident(self.decided())
        values = self.body(bodies.TwinBody)
        link = IncidentLink.objects.of(incident).of(values["incident"]).standing().first()
        if link is None:
            raise StepNotAllowed(_("These incidents are not linked."), ["links"])
        actions.unlink_incidents(link=link, reason=values["reason"], by=request.user)
        return self.answer(incident)

    @extend_schema(request=bodies.MergeBody)
    @action(detail=True, methods=["post"])
    def merge(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Merge another record of the same event into this one."""
        incident = self.incident(self.decided())
        values = self.body(bodies.MergeBody)
        actions.merge_incidents(kept=incident, by=request.user, **values)
        return self.answer(incident)
