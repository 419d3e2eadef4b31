"""What waits of restorative cases, as duties of those who work on them: no student is named in any.

A circle whose day has come, a term of an agreement that one follows up, a day to ask again; of cases of whose team one
is, a check-in of the first week back and something of the plan.
"""

from __future__ import annotations

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from circles import case_states as states
from circles.models import AgreementTerm, CheckIn, Circle, FollowUp, PlanItem
from district.access import Permission
from district.duties import Duty
from district.models import User


def duties_of(user: User, *, since: date, until: date) -> list[Duty]:
    """What falls due for `user` from `since` to `until`, both included, the earliest first. Five queries."""
    if not user.holds(Permission.CIRCLE_WORK):
        return []
    cases = Circle.objects.open().allowed(user, Permission.CIRCLE_WORK)
    span = (since, until)
    scheduled = cases.filter(status=states.SCHEDULED, scheduled_on__range=span).select_related("practice", "school")
    words = _("A circle is held")
    found = [_duty(one.scheduled_on, words, one, f"circle-{one.uid}") for one in scheduled if one.scheduled_on]
    mine = Q(agreement__owner=user.pk, agreement__circle__in=cases.order_by().values("pk"), due_on__range=span)
    related = ("agreement__circle__practice", "agreement__circle__school")
    for term in AgreementTerm.objects.open().filter(mine).select_related(*related):
        found.append(_duty(term.due_on, _("A term of an agreement is due"), term.agreement.circle, f"term-{term.uid}"))
    for row in FollowUp.objects.filter(mine, done_on=None).select_related(*related):
        found.append(_duty(row.due_on, _("Ask how it goes"), row.agreement.circle, f"follow-up-{row.uid}"))
    team = Circle.objects.open().team_of(user).order_by()
    of_plan = {"plan__circle__in": team.values("pk"), "due_on__range": span, "done_on": None}
    related = ("plan__circle__practice", "plan__circle__school")
    for check_in in CheckIn.objects.filter(**of_plan).select_related(*related):
        words = _("Check in: how is the first week back?")
        found.append(_duty(check_in.due_on, words, check_in.plan.circle, f"check-in-{check_in.uid}"))
    for item in PlanItem.objects.filter(**of_plan, dropped_at=None).select_related(*related):
        if item.due_on:
            words = _("Something of a plan for the way back is due")
            found.append(_duty(item.due_on, words, item.plan.circle, f"plan-item-{item.uid}"))
    return sorted(found, key=lambda duty: (duty.on, str(duty.of), duty.key))


def _duty(on: date, words: str, circle: Circle, key: str) -> Duty:
    of = _("%(practice)s, %(school)s") % {"practice": circle.practice.name, "school": circle.school.name}
    return Duty(on, words, of, "circle_detail", circle.uid, key, is_owed=True, mail_words=_("A circle waits"))
