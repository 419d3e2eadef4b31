"""The form that changes cells of the response matrix."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from discipline.forms_rules import chips, day_field
from discipline.models import MATRIX_RESPONSES, ResponseCell
from discipline.rule_words import grades_words, prior_words
from district.access import Permission
from district.grouped_forms import DistrictForm, Grouping
from district.models import User


def band_key(cell: ResponseCell) -> str:
    """The grades of a cell in an address or a form."""
    return f"{cell.grade_from}-{cell.grade_to}"


def prior_key(cell: ResponseCell) -> str:
    """The earlier incidents of a cell in an address or a form; without an upper number nothing stands behind."""
    return f"{cell.prior_from}-{'' if cell.prior_to is None else cell.prior_to}"


class MatrixForm(DistrictForm):
    """What is allowed for a level, some grades and some numbers of earlier incidents, from a day on."""

    needs = Permission.RULES_EDIT
    grouping = (
        Grouping(gettext_lazy("For which incidents?"), ("district", "level", "bands", "priors")),
        Grouping(
            gettext_lazy("What is allowed?"),
            ("responses",),
            gettext_lazy("Restorative responses are always shown first. What is not chosen here needs a typed reason."),
        ),
        Grouping(gettext_lazy("From when, and why?"), ("valid_from", "reason")),
    )

    level = forms.ChoiceField(label=gettext_lazy("Level"), widget=forms.RadioSelect)
    bands = chips(gettext_lazy("Grades"), (), required=True)
    priors = chips(gettext_lazy("Earlier incidents of the level in the school year"), (), required=True)
    responses = chips(gettext_lazy("Responses"), MATRIX_RESPONSES, required=True)
    valid_from = day_field(gettext_lazy("First day"), required=True)
    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        max_length=500,
        help_text=gettext_lazy("Such as the decision of the board. Stays on record."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        cells = list(
            ResponseCell.objects.filter(matrix__district__in=self.districts, matrix__superseded_on=None).order_by("pk")
        )
        levels = dict.fromkeys(cell.level for cell in cells)
        bands = {band_key(cell): grades_words(cell.grade_from, cell.grade_to) for cell in cells}
        priors = {prior_key(cell): prior_words(cell.prior_from, cell.prior_to) for cell in cells}
        offered = {"level": [(level, level) for level in levels], "bands": bands.items(), "priors": priors.items()}
        for name, choices in offered.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
            field.choices = list(choices)

    def chosen_bands(self) -> set[tuple[str, str]]:
        """The grade bands of a valid form."""
        return {(first, last) for first, _sign, last in (key.partition("-") for key in self.cleaned_data["bands"])}

    def chosen_priors(self) -> set[tuple[int, int | None]]:
        """The numbers of earlier incidents of a valid form."""
        keys = (key.partition("-") for key in self.cleaned_data["priors"])
        return {(int(first), int(last) if last else None) for first, _sign, last in keys}
