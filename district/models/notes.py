"""What adults of a school write down about a student that is no discipline: strengths, good things, what helps."""

from __future__ import annotations

from typing import Self

from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from district.access import Permission

from .accounts import User
from .base import Record
from .people import Student
from .places import School, SchoolYear
from .scope import ScopedQuerySet

LONGEST_NOTE = 1000


class StudentNoteQuerySet(ScopedQuerySet):
    """Notes about students."""

    def visible_to(self, user: User) -> Self:
        """All of one's scope, or those one has written: by the grant."""
        every = School.objects.where_allowed(user, Permission.NOTE_VIEW)
        own = School.objects.where_allowed(user, Permission.NOTE_VIEW_OWN)
        return self.filter(Q(school__in=every.values("pk")) | Q(school__in=own.values("pk"), author=user))

    def voidable_by(self, user: User) -> Self:
        """Notes that `user` may void: those of a school for whose notes they answer, and their own."""
        every = School.objects.where_allowed(user, Permission.NOTE_VOID)
        own = School.objects.where_allowed(user, Permission.NOTE_WRITE)
        return self.filter(Q(school__in=every.values("pk")) | Q(school__in=own.values("pk"), author=user))

    def standing(self) -> Self:
        """Notes that have not been voided."""
        return self.filter(voided_at=None)


class StudentNote(Record):
    """One note by one adult. It belongs to the school in which the student was enrolled that day, and to that year."""

    school_lookup = "school"
    read_permission = Permission.NOTE_VIEW

    class Kind(models.TextChoices):
        STRENGTH = "strength", _("Strength")
        POSITIVE = "positive", _("Something good")
        SUPPORT = "support", _("What helps")

    student = models.ForeignKey(Student, models.PROTECT, related_name="notes")
    school = models.ForeignKey(School, models.PROTECT, related_name="student_notes")
    school_year = models.ForeignKey(SchoolYear, models.PROTECT, related_name="student_notes")
    author = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="student_notes")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    noted_on = models.DateField(_("day"))
    text = models.TextField(_("note"), max_length=LONGEST_NOTE, validators=[MaxLengthValidator(LONGEST_NOTE)])
    voided_at = models.DateTimeField(_("voided"), null=True, blank=True)
    void_reason = models.CharField(_("reason for voiding"), max_length=500, blank=True)
    voided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = StudentNoteQuerySet.as_manager()

    class Meta:
        ordering = ["-noted_on", "-pk"]
        indexes = [
            models.Index(fields=["student", "-noted_on"], name="note_of_student"),
            models.Index(fields=["-noted_on", "-id"], name="note_latest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.student_id} {self.kind}"
