"""Forms of the plan: the first day back, what stands in it, how a day went."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from circles.actions.welcome_back import LONGEST
from circles.models import CheckIn, CircleParticipant, PlanItem
from commitments.forms.fields import choice, day, paragraph
from district.models.places import calendar_of
from district.step_forms import RecordField, StepForm


def people(user: Any, record: Any) -> Any:
    """The people of the case of a plan."""
    if record is None:
        return CircleParticipant.objects.none()
    rows = CircleParticipant.objects.standing().filter(circle=record.circle)
    return rows.select_related("student__person").order_by("pk")


class PlanReturnForm(StepForm):
    """The first day back."""

    returns_on = day(
        _("First day back"), help_text=_("Somebody asks how it goes on each of the first five school days.")
    )

    @classmethod
    def initial_of(cls, record: Any) -> dict[str, Any]:
        ends_on = record.removal.ends_on if record.removal else None
        if ends_on is None:
            return {}
        try:
            calendar = calendar_of(record.school.district, record.school)
            return {"returns_on": calendar.nth_school_day_after(ends_on, 1)}
        except ValueError:
            return {"returns_on": ends_on + timedelta(days=1)}


class MoveReturnForm(StepForm):
    """Another first day back."""

    returns_on = day(_("First day back"))

    @classmethod
    def initial_of(cls, record: Any) -> dict[str, Any]:
        return {"returns_on": record.returns_on}


class PlanItemForm(StepForm):
    """Something of a plan."""

    kind = choice(_("What is it?"), PlanItem.Kind.choices)
    text = paragraph(
        _("In a few words"),
        required=False,
        length=LONGEST,
        rows=2,
        help_text=_("Only the case team reads it. For a supporter who is not named in the case: the name."),
    )
    person = RecordField(
        people,
        required=False,
        label=_("Who?"),
        empty_label=_("nobody in particular"),
        help_text=_("Who does it, or the supporter whom the student chose."),
    )
    due_on = day(_("By when?"), required=False, help_text=_("A responsibility has a day."))


class DoneForm(StepForm):
    """When something was done."""

    on = day(_("Day"))


class CheckInForm(StepForm):
    """How a day of the first week went."""

    on = day(_("Day"))
    outcome = choice(_("How did it go?"), CheckIn.Outcome.choices)

    @classmethod
    def initial_of(cls, record: Any) -> dict[str, Any]:
        return {"on": record.due_on}
