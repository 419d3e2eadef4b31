"""Verbs of this floor: what a person decides about the figures themselves."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from dashboards.measures import MEASURES
from dashboards.models import UnreportedMeasure
from district import audit
from district.models import School, SchoolYear, User


@transaction.atomic
def mark_not_reported(
    *, school: School, school_year: SchoolYear, measure: str, reason: str, by: User | None
) -> UnreportedMeasure:
    """Say that `school` did not report `measure` for the year: its figure is then unknown, not zero.

    Repeating it changes nothing; another reason replaces the former. Raises ValidationError for an unknown measure,
    an empty reason or a year of another district.
    """
    if measure not in MEASURES:
        raise ValidationError({"measure": _("Unknown measure: %(measure)s.") % {"measure": measure}})
    if school.district_id != school_year.district_id:
        raise ValidationError({"school_year": _("The school year belongs to another district.")})
    mark = UnreportedMeasure.objects.filter(school=school, school_year=school_year, measure=measure).first()
    before = mark.reason if mark else None
    if mark and before == reason:
        return mark
    mark = mark or UnreportedMeasure(school=school, school_year=school_year, measure=measure)
    mark.reason = reason
    mark.full_clean()
    mark.save()
    audit.record(
        audit.Action.UPDATE if before else audit.Action.CREATE,
        by=by,
        target=mark,
        district=school.district_id,
        school=school,
        changes={"reason": [before, reason]},
        details={"measure": measure, "school_year": school_year.year},
    )
    return mark


@transaction.atomic
def mark_reported(*, school: School, school_year: SchoolYear, measure: str, reason: str, by: User | None) -> None:
    """Take back `mark_not_reported`: the school's records for `measure` are complete. Without a mark, nothing happens.

    The mark goes, the audit trail keeps it with `reason` for taking it back. Raises ValidationError without a reason.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the figure is known now.")})
    mark = UnreportedMeasure.objects.filter(school=school, school_year=school_year, measure=measure).first()
    if mark is None:
        return
    audit.record(
        audit.Action.VOID,
        by=by,
        target=mark,
        district=school.district_id,
        school=school,
        changes={"reason": [mark.reason, None]},
        details={"measure": measure, "school_year": school_year.year, "reason": reason},
    )
    mark.delete()
