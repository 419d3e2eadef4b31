"""What a reader may ask of the outcomes of circles, and of which cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from circles.models import Circle, with_names
from dashboards.dimensions import BREAKDOWNS
from dashboards.offers.reports import MEASURES, OfferQuestion
from dashboards.parameters import Asked, Reading, YearPlace
from district.access import Permission
from district.models import User
from training.models import Practice
from training.models.practices import TIERS

TIER_WORDS = {str(tier): words for tier, words in TIERS}


@dataclass(frozen=True, kw_only=True)
class OutcomeQuestion(Asked):
    """The cases of one school year (none where nobody is enrolled yet), of some tiers or practices, as of `day` there.

    `by` is one dimension, `school`, or empty. `offers` asks the same of the offers before removals.
    """

    PARAMETERS: ClassVar[tuple[str, ...]] = (
        *("district", "school_year", "by", "tier", "practice", "school", "level", "format"),
    )

    by: str
    tiers: tuple[str, ...]
    chosen_practices: tuple[str, ...]
    practices: Mapping[str, str]
    day: date
    offers: OfferQuestion

    @property
    def year(self) -> YearPlace | None:
        """The school year asked for."""
        return self.years[0] if self.years else None

    @property
    def names(self) -> tuple[str, ...]:
        """What groups are told apart by."""
        return (self.by,) if self.by else ()

    @property
    def stated(self) -> dict[str, str]:
        """Year and breakdown are always written out."""
        return {"school_year": ",".join(str(place.year) for place in self.years), "by": self.by}

    def keeps(self, name: str, value: str | None) -> bool:
        """An empty breakdown is written: without the key a page takes its own."""
        return name == "by" and value is not None

    def narrowed(self, way: str = "") -> Q:
        """The cases of the schools, tiers and practices asked for; `way` leads to the case."""
        found = Q(**{f"{way}school__district": self.district, f"{way}voided_at": None})
        if self.chosen is not None:
            found &= Q(**{f"{way}school__in": self.chosen})
        if self.tiers:
            found &= Q(**{f"{way}practice__tier__in": [int(tier) for tier in self.tiers]})
        if self.chosen_practices:
            found &= Q(**{f"{way}practice__code__in": self.chosen_practices})
        return found

    def of_year(self, way: str = "") -> Q:
        """The same, opened in the school year."""
        return self.narrowed(way) & Q(**{f"{way}school_year__in": [place.pk for place in self.years]})

    def cases(self) -> QuerySet[Circle]:
        """The cases opened in the school year."""
        return Circle.objects.filter(self.of_year()).order_by()


def read_outcome_question(parameters: QueryDict, user: User) -> OutcomeQuestion:
    """Return what `parameters` ask of the cases that `user` may see figures of. Three queries besides the grants.

    The user must hold `RATES_VIEW`. Raises InvalidParametersError naming every parameter that is wrong.
    """
    reading = Reading(parameters, OutcomeQuestion.PARAMETERS)
    by = reading.one("by", ("", *BREAKDOWNS), "")
    tiers = reading.several("tier", TIER_WORDS)
    if "," in parameters.get("school_year", ""):
        reading.refuse("school_year", _("One school year at a time."))
    # The schools that did not report their removals are those of the offers: all other figures here are of circles.
    whom: dict[str, Any] = reading.whom(user, Permission.RATES_VIEW, MEASURES["asked"])
    rows = with_names(Practice.objects.filter(district=whom["district"])).order_by("tier", "name")
    practices = dict(rows.values_list("code", "name"))
    chosen = reading.several("practice", practices)
    reading.stop_at_errors()
    return OutcomeQuestion(
        by=by,
        tiers=tiers,
        chosen_practices=chosen,
        practices=practices,
        day=timezone.now().astimezone(ZoneInfo(whom["timezone"])).date(),
        offers=OfferQuestion(by=by, **whom),
        **whom,
    )
