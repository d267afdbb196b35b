"""Taking attached files out of an agreed original: the canonical text that it was composed from.

Source: ISO 32000-1:2008, 7.11.4; ISO 19005-3:2012, 6.8 (/AF).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Final

from paraph.errors import FormatError
from paraph.wire.pdf.objects import Stream
from paraph.wire.pdf.openfile import open_file
from paraph.wire.text_json import MAX_TEXT_BYTES

__all__ = ["attached_files"]

MAX_ATTACHED: Final = 16
"""Files attached to one original; there is one, its text."""


def attached_files(original: bytes) -> Iterator[bytes]:
    """The files that an agreed original associates with itself.

    Args:
        original: The original as agreed: a classic cross-reference table.

    Yields:
        Each file, decompressed to at most the size of a text.

    Raises:
        FormatError: ``pdf-…`` for a damaged file; ``attached-file`` for too many, too large or damaged ones.
    """
    file = open_file(original)
    listed = file.array(file.catalog().get("AF", ()), "the associated files")
    if len(listed) > MAX_ATTACHED:
        raise FormatError("attached-file", f"more than {MAX_ATTACHED} files are attached to the original")
    for item in listed:
        embedded = file.dictionary(
            file.dictionary(item, "a file specification").get("EF"), "an attached file"
        )
        yield _decoded(file.stream(embedded.get("F"), "an attached file"))


def _decoded(stream: Stream) -> bytes:
    kind = stream.dictionary.get("Filter")
    if kind is None:
        return stream.data
    if kind != "FlateDecode" or "DecodeParms" in stream.dictionary:
        raise FormatError("attached-file", "a file attached to the original is compressed in an unusual way")
    engine = zlib.decompressobj()
    try:
        data = engine.decompress(stream.data, MAX_TEXT_BYTES)
    except zlib.error as error:
        raise FormatError("attached-file", f"a file attached to the original is damaged: {error}") from error
    if engine.unconsumed_tail or not engine.eof:
        raise FormatError(
            "attached-file", "a file attached to the original is damaged or larger than any text"
        )
    return data
