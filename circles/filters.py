"""The filters of circles' lists, for the page and the endpoint alike."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from circles.case_states import CLOSED, states_told_as
from circles.models import AgreementTerm, Circle, CircleKeeper, CircleParticipant, FollowUp
from district.access import Permission
from district.filtering import (
    CodesFilter,
    DayFilter,
    DistrictFilter,
    Filter,
    IdFilter,
    SchoolFilter,
    SchoolYearFilter,
    SearchFilter,
    StrictFilterSet,
    TextFilter,
    YesNoFilter,
)
from training.models.practices import TIERS

TIER_CHOICES = [(str(tier), words) for tier, words in TIERS]


class ClassCircleFilterSet(StrictFilterSet):
    """Circles with a class or group. Voided ones are left out unless asked for."""

    orders = {
        "held_on": "held_on",
        "group": "group",
        "minutes": "minutes",
        "headcount": "headcount",
        "school": "school__code",
    }
    default_order = ("-held_on",)

    district = DistrictFilter("school__district")
    school = SchoolFilter()
    school_year = SchoolYearFilter()
    tier = CodesFilter("practice__tier", choices=TIER_CHOICES, label=_("Tier"))
    practice = TextFilter("practice__code", label=_("Practice"))
    held_from = DayFilter("held_on", lookup_expr="gte", label=_("From"))
    held_to = DayFilter("held_on", lookup_expr="lte", label=_("To"))
    mine = YesNoFilter("logged_by", label=_("Logged by me"))
    voided = YesNoFilter("voided_at", is_set=True, label=_("Voided"))
    search = SearchFilter(holds=("group", "topic"))

    def filtered_by(self, name: str, one: Filter, value: Any, queryset: QuerySet) -> QuerySet:
        if name == "voided" and not value:
            return queryset.filter(voided_at=None)
        if name == "mine" and value:
            mine = queryset.filter(logged_by=self.user.pk)
            return mine if value == "true" else queryset.exclude(logged_by=self.user.pk)
        return super().filtered_by(name, one, value, queryset)


class CircleFilterSet(StrictFilterSet):
    """Cases. Nothing here tells who took part or who declined: only what every reader of the case may know.

    `status` is what everybody reads. `stage`, where exactly a case stands, and `overridden` find among the cases that
    one works on: nobody else reads that somebody has not said yes, or who keeps a case, and why.
    """

    orders = {
        "opened_on": "opened_on",
        "scheduled_on": "scheduled_on",
        "held_on": "held_on",
        "school": "school__code",
    }
    default_order = ("-opened_on",)

    district = DistrictFilter("school__district")
    school = SchoolFilter()
    school_year = SchoolYearFilter()
    status = CodesFilter("status", choices=Circle.Told.choices, label=_("State"))
    stage = CodesFilter(
        "status", choices=Circle.Status.choices, label=_("Where it stands"), needs=Permission.CIRCLE_WORK
    )
    tier = CodesFilter("practice__tier", choices=TIER_CHOICES, label=_("Tier"))
    practice = TextFilter("practice__code", label=_("Practice"))
    origin = CodesFilter("origin", choices=Circle.Origin.choices)
    mine = YesNoFilter("owner", label=_("I answer for it"))
    opened_from = DayFilter("opened_on", lookup_expr="gte", label=_("Opened from"))
    opened_to = DayFilter("opened_on", lookup_expr="lte", label=_("Opened until"))
    held_from = DayFilter("held_on", lookup_expr="gte", label=_("Held from"))
    held_to = DayFilter("held_on", lookup_expr="lte", label=_("Held until"))
    overridden = YesNoFilter("keepers", label=_("Kept under an exception"))
    voided = YesNoFilter("voided_at", is_set=True, label=_("Voided"))

    def filtered_by(self, name: str, one: Filter, value: Any, queryset: QuerySet) -> QuerySet:
        if name == "voided" and not value:
            return queryset.filter(voided_at=None)
        if name == "mine" and value:
            mine = Q(owner=self.user.pk)
            return queryset.filter(mine if value == "true" else ~mine)
        if name == "status" and value:
            return queryset.filter(status__in=states_told_as(value))
        if name == "stage" and value:
            return queryset.filter(status__in=value, pk__in=self._worked_on())
        if name == "overridden" and value:
            rows = CircleKeeper.objects.current().exclude(override_reason="")
            found = Q(pk__in=rows.values("circle"))
            return queryset.filter(found if value == "true" else ~found, pk__in=self._worked_on())
        return super().filtered_by(name, one, value, queryset)

    def _worked_on(self) -> QuerySet:
        return Circle.objects.all().allowed(self.user, Permission.CIRCLE_WORK).order_by().values("pk")


class ParticipantFilterSet(StrictFilterSet):
    """People of the cases that one works on."""

    orders = {"number": "pk", "role": "role"}
    default_order = ("number",)

    district = DistrictFilter("circle__school__district")
    school = SchoolFilter("circle__school")
    circle = IdFilter("circle__uid", label=_("Case"))
    student = IdFilter("student__uid", label=_("Student"))
    role = CodesFilter("role", choices=CircleParticipant.Role.choices)
    voided = YesNoFilter("voided_at", is_set=True, label=_("Taken out"))


class KeeperFilterSet(StrictFilterSet):
    """Who keeps the cases that one works on."""

    orders = {"number": "pk"}
    default_order = ("number",)

    district = DistrictFilter("circle__school__district")
    school = SchoolFilter("circle__school")
    circle = IdFilter("circle__uid", label=_("Case"))
    part = CodesFilter("part", choices=CircleKeeper.Part.choices)
    ended = YesNoFilter("ended_at", is_set=True, label=_("No longer keeps it"))


class AgreementFilterSet(StrictFilterSet):
    """Agreements."""

    orders = {"agreed_on": "agreed_on", "completion_on": "completion_on"}
    default_order = ("-agreed_on",)

    district = DistrictFilter("circle__school__district")
    school = SchoolFilter("circle__school")
    circle = IdFilter("circle__uid", label=_("Case"))
    agreed_from = DayFilter("agreed_on", lookup_expr="gte", label=_("From"))
    agreed_to = DayFilter("agreed_on", lookup_expr="lte", label=_("To"))
    mine = YesNoFilter("owner", label=_("I answer for it"))

    def filtered_by(self, name: str, one: Filter, value: Any, queryset: QuerySet) -> QuerySet:
        if name == "mine" and value:
            mine = Q(owner=self.user.pk)
            return queryset.filter(mine if value == "true" else ~mine)
        return super().filtered_by(name, one, value, queryset)


class DueFilterSet(StrictFilterSet):
    """What terms and follow-ups share: they belong to an agreement, fall due on a day, and may be overdue."""

    orders = {"due_on": "due_on"}
    default_order = ("due_on",)
    waiting: Q = Q()

    district = DistrictFilter("agreement__circle__school__district")
    school = SchoolFilter("agreement__circle__school")
    circle = IdFilter("agreement__circle__uid", label=_("Case"))
    agreement = IdFilter("agreement__uid", label=_("Agreement"))
    due_from = DayFilter("due_on", lookup_expr="gte", label=_("Due from"))
    due_to = DayFilter("due_on", lookup_expr="lte", label=_("Due until"))
    overdue = YesNoFilter("due_on", label=_("Overdue"))
    mine = YesNoFilter("agreement__owner", label=_("I answer for it"))

    def filtered_by(self, name: str, one: Filter, value: Any, queryset: QuerySet) -> QuerySet:
        if name == "overdue" and value:
            # A closed case owes nothing any more, whatever it closed with.
            late = self.waiting & Q(due_on__lt=timezone.localdate()) & ~Q(agreement__circle__status=CLOSED)
            return queryset.filter(late if value == "true" else ~late)
        if name == "mine" and value:
            mine = Q(agreement__owner=self.user.pk)
            return queryset.filter(mine if value == "true" else ~mine)
        return super().filtered_by(name, one, value, queryset)


class TermFilterSet(DueFilterSet):
    """Terms."""

    waiting = Q(status="open")

    status = CodesFilter("status", choices=AgreementTerm.Status.choices, label=_("State"))
    kind = CodesFilter("kind", choices=AgreementTerm.Kind.choices)


class FollowUpFilterSet(DueFilterSet):
    """Days on which somebody asks again."""

    waiting = Q(done_on=None)

    done = YesNoFilter("done_on", is_set=True, label=_("Done"))
    outcome = CodesFilter("outcome", choices=FollowUp.Outcome.choices)
