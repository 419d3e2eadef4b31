"""Forms of bodies, seats and meetings."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from commitments.actions.meetings import terms_on
from commitments.models import Body, Decision, Seat
from district.access import Permission
from district.step_forms import RecordField, RecordsField, StepForm

from .fields import choice, day, districts, line, organizations, paragraph

EDIT = Permission.BODY_EDIT


class BodyForm(StepForm):
    """What a body is."""

    name = line(_("Name"))
    kind = choice(_("About"), Body.Kind.choices)
    purpose = paragraph(_("What is it for?"), required=False, length=2000)
    organization = organizations(EDIT, label=_("Who keeps it?"), help_text=_("None: the district does."))

    @classmethod
    def initial_of(cls, record: Any) -> dict[str, Any]:
        keeper = {"organization": record.organization.uid if record.organization else None}
        return {name: getattr(record, name) for name in ("name", "kind", "purpose")} | keeper


class NewBodyForm(BodyForm):
    """A body to add."""

    district = districts(EDIT)
    begins_on = day(_("Begins on"))


class EndForm(StepForm):
    """The last day of something."""

    ended_on = day(_("Last day"))


class SeatForm(StepForm):
    """A seat to add."""

    name = line(_("Name of the seat"), help_text=_("Such as Community seat 1."))
    kind = choice(_("For whom is it?"), Seat.Kind.choices)
    organization = organizations(EDIT, label=_("Who fills it?"), help_text=_("An organization, if one does."))
    begins_on = day(_("Exists from"))

    @classmethod
    def initial_of(cls, record: Any) -> dict[str, Any]:
        return {"begins_on": record.begins_on}


class FillForm(StepForm):
    """Who holds a seat."""

    holder = line(_("Who holds it?"))
    begins_on = day(_("From"))
    ends_on = day(_("To"), required=False, help_text=_("Empty: until further notice."))


class VacateForm(StepForm):
    """The end of a term."""

    ends_on = day(_("Last day"))
    reason = line(_("Reason"), length=500)


class MeetingForm(StepForm):
    """A meeting to plan."""

    on = day(_("Day"))
    place = line(_("Place"), required=False)


class PointForm(StepForm):
    """A point of the agenda."""

    title = line(_("What is it about?"), length=300)


def seats_held(user: Any, record: Any) -> Any:
    """The seats that somebody held on the day of a meeting."""
    if record is None:
        return Seat.objects.none()
    return Seat.objects.filter(pk__in=[term.seat_id for term in terms_on(record.body, record.on)])


class HoldForm(StepForm):
    """A meeting that was held."""

    present = RecordsField(seats_held, label=_("Who came?"), required=False, help_text=_("By seat."))
    excused = RecordsField(seats_held, label=_("Who sent word?"), required=False)
    minutes = paragraph(
        _("Minutes"), required=False, length=20_000, rows=10, help_text=_("Leave out every name of a student.")
    )


class DecideForm(StepForm):
    """What was decided."""

    text = paragraph(_("What was decided?"))
    responsible_name = line(_("Who is to do it?"), required=False)
    due_on = day(_("By when?"), required=False)


class VoidDecisionForm(StepForm):
    """A decision recorded by mistake."""

    decision = RecordField(
        lambda user, record: Decision.objects.standing().filter(meeting=record), label=_("Which decision?")
    )
    reason = line(_("Reason"), length=500)
