"""What the law waits for, as duties of those who record removals: no student is named in any.

A duty says what is to be done, under which rule, at which school; its page says about whom.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from discipline.models import (
    Appeal,
    DueProcessStep,
    FamilyRequest,
    ManifestationDetermination,
    SentHome,
    ThresholdTask,
)
from district.access import Permission
from district.duties import Duty
from district.models import User

RECORD = Permission.REMOVAL_RECORD


def duties_of(user: User, *, since: date, until: date) -> list[Duty]:
    """What falls due for `user` from `since` to `until`, both included, the earliest first. Six queries at most."""
    if not user.holds(RECORD):
        return []
    sources = (_steps, _determinations, _hearings, _tasks, _requests, _reports)
    found = [
        replace(duty, is_owed=True, mail_words=_("Due by law"))
        for source in sources
        for duty in source(user, since, until)
    ]
    return sorted(found, key=lambda duty: (duty.on, str(duty.of), duty.key))


def _steps(user: User, since: date, until: date) -> Iterator[Duty]:
    rows = DueProcessStep.objects.open().asked_here().allowed(user, RECORD).filter(due_on__range=(since, until))
    for step in rows.select_related("version", "school", "removal", "case__incident"):
        record = step.removal or step.case.incident
        page = "removal_detail" if step.removal else "incident_detail"
        of = _("%(citation)s, %(school)s") % {"citation": step.version.citation, "school": step.school.name}
        yield Duty(step.due_on, _(step.text), of, page, record.uid, f"step-{step.uid}")


def _determinations(user: User, since: date, until: date) -> Iterator[Duty]:
    rows = ManifestationDetermination.objects.standing().filter(removal__voided_at=None)
    rows = rows.allowed(user, RECORD) & rows.allowed(user, Permission.DEMOGRAPHICS_VIEW)
    due = Q(held_on=None, due_on__range=(since, until)) | Q(notice_on=None, decided_on__range=(since, until))
    for row in rows.filter(due).select_related("removal__school"):
        of, uid = row.removal.school.name, row.removal.uid
        if row.notice_on is None and since <= row.decided_on <= until:
            words = _("Tell the parents, with the safeguards notice (34 CFR 300.530(h))")
            yield Duty(row.decided_on, words, of, "removal_detail", uid, f"notice-{row.uid}")
        if row.held_on is None and row.due_on and since <= row.due_on <= until:
            words = _("Manifestation determination (34 CFR 300.530(e))")
            yield Duty(row.due_on, words, of, "removal_detail", uid, f"determination-{row.uid}")


def _hearings(user: User, since: date, until: date) -> Iterator[Duty]:
    rows = Appeal.objects.pending().allowed(user, RECORD).filter(removal__voided_at=None)
    for appeal in rows.filter(hearing_on__range=(since, until)).select_related("removal__school"):
        assert appeal.hearing_on  # noqa: S101 - filtered by it
        words = _("Hearing of an appeal")
        of, uid = appeal.removal.school.name, appeal.removal.uid
        yield Duty(appeal.hearing_on, words, of, "removal_detail", uid, f"hearing-{appeal.uid}")


def _tasks(user: User, since: date, until: date) -> Iterator[Duty]:
    if not user.holds(Permission.REFERRAL_DECIDE):
        return
    rows = ThresholdTask.objects.allowed(user, Permission.REFERRAL_DECIDE).filter(state=ThresholdTask.State.OPEN)
    rows = rows.filter(Q(owner=user) | Q(owner=None), due_on__range=(since, until))
    for task in rows.select_related("threshold", "school"):
        assert task.due_on  # noqa: S101 - filtered by it
        of = _("%(title)s, %(school)s") % {"title": task.threshold.title, "school": task.school.name}
        yield Duty(task.due_on, task.threshold.action, of, "threshold_task", task.uid, f"task-{task.uid}")


def _requests(user: User, since: date, until: date) -> Iterator[Duty]:
    if not user.holds(Permission.FAMILY_PAGE):
        return
    rows = FamilyRequest.objects.all().allowed(user, Permission.FAMILY_PAGE).filter(state=FamilyRequest.State.OPEN)
    for row in rows.filter(due_on__range=(since, until)).select_related("school"):
        assert row.due_on  # noqa: S101 - filtered by it
        yield Duty(row.due_on, _("Answer a family"), row.school.name, "family_request", row.uid, f"request-{row.uid}")


def _reports(user: User, since: date, until: date) -> Iterator[Duty]:
    rows = SentHome.objects.all().allowed(user, RECORD).alleged().filter(due_on__range=(since, until))
    for row in rows.select_related("school"):
        assert row.due_on  # noqa: S101 - filtered by it
        words = _("Look into what a family says")
        yield Duty(row.due_on, words, row.school.name, "sent_home_detail", row.uid, f"report-{row.uid}")
