"""Canonical JSON: how Paraph writes what it signs, and how it reads what others wrote.

Writing is RFC 8785 (JCS) over a smaller data model: objects, arrays, strings, integers up to 2⁵³−1, booleans and
null. There are no floating-point numbers, because two programs print them differently; and strings are in
Unicode normalisation form C, because two strings that look the same must be the same bytes.

Reading is strict (RFC 7493, I-JSON) but does not ask for canonical form: an act is verified over the exact bytes
that were signed, so a reader in a hundred years needs no canonicaliser. ``is_canonical`` says whether the bytes
are in canonical form, for the formats that do ask for it.

Source: RFC 8259; RFC 7493 §2; RFC 8785 §3.
"""

from __future__ import annotations

import itertools
import json
import unicodedata
from typing import Any, NoReturn, TypeAlias

import rfc8785

from paraph.errors import FormatError
from paraph.wire import limits

__all__ = ["Value", "dump", "is_canonical", "load", "load_object"]

Value: TypeAlias = "bool | int | str | list[Value] | dict[str, Value] | None"
"""What JSON can say here: no floating-point number."""

_LAST_PLAIN = "\ud7ff"
"""Below the surrogates, characters in order of their numbers are in order of their UTF-16 code units."""

_NOT_STRUCTURE = bytes(set(range(256)) - set(b'"[]{}'))
_MAX_DIGITS = len(str(limits.MAX_INTEGER)) + 1


def dump(value: object) -> bytes:
    """Write a value in canonical form.

    Args:
        value: Dictionaries with string keys, lists, tuples, strings in form C, integers, booleans, None.

    Returns:
        UTF-8 bytes without insignificant white space, members ordered by their names (RFC 8785 §3.2.3).

    Raises:
        FormatError: ``json-value`` if the value is outside the data model, ``json-depth`` if it nests too deeply.
    """
    try:
        if _check(value):
            return _ENCODER.encode(value).encode("utf-8")
        return rfc8785.dumps(value)  # type: ignore[arg-type]  # the check above has narrowed it
    except (rfc8785.CanonicalizationError, UnicodeError) as error:
        raise FormatError("json-value", f"this value cannot be written as canonical JSON: {error}") from error


def load(data: bytes, *, limit: int = limits.MAX_ACT) -> Value:
    """Read a JSON text strictly.

    Args:
        data: The text, UTF-8 without byte order mark.
        limit: Largest accepted length in bytes, checked before anything else.

    Returns:
        The value; integers are exact, strings are in form C, member names are unique.

    Raises:
        FormatError: ``json-size``, ``json-depth``, ``json-encoding``, ``json-syntax`` or ``json-value``.
    """
    if len(data) > limit:
        raise FormatError(
            "json-size", f"JSON of {len(data)} bytes; at most {limit} are read here", limit=limit
        )
    _check_depth(data)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise FormatError("json-encoding", "JSON is not UTF-8", offset=error.start) from error
    if text.startswith("\ufeff"):
        raise FormatError("json-syntax", "not JSON: it begins with a byte order mark", offset=0)
    try:
        value: Value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise FormatError("json-syntax", f"not JSON: {error.msg}", offset=error.pos) from error
    except RecursionError as error:
        raise FormatError("json-depth", "JSON nests too deeply for this reader") from error
    # Depth and integers are checked by now. Without escapes by number, strings are as they stand in the text: no
    # U+0000 and no surrogates, and form C if the text is in form C, whose parts then all are (UAX #15 §1.3).
    if "\\u" in text or not (text.isascii() or unicodedata.is_normalized("NFC", text)):
        _check(value)
    return value


def load_object(data: bytes, *, limit: int = limits.MAX_ACT) -> dict[str, Value]:
    """Read a JSON text whose top level is an object; see ``load``.

    Raises:
        FormatError: As ``load``, and ``json-value`` if the top level is anything else.
    """
    value = load(data, limit=limit)
    if not isinstance(value, dict):
        raise FormatError("json-value", "the top level has to be an object")
    return value


def is_canonical(data: bytes, *, limit: int = limits.MAX_ACT) -> bool:
    """Say whether bytes are exactly what ``dump`` writes for the value they hold; False for anything unreadable."""
    try:
        return dump(load(data, limit=limit)) == data
    except FormatError:
        return False


def _check_depth(data: bytes) -> None:
    """Refuse too deep nesting before the parser recurses into it."""
    if data.count(b"[") + data.count(b"{") <= limits.MAX_NESTING:
        return
    # Only quotes and brackets matter here. Escapes go first (a pair of backslashes before an escaped quote), then
    # every second piece between quotes is outside a string. Three passes in C, linear whatever the input.
    bare = data.replace(b"\\\\", b"").replace(b'\\"', b"").translate(None, _NOT_STRUCTURE)
    depth = 0
    for bracket in b"".join(bare.split(b'"')[::2]):
        depth += 1 if bracket in b"[{" else -1
        if depth > limits.MAX_NESTING:
            raise FormatError("json-depth", f"JSON nests deeper than {limits.MAX_NESTING} levels")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise FormatError(
            "json-value", f"member “{twice[:80]}” occurs twice; readers would differ on which counts"
        )
    return found


def _refuse_float(literal: str) -> NoReturn:
    raise FormatError(
        "json-value", f"“{literal[:40]}” is not an integer; write numbers with a fraction as strings"
    )


def _integer(literal: str) -> int:
    # Checked before int(): converting a million digits takes quadratic time.
    if len(literal) > _MAX_DIGITS or literal == "-0":
        raise FormatError("json-value", f"integer “{literal[:40]}” is not exact in every reader")
    value = int(literal)
    _check_integer(value)
    return value


def _check_integer(value: int) -> None:
    if abs(value) > limits.MAX_INTEGER:
        raise FormatError("json-value", "an integer is larger than 2^53 − 1; write it as a string")


_ENCODER = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, allow_nan=False, sort_keys=True, separators=(",", ":")
)
_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=_refuse_float, parse_constant=_refuse_float, parse_int=_integer
)


def _check(value: object) -> bool:
    """Refuse what the data model does not have, wherever it came from.

    Returns:
        Whether names in the order of their characters are in the order of RFC 8785 §3.2.3 (UTF-16 code units).
    """
    plain = True
    level: list[Any] = [value]
    for depth in itertools.count():
        below: list[Any] = []
        for item in level:
            if isinstance(item, str):
                if "\0" in item or not item.isascii():
                    _check_string(item)
            elif isinstance(item, int):  # and bool
                _check_integer(item)
            elif isinstance(item, (dict, list, tuple)):
                if depth >= limits.MAX_NESTING:
                    raise FormatError("json-depth", f"JSON nests deeper than {limits.MAX_NESTING} levels")
                if isinstance(item, dict):
                    plain = _check_names(item) and plain
                    below += item.values()
                else:
                    below += item
            elif item is not None:
                raise FormatError("json-value", f"{type(item).__name__} has no place in signed JSON")
        if not below:
            break
        level = below
    return plain


def _check_names(item: dict[Any, Any]) -> bool:
    plain = True
    for name in item:
        if not isinstance(name, str):
            raise FormatError("json-value", "member names have to be strings")
        if "\0" in name or not name.isascii():
            _check_string(name)
            plain = plain and max(name) <= _LAST_PLAIN
    return plain


def _check_string(value: str) -> None:
    if not value.isascii():
        if not unicodedata.is_normalized("NFC", value):
            raise FormatError("json-value", "a string is not in Unicode form C; normalise it before signing")
        try:
            value.encode("utf-8")
        except UnicodeEncodeError as error:
            raise FormatError("json-value", "a string holds half of a surrogate pair") from error
    if "\0" in value:
        # Databases and C programs cut strings there, and would then show another text than was signed.
        raise FormatError("json-value", "a string holds U+0000")
