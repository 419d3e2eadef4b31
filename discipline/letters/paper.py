"""A letter on paper: the same text as PDF and in the browser, from what was frozen when it was written."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.template.loader import render_to_string

from discipline.letters.composing import Content
from district.pdf import pdf_of

STYLE = "letter.css"


def letter_pdf(content: Content) -> bytes:
    """Return a letter as a tagged PDF. Raises district.pdf.PdfUnavailable where none can be made."""
    shown = paper_of(content)
    return pdf_of(render_to_string("discipline/letters/letter_pdf.html", {"content": shown}), STYLE)


def paper_of(content: Content) -> dict[str, Any]:
    """Return what `_letter.html` shows: the content with its blocks in runs of one kind, so that items make lists."""
    texts = [
        text
        | {
            "groups": [
                {"kind": kind, "lines": [line for _kind, line in run]}
                for kind, run in groupby(text["blocks"], key=lambda block: block[0])
            ]
        }
        for text in content["texts"]
    ]
    return {"letterhead": content["letterhead"], "texts": texts, "first": texts[0]}
