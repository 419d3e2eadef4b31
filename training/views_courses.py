"""Courses: what is taught, and from which day on it is what it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.access import Permission
from district.models import District, Organization
from district.page_parts import Cell, Fact, Heading, Section, Status, day_words
from district.pages import ListPage, RecordPage
from district.verb_pages import RecordVerbPage, VerbPage
from training import tables
from training.actions import courses as verbs
from training.filters import CourseFilterSet
from training.forms_catalog import CourseChangeForm, CourseVersionForm, NewCourseForm
from training.models import Course, Language
from training.views import SEEN
from training.wording import hours_words

EDITING = (Permission.TRAINING_EDIT, Permission.CREDENTIAL_EDIT)
LANGUAGES = dict(Language.choices)


def editable_courses(user: Any) -> models.QuerySet:
    """Courses that the reader keeps: their organization's, or for district leadership all of the district."""
    own, all_of_district = (Course.objects.allowed(user, permission).order_by().values("pk") for permission in EDITING)
    rows = Course.objects.filter(Q(pk__in=own) | Q(pk__in=all_of_district))
    return rows.select_related("district", "organization")


class CourseList(ListPage):
    """The catalog of courses."""

    needs = SEEN
    table = tables.COURSES
    filterset_class = CourseFilterSet
    title = gettext_lazy("Courses")
    question = gettext_lazy("What can be learned, and for what?")
    empty_title = gettext_lazy("No courses yet")
    empty_text = gettext_lazy("A new district begins with the default catalog; its own courses come beside it.")
    first_chips = ("practice", "language")
    headings = (
        Heading(gettext_lazy("Course"), "title"),
        Heading(gettext_lazy("Hours"), is_number=True),
        Heading(gettext_lazy("Tier")),
        Heading(gettext_lazy("To be passed before")),
        Heading(gettext_lazy("Offered by")),
        Heading(gettext_lazy("Status")),
    )

    def links(self) -> tuple[tuple[str, Any], ...]:
        links: tuple[tuple[str, Any], ...] = ((reverse("practice_list"), _("Practices")),)
        if any(self.request.user.holds(permission) for permission in EDITING):
            links = ((reverse("course_create"), _("Add a course")), *links)
        return links

    def with_related(self, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.select_related("district", "organization").prefetch_related(
            "versions__practices", "versions__prerequisites"
        )

    def rows(self, records: Sequence[Any]) -> Iterable[list[Cell]]:
        for one in records:
            today = one.district.today()
            version = one.version_on(today)
            closed = one.closed_on is not None and one.closed_on <= today
            yield [
                Cell(one.title, reverse("course_detail", args=[one.uid]), one.code),
                Cell(tables.hours_text(version.hours) if version else ""),
                Cell(str(version.tier or "") if version else ""),
                Cell(", ".join(str(course) for course in version.prerequisites.all()) if version else ""),
                Cell(one.organization.name if one.organization else one.district.name),
                Cell(status=Status(_("No longer given"), "waived") if closed else Status(_("Given"), "done")),
            ]


class CourseRecord(RecordPage):
    """One course and its versions."""

    needs = SEEN
    table = tables.COURSES

    def queryset(self) -> models.QuerySet:
        rows = super().queryset().select_related("district", "organization")
        return rows.prefetch_related("versions__practices", "versions__prerequisites")

    def describe(self, record: Course) -> dict[str, Any]:
        version = record.version_on(record.district.today())
        may_edit = editable_courses(self.request.user).filter(pk=record.pk).exists()
        known = (("course_edit", _("Change")), ("course_version", _("New version")))
        return {
            "title": record.title,
            "list_url": reverse("course_list"),
            "list_words": _("Courses"),
            "crumb": record.code,
            "lead": record.description,
            "actions": [(reverse(name, args=[record.uid]), words) for name, words in known] if may_edit else (),
            "facts": [
                Fact(_("Hours"), hours_words(version.hours) if version else _("not given")),
                Fact(_("Prepares for"), ", ".join(str(one) for one in version.practices.all()) if version else ""),
                Fact(_("Offered by"), str(record.organization or record.district)),
                Fact(_("No longer given from"), day_words(record.closed_on) or _("no end set")),
            ],
            "sections": [self._versions(record)],
        }

    def _versions(self, record: Course) -> Section:
        rows = [
            [
                Cell(day_words(one.valid_from)),
                Cell(hours_words(one.hours)),
                Cell(", ".join(str(practice) for practice in one.practices.all()) or _("none")),
                Cell(", ".join(str(course) for course in one.prerequisites.all()) or _("none")),
                Cell(", ".join(str(LANGUAGES.get(code, code)) for code in one.languages) or _("not given")),
            ]
            for one in reversed(record.versions.all())
        ]
        headings = (
            Heading(_("From"), is_day=True),
            Heading(_("Hours")),
            Heading(_("Practices")),
            Heading(_("To be passed before")),
            Heading(_("Languages")),
        )
        return Section(_("Versions"), headings, rows, _("None yet."))


class CourseCreate(VerbPage):
    """Add a course: to one's organization, or as district leadership to the district."""

    needs = EDITING
    form_class = NewCourseForm
    title = gettext_lazy("Add a course")
    submit_words = gettext_lazy("Add the course")
    done_words = gettext_lazy("The course is added.")

    def owner(self) -> tuple[District, Organization | None]:
        """For whom the reader adds it: their organization, or their district."""
        user = self.request.user
        organization = Organization.objects.all().allowed(user, Permission.TRAINING_EDIT).first()
        if organization is not None:
            return organization.district, organization
        grants = user.grants_with(Permission.CREDENTIAL_EDIT)
        return District.objects.filter(pk__in={grant.district_id for grant in grants}).order_by("code")[0], None

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user, "district": self.owner()[0]}

    def act(self, values: dict[str, Any]) -> str:
        district, organization = self.owner()
        course = verbs.create_course(district=district, organization=organization, by=self.request.user, **values)
        return reverse("course_detail", args=[course.uid])


class CoursePage(RecordVerbPage):
    """A verb about a course that the reader keeps."""

    needs = EDITING

    def queryset(self) -> models.QuerySet:
        return editable_courses(self.request.user)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user, "district": self.record.district}

    def go_on(self) -> str:
        """The page of the course."""
        return reverse("course_detail", args=[self.record.uid])


class CourseEdit(CoursePage):
    """Change title, description, or the day from which it is no longer given."""

    form_class = CourseChangeForm
    title = gettext_lazy("Change the course")
    about = gettext_lazy("Hours, practices and prerequisites change with a new version.")
    submit_words = gettext_lazy("Save")
    done_words = gettext_lazy("Saved.")

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.record, name) for name in verbs.COURSE_FIELDS}

    def act(self, values: dict[str, Any]) -> str:
        verbs.change_course(course=self.record, by=self.request.user, **values)
        return self.go_on()


class CourseVersionPage(CoursePage):
    """Say what the course is from a day on."""

    form_class = CourseVersionForm
    title = gettext_lazy("New version of the course")
    about = gettext_lazy("Sessions before that day keep what held then.")
    submit_words = gettext_lazy("Publish the version")
    done_words = gettext_lazy("The version is published.")

    def get_initial(self) -> dict[str, Any]:
        latest = self.record.versions.last()
        if latest is None:
            return {}
        return {
            "hours": tables.hours_text(latest.hours),
            "practices": [one.uid for one in latest.practices.all()],
            "prerequisites": [one.uid for one in latest.prerequisites.all()],
            "languages": latest.languages,
        }

    def act(self, values: dict[str, Any]) -> str:
        values["valid_from"] = values["valid_from"] or self.record.district.today()
        verbs.publish_course_version(course=self.record, by=self.request.user, **values)
        return self.go_on()
