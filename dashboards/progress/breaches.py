"""The clock's part of live measures: writing down which records break a rule, and which rule a whole period broke."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from commitments.actions.clock import Found, record_breaches, record_broken, settle_date
from commitments.measure_kinds import MEASURE_KINDS, Direction
from commitments.models import Commitment, DueItem, Period
from dashboards.progress.counting import progress_of
from dashboards.progress.readings import BreachingRecord, Progress
from dashboards.progress.watch import CLOCK
from district.calendar import school_year_window
from district.models import District


def note_breaches(district: District, *, today: date) -> int:
    """Write down every breach of the live measures of a district; returns how many rows were written."""
    commitments = list(Commitment.objects.active().filter(district=district).exclude(measure=""))
    found = progress_of(commitments, watch=CLOCK, today=today)
    written = 0
    for one in commitments:
        progress = found.get(one.pk, Progress())
        if MEASURE_KINDS[one.measure].by_record:
            breaking = [Found(record.uid, record.school, record.on) for record in breaking_records(one, progress)]
            written += record_breaches(one, breaking, today=today)
        elif progress.current and is_broken(one, progress, today):
            written += record_broken(one, occasion=f"period {progress.current.period}", today=today)
    return written


def settle_dates(district: District, *, today: date) -> int:
    """Note each past date on which the figure of a live measure says that its commitment was kept, or is now.

    A date is looked at as of its own day; one that was missed then is settled late, on the day on which it is reached.
    Returns how many rows were written.
    """
    kinds = [key for key, kind in MEASURE_KINDS.items() if kind.settles_dates]
    items = DueItem.objects.overdue_on(today).filter(commitment__district=district, commitment__measure__in=kinds)
    by_day: dict[date, list[DueItem]] = {}
    for item in items.select_related("commitment"):
        by_day.setdefault(today if item.missed_on else item.due_on, []).append(item)
    written = 0
    for day, some in sorted(by_day.items()):
        found = progress_of({item.commitment for item in some}, watch=CLOCK, today=day)
        for item in some:
            one, current = item.commitment, found[item.commitment_id].current
            if current and current.is_kept(MEASURE_KINDS[one.measure].direction, one.target):
                written += settle_date(item, on=day)
    return written


def breaking_records(commitment: Commitment, progress: Progress) -> Sequence[BreachingRecord]:
    """The records that break a rule: of a rule that allows none every one, else all of a period with more than allowed.

    Earlier periods stay broken when a new one begins.
    """
    if commitment.target is None:
        return ()
    allowed = Fraction(commitment.target)
    if commitment.period != Period.SCHOOL_YEAR:
        return progress.records if len(progress.records) > allowed else ()
    counts = Counter(record.year for record in progress.records)
    return [record for record in progress.records if counts[record.year] > allowed]


def is_broken(commitment: Commitment, progress: Progress, today: date) -> bool:
    """Whether the reading that counts now breaks the promise.

    A figure that must be at most its target breaks it as soon as it is above, where within a period it can only rise;
    where it can fall again, once the period is over. One that must be at least its target is judged date by date.
    """
    kind = MEASURE_KINDS[commitment.measure]
    if progress.current is None or kind.direction is not Direction.AT_MOST:
        return False
    if kind.settles_at_end and today <= school_year_window(progress.current.period)[1]:
        return False
    return progress.current.is_kept(kind.direction, commitment.target) is False
