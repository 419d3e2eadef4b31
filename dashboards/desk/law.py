"""What the law waits for: steps of due process, determinations, students near day 10; and tasks of thresholds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dashboards.desk.tasks import SHOWN, Group, Task
from discipline.clocks import clocks_of
from discipline.idea_clock import LIMIT
from discipline.models import DueProcessStep, ManifestationDetermination, Removal, RemovalKind, ThresholdTask
from district.access import Permission
from district.columns import is_open
from district.models import ProgramStatus, SchoolYear, User
from district.page_parts import Status, day_words, plain_days

AHEAD = timedelta(days=7)
"""How many days ahead the desk shows what is due; what is late it shows always."""
WARN_AT = 8
"""School days in the clock from which a student stands on the desk."""
MOST_CLOCKS = 200
"""Students whose clocks are counted for one desk, those with most days first."""


def due_steps(user: User) -> Group | None:
    """Steps of due process that are late or due within a week, the most urgent first."""
    if not user.holds(Permission.REMOVAL_RECORD):
        return None
    today = timezone.localdate()
    rows = DueProcessStep.objects.open().asked_here().allowed(user, Permission.REMOVAL_RECORD)
    rows = rows.filter(due_on__lte=today + AHEAD)
    total = rows.count()
    if not total:
        return None
    people = ("removal__student__person", "case__incident", "version")
    tasks = tuple(
        Task(
            _urgency(step.due_on, today),
            _("by %(day)s") % {"day": day_words(step.due_on)},
            step.removal.student.person.name if step.removal else step.case.incident.identifier,
            _("%(step)s (%(citation)s)") % {"step": _(step.text), "citation": step.version.citation},
            reverse("due_step", args=[step.uid]),
            _("Tick off"),
        )
        for step in rows.select_related(*people).order_by("due_on", "pk")[:SHOWN]
    )
    return Group(_("Due by law"), tasks, total, (f"{reverse('due_step_list')}?due=week", _("All of them")))


def determinations(user: User) -> Group | None:
    """Notices that parents are owed, and manifestation determinations to hold (34 CFR 300.530(e), (h))."""
    if not user.holds(Permission.REMOVAL_RECORD) or not user.holds(Permission.DEMOGRAPHICS_VIEW):
        return None
    rows = ManifestationDetermination.objects.standing().allowed(user, Permission.DEMOGRAPHICS_VIEW)
    rows = rows.filter(Q(held_on=None) | Q(notice_on=None), removal__voided_at=None)
    found = list(rows.select_related("removal__student__person").order_by("due_on", "pk")[: SHOWN + 1])
    if not found:
        return None
    tasks = tuple(task for row in found for task in _owed(row, timezone.localdate()))
    owed = rows.aggregate(told=Count("pk", filter=Q(notice_on=None)), held=Count("pk", filter=Q(held_on=None)))
    return Group(_("Manifestation determinations"), tasks[:SHOWN], owed["told"] + owed["held"])


def _owed(row: ManifestationDetermination, today: date) -> Iterator[Task]:
    name = row.removal.student.person.name
    if row.notice_on is None:
        yield Task(
            _urgency(row.decided_on, today),
            _("by %(day)s") % {"day": day_words(row.decided_on)},
            name,
            _("Tell the parents, with the notice of procedural safeguards (34 CFR 300.530(h))."),
            reverse("determination_notice", args=[row.uid]),
            _("Keep the day"),
        )
    if row.held_on is None:
        yield Task(
            _urgency(row.due_on, today),
            _("by %(day)s") % {"day": day_words(row.due_on)} if row.due_on else _("the calendar does not reach it"),
            name,
            _("Was the behavior a manifestation of the disability? (34 CFR 300.530(e))"),
            reverse("determination_hold", args=[row.uid]),
            _("Open"),
        )


def near_day_ten(user: User) -> Group | None:
    """Students with an IEP or a Section 504 plan who are at day 8 or beyond in the school year that runs now."""
    if not user.holds(Permission.REMOVAL_RECORD) or not is_open(Removal, Permission.DEMOGRAPHICS_VIEW, user):
        return None
    today = timezone.localdate()
    districts = {grant.district_id for grant in user.grants_with(Permission.REMOVAL_RECORD)}
    years = SchoolYear.objects.filter(
        district__in=districts, programs_reported=True, starts_on__lte=today, ends_on__gte=today
    )
    found = [line for year in years.select_related("district") for line in _near(user, year, today)]
    if not found:
        return None
    found.sort(key=lambda line: -line[0])
    tasks = tuple(
        Task(
            Status(_("Beyond day 10"), "late") if days > LIMIT else Status(_("Near day 10"), "due"),
            _("day %(days)s of 10") % {"days": plain_days(days)},
            student.person.name,
            _("Services are due on every further day of removal (34 CFR 300.530(b)(2)).")
            if days >= LIMIT
            else _("Plan ahead: few days are left."),
            reverse("student_detail", args=[student.uid]),
            _("Open"),
        )
        for days, student in found[:SHOWN]
    )
    return Group(_("Days of removal"), tasks, len(found))


def threshold_tasks(user: User) -> Group | None:
    """Tasks of thresholds that one looks after or nobody does, by the day they are due."""
    if not user.holds(Permission.REFERRAL_DECIDE):
        return None
    today = timezone.localdate()
    rows = ThresholdTask.objects.all().allowed(user, Permission.REFERRAL_DECIDE)
    rows = rows.filter(Q(owner=user) | Q(owner=None), state=ThresholdTask.State.OPEN)
    found = list(rows.select_related("student__person", "threshold").order_by("due_on", "pk")[: SHOWN + 1])
    if not found:
        return None
    tasks = tuple(
        Task(
            _urgency(task.due_on, today),
            _("by %(day)s") % {"day": day_words(task.due_on)} if task.due_on else "",
            task.student.person.name,
            _("%(threshold)s: %(action)s") % {"threshold": task.threshold.title, "action": task.threshold.action},
            reverse("threshold_task", args=[task.uid]),
            _("Look after it"),
        )
        for task in found[:SHOWN]
    )
    return Group(_("Thresholds reached"), tasks, rows.count() if len(found) > SHOWN else len(found))


def _near(user: User, year: SchoolYear, today: date) -> list:
    """(days in the clock, student) of those near day 10; a fixed number of queries for each school year."""
    served = ProgramStatus.objects.filter(Q(idea=True) | Q(section504=True), school_year=year).values("student")
    rows = Removal.objects.standing().filter(school_year=year, student__in=served).exclude(kind=RemovalKind.BUS)
    mine = Removal.objects.all().allowed(user, Permission.REMOVAL_RECORD).filter(school_year=year).values("student")
    totals = rows.filter(student__in=mine).order_by().values("student").annotate(total=Sum("days"))
    keys = [row["student"] for row in totals.filter(total__gte=WARN_AT / 2).order_by("-total")[:MOST_CLOCKS]]
    if not keys:
        return []
    read = clocks_of(keys, year, on=today)
    near = {key: clock.clock.total for key, clock in read.items() if clock.clock.total >= WARN_AT}
    removals = Removal.objects.filter(student__in=near, school_year=year).select_related("student__person")
    students = {removal.student_id: removal.student for removal in removals}
    return [(days, students[key]) for key, days in near.items()]


def _urgency(due_on: date | None, today: date) -> Status:
    if due_on is None:
        return Status(_("To do"), "open")
    if due_on < today:
        return Status(_("Overdue"), "late")
    return Status(_("Due today"), "due") if due_on == today else Status(_("To do"), "open")
