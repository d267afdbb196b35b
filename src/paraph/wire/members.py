"""Reading the members of a JSON object strictly: each with its type, its size and its spelling.

Every format of this package refuses what it does not know: a missing member, an unknown one, base64 that could be
written in another way. So two readers can never disagree about what the same bytes say.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING

from paraph.domain.ids import Digest, PartyId, Utc, check_digest, check_party_id, check_utc
from paraph.errors import FormatError
from paraph.wire import limits

if TYPE_CHECKING:
    from collections.abc import Collection

    from paraph.wire.canonical import Value

__all__ = ["MemberReader", "decode_base64", "encode_base64"]


def encode_base64(data: bytes) -> str:
    """Write bytes in base64 with padding (RFC 4648 §4)."""
    return base64.b64encode(data).decode("ascii")


def decode_base64(text: str, *, maximum: int) -> bytes:
    """Read base64 in the one spelling that ``encode_base64`` writes.

    Args:
        text: The base64 text.
        maximum: Largest accepted length of the result, in bytes, checked before decoding.

    Raises:
        FormatError: ``base64`` if the text is too long, has other characters, or unused bits that are not zero.
    """
    if len(text) > (maximum + 2) // 3 * 4:
        raise FormatError("base64", f"base64 of more than {maximum} bytes", limit=maximum)
    if len(text) % 4:
        raise FormatError("base64", "the length of base64 has to be a multiple of four")
    try:
        data = binascii.a2b_base64(text, strict_mode=True)
    except ValueError as error:
        raise FormatError("base64", f"not base64: {error}") from error
    # Only the last group can be spelt in more than one way (RFC 4648 §3.5).
    if text and base64.b64encode(data[-(len(data) % 3 or 3) :]) != text[-4:].encode("ascii"):
        raise FormatError("base64", "unused bits at the end of base64 are not zero")
    if len(data) > maximum:
        raise FormatError("base64", f"base64 of more than {maximum} bytes", limit=maximum)
    return data


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberReader:
    """Reads values of one format; every error carries that format's code and the path of the member.

    Attributes:
        code: Code of the ``FormatError`` for every deviation, such as ``bundle-format``.
    """

    code: str

    def fail(self, where: str, problem: str) -> FormatError:
        """Make the error for a member, for the caller to raise."""
        return FormatError(self.code, f"{where}: {problem}", path=where)

    def members(
        self, value: Value, where: str, names: Collection[str], *, optional: Collection[str] = ()
    ) -> dict[str, Value]:
        """Read an object that has all of ``names``, may have those of ``optional``, and nothing else."""
        if not isinstance(value, dict):
            raise self.fail(where, "has to be an object")
        for name in names:
            if name not in value:
                raise self.fail(where, f"member “{name}” is missing")
        for name in value:
            if name not in names and name not in optional:
                raise self.fail(where, f"member “{name[:80]}” is not known in this format")
        return value

    def mapping(self, value: Value, where: str, *, maximum: int) -> dict[str, Value]:
        """Read an object with at most ``maximum`` members of any names."""
        if not isinstance(value, dict):
            raise self.fail(where, "has to be an object")
        if len(value) > maximum:
            raise self.fail(where, f"has {len(value)} members; at most {maximum} are read")
        return value

    def array(self, value: Value, where: str, *, maximum: int) -> list[Value]:
        """Read an array of at most ``maximum`` elements."""
        if not isinstance(value, list):
            raise self.fail(where, "has to be an array")
        if len(value) > maximum:
            raise self.fail(where, f"has {len(value)} elements; at most {maximum} are read")
        return value

    def text(self, value: Value, where: str, *, maximum: int, minimum: int = 1) -> str:
        """Read a string of ``minimum`` to ``maximum`` characters."""
        if not isinstance(value, str):
            raise self.fail(where, "has to be a string")
        if not minimum <= len(value) <= maximum:
            raise self.fail(where, f"has {len(value)} characters; {minimum} to {maximum} are allowed")
        return value

    def constant(self, value: Value, where: str, expected: str) -> None:
        """Read a string that can only be ``expected``, such as the name of the format."""
        if value != expected:
            raise self.fail(where, f"has to be “{expected}”")

    def integer(self, value: Value, where: str, *, maximum: int, minimum: int = 0) -> int:
        """Read an integer of ``minimum`` to ``maximum``."""
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.fail(where, "has to be an integer")
        if not minimum <= value <= maximum:
            raise self.fail(where, f"has to be {minimum} to {maximum}")
        return value

    def base64(self, value: Value, where: str, *, maximum: int) -> bytes:
        """Read bytes in base64, at most ``maximum`` of them."""
        if not isinstance(value, str):
            raise self.fail(where, "has to be a string in base64")
        try:
            return decode_base64(value, maximum=maximum)
        except FormatError as error:
            raise self.fail(where, error.message) from error

    def digest(self, value: Value, where: str) -> Digest:
        """Read a SHA-256 digest in hexadecimal."""
        try:
            return check_digest(self.text(value, where, maximum=64))
        except FormatError as error:
            raise self.fail(where, error.message) from error

    def party(self, value: Value, where: str) -> PartyId:
        """Read the id of a party, mediator or witness."""
        try:
            return check_party_id(self.text(value, where, maximum=limits.MAX_NAME))
        except FormatError as error:
            raise self.fail(where, error.message) from error

    def instant(self, value: Value, where: str) -> Utc:
        """Read an instant in UTC."""
        try:
            return check_utc(self.text(value, where, maximum=limits.MAX_NAME))
        except FormatError as error:
            raise self.fail(where, error.message) from error
