"""This floor's part in merging two records of one student: trainings as a peer."""

from __future__ import annotations

from typing import Any

from django.db import models

from district.merging_students import MERGED, MergePlan, Merging, reassign
from district.models import Student
from training.models import PeerTraining


def plan(kept: Student, merged: Student) -> MergePlan:
    """Say what moves and what is there twice. Reads only."""
    found = MergePlan()
    found.add(_trainings(kept), _trainings(merged), _training)
    return found


def move(merging: Merging, planned: MergePlan) -> None:
    """Do what `plan` said, in the transaction of the caller: the same training twice is voided once."""
    reassign(planned, PeerTraining, merging.kept, merging.at)
    for row in planned.doubles.get("peertraining", ()):
        row.voided_at, row.void_reason = merging.at, MERGED
        row.save()


def _trainings(student: Student) -> models.QuerySet[PeerTraining]:
    return PeerTraining.objects.filter(student=student).order_by("pk")


def _training(row: Any) -> tuple[int, Any, int]:
    """Of standing trainings, the same course on the same day is the same one; a voided one is a record of its own."""
    return (row.course_id, row.completed_on, 0 if row.voided_at is None else row.pk)
