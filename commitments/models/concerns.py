"""Concerns: what somebody says is broken, to a recipient outside the chain; and, apart from it, who said so.

Nothing here tells when within a day something was written: no row has a moment or a number that counts up over all
concerns. What people wrote is sealed (`district/sealing.py`); what is in the clear is what totals are made of.
"""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commitments.concerns import states
from commitments.concerns.recipients import Reach, marks_of, reach_of
from district.access import Permission
from district.models import District, DistrictScopedQuerySet, Organization, Record, School, User

from .commitments import Commitment

if TYPE_CHECKING:
    from typing import Self


class Undated(models.Model):
    """A row that tells nothing of the order or the moment in which it was written."""

    uid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


class ConcernQuerySet(models.QuerySet):
    """Concerns."""

    def received_by(self, user: User) -> Self:
        """Concerns whose recipient `user` is now: of the districts of their grants as ombuds, but none of a school
        where they hold any other grant, none that names them, none of which they stepped aside. Whoever holds a grant
        at any school receives none that says no school: it may be about theirs."""
        reach = reach_of(user, Permission.CONCERN_WORK)
        rows = self._within(Q(district__in=reach.districts), reach, user)
        return rows.exclude(school=None, district__in=reach.unsaid) if reach.unsaid else rows

    def of_own_organization(self, user: User) -> Self:
        """Concerns that the organization of `user` filed in its own name; not those of a school where they work."""
        reach = reach_of(user, Permission.CONCERN_VIEW_OWN)
        return self._within(Q(organization__in=reach.organizations), reach, user)

    def allowed(self, user: User, permission: Permission) -> Self:
        """Concerns for which `user` holds `permission`."""
        if permission == Permission.CONCERN_WORK:
            return self.received_by(user)
        return self.of_own_organization(user) if permission == Permission.CONCERN_VIEW_OWN else self.none()

    def visible_to(self, user: User) -> Self:
        """Concerns that `user` may read, as recipient or as the organization that filed them."""
        own = Concern.objects.of_own_organization(user).order_by().values("pk")
        received = Concern.objects.received_by(user).order_by().values("pk")
        return self.filter(Q(pk__in=own) | Q(pk__in=received))

    def open(self) -> Self:
        """Those not resolved."""
        return self.exclude(state=states.RESOLVED)

    def awaiting(self) -> Self:
        """Those in which the next step is the recipient's."""
        return self.filter(state__in=states.AWAITING)

    def overdue_on(self, day: date) -> Self:
        """Those whose next step should have been taken before `day`."""
        return self.open().filter(next_due_on__lt=day)

    def kept(self) -> Self:
        """Those whose words have not been purged."""
        return self.filter(purged_on=None)

    def about_sent_home(self) -> Self:
        """Those that say that a child was sent home."""
        return self.filter(kind=Concern.Kind.SENT_HOME)

    def upheld(self) -> Self:
        """Those that were right, in whole or in part."""
        return self.filter(outcome__in=states.UPHELD_OUTCOMES)

    def _within(self, condition: Q, reach: Reach, user: User) -> Self:
        """Rows of `condition` but those that the other grants, the name or the address of `user` bar them from."""
        rows = self.filter(condition)
        if reach.barred_districts:
            rows = rows.exclude(district__in=reach.barred_districts)
        if reach.barred_schools:
            rows = rows.exclude(school__in=reach.barred_schools)
        if marks := marks_of(user):
            rows = rows.exclude(pk__in=ConcernNamed.objects.filter(mark__in=marks).values("concern"))
        return rows


class Concern(Undated):
    """One concern. `sealed` holds what was said of what, where, when and whom, the language and how it was filed."""

    read_permission = Permission.CONCERN_WORK
    read_permissions = (Permission.CONCERN_WORK, Permission.CONCERN_VIEW_OWN)

    class Kind(models.TextChoices):
        PROMISE = "promise", _("A promise is not kept")
        POLICY = "policy", _("A rule or policy is broken")
        TREATMENT = "treatment", _("Unfair treatment, or payback for speaking up")
        SENT_HOME = "sent_home", _("A child was sent home")
        OTHER = "other", _("Something else")

    class State(models.TextChoices):
        RECEIVED = states.RECEIVED, _("Received")
        ACKNOWLEDGED = states.ACKNOWLEDGED, _("Being looked into")
        ANSWERED = states.ANSWERED, _("Answered")
        DISPUTED = states.DISPUTED, _("The answer is disputed")
        RESOLVED = states.RESOLVED, _("Resolved")

    class Outcome(models.TextChoices):
        UPHELD = states.UPHELD, _("Upheld")
        PARTLY = states.PARTLY, _("Upheld in part")
        NOT_UPHELD = states.NOT_UPHELD, _("Not upheld")
        OUTSIDE = states.OUTSIDE, _("Outside what can be answered here")

    district = models.ForeignKey(District, models.PROTECT, related_name="concerns")
    school = models.ForeignKey(School, models.PROTECT, null=True, blank=True, related_name="concerns")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    commitment = models.ForeignKey(Commitment, models.PROTECT, null=True, blank=True, related_name="concerns")
    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="concerns",
        help_text=_("Only where an organization filed it in its own name."),
    )
    filed_on = models.DateField(_("filed on"))
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.RECEIVED)
    next_due_on = models.DateField(_("next step due on"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, blank=True)
    resolved_on = models.DateField(_("resolved on"), null=True, blank=True)
    correction = models.ForeignKey(
        Commitment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="corrects",
        help_text=_("What the district is to do because the concern was upheld."),
    )
    sealed = models.TextField(editable=False)
    receipt_bucket = models.CharField(max_length=4, blank=True, editable=False)
    receipt_hash = models.CharField(max_length=128, blank=True, editable=False)
    purged_on = models.DateField(_("words purged on"), null=True, blank=True, editable=False)
    erased_on = models.DateField(null=True, blank=True, editable=False)

    objects = ConcernQuerySet.as_manager()

    class Meta:
        ordering = ["filed_on", "pk"]
        indexes = [
            models.Index(fields=["district", "state"], name="concern_of_district"),
            models.Index(fields=["receipt_bucket"], name="concern_receipt_bucket"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.filed_on:%Y-%m-%d}"


class ConcernReporter(models.Model):
    """Who filed a concern, sealed. Which concern is told by a keyed hash of its id only; there is a row for every one,
    all of one length, whether anybody is named in it or not."""

    mark = models.CharField(max_length=64, primary_key=True, editable=False)
    sealed = models.TextField(editable=False)

    def __str__(self) -> str:
        return self.mark[:8]


class ConcernNamed(Undated):
    """Somebody whom a concern is about, or who stepped aside, as a keyed hash of name or address: never a recipient."""

    concern = models.ForeignKey(Concern, models.PROTECT, related_name="named")
    mark = models.CharField(max_length=64, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["concern", "mark"], name="concern_named_once")]
        indexes = [models.Index(fields=["mark"], name="concern_named_mark")]

    def __str__(self) -> str:
        return self.mark[:8]


class ConcernStep(Undated):
    """One dated step of a concern; nobody in `by` is whoever filed it, or the clock."""

    class Kind(models.TextChoices):
        RECEIVED = "received", _("Received")
        ACKNOWLEDGED = "acknowledged", _("Looking into it begun")
        ANSWERED = "answered", _("Answered")
        DISPUTED = "disputed", _("Answer disputed")
        ACCEPTED = "accepted", _("Answer accepted")
        SETTLED = "settled", _("Closed after the dispute")
        LAPSED = "lapsed", _("Closed: nobody disputed the answer in time")

    concern = models.ForeignKey(Concern, models.PROTECT, related_name="steps")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(_("step"), max_length=12, choices=Kind)
    on = models.DateField(_("day"))
    due_on = models.DateField(_("next step due on"), null=True, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["concern", "number"]
        constraints = [models.UniqueConstraint(fields=["concern", "number"], name="concern_step_number")]

    def __str__(self) -> str:
        return f"{self.kind} {self.on:%Y-%m-%d}"


class ConcernMessage(Undated):
    """One word of the conversation, sealed with who said it and what it is (a question, an answer, a reply …)."""

    concern = models.ForeignKey(Concern, models.PROTECT, related_name="messages")
    number = models.PositiveSmallIntegerField()
    on = models.DateField(_("day"))
    sealed = models.TextField(editable=False)

    class Meta:
        ordering = ["concern", "number"]
        constraints = [models.UniqueConstraint(fields=["concern", "number"], name="concern_message_number")]

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d}"


class ConcernEvidence(Undated):
    """A file that somebody added, sealed: its bytes, and apart from them its name, type and size. It stands in the
    database and not in a folder, where the system would note the second in which it was written."""

    concern = models.ForeignKey(Concern, models.PROTECT, related_name="evidence")
    number = models.PositiveSmallIntegerField()
    sealed = models.TextField(editable=False)
    content = models.BinaryField()

    class Meta:
        ordering = ["concern", "number"]
        verbose_name_plural = "concern evidence"
        constraints = [models.UniqueConstraint(fields=["concern", "number"], name="concern_evidence_number")]

    def __str__(self) -> str:
        return str(self.number)


class ConcernRule(Record):
    """How many days a step of concerns leaves, from a day on; the latest that has begun holds. Without a row the
    default of `commitments/concerns/states.py` does."""

    class Step(models.TextChoices):
        ACKNOWLEDGE = "acknowledge", _("To say that it is being looked into")
        ANSWER = "answer", _("To answer")
        DISPUTE = "dispute", _("To dispute an answer; then it is closed")
        AGAIN = "again", _("To answer a dispute")
        KEEP = "keep", _("To keep the words after it was closed")

    class Unit(models.TextChoices):
        CALENDAR = "calendar", _("calendar days")
        SCHOOL = "school", _("school days")

    district_lookup = "district"
    read_permission = Permission.CONCERN_WORK

    district = models.ForeignKey(District, models.PROTECT, related_name="concern_rules")
    step = models.CharField(_("step"), max_length=12, choices=Step)
    days = models.PositiveSmallIntegerField(_("days"))
    unit = models.CharField(_("unit"), max_length=10, choices=Unit, default=Unit.CALENDAR)
    valid_from = models.DateField(_("valid from"))
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = DistrictScopedQuerySet.as_manager()

    class Meta:
        ordering = ["step", "valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["district", "step", "valid_from"], name="concern_rule_once_a_day"),
            models.CheckConstraint(condition=Q(days__gte=1, days__lte=1830), name="concern_rule_within_five_years"),
        ]

    def __str__(self) -> str:
        return f"{self.step} {self.days}"
