"""Cases of harassment, intimidation and bullying over an incident: opened with their clock, ended with a finding."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from discipline.actions.due_process import lay_case_steps
from discipline.law import law_on
from discipline.models import HibCase, Incident
from district import audit
from district.models import District, User
from district.rules import Rule, Subject
from district.steps import StepNotAllowed, checked_reason


def hib_rules(district: District, day: date) -> list[Rule]:
    """The rules about bullying cases that the district goes by on a day; none outside states that have them."""
    return [rule for rule in law_on(district, day).rules if rule.subject is Subject.HIB]


def open_case(*, incident: Incident, learned_on: date, by: User) -> HibCase:
    """Open a case over an incident: its checklist counts from the day on which the school learned of it.

    Raises ValidationError for a day that cannot be and where no rule about bullying is in force, StepNotAllowed when a
    case is on record or the incident was merged.
    """
    with transaction.atomic():
        rows = Incident.objects.select_for_update(of=("self",)).select_related("school__district", "school_year")
        incident = rows.get(pk=incident.pk)
        if incident.merged_into_id is not None:
            raise StepNotAllowed(_("This incident was merged into another. Go on there."), ())
        if HibCase.objects.filter(incident=incident).exists():
            raise StepNotAllowed(_("A bullying case is on record for this incident."), ())
        if not incident.occurred_on <= learned_on <= incident.school.district.today():
            raise ValidationError({"learned_on": _("Choose a day from the incident to today.")})
        rules = hib_rules(incident.school.district, learned_on)
        if not rules:
            raise ValidationError({"learned_on": _("No rule about bullying cases is in force on this day.")})
        case = HibCase(
            incident=incident,
            school=incident.school,
            school_year=incident.school_year,
            learned_on=learned_on,
            opened_by=by,
        )
        case.full_clean()
        case.save()
        law = law_on(incident.school.district, learned_on)
        steps = lay_case_steps(case=case, rules=rules, versions=law.versions, by=by)
        _record(case, audit.Action.CREATE, by, {"learned_on": [None, learned_on.isoformat()]}, {"steps": len(steps)})
        return case


def conclude_case(*, case: HibCase, finding: str, found_on: date, reasons: str, by: User) -> HibCase:
    """Keep what the investigation found, with its reasons. Raises ValidationError, StepNotAllowed when it ended."""
    reasons = checked_reason(reasons, field="reasons", missing=_("Say what the finding rests on."))
    if finding not in HibCase.Finding.values:
        raise ValidationError({"finding": _("Choose one of the findings.")})
    with transaction.atomic():
        rows = HibCase.objects.select_for_update(of=("self",)).select_related("school__district")
        stored = rows.get(pk=case.pk)
        if stored.finding:
            raise StepNotAllowed(_("The finding is on record already."), ())
        if not stored.learned_on <= found_on <= stored.school.district.today():
            raise ValidationError({"found_on": _("Choose a day from the report to today.")})
        stored.finding, stored.found_on, stored.found_by, stored.reasons = finding, found_on, by, reasons
        stored.save()
        _record(stored, audit.Action.UPDATE, by, {"finding": ["", finding]}, {"found_on": found_on.isoformat()})
        return stored


def _record(case: HibCase, action: audit.Action, by: User, changes: dict, details: dict) -> None:
    audit.record(
        action,
        by=by,
        target=case,
        district=case.school.district_id,
        school=case.school_id,
        changes=changes,
        details=details,
    )
