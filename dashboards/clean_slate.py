"""A clean slate: what a page shows of a student begins with the school year before this one.

What is older stigmatizes more than it explains. Whoever may see it says why first; the reason stays in the audit trail,
and the older records show for a quarter of an hour, in that session, of that student only.
"""

from __future__ import annotations

import time

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from district import reads, tables
from district.access import Permission
from district.audit import Action
from district.models import District, SchoolYear, Student, User
from district.steps import checked_reason

OPEN_SECONDS = 15 * 60
"""How long older records show after a reason was given."""
SHORTEST_REASON = 15
"""Characters of a reason at least: "need it" is none."""
SESSION_KEY = "older_records"
PURPOSE = "purpose"
"""Where the audit event keeps the reason."""


def years_shown(district: District) -> tuple[SchoolYear, ...]:
    """Return the school years on a clean slate: this one (or the latest that has begun), and the one before if known.

    Empty before the first school year. One query.
    """
    begun = list(district.begun_school_years()[:2])
    return tuple(year for year in begun if year.year >= begun[0].year - 1)


def may_open(user: User, student: Student) -> bool:
    """Say whether `user` may see older records of `student` at all."""
    return Student.objects.all().allowed(user, Permission.STUDENT_VIEW_OLDER).filter(pk=student.pk).exists()


def open_until(request: HttpRequest, student: Student) -> float:
    """Return when the older records of `student` close in this session, in seconds since the epoch; 0: they are."""
    until = request.session.get(SESSION_KEY, {}).get(str(student.pk), 0)
    return until if until > time.time() else 0


def open_older(request: HttpRequest, *, student: Student, reason: str, by: User) -> None:
    """Write down why `by` looks at older records of `student`, and show them in this session for a while.

    Raises ValidationError for a reason that is missing or too short, OperationalError when it cannot be recorded.
    """
    reason = checked_reason(reason, missing=_("Say why you need to see older records."))
    if len(reason) < SHORTEST_REASON:
        raise ValidationError({"reason": _("Say it in a few more words.")})
    schools = {grant.school_id for grant in by.grants_with(Permission.STUDENT_VIEW_OLDER)}
    reads.append(
        Action.VIEW,
        by=by,
        target=student,
        district=student.district_id,
        school=schools.pop() if len(schools) == 1 else None,
        student=student,
        details={"collection": tables.STUDENTS.name, PURPOSE: reason},
    )
    now = time.time()
    still_open = {key: until for key, until in request.session.get(SESSION_KEY, {}).items() if until > now}
    request.session[SESSION_KEY] = still_open | {str(student.pk): now + OPEN_SECONDS}
