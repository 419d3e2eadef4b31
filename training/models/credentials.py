"""Credentials as data: the ladder of a district, and what each step asks for from a day on."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from district.access import Permission
from district.models import District, Record, User
from training.eligibility import Kind, Mode

from .courses import Course
from .practices import TIERS, Practice


class CredentialQuerySet(models.QuerySet):
    """Credentials."""

    def allowed(self, user: User, permission: Permission):
        """Credentials of the districts where a grant of the whole district holds `permission`."""
        grants = user.grants_with(permission)
        return self.filter(district__in={g.district_id for g in grants if not g.school_id})

    def visible_to(self, user: User):
        """Credentials of the districts where `user` sees training, their own or others'."""
        grants = user.grants_with(Permission.TRAINING_VIEW) + user.grants_with(Permission.TRAINING_VIEW_OWN)
        return self.filter(district__in={grant.district_id for grant in grants})

    def offered_on(self, day: date):
        """Credentials that are still given on `day`."""
        return self.filter(Q(closed_on=None) | Q(closed_on__gt=day))


class Credential(Record):
    """A step of the district's ladder. No law defines these levels: every one is local and says so."""

    read_permission = Permission.TRAINING_VIEW

    district = models.ForeignKey(District, models.PROTECT, related_name="credentials")
    code = models.SlugField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=100)
    rank = models.PositiveSmallIntegerField(_("place on the ladder"), default=0)
    description = models.TextField(_("description"), max_length=4000, blank=True)
    practices = models.ManyToManyField(
        Practice, blank=True, related_name="credentials", help_text=_("What its holder may hold.")
    )
    is_license = models.BooleanField(
        _("trainer's license"),
        default=False,
        help_text=_("Its holder may be trainer of record; it is limited to a district, an agency or some schools."),
    )
    closed_on = models.DateField(_("no longer given from"), null=True, blank=True)

    objects = CredentialQuerySet.as_manager()

    class Meta:
        ordering = ["rank", "name"]
        constraints = [
            models.UniqueConstraint(fields=["district", "code"], name="credential_code_unique_in_district"),
        ]

    def __str__(self) -> str:
        return self.name

    def version_on(self, day: date) -> CredentialVersion | None:
        """Return the version in force on `day`; None before the first."""
        held = [version for version in self.versions.all() if version.valid_from <= day]
        return held[-1] if held else None


class CredentialVersion(Record):
    """What a credential asks for, how long it is valid and how it is renewed: from a day on, until the next version.

    A certificate keeps the version under which it was awarded; its renewal follows the version of that day.
    """

    credential = models.ForeignKey(Credential, models.PROTECT, related_name="versions")
    valid_from = models.DateField(_("from"))
    validity_months = models.PositiveSmallIntegerField(
        _("months of validity"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(240)],
        help_text=_("Empty: it does not expire."),
    )
    window_days = models.PositiveSmallIntegerField(
        _("renewal begins"), default=90, help_text=_("Days before the last valid day.")
    )
    grace_days = models.PositiveSmallIntegerField(
        _("grace"), default=30, help_text=_("Days after it in which renewal still counts; not valid meanwhile.")
    )
    deadline_days = models.PositiveSmallIntegerField(
        _("time to complete"), null=True, blank=True, help_text=_("Days from the day somebody sets out; empty: none.")
    )
    note = models.CharField(_("what changed"), max_length=500, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["valid_from", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["credential", "valid_from"], name="credential_version_unique_from"),
        ]

    def __str__(self) -> str:
        return f"{self.credential_id} {self.valid_from}"


class RequirementGroup(Record):
    """Requirements that stand together: all of them, or any one of them; for the award or for a renewal."""

    class Purpose(models.TextChoices):
        AWARD = "award", _("To be awarded")
        RENEWAL = "renewal", _("To be renewed")

    MODES = ((Mode.ALL.value, _("All of these")), (Mode.ANY.value, _("Any one of these")))

    version = models.ForeignKey(CredentialVersion, models.CASCADE, related_name="groups")
    purpose = models.CharField(_("purpose"), max_length=7, choices=Purpose)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    mode = models.CharField(_("how many"), max_length=3, choices=MODES, default=Mode.ALL.value)
    label = models.CharField(_("title"), max_length=100, blank=True)

    class Meta:
        ordering = ["version", "purpose", "position", "pk"]

    def __str__(self) -> str:
        return f"{self.version_id} {self.purpose} {self.position}"


class Requirement(Record):
    """One thing asked for; which columns it needs is said by its kind."""

    KINDS = (
        (Kind.COURSE.value, _("Course passed")),
        (Kind.HOURS.value, _("Hours attended")),
        (Kind.CIRCLES.value, _("Circles kept")),
        (Kind.OBSERVATION.value, _("Observed circle signed off")),
        (Kind.DOCUMENT.value, _("Document received")),
        (Kind.INTERVIEW.value, _("Interview passed")),
        (Kind.CREDENTIAL.value, _("Credential held")),
    )

    group = models.ForeignKey(RequirementGroup, models.CASCADE, related_name="requirements")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    kind = models.CharField(_("kind"), max_length=12, choices=KINDS)
    course = models.ForeignKey(Course, models.PROTECT, null=True, blank=True, related_name="+")
    courses = models.ManyToManyField(
        Course, blank=True, related_name="+", help_text=_("Whose hours count; none: those of any course.")
    )
    credential = models.ForeignKey(Credential, models.PROTECT, null=True, blank=True, related_name="+")
    code = models.SlugField(_("code of the document or interview"), max_length=40, blank=True)
    label = models.CharField(_("in words"), max_length=150, blank=True)
    amount = models.DecimalField(
        _("how many"),
        max_digits=6,
        decimal_places=2,
        default=Decimal(1),
        validators=[MinValueValidator(Decimal("0.25"))],
    )
    tier = models.PositiveSmallIntegerField(_("of this tier or above"), null=True, blank=True, choices=TIERS)
    must_lead = models.BooleanField(_("led, not only co-kept"), default=False)
    months = models.PositiveSmallIntegerField(
        _("within so many months"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    each_year = models.BooleanField(_("in each year"), default=False)

    class Meta:
        ordering = ["group", "position", "pk"]

    def __str__(self) -> str:
        return self.label or self.get_kind_display()
