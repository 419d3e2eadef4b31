"""Families: links to their page, what they ask for, and informal removals that staff record or families allege."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from api.base import Collection
from api.fields import ReasonSerializer, ScopedRelatedField, StrictSerializer
from discipline.actions.families import LONGEST_LINK, REQUEST_STEPS, answer_request, make_link, revoke_link
from discipline.actions.sent_home import confirm_sent_home, record_sent_home, refuse_sent_home
from discipline.family import filters, tables
from discipline.family.views import school_for
from discipline.models import FamilyLink, FamilyRequest, SentHome
from district.access import Permission
from district.accounts import session_is_fresh
from district.models import Guardian, School, Student

FAMILY, RECORD = Permission.FAMILY_PAGE, Permission.REMOVAL_RECORD
ANSWERS = sorted({step for steps in REQUEST_STEPS.values() for step in steps})


class NewLinkBody(StrictSerializer):
    """A link for one guardian."""

    guardian = ScopedRelatedField(Guardian, FAMILY)
    days = serializers.IntegerField(min_value=1, max_value=LONGEST_LINK)


class AnswerRequestBody(StrictSerializer):
    """What a family is answered."""

    step = serializers.ChoiceField(choices=ANSWERS)
    answer = serializers.CharField(max_length=500, help_text="The family reads it.")


class NewSentHomeBody(StrictSerializer):
    """That a student was sent home or picked up early because of behavior."""

    student = ScopedRelatedField(Student, RECORD)
    school = ScopedRelatedField(School, RECORD, key="code", required=False)
    begins_on = serializers.DateField()
    days = serializers.DecimalField(max_digits=4, decimal_places=2, help_text="School days; up to half a day is 0.5.")
    left_at = serializers.TimeField(required=False, allow_null=True)
    told_by = serializers.CharField(max_length=200, required=False, allow_blank=True)
    words = serializers.CharField(max_length=2000, required=False, allow_blank=True)


class ConfirmBody(StrictSerializer):
    """That what a family says is so, perhaps on another day or for longer."""

    note = serializers.CharField(max_length=500, required=False, allow_blank=True)
    begins_on = serializers.DateField(required=False)
    days = serializers.DecimalField(max_digits=4, decimal_places=2, required=False)


class FamilyCollection(Collection):
    """What the collections about families share: a step is taken where the caller holds its permission."""

    has_states = True

    def reachable(self, permission: Permission) -> Any:
        """The record that the address names, if the caller may act on it."""
        rows = self.table.model._default_manager.all().allowed(self.request.user, permission)
        return self.row(self.get_queryset().filter(pk__in=rows.order_by().values("pk"))).get()


class FamilyLinkCollection(FamilyCollection):
    """Links to the pages of families. The secret is told once, in the answer that makes it."""

    table = tables.LINKS
    filterset_class = filters.FamilyLinkFilterSet
    permissions = {"GET": FAMILY, "POST": FAMILY, "revoke": FAMILY}

    @extend_schema(request=NewLinkBody)
    def create(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Make a link; `address` opens the page and is told only here.

        With a browser's session it needs a sign-in of the last ten minutes, as on the page.
        """
        given = self.body(NewLinkBody)
        if request.auth is None and not session_is_fresh(request):
            raise exceptions.PermissionDenied(_("A link needs a sign-in of the last ten minutes, or a token."))
        school = school_for(request.user, given["guardian"].student)
        if school is None:
            raise ValidationError({"guardian": _("The student has no school here.")})
        link, secret = make_link(school=school, by=request.user, **given)
        address = request.build_absolute_uri(reverse("family_page", args=[secret]))
        return self.answer(link, status.HTTP_201_CREATED, address=address)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def revoke(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """End a link at once."""
        link: FamilyLink = self.reachable(FAMILY)
        return self.answer(revoke_link(link=link, by=request.user, **self.body(ReasonSerializer)))


class FamilyRequestCollection(FamilyCollection):
    """What families ask for on their page: a meeting, an amendment, an appeal."""

    table = tables.REQUESTS
    filterset_class = filters.FamilyRequestFilterSet
    permissions = {"GET": FAMILY, "reply": FAMILY}

    @extend_schema(request=AnswerRequestBody)
    @action(detail=True, methods=["post"])
    def reply(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Answer a family: grant or decline."""
        asked: FamilyRequest = self.reachable(FAMILY)
        return self.answer(answer_request(request=asked, by=request.user, **self.body(AnswerRequestBody)))


class SentHomeCollection(FamilyCollection):
    """Informal removals: recorded by staff, alleged by families, confirmed or not. Only confirmed ones are removals."""

    table = tables.SENT_HOME
    filterset_class = filters.SentHomeFilterSet
    permissions = {"GET": Permission.REMOVAL_VIEW, "POST": RECORD, "confirm": RECORD, "refuse": RECORD}

    @extend_schema(request=NewSentHomeBody)
    def create(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Record that staff sent a student home."""
        given = self.body(NewSentHomeBody)
        school = given.pop("school", None) or school_for(request.user, given["student"])
        if school is None:
            raise ValidationError({"student": _("The student has no school here.")})
        report = record_sent_home(school=school, by=request.user, **given)
        return self.answer(report, status.HTTP_201_CREATED)

    @extend_schema(request=ConfirmBody)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Confirm what a family says: it becomes a removal that counts."""
        report: SentHome = self.reachable(RECORD)
        return self.answer(confirm_sent_home(report=report, by=request.user, **self.body(ConfirmBody)))

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def refuse(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Say why it is not confirmed. It stays on record."""
        report: SentHome = self.reachable(RECORD)
        return self.answer(refuse_sent_home(report=report, by=request.user, **self.body(ReasonSerializer)))
