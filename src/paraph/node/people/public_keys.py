"""Public keys of passkeys as everybody else writes them: SubjectPublicKeyInfo, DER."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

__all__ = ["spki"]

KIND: Final = 1
CURVE_OR_N: Final = -1
X_OR_E: Final = -2
Y: Final = -3
"""Members of a COSE key. Source: RFC 9052 § 7, RFC 9053 § 7, RFC 8230 § 4."""

OKP: Final = 1
EC2: Final = 2
RSA: Final = 3

LEAST_RSA_BITS: Final = 2048


def spki(key: Mapping[int, Any]) -> bytes:
    """Write a COSE key as SubjectPublicKeyInfo.

    Raises:
        ValueError: It is of a kind that is not taken, or no key.
        KeyError: Something is missing.
    """
    public: ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey | rsa.RSAPublicKey
    if key[KIND] == EC2 and key[CURVE_OR_N] == 1:
        public = ec.EllipticCurvePublicNumbers(
            _number(key[X_OR_E]), _number(key[Y]), ec.SECP256R1()
        ).public_key()
    elif key[KIND] == OKP and key[CURVE_OR_N] == 6:
        public = ed25519.Ed25519PublicKey.from_public_bytes(key[X_OR_E])
    elif key[KIND] == RSA:
        public = rsa.RSAPublicNumbers(_number(key[X_OR_E]), _number(key[CURVE_OR_N])).public_key()
        if public.key_size < LEAST_RSA_BITS:
            raise ValueError("an RSA key that short proves nothing")
    else:
        raise ValueError("a kind of key that is not taken")
    return public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _number(data: bytes) -> int:
    return int.from_bytes(data, "big")
