"""Verbs about certifications: two people and two organizations, never oneself, never backwards in time.

A trainer or coordinator proposes (`proposing`); the coordinator of another organization than the holder's awards,
suspends, revokes or renews.
"""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from district import audit
from district.access import Permission
from district.models import Organization, User
from district.steps import StepNotAllowed, checked_note, checked_reason
from training.evidence import renewal_verdict
from training.models import (
    Certification,
    CertificationPause,
    CertificationTerm,
)
from training.numbers import new_number
from training.validity import DAY, RenewalRefusal, RenewalRule, last_day, next_term, renewal_refusal
from training.wording import missing_words

from .base import day_of, refuse_future, refuse_self, saved
from .progress import close_pathways
from .proposing import check_trainer, record_status

Status, Basis = Certification.Status, Certification.Basis
AWARD, DECLINE, SUSPEND, REINSTATE, REVOKE, LAPSE, RENEW = (
    *("award", "decline", "suspend", "reinstate"),
    *("revoke", "lapse", "renew"),
)
STEPS: dict[str, tuple[str, ...]] = {
    Status.PROPOSED: (AWARD, DECLINE),
    Status.DECLINED: (),
    Status.AWARDED: (RENEW, SUSPEND, REVOKE, LAPSE),
    Status.SUSPENDED: (REINSTATE, REVOKE, LAPSE),
    Status.LAPSED: (),
    Status.REVOKED: (),
}
"""Status of a certification → the steps that may follow."""


@transaction.atomic
def award(
    *,
    certification: Certification,
    organization: Organization | None = None,
    valid_from: date | None = None,
    on: date | None = None,
    by: User | None,
) -> Certification:
    """Award a proposed certification for `organization`: it gets its number and its first term.

    Raises ValidationError for oneself, for whoever proposed it, for the holder's own organization, for a first day
    before today, and when the trainer's license has ended meanwhile; StepNotAllowed unless it is proposed.
    """
    stored = locked(certification, AWARD)
    day = day_of(stored.district, on)
    refuse_future(day, stored.district, "on")
    organization = deciding(stored, organization, by)
    if by is not None and by.pk == stored.proposed_by_id:
        raise ValidationError(_("Whoever proposed it does not award it. Two people are needed."))
    first = valid_from or day
    if first < day:
        raise ValidationError({"valid_from": _("A certificate does not begin in the past.")})
    if stored.basis == Basis.EARNED:
        check_trainer(stored.trainer, stored.practitioner, day)
    stored.number, stored.awarding_organization, stored.awarded_by = new_number(), organization, by
    stored.awarded_on, stored.expires_on = day, last_day(first, stored.version.validity_months)
    before, stored.status = stored.status, Status.AWARDED
    saved(stored)
    saved(
        CertificationTerm(
            certification=stored,
            valid_from=first,
            expires_on=stored.expires_on,
            basis=CertificationTerm.Basis.AWARD,
            by=by,
        )
    )
    close_pathways(stored, day)
    record_status(stored, Status.AWARDED, first, by, "", before=before)
    return stored


@transaction.atomic
def decline(*, certification: Certification, reason: str, on: date | None = None, by: User | None) -> Certification:
    """Do not award a proposed certification, with a reason. Raises ValidationError and StepNotAllowed as `award`."""
    reason = checked_reason(reason)
    stored = locked(certification, DECLINE)
    refuse_self(by, stored.practitioner)
    return _decide(stored, Status.DECLINED, day_of(stored.district, on), by, reason)


@transaction.atomic
def suspend(
    *,
    certification: Certification,
    reason: str,
    organization: Organization | None = None,
    on: date | None = None,
    by: User | None,
) -> Certification:
    """Suspend a certification from today, with a reason: it is not valid until it is lifted.

    Raises ValidationError without a reason or for oneself, StepNotAllowed unless it is awarded.
    """
    reason = checked_reason(reason)
    stored = locked(certification, SUSPEND)
    deciding(stored, organization, by)
    day = day_of(stored.district, on)
    saved(CertificationPause(certification=stored, begins_on=day))
    return _decide(stored, Status.SUSPENDED, day, by, reason)


@transaction.atomic
def reinstate(
    *,
    certification: Certification,
    reason: str,
    organization: Organization | None = None,
    on: date | None = None,
    by: User | None,
) -> Certification:
    """Lift a suspension from today, with a reason. Its days stay days without validity.

    Raises ValidationError without a reason or for oneself, StepNotAllowed unless it is suspended.
    """
    reason = checked_reason(reason)
    stored = locked(certification, REINSTATE)
    deciding(stored, organization, by)
    day = day_of(stored.district, on)
    stored.pauses.filter(ends_on=None).update(ends_on=day - DAY)
    return _decide(stored, Status.AWARDED, day, by, reason)


@transaction.atomic
def revoke(
    *,
    certification: Certification,
    reason: str,
    organization: Organization | None = None,
    on: date | None = None,
    by: User | None,
) -> Certification:
    """Revoke a certification for good, from today, with a reason. What it covered before stays covered.

    Raises ValidationError without a reason or for oneself, StepNotAllowed when it has ended already.
    """
    reason = checked_reason(reason)
    stored = locked(certification, REVOKE)
    deciding(stored, organization, by)
    day = day_of(stored.district, on)
    stored.ended_on = day
    return _decide(stored, Status.REVOKED, day, by, reason)


@transaction.atomic
def lapse(
    *,
    certification: Certification,
    reason: str,
    organization: Organization | None = None,
    on: date | None = None,
    by: User | None,
) -> Certification:
    """Let a certification lapse from today: not renewed, or given up. Without blame, with a reason.

    Raises ValidationError without a reason or for oneself, StepNotAllowed when it has ended already.
    """
    reason = checked_reason(reason)
    stored = locked(certification, LAPSE)
    deciding(stored, organization, by)
    day = day_of(stored.district, on)
    stored.ended_on = day
    return _decide(stored, Status.LAPSED, day, by, reason)


@transaction.atomic
def renew(
    *,
    certification: Certification,
    organization: Organization | None = None,
    by_review: bool = False,
    note: str = "",
    on: date | None = None,
    by: User | None,
) -> Certification:
    """Renew a certification: by what the holder has done in the term, or by a review that the note describes.

    Before its end the next term follows without a gap; in grace it begins today. Window and grace are those of the
    version under which the present term was given, what is asked for and the length of the next those of today.
    Raises ValidationError for oneself, outside window and grace, and for what is missing; StepNotAllowed unless it
    is awarded.
    """
    stored = locked(certification, RENEW)
    organization = deciding(stored, organization, by)
    day = day_of(stored.district, on)
    refuse_future(day, stored.district, "on")
    try:
        verdict, version = renewal_verdict(stored, day)
    except LookupError as error:
        raise ValidationError(_("Nothing is said about how this credential is renewed.")) from error
    rule = RenewalRule(version.validity_months, stored.version.window_days, stored.version.grace_days)
    if refusal := renewal_refusal(stored.history, rule, day):
        raise ValidationError(REFUSALS[refusal]())
    if by_review:
        note = checked_reason(note, field="note", missing=_("Say what the review found."))
    elif not verdict.is_eligible:
        raise ValidationError(_("Still missing: %(what)s") % {"what": missing_words(verdict)})
    term = next_term(stored.history, rule, day)
    basis = CertificationTerm.Basis.REVIEW if by_review else CertificationTerm.Basis.RENEWAL
    saved(
        CertificationTerm(
            certification=stored,
            valid_from=term.begins_on,
            expires_on=term.ends_on,
            basis=basis,
            note=checked_note(note),
            by=by,
        )
    )
    before = stored.expires_on
    stored.expires_on, stored.version = term.ends_on, version
    saved(stored)
    audit.record(
        audit.Action.UPDATE,
        by=by,
        target=stored,
        district=stored.district_id,
        changes={"expires_on": [_iso(before), _iso(term.ends_on)]},
        details={"event": "renewed", "basis": basis.value, "organization": str(organization.uid)}
        | ({"reason": note} if note else {}),
    )
    return stored


REFUSALS = {
    RenewalRefusal.NO_END: lambda: _("This certificate does not expire."),
    RenewalRefusal.TOO_EARLY: lambda: _("It is too early to renew this certificate."),
    RenewalRefusal.TOO_LATE: lambda: _("Too late to renew: the grace is over. It has to be earned again."),
    RenewalRefusal.ENDED: lambda: _("This certificate has ended."),
    RenewalRefusal.SUSPENDED: lambda: _("A suspended certificate is not renewed."),
    RenewalRefusal.NOT_AWARDED: lambda: _("This certificate was never awarded."),
}


# --- What the verbs share ------------------------------------------------------------------------------------------
def locked(certification: Certification, step: str) -> Certification:
    """Return the certification as stored, locked for this transaction. Raises StepNotAllowed for `step`."""
    stored = (
        Certification.objects.select_for_update(of=("self",))
        .select_related("district", "credential", "version", "practitioner__person__organization", "trainer")
        .get(pk=certification.pk)
    )
    if step not in STEPS[stored.status]:
        text = _("A certification that is “%(status)s” does not allow this.")
        raise StepNotAllowed(text % {"status": stored.get_status_display()}, STEPS[stored.status])
    return stored


def deciding(certification: Certification, organization: Organization | None, by: User | None) -> Organization:
    """Return the organization that decides: the one for which `by` may, or without a person the one given.

    Raises ValidationError for oneself, and unless it is another organization of the district than the holder's.
    """
    refuse_self(by, certification.practitioner)
    own = certification.practitioner.person.organization_id
    if by is not None:
        grants = by.grants_with(Permission.CERTIFICATION_AWARD)
        mine = [one.organization_id for one in grants if one.district_id == certification.district_id]
        keys = [key for key in mine if key is not None and key != own]
        organization = Organization.objects.filter(pk__in=keys).order_by("name").first()
    if organization is None or organization.pk == own or organization.district_id != certification.district_id:
        raise ValidationError(_("Somebody of another organization than the holder's must decide."))
    return organization


def _decide(certification: Certification, status: str, day: date, by: User | None, reason: str) -> Certification:
    before, certification.status = certification.status, status
    saved(certification)
    record_status(certification, status, day, by, reason, before=before)
    return certification


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
