"""What people of a circle say themselves: links, worksheets before it, and surveys after it that belong to nobody."""

from __future__ import annotations

from datetime import datetime

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from circles.voices.survey import MINIMUM
from discipline.models import LetterLanguage
from district.models import District, Record, School, SchoolYear, User

from .circles import Circle
from .participants import CircleParticipant, ParticipantQuerySet


class VoiceLinkQuerySet(ParticipantQuerySet):
    """Links."""

    def open_at(self, at: datetime):
        """Links that open their paper at a moment: not expired, not revoked, not used."""
        return self.filter(revoked_at=None, expires_at__gt=at, is_answered=False)


class VoiceLink(Record):
    """A way for one person of a case to a worksheet or a survey, without a sign-in, once and for a time.

    The secret is shown once, when the link is made; only its SHA-256 is kept. Of a survey the link says that it was
    answered, and not when: nothing leads from here to an answer.
    """

    class Paper(models.TextChoices):
        WORKSHEET = "worksheet", _("Worksheet before the circle")
        SURVEY = "survey", _("Survey after the circle")

    whole = "participant"
    read_permission = CircleParticipant.read_permission

    participant = models.ForeignKey(CircleParticipant, models.PROTECT, related_name="voice_links")
    paper = models.CharField(_("what it opens"), max_length=9, choices=Paper)
    language = models.CharField(_("language"), max_length=2, choices=LetterLanguage)
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    expires_at = models.DateTimeField(_("ends"))
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    is_answered = models.BooleanField(_("answered"), default=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    revoked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = VoiceLinkQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["participant"], condition=Q(paper="survey", is_answered=True), name="circle_survey_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant_id} {self.paper}"

    @property
    def is_open(self) -> bool:
        """Whether it opens its paper now, as far as the link goes; the state of the case may close it all the same."""
        return self.revoked_at is None and not self.is_answered and self.expires_at > timezone.now()


class WorksheetQuerySet(models.QuerySet):
    """Worksheets."""

    def visible_to(self, user: User):
        """Worksheets of the cases of whose team `user` is now: the same people who read its notes."""
        team = Circle.objects.all().team_of(user).order_by()
        return self.filter(participant__circle__in=team.values("pk"))

    def kept(self):
        """Those that have not been purged."""
        return self.filter(purged_at=None)


class Worksheet(Record):
    """What somebody wrote before a circle. `sealed` as a case note is; in no list, file, search or endpoint."""

    participant = models.ForeignKey(CircleParticipant, models.PROTECT, related_name="worksheets")
    sealed = models.TextField(editable=False)
    language = models.CharField(_("language"), max_length=2, choices=LetterLanguage)
    at = models.DateTimeField(_("written"))
    purged_at = models.DateTimeField(_("purged"), null=True, blank=True)

    objects = WorksheetQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["participant", "purged_at"], name="circle_worksheet_of_person")]

    def __str__(self) -> str:
        return f"{self.participant_id} {self.at:%Y-%m-%d}"


class SurveyPile(models.Model):
    """Answers of one school, year and part in the circle that are too few to be shown yet: sealed counts.

    It has no public id and no time of its own, and holds no single answer: nothing in it belongs to anybody.
    """

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    school_year = models.ForeignKey(SchoolYear, models.PROTECT, related_name="+")
    role = models.CharField(_("part"), max_length=11, choices=CircleParticipant.Role)
    sealed = models.TextField(editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "school_year", "role"], name="circle_survey_pile")]

    def __str__(self) -> str:
        return f"{self.school_id} {self.school_year_id} {self.role}"


class SurveyRelease(Record):
    """That the surveys of a district were looked through in a month: piles that were large enough became batches."""

    district = models.ForeignKey(District, models.PROTECT, related_name="survey_releases")
    month = models.DateField(_("month"), help_text=_("Its first day."))

    class Meta:
        ordering = ["month", "pk"]
        constraints = [models.UniqueConstraint(fields=["district", "month"], name="circle_survey_monthly")]

    def __str__(self) -> str:
        return f"{self.district_id} {self.month:%Y-%m}"


class SurveyBatch(Record):
    """Answers of at least so many people that they may be shown. Without a school, or a part: of several together."""

    release = models.ForeignKey(SurveyRelease, models.PROTECT, related_name="batches")
    school_year = models.ForeignKey(SchoolYear, models.PROTECT, related_name="+")
    school = models.ForeignKey(School, models.PROTECT, null=True, blank=True, related_name="+")
    role = models.CharField(_("part"), max_length=11, choices=CircleParticipant.Role, blank=True)
    returned = models.PositiveIntegerField(_("surveys"), validators=[MinValueValidator(MINIMUM)])
    counts = models.JSONField(_("answers"), help_text=_("Question, answer, how often it was given."))

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "survey batches"
        indexes = [models.Index(fields=["school_year", "school"], name="circle_survey_batch_of_school")]
        constraints = [
            models.CheckConstraint(condition=Q(returned__gte=MINIMUM), name="circle_survey_batch_large_enough")
        ]

    def __str__(self) -> str:
        return f"{self.school_year_id} {self.returned}"
