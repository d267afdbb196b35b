"""The bundle: the one unit of transport, the same bytes by HTTPS, e-mail or folder.

A bundle states what its sender holds of each dossier and carries what the recipient seems to miss. Losing,
repeating or reordering bundles does no harm: the next one says again where the sender stands. It is signed by the
sending node and sealed to the receiving one, so no channel has to be trusted with anything but delivery; and it
proves nothing later on, the acts and checkpoints inside do.

Layers, outermost first: a line that names sender and recipient; a seal (HPKE) bound to both; a line with the
sender's signatures; the body they cover, perhaps compressed; canonical JSON. Each is checked before the next is
touched: nothing is decompressed or parsed that a known peer did not sign.

Source: docs/spec/bundle.md.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from paraph.domain.ids import PartyId
from paraph.errors import FormatError
from paraph.wire import canonical, hpke, limits
from paraph.wire.envelope import pae
from paraph.wire.keys import HybridSignature, sign_hybrid, verify_hybrid
from paraph.wire.members import MemberReader
from paraph.wire.sections import Section, read_section, write_section

if TYPE_CHECKING:
    from collections.abc import Callable

    from paraph.domain.ids import Utc
    from paraph.wire.keys import NodeKeys, NodePublicKeys

__all__ = ["BUNDLE_TYPE", "FORMAT", "Bundle", "pack", "peek", "unpack"]

FORMAT: Final = "paraph.bundle/1"
BUNDLE_TYPE: Final = "application/vnd.paraph.bundle"
"""Media type of the sealed bytes, and the type under which the body is signed."""

_INFO: Final = b"paraph/bundle/1"
_FIRST_LINE: Final = re.compile(rb"paraph-bundle/1 ([a-z][a-z0-9-]{0,62}) ([a-z][a-z0-9-]{0,62})\n")
_MAX_FIRST_LINE: Final = 16 + 2 * 64
_MAX_SIGNATURE_LINE: Final = 8 * 1024
"""Bytes of the line with the signatures: 4.6 KiB in practice."""

_BODY_LINE: Final = re.compile(rb"(json|zlib) ([1-9][0-9]{0,8})\n")
_READ = MemberReader(code="bundle-format")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """What one node tells another.

    Attributes:
        sender: Node id of the sender.
        recipient: Node id of the recipient.
        sent_at: The sender's clock; for people, never for order (but see docs/spec/bundle.md, “Asking for everything”).
        sections: One for each dossier that both take part in.
    """

    sender: PartyId
    recipient: PartyId
    sent_at: Utc
    sections: tuple[Section, ...] = ()


def pack(bundle: Bundle, sender: NodeKeys, recipient: NodePublicKeys, *, compress: bool = False) -> bytes:
    """Write, sign and seal a bundle.

    Args:
        bundle: The content.
        sender: Keys of the sending node.
        recipient: Keys of the receiving node.
        compress: Whether to compress. Signatures hardly shrink (a third is saved, at 25 ms per MiB), so it is for
            slow channels.

    Returns:
        The bytes to deliver, by whatever channel.

    Raises:
        FormatError: ``bundle-size`` if it is too large: send fewer acts or blobs and let the next bundle bring
            the rest. ``bundle-format`` if a part is not what the format can carry.
    """
    content = canonical.dump(
        {
            "format": FORMAT,
            "from": bundle.sender,
            "sections": [write_section(section) for section in bundle.sections],
            "sent_at": bundle.sent_at,
            "to": bundle.recipient,
        }
    )
    if len(content) > limits.MAX_BUNDLE_CONTENT:
        raise FormatError(
            "bundle-size", f"a bundle of {len(content)} bytes; at most {limits.MAX_BUNDLE_CONTENT}: split it"
        )
    body = b"json %d\n%s" % (len(content), content)
    if compress:
        body = b"zlib %d\n%s" % (len(content), zlib.compress(content, 1))
    signature = canonical.dump(sign_hybrid(sender, _signed_message(body)).to_json())
    sealed = hpke.seal(recipient, _info(bundle.sender, bundle.recipient), signature + b"\n" + body)
    return f"paraph-bundle/1 {bundle.sender} {bundle.recipient}\n".encode("ascii") + sealed


def peek(data: bytes) -> tuple[PartyId, PartyId]:
    """Read who a bundle says it is from and to, without opening it. Unverified: for routing only.

    Raises:
        FormatError: ``bundle-format`` if it is not a bundle, ``bundle-size`` if it is too large.
    """
    if len(data) > limits.MAX_BUNDLE:
        raise FormatError("bundle-size", f"a bundle of {len(data)} bytes; at most {limits.MAX_BUNDLE}")
    match = _FIRST_LINE.match(data[:_MAX_FIRST_LINE])
    if match is None:
        raise FormatError(
            "bundle-format", "not a Paraph bundle: the first line is not “paraph-bundle/1 from to”"
        )
    return PartyId(match[1].decode("ascii")), PartyId(match[2].decode("ascii"))


def unpack(
    data: bytes, recipient: NodeKeys, lookup_sender: Callable[[PartyId], NodePublicKeys | None]
) -> Bundle:
    """Open, verify and read a bundle.

    Acts and notes are returned as bytes; each still has to be opened and verified for itself.

    Args:
        data: The bytes as delivered.
        recipient: Keys of this node.
        lookup_sender: Returns the keys of a verified peer, or None for anybody else.

    Raises:
        FormatError: ``bundle-size``, ``bundle-format``, ``bundle-sender`` (not a known peer), ``seal`` (not for us,
            or changed on the way) or ``bundle-signature``; codes of ``canonical`` for malformed JSON.
    """
    named_sender, named_recipient = peek(data)
    public = lookup_sender(named_sender)
    if public is None:
        raise FormatError(
            "bundle-sender",
            f"“{named_sender}” is not a known peer; exchange peer cards first",
            sender=named_sender,
        )
    first = data.index(b"\n") + 1
    signed = hpke.unseal(recipient, _info(named_sender, named_recipient), data[first:])
    content = _open_body(signed, public)
    value = canonical.load(content, limit=limits.MAX_BUNDLE_CONTENT)
    members = _READ.members(value, "bundle", ("format", "from", "sections", "sent_at", "to"))
    _READ.constant(members["format"], "format", FORMAT)
    # The signature covers these two, so a recipient cannot pass the bundle on as if it were sent to a third node.
    _READ.constant(members["from"], "from", named_sender)
    _READ.constant(members["to"], "to", named_recipient)
    sections = _READ.array(members["sections"], "sections", maximum=limits.MAX_SECTIONS)
    return Bundle(
        sender=named_sender,
        recipient=named_recipient,
        sent_at=_READ.instant(members["sent_at"], "sent_at"),
        sections=tuple(read_section(item, f"sections[{place}]") for place, item in enumerate(sections)),
    )


def _info(sender: str, recipient: str) -> bytes:
    return b"\n".join((_INFO, sender.encode("ascii"), recipient.encode("ascii")))


def _signed_message(body: bytes) -> bytes:
    """What the sender signs: a digest, because two signature schemes would hash a large body four times over."""
    return pae(BUNDLE_TYPE, hashlib.sha256(body).digest())


def _open_body(signed: bytes, public: NodePublicKeys) -> bytes:
    """Check the signatures, and only then undo the compression, never beyond the stated length."""
    line_end = signed.find(b"\n", 0, _MAX_SIGNATURE_LINE)
    if line_end < 0:
        raise FormatError("bundle-format", "a bundle has no line of signatures")
    line = signed[:line_end]
    try:
        value = canonical.load(line)
    except FormatError:
        value = None
    if value is None or canonical.dump(value) != line:
        raise FormatError("bundle-format", "the line of signatures is not canonical JSON")
    signature = HybridSignature.from_json(value)
    body = signed[line_end + 1 :]
    if not verify_hybrid(public, _signed_message(body), signature):
        raise FormatError(
            "bundle-signature", "the bundle is not signed by the node that it names as its sender"
        )
    match = _BODY_LINE.match(body)
    if match is None or int(match[2]) > limits.MAX_BUNDLE_CONTENT:
        raise FormatError("bundle-format", "the body of a bundle has no acceptable length")
    length, content = int(match[2]), body[match.end() :]
    if match[1] == b"zlib":
        content = _decompress(content, length)
    if len(content) != length:
        raise FormatError(
            "bundle-format", f"the body of a bundle has {len(content)} bytes and states {length}"
        )
    return content


def _decompress(data: bytes, length: int) -> bytes:
    stream = zlib.decompressobj()
    try:
        content = stream.decompress(data, length + 1)
    except zlib.error as error:
        raise FormatError("bundle-format", "the compressed body of a bundle is damaged") from error
    if len(content) > length or not stream.eof or stream.unused_data:
        raise FormatError("bundle-format", "the compressed body of a bundle does not end where it says")
    return content
