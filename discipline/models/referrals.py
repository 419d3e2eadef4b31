"""Referrals: one student brought to the office over one incident, and every state that passed through."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from district.access import Permission
from district.models import ImportBatch, Record, School, SchoolYear, ScopedQuerySet, Student, User
from district.models.scope import at_allowed_schools

from .codes import RESTORATIVE_RESPONSES, Response
from .groups import Grouped
from .incidents import Incident, Involvement


class ReferralQuerySet(ScopedQuerySet):
    """Referrals."""

    def visible_to(self, user):
        """All of one's scope; those that ask for a restorative response; those one has made: by the grant."""
        return self.filter(self._is_read_by(user) | self._is_made_by(user))

    def read_by(self, user):
        """Referrals of which `user` reads what was done about them, and not only how they ended, as their reporter."""
        return self.filter(self._is_read_by(user))

    def made_by(self, user):
        """Referrals that `user` made, at schools where they may see their own."""
        return self.filter(self._is_made_by(user))

    def in_year(self, year: int):
        """Referrals attributed to the school year that ends in `year`."""
        return self.filter(school_year__year=year)

    def countable(self):
        """Referrals that figures count: all but the voided. A draft is no referral yet."""
        return self.exclude(status=Referral.Status.VOIDED)

    def open(self):
        """Referrals that wait for a decision or for an answer."""
        return self.filter(status__in=Referral.OPEN)

    def with_since(self):
        """The same referrals with `since`: the moment from which their present state holds."""
        latest = ReferralStatus.objects.filter(referral=models.OuterRef("pk")).order_by("-at", "-pk")
        return self.annotate(since=models.Subquery(latest.values("at")[:1]))

    def _is_read_by(self, user) -> Q:
        restorative = Involvement.objects.standing().filter(
            response__in=RESTORATIVE_RESPONSES,
            incident=models.OuterRef("incident"),
            student=models.OuterRef("student"),
        )
        given = ReferralResponse.objects.standing().filter(
            referral=models.OuterRef("pk"), response__in=RESTORATIVE_RESPONSES
        )
        every = at_allowed_schools(user, Permission.REFERRAL_VIEW)
        some = School.objects.where_allowed(user, Permission.REFERRAL_VIEW_RESTORATIVE)
        asks = Q(asks_restorative=True) | models.Exists(restorative) | models.Exists(given)
        return every | (Q(school__in=some.values("pk")) & asks)

    def _is_made_by(self, user) -> Q:
        own = School.objects.where_allowed(user, Permission.REFERRAL_VIEW_OWN)
        return Q(school__in=own.values("pk"), reporter=user)


class Referral(Grouped, Record):
    """A student referred over an incident. `status` repeats the latest of the dated rows, for lists."""

    school_lookup = "school"
    read_permission = Permission.REFERRAL_VIEW
    read_permissions = (Permission.REFERRAL_VIEW, Permission.REFERRAL_VIEW_RESTORATIVE, Permission.REFERRAL_VIEW_OWN)

    class Status(models.TextChoices):
        SUBMITTED = "submitted", _("Submitted")
        UNDER_REVIEW = "under_review", _("Under review")
        RETURNED = "returned", _("Returned with a question")
        DECIDED = "decided", _("Decided")
        VOIDED = "voided", _("Voided")

    class Outcome(models.TextChoices):
        """What came of a decided referral, in one word: all that its reporter needs to know."""

        RESTORATIVE = "restorative", _("A restorative response")
        SUPPORT = "support", _("Support or a talk with the family")
        CONSEQUENCE = "consequence", _("A consequence in school")
        REMOVAL = "removal", _("A removal from class or school")
        NO_ACTION = "no_action", _("Resolved without a response")

    OPEN = (Status.SUBMITTED, Status.UNDER_REVIEW, Status.RETURNED)

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="referrals")
    student = models.ForeignKey(Student, models.PROTECT, related_name="referrals")
    school = models.ForeignKey(School, models.PROTECT, related_name="referrals")
    school_year = models.ForeignKey(SchoolYear, models.PROTECT, related_name="referrals")
    occurred_on = models.DateField(
        _("day"), editable=False, help_text=_("That of the incident: lists by day are read from an index of it.")
    )
    reporter = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="referrals_made")
    status = models.CharField(_("status"), max_length=12, choices=Status)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, blank=True, default="", db_default="")
    asks_restorative = models.BooleanField(_("asks for a restorative response"), default=False, db_default=False)
    assigned_to = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="referrals_assigned")
    batch = models.ForeignKey(ImportBatch, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ReferralQuerySet.as_manager()

    class Meta:
        ordering = ["-occurred_on", "-pk"]
        indexes = [
            models.Index(fields=["-occurred_on", "-id"], name="referral_latest_first"),
            models.Index(
                fields=["school_year", "school", "race", "student", "status", "sex"], name="referral_counting"
            ),
            models.Index(fields=["school_year", "race"], condition=Q(race=None), name="referral_without_groups"),
            # The few that wait, whatever the years hold: condition as `open()` asks it.
            models.Index(
                fields=["school", "status"],
                condition=Q(status__in=["submitted", "under_review", "returned"]),
                name="referral_open",
            ),
            models.Index(fields=["school_year", "updated_at"], name="referral_latest_change"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["incident", "student"], name="referral_unique_in_incident"),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.student_id}"

    def save(self, *args, **kwargs) -> None:
        self.occurred_on = self.occurred_on or self.incident.occurred_on
        super().save(*args, **kwargs)


class ReferralStatus(Record):
    """One state of a referral, from a moment on."""

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="statuses")
    status = models.CharField(_("status"), max_length=12, choices=Referral.Status)
    at = models.DateTimeField(_("since"))
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name_plural = "referral statuses"

    def __str__(self) -> str:
        return f"{self.referral_id} {self.status}"


class ReferralResponseQuerySet(ScopedQuerySet):
    """Responses to referrals."""

    def standing(self):
        """Responses that have not been voided."""
        return self.filter(voided_at=None)

    def answering(self):
        """Those that still answer the referral: not voided, and not returned because what was agreed was not met."""
        return self.standing().filter(returned_on=None)


class ReferralResponse(Record):
    """One thing that was done about a referral, beside or instead of a removal."""

    school_lookup = "referral__school"
    read_permission = Permission.REFERRAL_VIEW

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="responses")
    response = models.CharField(_("response"), max_length=30, choices=Response)
    on = models.DateField(_("day"))
    note = models.CharField(_("note"), max_length=500, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    completed_on = models.DateField(
        _("completed on"), null=True, blank=True, help_text=_("The day of the circle, where its record says so.")
    )
    returned_on = models.DateField(
        _("returned on"),
        null=True,
        blank=True,
        help_text=_("The day on which its case ended because what was agreed was not met."),
    )
    source = models.CharField(_("reference"), max_length=100, blank=True, default="", db_default="", editable=False)
    voided_at = models.DateTimeField(_("voided"), null=True, blank=True)
    void_reason = models.CharField(_("reason for voiding"), max_length=500, blank=True)

    objects = ReferralResponseQuerySet.as_manager()

    class Meta:
        ordering = ["on", "pk"]
        indexes = [models.Index(fields=["response", "referral"], name="response_of_referral")]

    def __str__(self) -> str:
        return f"{self.referral_id} {self.response}"

    @property
    def is_returned(self) -> bool:
        """Whether it stands and its case ended because what was agreed was not met."""
        return self.returned_on is not None and self.voided_at is None
