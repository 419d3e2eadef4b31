"""What of a concern is sealed, and how it is opened: as plain values, in blocks whose length tells nothing.

Two things are sealed apart: what was said, and who said it. The second is found only by a keyed hash of the concern's
id, so that nobody gets from one to the other without the keys.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from commitments.uploads import EXTENSIONS
from district.sealing import CONCERNS, NoKey, Unreadable

WORDS_BLOCK, REPORTER_BLOCK, MESSAGE_BLOCK, INFO_BLOCK = 8192, 2048, 4096, 1024
FILE_BLOCK = 64 * 1024
REPORTER = "reporter of a concern"

ANONYMOUS, CONFIDENTIAL, NAMED = "anonymous", "confidential", "named"
WAYS = (ANONYMOUS, CONFIDENTIAL, NAMED)
"""How somebody files: without saying who they are, known to the recipient alone, or so that others may be told."""

RECIPIENT, FILER = "recipient", "filer"
"""Who says something in the conversation."""


@dataclass(frozen=True)
class Said:
    """What was said of a concern. Nothing in it is about whoever said it, unless they wrote it into the text."""

    what: str
    where: str = ""
    when: str = ""
    about: str = ""
    promise: str = ""
    way: str = ANONYMOUS
    language: str = "en"


@dataclass(frozen=True)
class Reporter:
    """Who filed a concern, and the child it is about. All of it empty where they stayed anonymous and named no child.

    `may_pass_on`: the recipient may pass the child's name and day on to the record of the school. `user` is the id of
    an account where somebody filed for their organization.
    """

    name: str = ""
    contact: str = ""
    user: str = ""
    child: str = ""
    child_day: str = ""
    may_pass_on: bool = False

    @property
    def is_known(self) -> bool:
        """Whether it says who filed the concern."""
        return bool(self.name or self.contact or self.user)


@dataclass(frozen=True)
class Word:
    """One word of the conversation. `kind` is a question, an answer, a reply, a dispute, a reason."""

    side: str
    kind: str
    text: str


@dataclass(frozen=True)
class FileInfo:
    """What is known of a file that somebody added."""

    name: str
    content_type: str
    size: int

    @property
    def extension(self) -> str:
        """What its download is called by, whatever it was called."""
        return EXTENSIONS[self.content_type]


def mark_of(concern: UUID) -> str:
    """The keyed hash under which the reporter of a concern is kept. Raises NoKey."""
    return CONCERNS.marks(REPORTER, str(concern))[0]


def marks_of(concern: UUID) -> list[str]:
    """Every keyed hash under which the reporter may be kept, by each key. Raises NoKey."""
    return CONCERNS.marks(REPORTER, str(concern))


def seal_said(said: Said) -> str:
    """Raises NoKey."""
    return CONCERNS.seal_fields(asdict(said), block=WORDS_BLOCK)


def seal_reporter(reporter: Reporter) -> str:
    """Raises NoKey."""
    return CONCERNS.seal_fields(asdict(reporter), block=REPORTER_BLOCK)


def seal_word(word: Word) -> str:
    """Raises NoKey."""
    return CONCERNS.seal_fields(asdict(word), block=MESSAGE_BLOCK)


def seal_info(info: FileInfo) -> str:
    """Raises NoKey."""
    return CONCERNS.seal_fields(asdict(info), block=INFO_BLOCK)


def seal_file(content: bytes) -> bytes:
    """Raises NoKey. The length of what is sealed tells no more than in how many blocks it fits."""
    return CONCERNS.seal_bytes(content.ljust(-(-len(content) // FILE_BLOCK) * FILE_BLOCK, b"\0"))


def open_file(sealed: bytes | memoryview, info: FileInfo) -> bytes:
    """Raises NoKey, Unreadable."""
    return CONCERNS.unseal_bytes(bytes(sealed))[: info.size]


def said_of(sealed: str) -> Said | None:
    """What was said; None where it was purged or no key at hand opens it."""
    return _opened(Said, sealed)


def reporter_of(sealed: str) -> Reporter | None:
    """Who filed it; None where no key at hand opens it."""
    return _opened(Reporter, sealed)


def word_of(sealed: str) -> Word | None:
    """A word of the conversation; None where no key at hand opens it."""
    return _opened(Word, sealed)


def info_of(sealed: str) -> FileInfo | None:
    """What is known of a file; None where no key at hand opens it."""
    return _opened(FileInfo, sealed)


def _opened(kind: type[Any], sealed: str) -> Any:
    if not sealed:
        return None
    try:
        return kind(**CONCERNS.unseal_fields(sealed))
    except (NoKey, Unreadable):
        return None
