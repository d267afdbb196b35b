"""Reading PDF objects as they stand in a file, with the place of every dictionary value.

This parser belongs to the verifier alone and shares no code with the writer of originals, so that a fault in one
cannot hide a fault in the other. It reads what ISO 32000 allows (comments, odd hexadecimal strings, escaped
names) because third parties write it, and refuses what two readers could understand differently: a key that
occurs twice, a keyword it does not know, nesting without end.

Source: ISO 32000-1:2008, 7.2 and 7.3.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple, TypeAlias

from paraph.errors import FormatError

__all__ = [
    "SPACE",
    "Dictionary",
    "Name",
    "Real",
    "Ref",
    "Stream",
    "Value",
    "literal_end",
    "parse",
    "same",
    "syntax",
]

# Deeper nesting occurs in no page tree or field tree met so far; the parser recurses.
MAX_DEPTH = 48

SPACE = rb"(?:[\x00\t\n\x0c\r ]|%[^\r\n]*+(?=[\r\n]))"
_END = rb"(?=[\x00\t\n\x0c\r ()<>\[\]{}/%]|\Z)"
_TOKEN = re.compile(
    SPACE + rb"*+(?:"
    rb"(\d{1,10}+)"
    + SPACE
    + rb"++(\d{1,5}+)"
    + SPACE
    + rb"++R"
    + _END  # 1, 2: reference
    + rb"|([+-]?\d{1,19}+)"
    + _END  # 3: integer
    + rb"|([+-]?(?:\d{1,30}+\.\d{0,30}+|\.\d{1,30}+))"
    + _END  # 4: real
    + rb"|(/[^\x00\t\n\x0c\r ()<>\[\]{}/%]*+)"  # 5: name
    rb"|\(([^()\\\r]*+)\)"  # 6: string without escapes
    rb"|(<<)"  # 7
    rb"|(>>)"  # 8
    rb"|(\[)"  # 9
    rb"|(\])"  # 10
    rb"|<([0-9A-Fa-f\x00\t\n\x0c\r ]*+)>"  # 11: hexadecimal string
    rb"|(true|false|null)"
    + _END  # 12
    + rb"|(\()"  # 13: string with escapes
    rb")"
)
_REF, _INTEGER, _REAL, _NAME, _PLAIN, _OPEN_DICT, _CLOSE_DICT, _OPEN, _CLOSE, _HEX, _WORD = range(2, 13)

_NAME_ESCAPE = re.compile(r"#([0-9A-Fa-f]{2})")
_LITERAL_STEP = re.compile(rb"[^()\\]*+(?:\\[\x00-\xff]|([()]))")
_ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|(\r\n|\r|\n)|([\x00-\xff]))|\r\n?")
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_WORDS: dict[bytes, bool | None] = {b"true": True, b"false": False, b"null": None}


class Name(str):
    """A name without its solidus, escapes undone; bytes above ASCII are Latin-1 characters."""

    __slots__ = ()


class Real(str):
    """A real number as the digits it was written with."""

    __slots__ = ()


class Ref(NamedTuple):
    """An indirect reference."""

    number: int
    generation: int


class Dictionary(dict[str, "Value"]):
    """A dictionary that knows where each value stands: ``spans[key] = (first byte, byte behind)``."""

    __slots__ = ("spans",)

    def __init__(self) -> None:
        super().__init__()
        self.spans: dict[str, tuple[int, int]] = {}


class Stream(NamedTuple):
    """A stream: its dictionary, and where its stored data stands in the file."""

    dictionary: Dictionary
    start: int
    end: int


Value: TypeAlias = "bool | int | Real | Name | bytes | Ref | list[Value] | Dictionary | Stream | None"


def syntax(message: str, offset: int) -> FormatError:
    """Return the error for bytes at ``offset`` that are no PDF."""
    return FormatError("pdf-syntax", f"{message} (byte {offset})", offset=offset)


def parse(data: bytes, offset: int = 0) -> tuple[Value, int]:
    """Read one direct object.

    Args:
        data: The file, or the decoded data of an object stream.
        offset: Where the object, or white space before it, begins.

    Returns:
        The object and the offset behind it.

    Raises:
        FormatError: ``pdf-syntax``, with the offset.
    """
    return _object(data, offset, 0)


def literal_end(data: bytes, offset: int) -> int:
    """Return the offset behind the literal string whose opening parenthesis is at ``offset``.

    Raises:
        FormatError: ``pdf-syntax`` if it never ends.
    """
    depth, position = 1, offset + 1
    while depth:
        step = _LITERAL_STEP.match(data, position)
        if step is None:
            raise syntax("a string has no end", offset)
        if step[1] is not None:
            depth += 1 if step[1] == b"(" else -1
        position = step.end()
    return position


def same(one: Value, other: Value) -> bool:
    """Compare two objects by value; references are equal if they name the same object.

    Args:
        one: An object; streams are never the same (their data is not at hand here).
        other: Another.

    Returns:
        Whether a reader sees no difference.
    """
    if isinstance(one, (int, Real)) and isinstance(other, (int, Real)):
        if isinstance(one, bool) or isinstance(other, bool):
            return one is other
        return Decimal(one) == Decimal(other)
    if type(one) is not type(other) or isinstance(one, Stream):
        return False
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other


def _object(data: bytes, offset: int, depth: int) -> tuple[Value, int]:
    token = _TOKEN.match(data, offset)
    if token is None:
        raise syntax("no PDF object", offset)
    end, kind = token.end(), token.lastindex
    if kind == _NAME:
        return _name(token[5]), end
    if kind == _REF:
        return Ref(int(token[1]), int(token[2])), end
    if kind == _INTEGER:
        return int(token[3]), end
    if kind == _PLAIN:
        return token[6], end
    if kind == _HEX:
        digits = token[11].translate(None, b"\x00\t\n\x0c\r ")
        return bytes.fromhex((digits + b"0" if len(digits) % 2 else digits).decode("ascii")), end
    if kind == _REAL:
        return Real(token[4].decode("ascii")), end
    if kind == _WORD:
        return _WORDS[token[12]], end
    if kind in {_CLOSE, _CLOSE_DICT}:
        raise syntax("a bracket closes what was not opened", offset)
    if kind not in {_OPEN, _OPEN_DICT}:
        close = literal_end(data, end - 1)
        return _ESCAPE.sub(_unescape, data[end : close - 1]), close
    if depth >= MAX_DEPTH:
        raise syntax(f"objects are nested more than {MAX_DEPTH} deep", offset)
    return _array(data, end, depth + 1) if kind == _OPEN else _dictionary(data, end, depth + 1)


def _array(data: bytes, offset: int, depth: int) -> tuple[list[Value], int]:
    items: list[Value] = []
    match = _TOKEN.match
    while True:
        token = match(data, offset)
        if token is None:
            raise syntax("no PDF object", offset)
        kind = token.lastindex
        if kind == _INTEGER:
            items.append(int(token[3]))
            offset = token.end()
        elif kind == _REF:
            items.append(Ref(int(token[1]), int(token[2])))
            offset = token.end()
        elif kind == _CLOSE:
            return items, token.end()
        else:
            value, offset = _object(data, offset, depth)
            items.append(value)


def _dictionary(data: bytes, offset: int, depth: int) -> tuple[Dictionary, int]:
    entries = Dictionary()
    match = _TOKEN.match
    while True:
        token = match(data, offset)
        if token is None:
            raise syntax("no PDF object", offset)
        if token.lastindex == _CLOSE_DICT:
            return entries, token.end()
        if token.lastindex != _NAME:
            raise syntax("a dictionary key is not a name", offset)
        key = str(_name(token[5]))
        if key in entries:
            raise syntax(f"the key /{key} occurs twice in one dictionary", offset)
        entries[key], offset = _object(data, token.end(), depth)
        entries.spans[key] = (token.end(), offset)


def _name(raw: bytes) -> Name:
    text = raw[1:].decode("latin-1")
    if "#" in text:
        text = _NAME_ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    return Name(text)


def _unescape(found: re.Match[bytes]) -> bytes:
    if found[1] is not None:
        return bytes([int(found[1], 8) & 0xFF])
    if found[3] is not None:
        return _ESCAPED.get(found[3], found[3])
    return b"" if found[2] is not None else b"\n"
