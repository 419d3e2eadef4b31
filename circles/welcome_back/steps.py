"""Steps of a plan, of what stands in it, and of the check-ins of the first week."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from circles.actions import welcome_back as verbs
from circles.case_states import CLOSED
from circles.welcome_back import forms
from district.access import Permission
from district.step_pages import Step, steps_of

WORK = Permission.CIRCLE_WORK


def is_open(plan: Any) -> bool:
    """Whether the case of a plan is still open."""
    return plan.circle.voided_at is None and plan.circle.status != CLOSED


PLAN_STEPS = steps_of(
    Step(
        "add-item",
        "plan",
        words=_("Add to the plan"),
        title=_("What makes the way back work?"),
        about=_("What helps, what the student needs, who does what by when, and whom the student wants beside them."),
        permission=WORK,
        form_class=forms.PlanItemForm,
        verb=verbs.add_item,
        done=_("It stands in the plan."),
        is_open=is_open,
    ),
    Step(
        "move-return",
        "plan",
        words=_("Another first day back"),
        title=_("When is the first day back?"),
        about=_("The check-ins of the first week move with it."),
        permission=WORK,
        form_class=forms.MoveReturnForm,
        verb=verbs.move_return,
        done=_("Saved."),
        is_open=is_open,
    ),
)
PLAN_ITEM_STEPS = steps_of(
    Step(
        "finish",
        "item",
        words=_("It is done"),
        title=_("Since when is it done, or in place?"),
        permission=WORK,
        form_class=forms.DoneForm,
        verb=verbs.finish_item,
        done=_("Saved."),
        is_open=lambda item: verbs.is_waiting(item) and is_open(item.plan),
    ),
    Step(
        "drop",
        "item",
        words=_("Take it out"),
        title=_("Take it out of the plan?"),
        about=_("That it stood there stays on record."),
        permission=WORK,
        verb=verbs.drop_item,
        done=_("Taken out."),
        is_open=lambda item: item.dropped_at is None and is_open(item.plan),
    ),
)
CHECK_IN_STEPS = steps_of(
    Step(
        "record",
        "check_in",
        words=_("Say how it went"),
        title=_("How did the day go?"),
        about=_("Talk with the student for a few minutes. Only the answer is kept."),
        permission=WORK,
        form_class=forms.CheckInForm,
        verb=verbs.record_check_in,
        done=_("Saved."),
        is_open=lambda row: row.done_on is None and is_open(row.plan),
    ),
)
