"""From the rows of seats, terms and attendance to what `seat_time` counts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from commitments.models import Attendance
from commitments.seat_time import SeatRecord


def share_words(share: float | None) -> str:
    """A share in whole percent; a dash where there is none."""
    return "–" if share is None else _("%(number)d%%") % {"number": round(share * 100)}


def seat_records(seats: Iterable[Any], meetings: Iterable[Any]) -> dict[int, SeatRecord]:
    """What `seat_time` counts, by the key of the seat. Seats come with their terms, meetings are those held."""
    seats = list(seats)
    days = {meeting.pk: meeting.on for meeting in meetings}
    marks = Attendance.objects.filter(meeting__in=days, mark=Attendance.Mark.PRESENT)
    attended: dict[int, set[date]] = {}
    for seat, meeting in marks.values_list("term__seat", "meeting"):
        attended.setdefault(seat, set()).add(days[meeting])
    return {
        seat.pk: SeatRecord(
            existed=(seat.begins_on, seat.ended_on),
            terms=[(term.begins_on, term.ends_on) for term in seat.terms.all()],
            meetings=list(days.values()),
            attended=attended.get(seat.pk, set()),
        )
        for seat in seats
    }
