"""Commitments: what was promised, by whom, how it can be checked, and the states through which the record goes."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commitments.measure_kinds import MEASURE_KINDS
from district.access import Permission
from district.models import District, Memorandum, Organization, Record, School, User

from .assemblies import Resolution
from .base import PartQuerySet, holders
from .bodies import Body
from .codes import Cadence, Party, Period, RateOf, Source, Tier
from .meetings import Decision

if TYPE_CHECKING:
    from collections.abc import Iterable

    from district.models import ActiveGrant

MEASURES = [(key, kind.label) for key, kind in MEASURE_KINDS.items()]


class CommitmentQuerySet(models.QuerySet):
    """Commitments."""

    def allowed(self, user: User, permission: Permission):
        """Commitments of the district, of one's organization, or that name one's school, by the kind of grant.

        To report is for the side that owes a commitment, to assess for the other: one and the same organization or
        district never does both for one commitment.
        """
        grants = user.grants_with(permission)
        community = Q(organization__in=holders(grants)[0])
        official = self._official(grants)
        owed_by_partner = Q(responsible=Party.ORGANIZATION)
        if permission == Permission.COMMITMENT_REPORT:
            return self.filter(community & owed_by_partner | official & ~owed_by_partner)
        if permission == Permission.COMMITMENT_ASSESS:
            return self.filter(community & ~owed_by_partner | official & owed_by_partner)
        return self.filter(community | official)

    def visible_to(self, user: User):
        """Commitments that `user` may read: a grant at a school also reads those that bind every school."""
        grants = user.grants_with(Permission.COMMITMENT_VIEW)
        at_schools = {g.district_id for g in grants if g.school_id and not g.organization_id}
        community = Q(organization__in=holders(grants)[0])
        return self.filter(community | self._official(grants) | Q(district__in=at_schools) & binds_every_school())

    def known_to(self, user: User):
        """Commitments whose every breach `user` may see at once: by a grant that also sees the exact figures.

        Everybody else learns of a breach only when the commitment binds the whole district, as a word.
        """
        grants = [
            grant
            for grant in user.grants_with(Permission.COMMITMENT_VIEW)
            if grant in user.grants_with(Permission.RATES_VIEW)
        ]
        return self.filter(self._official(grants))

    def binding_every_school(self):
        """Commitments that name no school: they bind the whole district."""
        return self.filter(binds_every_school())

    def active(self):
        """Commitments that hold."""
        return self.filter(status=Commitment.Status.ACTIVE)

    @staticmethod
    def _official(grants: Iterable[ActiveGrant]) -> Q:
        """Those of the district of a grant of the whole district, and those that name the school of another."""
        schools = {grant.school_id for grant in grants if grant.school_id and not grant.organization_id}
        named = Commitment.schools.through.objects.filter(school__in=schools).values("commitment")
        return Q(district__in=holders(grants)[1]) | Q(pk__in=named)


def binds_every_school() -> Q:
    """The condition of commitments that name no school."""
    return ~Q(pk__in=Commitment.schools.through.objects.values("commitment"))


class Commitment(Record):
    """One promise with its source. It holds once it can be checked: by a live measure, or by evidence and a checker."""

    read_permission = Permission.COMMITMENT_VIEW

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        ACTIVE = "active", _("In force")
        COMPLETE = "complete", _("Complete, say both sides")
        ENDED = "ended", _("Ended")

    district = models.ForeignKey(District, models.PROTECT, related_name="commitments")
    schools = models.ManyToManyField(
        School, blank=True, related_name="commitments", help_text=_("None: it binds every school of the district.")
    )
    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="commitments",
        help_text=_("The organization that speaks for the community about it."),
    )
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text as adopted"), max_length=4000)
    source = models.CharField(_("source"), max_length=20, choices=Source)
    reference = models.CharField(_("where it stands"), max_length=200, blank=True, help_text=_("Clause or number."))
    memorandum = models.ForeignKey(Memorandum, models.PROTECT, null=True, blank=True, related_name="commitments")
    resolution = models.ForeignKey(Resolution, models.PROTECT, null=True, blank=True, related_name="commitments")
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, blank=True, related_name="commitments")
    adopted_on = models.DateField(_("adopted on"))
    responsible = models.CharField(_("who owes it"), max_length=12, choices=Party)
    responsible_name = models.CharField(_("who answers for it"), max_length=200, blank=True, help_text=_("An office."))
    beneficiaries = models.CharField(_("for whom"), max_length=300, blank=True)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    cadence = models.CharField(_("falls due"), max_length=12, choices=Cadence, blank=True)
    first_due_on = models.DateField(_("first due on"), null=True, blank=True)
    last_due_on = models.DateField(_("last due on"), null=True, blank=True)
    measure = models.CharField(_("live measure"), max_length=30, choices=MEASURES, blank=True)
    behavior_level = models.CharField(_("behavior level"), max_length=40, blank=True)
    rate_of = models.CharField(_("rate of"), max_length=10, choices=RateOf, blank=True)
    group = models.CharField(_("group"), max_length=40, blank=True)
    minimum = models.PositiveSmallIntegerField(
        _("how many are enough at a school"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    tier = models.CharField(_("tier"), max_length=1, choices=Tier, blank=True)
    within_days = models.PositiveSmallIntegerField(
        _("within how many days"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    period = models.CharField(_("counted over"), max_length=15, choices=Period, blank=True)
    baseline = models.DecimalField(_("where it stood"), max_digits=12, decimal_places=4, null=True, blank=True)
    target = models.DecimalField(_("target"), max_digits=12, decimal_places=4, null=True, blank=True)
    unit = models.CharField(_("unit of the target"), max_length=40, blank=True)
    evidence = models.CharField(_("evidence that settles it"), max_length=500, blank=True)
    checker = models.CharField(_("who checks it"), max_length=200, blank=True)
    body = models.ForeignKey(
        Body,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="commitments",
        help_text=_("Takes it up when it is missed."),
    )
    consequence = models.CharField(_("what follows if it is missed"), max_length=500, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        ordering = ["-adopted_on", "-pk"]
        indexes = [models.Index(fields=["district", "status"], name="commitment_of_district")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(responsible="organization") | Q(organization__isnull=False),
                name="commitment_names_who_owes_it",
            ),
            models.CheckConstraint(condition=Q(due_on=None) | Q(cadence=""), name="commitment_due_once_or_often"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_live(self) -> bool:
        """Whether a measure over the records says how it goes."""
        return bool(self.measure)

    @property
    def is_settled_by_figure(self) -> bool:
        """Whether a live measure says on each of its dates that it is kept, so that nobody delivers anything."""
        return bool(self.measure) and MEASURE_KINDS[self.measure].settles_dates

    def last_due_day(self) -> date | None:
        """The last day on which something may fall due: its own, else the end of the memorandum."""
        ends = [day for day in (self.last_due_on, self.memorandum.ends_on if self.memorandum else None) if day]
        return min(ends) if ends else None


class CommitmentStatus(Record):
    """One state of a commitment, from a moment on."""

    whole = "commitment"
    read_permission = Permission.COMMITMENT_VIEW

    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="statuses")
    status = models.CharField(_("status"), max_length=10, choices=Commitment.Status)
    on = models.DateField(_("since"))
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(_("note"), max_length=500, blank=True)

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["on", "pk"]
        verbose_name_plural = "commitment statuses"

    def __str__(self) -> str:
        return f"{self.commitment_id} {self.status}"
