"""What the clock does with commitments: write down what falls due, what was missed, and what follows.

Every function may be called at any time and as often as one likes: each row it writes is unique by what it is about,
so that a second call on the same day writes nothing, and a call after three days without one catches up once. A job
takes `today` and returns how many rows it wrote.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from commitments.cadence import occurrences
from commitments.ladder import WAITING_FOR_AGENDA, Ladder, Rule, clock_notes
from commitments.models import (
    AgendaItem,
    Breach,
    Commitment,
    DueItem,
    EscalationRule,
    Meeting,
    Miss,
    MissStep,
    Resolution,
)
from district import audit
from district.models import District, calendar_of

from .recording import change, locked

HORIZON = timedelta(days=366)
"""How far ahead dates of a rhythm are written down."""

Kind = MissStep.Kind


def ladder_of(district: District) -> Ladder:
    """The rules of a district. Three queries."""
    rules: dict[str, list[tuple[date, Rule]]] = {}
    for row in EscalationRule.objects.filter(district=district).order_by("valid_from"):
        rules.setdefault(row.step, []).append((row.valid_from, Rule(row.days, row.unit)))
    needs_calendar = any(rule.unit == "school" for known in rules.values() for _day, rule in known)
    return Ladder(rules, calendar_of(district) if needs_calendar else None)


def write_due_items(commitment: Commitment, *, today: date) -> int:
    """Write down the dates of one commitment that are not there yet, a year ahead."""
    if commitment.due_on:
        days = [commitment.due_on]
    elif commitment.cadence and commitment.first_due_on:
        last = commitment.last_due_day()
        days = list(occurrences(commitment.cadence, commitment.first_due_on, until=today + HORIZON, last=last))
    else:
        return 0
    there = set(DueItem.objects.filter(commitment=commitment).values_list("due_on", flat=True))
    rows = [DueItem(commitment=commitment, due_on=day) for day in days if day not in there]
    DueItem.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def write_dates(district: District, *, today: date) -> int:
    """Write down what falls due within a year, for every commitment of the district that holds."""
    commitments = Commitment.objects.active().filter(district=district).exclude(cadence="")
    return sum(write_due_items(one, today=today) for one in commitments.select_related("memorandum"))


def note_missed_dates(district: District, *, today: date) -> int:
    """Note each date that passed without a delivery, and open what follows. The note is never cleared."""
    ladder = ladder_of(district)
    overdue = DueItem.objects.overdue_on(today).filter(commitment__district=district, missed_on=None)
    written = 0
    for key in list(overdue.values_list("pk", flat=True)):
        with transaction.atomic():
            item = DueItem.objects.select_for_update(of=("self",)).select_related("commitment").get(pk=key)
            if item.missed_on is not None or item.fulfilled_on is not None:
                continue  # another process was faster
            missed_on = item.due_on + timedelta(days=1)
            item.missed_on = missed_on
            item.save(update_fields=["missed_on", "updated_at"])
            miss = _open(item.commitment, Miss.Kind.DEADLINE, f"due {item.due_on}", missed_on, ladder, today)
            miss.due_item = item
            miss.save(update_fields=["due_item"])
            written += 1
    return written


@transaction.atomic
def settle_date(item: DueItem, *, on: date) -> int:
    """Write down that a live measure says a date of its commitment is kept since `on`. A missed date stays missed."""
    item = locked(item)
    if item.fulfilled_on is not None:
        return 0
    values = {"fulfilled_on": on, "evidence": _("Counted from the records")}
    change(item, values, by=None, district=item.commitment.district_id)
    return 1


def note_late_deliveries(district: District, *, today: date) -> int:
    """Note dates on which something was delivered after its day, where the clock had not looked in between."""
    late = DueItem.objects.filter(commitment__district=district, missed_on=None, fulfilled_on__isnull=False)
    written = 0
    for item in late.filter(due_on__lt=today):
        if not item.was_on_time:
            written += DueItem.objects.filter(pk=item.pk, missed_on=None).update(
                missed_on=item.due_on + timedelta(days=1)
            )
    return written


def note_unanswered(district: District, *, today: date) -> int:
    """Note each resolution whose answer was due and has not come. The note is never cleared."""
    waiting = Resolution.objects.unanswered_on(today).filter(assembly__district=district, answer_missed_on=None)
    written = 0
    for resolution in waiting:
        missed_on = resolution.answer_due_on + timedelta(days=1)
        with transaction.atomic():
            rows = Resolution.objects.filter(pk=resolution.pk, answer_missed_on=None)
            if not rows.update(answer_missed_on=missed_on):
                continue
            changes = {"answer_missed_on": [None, missed_on.isoformat()]}
            audit.record(audit.Action.UPDATE, by=None, target=resolution, district=district, changes=changes)
        written += 1
    return written


# --- Rules that the records themselves break -----------------------------------------------------------------------
@dataclass(frozen=True)
class Found:
    """A record that breaks a commitment: its public id, its school, its day."""

    record_uid: UUID
    school_id: int
    happened_on: date


@transaction.atomic
def record_breaches(commitment: Commitment, found: Iterable[Found], *, today: date) -> int:
    """Write down the records that break a commitment now: new ones, and those that no longer do.

    New ones join the breach that is open, or open one. A breach whose records have all been voided is withdrawn.
    """
    current = {one.record_uid: one for one in found}
    known = {row.record_uid: row for row in Breach.objects.filter(commitment=commitment).select_related("miss")}
    new = [one for uid, one in sorted(current.items(), key=lambda pair: pair[1].happened_on) if uid not in known]
    gone = [row for uid, row in known.items() if uid not in current and row.withdrawn_on is None]
    back = [row for uid, row in known.items() if uid in current and row.withdrawn_on is not None]
    for row in gone + back:
        row.withdrawn_on = today if row in gone else None
        row.save(update_fields=["withdrawn_on", "updated_at"])
    if new:
        miss = Miss.objects.open().filter(commitment=commitment, kind=Miss.Kind.BREACH).first()
        if miss is None:
            ladder = ladder_of(commitment.district)
            occasion = f"record {new[0].record_uid}"
            miss = _open(commitment, Miss.Kind.BREACH, occasion, new[0].happened_on, ladder, today)
        rows = [Breach(miss=miss, commitment=commitment, found_on=today, **vars(one)) for one in new]
        Breach.objects.bulk_create(rows)
    for miss in {row.miss for row in gone}:
        _withdraw(miss, today)
    return len(new) + len(gone)


@transaction.atomic
def record_broken(commitment: Commitment, *, occasion: str, today: date) -> int:
    """Write down that a commitment is broken over a whole period (`occasion`), once."""
    if Miss.objects.filter(commitment=commitment, occasion=occasion).exists():
        return 0
    if Miss.objects.open().filter(commitment=commitment, kind=Miss.Kind.BREACH).exists():
        return 0
    _open(commitment, Miss.Kind.BREACH, occasion, today, ladder_of(commitment.district), today)
    return 1


# --- What follows --------------------------------------------------------------------------------------------------
def advance(district: District, *, today: date) -> int:
    """Note every step that is overdue, and put what waits for it on the agenda of the body's next meeting."""
    ladder = ladder_of(district)
    rows = Miss.objects.open().filter(commitment__district=district, commitment__status=Commitment.Status.ACTIVE)
    written = 0
    for key in list(rows.values_list("pk", flat=True)):
        with transaction.atomic():
            miss = Miss.objects.select_for_update(of=("self",)).select_related("commitment__body").get(pk=key)
            written += _advance(miss, ladder, today)
    return written


def _advance(miss: Miss, ladder: Ladder, today: date) -> int:
    if miss.closed_on is not None:
        return 0
    written = 0
    if note := clock_notes(miss.status, miss.next_due_on, today):
        overdue_on = miss.next_due_on
        miss.next_due_on = None
        miss.save(update_fields=["next_due_on", "updated_at"])
        written += _note(miss, note, on=overdue_on + timedelta(days=1) if overdue_on else today)
    if miss.status in WAITING_FOR_AGENDA and miss.next_due_on is None and miss.commitment.body:
        meeting = next_meeting(miss.commitment.body_id, today)
        if meeting:
            put_on_agenda(miss, meeting, ladder=ladder, on=today, by=None, text="")
            written += 1
    return written


def next_meeting(body: int | None, today: date) -> Meeting | None:
    """The next meeting that is planned for a body, today's included."""
    return Meeting.objects.filter(body=body, status=Meeting.Status.PLANNED, on__gte=today).order_by("on").first()


def put_on_agenda(miss: Miss, meeting: Meeting, *, ladder: Ladder, on: date, by, text: str) -> MissStep:
    """Put a locked miss on the agenda of a meeting; from then on the consequence has its day."""
    AgendaItem.objects.get_or_create(
        meeting=meeting,
        miss=miss,
        defaults={"title": _("Not kept: %(title)s") % {"title": miss.commitment.title}, "by": by},
    )
    due_on = ladder.due_after("consequence", meeting.on)
    return take(miss, Miss.Status.ON_AGENDA, Kind.ON_AGENDA, on=on, due_on=due_on, by=by, text=text, meeting=meeting)


def take(
    miss: Miss,
    status: str,
    kind: str,
    *,
    on: date,
    due_on: date | None = None,
    by=None,
    text: str = "",
    meeting: Meeting | None = None,
    outcome: str = "",
) -> MissStep:
    """Write the dated row of a step and move the locked miss; `outcome` closes it."""
    before = miss.status
    miss.status, miss.next_due_on = status, due_on
    if outcome:
        miss.closed_on, miss.outcome = on, outcome
    miss.full_clean()
    miss.save()
    step = MissStep(miss=miss, kind=kind, on=on, due_on=due_on, by=by, text=text, meeting=meeting)
    step.full_clean()
    step.save()
    audit.record(
        audit.Action.UPDATE,
        by=by,
        target=miss,
        district=miss.commitment.district_id,
        changes={"status": [before, status]},
        details={"step": kind, "commitment": str(miss.commitment.uid)},
    )
    return step


def _open(commitment: Commitment, kind: str, occasion: str, missed_on: date, ladder: Ladder, today: date) -> Miss:
    """Open what follows a miss: it is noted as of its day, and the answer is due from the day it was found."""
    due_on = ladder.due_after("answer", today)
    miss = Miss(commitment=commitment, kind=kind, occasion=occasion, missed_on=missed_on, next_due_on=due_on)
    miss.full_clean()
    miss.save()
    MissStep.objects.create(miss=miss, kind=Kind.MISSED, on=missed_on, due_on=due_on)
    audit.record(
        audit.Action.CREATE,
        by=None,
        target=miss,
        district=commitment.district_id,
        details={"commitment": str(commitment.uid), "kind": kind},
    )
    return miss


def _note(miss: Miss, kind: str, *, on: date) -> int:
    """Write a row of the clock that changes no state; one of a kind for each miss, except of a remedy."""
    if kind != Kind.REMEDY_OVERDUE and MissStep.objects.filter(miss=miss, kind=kind).exists():
        return 0
    MissStep.objects.create(miss=miss, kind=kind, on=on)
    audit.record(
        audit.Action.UPDATE, by=None, target=miss, district=miss.commitment.district_id, details={"step": kind}
    )
    return 1


def _withdraw(miss: Miss, today: date) -> None:
    """Close a breach that no record stands behind any more."""
    miss = Miss.objects.select_for_update(of=("self",)).select_related("commitment").get(pk=miss.pk)
    if miss.closed_on is None and not miss.breaches.filter(withdrawn_on=None).exists():
        take(miss, Miss.Status.CLOSED, Kind.WITHDRAWN, on=today, outcome=Miss.Outcome.WITHDRAWN)


JOBS: Sequence = (write_dates, note_missed_dates, note_late_deliveries, note_unanswered, advance)
"""What the clock does for a district, in this order."""
