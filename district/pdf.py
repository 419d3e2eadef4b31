"""PDF from a page of our own: it loads nothing from anywhere.

WeasyPrint is an extra (`pdf`) and needs Pango from the system; without it the page in the browser prints as well.
Fonts are those of the system: a server that writes in Arabic or Bengali needs Noto fonts.
"""

from __future__ import annotations

from typing import Any

from django.contrib.staticfiles import finders

PDF_TYPE = "application/pdf"


class PdfUnavailable(Exception):
    """This server cannot make PDF files: the extra or a library of the system is missing."""


def pdf_of(html: str, style: str) -> bytes:
    """Return a page as a tagged PDF with the style sheet of that name. Raises PdfUnavailable where none can be made."""
    try:
        import weasyprint  # half a second and system libraries that only this needs
    except (ImportError, OSError) as error:
        raise PdfUnavailable(str(error)) from error
    sheet = weasyprint.CSS(filename=finders.find(style), url_fetcher=refuse)
    return weasyprint.HTML(string=html, url_fetcher=refuse).write_pdf(stylesheets=[sheet], pdf_variant="pdf/ua-1")


def refuse(url: str, *args: Any, **kwargs: Any) -> dict[str, Any]:
    """Fetch nothing: whatever a name or a title may contain, no address is opened while a PDF is made."""
    raise ValueError("Nothing is loaded while a PDF is made.")
