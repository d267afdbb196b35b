"""Files embedded in a PDF: an original carries the canonical text it was rendered from."""

from __future__ import annotations

import zlib
from typing import Final

from paraph.errors import FormatError
from paraph.wire.pdf.openfile import OpenFile

__all__ = ["TEXT_NAME", "embedded_file"]

TEXT_NAME: Final = "canonical-text.json"
"""Name under which an original carries its canonical text (docs/spec/rendering.md)."""


def embedded_file(file: OpenFile, name: str, *, limit: int) -> bytes:
    """Take an embedded file out of a PDF.

    Args:
        file: The PDF.
        name: Name of the file in the document's list of embedded files.
        limit: Largest accepted size, in bytes.

    Raises:
        FormatError: ``embedded-file`` if there is none of that name, or it is too large or damaged.

    Source: ISO 32000-1 7.11.4.
    """
    names = file.dictionary(file.catalog().get("Names"), "the name dictionary")
    pairs = file.array(
        file.dictionary(names.get("EmbeddedFiles"), "the list of embedded files").get("Names"),
        "the list of embedded files",
    )
    for key, value in zip(pairs[::2], pairs[1::2], strict=False):
        if key != name.encode("ascii"):
            continue
        files = file.dictionary(file.dictionary(value, "a file specification").get("EF"), "embedded files")
        stream = file.stream(files.get("F"), "an embedded file")
        if stream.dictionary.get("Filter") != "FlateDecode":
            raise FormatError("embedded-file", f"{name} is not stored as originals store it", name=name)
        return _inflate(stream.data, name, limit)
    raise FormatError("embedded-file", f"the PDF carries no file {name}", name=name)


def _inflate(data: bytes, name: str, limit: int) -> bytes:
    inflater = zlib.decompressobj()
    try:
        found = inflater.decompress(data, limit + 1)
    except zlib.error as error:
        raise FormatError("embedded-file", f"{name} is damaged: {error}", name=name) from error
    if len(found) > limit or not inflater.eof:
        raise FormatError("embedded-file", f"{name} is larger than {limit} bytes, or cut off", name=name)
    return found
