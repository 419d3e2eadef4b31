"""What happened to a student, step by step, from every floor that keeps dated records of students."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from django.db.models import Q
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from circles.case_states import told_past
from circles.models import Circle, CircleStatus
from discipline.models import Involvement, Referral, Removal
from discipline.timelines import in_order, referral_steps, removal_steps
from discipline.views import titles_of
from district.access import Permission
from district.models import Enrollment, Student, StudentNote, User
from district.page_parts import TimelineStep, day_words

Years = Collection[int] | None
"""The school years to show; None: all of them."""
Source = Callable[[Student, User, Years], list[TimelineStep]]

LONGEST = 60
"""Steps on a page at most: the latest ones."""


def in_years(rows: Any, years: Years) -> Any:
    """The rows of the school years to show."""
    return rows if years is None else rows.filter(school_year__year__in=years)


def enrollments(student: Student, user: User, years: Years) -> list[TimelineStep]:
    """Days on which the student came to a school or left it."""
    rows = in_years(Enrollment.objects.visible_to(user).filter(student=student), years)
    today = student.district.today()
    steps = []
    for row in rows.select_related("school"):
        for day, words in ((row.begins_on, _("Came to %(school)s")), (row.ends_on, _("Last day at %(school)s"))):
            if day:
                title = words % {"school": row.school.name}
                steps.append(TimelineStep(day, day_words(day), title, is_done=day <= today))
    return steps


def notes(student: Student, user: User, years: Years) -> list[TimelineStep]:
    """Notes about strengths, good things and what helps."""
    rows = in_years(StudentNote.objects.visible_to(user).standing().filter(student=student), years)
    return [
        TimelineStep(
            row.noted_on, day_words(row.noted_on), row.get_kind_display(), Truncator(row.text).chars(90, truncate="…")
        )
        for row in rows
    ]


def referrals(student: Student, user: User, years: Years) -> list[TimelineStep]:
    """What the student was referred over, and each state that a referral passed through."""
    if not user.holds(Permission.REFERRAL_VIEW):
        return []
    rows = in_years(Referral.objects.visible_to(user).filter(student=student), years)
    parts = Involvement.objects.filter(student=student, incident__in=rows.order_by().values("incident"))
    titles = titles_of(parts, "incident")
    found = list(rows.select_related("incident"))
    # A file says when it happened, not when it was decided: the day of the incident stands for an imported referral.
    steps = [
        TimelineStep(
            referral.incident.occurred_on,
            day_words(referral.incident.occurred_on),
            _("Referred"),
            titles.get(referral.incident_id, ""),
        )
        for referral in found
        if referral.batch_id
    ]
    words = {referral.pk: titles.get(referral.incident_id, "") for referral in found}
    return steps + referral_steps(rows.filter(batch=None), words=words)


def removals(student: Student, user: User, years: Years) -> list[TimelineStep]:
    """The course of each removal, with its changes."""
    if not user.holds(Permission.REMOVAL_VIEW):
        return []
    return removal_steps(in_years(Removal.objects.visible_to(user).filter(student=student), years))


def circles(student: Student, user: User, years: Years) -> list[TimelineStep]:
    """The course of each restorative case that came from a referral or a removal of the student: date, kind and state.

    Where the student only has a part in somebody else's case, nothing stands here: that is the case team's.
    """
    if not user.holds(Permission.CIRCLE_VIEW):
        return []
    about = Q(referral__student=student) | Q(removal__student=student)
    cases = in_years(Circle.objects.visible_to(user).standing().filter(about), years)
    rows = CircleStatus.objects.filter(circle__in=cases.order_by().values("pk")).select_related("circle__practice")
    # Each state once for each case, since its first day, as everybody outside the case team reads it.
    told: dict[tuple[int, str], CircleStatus] = {}
    for row in rows:
        told.setdefault((row.circle_id, told_past(row.status)), row)
    return [
        TimelineStep(row.on, day_words(row.on), row.circle.practice.name, str(Circle.Told(state).label))
        for (_circle, state), row in told.items()
    ]


SOURCES: tuple[Source, ...] = (enrollments, notes, referrals, removals, circles)
"""Every floor's part of the timeline; a floor that is built later adds its function here."""


def steps_of(student: Student, user: User, years: Years) -> list[TimelineStep]:
    """The latest steps of `years` that `user` may see, in the order of the days."""
    return in_order(step for source in SOURCES for step in source(student, user, years))[-LONGEST:]
