"""An ideal in place of one half of every node's signature, for those who want ten thousand schedules instead of one.

A node signs with Ed25519 and with ML-DSA-65, and both must hold. The second costs most of the time that a schedule takes, and what
a schedule looks for is not in the arithmetic of lattices. So a campaign may let its nodes have keys whose ML-DSA half is a keyed
hash with an honest gatekeeper: it signs for who holds the key, and verifies nothing else. The Ed25519 half, seals, envelopes,
bundles, PDFs and everything else stay real, keys that are not of this process are verified by the library as ever, and the
same seed gives the same trace either way.

Only this process is changed, and only when ``use_ideal_ml_dsa`` was called in it: nothing in the product can switch it on.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from dataclasses import dataclass, field, replace
from typing import Any, Final, cast

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey

from paraph.adapters.signing.node_keys import generate_node_keys
from paraph.wire import keys as wire_keys
from paraph.wire.keys import ML_DSA_65_SIGNATURE, NodeKeys

__all__ = ["new_keys", "use_ideal_ml_dsa"]

_PUBLIC_BYTES: Final = 1952
"""Bytes of an ML-DSA-65 public key (FIPS 204, table 2)."""

_SALT_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class _IdealKey:
    """A key, private and public at once: its holder signs, the gatekeeper verifies."""

    secret: bytes
    raw: bytes = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "raw", hashlib.shake_256(b"public\0" + self.secret).digest(_PUBLIC_BYTES))

    def public_key(self) -> _IdealKey:
        """Itself."""
        return self

    def public_bytes_raw(self) -> bytes:
        """What stands on a card."""
        return self.raw

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


_known: dict[bytes, _IdealKey] = {}
_in_use: list[bool] = []


def use_ideal_ml_dsa() -> None:
    """From now on new keys in this process have an ideal ML-DSA half, and are verified by it."""
    if _in_use:
        return
    _in_use.append(True)
    real = wire_keys._ml_dsa_65  # noqa: SLF001 - a seam that the product has no use for is not made for it

    def find(raw: bytes) -> Any:
        return _known.get(raw) or real(raw)

    wire_keys._ml_dsa_65 = find  # type: ignore[assignment]  # noqa: SLF001


def new_keys() -> NodeKeys:
    """Keys of a node."""
    keys = generate_node_keys()
    if not _in_use:
        return keys
    key = _IdealKey(os.urandom(32))
    _known[key.raw] = key
    return replace(keys, ml_dsa_65=cast("MLDSA65PrivateKey", key))
