"""Single records of discipline: an incident, a referral, a removal, a behaviour."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _

from discipline import tables
from discipline.models import Incident, Involvement, Referral, Removal
from discipline.timelines import in_order, referral_steps, removal_steps
from discipline.views import referral_status, removal_status, titles_of
from district.access import Permission
from district.models import Student, User
from district.page_parts import (
    Cell,
    Fact,
    Heading,
    Section,
    TimelineStep,
    day_words,
    school_days_words,
    span_words,
    time_words,
    yes_no_words,
)
from district.pages import RecordPage


def student_links(user: User, keys: set[int]) -> dict[int, str]:
    """Addresses of the student pages that `user` may open, by the student's key."""
    visible = Student.objects.visible_to(user).filter(pk__in=keys)
    return {pk: reverse("student_detail", args=[uid]) for pk, uid in visible.values_list("pk", "uid")}


def incident_link(user: User, incident: Incident) -> str:
    """Address of the incident's page; empty where `user` may not open it."""
    seen = Incident.objects.visible_to(user).filter(pk=incident.pk).exists()
    return reverse("incident_detail", args=[incident.uid]) if seen else ""


def when_words(incident: Incident) -> str:
    """Day and time of an incident; an unknown time is said."""
    at = time_words(incident.occurred_time) or _("time not known")
    return _("%(day)s, %(time)s") % {"day": day_words(incident.occurred_on), "time": at}


def removal_section(removals: models.QuerySet) -> Section:
    """Removals as a small table, with the student in front."""
    rows = [
        [
            Cell(removal.get_kind_display(), reverse("removal_detail", args=[removal.uid])),
            Cell(removal.student.person.name),
            Cell(span_words(removal.begins_on, removal.ends_on)),
            Cell(school_days_words(removal.days)),
            Cell(status=removal_status(removal, removal.school.district.today())),
        ]
        for removal in removals.select_related("student__person", "school__district")
    ]
    headings = (
        Heading(_("Removal")),
        Heading(_("Student")),
        Heading(_("When")),
        Heading(_("Length")),
        Heading(_("Status")),
    )
    return Section(_("Removals"), headings, rows, _("Nobody was removed over this."))


class IncidentRecord(RecordPage):
    """One incident: who took part, what followed, and, for those who may, what was written."""

    needs = Permission.REFERRAL_VIEW
    table = tables.INCIDENTS
    template_name = "discipline/incident_detail.html"

    def queryset(self) -> models.QuerySet:
        return super().queryset().select_related("school__district")

    def describe(self, record: Incident) -> dict[str, Any]:
        user = self.request.user
        told = Incident.objects.filter(pk=record.pk).allowed(user, Permission.NARRATIVE_VIEW).exists()
        parts = list(record.involvements.select_related("student__person", "behavior"))
        if not told:
            parts = [part for part in parts if part.role not in Involvement.CONFIDENTIAL]
        titles = titles_of(record.involvements.all(), "incident")
        removals = record.removals.visible_to(user)
        place = record.get_location_display() or _("place not known")
        sections = [self._parts(parts), self._referrals(record)]
        if user.holds(Permission.REMOVAL_VIEW):
            sections.append(removal_section(removals))
        return {
            "title": titles.get(record.pk, _("Incident")),
            "list_url": reverse("incident_list"),
            "list_words": _("Incidents"),
            "crumb": record.identifier,
            "lead": _("%(school)s, %(place)s, %(when)s.")
            % {"school": record.school.name, "place": str(place).lower(), "when": when_words(record)},
            "facts": [
                Fact(_("School"), record.school.name, href=reverse("school_detail", args=[record.school.uid])),
                Fact(_("When"), day_words(record.occurred_on), time_words(record.occurred_time) or _("time not known")),
                Fact(_("Place"), place),
                Fact(_("Law enforcement"), self._law_enforcement(parts)),
            ],
            "sections": sections,
            "narratives": [part for part in parts if part.description] if told else [],
            "steps": in_order(
                [
                    TimelineStep(record.occurred_on, when_words(record), _("It happened"), str(place)),
                    *referral_steps(record.referrals.visible_to(user)),
                    *removal_steps(removals),
                ]
            ),
        }

    def _law_enforcement(self, parts: list[Involvement]) -> str:
        found = dict.fromkeys(str(part.get_law_enforcement_display()) for part in parts if part.law_enforcement)
        return ", ".join(found) or _("not involved")

    def _parts(self, parts: list[Involvement]) -> Section:
        links = student_links(self.request.user, {part.student_id for part in parts})
        rows = [
            [
                Cell(part.student.person.name, links.get(part.student_id, "")),
                Cell(part.get_role_display(), note=_("voided") if part.voided_at else ""),
                Cell(part.behavior.title if part.behavior else ""),
                Cell(part.get_response_display()),
            ]
            for part in parts
        ]
        headings = (Heading(_("Student")), Heading(_("Part")), Heading(_("Behavior")), Heading(_("Response")))
        return Section(_("Who took part"), headings, rows, _("Nobody is named yet."))

    def _referrals(self, incident: Incident) -> Section:
        found = incident.referrals.visible_to(self.request.user).select_related("student__person")
        rows = [
            [
                Cell(referral.student.person.name, reverse("referral_detail", args=[referral.uid])),
                Cell(status=referral_status(referral)),
            ]
            for referral in found
        ]
        return Section(_("Referrals"), (Heading(_("Student")), Heading(_("Status"))), rows, _("Nobody was referred."))


class ReferralRecord(RecordPage):
    """One referral: what it was over, what answered it, and each state it passed through."""

    needs = (Permission.REFERRAL_VIEW, Permission.REFERRAL_VIEW_OWN, Permission.REFERRAL_VIEW_RESTORATIVE)
    table = tables.REFERRALS

    def queryset(self) -> models.QuerySet:
        return super().queryset().select_related("incident", "school__district", "student__person")

    def describe(self, record: Referral) -> dict[str, Any]:
        user, incident = self.request.user, record.incident
        parts = incident.involvements.responsible().filter(student=record.student_id)
        answers = dict.fromkeys(str(part.get_response_display()) for part in parts if part.response)
        behaviors = titles_of(parts, "student").get(record.student_id, _("none named"))
        sections = []
        if user.holds(Permission.REMOVAL_VIEW):
            sections.append(removal_section(incident.removals.visible_to(user).filter(student=record.student_id)))
        links = student_links(user, {record.student_id})
        return {
            "title": record.student.person.name,
            "list_url": reverse("referral_list"),
            "list_words": _("Referrals"),
            "crumb": incident.identifier,
            "lead": _("Referred over: %(behaviors)s. %(status)s.")
            % {"behaviors": behaviors, "status": record.get_status_display()},
            "facts": [
                Fact(_("Student"), record.student.person.name, href=links.get(record.student_id, "")),
                Fact(_("Incident"), incident.identifier, when_words(incident), incident_link(user, incident)),
                Fact(_("School"), record.school.name),
                Fact(_("Response"), ", ".join(answers) or _("none recorded")),
            ],
            "sections": sections,
            "steps": referral_steps(Referral.objects.filter(pk=record.pk)),
        }


class RemovalRecord(RecordPage):
    """One removal: its terms now, and each change of them with its reason."""

    needs = Permission.REMOVAL_VIEW
    table = tables.REMOVALS

    def queryset(self) -> models.QuerySet:
        return super().queryset().select_related("incident", "school__district", "student__person")

    def describe(self, record: Removal) -> dict[str, Any]:
        user, incident = self.request.user, record.incident
        links = student_links(user, {record.student_id})
        notice = _("This removal was voided and counts nowhere. Reason: %(reason)s") % {"reason": record.void_reason}
        return {
            "title": _("%(kind)s, %(length)s")
            % {"kind": record.get_kind_display(), "length": school_days_words(record.days)},
            "list_url": reverse("removal_list"),
            "list_words": _("All removals"),
            "crumb": record.identifier or incident.identifier,
            "notice": notice if record.voided_at else "",
            "notice_tone": "warn",
            "facts": [
                Fact(_("Student"), record.student.person.name, href=links.get(record.student_id, "")),
                Fact(_("When"), span_words(record.begins_on, record.ends_on)),
                Fact(_("Status"), removal_status(record, record.school.district.today()).word),
                Fact(_("Educational services"), yes_no_words(record.services_provided)),
                Fact(_("Incident"), incident.identifier, when_words(incident), incident_link(user, incident)),
                Fact(_("School"), record.school.name),
            ],
            "sections": [self._changes(record)],
            "steps": removal_steps(Removal.objects.filter(pk=record.pk)),
        }

    def _changes(self, removal: Removal) -> Section:
        rows = [
            [
                Cell(day_words(change.at.date())),
                Cell(span_words(change.begins_on, change.ends_on)),
                Cell(school_days_words(change.days)),
                Cell(yes_no_words(change.services_provided)),
                Cell(change.reason),
            ]
            for change in removal.changes.all()
        ]
        headings = (
            Heading(_("Changed on")),
            Heading(_("Ordered before")),
            Heading(_("Length before")),
            Heading(_("Services before")),
            Heading(_("Reason")),
        )
        return Section(_("What was ordered before"), headings, rows, _("Its terms never changed."))
