"""The certificate on paper: the same template as PDF and in the browser. It loads nothing from anywhere."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from district.pdf import pdf_of
from training.models import Certification
from training.numbers import number_words
from training.qr import qr_svg

STYLE = "certificate.css"


def certificate_context(certification: Certification, address: str) -> dict[str, Any]:
    """What the certificate says; `address` is where its number is checked."""
    return {
        "certification": certification,
        "name": certification.practitioner.person.name,
        "credential": certification.credential,
        "practices": [str(one) for one in certification.credential.practices.all()],
        "number": number_words(certification.number),
        "term": certification.terms.last(),
        "address": address,
        "qr": qr_svg(address, "QR"),
        "language": translation.get_language() or "en",
        "is_rtl": translation.get_language_bidi(),
    }


def certificate_pdf(certification: Certification, address: str) -> bytes:
    """Return the certificate as a tagged PDF. Raises district.pdf.PdfUnavailable where none can be made."""
    context = certificate_context(certification, address) | {"is_pdf": True}
    return pdf_of(render_to_string("training/certificate_pdf.html", context), STYLE)
