"""A private key in memory with its certificate: what a PKCS#12 file becomes once it is open."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from paraph.errors import PermanentError

__all__ = ["KeySigner", "PrivateKey", "algorithm_of", "chain_of"]

PrivateKey: TypeAlias = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

_MIN_RSA_BITS = 3072
"""ETSI TS 119 312: shorter keys are not for signatures that are to last."""


class KeySigner:
    """Signs with a key held in memory. Safe to share between threads."""

    def __init__(
        self, key: PrivateKey, certificate: x509.Certificate, others: Iterable[x509.Certificate]
    ) -> None:
        """Check that key and certificate belong together and order the chain.

        Args:
            key: The private key.
            certificate: Its certificate.
            others: Further certificates in any order; issuers among them become the chain.

        Raises:
            PermanentError: ``key-certificate`` if they do not belong together; ``key-algorithm`` for a key that Paraph
                does not sign with.
        """
        if key.public_key() != certificate.public_key():
            raise PermanentError(
                "key-certificate", "the private key does not belong to the certificate; export both again"
            )
        self._key = key
        self._algorithm = algorithm_of(key.public_key())
        self._certificate = certificate.public_bytes(Encoding.DER)
        self._chain = tuple(issuer.public_bytes(Encoding.DER) for issuer in chain_of(certificate, others))

    @property
    def certificate(self) -> bytes:
        """The signatory's certificate, DER."""
        return self._certificate

    @property
    def chain(self) -> tuple[bytes, ...]:
        """Issuing certificates, DER, nearest first, without the root."""
        return self._chain

    @property
    def algorithm(self) -> str:
        """``ecdsa-p256-sha256``, ``ecdsa-p384-sha384`` or ``rsa-pkcs1-sha256``."""
        return self._algorithm

    def sign(self, message: bytes) -> bytes:
        """Hash and sign ``message``; DER for ECDSA, raw for RSA."""
        if isinstance(self._key, ec.EllipticCurvePrivateKey):
            digest = hashes.SHA384() if self._algorithm == "ecdsa-p384-sha384" else hashes.SHA256()
            return self._key.sign(message, ec.ECDSA(digest))
        return self._key.sign(message, padding.PKCS1v15(), hashes.SHA256())


def algorithm_of(key: object) -> str:
    """Name the algorithm for a public key.

    Args:
        key: A public key of ``cryptography``.

    Returns:
        One of the names that :data:`paraph.wire.cms.ALGORITHMS` knows.

    Raises:
        PermanentError: ``key-algorithm`` for any other kind of key.
    """
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        return "ecdsa-p256-sha256"
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP384R1):
        return "ecdsa-p384-sha384"
    if isinstance(key, rsa.RSAPublicKey) and key.key_size >= _MIN_RSA_BITS:
        return "rsa-pkcs1-sha256"
    raise PermanentError(
        "key-algorithm",
        f"Paraph signs with ECDSA P-256, ECDSA P-384 or RSA of at least {_MIN_RSA_BITS} bits; use such a key",
    )


def chain_of(
    certificate: x509.Certificate, others: Iterable[x509.Certificate]
) -> tuple[x509.Certificate, ...]:
    """Order the issuers of a certificate, nearest first, without a self-issued root."""
    by_subject = {other.subject: other for other in others if other.subject != other.issuer}
    chain: list[x509.Certificate] = []
    current = certificate
    while current.issuer in by_subject:
        current = by_subject.pop(current.issuer)
        chain.append(current)
    return tuple(chain)
