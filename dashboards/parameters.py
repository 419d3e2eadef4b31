"""What a reader may ask of the suspension rates: one reading of the address, shared by the page and the endpoint."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Exists, FilteredRelation, OuterRef, Q, Subquery
from django.http import QueryDict
from django.utils.translation import gettext as _

from dashboards.dimensions import BREAKDOWNS, DIMENSIONS, SCHOOL, Value
from dashboards.measures import MEASURES, Measure, Pool
from discipline.models import Removal
from district.access import Permission
from district.models import District, Enrollment, ImportBatch, School, SchoolLevel, User

DENOMINATORS = ("cumulative", "snapshot")
FORMATS = ("json", "csv", "xlsx")
OTHERS = "others"
PARAMETERS = (
    "district",
    "school_year",
    "measure",
    "by",
    "denominator",
    "school",
    "level",
    *DIMENSIONS,
    "reference",
    "format",
)
"""Every key an address may have, in the order in which links write them."""


class InvalidParametersError(Exception):
    """The address asks for something that does not exist; `errors` maps each parameter to its messages."""

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        super().__init__(errors)
        self.errors = dict(errors)


@dataclass(frozen=True)
class SchoolPlace:
    """A school of the reader's scope; `unreported` holds the years for which it did not report the measure."""

    pk: int
    code: str
    name: str
    level: str
    unreported: frozenset[int] = frozenset()


@dataclass(frozen=True)
class YearPlace:
    """A school year of the district; `changed_at` is when its records last changed."""

    pk: int
    year: int
    label: str
    is_enrolled: bool
    changed_at: datetime


@dataclass(frozen=True)
class Question:
    """What is asked, of whom: everything that a report needs besides the counts themselves.

    `schools` are those of the reader's scope by key, `chosen` those that the filters leave (None: every school of
    the district). `years` are asked for, in order; `every_year` all those of the district.
    """

    district: int
    district_code: str
    district_name: str
    timezone: str
    measure: Measure
    by: tuple[str, ...]
    denominator: str
    reference: str
    format: str
    years: tuple[YearPlace, ...]
    every_year: tuple[YearPlace, ...]
    schools: Mapping[int, SchoolPlace]
    is_whole_district: bool
    chosen: frozenset[int] | None
    filters: Mapping[str, frozenset[Value]] = field(default_factory=dict)
    asked: Mapping[str, str] = field(default_factory=dict)

    @property
    def pool(self) -> Pool:
        """The students among whom this question counts and compares."""
        return Pool(
            years={place.pk: place.year for place in self.years},
            schools=self.chosen,
            filters=self.filters,
            snapshot=self.denominator == "snapshot",
        )

    @property
    def groups(self) -> tuple[str, ...]:
        """The demographic dimensions among `by`."""
        return tuple(name for name in self.by if name != SCHOOL)

    @property
    def counted_schools(self) -> tuple[SchoolPlace, ...]:
        """The schools of the pool, in the order of their codes."""
        return tuple(place for place in self.schools.values() if self.chosen is None or place.pk in self.chosen)

    def address(self, **changes: str | None) -> str:
        """Return the query of this question with parameters changed; None takes one away.

        Years, measure and breakdown are always written out, so that the address means the same next year.
        """
        values: dict[str, str | None] = {**self.asked, "format": None}
        values["school_year"] = ",".join(str(place.year) for place in self.years)
        values |= {"measure": self.measure.key, "by": ",".join(self.by), **changes}
        written = [(name, values[name]) for name in PARAMETERS if values.get(name) or (name == "by" and "by" in values)]
        return "?" + urlencode([(name, value) for name, value in written if value is not None], safe=",")


@dataclass(frozen=True)
class _Scope:
    """One district of the reader with its years."""

    pk: int
    code: str
    name: str
    timezone: str
    years: tuple[YearPlace, ...]


def read_question(parameters: QueryDict, user: User) -> Question:
    """Return what `parameters` ask of the figures that `user` may see. Two queries besides the user's grants.

    The user must hold `RATES_VIEW`. Raises InvalidParametersError naming every parameter that is unknown, repeated
    or has an unknown value; a district or school out of scope is as unknown as one that does not exist.
    """
    reading = _Reading(parameters)
    reading.refuse_unknown_keys()
    measure = MEASURES[reading.one("measure", MEASURES, "oss")]
    by = reading.several("by", BREAKDOWNS, may_repeat=False)
    filters = {
        name: frozenset(dimension.parse(text) for text in texts)
        for name, dimension in DIMENSIONS.items()
        if (texts := reading.several(name, dimension.values))
    }
    denominator = reading.one("denominator", DENOMINATORS, DENOMINATORS[0])
    file_format = reading.one("format", FORMATS, FORMATS[0])
    levels = reading.several("level", SchoolLevel.values)
    reference = reading.reference(by)
    scope = reading.district(_scopes(user))
    years = reading.years(scope)
    schools = _schools(user, measure, scope.pk) if scope else {}
    codes = reading.several("school", {place.code for place in schools.values()}) if scope else ()
    reading.stop_at_errors()
    assert scope  # noqa: S101 - without one the reading has an error
    chosen = frozenset(
        place.pk
        for place in schools.values()
        if (not codes or place.code in codes) and (not levels or place.level in levels)
    )
    whole = _holds_whole_district(user, scope.pk)
    return Question(
        district=scope.pk,
        district_code=scope.code,
        district_name=scope.name,
        timezone=scope.timezone,
        measure=measure,
        by=by,
        denominator=denominator,
        reference=reference,
        format=file_format,
        years=years,
        every_year=scope.years,
        schools=schools,
        is_whole_district=whole,
        chosen=None if whole and not codes and not levels else chosen,
        filters=filters,
        asked={name: text for name in PARAMETERS if (text := parameters.get(name, ""))},
    )


class _Reading:
    """The parameters of one address and what is wrong with them so far."""

    def __init__(self, parameters: QueryDict) -> None:
        self.parameters = parameters
        self.errors: dict[str, list[str]] = {}

    def refuse(self, name: str, message: str) -> None:
        self.errors.setdefault(name, []).append(message)

    def stop_at_errors(self) -> None:
        if self.errors:
            raise InvalidParametersError(self.errors)

    def refuse_unknown_keys(self) -> None:
        for name in self.parameters:
            if name not in PARAMETERS:
                self.refuse(name, _("Unknown parameter."))
            elif len(self.parameters.getlist(name)) > 1:
                self.refuse(name, _("Given more than once; separate several values by commas."))

    def several(self, name: str, known: Collection[str], *, may_repeat: bool = True) -> tuple[str, ...]:
        """Return the values of a comma list; one that is empty or absent has none."""
        text = self.parameters.get(name, "")
        values = tuple(dict.fromkeys(text.split(","))) if text else ()
        unknown = [value for value in values if value not in known]
        if unknown:
            self.refuse(name, _("Unknown value: %(value)s.") % {"value": ", ".join(unknown)})
            return ()
        if not may_repeat and text and len(values) < len(text.split(",")):
            self.refuse(name, _("A value is named twice."))
        return values

    def one(self, name: str, known: Collection[str], default: str) -> str:
        value = self.parameters.get(name) or default
        if value not in known:
            self.refuse(name, _("Unknown value: %(value)s.") % {"value": value})
            return default
        return value

    def reference(self, by: tuple[str, ...]) -> str:
        reference = self.parameters.get("reference") or OTHERS
        groups = [name for name in by if name != SCHOOL]
        if reference == OTHERS:
            return OTHERS
        if len(groups) != 1:
            self.refuse("reference", _("A group to compare with needs exactly one demographic dimension in “by”."))
        elif reference not in DIMENSIONS[groups[0]].values:
            self.refuse("reference", _("Unknown value: %(value)s.") % {"value": reference})
        return reference

    def district(self, scopes: list[_Scope]) -> _Scope | None:
        code = self.parameters.get("district", "")
        if not code and len(scopes) == 1:
            return scopes[0]
        if not code:
            self.refuse("district", _("Required: your scope spans several districts."))
            return None
        found = [scope for scope in scopes if scope.code == code]
        if not found:
            self.refuse("district", _("Unknown value: %(value)s.") % {"value": code})
            return None
        return found[0]

    def years(self, scope: _Scope | None) -> tuple[YearPlace, ...]:
        if scope is None:
            return ()
        if not self.parameters.get("school_year"):
            return tuple([place for place in scope.years if place.is_enrolled][-1:])
        wanted = self.several("school_year", [str(place.year) for place in scope.years])
        return tuple(place for place in scope.years if str(place.year) in wanted)


def _holds_whole_district(user: User, district: int) -> bool:
    grants = user.grants_with(Permission.RATES_VIEW)
    return any(grant.district_id == district and grant.school_id is None for grant in grants)


def _scopes(user: User) -> list[_Scope]:
    """Districts where the user may see figures, with their years in order. One query."""
    allowed = School.objects.where_allowed(user, Permission.RATES_VIEW)
    enrolled = Enrollment.objects.filter(school_year=OuterRef("school_years"), school__in=allowed.values("pk"))
    # Of the reader's schools only: when something changed elsewhere is not theirs to know.
    removals = Removal.objects.filter(school_year=OuterRef("school_years"), school__in=allowed.values("pk"))
    removals = removals.order_by("-updated_at")
    batches = ImportBatch.objects.filter(district=OuterRef("pk")).order_by("-created_at")
    rows = (
        District.objects.filter(pk__in={grant.district_id for grant in user.grants_with(Permission.RATES_VIEW)})
        .annotate(
            is_enrolled=Exists(enrolled),
            removal_changed_at=Subquery(removals.values("updated_at")[:1]),
            imported_at=Subquery(batches.values("created_at")[:1]),
        )
        .order_by("code", "school_years__year")
        .values(
            *("pk", "code", "name", "timezone", "is_enrolled", "removal_changed_at", "imported_at"),
            *("school_years__pk", "school_years__year", "school_years__label", "school_years__updated_at"),
        )
    )
    scopes: dict[int, _Scope] = {}
    for row in rows:
        years = scopes[row["pk"]].years if row["pk"] in scopes else ()
        if row["school_years__pk"] is not None:
            years += (_year_place(row),)
        scopes[row["pk"]] = _Scope(row["pk"], row["code"], row["name"], row["timezone"], years)
    return list(scopes.values())


def _year_place(row: Mapping) -> YearPlace:
    moments = (row["imported_at"], row["removal_changed_at"], row["school_years__updated_at"])
    return YearPlace(
        pk=row["school_years__pk"],
        year=row["school_years__year"],
        label=row["school_years__label"],
        is_enrolled=row["is_enrolled"],
        changed_at=max(moment for moment in moments if moment is not None),
    )


def _schools(user: User, measure: Measure, district: int) -> dict[int, SchoolPlace]:
    """Schools of the district where the user may see figures, with the years they did not report. One query."""
    measures = Q(unreported_measures__measure__in=[measure.key, *measure.parts])
    rows = (
        School.objects.where_allowed(user, Permission.RATES_VIEW)
        .filter(district=district)
        .annotate(marked=FilteredRelation("unreported_measures", condition=measures))
        .order_by("code")
        .values_list("pk", "code", "name", "level", "marked__school_year__year")
    )
    places: dict[int, SchoolPlace] = {}
    for pk, code, name, level, unreported in rows:
        years = places[pk].unreported if pk in places else frozenset()
        places[pk] = SchoolPlace(pk, code, name, level, years | ({unreported} if unreported is not None else set()))
    return places
