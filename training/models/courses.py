"""What is taught: courses, and their hours, practices, prerequisites and languages from a day on."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from district.access import Permission
from district.models import District, Organization, Record, User

from .practices import Practice


class CourseQuerySet(models.QuerySet):
    """Courses."""

    def allowed(self, user: User, permission: Permission):
        """Courses in scope of a grant: those of one's organization, or all of the district."""
        grants = user.grants_with(permission)
        own = {grant.organization_id for grant in grants if grant.organization_id}
        districts = {g.district_id for g in grants if not g.organization_id and not g.school_id}
        return self.filter(Q(organization__in=own) | Q(district__in=districts))

    def visible_to(self, user: User):
        """The whole catalog of the districts where `user` sees training, their own or others'."""
        grants = user.grants_with(Permission.TRAINING_VIEW) + user.grants_with(Permission.TRAINING_VIEW_OWN)
        return self.filter(district__in={grant.district_id for grant in grants})

    def offered_on(self, day: date):
        """Courses that are still given on `day`."""
        return self.filter(Q(closed_on=None) | Q(closed_on__gt=day))


class Course(Record):
    """A course of the district's catalog: of the district itself, or offered by an organization."""

    read_permission = Permission.TRAINING_VIEW

    district = models.ForeignKey(District, models.PROTECT, related_name="courses")
    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="courses",
        help_text=_("Who offers it; none: the district."),
    )
    code = models.SlugField(_("code"), max_length=40)
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("description"), max_length=4000, blank=True)
    closed_on = models.DateField(_("no longer given from"), null=True, blank=True)

    objects = CourseQuerySet.as_manager()

    class Meta:
        ordering = ["title", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["district", "code"], name="course_code_unique_in_district"),
        ]

    def __str__(self) -> str:
        return self.title

    def version_on(self, day: date) -> CourseVersion | None:
        """Return the version that holds on `day`, the first one for an earlier day; None without any."""
        versions = list(self.versions.all())
        held = [version for version in versions if version.valid_from <= day]
        return held[-1] if held else (versions[0] if versions else None)


class CourseVersion(Record):
    """What a course is from a day on, until the next version."""

    course = models.ForeignKey(Course, models.PROTECT, related_name="versions")
    valid_from = models.DateField(_("from"))
    hours = models.DecimalField(
        _("hours"),
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(Decimal("0.25")), MaxValueValidator(Decimal(400))],
    )
    practices = models.ManyToManyField(
        Practice, blank=True, related_name="+", help_text=_("What it prepares somebody to hold.")
    )
    prerequisites = models.ManyToManyField(Course, blank=True, related_name="+", help_text=_("To be passed before."))
    languages = models.JSONField(_("languages"), default=list, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["valid_from", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["course", "valid_from"], name="course_version_unique_from"),
        ]

    def __str__(self) -> str:
        return f"{self.course_id} {self.valid_from}"

    @property
    def tier(self) -> int | None:
        """The highest tier among its practices."""
        return max((practice.tier for practice in self.practices.all()), default=None)
