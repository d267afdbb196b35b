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

import json
import unicodedata
from typing import Any, NoReturn, TypeAlias

import rfc8785

from paraph.errors import FormatError
from paraph.wire import limits

__all__ = ["Value", "dump", "is_canonical", "load", "load_object"]

Value: TypeAlias = "bool | int | str | list[Value] | dict[str, Value] | None"
"""What JSON can say here: no floating-point number."""

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
    _check(value, 0)
    try:
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
    try:
        value: Value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_float=_refuse_float,
            parse_constant=_refuse_float,
            parse_int=_integer,
        )
    except json.JSONDecodeError as error:
        raise FormatError("json-syntax", f"not JSON: {error.msg}", offset=error.pos) from error
    except RecursionError as error:
        raise FormatError("json-depth", "JSON nests too deeply for this reader") from error
    _check(value, 0)
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
    return int(literal)


def _check(value: object, depth: int) -> None:
    """Refuse what the data model does not have, wherever it came from."""
    if isinstance(value, str):
        _check_string(value)
    elif value is None or isinstance(value, bool):
        pass
    elif isinstance(value, int):
        if abs(value) > limits.MAX_INTEGER:
            raise FormatError("json-value", "an integer is larger than 2^53 − 1; write it as a string")
    elif isinstance(value, (dict, list, tuple)):
        if depth >= limits.MAX_NESTING:
            raise FormatError("json-depth", f"JSON nests deeper than {limits.MAX_NESTING} levels")
        if isinstance(value, dict):
            for name in value:
                if not isinstance(name, str):
                    raise FormatError("json-value", "member names have to be strings")
                _check_string(name)
            children: Any = value.values()
        else:
            children = value
        for child in children:
            _check(child, depth + 1)
    else:
        raise FormatError("json-value", f"{type(value).__name__} has no place in signed JSON")


def _check_string(value: str) -> None:
    # ASCII is most of what travels (digests, base64) and needs only the check for U+0000.
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
