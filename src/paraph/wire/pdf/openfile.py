"""An original opened for reading and extending: its bytes, its cross-reference chain, its running digest.

Opening reads the cross-reference chain only; objects are parsed when asked for. Appending a revision gives the
next :class:`OpenFile` without reading anything again, so that replaying many revisions costs what they add.

Source: ISO 32000-1:2008, 7.5 (classic cross-reference tables only).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from paraph.errors import FormatError
from paraph.wire.pdf.objects import Array, Dictionary, Object, Ref, Stream
from paraph.wire.pdf.parsing import indirect_object, parse

if TYPE_CHECKING:
    from hashlib import _Hash

__all__ = ["MAX_FILE_BYTES", "MAX_OBJECTS", "MAX_REVISIONS", "OpenFile", "open_file"]

MAX_FILE_BYTES = 256 * 1024 * 1024
"""Originals have some 100 kB; this leaves room for maps and annexes, and fits memory and ten-digit offsets."""

MAX_OBJECTS = 200_000
"""Object numbers; 200 pages of typst need about 1,500."""

MAX_REVISIONS = 256
"""34 parties that sign, seal and renew for decades stay far below."""

_TAIL = re.compile(rb"startxref(?:\r\n|\n|\r)(\d{1,10})(?:\r\n|\n|\r)%%EOF(?:\r\n|\n|\r)?\Z")
_TAIL_BYTES = 64
_SECTION = re.compile(rb"xref(?:\r\n|\n|\r)")
_SUBSECTION = re.compile(rb"(\d{1,10}) (\d{1,10})(?:\r\n|\n|\r)")
_ENTRY = re.compile(rb"(\d{10}) (\d{5}) ([nf])(?:\r\n| \n| \r)")
_ENTRY_BYTES = 20
_TRAILER = re.compile(rb"trailer(?=[\r\n <])")
_PDF_HEADER = re.compile(rb"%PDF-1\.7[\r\n]")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFile:
    """A file and what is needed to read its objects and to append to it.

    Attributes:
        data: All bytes.
        offsets: Where each object in use begins, by number, newest revision first.
        trailer: The newest trailer.
        startxref: Where the newest cross-reference section begins, for ``/Prev``.
        revisions: Number of cross-reference sections.
    """

    data: bytes
    offsets: Mapping[int, int]
    trailer: Dictionary
    startxref: int
    revisions: int
    _running: _Hash

    @property
    def size(self) -> int:
        """The first object number never used."""
        size = self.trailer["Size"]
        assert type(size) is int
        return size

    @property
    def root(self) -> Ref:
        """The catalog."""
        root = self.trailer["Root"]
        assert isinstance(root, Ref)
        return root

    def running_digest(self) -> _Hash:
        """Return a SHA-256 object that has seen all bytes, to be extended by the caller."""
        return self._running.copy()

    def object(self, number: int) -> Object:
        """Parse one indirect object.

        Raises:
            FormatError: ``pdf-missing-object``, ``pdf-syntax`` or ``pdf-depth``.
        """
        offset = self.offsets.get(number)
        if offset is None:
            raise FormatError("pdf-missing-object", f"object {number} is not in the file", number=number)
        return indirect_object(self.data, offset, number)

    def resolve(self, value: Object) -> Object:
        """Follow a reference once; everything else is returned as it is."""
        if not isinstance(value, Ref):
            return value
        if value.generation:
            raise FormatError(
                "pdf-missing-object", f"object {value.number} is not in the file", number=value.number
            )
        found = self.object(value.number)
        if isinstance(found, Ref):
            raise FormatError(
                "pdf-structure", f"object {value.number} is only a reference", number=value.number
            )
        return found

    def dictionary(self, value: Object, what: str) -> Dictionary:
        """Resolve ``value`` and demand a dictionary; ``what`` names it in the error."""
        found = self.resolve(value)
        if not isinstance(found, Dictionary):
            raise FormatError(
                "pdf-structure", f"{what} is missing or is not a dictionary; the PDF is damaged", what=what
            )
        return found

    def array(self, value: Object, what: str) -> Array:
        """Resolve ``value`` and demand an array; ``what`` names it in the error."""
        found = self.resolve(value)
        if not isinstance(found, tuple):
            raise FormatError(
                "pdf-structure", f"{what} is missing or is not an array; the PDF is damaged", what=what
            )
        return found

    def stream(self, value: Object, what: str) -> Stream:
        """Resolve ``value`` and demand a stream; ``what`` names it in the error."""
        found = self.resolve(value)
        if not isinstance(found, Stream):
            raise FormatError(
                "pdf-structure", f"{what} is missing or is not a stream; the PDF is damaged", what=what
            )
        return found

    def catalog(self) -> Dictionary:
        """Return the document catalog."""
        return self.dictionary(self.root, "the catalog")


def open_file(data: bytes | OpenFile) -> OpenFile:
    """Read the cross-reference chain of a PDF.

    Args:
        data: The file, or one already open, which is returned unchanged.

    Returns:
        The opened file.

    Raises:
        FormatError: ``pdf-size``, ``pdf-header``, ``pdf-xref``, ``pdf-syntax`` or ``pdf-depth``.
    """
    if isinstance(data, OpenFile):
        return data
    if len(data) > MAX_FILE_BYTES:
        raise FormatError("pdf-size", f"the PDF has more than {MAX_FILE_BYTES} bytes", limit=MAX_FILE_BYTES)
    if _PDF_HEADER.match(data) is None:
        raise FormatError(
            "pdf-header", "the file does not begin with %PDF-1.7; render it with this node's renderer"
        )
    tail = _TAIL.search(data, max(0, len(data) - _TAIL_BYTES))
    if tail is None:
        raise _broken("the file does not end with startxref and %%EOF", len(data))
    newest = start = int(tail[1])
    limit = len(data)
    trailer: Dictionary | None = None
    sections: list[dict[int, int | None]] = []
    while True:
        if start >= limit:
            raise _broken("a cross-reference section does not lie before its successor", start)
        if len(sections) == MAX_REVISIONS:
            raise _broken(f"more than {MAX_REVISIONS} revisions", start)
        entries, this = _section(data, start)
        trailer = trailer or this
        sections.append(entries)
        previous = this.get("Prev")
        if previous is None:
            break
        if type(previous) is not int or previous < 0:
            raise _broken("/Prev is not an offset", start)
        start, limit = previous, start
    merged: dict[int, int | None] = {}
    for entries in reversed(sections):
        merged.update(entries)
    return OpenFile(
        data=data,
        offsets={number: offset for number, offset in merged.items() if offset is not None},
        trailer=trailer,
        startxref=newest,
        revisions=len(sections),
        _running=hashlib.sha256(data),
    )


def _broken(message: str, offset: int) -> FormatError:
    return FormatError(
        "pdf-xref", f"{message} (byte {offset}); the PDF is damaged or was not made for this", offset=offset
    )


def _section(data: bytes, start: int) -> tuple[dict[int, int | None], Dictionary]:
    keyword = _SECTION.match(data, start)
    if keyword is None:
        raise _broken("no classic cross-reference table", start)
    position = keyword.end()
    entries: dict[int, int | None] = {}
    while (head := _SUBSECTION.match(data, position)) is not None:
        first, count = int(head[1]), int(head[2])
        if first + count > MAX_OBJECTS:
            raise _broken(f"more than {MAX_OBJECTS} objects", position)
        position = head.end()
        rows = _ENTRY.findall(data, position, position + count * _ENTRY_BYTES)
        if len(rows) != count:
            raise _broken("a malformed cross-reference entry", position)
        for number, (offset, generation, kind) in enumerate(rows, first):
            if number in entries:
                raise _broken(f"object {number} is listed twice", position)
            if kind == b"f":
                entries[number] = None
            elif generation == b"00000" and 0 < int(offset) < start and number:
                entries[number] = int(offset)
            else:
                raise _broken(f"a bad entry for object {number}", position)
        position += count * _ENTRY_BYTES
    keyword = _TRAILER.match(data, position)
    if keyword is None:
        raise _broken("no trailer behind the cross-reference table", position)
    return entries, _trailer(data, keyword.end(), max(entries, default=0))


def _trailer(data: bytes, position: int, highest: int) -> Dictionary:
    trailer, _ = parse(data, position)
    if not isinstance(trailer, Dictionary) or "Encrypt" in trailer or "XRefStm" in trailer:
        raise _broken("an unusable trailer (encrypted or hybrid)", position)
    size = trailer.get("Size")
    if type(size) is not int or not highest < size <= MAX_OBJECTS:
        raise _broken("a wrong /Size", position)
    root = trailer.get("Root")
    if not isinstance(root, Ref) or root.generation:
        raise _broken("no catalog", position)
    return trailer
