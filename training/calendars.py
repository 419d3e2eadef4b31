"""A person's dates as an iCalendar feed (RFC 5545): sessions, circles accepted, deadlines. No student is in any."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Event

from district.calendar_files import DAY, new_calendar, new_event
from training.models import Certification, HoldRequest, Practitioner, Registration, SessionDay

PAST = timedelta(days=180)
"""How far back the feed reaches."""
CIRCLE_LASTS = timedelta(hours=1)


def feed_of(practitioner: Practitioner) -> bytes:
    """Return the calendar of one person. Six queries."""
    since = practitioner.district.today() - PAST
    calendar = new_calendar(_("Training and circles"), of="Training")
    for event in [*_sessions(practitioner, since), *_circles(practitioner, since), *_ends(practitioner, since)]:
        calendar.add_component(event)
    calendar.add_missing_timezones()
    return calendar.to_ical()


def _event(uid: object, summary: str, begins: datetime | date, ends: datetime | date) -> Event:
    return new_event(f"{uid}@reweave", summary, begins, ends, stamp=timezone.now())


def _sessions(practitioner: Practitioner, since: date) -> list[Event]:
    own = Registration.objects.seated().filter(practitioner=practitioner).order_by().values("session")
    days = SessionDay.objects.filter(day__gte=since, session__status="scheduled")
    rows = days.filter(session__in=own) | days.filter(session__trainers=practitioner)
    events = []
    for row in rows.select_related("session__course").distinct().order_by("day"):
        event = _event(row.uid, row.session.course.title, *(row.moments() or (row.day, row.day + DAY)))
        event.add("location", row.session.place or row.session.link or _("Online"))
        if row.session.link:
            event.add("description", row.session.link)
        events.append(event)
    return events


def _circles(practitioner: Practitioner, since: date) -> list[Event]:
    rows = HoldRequest.objects.filter(practitioner=practitioner, status=HoldRequest.Status.ACCEPTED, day__gte=since)
    events = []
    for row in rows.select_related("school__district", "practice"):
        span: tuple[datetime | date, datetime | date] = (row.day, row.day + DAY)
        if row.begins:
            begins = datetime.combine(row.day, row.begins, ZoneInfo(row.school.district.timezone))
            span = begins, begins + CIRCLE_LASTS
        words = _("%(practice)s at %(school)s") % {"practice": row.practice, "school": row.school}
        events.append(_event(row.uid, words, *span))
    return events


def _ends(practitioner: Practitioner, since: date) -> list[Event]:
    """Last days: of ways to a credential, and of certificates."""
    known = [
        (one.uid, _("Last day for: %(credential)s") % {"credential": one.credential}, one.due_on)
        for one in practitioner.pathways.underway().exclude(due_on=None).select_related("credential")
    ]
    standing = Certification.objects.filter(practitioner=practitioner, ended_on=None).exclude(expires_on=None)
    known += [
        (one.uid, _("Last valid day: %(credential)s") % {"credential": one.credential}, one.expires_on)
        for one in standing.select_related("credential")
    ]
    return [_event(uid, words, day, day + DAY) for uid, words, day in known if day is not None and day >= since]
