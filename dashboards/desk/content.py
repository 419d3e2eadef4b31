"""Everything that waits for one person, in the order of its consequence."""

from __future__ import annotations

from collections.abc import Callable

from dashboards.desk import commitments, mending, referrals, removals
from dashboards.desk.tasks import DeskContent, Group, Panel
from district.models import User

GROUPS: tuple[Callable[[User], Group | None], ...] = (
    referrals.to_answer,
    referrals.to_review,
    removals.starting_and_ending,
    removals.not_ticked,
    commitments.owed,
    commitments.broken,
    referrals.half_written,
    referrals.answered,
    mending.removals_without_end,
    mending.incidents_with_gaps,
)
"""Who waits for one comes first, then what has a date, then what is one's own, then what lacks something."""

PANELS: tuple[Callable[[User], Panel | None], ...] = (removals.out_today,)


def content_of(user: User) -> DeskContent:
    """Return the desk of `user`: only what their grants open. A fixed number of queries, whatever waits."""
    groups = tuple(group for source in GROUPS if (group := source(user)))
    return DeskContent(groups, tuple(panel for source in PANELS if (panel := source(user))))
