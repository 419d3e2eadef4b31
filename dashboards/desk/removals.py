"""Who is out of class today, who begins and who returns; and days of removals that nobody has ticked off yet."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dashboards.desk.tasks import SHOWN, Group, Panel, Task
from discipline.models import Removal, RemovalKind, ServedDay
from district.access import Permission
from district.models import User
from district.page_parts import Fact, Status, day_words, school_days_words

AHEAD = timedelta(days=7)
OUT_OF_CLASS = tuple(kind for kind in RemovalKind if kind is not RemovalKind.BUS)
"""Kinds that take a student out of class; a bus suspension does not."""


def starting_and_ending(user: User) -> Group | None:
    """Removals that begin or end today and in the next seven days, by date."""
    rows = _removals(user)
    if rows is None:
        return None
    today = timezone.localdate()
    last = today + AHEAD
    soon = rows.touching(today, last).filter(Q(begins_on__range=(today, last)) | Q(ends_on__range=(today, last)))
    events = sorted(
        (
            (day, word, removal)
            for removal in soon.select_related("school", "student__person")
            for day, word in ((removal.begins_on, _("Begins")), (removal.ends_on, _("Last day")))
            if day and today <= day <= last
        ),
        key=lambda event: (event[0], event[2].pk),
    )
    if not events:
        return None
    tasks = tuple(
        Task(
            Status(word, "due" if day == today else "open"),
            _("today") if day == today else day_words(day),
            removal.student.person.name,
            _("%(kind)s, %(length)s, %(school)s")
            % {
                "kind": removal.get_kind_display(),
                "length": school_days_words(removal.days),
                "school": removal.school.name,
            },
            reverse("removal_detail", args=[removal.uid]),
            _("Open"),
        )
        for day, word, removal in events[:SHOWN]
    )
    return Group(_("Removals this week"), tasks, len(events), (reverse("removal_calendar"), _("Action calendar")))


def out_today(user: User) -> Panel | None:
    """How many students begin, are out, and return, today and on the next days."""
    rows = _removals(user)
    if rows is None:
        return None
    today = timezone.localdate()
    out = rows.touching(today, today).filter(kind__in=OUT_OF_CLASS)
    begins = out.filter(begins_on=today).count()
    facts = (
        Fact(_("Begin today"), str(begins)),
        Fact(_("Out today"), str(out.values("student").distinct().count())),
        Fact(_("Last day today"), str(out.filter(ends_on=today).count())),
    )
    return Panel(_("Out of class"), facts)


def not_ticked(user: User) -> Group | None:
    """Removals that ended in the last month and of whose days nobody has said whether they were served."""
    rows = _removals(user)
    if rows is None:
        return None
    today = timezone.localdate()
    ticked = ServedDay.objects.filter(removal=OuterRef("pk"))
    ended = rows.filter(ends_on__range=(today - timedelta(days=30), today - timedelta(days=1)), batch=None)
    open_rows = ended.filter(~Exists(ticked))
    total = open_rows.count()
    if not total:
        return None
    tasks = tuple(
        Task(
            Status(_("Not ticked off"), "open"),
            _ended_words(removal.ends_on),
            removal.student.person.name,
            str(removal.get_kind_display()),
            reverse("removal_detail", args=[removal.uid]),
            _("Tick off"),
        )
        for removal in open_rows.select_related("student__person").order_by("ends_on", "pk")[:SHOWN]
    )
    return Group(_("Served or not?"), tasks, total)


def _ended_words(day: date) -> str:
    return _("ended %(day)s") % {"day": day_words(day)}


def _removals(user: User):
    """Standing removals of the schools whose removals one records; None for everybody else."""
    if not user.holds(Permission.REMOVAL_RECORD):
        return None
    return Removal.objects.all().allowed(user, Permission.REMOVAL_RECORD).standing()
