"""Pages around memoranda: their steps, what partners did under them, and their documents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models
from django.http import FileResponse, Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views import View

from commitments import tables
from commitments.filters import ActivityFilterSet
from commitments.models import Document, PartnerActivity
from commitments.sections import activity_cells
from commitments.steps.memoranda import ACTIVITY_STEPS, DOCUMENT_STEPS, MEMORANDUM_STEPS
from commitments.uploads import documents
from district.access import Permission
from district.models import Memorandum
from district.page_parts import Cell, Heading
from district.pages import ListPage, PageMixin, SignedInRequest
from district.step_pages import StepPage, permissions_of

READERS = (
    Permission.MEMORANDUM_VIEW,
    Permission.COMMITMENT_VIEW,
    Permission.BODY_VIEW,
    Permission.ASSEMBLY_VIEW,
)
"""Whoever reads one of the records to which a document may belong."""


class MemorandumStepPage(StepPage):
    """Any step of a memorandum."""

    needs = permissions_of(MEMORANDUM_STEPS)
    model = Memorandum
    steps = MEMORANDUM_STEPS


class ActivityList(ListPage):
    """What partners did under their memoranda, in their own log."""

    needs = Permission.MEMORANDUM_VIEW
    table = tables.ACTIVITIES
    filterset_class = ActivityFilterSet
    title = gettext_lazy("Partners’ log")
    question = gettext_lazy("What have partners done?")
    about = gettext_lazy("Each organization logs its own work under its memorandum. No student is named in it.")
    empty_title = gettext_lazy("Nothing logged yet")
    empty_text = gettext_lazy("A partner logs its work from the page of its memorandum.")
    first_chips = ("kind", "happened_from", "happened_to")
    headings = (
        Heading(gettext_lazy("What was done")),
        Heading(gettext_lazy("Kind"), "kind"),
        Heading(gettext_lazy("Day"), "happened_on", is_day=True),
        Heading(gettext_lazy("Organization")),
        Heading(gettext_lazy("Hours"), "hours", is_number=True),
        Heading(gettext_lazy("People"), is_number=True),
        Heading(gettext_lazy("Cases"), is_number=True),
        Heading(gettext_lazy("Funding"), is_number=True),
        Heading(gettext_lazy("On record")),
    )

    def with_related(self, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.select_related("memorandum__organization")

    def rows(self, records: Sequence[Any]) -> Iterable[list[Cell]]:
        for activity in records:
            yield activity_cells(activity, self.request.user.holds(Permission.ACTIVITY_LOG))


class ActivityStepPage(StepPage):
    """Any step of a logged piece of work."""

    needs = permissions_of(ACTIVITY_STEPS)
    model = PartnerActivity
    steps = ACTIVITY_STEPS

    def home_of(self, record: PartnerActivity) -> str:
        return reverse("memorandum_detail", args=[record.memorandum.uid])


class DocumentFile(PageMixin, View):
    """A document as a download: never shown in the browser, never guessed at, only within the reader's scope."""

    needs = READERS

    def get(self, request: SignedInRequest, uid: Any) -> HttpResponseBase:
        document = get_object_or_404(Document.objects.standing().visible_to(request.user), uid=uid)
        storage = documents()
        if not storage.exists(document.stored_name):
            raise Http404
        response = FileResponse(
            storage.open(document.stored_name),
            as_attachment=True,
            filename=document.file_name,
            content_type=document.content_type,
        )
        response["X-Content-Type-Options"] = "nosniff"
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return response


class DocumentStepPage(StepPage):
    """Any step of a document."""

    needs = permissions_of(DOCUMENT_STEPS)
    model = Document
    steps = DOCUMENT_STEPS

    def home_of(self, record: Document) -> str:
        return home_of_document(record)


def home_of_document(document: Document) -> str:
    """Address of the record to which a document belongs."""
    for name in Document.OWNERS:
        owner = getattr(document, name)
        if owner is not None:
            return reverse(f"{name}_detail", args=[owner.uid])
    raise Http404
