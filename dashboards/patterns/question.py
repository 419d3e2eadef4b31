"""What a reader may ask of the patterns, and of whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from dashboards.dimensions import DIMENSIONS
from dashboards.measures import MEASURES, Measure, Pool
from dashboards.parameters import Asked, Reading, YearPlace
from dashboards.patterns.facets import BEHAVIOR, FACETS, STAFF, Labels, behavior_labels, staff_labels
from discipline.models import Removal, RemovalKind
from discipline.models.codes import EXPULSIONS, SUSPENSIONS
from district.access import Permission
from district.models import User

OTHER_KINDS: dict[str, tuple[RemovalKind, ...]] = {
    "class_removal": (RemovalKind.CLASS,),
    "informal_removal": (RemovalKind.INFORMAL,),
    "bus_suspension": (RemovalKind.BUS,),
    "alternative_setting": (
        RemovalKind.ALTERNATIVE_PLACEMENT,
        RemovalKind.IAES_PERSONNEL,
        RemovalKind.IAES_HEARING_OFFICER,
    ),
}
"""Removals that are no suspension and no expulsion."""


def _removals(key: str, kinds: tuple[RemovalKind, ...]) -> Measure:
    return Measure(key, lambda: Removal.objects.standing().filter(kind__in=kinds), parts=("any_removal",))


PATTERN_MEASURES: dict[str, Measure] = {
    **{key: MEASURES[key] for key in ("referral", "any_removal", "suspension", "oss", "iss", "expulsion")},
    **{key: _removals(key, kinds) for key, kinds in OTHER_KINDS.items()},
}
"""What patterns count: referrals, all removals, or removals of a kind."""

KINDS: dict[str, tuple[RemovalKind, ...]] = {
    "any_removal": (),
    "suspension": SUSPENSIONS,
    "oss": (RemovalKind.OSS,),
    "iss": (RemovalKind.ISS,),
    "expulsion": EXPULSIONS,
    **OTHER_KINDS,
}
"""Kinds of removal behind a measure; none means all. Referrals are missing."""


@dataclass(frozen=True, kw_only=True)
class PatternQuestion(Asked):
    """One measure in one school year (none where nobody is enrolled yet), narrowed by facets and by groups.

    `facets` maps the facets in use to their values, `labels` those whose values are the district's own to all of
    theirs. `with_staff`: the reader may see, and filter by, who referred.
    """

    PARAMETERS: ClassVar[tuple[str, ...]] = (
        *("district", "school_year", "measure", "school", "level"),
        *FACETS,
        *DIMENSIONS,
        "format",
    )

    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    labels: Mapping[str, Labels] = field(default_factory=dict)
    with_staff: bool = False

    @property
    def year(self) -> YearPlace | None:
        """The school year asked for."""
        return self.years[0] if self.years else None

    @property
    def narrowed(self) -> Measure:
        """The measure with only the events that the facets leave."""
        return replace(self.measure, events=self._events)

    def _events(self) -> QuerySet:
        rows = self.measure.events()
        for name, values in self.facets.items():
            rows = FACETS[name].narrow(rows, values)
        return rows

    @property
    def everything(self) -> Pool:
        """The pool without the filters of students: what the selection is a part of."""
        return replace(self.pool, filters={})

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the place and the year narrows the events."""
        return bool(self.facets or self.filters)

    @property
    def is_reported(self) -> bool:
        """Whether the measure is known for any of the schools counted."""
        silent = [place for place in self.counted_schools if self.years and self.years[0].year in place.unreported]
        return not silent or len(silent) < len(self.counted_schools)

    def labels_of(self, name: str) -> Labels:
        """All values of a facet with their words."""
        return self.labels[name] if name in self.labels else FACETS[name].labels or {}


def pattern_parameters(*, with_staff: bool) -> tuple[str, ...]:
    """The keys an address may have."""
    return tuple(name for name in PatternQuestion.PARAMETERS if with_staff or name != STAFF)


def read_pattern_question(parameters: QueryDict, user: User, *, with_staff: bool = False) -> PatternQuestion:
    """Return what `parameters` ask of the patterns that `user` may see. Three queries besides the user's grants.

    The user must hold `RATES_VIEW`, or, for figures by referring staff, `REPORTERS_VIEW`; each opens its own schools.
    Raises InvalidParametersError naming every parameter that is unknown, repeated or has an unknown value.
    """
    reading = Reading(parameters, pattern_parameters(with_staff=with_staff))
    measure = PATTERN_MEASURES[reading.one("measure", PATTERN_MEASURES, "referral")]
    fixed = [facet for facet in FACETS.values() if facet.labels is not None]
    facets = {one.name: texts for one in fixed if (texts := reading.several(one.name, one.labels or ()))}
    if "," in parameters.get("school_year", ""):
        reading.refuse("school_year", _("One school year at a time."))
    whom = reading.whom(user, Permission.REPORTERS_VIEW if with_staff else Permission.RATES_VIEW, measure)
    labels: dict[str, Labels] = {BEHAVIOR: behavior_labels(whom["district"])}
    if with_staff:
        labels[STAFF] = staff_labels(whom["district"], whom["schools"])
    facets |= {name: texts for name in labels if (texts := reading.several(name, labels[name]))}
    reading.stop_at_errors()
    known = {**{one.name: one.labels or {} for one in fixed}, **labels}
    ordered = {
        name: tuple(value for value in known[name] if value in facets[name]) for name in FACETS if name in facets
    }
    return PatternQuestion(facets=ordered, labels=labels, with_staff=with_staff, **whom)
