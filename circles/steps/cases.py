"""Steps of cases, of the people named in them, and of those who keep them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from circles import case_states as states
from circles.actions import agreements, cases, keepers, participants, welcome_back
from circles.forms import cases as forms
from circles.forms.agreements import AgreeForm
from circles.welcome_back.forms import PlanReturnForm
from district.access import Permission
from district.step_forms import ReasonForm
from district.step_pages import Step, steps_of

WORK, ARRANGE = Permission.CIRCLE_WORK, Permission.CIRCLE_ARRANGE


def allows(move: str) -> Callable[[Any], bool]:
    """Return whether the state of a case allows a move."""
    return lambda circle: circle.voided_at is None and move in states.STEPS[circle.status]


def not_held_yet(circle: Any) -> bool:
    """Whether who takes part can still change."""
    return circle.voided_at is None and circle.status in states.BEFORE_IT_IS_HELD


def of_case(rule: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """Return the same rule, asked of the case to which a row belongs."""
    return lambda row: getattr(row, "voided_at", None) is None and rule(row.circle)


CASE_STEPS = steps_of(
    Step(
        "take",
        "circle",
        words=_("Take it up"),
        title=_("Take this case up?"),
        about=_("You look whether a circle suits, and answer for what follows."),
        permission=ARRANGE,
        verb=cases.take_case,
        done=_("The case is yours. Does a circle suit?"),
        is_open=allows(states.TAKE),
        is_main=True,
    ),
    Step(
        "screen",
        "circle",
        words=_("Say whether it suits"),
        title=_("Can these people be brought together safely?"),
        permission=ARRANGE,
        form_class=forms.ScreenForm,
        verb=cases.screen_case,
        done=_("Saved."),
        is_open=allows(states.CLEAR),
        is_main=True,
    ),
    Step(
        "schedule",
        "circle",
        words=_("Set the day"),
        title=_("When is it held?"),
        about=_("Nobody comes who has not said yes, and somebody certified keeps it on that day."),
        permission=ARRANGE,
        form_class=forms.ScheduleCircleForm,
        verb=cases.schedule_case,
        done=_("The day is set."),
        is_open=allows(states.SCHEDULE),
    ),
    Step(
        "add-participant",
        "circle",
        words=_("Name somebody"),
        title=_("Who else has a part in it?"),
        about=_("Naming somebody asks nothing of them. They are asked in a meeting of their own."),
        permission=WORK,
        form_class=forms.ParticipantForm,
        verb=participants.add_participant,
        done=_("Named. Now talk with them."),
        is_open=not_held_yet,
    ),
    Step(
        "assign-keeper",
        "circle",
        words=_("Choose a keeper"),
        title=_("Who keeps it?"),
        permission=ARRANGE,
        form_class=forms.CircleKeeperForm,
        verb=keepers.assign_keeper,
        done=_("Chosen."),
        is_open=not_held_yet,
    ),
    Step(
        "hold",
        "circle",
        words=_("Record the circle"),
        title=_("Who came, and how long did it take?"),
        about=_("Nothing of what was said is asked."),
        permission=WORK,
        form_class=forms.HeldCircleForm,
        verb=cases.hold_case,
        done=_("The circle is on record. Was something agreed?"),
        is_open=allows(states.HOLD),
        is_main=True,
    ),
    Step(
        "miss",
        "circle",
        words=_("It was not held"),
        title=_("Why was it not held?"),
        permission=WORK,
        form_class=forms.NotHeldForm,
        verb=cases.miss_case,
        done=_("Saved. It can be scheduled again."),
        is_open=allows(states.MISS),
    ),
    Step(
        "agree",
        "circle",
        words=_("Something was agreed"),
        title=_("What was agreed, and who follows it up?"),
        about=_("Next you add who does what, by when."),
        permission=WORK,
        form_class=AgreeForm,
        verb=agreements.agree_case,
        done=_("Now add what was agreed."),
        is_open=allows(states.AGREE),
        is_main=True,
    ),
    Step(
        "part",
        "circle",
        words=_("Nothing was agreed"),
        title=_("Did people part without an agreement?"),
        about=_("That may be a good end too. Somebody still asks how they are."),
        permission=WORK,
        verb=cases.part_case,
        done=_("Saved."),
        is_open=allows(states.PART),
    ),
    Step(
        "follow",
        "circle",
        words=_("Begin the follow-up"),
        title=_("Begin the follow-up?"),
        permission=WORK,
        verb=cases.follow_case,
        done=_("The follow-up has begun."),
        is_open=allows(states.FOLLOW),
        is_main=True,
    ),
    Step(
        "plan-return",
        "circle",
        words=_("Plan the way back"),
        title=_("When does the student come back?"),
        about=_("The plan holds what helps, what is needed, who does what, and a check-in on each of the first days."),
        permission=WORK,
        form_class=PlanReturnForm,
        verb=welcome_back.plan_return,
        done=_("Now ask the student what helps, and whom they want beside them."),
        is_open=lambda circle: welcome_back.may_plan(circle) and not welcome_back.has_plan(circle),
    ),
    Step(
        "change-practice",
        "circle",
        words=_("Choose another practice"),
        title=_("Which practice suits better?"),
        about=_(
            "Such as one in which both sides do not meet. What people consented to is asked again where it differs."
        ),
        permission=ARRANGE,
        form_class=forms.CasePracticeForm,
        verb=cases.change_practice,
        done=_("Saved."),
        is_open=not_held_yet,
    ),
    Step(
        "take-over",
        "circle",
        words=_("Take it over"),
        title=_("Answer for this case from now on?"),
        about=_("You join its team; whoever answered for it does not any more."),
        permission=ARRANGE,
        form_class=ReasonForm,
        verb=cases.take_over,
        done=_("The case is yours."),
        is_open=lambda circle: circle.voided_at is None and circle.status not in (states.REFERRED, states.CLOSED),
    ),
    Step(
        "close",
        "circle",
        words=_("Close the case"),
        title=_("Why does the case close?"),
        about=_(
            "A closed case is final. A completed one shows on the referral that it came from; one whose terms were not "
            "met hands the referral back to those who decide."
        ),
        permission=ARRANGE,
        form_class=forms.CloseCaseForm,
        verb=cases.close_case,
        done=_("The case is closed."),
        is_open=allows(states.CLOSE),
    ),
    Step(
        "void",
        "circle",
        words=_("Void it"),
        title=_("Was the case opened by mistake?"),
        about=_("It stays on record with your reason and counts nowhere."),
        permission=ARRANGE,
        form_class=ReasonForm,
        verb=cases.void_case,
        done=_("The case is voided."),
        is_open=lambda circle: circle.voided_at is None,
    ),
)
PARTICIPANT_STEPS = steps_of(
    Step(
        "prepare",
        "participant",
        words=_("Record the meeting"),
        title=_("When did you talk with them?"),
        permission=WORK,
        form_class=forms.PreparedForm,
        verb=participants.prepare_participant,
        done=_("Saved."),
        is_open=of_case(not_held_yet),
    ),
    Step(
        "consent",
        "participant",
        words=_("Record the answer"),
        title=_("Do they wish to take part?"),
        about=_("A no is a good answer and nothing more: nobody outside the case team reads who said it."),
        permission=WORK,
        form_class=forms.ConsentAnswerForm,
        verb=participants.record_consent,
        done=_("The answer is on record."),
        is_open=of_case(not_held_yet),
    ),
    Step(
        "permission",
        "participant",
        words=_("Record a guardian’s answer"),
        title=_("Does a guardian permit it?"),
        permission=WORK,
        form_class=forms.ConsentAnswerForm,
        verb=participants.record_permission,
        done=_("The answer is on record."),
        is_open=lambda row: row.student_id is not None and of_case(not_held_yet)(row),
    ),
    Step(
        "remove",
        "participant",
        words=_("Take out of the case"),
        title=_("Named by mistake?"),
        about=_("What they answered stays on record."),
        permission=WORK,
        form_class=ReasonForm,
        verb=participants.remove_participant,
        done=_("Taken out."),
        is_open=of_case(not_held_yet),
    ),
)
KEEPER_STEPS = steps_of(
    Step(
        "end",
        "keeper",
        words=_("They keep it no longer"),
        title=_("They keep it no longer?"),
        about=_("From now on they do not see the case."),
        permission=ARRANGE,
        verb=keepers.end_keeper,
        done=_("Saved."),
        is_open=lambda row: row.ended_at is None and row.circle.status != states.CLOSED,
    ),
)
