"""The filters of the ground floor's lists, for the page and the endpoint alike."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from district.access import ROLES, Permission, Role
from district.filtering import (
    CodesFilter,
    DayFilter,
    DistrictFilter,
    Filter,
    FlagFilter,
    IdFilter,
    SchoolFilter,
    SchoolYearFilter,
    SearchFilter,
    StrictFilterSet,
    TextFilter,
    YesNoFilter,
)
from district.languages import LANGUAGES, tag_of
from district.models import (
    AuditEvent,
    Enrollment,
    Grade,
    Guardian,
    ImportBatch,
    Race,
    School,
    SchoolLevel,
    Sex,
    StaffAssignment,
    StudentNote,
)

DEMOGRAPHICS = Permission.DEMOGRAPHICS_VIEW


class DistrictFilterSet(StrictFilterSet):
    """Districts."""

    orders = {"code": "code", "name": "name"}
    default_order = ("code",)

    code = TextFilter("code")
    search = SearchFilter(starts=("code",), holds=("name",))


class SchoolFilterSet(StrictFilterSet):
    """Schools."""

    orders = {"code": "code", "name": "name", "level": "level"}
    default_order = ("code",)

    district = DistrictFilter()
    code = TextFilter("code")
    level = CodesFilter("level", choices=SchoolLevel.choices)
    search = SearchFilter(starts=("code",), holds=("name",))


class SchoolYearFilterSet(StrictFilterSet):
    """School years."""

    orders = {"school_year": "year", "starts_on": "starts_on"}
    default_order = ("-school_year",)

    district = DistrictFilter()
    school_year = SchoolYearFilter("pk")
    search = SearchFilter(holds=("label",))


class StudentFilterSet(StrictFilterSet):
    """Students. `school` and `school_year` mean one enrollment: in that school, in that year."""

    orders = {
        "family_name": "person__family_name",
        "given_name": "person__given_name",
        "local_id": "local_id",
        "grade": "grade",
    }
    default_order = ("family_name", "given_name")

    district = DistrictFilter()
    school = SchoolFilter()
    school_year = SchoolYearFilter()
    grade = CodesFilter("grade", choices=Grade.choices)
    race = CodesFilter("race", choices=Race.choices, needs=DEMOGRAPHICS)
    sex = CodesFilter("sex", choices=Sex.choices, needs=DEMOGRAPHICS)
    local_id = TextFilter("local_id")
    search = SearchFilter(names="person__search_name", starts=("local_id",))

    def filtered_by(self, name: str, one: Filter, value: Any, queryset: QuerySet) -> QuerySet:
        if name not in ("school", "school_year"):
            return super().filtered_by(name, one, value, queryset)
        # Both speak of the same enrollment, so the first of the two filters for both.
        asked = {key: self.keys(key) for key in ("school", "school_year") if self.keys(key) is not None}
        if name != next(iter(asked), None):
            return queryset
        conditions = {f"{key}__in": keys for key, keys in asked.items()}
        enrollments = Enrollment.objects.visible_to(self.user).filter(**conditions)
        return queryset.filter(pk__in=enrollments.values("student"))


class EnrollmentFilterSet(StrictFilterSet):
    """Enrollments."""

    orders = {"school_year": "school_year__year", "begins_on": "begins_on", "grade": "grade", "school": "school__code"}
    default_order = ("-school_year",)

    district = DistrictFilter("school__district")
    school = SchoolFilter()
    school_year = SchoolYearFilter()
    student = IdFilter("student__uid", label=_("Student"))
    grade = CodesFilter("grade", choices=Grade.choices)
    race = CodesFilter("race", choices=Race.choices, needs=DEMOGRAPHICS)
    sex = CodesFilter("sex", choices=Sex.choices, needs=DEMOGRAPHICS)
    idea = FlagFilter("idea", needs=DEMOGRAPHICS)
    section504 = FlagFilter("section504", needs=DEMOGRAPHICS)
    english_learner = FlagFilter("english_learner", needs=DEMOGRAPHICS)
    economically_disadvantaged = FlagFilter("economically_disadvantaged", needs=DEMOGRAPHICS)
    homeless = FlagFilter("homeless", needs=DEMOGRAPHICS)
    foster_care = FlagFilter("foster_care", needs=DEMOGRAPHICS)
    search = SearchFilter(names="student__person__search_name", starts=("student__local_id",))


class LanguageTagField(forms.CharField):
    """A language by its tag (BCP 47); a page offers those that are listed."""

    def __init__(self, **options: Any) -> None:
        choices = [("", _("All")), *((tag, _(name)) for tag, (name, _own) in LANGUAGES.items())]
        super().__init__(max_length=20, widget=forms.Select(choices=choices), **options)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        tag = tag_of(text) if text else ""
        if tag is None:
            raise forms.ValidationError(_("Enter a language tag, such as es or zh-Hant."))
        return tag


class LanguageFilter(Filter):
    """Rows with a language, first or after others."""

    field_class = LanguageTagField

    def filter(self, queryset: Any, value: str) -> QuerySet:
        return queryset.speaking(value) if value else queryset


class GuardianFilterSet(StrictFilterSet):
    """Guardians."""

    orders = {
        "family_name": "person__family_name",
        "given_name": "person__given_name",
        "contact_order": "contact_order",
        "begins_on": "begins_on",
    }
    default_order = ("family_name", "given_name")

    district = DistrictFilter("student__district")
    student = IdFilter("student__uid", label=_("Student"))
    relationship = CodesFilter("relationship", choices=Guardian.Relationship.choices)
    language = LanguageFilter("languages", label=_("Language"))
    needs_interpreter = YesNoFilter("needs_interpreter", label=_("Needs an interpreter"))
    may_be_told = YesNoFilter("may_be_told", label=_("May be told"))
    valid_on = DayFilter("begins_on", label=_("Guardian on"))
    voided = YesNoFilter("voided_at", is_set=True, label=_("Voided"))
    search = SearchFilter(names="person__search_name")

    def filtered_by(self, name: str, one: Filter, value: Any, queryset: Any) -> QuerySet:
        if name == "valid_on":
            return queryset.valid_on(value) if value else queryset
        return super().filtered_by(name, one, value, queryset)


class StudentNoteFilterSet(StrictFilterSet):
    """Notes about students."""

    orders = {"noted_on": "noted_on", "kind": "kind", "school": "school__code"}
    default_order = ("-noted_on",)

    district = DistrictFilter("school__district")
    school = SchoolFilter()
    school_year = SchoolYearFilter()
    student = IdFilter("student__uid", label=_("Student"))
    kind = CodesFilter("kind", choices=StudentNote.Kind.choices)
    author = TextFilter("author__email", label=_("Written by"))
    voided = YesNoFilter("voided_at", is_set=True, label=_("Voided"))
    noted_from = DayFilter("noted_on", lookup_expr="gte", label=_("From"))
    noted_to = DayFilter("noted_on", lookup_expr="lte", label=_("To"))
    search = SearchFilter(names="student__person__search_name", starts=("student__local_id",))


class StudentMergeFilterSet(StrictFilterSet):
    """Merges of students."""

    orders = {"merged_at": "at"}
    default_order = ("-merged_at",)

    district = DistrictFilter()
    student = IdFilter("kept__uid", label=_("Student"))
    search = SearchFilter(names="kept__person__search_name", starts=("merged__local_id",))


class StaffFilterSet(StrictFilterSet):
    """Staff."""

    orders = {
        "family_name": "person__family_name",
        "given_name": "person__given_name",
        "local_id": "local_id",
        "title": "title",
    }
    default_order = ("family_name", "given_name")

    district = DistrictFilter()
    school = SchoolFilter()
    local_id = TextFilter("local_id")
    search = SearchFilter(names="person__search_name", starts=("local_id",))

    def filtered_by(self, name: str, one: Filter, value: Any, queryset: QuerySet) -> QuerySet:
        keys = self.keys(name)
        if name != "school" or keys is None:
            return super().filtered_by(name, one, value, queryset)
        allowed = School.objects.where_allowed(self.user, Permission.STAFF_VIEW).filter(pk__in=keys)
        staff = StaffAssignment.objects.filter(school__in=allowed.values("pk"))
        return queryset.filter(pk__in=staff.values("staff"))


class OrganizationFilterSet(StrictFilterSet):
    """Organizations."""

    orders = {"name": "name"}
    default_order = ("name",)

    district = DistrictFilter()
    name = TextFilter("name")
    search = SearchFilter(holds=("name", "email"))


class MemorandumFilterSet(StrictFilterSet):
    """Memoranda of understanding. `school`: those that name the school, and those that cover the whole district."""

    orders = {"begins_on": "begins_on", "ends_on": "ends_on", "signed_on": "signed_on", "title": "title"}
    default_order = ("-begins_on",)

    district = DistrictFilter()
    organization = IdFilter("organization__uid", label=_("Organization"))
    school = SchoolFilter("schools")
    in_force_on = DayFilter("begins_on", label=_("In force on"))
    search = SearchFilter(holds=("title",))

    def filtered_by(self, name: str, one: Filter, value: Any, queryset: QuerySet) -> QuerySet:
        if name == "in_force_on" and value:
            return queryset.filter(Q(ends_on=None) | Q(ends_on__gte=value), begins_on__lte=value)
        keys = self.keys(name)
        if name != "school" or keys is None:
            return super().filtered_by(name, one, value, queryset)
        through = queryset.model.schools.through.objects
        naming = through.filter(school__in=keys).values("memorandum")
        whole = School.objects.filter(pk__in=keys).values("district")
        without = ~Q(pk__in=through.values("memorandum"))
        return queryset.filter(Q(pk__in=naming) | Q(without, district__in=whole))


class GrantFilterSet(StrictFilterSet):
    """Who holds which role."""

    orders = {"user": "user__email", "role": "role", "begins_on": "begins_on", "ends_on": "ends_on"}
    default_order = ("user",)

    district = DistrictFilter()
    school = SchoolFilter()
    role = CodesFilter("role", choices=[(role.value, _(ROLES[role].title)) for role in Role])
    holds_on = DayFilter("begins_on", label=_("Holds on"))
    search = SearchFilter(starts=("user__email",), holds=("user__name", "organization__name"))

    def filtered_by(self, name: str, one: Filter, value: Any, queryset: Any) -> QuerySet:
        if name == "holds_on":
            return queryset.holding_on(value) if value else queryset
        return super().filtered_by(name, one, value, queryset)


class SavedViewFilterSet(StrictFilterSet):
    """One's own saved views."""

    orders = {"name": "name", "list": "list_name"}
    default_order = ("list", "name")

    is_default = YesNoFilter("is_default", label=_("Opens first"))
    search = SearchFilter(holds=("name",))


class ImportFilterSet(StrictFilterSet):
    """Imports."""

    orders = {"imported_at": "created_at", "kind": "kind", "read": "read"}
    default_order = ("-imported_at",)

    district = DistrictFilter()
    kind = CodesFilter("kind", choices=ImportBatch.Kind.choices)
    search = SearchFilter(holds=("file_name",))


class AuditEventFilterSet(StrictFilterSet):
    """Audit events."""

    # Events are only ever added, so their keys are in the order of time, and need no sorting.
    orders = {"at": "pk", "actor": "actor", "action": "action"}
    default_order = ("-at",)

    district = DistrictFilter("district_id")
    school = SchoolFilter("school_id")
    action = CodesFilter("action", choices=AuditEvent.Action.choices)
    actor = TextFilter("actor", label=_("Who"))
    object_type = TextFilter("object_type")
    object = IdFilter("object_uid", label=_("Record"))
    from_day = DayFilter("at", lookup_expr="date__gte", label=_("From"))
    to_day = DayFilter("at", lookup_expr="date__lte", label=_("To"))
    search = SearchFilter(starts=("actor", "object_type"))


__all__ = [
    "AuditEventFilterSet",
    "DistrictFilterSet",
    "EnrollmentFilterSet",
    "GrantFilterSet",
    "GuardianFilterSet",
    "ImportFilterSet",
    "MemorandumFilterSet",
    "OrganizationFilterSet",
    "SavedViewFilterSet",
    "SchoolFilterSet",
    "SchoolYearFilterSet",
    "StaffFilterSet",
    "StrictFilterSet",
    "StudentFilterSet",
    "StudentMergeFilterSet",
    "StudentNoteFilterSet",
]
