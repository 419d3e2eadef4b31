"""Who read what about students: every view, list and file leaves its trace before it shows anything.

The trail also says how much one person, or one token, has read in the last hour: beyond a budget there is a pause, so
that nobody who has rights for their work walks through a whole school with them.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import DatabaseError, OperationalError, models
from django.db.models import Count, Min, Q, Sum, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from district import audit
from district.access import Role
from district.columns import RecordTable
from district.filtering import StrictFilterSet
from district.models import AuditEvent

if TYPE_CHECKING:
    from district.models import Record, User

WINDOW = timedelta(hours=1)
"""The time over which reading is counted."""


class ReadBudgetSpent(Exception):
    """More records about students than a person or a token may read in an hour; `wait` is in seconds."""

    def __init__(self, wait: int) -> None:
        super().__init__(_("Try again in %(minutes)d minutes.") % {"minutes": ceil(wait / 60)})
        self.wait = wait


def record_view(table: RecordTable, row: models.QuerySet, *, by: User) -> None:
    """Record that `by` views the one record of `row`.

    Raises ReadBudgetSpent, and OperationalError when the event cannot be written.
    """
    names = list(table.places)
    values = row.values_list("pk", "uid", *(table.places[name] for name in names)).get()
    places = dict(zip(names, values[2:], strict=True))
    # A student belongs to no one school; where the reader has one only, it is through that one that they look.
    places.setdefault("school", _only({grant.school_id for grant in by.active_grants}))
    target = table.model(pk=values[0], uid=values[1])
    if audit.request_context.get().token:
        _check_token(1, by=by, target=target, **places)
    else:
        _check_person(by=by, target=target, **places)
    append(audit.Action.VIEW, by=by, target=target, **places)


def record_views(table: RecordTable, rows: models.QuerySet, *, by: User) -> None:
    """Record that `by` views each record of `rows`, all of one place and each about a student: one event for each.

    Four queries at most, however many they are. Raises ReadBudgetSpent, and OperationalError when the events cannot be
    written.
    """
    values = list(rows.values_list("pk", "uid", *(table.places[name] for name in ("student", "district", "school"))))
    if not values:
        return
    targets = [(table.model(pk=key, uid=uid), student) for key, uid, student, _district, _school in values]
    places = {"district": values[0][3], "school": values[0][4]}
    if audit.request_context.get().token:
        _check_token(len(targets), by=by, **places)
    else:
        _check_students({student for _target, student in targets}, by=by, **places)
    try:
        audit.record_views(targets, by=by, **places)
    except DatabaseError as error:
        raise OperationalError("The audit trail cannot be written.") from error


def record_list(table: RecordTable, filterset: StrictFilterSet, *, count: int, by: User) -> None:
    """Record that `by` sees `count` rows of a list.

    Raises ReadBudgetSpent, and OperationalError when the event cannot be written.
    """
    action = audit.Action.SEARCH if filterset.data.get("search") else audit.Action.VIEW
    _record_rows(action, table, filterset, by, {"count": count})


def record_export(
    table: RecordTable,
    filterset: StrictFilterSet,
    *,
    file_format: str,
    count: int,
    by: User,
    selected: bool = False,
) -> None:
    """Record that `by` takes `count` rows away in a file; `selected` ones were picked among those of the filter.

    Raises ReadBudgetSpent, and OperationalError when the event cannot be written.
    """
    picked = {"selected": True} if selected else {}
    _record_rows(audit.Action.EXPORT, table, filterset, by, {"format": file_format, "count": count, **picked})


def append(action: audit.Action, **event: Any) -> None:
    """Append an event of reading. Raises OperationalError when it cannot be written, whatever the reason."""
    try:
        audit.record(action, **event)
    except DatabaseError as error:
        # Whatever the database says (read-only, full, refused): nothing is shown that leaves no trace.
        raise OperationalError("The audit trail cannot be written.") from error


def _record_rows(
    action: audit.Action, table: RecordTable, filterset: StrictFilterSet, by: User, counted: dict[str, Any]
) -> None:
    """Append one event; for a reader of several districts who named none, one in the trail of each."""
    details = {"collection": table.name, **counted, "filter": filterset.asked()}
    districts = sorted(filterset.keys("district") or {grant.district_id for grant in by.active_grants})
    school = _only(filterset.keys("school") or {grant.school_id for grant in by.active_grants})
    if table.about_students and audit.request_context.get().token:
        _check_token(counted["count"], by=by, district=_only(districts))
    for number, district in enumerate(districts or [None]):
        copy = {"copy": True} if number else {}
        append(action, by=by, details=details | copy, district=district, school=school)


def _check_person(*, by: User, target: Record, student: int | None = None, **places: Any) -> None:
    """Refuse one more record to a person who has opened READ_BUDGET others in the last hour. One query.

    A record of a student counts once however often; an incident, which may name several students, counts for itself.
    """
    district = places.get("district")
    keeps_records = any(grant.role is Role.RECORDS and grant.district_id == district for grant in by.active_grants)
    if not settings.READ_BUDGET or keeps_records:
        return
    now = timezone.now()
    views = AuditEvent.objects.filter(actor_id=by.pk, at__gt=now - WINDOW, action=audit.Action.VIEW)
    this = Q(student_id=student) if student else Q(object_uid=target.uid)
    read = views.exclude(details__has_key="token").aggregate(
        students=Count("student_id", distinct=True),
        others=Count("object_uid", distinct=True, filter=Q(student_id=None)),
        known=Count("pk", filter=this),
        first=Min("at"),
    )
    if not read["known"] and read["students"] + read["others"] >= settings.READ_BUDGET:
        _refuse(settings.READ_BUDGET, read["first"], now, by=by, target=target, student=student, **places)


def _check_students(students: set[int], *, by: User, **places: Any) -> None:
    """Refuse several students at once to a person who would go beyond READ_BUDGET with those not read yet."""
    district = places.get("district")
    keeps_records = any(grant.role is Role.RECORDS and grant.district_id == district for grant in by.active_grants)
    if not settings.READ_BUDGET or keeps_records:
        return
    now = timezone.now()
    views = AuditEvent.objects.filter(actor_id=by.pk, at__gt=now - WINDOW, action=audit.Action.VIEW)
    read = views.exclude(details__has_key="token").aggregate(
        students=Count("student_id", distinct=True),
        others=Count("object_uid", distinct=True, filter=Q(student_id=None)),
        known=Count("student_id", distinct=True, filter=Q(student_id__in=students)),
        first=Min("at"),
    )
    new = len(students) - read["known"]
    if new and read["students"] + read["others"] + new > settings.READ_BUDGET:
        _refuse(settings.READ_BUDGET, read["first"], now, by=by, **places)


def _check_token(records: int, *, by: User, **event: Any) -> None:
    """Refuse `records` more to a token that would go beyond TOKEN_READ_BUDGET in the last hour. One query.

    Rows of lists and files count as often as they are read.
    """
    if not settings.TOKEN_READ_BUDGET or not records:
        return
    now, prefix = timezone.now(), audit.request_context.get().token
    actions = (audit.Action.VIEW, audit.Action.SEARCH, audit.Action.EXPORT)
    reads = AuditEvent.objects.filter(actor_id=by.pk, at__gt=now - WINDOW, action__in=actions, details__token=prefix)
    rows = Coalesce(Cast(KT("details__count"), models.IntegerField()), Value(1))
    read = reads.exclude(details__has_key="copy").aggregate(rows=Sum(rows), first=Min("at"))
    if (read["rows"] or 0) + records > settings.TOKEN_READ_BUDGET:
        _refuse(settings.TOKEN_READ_BUDGET, read["first"], now, by=by, **event)


def _refuse(budget: int, first: datetime | None, now: datetime, **event: Any) -> None:
    """Write down that a budget is spent and raise ReadBudgetSpent: the wait is until the first read is an hour ago."""
    append(audit.Action.LIMIT, details={"budget": budget}, **event)
    wait = (first or now) + WINDOW - now
    raise ReadBudgetSpent(max(1, ceil(wait.total_seconds())))


def _only(keys: Any) -> Any:
    return next(iter(keys)) if len(keys) == 1 else None
