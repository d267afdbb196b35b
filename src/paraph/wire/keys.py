"""The keys of a node, and the hybrid signature: Ed25519 **and** ML-DSA-65, both of which must hold.

Ed25519 protects today with code that everybody has; ML-DSA-65 protects the same bytes when large quantum computers
exist. A forger has to break both. A third and a fourth key, X25519 and ML-KEM-768, receive sealed bundles.

Generating keys needs randomness and storing them needs files: ``paraph.adapters.signing.node_keys`` does both.

Source: RFC 8032; FIPS 204 (ML-DSA); FIPS 203 (ML-KEM).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PublicKey

from paraph.domain.ids import Digest
from paraph.wire.members import MemberReader, encode_base64

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey
    from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    from paraph.wire.canonical import Value

__all__ = [
    "ED25519",
    "ED25519_SIGNATURE",
    "ML_DSA_65",
    "ML_DSA_65_SIGNATURE",
    "SIGNATURE_CONTEXT",
    "HybridSignature",
    "NodeKeys",
    "NodePublicKeys",
    "sign_hybrid",
    "verify_again",
    "verify_ed25519",
    "verify_hybrid",
    "verify_ml_dsa_65",
]

ED25519: Final = "ed25519"
ML_DSA_65: Final = "ml-dsa-65"

SIGNATURE_CONTEXT: Final = b"paraph/1"
"""ML-DSA context string (FIPS 204 §5.2): keeps half of a hybrid signature from serving elsewhere as a whole one."""

ED25519_SIGNATURE: Final = 64
"""Bytes of an Ed25519 signature (RFC 8032 §5.1.6)."""

ML_DSA_65_SIGNATURE: Final = 3309
"""Bytes of an ML-DSA-65 signature (FIPS 204, table 2)."""

_MAX_HELD: Final = 512
"""Signatures remembered to hold: those on the newest acts and checkpoints, at some four kilobytes each."""

_LENGTHS: Final = {ED25519: 32, ML_DSA_65: 1952, "x25519": 32, "ml-kem-768": 1184}
_READ = MemberReader(code="node-keys")


@dataclass(frozen=True, slots=True, kw_only=True)
class HybridSignature:
    """Two signatures of one message by one node; neither counts alone.

    Attributes:
        ed25519: 64 bytes.
        ml_dsa_65: 3309 bytes.
    """

    ed25519: bytes
    ml_dsa_65: bytes

    def to_json(self) -> dict[str, str]:
        """Write both in base64 under the names of their algorithms."""
        return {ED25519: encode_base64(self.ed25519), ML_DSA_65: encode_base64(self.ml_dsa_65)}

    @classmethod
    def from_json(cls, value: Value, where: str = "signatures") -> HybridSignature:
        """Read what ``to_json`` writes.

        Raises:
            FormatError: ``node-keys`` if a member is missing, unknown or of the wrong length.
        """
        members = _READ.members(value, where, (ED25519, ML_DSA_65))
        first = _READ.base64(members[ED25519], f"{where}.{ED25519}", maximum=ED25519_SIGNATURE)
        second = _READ.base64(members[ML_DSA_65], f"{where}.{ML_DSA_65}", maximum=ML_DSA_65_SIGNATURE)
        if len(first) != ED25519_SIGNATURE or len(second) != ML_DSA_65_SIGNATURE:
            raise _READ.fail(where, "a signature has the wrong length")
        return cls(ed25519=first, ml_dsa_65=second)


@dataclass(frozen=True, slots=True, kw_only=True)
class NodePublicKeys:
    """What the peers of a node know of its keys, as raw bytes.

    Attributes:
        ed25519: Signature key, 32 bytes.
        ml_dsa_65: Signature key, 1952 bytes.
        x25519: Key for sealing to the node, 32 bytes.
        ml_kem_768: Key for sealing to the node, 1184 bytes.
    """

    ed25519: bytes
    ml_dsa_65: bytes
    x25519: bytes
    ml_kem_768: bytes

    @property
    def key_id(self) -> Digest:
        """SHA-256 of the two signature keys, Ed25519 first; the sealing keys may change without changing it."""
        return Digest(hashlib.sha256(self.ed25519 + self.ml_dsa_65).hexdigest())

    def to_json(self) -> dict[str, str]:
        """Write the four keys in base64 under the names of their algorithms."""
        raw = (self.ed25519, self.ml_dsa_65, self.x25519, self.ml_kem_768)
        return {name: encode_base64(key) for name, key in zip(_LENGTHS, raw, strict=True)}

    @classmethod
    def from_json(cls, value: Value, where: str = "keys") -> NodePublicKeys:
        """Read what ``to_json`` writes.

        Raises:
            FormatError: ``node-keys`` if a member is missing, unknown or of the wrong length.
        """
        members = _READ.members(value, where, _LENGTHS)
        keys = []
        for name, length in _LENGTHS.items():
            key = _READ.base64(members[name], f"{where}.{name}", maximum=length)
            if len(key) != length:
                raise _READ.fail(f"{where}.{name}", f"has {len(key)} bytes; the key has {length}")
            keys.append(key)
        return cls(ed25519=keys[0], ml_dsa_65=keys[1], x25519=keys[2], ml_kem_768=keys[3])


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeKeys:
    """The private keys of a node. Never printed, never pickled, never in a log.

    Attributes:
        ed25519: Signs.
        ml_dsa_65: Signs.
        x25519: Opens what was sealed to the node.
        ml_kem_768: Opens what was sealed to the node.
        public: The matching public keys.
    """

    ed25519: Ed25519PrivateKey = field(repr=False)
    ml_dsa_65: MLDSA65PrivateKey = field(repr=False)
    x25519: X25519PrivateKey = field(repr=False)
    ml_kem_768: MLKEM768PrivateKey = field(repr=False)
    public: NodePublicKeys = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Derive the public keys once; they are asked for with every signature."""
        object.__setattr__(
            self,
            "public",
            NodePublicKeys(
                ed25519=self.ed25519.public_key().public_bytes_raw(),
                ml_dsa_65=self.ml_dsa_65.public_key().public_bytes_raw(),
                x25519=self.x25519.public_key().public_bytes_raw(),
                ml_kem_768=self.ml_kem_768.public_key().public_bytes_raw(),
            ),
        )


def sign_hybrid(private: NodeKeys, message: bytes) -> HybridSignature:
    """Sign with both keys.

    Args:
        private: The node's keys.
        message: What is signed. Each format begins it with a line or a type of its own, so a signature made for
            one format can never be shown in another.
    """
    return HybridSignature(
        ed25519=private.ed25519.sign(message),
        ml_dsa_65=private.ml_dsa_65.sign(message, SIGNATURE_CONTEXT),
    )


def verify_hybrid(public: NodePublicKeys, message: bytes, signature: HybridSignature) -> bool:
    """Say whether **both** signatures hold."""
    return verify_ed25519(public, message, signature.ed25519) and verify_ml_dsa_65(
        public, message, signature.ml_dsa_65
    )


def verify_again(public: NodePublicKeys, message: bytes, signature: HybridSignature) -> bool:
    """Say whether both signatures hold, of what is shown again and again: acts and checkpoints.

    That they held is remembered for exactly these keys, this SHA-256 of the message and these signatures, where it
    cannot change; that they did not hold is not remembered.
    """
    shown = (public, hashlib.sha256(message).digest(), signature)
    if shown in _held:
        return True
    if not verify_hybrid(public, message, signature):
        return False
    if len(_held) >= _MAX_HELD:
        _held.clear()
    _held[shown] = None
    return True


def verify_ed25519(public: NodePublicKeys, message: bytes, signature: bytes) -> bool:
    """Say whether the Ed25519 half holds; on its own it proves nothing here."""
    try:
        _ed25519(public.ed25519).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def verify_ml_dsa_65(public: NodePublicKeys, message: bytes, signature: bytes) -> bool:
    """Say whether the ML-DSA-65 half holds; on its own it proves nothing here."""
    try:
        _ml_dsa_65(public.ml_dsa_65).verify(signature, message, SIGNATURE_CONTEXT)
    except (InvalidSignature, ValueError):
        return False
    return True


_held: dict[tuple[NodePublicKeys, bytes, HybridSignature], None] = {}


# A node verifies thousands of acts under the same few keys; expanding an ML-DSA key costs about as much as a
# verification, so the expanded ones are kept. The bound is a dozen dossiers with the largest number of parties.
@lru_cache(maxsize=1024)
def _ed25519(raw: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(raw)


@lru_cache(maxsize=1024)
def _ml_dsa_65(raw: bytes) -> MLDSA65PublicKey:
    return MLDSA65PublicKey.from_public_bytes(raw)
