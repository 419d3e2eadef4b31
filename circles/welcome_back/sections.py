"""The plan on the page of a case: to everybody that there is one, to those who work on it what stands in it."""

from __future__ import annotations

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from circles.actions.welcome_back import is_waiting, words_of
from circles.case_states import CLOSED
from circles.models import CheckIn, Circle, PlanItem, WelcomePlan
from circles.sections_of_agreements import overdue_words
from district.page_parts import Cell, Fact, Heading, Section, Status, day_words


def plan_of(circle: Circle) -> WelcomePlan | None:
    """The plan of a case. Two queries."""
    plan = WelcomePlan.objects.filter(circle=circle).prefetch_related("check_ins").first()
    if plan:
        plan.circle = circle
    return plan


def plan_fact(plan: WelcomePlan) -> Fact:
    """That there is a plan, and how many check-ins were held: what every reader of the case may know."""
    days = list(plan.check_ins.all())
    held = sum(one.done_on is not None for one in days)
    words = _("%(held)d of %(planned)d check-ins held") % {"held": held, "planned": len(days)}
    return Fact(_("Plan for the way back"), words)


def sections_of_plan(plan: WelcomePlan, *, reads_words: bool, today: date) -> list[Section]:
    """What stands in the plan, for those who read the notes of the case; the first week, for all who work on it."""
    found = [_items(plan, today)] if reads_words else []
    return [*found, _first_week(plan, today)]


def _items(plan: WelcomePlan, today: date) -> Section:
    is_closed = plan.circle.status == CLOSED
    rows = []
    for item in plan.items.filter(dropped_at=None).select_related("person__student__person"):
        item.plan = plan
        words, who = words_of(item), str(item.person) if item.person else ""
        if item.purged_at:
            words = _("Its time was over; it is gone.")
        elif words is None:
            words = _("No key at hand opens it.")
        name = item.kind == PlanItem.Kind.SUPPORTER and not words
        cells = [
            Cell(who if name else words, note="" if name else who),
            Cell(item.get_kind_display()),
            Cell(day_words(item.due_on)),
            Cell(status=item_status(item, today, is_closed=is_closed)),
        ]
        if not is_closed:
            step, label = ("finish", _("It is done")) if is_waiting(item) else ("drop", _("Take it out"))
            cells.append(Cell(label, reverse("plan_item_step", args=[item.uid, step])))
        rows.append(cells)
    headings = [Heading(_("What")), Heading(_("Kind")), Heading(_("By when"), is_day=True), Heading(_("State"))]
    if not is_closed:
        headings.append(Heading(_("Next")))
    note = _("First day back: %(day)s") % {"day": day_words(plan.returns_on)}
    more = None if is_closed else (reverse("welcome_plan_step", args=[plan.uid, "add-item"]), _("Add to the plan"))
    empty = _("Nothing stands in it yet. Ask the student what helps, and whom they want beside them.")
    return Section(_("Plan for the way back"), tuple(headings), rows, empty, note=note, more=more)


def _first_week(plan: WelcomePlan, today: date) -> Section:
    is_closed = plan.circle.status == CLOSED
    days = list(plan.check_ins.all())
    next_one = next((one for one in days if one.done_on is None), None)
    rows = []
    for one in days:
        cells = [
            Cell(_("School day %(number)d") % {"number": one.day}),
            Cell(day_words(one.due_on)),
            Cell(status=check_in_status(one, today, is_closed=is_closed)),
        ]
        if not is_closed:
            address = reverse("check_in_step", args=[one.uid, "record"])
            cells.append(Cell(_("Say how it went"), address) if one == next_one else Cell())
        rows.append(cells)
    headings = [Heading(_("First week")), Heading(_("On"), is_day=True), Heading(_("How it goes"))]
    if not is_closed:
        headings.append(Heading(_("Next")))
    return Section(_("The first week back"), tuple(headings), rows)


def item_status(item: PlanItem, today: date, *, is_closed: bool = False) -> Status:
    """Whether something of a plan is done; what is late says so."""
    if item.done_on:
        return Status(_("Done"), "done")
    if not is_closed and item.due_on and item.due_on < today:
        return Status(overdue_words((today - item.due_on).days), "late")
    return Status(_("Waits"), "open")


def check_in_status(row: CheckIn, today: date, *, is_closed: bool = False) -> Status:
    """How a day went, or that it waits."""
    if row.done_on:
        return Status(row.get_outcome_display(), "late" if row.outcome == CheckIn.Outcome.HARD else "done")
    if not is_closed and row.due_on < today:
        return Status(overdue_words((today - row.due_on).days), "late")
    return (
        Status(_("Today"), "due") if row.due_on == today and not is_closed else Status(_("Waits for its day"), "open")
    )
