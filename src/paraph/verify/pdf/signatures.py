"""From a filled signature field to the bytes it signs.

A signature in a PDF leaves one gap, its own ``/Contents``, and signs everything else up to the end of its
revision. Each rule here closes a published way to move, widen or multiply that gap (universal signature forgery,
signature wrapping, incremental saving).

Source: ISO 32000-1:2008, 12.8.1; ETSI EN 319 142-1, 4.1 and 5; docs/spec/verdict.md, "The gap".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from paraph.errors import FormatError
from paraph.verify.findings import Findings
from paraph.verify.pdf.form import Field
from paraph.verify.pdf.layout import Revision
from paraph.verify.pdf.objects import Dictionary, Ref, Value
from paraph.verify.pdf.permissions import Permissions, read_permissions
from paraph.verify.pdf.view import Document, View
from paraph.verify.pdf.xref import PLAIN

__all__ = ["MAX_SIGNATURES", "SignatureValue", "pdf_time", "read_signature"]

# The largest multilateral treaties have some 200 parties; each signs once on an original.
MAX_SIGNATURES = 1000

TIMESTAMP_SUBFILTER = "ETSI.RFC3161"
_SUBFILTERS = {"ETSI.CAdES.detached", "adbe.pkcs7.detached", TIMESTAMP_SUBFILTER}
_SHA1_SUBFILTERS = {"adbe.pkcs7.sha1", "adbe.x509.rsa_sha1"}

_LOWER, _UPPER = b"0123456789abcdef", b"0123456789ABCDEF"
_SPACE = re.compile(rb"[\x00\t\n\x0c\r ]*+")
_TIME = re.compile(r"D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:Z(?:00'?00'?)?|([+-])(\d\d)'?(\d\d)'?)")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureValue:
    """One signature, or document time stamp, as it stands in the file.

    Attributes:
        field: Full name of its field.
        number: Object number of its dictionary; 0 if it stands directly in the field.
        is_timestamp: Whether it is a document time stamp.
        subfilter: The encoding it claims.
        gap: First byte of the ``/Contents`` string, and the byte behind it.
        end: The byte behind what it signs.
        contents: The DER in ``/Contents``, padding removed.
        revision: Index of the revision whose end it signs.
        claimed: /M, if it says a time with its zone.
        permissions: What it allows to happen later.
    """

    field: str
    number: int
    is_timestamp: bool
    subfilter: str
    gap: tuple[int, int]
    end: int
    contents: bytes
    revision: int
    claimed: datetime | None
    permissions: Permissions


def read_signature(
    document: Document, view: View, field: Field, revisions: tuple[Revision, ...], findings: Findings
) -> SignatureValue | None:
    """Read one filled signature field and check the shape of its gap.

    Args:
        document: The file.
        view: The document at its last revision.
        field: A signature field with a value.
        revisions: All revisions.
        findings: Receives what is wrong; any finding of an error means the signature proves nothing.

    Returns:
        The signature; None if there is nothing that could be checked further.
    """
    try:
        own = view.dictionary(field.value)
    except FormatError as error:
        findings.add("signature-malformed", f"the signature dictionary cannot be read: {error.message}")
        return None
    number = field.value.number if isinstance(field.value, Ref) else 0
    if own is None:
        findings.add("signature-malformed", "the value of the field is no signature dictionary")
        return None
    kind = _kind(own, findings)
    place = _range(document, own, number or field.number, view, findings)
    if kind is None or place is None:
        return None
    gap, end = place
    revision = _revision(revisions, end, findings)
    contents = _contents(document.data, gap, findings)
    if revision is None or contents is None:
        return None
    holder = revision.changes.get(number) if number else None
    if number and (holder is None or holder != revisions[-1].view.get(number)):
        findings.add(
            "signature-wrong-revision",
            f"the signature dictionary does not stand in revision {revision.index}, whose end it signs",
        )
    if not revision.start <= gap[0] < revision.core_end:
        findings.add(
            "signature-wrong-revision", "the gap lies in another revision than the one whose end is signed"
        )
    permissions = Permissions()
    try:
        permissions = read_permissions(view, own)
    except FormatError as error:
        findings.add("signature-malformed", f"what the signature permits cannot be read: {error.message}")
    return SignatureValue(
        field=field.name,
        number=number,
        is_timestamp=kind == TIMESTAMP_SUBFILTER,
        subfilter=kind,
        gap=gap,
        end=end,
        contents=contents,
        revision=revision.index,
        claimed=pdf_time(own.get("M")),
        permissions=permissions,
    )


def pdf_time(value: Value) -> datetime | None:
    """Read a PDF date that says its zone; None for anything else.

    Source: ISO 32000-1:2008, 7.9.4.
    """
    found = _TIME.fullmatch(value.decode("latin-1")) if isinstance(value, bytes) else None
    if found is None:
        return None
    try:
        moment = datetime(*(int(part) for part in found.groups()[:6]), tzinfo=UTC)  # type: ignore[arg-type,misc]
        if found[7]:
            shift = timedelta(hours=int(found[8]), minutes=int(found[9]))
            moment = moment - shift if found[7] == "+" else moment + shift
    except (ValueError, OverflowError):
        return None
    return moment


def _kind(own: Dictionary, findings: Findings) -> str | None:
    subfilter = own.get("SubFilter")
    if subfilter in _SHA1_SUBFILTERS:
        findings.add("weak-digest", f"the encoding /{subfilter} rests on SHA-1")
        return None
    if subfilter not in _SUBFILTERS:
        findings.add("subfilter-unknown", "the signature has an encoding that cannot be judged")
        return None
    kind = str(subfilter)
    allowed = {"DocTimeStamp"} if kind == TIMESTAMP_SUBFILTER else {"Sig"}
    if own.get("Type", next(iter(allowed))) not in allowed:
        findings.add("signature-malformed", "the type of the signature dictionary contradicts its encoding")
        return None
    if kind == "adbe.pkcs7.detached":
        findings.add(
            "subfilter-legacy", "the encoding is adbe.pkcs7.detached, not the CAdES that PAdES asks for"
        )
    if "Cert" in own:
        findings.add("signature-malformed", "the dictionary carries /Cert, which belongs to another encoding")
    return kind


def _range(
    document: Document, own: Dictionary, holder: int, view: View, findings: Findings
) -> tuple[tuple[int, int], int] | None:
    data, raw = document.data, own.get("ByteRange")
    numbers = [item for item in raw if type(item) is int] if isinstance(raw, list) else []
    if len(numbers) != 4 or not isinstance(raw, list) or len(raw) != 4:
        findings.add("byte-range", "/ByteRange is not four numbers")
        return None
    first, before, after, rest = numbers
    if first != 0 or before <= 0 or after <= before or rest <= 0 or after + rest > len(data):
        findings.add(
            "byte-range",
            f"/ByteRange [{first} {before} {after} {rest}] does not describe one gap in a file from 0",
        )
        return None
    span = own.spans.get("Contents")
    entry = view.entries.get(holder)
    item = document.layout.objects.get(entry.place) if entry is not None and entry.kind == PLAIN else None
    if span is None or item is None or not isinstance(own.get("Contents"), bytes):
        findings.add("signature-malformed", "/Contents is missing or is no string of this dictionary")
        return None
    space = _SPACE.match(data, span[0])
    start = span[0] if space is None else space.end()
    if (
        (start, span[1]) != (before, after)
        or data[start : start + 1] != b"<"
        or not item.body <= start < item.body_end
    ):
        findings.add(
            "byte-range-gap", "the gap in /ByteRange is not exactly the /Contents string of this signature"
        )
        return None
    return (before, after), after + rest


def _revision(revisions: tuple[Revision, ...], end: int, findings: Findings) -> Revision | None:
    for revision in revisions:
        if revision.core_end <= end <= revision.end:
            return revision
    findings.add("byte-range-end", f"the signed bytes end at {end}, where no revision ends")
    return None


def _contents(data: bytes, gap: tuple[int, int], findings: Findings) -> bytes | None:
    digits = data[gap[0] + 1 : gap[1] - 1]
    one_case = not digits.translate(None, _LOWER) or not digits.translate(None, _UPPER)
    if not one_case or len(digits) % 2 or data[gap[1] - 1 : gap[1]] != b">":
        findings.add("contents-hex", "/Contents is not an even number of hexadecimal digits of one case")
        return None
    raw = bytes.fromhex(digits.decode("ascii"))
    length = _der_length(raw)
    if length < 0:
        findings.add("cms-malformed", "/Contents does not begin with a DER sequence that fits into it")
        return None
    if digits.count(b"0", 2 * length) != len(digits) - 2 * length:
        findings.add("contents-padding", "something other than zeros follows the signature inside /Contents")
        return None
    return raw[:length]


def _der_length(raw: bytes) -> int:
    if len(raw) < 2 or raw[0] != 0x30:
        return -1
    length, header = raw[1], 2
    if length >= 0x80:
        count = length & 0x7F
        header += count
        if not 1 <= count <= 4 or len(raw) < header:
            return -1
        length = int.from_bytes(raw[2:header], "big")
    return header + length if header + length <= len(raw) else -1
