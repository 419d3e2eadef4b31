"""Forms in groups, each under a question: what `grouped_form.html` shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import PermissionDenied
from django.forms import BoundField
from django.utils.functional import Promise

from district.access import Permission
from district.models import District, User
from district.pages import FormPage


@dataclass(frozen=True)
class FieldGroup:
    """Fields under one question, with a line of help; fields of one line stand beside each other on a desk."""

    question: str | Promise
    lines: tuple[tuple[BoundField, ...], ...]
    help: str | Promise = ""


@dataclass(frozen=True)
class Grouping:
    """Which fields of a form stand together, several in one line as a tuple; fields it does not have are left out."""

    question: str | Promise
    names: tuple[str | tuple[str, ...], ...]
    help: str | Promise = ""


class GroupedForm(forms.Form):
    """A form whose fields stand in groups. Choices of several are shown as chips."""

    grouping: ClassVar[tuple[Grouping, ...]]

    def groups(self) -> Iterator[FieldGroup]:
        """The groups with their fields."""
        for one in self.grouping:
            named = [(names,) if isinstance(names, str) else names for names in one.names]
            lines = [tuple(self[name] for name in names if name in self.fields) for names in named]
            if any(lines):
                yield FieldGroup(one.question, tuple(line for line in lines if line), one.help)


class DistrictForm(GroupedForm):
    """A form about a district as a whole. With one district in scope there is nothing to choose.

    `districts` are those where a grant of the whole district holds `needs`; a grant of one school does not reach.
    """

    needs: ClassVar[Permission]

    district = forms.ModelChoiceField(District.objects.none(), to_field_name="uid", empty_label=None)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.districts = districts_of(user, self.needs)
        field = self.fields["district"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        field.queryset = self.districts
        if len(self.districts) < 2:
            del self.fields["district"]

    @property
    def chosen_district(self) -> District | None:
        """The district that the form is about: the one chosen, else the only one in scope, else the first."""
        if "district" in self.fields and self.is_bound and (chosen := self.cleaned_data.get("district")):
            return chosen
        return self.districts[0] if self.districts else None


class DistrictFormPage(FormPage):
    """A page with a form about a district as a whole. Without a grant of a whole district it is forbidden."""

    needs: ClassVar[Permission]
    template_name = "grouped_form.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        if not districts_of(self.request.user, self.needs).exists():
            raise PermissionDenied
        return super().get_form_kwargs() | {"user": self.request.user}


def districts_of(user: User, permission: Permission) -> Any:
    """Districts where a grant of `user` for the whole district holds `permission`."""
    keys = {grant.district_id for grant in user.grants_with(permission) if grant.school_id is None}
    return District.objects.filter(pk__in=keys)
