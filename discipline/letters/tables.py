"""What the lists of letters and of their templates show, column by column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from discipline.models import Letter, LetterKind, LetterLanguage, LetterStatus, LetterVersion
from district.columns import Column, Kind, RecordTable, grouped, objects
from district.models import User
from district.tables import ID, SCHOOL, STUDENT

STATUS_PARTS = (
    Column("state", _("State"), "state", choices=Letter.State),
    Column("on", _("Day"), "day", Kind.DATE),
    Column("way", _("How"), "way", choices=LetterStatus.Way, is_blank=True),
    Column("note", _("Note"), "note"),
)
BLOCK_PARTS = (
    Column("language", _("Language"), "language"),
    Column("subject", _("Subject"), "subject"),
    Column("notice", _("Notice"), "notice"),
    Column("text", _("Text"), "text"),
)


def statuses_of(keys: Sequence[int], user: User) -> Any:
    """What happened to each letter."""
    return grouped(objects(LetterStatus.objects.filter(letter__in=keys).order_by("at", "pk"), "letter", STATUS_PARTS))


def texts_of(keys: Sequence[int], user: User) -> dict[int, list[dict[str, str]]]:
    """What each letter says, as plain text."""
    rows = Letter.objects.filter(pk__in=keys).values_list("pk", "content")
    return {
        key: [
            {name: text[name] for name in ("language", "subject")}
            | {"notice": " ".join(text["notices"])}
            | {"text": "\n\n".join(line for _kind, line in text["blocks"])}
            for text in content["texts"]
        ]
        for key, content in rows
    }


LETTERS = RecordTable(
    Letter,
    "letters",
    (
        ID,
        Column("removal", _("Removal"), "removal__uid", Kind.ID),
        STUDENT,
        SCHOOL,
        Column("kind", _("Letter"), "kind", choices=LetterKind),
        Column("language", _("Language"), "language", choices=LetterLanguage),
        Column("recipient", _("To"), "recipient"),
        Column("guardian", _("Guardian"), "guardian__uid", Kind.ID, is_nullable=True),
        Column("dated", _("Dated"), "dated", Kind.DATE),
        Column("state", _("State"), "state", choices=Letter.State),
        Column("template", _("Template"), "version__uid", Kind.ID),
        Column("template_version", _("Version of the template"), "version__number", Kind.INTEGER),
        Column("digest", _("SHA-256"), "digest"),
    ),
    details=(
        Column("statuses", _("What happened"), kind=Kind.OBJECTS, gather=statuses_of, parts=STATUS_PARTS),
        Column("texts", _("What it says"), kind=Kind.OBJECTS, gather=texts_of, parts=BLOCK_PARTS),
    ),
    places={"district": "school__district_id", "school": "school_id", "student": "student_id"},
    about_students=True,
)
TEMPLATES = RecordTable(
    LetterVersion,
    "letter-templates",
    (
        ID,
        Column("district", _("District"), "template__district__code"),
        Column("kind", _("Letter"), "template__kind", choices=LetterKind),
        Column("language", _("Language"), "template__language", choices=LetterLanguage),
        Column("version", _("Version"), "number", Kind.INTEGER),
        Column("review", _("Review"), "review", choices=LetterVersion.Review),
        Column("is_shipped", _("Came with the product"), "is_shipped", Kind.YES_NO),
        Column("replaced", _("Replaced"), "replaced_at", Kind.IS_SET),
        Column("subject", _("Subject"), "subject"),
        Column("body", _("Text"), "body"),
    ),
    places={"district": "template__district_id"},
)
