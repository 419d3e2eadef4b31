"""Everything that waits for one person, in the order of its consequence."""

from __future__ import annotations

from collections.abc import Callable

from dashboards.desk import circles, commitments, concerns, families, law, mending, referrals, removals
from dashboards.desk.tasks import DeskContent, Group, Panel
from district.models import User

GROUPS: tuple[Callable[[User], Group | None], ...] = (
    law.due_steps,
    law.determinations,
    law.near_day_ten,
    concerns.waiting,
    concerns.after,
    families.requests,
    families.sent_home,
    families.passed_on,
    referrals.to_answer,
    referrals.to_review,
    law.threshold_tasks,
    circles.to_record,
    circles.agreed_and_due,
    circles.first_weeks,
    circles.removed_without_offer,
    circles.to_take_up,
    removals.starting_and_ending,
    removals.not_ticked,
    commitments.owed,
    commitments.broken,
    referrals.half_written,
    referrals.answered,
    mending.removals_without_end,
    mending.incidents_with_gaps,
)
"""What the law sets a day for comes first; then who waits for one, what has a date, what is one's own, what lacks
something.
"""

PANELS: tuple[Callable[[User], Panel | None], ...] = (removals.out_today,)


def content_of(user: User) -> DeskContent:
    """Return the desk of `user`: only what their grants open. A fixed number of queries, whatever waits."""
    groups = tuple(group for source in GROUPS if (group := source(user)))
    return DeskContent(groups, tuple(panel for source in PANELS if (panel := source(user))))
