"""Signature and digest algorithms: which are accepted, and the one place that calls them.

Accepted: RSA (PKCS #1 v1.5 and PSS) from 2,048 bits, ECDSA on curves from 256 bits, Ed25519 and Ed448, with SHA-2 or
SHA-3 digests from 256 bits. SHA-1 and MD5 are refused, not merely warned about: collisions are affordable.

Source: RFC 5652, 5.4; RFC 4056; RFC 5754; RFC 5758; RFC 8419; ETSI TS 119 312.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa

from paraph.errors import FormatError
from paraph.verify.findings import Findings
from paraph.wire import der, oids

__all__ = ["DIGESTS", "MIN_RSA_BITS", "check_key", "check_signature", "digest_name", "hasher"]

# ETSI TS 119 312: usable in 2026; 1,024 bits were factored by those who can afford it.
MIN_RSA_BITS = 2048
MIN_CURVE_BITS = 256

_MD5 = "1.2.840.113549.2.5"
_SHA224 = "2.16.840.1.101.3.4.2.4"
_WEAK = {_MD5: "MD5", oids.SHA1: "SHA-1", _SHA224: "SHA-224"}

DIGESTS: dict[str, str] = {
    oids.SHA256: "sha256",
    oids.SHA384: "sha384",
    oids.SHA512: "sha512",
    "2.16.840.1.101.3.4.2.8": "sha3_256",
    "2.16.840.1.101.3.4.2.9": "sha3_384",
    "2.16.840.1.101.3.4.2.10": "sha3_512",
}

_HASHES: dict[str, Callable[[], hashes.HashAlgorithm]] = {
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
    "sha3_256": hashes.SHA3_256,
    "sha3_384": hashes.SHA3_384,
    "sha3_512": hashes.SHA3_512,
}

_PSS = "1.2.840.113549.1.1.10"
_MGF1 = "1.2.840.113549.1.1.8"
_ED25519, _ED448 = "1.3.101.112", "1.3.101.113"
_RSA_WITH = {
    oids.RSA: "",
    "1.2.840.113549.1.1.11": "sha256",
    "1.2.840.113549.1.1.12": "sha384",
    "1.2.840.113549.1.1.13": "sha512",
    "2.16.840.1.101.3.4.3.14": "sha3_256",
    "2.16.840.1.101.3.4.3.15": "sha3_384",
    "2.16.840.1.101.3.4.3.16": "sha3_512",
}
_ECDSA_WITH = {
    "1.2.840.10045.2.1": "",
    oids.ECDSA_SHA256: "sha256",
    oids.ECDSA_SHA384: "sha384",
    "1.2.840.10045.4.3.4": "sha512",
    "2.16.840.1.101.3.4.3.10": "sha3_256",
    "2.16.840.1.101.3.4.3.11": "sha3_384",
    "2.16.840.1.101.3.4.3.12": "sha3_512",
}
_WEAK_SIGNATURES = {
    "1.2.840.113549.1.1.4": "MD5",
    "1.2.840.113549.1.1.5": "SHA-1",
    "1.2.840.113549.1.1.14": "SHA-224",
    "1.2.840.10045.4.1": "SHA-1",
    "1.2.840.10045.4.3.1": "SHA-224",
}
_NULL = (b"", der.null())


def digest_name(identifier: str, findings: Findings) -> str:
    """Return the name of a digest for :func:`hasher`, or "" with a finding if it is refused or unknown."""
    if identifier in _WEAK:
        findings.add("weak-digest", f"a digest is {_WEAK[identifier]}, which can be forged")
        return ""
    if identifier not in DIGESTS:
        findings.add("algorithm-unknown", f"the digest algorithm {identifier} is unknown here")
        return ""
    return DIGESTS[identifier]


def hasher(name: str) -> Any:
    """Return a new digest object for one of the names in :data:`DIGESTS`."""
    return hashlib.new(name)


def check_key(key: object, findings: Findings) -> bool:
    """Refuse keys that are too short or of a kind that is not used for signing here."""
    match key:
        case rsa.RSAPublicKey() if key.key_size < MIN_RSA_BITS:
            findings.add("weak-key", f"an RSA key has only {key.key_size} bits")
        case ec.EllipticCurvePublicKey() if key.curve.key_size < MIN_CURVE_BITS:
            findings.add("weak-key", f"an elliptic-curve key has only {key.curve.key_size} bits")
        case (
            rsa.RSAPublicKey()
            | ec.EllipticCurvePublicKey()
            | ed25519.Ed25519PublicKey()
            | ed448.Ed448PublicKey()
        ):
            return True
        case _:
            findings.add("algorithm-unknown", "the signer's key is of a kind that is unknown here")
    return False


def check_signature(
    key: object,
    message: bytes,
    signature: bytes,
    findings: Findings,
    *,
    algorithm: str,
    parameters: bytes,
    digest: str,
) -> bool:
    """Verify one signature.

    Args:
        key: The public key.
        message: What was signed.
        signature: The signature.
        findings: Receives the reason if it does not hold.
        algorithm: Signature algorithm, as object identifier.
        parameters: Its parameters, DER, or b"".
        digest: Name of the signer's digest.

    Returns:
        Whether it holds.
    """
    if not check_key(key, findings):
        return False
    if algorithm in _WEAK_SIGNATURES:
        findings.add(
            "weak-digest", f"the signature rests on {_WEAK_SIGNATURES[algorithm]}, which can be forged"
        )
        return False
    try:
        verify = _verification(key, algorithm, parameters, digest)
        if verify is None:
            findings.add(
                "algorithm-unknown",
                f"the signature algorithm {algorithm} is unknown here or does not fit the key",
            )
            return False
        verify(signature, message)
    except InvalidSignature:
        findings.add(
            "signature-invalid", "the signature was not made by the key in the certificate over these bytes"
        )
        return False
    except FormatError as error:
        findings.add("cms-malformed", error.message)
        return False
    except (UnsupportedAlgorithm, ValueError) as error:
        findings.add("algorithm-unknown", f"the signature cannot be computed here: {error}")
        return False
    return True


def _verification(
    key: object, algorithm: str, parameters: bytes, digest: str
) -> Callable[[bytes, bytes], None] | None:
    hash_of = _HASHES[digest]()
    plain = parameters in _NULL
    if isinstance(key, rsa.RSAPublicKey):
        if algorithm == _PSS:
            pss, pss_hash = _pss(parameters)
            return lambda signature, message: key.verify(signature, message, pss, pss_hash)
        if plain and _RSA_WITH.get(algorithm) in {"", digest}:
            return lambda signature, message: key.verify(signature, message, padding.PKCS1v15(), hash_of)
    if isinstance(key, ec.EllipticCurvePublicKey) and plain and _ECDSA_WITH.get(algorithm) in {"", digest}:
        return lambda signature, message: key.verify(signature, message, ec.ECDSA(hash_of))
    if isinstance(key, ed25519.Ed25519PublicKey) and algorithm == _ED25519 and not parameters:
        return key.verify
    if isinstance(key, ed448.Ed448PublicKey) and algorithm == _ED448 and not parameters:
        return key.verify
    return None


def _pss(parameters: bytes) -> tuple[padding.PSS, hashes.HashAlgorithm]:
    """Read RSASSA-PSS parameters; the defaults are SHA-1 and therefore refused.

    Source: RFC 4055, 3.1.
    """
    fields = der.read(parameters).cursor()
    tagged = fields.maybe(0xA0), fields.maybe(0xA1), fields.maybe(0xA2), fields.maybe(0xA3)
    fields.end()
    hash_field, mask_field, salt_field, trailer_field = tagged
    if hash_field is None or mask_field is None:
        raise FormatError("algorithm", "a PSS signature rests on SHA-1")
    mask = mask_field.only_child().cursor()
    if mask.take().as_oid() != _MGF1:
        raise FormatError("algorithm", "a PSS signature uses an unknown mask function")
    mask_hash = _hash(mask.take())
    mask.end()
    salt = 20 if salt_field is None else salt_field.only_child().as_integer()
    if trailer_field is not None and trailer_field.only_child().as_integer() != 1:
        raise FormatError("algorithm", "a PSS signature uses an unknown trailer")
    if not 0 <= salt <= 512:
        raise FormatError("algorithm", "a PSS signature has an impossible salt")
    return padding.PSS(padding.MGF1(mask_hash), salt), _hash(hash_field.only_child())


def _hash(element: der.Element) -> hashes.HashAlgorithm:
    fields = element.cursor()
    identifier = fields.take().as_oid()
    if b"".join(item.raw for item in fields.rest()) not in _NULL or identifier not in DIGESTS:
        raise FormatError("algorithm", f"a PSS signature uses the digest {identifier}")
    return _HASHES[DIGESTS[identifier]]()
