"""Who read what about students: every view, list and file leaves its trace before it shows anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import DatabaseError, OperationalError, models

from district import audit
from district.columns import RecordTable
from district.filtering import StrictFilterSet

if TYPE_CHECKING:
    from district.models import User


def record_view(table: RecordTable, row: models.QuerySet, *, by: User) -> None:
    """Record that `by` views the one record of `row`. Raises OperationalError when that cannot be written."""
    names = list(table.places)
    values = row.values_list("pk", "uid", *(table.places[name] for name in names)).get()
    _record(
        audit.Action.VIEW,
        by=by,
        target=table.model(pk=values[0], uid=values[1]),
        **dict(zip(names, values[2:], strict=True)),
    )


def record_list(table: RecordTable, filterset: StrictFilterSet, *, count: int, by: User) -> None:
    """Record that `by` sees `count` rows of a list. Raises OperationalError when that cannot be written."""
    details = {"collection": table.name, "count": count, "filter": filterset.asked()}
    action = audit.Action.SEARCH if filterset.data.get("search") else audit.Action.VIEW
    _record(action, by=by, details=details, **_scope(filterset, by))


def record_export(table: RecordTable, filterset: StrictFilterSet, *, file_format: str, count: int, by: User) -> None:
    """Record that `by` takes `count` rows away in a file. Raises OperationalError when that cannot be written."""
    details = {"collection": table.name, "format": file_format, "count": count, "filter": filterset.asked()}
    _record(audit.Action.EXPORT, by=by, details=details, **_scope(filterset, by))


def _scope(filterset: StrictFilterSet, by: User) -> dict[str, int | None]:
    """The district and the school of a list where there is only one: asked for, or all that the reader has."""
    districts = {grant.district_id for grant in by.active_grants}
    schools = {grant.school_id for grant in by.active_grants}
    asked = {name: filterset.keys(name) for name in ("district", "school")}
    return {
        "district": _only(asked["district"] or districts),
        "school": _only(asked["school"] or schools),
    }


def _only(keys: Any) -> int | None:
    return next(iter(keys)) if len(keys) == 1 else None


def _record(action: audit.Action, **event: Any) -> None:
    try:
        audit.record(action, **event)
    except DatabaseError as error:
        # Whatever the database says (read-only, full, refused): nothing is shown that leaves no trace.
        raise OperationalError("The audit trail cannot be written.") from error
