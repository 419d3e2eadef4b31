"""Who is registered for a session, who waits, and who was there for how many hours."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from district.access import Permission
from district.models import ImportBatch, Record, SeatAllotment, User

from .people import Practitioner, reached_by
from .sessions import SessionDay, TrainingSession


class RegistrationQuerySet(models.QuerySet):
    """Registrations."""

    def allowed(self, user: User, permission: Permission):
        """Registrations for sessions of one's organization, and those of people in one's scope."""
        grants = user.grants_with(permission)
        own = {grant.organization_id for grant in grants if grant.organization_id}
        others = Practitioner.objects.filter(reached_by([grant for grant in grants if not grant.organization_id]))
        return self.filter(
            Q(session__organization__in=own)
            | Q(practitioner__person__organization__in=own)
            | Q(practitioner__in=others.order_by().values("pk"))
        )

    def visible_to(self, user: User):
        """Registrations that `user` may see, one's own among them."""
        seen = Registration.objects.allowed(user, Permission.TRAINING_VIEW)
        mine = Practitioner.objects.of_user(user).order_by().values("pk")
        return self.filter(Q(pk__in=seen.order_by().values("pk")) | Q(practitioner__in=mine))

    def seated(self):
        """Registrations that take a seat."""
        return self.filter(status=Registration.Status.REGISTERED)

    def waiting(self):
        """Registrations on the waiting list, the first one first."""
        return self.filter(status=Registration.Status.WAITING).order_by("waiting_since", "pk")


class Registration(Record):
    """One person in one session. `status` repeats the latest of the dated rows."""

    read_permission = Permission.TRAINING_VIEW

    class Status(models.TextChoices):
        REGISTERED = "registered", _("Registered")
        WAITING = "waiting", _("On the waiting list")
        CANCELLED = "cancelled", _("Cancelled")

    class Way(models.TextChoices):
        TRAINER = "trainer", _("Entered by the trainer")
        CODE = "code", _("With an invitation code")
        OPEN = "open", _("From the public list")
        WALK_IN = "walk_in", _("Walked in")
        IMPORT = "import", _("Imported")

    session = models.ForeignKey(TrainingSession, models.PROTECT, related_name="registrations")
    practitioner = models.ForeignKey(Practitioner, models.PROTECT, related_name="registrations")
    allotment = models.ForeignKey(SeatAllotment, models.PROTECT, null=True, blank=True, related_name="registrations")
    way = models.CharField(_("how"), max_length=8, choices=Way)
    status = models.CharField(_("status"), max_length=10, choices=Status)
    waiting_since = models.DateTimeField(_("waiting since"), null=True, blank=True)
    batch = models.ForeignKey(ImportBatch, models.PROTECT, null=True, blank=True, related_name="+")

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        ordering = ["practitioner__person__family_name", "practitioner__person__given_name", "pk"]
        indexes = [
            models.Index(fields=["session", "status"], name="registration_of_session"),
            models.Index(fields=["allotment", "status"], name="registration_of_allotment"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["session", "practitioner"], name="registration_unique_in_session"),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.practitioner_id}"


class RegistrationStatus(Record):
    """A state of a registration, from a moment on."""

    registration = models.ForeignKey(Registration, models.PROTECT, related_name="statuses")
    status = models.CharField(_("status"), max_length=10, choices=Registration.Status)
    at = models.DateTimeField(_("since"))
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name_plural = "registration statuses"

    def __str__(self) -> str:
        return f"{self.registration_id} {self.status}"


class AttendanceQuerySet(models.QuerySet):
    """Attendance."""

    def visible_to(self, user: User):
        """Attendance of registrations that `user` may see."""
        seen = Registration.objects.visible_to(user)
        return self.filter(registration__in=seen.order_by().values("pk"))

    def confirmed(self):
        """What a trainer has confirmed: a sign-in by code counts for nothing until then."""
        return self.filter(confirmed_at__isnull=False)


class Attendance(Record):
    """Hours of one registered person on one day of a session."""

    read_permission = Permission.TRAINING_VIEW

    class Way(models.TextChoices):
        SHEET = "sheet", _("Attendance sheet")
        CODE = "code", _("Sign-in code")
        IMPORT = "import", _("Import")

    registration = models.ForeignKey(Registration, models.PROTECT, related_name="attendance")
    session_day = models.ForeignKey(SessionDay, models.PROTECT, related_name="attendance")
    hours = models.DecimalField(
        _("hours"),
        max_digits=4,
        decimal_places=2,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(24))],
    )
    way = models.CharField(_("how"), max_length=6, choices=Way)
    signed_in_at = models.DateTimeField(_("signed in"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    batch = models.ForeignKey(ImportBatch, models.PROTECT, null=True, blank=True, related_name="+")

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        ordering = ["session_day__day", "pk"]
        verbose_name_plural = "attendance"
        constraints = [
            models.UniqueConstraint(fields=["registration", "session_day"], name="attendance_unique_on_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.registration_id} {self.session_day_id} {self.hours}"
