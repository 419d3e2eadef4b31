"""Steps of rubrics and of rounds of rating."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from commitments.actions import fidelity
from commitments.forms import fidelity as forms
from district.access import Permission
from district.step_pages import Step, steps_of


def is_open(round: Any) -> bool:
    """Whether a round takes ratings today."""
    return fidelity.is_open(round, round.school.district.today())


RUBRIC_STEPS = steps_of(
    Step(
        "retire",
        "rubric",
        words=_("Take it out of use"),
        title=_("Since when is it not used any more?"),
        permission=Permission.FIDELITY_EDIT,
        form_class=forms.RetireForm,
        verb=fidelity.retire_rubric,
        done=_("It is out of use. Its rounds stay."),
        is_open=lambda rubric: rubric.retired_on is None,
    ),
)
ROUND_STEPS = steps_of(
    Step(
        "rate",
        "round",
        words=_("Rate the school"),
        title=_("How much of this is in place?"),
        about=_("You may change your ratings as long as the round is open. Everybody who sees the round sees them."),
        permission=Permission.FIDELITY_RATE,
        form_class=forms.RatingsForm,
        verb=fidelity.rate_by_position,
        done=_("Your ratings are saved."),
        is_open=is_open,
        is_main=True,
    ),
    Step(
        "close",
        "round",
        words=_("Close the round"),
        title=_("Close the round?"),
        about=_("Nobody can rate in it any more."),
        permission=Permission.FIDELITY_EDIT,
        verb=fidelity.close_round,
        done=_("The round is closed."),
        is_open=is_open,
    ),
)
