"""An address as a QR code: one static SVG without style, for a page or for paper."""

from __future__ import annotations

import qrcode
from django.utils.html import format_html
from django.utils.safestring import SafeString

QUIET = 4
"""Empty modules around the code, as ISO/IEC 18004 asks."""


def qr_svg(address: str, title: str) -> SafeString:
    """Return the code as SVG text with its title; black on white in every colour scheme, for cameras."""
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=QUIET)
    code.add_data(address)
    code.make(fit=True)
    modules = code.get_matrix()
    runs = []
    for y, line in enumerate(modules):
        x = 0
        while x < len(line):
            length = 0
            while x + length < len(line) and line[x + length]:
                length += 1
            if length:
                runs.append(f"M{x} {y}h{length}v1h-{length}z")
            x += length or 1
    return format_html(
        '<svg class="qr" viewBox="0 0 {} {}" role="img" aria-label="{}" shape-rendering="crispEdges">'
        '<rect width="100%" height="100%" fill="#ffffff"/><path fill="#000000" d="{}"/></svg>',
        len(modules),
        len(modules),
        title,
        "".join(runs),
    )
