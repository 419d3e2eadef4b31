"""How many days each step of a concern leaves, from a day on."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from commitments.actions.recording import add, change
from commitments.concerns.states import ConcernRules, Rule, faulty_days
from commitments.models import ConcernRule
from district.models import District, User, calendar_of


def rules_of(district: District) -> ConcernRules:
    """The rules of a district. Two queries, and those of its calendar."""
    rules: dict[str, list[tuple[date, Rule]]] = {}
    for row in ConcernRule.objects.filter(district=district).order_by("valid_from"):
        rules.setdefault(row.step, []).append((row.valid_from, Rule(row.days, row.unit)))
    return ConcernRules(rules, calendar_of(district))


@transaction.atomic
def set_concern_rule(
    *, district: District, step: str, days: int, unit: str, valid_from: date, by: User | None
) -> ConcernRule:
    """Let a step leave `days` from `valid_from` on. The same day again replaces what was set for it. What is due
    already keeps its day. Raises ValidationError."""
    if bounds := faulty_days(step, days):
        text = _("From %(fewest)d to %(most)d days.") % {"fewest": bounds[0], "most": bounds[1]}
        raise ValidationError({"days": text})
    known = ConcernRule.objects.select_for_update().filter(district=district, step=step, valid_from=valid_from)
    row = known.first()
    if row is not None:
        change(row, {"days": days, "unit": unit}, by=by, district=district)
        return row
    row = ConcernRule(district=district, step=step, days=days, unit=unit, valid_from=valid_from, by=by)
    return add(row, by=by, district=district)
