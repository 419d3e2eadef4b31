"""Calendar files (RFC 5545): the shared beginning of each, its events, and the answer that carries it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta

from django.http import HttpResponse
from icalendar import Calendar, Event

from district.duties import Duty

DAY = timedelta(days=1)


def new_calendar(name: str, *, of: str) -> Calendar:
    """Return an empty calendar; `of` says in the product line what it holds."""
    calendar = Calendar()
    calendar.add("prodid", f"-//Reweave//{of}//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    return calendar


def new_event(uid: str, summary: str, begins: date | datetime, ends: date | datetime, *, stamp: datetime) -> Event:
    """Return an event: of whole days (`ends` is the first day after it) or between two moments."""
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", stamp.astimezone(UTC))
    event.add("summary", summary)
    event.add("dtstart", begins)
    event.add("dtend", ends)
    return event


def calendar_of_duties(
    duties: Iterable[Duty], *, name: str, stamp: datetime, address: Callable[[Duty], str], host: str
) -> bytes:
    """Return the calendar; `address` gives the absolute address of a duty's page, `host` makes the ids of events.

    All-day events, with nothing in them but what falls due and where to look.
    """
    calendar = new_calendar(name, of="Duties")
    for duty in duties:
        event = new_event(f"{duty.key}@{host}", f"{duty.words}: {duty.of}", duty.on, duty.on + DAY, stamp=stamp)
        event.add("url", address(duty))
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return calendar.to_ical()


def calendar_answer(content: bytes, *, file_name: str) -> HttpResponse:
    """The answer behind a secret address: nobody keeps it, nobody learns where it came from, nobody indexes it."""
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    response["X-Content-Type-Options"] = "nosniff"
    return response
