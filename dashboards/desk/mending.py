"""Records that lack something, where one can mend it: a place, a time, an end. Unknown is said, never guessed."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dashboards.desk.tasks import SHOWN, Group, Task
from discipline.models import Incident, Removal
from district.access import Permission
from district.models import User
from district.page_parts import Status, day_words

LOOKED_BACK = timedelta(days=90)
"""Older gaps are history: people no longer know."""


def incidents_with_gaps(user: User) -> Group | None:
    """Incidents of the last 90 days without place or time."""
    if not user.holds(Permission.REFERRAL_DECIDE):
        return None
    since = timezone.localdate() - LOOKED_BACK
    rows = Incident.objects.all().allowed(user, Permission.REFERRAL_DECIDE).standing().filter(occurred_on__gte=since)
    rows = rows.filter(Q(location="") | Q(occurred_time=None))
    total = rows.count()
    if not total:
        return None
    tasks = tuple(
        Task(
            Status(_("Incomplete"), "unknown"),
            day_words(incident.occurred_on),
            incident.identifier,
            _lacks(incident),
            reverse("incident_detail", args=[incident.uid]),
            _("Mend"),
        )
        for incident in rows.order_by("-occurred_on", "-pk")[:SHOWN]
    )
    return Group(_("Incidents to mend"), tasks, total)


def removals_without_end(user: User) -> Group | None:
    """Standing removals of the last 90 days of which nobody knows when they end or how long they are."""
    if not user.holds(Permission.REMOVAL_RECORD):
        return None
    since = timezone.localdate() - LOOKED_BACK
    rows = Removal.objects.all().allowed(user, Permission.REMOVAL_RECORD).standing().filter(begins_on__gte=since)
    rows = rows.filter(Q(ends_on=None) | Q(days=None))
    total = rows.count()
    if not total:
        return None
    tasks = tuple(
        Task(
            Status(_("Incomplete"), "unknown"),
            _("since %(at)s") % {"at": day_words(removal.begins_on)},
            removal.student.person.name,
            _("%(kind)s without an end or a length") % {"kind": removal.get_kind_display()},
            reverse("removal_detail", args=[removal.uid]),
            _("Mend"),
        )
        for removal in rows.select_related("student__person").order_by("begins_on", "pk")[:SHOWN]
    )
    return Group(_("Removals to mend"), tasks, total)


def _lacks(incident: Incident) -> str:
    if incident.location:
        return _("The time is not known.")
    return _("The place is not known.") if incident.occurred_time else _("Place and time are not known.")
