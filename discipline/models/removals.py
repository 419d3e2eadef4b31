"""Removals: what took a student out of class, for how many school days, and how that changed."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from district.access import Permission
from district.models import ImportBatch, Record, School, SchoolYear, ScopedQuerySet, Student, User

from .codes import EXPULSIONS, SUSPENSIONS, LengthDifference, RemovalKind
from .groups import Grouped
from .incidents import Incident, Involvement


class RemovalQuerySet(ScopedQuerySet):
    """Removals."""

    def in_year(self, year: int):
        """Removals attributed to the school year that ends in `year` (that of the incident)."""
        return self.filter(school_year__year=year)

    def standing(self):
        """Removals that have not been voided."""
        return self.filter(voided_at=None)

    def suspensions(self):
        """In-school and out-of-school suspensions."""
        return self.filter(kind__in=SUSPENSIONS)

    def out_of_school(self):
        """Out-of-school suspensions."""
        return self.filter(kind=RemovalKind.OSS)

    def expulsions(self):
        """Expulsions with or without services."""
        return self.filter(kind__in=EXPULSIONS)

    def touching(self, first_day, last_day):
        """Standing removals with a day from `first_day` to `last_day`; one without an end counts on its first day."""
        return self.standing().filter(
            Q(ends_on__gte=first_day) | Q(ends_on=None, begins_on__gte=first_day), begins_on__lte=last_day
        )


class Removal(Grouped, Record):
    """One removal of one student. It belongs to the school and the school year of the incident."""

    school_lookup = "school"
    read_permission = Permission.REMOVAL_VIEW

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="removals")
    student = models.ForeignKey(Student, models.PROTECT, related_name="removals")
    school = models.ForeignKey(School, models.PROTECT, related_name="removals")
    school_year = models.ForeignKey(SchoolYear, models.PROTECT, related_name="removals")
    involvements = models.ManyToManyField(Involvement, related_name="removals", blank=True)
    identifier = models.CharField(_("removal number"), max_length=255, blank=True)
    kind = models.CharField(_("kind"), max_length=30, choices=RemovalKind)
    begins_on = models.DateField(_("begins on"))
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    days = models.DecimalField(
        _("school days"),
        max_digits=6,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
        help_text=_("Empty: length unknown."),
    )
    services_provided = models.BooleanField(_("educational services provided"), null=True, blank=True)
    services = models.CharField(
        _("which services"), max_length=200, blank=True, default="", db_default="", help_text=_("In a few words.")
    )
    ordered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    voided_at = models.DateTimeField(_("voided"), null=True, blank=True)
    void_reason = models.CharField(_("reason for voiding"), max_length=500, blank=True)
    voided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    batch = models.ForeignKey(ImportBatch, models.PROTECT, null=True, blank=True, related_name="+")

    objects = RemovalQuerySet.as_manager()

    class Meta:
        ordering = ["-begins_on", "-pk"]
        indexes = [
            # Holds all that figures by school, race and sex need, so that they are counted without reading the rows.
            models.Index(
                fields=["school_year", "school", "race", "student", "kind", "days", "sex", "voided_at"],
                name="removal_counting",
            ),
            models.Index(fields=["school_year", "race"], condition=Q(race=None), name="removal_without_groups"),
            models.Index(fields=["student", "begins_on"], name="removal_of_student"),
            models.Index(fields=["-begins_on", "-id"], name="removal_latest_first"),
            models.Index(fields=["school", "ends_on"], name="removal_of_school"),
            models.Index(fields=["school_year", "updated_at"], name="removal_latest_change"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["school_year", "identifier"],
                condition=~Q(identifier=""),
                name="removal_identifier_unique_in_year",
            ),
            models.UniqueConstraint(
                fields=["incident", "student", "kind", "begins_on"],
                condition=Q(identifier=""),
                name="removal_unique_without_identifier",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.begins_on}"


class ChangeKind(models.TextChoices):
    """What a change does to a removal."""

    CORRECTED = "corrected", _("Corrected")
    REDUCED = "reduced", _("Shortened")
    EXTENDED = "extended", _("Lengthened, by a new decision")
    CONVERTED = "converted", _("Made another kind of removal")
    STAYED = "stayed", _("Put off while an appeal is pending")
    OVERTURNED = "overturned", _("Overturned")


class RemovalChange(Record):
    """The terms of a removal before a change: what was ordered stays on record, dated, with the reason it changed."""

    removal = models.ForeignKey(Removal, models.PROTECT, related_name="changes")
    at = models.DateTimeField(_("changed"))
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=500)
    kind = models.CharField(
        _("change"),
        max_length=10,
        choices=ChangeKind,
        blank=True,
        default="",
        db_default="",
        help_text=_("Empty: imported."),
    )
    removal_kind = models.CharField(
        _("kind before"), max_length=30, choices=RemovalKind, blank=True, default="", db_default=""
    )
    difference = models.CharField(
        _("why the length differs"), max_length=2, choices=LengthDifference, blank=True, default="", db_default=""
    )
    begins_on = models.DateField(_("began on"))
    ends_on = models.DateField(_("ended on"), null=True, blank=True)
    days = models.DecimalField(_("school days"), max_digits=6, decimal_places=2, null=True, blank=True)
    services_provided = models.BooleanField(_("educational services provided"), null=True, blank=True)
    batch = models.ForeignKey(ImportBatch, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.removal_id} {self.at:%Y-%m-%d}"


class ServedDay(Record):
    """Whether a removal was served on one of its school days: ticked on the action calendar by who saw it."""

    class Mark(models.TextChoices):
        SERVED = "served", _("Served")
        ABSENT = "absent", _("Absent, not served")
        PRESENT = "present", _("In class, not served")

    removal = models.ForeignKey(Removal, models.PROTECT, related_name="served_days")
    day = models.DateField(_("day"))
    length = models.DecimalField(_("school days"), max_digits=3, decimal_places=2)
    mark = models.CharField(_("mark"), max_length=8, choices=Mark)
    verified_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["removal", "day"], name="served_day_unique_in_removal")]

    def __str__(self) -> str:
        return f"{self.removal_id} {self.day} {self.mark}"
