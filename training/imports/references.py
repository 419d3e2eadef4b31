"""What an attendance file may name: courses, schools, organizations, staff, people, sessions. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from district.models import District, Organization, Staff, Student
from training.models import Course, Practitioner, TrainingSession

from .rows import TrainingRow

CHUNK = 500
"""Values looked up at a time: an older SQLite takes 999 parameters a statement."""


@dataclass
class References:
    """The records of one district that the file names, looked up once for all rows."""

    district: District
    courses: dict[str, Course] = field(default_factory=dict)
    schools: dict[str, int] = field(default_factory=dict)
    organizations: dict[str, Organization] = field(default_factory=dict)
    staff: dict[str, Staff] = field(default_factory=dict)
    people: dict[str, Practitioner] = field(default_factory=dict)
    sessions: dict[str, TrainingSession] = field(default_factory=dict)
    students: set[str] = field(default_factory=set)

    def look_up(self, rows: Sequence[TrainingRow]) -> None:
        """Find what `rows` name, and note a fault for what does not exist."""
        district = self.district
        self.courses = {one.code: one for one in Course.objects.filter(district=district)}
        self.schools = dict(district.schools.values_list("code", "pk"))
        self.organizations = {one.name: one for one in Organization.objects.filter(district=district)}
        for ids in _chunks({row.staff_id for row in rows if row.staff_id}):
            found = Staff.objects.filter(district=district, local_id__in=ids).select_related("person")
            self.staff |= {one.local_id: one for one in found}
        for ids in _chunks({row.session_id for row in rows if row.session_id}):
            sessions = TrainingSession.objects.filter(district=district, identifier__in=ids)
            self.sessions |= {one.identifier: one for one in sessions.select_related("course", "organization")}
        self._find_people(rows)
        for row in rows:
            row.who = self._who(row)
            self._check(row)

    def _who(self, row: TrainingRow) -> str:
        """What makes a row the same person: the staff id, given or known by the address, else the address."""
        staff = self.staff.get(row.staff_id or f"mail {row.email}")
        return f"staff {staff.local_id}" if staff else f"mail {row.email}"

    def _find_people(self, rows: Sequence[TrainingRow]) -> None:
        """People in training by staff id and by address; staff by address too, and whose addresses are students'."""
        standing = Practitioner.objects.standing().filter(district=self.district).select_related("person__staff")
        for one in standing.iterator(chunk_size=CHUNK):
            if one.person.email:
                self.people[f"mail {one.person.email.lower()}"] = one
            if hasattr(one.person, "staff"):
                self.people[f"staff {one.person.staff.local_id}"] = one
        addresses = {row.email for row in rows if row.email and not row.staff_id}
        for some in _chunks(addresses):
            students = Student.objects.filter(district=self.district, person__email__in=some)
            self.students |= {email.lower() for email in students.values_list("person__email", flat=True)}
            staff = Staff.objects.filter(district=self.district, person__email__in=some).select_related("person")
            self.staff |= {f"mail {one.person.email.lower()}": one for one in staff}

    def _check(self, row: TrainingRow) -> None:
        if row.course and row.course not in self.courses and not row.has_fault("course"):
            row.add_fault("course", "unknown_course", _("The district has no course with this code."))
        if row.staff_id and row.staff_id not in self.staff and not row.has_fault("staff_id"):
            row.add_fault("staff_id", "unknown_staff", _("No member of staff of the district has this id."))
        if row.email in self.students:
            # Not "a student's": whoever reads the report must not learn that.
            row.add_fault("email", "address_not_allowed", _("This address cannot be used here."))
        for code in row.schools:
            if code not in self.schools:
                row.add_fault("schools", "unknown_school", _("No school of the district has the code %s.") % code)
        for column in ("organization", "given_by"):
            name = getattr(row, column)
            if name and name not in self.organizations:
                row.add_fault(column, "unknown_organization", _("The district has no organization of this name."))
        is_new = row.email and row.who == f"mail {row.email}" and row.who not in self.people
        if is_new and not row.given_name and not row.has_fault("given_name"):
            row.add_fault("given_name", "required", _("Somebody new needs a given name."))
        self._check_session(row)

    def _check_session(self, row: TrainingRow) -> None:
        session = self.sessions.get(row.session_id)
        if session is None:
            return
        if session.status == TrainingSession.Status.CANCELLED:
            row.add_fault("session_id", "session_cancelled", _("This session was cancelled."))
        if row.course and row.course != session.course.code and not row.has_fault("course"):
            row.add_fault(
                "course", "contradicts", _("On record this session is of the course %s.") % session.course.code
            )


def _chunks(values: set[str]) -> list[list[str]]:
    ordered = sorted(values)
    return [ordered[start : start + CHUNK] for start in range(0, len(ordered), CHUNK)]
