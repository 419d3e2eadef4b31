"""What a file must be before it is kept, by its content and not by its name; and where it is kept.

Files stand under a random name in the storage `documents`, which no web server serves. What they were called is kept
beside them, made safe, and used only as the name of a download.
"""

from __future__ import annotations

import hashlib
import lzma
import re
import secrets
import struct
import unicodedata
import zipfile
import zlib
from typing import IO, NamedTuple

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.storage import Storage, storages
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

MAX_BYTES = 10 * 1024 * 1024
MAX_MEMBERS = 5_000
NAME_LENGTH = 120

PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEXT = "application/vnd.oasis.opendocument.text"
SHEET = "application/vnd.oasis.opendocument.spreadsheet"

EXTENSIONS = {PDF: ".pdf", PNG: ".png", JPEG: ".jpg", WORD: ".docx", EXCEL: ".xlsx", TEXT: ".odt", SHEET: ".ods"}
"""Type → the extension that its download gets, whatever the file was called."""
ACCEPTED = ".pdf,.png,.jpg,.jpeg,.docx,.xlsx,.odt,.ods"
SIGNATURES = ((b"%PDF-", PDF), (b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG))
DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError),
    *(OSError, NotImplementedError, RuntimeError, ValueError),
)
"""What reading a package raises that is broken, encrypted, or packed in a way of its own."""
MACROS = ("vbaproject.bin", "vbadata.xml", "basic/script-lc.xml")


class StoredFile(NamedTuple):
    """A file that has been checked and kept."""

    stored_name: str
    file_name: str
    content_type: str
    size: int
    sha256: str


def documents() -> Storage:
    """Where documents are kept."""
    return storages["documents"]


def keep(file: UploadedFile) -> StoredFile:
    """Check `file` and keep it under a random name. Raises ValidationError for the field `file`.

    The caller removes it again (`discard`) when the record that names it is not written.
    """
    content_type = checked_type(file)
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    name = documents().save(secrets.token_hex(24), File(file))
    return StoredFile(name, safe_name(file.name or "", content_type), content_type, file.size or 0, digest.hexdigest())


def discard(stored: StoredFile) -> None:
    """Remove a file that no record names."""
    documents().delete(stored.stored_name)


def checked_type(file: UploadedFile) -> str:
    """Return the type of the file by its content. Raises ValidationError when it is too large or of another kind."""
    size = file.size or 0
    if not 0 < size <= MAX_BYTES:
        raise ValidationError({"file": _("A file has at least one byte and at most 10 MB.")})
    file.seek(0)
    start = file.read(16)
    file.seek(0)
    for signature, content_type in SIGNATURES:
        if start.startswith(signature):
            return content_type
    if start.startswith(b"PK\x03\x04") and (found := _office_type(file.file or file)):
        file.seek(0)
        return found
    raise ValidationError({"file": _("Only PDF, PNG, JPEG, Word, Excel and OpenDocument files without macros.")})


def _office_type(file: IO[bytes]) -> str | None:
    """The type of an office document, from the names of its members; nothing is unpacked but 100 bytes."""
    try:
        with zipfile.ZipFile(file) as package:
            members = package.infolist()
            names = {member.filename.lower() for member in members}
            if len(members) > MAX_MEMBERS or any(name.endswith(MACROS) for name in names):
                return None
            if "[content_types].xml" in names:
                return WORD if "word/document.xml" in names else EXCEL if "xl/workbook.xml" in names else None
            if "mimetype" in names:
                with package.open("mimetype") as member:
                    said = member.read(100).decode("ascii", "replace").strip()
                return said if said in (TEXT, SHEET) else None
    except DAMAGED:
        return None
    return None


def safe_name(name: str, content_type: str) -> str:
    """Return a file name that is safe in a header and in a folder, with the extension of its real type.

    No path, no control or direction characters, no leading dots, at most 120 characters; `document` when nothing is
    left.
    """
    base = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    stem = base.rpartition(".")[0] or base
    kept = "".join(c for c in stem if unicodedata.category(c)[0] not in "CZ" or c == " ")
    kept = re.sub(r'[<>:"|?*%;]', "", kept)
    kept = re.sub(r"\s+", " ", kept).strip(" .")[:NAME_LENGTH]
    return (kept or "document") + EXTENSIONS[content_type]
