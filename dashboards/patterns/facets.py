"""What patterns are told apart and filtered by: what happened, where, when, and by whom it was referred."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dashboards.dimensions import UNREPORTED
from discipline import narrowing
from discipline.models import INCIDENT_LOCATIONS, Behavior, Referral
from district.models import Staff

BEHAVIOR, LOCATION, MONTH, WEEKDAY, HOUR = "behavior", "location", "month", "weekday", "hour"
SUBJECTIVE, STAFF = "subjective", "staff"

Labels = Mapping[str, str | Promise]
"""Value as an address writes it → its words, in the order in which pages offer them."""


@dataclass(frozen=True)
class Facet:
    """One thing known of an event: its public name, its label, and what keeps the events with some of its values.

    `labels` are all its values; None where they are the district's own (its code of conduct, its staff).
    """

    name: str
    label: str | Promise
    narrow: Callable[[QuerySet, Collection[str]], QuerySet]
    labels: Labels | None = None


FACETS: dict[str, Facet] = {
    facet.name: facet
    for facet in (
        Facet(BEHAVIOR, _("Behavior"), narrowing.over_behaviors),
        Facet(SUBJECTIVE, _("Judgment"), narrowing.by_judgment, narrowing.JUDGMENTS),
        Facet(
            LOCATION,
            _("Place"),
            narrowing.at_places,
            {**INCIDENT_LOCATIONS, UNREPORTED: _("Place not recorded")},
        ),
        Facet(MONTH, _("Month"), narrowing.in_months, narrowing.MONTHS),
        Facet(WEEKDAY, _("Day of the week"), narrowing.on_weekdays, narrowing.WEEKDAYS),
        Facet(HOUR, _("Hour"), narrowing.at_hours, {**narrowing.HOURS, UNREPORTED: _("Time not known")}),
        Facet(STAFF, _("Referred by"), narrowing.referred_by),
    )
}
"""The facets by name, in the order in which pages offer them; `staff` only where one may see it."""


def behavior_labels(district: int) -> dict[str, str | Promise]:
    """Titles of the district's code of conduct by code, the latest of each code, in their order. One query."""
    rows = Behavior.objects.filter(district=district).order_by("code", "valid_from").values_list("code", "title")
    titles = sorted(dict(rows).items(), key=lambda pair: (pair[1].casefold(), pair[0]))
    return {**dict(titles), UNREPORTED: _("No behavior on record")}


def staff_labels(district: int, schools: Collection[int]) -> dict[str, str | Promise]:
    """Names of those who may have referred a student of these schools: staff by local id, accounts. Two queries.

    Staff of the whole district: a file may name somebody who works elsewhere.
    """
    staff = Staff.objects.filter(district=district).select_related("person").order_by("local_id")
    names = {one.local_id: one.person.name for one in staff}
    accounts = Referral.objects.filter(school__in=schools).exclude(reporter=None).order_by().distinct()
    for email, name in accounts.values_list("reporter__email", "reporter__name"):
        names[narrowing.ACCOUNT + email] = name or email
    ordered = sorted(names.items(), key=lambda pair: (pair[1].casefold(), pair[0]))
    return {**dict(ordered), UNREPORTED: _("Nobody named")}
