"""Sessions: a course given on some days, at a place or a link, by a team, for so many people."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from district.access import Permission
from district.models import District, ImportBatch, Organization, Record, School, SeatAllotment, User

from .courses import Course
from .languages import Language
from .people import Practitioner


def check_timezone(name: str) -> None:
    """Refuse a time zone that nobody knows."""
    if name not in available_timezones():
        raise ValidationError(_("This is no time zone, such as America/New_York."))


class TrainingSessionQuerySet(models.QuerySet):
    """Sessions."""

    def allowed(self, user: User, permission: Permission):
        """Sessions in scope: of the district, of one's organization, at one's school or with its people."""
        grants = user.grants_with(permission)
        own = {grant.organization_id for grant in grants if grant.organization_id}
        schools = {grant.school_id for grant in grants if grant.school_id and not grant.organization_id}
        districts = {g.district_id for g in grants if not g.organization_id and not g.school_id}
        reached = Q(organization__in=own) | Q(district__in=districts)
        if schools:
            serving = Practitioner.schools.through.objects.filter(school__in=schools).values("practitioner")
            attended = TrainingSession.objects.filter(registrations__practitioner__in=serving)
            reached |= Q(school__in=schools) | Q(pk__in=attended.order_by().values("pk"))
        return self.filter(reached)

    def visible_to(self, user: User):
        """Sessions that `user` may see: by the grants, or because one is registered or trains there."""
        seen = TrainingSession.objects.allowed(user, Permission.TRAINING_VIEW)
        own = {grant.district_id for grant in user.grants_with(Permission.TRAINING_VIEW_OWN)}
        if not own:
            return self.filter(pk__in=seen.order_by().values("pk"))
        mine = Practitioner.objects.of_user(user).filter(district__in=own).order_by().values("pk")
        registered = TrainingSession.objects.filter(Q(registrations__practitioner__in=mine) | Q(trainers__in=mine))
        return self.filter(Q(pk__in=seen.order_by().values("pk")) | Q(pk__in=registered.order_by().values("pk")))

    def to_come_on(self, day: date):
        """Sessions that are not cancelled and whose last day is `day` or later."""
        return self.filter(status=TrainingSession.Status.SCHEDULED, ends_on__gte=day)


class TrainingSession(Record):
    """One giving of a course. `begins_on` and `ends_on` repeat the first and the last of its days."""

    read_permission = Permission.TRAINING_VIEW

    class Status(models.TextChoices):
        SCHEDULED = "scheduled", _("Scheduled")
        CANCELLED = "cancelled", _("Cancelled")

    district = models.ForeignKey(District, models.PROTECT, related_name="training_sessions")
    course = models.ForeignKey(Course, models.PROTECT, related_name="sessions")
    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="training_sessions",
        help_text=_("Who gives it; none: the district."),
    )
    school = models.ForeignKey(
        School,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="training_sessions",
        help_text=_("Where it is for one school only."),
    )
    identifier = models.CharField(_("session number"), max_length=60)
    language = models.CharField(_("language"), max_length=3, choices=Language, default=Language.ENGLISH)
    timezone = models.CharField(_("time zone"), max_length=64, validators=[check_timezone])
    place = models.CharField(_("place"), max_length=200, blank=True)
    link = models.URLField(_("link"), max_length=500, blank=True, help_text=_("Shown to those registered only."))
    capacity = models.PositiveSmallIntegerField(_("seats"), validators=[MinValueValidator(1), MaxValueValidator(2000)])
    is_open = models.BooleanField(
        _("open to everybody"),
        default=False,
        help_text=_("Listed in public; anybody may register for a seat that no memorandum holds."),
    )
    begins_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.SCHEDULED)
    trainers = models.ManyToManyField(Practitioner, through="training.SessionTrainer", related_name="trains_in")
    batch = models.ForeignKey(ImportBatch, models.PROTECT, null=True, blank=True, related_name="+")

    objects = TrainingSessionQuerySet.as_manager()

    class Meta:
        ordering = ["-begins_on", "-pk"]
        indexes = [models.Index(fields=["district", "-begins_on"], name="session_of_district")]
        constraints = [
            models.UniqueConstraint(fields=["district", "identifier"], name="session_identifier_unique_in_district"),
        ]

    def __str__(self) -> str:
        return f"{self.course} {self.begins_on}"

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which its days and times are meant."""
        return ZoneInfo(self.timezone)


class SessionDay(Record):
    """A day of a session: its times in the session's time zone, its hours, and the code that signs people in."""

    session = models.ForeignKey(TrainingSession, models.PROTECT, related_name="days")
    day = models.DateField(_("day"))
    begins = models.TimeField(_("from"), null=True, blank=True)
    ends = models.TimeField(_("until"), null=True, blank=True)
    hours = models.DecimalField(
        _("hours"),
        max_digits=4,
        decimal_places=2,
        validators=[MinValueValidator(Decimal("0.25")), MaxValueValidator(Decimal(24))],
    )
    sign_in_code = models.CharField(max_length=8, unique=True, editable=False)

    class Meta:
        ordering = ["day", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["session", "day"], name="session_day_unique"),
            models.CheckConstraint(
                condition=Q(begins=None) | Q(ends=None) | Q(ends__gt=F("begins")),
                name="session_day_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.day}"

    def moments(self) -> tuple[datetime, datetime] | None:
        """First and last moment of the day as moments in time; None where no times were given."""
        if self.begins is None or self.ends is None:
            return None
        zone = self.session.zone
        return datetime.combine(self.day, self.begins, zone), datetime.combine(self.day, self.ends, zone)


class SessionTrainer(Record):
    """Somebody of the team of a session, and in which part."""

    class Part(models.TextChoices):
        LEAD = "lead", _("Lead trainer")
        CO_TRAINER = "co_trainer", _("Co-trainer")
        APPRENTICE = "apprentice", _("Trainer in training")
        INTERPRETER = "interpreter", _("Interpreter")

    session = models.ForeignKey(TrainingSession, models.CASCADE, related_name="team")
    practitioner = models.ForeignKey(Practitioner, models.PROTECT, related_name="teams")
    part = models.CharField(_("part"), max_length=12, choices=Part, default=Part.LEAD)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["session", "practitioner"], name="session_trainer_unique")]

    def __str__(self) -> str:
        return f"{self.session_id} {self.practitioner_id}"


class SessionSeats(Record):
    """So many seats of a session kept for those who come with the invitation code of an allotment."""

    session = models.ForeignKey(TrainingSession, models.CASCADE, related_name="seats")
    allotment = models.ForeignKey(SeatAllotment, models.PROTECT, related_name="session_seats")
    seats = models.PositiveSmallIntegerField(_("seats"), validators=[MinValueValidator(1)])

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "session seats"
        constraints = [models.UniqueConstraint(fields=["session", "allotment"], name="session_seats_unique")]

    def __str__(self) -> str:
        return f"{self.session_id} {self.allotment_id}"


class SessionStatus(Record):
    """A state of a session, from a moment on, with the reason."""

    session = models.ForeignKey(TrainingSession, models.PROTECT, related_name="statuses")
    status = models.CharField(_("status"), max_length=10, choices=TrainingSession.Status)
    at = models.DateTimeField(_("since"))
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name_plural = "session statuses"

    def __str__(self) -> str:
        return f"{self.session_id} {self.status}"
