"""PDF objects as frozen values, and their one serialised form.

Strings are ``bytes``, names are :class:`Name`, arrays are tuples; ``None`` is the null object. Real numbers keep
the digits they were written with: what is read from the agreed original is written back unchanged, and no
binary floating point comes near signed bytes.

Source: ISO 32000-1:2008, 7.3.
"""

from __future__ import annotations

import re
from collections.abc import ItemsView, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from paraph.errors import FormatError

__all__ = [
    "Array",
    "Dictionary",
    "Name",
    "Object",
    "Real",
    "Ref",
    "Stream",
    "points",
    "serialise",
    "text_string",
]


class Name(str):
    """A name object without its solidus: ``Name("Type")``; bytes above ASCII are Latin-1 characters."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Real:
    """A real number, kept as the digits it was written with.

    Attributes:
        digits: For instance ``"781.0236"``.
    """

    digits: str


@dataclass(frozen=True, slots=True)
class Ref:
    """An indirect reference.

    Attributes:
        number: The object number, from 1.
        generation: The generation number; 0 in everything written here.
    """

    number: int
    generation: int = 0


@dataclass(frozen=True, slots=True)
class Dictionary:
    """A dictionary that cannot change and keeps the order of its keys (keys without solidus).

    Attributes:
        entries: The entries; never changed after construction.
    """

    entries: Mapping[str, Object]

    def __getitem__(self, key: str) -> Object:
        return self.entries[key]

    def __contains__(self, key: object) -> bool:
        return key in self.entries

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)

    def get(self, key: str, default: Object = None) -> Object:
        """Return the value of ``key``, or ``default`` (a missing entry and null are the same, 7.3.7)."""
        return self.entries.get(key, default)

    def items(self) -> ItemsView[str, Object]:
        """Return keys and values in order."""
        return self.entries.items()

    def having(self, entries: Mapping[str, Object]) -> Dictionary:
        """Return a copy with ``entries`` replaced in place or appended."""
        return Dictionary({**self.entries, **entries})

    def without(self, *keys: str) -> Dictionary:
        """Return a copy that lacks ``keys``."""
        return Dictionary({key: value for key, value in self.entries.items() if key not in keys})


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream with its data as stored, filters not undone.

    Attributes:
        dictionary: Without ``Length``, which is written from the data.
        data: The bytes between ``stream`` and ``endstream``.
    """

    dictionary: Dictionary
    data: bytes


Array: TypeAlias = "tuple[Object, ...]"
Object: TypeAlias = "bool | int | Real | Name | bytes | Ref | Array | Dictionary | Stream | None"

_NAME_SPECIAL = re.compile(r"[^!-~]|[()<>\[\]{}/%#]")
_PRINTABLE = re.compile(rb"[ -~]*")
_LITERAL_SPECIAL = re.compile(rb"[()\\]")
_DELIMITED = (b"/", b"(", b"<", b"[")


def serialise(value: Object) -> bytes:
    """Write an object in the one form that this package writes.

    Args:
        value: Any object; streams get their ``Length`` from their data.

    Returns:
        The bytes, without ``obj`` and ``endobj``.
    """
    return _written(value)


def text_string(text: str) -> bytes:
    """Encode a text string: ASCII as it is, anything else as UTF-16BE with its mark.

    Args:
        text: What people read (a name, a place).

    Returns:
        The value of a PDF string object.

    Raises:
        FormatError: ``pdf-text`` if the text holds control characters or half surrogates.

    Source: ISO 32000-1:2008, 7.9.2.2.
    """
    if any(
        character < " " or "\x7f" <= character <= "\x9f" or "\ud800" <= character <= "\udfff"
        for character in text
    ):
        raise FormatError("pdf-text", "a text for a PDF holds a control character; remove it")
    if text.isascii():
        return text.encode("ascii")
    return b"\xfe\xff" + text.encode("utf-16-be")


def points(thousandths: int) -> int | Real:
    """Write a length given in thousandths of a point with as few digits as it needs."""
    whole, rest = divmod(abs(thousandths), 1000)
    sign = "-" if thousandths < 0 else ""
    if not rest:
        return int(f"{sign}{whole}")
    return Real(f"{sign}{whole}.{f'{rest:03d}'.rstrip('0')}")


@lru_cache(maxsize=1024)
def _name(name: str) -> bytes:
    return b"/" + _NAME_SPECIAL.sub(lambda found: f"#{ord(found[0]):02x}", name).encode("ascii")


def _string(value: bytes) -> bytes:
    if _PRINTABLE.fullmatch(value):
        return b"(" + _LITERAL_SPECIAL.sub(rb"\\\g<0>", value) + b")"
    return b"<" + value.hex().encode("ascii") + b">"


def _written(value: Object) -> bytes:
    if type(value) is int:
        return b"%d" % value
    if isinstance(value, Ref):
        return b"%d %d R" % (value.number, value.generation)
    if isinstance(value, Name):
        return _name(value)
    if isinstance(value, tuple):
        return b"[" + b" ".join(map(_written, value)) + b"]"
    if isinstance(value, Dictionary):
        return b"<<" + b"".join([_entry(key, item) for key, item in value.entries.items()]) + b">>"
    if isinstance(value, bytes):
        return _string(value)
    if isinstance(value, Real):
        return value.digits.encode("ascii")
    if isinstance(value, Stream):
        head = _written(value.dictionary.having({"Length": len(value.data)}))
        return b"".join((head, b"\nstream\n", value.data, b"\nendstream"))
    if isinstance(value, bool):
        return b"true" if value else b"false"
    assert value is None
    return b"null"


def _entry(key: str, value: Object) -> bytes:
    written = _written(value)
    return _name(key) + (written if written.startswith(_DELIMITED) else b" " + written)
