"""The checklist of the law: each step of a removal or a bullying case with its due date, and who did it when."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from district.access import Permission
from district.models import Record, School, SchoolYear, ScopedQuerySet, User
from district.rules import Deadline, Unit

from .incidents import Incident
from .removals import Removal
from .rules import RuleVersion


class HibCase(Record):
    """A report of harassment, intimidation or bullying over an incident; its clock begins when it is learned of."""

    school_lookup = "school"
    read_permission = Permission.REFERRAL_VIEW

    class Finding(models.TextChoices):
        CONFIRMED = "confirmed", _("It was bullying (HIB)")
        NOT_CONFIRMED = "not_confirmed", _("It was not bullying (HIB)")

    incident = models.OneToOneField(Incident, models.PROTECT, related_name="hib_case")
    school = models.ForeignKey(School, models.PROTECT, related_name="hib_cases")
    school_year = models.ForeignKey(SchoolYear, models.PROTECT, related_name="hib_cases")
    learned_on = models.DateField(_("learned of on"))
    opened_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    finding = models.CharField(_("finding"), max_length=13, blank=True, choices=Finding)
    found_on = models.DateField(_("found on"), null=True, blank=True)
    found_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    reasons = models.CharField(_("reasons"), max_length=500, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-learned_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.learned_on}"


class DueProcessStepQuerySet(ScopedQuerySet):
    """Steps of due process."""

    def counting(self):
        """Steps of removals that stand, and of bullying cases."""
        return self.filter(Q(removal=None) | Q(removal__voided_at=None))

    def open(self):
        """Steps that nobody has done yet and that are needed."""
        return self.counting().filter(state=DueProcessStep.State.OPEN)

    def asked_here(self):
        """Leave out what a determination that stands asks for itself, so that nothing waits twice."""
        standing = Removal.objects.filter(determinations__voided_at=None, determinations__isnull=False)
        return self.exclude(step__in=DueProcessStep.OF_DETERMINATION, removal__in=standing)


class DueProcessStep(Record):
    """One step that the rules ask for. Its deadline is kept as the rule said it, so that a calendar can move it.

    `unless_known`: facts that nobody knows and without which the step may not be due (`district.rules.UNKNOWNS`).
    """

    school_lookup = "school"
    read_permission = Permission.REMOVAL_VIEW

    class State(models.TextChoices):
        OPEN = "open", _("To do")
        DONE = "done", _("Done")
        NOT_NEEDED = "not_needed", _("Not needed")

    class Way(models.TextChoices):
        """How it was done."""

        IN_PERSON = "in_person", _("In person")
        PHONE = "phone", _("By phone")
        LETTER = "letter", _("By letter")
        EMAIL = "email", _("By e-mail")
        MEETING = "meeting", _("At a meeting or hearing")
        OTHER = "other", _("Another way")

    NOTICE, HOLD = "parent_notice", "manifestation_determination"
    OF_DETERMINATION = (NOTICE, HOLD)
    """Steps that a manifestation determination keeps too."""
    UNITS = tuple((unit.value, unit.value) for unit in Unit)

    removal = models.ForeignKey(Removal, models.PROTECT, null=True, blank=True, related_name="due_steps")
    case = models.ForeignKey(HibCase, models.PROTECT, null=True, blank=True, related_name="due_steps")
    school = models.ForeignKey(School, models.PROTECT, related_name="due_steps")
    version = models.ForeignKey(RuleVersion, models.PROTECT, related_name="due_steps")
    step = models.CharField(_("step"), max_length=60)
    text = models.CharField(_("what to do"), max_length=300)
    from_event = models.CharField(_("counted from"), max_length=60)
    unit = models.CharField(_("unit"), max_length=12, choices=UNITS)
    offset = models.PositiveSmallIntegerField(_("how many"), default=0)
    before = models.BooleanField(_("ahead of it"), default=False)
    unless_known = models.JSONField(_("facts nobody knows"), default=list, blank=True)
    counted_from = models.DateField(_("counted from the day"), null=True, blank=True)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    planned_on = models.DateField(_("planned for"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    done_by = models.CharField(_("done by"), max_length=200, blank=True, help_text=_("Name or office."))
    way = models.CharField(_("how"), max_length=10, choices=Way, blank=True)
    document = models.CharField(
        _("document"), max_length=200, blank=True, help_text=_("Where the paper is: a file number, a binder.")
    )
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = DueProcessStepQuerySet.as_manager()

    class Meta:
        ordering = [models.F("due_on").asc(nulls_last=True), "pk"]
        indexes = [
            models.Index(fields=["school", "due_on"], condition=Q(state="open"), name="due_step_open"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["removal", "step"], condition=Q(case=None), name="due_step_unique_in_removal"
            ),
            models.UniqueConstraint(fields=["case", "step"], condition=Q(removal=None), name="due_step_unique_in_case"),
            models.CheckConstraint(
                condition=Q(removal=None, case__isnull=False) | Q(removal__isnull=False, case=None),
                name="due_step_of_one_record",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step} {self.due_on}"

    @property
    def district(self):
        """The district whose calendar counts."""
        return self.school.district

    @property
    def record(self) -> Removal | HibCase:
        """The removal or the bullying case whose step it is."""
        return self.removal or self.case  # type: ignore[return-value]

    def as_deadline(self) -> Deadline:
        """Return what the rule said about when it is due."""
        return Deadline(self.step, self.from_event, Unit(self.unit), self.text, self.offset, self.before)

    def is_late(self, today: date) -> bool:
        """Whether its day has passed and nobody has done it."""
        return self.state == self.State.OPEN and self.due_on is not None and self.due_on < today


class DueProcessChange(Record):
    """What happened to a step: ticked, taken back, not needed, planned, moved; dated, with what stood there before."""

    step = models.ForeignKey(DueProcessStep, models.PROTECT, related_name="changes")
    at = models.DateTimeField(_("changed"))
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    former = models.JSONField(_("before"), help_text=_("Fact → what stood there."))

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.step_id} {self.at:%Y-%m-%d}"
