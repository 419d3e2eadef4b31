"""Decisions about students with an IEP or a Section 504 plan that only people make: patterns and manifestations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from discipline.actions.due_process import tick_of
from discipline.actions.terms import locked, record_beside
from discipline.clocks import StudentClock, calendars_of, clock_of
from discipline.idea_clock import Clock, Kind, determination_due
from discipline.models import DueProcessStep, ManifestationDetermination, PatternReview, Removal
from district import audit
from district.models import District, ProgramStatus, SchoolYear, User
from district.steps import StepNotAllowed, checked_reason

NOTICE, HOLD, VOID = "notice", "hold", "void"
OPEN, HELD, VOIDED = "open", "held", "voided"
DETERMINATION_STEPS: dict[str, tuple[str, ...]] = {OPEN: (NOTICE, HOLD, VOID), HELD: (NOTICE, VOID), VOIDED: ()}
"""State of a manifestation determination → the steps that may follow."""

PATTERN_STEP = "pattern_review"
"""Step of the checklist that a decision about a pattern is: who decides has done it, and says it once."""

CALENDAR_CHANGED = "The calendar changed"
"""Reason that is written down for a due date that moved; kept in English, because it is part of the record."""


@dataclass(frozen=True)
class MovedDate:
    """A determination whose due date moved with the calendar."""

    determination: ManifestationDetermination
    before: date | None
    after: date | None


# --- Is it a pattern? -----------------------------------------------------------------------------------------------
def decide_pattern(
    *,
    removal: Removal,
    is_similar: bool,
    similarity: str,
    length: str,
    time_in_all: str,
    proximity: str,
    is_change_of_placement: bool,
    reasons: str,
    decided_on: date,
    decided_by: str,
    by: User,
) -> PatternReview:
    """Keep a person's decision whether the removals up to `removal` form a pattern (34 CFR 300.536(a)(2), (b)).

    Each factor has its reason. A change of placement opens the manifestation determination in the same breath.
    Raises ValidationError for what is missing, StepNotAllowed when the clock does not ask about this removal or the
    decision stands already.
    """
    factors = {"similarity": similarity, "length": length, "time_in_all": time_in_all, "proximity": proximity}
    words = {**factors, "reasons": reasons, "decided_by": decided_by}
    words = {name: checked_reason(text, field=name) for name, text in words.items()}
    with transaction.atomic():
        removal = locked(removal)
        _check_day(decided_on, removal)
        if removal.pattern_reviews.standing().exists():
            raise StepNotAllowed(_("This has been decided; void the decision to decide anew."), (VOID,))
        read = _asked(removal, Kind.PATTERN_REVIEW)
        review = PatternReview(
            removal=removal,
            total_days=read.clock.total,
            is_similar=is_similar,
            is_change_of_placement=is_change_of_placement,
            decided_on=decided_on,
            by=by,
            **words,
        )
        review.full_clean()
        review.save()
        changes: dict[str, list[Any]] = {"is_change_of_placement": [None, is_change_of_placement]}
        record_beside(audit.Action.CREATE, review, removal, by, changes, {"days": str(read.clock.total)})
        tick_of(removal, PATTERN_STEP, done_on=decided_on, done_by=words["decided_by"], way="meeting", by=by)
        if is_change_of_placement:
            _open(removal, decided_on, by, review)
        return review


def pattern_refusal(removal: Removal) -> str:
    """Why nothing is to be decided about a pattern; empty where the clock asks and nobody has decided."""
    if removal.pattern_reviews.standing().exists():
        return _("This has been decided; void the decision to decide anew.")
    return "" if _is_asked(removal, Kind.PATTERN_REVIEW) else _("The clock does not ask for this about the removal.")


def void_review(*, review: PatternReview, reason: str, by: User) -> PatternReview:
    """Void a decision about a pattern that was recorded by mistake; it stays on record.

    Raises ValidationError without a reason, StepNotAllowed when it was voided or its determination stands.
    """
    reason = checked_reason(reason, missing=_("Say why it is voided."))
    with transaction.atomic():
        removal = locked(review.removal, although_voided=True)
        stored = PatternReview.objects.select_for_update(of=("self",)).get(pk=review.pk)
        if stored.voided_at is not None:
            raise StepNotAllowed(_("This decision has been voided already."), ())
        if stored.determinations.standing().exists():
            raise StepNotAllowed(_("Void the manifestation determination that follows from it first."), ())
        return _void(stored, removal, reason, by)


# --- Was it a manifestation of the disability? ----------------------------------------------------------------------
def state_of(determination: ManifestationDetermination) -> str:
    """Return `open`, `held` or `voided`."""
    if determination.voided_at is not None:
        return VOIDED
    return OPEN if determination.held_on is None else HELD


def open_determination(*, removal: Removal, decided_on: date, by: User) -> ManifestationDetermination:
    """Open the manifestation determination for a removal of more than 10 school days in a row or an interim setting.

    It is due on the tenth school day after the decision (34 CFR 300.530(e)). A pattern opens it by itself. Raises
    ValidationError for a day that cannot be, StepNotAllowed when the removal changes no placement or it is open.
    """
    with transaction.atomic():
        removal = locked(removal)
        _check_day(decided_on, removal)
        _asked(removal, Kind.DETERMINATION_DUE)
        return _open(removal, decided_on, by, None)


def opening_refusal(removal: Removal) -> str:
    """Why no determination is to be opened; empty where the clock asks for one and none stands."""
    if removal.determinations.standing().exists():
        return _("A manifestation determination is on record for this removal.")
    return "" if _is_asked(removal, Kind.DETERMINATION_DUE) else _("The clock does not ask for this about the removal.")


def open_if_asked(*, removal: Removal, decided_on: date, by: User | None) -> ManifestationDetermination | None:
    """Open the determination of a removal that changes the placement by its length or setting.

    None where the clock asks for none, or where one is on record. A pattern is left to a person (34 CFR 300.536).
    Call it in the transaction that orders or changes the removal. One query for a student whom no plan protects.
    """
    protected = ProgramStatus.objects.filter(
        Q(idea=True) | Q(section504=True), student=removal.student_id, school_year=removal.school_year_id
    )
    if not protected.exists() or removal.determinations.standing().exists():
        return None
    year = SchoolYear.objects.select_related("district").get(pk=removal.school_year_id)
    asked = clock_of(removal.student, year).clock.of(Kind.DETERMINATION_DUE)
    return _open(removal, decided_on, by, None) if any(event.removal == removal.pk for event in asked) else None


def record_notice(
    *, determination: ManifestationDetermination, on: date, way: str = DueProcessStep.Way.LETTER, by: User
) -> ManifestationDetermination:
    """Say on which day the parents were told of the decision and given the safeguards notice (34 CFR 300.530(h)).

    The step of the checklist that asks for it is done with it. Raises ValidationError for a day before the decision or
    to come, StepNotAllowed when it was voided.
    """
    with transaction.atomic():
        removal, stored = _determination(determination, NOTICE)
        if on < stored.decided_on or on > removal.school.district.today():
            raise ValidationError({"on": _("Choose a day from the decision to today.")})
        before = stored.notice_on
        stored.notice_on = on
        stored.save()
        changes = {"notice_on": [before and before.isoformat(), on.isoformat()]}
        record_beside(audit.Action.UPDATE, stored, removal, by, changes)
        tick_of(removal, DueProcessStep.NOTICE, done_on=on, done_by=str(by), way=way, by=by)
        return stored


def hold_determination(
    *,
    determination: ManifestationDetermination,
    held_on: date,
    caused_by_disability: bool,
    disability_reasons: str,
    iep_not_implemented: bool,
    iep_reasons: str,
    took_part: str,
    by: User,
) -> ManifestationDetermination:
    """Keep the answers to both questions with their reasons; either yes makes it a manifestation.

    Late is late: the day is kept as it was. Raises ValidationError for what is missing, StepNotAllowed when it was
    held or voided.
    """
    words = {"disability_reasons": disability_reasons, "iep_reasons": iep_reasons, "took_part": took_part}
    words = {name: checked_reason(text, field=name) for name, text in words.items()}
    with transaction.atomic():
        removal, stored = _determination(determination, HOLD)
        if held_on < stored.decided_on or held_on > removal.school.district.today():
            raise ValidationError({"held_on": _("Choose a day from the decision to today.")})
        stored.held_on, stored.held_by = held_on, by
        stored.caused_by_disability, stored.iep_not_implemented = caused_by_disability, iep_not_implemented
        for name, text in words.items():
            setattr(stored, name, text)
        stored.full_clean()
        stored.save()
        changes: dict[str, list[Any]] = {
            "held_on": [None, held_on.isoformat()],
            "caused_by_disability": [None, caused_by_disability],
            "iep_not_implemented": [None, iep_not_implemented],
        }
        record_beside(audit.Action.UPDATE, stored, removal, by, changes)
        tick_of(removal, DueProcessStep.HOLD, done_on=held_on, done_by=words["took_part"], way="meeting", by=by)
        return stored


def void_determination(
    *, determination: ManifestationDetermination, reason: str, by: User
) -> ManifestationDetermination:
    """Void a determination that was recorded by mistake; it stays on record. Raises ValidationError, StepNotAllowed."""
    reason = checked_reason(reason, missing=_("Say why it is voided."))
    with transaction.atomic():
        removal, stored = _determination(determination, VOID)
        return _void(stored, removal, reason, by)


def recount_due_dates(*, district: District, by: User | None) -> list[MovedDate]:
    """Give each open determination its due date by today's calendar, and return those that moved.

    Run it when the calendar changes, such as after a snow day. Repeating changes nothing.
    """
    with transaction.atomic():
        rows = ManifestationDetermination.objects.select_for_update(of=("self",)).standing()
        rows = rows.filter(held_on=None, removal__school__district=district).select_related("removal__school")
        found = list(rows)
        calendars = calendars_of(district, {row.removal.school_id for row in found})
        moved = []
        for row in found:
            due = determination_due(row.decided_on, calendars[row.removal.school_id])
            if due == row.due_on:
                continue
            moved.append(MovedDate(row, row.due_on, due))
            changes = {"due_on": [row.due_on and row.due_on.isoformat(), due and due.isoformat()]}
            row.due_on = due
            row.save(update_fields=["due_on", "updated_at"])
            record_beside(audit.Action.UPDATE, row, row.removal, by, changes, {"reason": CALENDAR_CHANGED})
        return moved


def _open(
    removal: Removal, decided_on: date, by: User | None, review: PatternReview | None
) -> ManifestationDetermination:
    if removal.determinations.standing().exists():
        raise StepNotAllowed(_("A manifestation determination is on record for this removal."), ())
    calendar = calendars_of(removal.school.district, {removal.school_id})[removal.school_id]
    due = determination_due(decided_on, calendar)
    row = ManifestationDetermination(removal=removal, review=review, decided_on=decided_on, due_on=due, opened_by=by)
    row.full_clean()
    row.save()
    changes: dict[str, list[Any]] = {
        "decided_on": [None, decided_on.isoformat()],
        "due_on": [None, due and due.isoformat()],
    }
    record_beside(audit.Action.CREATE, row, removal, by, changes)
    return row


def _read(removal: Removal) -> StudentClock:
    year = SchoolYear.objects.select_related("district").get(pk=removal.school_year_id)
    return clock_of(removal.student, year)


def _clock(removal: Removal) -> Clock:
    return _read(removal).clock


def _is_asked(removal: Removal, kind: Kind) -> bool:
    return any(event.removal == removal.pk for event in _clock(removal).of(kind))


def _asked(removal: Removal, kind: Kind) -> StudentClock:
    """The clock of the removal's student and year, when it asks for this; else StepNotAllowed."""
    read = _read(removal)
    if not any(event.removal == removal.pk for event in read.clock.of(kind)):
        raise StepNotAllowed(_("The clock does not ask for this about the removal."), ())
    return read


def _check_day(decided_on: date, removal: Removal) -> None:
    if decided_on < removal.incident.occurred_on:
        raise ValidationError({"decided_on": _("It cannot be decided before the incident.")})
    if decided_on > removal.school.district.today():
        raise ValidationError({"decided_on": _("This day has not come yet.")})


def _determination(determination: ManifestationDetermination, step: str) -> tuple[Removal, ManifestationDetermination]:
    removal = locked(determination.removal, although_voided=True)
    stored = ManifestationDetermination.objects.select_for_update(of=("self",)).get(pk=determination.pk)
    steps = DETERMINATION_STEPS[state_of(stored)]
    if step not in steps:
        raise StepNotAllowed(_("The state of this determination does not allow it."), steps)
    return removal, stored


def _void(row: Any, removal: Removal, reason: str, by: User) -> Any:
    row.voided_at, row.void_reason, row.voided_by = timezone.now(), reason, by
    row.save()
    changes = {"voided_at": [None, row.voided_at.isoformat()], "void_reason": ["", reason]}
    record_beside(audit.Action.VOID, row, removal, by, changes)
    return row
