"""The ground floor's part in merging two records of one student: enrollments, programs, guardians, notes, and names.

Every floor that keeps records of students has such a part: it says what would move and what is there twice, and then
does it. `dashboards.merging` asks them all, in one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import models

from district import audit, languages
from district.audit import Action
from district.models import Enrollment, Guardian, ProgramStatus, Race, Sex, Student, StudentNote, User

Rows = dict[str, list[Any]]
"""Kind of record (the model's name in lower case) → rows."""

MERGED = "Merged: the same student, on record twice"
"""Reason that a double carries; kept in English, because it is part of the record."""
STUDENT_GAPS = ("birth_date", "race", "sex")
PERSON_GAPS = ("phone", "sourced_id")
"""What the kept record takes over where it has nothing. Names stay as they are: a roster speaks of one record only."""
NOTHING = (None, "", "UNREPORTED")


@dataclass(frozen=True)
class MergePlan:
    """What a merge would do: records that move to the student who is kept, and doubles.

    A double is what that student has already. It is joined to the record that is there, or voided and stays behind.
    """

    moved: Rows = field(default_factory=dict)
    doubles: Rows = field(default_factory=dict)

    def add(self, kept: Iterable[Any], merged: Iterable[Any], key_of: Callable[[Any], Any] | None = None) -> None:
        """Sort the rows of `merged` into moved ones and doubles, by whether `kept` holds a row with the same key."""
        present = {key_of(row) for row in kept} if key_of else set()
        for row in merged:
            is_double = key_of is not None and key_of(row) in present
            (self.doubles if is_double else self.moved).setdefault(row._meta.model_name, []).append(row)


@dataclass(frozen=True)
class Merging:
    """Two records of one student, which of them is kept, and who says so."""

    kept: Student
    merged: Student
    by: User | None
    at: datetime


def plan(kept: Student, merged: Student) -> MergePlan:
    """Say what moves and what is there twice. Reads only."""
    found = MergePlan()
    found.add(_enrollments(kept), _enrollments(merged), _place)
    found.add(_programs(kept), _programs(merged), _program)
    found.add(_guardians(kept), _guardians(merged), lambda row: row.person.search_name)
    found.add(_notes(kept), _notes(merged), lambda row: (row.school_id, row.noted_on, row.kind, row.text))
    return found


def move(merging: Merging, planned: MergePlan) -> None:
    """Do what `plan` said, in the transaction of the caller."""
    kept = merging.kept
    _agree_on_groups(merging)
    for model in (Enrollment, ProgramStatus, Guardian, StudentNote):
        reassign(planned, model, kept, merging.at)
    places = {_place(row): row for row in _enrollments(kept)}
    for row in planned.doubles.get("enrollment", ()):
        _join_enrollments(merging, places[_place(row)], row)
    programs = {_program(row): row for row in _programs(kept)}
    for row in planned.doubles.get("programstatus", ()):
        _join_programs(merging, programs[_program(row)], row)
    for name in ("guardian", "studentnote"):
        for row in planned.doubles.get(name, ()):
            _void(merging, row)
    _fill_gaps(merging)


def reassign(planned: MergePlan, model: type[Any], kept: Student, at: datetime) -> None:
    """Give the rows of `model` that move to the student who is kept."""
    keys = [row.pk for row in planned.moved.get(model._meta.model_name, ())]
    model._default_manager.filter(pk__in=keys).update(student=kept, updated_at=at)


def gaps(kept: Student, merged: Student) -> dict[str, Any]:
    """What the kept record lacks and the other has: field of the student or the person → value. Reads only."""
    found: dict[str, Any] = {}
    for record, other, names in (
        (kept, merged, STUDENT_GAPS),
        (kept.person, merged.person, PERSON_GAPS),
    ):
        for name in names:
            if getattr(record, name) in NOTHING and getattr(other, name) not in NOTHING:
                found[name] = getattr(other, name)
    together = list(dict.fromkeys([*kept.home_languages, *merged.home_languages]))[: languages.MOST]
    if together != kept.home_languages:
        found["home_languages"] = together
    return found


def _enrollments(student: Student) -> models.QuerySet:
    return Enrollment.objects.filter(student=student).select_related("school", "school_year").order_by("pk")


def _programs(student: Student) -> models.QuerySet:
    return ProgramStatus.objects.filter(student=student).select_related("school_year").order_by("pk")


def _guardians(student: Student) -> models.QuerySet:
    return Guardian.objects.filter(student=student).standing().select_related("person").order_by("pk")


def _notes(student: Student) -> models.QuerySet:
    return StudentNote.objects.filter(student=student).order_by("pk")


def _place(row: Any) -> tuple[int, int]:
    return row.school_year_id, row.school_id


def _program(row: Any) -> tuple[int, date | None]:
    return row.school_year_id, row.begins_on


def _agree_on_groups(merging: Merging) -> None:
    """Give both students' enrollments of a year one race and one sex: those of the record that is kept, if it has any.

    Figures count one value per student, dimension and year.
    """
    for name, unreported in (("race", Race.UNREPORTED), ("sex", Sex.UNREPORTED)):
        for one, other in ((merging.kept, merging.merged), (merging.merged, merging.kept)):
            values = dict(
                Enrollment.objects.filter(student=one).exclude(**{name: unreported}).values_list("school_year", name)
            )
            for year, value in values.items():
                rows = Enrollment.objects.filter(student=other, school_year=year).exclude(**{name: value})
                rows.update(**{name: value}, updated_at=merging.at)


def _join_enrollments(merging: Merging, stays: Enrollment, double: Enrollment) -> None:
    """Make one enrollment of two in one school and year: from the earlier first day to the later last day."""
    values = {
        "begins_on": _earlier(stays.begins_on, double.begins_on),
        "ends_on": _later(stays.ends_on, double.ends_on),
        "grade": stays.grade if stays.grade != "UNREPORTED" else double.grade,
    }
    _join(merging, stays, double, values, school=stays.school_id)


def _join_programs(merging: Merging, stays: ProgramStatus, double: ProgramStatus) -> None:
    """Make one program status of two that begin on one day: served where either says so, to the later last day."""
    values: dict[str, Any] = {name: getattr(stays, name) or getattr(double, name) for name in Enrollment.PROGRAMS}
    _join(merging, stays, double, {**values, "ends_on": _later(stays.ends_on, double.ends_on)})


def _join(merging: Merging, stays: Any, double: Any, values: dict[str, Any], school: int | None = None) -> None:
    """Write the values of both to the record that stays and take the double away; the audit trail keeps both."""
    before, gone = audit.values_of(stays, values), audit.values_of(double, values)
    for name, value in values.items():
        setattr(stays, name, value)
    stays.save()
    audit.record(
        Action.UPDATE,
        by=merging.by,
        target=stays,
        district=merging.kept.district_id,
        school=school,
        student=merging.kept,
        changes=audit.differences(before, audit.values_of(stays, values)),
        details={"joined": str(double.uid), "double": gone},
    )
    double.delete()


def _void(merging: Merging, row: Any) -> None:
    """Void a double; it stays with the record that was merged away."""
    if row.voided_at is None:
        row.voided_at, row.void_reason = merging.at, MERGED
        row.save(update_fields=["voided_at", "void_reason", "updated_at"])


def _fill_gaps(merging: Merging) -> None:
    """Take over what the kept record lacks."""
    kept, found = merging.kept, gaps(merging.kept, merging.merged)
    if not found:
        return
    if "sourced_id" in found:  # the id of a roster is one person's only
        merging.merged.person.sourced_id = ""
        merging.merged.person.save()
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for name, value in found.items():
        record = kept.person if name in PERSON_GAPS else kept
        before |= audit.values_of(record, [name])
        setattr(record, name, value)
        after |= audit.values_of(record, [name])
    kept.person.save()
    kept.save()
    audit.record(
        Action.UPDATE,
        by=merging.by,
        target=kept,
        district=kept.district_id,
        student=kept,
        changes=audit.differences(before, after),
    )


def _earlier(one: date | None, other: date | None) -> date | None:
    """The earlier first day; an empty one is the first day of the year."""
    return None if one is None or other is None else min(one, other)


def _later(one: date | None, other: date | None) -> date | None:
    """The later last day; an empty one is the last day of the year."""
    return None if one is None or other is None else max(one, other)
