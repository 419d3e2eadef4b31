"""The response matrix of a district: what its code allows for a level, a grade and a number of earlier incidents."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from discipline.response_matrix import RESPONSES, Cell
from district.access import Permission
from district.models import (
    District,
    DistrictScopedQuerySet,
    Grade,
    Record,
    ScopedQuerySet,
    Student,
    User,
)

from .codes import RemovalKind, Response
from .incidents import Incident

MATRIX_RESPONSES = tuple((code, {**dict(Response.choices), **dict(RemovalKind.choices)}[code]) for code in RESPONSES)
"""What a matrix can allow, in its order: (code, words)."""


class ResponseMatrixQuerySet(DistrictScopedQuerySet):
    """Matrices."""

    def in_force_on(self, day: date):
        """The matrix of each district on a day."""
        return self.filter(Q(superseded_on=None) | Q(superseded_on__gt=day), valid_from__lte=day)


class ResponseMatrix(Record):
    """A matrix from one day on. A change is another matrix; `superseded_on` is the first day that is no longer its."""

    district_lookup = "district"
    read_permission = Permission.RULES_VIEW

    district = models.ForeignKey(District, models.PROTECT, related_name="response_matrices")
    valid_from = models.DateField(_("valid from"))
    superseded_on = models.DateField(_("replaced from"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=500)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ResponseMatrixQuerySet.as_manager()

    class Meta:
        ordering = ["-valid_from", "-pk"]
        verbose_name_plural = "response matrices"

    def __str__(self) -> str:
        return f"{self.district_id} {self.valid_from}"


class ResponseCell(Record):
    """One cell of a matrix, as `discipline.response_matrix` reads it. `prior_to` empty: that many or more."""

    district_lookup = "matrix__district"
    read_permission = Permission.RULES_VIEW

    matrix = models.ForeignKey(ResponseMatrix, models.PROTECT, related_name="cells")
    level = models.CharField(_("level"), max_length=40)
    grade_from = models.CharField(_("from grade"), max_length=10, choices=Grade)
    grade_to = models.CharField(_("to grade"), max_length=10, choices=Grade)
    prior_from = models.PositiveSmallIntegerField(_("earlier incidents, from"))
    prior_to = models.PositiveSmallIntegerField(_("earlier incidents, to"), null=True, blank=True)
    responses = models.JSONField(_("responses allowed"), default=list)

    objects = DistrictScopedQuerySet.as_manager()

    class Meta:
        ordering = ["level", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["matrix", "level", "grade_from", "prior_from"], name="response_cell_unique_in_matrix"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level} {self.grade_from}-{self.grade_to} {self.prior_from}"

    def as_cell(self) -> Cell:
        """Return the cell as the pure lookup reads it."""
        return Cell(self.level, self.grade_from, self.grade_to, self.prior_from, self.prior_to, tuple(self.responses))


class OutsideMatrix(Record):
    """A response that the matrix did not allow was chosen, with the reason that was typed."""

    school_lookup = "incident__school"
    read_permission = Permission.REMOVAL_VIEW

    matrix = models.ForeignKey(ResponseMatrix, models.PROTECT, related_name="departures")
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="matrix_departures")
    student = models.ForeignKey(Student, models.PROTECT, related_name="matrix_departures")
    level = models.CharField(_("level"), max_length=40)
    grade = models.CharField(_("grade"), max_length=10, choices=Grade)
    prior = models.PositiveSmallIntegerField(_("earlier incidents"))
    response = models.CharField(_("response"), max_length=30)
    reason = models.CharField(_("reason"), max_length=500)
    decided_on = models.DateField(_("decided on"))
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["decided_on", "pk"]
        verbose_name_plural = "responses outside the matrix"

    def __str__(self) -> str:
        return f"{self.incident_id} {self.response}"
