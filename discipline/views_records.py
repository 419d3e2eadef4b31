"""The page of one referral, and what the pages of single records of discipline have in common."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _

from discipline import next_steps, tables, telling
from discipline.models import FamilyContact, Incident, Referral, ReferralResponse
from discipline.views import removal_status, titles_of
from district.access import Permission
from district.models import User
from district.page_parts import (
    Cell,
    Fact,
    Heading,
    Section,
    Status,
    day_words,
    moment_words,
    school_days_words,
    span_words,
    time_words,
)
from district.pages import RecordPage
from district.views import student_links


def incident_link(user: User, incident: Incident) -> str:
    """Address of the incident's page; empty where `user` may not open it."""
    seen = Incident.objects.visible_to(user).filter(pk=incident.pk).exists()
    return reverse("incident_detail", args=[incident.uid]) if seen else ""


def clock_words(incident: Incident) -> str:
    """Time of an incident: exact, about, or not known."""
    at = time_words(incident.occurred_time)
    if not at:
        return _("time not known")
    return at if incident.is_time_exact else _("about %(time)s") % {"time": at}


def when_words(incident: Incident) -> str:
    """Day and time of an incident; an unknown time is said."""
    return _("%(day)s, %(time)s") % {"day": day_words(incident.occurred_on), "time": clock_words(incident)}


def place_words(incident: Incident) -> str:
    """Where an incident was; an unknown place is said."""
    return str(incident.get_location_display() or _("place not known"))


def tried_words(incident: Incident) -> str:
    """What was tried before the incident was referred."""
    return ", ".join(incident.tried_first_words) or _("nothing named")


def contact_section(contacts: Iterable[FamilyContact], *, is_told: bool) -> Section:
    """When families heard of it; what was noted only for those who may read narratives."""
    rows = [
        [
            Cell(moment_words(contact.at)),
            Cell(contact.student.person.name),
            Cell(contact.get_way_display(), note=contact.note if is_told else ""),
            Cell(str(contact.by or "") if is_told else ""),
        ]
        for contact in contacts
    ]
    headings = (Heading(_("When")), Heading(_("Student")), Heading(_("How")), Heading(_("Who told them")))
    return Section(_("What the family heard"), headings, rows, _("Nobody has told the family yet."))


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


class ReferralRecord(RecordPage):
    """One referral: what it was over, what answered it, and each state it passed through, as far as the reader may.

    Those of its school see all of it; those who look for restorative responses what was done, without what was
    written; its reporter how it stands, the question addressed to them, and what they wrote themselves.
    """

    needs = (Permission.REFERRAL_VIEW, Permission.REFERRAL_VIEW_OWN, Permission.REFERRAL_VIEW_RESTORATIVE)
    table = tables.REFERRALS
    template_name = "discipline/referral_detail.html"

    def queryset(self) -> models.QuerySet:
        people = ("student__person", "reporter", "assigned_to", "incident__described_by")
        return super().queryset().select_related("incident__school", "school__district", *people)

    def describe(self, record: Referral) -> dict[str, Any]:
        user, incident = self.request.user, record.incident
        is_told = user.can(Permission.NARRATIVE_VIEW, record.school)
        parts = incident.involvements.responsible().filter(student=record.student_id)
        behaviors = titles_of(parts, "student").get(record.student_id, _("none named"))
        contacts = list(record.incident.family_contacts.filter(student=record.student_id).select_related("by"))
        is_own = record.reporter_id == user.pk
        states = telling.told_states(record, user, names_reporter=is_told or is_own)
        if Referral.objects.filter(pk=record.pk).read_by(user).exists():
            shown = self._whole(record, parts, behaviors, contacts, is_told=is_told)
            ahead = []
        else:
            shown = self._own(record, behaviors, contacts)
            ahead = telling.steps_ahead(record)
        wrote = incident.description and (is_told or incident.described_by_id == user.pk)
        return {
            "list_url": reverse("referral_list"),
            "list_words": _("Referrals"),
            "crumb": incident.identifier,
            "words": incident.description if wrote else "",
            "words_by": incident.described_by,
            "narratives": [part for part in parts if part.description] if is_told else [],
            "thread": telling.exchange(states),
            "is_asked": record.status == Referral.Status.RETURNED,
            "steps": [*telling.timeline(states), *ahead],
            "next_steps": next_steps.of_referral(record, user),
            "next_note": "" if is_own else telling.review_words(record),
            **shown,
        }

    def _whole(
        self, record: Referral, parts: Any, behaviors: str, contacts: list[FamilyContact], *, is_told: bool
    ) -> dict[str, Any]:
        user, incident = self.request.user, record.incident
        asked = dict.fromkeys(str(part.get_response_display()) for part in parts if part.response)
        given = list(record.responses.select_related("by"))
        answering = [one for one in given if one.voided_at is None and one.returned_on is None]
        done = dict.fromkeys(str(one.get_response_display()) for one in answering)
        sections = [self._responses(record, given, is_told=is_told)] if given else []
        if user.can(Permission.REMOVAL_VIEW, record.school):
            sections.append(removal_section(incident.removals.visible_to(user).filter(student=record.student_id)))
        for contact in contacts:
            contact.student = record.student
        links = student_links(user, {record.student_id})
        asks = _("asks to look at a circle first") if record.asks_restorative else ""
        outcome = str(record.get_outcome_display() or (_("not recorded") if asked else ""))
        completed = [one.completed_on for one in given if one.completed_on and one.voided_at is None]
        if completed and record.outcome in ("", Referral.Outcome.RESTORATIVE):
            outcome = _("Resolved by circle")
        elif record.status in Referral.OPEN and (returned := [one for one in given if one.is_returned]):
            outcome = _("Returned from circle: what was agreed was not met")
            done = {day_words(max(one.returned_on for one in returned if one.returned_on)): None}
        return {
            "title": record.student.person.name,
            "lead": _("Referred over: %(behaviors)s. %(status)s.")
            % {"behaviors": behaviors, "status": record.get_status_display()},
            "facts": [
                Fact(_("Student"), record.student.person.name, href=links.get(record.student_id, "")),
                Fact(_("Incident"), incident.identifier, when_words(incident), incident_link(user, incident)),
                Fact(_("Place"), place_words(incident), record.school.name),
                *([Fact(_("Referred by"), str(record.reporter or _("not recorded")))] if is_told else []),
                Fact(_("Tried first"), tried_words(incident), asks),
                *([Fact(_("Outcome"), outcome, ", ".join(asked | done))] if outcome or asked or done else []),
            ],
            "sections": [*sections, contact_section(contacts, is_told=is_told)],
        }

    def _own(self, record: Referral, behaviors: str, contacts: list[FamilyContact]) -> dict[str, Any]:
        incident = record.incident
        heard = ", ".join(dict.fromkeys(str(contact.get_way_display()) for contact in contacts))
        return {
            "title": telling.own_title(record),
            "lead": telling.own_lead(record),
            "facts": [
                Fact(_("What"), behaviors),
                Fact(_("When"), when_words(incident)),
                Fact(_("Where"), place_words(incident)),
                Fact(_("Tried first"), tried_words(incident)),
                Fact(_("Family"), heard or _("Not yet")),
            ],
        }

    def _responses(self, record: Referral, given: list[ReferralResponse], *, is_told: bool) -> Section:
        may_void = self.request.user.can(Permission.REFERRAL_DECIDE, record.school)
        rows = []
        for one in given:
            undo = Cell(_("Void"), reverse("referral_response_void", args=[one.uid])) if may_void else Cell()
            if one.voided_at:
                undo = Cell(_("voided"), note=one.void_reason if is_told else "")
            done = Cell()
            if one.completed_on:
                done = Cell(status=Status(_("Completed"), "done"), note=day_words(one.completed_on))
            elif one.returned_on:
                done = Cell(status=Status(_("Not met"), "late"), note=day_words(one.returned_on))
            rows.append(
                [
                    Cell(one.get_response_display()),
                    Cell(day_words(one.on)),
                    Cell(str(one.by or "")),
                    done,
                    undo,
                ]
            )
        headings = (
            Heading(_("Response")),
            Heading(_("Decided")),
            Heading(_("By")),
            Heading(_("Carried out")),
            Heading(_("A mistake?")),
        )
        return Section(_("What is done instead, or beside"), headings, rows)
