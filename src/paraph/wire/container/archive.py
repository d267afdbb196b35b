"""The archive: a ZIP file with one byte form for a given list of members.

Members are stored, not compressed: a tool that is a hundred years old reads them, two nodes cannot disagree because
their compressors differ, and nothing can expand into more than it is. Every field that ZIP leaves open has one value
here, so a reader checks an archive by writing it again: equal bytes leave no room for anything before, between, behind
or beside the members.

Source: PKWARE APPNOTE 6.3.10, 4.3 and 4.4; ETSI EN 319 162-1 V1.1.1, A.1; docs/spec/container.md §1.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from paraph.errors import FormatError

__all__ = [
    "MAX_ARCHIVE_BYTES",
    "MAX_MEMBERS",
    "MAX_NAME_BYTES",
    "MIMETYPE",
    "MIMETYPE_NAME",
    "Member",
    "is_archive",
    "read_archive",
    "write_archive",
]

MIMETYPE_NAME: Final = "mimetype"
MIMETYPE: Final = b"application/vnd.etsi.asic-e+zip"
"""Content of the first member, so that the file says what it is at a fixed offset (EN 319 162-1, A.1)."""

MAX_MEMBERS: Final = 20_000
"""Members. Two for each act and one for each attachment: five thousand acts, and far below what needs ZIP64."""

MAX_ARCHIVE_BYTES: Final = 1 << 30
"""Bytes of an archive. 68 originals with annexes have some 200 MiB; offsets of four bytes hold four times as much."""

MAX_NAME_BYTES: Final = 160
"""Bytes of a member's name: the longest one made here has 140, and common file systems hold it."""

_LOCAL: Final = struct.Struct("<4s5H3I2H")
_CENTRAL: Final = struct.Struct("<4s6H3I5H2I")
_END: Final = struct.Struct("<4s4H2IH")
_LOCAL_MARK: Final = b"PK\x03\x04"
_CENTRAL_MARK: Final = b"PK\x01\x02"
_END_MARK: Final = b"PK\x05\x06"
_VERSION: Final = 10
"""Needed to extract: 1.0, stored files (APPNOTE 4.4.3.2). Made by: the same, on no system in particular."""

_FIRST_DATE: Final = 0x0021
"""1980-01-01, the first date of the format; a true one would differ from node to node."""

_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(?:/[A-Za-z0-9_][A-Za-z0-9._-]*){0,3}")


@dataclass(frozen=True, slots=True)
class Member:
    """One file in the archive.

    Attributes:
        name: ASCII; parts between ``/`` begin with a letter, a digit or ``_``.
        data: Its bytes.
    """

    name: str
    data: bytes


def is_archive(data: bytes) -> bool:
    """Say whether bytes begin like an archive with a ``mimetype`` first."""
    return data.startswith(_LOCAL_MARK)


def write_archive(members: Sequence[Member]) -> bytes:
    """Write members in the given order.

    Args:
        members: Names are all different, also without regard to case.

    Returns:
        The archive; the same bytes for the same members.

    Raises:
        FormatError: ``archive-limit`` or ``archive-name``.
    """
    _check(members)
    parts: list[bytes] = []
    directory: list[bytes] = []
    offset = 0
    for member in members:
        name = member.name.encode("ascii")
        facts = (0, _FIRST_DATE, zlib.crc32(member.data), len(member.data), len(member.data), len(name))
        parts += (_LOCAL.pack(_LOCAL_MARK, _VERSION, 0, 0, *facts, 0), name, member.data)
        directory += (
            _CENTRAL.pack(_CENTRAL_MARK, _VERSION, _VERSION, 0, 0, *facts, 0, 0, 0, 0, 0, offset),
            name,
        )
        offset += _LOCAL.size + len(name) + len(member.data)
    listed = b"".join(directory)
    count = len(members)
    end = _END.pack(_END_MARK, 0, 0, count, count, len(listed), offset, 0)
    return b"".join((*parts, listed, end))


def read_archive(data: bytes) -> tuple[Member, ...]:
    """Read an archive that :func:`write_archive` could have written, and no other.

    Args:
        data: The file.

    Returns:
        Its members in order; the first one is ``mimetype``.

    Raises:
        FormatError: ``archive-limit`` before anything is read; ``archive-format`` for what cannot be read;
            ``archive-name`` for a name that is unsafe or occurs twice; ``archive-mimetype``; ``archive-bytes`` if
            anything besides the members is not as it is always written.
    """
    if len(data) > MAX_ARCHIVE_BYTES:
        raise FormatError(
            "archive-limit", f"the archive has more than {MAX_ARCHIVE_BYTES} bytes and was not read"
        )
    members = tuple(Member(name, data[start:end]) for name, start, end in _directory(data))
    _check(members)
    if not members or members[0] != Member(MIMETYPE_NAME, MIMETYPE):
        raise FormatError(
            "archive-mimetype",
            f"the first member is not “{MIMETYPE_NAME}” with the type of an ASiC-E container",
        )
    if write_archive(members) != data:
        raise FormatError(
            "archive-bytes",
            "the archive holds something besides its members: other headers, dates, comments, bytes between members "
            "or a wrong checksum",
        )
    return members


def _directory(data: bytes) -> list[tuple[str, int, int]]:
    """Name, first byte and end of each member, from the directory that fills the end of the file."""
    if len(data) < _END.size or not data.startswith(_LOCAL_MARK):
        raise _broken("it does not begin with a member")
    mark, disk, start_disk, here, count, size, offset, comment = _END.unpack_from(data, len(data) - _END.size)
    if mark != _END_MARK or comment or disk or start_disk or here != count:
        raise _broken("it does not end with the end of one directory")
    if count > MAX_MEMBERS:
        raise FormatError("archive-limit", f"the archive has {count} members; at most {MAX_MEMBERS} are read")
    if offset + size + _END.size != len(data):
        raise _broken("its directory does not lie between the members and the end")
    found: list[tuple[str, int, int]] = []
    position = offset
    for _ in range(count):
        if position + _CENTRAL.size > len(data) - _END.size:
            raise _broken("its directory is cut short")
        entry = _CENTRAL.unpack_from(data, position)
        position += _CENTRAL.size
        length, size_inside, local = entry[10], entry[9], entry[16]
        try:
            name = data[position : position + length].decode("ascii")
        except UnicodeDecodeError:
            raise FormatError("archive-name", "the name of a member is not ASCII") from None
        position += length
        start = local + _LOCAL.size + length
        if entry[0] != _CENTRAL_MARK or length > MAX_NAME_BYTES or start + size_inside > offset:
            raise _broken("an entry of its directory points nowhere")
        found.append((name, start, start + size_inside))
    if sum(end - start for _, start, end in found) > offset:
        raise _broken("members overlap")
    return found


def _check(members: Sequence[Member]) -> None:
    if len(members) > MAX_MEMBERS or sum(len(member.data) for member in members) > MAX_ARCHIVE_BYTES:
        raise FormatError(
            "archive-limit", f"an archive has at most {MAX_MEMBERS} members and {MAX_ARCHIVE_BYTES} bytes"
        )
    seen: set[str] = set()
    for member in members:
        if len(member.name) > MAX_NAME_BYTES or _NAME.fullmatch(member.name) is None:
            raise FormatError(
                "archive-name",
                f"“{member.name[:80]}” cannot name a member: only letters, digits, “.”, “_” and “-”, at most three "
                "folders deep",
                path=member.name[:80],
            )
        folded = member.name.lower()
        if folded in seen:
            raise FormatError("archive-name", f"two members are called “{member.name}”", path=member.name)
        seen.add(folded)


def _broken(problem: str) -> FormatError:
    return FormatError("archive-format", f"this is not the archive of a container: {problem}")
