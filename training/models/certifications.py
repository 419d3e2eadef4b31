"""Certifications: who may hold what, from when to when, and how that came about."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from district.access import Permission
from district.models import District, Organization, Record, School, User
from training.validity import History, LicenceScope, Span

from .credentials import Credential, CredentialVersion
from .people import Practitioner, reached_by
from .practices import Practice


class CertificationQuerySet(models.QuerySet):
    """Certifications."""

    def allowed(self, user: User, permission: Permission):
        """Certifications in scope: of the district, one's school, or that one's organization has to do with.

        Besides, whoever may award reads the proposals of the district that wait for a second organization.
        """
        grants = user.grants_with(permission)
        own = {grant.organization_id for grant in grants if grant.organization_id}
        awarding = {
            grant.district_id
            for grant in grants
            if grant.organization_id and grant in user.grants_with(Permission.CERTIFICATION_AWARD)
        }
        others = Practitioner.objects.filter(reached_by([grant for grant in grants if not grant.organization_id]))
        members = Practitioner.objects.filter(reached_by([grant for grant in grants if grant.organization_id]))
        people = Q(practitioner__in=others.order_by().values("pk"))
        if own:
            people |= Q(practitioner__in=members.order_by().values("pk"))
            people |= Q(organization__in=own) | Q(awarding_organization__in=own)
            people |= Q(district__in=awarding, status=Certification.Status.PROPOSED)
        return self.filter(people)

    def visible_to(self, user: User):
        """Certifications that `user` may see, one's own among them."""
        seen = Certification.objects.allowed(user, Permission.TRAINING_VIEW)
        mine = Practitioner.objects.of_user(user).order_by().values("pk")
        return self.filter(Q(pk__in=seen.order_by().values("pk")) | Q(practitioner__in=mine))

    def valid_on(self, day: date):
        """Certifications valid on `day`, a day of their district: a term holds it, no suspension, no end before.

        The one predicate, used everywhere; first and last day of a term are valid, so is the day of reinstatement,
        and the day of a suspension or revocation no longer is (`training.validity.History.valid_on` says the same).
        """
        held = CertificationTerm.objects.filter(
            Q(expires_on=None) | Q(expires_on__gte=day), certification=OuterRef("pk"), valid_from__lte=day
        )
        paused = CertificationPause.objects.filter(
            Q(ends_on=None) | Q(ends_on__gte=day), certification=OuterRef("pk"), begins_on__lte=day
        )
        return self.filter(Q(ended_on=None) | Q(ended_on__gt=day), Exists(held), ~Exists(paused))

    def qualifying_for(self, practice: Practice):
        """Certifications whose credential includes `practice`."""
        through = Credential.practices.through.objects.filter(practice=practice)
        return self.filter(credential__in=through.values("credential"))

    def expiring(self, first: date, last: date):
        """Certifications whose last term ends between two days, both included, and that no decision has ended."""
        return self.filter(expires_on__range=(first, last), ended_on=None)

    def licences(self):
        """Licences to train."""
        return self.filter(credential__is_license=True)


class Certification(Record):
    """One credential of one person, under one number, through all its renewals.

    `status` repeats the latest of the dated rows; whether it is valid on a day is asked of `valid_on`, never read off
    the status. `expires_on` repeats the last day of the last term.
    """

    read_permission = Permission.TRAINING_VIEW

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        DECLINED = "declined", _("Not awarded")
        AWARDED = "awarded", _("Awarded")
        SUSPENDED = "suspended", _("Suspended")
        LAPSED = "lapsed", _("Lapsed")
        REVOKED = "revoked", _("Revoked")

    class Basis(models.TextChoices):
        EARNED = "earned", _("Requirements met here")
        RECOGNIZED = "recognized", _("Recognized from elsewhere")

    STANDING = (Status.PROPOSED, Status.AWARDED, Status.SUSPENDED)
    """Of these there is at most one a person and credential."""

    practitioner = models.ForeignKey(Practitioner, models.PROTECT, related_name="certifications")
    district = models.ForeignKey(District, models.PROTECT, related_name="certifications")
    credential = models.ForeignKey(Credential, models.PROTECT, related_name="certifications")
    version = models.ForeignKey(CredentialVersion, models.PROTECT, related_name="+")
    number = models.CharField(_("number"), max_length=20, unique=True, null=True, blank=True)
    status = models.CharField(_("status"), max_length=9, choices=Status)
    basis = models.CharField(_("basis"), max_length=10, choices=Basis)
    basis_note = models.CharField(_("what it rests on"), max_length=500, blank=True)
    organization = models.ForeignKey(Organization, models.PROTECT, null=True, blank=True, related_name="certifications")
    proposed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    trainer = models.ForeignKey(
        Practitioner,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="trained",
        help_text=_("The trainer of record."),
    )
    awarding_organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="certifications_awarded"
    )
    awarded_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    awarded_on = models.DateField(_("awarded on"), null=True, blank=True)
    expires_on = models.DateField(_("valid through"), null=True, blank=True)
    ended_on = models.DateField(_("not valid from"), null=True, blank=True)
    limited_to = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("A license for people of this agency only."),
    )
    schools = models.ManyToManyField(
        School, blank=True, related_name="+", help_text=_("A license for people of these schools only.")
    )

    objects = CertificationQuerySet.as_manager()

    class Meta:
        ordering = ["-awarded_on", "-pk"]
        indexes = [models.Index(fields=["district", "expires_on"], name="certification_expiring")]
        constraints = [
            models.UniqueConstraint(
                fields=["practitioner", "credential"],
                condition=Q(status__in=["proposed", "awarded", "suspended"]),
                name="certification_one_standing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.credential} {self.number or ''}".strip()

    @property
    def history(self) -> History:
        """Terms, suspensions and end as plain values; two queries unless they were prefetched."""
        return History(
            terms=tuple(Span(term.valid_from, term.expires_on) for term in self.terms.all()),
            pauses=tuple(Span(pause.begins_on, pause.ends_on) for pause in self.pauses.all()),
            ended_on=self.ended_on,
            grace_days=self.version.grace_days,
        )

    @property
    def licence_scope(self) -> LicenceScope:
        """Where a licence counts; one query unless the schools were prefetched."""
        return LicenceScope(self.district_id, self.limited_to_id, frozenset(one.pk for one in self.schools.all()))


class CertificationTerm(Record):
    """A span of validity: the first with the award, one more with each renewal."""

    class Basis(models.TextChoices):
        AWARD = "award", _("Award")
        RENEWAL = "renewal", _("Renewal: requirements met")
        REVIEW = "review", _("Renewal: by review")

    certification = models.ForeignKey(Certification, models.PROTECT, related_name="terms")
    valid_from = models.DateField(_("valid from"))
    expires_on = models.DateField(_("valid through"), null=True, blank=True, help_text=_("Empty: no end."))
    basis = models.CharField(_("basis"), max_length=7, choices=Basis)
    note = models.CharField(_("note"), max_length=500, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["valid_from", "pk"]
        indexes = [models.Index(fields=["certification", "valid_from", "expires_on"], name="certification_term_span")]

    def __str__(self) -> str:
        return f"{self.certification_id} {self.valid_from}"


class CertificationPause(Record):
    """A suspension: from its day to the day before it was lifted."""

    certification = models.ForeignKey(Certification, models.PROTECT, related_name="pauses")
    begins_on = models.DateField(_("from"))
    ends_on = models.DateField(_("through"), null=True, blank=True)

    class Meta:
        ordering = ["begins_on", "pk"]

    def __str__(self) -> str:
        return f"{self.certification_id} {self.begins_on}"


class CertificationStatus(Record):
    """A state of a certification from a day on, with who decided it and why."""

    certification = models.ForeignKey(Certification, models.PROTECT, related_name="statuses")
    status = models.CharField(_("status"), max_length=9, choices=Certification.Status)
    effective_on = models.DateField(_("from"))
    at = models.DateTimeField(_("recorded"))
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name_plural = "certification statuses"

    def __str__(self) -> str:
        return f"{self.certification_id} {self.status}"
