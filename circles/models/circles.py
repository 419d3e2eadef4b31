"""Restorative cases: a circle or conference from the question whether it suits to the last follow-up."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from circles import case_states as states
from commitments.models import Voidable
from discipline.models import Referral, Removal
from district.access import Permission
from district.models import Record, School, SchoolYear, ScopedQuerySet, User
from training.models import Practice, Practitioner


class CircleQuerySet(ScopedQuerySet):
    """Restorative cases."""

    def visible_to(self, user: User):
        """Cases of one's scope, and those that one keeps while they are open: by the grant."""
        every = School.objects.where_allowed(user, Permission.CIRCLE_VIEW)
        return self.filter(Q(school__in=every.values("pk")) | self._kept_by(user))

    def allowed(self, user: User, permission: Permission):
        """Cases in scope of `permission`. Whoever arranges circles at a school works on all of its cases."""
        if permission != Permission.CIRCLE_WORK:
            return super().allowed(user, permission)
        every = School.objects.where_allowed(user, Permission.CIRCLE_ARRANGE)
        return self.filter(Q(school__in=every.values("pk")) | self._kept_by(user))

    def standing(self):
        """Those not voided."""
        return self.filter(voided_at=None)

    def open(self):
        """Those not closed."""
        return self.standing().exclude(status=states.CLOSED)

    def in_year(self, year: int):
        """Those opened in the school year that ends in `year`."""
        return self.filter(school_year__year=year)

    def team_of(self, user: User):
        """Cases of whose team `user` is: who keeps the circle while it is open, and who answers for the case.

        Never at a school where they decide about discipline: what is said in a circle has no way into it.
        """
        own = School.objects.where_allowed(user, Permission.CIRCLE_ARRANGE)
        rows = self.filter(Q(school__in=own.values("pk"), owner=user) | self._kept_by(user))
        return rows.exclude(school__in=_deciding(user).values("pk"))

    def _kept_by(self, user: User) -> Q:
        """The case team beside the coordinator: who keeps the circle, only this case, and only while it is open.

        Never at a school where they decide about discipline.
        """
        schools = School.objects.where_allowed(user, Permission.CIRCLE_WORK)
        schools = schools.exclude(pk__in=_deciding(user).values("pk"))
        mine = Practitioner.objects.of_user(user)
        kept = CircleKeeper.objects.filter(practitioner__in=mine.order_by().values("pk"), ended_at=None)
        is_open = ~Q(status=states.CLOSED) & Q(voided_at=None)
        return Q(pk__in=kept.values("circle"), school__in=schools.values("pk")) & is_open


def _deciding(user: User) -> models.QuerySet:
    """The schools where `user` decides about discipline."""
    return School.objects.where_allowed(user, Permission.REFERRAL_DECIDE)


class Circle(Voidable, Record):
    """One case of a practice that records names. `status` repeats the latest of the dated rows, for lists."""

    LONGEST = 600

    school_lookup = "school"
    read_permission = Permission.CIRCLE_VIEW
    read_permissions = (Permission.CIRCLE_VIEW, Permission.CIRCLE_WORK)

    class Status(models.TextChoices):
        REFERRED = states.REFERRED, _("Referred")
        SCREENING = states.SCREENING, _("Screening")
        PREPARATION = states.PREPARATION, _("In preparation")
        SCHEDULED = states.SCHEDULED, _("Scheduled")
        HELD = states.HELD, _("Held")
        NOT_HELD = states.NOT_HELD, _("Not held")
        AGREEMENT = states.AGREEMENT, _("Agreement reached")
        NO_AGREEMENT = states.NO_AGREEMENT, _("Held without an agreement")
        FOLLOW_UP = states.FOLLOW_UP, _("Being followed up")
        CLOSED = states.CLOSED, _("Closed")

    class Told(models.TextChoices):
        """What people outside the case team read of its state."""

        OPEN = states.NOT_HELD_YET, _("Open, not held yet")
        SCHEDULED = states.SCHEDULED, _("Scheduled")
        HELD = states.HELD, _("Held")
        FOLLOW_UP = states.FOLLOW_UP, _("Being followed up")
        CLOSED = states.CLOSED, _("Closed")

    class Origin(models.TextChoices):
        REFERRAL = "referral", _("A referral")
        REMOVAL = "removal", _("A removal: coming back")
        STUDENT = "student", _("A student asked for it")
        FAMILY = "family", _("A family asked for it")
        STAFF = "staff", _("An adult of the school asked for it")

    class CloseReason(models.TextChoices):
        COMPLETED = states.COMPLETED, _("Completed")
        WITHOUT_AGREEMENT = states.WITHOUT_AGREEMENT, _("Held, without an agreement")
        TERMS_NOT_MET = states.TERMS_NOT_MET, _("What was agreed was not met")
        DECLINED_RESPONSIBLE = states.DECLINED_RESPONSIBLE, _("The student who caused harm did not wish it")
        DECLINED_HARMED = states.DECLINED_HARMED, _("Whoever was harmed did not wish it")
        NO_ANSWER = states.NO_ANSWER, _("No answer came")
        NOT_SUITABLE = states.NOT_SUITABLE, _("Not suitable")
        MOVED = states.MOVED, _("Somebody moved away")
        WITHDRAWN = states.WITHDRAWN, _("Taken back by who asked for it")
        NOT_BROUGHT_ABOUT = states.NOT_BROUGHT_ABOUT, _("It was not brought about; taking part is voluntary")

    class NotHeld(models.TextChoices):
        PARTY_ABSENT = "party_absent", _("Somebody could not come")
        KEEPER_ABSENT = "keeper_absent", _("The keeper could not come")
        SCHOOL_CLOSED = "school_closed", _("The school was closed")
        NOT_READY = "not_ready", _("Somebody was not ready")
        OTHER = "other", _("Another reason")

    school = models.ForeignKey(School, models.PROTECT, related_name="circles")
    school_year = models.ForeignKey(SchoolYear, models.PROTECT, related_name="circles")
    practice = models.ForeignKey(Practice, models.PROTECT, related_name="circles")
    origin = models.CharField(_("came from"), max_length=8, choices=Origin)
    referral = models.ForeignKey(Referral, models.PROTECT, null=True, blank=True, related_name="circles")
    removal = models.ForeignKey(Removal, models.PROTECT, null=True, blank=True, related_name="circles")
    status = models.CharField(_("state"), max_length=12, choices=Status)
    opened_on = models.DateField(_("opened on"))
    owner = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="circles_owned")
    scheduled_on = models.DateField(_("scheduled for"), null=True, blank=True)
    begins = models.TimeField(_("time"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=100, blank=True)
    held_on = models.DateField(_("held on"), null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(LONGEST)]
    )
    close_reason = models.CharField(_("why it closed"), max_length=20, choices=CloseReason, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    objects = CircleQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_on", "-pk"]
        indexes = [
            models.Index(fields=["-opened_on", "-id"], name="circle_latest_first"),
            models.Index(fields=["school", "status", "-opened_on"], name="circle_of_school"),
            models.Index(fields=["school_year", "school", "practice", "status"], name="circle_counting"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["referral", "practice"],
                condition=Q(voided_at=None) & ~Q(status="closed"),
                name="circle_one_open_of_referral",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.practice} {self.opened_on}"

    @property
    def told(self) -> Told:
        """The state as people outside the case team read it."""
        return self.Told(states.told_state(self.status))


class CircleStatus(Record):
    """One state of a case, from a day on: who recorded it and, as a code, why."""

    circle = models.ForeignKey(Circle, models.PROTECT, related_name="statuses")
    status = models.CharField(_("state"), max_length=12, choices=Circle.Status)
    on = models.DateField(_("since"))
    at = models.DateTimeField(_("recorded"))
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=20, blank=True, help_text=_("A code; never free words."))

    class Meta:
        ordering = ["at", "pk"]
        verbose_name_plural = "circle statuses"

    def __str__(self) -> str:
        return f"{self.circle_id} {self.status}"


class Screening(Record):
    """Whether a case suits a circle: the exclusions for safety that somebody looked at, and those that hold."""

    class Exclusion(models.TextChoices):
        SEXUAL_HARM = "sexual_harm", _("Sexual harm")
        THREAT = "threat", _("A credible threat")
        ABUSE = "abuse", _("Abuse, or power of one over the other")
        LEGAL = "legal", _("The law requires another process first")
        OTHER = "other", _("Another reason of safety")

    circle = models.ForeignKey(Circle, models.PROTECT, related_name="screenings")
    on = models.DateField(_("day"))
    exclusions = models.CharField(_("what speaks against it"), max_length=100, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["on", "pk"]

    def __str__(self) -> str:
        return f"{self.circle_id} {self.on}"


class KeeperQuerySet(models.QuerySet):
    """People chosen to keep circles."""

    def allowed(self, user: User, permission: Permission):
        """Of cases in scope of `permission`."""
        return self.filter(circle__in=Circle.objects.all().allowed(user, permission).order_by().values("pk"))

    def visible_to(self, user: User):
        """Of cases that `user` works on."""
        return self.allowed(user, Permission.CIRCLE_WORK)

    def current(self):
        """Those who still keep it."""
        return self.filter(ended_at=None)


class CircleKeeper(Record):
    """Somebody who keeps a circle, leads it or sits in to learn; with the certificate that counted on its day."""

    class Part(models.TextChoices):
        LED = "led", _("Leads it")
        CO_KEPT = "co_kept", _("Keeps it together with others")
        OBSERVED = "observed", _("Observes")

    class Conflict(models.TextChoices):
        KIN = "kin", _("Related or close to somebody who takes part")
        CLASSROOM = "classroom", _("Teaches or supervises somebody who takes part")
        INVOLVED = "involved", _("Was there, or referred a student over it")
        DECIDES = "decides", _("Decides about discipline in the same matter")
        OTHER = "other", _("Another stake in it")

    read_permission = Permission.CIRCLE_WORK

    circle = models.ForeignKey(Circle, models.PROTECT, related_name="keepers")
    practitioner = models.ForeignKey(Practitioner, models.PROTECT, related_name="circles_kept")
    part = models.CharField(_("part"), max_length=8, choices=Part)
    conflict = models.CharField(_("conflict of interest"), max_length=9, choices=Conflict, blank=True)
    certificate = models.CharField(
        _("certificate"), max_length=20, blank=True, help_text=_("The number that counted on the day of the circle.")
    )
    override_reason = models.CharField(_("why all the same"), max_length=500, blank=True)
    override_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(_("no longer keeps it since"), null=True, blank=True)

    objects = KeeperQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["practitioner", "ended_at"], name="circle_keeper_load")]
        constraints = [
            models.UniqueConstraint(
                fields=["circle", "practitioner"], condition=Q(ended_at=None), name="circle_keeper_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.circle_id} {self.practitioner_id}"
