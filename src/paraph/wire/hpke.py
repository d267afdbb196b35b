"""Sealing bytes to a node: hybrid public-key encryption with X25519 and ML-KEM-768 together.

Used for bundles, so that mail servers and relays see nothing, and for deposited signatures, which only the
mediator may open. ``info`` names the purpose and everything the seal belongs to: bytes sealed for one purpose
cannot be opened as another. Sealing hides; it says nothing about who sealed.

Source: RFC 9180 §5.1.1 (base mode); the hybrid KEM of draft-ietf-hpke-pq (MLKEM768-X25519).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from paraph.errors import FormatError

if TYPE_CHECKING:
    from paraph.wire.keys import NodeKeys, NodePublicKeys

__all__ = ["OVERHEAD", "seal", "unseal"]

OVERHEAD: Final = 1136
"""Bytes by which sealed bytes are longer: 1120 of encapsulated keys, 16 of the authentication tag."""

_SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def seal(public: NodePublicKeys, info: bytes, plaintext: bytes) -> bytes:
    """Encrypt to a node.

    Args:
        public: The recipient's keys.
        info: Purpose and context; the recipient has to give the same bytes.
        plaintext: What is hidden.

    Returns:
        Encapsulated keys, ciphertext and tag in one string, ``OVERHEAD`` bytes longer than the plaintext.

    Raises:
        FormatError: ``seal`` if the recipient's keys cannot be used.
    """
    try:
        return _SUITE.encrypt(plaintext, _public(public.ml_kem_768, public.x25519), info=info)
    except (ValueError, TypeError) as error:
        raise FormatError(
            "seal", "the recipient's sealing keys cannot be used; ask for a new peer card"
        ) from error


def unseal(private: NodeKeys, info: bytes, sealed: bytes) -> bytes:
    """Decrypt what ``seal`` made for this node and this ``info``.

    Raises:
        FormatError: ``seal`` if the bytes were changed, sealed to another node, or for another purpose; which of
            these cannot be told apart, by design.
    """
    if len(sealed) < OVERHEAD:
        raise FormatError("seal", "sealed bytes are too short; the file was cut")
    key = MLKEM768X25519PrivateKey(private.ml_kem_768, private.x25519)
    try:
        return _SUITE.decrypt(sealed, key, info=info)
    except (InvalidTag, ValueError, TypeError) as error:
        raise FormatError(
            "seal",
            "sealed bytes do not open: changed on the way, or sealed to another node or for another purpose",
        ) from error


@lru_cache(maxsize=256)
def _public(ml_kem_768: bytes, x25519: bytes) -> MLKEM768X25519PublicKey:
    return MLKEM768X25519PublicKey(
        MLKEM768PublicKey.from_public_bytes(ml_kem_768), X25519PublicKey.from_public_bytes(x25519)
    )
