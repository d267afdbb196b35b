"""Checking a fresh token before anything is built on it: imprint, signature, purpose and issuer.

This is a client's check of the answer it just got, at the time it got it. Judging old evidence is the verifier's work.

Source: RFC 3161, 2.2 to 2.4; RFC 5816.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from paraph.errors import FormatError
from paraph.wire import oids, timestamp
from paraph.wire.cms import SignedData, certificate_references
from paraph.wire.timestamp import TstInfo

__all__ = ["check_token"]

_MAX_PATH = 6
_HASHES: dict[str, tuple[str, hashes.HashAlgorithm]] = {
    oids.SHA256: ("sha256", hashes.SHA256()),
    oids.SHA384: ("sha384", hashes.SHA384()),
    oids.SHA512: ("sha512", hashes.SHA512()),
}
_RSA_PKCS1 = {oids.RSA, "1.2.840.113549.1.1.11", "1.2.840.113549.1.1.12", "1.2.840.113549.1.1.13"}
_ECDSA = {oids.ECDSA_SHA256, oids.ECDSA_SHA384, "1.2.840.10045.4.3.4"}


def check_token(token: bytes, imprint: bytes, *, anchors: Sequence[bytes]) -> TstInfo:
    """Check a token that was just received.

    Args:
        token: The token, DER, with its certificates.
        imprint: The SHA-256 that was sent.
        anchors: Certificates, DER, one of which the chain has to reach; () to skip the chain.

    Returns:
        What the token says.

    Raises:
        FormatError: ``timestamp-mismatch`` if it is about something else; ``timestamp-token`` if it is not properly
            signed; ``cms`` or ``der`` if it is malformed.
    """
    parsed = timestamp.parse_token(token)
    info, signed = parsed.info, parsed.signed_data
    if info.hash_algorithm != oids.SHA256 or info.imprint != imprint:
        raise FormatError("timestamp-mismatch", "the time stamp is about something else than was sent")
    certificates = _certificates(signed)
    signer = _signer(signed, certificates)
    _check_signature(signed, signer)
    _check_purpose(signer, info.at)
    if anchors:
        _check_path(signer, certificates, _load(anchors), info.at)
    return info


def _bad(message: str) -> FormatError:
    return FormatError("timestamp-token", f"the time stamp cannot be used: {message}")


def _load(encoded: Sequence[bytes]) -> list[x509.Certificate]:
    try:
        return [x509.load_der_x509_certificate(item) for item in encoded]
    except ValueError as error:
        raise _bad("a certificate cannot be read") from error


def _certificates(signed: SignedData) -> list[x509.Certificate]:
    return _load(signed.certificates)


def _signer(signed: SignedData, certificates: list[x509.Certificate]) -> x509.Certificate:
    """Find the certificate that the signed attribute names by its digest; nothing else names it safely."""
    references = certificate_references(signed.signed)
    if references:
        algorithm = {oids.SHA1: "sha1"}.get(references[0].digest_algorithm)
        algorithm = algorithm or _HASHES.get(references[0].digest_algorithm, ("", None))[0]
        for certificate, encoded in zip(certificates, signed.certificates, strict=True):
            if algorithm and hashlib.new(algorithm, encoded).digest() == references[0].digest:
                return certificate
    raise _bad("its signing certificate is missing")


def _check_signature(signed: SignedData, signer: x509.Certificate) -> None:
    if signed.digest_algorithm not in _HASHES or signed.content is None:
        raise _bad("its digest algorithm is not accepted")
    name, algorithm = _HASHES[signed.digest_algorithm]
    if (
        signed.message_digest != hashlib.new(name, signed.content).digest()
        or signed.signed_content_type != signed.content_type
    ):
        raise _bad("its signature is about something else")
    key = signer.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey) and signed.signature_algorithm in _RSA_PKCS1:
            key.verify(signed.signature, signed.signed_attributes, padding.PKCS1v15(), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey) and signed.signature_algorithm in _ECDSA:
            key.verify(signed.signature, signed.signed_attributes, ec.ECDSA(algorithm))
        else:
            raise _bad("its signature algorithm is not accepted")
    except InvalidSignature as error:
        raise _bad("its signature is wrong") from error


def _check_purpose(signer: x509.Certificate, at: datetime) -> None:
    try:
        use = signer.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except (x509.ExtensionNotFound, ValueError) as error:
        raise _bad("its certificate is not for time stamping") from error
    if not use.critical or list(use.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        raise _bad("its certificate is not for time stamping alone")
    if not _valid(signer, at):
        raise _bad("its certificate was not valid at that time")


def _check_path(
    signer: x509.Certificate,
    certificates: list[x509.Certificate],
    anchors: list[x509.Certificate],
    at: datetime,
) -> None:
    current = signer
    for _ in range(_MAX_PATH):
        if current in anchors:
            return
        issuers = [
            other for other in (*anchors, *certificates) if _issued(other, current) and _valid(other, at)
        ]
        if not issuers or issuers[0] == current:
            break
        current = issuers[0]
    raise _bad("its certificate does not lead to an accepted authority")


def _issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
        return issuer.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        return False


def _valid(certificate: x509.Certificate, at: datetime) -> bool:
    return certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc
