"""Fields that the forms of this floor share: days, long texts, and records that the reader may choose."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from district.access import Permission
from district.filtering import IsoDateField
from district.models import District, Organization, School, User
from district.step_forms import RecordField, RecordsField

Words = Any
"""Text, translated now or when it is shown."""


def day(label: Words, *, required: bool = True, help_text: Words = "") -> IsoDateField:
    """A day."""
    return IsoDateField(label=label, required=required, help_text=help_text)


def line(label: Words, *, required: bool = True, length: int = 200, help_text: Words = "") -> forms.CharField:
    """One line."""
    return forms.CharField(label=label, required=required, max_length=length, help_text=help_text)


def paragraph(
    label: Words, *, required: bool = True, length: int = 4000, rows: int = 4, help_text: Words = ""
) -> forms.CharField:
    """Several lines."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=required, max_length=length, widget=widget, help_text=help_text)


def choice(label: Words, choices: Any, *, required: bool = True, help_text: Words = "") -> forms.ChoiceField:
    """One of a closed set; few are shown at once, many in a menu. Not required: with an empty choice in front."""
    options = list(choices)
    if required and len(options) <= 4:
        return forms.ChoiceField(label=label, choices=options, widget=forms.RadioSelect, help_text=help_text)
    return forms.ChoiceField(label=label, choices=[("", _("Choose")), *options], required=required, help_text=help_text)


def whole_number(
    label: Words, *, required: bool = False, lowest: int = 0, highest: int = 1_000_000, help_text: Words = ""
) -> forms.IntegerField:
    """A whole number from `lowest` to `highest`."""
    return forms.IntegerField(label=label, required=required, min_value=lowest, max_value=highest, help_text=help_text)


def decimal_number(
    label: Words, *, digits: int = 12, places: int = 2, signed: bool = False, help_text: Words = ""
) -> Any:
    """A decimal number, from 0 unless `signed`; not required."""
    return forms.DecimalField(
        label=label,
        required=False,
        max_digits=digits,
        decimal_places=places,
        min_value=None if signed else Decimal(0),
        help_text=help_text,
    )


def districts(permission: Any) -> RecordField:
    """The district of a new record, among those where the reader may make one."""

    def rows(user: User, record: Any) -> Any:
        grants = user.grants_with(permission)
        return District.objects.filter(pk__in={grant.district_id for grant in grants}).order_by("name")

    return RecordField(rows, key="code", hides_only_one=True, label=_("District"), empty_label=None)


def schools(permission: Any, *, label: Words, help_text: Words = "", required: bool = False) -> RecordsField:
    """Schools where the reader may act."""

    def rows(user: User, record: Any) -> Any:
        return School.objects.where_allowed(user, permission).filter(closed_on=None).order_by("name")

    return RecordsField(rows, key="code", label=label, help_text=help_text, required=required)


def organizations(permission: Any, *, label: Words, help_text: Words = "") -> RecordField:
    """An organization for which, or with which, the reader may act; not required.

    A grant of an organization names that one, a grant of a district or a school those of the district.
    """

    def rows(user: User, record: Any) -> Any:
        grants = user.grants_with(permission)
        own = {grant.organization_id for grant in grants if grant.organization_id}
        official = {grant.district_id for grant in grants if not grant.organization_id}
        named = Organization.objects.filter(pk__in=own) | Organization.objects.filter(district__in=official)
        return named.order_by("name")

    return RecordField(rows, label=label, help_text=help_text, required=False, empty_label=_("none"))


def own_organization(user: User, permission: Permission) -> dict[str, Any]:
    """The initial value of `organization` for somebody who acts for one organization and for nobody else."""
    own = [grant.organization_id for grant in user.grants_with(permission)]
    only = own[0] if own else None
    if only is None or set(own) != {only}:
        return {}
    return {"organization": Organization.objects.get(pk=only).uid}
