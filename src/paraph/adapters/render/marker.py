"""The machine-readable marker in the footer: which instrument, whose original, which text."""

from __future__ import annotations

import io
from typing import Final

import segno

__all__ = ["DIGEST_PREFIX_CHARS", "payload", "svg"]

# 64 bits: enough to find the text among all that a node holds; the whole digest stands on the title page.
DIGEST_PREFIX_CHARS: Final = 16
# Level M survives the loss of 15 % of the symbol: a fold or a stamp across its corner.
_ERROR_LEVEL: Final = "m"


def payload(number: str, holder: str, digest: str) -> str:
    """Words in the marker, the same on every page.

    Args:
        number: Number of the instrument.
        holder: Party that keeps the original.
        digest: Hex SHA-256 of the canonical text.

    Returns:
        ``number|holder|digest prefix``; neither a number nor an identifier may contain ``|``.
    """
    return f"{number}|{holder}|{digest[:DIGEST_PREFIX_CHARS]}"


def svg(words: str) -> str:
    """Draw a QR code.

    Args:
        words: The payload.

    Returns:
        A self-contained SVG without quiet zone, its ``viewBox`` in modules.

    Source: ISO/IEC 18004, byte mode.
    """
    code = segno.make_qr(words, error=_ERROR_LEVEL, encoding="utf-8")
    drawing = io.BytesIO()
    code.save(
        drawing, kind="svg", border=0, omitsize=True, xmldecl=False, nl=False, svgclass=None, lineclass=None
    )
    return drawing.getvalue().decode("utf-8")
