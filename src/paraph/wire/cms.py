"""Building CMS signatures from templates.

Building is split where the key is: ``to_be_signed`` returns the bytes to sign, ``assemble`` puts the signature back.
What others and we built is read in :mod:`paraph.wire.signed_data`. No signing time is written: in PAdES the claimed time stands in the signature dictionary.

Sources: RFC 5652; RFC 5035 (signing certificate); RFC 5753 and 5754 (algorithms); ETSI EN 319 122-1 V1.3.1, 5.2;
ETSI EN 319 142-1 V1.2.1, 6.3.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from paraph.errors import FormatError
from paraph.wire import der, oids
from paraph.wire.signed_data import SignedData, certificate_references, parse_signed_data

__all__ = [
    "ALGORITHMS",
    "Algorithm",
    "SignedData",
    "SignerProfile",
    "assemble",
    "certificate_references",
    "parse_signed_data",
    "to_be_signed",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Algorithm:
    """How a key signs.

    Attributes:
        digest: Name of the digest for ``hashlib``; one for content and attributes (RFC 5652, 5.4).
        digest_oid: The same as object identifier.
        signature: The AlgorithmIdentifier of the signature, DER.
    """

    digest: str
    digest_oid: str
    signature: bytes


ALGORITHMS: Mapping[str, Algorithm] = {
    "ecdsa-p256-sha256": Algorithm(
        digest="sha256", digest_oid=oids.SHA256, signature=der.sequence(der.oid(oids.ECDSA_SHA256))
    ),
    "ecdsa-p384-sha384": Algorithm(
        digest="sha384", digest_oid=oids.SHA384, signature=der.sequence(der.oid(oids.ECDSA_SHA384))
    ),
    "rsa-pkcs1-sha256": Algorithm(
        digest="sha256", digest_oid=oids.SHA256, signature=der.sequence(der.oid(oids.RSA), der.null())
    ),
}
"""The algorithms Paraph signs with, by the name that signers use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerProfile:
    """Everything about a signer that a signature needs besides the key.

    Attributes:
        certificate: The signing certificate, DER.
        chain: Issuing certificates to include, DER, nearest first.
        algorithm: A key of :data:`ALGORITHMS`.
        policy: Signature policy as object identifier and SHA-256 of its document, or None.
    """

    certificate: bytes
    chain: tuple[bytes, ...]
    algorithm: str
    policy: tuple[str, bytes] | None = None

    @property
    def digest(self) -> str:
        """Name of the digest to make of the content: ``sha256``, or ``sha384`` for a P-384 key."""
        return _algorithm(self.algorithm).digest


def to_be_signed(
    profile: SignerProfile,
    digest: bytes,
    *,
    commitment: str | None = oids.COMMITMENT_APPROVAL,
    content_type: str = oids.DATA,
) -> bytes:
    """Encode the signed attributes.

    Args:
        profile: The signer.
        digest: Digest of the content by ``profile.digest``.
        commitment: Object identifier of the commitment type, or None. With one, the PDF signature has no ``/Reason``.
        content_type: What is signed; not plain data only in a time-stamp token.

    Returns:
        The DER ``SET OF Attribute`` over which the key signs.

    Raises:
        FormatError: ``cms-profile`` for an unknown algorithm or a digest of the wrong length; ``der`` for a certificate
            that cannot be read.
    """
    algorithm = _algorithm(profile.algorithm)
    if len(digest) != hashlib.new(algorithm.digest).digest_size:
        raise FormatError(
            "cms-profile",
            f"{profile.algorithm} needs a {algorithm.digest} digest",
            algorithm=profile.algorithm,
        )
    attributes = [
        _attribute(oids.CONTENT_TYPE, der.oid(content_type)),
        _attribute(oids.MESSAGE_DIGEST, der.octets(digest)),
        _attribute(oids.SIGNING_CERTIFICATE_V2, _signing_certificate(profile.certificate)),
    ]
    if commitment is not None:
        attributes.append(_attribute(oids.COMMITMENT_TYPE, der.sequence(der.oid(commitment))))
    if profile.policy is not None:
        identifier, hashed = profile.policy
        value = der.sequence(
            der.oid(identifier), der.sequence(der.sequence(der.oid(oids.SHA256)), der.octets(hashed))
        )
        attributes.append(_attribute(oids.SIGNATURE_POLICY, value))
    return der.set_of(attributes)


def assemble(
    profile: SignerProfile,
    signed_attributes: bytes,
    signature: bytes,
    *,
    timestamp_token: bytes | None = None,
    content_type: str = oids.DATA,
    content: bytes | None = None,
    include_certificates: bool = True,
) -> bytes:
    """Put attributes and signature together.

    Args:
        profile: The signer.
        signed_attributes: What :func:`to_be_signed` returned.
        signature: The signature over it: DER for ECDSA, raw for RSA.
        timestamp_token: An RFC 3161 token over the SHA-256 of ``signature``, or None.
        content_type: As given to :func:`to_be_signed`.
        content: Content to encapsulate, or None for a detached signature.
        include_certificates: Whether certificates go in (a time-stamp request may not ask for them).

    Returns:
        The CMS ``ContentInfo``, DER.

    Raises:
        FormatError: ``cms-profile`` for an unknown algorithm; ``der`` for a certificate or token that cannot be read.
    """
    algorithm = _algorithm(profile.algorithm)
    digest_algorithm = der.sequence(der.oid(algorithm.digest_oid))
    issuer, serial = _issuer_and_serial(profile.certificate)
    unsigned = b""
    if timestamp_token is not None:
        token = der.read(timestamp_token).expect(der.SEQUENCE).raw
        unsigned = der.context(1, _attribute(oids.SIGNATURE_TIMESTAMP, token))
    signer = der.sequence(
        der.integer(1),
        der.sequence(issuer, serial),
        digest_algorithm,
        der.context(0, der.read(signed_attributes).expect(der.SET).body),
        algorithm.signature,
        der.octets(signature),
        unsigned,
    )
    encapsulated = der.sequence(
        der.oid(content_type), b"" if content is None else der.context(0, der.octets(content))
    )
    certificates = b""
    if include_certificates:
        certificates = der.context(0, *sorted({profile.certificate, *profile.chain}))
    signed_data = der.sequence(
        der.integer(1 if content_type == oids.DATA else 3),
        der.set_of([digest_algorithm]),
        encapsulated,
        certificates,
        der.set_of([signer]),
    )
    return der.sequence(der.oid(oids.SIGNED_DATA), der.context(0, signed_data))


def _algorithm(name: str) -> Algorithm:
    try:
        return ALGORITHMS[name]
    except KeyError:
        known = ", ".join(ALGORITHMS)
        raise FormatError("cms-profile", f"no algorithm {name}; known are {known}", algorithm=name) from None


def _attribute(identifier: str, value: bytes) -> bytes:
    return der.sequence(der.oid(identifier), der.tlv(der.SET, value))


@lru_cache(maxsize=256)
def _issuer_and_serial(certificate: bytes) -> tuple[bytes, bytes]:
    """Return the issuer's name and the serial number, DER (RFC 5280, 4.1)."""
    fields = der.read(certificate).cursor().take(der.SEQUENCE).cursor()
    fields.maybe(0xA0)
    serial = fields.take(der.INTEGER)
    fields.take(der.SEQUENCE)
    return fields.take(der.SEQUENCE).raw, serial.raw


def _signing_certificate(certificate: bytes) -> bytes:
    """Encode SigningCertificateV2 with SHA-256, which is the default and therefore not written (RFC 5035, 3)."""
    issuer, serial = _issuer_and_serial(certificate)
    general_names = der.sequence(der.context(4, issuer))
    reference = der.sequence(
        der.octets(hashlib.sha256(certificate).digest()), der.sequence(general_names, serial)
    )
    return der.sequence(der.sequence(reference))
