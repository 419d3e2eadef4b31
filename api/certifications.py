"""The collection of certifications: proposing, awarding, and every step after it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from api.base import Collection
from api.fields import ReasonSerializer, ScopedRelatedField, StrictSerializer
from api.training import SEEN, CodeList, coded
from district.access import Permission
from district.models import Organization, School
from training import filters, tables
from training.actions import certifications as decisions
from training.actions.proposing import propose
from training.models import Certification, Credential, Practitioner


class ProposalBody(StrictSerializer):
    """Whom to propose for what. Awarded by, numbers and days are never the caller's to write."""

    person = ScopedRelatedField(Practitioner, Permission.CERTIFICATION_PROPOSE, help_text=gettext_lazy("Id."))
    credential = ScopedRelatedField(Credential, Permission.TRAINING_VIEW, key="code", help_text=gettext_lazy("Code."))
    trainer = serializers.UUIDField(required=False, help_text=gettext_lazy("Id of the trainer of record."))
    basis = serializers.ChoiceField(Certification.Basis.choices, default=Certification.Basis.EARNED)
    basis_note = serializers.CharField(max_length=500, required=False, allow_blank=True)
    limited_to = ScopedRelatedField(Organization, Permission.TRAINING_VIEW, required=False)
    schools = CodeList(help_text=gettext_lazy("School codes to which a license is limited."))


class AwardBody(StrictSerializer):
    """From when on; today or later."""

    valid_from = serializers.DateField(required=False)


class RenewalBody(StrictSerializer):
    """By what was done, or by a review whose finding the note says."""

    by_review = serializers.BooleanField(default=False)
    note = serializers.CharField(max_length=500, required=False, allow_blank=True)


DECIDE = Permission.CERTIFICATION_AWARD


class CredentialCollection(Collection):
    """The district's ladder: what may be awarded, and what its holder may hold."""

    table = tables.CREDENTIALS
    filterset_class = filters.CredentialFilterSet
    permissions = {"GET": SEEN}


class CertificationCollection(Collection):
    """Certifications. Whether one is valid on a day is asked with `valid_on`; its status alone does not say it."""

    table = tables.CERTIFICATIONS
    filterset_class = filters.CertificationFilterSet
    permissions = {
        "GET": SEEN,
        "POST": Permission.CERTIFICATION_PROPOSE,
        **dict.fromkeys(("award", "decline", "suspend", "reinstate", "revoke", "lapse", "renew"), DECIDE),
    }

    @extend_schema(request=ProposalBody)
    def create(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        values = self.body(ProposalBody)
        practitioner = values.pop("person")
        if "trainer" in values:
            people = Practitioner.objects.standing().filter(district=practitioner.district_id, uid=values["trainer"])
            values["trainer"] = people.first()
        if "schools" in values:
            rows = School.objects.filter(district=practitioner.district_id)
            values["schools"] = tuple(coded(rows, values["schools"], "schools"))
        return self.answer(propose(practitioner=practitioner, by=request.user, **values), status.HTTP_201_CREATED)

    def decided(self, verb: Any, body: type[serializers.Serializer]) -> Response:
        """Do one step of the certification that the address names."""
        rows = Certification.objects.all().allowed(self.request.user, DECIDE)
        certification = self.row(rows).get()
        return self.answer(verb(certification=certification, by=self.request.user, **self.body(body)))

    @extend_schema(request=AwardBody)
    @action(detail=True, methods=["post"])
    def award(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Award it, as another person and another organization than the holder's."""
        return self.decided(decisions.award, AwardBody)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def decline(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Do not award it, with a reason."""
        return self.decided(decisions.decline, ReasonSerializer)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def suspend(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Suspend it from today, with a reason."""
        return self.decided(decisions.suspend, ReasonSerializer)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def reinstate(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Lift a suspension from today, with a reason."""
        return self.decided(decisions.reinstate, ReasonSerializer)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def revoke(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Revoke it from today, with a reason."""
        return self.decided(decisions.revoke, ReasonSerializer)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def lapse(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Let it lapse from today, with a reason."""
        return self.decided(decisions.lapse, ReasonSerializer)

    @extend_schema(request=RenewalBody)
    @action(detail=True, methods=["post"])
    def renew(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Renew it within its window or grace."""
        return self.decided(decisions.renew, RenewalBody)
