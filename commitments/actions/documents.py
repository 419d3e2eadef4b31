"""Keeping a file with a record, and taking it out of use."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from commitments.models import Document
from commitments.uploads import discard, keep
from district.models import District, User

from .recording import add, locked, void


def add_document(*, title: str, file: UploadedFile, by: User | None, **owner: Any) -> Document:
    """Check `file`, keep it, and put it with the one record named in `owner` (`memorandum=…`, `commitment=…`, …).

    Raises ValidationError for a file of another kind or size; nothing is kept then.
    """
    stored = keep(file)
    try:
        with transaction.atomic():
            row = Document(title=title.strip(), by=by, **owner, **stored._asdict())
            return add(row, by=by, district=district_of(row))
    except BaseException:
        discard(stored)  # no record names it
        raise


def district_of(document: Document) -> District:
    """The district of the record that a document belongs to."""
    if document.meeting:
        return document.meeting.body.district
    owner = document.memorandum or document.commitment or document.assembly
    assert owner  # noqa: S101 - the database keeps it so
    return owner.district


@transaction.atomic
def void_document(*, document: Document, reason: str, by: User | None) -> Document:
    """Void a document: its entry stays with the reason, and nobody can download it any more."""
    document = locked(document)
    void(document, reason=reason, by=by, district=district_of(document))
    return document
