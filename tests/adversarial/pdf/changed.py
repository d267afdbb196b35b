"""Changed objects that several attacks put into an update."""

from __future__ import annotations

from tests.adversarial.pdf import craft
from tests.adversarial.pdf.craft import CONTENT, FORGED, PAGE, stream

FORGED_CONTENT = {CONTENT: stream(FORGED)}
NEW_PAGE = craft.bodies()[PAGE].replace(b"/Contents 4 0 R", b"/Contents 80 0 R")
DRAWING = stream(FORGED, b"/Type /XObject /Subtype /Form /BBox [0 0 595 842]")


def annotation(kind: bytes = b"FreeText") -> bytes:
    return (
        b"<< /Type /Annot /Subtype /%s /F 4 /Rect [60 700 400 760] /Contents (72,500) /AP << /N 81 0 R >> >>"
        % kind
    )


def page_with(number: int) -> bytes:
    return craft.bodies()[PAGE].replace(b" 11 0 R]", b" 11 0 R %d 0 R]" % number)
