"""Every cell of a district counted the plain way: all rows read, sets of students in Python, nothing kept."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from dashboards.dimensions import DIMENSIONS
from dashboards.measures import EVERY_SCHOOL, Cell
from discipline.models import Referral, Removal
from district.models import Enrollment

KINDS = {
    "oss": {"OSS"},
    "iss": {"ISS"},
    "suspension": {"OSS", "ISS"},
    "oss_multiple": {"OSS"},
    "expulsion": {"EXPULSION_WITH_SERVICES", "EXPULSION_WITHOUT_SERVICES"},
    "any_removal": None,
}


class Recount:
    """The records of some school years as they stand in the database now."""

    def __init__(self, years: dict[int, int]) -> None:
        self.years = years
        self.enrollments = list(Enrollment.objects.filter(school_year__in=years))
        self.removals = list(Removal.objects.filter(school_year__in=years, voided_at=None))
        self.referrals = list(Referral.objects.filter(school_year__in=years).exclude(status="voided"))

    def cells(self, measure: str, names: tuple[str, ...], *, at_schools: bool, snapshot: bool) -> set[Cell]:
        """Every cell with a student or an event, as `count_cells` gives it."""
        self.snapshot = snapshot
        self.here = {(e.student_id, e.school_year_id, e.school_id): e for e in self.enrollments}
        mark = "is_standing_on_count_day" if snapshot else "is_last_in_year"
        self.standing = {(e.student_id, e.school_year_id): e for e in self.enrollments if getattr(e, mark)}
        enrolled, events = defaultdict(set), defaultdict(list)
        for row in self.enrollments:
            if row.is_on_count_day or not snapshot:
                enrolled[self.key(row, names, at_schools=at_schools)].add(row.student_id)
        for row in self.events(measure, at_schools=at_schools):
            events[self.key(row, names, at_schools=at_schools)].append(row)
        return {
            Cell(*key, len(enrolled[key]), len({e.student_id for e in found}), len(found), self.days(measure, found))
            for key in enrolled | events
            for found in [events[key]]
        }

    def events(self, measure: str, *, at_schools: bool) -> list:
        if measure == "referral":
            return self.referrals
        kinds = KINDS[measure]
        rows = [row for row in self.removals if kinds is None or row.kind in kinds]
        if measure != "oss_multiple":
            return rows
        numbers = defaultdict(int)
        for row in rows:
            numbers[row.student_id, row.school_year_id, row.school_id if at_schools else 0] += 1
        return [r for r in rows if numbers[r.student_id, r.school_year_id, r.school_id if at_schools else 0] > 1]

    def key(self, row, names: tuple[str, ...], *, at_schools: bool) -> tuple:
        """Year, school and values of the student of an enrollment or event, there or in the year."""
        student, year, school = row.student_id, row.school_year_id, row.school_id
        source = self.standing[student, year]
        if at_schools:
            source = self.here.get((student, year, school), source)
        values = []
        for name in names:
            dimension = DIMENSIONS[name]
            column = dimension.count_day_column if self.snapshot else dimension.column
            values.append(dimension.stored(getattr(source, column)))
        return self.years[year], school if at_schools else EVERY_SCHOOL, tuple(values)

    @staticmethod
    def days(measure: str, rows: list) -> Decimal | None:
        if measure == "referral" or any(row.days is None for row in rows):
            return None
        return sum((row.days for row in rows), Decimal(0))
