"""Verbs of the plan with which a student comes back: make it, fill it, tick what is done and each day of a first week.

Words of a plan are sealed and read by the people who read the notes of the case: what a student needs, and who stands
by them, is nobody else's. That there is a plan, and how many check-ins were held, every reader of the case may know.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from circles import case_states as states
from circles.models import CheckIn, Circle, CircleParticipant, PlanItem, WelcomePlan
from circles.models.welcome_back import FIRST_WEEK
from commitments.actions.recording import refuse_before, refuse_future
from district.models import School, User
from district.models.places import calendar_of
from district.sealing import CASE_NOTES, NoKey, Unreadable
from district.steps import StepNotAllowed

from .trail import keep, locked_case, mend, refuse_closed
from .voices import refuse_others

Kind = PlanItem.Kind
REENTRY = "re-entry-circle"
"""Code of the practice that is held for a return."""
LONGEST = 500
MOST_ITEMS = 40
BLOCK = 256
"""Sealed words come in lengths of whole blocks of so many bytes."""


def is_return(circle: Circle) -> bool:
    """Whether a case is about coming back: from a removal, or by its practice."""
    return circle.origin == Circle.Origin.REMOVAL or circle.practice.code == REENTRY


def may_plan(circle: Circle) -> bool:
    """Whether the state of a case allows a plan. It begins once somebody has looked whether a circle suits."""
    early = (states.REFERRED, states.SCREENING, states.CLOSED)
    return is_return(circle) and circle.voided_at is None and circle.status not in early


def has_plan(circle: Circle) -> bool:
    """Whether a case has its plan. One query."""
    return WelcomePlan.objects.filter(circle=circle).exists()


@transaction.atomic
def plan_return(*, circle: Circle, returns_on: date, by: User) -> WelcomePlan:
    """Make the plan of a return: the first day back, and a check-in on each of the first school days.

    Raises ValidationError for a day without school, or beyond the calendar; StepNotAllowed for a case that is about no
    return, that has a plan, or whose state allows none, and for somebody who is not of its team.
    """
    circle = locked_case(circle)
    refuse_others(circle, by)
    if not may_plan(circle):
        raise StepNotAllowed(_("A plan is made for somebody who comes back, once it was looked whether it suits."), [])
    if has_plan(circle):
        raise StepNotAllowed(_("There is a plan already."), [])
    days = first_days(circle.school, returns_on)
    plan = keep(WelcomePlan(circle=circle, returns_on=returns_on), circle, by=by)
    CheckIn.objects.bulk_create(CheckIn(plan=plan, day=day, due_on=due) for day, due in enumerate(days, start=1))
    return plan


@transaction.atomic
def move_return(*, plan: WelcomePlan, returns_on: date, by: User) -> WelcomePlan:
    """Put the first day back on another day, and the check-ins with it. Raises ValidationError; StepNotAllowed once
    one was held.
    """
    circle = _locked(plan)
    stored = WelcomePlan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    if stored.check_ins.exclude(done_on=None).exists():
        raise StepNotAllowed(_("The student is back: a check-in was held already."), [])
    days = first_days(circle.school, returns_on)
    mend(stored, {"returns_on": returns_on}, circle, by=by)
    for check_in, due in zip(stored.check_ins.order_by("day"), days, strict=True):
        check_in.due_on = due
        check_in.save(update_fields=["due_on", "updated_at"])
    return stored


@transaction.atomic
def add_item(
    *,
    plan: WelcomePlan,
    kind: str,
    text: str = "",
    person: CircleParticipant | None = None,
    due_on: date | None = None,
    by: User,
) -> PlanItem:
    """Add something to a plan. A responsibility has somebody of the case who has it, and a day; a supporter is somebody
    of the case, or a name (`text`). Raises ValidationError; StepNotAllowed for somebody who is not of the team.
    """
    circle = _locked(plan)
    refuse_others(circle, by)
    words = text.strip()
    _check_item(circle, plan, kind, words, person, due_on)
    try:
        sealed = CASE_NOTES.seal_fields({"text": words}, block=BLOCK) if words else ""
    except NoKey:
        raise ValidationError({"text": _("Words of a plan are off: nobody has set a key for them.")})
    return keep(PlanItem(plan=plan, kind=kind, sealed=sealed, person=person, due_on=due_on), circle, by=by)


@transaction.atomic
def finish_item(*, item: PlanItem, on: date, by: User) -> PlanItem:
    """Record that something of a plan was done, or is in place. Raises ValidationError, StepNotAllowed."""
    circle = _locked(item.plan)
    stored = PlanItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    if not is_waiting(stored):
        raise StepNotAllowed(_("This is settled already."), [])
    refuse_future(on, circle.school.district.today(), "on")
    mend(stored, {"done_on": on}, circle, by=by)
    return stored


@transaction.atomic
def drop_item(*, item: PlanItem, by: User) -> PlanItem:
    """Take something out of a plan; that it stood there stays on record. Raises StepNotAllowed."""
    circle = _locked(item.plan)
    stored = PlanItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    if stored.dropped_at is not None:
        raise StepNotAllowed(_("This was taken out already."), [])
    mend(stored, {"dropped_at": timezone.now()}, circle, by=by)
    return stored


@transaction.atomic
def record_check_in(*, check_in: CheckIn, on: date, outcome: str, by: User) -> CheckIn:
    """Record how a day of the first week went. Raises ValidationError, StepNotAllowed when it was recorded."""
    circle = _locked(check_in.plan)
    stored = CheckIn.objects.select_for_update(of=("self",)).select_related("plan").get(pk=check_in.pk)
    if stored.done_on is not None:
        raise StepNotAllowed(_("This day is recorded already."), [])
    if outcome not in CheckIn.Outcome.values:
        raise ValidationError({"outcome": _("Choose one of the answers.")})
    refuse_future(on, circle.school.district.today(), "on")
    refuse_before(on, stored.plan.returns_on, "on", _("The student was not back yet."))
    mend(stored, {"done_on": on, "outcome": outcome}, circle, by=by)
    CheckIn.objects.filter(pk=stored.pk).update(by=by)
    return stored


def first_days(school: School, returns_on: date) -> list[date]:
    """The first school days from a return on, that day included. Raises ValidationError."""
    calendar = calendar_of(school.district, school)
    if not calendar.is_school_day(returns_on):
        raise ValidationError({"returns_on": _("There is no school on this day.")})
    try:
        return [calendar.nth_school_day_after(returns_on - timedelta(days=1), day + 1) for day in range(FIRST_WEEK)]
    except ValueError:
        raise ValidationError({"returns_on": _("The calendar ends before the first week does. Enter more of it.")})


def is_waiting(item: PlanItem) -> bool:
    """Whether something of a plan is still to be done."""
    return item.done_on is None and item.dropped_at is None


def words_of(item: PlanItem) -> str | None:
    """The words of an item; empty without any, None where no key at hand opens them."""
    if not item.sealed:
        return ""
    try:
        return str(CASE_NOTES.unseal_fields(item.sealed)["text"])
    except (NoKey, Unreadable):
        return None


def _locked(plan: WelcomePlan) -> Circle:
    circle = locked_case(plan.circle)
    refuse_closed(circle)
    return circle


def _check_item(
    circle: Circle, plan: WelcomePlan, kind: str, words: str, person: CircleParticipant | None, due_on: date | None
) -> None:
    """Raise ValidationError for what is missing, or says nothing, in something of a plan."""
    if kind not in Kind.values:
        raise ValidationError({"kind": _("Choose what it is.")})
    if len(words) > LONGEST:
        raise ValidationError({"text": _("At most %(limit)d characters.") % {"limit": LONGEST}})
    if person is not None and (person.circle_id != circle.pk or person.voided_at is not None):
        raise ValidationError({"person": _("Choose somebody of this case.")})
    if kind == Kind.SUPPORTER:
        if (person is None) == (not words):
            raise ValidationError({"person": _("Choose a supporter of the case, or else write a name.")})
        if person is not None and person.role != CircleParticipant.Role.SUPPORTER:
            raise ValidationError(
                {"person": _("This person has another part in the case. Name them a supporter first.")}
            )
    elif not words:
        raise ValidationError({"text": _("Say in a few words what it is.")})
    if kind == Kind.RESPONSIBILITY and person is None:
        raise ValidationError({"person": _("Say who does it.")})
    if kind == Kind.RESPONSIBILITY and due_on is None:
        raise ValidationError({"due_on": _("Say by when.")})
    if plan.items.filter(dropped_at=None).count() >= MOST_ITEMS:
        raise ValidationError({"kind": _("A plan has at most %(limit)d entries.") % {"limit": MOST_ITEMS}})
