"""Values that the lists of the legal record show beside their own columns, read for many rows at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from discipline import removal_states
from discipline.models import (
    Appeal,
    AppealStatus,
    DueProcessChange,
    DueProcessStep,
    ManifestationDetermination,
    Removal,
    RemovalChange,
)
from district.columns import Column, Kind, grouped, objects
from district.models import User


class RemovalState(models.TextChoices):
    """Where a removal stands, as `discipline.removal_states` names it."""

    ORDERED = removal_states.ORDERED, _("Ordered")
    STAYED = removal_states.STAYED, _("Put off")
    OVERTURNED = removal_states.OVERTURNED, _("Overturned")
    VOIDED = removal_states.VOIDED, _("Voided")


MOVE_PARTS = (
    Column("changed_at", _("Changed"), "at", Kind.MOMENT),
    Column("reason", _("Reason"), "reason"),
    Column("state_before", _("State before"), "former__state", choices=DueProcessStep.State, is_nullable=True),
    Column("due_on_before", _("Due before"), "former__due_on", is_nullable=True),
)
STATUS_PARTS = (
    Column("state", _("State"), "state", choices=Appeal.State),
    Column("at", _("Since"), "at", Kind.MOMENT),
    Column("day", _("Day"), "day", Kind.DATE),
    Column("note", _("Note"), "note"),
)

Lists = dict[int, list[dict[str, Any]]]


def changes_of_steps(keys: Sequence[int], user: User) -> Lists:
    """What happened to each step, with state and due date as they were before."""
    rows = DueProcessChange.objects.filter(step__in=keys).order_by("at", "pk")
    return grouped(objects(rows, "step", MOVE_PARTS))


def statuses_of_appeals(keys: Sequence[int], user: User) -> Lists:
    """The dated rows of each appeal."""
    rows = AppealStatus.objects.filter(appeal__in=keys).order_by("at", "pk")
    return grouped(objects(rows, "appeal", STATUS_PARTS))


def answers_of_determinations(keys: Sequence[int], user: User) -> dict[int, bool | None]:
    """Whether either answer is yes; nothing for a determination that has not been held."""
    rows = ManifestationDetermination.objects.filter(pk__in=keys)
    return {row.pk: row.is_manifestation for row in rows}


def states_of_removals(keys: Sequence[int], user: User) -> dict[int, str]:
    """Where each removal stands in the table of states."""
    last = dict(RemovalChange.objects.filter(removal__in=keys).order_by("at", "pk").values_list("removal", "kind"))
    voided = Removal.objects.filter(pk__in=keys).values_list("pk", "voided_at")
    return {key: removal_states.state_of(is_voided=at is not None, last_change=last.get(key, "")) for key, at in voided}
