"""Appeals against a removal: filed, heard, decided; each step a dated row."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from district.access import Permission
from district.models import Record, School, ScopedQuerySet, User

from .removals import Removal


class AppealQuerySet(ScopedQuerySet):
    """Appeals."""

    def pending(self):
        """Appeals that nobody has decided and that were not withdrawn."""
        return self.filter(state__in=(Appeal.State.FILED, Appeal.State.SCHEDULED))


class Appeal(Record):
    """An appeal against a removal. `state` and outcome are those of the last of its dated rows."""

    school_lookup = "removal__school"
    read_permission = Permission.REMOVAL_VIEW

    class State(models.TextChoices):
        FILED = "filed", _("Filed")
        SCHEDULED = "scheduled", _("Hearing set")
        DECIDED = "decided", _("Decided")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class To(models.TextChoices):
        """Who decides it."""

        SUPERINTENDENT = "superintendent", _("The superintendent")
        BOARD = "board", _("The board of education")
        COMMISSIONER = "commissioner", _("The Commissioner")
        EXPEDITED = "expedited", _("A hearing officer (IDEA, 34 CFR 300.532)")
        OTHER = "other", _("Somebody else")

    class Outcome(models.TextChoices):
        UPHELD = "upheld", _("The removal stands")
        REDUCED = "reduced", _("Shortened")
        MODIFIED = "modified", _("Changed otherwise")
        OVERTURNED = "overturned", _("Overturned")

    removal = models.ForeignKey(Removal, models.PROTECT, related_name="appeals")
    to = models.CharField(_("appeal to"), max_length=14, choices=To)
    filed_on = models.DateField(_("filed on"))
    filed_by = models.CharField(_("filed by"), max_length=200, help_text=_("Such as: the student's mother."))
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.FILED)
    hearing_on = models.DateField(_("hearing on"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, blank=True)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)

    objects = AppealQuerySet.as_manager()

    class Meta:
        ordering = ["filed_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["removal", "to", "filed_on"], name="appeal_unique_in_removal"),
        ]

    def __str__(self) -> str:
        return f"{self.removal_id} {self.filed_on}"

    @property
    def school(self) -> School:
        """The school of the removal."""
        return self.removal.school


class AppealStatus(Record):
    """A state an appeal has been in, since when, and what was said."""

    appeal = models.ForeignKey(Appeal, models.PROTECT, related_name="statuses")
    state = models.CharField(_("state"), max_length=9, choices=Appeal.State)
    at = models.DateTimeField(_("when"))
    day = models.DateField(_("day"), help_text=_("Of the filing, of the hearing, of the decision."))
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.appeal_id} {self.state}"
