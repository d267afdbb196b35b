"""Ideals in place of the arithmetic of lattices, for those who want ten thousand schedules instead of one.

A node signs with Ed25519 and with ML-DSA-65, and both must hold; bundles and deposits are sealed with X25519 and ML-KEM-768
together. That costs most of the time that a schedule takes, and what a schedule looks for is not in it. So a campaign may let its
nodes have keys with an honest gatekeeper: an ML-DSA half that is a keyed hash, made for who holds the key, and seals that are
AES-GCM under a key which the gatekeeper hands to nobody but the recipient. The Ed25519 half, envelopes, bundles, PDFs and
everything else stay real, keys that are not of this process are used by the library as ever, and the same seed gives the same
trace either way.

Only this process is changed, and only when ``use_ideals`` was called in it: nothing in the product can switch it on.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from dataclasses import replace
from typing import Any, Final, cast

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from paraph.adapters.signing.node_keys import generate_node_keys
from paraph.errors import FormatError
from paraph.wire import hpke
from paraph.wire import keys as wire_keys
from paraph.wire.keys import ML_DSA_65_SIGNATURE, NodeKeys, NodePublicKeys

__all__ = ["new_keys", "use_ideals"]

_PUBLIC_BYTES: Final = 1952
"""Bytes of an ML-DSA-65 public key (FIPS 204, table 2)."""

_LOCK_BYTES: Final = 1184
"""Bytes of an ML-KEM-768 public key (FIPS 203, table 3)."""

_SALT_BYTES: Final = 32
_TAG_BYTES: Final = 16


class _Ideal:
    """Private and public at once: its holder uses it, the gatekeeper knows it by what stands on a card."""

    def __init__(self, secret: bytes, label: bytes, size: int) -> None:
        self.secret = secret
        self.raw = hashlib.shake_256(label + b"\0" + secret).digest(size)

    def public_key(self) -> _Ideal:
        """Itself."""
        return self

    def public_bytes_raw(self) -> bytes:
        """What stands on a card."""
        return self.raw


class _IdealKey(_Ideal):
    """A key: its holder signs, the gatekeeper verifies."""

    def __init__(self, secret: bytes) -> None:
        super().__init__(secret, b"public", _PUBLIC_BYTES)

    def sign(self, message: bytes, context: bytes = b"") -> bytes:
        """Sign; as with the real one, the same message gives other bytes each time."""
        return self._spoken(os.urandom(_SALT_BYTES), message, context)

    def verify(self, signature: bytes, message: bytes, context: bytes = b"") -> None:
        """Accept what the holder signed.

        Raises:
            InvalidSignature: It is anything else.
        """
        if not hmac.compare_digest(signature, self._spoken(signature[:_SALT_BYTES], message, context)):
            raise InvalidSignature

    def _spoken(self, salt: bytes, message: bytes, context: bytes) -> bytes:
        spoken = b"".join((b"sign\0", self.secret, salt, len(context).to_bytes(1, "big"), context, message))
        return salt + hashlib.shake_256(spoken).digest(ML_DSA_65_SIGNATURE - _SALT_BYTES)


class _IdealLock(_Ideal):
    """A lock: everybody closes it, its holder opens it."""

    def __init__(self, secret: bytes) -> None:
        super().__init__(secret, b"lock", _LOCK_BYTES)

    def seal(self, info: bytes, plaintext: bytes) -> bytes:
        """Close: as many bytes as a real seal has, and others each time."""
        salt = os.urandom(_SALT_BYTES)
        filling = bytes(hpke.OVERHEAD - _SALT_BYTES - _TAG_BYTES)
        return salt + filling + self._cipher(salt).encrypt(_NONCE, plaintext, filling + info)

    def unseal(self, info: bytes, sealed: bytes) -> bytes:
        """Open.

        Raises:
            FormatError: ``seal`` if it is another lock, another purpose, or the bytes were changed.
        """
        begin = hpke.OVERHEAD - _TAG_BYTES
        cipher = self._cipher(sealed[:_SALT_BYTES])
        try:
            return cipher.decrypt(_NONCE, sealed[begin:], sealed[_SALT_BYTES:begin] + info)
        except InvalidTag as error:
            raise FormatError("seal", "sealed bytes do not open") from error

    def _cipher(self, salt: bytes) -> AESGCM:
        return AESGCM(hashlib.sha256(b"seal\0" + self.secret + salt).digest())


_NONCE: Final = bytes(12)
"""The same each time: no key serves twice."""

_known: dict[bytes, _IdealKey] = {}
_locks: dict[bytes, _IdealLock] = {}
_in_use: list[bool] = []


def use_ideals() -> None:
    """From now on new keys in this process are ideal ones, and are used as such."""
    if _in_use:
        return
    _in_use.append(True)
    _verify_ideally()
    _seal_ideally()


def _verify_ideally() -> None:
    real = wire_keys._ml_dsa_65  # noqa: SLF001 - a seam that the product has no use for is not made for it

    def find(raw: bytes) -> Any:
        return _known.get(raw) or real(raw)

    wire_keys._ml_dsa_65 = find  # type: ignore[assignment]  # noqa: SLF001


def _seal_ideally() -> None:
    real_seal, real_unseal = hpke.seal, hpke.unseal

    def seal(public: NodePublicKeys, info: bytes, plaintext: bytes) -> bytes:
        lock = _locks.get(public.ml_kem_768)
        return real_seal(public, info, plaintext) if lock is None else lock.seal(info, plaintext)

    def unseal(private: NodeKeys, info: bytes, sealed: bytes) -> bytes:
        lock: object = private.ml_kem_768
        if not isinstance(lock, _IdealLock):
            return real_unseal(private, info, sealed)
        return lock.unseal(info, sealed)

    hpke.seal, hpke.unseal = seal, unseal


def new_keys() -> NodeKeys:
    """Keys of a node."""
    keys = generate_node_keys()
    if not _in_use:
        return keys
    key, lock = _IdealKey(os.urandom(32)), _IdealLock(os.urandom(32))
    _known[key.raw] = key
    _locks[lock.raw] = lock
    return replace(
        keys, ml_dsa_65=cast("MLDSA65PrivateKey", key), ml_kem_768=cast("MLKEM768PrivateKey", lock)
    )
