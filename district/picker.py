"""Finding a student of one's own school by the first letters: for people who refer students and may see no list.

One school at a time, so that the search reads the enrollments of that school from an index, however large the
district, and never another school's student. Every search leaves a trace, without the letters typed: they are a name.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from district import audit, reads
from district.access import Permission
from district.models import AuditEvent, Enrollment, Grade, School, Student, User
from district.names import search_key

LETTERS = 3
RESULTS = 10
LONGEST = 100
PER_MINUTE = 60
LOOKUP = "student_lookup"


class TooFewLetters(Exception):
    """A search of less than `LETTERS` letters would be a list of the school."""


class TooManyLookups(Exception):
    """More than `PER_MINUTE` searches in a minute; `wait` is in seconds."""

    def __init__(self, wait: int = 60) -> None:
        super().__init__(_("That were many searches at once. Wait a minute, then go on."))
        self.wait = wait


@dataclass(frozen=True)
class Found:
    """A student as a picker shows them: enough to tell two of one name apart, and no more."""

    uid: uuid.UUID
    name: str
    grade: str
    id_end: str


@dataclass(frozen=True)
class Findings:
    """At most `RESULTS` students in the order of their names; `is_more` says that there are others."""

    students: tuple[Found, ...]
    is_more: bool = False


def look_up(
    *, text: str, school: School, day: date, by: User, among: models.QuerySet[Student] | None = None
) -> Findings:
    """Find the students enrolled at `school` on `day` of whom every word begins a name, or the text the local id.

    `among`: those of whom `by` may be told here; None: everybody enrolled there.
    Raises TooFewLetters, TooManyLookups, and OperationalError when the search cannot be recorded. Whether `by` may
    search at `school` is decided by the caller, who takes it from `schools_of`.
    """
    words = search_key(text[:LONGEST]).split()
    if sum(map(len, words)) < LETTERS:
        raise TooFewLetters
    _check_pace(by)
    rows = enrolled(school, day).filter(_begins(words) | Q(student__local_id__istartswith=text.strip()[:LONGEST]))
    if among is not None:
        rows = rows.filter(student__in=among.order_by().values("pk"))
    rows = rows.order_by("student__person__family_name", "student__person__given_name", "student")
    students = [found(row.student) for row in rows[: RESULTS + 1]]
    shown = Findings(tuple(students[:RESULTS]), len(students) > RESULTS)
    details = {"collection": LOOKUP, "count": len(shown.students)}
    reads.append(audit.Action.SEARCH, by=by, district=school.district_id, school=school, details=details)
    return shown


def schools_of(user: User, permission: Permission = Permission.STUDENT_LOOKUP):
    """Schools at which `user` may look for students, those that have not closed first by name."""
    return School.objects.where_allowed(user, permission).filter(closed_on=None).order_by("name")


def enrolled(school: School, day: date):
    """Enrollments of `school` on `day`, with the students and their names."""
    return Enrollment.objects.attending(school, day).select_related("student__person")


def found(student: Student) -> Found:
    """A student as the picker shows them."""
    return Found(student.uid, student.person.name, str(Grade(student.grade).label), student.local_id[-2:])


def _begins(words: list[str]) -> Q:
    """Each word begins one of the names."""
    condition = Q()
    for word in words:
        name = "student__person__search_name"
        condition &= Q(**{f"{name}__startswith": word}) | Q(**{f"{name}__contains": f" {word}"})
    return condition


def _check_pace(by: User) -> None:
    since = timezone.now() - timedelta(minutes=1)
    searches = AuditEvent.objects.filter(
        actor_id=by.pk, at__gt=since, action=audit.Action.SEARCH, details__collection=LOOKUP
    )
    if searches.count() >= PER_MINUTE:
        raise TooManyLookups
