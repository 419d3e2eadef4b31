"""What a family sees and asks for through a link: the link, its requests, and removals that it says took place."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from district.access import Permission
from district.models import Guardian, Record, School, SchoolYear, ScopedQuerySet, Student, User

from .letters import LetterLanguage
from .removals import Removal


class FamilyLinkQuerySet(ScopedQuerySet):
    """Links to the page of a family."""

    def open_at(self, at: datetime):
        """Links that open the page at a moment: not expired, not revoked."""
        return self.filter(revoked_at=None, expires_at__gt=at)


class FamilyLink(Record):
    """A way for one guardian to what was recorded about one student, without a sign-in and for a time.

    The secret is shown once, when the link is made; only its SHA-256 is kept.
    """

    school_lookup = "school"
    read_permission = Permission.FAMILY_PAGE

    guardian = models.ForeignKey(Guardian, models.PROTECT, related_name="family_links")
    student = models.ForeignKey(Student, models.PROTECT, related_name="family_links")
    school = models.ForeignKey(School, models.PROTECT, related_name="family_links")
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    expires_at = models.DateTimeField(_("ends"))
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(_("last opened"), null=True, blank=True)
    opened = models.PositiveIntegerField(_("times opened"), default=0)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    revoked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    revoke_reason = models.CharField(_("reason for revoking"), max_length=500, blank=True)

    objects = FamilyLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.guardian_id} {self.expires_at:%Y-%m-%d}"

    @property
    def is_open(self) -> bool:
        """Whether it opens the page now, as far as the link goes; the guardian may be barred all the same."""
        return self.revoked_at is None and self.expires_at > timezone.now()


class FamilyRequest(Record):
    """What a family asks for: a meeting, an amendment of the record (34 CFR 99.20), an appeal. A task with a day."""

    school_lookup = "school"
    read_permission = Permission.FAMILY_PAGE

    class Kind(models.TextChoices):
        MEETING = "meeting", _("A meeting")
        AMENDMENT = "amendment", _("An amendment of the record")
        APPEAL = "appeal", _("An appeal")

    class State(models.TextChoices):
        OPEN = "open", _("To answer")
        GRANTED = "granted", _("Done as asked")
        DECLINED = "declined", _("Not done, with a reason")

    link = models.ForeignKey(FamilyLink, models.PROTECT, related_name="requests")
    guardian = models.ForeignKey(Guardian, models.PROTECT, related_name="family_requests")
    student = models.ForeignKey(Student, models.PROTECT, related_name="family_requests")
    school = models.ForeignKey(School, models.PROTECT, related_name="family_requests")
    removal = models.ForeignKey(Removal, models.PROTECT, null=True, blank=True, related_name="family_requests")
    kind = models.CharField(_("asked for"), max_length=9, choices=Kind)
    words = models.TextField(_("in the family's words"), max_length=2000)
    language = models.CharField(_("language"), max_length=5, choices=LetterLanguage)
    asked_on = models.DateField(_("asked on"))
    due_on = models.DateField(_("to answer by"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        indexes = [
            models.Index(fields=["school", "due_on"], condition=models.Q(state="open"), name="family_request_open")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.asked_on}"


class FamilyRequestStatus(Record):
    """A state of a request: since when, by whom, and what the family is answered."""

    request = models.ForeignKey(FamilyRequest, models.PROTECT, related_name="statuses")
    state = models.CharField(_("state"), max_length=8, choices=FamilyRequest.State)
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answer = models.CharField(_("answer to the family"), max_length=500, blank=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.request_id} {self.state}"


class SentHomeQuerySet(ScopedQuerySet):
    """Reports that a student was sent home."""

    def alleged(self):
        """Those that nobody has confirmed or refused yet."""
        return self.filter(state=SentHome.State.ALLEGED)


class SentHome(Record):
    """A report that a student was sent home or picked up early because of behavior: an informal removal.

    One by a family is alleged until staff confirm it, with a removal that counts like any other, or say why it is not
    confirmed. None is dropped: what is not confirmed stays with its reason. `days` are school days.
    """

    school_lookup = "school"
    read_permission = Permission.REMOVAL_VIEW

    class Source(models.TextChoices):
        STAFF = "staff", _("Staff")
        FAMILY = "family", _("A family")

    class State(models.TextChoices):
        ALLEGED = "alleged", _("A family says so")
        CONFIRMED = "confirmed", _("Confirmed")
        NOT_CONFIRMED = "not_confirmed", _("Not confirmed, with a reason")

    student = models.ForeignKey(Student, models.PROTECT, related_name="sent_home")
    school = models.ForeignKey(School, models.PROTECT, related_name="sent_home")
    school_year = models.ForeignKey(SchoolYear, models.PROTECT, related_name="sent_home")
    begins_on = models.DateField(_("on"))
    left_at = models.TimeField(_("left at"), null=True, blank=True)
    days = models.DecimalField(
        _("school days"),
        max_digits=4,
        decimal_places=2,
        validators=[MinValueValidator(Decimal("0.25")), MaxValueValidator(Decimal(30))],
    )
    told_by = models.CharField(_("who asked for it"), max_length=200, blank=True)
    words = models.TextField(_("what happened"), max_length=2000, blank=True)
    source = models.CharField(_("told by"), max_length=6, choices=Source)
    link = models.ForeignKey(FamilyLink, models.PROTECT, null=True, blank=True, related_name="sent_home")
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    told_on = models.DateField(_("told on"))
    due_on = models.DateField(_("to look into by"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=13, choices=State, default=State.ALLEGED)
    removal = models.ForeignKey(Removal, models.PROTECT, null=True, blank=True, related_name="sent_home")

    objects = SentHomeQuerySet.as_manager()

    class Meta:
        ordering = ["-begins_on", "-pk"]
        verbose_name_plural = "sent home"
        indexes = [
            models.Index(fields=["school", "due_on"], condition=models.Q(state="alleged"), name="sent_home_alleged"),
            models.Index(fields=["school_year", "student"], name="sent_home_of_student"),
        ]

    def __str__(self) -> str:
        return f"{self.student_id} {self.begins_on}"


class SentHomeStatus(Record):
    """A state of such a report: since when, by whom, and why."""

    report = models.ForeignKey(SentHome, models.PROTECT, related_name="statuses")
    state = models.CharField(_("state"), max_length=13, choices=SentHome.State)
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.report_id} {self.state}"
