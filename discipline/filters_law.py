"""The filters of the lists of due process, appeals, bullying cases, IDEA decisions and thresholds, for both doors."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from discipline.models import Appeal, DueProcessStep, HibCase, ThresholdTask
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

WEEK = timedelta(days=7)
SOON = {"overdue": _("Overdue"), "today": _("Due today"), "week": _("Overdue or due within a week")}


def due_by(word: str, today: Any) -> Q:
    """Rows whose day has passed, is today, or comes within a week."""
    last = {"overdue": today - timedelta(days=1), "today": today, "week": today + WEEK}[word]
    return Q(due_on=today) if word == "today" else Q(due_on__lte=last)


class DueFilterSet(StrictFilterSet):
    """What has a day by which it is due. `due` means only what is still open and stands."""

    due = CodesFilter("due_on", choices=list(SOON.items()), label=_("Due"))
    due_from = DayFilter("due_on", lookup_expr="gte", label=_("Due from"))
    due_to = DayFilter("due_on", lookup_expr="lte", label=_("Due to"))

    def open(self, queryset: Any) -> QuerySet:
        """Those of the rows that wait for somebody."""
        raise NotImplementedError

    def filtered_by(self, name: str, one: Filter, value: Any, queryset: QuerySet) -> QuerySet:
        if name != "due":
            return super().filtered_by(name, one, value, queryset)
        if not value:
            return queryset
        today, wanted = timezone.localdate(), Q()
        for word in value:
            wanted |= due_by(word, today)
        return self.open(queryset).filter(wanted)


class DueStepFilterSet(DueFilterSet):
    """Steps of due process."""

    orders = {"due_on": "due_on", "school": "school__code", "step": "step", "state": "state", "done_on": "done_on"}
    default_order = ("due_on",)

    district = DistrictFilter("school__district")
    school = SchoolFilter()
    student = IdFilter("removal__student__uid", label=_("Student"))
    removal = IdFilter("removal__uid", label=_("Removal"))
    hib_case = IdFilter("case__uid", label=_("Bullying case"))
    state = CodesFilter("state", choices=DueProcessStep.State.choices)
    step = TextFilter("step", label=_("Step"))
    rule = TextFilter("version__rule__key", label=_("Rule"))
    removal_voided = YesNoFilter("removal__voided_at", is_set=True, label=_("Removal voided"))
    search = SearchFilter(holds=("text", "version__citation"))

    def open(self, queryset: Any) -> QuerySet:
        return queryset.open()


class BesideRemovalFilterSet(StrictFilterSet):
    """What belongs to a removal."""

    district = DistrictFilter("removal__school__district")
    school = SchoolFilter("removal__school")
    school_year = SchoolYearFilter("removal__school_year")
    student = IdFilter("removal__student__uid", label=_("Student"))
    removal = IdFilter("removal__uid", label=_("Removal"))


class AppealFilterSet(BesideRemovalFilterSet):
    """Appeals."""

    orders = {
        "filed_on": "filed_on",
        "hearing_on": "hearing_on",
        "decided_on": "decided_on",
        "state": "state",
        "school": "removal__school__code",
    }
    default_order = ("-filed_on",)

    state = CodesFilter("state", choices=Appeal.State.choices)
    outcome = CodesFilter("outcome", choices=Appeal.Outcome.choices)
    to = CodesFilter("to", choices=Appeal.To.choices)
    filed_from = DayFilter("filed_on", lookup_expr="gte", label=_("Filed from"))
    filed_to = DayFilter("filed_on", lookup_expr="lte", label=_("Filed to"))


class HibCaseFilterSet(StrictFilterSet):
    """Bullying cases."""

    orders = {"learned_on": "learned_on", "found_on": "found_on", "school": "school__code", "finding": "finding"}
    default_order = ("-learned_on",)

    district = DistrictFilter("school__district")
    school = SchoolFilter()
    school_year = SchoolYearFilter()
    incident = IdFilter("incident__uid", label=_("Incident"))
    finding = CodesFilter("finding", choices=HibCase.Finding.choices)
    is_open = YesNoFilter("found_on", label=_("Under investigation"))
    learned_from = DayFilter("learned_on", lookup_expr="gte", label=_("Learned of from"))
    learned_to = DayFilter("learned_on", lookup_expr="lte", label=_("Learned of to"))
    search = SearchFilter(starts=("incident__identifier",))

    def filtered_by(self, name: str, one: Filter, value: Any, queryset: QuerySet) -> QuerySet:
        if name == "is_open":
            return queryset.filter(found_on__isnull=value == "true") if value else queryset
        return super().filtered_by(name, one, value, queryset)


class PatternReviewFilterSet(BesideRemovalFilterSet):
    """Decisions about patterns."""

    orders = {"decided_on": "decided_on", "total_days": "total_days", "school": "removal__school__code"}
    default_order = ("-decided_on",)

    is_change_of_placement = YesNoFilter("is_change_of_placement", label=_("Changes the placement"))
    voided = YesNoFilter("voided_at", is_set=True, label=_("Voided"))


class DeterminationFilterSet(DueFilterSet, BesideRemovalFilterSet):
    """Manifestation determinations."""

    orders = {
        "due_on": "due_on",
        "decided_on": "decided_on",
        "held_on": "held_on",
        "school": "removal__school__code",
    }
    default_order = ("due_on",)

    held = YesNoFilter("held_on", is_set=True, label=_("Held"))
    notice_given = YesNoFilter("notice_on", is_set=True, label=_("Parents told"))
    is_manifestation = YesNoFilter("held_on", label=_("A manifestation"))
    voided = YesNoFilter("voided_at", is_set=True, label=_("Voided"))

    def open(self, queryset: Any) -> QuerySet:
        return queryset.waiting()

    def filtered_by(self, name: str, one: Filter, value: Any, queryset: QuerySet) -> QuerySet:
        if name != "is_manifestation":
            return super().filtered_by(name, one, value, queryset)
        if not value:
            return queryset
        yes = Q(caused_by_disability=True) | Q(iep_not_implemented=True)
        held = queryset.exclude(held_on=None)
        return held.filter(yes) if value == "true" else held.exclude(yes)


class ThresholdFilterSet(StrictFilterSet):
    """Thresholds."""

    orders = {"title": "title", "count": "count", "days": "days"}
    default_order = ("title",)

    district = DistrictFilter()
    ended = YesNoFilter("ended_at", is_set=True, label=_("Ended"))
    level = TextFilter("level")
    category = TextFilter("category")
    search = SearchFilter(holds=("title", "action"))


class ThresholdTaskFilterSet(DueFilterSet):
    """Tasks of thresholds."""

    orders = {"due_on": "due_on", "school": "school__code", "state": "state", "counted": "counted"}
    default_order = ("due_on",)

    district = DistrictFilter("school__district")
    school = SchoolFilter()
    student = IdFilter("student__uid", label=_("Student"))
    threshold = IdFilter("threshold__uid", label=_("Threshold"))
    referral = IdFilter("referral__uid", label=_("Referral"))
    state = CodesFilter("state", choices=ThresholdTask.State.choices)
    mine = YesNoFilter("owner", label=_("I look after it"))
    search = SearchFilter(holds=("threshold__title",))

    def open(self, queryset: Any) -> QuerySet:
        return queryset.filter(state=ThresholdTask.State.OPEN)

    def filtered_by(self, name: str, one: Filter, value: Any, queryset: QuerySet) -> QuerySet:
        if name == "mine":
            mine = Q(owner=self.user)
            return queryset.filter(mine if value == "true" else ~mine) if value else queryset
        return super().filtered_by(name, one, value, queryset)
