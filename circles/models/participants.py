"""Who takes part in a case, in which part, and what each of them said when asked."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from circles import consent_rule
from circles.consent_rule import Party
from commitments.models import PartQuerySet, Voidable
from district.access import Permission
from district.models import Record, Student, User

from .circles import Circle


class ParticipantQuerySet(PartQuerySet):
    """People named in cases: read by the case team alone."""

    def visible_to(self, user: User):
        """People of the cases on which `user` works."""
        return self.allowed(user, Permission.CIRCLE_WORK)


class CircleParticipant(Voidable, Record):
    """Somebody named in a case: a student, or anybody else by a name. Attendance is known once it was held.

    `times` is how often a student has sat in such a circle, this one included; the first is 1.
    """

    class Role(models.TextChoices):
        RESPONSIBLE = consent_rule.RESPONSIBLE, _("Person who caused harm")
        HARMED = consent_rule.HARMED, _("Person harmed")
        FOCUS = consent_rule.FOCUS, _("Person it is held for")
        SUPPORTER = "supporter", _("Supporter")
        GUARDIAN = "guardian", _("Parent or guardian")
        COMMUNITY = "community", _("Affected, or of the community")
        STAFF = "staff", _("Adult of the school")

    whole = "circle"
    read_permission = Permission.CIRCLE_WORK

    circle = models.ForeignKey(Circle, models.PROTECT, related_name="participants")
    student = models.ForeignKey(Student, models.PROTECT, null=True, blank=True, related_name="circle_parts")
    name = models.CharField(_("name"), max_length=200, blank=True, help_text=_("Of somebody who is no student here."))
    role = models.CharField(_("part"), max_length=11, choices=Role)
    supporter_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="supporters")
    prepared_on = models.DateField(_("meeting to prepare"), null=True, blank=True)
    attended = models.BooleanField(_("came"), null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), null=True, blank=True, validators=[MaxValueValidator(Circle.LONGEST)]
    )
    times = models.PositiveSmallIntegerField(_("which time"), null=True, blank=True)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["circle", "student"], condition=Q(voided_at=None), name="circle_participant_once"
            ),
            models.CheckConstraint(
                condition=Q(student__isnull=False, name="") | (Q(student=None) & ~Q(name="")),
                name="circle_participant_student_or_name",
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(self.student)

    def latest(self, kind: str) -> str:
        """The latest answer of a kind, or nothing; from rows read before where they were."""
        found = [one for one in self.consents.all() if one.kind == kind]
        return found[-1].answer if found else ""

    @property
    def party(self) -> Party:
        """The same as plain values."""
        return Party(
            key=self.pk,
            role=self.role,
            is_student=self.student_id is not None,
            is_prepared=self.prepared_on is not None,
            consent=self.latest(CircleConsent.Kind.OWN),
            permission=self.latest(CircleConsent.Kind.GUARDIAN),
        )


class CircleConsent(Record):
    """An answer on a day: of somebody themselves, or of the guardian of a student. A later one adds a row."""

    class Kind(models.TextChoices):
        OWN = "own", _("Their own consent")
        GUARDIAN = "guardian", _("A guardian’s permission")

    class Answer(models.TextChoices):
        GIVEN = consent_rule.GIVEN, _("Yes")
        DECLINED = consent_rule.DECLINED, _("No; that is all right")
        WITHDRAWN = consent_rule.WITHDRAWN, _("Takes the yes back")

    class Way(models.TextChoices):
        SPOKEN = "spoken", _("Said so")
        SIGNED = "signed", _("Signed a paper")
        MESSAGE = "message", _("By message or phone")

    whole = "participant"
    read_permission = Permission.CIRCLE_WORK

    participant = models.ForeignKey(CircleParticipant, models.PROTECT, related_name="consents")
    kind = models.CharField(_("of whom"), max_length=8, choices=Kind)
    answer = models.CharField(_("answer"), max_length=9, choices=Answer)
    on = models.DateField(_("day"))
    at = models.DateTimeField(_("recorded"))
    way = models.CharField(_("how"), max_length=7, choices=Way)
    witness = models.CharField(_("in the presence of"), max_length=200, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.participant_id} {self.kind} {self.answer}"
