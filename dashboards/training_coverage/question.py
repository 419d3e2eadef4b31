"""What a reader may ask of the coverage of training."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils import timezone

from dashboards.parameters import AskedOfSchools, Reading, SchoolPlace
from district.access import Permission
from district.models import District, User
from training.models import Practice


@dataclass(frozen=True, kw_only=True)
class CoverageQuestion(AskedOfSchools):
    """Of which schools, and for which practice of restorative work (none: any), as of the present day there.

    `practices` are those of the district: code → name, in the order of their tier.
    """

    PARAMETERS: ClassVar[tuple[str, ...]] = ("district", "practice", "school", "level", "format")

    practice: str
    practices: dict[str, str]
    as_of: datetime

    @property
    def day(self) -> date:
        """The day on which certificates are looked at, in the time of the district."""
        return self.as_of.date()

    @property
    def is_narrowed(self) -> bool:
        """Whether some schools only are counted."""
        return self.chosen is not None


def read_coverage_question(parameters: QueryDict, user: User) -> CoverageQuestion:
    """Return what `parameters` ask of the coverage that `user` may see. Three queries besides the user's grants.

    The user must hold `TRAINING_COVERAGE`. Raises InvalidParametersError naming every parameter that is unknown,
    repeated or has an unknown value; a district or school out of scope is as unknown as one that does not exist.
    """
    reading = Reading(parameters, CoverageQuestion.PARAMETERS)
    fields = reading.which_schools(user, Permission.TRAINING_COVERAGE)
    rows = Practice.objects.filter(district=fields["district"]).order_by("tier", "name")
    practices = dict(rows.values_list("code", "name"))
    practice = reading.one("practice", practices, "") if parameters.get("practice") else ""
    reading.stop_at_errors()
    as_of = timezone.now().astimezone(ZoneInfo(fields["timezone"]))
    return CoverageQuestion(practice=practice, practices=practices, as_of=as_of, **fields)


def question_of_district(district: int, day: date) -> CoverageQuestion:
    """Return the question for a whole district on a day, whoever asks. Three queries."""
    place = District.objects.get(pk=district)
    rows = place.schools.order_by("code").values_list("pk", "code", "name", "level", "closed_on")
    return CoverageQuestion(
        district=place.pk,
        district_code=place.code,
        district_name=place.name,
        timezone=place.timezone,
        format="json",
        schools={row[0]: SchoolPlace(*row[:4], closed_on=row[4]) for row in rows},
        is_whole_district=True,
        chosen=None,
        practice="",
        practices=dict(Practice.objects.filter(district=place).values_list("code", "name")),
        as_of=datetime.combine(day, time(), ZoneInfo(place.timezone)),
    )
