"""Passing a child's name and day on to the school, which finds the child in its records or says that it knows none.

The ombuds has no directory of students, and the school learns the name and the day and nothing else of the concern.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from commitments.actions.concerns.working import open_reporter
from commitments.models import Concern
from dashboards.models import PassedOn
from discipline.actions.sent_home import tell_sent_home
from district import audit
from district.calendar import school_year_of
from district.models import District, Enrollment, Student, User
from district.names import search_key
from district.sealing import CONCERNS, NoKey, Unreadable
from district.steps import StepNotAllowed

PURPOSE, BLOCK = "child passed on", 512
WAIT = timedelta(days=90)
"""How long a name waits to be found; then it is removed, and the child counts as not found."""
MOST = 20


def passed_of(concern: Concern) -> PassedOn | None:
    """What was passed on of a concern."""
    if not CONCERNS.may_seal():
        return None
    return PassedOn.objects.filter(mark__in=CONCERNS.marks(PURPOSE, str(concern.uid))).first()


def told_of(passed: PassedOn) -> tuple[str, str]:
    """The child's name and day as they were given; empty once they were removed or where no key at hand opens them."""
    try:
        fields = CONCERNS.unseal_fields(passed.sealed) if passed.sealed else {}
    except (NoKey, Unreadable):
        fields = {}
    return fields.get("child", ""), fields.get("day", "")


@transaction.atomic
def pass_on(*, concern: Concern, by: User, on: date | None = None) -> PassedOn:
    """Pass the child's name and day on to the school of a concern, once. Raises StepNotAllowed without the leave of
    whoever filed it, a name and a school."""
    concern = Concern.objects.select_for_update(of=("self",)).select_related("district", "school").get(pk=concern.pk)
    reporter = open_reporter(concern=concern, by=by)
    if reporter is None or not reporter.may_pass_on or not reporter.child:
        raise StepNotAllowed(_("Whoever filed it gave no name to pass on, or no leave to do so."), [])
    if concern.school is None:
        raise StepNotAllowed(_("Say first of which school it is."), [])
    if passed_of(concern):
        raise StepNotAllowed(_("It was passed on already."), [])
    row = PassedOn(
        mark=CONCERNS.marks(PURPOSE, str(concern.uid))[0],
        school=concern.school,
        filed_in=school_year_of(concern.filed_on),
        passed_on=on or concern.district.today(),
        sealed=CONCERNS.seal_fields({"child": reporter.child, "day": reporter.child_day}, block=BLOCK),
    )
    row.full_clean()
    row.save()
    _take_moment_off(row)
    # That a reporter was looked up stands beside it and names the concern: neither row nor school may stand here, or
    # the trail would lead from the concern to the child that the school finds.
    audit.record(audit.Action.CREATE, by=by, district=concern.district_id, details={"what": PURPOSE})
    return row


def _take_moment_off(row: PassedOn) -> None:
    """Leave the day of a row and not its second, by which whoever has the database would find the concern's event."""
    day = datetime.combine(row.passed_on, time(), UTC)
    PassedOn.objects.filter(pk=row.pk).update(created_at=day, updated_at=day)


def candidates(passed: PassedOn) -> list[int]:
    """Keys of the students of the school and year with a part of the name, at most twenty."""
    condition = Q(pk__in=[])
    for part in search_key(told_of(passed)[0]).split():
        if len(part) > 1:
            condition |= Q(person__search_name__startswith=part) | Q(person__search_name__contains=f" {part}")
    here = Enrollment.objects.filter(school=passed.school_id).in_year(passed.filed_in).order_by().values("student")
    rows = Student.objects.standing().filter(condition, pk__in=here)
    return list(rows.order_by("person__family_name", "person__given_name", "pk").values_list("pk", flat=True)[:MOST])


@transaction.atomic
def settle(
    *,
    passed: PassedOn,
    student: Student | None = None,
    begins_on: date | None = None,
    days: Decimal | None = None,
    by: User,
    on: date | None = None,
) -> PassedOn:
    """Say which student it is, and of which day: it is then alleged like any report of a family. Without a student: the
    school knows none. Either way the name is removed. Raises ValidationError, StepNotAllowed."""
    row = PassedOn.objects.select_for_update(of=("self",)).select_related("school__district").get(pk=passed.pk)
    if row.state != PassedOn.State.WAITING:
        raise StepNotAllowed(_("This was settled already."), [])
    if student is not None:
        if begins_on is None or days is None:
            fault = _("Say on which day, and for how many school days.")
            raise ValidationError({"begins_on" if begins_on is None else "days": fault})
        row.report = tell_sent_home(student=student, school=row.school, begins_on=begins_on, days=days, by=by)
    row.state = PassedOn.State.MATCHED if student else PassedOn.State.NOT_FOUND
    row.sealed, row.closed_on = "", on or row.school.district.today()
    row.save()
    changes = {"state": [PassedOn.State.WAITING.value, row.state]}
    audit.record(
        audit.Action.UPDATE,
        by=by,
        target=row,
        district=row.school.district_id,
        school=row.school_id,
        changes=changes,
    )
    return row


def forget_waiting(district: District, *, today: date) -> int:
    """Remove the names that waited for too long: those children count as not found. Returns how many."""
    rows = PassedOn.objects.waiting().filter(school__district=district, passed_on__lt=today - WAIT)
    found = 0
    for key in list(rows.values_list("pk", flat=True)):
        with transaction.atomic():
            row = PassedOn.objects.select_for_update(of=("self",)).get(pk=key)
            if row.state != PassedOn.State.WAITING:
                continue
            row.state, row.sealed, row.closed_on = PassedOn.State.NOT_FOUND, "", today
            row.save()
            details = {"event": "nobody looked in time"}
            audit.record(audit.Action.UPDATE, by=None, target=row, district=district, details=details)
        found += 1
    return found
