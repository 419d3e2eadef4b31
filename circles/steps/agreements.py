"""Steps of agreements, of their terms, and of the days on which somebody asks again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from circles import agreement_rules as rules
from circles import case_states as states
from circles.actions import agreements
from circles.forms import agreements as forms
from district.access import Permission
from district.step_pages import Step, steps_of

WORK = Permission.CIRCLE_WORK


def is_open(agreement: Any) -> bool:
    """Whether the case of an agreement is open."""
    return agreement.circle.status != states.CLOSED and agreement.circle.voided_at is None


def is_missing_a_yes(agreement: Any) -> bool:
    """Whether somebody who was there has not said yes to an agreement."""
    return agreement.circle.participants.standing().filter(attended=True, assent=None).exists()


def may_become(status: str) -> Callable[[Any], bool]:
    """Return whether a term may come to a state."""
    return lambda term: status in rules.TERM_STEPS[term.status] and is_open(term.agreement)


AGREEMENT_STEPS = steps_of(
    Step(
        "add-term",
        "agreement",
        words=_("Add a term"),
        title=_("Who does what, by when?"),
        permission=WORK,
        form_class=forms.AgreementTermForm,
        verb=agreements.add_term,
        done=_("Added."),
        is_open=lambda agreement: agreement.circle.status == states.AGREEMENT,
        is_main=True,
    ),
    Step(
        "assent",
        "agreement",
        words=_("Record a yes"),
        title=_("Who says yes to this agreement?"),
        permission=WORK,
        form_class=forms.AssentForm,
        verb=agreements.record_assent,
        done=_("The yes is on record."),
        is_open=lambda agreement: is_open(agreement) and is_missing_a_yes(agreement),
    ),
    Step(
        "completion",
        "agreement",
        words=_("Record the meeting at the end"),
        title=_("When did people meet to look at what was kept?"),
        permission=WORK,
        form_class=forms.CompletionMeetingForm,
        verb=agreements.hold_completion,
        done=_("Saved."),
        is_open=lambda agreement: agreement.completed_on is None and is_open(agreement),
    ),
    Step(
        "hand-over",
        "agreement",
        words=_("Let somebody else follow it up"),
        title=_("Who answers for the follow-up from now on?"),
        permission=WORK,
        form_class=forms.FollowUpOwnerForm,
        verb=agreements.hand_over,
        done=_("Saved."),
        is_open=is_open,
    ),
)
TERM_STEPS = steps_of(
    Step(
        "settle",
        "term",
        words=_("Say what came of it"),
        title=_("What came of it?"),
        permission=WORK,
        form_class=forms.SettleForm,
        verb=agreements.settle_term,
        done=_("Saved."),
        is_open=may_become(rules.MET),
    ),
    Step(
        "waive",
        "term",
        words=_("It is not asked for any more"),
        title=_("Does whoever it was owed to not ask for it any more?"),
        permission=WORK,
        form_class=forms.WaiveForm,
        verb=agreements.waive_term,
        done=_("Saved."),
        is_open=lambda term: term.owed_to_id is not None and may_become(rules.WAIVED)(term),
    ),
    Step(
        "renegotiate",
        "term",
        words=_("Agree on something else"),
        title=_("What is agreed in its place?"),
        about=_("The former term stays on record."),
        permission=WORK,
        form_class=forms.RenegotiateForm,
        verb=agreements.renegotiate_term,
        done=_("The new term stands."),
        is_open=may_become(rules.RENEGOTIATED),
    ),
)
FOLLOW_UP_STEPS = steps_of(
    Step(
        "record",
        "follow_up",
        words=_("Say how it goes"),
        title=_("How does it go?"),
        permission=WORK,
        form_class=forms.FollowUpForm,
        verb=agreements.record_follow_up,
        done=_("Saved."),
        is_open=lambda row: row.done_on is None and is_open(row.agreement),
    ),
)
