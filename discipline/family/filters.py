"""The filters of links, requests of families and informal removals, for the page and the endpoint alike."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from discipline.models import FamilyRequest, LetterLanguage, SentHome
from district.filtering import (
    CodesFilter,
    DayFilter,
    DistrictFilter,
    IdFilter,
    SchoolFilter,
    SchoolYearFilter,
    StrictFilterSet,
    YesNoFilter,
)


class FamilyLinkFilterSet(StrictFilterSet):
    """Links to the pages of families."""

    orders = {"created_at": "created_at", "expires_at": "expires_at"}
    default_order = ("-created_at",)

    district = DistrictFilter("school__district")
    school = SchoolFilter()
    student = IdFilter("student__uid", label=_("Student"))
    guardian = IdFilter("guardian__uid", label=_("Guardian"))
    revoked = YesNoFilter("revoked_at", is_set=True, label=_("Revoked"))


class FamilyRequestFilterSet(StrictFilterSet):
    """What families ask for."""

    orders = {"due_on": "due_on", "asked_on": "asked_on", "kind": "kind", "state": "state"}
    default_order = ("due_on",)

    district = DistrictFilter("school__district")
    school = SchoolFilter()
    student = IdFilter("student__uid", label=_("Student"))
    kind = CodesFilter("kind", choices=FamilyRequest.Kind.choices)
    state = CodesFilter("state", choices=FamilyRequest.State.choices)
    language = CodesFilter("language", choices=LetterLanguage.choices)
    due_to = DayFilter("due_on", lookup_expr="lte", label=_("To answer by"))


class SentHomeFilterSet(StrictFilterSet):
    """Reports that a student was sent home."""

    orders = {"begins_on": "begins_on", "due_on": "due_on", "state": "state", "days": "days"}
    default_order = ("-begins_on",)

    district = DistrictFilter("school__district")
    school = SchoolFilter()
    school_year = SchoolYearFilter()
    student = IdFilter("student__uid", label=_("Student"))
    state = CodesFilter("state", choices=SentHome.State.choices)
    source = CodesFilter("source", choices=SentHome.Source.choices)
    begins_from = DayFilter("begins_on", lookup_expr="gte", label=_("From"))
    begins_to = DayFilter("begins_on", lookup_expr="lte", label=_("To"))
