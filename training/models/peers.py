"""Students trained as peers: kept by their school's coordinator; everybody else sees at most a number."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from district.access import Permission
from district.models import Record, School, ScopedQuerySet, Student, User

from .courses import Course


class PeerTrainingQuerySet(ScopedQuerySet):
    """Trainings of student peers."""

    def standing(self):
        """Those not voided."""
        return self.filter(voided_at=None)


class PeerTraining(Record):
    """A student who completed a course as a peer. The school keeps it; it enters no session, roster or certificate."""

    SMALLEST_NUMBER = 10
    """Trainers and partners see how many there are from this number on, and below it only that there are fewer."""

    school_lookup = "school"
    read_permission = Permission.PEER_KEEP

    school = models.ForeignKey(School, models.PROTECT, related_name="peer_trainings")
    student = models.ForeignKey(Student, models.PROTECT, related_name="peer_trainings")
    course = models.ForeignKey(Course, models.PROTECT, related_name="peer_trainings")
    completed_on = models.DateField(_("completed on"))
    hours = models.DecimalField(
        _("hours"),
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(Decimal("0.25")), MaxValueValidator(Decimal(400))],
    )
    voided_at = models.DateTimeField(_("voided"), null=True, blank=True)
    void_reason = models.CharField(_("reason for voiding"), max_length=500, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = PeerTrainingQuerySet.as_manager()

    class Meta:
        ordering = ["-completed_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["student", "course", "completed_on"],
                condition=models.Q(voided_at=None),
                name="peer_training_unique",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.student_id} {self.course_id}"
