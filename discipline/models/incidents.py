"""What happened, when and where, and who took which part."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from district.access import Permission
from district.models import ImportBatch, Record, School, SchoolYear, ScopedQuerySet, Staff, Student, User

from .behaviors import Behavior
from .codes import INCIDENT_LOCATIONS, ContactWay, LawEnforcement, Response, TriedFirst


class IncidentQuerySet(ScopedQuerySet):
    """Incidents."""

    def in_year(self, year: int):
        """Incidents attributed to the school year that ends in `year`."""
        return self.filter(school_year__year=year)

    def standing(self):
        """Incidents that have not been merged into another."""
        return self.filter(merged_into=None)

    def written_by(self, user: User):
        """Incidents that `user` wrote down, at schools where they may still refer."""
        return self.allowed(user, Permission.REFERRAL_LOG).filter(logged_by=user)

    def referred_by(self, user: User):
        """Incidents over which `user` referred a student, at schools where they may still refer."""
        made = Incident.objects.filter(referrals__reporter=user)
        return self.allowed(user, Permission.REFERRAL_LOG).filter(pk__in=made.values("pk"))


class Incident(Record):
    """One occurrence at one school, however many students took part in it.

    One that turned out to be the same event as another is merged into that one (`merged_into`) and stays as a pointer.
    """

    school_lookup = "school"
    read_permission = Permission.REFERRAL_VIEW

    school = models.ForeignKey(School, models.PROTECT, related_name="incidents")
    school_year = models.ForeignKey(SchoolYear, models.PROTECT, related_name="incidents")
    identifier = models.CharField(_("incident number"), max_length=255)
    occurred_on = models.DateField(_("day"))
    occurred_time = models.TimeField(_("time"), null=True, blank=True, help_text=_("Empty: unknown."))
    location = models.CharField(
        _("place"), max_length=5, blank=True, choices=list(INCIDENT_LOCATIONS.items()), help_text=_("CEDS code.")
    )
    is_time_exact = models.BooleanField(_("the time is exact"), default=True, db_default=True)
    description = models.TextField(_("what happened"), blank=True, default="", db_default="")
    tried_first = models.CharField(
        _("tried first"), max_length=200, blank=True, default="", db_default="", help_text=_("Codes, by commas.")
    )
    logged_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="incidents_logged")
    described_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", help_text=_("Who wrote what stands there now.")
    )
    submission_key = models.UUIDField(
        null=True, blank=True, editable=False, help_text=_("One form sent twice carries the same key.")
    )
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged_here")
    batch = models.ForeignKey(ImportBatch, models.PROTECT, null=True, blank=True, related_name="+")

    objects = IncidentQuerySet.as_manager()

    class Meta:
        ordering = ["-occurred_on", "-pk"]
        indexes = [
            models.Index(fields=["school", "-occurred_on"], name="incident_of_school"),
            models.Index(fields=["-occurred_on", "-id"], name="incident_latest_first"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["school_year", "identifier"], name="incident_identifier_unique_in_year"),
            models.UniqueConstraint(fields=["logged_by", "submission_key"], name="incident_logged_once"),
        ]

    def __str__(self) -> str:
        return self.identifier

    @property
    def tried_first_words(self) -> list[str]:
        """What was tried first, in words."""
        return [str(TriedFirst(code).label) for code in self.tried_first.split(",") if code in TriedFirst.values]


class InvolvementQuerySet(ScopedQuerySet):
    """Parts in incidents."""

    def standing(self):
        """Parts that have not been voided."""
        return self.filter(voided_at=None)

    def responsible(self):
        """Parts of students who caused harm, not voided."""
        return self.standing().filter(role=Involvement.Role.RESPONSIBLE)


class Involvement(Record):
    """One person's part in an incident, one row per behaviour."""

    school_lookup = "incident__school"
    read_permission = Permission.REFERRAL_VIEW

    class Role(models.TextChoices):
        RESPONSIBLE = "responsible", _("Student who caused harm")
        HARMED = "harmed", _("Student harmed")
        WITNESS = "witness", _("Witness")
        SUPPORTER = "supporter", _("Supporter")
        UNKNOWN = "unknown", _("Part not known")

    NAMED_IN_FILES = (Role.RESPONSIBLE, Role.HARMED, Role.WITNESS)
    """The parts that a discipline file may name."""
    CONFIDENTIAL = (Role.WITNESS, Role.SUPPORTER, Role.UNKNOWN)
    """Parts that only those who may read narratives see: people who came forward, or were only near."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="involvements")
    student = models.ForeignKey(Student, models.PROTECT, related_name="involvements")
    role = models.CharField(_("part"), max_length=12, choices=Role)
    behavior = models.ForeignKey(Behavior, models.PROTECT, null=True, blank=True, related_name="involvements")
    description = models.TextField(_("description"), blank=True)
    reported_by = models.CharField(_("reported by"), max_length=255, blank=True)
    reported_by_staff = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    law_enforcement = models.CharField(_("law enforcement"), max_length=10, blank=True, choices=LawEnforcement)
    response = models.CharField(_("response"), max_length=30, blank=True, choices=Response)
    voided_at = models.DateTimeField(_("voided"), null=True, blank=True)
    void_reason = models.CharField(_("reason for voiding"), max_length=500, blank=True)
    batch = models.ForeignKey(ImportBatch, models.PROTECT, null=True, blank=True, related_name="+")

    objects = InvolvementQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["student", "role"], name="involvement_of_student"),
            models.Index(
                fields=["incident", "student"], condition=~Q(law_enforcement=""), name="involvement_law_enforcement"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "student", "role", "behavior"], name="involvement_unique_with_behavior"
            ),
            models.UniqueConstraint(
                fields=["incident", "student", "role"],
                condition=Q(behavior=None),
                name="involvement_unique_without_behavior",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.student_id} {self.role}"


class OtherPerson(Record):
    """Somebody in an incident who is no student on the roster: staff, an outsider, or a student nobody recognized."""

    class Kind(models.TextChoices):
        STAFF = "staff", _("Member of staff")
        OUTSIDER = "outsider", _("Somebody from outside")
        UNKNOWN_STUDENT = "unknown_student", _("Student not recognized")

    class Role(models.TextChoices):
        RESPONSIBLE = "responsible", _("Caused harm")
        HARMED = "harmed", _("Was harmed")
        WITNESS = "witness", _("Witness")
        SUPPORTER = "supporter", _("Supporter")
        UNKNOWN = "unknown", _("Part not known")

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="other_people")
    kind = models.CharField(_("who"), max_length=16, choices=Kind)
    role = models.CharField(_("part"), max_length=12, choices=Role)
    staff = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    words = models.CharField(_("in a few words"), max_length=200, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "other people"

    def __str__(self) -> str:
        return f"{self.incident_id} {self.kind}"


class FamilyContact(Record):
    """The school told a student's family about an incident."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="family_contacts")
    student = models.ForeignKey(Student, models.PROTECT, related_name="family_contacts")
    way = models.CharField(_("how"), max_length=10, choices=ContactWay)
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.student_id} {self.way}"
