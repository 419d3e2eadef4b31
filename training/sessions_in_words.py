"""Sessions in words: when, how many seats, where they stand."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from district.page_parts import Status, day_words, time_words
from training.models import Registration, SessionDay, TrainingSession
from training.wording import hours_words


def sessions_with_seats(rows: QuerySet) -> QuerySet:
    """The same sessions with what their cells need: `seated` and `in_line` count people."""
    return rows.select_related("course", "organization", "district", "school").annotate(
        seated=Count("registrations", filter=Q(registrations__status=Registration.Status.REGISTERED)),
        in_line=Count("registrations", filter=Q(registrations__status=Registration.Status.WAITING)),
    )


def seats_words(session: Any) -> str:
    """Seats taken of all, and how many people wait."""
    words = _("%(taken)d of %(seats)d") % {"taken": session.seated, "seats": session.capacity}
    if session.in_line:
        words = _("%(words)s, %(count)d waiting") % {"words": words, "count": session.in_line}
    return words


def session_status(session: TrainingSession, today: date) -> Status:
    """Where a session stands on a day."""
    if session.status == TrainingSession.Status.CANCELLED:
        return Status(_("Cancelled"), "waived")
    if session.begins_on > today:
        return Status(_("To come"), "open")
    return Status(_("Under way"), "underway") if session.ends_on >= today else Status(_("Over"), "done")


def day_line(row: SessionDay) -> str:
    """A day of a session with its times and hours."""
    parts = [day_words(row.day)]
    if row.begins and row.ends:
        parts.append(f"{time_words(row.begins)} – {time_words(row.ends)}")
    return ", ".join([*parts, hours_words(row.hours)])
