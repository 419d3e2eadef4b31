"""Forms of rubrics, rounds and ratings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commitments.actions.fidelity import grouped_items
from commitments.models import Rubric
from district.access import Permission
from district.models import School
from district.step_forms import RecordField, StepForm

from .fields import day, districts, line, paragraph

EDIT = Permission.FIDELITY_EDIT
WORDS = (("0", _("Not in place")), ("1", _("Partly")), ("2", _("In place")))


class RubricForm(StepForm):
    """A rubric to add."""

    district = districts(EDIT)
    name = line(_("Name"))
    source = line(_("Where does it come from?"), required=False, length=300)
    indicators = paragraph(
        _("Indicators"),
        length=60_000,
        rows=16,
        help_text=_("One a line, as “Dimension: indicator”. Check the license before you paste somebody else’s."),
    )


class RetireForm(StepForm):
    """A rubric to take out of use."""

    retired_on = day(_("No longer used since"))


class RoundForm(StepForm):
    """A round to open."""

    school = RecordField(
        lambda user, record: School.objects.where_allowed(user, EDIT).filter(closed_on=None).order_by("name"),
        key="code",
        label=_("School"),
    )
    rubric = RecordField(
        lambda user, record: Rubric.objects.visible_to(user).filter(retired_on=None), label=_("Rubric")
    )
    opened_on = day(_("Opens on"))
    closes_on = day(_("Closes on"))


class RatingsForm(StepForm):
    """Ratings of a round, as an endpoint takes them."""

    ratings = forms.CharField(
        max_length=2000, label=_("Ratings"), help_text=_("Position=rating, separated by commas: 1=2, 2=0.")
    )


class RateItemsForm(StepForm):
    """Ratings of a round, indicator by indicator, with what the reader gave before."""

    def __init__(self, *args: Any, record: Any, user: Any, **options: Any) -> None:
        super().__init__(*args, record=record, user=user, **options)
        given = {rating.item_id: str(rating.value) for rating in record.ratings.filter(rater=user)}
        self.by_dimension: list[tuple[str, list[str]]] = []
        for dimension, items in grouped_items(record.rubric):
            names = []
            for item in items:
                name = f"item_{item.pk}"
                names.append(name)
                self.fields[name] = forms.ChoiceField(
                    label=item.text,
                    choices=WORDS,
                    widget=forms.RadioSelect,
                    required=False,
                    initial=given.get(item.pk, ""),
                )
            self.by_dimension.append((dimension, names))

    @property
    def grouped(self) -> Any:
        for dimension, names in self.by_dimension:
            yield dimension, [self[name] for name in names]

    def values(self) -> dict[int, int]:
        """Key of each indicator that was rated → its rating."""
        return {int(name.removeprefix("item_")): int(value) for name, value in self.cleaned_data.items() if value}
