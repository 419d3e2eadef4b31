"""Where a link, a request and a report stand: a word with its shape."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from discipline.models import FamilyLink, FamilyRequest, SentHome
from district.page_parts import Status


def link_status(link: FamilyLink) -> Status:
    """Whether a link opens its page."""
    if link.revoked_at:
        return Status(_("Revoked"), "waived")
    return Status(_("Open"), "underway") if link.is_open else Status(_("Ended"), "done")


def request_status(request: FamilyRequest) -> Status:
    """Whether a family was answered."""
    if request.state == FamilyRequest.State.OPEN:
        return _waiting(request.due_on, request.school.district.today())
    return Status(request.get_state_display(), "done" if request.state == FamilyRequest.State.GRANTED else "waived")


def report_status(report: SentHome) -> Status:
    """Whether a report was confirmed; what a family alleges is said to be alleged."""
    if report.state == SentHome.State.ALLEGED:
        is_late = report.due_on is not None and report.due_on < report.school.district.today()
        return Status(_("Alleged, overdue") if is_late else _("Alleged"), "late" if is_late else "due")
    return Status(report.get_state_display(), "done" if report.state == SentHome.State.CONFIRMED else "waived")


def _waiting(due_on: date | None, today: date) -> Status:
    if due_on is not None and due_on < today:
        return Status(_("Overdue"), "late")
    return Status(_("Due today"), "due") if due_on == today else Status(_("To answer"), "open")
