"""What a reader may ask of the suspension rates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from django.http import QueryDict
from django.utils.translation import gettext as _

from dashboards.dimensions import BREAKDOWNS, DIMENSIONS, SCHOOL
from dashboards.measures import MEASURES, Pool
from dashboards.parameters import Asked, Reading
from district.access import Permission
from district.models import User

DENOMINATORS = ("cumulative", "snapshot")
OTHERS = "others"


@dataclass(frozen=True, kw_only=True)
class Question(Asked):
    """What is asked, of whom."""

    PARAMETERS: ClassVar[tuple[str, ...]] = (
        *("district", "school_year", "measure", "by", "denominator", "school", "level"),
        *DIMENSIONS,
        *("reference", "format"),
    )

    by: tuple[str, ...]
    denominator: str
    reference: str

    @property
    def pool(self) -> Pool:
        """The students among whom this question counts and compares."""
        return replace(super().pool, snapshot=self.denominator == "snapshot")

    @property
    def groups(self) -> tuple[str, ...]:
        """The demographic dimensions among `by`."""
        return tuple(name for name in self.by if name != SCHOOL)

    @property
    def stated(self) -> dict[str, str]:
        """Years, measure and breakdown are always written out."""
        return {**super().stated, "by": ",".join(self.by)}

    def keeps(self, name: str, value: str | None) -> bool:
        """An empty breakdown is written: without the key a page takes its own."""
        return name == "by" and value is not None


def read_question(parameters: QueryDict, user: User) -> Question:
    """Return what `parameters` ask of the figures that `user` may see. Two queries besides the user's grants.

    The user must hold `RATES_VIEW`. Raises InvalidParametersError naming every parameter that is unknown, repeated
    or has an unknown value; a district or school out of scope is as unknown as one that does not exist.
    """
    reading = Reading(parameters, Question.PARAMETERS)
    measure = MEASURES[reading.one("measure", MEASURES, "oss")]
    by = reading.several("by", BREAKDOWNS, may_repeat=False)
    denominator = reading.one("denominator", DENOMINATORS, DENOMINATORS[0])
    reference = _reference(reading, by)
    whom = reading.whom(user, Permission.RATES_VIEW, measure)
    return Question(by=by, denominator=denominator, reference=reference, **whom)


def _reference(reading: Reading, by: tuple[str, ...]) -> str:
    reference = reading.parameters.get("reference") or OTHERS
    groups = [name for name in by if name != SCHOOL]
    if reference == OTHERS:
        return OTHERS
    if len(groups) != 1:
        reading.refuse("reference", _("A group to compare with needs exactly one demographic dimension in “by”."))
    elif reference not in DIMENSIONS[groups[0]].values:
        reading.refuse("reference", _("Unknown value: %(value)s.") % {"value": reference})
    return reference
