"""Who can open the record of a student, why, and who has opened it lately."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from circles.models import CircleParticipant
from dashboards.clean_slate import PURPOSE
from district import audit, tables
from district.access import ROLES, Permission
from district.models import OF_A_CIRCLE, AuditEvent, Student
from district.page_parts import Cell, Heading, Section, day_words, moment_words
from district.pages import RecordPage
from district.reach import Reach, reaching

LOOKED_BACK = timedelta(days=90)
LOOKS = 100
"""Most looks on the page; the audit trail holds all."""
SEEN = {
    "student": gettext_lazy("The student’s page"),
    "referral": gettext_lazy("A referral"),
    "removal": gettext_lazy("A removal"),
    "enrollment": gettext_lazy("An enrollment"),
    "guardian": gettext_lazy("A guardian"),
    "studentnote": gettext_lazy("A note"),
    "studentmerge": gettext_lazy("The merge of two records"),
}
"""Kind of record that was looked at → words."""


class StudentAccess(RecordPage):
    """The people whose grants let them open a student's record, with the grant that does; and who has."""

    needs = Permission.STUDENT_ACCESS
    table = tables.STUDENTS

    def queryset(self) -> models.QuerySet:
        allowed = Student.objects.all().allowed(self.request.user, Permission.STUDENT_ACCESS)
        return allowed.select_related("person", "district")

    def describe(self, record: Student) -> dict[str, Any]:
        sections = [access_section(record)]
        if self.request.user.holds(Permission.AUDIT_VIEW):
            sections.append(self._looks(record))
        return {
            "title": _("Who can open this record, and why?"),
            "list_url": reverse("student_detail", args=[record.uid]),
            "list_words": record.person.name,
            "sections": sections,
        }

    def _looks(self, student: Student) -> Section:
        """Who opened the record in the last 90 days, as far as the reader audits."""
        keys = [student.pk, *student.merged_here.values_list("pk", flat=True)]
        user = self.request.user
        events = AuditEvent.objects.visible_to(user).filter(
            student_id__in=keys, action=audit.Action.VIEW, at__gt=timezone.now() - LOOKED_BACK
        )
        # Who sits in a circle is its team's to know: a look at a participant would tell it.
        worked_on = CircleParticipant.objects.visible_to(user).order_by().values("uid")
        events = events.exclude(Q(object_type__in=OF_A_CIRCLE) & ~Q(object_uid__in=worked_on))
        found = list(events[: LOOKS + 1])
        rows = [
            [
                Cell(moment_words(event.at)),
                Cell(event.actor or _("the command line")),
                Cell(self._what(event), note=event.details.get(PURPOSE, "")),
            ]
            for event in found[:LOOKS]
        ]
        headings = (Heading(_("When"), is_day=True), Heading(_("Who")), Heading(_("What")))
        note = _("Each look at a single record. Lists are in the audit trail with their number of rows, without names.")
        more = None
        if len(found) > LOOKS:
            more = (f"{reverse('audit_event_list')}?object={student.uid}", _("All looks at this page"))
        empty = _("Nobody has, as far as you audit.")
        return Section(_("Who opened it in the last 90 days?"), headings, rows, empty, note=note, more=more)

    def _what(self, event: AuditEvent) -> str:
        if PURPOSE in event.details:
            return _("Older records, because")
        return str(SEEN.get(event.object_type) or event.object_type.replace("_", " "))


def access_section(student: Student) -> Section:
    """Every grant that reaches the student, with the reason in words."""
    found = reaching(student, Student.read_permission)
    rows = [
        [
            Cell(str(reach.grant.user), note=reach.grant.user.email if reach.grant.user.name else ""),
            Cell(_(ROLES[reach.role].title)),
            Cell(scope_words(reach)),
            Cell(reason_words(reach)),
            Cell(day_words(reach.grant.ends_on) or _("no end set")),
        ]
        for reach in found
    ]
    headings = (
        Heading(_("Who")),
        Heading(_("Role")),
        Heading(_("Where")),
        Heading(_("Why")),
        Heading(_("Until"), is_day=True),
    )
    note = _(
        "Staff who referred this student see those referrals, and restorative coordinators those that ask for a "
        "restorative response. Neither opens this record."
    )
    return Section(_("Who can open it today?"), headings, rows, _("Nobody can."), note=note)


def scope_words(reach: Reach) -> str:
    """Where the grant holds."""
    return reach.grant.school.name if reach.grant.school else reach.grant.district.name


def reason_words(reach: Reach) -> str:
    """Why the grant reaches the student."""
    if reach.enrollment is None:
        return _("The role holds in the whole district.")
    values = {"school": reach.enrollment.school.name, "year": str(reach.enrollment.school_year)}
    return _("The student is or was enrolled at %(school)s, last in %(year)s.") % values
