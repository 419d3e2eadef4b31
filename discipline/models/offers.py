"""Whether something restorative was offered before a student was removed: asked with every removal from class."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from district.access import Permission
from district.models import Record, ScopedQuerySet, User

from .codes import RESTORATIVE_RESPONSES
from .removals import Removal


class OfferAnswer(models.TextChoices):
    """What became of the offer."""

    ACCEPTED = "accepted", _("Offered and accepted")
    DECLINED = "declined", _("Offered and declined")
    PENDING = "pending", _("Offered, no answer yet")
    NOT_OFFERED = "not_offered", _("Not offered")


class OfferedTo(models.TextChoices):
    """Who was asked, and who answered."""

    RESPONSIBLE = "responsible", _("The student who caused harm")
    HARMED = "harmed", _("The student harmed")
    FAMILY = "family", _("A family")
    STAFF = "staff", _("Staff who were harmed")


class WhyNotOffered(models.TextChoices):
    """Why nothing restorative was offered."""

    EMERGENCY = "emergency", _("Someone was in danger; the removal could not wait")
    UNWILLING = "unwilling", _("The student harmed does not wish it")
    NO_KEEPER = "no_keeper", _("Nobody trained is there")
    NO_TIME = "no_time", _("No time for it")
    UNDER_WAY = "under_way", _("A restorative response is under way already")
    REQUIRED = "required", _("The law requires the removal")
    OTHER = "other", _("Another reason")


class RestorativeOffer(Record):
    """What was offered before a removal, to whom, and who accepted or declined; or why nothing was."""

    school_lookup = "removal__school"
    read_permission = Permission.REMOVAL_VIEW

    removal = models.OneToOneField(Removal, models.PROTECT, related_name="offer")
    answer = models.CharField(_("restorative response offered"), max_length=12, choices=OfferAnswer)
    response = models.CharField(
        _("which"),
        max_length=30,
        blank=True,
        choices=[(response.value, response.label) for response in RESTORATIVE_RESPONSES],
    )
    offered_to = models.CharField(_("offered to"), max_length=60, blank=True, help_text=_("Codes, a comma list."))
    answered_by = models.CharField(_("answered by"), max_length=12, blank=True, choices=OfferedTo)
    why_not = models.CharField(_("why not"), max_length=12, blank=True, choices=WhyNotOffered)
    note = models.CharField(_("in a few words"), max_length=500, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["answer"], name="offer_answer")]

    def __str__(self) -> str:
        return f"{self.removal_id} {self.answer}"

    @property
    def was_offered(self) -> bool:
        """Whether something was offered, whatever the answer."""
        return self.answer != OfferAnswer.NOT_OFFERED
