"""What can be done with a record now: what its state allows and the reader may. The record's page offers it."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from discipline import referral_states as states
from discipline import removal_states
from discipline.actions import may_amend, removal_steps, state_of
from discipline.models import HibCase, Incident, Referral, Removal, RuleVersion
from district.access import Permission
from district.models import User
from district.page_parts import NextStep


def of_referral(referral: Referral, user: User) -> list[NextStep]:
    """The steps of the review, for those who decide at its school; the answer, for its reporter. Main ones last."""
    steps, allowed = _own_steps(referral, user), states.STEPS[referral.status]
    if states.VOID in allowed and user.can(Permission.REMOVAL_VOID, referral.school):
        steps.append(_step(_("Void"), "referral_void", referral))
    if user.can(Permission.REFERRAL_DECIDE, referral.school):
        steps += _review_steps(referral, user)
    if referral.status != states.VOIDED and user.can(Permission.CIRCLE_ARRANGE, referral.school):
        # The floor of circles stands above this one: its page is known here by the name of its address alone.
        steps.append(NextStep(_("Open a restorative case"), f"{reverse('circle_new')}?referral={referral.uid}"))
    decided = referral.status == states.DECIDED
    if decided and user.can(Permission.REMOVAL_RECORD, referral.school):
        steps.append(_step(_("Order a removal"), "removal_order", referral))
    return sorted(steps, key=lambda step: step.is_main)


def _own_steps(referral: Referral, user: User) -> list[NextStep]:
    if referral.reporter_id != user.pk or not user.can(Permission.REFERRAL_VIEW_OWN, referral.school):
        return []
    steps = []
    if referral.status != states.VOIDED:
        steps.append(_step(_("Log a talk with the family"), "incident_family", referral.incident))
    if may_amend(referral.incident, user):
        steps.append(_step(_("Mend what you wrote"), "incident_amend", referral.incident))
    if states.ANSWER in states.STEPS[referral.status]:
        steps.append(_step(_("Answer"), "referral_answer", referral, is_main=True))
    return steps


def _review_steps(referral: Referral, user: User) -> list[NextStep]:
    allowed = states.STEPS[referral.status]
    is_mine = referral.status == states.UNDER_REVIEW and referral.assigned_to_id == user.pk
    steps = []
    if states.RETURN in allowed and referral.reporter_id:
        steps.append(_step(_("Return with a question"), "referral_return", referral))
    if states.DECIDE in allowed:
        steps.append(_step(_("Decide"), "referral_decide", referral, is_main=is_mine))
    if states.TAKE in allowed and not is_mine:
        is_waiting = referral.status == states.SUBMITTED
        steps.append(_step(_take_words(referral), "referral_take", referral, is_main=is_waiting, is_posted=True))
    if states.REOPEN in allowed:
        steps.append(_step(_("Take up again"), "referral_reopen", referral))
    return steps


def _take_words(referral: Referral) -> str:
    if referral.status == states.RETURNED:
        return _("Go on without an answer")
    return _("Take for review") if referral.status == states.SUBMITTED else _("Take over the review")


def of_removal(removal: Removal, user: User) -> list[NextStep]:
    """What its state allows: voiding, an appeal, overturning, a change."""
    steps = []
    allowed = removal_states.STEPS[state_of(removal)]
    if states.VOID in removal_steps(removal) and user.can(Permission.REMOVAL_VOID, removal.school):
        steps.append(_step(_("Void"), "removal_void", removal))
    if user.can(Permission.REMOVAL_RECORD, removal.school):
        offered = (
            (removal_states.APPEAL, _("File an appeal"), "removal_appeal"),
            (removal_states.OVERTURN, _("Overturn"), "removal_overturn"),
            (removal_states.CORRECT, _("Change the terms"), "removal_change"),
        )
        steps += [_step(words, name, removal) for step, words, name in offered if step in allowed]
        if removal.voided_at is None:
            steps.append(_step(_("Write a letter"), "letter_write", removal))
    return steps


def of_incident(incident: Incident, user: User) -> list[NextStep]:
    """What those who decide at its school may do, unless it was merged into another."""
    if incident.merged_into_id is not None or not user.can(Permission.REFERRAL_DECIDE, incident.school):
        return []
    student = NextStep(_("Add a student"), f"{reverse('referral_new')}?incident={incident.uid}")
    has_case = HibCase.objects.filter(incident=incident).exists()
    rules = RuleVersion.objects.filter(rule__district=incident.school.district_id, subject=RuleVersion.About.HIB)
    opens_case = not has_case and rules.in_force_on(incident.school.district.today()).exists()
    return [
        student,
        *([_step(_("Open a bullying case (HIB)"), "hib_open", incident)] if opens_case else []),
        _step(_("Add another person"), "incident_person", incident),
        _step(_("Log a talk with a family"), "incident_family", incident),
        _step(_("Mend time, place or words"), "incident_amend", incident),
        _step(_("Link to another incident"), "incident_link", incident),
        _step(_("Merge with another record"), "incident_merge", incident),
    ]


def _step(
    label: str,
    name: str,
    record: Referral | Removal | Incident,
    *,
    is_main: bool = False,
    is_posted: bool = False,
) -> NextStep:
    return NextStep(label, reverse(name, args=[record.uid]), is_main, is_posted)
