"""What a reader may ask of the surveys after circles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.http import QueryDict

from circles.models import SurveyBatch
from dashboards.parameters import AskedOfSchools, Reading
from district.access import Permission
from district.models import SchoolYear, User

ROLE, SCHOOL = "role", "school"


@dataclass(frozen=True, kw_only=True)
class VoicesQuestion(AskedOfSchools):
    """In which years, and what rows tell apart: the part in the circle, the school, or nothing."""

    PARAMETERS: ClassVar[tuple[str, ...]] = ("district", "school_year", "by", "school", "level", "format")

    by: str
    years: tuple[int, ...]
    every_year: tuple[int, ...]

    @property
    def stated(self) -> dict[str, str]:
        """Years and breakdown are always written out."""
        return {"school_year": ",".join(map(str, self.years)), "by": self.by}

    def keeps(self, name: str, value: str | None) -> bool:
        """An empty breakdown is written: without the key a page takes its own."""
        return name == "by" and value is not None


def read_voices_question(parameters: QueryDict, user: User) -> VoicesQuestion:
    """Return what `parameters` ask of the surveys that `user` may see figures of. Four queries besides the grants.

    The user must hold `RATES_VIEW`. Raises InvalidParametersError naming every parameter that is wrong; a district or
    school out of scope is as unknown as one that does not exist.
    """
    reading = Reading(parameters, VoicesQuestion.PARAMETERS)
    by = reading.one("by", ("", ROLE, SCHOOL), "")
    fields = reading.which_schools(user, Permission.RATES_VIEW)
    every = tuple(
        SchoolYear.objects.filter(district=fields["district"]).order_by("year").values_list("year", flat=True)
    )
    if parameters.get("school_year"):
        wanted = reading.several("school_year", [str(year) for year in every])
        years = tuple(year for year in every if str(year) in wanted)
    else:
        shown = SurveyBatch.objects.filter(school_year__district=fields["district"]).order_by("-school_year__year")
        latest = shown.values_list("school_year__year", flat=True).first()
        years = (latest,) if latest else every[-1:]
    reading.stop_at_errors()
    return VoicesQuestion(by=by, years=years, every_year=every, **fields)
