"""The collections of training: courses, and people in training."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from api.base import Collection
from api.fields import ScopedRelatedField, StrictSerializer
from district.access import Permission
from district.models import District, Organization, School, User
from training import filters, tables
from training.actions import courses, people, progress
from training.eligibility import Kind, State
from training.models import Course, Evaluation, Practice, Practitioner
from training.views_courses import EDITING, editable_courses

SEEN = (Permission.TRAINING_VIEW, Permission.TRAINING_VIEW_OWN)
EDIT = Permission.TRAINING_EDIT


def coded(rows: QuerySet, codes: list[str], field: str, key: str = "code") -> list[Any]:
    """Return the records of `rows` with these codes. Raises ValidationError for `field` that names an unknown one."""
    found = {getattr(row, key): row for row in rows.filter(**{f"{key}__in": codes})}
    if unknown := [code for code in codes if code not in found]:
        text = _("You may not use “%(code)s” here, or it does not exist.") % {"code": unknown[0][:50]}
        raise serializers.ValidationError({field: [text]})
    return [found[code] for code in codes]


def district_of(user: User, permission: Permission, given: District | None) -> District:
    """Return the district in which `user` acts. Raises ValidationError when it must be named or is not theirs."""
    keys = {grant.district_id for grant in user.grants_with(permission)}
    if given is None and len(keys) != 1:
        raise serializers.ValidationError({"district": [_("Name the district: you act in several.")]})
    return given if given is not None else District.objects.get(pk__in=keys)


class CodeList(serializers.ListField):
    """Codes, each a short text."""

    def __init__(self, **options: Any) -> None:
        super().__init__(child=serializers.CharField(max_length=255), required=False, max_length=500, **options)


# --- Courses -------------------------------------------------------------------------------------------------------
class CourseBody(StrictSerializer):
    """What may change of a course."""

    title = serializers.CharField(max_length=200)
    description = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    closed_on = serializers.DateField(required=False, allow_null=True)


class NewCourseBody(StrictSerializer):
    """A course with its first version."""

    code = serializers.SlugField(max_length=40)
    title = serializers.CharField(max_length=200)
    description = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    hours = serializers.DecimalField(max_digits=5, decimal_places=2, min_value=0, max_value=400)
    practices = CodeList(help_text=gettext_lazy("Practice codes."))
    prerequisites = CodeList(help_text=gettext_lazy("Course codes."))
    languages = CodeList(help_text=gettext_lazy("Language codes."))
    organization = ScopedRelatedField(Organization, EDIT, required=False, help_text=gettext_lazy("Id."))
    district = ScopedRelatedField(District, Permission.CREDENTIAL_EDIT, key="code", required=False)


class CourseCollection(Collection):
    """Courses. `hours`, `practices` and `prerequisites` are those of the latest version."""

    table = tables.COURSES
    filterset_class = filters.CourseFilterSet
    permissions = {"GET": SEEN, "POST": EDITING, "PATCH": EDITING}

    @extend_schema(request=NewCourseBody)
    def create(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        values = self.body(NewCourseBody)
        organization, given = values.pop("organization", None), values.pop("district", None)
        if organization is None and request.user.holds(EDIT):
            rows = Organization.objects.all().allowed(request.user, EDIT)
            if rows.count() != 1:
                raise serializers.ValidationError({"organization": [_("Name the organization: you act for several.")]})
            organization = rows.get()
        district = organization.district if organization else district_of(request.user, EDITING[1], given)
        practices, before = values.pop("practices", []), values.pop("prerequisites", [])
        values["practices"] = coded(Practice.objects.filter(district=district), practices, "practices")
        values["prerequisites"] = coded(Course.objects.filter(district=district), before, "prerequisites")
        course = courses.create_course(district=district, organization=organization, by=request.user, **values)
        return self.answer(course, status.HTTP_201_CREATED)

    @extend_schema(request=CourseBody)
    def partial_update(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        course = self.row(editable_courses(request.user)).get()
        return self.answer(courses.change_course(course=course, by=request.user, **self.body(CourseBody, partial=True)))


# --- People --------------------------------------------------------------------------------------------------------
class PersonBody(StrictSerializer):
    """What may be written of a person. Names and addresses of staff come with the roster."""

    given_name = serializers.CharField(max_length=255)
    family_name = serializers.CharField(max_length=255, required=False, allow_blank=True)
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True)
    capacity = serializers.ChoiceField(Practitioner.Capacity.choices)
    organization = ScopedRelatedField(
        Organization, Permission.TRAINING_VIEW, required=False, allow_null=True, help_text=gettext_lazy("Id.")
    )
    schools = CodeList(help_text=gettext_lazy("School codes; none: any school."))
    languages = CodeList(help_text=gettext_lazy("Language codes."))


class NewPersonBody(PersonBody):
    """A person to add."""

    district = ScopedRelatedField(District, EDIT, key="code", required=False)


class EvaluationBody(StrictSerializer):
    """A step evaluated: a course by its code, or a document or interview by its own."""

    kind = serializers.ChoiceField(Evaluation.KINDS, default=Kind.COURSE.value)
    course = serializers.CharField(max_length=40, required=False, help_text=gettext_lazy("Code."))
    code = serializers.SlugField(max_length=40, required=False)
    state = serializers.ChoiceField(Evaluation.STATES)
    evaluated_on = serializers.DateField(required=False)
    note = serializers.CharField(max_length=500, required=False, allow_blank=True)


class PersonCollection(Collection):
    """People in training: adults. Students trained as peers are in no collection."""

    table = tables.PEOPLE
    filterset_class = filters.PractitionerFilterSet
    permissions = {"GET": SEEN, "POST": EDIT, "PATCH": EDIT, "evaluate": EDIT}

    def editable(self) -> QuerySet:
        """People whom the caller keeps."""
        return Practitioner.objects.allowed(self.request.user, EDIT).select_related("person", "district")

    @extend_schema(request=NewPersonBody)
    def create(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        values = self.body(NewPersonBody)
        district = district_of(request.user, EDIT, values.pop("district", None))
        self._find_schools(values, district)
        person = people.add_person(district=district, by=request.user, **values)
        return self.answer(person, status.HTTP_201_CREATED)

    @extend_schema(request=PersonBody)
    def partial_update(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        practitioner = self.row(self.editable()).get()
        values = self.body(PersonBody, partial=True)
        self._find_schools(values, practitioner.district)
        return self.answer(people.change_person(practitioner=practitioner, by=request.user, **values))

    def _find_schools(self, values: dict[str, Any], district: District) -> None:
        if "schools" in values:
            values["schools"] = coded(School.objects.filter(district=district), values["schools"], "schools")

    @extend_schema(request=EvaluationBody)
    @action(detail=True, methods=["post"])
    def evaluate(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Evaluate a course, a document or an interview for one person; never for oneself."""
        practitioner = self.row(self.editable()).get()
        values = self.body(EvaluationBody)
        if "course" in values:
            rows = Course.objects.filter(district=practitioner.district)
            values["course"] = coded(rows, [values["course"]], "course")[0]
        progress.evaluate(
            people=[practitioner],
            kind=Kind(values["kind"]),
            state=State(values["state"]),
            course=values.get("course"),
            code=values.get("code", ""),
            on=values.get("evaluated_on"),
            note=values.get("note", ""),
            by=request.user,
        )
        return self.answer(practitioner)
