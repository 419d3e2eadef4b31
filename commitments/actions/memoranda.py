"""What may be done with a memorandum beyond its title: terms, people, designations, its end, its renewal, reviews."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from commitments.models import Designation, EndChange, MemorandumPerson, MemorandumTerms, Renewal, Review
from district.access import Permission
from district.actions import create_memorandum, move_memorandum_end
from district.models import Memorandum, User
from district.steps import StepNotAllowed, checked_note, checked_reason

from .recording import add, change, locked, refuse_before, refuse_future, void

AGREE, DECLINE = "agree", "decline"


@transaction.atomic
def set_terms(
    *, memorandum: Memorandum, scope: str, data_sharing: str, notice_days: int | None, by: User | None
) -> MemorandumTerms:
    """Write down what the memorandum says; no event when nothing differs. Raises ValidationError."""
    memorandum = locked(memorandum)
    values = {"scope": scope, "data_sharing": data_sharing, "notice_days": notice_days}
    terms = MemorandumTerms.objects.filter(memorandum=memorandum).first()
    if terms is None:
        return add(MemorandumTerms(memorandum=memorandum, **values), by=by, district=memorandum.district_id)
    change(terms, values, by=by, district=memorandum.district_id)
    return terms


@transaction.atomic
def designate(
    *, memorandum: Memorandum, function: str, begins_on: date, expires_on: date, by: User | None
) -> Designation:
    """Designate the organization's people as school officials for one function, until a day.

    34 CFR 99.31(a)(1)(i)(B): they do what employees would otherwise do, under the district's direct control. Raises
    ValidationError for an expiry beyond the end of the memorandum or days before it begins.
    """
    memorandum = locked(memorandum)
    refuse_before(begins_on, memorandum.begins_on, "begins_on", _("The memorandum begins later."))
    refuse_before(expires_on, begins_on, "expires_on", _("It expires before it begins."))
    if memorandum.ends_on and expires_on > memorandum.ends_on:
        raise ValidationError({"expires_on": _("It cannot last longer than the memorandum.")})
    row = Designation(memorandum=memorandum, function=function, begins_on=begins_on, expires_on=expires_on, by=by)
    return add(row, by=by, district=memorandum.district_id)


@transaction.atomic
def end_designation(
    *, memorandum: Memorandum, designation: Designation, ended_on: date, reason: str, by: User | None
) -> Designation:
    """Let a designation hold through `ended_on` and no longer. Raises ValidationError, StepNotAllowed when it ended."""
    designation = locked(designation)
    if designation.ended_on is not None:
        raise StepNotAllowed(_("This designation has been ended already."), [])
    if not designation.begins_on <= ended_on <= designation.expires_on:
        raise ValidationError({"ended_on": _("Choose a day between its first and its last.")})
    values = {"ended_on": ended_on, "end_reason": checked_reason(reason)}
    change(designation, values, by=by, district=memorandum.district_id)
    return designation


@transaction.atomic
def add_person(
    *,
    memorandum: Memorandum,
    part: str,
    side: str,
    name: str,
    title: str = "",
    email: str = "",
    phone: str = "",
    signed_on: date | None = None,
    by: User | None,
) -> MemorandumPerson:
    """Add somebody who signed the memorandum or is to be asked about it. Raises ValidationError."""
    row = MemorandumPerson(
        memorandum=memorandum,
        part=part,
        side=side,
        name=name.strip(),
        title=title,
        email=email,
        phone=phone,
        signed_on=signed_on,
    )
    return add(row, by=by, district=memorandum.district_id)


@transaction.atomic
def end_person(
    *, memorandum: Memorandum, person: MemorandumPerson, ended_on: date, by: User | None
) -> MemorandumPerson:
    """Say until when a contact could be asked; signatories stay. Raises StepNotAllowed when that is said already."""
    person = locked(person)
    if person.ended_on is not None or person.part != MemorandumPerson.Part.CONTACT:
        raise StepNotAllowed(_("Only a contact who is still one can leave."), [])
    change(person, {"ended_on": ended_on}, by=by, district=memorandum.district_id)
    return person


# --- Its end -------------------------------------------------------------------------------------------------------
@transaction.atomic
def extend(*, memorandum: Memorandum, ends_on: date, reason: str, by: User | None, on: date | None = None) -> EndChange:
    """Let the memorandum hold longer: at once when the district's side acts, else once the district has agreed.

    Raises ValidationError for a day that is not later, StepNotAllowed while another change waits.
    """
    memorandum = _locked_end(memorandum)
    if memorandum.ends_on is None:
        raise StepNotAllowed(_("It has no end, so there is nothing to extend."), ["end-early"])
    if ends_on <= memorandum.ends_on:
        raise ValidationError({"ends_on": _("An extension ends later than the memorandum does now.")})
    return _change_end(memorandum, EndChange.Kind.EXTENDED, ends_on, reason, by, on)


@transaction.atomic
def end_early(
    *, memorandum: Memorandum, ends_on: date, reason: str, by: User | None, on: date | None = None
) -> EndChange:
    """End the memorandum before its day, with the notice that it asks for.

    Raises ValidationError for a day that is not earlier or too soon, StepNotAllowed while another change waits.
    """
    memorandum = _locked_end(memorandum)
    today = on or memorandum.district.today()
    if memorandum.ends_on is not None and ends_on >= memorandum.ends_on:
        raise ValidationError({"ends_on": _("An early end is before the day on which it ends anyway.")})
    terms = MemorandumTerms.objects.filter(memorandum=memorandum).first()
    notice = (terms.notice_days if terms else None) or 0
    earliest = max(today + timedelta(days=notice), memorandum.begins_on)
    refuse_before(ends_on, earliest, "ends_on", _("With the notice agreed, it ends later than that."))
    return _change_end(memorandum, EndChange.Kind.ENDED_EARLY, ends_on, reason, by, today)


@transaction.atomic
def decide_end(
    *, memorandum: Memorandum, decision: str, note: str = "", by: User | None, on: date | None = None
) -> EndChange:
    """Agree for the district to a change of the end that the organization proposed, or decline it with a reason.

    Raises StepNotAllowed when none waits, ValidationError when a refusal says no reason.
    """
    memorandum = locked(memorandum)
    waiting = EndChange.objects.proposed().select_for_update().filter(memorandum=memorandum).first()
    if waiting is None:
        raise StepNotAllowed(_("No change of the end waits for the district."), ["extend", "end-early"])
    if decision not in (AGREE, DECLINE):
        raise ValidationError({"decision": _("Agree or decline.")})
    note = checked_note(note) if decision == AGREE else checked_reason(note, field="note")
    status = EndChange.Status.AGREED if decision == AGREE else EndChange.Status.DECLINED
    decided_on = on or memorandum.district.today()
    values = {"status": status, "decided_on": decided_on, "decision_note": note, "decided_by": by}
    change(waiting, values, by=by, district=memorandum.district_id)
    if decision == AGREE:
        move_memorandum_end(memorandum=memorandum, ends_on=waiting.ends_on, reason=waiting.reason, by=by)
    return waiting


def _locked_end(memorandum: Memorandum) -> Memorandum:
    """The memorandum, locked; its end moves only while no other change of it waits."""
    memorandum = locked(memorandum)
    if EndChange.objects.proposed().filter(memorandum=memorandum).exists():
        raise StepNotAllowed(_("Another change of its end waits for the district."), ["decide-end"])
    return memorandum


def _change_end(
    memorandum: Memorandum, kind: str, ends_on: date, reason: str, by: User | None, on: date | None
) -> EndChange:
    today = on or memorandum.district.today()
    rows = Memorandum.objects.filter(pk=memorandum.pk)
    agreed = by is None or rows.allowed(by, Permission.MEMORANDUM_APPROVE).exists()
    row = EndChange(
        memorandum=memorandum,
        kind=kind,
        status=EndChange.Status.AGREED if agreed else EndChange.Status.PROPOSED,
        ended_on=memorandum.ends_on,
        ends_on=ends_on,
        reason=checked_reason(reason),
        proposed_on=today,
        decided_on=today if agreed else None,
        by=by,
        decided_by=by if agreed else None,
    )
    add(row, by=by, district=memorandum.district_id)
    if agreed:
        move_memorandum_end(memorandum=memorandum, ends_on=ends_on, reason=row.reason, by=by)
    return row


@transaction.atomic
def renew(
    *,
    memorandum: Memorandum,
    title: str,
    begins_on: date,
    ends_on: date | None = None,
    signed_on: date | None = None,
    by: User | None,
) -> Memorandum:
    """Make the memorandum that follows this one, with the same parties, schools, terms and contacts; return it.

    Raises StepNotAllowed when it has been renewed already, ValidationError when the new one begins before the old.
    """
    memorandum = locked(memorandum)
    if Renewal.objects.filter(earlier=memorandum).exists():
        raise StepNotAllowed(_("It has been renewed already."), [])
    refuse_before(begins_on, memorandum.begins_on, "begins_on", _("The renewal begins before the memorandum itself."))
    later = create_memorandum(
        organization=memorandum.organization,
        title=title,
        begins_on=begins_on,
        ends_on=ends_on,
        signed_on=signed_on,
        schools=list(memorandum.schools.all()),
        by=by,
    )
    district = memorandum.district_id
    add(Renewal(earlier=memorandum, later=later), by=by, district=district)
    terms = MemorandumTerms.objects.filter(memorandum=memorandum).first()
    if terms:
        kept = {name: getattr(terms, name) for name in ("scope", "data_sharing", "notice_days")}
        add(MemorandumTerms(memorandum=later, **kept), by=by, district=district)
    for person in memorandum.people.filter(part=MemorandumPerson.Part.CONTACT, ended_on=None):
        fields = {name: getattr(person, name) for name in ("part", "side", "name", "title", "email", "phone")}
        add(MemorandumPerson(memorandum=later, **fields), by=by, district=district)
    return later


# --- Reviews -------------------------------------------------------------------------------------------------------
@transaction.atomic
def plan_review(*, memorandum: Memorandum, planned_on: date, by: User | None) -> Review:
    """Plan a meeting at which both sides look at how the memorandum goes. Raises ValidationError."""
    refuse_before(planned_on, memorandum.begins_on, "planned_on", _("The memorandum begins later."))
    return add(Review(memorandum=memorandum, planned_on=planned_on), by=by, district=memorandum.district_id)


@transaction.atomic
def hold_review(
    *,
    memorandum: Memorandum,
    review: Review,
    held_on: date,
    present: str,
    summary: str,
    by: User | None,
    on: date | None = None,
) -> Review:
    """Record that a planned review was held. Raises ValidationError, StepNotAllowed when it was held or canceled."""
    review = locked(review)
    if review.held_on is not None or review.voided_at is not None:
        raise StepNotAllowed(_("This review is not planned any more."), [])
    refuse_future(held_on, on or memorandum.district.today(), "held_on")
    values = {"held_on": held_on, "present": present, "summary": summary}
    change(review, values, by=by, district=memorandum.district_id)
    return review


@transaction.atomic
def cancel_review(*, memorandum: Memorandum, review: Review, reason: str, by: User | None) -> Review:
    """Cancel a planned review with a reason. Raises ValidationError, StepNotAllowed when it was held or canceled."""
    review = locked(review)
    if review.held_on is not None:
        raise StepNotAllowed(_("This review was held."), [])
    void(review, reason=reason, by=by, district=memorandum.district_id)
    return review
