"""What figures about students can be broken down by, and every value a student may have there."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from district.models import Grade, Race, Sex

UNREPORTED = "UNREPORTED"
SCHOOL = "school"
FLAG_VALUES = ("false", "true", UNREPORTED)

Value = str | bool
"""A student's value: a code, True or False, or `UNREPORTED`."""


@dataclass(frozen=True)
class Dimension:
    """One demographic dimension: its public name and the two columns of the enrollment that hold it.

    `column` is the value on the last day of the enrollment, `count_day_column` that of the count day (the same
    column where a year has one value). `choices` is None for a flag, which is true, false or not reported.
    """

    name: str
    label: str | Promise
    column: str
    count_day_column: str
    choices: type[TextChoices] | None = None

    @property
    def is_flag(self) -> bool:
        """Whether the dimension is a yes or no."""
        return self.choices is None

    @property
    def values(self) -> tuple[str, ...]:
        """Every value as it is written in an address."""
        return FLAG_VALUES if self.choices is None else tuple(self.choices.values)

    def parse(self, text: str) -> Value:
        """Return the value written as `text`; KeyError when there is no such value."""
        if text not in self.values:
            raise KeyError(text)
        return {"true": True, "false": False}.get(text, text) if self.is_flag else text

    def stored(self, value: str | bool | None) -> Value:
        """Return the value of a stored column: null is `UNREPORTED`."""
        if value is None:
            return UNREPORTED
        return bool(value) if self.is_flag else value


def _flag(name: str, label: str | Promise, column: str = "") -> Dimension:
    column = column or name
    return Dimension(name, label, column, f"{column}_on_count_day")


DIMENSIONS: dict[str, Dimension] = {
    dimension.name: dimension
    for dimension in (
        Dimension("race", _("Race and ethnicity"), "race", "race", Race),
        Dimension("sex", _("Sex"), "sex", "sex", Sex),
        Dimension("grade", _("Grade"), "grade", "grade", Grade),
        _flag("idea", _("Disability (IDEA)")),
        _flag("section504", _("Section 504")),
        _flag("el", _("English learner"), "english_learner"),
        _flag("economically_disadvantaged", _("Economic disadvantage")),
        _flag("homeless", _("Homelessness")),
        _flag("foster", _("Foster care"), "foster_care"),
    )
}
"""The nine demographic dimensions by name, in the order in which pages offer them."""

BREAKDOWNS = (SCHOOL, *DIMENSIONS)
"""Everything that `by` may name."""


def written(value: Value | None) -> str:
    """Return a value as it stands in an address or a CSV file; "" for None."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else value
