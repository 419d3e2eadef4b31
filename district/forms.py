"""Forms that several floors share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from district.access import Permission
from district.models import District, User


class DistrictForm(forms.Form):
    """A form about something of a whole district: it asks which one only those who may write for several."""

    needs: Permission

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.districts = District.objects.allowed_throughout(user, self.needs)
        if self.districts.count() > 1:
            field = forms.ModelChoiceField(self.districts, label=_("District"), to_field_name="uid", empty_label=None)
            self.fields = {"district": field, **self.fields}

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "district" not in self.fields:
            given["district"] = self.districts.first()
        if given.get("district") is None and not self.errors:
            raise ValidationError(_("Your role does not reach a whole district, which this needs."))
        return given
