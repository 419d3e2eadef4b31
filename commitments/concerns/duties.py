"""What falls due for the recipient of concerns: to begin, to answer, to answer again. Nothing in it tells of what."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commitments.concerns import states
from commitments.models import Concern
from district.access import Permission
from district.duties import Duty
from district.models import User

WORDS = {
    states.RECEIVED: gettext_lazy("Begin to look into it"),
    states.ACKNOWLEDGED: gettext_lazy("An answer is due"),
    states.DISPUTED: gettext_lazy("An answer to the dispute is due"),
}


def duties_of(user: User, *, since: date, until: date) -> list[Duty]:
    """What falls due for `user` from `since` to `until`, both included, the earliest first. One query."""
    if not user.holds(Permission.CONCERN_WORK):
        return []
    rows = Concern.objects.received_by(user).awaiting().filter(next_due_on__range=(since, until))
    return [
        Duty(
            one.next_due_on,
            WORDS[one.state],
            _("A concern"),
            "concern_detail",
            one.uid,
            f"concern-{one.uid}",
            is_owed=True,
            mail_words=_("Something awaits you"),
        )
        for one in rows.order_by("next_due_on", "pk")
        if one.next_due_on
    ]
