"""What the IDEA and Section 504 clock needs beside a removal, and the decisions that only people make."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from discipline.idea_clock import ClockPolicy, Section504
from district.access import Permission
from district.models import District, DistrictScopedQuerySet, Record, ScopedQuerySet, User

from .removals import Removal

DAY_MINUTES = 24 * 60


class RemovalTerms(Record):
    """What bears on whether the days of a removal count in the clock. Empty answers: nobody said."""

    school_lookup = "removal__school"
    read_permission = Permission.REMOVAL_VIEW

    class Standing(models.TextChoices):
        ALLEGED = "alleged", _("A family says so")
        CONFIRMED = "confirmed", _("Confirmed by staff")

    class InterimReason(models.TextChoices):
        """Special circumstances (34 CFR 300.530(g)), or a hearing officer (300.532(b)(2)(ii))."""

        WEAPON = "weapon", _("A weapon")
        DRUGS = "drugs", _("Illegal drugs")
        SERIOUS_BODILY_INJURY = "serious_bodily_injury", _("Serious bodily injury")
        HEARING_OFFICER = "hearing_officer", _("A hearing officer ordered it")

    FACTS = (
        *("decided_on", "minutes_removed", "day_minutes"),
        *("progress_in_curriculum", "iep_services_continued", "with_peers"),
        *("bus_is_service", "bus_alternative", "standing", "interim_reason"),
    )
    """The columns that say something about the removal."""

    removal = models.OneToOneField(Removal, models.PROTECT, related_name="terms")
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    minutes_removed = models.PositiveSmallIntegerField(
        _("minutes removed"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(DAY_MINUTES)],
        help_text=_("For a removal from part of one day."),
    )
    day_minutes = models.PositiveSmallIntegerField(
        _("minutes of that school day"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(DAY_MINUTES)],
    )
    progress_in_curriculum = models.BooleanField(_("went on in the general curriculum"), null=True, blank=True)
    iep_services_continued = models.BooleanField(_("had the services of the IEP"), null=True, blank=True)
    with_peers = models.BooleanField(_("was with peers to the same extent"), null=True, blank=True)
    bus_is_service = models.BooleanField(_("the bus is a service in the IEP"), null=True, blank=True)
    bus_alternative = models.BooleanField(_("another way to school was given"), null=True, blank=True)
    standing = models.CharField(_("informal removal"), max_length=10, choices=Standing, default=Standing.CONFIRMED)
    interim_reason = models.CharField(
        _("reason for the interim setting"), max_length=30, blank=True, choices=InterimReason
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "removal terms"

    def __str__(self) -> str:
        return str(self.removal_id)


class RemovalTermsChange(Record):
    """The facts beside a removal before a change: they stay on record, dated, with the reason they changed."""

    terms = models.ForeignKey(RemovalTerms, models.PROTECT, related_name="changes")
    at = models.DateTimeField(_("changed"))
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=500)
    former = models.JSONField(_("before"), help_text=_("Fact → what stood there."))

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.terms_id} {self.at:%Y-%m-%d}"


class StandingQuerySet(ScopedQuerySet):
    """Decisions that can be voided."""

    def standing(self):
        """Those that have not been voided."""
        return self.filter(voided_at=None)


class DeterminationQuerySet(StandingQuerySet):
    """Manifestation determinations."""

    def waiting(self):
        """Those that have not been held, of removals that stand."""
        return self.standing().filter(held_on=None, removal__voided_at=None)


class PatternReview(Record):
    """A person's decision whether removals form a pattern, with a reason for each factor (34 CFR 300.536(a)(2))."""

    school_lookup = "removal__school"
    read_permission = Permission.DEMOGRAPHICS_VIEW

    removal = models.ForeignKey(Removal, models.PROTECT, related_name="pattern_reviews")
    total_days = models.DecimalField(_("school days in the clock"), max_digits=6, decimal_places=2)
    is_similar = models.BooleanField(_("the behavior was substantially similar"))
    similarity = models.CharField(_("how alike the behavior was"), max_length=500)
    length = models.CharField(_("the length of each removal"), max_length=500)
    time_in_all = models.CharField(_("the total time"), max_length=500)
    proximity = models.CharField(_("how close together"), max_length=500)
    is_change_of_placement = models.BooleanField(_("the removals change the placement"))
    reasons = models.CharField(_("reasons"), max_length=500)
    decided_on = models.DateField(_("decided on"))
    decided_by = models.CharField(
        _("who decided"), max_length=200, help_text=_("Names or offices of those who took part.")
    )
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    voided_at = models.DateTimeField(_("voided"), null=True, blank=True)
    void_reason = models.CharField(_("reason for voiding"), max_length=500, blank=True)
    voided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = StandingQuerySet.as_manager()

    class Meta:
        ordering = ["decided_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["removal"], condition=Q(voided_at=None), name="pattern_review_stands_once"),
        ]

    def __str__(self) -> str:
        return f"{self.removal_id} {self.decided_on}"


class ManifestationDetermination(Record):
    """Whether the behavior was a manifestation of the disability: two questions, ten school days (34 CFR 300.530(e)).

    Open until it is held. `due_on` is kept up with the school's calendar by `discipline.actions.idea`.
    """

    school_lookup = "removal__school"
    read_permission = Permission.DEMOGRAPHICS_VIEW

    removal = models.ForeignKey(Removal, models.PROTECT, related_name="determinations")
    review = models.ForeignKey(PatternReview, models.PROTECT, null=True, blank=True, related_name="determinations")
    decided_on = models.DateField(
        _("placement changed on"), help_text=_("Day of the decision to change the placement.")
    )
    due_on = models.DateField(_("due on"), null=True, blank=True, help_text=_("Empty: the calendar does not reach it."))
    notice_on = models.DateField(_("parents told on"), null=True, blank=True)
    held_on = models.DateField(_("held on"), null=True, blank=True)
    caused_by_disability = models.BooleanField(
        _("caused by, or in direct and substantial relationship to, the disability"), null=True, blank=True
    )
    disability_reasons = models.CharField(_("reasons about the disability"), max_length=500, blank=True)
    iep_not_implemented = models.BooleanField(_("direct result of not carrying out the IEP"), null=True, blank=True)
    iep_reasons = models.CharField(_("reasons about the IEP"), max_length=500, blank=True)
    took_part = models.CharField(_("who took part"), max_length=500, blank=True)
    opened_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    held_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    voided_at = models.DateTimeField(_("voided"), null=True, blank=True)
    void_reason = models.CharField(_("reason for voiding"), max_length=500, blank=True)
    voided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = DeterminationQuerySet.as_manager()

    class Meta:
        ordering = ["decided_on", "pk"]
        indexes = [
            models.Index(fields=["due_on"], condition=Q(held_on=None, voided_at=None), name="determination_open")
        ]
        constraints = [
            models.UniqueConstraint(fields=["removal"], condition=Q(voided_at=None), name="determination_stands_once"),
        ]

    def __str__(self) -> str:
        return f"{self.removal_id} {self.decided_on}"

    @property
    def is_manifestation(self) -> bool | None:
        """Whether either answer is yes (34 CFR 300.530(e)(2)); None until it is held."""
        return None if self.held_on is None else bool(self.caused_by_disability or self.iep_not_implemented)


class ClockSettingsQuerySet(DistrictScopedQuerySet):
    """Settings of the clock."""

    def on(self, day: date):
        """Those in force on a day, the latest first."""
        return self.filter(valid_from__lte=day).order_by("-valid_from", "-pk")


class ClockSettings(Record):
    """How a district counts where the law leaves a choice, from a day on. The latest row that has begun holds."""

    district_lookup = "district"
    read_permission = Permission.RULES_VIEW

    SECTION504 = (
        (Section504.CHANGE_OF_PLACEMENT.value, _("Patterns and more than 10 school days in a row")),
        (Section504.SAME.value, _("The same as with an IEP, services included")),
        (Section504.NONE.value, _("None of it")),
    )

    district = models.ForeignKey(District, models.PROTECT, related_name="clock_settings")
    valid_from = models.DateField(_("valid from"))
    marks = models.JSONField(_("warn at"), help_text=_("School days, as texts."))
    half_days_whole = models.BooleanField(_("a shortened school day counts as a whole one"), default=True)
    counts_before_eligibility = models.BooleanField(_("days before the IEP count"), default=True)
    section504 = models.CharField(
        _("for Section 504 plans"), max_length=20, choices=SECTION504, default=Section504.CHANGE_OF_PLACEMENT.value
    )
    reason = models.CharField(_("reason"), max_length=500)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ClockSettingsQuerySet.as_manager()

    class Meta:
        ordering = ["-valid_from", "-pk"]
        verbose_name_plural = "clock settings"

    def __str__(self) -> str:
        return f"{self.district_id} {self.valid_from}"

    def as_policy(self) -> ClockPolicy:
        """Return the choices as the clock takes them."""
        return ClockPolicy(
            marks=tuple(Decimal(mark) for mark in self.marks),
            half_days_whole=self.half_days_whole,
            counts_before_eligibility=self.counts_before_eligibility,
            section504=Section504(self.section504),
        )
