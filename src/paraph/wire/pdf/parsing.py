"""A strict parser of PDF objects: what typst and this package write, and nothing more lenient.

Comments inside objects, odd hexadecimal strings, duplicate keys and indirect stream lengths are legal PDF that no
original contains; they are refused, because leniency is where two readers begin to see different documents.

Source: ISO 32000-1:2008, 7.2 and 7.3.
"""

from __future__ import annotations

import re
from functools import lru_cache

from paraph.errors import FormatError
from paraph.wire.pdf.objects import Array, Dictionary, Name, Object, Real, Ref, Stream

__all__ = ["MAX_DEPTH", "indirect_object", "literal_end", "parse"]

MAX_DEPTH = 32
"""Nesting of arrays and dictionaries; originals stay below 10, and the parser recurses."""

_SPACE = rb"[\x00\t\n\x0c\r ]"
_END = rb"(?=[\x00\t\n\x0c\r ()<>\[\]{}/%]|\Z)"
_TOKEN = re.compile(
    _SPACE + rb"*+(?:"
    rb"(\d{1,10}+)"
    + _SPACE
    + rb"++(\d{1,5}+)"
    + _SPACE
    + rb"++R"
    + _END  # 1, 2: reference
    + rb"|([+-]?\d{1,19}+)"
    + _END  # 3: integer
    + rb"|([+-]?(?:\d{1,19}+\.\d{0,19}+|\.\d{1,19}+))"
    + _END  # 4: real
    + rb"|/([^\x00\t\n\x0c\r ()<>\[\]{}/%]++)"  # 5: name
    rb"|\(([^()\\\r]*+)\)"  # 6: string without escapes
    rb"|(<<)"  # 7
    rb"|(>>)"  # 8
    rb"|(\[)"  # 9
    rb"|(\])"  # 10
    rb"|<([0-9A-Fa-f]*+)>"  # 11: hexadecimal string
    rb"|(true|false|null)"
    + _END  # 12
    + rb"|(\()"  # 13: string with escapes
    rb")"
)
_REF, _INTEGER, _REAL, _NAME, _PLAIN, _OPEN_DICT, _CLOSE_DICT, _OPEN, _CLOSE, _HEX, _WORD, _LITERAL = range(
    2, 14
)

# A key with the values that most keys have: one match instead of two.
_PAIR = re.compile(
    _SPACE
    + rb"*+(?:/([^\x00\t\n\x0c\r ()<>\[\]{}/%]++)(?:"  # 1: key, alone if another kind of value follows
    + _SPACE
    + rb"*+/([^\x00\t\n\x0c\r ()<>\[\]{}/%]++)"  # 2: name
    rb"|"
    + _SPACE
    + rb"++(\d{1,10}+)"
    + _SPACE
    + rb"++(\d{1,5}+)"
    + _SPACE
    + rb"++R"
    + _END  # 3, 4: reference
    + rb"|"
    + _SPACE
    + rb"++([+-]?\d{1,19}+)"
    + _END  # 5: integer
    + rb")?+|(>>))"  # 6
)
_PAIR_NAME, _PAIR_REF, _PAIR_INTEGER, _END_OF_PAIRS = 2, 4, 5, 6

_NAME_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})?")
_LITERAL_STEP = re.compile(rb"[^()\\]*+(?:\\[\x00-\xff]|([()]))")
_ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|(\r\n|\r|\n)|([\x00-\xff]))|\r\n?")
_ESCAPED = {
    b"n": b"\n",
    b"r": b"\r",
    b"t": b"\t",
    b"b": b"\b",
    b"f": b"\f",
    b"(": b"(",
    b")": b")",
    b"\\": b"\\",
}
_WORDS: dict[bytes, bool | None] = {b"true": True, b"false": False, b"null": None}

_HEADER = re.compile(rb"(\d{1,10}) (\d{1,5}) obj" + _SPACE)
_AFTER = re.compile(_SPACE + rb"*+(?:(endobj)|stream(?:\r\n|\n))")
_STREAM_END = re.compile(rb"(?:\r\n|\n|\r)?endstream" + _SPACE + rb"++endobj")


def parse(data: bytes, offset: int = 0) -> tuple[Object, int]:
    """Read one direct object.

    Args:
        data: The file.
        offset: Where the object (or white space before it) begins.

    Returns:
        The object and the offset behind it.

    Raises:
        FormatError: ``pdf-syntax`` or ``pdf-depth``, with the offset.
    """
    return _object(data, offset, 0)


def indirect_object(data: bytes, offset: int, number: int) -> Object:
    """Read the indirect object ``number`` with generation 0 that begins exactly at ``offset``.

    Args:
        data: The file.
        offset: Where the cross-reference table says it begins.
        number: The object number expected there.

    Returns:
        The object; a stream with its data.

    Raises:
        FormatError: ``pdf-syntax`` or ``pdf-depth``, with the offset.
    """
    header = _HEADER.match(data, offset)
    if header is None or int(header[1]) != number or int(header[2]) != 0:
        raise _syntax("the cross-reference table points at something else than its object", offset)
    value, end = _object(data, header.end() - 1, 0)
    after = _AFTER.match(data, end)
    if after is None:
        raise _syntax("an object is not followed by endobj", end)
    if after[1] is not None:
        return value
    if not isinstance(value, Dictionary):
        raise _syntax("a stream has no dictionary", offset)
    length = value.get("Length")
    if type(length) is not int or not 0 <= length <= len(data) - after.end():
        raise _syntax("a stream has no direct length inside the file", offset)
    start = after.end()
    if _STREAM_END.match(data, start + length) is None:
        raise _syntax("a stream does not end where its length says", start + length)
    return Stream(value.without("Length"), data[start : start + length])


def literal_end(data: bytes, offset: int) -> int:
    """Return the offset behind the literal string whose opening parenthesis is at ``offset``.

    Raises:
        FormatError: ``pdf-syntax`` if it never ends.
    """
    depth, position = 1, offset + 1
    while depth:
        step = _LITERAL_STEP.match(data, position)
        if step is None:
            raise _syntax("a string has no end", offset)
        if step[1] is not None:
            depth += 1 if step[1] == b"(" else -1
        position = step.end()
    return position


def _syntax(message: str, offset: int) -> FormatError:
    return FormatError(
        "pdf-syntax",
        f"{message}, at byte {offset}; the PDF is damaged or was not made for this",
        offset=offset,
    )


def _object(data: bytes, offset: int, depth: int) -> tuple[Object, int]:  # noqa: C901 - one case per token
    token = _TOKEN.match(data, offset)
    if token is None:
        raise _syntax("no PDF object", offset)
    end = token.end()
    kind = token.lastindex
    if kind == _REF:
        return _ref(token[1], token[2]), end
    if kind == _INTEGER:
        return int(token[3]), end
    if kind == _NAME:
        return _name(token[5]), end
    if kind == _REAL:
        return Real(token[4].decode("ascii")), end
    if kind == _PLAIN:
        return token[6], end
    if kind == _HEX:
        if len(token[11]) % 2:
            raise _syntax("an odd hexadecimal string", offset)
        return bytes.fromhex(token[11].decode("ascii")), end
    if kind == _WORD:
        return _WORDS[token[12]], end
    if kind == _LITERAL:
        close = literal_end(data, end - 1)
        return _ESCAPE.sub(_unescape, data[end : close - 1]), close
    if kind not in {_OPEN, _OPEN_DICT}:
        raise _syntax("a bracket closes what was not opened", offset)
    if depth >= MAX_DEPTH:
        raise FormatError(
            "pdf-depth", f"objects are nested more than {MAX_DEPTH} deep at byte {offset}", offset=offset
        )
    if kind == _OPEN:
        return _array(data, end, depth + 1)
    return _dictionary(data, end, depth + 1)


def _array(data: bytes, offset: int, depth: int) -> tuple[Array, int]:
    items: list[Object] = []
    while True:
        token = _TOKEN.match(data, offset)
        if token is None:
            raise _syntax("no PDF object", offset)
        kind = token.lastindex
        if kind == _INTEGER:  # widths of glyphs: by far the most frequent
            items.append(int(token[3]))
            offset = token.end()
        elif kind == _REF:
            items.append(_ref(token[1], token[2]))
            offset = token.end()
        elif kind == _CLOSE:
            return tuple(items), token.end()
        else:
            value, offset = _object(data, offset, depth)
            items.append(value)


def _dictionary(data: bytes, offset: int, depth: int) -> tuple[Dictionary, int]:
    entries: dict[str, Object] = {}
    while True:
        pair = _PAIR.match(data, offset)
        if pair is None:
            raise _syntax("a dictionary key is not a name", offset)
        kind = pair.lastindex
        if kind == _END_OF_PAIRS:
            return Dictionary(entries), pair.end()
        key = _name(pair[1])
        if key in entries:
            raise _syntax(f"the key {key} occurs twice in one dictionary", offset)
        if kind == _PAIR_NAME:
            entries[key] = _name(pair[2])
        elif kind == _PAIR_REF:
            entries[key] = _ref(pair[3], pair[4])
        elif kind == _PAIR_INTEGER:
            entries[key] = int(pair[5])
        else:
            entries[key], offset = _object(data, pair.end(), depth)
            continue
        offset = pair.end()


def _ref(number: bytes, generation: bytes) -> Ref:
    if number.startswith(b"0"):
        raise FormatError("pdf-syntax", "a reference to object 0, or with leading zeros; the PDF is damaged")
    return Ref(int(number), int(generation))


@lru_cache(maxsize=4096)
def _name(raw: bytes) -> Name:
    if b"#" in raw:
        if any(found[1] is None or found[1] == b"00" for found in _NAME_ESCAPE.finditer(raw)):
            raise FormatError("pdf-syntax", "a name with a bad escape; the PDF is damaged")
        raw = _NAME_ESCAPE.sub(lambda found: bytes.fromhex(found[1].decode("ascii")), raw)
    return Name(raw.decode("latin-1"))


def _unescape(found: re.Match[bytes]) -> bytes:
    if found[1] is not None:
        return bytes([int(found[1], 8) & 0xFF])
    if found[3] is not None:
        return _ESCAPED.get(found[3], found[3])
    return b"" if found[2] is not None else b"\n"
