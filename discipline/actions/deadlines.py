"""What the clock does with deadlines: counts them anew by today's calendar, opens determinations that a file brought.

Each may run at any time and as often as one likes; a second call changes nothing.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q

from discipline.actions.due_process import recount_steps
from discipline.actions.idea import open_if_asked, recount_due_dates
from discipline.actions.terms import INTERIM
from discipline.idea_clock import LIMIT
from discipline.models import Removal
from district.models import District, ProgramStatus

LOOKS_BACK = timedelta(days=30)
"""Of removals that came with a file and were over earlier, nobody is told today that a determination is late."""


def recount(district: District, *, today: date) -> int:
    """Move what the calendar moved, such as after a snow day; each move has its trace. Returns how many moved."""
    return len(recount_due_dates(district=district, by=None)) + len(recount_steps(district=district, by=None))


def open_determinations(district: District, *, today: date) -> int:
    """Open the manifestation determinations that the clock asks for over removals that no person ordered here.

    Only where there never was one: what somebody voided stays voided.
    """
    protected = ProgramStatus.objects.filter(Q(idea=True) | Q(section504=True), student__district=district)
    rows = Removal.objects.standing().filter(
        Q(kind__in=INTERIM) | Q(days__gt=LIMIT) | Q(days=None),
        Q(ends_on=None) | Q(ends_on__gte=today - LOOKS_BACK),
        school__district=district,
        school_year__starts_on__lte=today,
        school_year__ends_on__gte=today,
        student__in=protected.values("student"),
        determinations=None,
    )
    opened = 0
    for key in rows.values_list("pk", flat=True):
        with transaction.atomic():
            locked = Removal.objects.select_for_update(of=("self",)).select_related("school__district", "terms")
            removal = locked.get(pk=key)
            terms = getattr(removal, "terms", None)
            decided_on = (terms.decided_on if terms else None) or removal.begins_on
            opened += open_if_asked(removal=removal, decided_on=decided_on, by=None) is not None
    return opened
