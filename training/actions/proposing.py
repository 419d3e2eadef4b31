"""Proposing somebody for a certification: what must be met, and the trainer of record who stands behind it.

A trainer of record is licensed on the day, and for this district, agency or area.
"""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from district import audit
from district.access import Permission
from district.models import District, Organization, School, User
from district.steps import checked_note, checked_reason
from training.evidence import verdict_for, with_history
from training.models import Certification, CertificationStatus, Credential, CredentialVersion, Practitioner
from training.wording import missing_words

from .base import day_of, refuse_future, refuse_self, saved

Status, Basis = Certification.Status, Certification.Basis


@transaction.atomic
def propose(
    *,
    practitioner: Practitioner,
    credential: Credential,
    organization: Organization | None = None,
    trainer: Practitioner | None = None,
    basis: str = Basis.EARNED,
    basis_note: str = "",
    limited_to: Organization | None = None,
    schools: tuple[School, ...] = (),
    on: date | None = None,
    by: User | None,
) -> Certification:
    """Propose somebody for a credential, for the organization of `by`, or without a person for the one given.

    Earned: everything it asks for is met today, and a licensed trainer stands behind it. Recognized: it was earned
    elsewhere, and the note says where. Raises ValidationError for oneself, for what is missing, for a trainer whose
    license has ended or does not reach this person, and when a certification of this kind stands already.
    """
    district = practitioner.district
    day = day_of(district, on)
    refuse_future(day, district, "on")
    refuse_self(by, practitioner)
    if by is not None:
        organization = organization_of(by, district)
    if credential.district_id != district.pk or not Credential.objects.offered_on(day).filter(pk=credential.pk):
        raise ValidationError({"credential": _("Choose a credential that this district still gives.")})
    version = _version_for(practitioner, credential, day, basis)
    note = checked_note(basis_note, field="basis_note")
    if basis == Basis.EARNED:
        check_trainer(trainer, practitioner, day)
    else:
        note = checked_reason(note, field="basis_note", missing=_("Say where and when it was earned."))
    if (limited_to or schools) and not credential.is_license:
        raise ValidationError({"limited_to": _("Only a trainer's license is limited to an agency or to schools.")})
    if any(place.district_id != district.pk for place in (limited_to, *schools) if place is not None):
        raise ValidationError({"limited_to": _("Choose places of the same district.")})
    if practitioner.certifications.filter(credential=credential, status__in=Certification.STANDING).exists():
        raise ValidationError({"credential": _("This certification stands already, or is proposed.")})
    certification = saved(
        Certification(
            practitioner=practitioner,
            district=district,
            credential=credential,
            version=version,
            status=Status.PROPOSED,
            basis=basis,
            basis_note=note,
            organization=organization,
            proposed_by=by,
            trainer=trainer,
            limited_to=limited_to,
        )
    )
    certification.schools.set(schools)
    record_status(certification, Status.PROPOSED, day, by, note, before=None, action=audit.Action.CREATE)
    return certification


def _version_for(practitioner: Practitioner, credential: Credential, day: date, basis: str) -> CredentialVersion:
    """Return the version that holds for this person. Raises ValidationError for what is missing to earn it."""
    try:
        verdict, version = verdict_for(practitioner, credential, day)
    except LookupError as error:
        raise ValidationError({"credential": _("Nothing is said yet about what this credential asks for.")}) from error
    if basis == Basis.EARNED and not verdict.is_eligible:
        raise ValidationError({"credential": _("Still missing: %(what)s") % {"what": missing_words(verdict)}})
    return version


def check_trainer(trainer: Practitioner | None, practitioner: Practitioner, day: date) -> None:
    """Raise ValidationError unless `trainer` holds a license that is valid on `day` and reaches `practitioner`."""
    if trainer is None:
        raise ValidationError({"trainer": _("Name the trainer of record.")})
    if trainer.pk == practitioner.pk:
        raise ValidationError({"trainer": _("Nobody is their own trainer.")})
    licences = with_history(Certification.objects.licences().filter(practitioner=trainer).valid_on(day))
    if not licences:
        raise ValidationError({"trainer": _("%(name)s holds no valid trainer's license.") % {"name": trainer}})
    schools = list(practitioner.schools.values_list("pk", flat=True))
    organization = practitioner.person.organization_id
    if not any(
        one.licence_scope.covers(district=practitioner.district_id, organization=organization, schools=schools)
        for one in licences
    ):
        raise ValidationError({"trainer": _("The license of %(name)s does not reach this person.") % {"name": trainer}})


def organization_of(user: User, district: District) -> Organization | None:
    """Return the organization for which `user` proposes in `district`; of several the first by name."""
    keys = {
        grant.organization_id
        for grant in user.grants_with(Permission.CERTIFICATION_PROPOSE)
        if grant.district_id == district.pk and grant.organization_id
    }
    return Organization.objects.filter(pk__in=keys).order_by("name").first()


def record_status(
    certification: Certification,
    status: str,
    day: date,
    by: User | None,
    note: str,
    *,
    before: str | None,
    action: audit.Action = audit.Action.UPDATE,
) -> None:
    """Write the dated row and the event of a new state."""
    row = {"status": status, "effective_on": day, "at": timezone.now(), "by": by, "note": note}
    saved(CertificationStatus(certification=certification, **row))
    audit.record(
        action,
        by=by,
        target=certification,
        district=certification.district_id,
        changes={"status": [before, status]},
        details={
            "person": str(certification.practitioner.uid),
            "credential": certification.credential.code,
            "from": day.isoformat(),
        }
        | ({"reason": note} if note else {}),
    )
