"""Verbs about progress: evaluate one or many, observe, credit a circle, set out for a credential, give more time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from district import audit
from district.models import User
from district.steps import StepNotAllowed, checked_note, checked_reason
from training.eligibility import Kind, State
from training.models import (
    Certification,
    CircleCredit,
    Course,
    Credential,
    Evaluation,
    Observation,
    Pathway,
    PathwayExtension,
    Practice,
    Practitioner,
    Rubric,
    TrainingSession,
)

from .base import day_of, made, refuse_future, refuse_self, saved


# --- Evaluation ----------------------------------------------------------------------------------------------------
@transaction.atomic
def evaluate(
    *,
    people: Iterable[Practitioner],
    kind: Kind,
    state: State,
    course: Course | None = None,
    code: str = "",
    session: TrainingSession | None = None,
    on: date | None = None,
    note: str = "",
    by: User | None,
    batch: Any = None,
) -> list[Evaluation]:
    """Evaluate one step for one or many people, whether or not they were at the same session.

    A person whose latest evaluation of the step says the same on that day gets no second row. Raises ValidationError
    when a failure has no note, for oneself, for a day to come, and for people or courses of different districts.
    """
    note, chosen = checked_note(note), list(people)
    if state is State.FAILED and not note:
        raise ValidationError({"note": _("Say in a note why it failed.")})
    if state is State.NOT_EVALUATED:
        raise ValidationError({"state": _("Passed, asked to repeat or failed.")})
    if kind not in (Kind.COURSE, Kind.DOCUMENT, Kind.INTERVIEW):
        raise ValidationError({"kind": _("A course, a document or an interview is evaluated.")})
    if (course is None) == (kind is Kind.COURSE) or bool(code) == (kind is Kind.COURSE):
        raise ValidationError(_("Name the course, or else the document or interview."))
    made_rows = []
    for practitioner in chosen:
        refuse_self(by, practitioner)
        day = day_of(practitioner.district, on)
        refuse_future(day, practitioner.district, "evaluated_on")
        places = {place.district_id for place in (course, session) if place is not None}
        if places - {practitioner.district_id}:
            raise ValidationError(_("%(name)s belongs to another district.") % {"name": practitioner})
        values = {"kind": kind.value, "course": course, "code": code}
        latest = practitioner.evaluations.filter(**values).last()
        if latest and (latest.state, latest.evaluated_on, latest.note) == (state.value, day, note):
            continue
        row = saved(
            Evaluation(
                practitioner=practitioner,
                session=session,
                state=state.value,
                evaluated_on=day,
                note=note,
                by=by,
                batch=batch,
                **values,
            )
        )
        made_rows.append(row)
        audit.record(
            audit.Action.CREATE,
            by=by,
            target=row,
            district=practitioner.district_id,
            changes={"state": [latest.state if latest else None, row.state]},
            details={"person": str(practitioner.uid), "step": course.code if course else code}
            | ({"reason": note} if note else {}),
        )
    return made_rows


@transaction.atomic
def evaluate_each(
    results: Iterable[tuple[Practitioner, State]],
    *,
    course: Course,
    session: TrainingSession,
    note: str = "",
    by: User | None,
) -> list[Evaluation]:
    """Evaluate the people of a session, each with a result of their own: all of them or, with a fault, nobody."""
    made_rows = []
    for practitioner, state in results:
        made_rows += evaluate(
            people=[practitioner], kind=Kind.COURSE, state=state, course=course, session=session, note=note, by=by
        )
    return made_rows


# --- Observation ---------------------------------------------------------------------------------------------------
@transaction.atomic
def observe(
    *,
    practitioner: Practitioner,
    observer: Practitioner,
    practice: Practice,
    observed_on: date,
    state: State,
    rubric: Rubric | None = None,
    scores: Sequence[int] = (),
    comments: str = "",
    by: User | None,
) -> Observation:
    """Record a circle that `observer` saw `practitioner` keep, with scores by item of the rubric.

    Raises ValidationError when the observer was not certified for the practice on that day or is the person
    themselves, when scores do not fit the rubric, and for a day to come.
    """
    refuse_self(by, practitioner)
    district = practitioner.district
    refuse_future(observed_on, district, "observed_on")
    if observer.pk == practitioner.pk:
        raise ValidationError({"observer": _("Nobody observes themselves.")})
    if {observer.district_id, practice.district_id} != {district.pk}:
        raise ValidationError({"observer": _("Observer and practice must belong to the same district.")})
    certified = Certification.objects.filter(practitioner=observer).valid_on(observed_on).qualifying_for(practice)
    if not certified.exists():
        raise ValidationError(
            {"observer": _("%(name)s was not certified for this practice on that day.") % {"name": observer}}
        )
    if state not in (State.PASSED, State.REPEAT):
        raise ValidationError({"state": _("An observed circle is signed off, or is to be repeated.")})
    expected = len(rubric.items) if rubric else 0
    if len(scores) != expected or any(not Observation.LOWEST <= one <= Observation.HIGHEST for one in scores):
        raise ValidationError({"scores": _("Score every item of the rubric from 1 to 4.")})
    row = saved(
        Observation(
            practitioner=practitioner,
            observer=observer,
            practice=practice,
            rubric=rubric,
            observed_on=observed_on,
            scores=list(scores),
            state=state.value,
            comments=comments.strip(),
            by=by,
        )
    )
    audit.record(
        audit.Action.CREATE,
        by=by,
        target=row,
        district=district,
        changes=made(row, ("state", "observed_on", "scores")),
        details={"person": str(practitioner.uid), "observer": str(observer.uid), "practice": practice.code},
    )
    return row


# --- Circles -------------------------------------------------------------------------------------------------------
@transaction.atomic
def credit_circle(
    *,
    practitioner: Practitioner,
    practice: Practice,
    day: date,
    part: str,
    source: str = "",
    note: str = "",
    by: User | None,
) -> CircleCredit:
    """Credit a circle that somebody led, kept with others or observed: practice, day, part, and not who sat in it.

    `day` is the day in the district. With a `source` (the reference of the circle's record) it may be repeated: the
    credit takes the values given last, and one that was withdrawn stands again. Without one it is entered by hand,
    never for oneself, and says where the circle was held in a note. Raises ValidationError otherwise.
    """
    note = checked_note(note)
    if practice.district_id != practitioner.district_id:
        raise ValidationError({"practice": _("Choose a practice of the same district.")})
    refuse_future(day, practitioner.district, "held_on")
    if not source:
        refuse_self(by, practitioner)
        note = checked_reason(note, field="note", missing=_("Say where this circle was held."))
    fields = ("practice", "held_on", "part")
    row = None
    if source:
        row = CircleCredit.objects.select_for_update().filter(practitioner=practitioner, source=source).first()
    before = audit.values_of(row, (*fields, "voided_at")) if row else {}
    row = row or CircleCredit(practitioner=practitioner, source=source)
    row.practice, row.held_on, row.part, row.note, row.by = practice, day, part, note, by
    row.voided_at, row.void_reason = None, ""
    is_new = row.pk is None
    saved(row)
    changes = audit.differences(before, audit.values_of(row, (*fields, "voided_at")))
    if changes:
        audit.record(
            audit.Action.CREATE if is_new else audit.Action.UPDATE,
            by=by,
            target=row,
            district=practitioner.district_id,
            changes={name: value for name, value in changes.items() if value != [None, None]},
            details={"person": str(practitioner.uid), "source": source},
        )
    return row


@transaction.atomic
def withdraw_circle_credit(*, credit: CircleCredit, reason: str, by: User | None) -> CircleCredit:
    """Take a credit back with a reason; it stays on record and counts nowhere.

    Raises ValidationError without a reason, StepNotAllowed when it was taken back already.
    """
    reason = checked_reason(reason)
    stored = CircleCredit.objects.select_for_update().get(pk=credit.pk)
    if stored.voided_at is not None:
        raise StepNotAllowed(_("This credit was taken back already."), ())
    stored.voided_at, stored.void_reason = timezone.now(), reason
    saved(stored)
    audit.record(
        audit.Action.VOID,
        by=by,
        target=stored,
        district=stored.practitioner.district_id,
        changes={"voided_at": [None, stored.voided_at.isoformat()]},
        details={"reason": reason, "person": str(stored.practitioner.uid)},
    )
    return stored


# --- The way to a credential ---------------------------------------------------------------------------------------
@transaction.atomic
def set_out(
    *, practitioner: Practitioner, credential: Credential, started_on: date | None = None, by: User | None
) -> Pathway:
    """Begin somebody's way to a credential; from then on the version of that day holds for them.

    The time to complete counts from the last day of the session through which they came in, where there is one on
    or after that day, else from that day. Raises ValidationError when they are on that way already or the credential
    asks for nothing yet.
    """
    district = practitioner.district
    day = day_of(district, started_on)
    refuse_future(day, district, "started_on")
    version = credential.version_on(day)
    if credential.district_id != district.pk or version is None:
        raise ValidationError({"credential": _("This credential cannot be set out for on that day.")})
    first = (
        practitioner.registrations.seated()
        .filter(session__ends_on__gte=day, session__status=TrainingSession.Status.SCHEDULED)
        .order_by("session__ends_on")
        .values_list("session__ends_on", flat=True)
        .first()
    )
    basis = Pathway.Basis.SESSION_END if first else Pathway.Basis.SET_OUT
    due_on = (first or day) + timedelta(days=version.deadline_days) if version.deadline_days else None
    pathway = saved(
        Pathway(
            practitioner=practitioner,
            credential=credential,
            version=version,
            started_on=day,
            basis=basis,
            due_on=due_on,
        )
    )
    audit.record(
        audit.Action.CREATE,
        by=by,
        target=pathway,
        district=district,
        changes=made(pathway, ("credential", "started_on", "due_on")),
        details={"person": str(practitioner.uid)},
    )
    return pathway


@transaction.atomic
def extend(*, pathway: Pathway, due_on: date, reason: str, by: User | None) -> PathwayExtension:
    """Give more time, with a reason. The former last day stays on record.

    Raises ValidationError without a reason, for oneself or for a day that is not later; StepNotAllowed when the way
    is closed.
    """
    reason = checked_reason(reason)
    stored = Pathway.objects.select_for_update(of=("self",)).select_related("practitioner__person").get(pk=pathway.pk)
    refuse_self(by, stored.practitioner)
    if stored.closed_on is not None:
        raise StepNotAllowed(_("This way is closed."), ())
    if stored.due_on is not None and due_on <= stored.due_on:
        raise ValidationError({"due_on": _("More time means a later day.")})
    extension = saved(
        PathwayExtension(
            pathway=stored, former_due_on=stored.due_on, due_on=due_on, at=timezone.now(), by=by, reason=reason
        )
    )
    stored.due_on = due_on
    saved(stored)
    audit.record(
        audit.Action.UPDATE,
        by=by,
        target=stored,
        district=stored.practitioner.district_id,
        changes={
            "due_on": [extension.former_due_on and extension.former_due_on.isoformat(), due_on.isoformat()],
        },
        details={"reason": reason, "person": str(stored.practitioner.uid)},
    )
    return extension


def close_pathways(certification: Certification, day: date) -> None:
    """Close the way to a credential that has been awarded, in the transaction of the award."""
    underway = Pathway.objects.underway().filter(
        practitioner=certification.practitioner_id, credential=certification.credential_id
    )
    underway.update(closed_on=day, close_reason="Awarded")
