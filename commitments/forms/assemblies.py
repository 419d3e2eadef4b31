"""Forms of assemblies and resolutions."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from commitments.models import ResolutionAnswer
from district.access import Permission
from district.step_forms import Groups, StepForm

from .fields import choice, day, districts, line, organizations, paragraph, whole_number

EDIT = Permission.ASSEMBLY_EDIT


class AssemblyForm(StepForm):
    """What is recorded of an assembly."""

    groups: ClassVar[Groups] = (
        (_("What was it?"), ("title", "place", "people_present", "languages")),
        (_("What was talked about?"), ("topics",)),
    )

    title = line(_("Title"))
    place = line(_("Place"), required=False)
    people_present = whole_number(_("How many people came?"))
    languages = line(_("In which languages?"), required=False)
    topics = paragraph(_("Topics"), required=False, length=2000, help_text=_("One a line."))

    @classmethod
    def initial_of(cls, record: Any) -> dict[str, Any]:
        return {name: getattr(record, name) for name in AssemblyForm.base_fields}


class NewAssemblyForm(AssemblyForm):
    """An assembly to record."""

    groups = (
        (_("Who called it, and when?"), ("district", "organization", "held_on")),
        *AssemblyForm.groups,
    )

    district = districts(EDIT)
    organization = organizations(EDIT, label=_("Who called it?"), help_text=_("None: the district did."))
    held_on = day(_("Held on"))


class ResolutionForm(StepForm):
    """What an assembly resolved."""

    groups = (
        (_("What is asked of the district?"), ("number", "title", "topic", "text")),
        (_("How many stood behind it?"), ("in_favor", "against", "abstained")),
        (_("When was it sent?"), ("sent_on",)),
    )

    number = line(_("Number"), length=40)
    title = line(_("Title"))
    topic = line(_("Topic"), required=False)
    text = paragraph(_("Text"), length=8000, rows=8)
    in_favor = whole_number(_("In favor"))
    against = whole_number(_("Against"))
    abstained = whole_number(_("Abstained"))
    sent_on = day(_("Sent to the district on"))


class AnswerResolutionForm(StepForm):
    """The district's answer."""

    outcome = choice(_("What does the district answer?"), ResolutionAnswer.Outcome.choices)
    answered_on = day(_("Answered on"))
    adopted_text = paragraph(
        _("Text as adopted"),
        required=False,
        length=8000,
        rows=6,
        help_text=_("Needed when only a part is adopted. Empty, when all is: the resolution’s own text."),
    )
    reason = paragraph(
        _("Reason"), required=False, length=2000, help_text=_("Needed unless the whole of it is adopted.")
    )
