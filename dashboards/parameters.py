"""What every dashboard may be asked: one reading of the address, shared by the page and the endpoint.

A dashboard adds its own parameters to those read here: of which schools, year and students figures are asked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.db.models import Exists, FilteredRelation, OuterRef, Q, QuerySet, Subquery
from django.http import QueryDict
from django.utils.translation import gettext as _

from dashboards.dimensions import DIMENSIONS, Value
from dashboards.measures import Measure, Pool
from discipline.models import Referral, Removal
from district.access import Permission
from district.models import District, Enrollment, ImportBatch, School, SchoolLevel, User

FORMATS = ("json", "csv", "xlsx")


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
    closed_on: date | None = None


@dataclass(frozen=True)
class YearPlace:
    """A school year of the district; `changed_at` is when its records last changed."""

    pk: int
    year: int
    label: str
    is_enrolled: bool
    changed_at: datetime


@dataclass(frozen=True, kw_only=True)
class AskedOfSchools:
    """Of which schools of a district figures are asked, and the address that asks it.

    `schools` are those of the reader's scope by key, `chosen` those that the filters leave (None: every school of
    the district).
    """

    PARAMETERS: ClassVar[tuple[str, ...]]
    """Every key an address of this dashboard may have, in the order in which links write them."""

    district: int
    district_code: str
    district_name: str
    timezone: str
    format: str
    schools: Mapping[int, SchoolPlace]
    is_whole_district: bool
    chosen: frozenset[int] | None
    asked: Mapping[str, str] = field(default_factory=dict)

    @property
    def counted_schools(self) -> tuple[SchoolPlace, ...]:
        """The schools that count, in the order of their codes."""
        return tuple(place for place in self.schools.values() if self.chosen is None or place.pk in self.chosen)

    @property
    def stated(self) -> dict[str, str]:
        """Parameters that links always write out, so that an address means the same next year."""
        return {}

    def address(self, **changes: str | None) -> str:
        """Return the query of this question with parameters changed; None takes one away."""
        values: dict[str, str | None] = {**self.asked, "format": None, **self.stated, **changes}
        kept = [(name, value) for name in self.PARAMETERS if (value := values.get(name)) or self.keeps(name, value)]
        return "?" + urlencode(kept, safe=",")

    def keeps(self, name: str, value: str | None) -> bool:
        """Whether links write the parameter though it is empty."""
        return False


@dataclass(frozen=True, kw_only=True)
class Asked(AskedOfSchools):
    """Of which students, besides, and in which years: everything that a report needs besides what it counts.

    `years` are asked for, in order; `every_year` all those of the district.
    """

    measure: Measure
    years: tuple[YearPlace, ...]
    every_year: tuple[YearPlace, ...]
    filters: Mapping[str, frozenset[Value]] = field(default_factory=dict)

    @property
    def pool(self) -> Pool:
        """The students among whom this question counts."""
        return Pool(
            years={place.pk: place.year for place in self.years},
            schools=self.chosen,
            filters=self.filters,
        )

    @property
    def stated(self) -> dict[str, str]:
        """The years and the measure are always written out."""
        return {"school_year": ",".join(str(place.year) for place in self.years), "measure": self.measure.key}


@dataclass(frozen=True)
class Scope:
    """One district of the reader with its years."""

    pk: int
    code: str
    name: str
    timezone: str
    years: tuple[YearPlace, ...]


class Reading:
    """The parameters of one address and what is wrong with them so far."""

    def __init__(self, parameters: QueryDict, known: Collection[str]) -> None:
        """`known` are the keys that this dashboard has: any other, and one that is repeated, is an error."""
        self.parameters = parameters
        self.known = known
        self.errors: dict[str, list[str]] = {}
        for name in parameters:
            if name not in known:
                self.refuse(name, _("Unknown parameter."))
            elif len(parameters.getlist(name)) > 1:
                self.refuse(name, _("Given more than once; separate several values by commas."))

    def refuse(self, name: str, message: str) -> None:
        """Note what is wrong with a parameter."""
        self.errors.setdefault(name, []).append(message)

    def stop_at_errors(self) -> None:
        """Raise InvalidParametersError when anything is wrong so far."""
        if self.errors:
            raise InvalidParametersError(self.errors)

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
        """Return the one value of a parameter, or its default."""
        value = self.parameters.get(name) or default
        if value not in known:
            self.refuse(name, _("Unknown value: %(value)s.") % {"value": value})
            return default
        return value

    def which_schools(self, user: User, permission: Permission) -> dict[str, Any]:
        """Return the fields of `AskedOfSchools`, as far as `user` may see figures by `permission`. Two queries.

        Raises InvalidParametersError when anything is wrong with the address; a district or school out of scope is
        as unknown as one that does not exist.
        """
        districts = District.objects.filter(pk__in={grant.district_id for grant in user.grants_with(permission)})
        found = [Scope(one.pk, one.code, one.name, one.timezone, ()) for one in districts.order_by("code")]
        scope = self._district(found)
        return self._of_schools(user, permission, scope, all_places(user, permission, scope.pk) if scope else {})

    def whom(self, user: User, permission: Permission, measure: Measure) -> dict[str, Any]:
        """Return the fields of `Asked`, as far as `user` may see figures by `permission`. Two queries.

        Raises InvalidParametersError like `which_schools`.
        """
        filters = {
            name: frozenset(dimension.parse(text) for text in texts)
            for name, dimension in DIMENSIONS.items()
            if (texts := self.several(name, dimension.values))
        }
        scope = self._district(scopes(user, permission, measure))
        years = self._years(scope)
        places = places_of(user, permission, measure, scope.pk) if scope else {}
        fields = self._of_schools(user, permission, scope, places)
        every_year = scope.years if scope else ()
        return {**fields, "measure": measure, "years": years, "every_year": every_year, "filters": filters}

    def _of_schools(
        self, user: User, permission: Permission, scope: Scope | None, places: Mapping[int, SchoolPlace]
    ) -> dict[str, Any]:
        """Return the fields of `AskedOfSchools`; the last step of a reading, for it raises what was found so far."""
        file_format = self.one("format", FORMATS, FORMATS[0])
        levels = self.several("level", SchoolLevel.values)
        codes = self.several("school", {place.code for place in places.values()}) if scope else ()
        self.stop_at_errors()
        assert scope  # noqa: S101 - without one the reading has an error
        chosen = frozenset(
            place.pk
            for place in places.values()
            if (not codes or place.code in codes) and (not levels or place.level in levels)
        )
        whole = holds_whole_district(user, permission, scope.pk)
        return {
            "district": scope.pk,
            "district_code": scope.code,
            "district_name": scope.name,
            "timezone": scope.timezone,
            "format": file_format,
            "schools": places,
            "is_whole_district": whole,
            "chosen": None if whole and not codes and not levels else chosen,
            "asked": {name: text for name in self.known if (text := self.parameters.get(name, ""))},
        }

    def _district(self, found: list[Scope]) -> Scope | None:
        code = self.parameters.get("district", "")
        if not code and len(found) == 1:
            return found[0]
        if not code:
            self.refuse("district", _("Required: your scope spans several districts."))
            return None
        named = [scope for scope in found if scope.code == code]
        if not named:
            self.refuse("district", _("Unknown value: %(value)s.") % {"value": code})
            return None
        return named[0]

    def _years(self, scope: Scope | None) -> tuple[YearPlace, ...]:
        if scope is None:
            return ()
        if not self.parameters.get("school_year"):
            return tuple([place for place in scope.years if place.is_enrolled][-1:])
        wanted = self.several("school_year", [str(place.year) for place in scope.years])
        return tuple(place for place in scope.years if str(place.year) in wanted)


def holds_whole_district(user: User, permission: Permission, district: int) -> bool:
    """Say whether `user` holds `permission` in the whole district."""
    grants = user.grants_with(permission)
    return any(grant.district_id == district and grant.school_id is None for grant in grants)


def covers(user: User, permission: Permission, question: Asked) -> bool:
    """Say whether `user` holds `permission` in every school that the question counts."""
    schools = {grant.school_id for grant in user.grants_with(permission)}
    return holds_whole_district(user, permission, question.district) or all(
        place.pk in schools for place in question.counted_schools
    )


def scopes(user: User, permission: Permission, measure: Measure) -> list[Scope]:
    """Districts where the user may see figures by `permission`, with their years in order. One query."""
    allowed = School.objects.where_allowed(user, permission)
    enrolled = Enrollment.objects.filter(school_year=OuterRef("school_years"), school__in=allowed.values("pk"))
    # Of the reader's schools only: when something changed elsewhere is not theirs to know.
    changed = _changing(measure).filter(school_year=OuterRef("school_years"), school__in=allowed.values("pk"))
    batches = ImportBatch.objects.filter(district=OuterRef("pk")).order_by("-created_at")
    rows = (
        District.objects.filter(pk__in={grant.district_id for grant in user.grants_with(permission)})
        .annotate(
            is_enrolled=Exists(enrolled),
            event_changed_at=Subquery(changed.order_by("-updated_at").values("updated_at")[:1]),
            imported_at=Subquery(batches.values("created_at")[:1]),
        )
        .order_by("code", "school_years__year")
        .values(
            *("pk", "code", "name", "timezone", "is_enrolled", "event_changed_at", "imported_at"),
            *("school_years__pk", "school_years__year", "school_years__label", "school_years__updated_at"),
        )
    )
    found: dict[int, Scope] = {}
    for row in rows:
        years = found[row["pk"]].years if row["pk"] in found else ()
        if row["school_years__pk"] is not None:
            years += (_year_place(row),)
        found[row["pk"]] = Scope(row["pk"], row["code"], row["name"], row["timezone"], years)
    return list(found.values())


def _changing(measure: Measure) -> QuerySet:
    """The records whose changes move the measure, voided ones too."""
    return Referral.objects.all() if measure.key == "referral" else Removal.objects.all()


def _year_place(row: Mapping) -> YearPlace:
    moments = (row["imported_at"], row["event_changed_at"], row["school_years__updated_at"])
    return YearPlace(
        pk=row["school_years__pk"],
        year=row["school_years__year"],
        label=row["school_years__label"],
        is_enrolled=row["is_enrolled"],
        changed_at=max(moment for moment in moments if moment is not None),
    )


def all_places(user: User, permission: Permission, district: int) -> dict[int, SchoolPlace]:
    """Schools of the district where the user may see figures. One query."""
    rows = School.objects.where_allowed(user, permission).filter(district=district).order_by("code")
    return {
        pk: SchoolPlace(pk, code, name, level, closed_on=closed_on)
        for pk, code, name, level, closed_on in rows.values_list("pk", "code", "name", "level", "closed_on")
    }


def places_of(user: User, permission: Permission, measure: Measure, district: int) -> dict[int, SchoolPlace]:
    """Schools of the district where the user may see figures, with the years they did not report. One query."""
    measures = Q(unreported_measures__measure__in=[measure.key, *measure.parts])
    rows = (
        School.objects.where_allowed(user, permission)
        .filter(district=district)
        .annotate(marked=FilteredRelation("unreported_measures", condition=measures))
        .order_by("code")
        .values_list("pk", "code", "name", "level", "closed_on", "marked__school_year__year")
    )
    places: dict[int, SchoolPlace] = {}
    for pk, code, name, level, closed_on, unreported in rows:
        years = places[pk].unreported if pk in places else frozenset()
        marked = {unreported} if unreported is not None else set()
        places[pk] = SchoolPlace(pk, code, name, level, years | marked, closed_on)
    return places
