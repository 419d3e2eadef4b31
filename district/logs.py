"""Lines of the log: of an address that is a key, only where it leads."""

from __future__ import annotations

import logging
import re

MASK = "[key]"
_KEYS = re.compile(
    r"(/(?:answer|calendar|calendars|family|here|join|mine|voices|accounts/+password/+reset/+key)/+)[^\s/?#\"']+"
)
"""What leads to a key in the addresses of the site: whoever reads it there opens the page."""


def masked(text: str) -> str:
    """Return `text` with every key in an address of the site covered."""
    return _KEYS.sub(rf"\1{MASK}", text)


class MaskedFormatter(logging.Formatter):
    """A line of the log, the traceback below it included, without keys."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))
