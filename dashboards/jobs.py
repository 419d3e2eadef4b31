"""What is done by the clock: one list of jobs over all floors, run by `manage.py run_scheduled`.

A job may run at any time and as often as one likes: what it writes is unique by what it is about. Each runs by itself,
so that one that fails keeps none of the others from running.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import circles.actions.notices
import commitments.actions.notices
import discipline.actions.notices
from circles.actions.notes import purge_notes
from circles.actions.surveys import release_surveys
from commitments.actions import clock
from commitments.actions.concerns.clock import close_undisputed, purge_concerns, write_concern_notices
from dashboards.concern_patterns.release import release_patterns
from dashboards.notices import write_digests
from dashboards.passed_on.actions import forget_waiting
from dashboards.progress.breaches import note_breaches, settle_dates
from dashboards.retaliation.actions import purge_looks
from discipline.actions import deadlines, forget_drafts
from district.models import District


@dataclass(frozen=True)
class Job:
    """One thing to do for each district on a day; it returns how many rows it wrote."""

    name: str
    run: Callable[..., int]


JOBS: tuple[Job, ...] = (
    Job("dates of commitments", clock.write_dates),
    Job("dates that a live measure settles", settle_dates),
    Job("missed dates", clock.note_missed_dates),
    Job("late deliveries", clock.note_late_deliveries),
    Job("unanswered resolutions", clock.note_unanswered),
    Job("broken commitments", note_breaches),
    Job("steps after a miss", clock.advance),
    Job("notes of cases past their time", purge_notes),
    Job("concerns that nobody disputed", close_undisputed),
    Job("words of concerns past their time", purge_concerns),
    Job("notes about actions after concerns", purge_looks),
    Job("children that no school found", forget_waiting),
    Job("patterns of concerns", release_patterns),
    Job("surveys after circles", release_surveys),
    Job("deadlines by the calendar", deadlines.recount),
    Job("determinations to open", deadlines.open_determinations),
    Job("reminders of commitments", commitments.actions.notices.write_notices),
    Job("reminders of what is due by law", discipline.actions.notices.write_notices),
    Job("reminders of circles", circles.actions.notices.write_notices),
    Job("something for the ombuds", write_concern_notices),
    Job("digests", write_digests),
    Job("forgotten drafts", forget_drafts),
)
"""In this order: what a job writes, the later ones may act on."""


@dataclass(frozen=True)
class Outcome:
    """What one job did for one district: how many rows it wrote, or the error that stopped it."""

    job: str
    district: str
    written: int = 0
    error: Exception | None = None


def run_jobs(*, today: date | None = None) -> Iterator[Outcome]:
    """Run every job for every district, each on the day that it is there (or on `today`)."""
    for district in District.objects.order_by("code"):
        for job in JOBS:
            try:
                written = job.run(district, today=today or district.today())
            except Exception as error:  # one job must not stop the others
                yield Outcome(job.name, district.code, error=error)
            else:
                yield Outcome(job.name, district.code, written)
