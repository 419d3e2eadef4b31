"""The filters of the discipline record's lists, for the page and the endpoint alike."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from discipline.event_filters import EventFilterSet
from discipline.models import (
    INCIDENT_LOCATIONS,
    LOCAL,
    Appeal,
    ChangeKind,
    Involvement,
    Referral,
    ReferralResponse,
    RemovalChange,
    RemovalKind,
    Response,
    ResponseMatrix,
    RuleVersion,
)
from discipline.models.codes import SUSPENSIONS
from discipline.packs import shipped_packs
from district.access import Permission
from district.filtering import (
    CodesFilter,
    DayFilter,
    DistrictFilter,
    Filter,
    IdFilter,
    SchoolFilter,
    SchoolYearFilter,
    ScopedFilter,
    SearchFilter,
    StrictFilterSet,
    TextFilter,
    YesNoFilter,
)
from district.models import School


class BehaviorFilterSet(StrictFilterSet):
    """Behaviours of the code of conduct."""

    orders = {"code": "code", "title": "title", "category": "category", "level": "level", "valid_from": "valid_from"}
    default_order = ("code",)

    district = DistrictFilter()
    code = TextFilter("code")
    category = TextFilter("category")
    subjective = YesNoFilter("subjective", label=_("Subjective"))
    valid_on = DayFilter("valid_from", label=_("Valid on"))
    ceds_mapped = YesNoFilter("ceds_behavior", is_filled=True, label=_("Has a CEDS code"))
    crdc_mapped = YesNoFilter("crdc_offense", is_filled=True, label=_("Has a CRDC offense"))
    state_mapped = YesNoFilter("state_code", is_filled=True, label=_("Has a state code"))
    search = SearchFilter(starts=("code",), holds=("title", "category"))

    def filtered_by(self, name: str, one: Filter, value: Any, queryset: Any) -> QuerySet:
        if name == "valid_on":
            return queryset.valid_on(value) if value else queryset
        return super().filtered_by(name, one, value, queryset)


class MergedField(forms.ChoiceField):
    """Whether to show the incidents that were merged into others instead of those that stand."""

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=[("", _("Left out")), ("true", _("Only these"))], **options)

    def valid_value(self, value: Any) -> bool:
        return value == "false" or super().valid_value(value)


class MergedFilter(Filter):
    """Incidents that stand, or (`true`) those that were merged into others: each event once unless asked otherwise."""

    field_class = MergedField

    def filter(self, queryset: Any, value: str) -> QuerySet:
        return queryset.exclude(merged_into=None) if value == "true" else queryset.standing()


class IncidentFilterSet(StrictFilterSet):
    """Incidents. `student` and `behavior` mean a part that has not been voided."""

    orders = {"occurred_on": "occurred_on", "incident_id": "identifier", "school": "school__code"}
    default_order = ("-occurred_on",)

    district = DistrictFilter("school__district")
    school = SchoolFilter()
    school_year = SchoolYearFilter()
    student = IdFilter("student__uid", label=_("Student"))
    behavior = CodesFilter("behavior__code", label=_("Behavior"))
    location = CodesFilter("location", choices=list(INCIDENT_LOCATIONS.items()))
    occurred_on = DayFilter("occurred_on", label=_("Day"))
    occurred_from = DayFilter("occurred_on", lookup_expr="gte", label=_("From"))
    occurred_to = DayFilter("occurred_on", lookup_expr="lte", label=_("To"))
    merged = MergedFilter("merged_into", label=_("Merged into others"))
    search = SearchFilter(starts=("identifier",))

    def filtered_by(self, name: str, one: Filter, value: Any, queryset: QuerySet) -> QuerySet:
        if name not in ("student", "behavior") or not value:
            return super().filtered_by(name, one, value, queryset)
        parts = Involvement.objects.standing().exclude(role__in=Involvement.CONFIDENTIAL)
        return queryset.filter(pk__in=one.filter(parts, value).values("incident"))


class ReferralFilterSet(EventFilterSet):
    """Referrals."""

    orders = {"occurred_on": "occurred_on", "status": "status", "school": "school__code"}
    default_order = ("-occurred_on",)

    school = SchoolFilter()
    school_year = SchoolYearFilter()
    student = IdFilter("student__uid", label=_("Student"))
    incident = IdFilter("incident__uid", label=_("Incident"))
    status = CodesFilter("status", choices=Referral.Status.choices)
    outcome = CodesFilter("outcome", choices=Referral.Outcome.choices)
    response = CodesFilter("response", choices=Response.choices, label=_("Response"))
    asks_restorative = YesNoFilter("asks_restorative", label=_("Asks for a circle"))
    assigned_to_me = YesNoFilter("assigned_to", label=_("I review it"))
    reporter = CodesFilter("reporter", choices=[("me", _("Me"))], label=_("Referred by"))
    occurred_on = DayFilter("occurred_on", label=_("Day"))
    occurred_from = DayFilter("occurred_on", lookup_expr="gte", label=_("From"))
    occurred_to = DayFilter("occurred_on", lookup_expr="lte", label=_("To"))
    search = SearchFilter(starts=("incident__identifier",))

    def filtered_by(self, name: str, one: Filter, value: Any, queryset: Any) -> QuerySet:
        if not value or name not in ("assigned_to_me", "reporter", "response"):
            return super().filtered_by(name, one, value, queryset)
        if name == "assigned_to_me":
            mine = Q(assigned_to=self.user)
            return queryset.filter(mine) if value == "true" else queryset.exclude(mine)
        if name == "reporter":
            return queryset.filter(reporter=self.user)
        parts = Involvement.objects.responsible().filter(incident=OuterRef("incident"), student=OuterRef("student"))
        asked = Q(Exists(one.filter(parts, value)))
        # What was done about a referral is not asked of those whom its rows do not tell.
        given = ReferralResponse.objects.standing().filter(referral=OuterRef("pk"), response__in=value)
        return queryset.read_by(self.user).filter(asked | Q(Exists(given)))


class ReviewFilterSet(ReferralFilterSet):
    """Referrals that wait, by how long."""

    orders = {"submitted_at": "created_at", "status": "status", "school": "school__code"}
    default_order = ("submitted_at",)

    status = CodesFilter("status", choices=[choice for choice in Referral.Status.choices if choice[0] in Referral.OPEN])
    outcome = None  # type: ignore[assignment]
    response = None  # type: ignore[assignment]


class RemovalFilterSet(EventFilterSet):
    """Removals."""

    orders = {
        "begins_on": "begins_on",
        "ends_on": "ends_on",
        "occurred_on": "incident__occurred_on",
        "days": "days",
        "kind": "kind",
        "school": "school__code",
    }
    default_order = ("-begins_on",)

    school = SchoolFilter()
    school_year = SchoolYearFilter()
    student = IdFilter("student__uid", label=_("Student"))
    incident = IdFilter("incident__uid", label=_("Incident"))
    kind = CodesFilter("kind", choices=RemovalKind.choices)
    voided = YesNoFilter("voided_at", is_set=True, label=_("Voided"))
    services_provided = YesNoFilter("services_provided", label=_("Services provided"))
    begins_on = DayFilter("begins_on", label=_("Begins on"))
    begins_from = DayFilter("begins_on", lookup_expr="gte", label=_("From"))
    begins_to = DayFilter("begins_on", lookup_expr="lte", label=_("To"))
    occurred_on = DayFilter("incident__occurred_on", label=_("Day of the incident"))
    out_on = DayFilter("begins_on", label=_("Out on"))
    change = CodesFilter("changes__kind", choices=ChangeKind.choices, label=_("Changed"))
    appeal = CodesFilter("appeals__state", choices=Appeal.State.choices, label=_("Appeal"))
    search = SearchFilter(starts=("identifier", "incident__identifier"))

    def filtered_by(self, name: str, one: Filter, value: Any, queryset: Any) -> QuerySet:
        if name == "out_on":
            return queryset.touching(value, value) if value else queryset
        if name in ("change", "appeal"):
            rows = RemovalChange.objects.all() if name == "change" else Appeal.objects.all()
            column = "kind__in" if name == "change" else "state__in"
            return queryset.filter(pk__in=rows.filter(**{column: value}).values("removal")) if value else queryset
        return super().filtered_by(name, one, value, queryset)


class CalendarFilterSet(StrictFilterSet):
    """The action calendar: one school of those whose removals the reader sees, and a day of the week."""

    school = ScopedFilter(
        "school",
        "code",
        rows=lambda user: School.objects.where_allowed(user, Permission.REMOVAL_VIEW),
        label=_("School"),
    )
    day = DayFilter("begins_on", label=_("Day"))


class SuspensionFilterSet(RemovalFilterSet):
    """In-school and out-of-school suspensions."""

    kind = CodesFilter("kind", choices=[choice for choice in RemovalKind.choices if choice[0] in SUSPENSIONS])


class RuleFilterSet(StrictFilterSet):
    """Versions of rules."""

    orders = {
        "jurisdiction": "jurisdiction",
        "citation": "citation",
        "title": "title",
        "effective_from": "effective_from",
        "sign_off": "sign_off",
    }
    default_order = ("jurisdiction", "title")

    district = DistrictFilter("rule__district")
    sign_off = CodesFilter("sign_off", choices=RuleVersion.SignOff.choices)
    jurisdiction = CodesFilter(
        "jurisdiction", choices=[(LOCAL, _("The district's own")), *((code, code) for code in shipped_packs())]
    )
    severity = CodesFilter("severity", choices=RuleVersion.Breach.choices)
    in_force_on = DayFilter("effective_from", label=_("In force on"))
    needs_confirmation = YesNoFilter("needs_confirmation")
    subject = CodesFilter("subject", choices=RuleVersion.About.choices)
    key = TextFilter("rule__key")
    search = SearchFilter(holds=("title", "citation"))

    def filtered_by(self, name: str, one: Filter, value: Any, queryset: Any) -> QuerySet:
        if name == "in_force_on":
            return queryset.in_force_on(value) if value else queryset
        return super().filtered_by(name, one, value, queryset)


class ResponseCellFilterSet(StrictFilterSet):
    """Cells of response matrices: those in force today, unless another day is asked for."""

    orders = {"level": "level"}
    default_order = ("level",)

    district = DistrictFilter("matrix__district")
    level = TextFilter("level")
    valid_on = DayFilter("matrix__valid_from", label=_("Valid on"))

    def filtered_by(self, name: str, one: Filter, value: Any, queryset: QuerySet) -> QuerySet:
        if name == "valid_on":
            matrices = ResponseMatrix.objects.in_force_on(value or timezone.localdate())
            return queryset.filter(matrix__in=matrices.values("pk"))
        return super().filtered_by(name, one, value, queryset)
