"""How many days each step leaves, from a day on."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from commitments.models import EscalationRule
from district.models import District, User

from .recording import add, change


@transaction.atomic
def set_rule(
    *, district: District, step: str, days: int, unit: str, valid_from: date, by: User | None
) -> EscalationRule:
    """Let a step leave `days` from `valid_from` on. The same day again replaces what was set for it. What is due
    already keeps its day. Raises ValidationError."""
    known = EscalationRule.objects.select_for_update().filter(district=district, step=step, valid_from=valid_from)
    row = known.first()
    if row is not None:
        change(row, {"days": days, "unit": unit}, by=by, district=district)
        return row
    row = EscalationRule(district=district, step=step, days=days, unit=unit, valid_from=valid_from, by=by)
    return add(row, by=by, district=district)
