"""The collections about students and their families: guardians, notes, merges of records."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from api.base import Collection, VoidableCollection
from api.fields import ReasonSerializer, ScopedRelatedField, StrictSerializer
from dashboards.merging import merge_students
from district import filters, tables
from district.access import Permission
from district.actions_students import (
    add_guardian,
    add_note,
    change_guardian,
    enrollments_for_note,
    note_day,
    students_for_note,
    void_guardian,
    void_note,
)
from district.languages import MOST
from district.models import Guardian, School, Student, StudentNote
from district.models.notes import LONGEST_NOTE


class GuardianBody(StrictSerializer):
    """What may be written of a guardian."""

    given_name = serializers.CharField(max_length=255, required=False, allow_blank=True)
    middle_name = serializers.CharField(max_length=255, required=False, allow_blank=True)
    family_name = serializers.CharField(max_length=255, required=False, allow_blank=True)
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True)
    phone = serializers.CharField(max_length=40, required=False, allow_blank=True)
    relationship = serializers.ChoiceField(choices=Guardian.Relationship.choices)
    languages = serializers.ListField(
        child=serializers.CharField(max_length=20),
        required=False,
        max_length=MOST,
        help_text=gettext_lazy("Language tags (BCP 47), the preferred one first."),
    )
    needs_interpreter = serializers.BooleanField(required=False)
    contact_order = serializers.IntegerField(required=False, min_value=1, max_value=20)
    may_be_told = serializers.BooleanField(required=False)
    restriction = serializers.CharField(max_length=500, required=False, allow_blank=True)
    begins_on = serializers.DateField(required=False, allow_null=True)
    ends_on = serializers.DateField(required=False, allow_null=True)


class NewGuardianBody(GuardianBody):
    """A guardian to add."""

    student = ScopedRelatedField(Student, Permission.GUARDIAN_EDIT, help_text=gettext_lazy("Id."))


class GuardianCollection(VoidableCollection):
    """Guardians of students: how to reach them, in which language, and what they may be told."""

    table = tables.GUARDIANS
    filterset_class = filters.GuardianFilterSet
    permissions = {
        "GET": Permission.GUARDIAN_VIEW,
        "POST": Permission.GUARDIAN_EDIT,
        "PATCH": Permission.GUARDIAN_EDIT,
        "void": Permission.GUARDIAN_EDIT,
    }
    void_permission = Permission.GUARDIAN_EDIT

    @extend_schema(request=NewGuardianBody)
    def create(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        return self.answer(add_guardian(by=request.user, **self.body(NewGuardianBody)), status.HTTP_201_CREATED)

    @extend_schema(request=GuardianBody)
    def partial_update(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        guardian = self.row(Guardian.objects.all().allowed(request.user, Permission.GUARDIAN_EDIT)).get()
        values = self.body(GuardianBody, partial=True)
        return self.answer(change_guardian(guardian=guardian, by=request.user, **values))

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def void(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Void a guardian who was recorded by mistake. One whose time is over has a last day instead."""
        return self.voided(void_guardian, "guardian")


class NoteBody(StrictSerializer):
    """A note to write."""

    student = serializers.UUIDField(help_text=gettext_lazy("Id of a student enrolled in a school of yours."))
    school = ScopedRelatedField(
        School,
        Permission.NOTE_WRITE,
        key="code",
        required=False,
        help_text=gettext_lazy("Code; needed only where the student is enrolled in several schools of yours."),
    )
    kind = serializers.ChoiceField(choices=StudentNote.Kind.choices)
    text = serializers.CharField(max_length=LONGEST_NOTE)
    noted_on = serializers.DateField(required=False, help_text=gettext_lazy("Today unless said otherwise."))


class StudentNoteCollection(Collection):
    """Notes about strengths, good things and what helps. A single one shows its text; the list does not."""

    table = tables.NOTES
    filterset_class = filters.StudentNoteFilterSet
    permissions = {
        "GET": (Permission.NOTE_VIEW, Permission.NOTE_VIEW_OWN),
        "POST": Permission.NOTE_WRITE,
        "void": (Permission.NOTE_VOID, Permission.NOTE_WRITE),
    }

    @extend_schema(request=NoteBody)
    def create(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        values = self.body(NoteBody)
        student = students_for_note(request.user).filter(uid=values["student"]).first()
        if student is None:
            text = _("You may not use “%(value)s” here, or it does not exist.") % {"value": values["student"]}
            raise serializers.ValidationError({"student": [text]})
        values["noted_on"] = values.get("noted_on") or note_day(student.district)
        schools = [row.school for row in enrollments_for_note(student, values["noted_on"], request.user)]
        if "school" not in values:
            if len(schools) > 1:
                raise serializers.ValidationError({"school": [_("Name the school: the student has several.")]})
            if not schools:
                raise serializers.ValidationError(
                    {"noted_on": [_("The student was not enrolled at your school on that day.")]}
                )
            values["school"] = schools[0]
        note = add_note(**(values | {"student": student}), by=request.user)
        return self.answer(note, status.HTTP_201_CREATED)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def void(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Void a note with a reason: one's own, or one of a school for whose notes one answers."""
        note = self.row(StudentNote.objects.voidable_by(request.user)).get()
        return self.answer(void_note(note=note, by=request.user, reason=self.body(ReasonSerializer)["reason"]))


class StudentMergeBody(StrictSerializer):
    """Two records of one student to merge."""

    kept = serializers.UUIDField(help_text=gettext_lazy("Id of the record that is kept."))
    merged = serializers.UUIDField(help_text=gettext_lazy("Id of the record that is merged into it."))
    reason = serializers.CharField(max_length=500, help_text=gettext_lazy("How you know that it is one student."))


class StudentMergeCollection(Collection):
    """Merges of two records of one student: what moved, and what was there twice. A merge is not taken back."""

    table = tables.MERGES
    filterset_class = filters.StudentMergeFilterSet
    permissions = {"GET": Permission.STUDENT_MERGE, "POST": Permission.STUDENT_MERGE}

    @extend_schema(request=StudentMergeBody)
    def create(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        values = self.body(StudentMergeBody)
        kept, merged = (self.student(values, name) for name in ("kept", "merged"))
        merge = merge_students(kept=kept, merged=merged, reason=values["reason"], by=request.user)
        return self.answer(merge, status.HTTP_201_CREATED)

    def student(self, values: dict[str, Any], name: str) -> Student:
        """Return the student of one key of the body, among those that the caller may merge."""
        rows: QuerySet[Student] = Student.objects.mergeable_by(self.request.user)
        found = rows.filter(uid=values[name]).first()
        if found is None:
            text = _("You may not use “%(value)s” here, or it does not exist.") % {"value": values[name]}
            raise serializers.ValidationError({name: [text]})
        return found
