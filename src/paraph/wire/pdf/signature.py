"""Preparing and filling one signature of an original.

``prepare_signature`` lays the complete revision out with a gap of zeros for the CMS; the digest it returns covers every
other byte of the file. ``embed`` fills the gap. Both are pure, so the party that signs and the party that receives the
signature arrive at the same file.

Sources: ISO 32000-1:2008, 12.8; ETSI EN 319 142-1 V1.2.1, 5.3 and 6.3.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from paraph.errors import FormatError
from paraph.wire.pdf.appearance import import_page
from paraph.wire.pdf.fields import find_field
from paraph.wire.pdf.increment import Increment, append, extended
from paraph.wire.pdf.objects import Dictionary, Name, Object, Ref, serialise, text_string
from paraph.wire.pdf.openfile import OpenFile, open_file

__all__ = [
    "MAX_RESERVED",
    "MIN_RESERVED",
    "Prepared",
    "SignatureStep",
    "embed",
    "embedded",
    "lay_out",
    "prepare_signature",
]

MIN_RESERVED = 1024
"""Bytes for the CMS; nothing with a certificate is smaller."""

MAX_RESERVED = 65_536
"""Bytes for the CMS; one with a chain and a time stamp needs 6,000 to 10,000."""

_MAX_TEXT = 300
_INSTANT = re.compile(
    r"([0-9]{4})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9])Z"
)
_RANGE_WIDTH = 48
"""Bytes of ``/ByteRange`` including brackets: four numbers of ten digits fit, the rest is white space."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureStep:
    """What is agreed about a signature besides its CMS; together with the CMS it determines the revision.

    Attributes:
        field: Full name of the reserved field.
        signed_at: RFC 3339 UTC in whole seconds, ``2021-02-01T15:00:00Z``.
        name: The signatory, in the script he or she signs in.
        place: Where, or "".
        reason: Why, or "". Must be "" when the CMS carries a commitment type or a policy (EN 319 142-1, 6.3, rows d, m).
        reserved: Bytes kept for the CMS.
        appearance: A one-page PDF that is drawn in the field, or b"" for an invisible signature.
    """

    field: str
    signed_at: str
    name: str
    place: str = ""
    reason: str = ""
    reserved: int = 16_384
    appearance: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A file that lacks only the CMS.

    Attributes:
        previous: The file the revision is for.
        increment: The revision with zeros in the gap.
        gap: Absolute offsets of ``<`` and of the byte behind ``>`` of ``/Contents``.
        digest: SHA-256 of everything outside the gap: what the CMS has to sign.
    """

    previous: OpenFile
    increment: Increment
    gap: tuple[int, int]
    digest: bytes

    @property
    def document(self) -> bytes:
        """The complete file with zeros in the gap."""
        return self.previous.data + self.increment.data

    def digest_by(self, algorithm: str) -> bytes:
        """Digest everything outside the gap with ``sha256`` or ``sha384``.

        A P-384 key signs with SHA-384 throughout: CMS has one digest algorithm for content and attributes.
        """
        if algorithm == "sha256":
            return self.digest
        assert algorithm in {"sha384", "sha512"}
        engine = hashlib.new(algorithm, self.previous.data)
        _outside(engine.update, self.increment.data, self.gap, len(self.previous.data))
        return engine.digest()


def prepare_signature(previous: bytes | OpenFile, step: SignatureStep) -> Prepared:
    """Lay out the revision that a signature adds.

    Args:
        previous: The original, with the signatures that come before this one.
        step: The agreed parameters.

    Returns:
        The file without its CMS, and the digest to sign.

    Raises:
        FormatError: ``signature-step`` for parameters that cannot be; ``field-unknown``; ``field-signed`` if the field
            already has a signature; ``appearance`` or ``pdf-…`` for unusable files.
    """
    file = open_file(previous)
    entries = _entries(step)
    field = find_field(file, step.field)
    if "V" in field.dictionary:
        raise FormatError("field-signed", f"the field {step.field} is already signed", field=step.field)
    number = file.size
    changed: dict[str, Object] = {"V": Ref(number)}
    bodies: dict[int, bytes] = {}
    if step.appearance:
        appearance = import_page(step.appearance, number + 1)
        bodies.update(appearance.bodies)
        changed["AP"] = Dictionary({"N": Ref(appearance.form)})
    bodies[field.number] = serialise(field.dictionary.having(changed))
    return lay_out(file, number, entries, bodies, step.reserved)


def lay_out(
    file: OpenFile, number: int, entries: Mapping[str, Object], bodies: Mapping[int, bytes], reserved: int
) -> Prepared:
    """Write a revision with a signature dictionary whose ``/Contents`` stays empty.

    Args:
        file: The previous file.
        number: Object number of the signature dictionary.
        entries: Its entries besides ``ByteRange`` and ``Contents``.
        bodies: The other objects of the revision, serialised, by number.
        reserved: Bytes kept for the CMS or token.

    Returns:
        The file without it, and the digest to sign.

    Raises:
        FormatError: ``signature-step`` if ``reserved`` is out of bounds; ``pdf-size``.
    """
    if not MIN_RESERVED <= reserved <= MAX_RESERVED:
        raise FormatError(
            "signature-step", f"reserve {MIN_RESERVED} to {MAX_RESERVED} bytes for a CMS", reserved=reserved
        )
    head = serialise(Dictionary(entries))[:-2] + b"/ByteRange"
    body = b"".join((head, b" " * _RANGE_WIDTH, b"/Contents<", b"0" * (2 * reserved), b">>>"))
    increment = append(file, {**bodies, number: body})
    offset = len(file.data)
    range_at = increment.offsets[number] - offset + len(head)
    start = increment.offsets[number] + len(head) + _RANGE_WIDTH + len(b"/Contents")
    end = start + 2 * reserved + 2
    total = offset + len(increment.data)
    byte_range = b"[0 %d %d %d" % (start, end, total - end)
    data = b"".join(
        (
            increment.data[:range_at],
            byte_range.ljust(_RANGE_WIDTH - 1),
            b"]",
            increment.data[range_at + _RANGE_WIDTH :],
        )
    )
    running = file.running_digest()
    _outside(running.update, data, (start, end), offset)
    return Prepared(
        previous=file, increment=replace(increment, data=data), gap=(start, end), digest=running.digest()
    )


def embed(prepared: Prepared, cms: bytes) -> bytes:
    """Fill the gap.

    Args:
        prepared: The file without the CMS.
        cms: The CMS, DER.

    Returns:
        The complete file.

    Raises:
        FormatError: ``cms-size`` if the CMS does not fit; ``cms-frame`` if it is not one DER SEQUENCE.
    """
    return embedded(prepared, cms).data


def embedded(prepared: Prepared, cms: bytes) -> OpenFile:
    """Fill the gap and return the file opened for the next step; see :func:`embed`."""
    start, end = (offset - len(prepared.previous.data) for offset in prepared.gap)
    room = (end - start - 2) // 2
    if len(cms) > room:
        raise FormatError(
            "cms-size",
            f"the CMS has {len(cms)} bytes and {room} were reserved; prepare again with more",
            size=len(cms),
            reserved=room,
        )
    if not _is_one_sequence(cms):
        raise FormatError("cms-frame", "the CMS is not one DER SEQUENCE")
    filled = cms.hex().encode("ascii").ljust(2 * room, b"0")
    old = prepared.increment.data
    data = b"".join((old[: start + 1], filled, old[end - 1 :]))
    return extended(prepared.previous, replace(prepared.increment, data=data))


def _outside(update: object, data: bytes, gap: tuple[int, int], offset: int) -> None:
    assert callable(update)
    view = memoryview(data)
    update(view[: gap[0] - offset])
    update(view[gap[1] - offset :])


def _is_one_sequence(data: bytes) -> bool:
    if len(data) < 2 or data[0] != 0x30:
        return False
    if data[1] < 0x80:
        return len(data) == 2 + data[1]
    width = data[1] & 0x7F
    return 1 <= width <= 4 and len(data) == 2 + width + int.from_bytes(data[2 : 2 + width], "big")


def _entries(step: SignatureStep) -> dict[str, Object]:
    instant = _INSTANT.fullmatch(step.signed_at)
    if instant is None:
        raise FormatError(
            "signature-step", "signed_at is not RFC 3339 UTC in whole seconds (2021-02-01T15:00:00Z)"
        )
    if not step.name or max(map(len, (step.name, step.place, step.reason))) > _MAX_TEXT:
        raise FormatError(
            "signature-step", f"a signature needs a name; texts have at most {_MAX_TEXT} characters"
        )
    entries: dict[str, Object] = {
        "Type": Name("Sig"),
        "Filter": Name("Adobe.PPKLite"),
        "SubFilter": Name("ETSI.CAdES.detached"),
        "M": f"D:{''.join(instant.groups())}Z".encode(),
        "Name": text_string(step.name),
    }
    if step.place:
        entries["Location"] = text_string(step.place)
    if step.reason:
        entries["Reason"] = text_string(step.reason)
    return entries
