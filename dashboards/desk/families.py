"""What families wait for: requests to answer, and what they say about a child who was sent home."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dashboards.desk.tasks import SHOWN, Group, Task
from dashboards.models import PassedOn
from discipline.models import FamilyRequest, SentHome
from district.access import Permission
from district.models import User
from district.page_parts import Status, day_words, school_days_words


def requests(user: User) -> Group | None:
    """Requests of families at one's schools that nobody has answered, by the day they are due."""
    if not user.holds(Permission.FAMILY_PAGE):
        return None
    rows = FamilyRequest.objects.all().allowed(user, Permission.FAMILY_PAGE).filter(state=FamilyRequest.State.OPEN)
    found, total = _first(rows)
    if not found:
        return None
    today = timezone.localdate()
    tasks = tuple(
        Task(
            _urgency(row.due_on, today),
            _("by %(day)s") % {"day": day_words(row.due_on)} if row.due_on else "",
            row.student.person.name,
            _("A family asks for this: %(what)s") % {"what": row.get_kind_display()},
            reverse("family_request", args=[row.uid]),
            _("Answer"),
        )
        for row in found
    )
    more = (f"{reverse('family_request_list')}?state=open", _("All of them"))
    return Group(_("Requests of families"), tasks, total, more)


def sent_home(user: User) -> Group | None:
    """What families say about being sent home and nobody has looked into, by the day it is due."""
    if not user.holds(Permission.REMOVAL_RECORD):
        return None
    found, total = _first(SentHome.objects.all().allowed(user, Permission.REMOVAL_RECORD).alleged())
    if not found:
        return None
    today = timezone.localdate()
    tasks = tuple(
        Task(
            _urgency(row.due_on, today),
            _("by %(day)s") % {"day": day_words(row.due_on)} if row.due_on else "",
            row.student.person.name,
            _("A family says: sent home on %(day)s, %(length)s. It counts once you confirm it.")
            % {"day": day_words(row.begins_on), "length": school_days_words(row.days)},
            reverse("sent_home_step", args=[row.uid]),
            _("Look into it"),
        )
        for row in found
    )
    return Group(
        _("Sent home, as families say"), tasks, total, (f"{reverse('sent_home_list')}?state=alleged", _("All"))
    )


def _first(rows: QuerySet) -> tuple[list, int]:
    """The most urgent rows, and how many there are."""
    found = list(rows.select_related("student__person").order_by("due_on", "pk")[: SHOWN + 1])
    return found[:SHOWN], rows.count() if len(found) > SHOWN else len(found)


def _urgency(due_on: date | None, today: date) -> Status:
    if due_on is None or due_on > today:
        return Status(_("To do"), "open")
    return Status(_("Due today"), "due") if due_on == today else Status(_("Overdue"), "late")


def passed_on(user: User) -> Group | None:
    """Children that were sent home, as a family told the ombuds: to find in the records of one's schools."""
    if not user.holds(Permission.REMOVAL_RECORD):
        return None
    rows = PassedOn.objects.all().allowed(user, Permission.REMOVAL_RECORD).waiting().select_related("school")
    found = list(rows.order_by("passed_on", "pk")[: SHOWN + 1])
    if not found:
        return None
    total = rows.count() if len(found) > SHOWN else len(found)
    tasks = tuple(
        Task(
            Status(_("To find"), "due"),
            day_words(row.passed_on),
            _("A child was sent home, a family says"),
            row.school.name,
            reverse("passed_on_step", args=[row.uid]),
            _("Find the child"),
        )
        for row in found[:SHOWN]
    )
    return Group(_("Children to find in the records"), tasks, total, (reverse("passed_on_list"), _("All")))
