"""What engrossing yields: the sheets of an original and the places kept for signatures."""

from __future__ import annotations

from dataclasses import dataclass

from paraph.wire.pdf.fields import FieldBox

__all__ = ["Engrossed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Engrossed:
    """An original as rendered, before any signature field or signature.

    Attributes:
        pdf: PDF/A-3a and PDF/UA-1 file; the same bytes for the same original and the same ``renderer``.
        fields: One box per signature block, in the order of the blocks.
        renderer: Name and versions of everything that shapes the bytes. Nodes that render the same original
            compare it first: if it differs, the bytes may.
    """

    pdf: bytes
    fields: tuple[FieldBox, ...]
    renderer: str
