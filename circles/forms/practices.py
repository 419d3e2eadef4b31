"""The form that says what a practice asks for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import capfirst

from circles.models import PracticeRule, terms_of
from district.step_forms import StepForm


def yes_no(name: str) -> forms.BooleanField:
    """A yes or no of a rule, in its own words."""
    field: Any = PracticeRule._meta.get_field(name)
    return forms.BooleanField(label=capfirst(field.verbose_name), help_text=field.help_text, required=False)


class PracticeTermsForm(StepForm):
    """What a practice asks for."""

    records_names = yes_no("records_names")
    needs_credential = yes_no("needs_credential")
    needs_guardian = yes_no("needs_guardian")
    is_face_to_face = yes_no("is_face_to_face")

    @classmethod
    def initial_of(cls, record: Any) -> dict[str, Any]:
        return dict(vars(terms_of(record)))
