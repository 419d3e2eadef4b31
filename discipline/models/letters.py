"""Letters to families: templates in versions, and each letter as it was written for one recipient."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from district.access import Permission
from district.models import (
    District,
    DistrictScopedQuerySet,
    Guardian,
    Record,
    School,
    ScopedQuerySet,
    Student,
    User,
)

from .appeals import Appeal
from .due_process import DueProcessStep
from .removals import Removal


class LetterKind(models.TextChoices):
    """What a letter is for."""

    REMOVAL_NOTICE = "removal_notice", _("Notice of a removal")
    HEARING_NOTICE = "hearing_notice", _("Notice of a hearing")
    DETERMINATION_MEETING = "determination_meeting", _("Change of placement: notice and meeting")
    REENTRY_MEETING = "reentry_meeting", _("Invitation to a re-entry meeting")
    APPEAL_DECISION = "appeal_decision", _("Decision on an appeal")


class LetterLanguage(models.TextChoices):
    """Languages in which letters are written, as BCP 47 tags."""

    ENGLISH = "en", _("English")
    SPANISH = "es", _("Spanish")
    ARABIC = "ar", _("Arabic")
    BENGALI = "bn", _("Bengali")


class LetterTemplate(Record):
    """The letters of one kind in one language that a district writes. What they say stands in the versions."""

    district = models.ForeignKey(District, models.PROTECT, related_name="letter_templates")
    kind = models.CharField(_("letter"), max_length=24, choices=LetterKind)
    language = models.CharField(_("language"), max_length=5, choices=LetterLanguage)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "kind", "language"], name="letter_template_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.language}"


class LetterVersionQuerySet(DistrictScopedQuerySet):
    """Versions of templates."""

    def standing(self):
        """The latest version of each template: the one that letters are written with."""
        return self.filter(replaced_at=None)


class LetterVersion(Record):
    """What a template says from one day on. A version is never edited; `replaced_at` says since when a later one holds.

    One in a language that the district cannot be assumed to read is a draft until somebody signs it off.
    """

    district_lookup = "template__district"
    read_permission = Permission.RULES_VIEW

    class Review(models.TextChoices):
        DRAFT = "draft", _("Draft, not reviewed")
        READY = "ready", _("Ready")

    template = models.ForeignKey(LetterTemplate, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"), max_length=20_000)
    is_shipped = models.BooleanField(_("came with the product"), default=False)
    review = models.CharField(_("review"), max_length=5, choices=Review, default=Review.READY)
    replaced_at = models.DateTimeField(_("replaced"), null=True, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    objects = LetterVersionQuerySet.as_manager()

    class Meta:
        ordering = ["template__kind", "template__language", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["template", "number"], name="letter_version_unique"),
            models.UniqueConstraint(fields=["template"], condition=Q(replaced_at=None), name="letter_version_stands"),
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.number}"

    @property
    def district(self) -> District:
        """The district that writes with it."""
        return self.template.district


class LetterReview(Record):
    """Who signed a version off, or took the sign-off back, and when."""

    version = models.ForeignKey(LetterVersion, models.PROTECT, related_name="reviews")
    review = models.CharField(_("review"), max_length=5, choices=LetterVersion.Review)
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.version_id} {self.review}"


class LetterQuerySet(ScopedQuerySet):
    """Letters."""

    def reached(self):
        """Letters that went out: sent or handed over."""
        return self.filter(state__in=(Letter.State.SENT, Letter.State.HANDED))


class Letter(Record):
    """One letter about a removal for one recipient. `content` is what it says, frozen when it was written.

    Its texts name the one student and nobody else's child: whoever writes one is held to that
    (`discipline.letters.names`). `state` repeats the last of its dated rows.
    """

    school_lookup = "school"
    read_permission = Permission.REMOVAL_VIEW

    class State(models.TextChoices):
        WRITTEN = "written", _("Written, not sent")
        SENT = "sent", _("Sent")
        HANDED = "handed", _("Handed over")
        RETURNED = "returned", _("Came back")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    removal = models.ForeignKey(Removal, models.PROTECT, related_name="letters")
    student = models.ForeignKey(Student, models.PROTECT, related_name="letters")
    school = models.ForeignKey(School, models.PROTECT, related_name="letters")
    guardian = models.ForeignKey(Guardian, models.PROTECT, null=True, blank=True, related_name="letters")
    appeal = models.ForeignKey(Appeal, models.PROTECT, null=True, blank=True, related_name="letters")
    due_step = models.ForeignKey(DueProcessStep, models.PROTECT, null=True, blank=True, related_name="letters")
    version = models.ForeignKey(LetterVersion, models.PROTECT, related_name="letters")
    kind = models.CharField(_("letter"), max_length=24, choices=LetterKind)
    language = models.CharField(_("language"), max_length=5, choices=LetterLanguage)
    recipient = models.CharField(_("recipient"), max_length=300)
    content = models.JSONField(_("what it says"), help_text=_("Frozen when it was written."))
    digest = models.CharField(_("SHA-256 of what it says"), max_length=64)
    dated = models.DateField(_("dated"))
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.WRITTEN)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["-dated", "-pk"]
        indexes = [models.Index(fields=["school", "-dated"], name="letter_of_school")]

    def __str__(self) -> str:
        return f"{self.kind} {self.language} {self.dated}"

    @property
    def texts(self) -> list[dict[str, Any]]:
        """The letter, and where it is a draft translation, the same in English."""
        return self.content["texts"]


class LetterStatus(Record):
    """What happened to a letter, on which day: written, sent, handed over, came back, withdrawn."""

    class Way(models.TextChoices):
        """How it went."""

        MAIL = "mail", _("By mail")
        CERTIFIED = "certified", _("By certified mail")
        EMAIL = "email", _("By e-mail")
        IN_PERSON = "in_person", _("In person")
        STUDENT = "student", _("With the student")
        OTHER = "other", _("Another way")

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="statuses")
    state = models.CharField(_("state"), max_length=9, choices=Letter.State)
    day = models.DateField(_("day"))
    at = models.DateTimeField(_("when"))
    way = models.CharField(_("how"), max_length=9, choices=Way, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.letter_id} {self.state}"
