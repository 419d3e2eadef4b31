"""How a district counts in the IDEA clock where the law leaves a choice. A change is another row, from a day on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from discipline.idea_clock import Section504
from discipline.models import ClockSettings
from district import audit
from district.models import District, User
from district.steps import checked_reason

FIELDS = ("valid_from", "marks", "half_days_whole", "counts_before_eligibility", "section504")
MOST_MARKS = 6
HIGHEST_MARK = Decimal(180)


def change_clock_settings(
    *,
    district: District,
    valid_from: date,
    marks: Iterable[Decimal],
    half_days_whole: bool,
    counts_before_eligibility: bool,
    section504: str,
    reason: str,
    by: User,
) -> ClockSettings:
    """Let the clock count in this way from a day on; the former way stays on record and holds until then.

    Raises ValidationError without a reason, for marks that are not school days above 0 in halves, or too many.
    """
    reason = checked_reason(reason, missing=_("Say why the clock counts differently."))
    chosen = sorted(set(marks))
    if len(chosen) > MOST_MARKS:
        raise ValidationError({"marks": _("At most %(limit)d marks.") % {"limit": MOST_MARKS}})
    if any(not mark.is_finite() or not 0 < mark <= HIGHEST_MARK or 2 * mark % 1 for mark in chosen):
        raise ValidationError({"marks": _("Marks are school days above 0, whole or half.")})
    if section504 not in list(Section504):
        raise ValidationError({"section504": _("Choose one of the ways given.")})
    with transaction.atomic():
        former = ClockSettings.objects.filter(district=district).on(valid_from).first()
        row = ClockSettings(
            district=district,
            valid_from=valid_from,
            marks=[format(mark.normalize(), "f") for mark in chosen],
            half_days_whole=half_days_whole,
            counts_before_eligibility=counts_before_eligibility,
            section504=section504,
            reason=reason,
            by=by,
        )
        row.full_clean()
        row.save()
        audit.record(
            audit.Action.UPDATE if former else audit.Action.CREATE,
            by=by,
            target=row,
            district=district,
            changes=audit.differences(
                {name: _plain(former, name) for name in FIELDS} if former else {},
                {name: _plain(row, name) for name in FIELDS},
            ),
            details={"reason": reason},
        )
        return row


def _plain(row: ClockSettings, name: str) -> object:
    value = getattr(row, name)
    return value.isoformat() if isinstance(value, date) else value
