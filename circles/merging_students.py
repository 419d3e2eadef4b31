"""This floor's part in merging two records of one student: parts in circles."""

from __future__ import annotations

from typing import Any

from django.db import models

from circles.models import CircleParticipant
from district.merging_students import MERGED, MergePlan, Merging, reassign
from district.models import Student


def plan(kept: Student, merged: Student) -> MergePlan:
    """Say what moves and what is there twice. Reads only."""
    found = MergePlan()
    found.add(_parts(kept), _parts(merged), _part)
    return found


def move(merging: Merging, planned: MergePlan) -> None:
    """Do what `plan` said, in the transaction of the caller.

    Named twice in one case, the second entry is voided; what only it said goes to the first.
    """
    reassign(planned, CircleParticipant, merging.kept, merging.at)
    kept = {_part(row): row for row in _parts(merging.kept)}
    for row in planned.doubles.get("circleparticipant", ()):
        stays = kept[_part(row)]
        for name in ("prepared_on", "attended", "minutes", "times"):
            if getattr(stays, name) is None:
                setattr(stays, name, getattr(row, name))
        stays.save()
        row.supporters.update(supporter_of=stays, updated_at=merging.at)
        row.consents.update(participant=stays, updated_at=merging.at)
        row.worksheets.update(participant=stays, updated_at=merging.at)
        row.plan_items.update(person=stays, updated_at=merging.at)
        row.voided_at, row.void_reason, row.voided_by = merging.at, MERGED, merging.by
        row.save()


def _parts(student: Student) -> models.QuerySet[CircleParticipant]:
    return CircleParticipant.objects.filter(student=student).order_by("pk")


def _part(row: Any) -> tuple[int, int]:
    """A student is named once in a case; an entry that was voided is a record of its own."""
    return (row.circle_id, 0 if row.voided_at is None else row.pk)
