"""What the verbs of this floor share: saving with all checks, the trail, and that nobody acts on themselves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from district import audit
from district.models import District, User
from training.models import Practitioner

Row = TypeVar("Row", bound=models.Model)


def saved(row: Row) -> Row:
    """Validate `row` in full, save it and return it. Raises ValidationError with field → messages."""
    row.full_clean()
    row.save()
    return row


def changed(row: models.Model, values: dict[str, Any]) -> dict[str, list[Any]]:
    """Set `values`, validate, save what differs and return field → [before, after]."""
    before = audit.values_of(row, values)
    for name, value in values.items():
        setattr(row, name, value)
    row.full_clean()
    changes = audit.differences(before, audit.values_of(row, values))
    if changes:
        row.save()
    return changes


def made(row: models.Model, fields: Iterable[str]) -> dict[str, list[Any]]:
    """Return the values of a new row as changes from nothing."""
    return audit.differences({}, {name: value for name, value in audit.values_of(row, fields).items() if value})


def is_self(user: User | None, practitioner: Practitioner | None) -> bool:
    """Say whether `user` is this person: both are known by the same e-mail address."""
    if user is None or practitioner is None:
        return False
    return bool(user.email) and user.email.strip().lower() == practitioner.person.email.strip().lower()


def refuse_self(user: User | None, practitioner: Practitioner | None) -> None:
    """Raise ValidationError when `user` is this person: nobody decides about themselves."""
    if is_self(user, practitioner):
        raise ValidationError(_("Nobody decides about their own training. Ask somebody else."))


def day_of(district: District, on: date | None) -> date:
    """Return the day of an act: today in the district, or the day of a past one that is entered from old records."""
    return on or district.today()


def refuse_future(day: date, district: District, field: str) -> None:
    """Raise ValidationError for a day that has not come yet in the district."""
    if day > district.today():
        raise ValidationError({field: _("The day lies in the future.")})
