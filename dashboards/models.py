"""What the dashboards themselves keep: which figures a person has marked as not reported."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from district.access import Permission
from district.models import Record, School, SchoolYear, ScopedQuerySet


class UnreportedMeasure(Record):
    """A school did not report a measure for a year: its figure is unknown, not zero."""

    school_lookup = "school"
    read_permission = Permission.RATES_VIEW

    school = models.ForeignKey(School, models.PROTECT, related_name="unreported_measures")
    school_year = models.ForeignKey(SchoolYear, models.PROTECT, related_name="unreported_measures")
    measure = models.CharField(_("measure"), max_length=30)
    reason = models.CharField(_("reason"), max_length=500)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["school", "school_year", "measure"]
        constraints = [
            models.UniqueConstraint(fields=["school", "school_year", "measure"], name="unreported_measure_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.school_id} {self.school_year_id} {self.measure}"
