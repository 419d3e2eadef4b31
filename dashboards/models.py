"""What the dashboards themselves keep: figures marked as not reported, and tallies that spare counting again."""

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


class Tally(models.Model):
    """The students of one school year counted by one dimension ("" for all together), at schools and in the district.

    Derived, never edited: `dashboards.tallies` makes it and throws it away. It holds as long as the year's `revision`
    is that of the enrollment it was made from. `is_frozen`: referrals and removals were counted too, for nothing had
    changed among them since `changed_at` (empty: there are none); it holds for them as long as nothing has.
    """

    school_year = models.ForeignKey(SchoolYear, models.CASCADE, related_name="tallies")
    dimension = models.CharField(max_length=30, blank=True)
    snapshot = models.BooleanField(help_text=_("Counted by the count day instead of the whole year."))
    revision = models.PositiveIntegerField()
    is_frozen = models.BooleanField(default=False)
    changed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "tallies"
        constraints = [
            models.UniqueConstraint(fields=["school_year", "dimension", "snapshot"], name="tally_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.school_year_id} {self.dimension}"


class TallyCell(models.Model):
    """Counts of the students with one value, at a school or (empty) in the district, where each counts once.

    A measure has three columns, zero unless the tally is frozen: affected students, events, and hundredths of school
    days, which are empty when a length is unknown or the measure has none.
    """

    tally = models.ForeignKey(Tally, models.CASCADE, related_name="cells", db_index=False)
    school = models.ForeignKey(School, models.CASCADE, null=True, related_name="+", db_index=False)
    value = models.CharField(max_length=10, blank=True)
    enrolled = models.PositiveIntegerField(default=0)
    iss = models.PositiveIntegerField(default=0)
    iss_events = models.PositiveIntegerField(default=0)
    iss_hundredths = models.PositiveIntegerField(null=True, default=0)
    oss = models.PositiveIntegerField(default=0)
    oss_events = models.PositiveIntegerField(default=0)
    oss_hundredths = models.PositiveIntegerField(null=True, default=0)
    suspension = models.PositiveIntegerField(default=0)
    suspension_events = models.PositiveIntegerField(default=0)
    suspension_hundredths = models.PositiveIntegerField(null=True, default=0)
    oss_multiple = models.PositiveIntegerField(default=0)
    oss_multiple_events = models.PositiveIntegerField(default=0)
    oss_multiple_hundredths = models.PositiveIntegerField(null=True, default=0)
    expulsion = models.PositiveIntegerField(default=0)
    expulsion_events = models.PositiveIntegerField(default=0)
    expulsion_hundredths = models.PositiveIntegerField(null=True, default=0)
    any_removal = models.PositiveIntegerField(default=0)
    any_removal_events = models.PositiveIntegerField(default=0)
    any_removal_hundredths = models.PositiveIntegerField(null=True, default=0)
    referral = models.PositiveIntegerField(default=0)
    referral_events = models.PositiveIntegerField(default=0)
    referral_hundredths = models.PositiveIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["tally", "school"], name="cells_of_tally")]

    def __str__(self) -> str:
        return f"{self.tally_id} {self.school_id} {self.value}"
