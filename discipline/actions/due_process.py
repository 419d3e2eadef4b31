"""The checklist of a removal or a bullying case: laid out from the rules, ticked by people, moved by the calendar."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from discipline.actions.terms import record_beside
from discipline.clocks import calendars_of, clock_of
from discipline.models import Appeal, DueProcessChange, DueProcessStep, HibCase, Removal, RuleVersion
from district import audit
from district.calendar import SchoolCalendar
from district.models import District, User
from district.rules import Deadline, Finding, Rule, due_on
from district.steps import StepNotAllowed, checked_reason

TICK, TAKE_BACK, NOT_NEEDED, PLAN = "tick", "take_back", "not_needed", "plan"
STATES = DueProcessStep.State
STEP_STEPS: dict[str, tuple[str, ...]] = {
    STATES.OPEN: (TICK, PLAN, NOT_NEEDED),
    STATES.DONE: (TAKE_BACK,),
    STATES.NOT_NEEDED: (TAKE_BACK,),
}
"""State of a step → what may be done with it."""

CALENDAR_CHANGED = "The calendar changed"
REMOVAL_CHANGED = "The removal changed"
EVENT_CHANGED = "The day it is counted from changed"
"""Reasons that are written down for steps that move; kept in English, because they are part of the record."""

ONLY_WHEN_KNOWN = {
    **{event: event for event in ("day_11", "complaint_filed", "complaint_received")},
    "expedited_hearing_held": "complaint_filed",  # the decision waits for its hearing once there is a complaint
}
"""Event → the one without which its steps are not part of the checklist at all: there may never be one."""
CLOSES = {"formal_hearing": "hearing_closed", "expedited_hearing": "expedited_hearing_held"}
"""Step → the event that its being done is called by the deadlines which follow."""
FACTS = ("text", "from_event", "unit", "offset", "before", "version_id", "unless_known", "counted_from", "due_on")


@dataclass(frozen=True)
class Wanted:
    """A step that a rule asks for, and the facts nobody knows on which it depends."""

    rule: Rule
    deadline: Deadline
    unknown: tuple[str, ...]


# --- Laying out ------------------------------------------------------------------------------------------------------
def lay_steps(
    *,
    removal: Removal,
    findings: Iterable[Finding],
    versions: Mapping[tuple[str, int], RuleVersion],
    by: User | None,
    is_new_decision: bool = False,
) -> list[DueProcessStep]:
    """Give a removal the checklist that its rules ask for, or bring the one it has up to them.

    Two rules that ask for the same step make one: the earlier day. Steps no longer asked for are not needed. After a
    new decision those that count from the decision are to be done again; what was done stands in their dated rows.
    Call it in the transaction that orders or changes the removal.
    """
    wanted = [Wanted(one.rule, deadline, one.unknown) for one in findings for deadline in one.rule.deadlines]
    return _lay(removal, None, wanted, versions, by, is_new_decision=is_new_decision)


def lay_case_steps(
    *, case: HibCase, rules: Iterable[Rule], versions: Mapping[tuple[str, int], RuleVersion], by: User | None
) -> list[DueProcessStep]:
    """Give a bullying case its checklist. Call it in the transaction that opens the case."""
    wanted = [Wanted(rule, deadline, ()) for rule in rules for deadline in rule.deadlines]
    return _lay(None, case, wanted, versions, by)


def _lay(
    removal: Removal | None,
    case: HibCase | None,
    wanted: Iterable[Wanted],
    versions: Mapping[tuple[str, int], RuleVersion],
    by: User | None,
    *,
    is_new_decision: bool = False,
) -> list[DueProcessStep]:
    record: Any = removal or case
    existing = {row.step: row for row in record.due_steps.select_for_update()}
    events = events_of(record, existing.values())
    calendar = calendars_of(record.school.district, {record.school_id})[record.school_id]
    chosen: dict[str, DueProcessStep] = {}
    for one in wanted:
        event = one.deadline.from_event
        if ONLY_WHEN_KNOWN.get(event, event) not in events and event in ONLY_WHEN_KNOWN:
            continue
        row = _row(removal, case, one, versions[one.rule.key, one.rule.version])
        _set_due(row, events, calendar)
        other = chosen.get(row.step)
        if other is None or (row.due_on is not None and (other.due_on is None or row.due_on < other.due_on)):
            chosen[row.step] = row
    for step, row in chosen.items():
        if step in existing:
            _bring_up(existing[step], row, by, is_new_decision=is_new_decision)
        else:
            row.full_clean(exclude=["removal", "case", "school", "version"])
            row.save()
            existing[step] = row
    for step, row in existing.items():
        if step not in chosen and row.state == STATES.OPEN:
            _change(row, by, REMOVAL_CHANGED, state=STATES.NOT_NEEDED)
    return list(existing.values())


def _row(removal: Removal | None, case: HibCase | None, one: Wanted, version: RuleVersion) -> DueProcessStep:
    deadline = one.deadline
    record: Any = removal or case
    return DueProcessStep(
        removal=removal,
        case=case,
        school=record.school,
        version=version,
        step=deadline.step,
        text=deadline.text,
        from_event=deadline.from_event,
        unit=deadline.unit.value,
        offset=deadline.offset,
        before=deadline.before,
        unless_known=list(one.unknown),
    )


def _bring_up(stored: DueProcessStep, row: DueProcessStep, by: User | None, *, is_new_decision: bool) -> None:
    values: dict[str, Any] = {name: getattr(row, name) for name in FACTS}
    was_swept = stored.state == STATES.NOT_NEEDED and not stored.by_id
    if was_swept or (is_new_decision and stored.state == STATES.DONE and row.from_event == "decision"):
        values |= {"state": STATES.OPEN, "done_on": None, "done_by": "", "way": "", "document": ""}
    if stored.planned_on and row.due_on is None and row.unit == "same_day":
        values["due_on"] = stored.planned_on
    _change(stored, by, REMOVAL_CHANGED, **values)


# --- What it is counted from -----------------------------------------------------------------------------------------
def events_of(record: Removal | HibCase, steps: Iterable[DueProcessStep]) -> dict[str, date]:
    """Return the events that have a day: of the record, of its appeals, and of the steps that were done or planned."""
    events = _events_of_case(record) if isinstance(record, HibCase) else _events_of_removal(record)
    for step in steps:
        if step.state == STATES.DONE and step.done_on:
            events[step.step] = step.done_on
            if step.step in CLOSES:
                events[CLOSES[step.step]] = step.done_on
        elif step.state == STATES.OPEN and step.planned_on and step.step in CLOSES:
            events[step.step] = step.planned_on
    return events


def _events_of_case(case: HibCase) -> dict[str, date]:
    return {"learned": case.learned_on}


def _events_of_removal(removal: Removal) -> dict[str, date]:
    terms = getattr(removal, "terms", None)
    decided_on = terms.decided_on if terms else None
    events = {"decision": decided_on or removal.begins_on, "removal_begins": removal.begins_on}
    if removal.ends_on:
        events["removal_ends"] = removal.ends_on
    read = clock_of(removal.student, removal.school_year)
    for line in read.clock.lines:
        if line.count.removal.key == removal.pk and line.beyond:
            events["day_11"] = line.beyond[0]
    for appeal in removal.appeals.filter(to=Appeal.To.EXPEDITED).exclude(state=Appeal.State.WITHDRAWN):
        events["complaint_filed"] = events["complaint_received"] = appeal.filed_on
    return events


def _set_due(row: DueProcessStep, events: Mapping[str, date], calendar: SchoolCalendar) -> None:
    row.counted_from = events.get(row.from_event)
    if row.counted_from is not None:
        row.due_on = due_on(row.as_deadline(), row.counted_from, calendar)
    else:
        row.due_on = row.planned_on if row.unit == "same_day" else None


# --- Ticking ---------------------------------------------------------------------------------------------------------
def tick_step(
    *, step: DueProcessStep, done_on: date, done_by: str, way: str, document: str = "", by: User
) -> DueProcessStep:
    """Say that a step was done: when, by whom, how, and where its paper is. Steps counted from it get their day.

    Raises ValidationError for a day that has not come or lies before the incident, StepNotAllowed when it is done or
    not needed.
    """
    done_by = checked_reason(done_by, field="done_by", missing=_("Say who did it."))
    with transaction.atomic():
        stored = _locked(step, TICK)
        _check_day(stored, done_on, "done_on")
        if way not in DueProcessStep.Way.values:
            raise ValidationError({"way": _("Choose how it was done.")})
        values = {"state": STATES.DONE, "done_on": done_on, "done_by": done_by[:200], "way": way}
        _act(stored, by, "", **values, document=document.strip())
        if stored.step == DueProcessStep.NOTICE and stored.removal:
            _tell_determination(stored.removal, done_on, by)
        _recount_beside(stored, by)
        return stored


def _tell_determination(removal: Removal, day: date, by: User) -> None:
    """The notice that the checklist keeps is that of the determination too: it is not asked for again."""
    for row in removal.determinations.standing().filter(notice_on=None, decided_on__lte=day):
        row.notice_on = day
        row.save(update_fields=["notice_on", "updated_at"])
        record_beside(audit.Action.UPDATE, row, removal, by, {"notice_on": [None, day.isoformat()]})


def tick_of(removal: Removal, step: str, *, done_on: date, done_by: str, way: str, by: User) -> None:
    """Tick off the step of this name in the checklist of a removal, where it is to do: a decision that is recorded
    elsewhere is not asked for twice. Call it in the transaction of that decision.
    """
    row = removal.due_steps.filter(step=step, state=STATES.OPEN).first()
    if row is not None and removal.voided_at is None:
        tick_step(step=row, done_on=done_on, done_by=done_by[:200], way=way, by=by)


def set_not_needed(*, step: DueProcessStep, reason: str, by: User) -> DueProcessStep:
    """Say why a step is not needed. Raises ValidationError without a reason, StepNotAllowed unless it is to do."""
    reason = checked_reason(reason, missing=_("Say why this step is not needed."))
    with transaction.atomic():
        stored = _locked(step, NOT_NEEDED)
        return _act(stored, by, reason, state=STATES.NOT_NEEDED)


def take_back_step(*, step: DueProcessStep, reason: str, by: User) -> DueProcessStep:
    """Put a step back among those to do; what was said stands in its dated rows. Raises as `set_not_needed`."""
    reason = checked_reason(reason, missing=_("Say why it is taken back."))
    with transaction.atomic():
        stored = _locked(step, TAKE_BACK)
        _act(stored, by, reason, state=STATES.OPEN, done_on=None, done_by="", way="", document="")
        _recount_beside(stored, by)
        return stored


def plan_step(*, step: DueProcessStep, planned_on: date, by: User) -> DueProcessStep:
    """Say for which day a step is planned, such as a hearing or the board's meeting. Raises StepNotAllowed."""
    with transaction.atomic():
        stored = _locked(step, PLAN)
        if planned_on < _first_day(stored):
            raise ValidationError({"planned_on": _("This day is before the incident.")})
        if planned_on == stored.planned_on:
            return stored
        _act(stored, by, "", planned_on=planned_on)
        _recount_beside(stored, by)
        return stored


def allowed_steps(step: DueProcessStep) -> tuple[str, ...]:
    """What may be done with a step; nothing when its removal was voided."""
    if step.removal is not None and step.removal.voided_at is not None:
        return ()
    return STEP_STEPS[step.state]


# --- The calendar ----------------------------------------------------------------------------------------------------
def recount_steps(*, district: District, by: User | None) -> list[DueProcessStep]:
    """Give each step that is to do its due date by today's calendar, and return those that moved; each has its trace.

    Run it when the calendar changes, such as after a snow day. Repeating changes nothing.
    """
    with transaction.atomic():
        rows = DueProcessStep.objects.open().filter(school__district=district).exclude(unit="calendar_day")
        found = list(rows.select_for_update(of=("self",)).select_related("school__district", "removal", "case"))
        calendars = calendars_of(district, {row.school_id for row in found})
        moved = []
        for row in found:
            if row.counted_from is None:
                continue
            due = due_on(row.as_deadline(), row.counted_from, calendars[row.school_id])
            if due != row.due_on:
                _act(row, by, CALENDAR_CHANGED, due_on=due)
                moved.append(row)
        return moved


def recount_of(removal: Removal, *, by: User | None) -> None:
    """Bring the days of a removal's steps up to its events, such as an appeal that was filed."""
    rows = list(removal.due_steps.filter(state=STATES.OPEN).select_related("school__district"))
    if rows:
        _recount(removal, rows, by)


def _recount_beside(step: DueProcessStep, by: User | None) -> None:
    _recount(step.record, list(step.record.due_steps.select_related("school__district")), by)


def _recount(record: Removal | HibCase, rows: list[DueProcessStep], by: User | None) -> None:
    events = events_of(record, record.due_steps.all())
    calendar = calendars_of(record.school.district, {record.school_id})[record.school_id]
    for row in rows:
        if row.state != STATES.OPEN:
            continue
        before = row.counted_from, row.due_on
        _set_due(row, events, calendar)
        after = row.counted_from, row.due_on
        row.counted_from, row.due_on = before
        if after != before:
            _change(row, by, EVENT_CHANGED, counted_from=after[0], due_on=after[1])


def _change(row: DueProcessStep, by: User | None, reason: str, **values: Any) -> bool:
    """Give a step new values, with a dated row of those that differ; say whether any did."""
    former = {}
    for name, value in values.items():
        held = getattr(row, name)
        if held != value:
            former[name] = held.isoformat() if isinstance(held, date) else held
            setattr(row, name, value)
    if not former:
        return False
    row.save()
    DueProcessChange.objects.create(step=row, at=timezone.now(), by=by, reason=reason, former=former)
    return True


def _act(row: DueProcessStep, by: User | None, reason: str, **values: Any) -> DueProcessStep:
    before = audit.values_of(row, values)
    if by is not None:
        values["by"] = by
    _change(row, by, reason, **{("by_id" if name == "by" else name): _key(value) for name, value in values.items()})
    row.full_clean(exclude=["removal", "case", "school", "version"])
    record_step(row, by, audit.differences(before, audit.values_of(row, before)), reason)
    return row


def _key(value: Any) -> Any:
    return value.pk if isinstance(value, User) else value


def record_step(row: DueProcessStep, by: User | None, changes: dict[str, list[Any]], reason: str) -> None:
    """Append the event of a step."""
    audit.record(
        audit.Action.UPDATE,
        by=by,
        target=row,
        district=row.school.district_id,
        school=row.school_id,
        student=row.removal.student_id if row.removal else None,
        changes=changes,
        details={"step": row.step} | ({"reason": reason} if reason else {}),
    )


def _locked(step: DueProcessStep, what: str) -> DueProcessStep:
    rows = DueProcessStep.objects.select_for_update(of=("self",))
    stored = rows.select_related("school__district", "removal__incident", "case__incident").get(pk=step.pk)
    allowed = allowed_steps(stored)
    if what not in allowed:
        raise StepNotAllowed(
            _("The step is “%(state)s”, which does not allow this.") % {"state": stored.get_state_display()}, allowed
        )
    return stored


def _first_day(step: DueProcessStep) -> date:
    return step.record.incident.occurred_on


def _check_day(step: DueProcessStep, day: date, field: str) -> None:
    if day > step.school.district.today():
        raise ValidationError({field: _("This day has not come yet.")})
    if day < _first_day(step):
        raise ValidationError({field: _("This day is before the incident.")})
