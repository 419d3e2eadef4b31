"""States of concerns as pages show them: a word with its shape."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from commitments.concerns import states
from commitments.models import Concern
from district.page_parts import Status

TONES = {
    states.RECEIVED: "due",
    states.ACKNOWLEDGED: "underway",
    states.ANSWERED: "done",
    states.DISPUTED: "due",
    states.RESOLVED: "waived",
}


def concern_status(concern: Concern, today: date) -> Status:
    """Where a concern stands on a day; that its recipient is late is a word of its own."""
    if concern.state in states.AWAITING and concern.next_due_on and concern.next_due_on < today:
        return Status(_("Overdue: %(state)s") % {"state": concern.get_state_display()}, "late")
    return Status(concern.get_state_display(), TONES[concern.state])
