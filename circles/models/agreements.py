"""What people agreed in a circle: terms with their history, who said yes to it, and when somebody asks again."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from circles import agreement_rules as rules
from circles.agreement_rules import TermFacts
from commitments.models import PartQuerySet
from district.access import Permission
from district.models import DistrictScopedQuerySet, Record, User

from .circles import Circle
from .participants import CircleParticipant


class CircleAgreement(Record):
    """One agreement of one circle. Somebody answers for its follow-up: there is none without."""

    whole = "circle"
    read_permission = Permission.CIRCLE_VIEW
    read_permissions = (Permission.CIRCLE_VIEW, Permission.CIRCLE_WORK)

    circle = models.OneToOneField(Circle, models.PROTECT, related_name="agreement")
    agreed_on = models.DateField(_("agreed on"))
    owner = models.ForeignKey(User, models.PROTECT, related_name="agreements_followed")
    completion_on = models.DateField(_("meeting at the end planned for"), null=True, blank=True)
    completed_on = models.DateField(_("meeting at the end held on"), null=True, blank=True)

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["-agreed_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.circle} {self.agreed_on}"


class TermQuerySet(PartQuerySet):
    """Terms."""

    def open(self):
        """Terms of which nothing came yet."""
        return self.filter(status=rules.OPEN)


class AgreementTerm(Record):
    """One thing that somebody does for somebody by a day. Its state repeats the latest of the dated rows."""

    class Kind(models.TextChoices):
        APOLOGY = "apology", _("An apology, spoken or written")
        REPAIR = "repair", _("Repair or replace something")
        HELP = "help", _("Do something for somebody")
        BEHAVIOR = "behavior", _("How we treat each other")
        SUPPORT = "support", _("Support that somebody gets")
        MEETING = "meeting", _("Meet again")
        OTHER = "other", _("Something else")

    class Status(models.TextChoices):
        OPEN = rules.OPEN, _("Open")
        MET = rules.MET, _("Met")
        PARTLY = rules.PARTLY, _("Met in part")
        NOT_MET = rules.NOT_MET, _("Not met")
        WAIVED = rules.WAIVED, _("Waived by whom it was owed to")
        RENEGOTIATED = rules.RENEGOTIATED, _("Replaced by another")

    whole = "agreement"
    read_permission = Permission.CIRCLE_VIEW
    read_permissions = (Permission.CIRCLE_VIEW, Permission.CIRCLE_WORK)

    agreement = models.ForeignKey(CircleAgreement, models.PROTECT, related_name="terms")
    owed_by = models.ForeignKey(CircleParticipant, models.PROTECT, related_name="terms_owed")
    owed_to = models.ForeignKey(CircleParticipant, models.PROTECT, null=True, blank=True, related_name="terms_due")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    text = models.CharField(_("what"), max_length=500)
    due_on = models.DateField(_("by when"))
    checks = models.CharField(_("looked at before"), max_length=200, blank=True, help_text=_("Days, a comma list."))
    evidence = models.CharField(_("how one sees it"), max_length=300, blank=True)
    status = models.CharField(_("state"), max_length=12, choices=Status, default=Status.OPEN)
    settled_on = models.DateField(_("since"), null=True, blank=True)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")

    objects = TermQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["status", "due_on"], name="circle_term_due")]

    def __str__(self) -> str:
        return self.text

    @property
    def facts(self) -> TermFacts:
        """The same as plain values."""
        return TermFacts(self.status, self.due_on, self.settled_on)


class TermUpdate(Record):
    """A state of a term from a day on, with who recorded it and a few words."""

    whole = "term"

    term = models.ForeignKey(AgreementTerm, models.PROTECT, related_name="updates")
    status = models.CharField(_("state"), max_length=12, choices=AgreementTerm.Status)
    on = models.DateField(_("since"))
    at = models.DateTimeField(_("recorded"))
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(_("in a few words"), max_length=300, blank=True)

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.term_id} {self.status}"


class Assent(Record):
    """That somebody said yes to an agreement: on paper, or spoken in the presence of an adult."""

    class Way(models.TextChoices):
        SIGNED = "signed", _("Signed it")
        SPOKEN = "spoken", _("Said yes, witnessed")

    whole = "agreement"

    agreement = models.ForeignKey(CircleAgreement, models.PROTECT, related_name="assents")
    participant = models.OneToOneField(CircleParticipant, models.PROTECT, related_name="assent")
    on = models.DateField(_("day"))
    way = models.CharField(_("how"), max_length=6, choices=Way)
    witness = models.CharField(_("witnessed by"), max_length=200, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["on", "pk"]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.participant_id}"


class FollowUp(Record):
    """A day on which somebody asks how it goes, and what they found."""

    class Outcome(models.TextChoices):
        WELL = "well", _("It goes well")
        MIXED = "mixed", _("Some of it")
        BADLY = "badly", _("It does not hold")
        NOT_REACHED = "not_reached", _("Nobody was reached")

    whole = "agreement"
    read_permission = Permission.CIRCLE_VIEW
    read_permissions = (Permission.CIRCLE_VIEW, Permission.CIRCLE_WORK)

    agreement = models.ForeignKey(CircleAgreement, models.PROTECT, related_name="follow_ups")
    due_on = models.DateField(_("due on"))
    done_on = models.DateField(_("done on"), null=True, blank=True)
    outcome = models.CharField(_("how it goes"), max_length=11, choices=Outcome, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["due_on"], condition=Q(done_on=None), name="circle_follow_up_due")]
        constraints = [models.UniqueConstraint(fields=["agreement", "due_on"], name="circle_follow_up_once_a_day")]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.due_on}"


class FollowUpRule(Record):
    """How many days after an agreement a district asks again, from a day on."""

    district_lookup = "district"
    read_permission = Permission.CIRCLE_VIEW

    district = models.ForeignKey("district.District", models.PROTECT, related_name="follow_up_rules")
    intervals = models.CharField(_("days after the agreement"), max_length=100, help_text=_("A comma list."))
    valid_from = models.DateField(_("from"))
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = DistrictScopedQuerySet.as_manager()

    class Meta:
        ordering = ["valid_from", "pk"]
        constraints = [models.UniqueConstraint(fields=["district", "valid_from"], name="follow_up_rule_unique_from")]

    def __str__(self) -> str:
        return self.intervals
