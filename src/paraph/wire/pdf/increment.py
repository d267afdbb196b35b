"""Appending a revision: changed objects, one classic cross-reference section, one trailer; nothing else.

The bytes follow from the previous file and the new objects alone. The second element of ``/ID`` is the beginning of
the SHA-256 of the previous file, so every revision also names the exact bytes it was made for.

Source: ISO 32000-1:2008, 7.5.6 and 14.4.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from paraph.errors import FormatError
from paraph.wire.pdf.objects import Dictionary, Object, serialise
from paraph.wire.pdf.openfile import MAX_FILE_BYTES, MAX_OBJECTS, MAX_REVISIONS, OpenFile

__all__ = ["Increment", "append", "extended", "revise"]

_ID_BYTES = 16
"""Length of a file identifier (the customary length of an MD5, which ISO 32000-1, 14.4 suggests)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Increment:
    """The bytes of one revision and where its objects begin.

    Attributes:
        data: What is appended to the previous file.
        offsets: Absolute offset of the first byte of each object's *value*, by number.
        objects: Absolute offset of each object, by number, as in the cross-reference section.
        trailer: The new trailer.
        startxref: Absolute offset of the new cross-reference section.
    """

    data: bytes
    offsets: Mapping[int, int]
    objects: Mapping[int, int]
    trailer: Dictionary
    startxref: int


def append(file: OpenFile, bodies: Mapping[int, bytes]) -> Increment:
    """Lay out one revision.

    Args:
        file: The previous file.
        bodies: Serialised objects by number, new or replaced; they are written sorted by number.

    Returns:
        The revision, to be joined to the previous file by :func:`extended`.

    Raises:
        FormatError: ``pdf-size`` if the file would leave the limits.
    """
    assert bodies
    parts: list[bytes] = []
    position = len(file.data)
    if not file.data.endswith((b"\n", b"\r")):
        parts.append(b"\n")
        position += 1
    objects: dict[int, int] = {}
    values: dict[int, int] = {}
    for number, body in sorted(bodies.items()):
        head = b"%d 0 obj\n" % number
        objects[number] = position
        values[number] = position + len(head)
        parts += (head, body, b"\nendobj\n")
        position += len(head) + len(body) + len(b"\nendobj\n")
    size = max(file.size, *(number + 1 for number in bodies))
    if position > MAX_FILE_BYTES or size > MAX_OBJECTS or file.revisions >= MAX_REVISIONS:
        raise FormatError("pdf-size", "the PDF would become too large or have too many revisions")
    trailer = _trailer(file, size)
    parts.append(b"xref\n")
    for first, run in _runs(objects):
        parts.append(b"%d %d\n" % (first, len(run)))
        parts += [b"%010d 00000 n\r\n" % offset for offset in run]
    parts += (b"trailer\n", serialise(trailer), b"\nstartxref\n%d\n%%%%EOF\n" % position)
    return Increment(
        data=b"".join(parts), offsets=values, objects=objects, trailer=trailer, startxref=position
    )


def extended(file: OpenFile, increment: Increment) -> OpenFile:
    """Join a revision to the file it was laid out for.

    Args:
        file: The previous file.
        increment: Its revision; ``data`` may differ from what was laid out in content, never in length.

    Returns:
        The file with one more revision, without reading it again.
    """
    running = file.running_digest()
    running.update(increment.data)
    return OpenFile(
        data=file.data + increment.data,
        offsets={**file.offsets, **increment.objects},
        trailer=increment.trailer,
        startxref=increment.startxref,
        revisions=file.revisions + 1,
        _running=running,
    )


def revise(file: OpenFile, objects: Mapping[int, Object]) -> OpenFile:
    """Append changed objects as one revision; see :func:`append`."""
    return extended(file, append(file, {number: serialise(value) for number, value in objects.items()}))


def _runs(offsets: Mapping[int, int]) -> Iterator[tuple[int, list[int]]]:
    first, run = 0, list[int]()
    for number, offset in offsets.items():
        if run and number == first + len(run):
            run.append(offset)
            continue
        if run:
            yield first, run
        first, run = number, [offset]
    yield first, run


def _trailer(file: OpenFile, size: int) -> Dictionary:
    entries: dict[str, Object] = {"Size": size, "Root": file.root}
    if (information := file.trailer.get("Info")) is not None:
        entries["Info"] = information
    digest = file.running_digest().digest()[:_ID_BYTES]
    identity = file.trailer.get("ID")
    permanent: Object = digest
    if isinstance(identity, tuple) and len(identity) == 2 and isinstance(identity[0], bytes):
        permanent = identity[0]
    entries["ID"] = (permanent, digest)
    entries["Prev"] = file.startxref
    return Dictionary(entries)
