"""The text of a revision: its objects without the data of their streams, and its object streams decoded.

Searching it finds every name and reference that a reader could meet outside page content.
"""

from __future__ import annotations

import re

from paraph.verify.pdf.layout import Revision
from paraph.verify.pdf.view import Document
from paraph.verify.pdf.xref import PACKED, PLAIN

__all__ = ["revision_text"]

# Reserved signatures are tens of thousands of digits that can hold neither a name nor a reference.
_DIGITS = re.compile(rb"<[0-9A-Fa-f]{256,}+>")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")


def revision_text(document: Document, revision: Revision) -> bytes:
    """Return the text that a revision adds, names unescaped.

    Args:
        document: The file.
        revision: One of its revisions.

    Returns:
        The bodies of its objects, one per line.

    Raises:
        FormatError: If an object stream cannot be decoded.
    """
    data = document.data
    parts = [data[item.body : item.body_end] for item in revision.objects.values()]
    for container in {entry.place for entry in revision.changes.values() if entry.kind == PACKED}:
        entry = revision.view.get(container)
        if entry is not None and entry.kind == PLAIN:
            parts.append(document.text_of(entry.place))
    text = _DIGITS.sub(b"<>", b"\n".join(parts))
    if b"#" in text:
        text = _ESCAPED.sub(lambda found: bytes.fromhex(found[1].decode("ascii")), text)
    return text
