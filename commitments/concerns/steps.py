"""Steps of the recipient of a concern."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from commitments.actions.concerns import working
from commitments.concerns import forms, states
from district.access import Permission
from district.step_pages import Step, steps_of

WORK = Permission.CONCERN_WORK


def allowed(step: str) -> Callable[[Any], bool]:
    """Return whether the state of a concern allows a step."""
    return lambda concern: step in states.CONCERN_STEPS[concern.state] and concern.purged_on is None


def may_be_corrected(concern: Any) -> bool:
    """Whether it was upheld and nothing was drafted for it yet."""
    is_upheld = concern.outcome in states.UPHELD_OUTCOMES and concern.correction_id is None
    return is_upheld and allowed(states.CORRECT)(concern)


CONCERN_STEPS = steps_of(
    Step(
        states.ACKNOWLEDGE,
        "concern",
        words=_("Begin to look into it"),
        title=_("Do you want to say something to whoever filed it?"),
        permission=WORK,
        form_class=forms.ConcernAcknowledgeForm,
        verb=working.acknowledge,
        done=_("Whoever filed it sees that you have begun, and by when you answer."),
        is_open=allowed(states.ACKNOWLEDGE),
        is_main=True,
    ),
    Step(
        states.ANSWER,
        "concern",
        words=_("Answer it"),
        title=_("What do you answer?"),
        permission=WORK,
        form_class=forms.ConcernAnswerForm,
        verb=working.answer,
        done=_("It is answered. Whoever filed it may dispute the answer."),
        is_open=allowed(states.ANSWER),
        is_main=True,
    ),
    Step(
        states.CORRECT,
        "concern",
        words=_("Draft what corrects it"),
        title=_("What is to be done because it was upheld?"),
        about=_("It becomes a draft of a commitment. Whoever lets commitments hold decides about it."),
        permission=WORK,
        form_class=forms.ConcernCorrectForm,
        verb=working.correct,
        done=_("The commitment is drafted, and whoever filed the concern sees that it is there."),
        is_open=may_be_corrected,
        is_main=True,
    ),
    Step(
        states.ASK,
        "concern",
        words=_("Ask something"),
        title=_("What do you ask whoever filed it?"),
        permission=WORK,
        form_class=forms.ConcernAskForm,
        verb=working.ask,
        done=_("They read it with their receipt."),
        is_open=allowed(states.ASK),
    ),
    Step(
        states.SETTLE,
        "concern",
        words=_("Close it"),
        title=_("Why is it closed although the answer is disputed?"),
        permission=WORK,
        form_class=forms.ConcernSettleForm,
        verb=working.settle,
        done=_("It is closed."),
        is_open=allowed(states.SETTLE),
    ),
    Step(
        states.SORT,
        "concern",
        words=_("Say what it is about"),
        title=_("Of which kind and school is it?"),
        about=_("Totals are made of this, and who may receive it follows from it."),
        permission=WORK,
        form_class=forms.ConcernSortForm,
        verb=working.sort,
        done=_("It is saved."),
        is_open=allowed(states.SORT),
    ),
    Step(
        states.STEP_ASIDE,
        "concern",
        words=_("Step aside"),
        title=_("Leave this concern to somebody else?"),
        about=_("For when it is about you or somebody close to you. You do not see it again."),
        permission=WORK,
        verb=working.step_aside,
        done=_("You do not receive this concern any more."),
        is_open=allowed(states.STEP_ASIDE),
    ),
)
