"""How people come on: evaluations, observations, circles kept, and the way to a credential with its deadline."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from district.access import Permission
from district.models import District, DistrictScopedQuerySet, ImportBatch, Record, User
from training.eligibility import Kind, State

from .courses import Course
from .credentials import Credential, CredentialVersion
from .people import Practitioner, PractitionerQuerySet
from .practices import Practice
from .sessions import TrainingSession


class OfPeopleQuerySet(models.QuerySet):
    """Rows about people in training: in scope as the person is."""

    def allowed(self, user: User, permission: Permission):
        """Rows of people in the scope of a grant that holds `permission`."""
        people: PractitionerQuerySet = Practitioner.objects.allowed(user, permission)
        return self.filter(practitioner__in=people.order_by().values("pk"))

    def visible_to(self, user: User):
        """Rows of people whom `user` may see."""
        people: PractitionerQuerySet = Practitioner.objects.visible_to(user)
        return self.filter(practitioner__in=people.order_by().values("pk"))


class Evaluation(Record):
    """A step evaluated on a day. A later one adds a row; the latest counts."""

    read_permission = Permission.TRAINING_VIEW

    KINDS = (
        (Kind.COURSE.value, _("Course")),
        (Kind.DOCUMENT.value, _("Document")),
        (Kind.INTERVIEW.value, _("Interview")),
    )
    STATES = (
        (State.PASSED.value, _("Passed")),
        (State.REPEAT.value, _("Asked to repeat")),
        (State.FAILED.value, _("Failed")),
    )

    practitioner = models.ForeignKey(Practitioner, models.PROTECT, related_name="evaluations")
    kind = models.CharField(_("kind"), max_length=12, choices=KINDS)
    course = models.ForeignKey(Course, models.PROTECT, null=True, blank=True, related_name="evaluations")
    code = models.SlugField(_("document or interview"), max_length=40, blank=True)
    session = models.ForeignKey(TrainingSession, models.PROTECT, null=True, blank=True, related_name="evaluations")
    state = models.CharField(_("result"), max_length=13, choices=STATES)
    evaluated_on = models.DateField(_("on"))
    note = models.CharField(_("note"), max_length=500, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    batch = models.ForeignKey(ImportBatch, models.PROTECT, null=True, blank=True, related_name="+")

    objects = OfPeopleQuerySet.as_manager()

    class Meta:
        ordering = ["evaluated_on", "pk"]
        indexes = [models.Index(fields=["session", "practitioner"], name="evaluation_of_session")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=Kind.COURSE.value, course__isnull=False, code="")
                | (~Q(kind=Kind.COURSE.value) & Q(course=None) & ~Q(code="")),
                name="evaluation_names_a_course_or_a_code",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.practitioner_id} {self.kind} {self.state}"


class Rubric(Record):
    """What an observer looks at, from a day on. Items are neutral and the district's own to change."""

    district_lookup = "district"
    read_permission = Permission.TRAINING_VIEW

    district = models.ForeignKey(District, models.PROTECT, related_name="rubrics")
    name = models.CharField(_("name"), max_length=100)
    valid_from = models.DateField(_("from"))
    items = models.JSONField(_("items"), help_text=_("A list of texts; each is scored from 1 to 4."))

    objects = DistrictScopedQuerySet.as_manager()

    class Meta:
        ordering = ["valid_from", "pk"]
        constraints = [models.UniqueConstraint(fields=["district", "valid_from"], name="rubric_unique_from")]

    def __str__(self) -> str:
        return self.name


class Observation(Record):
    """A circle that somebody held while a certified observer sat in: scores by item, and whether it is signed off.

    It names the practice and the day, never who else took part.
    """

    read_permission = Permission.TRAINING_VIEW

    LOWEST, HIGHEST = 1, 4
    STATES = ((State.PASSED.value, _("Signed off")), (State.REPEAT.value, _("Asked to repeat")))

    practitioner = models.ForeignKey(Practitioner, models.PROTECT, related_name="observations")
    observer = models.ForeignKey(Practitioner, models.PROTECT, related_name="observations_made")
    practice = models.ForeignKey(Practice, models.PROTECT, related_name="+")
    rubric = models.ForeignKey(Rubric, models.PROTECT, null=True, blank=True, related_name="+")
    observed_on = models.DateField(_("on"))
    scores = models.JSONField(_("scores"), default=list, help_text=_("Item → 1 to 4, in the order of the rubric."))
    state = models.CharField(_("result"), max_length=13, choices=STATES)
    comments = models.TextField(_("comments"), max_length=2000, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = OfPeopleQuerySet.as_manager()

    class Meta:
        ordering = ["observed_on", "pk"]

    def __str__(self) -> str:
        return f"{self.practitioner_id} {self.observed_on}"


class CircleCredit(Record):
    """A circle that counts for somebody: practice, day and part. Who else sat in it is not known here.

    `source` is the reference that the record of circles gives, plain text; it makes crediting repeatable.
    """

    read_permission = Permission.TRAINING_VIEW

    class Part(models.TextChoices):
        LED = "led", _("Led it")
        CO_KEPT = "co_kept", _("Kept it together with others")
        OBSERVED = "observed", _("Observed it")

    practitioner = models.ForeignKey(Practitioner, models.PROTECT, related_name="circle_credits")
    practice = models.ForeignKey(Practice, models.PROTECT, related_name="+")
    held_on = models.DateField(_("held on"))
    part = models.CharField(_("part"), max_length=8, choices=Part)
    source = models.CharField(_("reference"), max_length=100, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    voided_at = models.DateTimeField(_("voided"), null=True, blank=True)
    void_reason = models.CharField(_("reason for voiding"), max_length=500, blank=True)

    objects = OfPeopleQuerySet.as_manager()

    class Meta:
        ordering = ["held_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["practitioner", "source"], condition=~Q(source=""), name="circle_credit_unique_source"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.practitioner_id} {self.held_on} {self.part}"


class PathwayQuerySet(OfPeopleQuerySet):
    """Ways to a credential."""

    def underway(self):
        """Those not closed."""
        return self.filter(closed_on=None)

    def due_by(self, day: date):
        """Those under way whose last day is `day` or earlier."""
        return self.underway().filter(due_on__lte=day)


class Pathway(Record):
    """Somebody on the way to a credential, measured by the version of the day on which they set out."""

    read_permission = Permission.TRAINING_VIEW

    class Basis(models.TextChoices):
        SESSION_END = "session_end", _("From the last day of the first session")
        SET_OUT = "set_out", _("From the day of setting out")

    practitioner = models.ForeignKey(Practitioner, models.PROTECT, related_name="pathways")
    credential = models.ForeignKey(Credential, models.PROTECT, related_name="pathways")
    version = models.ForeignKey(CredentialVersion, models.PROTECT, related_name="+")
    started_on = models.DateField(_("since"))
    basis = models.CharField(_("counted"), max_length=11, choices=Basis, default=Basis.SET_OUT)
    due_on = models.DateField(_("last day"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    close_reason = models.CharField(_("reason"), max_length=500, blank=True)

    objects = PathwayQuerySet.as_manager()

    class Meta:
        ordering = ["started_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["practitioner", "credential"], condition=Q(closed_on=None), name="pathway_one_underway"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.practitioner_id} {self.credential_id}"


class PathwayExtension(Record):
    """More time: the last day before and after, with the reason."""

    pathway = models.ForeignKey(Pathway, models.PROTECT, related_name="extensions")
    former_due_on = models.DateField(_("last day before"), null=True, blank=True)
    due_on = models.DateField(_("new last day"))
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=500)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.pathway_id} {self.due_on}"
