"""Pages about the upkeep of the record: what was imported, and who did and saw what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district import tables
from district.access import Permission
from district.filters import AuditEventFilterSet, ImportFilterSet
from district.models import AuditEvent, ImportBatch, School, User
from district.page_parts import Cell, Fact, Heading, moment_words
from district.pages import ListPage, RecordPage

COUNTS = (
    ("read", gettext_lazy("Rows read")),
    ("created", gettext_lazy("Created")),
    ("updated", gettext_lazy("Updated")),
    ("unchanged", gettext_lazy("Unchanged")),
    ("refused", gettext_lazy("Refused")),
    ("ended", gettext_lazy("Ended")),
)


class ImportList(ListPage):
    """Finished imports, the latest first."""

    needs = Permission.IMPORT_VIEW
    table = tables.IMPORTS
    filterset_class = ImportFilterSet
    title = gettext_lazy("Imports")
    question = gettext_lazy("Which files were read, and what became of their rows?")
    about = gettext_lazy("An import is whole or not there.")
    empty_title = gettext_lazy("Nothing was imported yet")
    empty_text = gettext_lazy("Begin with the roster, then the code of conduct, then the discipline file.")
    first_chips = ("kind",)
    tells_total = True
    headings = (
        Heading(gettext_lazy("File")),
        Heading(gettext_lazy("Kind"), "kind"),
        Heading(gettext_lazy("Imported"), "imported_at", is_day=True),
        *(Heading(label, "read" if name == "read" else "", is_number=True) for name, label in COUNTS),
    )

    def rows(self, records: Sequence[Any]) -> Iterable[list[Cell]]:
        for batch in records:
            yield [
                Cell(batch.file_name, reverse("import_detail", args=[batch.uid])),
                Cell(batch.get_kind_display()),
                Cell(moment_words(batch.created_at)),
                *(Cell(f"{getattr(batch, name):,}", is_number=True) for name, _label in COUNTS),
            ]


class ImportRecord(RecordPage):
    """One import: the file, its fingerprint, who ran it, what became of its rows."""

    needs = Permission.IMPORT_VIEW
    table = tables.IMPORTS

    def queryset(self) -> models.QuerySet:
        return super().queryset().select_related("district")

    def describe(self, record: ImportBatch) -> dict[str, Any]:
        runner = User.objects.filter(pk=record.user_id).first() if record.user_id else None
        return {
            "title": record.file_name,
            "list_url": reverse("import_list"),
            "list_words": _("Imports"),
            "crumb": record.get_kind_display(),
            "lead": _("%(kind)s, read on %(when)s.")
            % {"kind": record.get_kind_display(), "when": moment_words(record.created_at)},
            "facts": [
                *(Fact(label, f"{getattr(record, name):,}") for name, label in COUNTS),
                Fact(_("District"), record.district.name),
                Fact(_("Run by"), str(runner) if runner else _("the command line")),
                Fact(_("Fingerprint of the file (SHA-256)"), record.sha256 or _("none kept")),
            ],
        }


class AuditList(ListPage):
    """The audit trail: who did and saw what. Fields that changed, no values, no name of a student."""

    needs = Permission.AUDIT_VIEW
    table = tables.AUDIT_EVENTS
    filterset_class = AuditEventFilterSet
    title = gettext_lazy("Audit trail")
    question = gettext_lazy("Who did and saw what?")
    about = gettext_lazy("Nobody can change or delete a line, and no student is named.")
    empty_title = gettext_lazy("Nothing happened yet")
    empty_text = gettext_lazy("Each sign-in, view, export and change leaves a line here.")
    first_chips = ("action", "actor", "from_day", "to_day")
    headings = (
        Heading(gettext_lazy("When"), "at", is_day=True),
        Heading(gettext_lazy("Who"), "actor"),
        Heading(gettext_lazy("Action"), "action"),
        Heading(gettext_lazy("Kind of record")),
        Heading(gettext_lazy("School")),
        Heading(gettext_lazy("Changed fields")),
    )

    def rows(self, records: Sequence[Any]) -> Iterable[list[Cell]]:
        keys = {event.school_id for event in records if event.school_id}
        schools = dict(School.objects.filter(pk__in=keys).values_list("pk", "name"))
        for event in records:
            yield [
                Cell(moment_words(event.at)),
                Cell(event.actor or _("the command line")),
                Cell(event.get_action_display()),
                Cell(what_of(event), note=how_many(event)),
                Cell(schools.get(event.school_id, "")),
                Cell(", ".join(sorted(event.changes))),
            ]


def what_of(event: AuditEvent) -> str:
    """The kind of record an event names, or the list that was read."""
    return (event.object_type or str(event.details.get("collection", ""))).replace("_", " ").replace("-", " ")


def how_many(event: AuditEvent) -> str:
    """How many rows a list or file showed; empty for a single record."""
    count = event.details.get("count")
    return _("%(count)s rows") % {"count": f"{count:,}"} if isinstance(count, int) else ""
