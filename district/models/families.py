"""A student's family: who the guardians are, in which language to speak with them, and what they may be told."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from district.access import Permission

from .accounts import User
from .base import Record
from .fields import LanguagesField
from .people import Person, Student
from .scope import ScopedQuerySet


class GuardianQuerySet(ScopedQuerySet):
    """Guardians, by the students whose record a person may open."""

    def allowed(self, user: User, permission: Permission) -> Self:
        """Guardians of students in the scope of a grant of `user` that holds `permission`."""
        return self.filter(student__in=Student.objects.all().allowed(user, permission).values("pk"))

    def standing(self) -> Self:
        """Guardians that have not been voided."""
        return self.filter(voided_at=None)

    def valid_on(self, day: date) -> Self:
        """Guardians on `day`, the voided left out."""
        begun, goes_on = Q(begins_on=None) | Q(begins_on__lte=day), Q(ends_on=None) | Q(ends_on__gte=day)
        return self.standing().filter(begun, goes_on)

    def speaking(self, tag: str) -> Self:
        """Guardians who speak the language with this tag, first or after others."""
        first, last = Q(languages__startswith=f"{tag} "), Q(languages__endswith=f" {tag}")
        return self.filter(Q(languages=tag) | first | last | Q(languages__contains=f" {tag} "))


class Guardian(Record):
    """One person who answers for one student, from a day to a day.

    `languages` in the order in which they would rather be spoken to. Whoever may not be told (`may_be_told` false) has
    a reason in `restriction`, such as a court order.
    """

    read_permission = Permission.GUARDIAN_VIEW

    class Relationship(models.TextChoices):
        PARENT = "parent", _("Parent")
        STEPPARENT = "stepparent", _("Stepparent")
        GRANDPARENT = "grandparent", _("Grandparent")
        LEGAL_GUARDIAN = "legal_guardian", _("Legal guardian")
        FOSTER_PARENT = "foster_parent", _("Foster parent")
        SIBLING = "sibling", _("Brother or sister")
        RELATIVE = "relative", _("Other relative")
        AGENCY = "agency", _("Caseworker of an agency")
        OTHER = "other", _("Other")

    student = models.ForeignKey(Student, models.PROTECT, related_name="guardians")
    person = models.ForeignKey(Person, models.PROTECT, related_name="guardian_of")
    relationship = models.CharField(_("relationship"), max_length=20, choices=Relationship)
    languages = LanguagesField(_("languages"), blank=True, default=list, db_default="")
    needs_interpreter = models.BooleanField(_("needs an interpreter"), default=False)
    contact_order = models.PositiveSmallIntegerField(
        _("order of contact"), default=1, validators=[MinValueValidator(1), MaxValueValidator(20)]
    )
    may_be_told = models.BooleanField(_("may be told about the student"), default=True)
    restriction = models.CharField(_("restriction"), max_length=500, blank=True)
    begins_on = models.DateField(_("begins on"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    voided_at = models.DateTimeField(_("voided"), null=True, blank=True)
    void_reason = models.CharField(_("reason for voiding"), max_length=500, blank=True)

    objects = GuardianQuerySet.as_manager()

    class Meta:
        ordering = ["contact_order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["student", "person"], condition=Q(voided_at=None), name="guardian_stands_once"
            ),
            models.CheckConstraint(
                condition=Q(begins_on=None) | Q(ends_on=None) | Q(ends_on__gte=models.F("begins_on")),
                name="guardian_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.student_id} {self.person_id}"

    def clean(self) -> None:
        if not self.may_be_told and not self.restriction.strip():
            raise ValidationError({"restriction": _("Say why this person may not be told, such as a court order.")})
