"""Referrals: logged once, reviewed by the table of states."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from api.base import VoidableCollection
from api.discipline import bodies
from api.discipline.naming import fields_of_the_body, others_of, parts_of
from api.fields import ReasonSerializer, row_serializer
from discipline import actions, filters, tables
from discipline.actions import Logged, RemovalOrder
from discipline.models import Involvement, Referral
from district.access import Permission
from district.columns import JSON_OF, Kind

REFERRAL_READERS = (
    Permission.REFERRAL_VIEW,
    Permission.REFERRAL_VIEW_RESTORATIVE,
    Permission.REFERRAL_VIEW_OWN,
)
LoggedSerializer = type(
    "LoggedReferralSerializer",
    (row_serializer(tables.REFERRALS, detail=True),),
    {
        "also_referred": serializers.ListField(
            child=serializers.UUIDField(), help_text=gettext_lazy("Ids of the other referrals made with it.")
        )
    },
)


class ReferralCollection(VoidableCollection):
    """Referrals: all of one's schools, those that ask for a restorative response, or one's own, by one's role."""

    table = tables.REFERRALS
    filterset_class = filters.ReferralFilterSet
    permissions = {
        "GET": REFERRAL_READERS,
        "POST": Permission.REFERRAL_LOG,
        "take": Permission.REFERRAL_DECIDE,
        "give_back": Permission.REFERRAL_DECIDE,
        "answer_question": Permission.REFERRAL_VIEW_OWN,
        "decide": Permission.REFERRAL_DECIDE,
        "reopen": Permission.REFERRAL_DECIDE,
        "void": Permission.REMOVAL_VOID,
        "void_response": Permission.REFERRAL_DECIDE,
    }
    void_permission = Permission.REMOVAL_VOID

    @extend_schema(request=bodies.LogBody, responses={201: LoggedSerializer, 200: LoggedSerializer})
    def create(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Log a referral: 201 with the referral of the first student who caused harm; 200 when it was sent before."""
        values, user = self.body(bodies.LogBody), request.user
        code, day = values.pop("school", ""), values["occurred_on"]
        school, parts = parts_of(values.pop("students"), day=day, by=user, code=code)
        others = others_of(values.pop("other_people"))
        with fields_of_the_body():
            logged = actions.log_referral(school=school, parts=parts, others=others, by=user, **values)
        if logged.is_new:
            return self._logged(logged, parts)
        known = list(logged.incident.referrals.order_by("pk"))
        return self.answer(known[0], also_referred=[str(one.uid) for one in known[1:]])

    def _logged(self, logged: Logged, parts: list[actions.Part]) -> Response:
        """Answer with what was just made. It is known in full, so nothing is read again."""
        by_student = {referral.student_id: referral for referral in logged.referrals}
        responsible = [part for part in parts if part.role == Involvement.Role.RESPONSIBLE]
        first = by_student.pop(responsible[0].student.pk)
        first.incident, first.student = logged.incident, responsible[0].student
        since = JSON_OF[Kind.MOMENT](logged.at)
        found = self.table.object_of(
            first,
            self.request.user,
            {
                "behaviors": [behavior.code for behavior in responsible[0].behaviors],
                "responses": [],
                "statuses": [{"status": first.status, "at": since, "note": ""}],
                "responses_recorded": [],
            },
        )
        others = [str(referral.uid) for referral in by_student.values()]
        return self.made(found | {"also_referred": others})

    def step(self, verb: Callable[..., Any], body: type[serializers.Serializer], permission: Permission) -> Response:
        """Do one step of the review with a referral on which the caller may act."""
        referral = self.row(self.reachable(Referral.objects.all().allowed(self.request.user, permission))).get()
        return self.answer(verb(referral=referral, by=self.request.user, **self.body(body)))

    def reachable(self, rows: QuerySet) -> QuerySet:
        """Of the rows on which the caller may act those that they may read too."""
        return self.get_queryset().filter(pk__in=rows.order_by().values("pk"))

    @extend_schema(request=bodies.NoBody)
    @action(detail=True, methods=["post"])
    def take(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Take a referral for review, or over from a colleague."""
        return self.step(actions.take_referral, bodies.NoBody, Permission.REFERRAL_DECIDE)

    @extend_schema(request=bodies.QuestionBody)
    @action(detail=True, methods=["post"], url_path="return", url_name="return")
    def give_back(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Return a referral to its reporter with a question."""
        return self.step(actions.return_referral, bodies.QuestionBody, Permission.REFERRAL_DECIDE)

    @extend_schema(request=bodies.AnswerBody)
    @action(detail=True, methods=["post"], url_path="answer", url_name="answer")
    def answer_question(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Answer the question with which one's own referral came back."""
        referral = self.row(Referral.objects.all().made_by(request.user)).get()
        return self.answer(actions.answer_referral(referral=referral, by=request.user, **self.body(bodies.AnswerBody)))

    @extend_schema(request=bodies.DecisionBody)
    @action(detail=True, methods=["post"])
    def decide(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Decide about a referral: responses, removals, a note for the record."""
        user = request.user
        referral = self.row(self.reachable(Referral.objects.all().allowed(user, Permission.REFERRAL_DECIDE))).get()
        values = self.body(bodies.DecisionBody)
        orders = [RemovalOrder(**order) for order in values.pop("removals")]
        if orders and not user.can(Permission.REMOVAL_RECORD, referral.school):
            raise serializers.ValidationError({"removals": [_("You may not order a removal here.")]})
        with fields_of_the_body(within="removals"):
            decided = actions.decide_referral(referral=referral, removals=orders, by=user, **values)
        return self.answer(decided)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Take a decided referral up again, with a reason."""
        return self.step(actions.reopen_referral, ReasonSerializer, Permission.REFERRAL_DECIDE)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def void(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Void a referral with a reason. It stays on record and counts nowhere."""
        return self.voided(actions.void_referral, "referral")

    @extend_schema(request=bodies.VoidResponseBody)
    @action(detail=True, methods=["post"], url_path="void-response", url_name="void-response")
    def void_response(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Void one response of a referral with a reason."""
        user = request.user
        referral = self.row(self.reachable(Referral.objects.all().allowed(user, Permission.REFERRAL_DECIDE))).get()
        values = self.body(bodies.VoidResponseBody)
        if values["response"].referral_id != referral.pk:
            raise serializers.ValidationError({"response": [_("This referral has no such response.")]})
        actions.void_response(by=user, **values)
        return self.answer(referral)
