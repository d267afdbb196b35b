"""Cross-reference sections: the table or stream that says where the objects of one revision stand.

Source: ISO 32000-1:2008, 7.5.4, 7.5.5 and 7.5.8.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from paraph.errors import FormatError
from paraph.verify.pdf.filters import decoded
from paraph.verify.pdf.objects import SPACE, Dictionary, Stream, Value, parse, syntax

__all__ = [
    "FREE",
    "MAX_OBJECTS",
    "PACKED",
    "PLAIN",
    "Entry",
    "Section",
    "object_header",
    "read_chain",
    "stream_start",
]

FREE, PLAIN, PACKED = 0, 1, 2

# Every signature and every validation update adds one section; this is far beyond any file met.
MAX_SECTIONS = 2048

# Acrobat's own limit on indirect objects (ISO 32000-1:2008, annex C).
MAX_OBJECTS = 8_388_607

_OBJECT = re.compile(
    rb"(\d{1,10}+)" + SPACE + rb"++(\d{1,5}+)" + SPACE + rb"++obj(?=[\x00\t\n\x0c\r ()<>\[\]{}/%+\-.\d])"
)
_XREF = re.compile(rb"xref" + SPACE + rb"*+")
_SUBSECTION = re.compile(rb"(\d{1,10}+) ++(\d{1,10}+)[ \t]*+(?:\r\n|\n|\r)")
_LINE = re.compile(rb"(\d{10}) (\d{5}) ([nf]) ?(?:\r\n|\n|\r)")
_TRAILER = re.compile(SPACE + rb"*+trailer" + SPACE + rb"*+(?=<<)")
_STREAM = re.compile(SPACE + rb"*+stream(?:\r\n|\n)")


class Entry(NamedTuple):
    """One line: ``(FREE, next, generation)``, ``(PLAIN, offset, generation)`` or ``(PACKED, container, index)``."""

    kind: int
    place: int
    detail: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One cross-reference section with its trailer.

    Attributes:
        offset: Where the word ``xref``, or the object that is the stream, begins.
        end: The byte behind the trailer dictionary, or behind the stream's data.
        entries: By object number; of a hybrid file both halves.
        trailer: The trailer dictionary, or the dictionary of the stream.
        number: Object number of a cross-reference stream, else 0.
        hybrid: Offset of the stream that a hybrid section names, else -1.
        previous: Offset of the section before, else -1.
    """

    offset: int
    end: int
    entries: dict[int, Entry]
    trailer: Dictionary
    number: int
    hybrid: int
    previous: int


def object_header(data: bytes, offset: int) -> tuple[int, int, int] | None:
    """Return number, generation and the byte behind ``obj`` if an object begins exactly at ``offset``."""
    found = _OBJECT.match(data, offset)
    return None if found is None else (int(found[1]), int(found[2]), found.end())


def stream_start(data: bytes, offset: int) -> int:
    """Return where stream data begins if the word ``stream`` follows the dictionary that ends at ``offset``, else -1."""
    found = _STREAM.match(data, offset)
    return -1 if found is None else found.end()


def read_chain(data: bytes, offset: int) -> list[Section]:
    """Follow ``/Prev`` from the newest section to the oldest.

    Args:
        data: The file.
        offset: What the last ``startxref`` says.

    Returns:
        The sections, newest first.

    Raises:
        FormatError: ``pdf-syntax``, ``pdf-xref`` (a loop, too many), ``pdf-filter`` or ``pdf-stream``.
    """
    chain: list[Section] = []
    seen: set[int] = set()
    while offset >= 0:
        if offset in seen or len(chain) >= MAX_SECTIONS:
            raise FormatError(
                "pdf-xref", "the cross-reference sections form a loop or are too many", offset=offset
            )
        seen.add(offset)
        section = read_section(data, offset)
        chain.append(section)
        offset = section.previous
    return chain


def read_section(data: bytes, offset: int) -> Section:
    """Read the section at ``offset``, a table or a stream, with the stream that a hybrid table names.

    Raises:
        FormatError: As :func:`read_chain`.
    """
    if not 0 < offset < len(data):
        raise FormatError(
            "pdf-xref", f"a cross-reference section is said to be at byte {offset}", offset=offset
        )
    word = _XREF.match(data, offset)
    if word is None:
        return _stream_section(data, offset)
    entries, position = _table(data, word.end())
    trailer_word = _TRAILER.match(data, position)
    if trailer_word is None:
        raise syntax("a cross-reference table has no trailer", position)
    trailer, end = parse(data, trailer_word.end())
    if not isinstance(trailer, Dictionary):
        raise syntax("a trailer is no dictionary", position)
    hybrid = _offset(trailer, "XRefStm")
    if hybrid >= 0:
        hidden = _stream_section(data, hybrid)
        for number, entry in hidden.entries.items():
            if entries.get(number, _HOLE).kind == FREE:
                entries[number] = entry
    return Section(
        offset=offset,
        end=end,
        entries=entries,
        trailer=trailer,
        number=0,
        hybrid=hybrid,
        previous=_offset(trailer, "Prev"),
    )


_HOLE = Entry(FREE, 0, 0)


def _table(data: bytes, position: int) -> tuple[dict[int, Entry], int]:
    entries: dict[int, Entry] = {}
    head = _SUBSECTION.match(data, position)
    if head is None:
        raise syntax("a cross-reference table has no subsection", position)
    while head is not None:
        first, count = int(head[1]), int(head[2])
        if first + count > MAX_OBJECTS:
            raise FormatError("pdf-xref", "a cross-reference table names too many objects", offset=position)
        position = head.end()
        for number in range(first, first + count):
            line = _LINE.match(data, position)
            if line is None:
                raise syntax("a line of a cross-reference table is malformed", position)
            if number in entries:
                raise syntax(f"object {number} occurs twice in one cross-reference table", position)
            entries[number] = Entry(PLAIN if line[3] == b"n" else FREE, int(line[1]), int(line[2]))
            position = line.end()
        head = _SUBSECTION.match(data, position)
    return entries, position


def _stream_section(data: bytes, offset: int) -> Section:
    header = object_header(data, offset) if 0 < offset < len(data) else None
    if header is None:
        raise FormatError("pdf-xref", f"there is no cross-reference section at byte {offset}", offset=offset)
    number, _, position = header
    dictionary, position = parse(data, position)
    start = stream_start(data, position)
    if start < 0 or not isinstance(dictionary, Dictionary) or dictionary.get("Type") != "XRef":
        raise FormatError(
            "pdf-xref", f"the object at byte {offset} is no cross-reference stream", offset=offset
        )
    length = dictionary.get("Length")
    if type(length) is not int or not 0 <= length <= len(data) - start:
        raise FormatError("pdf-xref", "a cross-reference stream has no direct length", offset=offset)
    rows = decoded(data, Stream(dictionary, start, start + length))
    return Section(
        offset=offset,
        end=start + length,
        entries=_rows(rows, dictionary, offset),
        trailer=dictionary,
        number=number,
        hybrid=-1,
        previous=_offset(dictionary, "Prev"),
    )


def _rows(rows: bytes, dictionary: Dictionary, offset: int) -> dict[int, Entry]:
    widths, size = _integers(dictionary.get("W")), dictionary.get("Size")
    index = _integers(dictionary.get("Index", [0, size]))
    if (
        widths is None
        or len(widths) != 3
        or max(widths) > 8
        or not sum(widths)
        or index is None
        or len(index) % 2
    ):
        raise FormatError("pdf-xref", "a cross-reference stream has no usable /W and /Index", offset=offset)
    one, two = widths[0], widths[0] + widths[1]
    width = sum(widths)
    if sum(index[1::2]) * width != len(rows):
        raise FormatError(
            "pdf-xref", "a cross-reference stream has too much or too little data", offset=offset
        )
    entries: dict[int, Entry] = {}
    position, number_of = 0, int.from_bytes
    for first, count in zip(index[::2], index[1::2], strict=True):
        if first + count > MAX_OBJECTS:
            raise FormatError("pdf-xref", "a cross-reference stream names too many objects", offset=offset)
        for number in range(first, first + count):
            row = rows[position : position + width]
            position += width
            kind = row[0] if one == 1 else number_of(row[:one], "big") if one else PLAIN
            if kind > PACKED or number in entries:
                raise FormatError(
                    "pdf-xref", f"object {number} has an unknown or second entry", offset=offset
                )
            entries[number] = Entry(kind, number_of(row[one:two], "big"), number_of(row[two:], "big"))
    return entries


def _integers(value: Value) -> list[int] | None:
    if not isinstance(value, list):
        return None
    numbers = [item for item in value if type(item) is int and item >= 0]
    return numbers if len(numbers) == len(value) else None


def _offset(trailer: Dictionary, key: str) -> int:
    value = trailer.get(key)
    if value is None:
        return -1
    if type(value) is not int or value < 0:
        raise FormatError("pdf-xref", f"/{key} is no offset")
    return value
