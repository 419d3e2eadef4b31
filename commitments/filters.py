"""The filters of co-governance's lists, for the page and the endpoint alike."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from commitments.measure_kinds import MEASURE_KINDS
from commitments.models import (
    Body,
    Commitment,
    Completion,
    DueItem,
    EscalationRule,
    Meeting,
    Miss,
    PartnerActivity,
    Party,
    Seat,
    Side,
    Source,
    Stage,
)
from district.filtering import (
    CodesFilter,
    DayFilter,
    DistrictFilter,
    Filter,
    IdFilter,
    SchoolFilter,
    SearchFilter,
    StrictFilterSet,
    YesNoFilter,
)
from district.models import School


class CommitmentFilterSet(StrictFilterSet):
    """Commitments. `school`: those that name the school, and those that bind the whole district."""

    orders = {"adopted_on": "adopted_on", "due_on": "due_on", "title": "title", "status": "status"}
    default_order = ("-adopted_on",)

    district = DistrictFilter()
    school = SchoolFilter("schools")
    status = CodesFilter("status", choices=Commitment.Status.choices)
    source = CodesFilter("source", choices=Source.choices)
    responsible = CodesFilter("responsible", choices=Party.choices)
    organization = IdFilter("organization__uid", label=_("Organization"))
    memorandum = IdFilter("memorandum__uid", label=_("Memorandum"))
    resolution = IdFilter("resolution__uid", label=_("Resolution"))
    measure = CodesFilter("measure", choices=[(key, kind.label) for key, kind in MEASURE_KINDS.items()])
    missed = YesNoFilter("misses", label=_("Missed, and not settled"))
    due_to = DayFilter("due_items", label=_("Due until"))
    search = SearchFilter(holds=("title",))

    def filtered_by(self, name: str, one: Filter, value: Any, queryset: QuerySet) -> QuerySet:
        if name == "missed" and value:
            # Only misses of which the reader may know.
            told = Q(pk__in=Miss.objects.open().visible_to(self.user).values("commitment"))
            return queryset.filter(told if value == "true" else ~told)
        if name == "due_to" and value:
            open_items = DueItem.objects.open().filter(due_on__lte=value)
            return queryset.filter(pk__in=open_items.values("commitment"))
        keys = self.keys(name)
        if name != "school" or keys is None:
            return super().filtered_by(name, one, value, queryset)
        named = Commitment.schools.through.objects.filter(school__in=keys).values("commitment")
        districts = School.objects.filter(pk__in=keys).values("district")
        wide = Commitment.objects.binding_every_school().filter(district__in=districts)
        return queryset.filter(Q(pk__in=named) | Q(pk__in=wide.values("pk")))


class DueItemFilterSet(StrictFilterSet):
    """Dates on which something of a commitment falls due."""

    orders = {"due_on": "due_on", "fulfilled_on": "fulfilled_on"}
    default_order = ("due_on",)

    district = DistrictFilter("commitment__district")
    commitment = IdFilter("commitment__uid", label=_("Commitment"))
    due_from = DayFilter("due_on", lookup_expr="gte", label=_("Due from"))
    due_to = DayFilter("due_on", lookup_expr="lte", label=_("Due until"))
    delivered = YesNoFilter("fulfilled_on", is_set=True, label=_("Delivered"))
    missed = YesNoFilter("missed_on", is_set=True, label=_("Date missed"))


class MissFilterSet(StrictFilterSet):
    """Misses. In the order in which they were written down, which tells no day."""

    orders = {"number": "pk", "status": "status"}
    default_order = ("-number",)

    district = DistrictFilter("commitment__district")
    commitment = IdFilter("commitment__uid", label=_("Commitment"))
    kind = CodesFilter("kind", choices=Miss.Kind.choices)
    status = CodesFilter("status", choices=Miss.Status.choices)


class ActivityFilterSet(StrictFilterSet):
    """What partners did under their memoranda."""

    orders = {"happened_on": "happened_on", "kind": "kind", "hours": "hours"}
    default_order = ("-happened_on",)

    district = DistrictFilter("memorandum__district")
    organization = IdFilter("memorandum__organization__uid", label=_("Organization"))
    memorandum = IdFilter("memorandum__uid", label=_("Memorandum"))
    kind = CodesFilter("kind", choices=PartnerActivity.Kind.choices)
    happened_from = DayFilter("happened_on", lookup_expr="gte", label=_("From"))
    happened_to = DayFilter("happened_on", lookup_expr="lte", label=_("To"))
    voided = YesNoFilter("voided_at", is_set=True, label=_("Voided"))
    search = SearchFilter(holds=("title",))


class DocumentFilterSet(StrictFilterSet):
    """Documents."""

    orders = {"title": "title", "number": "pk"}
    default_order = ("-number",)

    memorandum = IdFilter("memorandum__uid", label=_("Memorandum"))
    commitment = IdFilter("commitment__uid", label=_("Commitment"))
    meeting = IdFilter("meeting__uid", label=_("Meeting"))
    assembly = IdFilter("assembly__uid", label=_("Assembly"))
    voided = YesNoFilter("voided_at", is_set=True, label=_("Out of use"))
    search = SearchFilter(holds=("title", "file_name"))


class BodyFilterSet(StrictFilterSet):
    """Task forces and other bodies."""

    orders = {"name": "name", "begins_on": "begins_on"}
    default_order = ("name",)

    district = DistrictFilter()
    kind = CodesFilter("kind", choices=Body.Kind.choices)
    organization = IdFilter("organization__uid", label=_("Organization"))
    ended = YesNoFilter("ended_on", is_set=True, label=_("Ended"))
    search = SearchFilter(holds=("name",))


class SeatFilterSet(StrictFilterSet):
    """Seats. `vacant`: whether nobody holds the seat without an end."""

    orders = {"name": "name", "begins_on": "begins_on", "body": "body__name"}
    default_order = ("body", "name")

    district = DistrictFilter("body__district")
    body = IdFilter("body__uid", label=_("Body"))
    kind = CodesFilter("kind", choices=Seat.Kind.choices)
    organization = IdFilter("organization__uid", label=_("Organization"))
    vacant = YesNoFilter("terms", label=_("Vacant"))
    ended = YesNoFilter("ended_on", is_set=True, label=_("Ended"))

    def filtered_by(self, name: str, one: Filter, value: Any, queryset: QuerySet) -> QuerySet:
        if name != "vacant" or not value:
            return super().filtered_by(name, one, value, queryset)
        held = Q(pk__in=Seat.objects.filter(terms__ends_on=None, terms__isnull=False).values("pk"))
        return queryset.filter(~held if value == "true" else held)


class MeetingFilterSet(StrictFilterSet):
    """Meetings."""

    orders = {"on": "on", "body": "body__name"}
    default_order = ("-on",)

    district = DistrictFilter("body__district")
    body = IdFilter("body__uid", label=_("Body"))
    status = CodesFilter("status", choices=Meeting.Status.choices)
    from_day = DayFilter("on", lookup_expr="gte", label=_("From"))
    to_day = DayFilter("on", lookup_expr="lte", label=_("To"))


class AssemblyFilterSet(StrictFilterSet):
    """Assemblies."""

    orders = {"held_on": "held_on", "title": "title"}
    default_order = ("-held_on",)

    district = DistrictFilter()
    organization = IdFilter("organization__uid", label=_("Organization"))
    held_from = DayFilter("held_on", lookup_expr="gte", label=_("From"))
    held_to = DayFilter("held_on", lookup_expr="lte", label=_("To"))
    search = SearchFilter(holds=("title",))


class ResolutionFilterSet(StrictFilterSet):
    """Resolutions of assemblies."""

    orders = {"sent_on": "sent_on", "answer_due_on": "answer_due_on", "title": "title"}
    default_order = ("-sent_on",)

    district = DistrictFilter("assembly__district")
    assembly = IdFilter("assembly__uid", label=_("Assembly"))
    answered = YesNoFilter("answers", label=_("Answered"))
    missed = YesNoFilter("answer_missed_on", is_set=True, label=_("Answer came late or not at all"))
    search = SearchFilter(holds=("title", "topic"))

    def filtered_by(self, name: str, one: Filter, value: Any, queryset: QuerySet) -> QuerySet:
        if name != "answered" or not value:
            return super().filtered_by(name, one, value, queryset)
        answered = Q(pk__in=queryset.model.objects.filter(answers__isnull=False).values("pk"))
        return queryset.filter(answered if value == "true" else ~answered)


class RubricFilterSet(StrictFilterSet):
    """Rubrics."""

    orders = {"name": "name"}
    default_order = ("name",)

    district = DistrictFilter()
    retired = YesNoFilter("retired_on", is_set=True, label=_("Out of use"))


class RoundFilterSet(StrictFilterSet):
    """Rounds of rating."""

    orders = {"opened_on": "opened_on", "closes_on": "closes_on", "school": "school__code"}
    default_order = ("-opened_on",)

    district = DistrictFilter("school__district")
    school = SchoolFilter()
    rubric = IdFilter("rubric__uid", label=_("Rubric"))
    closed = YesNoFilter("closed_on", is_set=True, label=_("Closed"))


class RuleFilterSet(StrictFilterSet):
    """How many days each step leaves."""

    orders = {"step": "step", "valid_from": "valid_from"}
    default_order = ("step", "valid_from")

    district = DistrictFilter()
    step = CodesFilter("step", choices=EscalationRule.Step.choices)


class StageFilterSet(StrictFilterSet):
    """Decisions about the stage of schools."""

    orders = {"decided_on": "decided_on", "school": "school__code"}
    default_order = ("-decided_on",)

    district = DistrictFilter("school__district")
    school = SchoolFilter()
    stage = CodesFilter("stage", choices=Stage.choices)
    decided_from = DayFilter("decided_on", lookup_expr="gte", label=_("From"))
    decided_to = DayFilter("decided_on", lookup_expr="lte", label=_("To"))
    voided = YesNoFilter("voided_at", is_set=True, label=_("Voided"))


class TargetFilterSet(StrictFilterSet):
    """Targets of the rollout."""

    orders = {"due_on": "due_on"}
    default_order = ("due_on",)

    district = DistrictFilter()
    stage = CodesFilter("stage", choices=Stage.choices)
    voided = YesNoFilter("voided_at", is_set=True, label=_("Voided"))


class ReportFilterSet(StrictFilterSet):
    """What either side said of commitments."""

    orders = {"as_of": "as_of", "completion": "completion"}
    default_order = ("-as_of",)

    district = DistrictFilter("commitment__district")
    commitment = IdFilter("commitment__uid", label=_("Commitment"))
    side = CodesFilter("side", choices=Side.choices)
    completion = CodesFilter("completion", choices=Completion.choices)
    as_of_from = DayFilter("as_of", lookup_expr="gte", label=_("From"))
    as_of_to = DayFilter("as_of", lookup_expr="lte", label=_("To"))
    voided = YesNoFilter("voided_at", is_set=True, label=_("Voided"))


class DecisionFilterSet(StrictFilterSet):
    """What bodies decided."""

    orders = {"decided_on": "meeting__on", "due_on": "due_on"}
    default_order = ("-decided_on",)

    district = DistrictFilter("meeting__body__district")
    body = IdFilter("meeting__body__uid", label=_("Body"))
    meeting = IdFilter("meeting__uid", label=_("Meeting"))
    due_to = DayFilter("due_on", lookup_expr="lte", label=_("Due until"))
    voided = YesNoFilter("voided_at", is_set=True, label=_("Voided"))


class BreachFilterSet(StrictFilterSet):
    """Records that broke commitments."""

    orders = {"happened_on": "happened_on", "found_on": "found_on", "school": "school__code"}
    default_order = ("-happened_on",)

    district = DistrictFilter("school__district")
    school = SchoolFilter()
    commitment = IdFilter("commitment__uid", label=_("Commitment"))
    happened_from = DayFilter("happened_on", lookup_expr="gte", label=_("From"))
    happened_to = DayFilter("happened_on", lookup_expr="lte", label=_("To"))
    withdrawn = YesNoFilter("withdrawn_on", is_set=True, label=_("No longer counts"))
