"""The page of one incident: who took part, what followed, what it belongs to, and what was written about it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from discipline import next_steps, tables
from discipline.actions import linked_to
from discipline.checklists import case_of_incident
from discipline.models import Incident, IncidentMerge, Involvement, OtherPerson
from discipline.timelines import in_order, referral_steps, removal_steps
from discipline.views import referral_status, titles_of
from discipline.views_records import (
    clock_words,
    contact_section,
    place_words,
    removal_section,
    student_links,
    tried_words,
    when_words,
)
from district.access import Permission
from district.page_parts import Cell, Fact, Heading, Section, TimelineStep, day_words, moment_words
from district.pages import RecordPage


class IncidentRecord(RecordPage):
    """One incident: who took part, what followed, and, for those who may, what was written."""

    needs = Permission.REFERRAL_VIEW
    table = tables.INCIDENTS
    template_name = "discipline/incident_detail.html"

    is_told: bool
    may_write: bool

    def queryset(self) -> models.QuerySet:
        return super().queryset().select_related("school__district", "described_by", "merged_into__school")

    def describe(self, record: Incident) -> dict[str, Any]:
        user = self.request.user
        self.is_told = user.can(Permission.NARRATIVE_VIEW, record.school)
        self.may_write = record.merged_into_id is None and user.can(Permission.REFERRAL_DECIDE, record.school)
        parts = list(record.involvements.select_related("student__person", "behavior"))
        if not self.is_told:
            parts = [part for part in parts if part.role not in Involvement.CONFIDENTIAL]
        removals = record.removals.visible_to(user)
        contacts = record.family_contacts.select_related("student__person", "by")
        sections = [self._parts(parts), *self._other_people(record), self._referrals(record)]
        if user.can(Permission.REMOVAL_VIEW, record.school):
            sections.append(removal_section(removals))
        sections += [contact_section(contacts, is_told=self.is_told), *self._links(record), *self._merges(record)]
        place = place_words(record)
        return {
            "title": titles_of(record.involvements.all(), "incident").get(record.pk, _("Incident")),
            "list_url": reverse("incident_list"),
            "list_words": _("Incidents"),
            "crumb": record.identifier,
            "lead": _("%(school)s, %(place)s, %(when)s.")
            % {"school": record.school.name, "place": place.lower(), "when": when_words(record)},
            **self._pointer(record),
            **case_of_incident(record, user),
            "facts": [
                Fact(_("School"), record.school.name, href=reverse("school_detail", args=[record.school.uid])),
                Fact(_("When"), day_words(record.occurred_on), clock_words(record)),
                Fact(_("Place"), place),
                Fact(_("Tried first"), tried_words(record)),
                Fact(_("Law enforcement"), self._law_enforcement(parts)),
            ],
            "sections": sections,
            "words": record.description if self.is_told else "",
            "words_by": record.described_by,
            "narratives": [part for part in parts if part.description] if self.is_told else [],
            "steps": in_order(
                [
                    TimelineStep(record.occurred_on, when_words(record), _("It happened"), place),
                    *referral_steps(record.referrals.visible_to(user)),
                    *removal_steps(removals),
                ]
            ),
            "next_steps": next_steps.of_incident(record, user),
        }

    def _pointer(self, incident: Incident) -> dict[str, Any]:
        """Where a merged incident goes on."""
        kept = incident.merged_into
        if kept is None:
            return {}
        words = {"number": kept.identifier, "school": kept.school.name}
        seen = Incident.objects.visible_to(self.request.user).filter(pk=kept.pk).exists()
        return {
            "notice": _("This record was merged into incident %(number)s at %(school)s. It goes on there.") % words,
            "notice_tone": "warn",
            "notice_url": reverse("incident_detail", args=[kept.uid]) if seen else "",
            "notice_words": _("Open the incident that was kept"),
        }

    def _law_enforcement(self, parts: list[Involvement]) -> str:
        found = dict.fromkeys(str(part.get_law_enforcement_display()) for part in parts if part.law_enforcement)
        return ", ".join(found) or _("not involved")

    def _parts(self, parts: list[Involvement]) -> Section:
        links = student_links(self.request.user, {part.student_id for part in parts})
        rows = []
        for part in parts:
            row = [
                Cell(part.student.person.name, links.get(part.student_id, "")),
                Cell(part.get_role_display()),
                Cell(part.behavior.title if part.behavior else "", note=part.get_response_display()),
            ]
            if part.voided_at:
                row.append(Cell(_("voided"), note=part.void_reason if self.is_told else ""))
            elif self.may_write:
                row.append(Cell(_("Void"), reverse("incident_part_void", args=[part.uid])))
            else:
                row.append(Cell())
            rows.append(row)
        headings = (Heading(_("Student")), Heading(_("Part")), Heading(_("Behavior")), Heading(_("A mistake?")))
        return Section(_("Who took part"), headings, rows, _("Nobody is named yet."))

    def _other_people(self, incident: Incident) -> list[Section]:
        """People who are no students on the roster; who was only near, and words about them, as for students."""
        found = list(incident.other_people.select_related("staff__person"))
        if not self.is_told:
            found = [person for person in found if person.role not in Involvement.CONFIDENTIAL]
        if not found:
            return []
        headings = (Heading(_("Who")), Heading(_("Part")), Heading(_("In a few words")))
        rows = [
            [
                Cell(person_words(person)),
                Cell(person.get_role_display()),
                Cell(person.words if self.is_told else ""),
            ]
            for person in found
        ]
        return [Section(_("Other people"), headings, rows)]

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

    def _links(self, incident: Incident) -> list[Section]:
        """Incidents that belong to this one, among those that the reader may open."""
        user, links = self.request.user, linked_to(incident)
        ends = Incident.objects.filter(pk__in={key for link in links for key in (link.first_id, link.second_id)})
        seen = set(ends.visible_to(user).values_list("pk", flat=True))
        decided = set(ends.allowed(user, Permission.REFERRAL_DECIDE).values_list("pk", flat=True))
        rows = []
        for link in links:
            twin = link.second if link.first_id == incident.pk else link.first
            if twin.pk not in seen:
                continue
            end = Cell()
            if self.may_write and twin.pk in decided:
                end = Cell(_("Take apart"), reverse("incident_unlink", args=[link.uid]))
            address = reverse("incident_detail", args=[twin.uid])
            rows.append([Cell(twin.identifier, address, day_words(twin.occurred_on)), Cell(link.reason), end])
        headings = (Heading(_("Incident")), Heading(_("Why they belong together")), Heading(_("Not so?")))
        return [Section(_("Belongs together with"), headings, rows)] if rows else []

    def _merges(self, incident: Incident) -> list[Section]:
        """Which records were merged into this one, or into which this one was: the history stays on both."""
        merges = IncidentMerge.objects.filter(Q(kept=incident) | Q(merged=incident) | Q(merged__merged_into=incident))
        rows = [
            [
                Cell(moment_words(merge.at), note=str(merge.by or "")),
                Cell(merge.merged.identifier, reverse("incident_detail", args=[merge.merged.uid])),
                Cell(merge.kept.identifier, reverse("incident_detail", args=[merge.kept.uid])),
                Cell(merge.reason, note=counts_words(merge)),
            ]
            for merge in merges.select_related("merged", "kept", "by")
        ]
        headings = (Heading(_("When")), Heading(_("This record")), Heading(_("went into")), Heading(_("Reason")))
        return [Section(_("Merged"), headings, rows)] if rows else []


def person_words(person: OtherPerson) -> str:
    """Who somebody is: a member of staff by name, else the kind of person."""
    return person.staff.person.name if person.staff else str(person.get_kind_display())


def counts_words(merge: IncidentMerge) -> str:
    """How many records moved, and how many were there already."""
    moved, voided = (sum(len(ids) for ids in found.values()) for found in (merge.moved, merge.voided))
    return _("records moved: %(moved)d, doubles: %(voided)d") % {"moved": moved, "voided": voided}
