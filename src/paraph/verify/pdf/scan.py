"""One pass over all bytes of a file.

Every byte belongs to an object, a cross-reference section, a mark of the end, a comment or white space, or it is
reported.

The pass does not trust any offset in the file. What the cross-reference sections claim is compared with what it
found (:mod:`paraph.verify.pdf.layout`), so that nothing can hide between two objects.

Source: ISO 32000-1:2008, 7.5; docs/spec/verdict.md, "Accounting for bytes".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from paraph.errors import FormatError
from paraph.verify.pdf.objects import SPACE, Dictionary, Ref, parse
from paraph.verify.pdf.xref import Section, object_header, read_section

__all__ = ["Located", "Mark", "Scan", "scan"]

_HEADER = re.compile(rb"%PDF-(?:1\.[0-7]|2\.0)(?=[\x00\t\n\x0c\r ])")
_VOID = re.compile(SPACE + rb"*+")
_MARK = re.compile(rb"startxref[\x00\t\n\x0c\r ]++(\d{1,12}+)[\x00\t\n\x0c\r ]++%%EOF")
_EOL = re.compile(rb"(?:\r\n|\n|\r)?")

# The body of an object up to `endobj` or `stream`, token by token; strings may nest three deep here, the parser
# takes over for more.
_INNER = rb"(?:[^()\\]|\\[\x00-\xff])*+"
_MIDDLE = rb"(?:[^()\\]|\\[\x00-\xff]|\(" + _INNER + rb"\))*+"
_OUTER = rb"(?:[^()\\]|\\[\x00-\xff]|\(" + _MIDDLE + rb"\))*+"
_BODY = re.compile(
    rb"(?:[^()<>%/es]++"
    rb"|/[^\x00\t\n\x0c\r ()<>\[\]{}/%]*+"
    rb"|<<|>>|<[0-9A-Fa-f\x00\t\n\x0c\r ]*+>"
    rb"|\(" + _OUTER + rb"\)"
    rb"|%[^\r\n]*+"
    rb"|e(?!ndobj)|s(?!tream))*+"
)
_OBJECT_END = re.compile(rb"endobj(?![^\x00\t\n\x0c\r ()<>\[\]{}/%0-9x])")
_STREAM = re.compile(rb"stream(?:\r\n|\n)")
_STREAM_END = re.compile(rb"(?:\r\n|\n|\r)?endstream" + SPACE + rb"*+endobj")
_LENGTH = re.compile(
    rb"/Length[\x00\t\n\x0c\r ]++(\d{1,12}+)(?:[\x00\t\n\x0c\r ]++(\d{1,5}+)[\x00\t\n\x0c\r ]++(R))?"
)
_STRAY = re.compile(rb"%%EOF")

# After so many unexplained places the rest of the file is not worth explaining.
MAX_FAULTS = 16


class Located(NamedTuple):
    """An object as found in the file: its number and the bytes of its parts (offsets; -1 where there is no stream)."""

    number: int
    generation: int
    start: int
    body: int
    body_end: int
    data: int
    data_end: int
    end: int


class Mark(NamedTuple):
    """A ``startxref … %%EOF``: where it begins, what it names, where it ends without and with its end of line."""

    start: int
    target: int
    core_end: int
    end: int


@dataclass(slots=True)
class Scan:
    """What one pass found.

    Attributes:
        objects: In the order of the file.
        marks: Likewise.
        sections: Offsets at which a cross-reference table begins.
        faults: ``(code, offset, message)`` for every place that could not be explained.
    """

    objects: list[Located] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    sections: list[int] = field(default_factory=list)
    faults: list[tuple[str, int, str]] = field(default_factory=list)


def scan(data: bytes, sections: Mapping[int, Section], length_of: Callable[[Ref, int], int]) -> Scan:
    """Account for every byte.

    Args:
        data: The file.
        sections: The cross-reference sections already read, by offset.
        length_of: The value of an indirect stream length, as seen by the object at the given offset; -1 if unknown.

    Returns:
        What was found, and every byte that could not be explained.
    """
    found = Scan()
    header = _HEADER.match(data)
    if header is None:
        found.faults.append(("header", 0, "the file does not begin with %PDF-1.x or %PDF-2.0"))
        return found
    position, size = header.end(), len(data)
    while len(found.faults) < MAX_FAULTS:
        gap = _VOID.match(data, position)
        assert gap is not None  # the pattern matches the empty string
        if gap.end() > position and _STRAY.search(data, position, gap.end()):
            found.faults.append(
                ("stray-end-mark", position, "%%EOF without the startxref that belongs before it")
            )
        position = gap.end()
        if position >= size:
            break
        try:
            position = _next(data, position, found, sections, length_of)
        except FormatError as error:
            found.faults.append(
                (
                    "unaccounted-bytes",
                    position,
                    f"the bytes from {position} are no part of a PDF: {error.message}",
                )
            )
            position = _resume(data, position)
    return found


def _next(
    data: bytes,
    position: int,
    found: Scan,
    sections: Mapping[int, Section],
    length_of: Callable[[Ref, int], int],
) -> int:
    header = object_header(data, position)
    if header is not None:
        item = _located(data, position, header, length_of)
        found.objects.append(item)
        return item.end
    mark = _MARK.match(data, position)
    if mark is not None:
        line = _EOL.match(data, mark.end())
        assert line is not None  # the pattern matches the empty string
        found.marks.append(Mark(position, int(mark[1]), mark.end(), line.end()))
        return line.end()
    if data.startswith(b"xref", position):
        section = sections.get(position) or read_section(data, position)
        found.sections.append(position)
        return section.end
    raise FormatError(
        "pdf-syntax", "neither an object nor a cross-reference section begins here", offset=position
    )


def _located(
    data: bytes, start: int, header: tuple[int, int, int], length_of: Callable[[Ref, int], int]
) -> Located:
    number, generation, body = header
    matched = _BODY.match(data, body)
    assert matched is not None  # the pattern matches the empty string
    body_end = matched.end()
    if body_end < len(data) and data[body_end] not in b"es":
        body_end = parse(data, body)[
            1
        ]  # deeply nested string: the parser finds the end, or says what is wrong
        gap = _VOID.match(data, body_end)
        body_end = body_end if gap is None else gap.end()
    closing = _OBJECT_END.match(data, body_end)
    if closing is not None:
        return Located(number, generation, start, body, body_end, -1, -1, closing.end())
    opening = _STREAM.match(data, body_end)
    if opening is None:
        raise FormatError("pdf-syntax", f"object {number} has no end", offset=start)
    first = opening.end()
    last = first + _length(data, start, body, body_end, length_of)
    ending = _STREAM_END.match(data, last)
    if ending is None:
        raise FormatError(
            "pdf-syntax", f"the stream of object {number} does not end where its length says", offset=start
        )
    return Located(number, generation, start, body, body_end, first, last, ending.end())


def _length(data: bytes, start: int, body: int, body_end: int, length_of: Callable[[Ref, int], int]) -> int:
    written = _LENGTH.findall(data, body, body_end)
    if len(written) == 1 and data.count(b"<<", body, body_end) == 1 and data.find(b"(", body, body_end) < 0:
        digits, generation, is_ref = written[0]
        length = length_of(Ref(int(digits), int(generation)), start) if is_ref else int(digits)
    else:
        dictionary = parse(data, body)[0]
        value = dictionary.get("Length") if isinstance(dictionary, Dictionary) else None
        length = length_of(value, start) if isinstance(value, Ref) else value if type(value) is int else -1
    if length < 0:
        raise FormatError("pdf-syntax", "a stream has no length", offset=start)
    return length


_ANYTHING = re.compile(rb"[\r\n][\x00\t\n\x0c\r ]*+(?=\d{1,10} \d{1,5} obj|xref|startxref)")


def _resume(data: bytes, position: int) -> int:
    following = _ANYTHING.search(data, position + 1)
    return len(data) if following is None else following.end()
