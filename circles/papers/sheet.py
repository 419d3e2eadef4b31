"""The sheet of a circle for whoever keeps it: who comes, the phases with room for notes, and that nobody has to.

It is paper for one hour: people stand on it by first name and part, and nothing of what they answered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from circles.actions.readiness import keepers_of, participants_of
from circles.models import Circle, CircleParticipant
from district.page_parts import day_words, time_words


@dataclass(frozen=True)
class Phase:
    """One phase: what it is called, what is asked in it, how many lines are left for notes."""

    name: str
    asks: str
    lines: int = 4

    @property
    def rules(self) -> range:
        """One for each line to write on."""
        return range(self.lines)


def phases() -> list[Phase]:
    """The phases of a circle, in their order."""
    return [
        Phase(_("Opening"), _("Welcome everybody. Why are we here, and what do we hope for?"), 3),
        Phase(_("Agreements and values"), _("What does each of us need, to speak and to listen? We agree on it."), 3),
        Phase(_("What happened"), _("What happened, from where you stood? What were you thinking?"), 5),
        Phase(_("Impact"), _("Who was affected, and how? What has been hardest?"), 5),
        Phase(_("Needs"), _("What does each of us need now?")),
        Phase(_("Repair"), _("What can be done to make it as right as it can be? Who does what, by when?"), 6),
        Phase(_("Closing"), _("What do we take with us? Who asks again, and when?"), 3),
    ]


def sheet_of(circle: Circle) -> dict[str, Any]:
    """What the sheet of a case shows. Four queries."""
    people = [one for one in participants_of(circle) if not one.party.stays_away]
    keepers = [f"{one.practitioner} ({one.get_part_display()})" for one in keepers_of(circle)]
    when = [day_words(circle.held_on or circle.scheduled_on), time_words(circle.begins)]
    return {
        "practice": circle.practice.name,
        "school": circle.school.name,
        "when": ", ".join(filter(None, when)) or _("no day is set yet"),
        "place": circle.place or _("not set"),
        "keepers": ", ".join(keepers) or _("nobody yet"),
        "people": [(first_name(one), str(one.get_role_display())) for one in people],
        "phases": phases(),
    }


def first_name(one: CircleParticipant) -> str:
    """The first name of a student; somebody who is none as the case names them."""
    return one.student.person.given_name if one.student else one.name
