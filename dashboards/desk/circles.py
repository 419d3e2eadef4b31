"""What waits of restorative cases: to take up, to record, overdue of what was agreed; and who was offered nothing."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from circles import case_states as states
from circles.models import AgreementTerm, CheckIn, Circle, FollowUp, PlanItem
from circles.sections_of_agreements import overdue_words
from dashboards.desk.tasks import SHOWN, Group, Task
from discipline.actions.offering import ASKED
from discipline.models import OfferAnswer, Removal, RestorativeOffer
from district.access import Permission
from district.models import User
from district.page_parts import Status, day_words

RECENT = timedelta(days=30)
"""How long after its first day a removal without an offer stands on the desk; one that goes on stands there longer."""


def to_take_up(user: User) -> Group | None:
    """Cases that nobody has taken up, at schools where the reader arranges circles; the oldest first."""
    if not user.holds(Permission.CIRCLE_ARRANGE):
        return None
    rows = Circle.objects.standing().allowed(user, Permission.CIRCLE_ARRANGE).filter(status=states.REFERRED)
    found = list(rows.select_related("practice", "school").order_by("opened_on", "pk"))
    tasks = tuple(
        Task(
            Status(_("Not taken up"), "due"),
            day_words(one.opened_on),
            one.practice.name,
            one.school.name,
            reverse("circle_detail", args=[one.uid]),
            _("Look"),
        )
        for one in found[:SHOWN]
    )
    more = (f"{reverse('circle_list')}?stage=referred", _("All of them"))
    return Group(_("Restorative cases to take up"), tasks, len(found), more) if found else None


def to_record(user: User) -> Group | None:
    """Circles whose day has come, of cases that the reader works on."""
    if not user.holds(Permission.CIRCLE_WORK):
        return None
    today = timezone.localdate()
    rows = Circle.objects.standing().allowed(user, Permission.CIRCLE_WORK)
    rows = rows.filter(status=states.SCHEDULED, scheduled_on__lte=today)
    found = list(rows.select_related("practice", "school").order_by("scheduled_on", "pk"))
    tasks = tuple(
        Task(
            Status(_("Today"), "due") if one.scheduled_on == today else Status(_("Not recorded yet"), "late"),
            day_words(one.scheduled_on),
            one.practice.name,
            one.school.name,
            reverse("circle_detail", args=[one.uid]),
            _("Look"),
        )
        for one in found[:SHOWN]
    )
    return Group(_("Circles to hold or to record"), tasks, len(found)) if found else None


def agreed_and_due(user: User) -> Group | None:
    """Terms that are overdue and days to ask again that have come, where the reader answers for the agreement."""
    if not user.holds(Permission.CIRCLE_WORK):
        return None
    today = timezone.localdate()
    cases = Circle.objects.open().visible_to(user).order_by().values("pk")
    mine = Q(agreement__owner=user.pk, agreement__circle__in=cases)
    terms = AgreementTerm.objects.open().filter(mine, due_on__lt=today)
    asks = FollowUp.objects.filter(mine, done_on=None, due_on__lte=today)
    related = ("agreement__circle__practice", "agreement__circle__school")
    waiting = [(one.due_on, _("Term not settled"), one) for one in terms.select_related(*related)]
    waiting += [(one.due_on, _("Ask how it goes"), one) for one in asks.select_related(*related)]
    waiting.sort(key=lambda task: task[0])
    tasks = tuple(
        Task(
            Status(overdue_words((today - day).days), "late") if day < today else Status(_("Today"), "due"),
            day_words(day),
            words,
            f"{one.agreement.circle.practice.name}, {one.agreement.circle.school.name}",
            reverse("circle_detail", args=[one.agreement.circle.uid]),
            _("Look"),
        )
        for day, words, one in waiting[:SHOWN]
    )
    more = (f"{reverse('circle_term_list')}?overdue=true&mine=true", _("What is overdue"))
    return Group(_("Agreements that you follow up"), tasks, len(waiting), more) if waiting else None


def first_weeks(user: User) -> Group | None:
    """Check-ins of a first week back that has come, and what is overdue of plans, in cases of whose team one is."""
    if not user.holds(Permission.CIRCLE_WORK):
        return None
    today = timezone.localdate()
    mine = {"plan__circle__in": Circle.objects.open().team_of(user).order_by().values("pk"), "done_on": None}
    related = ("plan__circle__practice", "plan__circle__school")
    days = CheckIn.objects.filter(**mine, due_on__lte=today).select_related(*related)
    items = PlanItem.objects.filter(**mine, due_on__lt=today, dropped_at=None).select_related(*related)
    waiting = [(one.due_on, _("How was school day %(number)d?") % {"number": one.day}, one.plan) for one in days]
    waiting += [(one.due_on, _("Something of the plan is not done"), one.plan) for one in items if one.due_on]
    waiting.sort(key=lambda task: task[0])
    tasks = tuple(
        Task(
            Status(overdue_words((today - day).days), "late") if day < today else Status(_("Today"), "due"),
            day_words(day),
            words,
            f"{plan.circle.practice.name}, {plan.circle.school.name}",
            reverse("circle_detail", args=[plan.circle.uid]),
            _("Look"),
        )
        for day, words, plan in waiting[:SHOWN]
    )
    return Group(_("First week back"), tasks, len(waiting)) if waiting else None


def removed_without_offer(user: User) -> Group | None:
    """Removals before which nothing restorative was offered, and after which nothing is under way: nobody is named.

    Coming back is prepared from the first day of a removal on.
    """
    if not user.holds(Permission.CIRCLE_ARRANGE):
        return None
    today = timezone.localdate()
    rows = Removal.objects.standing().allowed(user, Permission.CIRCLE_ARRANGE).filter(kind__in=ASKED)
    rows = rows.filter(Q(begins_on__gte=today - RECENT) | Q(ends_on__gte=today), begins_on__lte=today + RECENT)
    offered = RestorativeOffer.objects.filter(removal=OuterRef("pk")).exclude(answer=OfferAnswer.NOT_OFFERED)
    under_way = Circle.objects.standing().filter(
        Q(removal=OuterRef("pk")) | Q(referral__incident=OuterRef("incident"), referral__student=OuterRef("student"))
    )
    found = list(rows.filter(~Exists(offered), ~Exists(under_way)).select_related("school").order_by("begins_on", "pk"))
    tasks = tuple(
        Task(
            Status(_("Nothing offered"), "due"),
            day_words(one.begins_on),
            str(one.get_kind_display()),
            one.school.name,
            f"{reverse('circle_new')}?removal={one.uid}",
            _("Prepare the way back"),
        )
        for one in found[:SHOWN]
    )
    return Group(_("Removals without an offer"), tasks, len(found)) if found else None
