"""Certifications: the list, and one of them with its history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from district.access import Permission
from district.page_parts import Cell, Fact, Heading, Section, TimelineStep, day_words, span_words
from district.pages import ListPage, RecordPage
from training import tables
from training.actions import certifications as verbs
from training.filters import CertificationFilterSet
from training.models import Certification
from training.numbers import number_words
from training.standing_in_words import certification_status
from training.views import SEEN
from training.views_credentials import practices_section

STEP_WORDS = {
    verbs.AWARD: gettext_lazy("Award"),
    verbs.DECLINE: gettext_lazy("Do not award"),
    verbs.RENEW: gettext_lazy("Renew"),
    verbs.SUSPEND: gettext_lazy("Suspend"),
    verbs.REINSTATE: gettext_lazy("Lift the suspension"),
    verbs.REVOKE: gettext_lazy("Revoke"),
    verbs.LAPSE: gettext_lazy("Let it lapse"),
}


class CertificationList(ListPage):
    """Certifications in the reader's scope, one's own among them."""

    needs = SEEN
    table = tables.CERTIFICATIONS
    filterset_class = CertificationFilterSet
    title = gettext_lazy("Certifications")
    question = gettext_lazy("Who is certified, and until when?")
    empty_title = gettext_lazy("No certifications yet")
    empty_text = gettext_lazy("Propose somebody who has met what a credential asks for.")
    first_chips = ("status", "credential", "valid_on", "school")
    headings = (
        Heading(gettext_lazy("Name"), "family_name"),
        Heading(gettext_lazy("Credential"), "credential"),
        Heading(gettext_lazy("Stands")),
        Heading(gettext_lazy("Awarded"), "awarded_on", is_day=True),
        Heading(gettext_lazy("Valid through"), "expires_on", is_day=True),
        Heading(gettext_lazy("Number")),
    )

    def with_related(self, queryset: models.QuerySet) -> models.QuerySet:
        rows = queryset.select_related("practitioner__person", "credential", "version", "district")
        return rows.prefetch_related("terms", "pauses")

    def rows(self, records: Sequence[Any]) -> Iterable[list[Cell]]:
        for one in records:
            yield [
                Cell(one.practitioner.person.name, reverse("certification_detail", args=[one.uid])),
                Cell(one.credential.name),
                Cell(status=certification_status(one, one.district.today())),
                Cell(day_words(one.awarded_on)),
                Cell(day_words(one.expires_on)),
                Cell(number_words(one.number)),
            ]


class CertificationRecord(RecordPage):
    """One certification: where it stands, what it rests on, its terms, its history."""

    needs = SEEN
    table = tables.CERTIFICATIONS

    def queryset(self) -> models.QuerySet:
        rows = (
            super()
            .queryset()
            .select_related(
                "practitioner__person", "credential", "version", "district", "limited_to", "trainer__person"
            )
        )
        rows = rows.select_related("organization", "awarding_organization")
        return rows.prefetch_related("terms", "pauses", "statuses", "schools", "credential__practices")

    def describe(self, record: Certification) -> dict[str, Any]:
        today = record.district.today()
        scope = [str(record.limited_to)] if record.limited_to else [str(school) for school in record.schools.all()]
        facts = [
            Fact(_("Stands"), certification_status(record, today).word),
            Fact(_("Valid through"), day_words(record.expires_on) or _("no end set")),
            Fact(_("Number"), number_words(record.number) or _("none before the award")),
            Fact(_("Basis"), record.get_basis_display(), note=record.basis_note),
            Fact(_("Trainer of record"), record.trainer.person.name if record.trainer else _("none")),
            Fact(_("Proposed by"), str(record.organization or _("the district"))),
            Fact(_("Awarded by"), str(record.awarding_organization or _("nobody yet"))),
        ]
        if record.credential.is_license:
            facts.append(Fact(_("Counts for"), ", ".join(scope) or record.district.name))
        return {
            "title": _("%(name)s: %(credential)s")
            % {"name": record.practitioner.person.name, "credential": record.credential.name},
            "list_url": reverse("certification_list"),
            "list_words": _("Certifications"),
            "lead": self._reach(record),
            "actions": self._links(record),
            "facts": facts,
            "sections": [self._terms(record), practices_section(record.credential)],
            "steps": [
                TimelineStep(row.effective_on, day_words(row.effective_on), row.get_status_display(), row.note)
                for row in record.statuses.all()
            ],
        }

    def _reach(self, record: Certification) -> str:
        """How far the credential reaches."""
        practices = list(record.credential.practices.all())
        words = ngettext("May hold %(count)d practice.", "May hold %(count)d practices.", len(practices))
        return words % {"count": len(practices)} if practices else ""

    def _links(self, record: Certification) -> list[tuple[str, Any]]:
        links: list[tuple[str, Any]] = []
        allowed = Certification.objects.allowed(self.request.user, Permission.CERTIFICATION_AWARD)
        if allowed.filter(pk=record.pk).exists():
            steps = verbs.STEPS[record.status]
            links = [(reverse(f"certification_{step}", args=[record.uid]), STEP_WORDS[step]) for step in steps]
        if record.number:
            links.append((reverse("certification_paper", args=[record.uid]), _("Certificate (PDF)")))
            address = reverse("verify_number", args=[number_words(record.number)])
            links.append((address, _("Public check of the number")))
        if record.practitioner.merged_into_id is None:
            links.append((reverse("practitioner_detail", args=[record.practitioner.uid]), _("The person")))
        return links

    def _terms(self, record: Certification) -> Section:
        rows = [
            [Cell(span_words(one.valid_from, one.expires_on)), Cell(one.get_basis_display(), note=one.note)]
            for one in record.terms.all()
        ]
        rows += [[Cell(span_words(one.begins_on, one.ends_on)), Cell(_("Suspended"))] for one in record.pauses.all()]
        headings = (Heading(_("Days, both included")), Heading(_("What")))
        return Section(_("Terms"), headings, rows, _("Not awarded yet."))
