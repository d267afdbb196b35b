"""Distinguished Encoding Rules: a small writer, and a reader that accepts one encoding per value.

The reader refuses indefinite and non-minimal lengths, trailing bytes, multi-byte tags and nesting beyond a limit. It
parses lazily: an :class:`Element` knows where it lies; children are read when asked for.

Source: ITU-T X.690 (2021), 8 and 10.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from paraph.errors import FormatError

__all__ = [
    "MAX_BYTES",
    "MAX_CHILDREN",
    "MAX_DEPTH",
    "TRUE",
    "Cursor",
    "Element",
    "context",
    "generalized_time",
    "integer",
    "null",
    "octets",
    "oid",
    "read",
    "read_first",
    "sequence",
    "set_of",
    "tlv",
    "utf8",
]

MAX_BYTES = 16 * 1024 * 1024
"""One structure; national revocation lists reach a few megabytes."""

MAX_DEPTH = 32
"""Nesting; a time-stamped signature with its certificates stays below 20."""

MAX_CHILDREN = 500_000
"""Elements of one SEQUENCE or SET; a revocation list of :data:`MAX_BYTES` has fewer entries."""

BOOLEAN: Final = 0x01
INTEGER: Final = 0x02
BIT_STRING: Final = 0x03
OCTET_STRING: Final = 0x04
NULL: Final = 0x05
OID: Final = 0x06
UTF8: Final = 0x0C
UTC_TIME: Final = 0x17
GENERALIZED_TIME: Final = 0x18
SEQUENCE: Final = 0x30
SET: Final = 0x31

TRUE: Final = b"\x01\x01\xff"
"""The BOOLEAN that is written; FALSE is a default everywhere and therefore left out (X.690, 11.5)."""

_MAX_LENGTH_BYTES = 4
_MAX_OID_BYTES = 64
_CONSTRUCTED = 0x20
_UTC_FORM = re.compile(rb"(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z")
_GENERALIZED_FORM = re.compile(rb"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{0,17}[1-9]))?Z")
_UTC_PIVOT = 50


def tlv(tag: int, *parts: bytes) -> bytes:
    """Encode one value from its already encoded parts."""
    body = b"".join(parts)
    length = len(body)
    if length < 0x80:
        return bytes((tag, length)) + body
    digits = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(digits))) + digits + body


def sequence(*parts: bytes) -> bytes:
    """Encode a SEQUENCE."""
    return tlv(SEQUENCE, *parts)


def set_of(items: Iterable[bytes]) -> bytes:
    """Encode a SET OF, its elements in ascending order (X.690, 11.6)."""
    return tlv(SET, *sorted(items))


def context(number: int, *parts: bytes, constructed: bool = True) -> bytes:
    """Encode a context-specific tag; implicit when ``parts`` are the content, explicit when they are elements."""
    return tlv((0xA0 if constructed else 0x80) | number, *parts)


def integer(value: int) -> bytes:
    """Encode an INTEGER."""
    return tlv(
        INTEGER,
        value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True) if value >= 0 else _negative(value),
    )


def octets(value: bytes) -> bytes:
    """Encode an OCTET STRING."""
    return tlv(OCTET_STRING, value)


def null() -> bytes:
    """Encode NULL."""
    return b"\x05\x00"


def utf8(text: str) -> bytes:
    """Encode a UTF8String."""
    return tlv(UTF8, text.encode())


@lru_cache(maxsize=256)
def oid(dotted: str) -> bytes:
    """Encode an OBJECT IDENTIFIER written with dots."""
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    assert first in {0, 1, 2}
    assert first == 2 or second < 40
    encoded = bytearray()
    for arc in (40 * first + second, *rest):
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.append(0x80 | arc & 0x7F)
        encoded += bytes(reversed(groups))
    return tlv(OID, bytes(encoded))


def generalized_time(instant: datetime) -> bytes:
    """Encode a GeneralizedTime in UTC; fractions of a second only where there are any (X.690, 11.7)."""
    assert instant.tzinfo is not None
    utc = instant.astimezone(UTC)
    text = f"{utc.year:04d}{utc:%m%d%H%M%S}"
    if utc.microsecond:
        text += f".{utc.microsecond:06d}".rstrip("0")
    return tlv(GENERALIZED_TIME, f"{text}Z".encode("ascii"))


def read(data: bytes) -> Element:
    """Read one value that fills ``data`` exactly.

    Args:
        data: The encoding.

    Returns:
        The value.

    Raises:
        FormatError: ``der``, with the offset of what is wrong.
    """
    element = read_first(data)
    if element.end != len(data):
        raise _bad("bytes after the end", element.end)
    return element


def read_first(data: bytes) -> Element:
    """Read the value at the beginning of ``data``; its ``end`` says where it stops.

    Raises:
        FormatError: ``der``, with the offset of what is wrong.
    """
    if len(data) > MAX_BYTES:
        raise FormatError("der", f"a structure has at most {MAX_BYTES} bytes", limit=MAX_BYTES)
    return _element(data, 0, len(data), 0)


@dataclass(frozen=True, slots=True)
class Element:
    """One encoded value inside a larger encoding.

    Attributes:
        data: The encoding it lies in.
        tag: The identifier octet.
        start: Offset of the identifier octet.
        body_start: Offset of the content.
        end: Offset behind the content.
        depth: How deeply it is nested.
    """

    data: bytes
    tag: int
    start: int
    body_start: int
    end: int
    depth: int

    @property
    def raw(self) -> bytes:
        """The complete encoding of the value."""
        return self.data[self.start : self.end]

    @property
    def body(self) -> bytes:
        """The content octets."""
        return self.data[self.body_start : self.end]

    def children(self) -> tuple[Element, ...]:
        """Read the values inside a constructed value.

        Raises:
            FormatError: ``der``.
        """
        if not self.tag & _CONSTRUCTED:
            raise _bad("a primitive value where a structure belongs", self.start)
        if self.depth >= MAX_DEPTH:
            raise _bad(f"values nested more than {MAX_DEPTH} deep", self.start)
        found: list[Element] = []
        position = self.body_start
        while position < self.end:
            child = _element(self.data, position, self.end, self.depth + 1)
            found.append(child)
            position = child.end
            if len(found) > MAX_CHILDREN:
                raise _bad(f"more than {MAX_CHILDREN} values in one structure", self.start)
        return tuple(found)

    def expect(self, tag: int) -> Element:
        """Return the element itself if it has this tag.

        Raises:
            FormatError: ``der``.
        """
        if self.tag != tag:
            raise _bad(f"tag {self.tag:#04x} where {tag:#04x} belongs", self.start)
        return self

    def cursor(self, tag: int = SEQUENCE) -> Cursor:
        """Walk the children of a structure with this tag; see :class:`Cursor`."""
        return Cursor(self.expect(tag))

    def only_child(self) -> Element:
        """Return the one value inside (an explicit tag)."""
        children = self.children()
        if len(children) != 1:
            raise _bad("not exactly one value inside", self.start)
        return children[0]

    def as_integer(self) -> int:
        """Decode an INTEGER."""
        body = self.expect(INTEGER).body
        if not body or (
            len(body) > 1 and ((body[0] == 0 and body[1] < 0x80) or (body[0] == 0xFF and body[1] >= 0x80))
        ):
            raise _bad("an INTEGER that is not minimal", self.start)
        return int.from_bytes(body, "big", signed=True)

    def as_boolean(self) -> bool:
        """Decode a BOOLEAN."""
        body = self.expect(BOOLEAN).body
        if body not in {b"\x00", b"\xff"}:
            raise _bad("a BOOLEAN that is neither 00 nor FF", self.start)
        return body == b"\xff"

    def as_octets(self) -> bytes:
        """Decode an OCTET STRING."""
        return self.expect(OCTET_STRING).body

    def as_bits(self) -> bytes:
        """Decode a BIT STRING of whole octets (a signature, a key)."""
        body = self.expect(BIT_STRING).body
        if not body or body[0] != 0:
            raise _bad("a BIT STRING that is not whole octets", self.start)
        return body[1:]

    def as_oid(self) -> str:
        """Decode an OBJECT IDENTIFIER into dotted form."""
        return _oid_of(self.expect(OID).body, self.start)

    def as_text(self) -> str:
        """Decode a UTF8String, PrintableString or IA5String."""
        if self.tag not in {UTF8, 0x13, 0x16}:
            raise _bad("no text", self.start)
        try:
            return self.body.decode("utf-8" if self.tag == UTF8 else "ascii")
        except UnicodeDecodeError as error:
            raise _bad("text in a wrong encoding", self.start) from error

    def as_time(self) -> datetime:
        """Decode a UTCTime or GeneralizedTime; fractions are cut to microseconds.

        Source: RFC 5280, 4.1.2.5; RFC 3161, 2.4.2.
        """
        form = _UTC_FORM if self.tag == UTC_TIME else _GENERALIZED_FORM
        found = form.fullmatch(self.body) if self.tag in {UTC_TIME, GENERALIZED_TIME} else None
        if found is None:
            raise _bad("no time in UTC", self.start)
        year, month, day, hour, minute, second = (int(part) for part in found.groups()[:6])
        micro = 0
        if self.tag == UTC_TIME:
            year += 1900 if year >= _UTC_PIVOT else 2000
        elif found[7] is not None:
            micro = int(found[7][:6].ljust(6, b"0"))
        try:
            return datetime(year, month, day, hour, minute, second, micro, tzinfo=UTC)
        except ValueError as error:
            raise _bad("a time that does not exist", self.start) from error


class Cursor:
    """Takes the children of a structure in order, and insists on having seen them all."""

    __slots__ = ("_children", "_index", "_parent")

    def __init__(self, parent: Element) -> None:
        """Read the children."""
        self._parent = parent
        self._children = parent.children()
        self._index = 0

    def take(self, tag: int | None = None) -> Element:
        """Return the next child, with this tag if one is given.

        Raises:
            FormatError: ``der`` if there is none, or another.
        """
        if self._index == len(self._children):
            raise _bad("a structure ends too early", self._parent.start)
        child = self._children[self._index]
        self._index += 1
        return child if tag is None else child.expect(tag)

    def maybe(self, tag: int) -> Element | None:
        """Return the next child if it has this tag, else None."""
        if self._index < len(self._children) and self._children[self._index].tag == tag:
            return self.take()
        return None

    def rest(self) -> tuple[Element, ...]:
        """Return all children not taken yet."""
        remaining = self._children[self._index :]
        self._index = len(self._children)
        return remaining

    def end(self) -> None:
        """Insist that nothing is left.

        Raises:
            FormatError: ``der``.
        """
        if self._index < len(self._children):
            raise _bad("an unexpected value in a structure", self._children[self._index].start)


def _bad(message: str, offset: int) -> FormatError:
    return FormatError("der", f"not DER: {message}, at byte {offset}", offset=offset)


def _negative(value: int) -> bytes:
    return value.to_bytes((value + 1).bit_length() // 8 + 1, "big", signed=True)


def _element(data: bytes, start: int, limit: int, depth: int) -> Element:
    if limit - start < 2:
        raise _bad("a value is cut short", start)
    tag, length = data[start], data[start + 1]
    body = start + 2
    if tag & 0x1F == 0x1F or tag == 0:
        raise _bad("a tag that nothing here uses", start)
    if length >= 0x80:
        width = length & 0x7F
        if not 1 <= width <= _MAX_LENGTH_BYTES or limit - body < width:
            raise _bad("an indefinite or impossible length", start)
        length = int.from_bytes(data[body : body + width], "big")
        if length < 0x80 or length >> 8 * (width - 1) == 0:
            raise _bad("a length that is not minimal", start)
        body += width
    if length > limit - body:
        raise _bad("a value is longer than what it lies in", start)
    return Element(data, tag, start, body, body + length, depth)


@lru_cache(maxsize=1024)
def _oid_of(body: bytes, offset: int) -> str:
    if not body or len(body) > _MAX_OID_BYTES or body[-1] & 0x80:
        raise _bad("an impossible OBJECT IDENTIFIER", offset)
    arcs: list[int] = []
    value = 0
    fresh = True
    for octet in body:
        if fresh and octet == 0x80:
            raise _bad("an OBJECT IDENTIFIER that is not minimal", offset)
        value = value << 7 | octet & 0x7F
        fresh = not octet & 0x80
        if fresh:
            arcs.append(value)
            value = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))
