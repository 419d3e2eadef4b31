"""What the lists of plans show: to every reader of a case that there is one, and how many check-ins were held."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from circles.actions.welcome_back import words_of
from circles.models import CheckIn, Circle, PlanItem, WelcomePlan
from district.access import Permission
from district.columns import Column, Kind, RecordTable, grouped, objects
from district.models import User
from district.tables import ID


def held_of_plans(keys: Sequence[int], user: User) -> dict[int, int]:
    """How many check-ins of each plan were held."""
    return _counted(keys, ~Q(done_on=None))


def planned_of_plans(keys: Sequence[int], user: User) -> dict[int, int]:
    """How many check-ins each plan has."""
    return _counted(keys, Q())


def check_ins_of_plans(keys: Sequence[int], user: User) -> dict[int, list[dict[str, Any]]]:
    """The check-ins of each plan and what was found, for those who work on the case."""
    cases = Circle.objects.all().allowed(user, Permission.CIRCLE_WORK).order_by()
    rows = CheckIn.objects.filter(plan__in=keys, plan__circle__in=cases.values("pk")).order_by("day")
    return grouped(objects(rows, "plan", CHECK_IN_PARTS))


def words_of_items(keys: Sequence[int], user: User) -> dict[int, str | None]:
    """The words of each item, for those who read the notes of its case; null where no key opens them."""
    team = Circle.objects.all().team_of(user).order_by()
    rows = PlanItem.objects.filter(pk__in=keys, plan__circle__in=team.values("pk"))
    return {item.pk: words_of(item) for item in rows}


def _counted(keys: Sequence[int], which: Q) -> dict[int, int]:
    rows = CheckIn.objects.filter(which, plan__in=keys).order_by().values_list("plan")
    return dict.fromkeys(keys, 0) | dict(rows.annotate(Count("pk")))


CHECK_IN_PARTS = (
    ID,
    Column("day", _("School day"), "day", Kind.INTEGER),
    Column("due_on", _("On"), "due_on", Kind.DATE),
    Column("done_on", _("Held on"), "done_on", Kind.DATE, is_nullable=True),
    Column("outcome", _("How it goes"), "outcome", choices=CheckIn.Outcome, is_blank=True),
)
_OF_PLAN = (
    Column("plan", _("Plan"), "plan__uid", Kind.ID),
    Column("circle", _("Case"), "plan__circle__uid", Kind.ID),
    Column("school", _("School"), "plan__circle__school__code"),
)
_PLACES = {"district": "plan__circle__school__district_id", "school": "plan__circle__school_id"}

WELCOME_PLANS = RecordTable(
    WelcomePlan,
    "circle-welcome-plans",
    (
        ID,
        Column("circle", _("Case"), "circle__uid", Kind.ID),
        Column("school", _("School"), "circle__school__code"),
        Column("returns_on", _("First day back"), "returns_on", Kind.DATE),
        Column("check_ins_planned", _("Check-ins"), kind=Kind.INTEGER, gather=planned_of_plans),
        Column("check_ins_held", _("Held"), kind=Kind.INTEGER, gather=held_of_plans),
    ),
    details=(Column("check_ins", _("First week"), kind=Kind.OBJECTS, gather=check_ins_of_plans, parts=CHECK_IN_PARTS),),
    places={"district": "circle__school__district_id", "school": "circle__school_id"},
    about_students=True,
)
PLAN_ITEMS = RecordTable(
    PlanItem,
    "circle-plan-items",
    (
        ID,
        *_OF_PLAN,
        Column("kind", _("Kind"), "kind", choices=PlanItem.Kind),
        Column("person", _("Who"), "person__uid", Kind.ID, is_nullable=True),
        Column("due_on", _("By when"), "due_on", Kind.DATE, is_nullable=True),
        Column("done_on", _("Done on"), "done_on", Kind.DATE, is_nullable=True),
        Column("dropped", _("Taken out"), "dropped_at", Kind.IS_SET),
    ),
    details=(Column("text", _("In a few words"), gather=words_of_items, is_nullable=True),),
    places=_PLACES,
    about_students=True,
)
CHECK_INS = RecordTable(
    CheckIn,
    "circle-check-ins",
    (*CHECK_IN_PARTS[:1], *_OF_PLAN, *CHECK_IN_PARTS[1:]),
    places=_PLACES,
    about_students=True,
)
