"""The file of an import as a whole."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.utils.translation import gettext as _

from district.spreadsheets import Limits, Table, TableError, read_table


def open_table(source: Path, limits: Limits) -> Table:
    """Open a CSV file or workbook. Raises TableError, also when the file cannot be opened."""
    try:
        return read_table(source, member_name=source.name, limits=limits)
    except OSError as error:
        message = _("The file cannot be opened: %(reason)s.") % {"reason": error.strerror or error}
        raise TableError("unreadable_file", message, source.name) from error


def fingerprint(source: Path) -> str:
    """Return the SHA-256 of the file in hexadecimal digits."""
    with open(source, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
