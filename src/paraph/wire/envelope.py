"""The envelope: a payload kept exactly as signed, and the two signatures of one node over it.

The format is DSSE. Its pre-authentication encoding (PAE) binds the type of the payload to its bytes, so nothing
has to be canonicalised in order to verify; the payload is not even parsed. The envelope itself is written in the
one canonical way and refused otherwise, because its exact bytes are the leaf of the dossier log: with a digest of
selected parts, two nodes could hold different bytes for the same leaf.

Source: DSSE v1 (github.com/secure-systems-lab/dsse, protocol.md); docs/spec/envelope.md.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from paraph.domain.ids import ActId, Digest
from paraph.errors import FormatError
from paraph.wire import canonical, limits
from paraph.wire.keys import ED25519, ML_DSA_65, HybridSignature, sign_hybrid, verify_again
from paraph.wire.members import MemberReader, encode_base64

if TYPE_CHECKING:
    from paraph.wire.keys import NodeKeys, NodePublicKeys

__all__ = ["ACT_TYPE", "CARD_TYPE", "Envelope", "open_envelope", "pae", "seal", "verify"]

ACT_TYPE: Final = "application/vnd.paraph.act+json"
CARD_TYPE: Final = "application/vnd.paraph.card+json"

_READ = MemberReader(code="envelope-format")


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A signed payload.

    Attributes:
        payload: The exact bytes that were signed.
        payload_type: Media type of the payload, signed with it.
        key_id: Which node claims to have signed, see ``NodePublicKeys.key_id``; a hint until verified.
        signature: Both signatures.
        data: The exact bytes of the envelope: the leaf data of the dossier log.
    """

    payload: bytes
    payload_type: str
    key_id: Digest
    signature: HybridSignature
    data: bytes

    @property
    def act_id(self) -> ActId:
        """SHA-256 (hex) of the payload: the name of the act, whoever stores it and in whatever envelope."""
        return ActId(hashlib.sha256(self.payload).hexdigest())


def pae(payload_type: str, payload: bytes) -> bytes:
    """Encode what is signed: lengths, type and payload, with no way to read one as the other.

    Source: DSSE v1, "PAE definition".
    """
    kind = payload_type.encode("utf-8")
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def seal(payload: bytes, private: NodeKeys, *, payload_type: str = ACT_TYPE) -> bytes:
    """Sign a payload and put it into an envelope.

    Args:
        payload: At most ``limits.MAX_ACT`` bytes.
        private: The signing node's keys.
        payload_type: What the payload is.

    Returns:
        The exact bytes of the envelope. Signing again gives another envelope of the same act, because ML-DSA
        signatures are randomised; the first one is kept.

    Raises:
        FormatError: ``envelope-size`` if the payload is too large.
    """
    if len(payload) > limits.MAX_ACT:
        raise FormatError(
            "envelope-size", f"payload of {len(payload)} bytes; at most {limits.MAX_ACT}: send files as blobs"
        )
    signature = sign_hybrid(private, pae(payload_type, payload))
    return _write(payload, payload_type, private.public.key_id, signature)


def open_envelope(data: bytes, *, payload_type: str = ACT_TYPE) -> Envelope:
    """Read an envelope strictly. Nothing is verified: call ``verify`` with the keys of the node it should be from.

    Args:
        data: The exact bytes.
        payload_type: The only accepted type of payload.

    Raises:
        FormatError: ``envelope-size``, or ``envelope-format`` if any byte is not as ``seal`` would write it.
    """
    if len(data) > limits.MAX_ENVELOPE:
        raise FormatError("envelope-size", f"envelope of {len(data)} bytes; at most {limits.MAX_ENVELOPE}")
    value = canonical.load(data, limit=limits.MAX_ENVELOPE)
    members = _READ.members(value, "envelope", ("payload", "payloadType", "signatures"))
    _READ.constant(members["payloadType"], "payloadType", payload_type)
    payload = _READ.base64(members["payload"], "payload", maximum=limits.MAX_ACT)
    signatures = _READ.array(members["signatures"], "signatures", maximum=2)
    if len(signatures) != 2:
        raise _READ.fail("signatures", "has to hold two signatures, Ed25519 and ML-DSA-65")
    halves = {}
    key_ids = set()
    for algorithm, item in zip((ED25519, ML_DSA_65), signatures, strict=True):
        where = f"signatures.{algorithm}"
        half = _READ.members(item, where, ("keyid", "sig"))
        key_id, _, named = _READ.text(half["keyid"], where, maximum=limits.MAX_NAME).partition("/")
        if named != algorithm:
            raise _READ.fail(where, f"keyid has to end in “/{algorithm}”")
        key_ids.add(_READ.digest(key_id, where))
        halves[algorithm] = half["sig"]
    if len(key_ids) != 1:
        raise _READ.fail("signatures", "both signatures have to be of the same node")
    key_id = key_ids.pop()
    signature = HybridSignature.from_json(halves)
    if _write(payload, payload_type, key_id, signature) != data:
        raise FormatError("envelope-format", "the envelope is not in canonical form")
    return Envelope(payload=payload, payload_type=payload_type, key_id=key_id, signature=signature, data=data)


def verify(envelope: Envelope, public: NodePublicKeys) -> None:
    """Check that a node signed the payload, with both keys.

    Raises:
        FormatError: ``envelope-signature`` if the key id names other keys or either signature does not hold.
    """
    if envelope.key_id != public.key_id:
        raise FormatError(
            "envelope-signature", "the envelope names other keys than those of the stated author"
        )
    if not verify_again(public, pae(envelope.payload_type, envelope.payload), envelope.signature):
        raise FormatError(
            "envelope-signature",
            "the signatures do not hold: the payload was changed, or is not by this node",
        )


def _write(payload: bytes, payload_type: str, key_id: str, signature: HybridSignature) -> bytes:
    return canonical.dump(
        {
            "payload": encode_base64(payload),
            "payloadType": payload_type,
            "signatures": [
                {"keyid": f"{key_id}/{algorithm}", "sig": sig}
                for algorithm, sig in signature.to_json().items()
            ],
        }
    )
