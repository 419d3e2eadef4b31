"""Verbs about practices: what each asks for, and the terms that a district begins with."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from circles.models import PracticeRule, terms_by_practice
from circles.practice_rules import PracticeTerms
from commitments.actions.recording import add, change
from district import audit
from district.models import District, User
from training.models import Practice


@transaction.atomic
def give_default_rules(district: District, *, by: User | None) -> int:
    """Write down the terms of every practice of `district` that has none yet; return how many were new."""
    District.objects.select_for_update(no_key=True).get(pk=district.pk)
    missing = Practice.objects.filter(district=district, circle_rule=None)
    found = terms_by_practice(missing)
    for practice in missing:
        PracticeRule(practice=practice, by=by, **vars(found[practice.pk])).save()
    if found:
        details = {"event": "circle practices", "practices": len(found)}
        audit.record(audit.Action.CREATE, by=by, target=district, district=district, details=details)
    return len(found)


@transaction.atomic
def set_terms(
    *,
    practice: Practice,
    records_names: bool,
    needs_credential: bool,
    needs_guardian: bool,
    is_face_to_face: bool,
    by: User | None,
) -> Practice:
    """Set what a practice asks for. What is on record already stays as it is recorded.

    Raises ValidationError for a practice that records no names and yet needs what only a case can hold.
    """
    Practice.objects.select_for_update(of=("self",)).get(pk=practice.pk)
    terms = PracticeTerms(records_names, needs_credential, needs_guardian, is_face_to_face)
    if not records_names and (needs_guardian or is_face_to_face):
        text = _("Permission and consent are asked of people by name. Let it record names, or leave both out.")
        raise ValidationError({"records_names": text})
    rule = PracticeRule.objects.select_for_update(of=("self",)).filter(practice=practice).first()
    if rule is None:
        add(PracticeRule(practice=practice, by=by, **vars(terms)), by=by, district=practice.district_id)
    else:
        change(rule, vars(terms), by=by, district=practice.district_id, practice=practice.code)
    return practice
