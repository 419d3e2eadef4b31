"""Where: districts, their schools, school years and calendars."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Self
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from district.access import Permission
from district.calendar import SchoolCalendar, school_year_of, school_year_window

from .base import DistrictScopedQuerySet, Record
from .codes import SchoolLevel

if TYPE_CHECKING:
    from .accounts import User


class District(Record):
    """A local education agency."""

    district_lookup = "pk"
    read_permission = Permission.DISTRICT_VIEW

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200)
    state = models.CharField(_("state"), max_length=2, default="NJ")
    timezone = models.CharField(_("time zone"), max_length=64, default="America/New_York")
    sourced_id = models.CharField(
        _("roster id"), max_length=255, blank=True, help_text=_("The sourcedId of the district in its roster files.")
    )
    count_month = models.PositiveSmallIntegerField(_("month of the count day"), default=10)
    count_day = models.PositiveSmallIntegerField(_("count day"), default=1)

    objects = DistrictScopedQuerySet.as_manager()

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    def today(self) -> date:
        """Return the day it is in the district."""
        return timezone.localdate(timezone=ZoneInfo(self.timezone))

    def begun_school_years(self) -> models.QuerySet[SchoolYear]:
        """Return the school years that have begun (1 July), this or the latest one first."""
        return self.school_years.filter(year__lte=school_year_of(self.today())).order_by("-year")


class SchoolQuerySet(models.QuerySet["School"]):
    """Schools."""

    def where_allowed(self, user: User, permission: Permission) -> Self:
        """Schools in the scope of a grant of `user` that holds `permission` today."""
        grants = user.grants_with(permission)
        if not grants:
            return self.none()
        schools = {grant.school_id for grant in grants if grant.school_id}
        districts = {grant.district_id for grant in grants if not grant.school_id}
        return self.filter(Q(pk__in=schools) | Q(district__in=districts))

    def allowed(self, user: User, permission: Permission) -> Self:
        """The same, by the name that every scoped queryset has."""
        return self.where_allowed(user, permission)

    def visible_to(self, user: User) -> Self:
        """Schools that `user` may see."""
        return self.where_allowed(user, self.model.read_permission)


class School(Record):
    """A school of a district. Its code is unique in the district only and may have leading zeros."""

    read_permission = Permission.DISTRICT_VIEW

    district = models.ForeignKey(District, models.PROTECT, related_name="schools")
    code = models.CharField(_("code"), max_length=255)
    name = models.CharField(_("name"), max_length=255)
    sourced_id = models.CharField(_("roster id"), max_length=255, blank=True)
    level = models.CharField(_("level"), max_length=10, choices=SchoolLevel, default=SchoolLevel.OTHER)
    highest_grade = models.CharField(_("highest grade"), max_length=10, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    batch = models.ForeignKey("district.ImportBatch", models.PROTECT, null=True, blank=True, related_name="+")

    objects = SchoolQuerySet.as_manager()

    class Meta:
        ordering = ["district", "code"]
        constraints = [
            models.UniqueConstraint(fields=["district", "code"], name="school_code_unique_in_district"),
            models.UniqueConstraint(
                fields=["district", "sourced_id"],
                condition=~Q(sourced_id=""),
                name="school_sourced_id_unique_in_district",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SchoolYear(Record):
    """A school year of a district, named by the year in which it ends; attribution runs from 1 July to 30 June."""

    district_lookup = "district"
    read_permission = Permission.DISTRICT_VIEW

    district = models.ForeignKey(District, models.PROTECT, related_name="school_years")
    year = models.PositiveSmallIntegerField(_("school year"))
    starts_on = models.DateField(_("first day of school"))
    ends_on = models.DateField(_("last day of school"))
    sourced_id = models.CharField(_("roster id"), max_length=255, blank=True)
    programs_reported = models.BooleanField(
        _("programs reported"),
        default=False,
        help_text=_("An import brought program status for this year; without one it is unreported, not false."),
    )
    label = models.CharField(
        _("note"), max_length=200, blank=True, help_text=_("Shown beside the year, such as “modelled”.")
    )
    revision = models.PositiveIntegerField(
        default=0, editable=False, help_text=_("Raised by every write to enrollment or program status.")
    )
    groups_revision = models.PositiveIntegerField(
        null=True,
        editable=False,
        help_text=_("The revision from which referrals and removals have race and sex; empty: from none yet."),
    )
    batch = models.ForeignKey("district.ImportBatch", models.PROTECT, null=True, blank=True, related_name="+")

    objects = DistrictScopedQuerySet.as_manager()

    class Meta:
        ordering = ["district", "-year"]
        constraints = [
            models.UniqueConstraint(fields=["district", "year"], name="school_year_unique_in_district"),
        ]

    def __str__(self) -> str:
        return f"{self.year - 1}–{self.year % 100:02d}"

    @property
    def window(self) -> tuple[date, date]:
        """First and last day attributed to this year: 1 July to 30 June."""
        return school_year_window(self.year)

    def count_day(self) -> date:
        """Return the count day: the district's (1 October unless set otherwise) or the nearest school day (CRDC)."""
        month, day = self.district.count_month, self.district.count_day
        wanted = date(self.year - 1 if month >= 7 else self.year, month, day)
        return calendar_of(self.district).nearest_school_day(wanted)


class CalendarDay(Record):
    """A day that differs from the rule (Monday to Friday within the school year): of one school or of the district."""

    district_lookup = "district"
    read_permission = Permission.DISTRICT_VIEW

    class Kind(models.TextChoices):
        INSTRUCTION = "instruction", _("School day")
        CLOSURE = "closure", _("No school")
        HALF_DAY = "half_day", _("Half day")

    LENGTHS = {Kind.INSTRUCTION: Decimal(1), Kind.CLOSURE: Decimal(0), Kind.HALF_DAY: Decimal("0.5")}

    district = models.ForeignKey(District, models.PROTECT, related_name="calendar_days")
    school = models.ForeignKey(School, models.PROTECT, null=True, blank=True, related_name="calendar_days")
    day = models.DateField(_("day"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    batch = models.ForeignKey("district.ImportBatch", models.PROTECT, null=True, blank=True, related_name="+")

    objects = DistrictScopedQuerySet.as_manager()

    class Meta:
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "day"], condition=Q(school=None), name="calendar_day_unique_in_district"
            ),
            models.UniqueConstraint(fields=["school", "day"], name="calendar_day_unique_in_school"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.get_kind_display()}"

    @property
    def length(self) -> Decimal:
        """School days this day counts: 0, 0.5 or 1."""
        return self.LENGTHS[self.Kind(self.kind)]


def calendar_of(district: District, school: School | None = None) -> SchoolCalendar:
    """Return the calendar of `school`: its own days over the district's over the rule. Two queries."""
    scope = Q(school=None) | Q(school=school) if school else Q(school=None)
    days = CalendarDay.objects.filter(scope, district=district)
    ordered = sorted(days, key=lambda day: day.school_id is not None)
    terms = district.school_years.values_list("starts_on", "ends_on")
    return SchoolCalendar(terms=tuple(terms), exceptions={day.day: day.length for day in ordered})


def calendars_of(district: int) -> tuple[SchoolCalendar, dict[int, SchoolCalendar]]:
    """Return the calendar of a district, and those of its schools (by key) that have days of their own. Two queries."""
    lengths: dict[int | None, dict[date, Decimal]] = {None: {}}
    for day in CalendarDay.objects.filter(district=district):
        lengths.setdefault(day.school_id, {})[day.day] = day.length
    terms = tuple(SchoolYear.objects.filter(district=district).values_list("starts_on", "ends_on"))
    common = lengths.pop(None)
    own = {key: SchoolCalendar(terms=terms, exceptions={**common, **days}) for key, days in lengths.items() if key}
    return SchoolCalendar(terms=terms, exceptions=common), own
