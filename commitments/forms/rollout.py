"""Forms of the rollout: the stage of a school, a target of the district."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from commitments.models import Stage
from district.access import Permission
from district.models import School
from district.step_forms import RecordField, StepForm

from .fields import choice, day, districts, line, paragraph, whole_number

EDIT = Permission.FIDELITY_EDIT


def open_schools(user: Any, record: Any) -> Any:
    """Schools that are open, where the reader may say how far they are."""
    return School.objects.where_allowed(user, EDIT).filter(closed_on=None).order_by("name")


class StageForm(StepForm):
    """The stage of one school, since a day."""

    school = RecordField(open_schools, key="code", label=_("School"), empty_label=_("Choose a school"))
    stage = choice(_("At which stage is it?"), Stage.choices)
    decided_on = day(_("Since"))
    evidence = paragraph(
        _("On which evidence?"),
        length=2000,
        help_text=_("What is in place, and where one can see it. No names or numbers of students."),
    )
    decided_by = line(_("Who decided it?"), required=False, help_text=_("An office or a body."))


class TargetForm(StepForm):
    """So many schools at a stage by a day."""

    district = districts(EDIT)
    stage = choice(_("At which stage, or beyond?"), Stage.choices)
    schools = whole_number(_("How many schools?"), lowest=1, highest=100_000, help_text=_("Empty: all of them."))
    due_on = day(_("By when?"))
    adopted_on = day(_("Adopted on"))
    source = line(_("Where does it stand?"), required=False, length=300)
