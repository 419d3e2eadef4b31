"""Students who turned out to be on record twice."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from district.access import Permission

from .accounts import User
from .base import DistrictScopedQuerySet, Record
from .people import Student
from .places import District


class StudentMergeQuerySet(DistrictScopedQuerySet):
    """Merges of students."""

    def allowed(self, user: User, permission: Permission) -> Self:
        """Merges in the districts where `user` holds `permission` for all schools: a merge may touch any of them."""
        districts = {grant.district_id for grant in user.grants_with(permission) if not grant.school_id}
        return self.filter(district__in=districts)


class StudentMerge(Record):
    """One record of a student was merged into another: who decided it, why, and what became of the records."""

    district_lookup = "district"
    read_permission = Permission.STUDENT_MERGE

    district = models.ForeignKey(District, models.PROTECT, related_name="student_merges")
    kept = models.ForeignKey(Student, models.PROTECT, related_name="merges")
    merged = models.OneToOneField(Student, models.PROTECT, related_name="merge")
    reason = models.CharField(_("reason"), max_length=500)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("merged"))
    moved = models.JSONField(_("moved"), default=dict, help_text=_("Kind of record → ids that moved."))
    doubles = models.JSONField(_("doubles"), default=dict, help_text=_("Kind of record → ids of what was there twice."))

    objects = StudentMergeQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.merged_id} {self.kept_id}"
