"""What names the source of an import on its batch: the file name and the SHA-256 of its content."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

READ_AT_ONCE = 1024 * 1024


def name_of(source: Path | BinaryIO) -> str:
    """Return the file name of a path or stream, without folders."""
    return Path(str(getattr(source, "name", "") or source)).name


def sha256_of(source: Path | BinaryIO) -> str:
    """Return the SHA-256 of a file, of a stream (left at its start), or of the names and contents of a folder."""
    digest = hashlib.sha256()
    if not isinstance(source, str | os.PathLike):
        source.seek(0)
        _digest(digest, source)
        source.seek(0)
        return digest.hexdigest()
    for path in _files(Path(source)):
        if path != Path(source):
            digest.update(path.name.encode() + b"\0")
        with path.open("rb") as stream:
            _digest(digest, stream)
    return digest.hexdigest()


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from sorted(entry for entry in path.rglob("*") if entry.is_file())
    else:
        yield path


def _digest(digest: hashlib._Hash, stream: BinaryIO) -> None:
    while chunk := stream.read(READ_AT_ONCE):
        digest.update(chunk)
