"""What the dashboards themselves keep: figures marked as not reported, tallies that spare counting again, and of
concerns what the ombuds noted, what was passed on to a school and the patterns that were released."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from discipline.models import SentHome
from district.access import Permission
from district.models import District, Record, School, SchoolYear, ScopedQuerySet


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


class ActionLook(models.Model):
    """What the ombuds noted of an action after a concern, sealed. Of which concern and which action is told by a keyed
    hash of the two only: no row joins them in the clear, and none tells when it was written."""

    mark = models.CharField(max_length=64, primary_key=True, editable=False)
    sealed = models.TextField(editable=False)

    def __str__(self) -> str:
        return self.mark[:8]


class PassedOnQuerySet(ScopedQuerySet):
    """Children that were passed on to a school."""

    def waiting(self):
        """Those whom the school has not looked for."""
        return self.filter(state=PassedOn.State.WAITING)


class PassedOn(Record):
    """A child that was sent home, as a concern says: passed on by the ombuds with the leave of whoever filed it, for
    the school to find in its records.

    The name and the day stand sealed until the school has found the child or said that it knows none. Which concern it
    came from is told by a keyed hash only.
    """

    school_lookup = "school"
    read_permission = Permission.REMOVAL_RECORD

    class State(models.TextChoices):
        WAITING = "waiting", _("To find in the records")
        MATCHED = "matched", _("Found")
        NOT_FOUND = "not_found", _("Not found")

    mark = models.CharField(max_length=64, unique=True, editable=False)
    school = models.ForeignKey(School, models.PROTECT, related_name="passed_on")
    filed_in = models.PositiveSmallIntegerField(help_text=_("The school year of the concern, by the year it ends."))
    passed_on = models.DateField(_("passed on"))
    sealed = models.TextField(editable=False, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.WAITING)
    report = models.ForeignKey(SentHome, models.PROTECT, null=True, blank=True, related_name="+")
    closed_on = models.DateField(null=True, blank=True)

    objects = PassedOnQuerySet.as_manager()

    class Meta:
        ordering = ["passed_on", "pk"]
        verbose_name_plural = "passed on"

    def __str__(self) -> str:
        return f"{self.school_id} {self.passed_on:%Y-%m-%d}"


class ConcernRelease(models.Model):
    """The patterns of the concerns of a school year that is over, as they were released once: what was hidden then is
    not in it. Nothing changes it afterwards."""

    district = models.ForeignKey(District, models.PROTECT, related_name="concern_releases")
    school_year = models.PositiveSmallIntegerField(help_text=_("The year in which it ends."))
    released_on = models.DateField()
    tables = models.JSONField()

    class Meta:
        ordering = ["district", "school_year"]
        constraints = [
            models.UniqueConstraint(fields=["district", "school_year"], name="concern_release_once_a_year"),
        ]

    def __str__(self) -> str:
        return f"{self.district_id} {self.school_year}"
