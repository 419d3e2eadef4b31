"""Brings the group columns of referrals and removals up to date with enrollment.

Race and sex are one value for the student and year. New records come without; a roster may change the values of a
year. Whoever counts asks first: what is behind is copied then, and who cannot wait for it counts without the copies.
"""

from __future__ import annotations

from django.db.models import F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from discipline.models import Referral, Removal
from district.models import Enrollment, Race, SchoolYear, Sex
from district.sql import brief_write

GROUPED = (Removal, Referral)
ARE_CURRENT = " AND ".join(
    [
        "y.groups_revision = y.revision",
        *(
            f"NOT EXISTS (SELECT 1 FROM {model._meta.db_table} g WHERE g.school_year_id = y.id AND g.race IS NULL)"  # noqa: S608
            for model in GROUPED
        ),
    ]
)
"""Condition on a school year `y` that all its referrals and removals have the groups of the present enrollment."""

UNKNOWN = {"race": Race.UNREPORTED.value, "sex": Sex.UNREPORTED.value}
"""Values of a student who is not enrolled in the year."""


def copy_groups(school_year: int) -> None:
    """Copy race and sex to the referrals and removals of the year (its key) that lack them or have older ones.

    Raises DatabaseError when somebody else is writing: there is nothing to wait for, the next reader will do it.
    """
    with brief_write():
        # The lock of one copier at a time. What is copied may be newer than this revision, then it is copied again.
        year = SchoolYear.objects.select_for_update(no_key=True).get(pk=school_year)
        for model in GROUPED:
            rows = model._default_manager.filter(school_year=year).order_by()
            _without_groups(rows).update(**_groups())
            if year.groups_revision != year.revision:
                _with_other_groups(rows).update(**_groups())
        SchoolYear.objects.filter(pk=year.pk).update(groups_revision=year.revision)


def _groups() -> dict[str, Coalesce]:
    # The mark of the standing enrollment is no condition here: right after a roster the planner of PostgreSQL takes it
    # for rare, and would look for it through the whole year once for every record.
    enrollments = Enrollment.objects.filter(student=OuterRef("student"), school_year=OuterRef("school_year"))
    standing = enrollments.order_by("-is_last_in_year")
    return {name: Coalesce(Subquery(standing.values(name)[:1]), Value(unknown)) for name, unknown in UNKNOWN.items()}


def _without_groups(rows: QuerySet) -> QuerySet:
    return rows.filter(race=None)


def _with_other_groups(rows: QuerySet) -> QuerySet:
    now = {f"present_{name}": value for name, value in _groups().items()}
    return rows.annotate(**now).exclude(race=F("present_race"), sex=F("present_sex"))
