"""What may be done with the code of conduct. A behavior that was used keeps its meaning for the days it was used on.

Changing what a used behavior means ends its row and begins a new one of the same code from a day on; the rows of a
code, one after the other, are its history. The codes of other systems may be mended in place: they say how a record is
reported, not what a student was told. What values may be is said once, in `discipline/imports/behavior_cells.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Min
from django.utils.translation import gettext as _

from discipline.imports.behavior_cells import (
    EMPTY,
    MEANING,
    READERS,
    REQUIRED,
    backwards,
    overlaps,
    read_cell,
    share_a_day,
)
from discipline.models import Behavior
from district import audit
from district.calendar import school_year_of, school_year_window
from district.cells import CellFault
from district.models import District, User
from district.page_parts import day_words
from district.steps import StepNotAllowed

FIELDS = tuple(READERS)
CHANGE, END, COPY = "change", "end", "copy"
ONE_DAY = timedelta(days=1)


def behavior_steps(behavior: Behavior) -> tuple[str, ...]:
    """Return what may be done with a behavior: only one with a last day can be copied to the year after it."""
    return (CHANGE, END, COPY) if behavior.valid_to else (CHANGE, END)


@transaction.atomic
def create_behavior(*, district: District, by: User | None, **values: Any) -> Behavior:
    """Add a behavior to the code of conduct of `district`; a field not given is empty.

    Raises ValidationError (field → messages) for a value that the import would refuse too, or when the code already
    means something on one of its days.
    """
    _lock(district)
    behavior = Behavior(district=district, **_checked(EMPTY | dict.fromkeys(REQUIRED, "") | values))
    _refuse_span(behavior)
    return _created(behavior, by)


@transaction.atomic
def change_behavior(*, behavior: Behavior, by: User | None, changes_on: date | None = None, **values: Any) -> Behavior:
    """Change `values` and return the row that holds them; the same row and no event when nothing differs.

    With `changes_on` the row ends the day before, and a new row of the code begins that day; a used behavior's meaning
    changes in no other way. Raises ValidationError for a bad value, a changed code of a used behavior, a span that
    shares a day with another row of the code or leaves out a day on which the behavior was used.
    """
    _lock(behavior.district)
    stored = Behavior.objects.get(pk=behavior.pk)
    checked = _checked(values)
    changed = {name: value for name, value in checked.items() if getattr(stored, name) != value}
    if not changed:
        return stored
    if stored.is_used():
        _refuse_silent_change(changed, changes_on)
    if changes_on is not None:
        return _succeeded(stored, changed, changes_on, by)
    return _changed(stored, changed, by)


@transaction.atomic
def end_behavior(*, behavior: Behavior, valid_to: date, by: User | None) -> Behavior:
    """Let `behavior` hold through `valid_to` (that day included): nobody is referred for it on a later day.

    Raises StepNotAllowed when it ends by then already, ValidationError when it was used later or begins later.
    """
    _lock(behavior.district)
    stored = Behavior.objects.get(pk=behavior.pk)
    if stored.valid_to is not None and stored.valid_to <= valid_to:
        text = _("It ends on %(day)s already.") % {"day": day_words(stored.valid_to)}
        raise StepNotAllowed(text, [step for step in behavior_steps(stored) if step != END])
    return _changed(stored, _checked({"valid_to": valid_to}), by)


@transaction.atomic
def copy_to_next_year(*, behavior: Behavior, by: User | None) -> Behavior:
    """Begin a row like `behavior` for the school year after the one in which it ends: July 1 to June 30.

    Raises StepNotAllowed when it has no last day (it holds next year as it is), ValidationError when the code already
    means something in that year.
    """
    _lock(behavior.district)
    stored = Behavior.objects.get(pk=behavior.pk)
    if stored.valid_to is None:
        raise StepNotAllowed(_("It has no last day, so it holds next year as it is."), list(behavior_steps(stored)))
    first, last = school_year_window(school_year_of(stored.valid_to) + 1)
    values = {name: getattr(stored, name) for name in FIELDS} | {"valid_from": first, "valid_to": last}
    following = Behavior(district=stored.district, **values)
    _refuse_span(following)
    return _created(following, by, copied_from=str(stored.uid))


def days_of_use(behavior: Behavior) -> tuple[date | None, date | None]:
    """First and last day of an incident with this behavior, voided parts too: they stand in the record."""
    days = behavior.involvements.aggregate(first=Min("incident__occurred_on"), last=Max("incident__occurred_on"))
    return days["first"], days["last"]


def _lock(district: District) -> None:
    """Let nobody else change the code of conduct meanwhile, an import included."""
    District.objects.select_for_update(no_key=True).get(pk=district.pk)


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """Read each value as an import reads its cell. Raises ValidationError: field → reason."""
    found, faults = {}, {}
    for name, value in values.items():
        if name not in READERS:
            raise ValidationError({name: _("This field cannot be changed.")})
        read = read_cell(name, _cell_of(value))
        if isinstance(read, CellFault):
            faults[name] = read.reason
        found[name] = read
    if faults:
        raise ValidationError(faults)
    return found


def _cell_of(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date) else str(value).strip()


def _refuse_silent_change(changed: Iterable[str], changes_on: date | None) -> None:
    """Refuse to give a used behavior another meaning, code or beginning behind the back of its records."""
    if "code" in changed:
        raise ValidationError({"code": _("Students were referred under this code. End it and add another behavior.")})
    if changes_on is None and any(name in MEANING for name in changed):
        text = _("Students were referred for this behavior as it reads now. Say from which day it reads otherwise.")
        raise ValidationError({"changes_on": text})


def _succeeded(stored: Behavior, changed: dict[str, Any], changes_on: date, by: User | None) -> Behavior:
    """End the row the day before `changes_on` and begin the next one of its code."""
    if "code" in changed or "valid_from" in changed:
        name = "code" if "code" in changed else "valid_from"
        raise ValidationError({name: _("With a day from which the change holds, this stays as it is.")})
    if stored.valid_from is not None and changes_on <= stored.valid_from:
        text = _("It begins on %(day)s. The change must come later.")
        raise ValidationError({"changes_on": text % {"day": day_words(stored.valid_from)}})
    if stored.valid_to is not None and changes_on > stored.valid_to:
        text = _("It ends on %(day)s. Copy it to the next school year, or change it before.")
        raise ValidationError({"changes_on": text % {"day": day_words(stored.valid_to)}})
    _first, last_use = days_of_use(stored)
    if last_use is not None and last_use >= changes_on:
        text = _("A student was referred for it on %(day)s. The change must come later.")
        raise ValidationError({"changes_on": text % {"day": day_words(last_use)}})
    values = {name: getattr(stored, name) for name in FIELDS} | changed | {"valid_from": changes_on}
    ended = _changed(stored, {"valid_to": changes_on - ONE_DAY}, by)
    following = Behavior(district=stored.district, **values)
    _refuse_span(following)
    return _created(following, by, follows=str(ended.uid))


def _changed(stored: Behavior, changed: dict[str, Any], by: User | None) -> Behavior:
    before = audit.values_of(stored, changed)
    for name, value in changed.items():
        setattr(stored, name, value)
    _refuse_span(stored)
    stored.full_clean()
    stored.save(update_fields=[*changed, "updated_at"])
    changes = audit.differences(before, audit.values_of(stored, changed))
    audit.record(audit.Action.UPDATE, by=by, target=stored, district=stored.district_id, changes=changes)
    return stored


def _created(behavior: Behavior, by: User | None, **details: str) -> Behavior:
    behavior.full_clean()
    behavior.save()
    changes = audit.differences({}, audit.values_of(behavior, FIELDS))
    audit.record(
        audit.Action.CREATE,
        by=by,
        target=behavior,
        district=behavior.district_id,
        changes=changes,
        details=details,
    )
    return behavior


def _refuse_span(behavior: Behavior) -> None:
    """Refuse a span that ends before it begins, shares a day with another row of the code, or leaves out a use."""
    span = (behavior.valid_from, behavior.valid_to)
    fault = backwards(*span)
    others = Behavior.objects.filter(district=behavior.district_id, code=behavior.code).exclude(pk=behavior.pk)
    if fault is None and any(share_a_day(span, other) for other in others.values_list("valid_from", "valid_to")):
        fault = overlaps()
    if fault is not None:
        raise ValidationError({fault.column: fault.reason})
    if behavior.pk is None:
        return
    first_use, last_use = days_of_use(behavior)
    text = _("A student was referred for it on %(day)s, which this would leave out.")
    if first_use and behavior.valid_from and first_use < behavior.valid_from:
        raise ValidationError({"valid_from": text % {"day": day_words(first_use)}})
    if last_use and behavior.valid_to and last_use > behavior.valid_to:
        raise ValidationError({"valid_to": text % {"day": day_words(last_use)}})
