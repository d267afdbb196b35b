"""Verification of one CMS signature: a signature over a document, or a time-stamp token.

Parsing is in :mod:`paraph.wire.signed_data`. Here every binding is checked, one by one: from the document to the
signed digest, from the signed attributes to the key, from the key to the certificate that the signature names.

Parts of a CMS are covered by no signature (version numbers, unsigned attributes, certificates). Where a later
signature covers the whole CMS that does not matter; where nothing does, those parts must be exactly what the
standards fix, so that no byte of a file can change without notice.

Source: RFC 5652, 5; RFC 5035; ETSI EN 319 122-1, 5.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from paraph.errors import FormatError
from paraph.verify.algorithms import DIGESTS, check_signature, digest_name
from paraph.verify.certificates import Certificate, load_certificate
from paraph.verify.findings import Findings
from paraph.wire import der, oids
from paraph.wire.signed_data import IssuerSerial, SignedData, certificate_references, parse_signed_data

__all__ = ["Cms", "verify_cms"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cms:
    """A parsed signature and its signer.

    Attributes:
        signed_data: The parsed CMS.
        certificate: The signer's certificate.
        holds: Whether every binding from the document to the certificate holds.
    """

    signed_data: SignedData
    certificate: Certificate
    holds: bool


def verify_cms(
    encoded: bytes,
    digest_of: Callable[[str], bytes],
    findings: Findings,
    *,
    parsed: SignedData | None = None,
    is_token: bool = False,
    cades: bool = True,
    covered: bool = False,
) -> Cms | None:
    """Verify one CMS.

    Args:
        encoded: DER.
        parsed: The same, if it was parsed already.
        digest_of: Gives the digest of what was signed, by digest name; not asked for tokens.
        findings: Receives everything that is wrong.
        is_token: Whether it is a time-stamp token, whose content travels inside.
        cades: Whether it must bind its certificate (CAdES, RFC 3161), not merely may.
        covered: Whether a later signature covers these very bytes.

    Returns:
        The signature; None if there is no signer whose certificate could be judged.
    """
    try:
        data = parse_signed_data(encoded) if parsed is None else parsed
        return _verify(encoded, data, digest_of, findings, is_token=is_token, cades=cades, covered=covered)
    except FormatError as error:
        findings.add("cms-malformed", error.message)
        return None


def _verify(
    encoded: bytes,
    data: SignedData,
    digest_of: Callable[[str], bytes],
    findings: Findings,
    *,
    is_token: bool,
    cades: bool,
    covered: bool,
) -> Cms | None:
    certificate = _signer(data)
    if certificate is None:
        findings.add(
            "signer-certificate", "the CMS does not hold the certificate that it names as its signer's"
        )
        return None
    expected = oids.TST_INFO if is_token else oids.DATA
    content_fits = data.content_type == expected and (data.content is not None) == is_token
    if not content_fits or data.signed_content_type != expected:
        findings.add(
            "cms-content",
            "the CMS signs another type of content than it should, or carries content of its own",
        )
        content_fits = False
    digest = digest_name(data.digest_algorithm, findings)
    if not digest:
        return Cms(signed_data=data, certificate=certificate, holds=False)
    actual = hashlib.new(digest, data.content).digest() if data.content is not None else digest_of(digest)
    matches = hmac.compare_digest(data.message_digest or b"", actual)
    if not matches:
        findings.add(
            "digest-mismatch",
            "the signed digest is not the digest of these bytes: they were changed after signing",
        )
    bound = _binding(data, certificate, findings, cades=cades)
    valid = check_signature(
        certificate.key,
        data.signed_attributes,
        data.signature,
        findings,
        algorithm=data.signature_algorithm,
        parameters=data.signature_parameters,
        digest=digest,
    )
    if oids.SIGNING_TIME in data.signed and cades and not is_token:
        findings.add(
            "signing-time-attribute", "the CMS carries a signing time; in PAdES the signature dictionary does"
        )
    _loose(encoded, data, findings, is_token=is_token, covered=covered)
    return Cms(signed_data=data, certificate=certificate, holds=content_fits and matches and bound and valid)


def _signer(data: SignedData) -> Certificate | None:
    for encoded in data.certificates:
        try:
            certificate = load_certificate(encoded)
        except FormatError:
            continue
        match data.signer:
            case IssuerSerial(issuer=issuer, serial=serial):
                if certificate.serial == serial and certificate.issuer == issuer:
                    return certificate
            case identifier:
                if identifier and certificate.key_identifier == identifier:
                    return certificate
    return None


def _binding(data: SignedData, certificate: Certificate, findings: Findings, *, cades: bool) -> bool:
    """Check the signing-certificate attribute; without it another certificate for the same key could be put in place."""
    references = certificate_references(data.signed)
    if not references:
        if cades:
            findings.add("signing-certificate-absent", "the signature does not bind its certificate")
        else:
            findings.add("signing-certificate-unbound", "the signature does not bind its certificate")
        return not cades
    reference = references[0]
    if reference.digest_algorithm == oids.SHA1:
        findings.add("signing-certificate-sha1", "the signature binds its certificate by a SHA-1 digest")
        name = "sha1"
    else:
        name = DIGESTS.get(reference.digest_algorithm, "")
    same_issuer = reference.issuer is None or (reference.issuer.issuer, reference.issuer.serial) == (
        certificate.issuer,
        certificate.serial,
    )
    same_digest = bool(name) and hmac.compare_digest(
        hashlib.new(name, certificate.encoded, usedforsecurity=False).digest(), reference.digest
    )
    if not same_digest or not same_issuer:
        findings.add("signing-certificate", "the certificate is not the one that the signature binds")
        return False
    return True


def _loose(encoded: bytes, data: SignedData, findings: Findings, *, is_token: bool, covered: bool) -> None:
    """Compare what no signature covers with the one form that the standard gives it."""
    if not any(encoded == form for form in _forms(data, is_token=is_token)):
        findings.add(
            "cms-loose",
            "versions or algorithm lists of the CMS are not what the standard fixes",
            harmless=covered,
        )
    known = set() if is_token else {oids.SIGNATURE_TIMESTAMP}
    for identifier in sorted(data.unsigned.keys() - known):
        findings.add(
            "unsigned-attribute", f"the CMS carries the unsigned attribute {identifier}", harmless=covered
        )
    if len(data.unsigned.get(oids.SIGNATURE_TIMESTAMP, ())) > 1:
        findings.add(
            "unsigned-attribute",
            "the CMS carries several signature time stamps in one attribute",
            harmless=covered,
        )


def _forms(data: SignedData, *, is_token: bool) -> Iterator[bytes]:
    """The encodings that this CMS may have: its digest algorithm with and without the NULL that tradition adds."""
    by_name = isinstance(data.signer, IssuerSerial)
    version = der.integer(1 if by_name and not is_token else 3)
    if isinstance(data.signer, IssuerSerial):
        signer_version = der.integer(1)
        signer = der.sequence(data.signer.issuer, der.integer(data.signer.serial))
    else:
        signer_version, signer = der.integer(3), der.context(0, data.signer, constructed=False)
    content = b"" if data.content is None else der.context(0, der.octets(data.content))
    encapsulated = der.sequence(der.oid(data.content_type), content)
    certificates = der.context(0, *data.certificates) if data.certificates else b""
    crls = der.context(1, *data.crls) if data.crls else b""
    algorithm = der.sequence(der.oid(data.signature_algorithm), data.signature_parameters)
    unsigned = b""
    if data.unsigned:
        attributes = (
            der.sequence(der.oid(name), der.tlv(der.SET, *values)) for name, values in data.unsigned.items()
        )
        unsigned = der.context(1, *attributes)
    for outer, inner in ((der.null(), der.null()), (b"", b""), (der.null(), b""), (b"", der.null())):
        digest = der.oid(data.digest_algorithm)
        information = der.sequence(
            signer_version, signer, der.sequence(digest, inner), b"\xa0" + data.signed_attributes[1:],
            algorithm, der.octets(data.signature), unsigned,
        )  # fmt: skip
        body = der.sequence(
            version,
            der.set_of([der.sequence(digest, outer)]),
            encapsulated,
            certificates,
            crls,
            der.set_of([information]),
        )
        yield der.sequence(der.oid(oids.SIGNED_DATA), der.context(0, body))
