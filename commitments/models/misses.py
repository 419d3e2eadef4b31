"""What happens when a commitment is not kept: the dated steps, and the records that broke it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from district.access import Permission
from district.models import Record, School, ScopedQuerySet, User

from .base import PartQuerySet
from .commitments import Commitment
from .duties import DueItem
from .meetings import Meeting


class MissQuerySet(PartQuerySet):
    """Misses. A breach found in students' records is told outside only where the commitment binds every school."""

    def visible_to(self, user: User):
        """Misses that `user` may know of; of some of them only as a word (see `known_to`)."""
        rows = super().visible_to(user)
        wide = Commitment.objects.binding_every_school()
        told = Q(commitment__in=wide.values("pk")) | Q(commitment__in=Commitment.objects.known_to(user).values("pk"))
        return rows.filter(Q(kind=Miss.Kind.DEADLINE) | told)

    def allowed(self, user: User, permission: Permission):
        """Misses in which `user` may take a step: of the commitments where they may, among those they know of."""
        visible = self.model._default_manager.all().visible_to(user)
        return super().allowed(user, permission).filter(pk__in=visible.values("pk"))

    def known_to(self, user: User):
        """Misses whose days `user` may know: missed dates, and breaches where `user` sees the exact figures."""
        known = Commitment.objects.known_to(user).values("pk")
        return self.visible_to(user).filter(Q(kind=Miss.Kind.DEADLINE) | Q(commitment__in=known))

    def open(self):
        """Those not closed."""
        return self.filter(closed_on=None)


class Miss(Record):
    """One occasion on which a commitment was not kept, from its beginning to its end.

    `occasion` tells occasions of one commitment apart, so that the clock writes each of them exactly once.
    """

    whole = "commitment"
    read_permission = Permission.COMMITMENT_VIEW

    class Kind(models.TextChoices):
        DEADLINE = "deadline", _("A date was missed")
        BREACH = "breach", _("It was not kept")

    class Status(models.TextChoices):
        MISSED = "missed", _("An answer is owed")
        ANSWERED = "answered", _("Answered")
        DISPUTED = "disputed", _("The answer is disputed")
        PLANNED = "planned", _("A remedy is under way")
        ON_AGENDA = "on_agenda", _("On the agenda")
        CLOSED = "closed", _("Closed")

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", _("The answer was accepted")
        REMEDIED = "remedied", _("It was put right")
        APPLIED = "applied", _("The consequence was applied")
        NOT_APPLIED = "not_applied", _("The consequence was not applied")
        WITHDRAWN = "withdrawn", _("The records behind it were voided")

    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="misses")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    occasion = models.CharField(max_length=80, editable=False)
    due_item = models.OneToOneField(DueItem, models.PROTECT, null=True, blank=True, related_name="miss")
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.MISSED)
    missed_on = models.DateField(_("missed on"))
    next_due_on = models.DateField(_("next step due on"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    outcome = models.CharField(_("how it ended"), max_length=12, choices=Outcome, blank=True)

    objects = MissQuerySet.as_manager()

    class Meta:
        ordering = ["-missed_on", "-pk"]
        verbose_name_plural = "misses"
        constraints = [
            models.UniqueConstraint(fields=["commitment", "occasion"], name="miss_once_an_occasion"),
            models.UniqueConstraint(
                fields=["commitment"], condition=Q(kind="breach", closed_on=None), name="miss_one_open_breach"
            ),
        ]
        indexes = [models.Index(fields=["next_due_on"], condition=Q(closed_on=None), name="miss_open")]

    def __str__(self) -> str:
        return f"{self.commitment_id} {self.occasion}"


class MissStep(Record):
    """One dated step after a commitment was missed: by a person, or by the clock (nobody in `by`)."""

    class Kind(models.TextChoices):
        MISSED = "missed", _("Missed")
        ANSWERED = "answered", _("Answered")
        ANSWER_OVERDUE = "answer_overdue", _("No answer came in time")
        ACCEPTED = "accepted", _("Answer accepted")
        DISPUTED = "disputed", _("Answer disputed")
        PLANNED = "planned", _("Remedy planned")
        PLAN_OVERDUE = "plan_overdue", _("No remedy plan came in time")
        REMEDY_OVERDUE = "remedy_overdue", _("Not put right in time")
        ON_AGENDA = "on_agenda", _("Put on the agenda")
        REMEDIED = "remedied", _("Put right")
        CONSEQUENCE_DUE = "consequence_due", _("The consequence is due")
        APPLIED = "applied", _("Consequence applied")
        NOT_APPLIED = "not_applied", _("Consequence not applied")
        WITHDRAWN = "withdrawn", _("Records voided")

    whole = "miss"
    read_permission = Permission.COMMITMENT_VIEW

    miss = models.ForeignKey(Miss, models.PROTECT, related_name="steps")
    kind = models.CharField(_("step"), max_length=16, choices=Kind)
    on = models.DateField(_("day"))
    due_on = models.DateField(_("next step due on"), null=True, blank=True)
    text = models.TextField(_("what was said"), max_length=4000, blank=True)
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["miss", "kind"],
                condition=Q(kind__in=["missed", "answer_overdue", "plan_overdue", "consequence_due", "withdrawn"]),
                name="miss_step_of_the_clock_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.miss_id} {self.kind}"


class Breach(Record):
    """One record that broke a commitment, by its public id: the record itself stands on another floor.

    It belongs to the school of the record and is shown only to those who see exact figures there.
    """

    school_lookup = "school"
    read_permission = Permission.RATES_VIEW

    miss = models.ForeignKey(Miss, models.PROTECT, related_name="breaches")
    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="breaches")
    record_uid = models.UUIDField(editable=False)
    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    happened_on = models.DateField(_("day"))
    found_on = models.DateField(_("found on"))
    withdrawn_on = models.DateField(_("no longer counts, since"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-happened_on", "-pk"]
        verbose_name_plural = "breaches"
        constraints = [models.UniqueConstraint(fields=["commitment", "record_uid"], name="breach_once_a_record")]

    def __str__(self) -> str:
        return f"{self.commitment_id} {self.happened_on}"
