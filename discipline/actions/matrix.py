"""The response matrix: its default, its changes, and responses chosen outside it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from discipline.models import Incident, OutsideMatrix, ResponseCell, ResponseMatrix
from discipline.response_matrix import Cell, allowed, default_cells, in_order, problems
from district import audit
from district.models import District, Student, User
from district.steps import checked_reason

ALWAYS = date(2000, 1, 1)
"""First day of the matrix that a district begins with."""
FIRST_REASON = "The default matrix"
"""Reason that is written down for it; kept in English, because it is part of the record."""


def give_default_matrix(*, district: District, by: User | None) -> ResponseMatrix:
    """Return the district's matrix; give it the default one when it has none. Repeating changes nothing."""
    with transaction.atomic():
        District.objects.select_for_update().get(pk=district.pk)
        existing = district.response_matrices.first()
        return existing or _store(district, default_cells(), valid_from=ALWAYS, reason=FIRST_REASON, by=by)


def change_matrix(
    *,
    district: District,
    level: str,
    bands: Collection[tuple[str, str]],
    priors: Collection[tuple[int, int | None]],
    responses: Collection[str],
    valid_from: date,
    reason: str,
    by: User,
) -> ResponseMatrix:
    """Allow `responses` for a level, grade bands and numbers of earlier incidents from a day on.

    All other cells stay. The former matrix stands until that day, and stays on record. Raises ValidationError without
    a reason, without responses, for a cell that the matrix does not have, a change of nothing, or a day before that of
    the matrix which stands.
    """
    reason = checked_reason(reason, missing=_("Say why the matrix changes."))
    with transaction.atomic():
        District.objects.select_for_update().get(pk=district.pk)
        former = district.response_matrices.filter(superseded_on=None).first()
        if former is None:
            raise ValidationError({"level": _("The district has no matrix yet.")})
        if valid_from < former.valid_from:
            raise ValidationError({"valid_from": _("A later matrix stands already; choose its first day or later.")})
        before = [row.as_cell() for row in former.cells.all()]
        meant = [
            cell
            for cell in before
            if cell.level == level
            and (cell.grade_from, cell.grade_to) in bands
            and (cell.prior_from, cell.prior_to) in priors
        ]
        if not meant:
            raise ValidationError({"level": _("The matrix has no such cell.")})
        after = [replace(cell, responses=in_order(responses)) if cell in meant else cell for cell in before]
        if after == before:
            raise ValidationError({"responses": _("This is what the matrix allows already.")})
        for problem in problems(after):
            raise ValidationError({"responses": problem})
        return _store(district, after, valid_from=valid_from, reason=reason, by=by, former=former)


def record_outside(
    *,
    matrix: ResponseMatrix,
    incident: Incident,
    student: Student,
    level: str,
    grade: str,
    prior: int,
    response: str,
    reason: str,
    decided_on: date,
    by: User,
) -> OutsideMatrix:
    """Keep that a response outside the matrix was chosen, with its reason. Call it in the transaction that chooses it.

    Raises ValidationError without a reason, and where the matrix allows the response.
    """
    reason = checked_reason(reason, missing=_("The matrix does not allow this. Say why it is right here."))
    cells = [row.as_cell() for row in matrix.cells.filter(level=level)]
    if not allowed(cells, level=level, grade=grade, prior=prior).is_outside(response):
        raise ValidationError({"response": _("The matrix allows this response.")})
    with transaction.atomic():
        row = OutsideMatrix(
            matrix=matrix,
            incident=incident,
            student=student,
            level=level,
            grade=grade,
            prior=prior,
            response=response,
            reason=reason,
            decided_on=decided_on,
            by=by,
        )
        row.full_clean()
        row.save()
        audit.record(
            audit.Action.CREATE,
            by=by,
            target=row,
            district=matrix.district_id,
            school=incident.school_id,
            student=student,
            changes={"response": [None, response]},
            details={"level": level, "grade": grade, "prior": prior, "reason": reason},
        )
        return row


def _store(
    district: District,
    cells: Sequence[Cell],
    *,
    valid_from: date,
    reason: str,
    by: User | None,
    former: ResponseMatrix | None = None,
) -> ResponseMatrix:
    matrix = ResponseMatrix.objects.create(district=district, valid_from=valid_from, reason=reason, by=by)
    ResponseCell.objects.bulk_create(
        ResponseCell(matrix=matrix, **{**vars(cell), "responses": list(in_order(cell.responses))}) for cell in cells
    )
    changes: dict[str, list[object]] = {"valid_from": [None, valid_from.isoformat()]}
    if former is not None:
        former.superseded_on = valid_from
        former.save(update_fields=["superseded_on", "updated_at"])
        was = {_name(row.as_cell()): list(row.responses) for row in former.cells.all()}
        now = {_name(cell): list(cell.responses) for cell in cells}
        changes |= {name: [was.get(name), given] for name, given in now.items() if was.get(name) != given}
    audit.record(
        audit.Action.UPDATE if former else audit.Action.CREATE,
        by=by,
        target=matrix,
        district=district,
        changes=changes,
        details={"reason": reason, "cells": len(cells)},
    )
    return matrix


def _name(cell: Cell) -> str:
    prior = f"{cell.prior_from}+" if cell.prior_to is None else str(cell.prior_from)
    return f"level {cell.level}, grades {cell.grade_from}-{cell.grade_to}, earlier {prior}"
