"""Due process: steps of checklists, appeals, bullying cases. Who may read a removal or an incident reads these."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from api.base import Collection
from api.discipline import bodies_law as bodies
from api.fields import ReasonSerializer
from discipline import actions, filters_law, tables_law
from discipline.actions.hib import conclude_case, open_case
from district.access import Permission


class LegalCollection(Collection):
    """Records that people take from state to state, each step by its verb; `noun` is what the verbs call them."""

    has_states = True
    noun: ClassVar[str]
    step_permission: ClassVar[Permission]

    def step(self, verb: Callable[..., Any], body: type[serializers.Serializer], **more: Any) -> Response:
        """Take a step with a record that the caller may read and act on, and answer with it as it now is."""
        rows: Any = self.table.model._default_manager.all()
        allowed = rows.allowed(self.request.user, self.step_permission)
        record = self.row(self.get_queryset().filter(pk__in=allowed.order_by().values("pk"))).get()
        verb(**{self.noun: record}, **self.body(body), **more, by=self.request.user)
        return self.answer(record)

    def make(self, verb: Callable[..., Any], body: type[serializers.Serializer]) -> Response:
        """Make a record and answer with it."""
        return self.answer(verb(**self.body(body), by=self.request.user), status.HTTP_201_CREATED)


class DueStepCollection(LegalCollection):
    """Steps of due process, of removals and of bullying cases. Rules lay them out; people say what is so about them."""

    table = tables_law.DUE_STEPS
    filterset_class = filters_law.DueStepFilterSet
    noun = "step"
    step_permission = Permission.REMOVAL_RECORD
    permissions = {
        "GET": Permission.REMOVAL_VIEW,
        **dict.fromkeys(("tick", "plan", "not_needed", "take_back"), Permission.REMOVAL_RECORD),
    }

    @extend_schema(request=bodies.TickBody)
    @action(detail=True, methods=["post"])
    def tick(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Say that a step was done: when, by whom, how, and where its paper is."""
        return self.step(actions.tick_step, bodies.TickBody)

    @extend_schema(request=bodies.PlanBody)
    @action(detail=True, methods=["post"])
    def plan(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Say for which day a step is planned, such as a hearing."""
        return self.step(actions.plan_step, bodies.PlanBody)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"], url_path="not-needed", url_name="not-needed")
    def not_needed(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Say why a step is not needed."""
        return self.step(actions.set_not_needed, ReasonSerializer)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"], url_path="take-back", url_name="take-back")
    def take_back(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Put a step back among those to do, with a reason."""
        return self.step(actions.take_back_step, ReasonSerializer)


class AppealCollection(LegalCollection):
    """Appeals against removals."""

    table = tables_law.APPEALS
    filterset_class = filters_law.AppealFilterSet
    noun = "appeal"
    step_permission = Permission.REMOVAL_RECORD
    permissions = {
        "GET": Permission.REMOVAL_VIEW,
        **dict.fromkeys(("POST", "schedule", "decide", "withdraw"), Permission.REMOVAL_RECORD),
    }

    @extend_schema(request=bodies.NewAppealBody)
    def create(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Write down that an appeal was filed against a removal."""
        return self.make(actions.file_appeal, bodies.NewAppealBody)

    @extend_schema(request=bodies.HearingBody)
    @action(detail=True, methods=["post"])
    def schedule(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Set the day of the hearing, or another one."""
        return self.step(actions.schedule_hearing, bodies.HearingBody)

    @extend_schema(request=bodies.OutcomeBody)
    @action(detail=True, methods=["post"])
    def decide(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Keep how an appeal ended."""
        return self.step(actions.decide_appeal, bodies.OutcomeBody)

    @extend_schema(request=bodies.WithdrawBody)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Keep that an appeal was withdrawn."""
        return self.step(actions.withdraw_appeal, bodies.WithdrawBody)


class HibCaseCollection(LegalCollection):
    """Cases of harassment, intimidation and bullying (HIB) over incidents. Their steps: `due-steps/?hib_case=`."""

    table = tables_law.HIB_CASES
    filterset_class = filters_law.HibCaseFilterSet
    noun = "case"
    step_permission = Permission.REFERRAL_DECIDE
    permissions = {
        "GET": Permission.REFERRAL_VIEW,
        "POST": Permission.REFERRAL_DECIDE,
        "finding": Permission.REFERRAL_DECIDE,
    }

    @extend_schema(request=bodies.NewCaseBody)
    def create(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Open a case over an incident: its checklist is laid out with due dates."""
        return self.make(open_case, bodies.NewCaseBody)

    @extend_schema(request=bodies.FindingBody)
    @action(detail=True, methods=["post"])
    def finding(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Keep what the investigation found."""
        return self.step(conclude_case, bodies.FindingBody)
