"""Who can open the record of a student, and which grant lets them: `Student.visible_to`, read backwards."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from district.access import Permission, Role, roles_with
from district.models import Enrollment, RoleGrant, Student


@dataclass(frozen=True)
class Reach:
    """One grant through which a person reaches a student, and the enrollment that brings it about.

    `enrollment` is the latest one at the school of the grant; None for a grant of the whole district.
    """

    grant: RoleGrant
    enrollment: Enrollment | None

    @property
    def role(self) -> Role:
        """The role of the grant."""
        return Role(self.grant.role)


def reaching(student: Student, permission: Permission) -> list[Reach]:
    """Return the grants of today that hold `permission` for `student`, by person and role. Two queries.

    They are those through which `Student.objects.allowed(user, permission)` finds the student, whoever the user is: a
    grant of a school reaches a student who has begun there, one of the district also a student still to come.
    """
    enrollments: dict[int, Enrollment] = {}
    districts, today = set(), timezone.localdate()
    rows = Enrollment.objects.filter(student=student).select_related("school", "school_year")
    for enrollment in rows.order_by("school_year__year", "begins_on", "pk"):
        districts.add(enrollment.school.district_id)
        if enrollment.begins_on is None or enrollment.begins_on <= today:
            enrollments[enrollment.school_id] = enrollment
    grants = RoleGrant.objects.filter(
        Q(school=None, district__in=districts) | Q(school__in=enrollments),
        role__in=[role.value for role in roles_with(permission)],
        user__is_active=True,
    )
    found = grants.select_related("user", "district", "school").order_by("user__name", "user__email", "role", "pk")
    return [
        Reach(grant, enrollments.get(grant.school_id) if grant.school_id else None)
        for grant in found
        if grant.holds_on(grant.district.today())
    ]
