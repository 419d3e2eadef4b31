"""The filters that lists of referrals and of removals share, so that a figure and the list behind it agree."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from discipline import narrowing
from discipline.models import INCIDENT_LOCATIONS
from district.access import Permission
from district.columns import UNREPORTED
from district.filtering import CodesFilter, DistrictFilter, Filter, FlagFilter, StrictFilterSet
from district.models import Enrollment, Grade, Race, SchoolLevel, Sex

DEMOGRAPHICS = Permission.DEMOGRAPHICS_VIEW


def flag(column: str, label: str | Promise) -> FlagFilter:
    """A filter by a program flag of the year, out of sight until a link uses it."""
    return FlagFilter(column, label=label, needs=DEMOGRAPHICS, is_quiet=True)


class EventFilterSet(StrictFilterSet):
    """When and where it happened, over what, and to which students; groups and grade are those of the year."""

    NARROWING: ClassVar[dict[str, Callable[[QuerySet, Collection[str]], QuerySet]]] = {
        "behavior": narrowing.over_behaviors,
        "subjective": narrowing.by_judgment,
        "location": narrowing.at_places,
        "month": narrowing.in_months,
        "weekday": narrowing.on_weekdays,
        "hour": narrowing.at_hours,
        "staff": narrowing.referred_by,
        **{name: narrowing.of_students(name) for name in ("grade", "race", "sex", *Enrollment.PROGRAMS)},
    }

    district = DistrictFilter("school__district")
    level = CodesFilter("school__level", choices=SchoolLevel.choices, label=_("Level"), is_quiet=True)
    behavior = CodesFilter("behavior__code", label=_("Behavior"))
    subjective = CodesFilter("subjective", choices=list(narrowing.JUDGMENTS.items()), label=_("Judgment"))
    location = CodesFilter(
        "incident__location",
        choices=[*INCIDENT_LOCATIONS.items(), (UNREPORTED, _("Place not recorded"))],
        label=_("Place"),
    )
    month = CodesFilter("month", choices=list(narrowing.MONTHS.items()), label=_("Month"))
    weekday = CodesFilter("weekday", choices=list(narrowing.WEEKDAYS.items()), label=_("Day of the week"))
    hour = CodesFilter("hour", choices=[*narrowing.HOURS.items(), (UNREPORTED, _("Time not known"))], label=_("Hour"))
    grade = CodesFilter("grade", choices=Grade.choices, label=_("Grade"))
    staff = CodesFilter("staff", label=_("Referred by"), needs=Permission.REPORTERS_VIEW, is_quiet=True)
    race = CodesFilter("race", choices=Race.choices, label=_("Race"), needs=DEMOGRAPHICS, is_quiet=True)
    sex = CodesFilter("sex", choices=Sex.choices, label=_("Sex"), needs=DEMOGRAPHICS, is_quiet=True)
    idea = flag("idea", _("Served under IDEA"))
    section504 = flag("section504", _("Served under Section 504"))
    english_learner = flag("english_learner", _("English learner"))
    economically_disadvantaged = flag("economically_disadvantaged", _("Economically disadvantaged"))
    homeless = flag("homeless", _("Homeless"))
    foster_care = flag("foster_care", _("In foster care"))

    def filtered_by(self, name: str, one: Filter, value: Any, queryset: QuerySet) -> QuerySet:
        if name not in self.NARROWING:
            return super().filtered_by(name, one, value, queryset)
        return self.NARROWING[name](queryset, value) if value else queryset
