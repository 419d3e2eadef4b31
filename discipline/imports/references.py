"""Looks up what rows name: schools, school years, students, behaviors, staff. Reads only, one chunk at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from discipline.models import Behavior
from district.calendar import SchoolCalendar
from district.models import CalendarDay, District, Enrollment, School, Staff, Student, calendar_of
from district.names import search_key

from .parsing import DisciplineRow, year_of

Span = tuple[date, date, int, str]


class References:
    """The records of one district that a discipline file may name."""

    def __init__(self, district: District) -> None:
        self.district = district
        self.schools = dict(district.schools.values_list("code", "pk"))
        self.years = dict(district.school_years.values_list("year", "pk"))
        self.behaviors: dict[str, list[Span]] = {}
        for behavior in Behavior.objects.filter(district=district):
            span = (behavior.valid_from or date.min, behavior.valid_to or date.max, behavior.pk, str(behavior.uid))
            self.behaviors.setdefault(behavior.code, []).append(span)
        self._own_days = set(
            CalendarDay.objects.filter(district=district).exclude(school=None).values_list("school", flat=True)
        )
        self._calendars: dict[int | None, SchoolCalendar] = {}
        self._staff_names: dict[str, int | None] | None = None

    def look_up(self, rows: Sequence[DisciplineRow]) -> list[DisciplineRow]:
        """Fill in the keys of what `rows` name and note faults; return the rows whose student is at another school."""
        wanted = {row.student_id for row in rows if row.student_id}
        named = Student.objects.filter(district=self.district, local_id__in=wanted)
        # The id of a record that was merged away is that of the student who was kept.
        students = dict(named.values_list("local_id", Coalesce("merged_into", "pk")))
        staff = self._staff_by_id({row.reported_by for row in rows if row.reported_by})
        for row in rows:
            self._place(row)
            self._find_behavior(row)
            if row.student_id:
                row.student_pk = students.get(row.student_id, 0)
                if not row.student_pk and not _has_fault(row, "student_id"):
                    row.add_fault("student_id", "unknown_student", _("No student of the district has this id."))
            if row.reported_by:
                row.staff_pk = staff.get(row.reported_by) or self._staff_by_name(row.reported_by)
        return self._check_enrollment(rows)

    def school_days(self, school_pk: int, begins_on: date, ends_on: date) -> Decimal:
        """School days from `begins_on` to `ends_on`, both included, by the school's calendar; half days as 0.5."""
        own = school_pk if school_pk in self._own_days else None
        if own not in self._calendars:
            school = School.objects.get(pk=own) if own else None
            self._calendars[own] = calendar_of(self.district, school)
        return self._calendars[own].school_days(begins_on, ends_on)

    def _place(self, row: DisciplineRow) -> None:
        """Find the school and the school year of the incident."""
        if row.school_id:
            row.school_pk = self.schools.get(row.school_id, 0)
            if not row.school_pk:
                row.add_fault("school_id", "unknown_school", _("No school of the district has this code."))
        if (year := year_of(row)) and not _has_fault(row, "occurred_on"):
            row.year_pk = self.years.get(year, 0)
            if not row.year_pk:
                reason = _("The school year %(year)s does not exist in the district.") % {"year": f"{year - 1}-{year}"}
                row.add_fault("occurred_on", "unknown_school_year", reason)

    def _find_behavior(self, row: DisciplineRow) -> None:
        """Find the behavior of the code of conduct that was valid on the day."""
        if not row.behavior_code or row.role != "responsible":
            return
        spans = self.behaviors.get(row.behavior_code)
        if spans is None:
            row.add_fault("behavior_code", "unknown_behavior", _("The code of conduct has no such code."))
        elif row.occurred_on:
            for first, last, row.behavior_pk, row.behavior_uid in spans:
                if first <= row.occurred_on <= last:
                    return
            row.add_fault("behavior_code", "behavior_not_valid", _("This code was not valid on the day."))

    def _check_enrollment(self, rows: Sequence[DisciplineRow]) -> list[DisciplineRow]:
        """Note students not enrolled in the district that year; return rows of students of another school."""
        placed = [row for row in rows if row.student_pk and row.year_pk]
        enrolled = set(
            Enrollment.objects.filter(
                student__in={row.student_pk for row in placed}, school_year__in={row.year_pk for row in placed}
            ).values_list("student", "school_year", "school")
        )
        in_district = {(student, year) for student, year, school in enrolled}
        elsewhere = []
        for row in placed:
            if (row.student_pk, row.year_pk) not in in_district:
                reason = _("The student is not enrolled in the district in the school year of the incident.")
                row.add_fault("student_id", "not_enrolled", reason)
            elif row.school_pk and (row.student_pk, row.year_pk, row.school_pk) not in enrolled:
                elsewhere.append(row)
        return elsewhere

    def _staff_by_id(self, texts: set[str]) -> dict[str, int]:
        return dict(Staff.objects.filter(district=self.district, local_id__in=texts).values_list("local_id", "pk"))

    def _staff_by_name(self, text: str) -> int | None:
        """Find the one member of staff of this name; nobody when two share it."""
        if self._staff_names is None:
            self._staff_names = self._load_staff_names()
        return self._staff_names.get(search_key(text))

    def _load_staff_names(self) -> dict[str, int | None]:
        names: dict[str, int | None] = {}
        people = Staff.objects.filter(district=self.district).values_list(
            "pk", "person__given_name", "person__middle_name", "person__family_name"
        )
        for pk, given, middle, family in people.iterator():
            # With and without the middle name, and as lists sort them.
            for key in {
                search_key(given, family),
                search_key(given, middle, family),
                search_key(family, given),
                search_key(family, given, middle),
            }:
                names[key] = pk if names.get(key, pk) == pk else None
        return names


def _has_fault(row: DisciplineRow, column: str) -> bool:
    return any(fault.column == column for fault in row.faults)
