"""The ground floor's collections."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response

from api.base import Collection
from api.fields import ScopedRelatedField, StrictSerializer
from district import actions, filters, tables
from district.access import Permission
from district.models import District, Organization, School, User


class DistrictCollection(Collection):
    """Districts."""

    table = tables.DISTRICTS
    filterset_class = filters.DistrictFilterSet
    permissions = {"GET": Permission.DISTRICT_VIEW}


class SchoolCollection(Collection):
    """Schools."""

    table = tables.SCHOOLS
    filterset_class = filters.SchoolFilterSet
    permissions = {"GET": Permission.DISTRICT_VIEW}


class SchoolYearCollection(Collection):
    """School years, named by the year in which they end."""

    table = tables.SCHOOL_YEARS
    filterset_class = filters.SchoolYearFilterSet
    permissions = {"GET": Permission.DISTRICT_VIEW}


class StudentCollection(Collection):
    """Students. `schools`: those of the latest school year among the enrollments that the caller may see."""

    table = tables.STUDENTS
    filterset_class = filters.StudentFilterSet
    permissions = {"GET": Permission.STUDENT_VIEW}


class EnrollmentCollection(Collection):
    """A student's time in one school in one school year."""

    table = tables.ENROLLMENTS
    filterset_class = filters.EnrollmentFilterSet
    permissions = {"GET": Permission.STUDENT_VIEW}


class StaffCollection(Collection):
    """Staff, by their assignments to schools."""

    table = tables.STAFF
    filterset_class = filters.StaffFilterSet
    permissions = {"GET": Permission.STAFF_VIEW}


def district_of_body(user: User, values: dict[str, Any], permission: Permission) -> District:
    """Return the district that a body names, else the only one in whose whole the caller may act.

    What is a district's own is not written from one school: a grant at a school does not reach that far. Raises
    ValidationError for `district`.
    """
    reached = District.objects.allowed_throughout(user, permission)
    named = values.get("district")
    if named is None and reached.count() == 1:
        return reached.get()
    if named is None:
        raise serializers.ValidationError({"district": [_("Name the district: you act in several.")]})
    if not reached.filter(pk=named.pk).exists():
        raise serializers.ValidationError({"district": [_("You may not write for this district.")]})
    return named


class OrganizationBody(StrictSerializer):
    """What may be written of an organization."""

    name = serializers.CharField(max_length=200)
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True)


class NewOrganizationBody(OrganizationBody):
    """An organization to add."""

    district = ScopedRelatedField(
        District,
        Permission.ORGANIZATION_EDIT,
        key="code",
        required=False,
        help_text=gettext_lazy("Code; needed only by those who may act in several districts."),
    )


class OrganizationCollection(Collection):
    """Community organizations."""

    table = tables.ORGANIZATIONS
    filterset_class = filters.OrganizationFilterSet
    permissions = {
        "GET": Permission.ORGANIZATION_VIEW,
        "POST": Permission.ORGANIZATION_EDIT,
        "PATCH": Permission.ORGANIZATION_EDIT,
    }

    @extend_schema(request=NewOrganizationBody)
    def create(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        values = self.body(NewOrganizationBody)
        values["district"] = district_of_body(request.user, values, Permission.ORGANIZATION_EDIT)
        return self.answer(actions.create_organization(by=request.user, **values), status.HTTP_201_CREATED)

    @extend_schema(request=OrganizationBody)
    def partial_update(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        organization = self.row(self.editable()).get()
        values = self.body(OrganizationBody, partial=True)
        return self.answer(actions.change_organization(organization=organization, by=request.user, **values))

    def editable(self) -> QuerySet:
        """Organizations that the caller may change."""
        return Organization.objects.all().allowed(self.request.user, Permission.ORGANIZATION_EDIT)


class MemorandumBody(StrictSerializer):
    """What may be changed of a memorandum."""

    title = serializers.CharField(max_length=200)
    schools = serializers.ListField(
        child=serializers.CharField(max_length=255),
        required=False,
        max_length=2000,
        help_text=gettext_lazy("School codes; none: the whole district."),
    )
    signed_on = serializers.DateField(required=False, allow_null=True)
    begins_on = serializers.DateField()


class NewMemorandumBody(MemorandumBody):
    """A memorandum to add. Its end is given once; later it moves by an extension only."""

    ends_on = serializers.DateField(required=False, allow_null=True)
    organization = ScopedRelatedField(Organization, Permission.MEMORANDUM_EDIT, help_text=gettext_lazy("Id."))


class MemorandumCollection(Collection):
    """Memoranda of understanding (MOU) between a district and an organization."""

    table = tables.MEMORANDA
    filterset_class = filters.MemorandumFilterSet
    permissions = {
        "GET": Permission.MEMORANDUM_VIEW,
        "POST": Permission.MEMORANDUM_EDIT,
        "PATCH": Permission.MEMORANDUM_EDIT,
    }

    @extend_schema(request=NewMemorandumBody)
    def create(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        values = self.body(NewMemorandumBody)
        values["schools"] = self.schools(values.get("schools", []), values["organization"].district_id)
        return self.answer(actions.create_memorandum(by=request.user, **values), status.HTTP_201_CREATED)

    @extend_schema(request=MemorandumBody)
    def partial_update(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        rows = self.table.model.objects.all().allowed(request.user, Permission.MEMORANDUM_EDIT)
        memorandum = self.row(rows).get()
        values = self.body(MemorandumBody, partial=True)
        if "schools" in values:
            values["schools"] = self.schools(values["schools"], memorandum.district_id)
        return self.answer(actions.change_memorandum(memorandum=memorandum, by=request.user, **values))

    def schools(self, codes: list[str], district: int) -> list[School]:
        """Return the schools with `codes` among those of `district` for which the caller may act."""
        allowed = School.objects.where_allowed(self.request.user, Permission.MEMORANDUM_EDIT).filter(district=district)
        found = {school.code: school for school in allowed.filter(code__in=codes)}
        if unknown := [code for code in codes if code not in found]:
            text = _("You may not use “%(code)s” here, or it does not exist.") % {"code": unknown[0][:50]}
            raise serializers.ValidationError({"schools": [text]})
        return list(found.values())


class ImportCollection(Collection):
    """Finished imports and what they did."""

    table = tables.IMPORTS
    filterset_class = filters.ImportFilterSet
    permissions = {"GET": Permission.IMPORT_VIEW}


class AuditEventCollection(Collection):
    """Who did and saw what, and which fields changed; never their values."""

    table = tables.AUDIT_EVENTS
    filterset_class = filters.AuditEventFilterSet
    permissions = {"GET": Permission.AUDIT_VIEW}
