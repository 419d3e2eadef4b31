"""Duties as a calendar file (RFC 5545). All-day events; nothing in them but what falls due and where to look."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from icalendar import Calendar, Event

from commitments.duties import Duty


def calendar_of_duties(
    duties: Iterable[Duty], *, name: str, stamp: datetime, address: Callable[[Duty], str], host: str
) -> bytes:
    """Return the calendar; `address` gives the absolute address of a duty's page, `host` makes the ids of events."""
    calendar = Calendar()
    calendar.add("prodid", "-//Reweave//Duties//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    for duty in duties:
        event = Event()
        event.add("uid", f"{duty.key}@{host}")
        event.add("dtstamp", stamp)
        event.add("dtstart", duty.on)
        event.add("dtend", duty.on + timedelta(days=1))
        event.add("summary", f"{duty.words}: {duty.of}")
        event.add("url", address(duty))
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return calendar.to_ical()
