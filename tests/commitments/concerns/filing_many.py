"""Files a hundred concerns in a process of its own, and writes down what is to be found of them and later not."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile

from commitments.actions.concerns import replying, working
from commitments.actions.concerns.filing import file_concern
from commitments.concerns.sealed import Reporter, Said, mark_of
from commitments.models import Concern, ConcernReporter
from district.models import District, User

COUNT = 100
SLICE = 48
"""Bytes of a sealed text that are looked for: a longer one can lie across the end of a page."""


def file_many(code: str, ombuds: str, day: str, path: str) -> None:
    """File them in the district `code`, resolve each on `day`, and write what to look for to `path`."""
    district, by, on = District.objects.get(code=code), User.objects.get(email=ombuds), date.fromisoformat(day)
    needles: dict[int, dict[str, list[str]]] = {}
    for number in range(COUNT):
        plain = [f"vermilion{number:03d}heron", f"cobalt{number:03d}ibis", f"umber{number:03d}crane"]
        paper = b"%PDF-1.4 " + f"ochre{number:03d}stork ".encode() * 50
        concern = file_concern(
            district=district,
            kind="policy",
            said=Said(what=f"{plain[0]} was seen.", way="confidential"),
            reporter=Reporter(name=plain[1], contact=f"{plain[1]}@example.net"),
            files=[SimpleUploadedFile("a.pdf", paper)],
            today=on - timedelta(days=20),
        ).concern
        working.acknowledge(concern=concern, text=f"{plain[2]}, thank you.", by=by, on=on - timedelta(days=10))
        working.answer(concern=concern, outcome="upheld", text=f"{plain[2]} it is.", by=by, on=on)
        replying.accept(concern=concern, on=on)
        concern = Concern.objects.get(pk=concern.pk)
        texts = [
            concern.sealed,
            ConcernReporter.objects.get(pk=mark_of(concern.pk)).sealed,
            concern.messages.last().sealed,
            bytes(concern.evidence.get().content).decode(),
            concern.receipt_hash,
        ]
        sealed = [slices(text) for text in texts]
        needles[number] = {"plain": [*plain, f"ochre{number:03d}stork"], "sealed": sealed}  # type: ignore[dict-item]
    Path(path).write_text(json.dumps(needles))


def slices(text: str) -> list[str]:
    """Parts of a text from all over it; of what stands there at least one lies within a page."""
    places = range(100, max(101, len(text) - SLICE), max(1, len(text) // 7))
    return [text[place : place + SLICE] for place in places] if len(text) > 200 else [text]
