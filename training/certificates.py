"""The certificate on paper: the same template as PDF and in the browser. It loads nothing from anywhere.

WeasyPrint is an extra (`pdf`) and needs Pango from the system; without it the page in the browser prints as well.
Fonts are those of the system: a server that certifies people with names in Arabic or Bengali needs Noto fonts.
"""

from __future__ import annotations

from typing import Any

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import translation

from training.models import Certification
from training.numbers import number_words
from training.qr import qr_svg

STYLE = "certificate.css"
PDF_TYPE = "application/pdf"


class PdfUnavailable(Exception):
    """This server cannot make PDF files: the extra or a library of the system is missing."""


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
    """Return the certificate as a tagged PDF. Raises PdfUnavailable where none can be made."""
    try:
        import weasyprint  # half a second and system libraries that only this page needs
    except (ImportError, OSError) as error:
        raise PdfUnavailable(str(error)) from error
    context = certificate_context(certification, address) | {"is_pdf": True}
    html = render_to_string("training/certificate_pdf.html", context)
    style = weasyprint.CSS(filename=finders.find(STYLE), url_fetcher=refuse)
    document = weasyprint.HTML(string=html, url_fetcher=refuse)
    return document.write_pdf(stylesheets=[style], pdf_variant="pdf/ua-1")


def refuse(url: str, *args: Any, **kwargs: Any) -> dict[str, Any]:
    """Fetch nothing: whatever a name or a title may contain, no address is opened while a PDF is made."""
    raise ValueError("Nothing is loaded while a certificate is made.")
