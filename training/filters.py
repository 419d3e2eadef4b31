"""The filters of training's lists, for the page and the endpoint alike."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from district.filtering import (
    CodesFilter,
    DayFilter,
    DistrictFilter,
    Filter,
    IdFilter,
    SchoolFilter,
    ScopedFilter,
    SearchFilter,
    StrictFilterSet,
    TextFilter,
    YesNoFilter,
)
from district.models import District
from training.models import (
    TIERS,
    Attendance,
    Certification,
    Course,
    CourseVersion,
    Credential,
    HoldRequest,
    Language,
    Practice,
    Practitioner,
    PractitionerLanguage,
    Registration,
    TrainingSession,
)
from training.worklists import WORKLISTS


class PracticeFilter(ScopedFilter):
    """Rows of a practice, by its code."""

    def __init__(self, field_name: str, *, label: Any = None) -> None:
        super().__init__(
            field_name, "code", rows=lambda user: Practice.objects.visible_to(user), label=label or _("Practice")
        )


class CourseFilter(ScopedFilter):
    """Rows of a course, by its code."""

    def __init__(self, field_name: str) -> None:
        super().__init__(field_name, "code", rows=lambda user: Course.objects.visible_to(user), label=_("Course"))


class CredentialFilter(ScopedFilter):
    """Rows of a credential, by its code."""

    def __init__(self, field_name: str, *, label: Any = None) -> None:
        super().__init__(
            field_name, "code", rows=lambda user: Credential.objects.visible_to(user), label=label or _("Credential")
        )


TIER_CHOICES = [(str(tier), words) for tier, words in TIERS]


class PracticeFilterSet(StrictFilterSet):
    """Practices."""

    orders = {"name": "name", "tier": "tier", "code": "code"}
    default_order = ("tier", "name")

    district = DistrictFilter()
    tier = CodesFilter("tier", choices=TIER_CHOICES)
    is_active = YesNoFilter("is_active", label=_("In use"))
    search = SearchFilter(holds=("name",), starts=("code",))


class CourseFilterSet(StrictFilterSet):
    """Courses. `tier`: the highest tier of what the latest version prepares for."""

    orders = {"title": "title", "code": "code"}
    default_order = ("title",)

    district = DistrictFilter()
    organization = IdFilter("organization__uid", label=_("Organization"))
    code = TextFilter("code")
    practice = PracticeFilter("practices")
    language = CodesFilter("languages", choices=Language.choices, label=_("Language"))
    offered_on = DayFilter("closed_on", label=_("Offered on"))
    search = SearchFilter(starts=("code",), holds=("title",))

    def filtered_by(self, name: str, one: Filter, value: Any, queryset: Any) -> QuerySet:
        if name == "offered_on" and value:
            return queryset.offered_on(value)
        if name == "practice" and (keys := self.keys(name)) is not None:
            versions = CourseVersion.objects.filter(practices__in=keys)
            return queryset.filter(pk__in=versions.values("course"))
        if name == "language" and value:
            # A list in one column: each code stands in it between quotation marks, in either database.
            spoken = Q(pk__in=[])
            for code in value:
                spoken |= Q(languages__icontains=f'"{code}"')
            return queryset.filter(pk__in=CourseVersion.objects.filter(spoken).values("course"))
        return super().filtered_by(name, one, value, queryset)


class CredentialFilterSet(StrictFilterSet):
    """Credentials."""

    orders = {"rank": "rank", "name": "name", "code": "code"}
    default_order = ("rank", "name")

    district = DistrictFilter()
    practice = PracticeFilter("practices")
    is_license = YesNoFilter("is_license", label=_("Trainer's license"))
    search = SearchFilter(starts=("code",), holds=("name",))

    def filtered_by(self, name: str, one: Filter, value: Any, queryset: Any) -> QuerySet:
        if name == "practice" and (keys := self.keys(name)) is not None:
            through = Credential.practices.through.objects.filter(practice__in=keys)
            return queryset.filter(pk__in=through.values("credential"))
        return super().filtered_by(name, one, value, queryset)


def valid_today(rows: Any) -> Q:
    """The condition that a certification is valid today in its district."""
    condition = Q(pk__in=[])
    for district in District.objects.filter(pk__in=rows.order_by().values("district")):
        valid = Certification.objects.filter(district=district).valid_on(district.today())
        condition |= Q(pk__in=valid.order_by().values("pk"))
    return condition


class PractitionerFilterSet(StrictFilterSet):
    """People in training. `credential` and `practice`: certified for it today; `worklist`: what waits."""

    orders = {
        "family_name": "person__family_name",
        "given_name": "person__given_name",
        "capacity": "capacity",
        "organization": "person__organization__name",
    }
    default_order = ("family_name", "given_name")

    district = DistrictFilter()
    worklist = CodesFilter(
        "pk", choices=[(name, words) for name, (words, _list) in WORKLISTS.items()], label=_("What waits")
    )
    school = SchoolFilter("schools")
    capacity = CodesFilter("capacity", choices=Practitioner.Capacity.choices, label=_("Role"))
    language = CodesFilter("languages__language", choices=Language.choices, label=_("Language"))
    credential = CredentialFilter("certifications__credential", label=_("Certified as"))
    practice = PracticeFilter("practices", label=_("Certified for"))
    organization = IdFilter("person__organization__uid", label=_("Organization"))
    session = IdFilter("registrations__session__uid", label=_("Session"))
    search = SearchFilter(names="person__search_name", starts=("person__email",))

    def filtered_by(self, name: str, one: Filter, value: Any, queryset: Any) -> QuerySet:
        keys = self.keys(name)
        if name == "school" and keys is not None:
            serving = Practitioner.schools.through.objects.filter(school__in=keys)
            return queryset.filter(pk__in=serving.values("practitioner"))
        if name in ("credential", "practice") and keys is not None:
            held = Certification.objects.filter(practitioner__in=queryset.order_by().values("pk"))
            if name == "credential":
                held = held.filter(credential__in=keys)
            else:
                through = Credential.practices.through.objects.filter(practice__in=keys)
                held = held.filter(credential__in=through.values("credential"))
            return queryset.filter(pk__in=held.filter(valid_today(held)).order_by().values("practitioner"))
        if not value:
            return super().filtered_by(name, one, value, queryset)
        if name == "worklist":
            return queryset.filter(pk__in=set().union(*(WORKLISTS[each][1](queryset) for each in value)))
        if name == "language":
            rows = PractitionerLanguage.objects.filter(language__in=value)
            return queryset.filter(pk__in=rows.values("practitioner"))
        if name == "session":
            rows = Registration.objects.visible_to(self.user).filter(session__uid=value)
            return queryset.filter(pk__in=rows.order_by().values("practitioner"))
        return super().filtered_by(name, one, value, queryset)


class TrainingSessionFilterSet(StrictFilterSet):
    """Sessions."""

    orders = {
        "begins_on": "begins_on",
        "session_id": "identifier",
        "course": "course__title",
        "status": "status",
        "capacity": "capacity",
    }
    default_order = ("-begins_on",)

    district = DistrictFilter()
    course = CourseFilter("course")
    status = CodesFilter("status", choices=TrainingSession.Status.choices)
    language = CodesFilter("language", choices=Language.choices)
    school = SchoolFilter()
    organization = IdFilter("organization__uid", label=_("Organization"))
    is_open = YesNoFilter("is_open", label=_("Open to everybody"))
    begins_from = DayFilter("begins_on", lookup_expr="gte", label=_("From"))
    begins_to = DayFilter("begins_on", lookup_expr="lte", label=_("To"))
    search = SearchFilter(starts=("identifier",), holds=("course__title", "place"))


class RegistrationFilterSet(StrictFilterSet):
    """Registrations: the roster of a session as a list."""

    orders = {
        "family_name": "practitioner__person__family_name",
        "given_name": "practitioner__person__given_name",
        "begins_on": "session__begins_on",
        "status": "status",
    }
    default_order = ("-begins_on", "family_name", "given_name")

    district = DistrictFilter("session__district")
    session = IdFilter("session__uid", label=_("Session"))
    person = IdFilter("practitioner__uid", label=_("Person"))
    status = CodesFilter("status", choices=Registration.Status.choices)
    way = CodesFilter("way", choices=Registration.Way.choices, label=_("How"))
    allotment = IdFilter("allotment__uid", label=_("Seats of a memorandum"))
    search = SearchFilter(names="practitioner__person__search_name", starts=("session__identifier",))


class AttendanceFilterSet(StrictFilterSet):
    """Who was there on which day, for how many hours."""

    orders = {
        "day": "session_day__day",
        "family_name": "registration__practitioner__person__family_name",
        "given_name": "registration__practitioner__person__given_name",
        "hours": "hours",
    }
    default_order = ("-day", "family_name", "given_name")

    district = DistrictFilter("registration__session__district")
    session = IdFilter("registration__session__uid", label=_("Session"))
    person = IdFilter("registration__practitioner__uid", label=_("Person"))
    day = DayFilter("session_day__day", label=_("Day"))
    from_day = DayFilter("session_day__day", lookup_expr="gte", label=_("From"))
    to_day = DayFilter("session_day__day", lookup_expr="lte", label=_("Until"))
    confirmed = YesNoFilter("confirmed_at", is_set=True, label=_("Confirmed"))
    way = CodesFilter("way", choices=Attendance.Way.choices, label=_("How"))
    search = SearchFilter(
        names="registration__practitioner__person__search_name", starts=("registration__session__identifier",)
    )


class CertificationFilterSet(StrictFilterSet):
    """Certifications. `valid_on`: valid on that day, first and last day included."""

    orders = {
        "awarded_on": "awarded_on",
        "expires_on": "expires_on",
        "status": "status",
        "credential": "credential__rank",
        "family_name": "practitioner__person__family_name",
    }
    default_order = ("-awarded_on",)

    district = DistrictFilter()
    credential = CredentialFilter("credential")
    status = CodesFilter("status", choices=Certification.Status.choices)
    basis = CodesFilter("basis", choices=Certification.Basis.choices, label=_("Basis"))
    valid_on = DayFilter("expires_on", label=_("Valid on"))
    expires_from = DayFilter("expires_on", lookup_expr="gte", label=_("Ends from"))
    expires_to = DayFilter("expires_on", lookup_expr="lte", label=_("Ends until"))
    practice = PracticeFilter("credential__practices", label=_("For practice"))
    school = SchoolFilter("practitioner__schools")
    organization = IdFilter("organization__uid", label=_("Organization"))
    person = IdFilter("practitioner__uid", label=_("Person"))
    number = TextFilter("number", label=_("Number"))
    search = SearchFilter(names="practitioner__person__search_name", starts=("number",))

    def filtered_by(self, name: str, one: Filter, value: Any, queryset: Any) -> QuerySet:
        keys = self.keys(name)
        if name == "school" and keys is not None:
            serving = Practitioner.schools.through.objects.filter(school__in=keys)
            return queryset.filter(practitioner__in=serving.values("practitioner"))
        if name == "valid_on" and value:
            return queryset.valid_on(value)
        if name == "practice" and keys is not None:
            through = Credential.practices.through.objects.filter(practice__in=keys)
            return queryset.filter(credential__in=through.values("credential"))
        return super().filtered_by(name, one, value, queryset)


class HoldRequestFilterSet(StrictFilterSet):
    """Questions to hold a circle."""

    orders = {"day": "day", "status": "status", "school": "school__code"}
    default_order = ("-day",)

    district = DistrictFilter("school__district")
    school = SchoolFilter()
    status = CodesFilter("status", choices=HoldRequest.Status.choices)
    practice = PracticeFilter("practice")
    day_from = DayFilter("day", lookup_expr="gte", label=_("From"))
    day_to = DayFilter("day", lookup_expr="lte", label=_("To"))
    search = SearchFilter(names="practitioner__person__search_name")


class PeerTrainingFilterSet(StrictFilterSet):
    """Student peers."""

    orders = {"completed_on": "completed_on", "family_name": "student__person__family_name"}
    default_order = ("-completed_on",)

    district = DistrictFilter("school__district")
    school = SchoolFilter()
    course = CourseFilter("course")
    voided = YesNoFilter("voided_at", is_set=True, label=_("Voided"))
    completed_from = DayFilter("completed_on", lookup_expr="gte", label=_("From"))
    search = SearchFilter(names="student__person__search_name", starts=("student__local_id",))
