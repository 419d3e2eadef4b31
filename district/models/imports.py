"""Batches of imported rows."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from district.access import Permission

from .base import DistrictScopedQuerySet, Record
from .places import District


class ImportBatch(Record):
    """One finished import: written in the same transaction as its rows, so a killed import leaves none."""

    district_lookup = "district"
    read_permission = Permission.IMPORT_VIEW

    class Kind(models.TextChoices):
        ROSTER = "roster", _("Roster")
        DISCIPLINE = "discipline", _("Discipline file")
        CODE_OF_CONDUCT = "code_of_conduct", _("Code of conduct")
        CALENDAR = "calendar", _("Calendar")
        TRAINING = "training", _("Training attendance")

    district = models.ForeignKey(District, models.PROTECT, related_name="imports")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    file_name = models.CharField(_("file"), max_length=255)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)
    read = models.PositiveIntegerField(_("rows read"), default=0)
    created = models.PositiveIntegerField(_("created"), default=0)
    updated = models.PositiveIntegerField(_("updated"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    refused = models.PositiveIntegerField(_("refused"), default=0)
    ended = models.PositiveIntegerField(_("ended"), default=0)
    user_id = models.BigIntegerField(null=True, blank=True, help_text=_("Empty: the command line."))

    objects = DistrictScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.file_name}"
