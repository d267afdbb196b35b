"""Signed notes: a short text, a blank line, and signature lines that others may add to.

The format is C2SP signed-note, so existing tools read our checkpoints. One thing is stricter: signature lines
stand in one order, sorted by signer with the log first, so that nodes which hold the same signatures hold the same
bytes.

Source: C2SP signed-note (c2sp.org/signed-note); docs/spec/log.md.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from paraph.errors import FormatError
from paraph.wire import limits
from paraph.wire.members import decode_base64, encode_base64

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["KEY_ID_SIZE", "Note", "SignatureLine", "key_hash"]

KEY_ID_SIZE: Final = 4
"""Bytes of a note key id. A hint which key to try, not a commitment to it."""

_DASH: Final = "— "
_LINE_NAME: Final = re.compile(r"[!-*,-~]+\Z")
"""Visible ASCII without the plus sign."""

_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f]")
"""Control characters but the newline."""

_MAX_SIGNATURE: Final = 4096
"""Bytes of one signature with its time; ML-DSA-65 has 3317."""


@lru_cache(maxsize=1024)  # of the same few keys, for every line that is looked for
def key_hash(name: str, kind: bytes, public: bytes) -> bytes:
    """Compute the id of a key in signature lines.

    Args:
        name: Name of the signer.
        kind: Signature type: one byte, or 0xff and an identifier of our own.
        public: Raw public key.

    Source: C2SP signed-note, "Signatures".
    """
    return hashlib.sha256(name.encode("utf-8") + b"\n" + kind + public).digest()[:KEY_ID_SIZE]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class SignatureLine:
    """One line below a note.

    Attributes:
        name: Who claims to have signed; ASCII without spaces and plus signs.
        key_id: Four bytes, see ``key_hash``.
        signature: The bytes after the key id.
    """

    name: str
    key_id: bytes
    signature: bytes

    def __post_init__(self) -> None:
        """Refuse names that the line could not carry."""
        if not is_line_name(self.name):
            raise FormatError("note-format", f"“{self.name[:80]}” cannot name a signer of a note")

    def write(self) -> str:
        """Write the line, with its newline."""
        return f"{_DASH}{self.name} {encode_base64(self.key_id + self.signature)}\n"


def is_line_name(name: str) -> bool:
    """Say whether a name may stand in a signature line: visible ASCII, without a plus sign."""
    return len(name) <= limits.MAX_NAME and _LINE_NAME.match(name) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A text and its signature lines, sorted and without duplicates.

    Attributes:
        text: The signed text, ending in a newline, without control characters and empty lines.
        lines: Signature lines; those by the name in the text's first line come first.
    """

    text: str
    lines: tuple[SignatureLine, ...]

    @property
    def _log(self) -> str:
        return self.text.partition("\n")[0]

    def write(self) -> bytes:
        """Write the note in its one form."""
        return (self.text + "\n" + "".join(line.write() for line in self.lines)).encode("utf-8")

    def add(self, lines: Iterable[SignatureLine]) -> Note:
        """Return the note with more signature lines.

        All lines of a signer stay together: a signer who is already there keeps the lines it has, so two halves of
        one statement are never mixed with halves of another.
        """
        known = {line.name for line in self.lines}
        fresh = {line for line in lines if line.name not in known}
        return replace(self, lines=self._sort((*self.lines, *fresh)))

    def of(self, name: str, key_id: bytes) -> SignatureLine | None:
        """Find the line of a key."""
        return next((line for line in self.lines if line.name == name and line.key_id == key_id), None)

    def _sort(self, lines: Iterable[SignatureLine]) -> tuple[SignatureLine, ...]:
        log = self._log
        return tuple(
            sorted(lines, key=lambda line: (line.name != log, line.name, line.key_id, line.signature))
        )

    @classmethod
    def read(cls, data: bytes) -> Note:
        """Read a note strictly. No signature is verified.

        Raises:
            FormatError: ``note-format`` if any byte is not as ``write`` would write it.
        """
        return _read_again(data)

    @classmethod
    def _read(cls, data: bytes) -> Note:
        if len(data) > limits.MAX_NOTE:
            raise FormatError("note-format", f"a note of {len(data)} bytes; at most {limits.MAX_NOTE}")
        try:
            text, separator, below = data.decode("utf-8").partition("\n\n")
        except UnicodeDecodeError as error:
            raise FormatError("note-format", "a note is not UTF-8", offset=error.start) from error
        if not separator or not text:
            raise FormatError("note-format", "a note has no blank line before its signatures")
        if _CONTROL.search(text):
            raise FormatError("note-format", "a note holds control characters")
        if below.count("\n") > limits.MAX_NOTE_LINES:
            raise FormatError("note-format", f"a note has more than {limits.MAX_NOTE_LINES} signatures")
        lines = tuple(_read_line(line) for line in below.split("\n")[:-1])
        if len({(line.name, line.key_id) for line in lines}) != len(lines):
            raise FormatError("note-format", "a note has two signatures by one key")
        note = cls(text=text + "\n", lines=lines)
        if note._sort(lines) != lines or note.write() != data:
            raise FormatError(
                "note-format", "a note is not in canonical form: order of lines, or bytes at its end"
            )
        return note


@lru_cache(maxsize=64)
def _read_again(data: bytes) -> Note:
    """Read what was read before: a node looks at the newest notes of a dossier whenever it speaks with a peer."""
    return Note._read(data)  # noqa: SLF001 - the same class


def _read_line(line: str) -> SignatureLine:
    parts = line.removeprefix(_DASH).split(" ")
    if not line.startswith(_DASH) or len(parts) != 2:
        raise FormatError("note-format", "a signature line is not “— name base64”")
    try:
        raw = decode_base64(parts[1], maximum=KEY_ID_SIZE + _MAX_SIGNATURE)
    except FormatError as error:
        raise FormatError("note-format", error.message) from error
    if len(raw) <= KEY_ID_SIZE:
        raise FormatError("note-format", "a signature line has no signature")
    return SignatureLine(name=parts[0], key_id=raw[:KEY_ID_SIZE], signature=raw[KEY_ID_SIZE:])
