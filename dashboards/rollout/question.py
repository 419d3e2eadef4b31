"""What a reader may ask of the rollout: of which schools, and which year is compared with which."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from commitments.models import RateOf
from dashboards.measures import MEASURES
from dashboards.parameters import Asked, Reading, YearPlace
from district.access import Permission
from district.calendar import school_year_window
from district.models import School, User


@dataclass(frozen=True, kw_only=True)
class RolloutQuestion(Asked):
    """Of which schools, as of `day` there, with suspensions of `year` against those of `baseline` (None: no such year).

    `exact` are the schools of which the reader sees exact figures about students; None: the whole district.
    """

    PARAMETERS: ClassVar[tuple[str, ...]] = (
        *("district", "school_year", "baseline", "measure", "school", "level", "format"),
    )

    baseline: YearPlace | None
    day: date
    exact: frozenset[int] | None

    @property
    def year(self) -> YearPlace | None:
        """The school year whose suspensions are compared; None where no year has students."""
        return self.years[0] if self.years else None

    @property
    def stated(self) -> dict[str, str]:
        """Both years and the measure are always written out."""
        return {**super().stated, "baseline": str(self.baseline.year) if self.baseline else ""}

    def sees(self, school: int) -> bool:
        """Whether the reader sees exact figures about the students of a school."""
        return self.exact is None or school in self.exact

    @property
    def sees_all(self) -> bool:
        """Whether the reader sees exact figures of every school counted."""
        return all(self.sees(place.pk) for place in self.counted_schools)


def read_rollout_question(parameters: QueryDict, user: User) -> RolloutQuestion:
    """Return what `parameters` ask of the rollout that `user` may see. Three queries besides the user's grants.

    Without a year it is the latest that is over, without a baseline the first of all: like is compared with like. The
    user must hold `FIDELITY_VIEW`. Raises InvalidParametersError naming every parameter that is unknown, repeated or
    has an unknown value; a district or school out of scope is as unknown as one that does not exist.
    """
    reading = Reading(parameters, RolloutQuestion.PARAMETERS)
    measure = MEASURES[reading.one("measure", RateOf.values, RateOf.OSS)]
    fields: dict[str, Any] = reading.whom(user, Permission.FIDELITY_VIEW, measure)
    today = timezone.now().astimezone(ZoneInfo(fields["timezone"])).date()
    known = [place for place in fields["every_year"] if place.is_enrolled]
    if len(fields["years"]) > 1:
        reading.refuse("school_year", _("One school year at a time."))
    if not parameters.get("school_year"):
        over = [place for place in known if school_year_window(place.year)[1] < today]
        fields["years"] = tuple((over or known)[-1:])
    baseline = _baseline(reading, known, fields["years"])
    reading.stop_at_errors()
    return RolloutQuestion(baseline=baseline, day=today, exact=_exact(user, fields["district"]), **fields)


def _baseline(reading: Reading, known: list[YearPlace], years: tuple[YearPlace, ...]) -> YearPlace | None:
    asked = reading.parameters.get("baseline", "")
    before = {str(place.year): place for place in known if years and place.year < years[0].year}
    if asked:
        if asked not in before:
            reading.refuse("baseline", _("Name a school year with students before the one compared."))
        return before.get(asked)
    return next(iter(before.values()), None)


def _exact(user: User, district: int) -> frozenset[int] | None:
    grants = user.grants_with(Permission.RATES_VIEW)
    if any(grant.district_id == district and grant.school_id is None for grant in grants):
        return None
    rows = School.objects.where_allowed(user, Permission.RATES_VIEW).filter(district=district)
    return frozenset(rows.values_list("pk", flat=True))
