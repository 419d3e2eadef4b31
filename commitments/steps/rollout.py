"""Steps of decisions about the stage of a school, and of targets."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from commitments.actions import rollout
from district.access import Permission
from district.step_forms import ReasonForm
from district.step_pages import Step, steps_of


def stands(record: Any) -> bool:
    """Whether a record has not been voided."""
    return record.voided_at is None


STAGE_STEPS = steps_of(
    Step(
        "void",
        "stage",
        words=_("Void it"),
        title=_("Why is this decision void?"),
        about=_("It stays on record with the reason. The decision before it holds again."),
        permission=Permission.FIDELITY_EDIT,
        form_class=ReasonForm,
        verb=rollout.void_stage,
        done=_("It is voided and stays on record."),
        is_open=stands,
    ),
)
TARGET_STEPS = steps_of(
    Step(
        "void",
        "target",
        words=_("Void it"),
        title=_("Why is this target void?"),
        about=_("It stays on record with the reason."),
        permission=Permission.FIDELITY_EDIT,
        form_class=ReasonForm,
        verb=rollout.void_target,
        done=_("It is voided and stays on record."),
        is_open=stands,
    ),
)
