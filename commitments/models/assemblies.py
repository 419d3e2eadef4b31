"""Assemblies of the community, what they resolved, and what the district answered."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from district.access import Permission
from district.models import District, Organization, Record, User

from .base import KeptQuerySet, PartQuerySet, Voidable


class Assembly(Voidable, Record):
    """A gathering open to the community, with how many came and what it talked about."""

    district_lookup = "district"
    read_permission = Permission.ASSEMBLY_VIEW

    district = models.ForeignKey(District, models.PROTECT, related_name="assemblies")
    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="assemblies",
        help_text=_("Who called it; none: the district did."),
    )
    title = models.CharField(_("title"), max_length=200)
    held_on = models.DateField(_("held on"))
    place = models.CharField(_("place"), max_length=200, blank=True)
    people_present = models.PositiveIntegerField(_("people present"), null=True, blank=True)
    languages = models.CharField(_("languages"), max_length=200, blank=True)
    topics = models.TextField(_("topics"), max_length=2000, blank=True, help_text=_("One a line."))

    objects = KeptQuerySet.as_manager()

    class Meta:
        ordering = ["-held_on", "-pk"]
        verbose_name_plural = "assemblies"

    def __str__(self) -> str:
        return self.title

    @property
    def topic_list(self) -> list[str]:
        """The topics, one each."""
        return [line.strip() for line in self.topics.splitlines() if line.strip()]


class ResolutionQuerySet(PartQuerySet):
    """Resolutions of assemblies."""

    def unanswered_on(self, day: date):
        """Those whose answer was due before `day` and has not come."""
        return self.standing().filter(answer_due_on__lt=day, answers=None)


class Resolution(Voidable, Record):
    """What an assembly asks of the district, with how many stood behind it. `answer_missed_on` is set by the clock."""

    whole = "assembly"
    read_permission = Permission.ASSEMBLY_VIEW

    assembly = models.ForeignKey(Assembly, models.PROTECT, related_name="resolutions")
    number = models.CharField(_("number"), max_length=40)
    title = models.CharField(_("title"), max_length=200)
    topic = models.CharField(_("topic"), max_length=200, blank=True)
    text = models.TextField(_("text"), max_length=8000)
    in_favor = models.PositiveIntegerField(_("in favor"), null=True, blank=True)
    against = models.PositiveIntegerField(_("against"), null=True, blank=True)
    abstained = models.PositiveIntegerField(_("abstained"), null=True, blank=True)
    sent_on = models.DateField(_("sent to the district on"))
    answer_due_on = models.DateField(_("answer due on"))
    answer_missed_on = models.DateField(_("date missed, noted on"), null=True, blank=True, editable=False)

    objects = ResolutionQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_on", "number"]
        constraints = [
            models.UniqueConstraint(fields=["assembly", "number"], name="resolution_number_unique_in_assembly"),
            models.CheckConstraint(
                condition=Q(answer_due_on__gte=models.F("sent_on")), name="resolution_answer_due_after_it_is_sent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class ResolutionAnswer(Record):
    """What the district answered, on a day. A later answer is a new row, and the latest holds."""

    class Outcome(models.TextChoices):
        ADOPTED = "adopted", _("Adopted")
        IN_PART = "in_part", _("Adopted in part")
        DECLINED = "declined", _("Declined")

    whole = "resolution"
    read_permission = Permission.ASSEMBLY_VIEW

    resolution = models.ForeignKey(Resolution, models.PROTECT, related_name="answers")
    outcome = models.CharField(_("answer"), max_length=10, choices=Outcome)
    adopted_text = models.TextField(_("text as adopted"), max_length=8000, blank=True)
    reason = models.TextField(_("reason"), max_length=2000, blank=True)
    answered_on = models.DateField(_("answered on"))
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["answered_on", "pk"]

    def __str__(self) -> str:
        return f"{self.resolution_id} {self.outcome}"
