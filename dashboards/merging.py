"""Merging two records of one student: asks every floor what would move, shows it, and does it in one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from circles import merging_students as circles
from discipline import merging_students as discipline
from district import audit, standing
from district import merging_students as district
from district.merging_students import MergePlan, Merging
from district.models import District, SchoolYear, Staff, Student, StudentMerge, User
from district.steps import StepNotAllowed, checked_reason
from training import merging_students as training


@dataclass(frozen=True)
class Floor:
    """One floor's part: what would move, and the verb that moves it."""

    plan: Callable[[Student, Student], MergePlan]
    move: Callable[[Merging, MergePlan], None]


FLOORS = (
    Floor(district.plan, district.move),
    Floor(discipline.plan, discipline.move),
    Floor(training.plan, training.move),
    Floor(circles.plan, circles.move),
)
"""The floors that keep records of students, from the ground up; one that is built later adds itself here."""


@dataclass(frozen=True)
class KindOfRecord:
    """What a kind of record is called, and what becomes of one that both have."""

    label: str | Promise
    double: str | Promise = ""


KINDS: dict[str, KindOfRecord] = {
    "enrollment": KindOfRecord(
        gettext_lazy("Enrollments"),
        gettext_lazy("Same school and year: they become one, from the earlier first day to the later last day."),
    ),
    "programstatus": KindOfRecord(
        gettext_lazy("Program status"),
        gettext_lazy("Same year and first day: they become one that says what either said."),
    ),
    "guardian": KindOfRecord(gettext_lazy("Guardians"), gettext_lazy("Same name: the second entry is voided.")),
    "studentnote": KindOfRecord(gettext_lazy("Notes"), gettext_lazy("The same note: the second entry is voided.")),
    "involvement": KindOfRecord(
        gettext_lazy("Parts in incidents"),
        gettext_lazy("Same part in the same incident: the second is voided; what only it said is added to the first."),
    ),
    "referral": KindOfRecord(
        gettext_lazy("Referrals"),
        gettext_lazy("Same incident: the second is voided; the responses to it are added to the first."),
    ),
    "removal": KindOfRecord(
        gettext_lazy("Removals"),
        gettext_lazy("Same kind and first day over the same incident: the second is voided."),
    ),
    "familycontact": KindOfRecord(gettext_lazy("Contacts with the family")),
    "outsidematrix": KindOfRecord(gettext_lazy("Responses outside the matrix")),
    "thresholdtask": KindOfRecord(
        gettext_lazy("Tasks of thresholds"), gettext_lazy("Open twice for one threshold: the second is closed.")
    ),
    "peertraining": KindOfRecord(
        gettext_lazy("Trainings as a peer"), gettext_lazy("Same course and day: the second entry is voided.")
    ),
    "ruledecision": KindOfRecord(gettext_lazy("Decisions under a rule")),
    "circleparticipant": KindOfRecord(
        gettext_lazy("Parts in circles"), gettext_lazy("Named twice in one case: the second entry is voided.")
    ),
    "letter": KindOfRecord(gettext_lazy("Letters")),
    "familylink": KindOfRecord(gettext_lazy("Links for guardians")),
    "familyrequest": KindOfRecord(gettext_lazy("Requests of the family")),
    "senthome": KindOfRecord(gettext_lazy("Reports of being sent home")),
}


@dataclass(frozen=True)
class Preview:
    """What a merge would do, floor by floor."""

    shares: tuple[MergePlan, ...]

    @property
    def moved(self) -> district.Rows:
        """Every kind of record that would move → its rows."""
        return {kind: rows for share in self.shares for kind, rows in share.moved.items()}

    @property
    def doubles(self) -> district.Rows:
        """Every kind of record of which there are doubles → those of the record merged away."""
        return {kind: rows for share in self.shares for kind, rows in share.doubles.items()}

    @property
    def fingerprint(self) -> str:
        """Changes when anything that would move or is there twice changes."""
        ids = (
            f"{state} {kind} {row.uid} {row.updated_at.isoformat()}"
            for state, rows in (("moved", self.moved), ("double", self.doubles))
            for kind, found in sorted(rows.items())
            for row in found
        )
        return hashlib.sha256("\n".join(ids).encode()).hexdigest()

    def lines(self) -> Iterator[tuple[KindOfRecord, int, int]]:
        """Kind, how many move, how many are there twice."""
        moved, doubles = self.moved, self.doubles
        for kind, words in KINDS.items():
            if kind in moved or kind in doubles:
                yield words, len(moved.get(kind, ())), len(doubles.get(kind, ()))


def preview(*, kept: Student, merged: Student) -> Preview:
    """Say what merging would do; writes nothing. Raises ValidationError when the two cannot be one, StepNotAllowed
    when one of them was merged before.
    """
    check_mergeable(kept, merged)
    return Preview(tuple(floor.plan(kept, merged) for floor in FLOORS))


def check_mergeable(kept: Student, merged: Student) -> None:
    """Raise ValidationError or StepNotAllowed when the two records cannot be merged."""
    if kept.pk == merged.pk:
        raise ValidationError({"merged": _("Choose another record.")})
    if kept.district_id != merged.district_id:
        raise ValidationError({"merged": _("Choose a record of the same district.")})
    if kept.merged_into_id or merged.merged_into_id:
        raise StepNotAllowed(_("One of them was merged into another record. Go on there."), ())
    if Staff.objects.filter(person=merged.person_id).exists():
        raise ValidationError({"merged": _("This person is on the staff too. Keep this record and merge the other.")})


def merge_students(
    *, kept: Student, merged: Student, reason: str, by: User | None, seen: str | None = None
) -> StudentMerge:
    """Merge the record `merged` of a student into `kept`: all its records move there, doubles are joined or voided.

    What stays behind is a pointer with the ids, so that a file that names them means the student who is kept. Figures
    count one student from then on. `seen` is the fingerprint of the preview that the person has seen. Raises
    ValidationError (field `seen` when the records have changed since), StepNotAllowed when one was merged before.
    """
    reason = checked_reason(reason, missing=_("Say how you know that it is one student."))
    with transaction.atomic():
        kept, merged = _locked(kept, merged)
        planned = preview(kept=kept, merged=merged)
        if seen is not None and seen != planned.fingerprint:
            raise ValidationError({"seen": _("The records have changed since you looked. Look again, then merge.")})
        years = _years(planned)
        merging = Merging(kept, merged, by, timezone.now())
        for floor, share in zip(FLOORS, planned.shares, strict=True):
            floor.move(merging, share)
        Student.objects.filter(merged_into=merged).update(merged_into=kept, updated_at=merging.at)
        Student.objects.filter(pk=merged.pk).update(merged_into=kept, updated_at=merging.at)
        for year in SchoolYear.objects.filter(pk__in=years).select_related("district"):
            standing.refresh(year, [kept.pk])
        standing.refresh_levels(kept.district)
        row = StudentMerge.objects.create(
            district_id=kept.district_id,
            kept=kept,
            merged=merged,
            reason=reason,
            by=by,
            at=merging.at,
            moved=_ids(planned.moved),
            doubles=_ids(planned.doubles),
        )
        _record(kept, by, {"merged": str(merged.uid), "reason": reason, "moved": row.moved, "doubles": row.doubles})
        _record(merged, by, {"merged_into": str(kept.uid), "reason": reason})
        return row


def summary_words(merge: StudentMerge) -> str:
    """What a merge moved, such as "Enrollments 2, Referrals 1"."""
    counts = [(words.label, len(merge.moved.get(kind, ()))) for kind, words in KINDS.items()]
    return ", ".join(f"{label} {count}" for label, count in counts if count) or _("nothing but the ids")


def _locked(kept: Student, merged: Student) -> tuple[Student, Student]:
    """Both students as stored, locked in the order of their keys, while no import of the district writes."""
    District.objects.select_for_update(no_key=True).filter(pk=kept.district_id).get()
    rows = Student.objects.select_for_update(of=("self",)).select_related("person", "district").order_by("pk")
    found = {student.pk: student for student in rows.filter(pk__in=[kept.pk, merged.pk])}
    return found[kept.pk], found[merged.pk]


def _years(planned: Preview) -> set[int]:
    """Keys of the school years of all that moves or is there twice."""
    rows = [row for found in (planned.moved, planned.doubles) for some in found.values() for row in some]
    dated = (row if hasattr(row, "school_year_id") else getattr(row, "incident", None) for row in rows)
    return {row.school_year_id for row in dated if row is not None}


def _ids(rows: district.Rows) -> dict[str, list[str]]:
    return {kind: [str(row.uid) for row in found] for kind, found in rows.items()}


def _record(student: Student, by: User | None, details: dict[str, Any]) -> None:
    audit.record(
        audit.Action.UPDATE, by=by, target=student, district=student.district_id, student=student, details=details
    )
