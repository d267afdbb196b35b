"""Parsing CMS signed data strictly: anybody's, as long as it is DER and has one signer.

Order and number of attributes and certificates are as free as the standards make them.

Sources: RFC 5652; RFC 2634 and RFC 5035 (signing certificate).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from paraph.errors import FormatError
from paraph.wire import der, oids
from paraph.wire.der import Element

__all__ = [
    "MAX_ATTRIBUTES",
    "MAX_CERTIFICATES",
    "CertificateReference",
    "IssuerSerial",
    "SignedData",
    "certificate_references",
    "parse_signed_data",
]

MAX_CERTIFICATES = 64
"""Certificates and revocation lists inside one CMS."""

MAX_ATTRIBUTES = 64
"""Attributes of one signer, signed or unsigned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerSerial:
    """A certificate named by who issued it.

    Attributes:
        issuer: The issuer's name, DER.
        serial: The serial number.
    """

    issuer: bytes
    serial: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedData:
    """A parsed CMS with its one signer. Nothing in it has been verified.

    Attributes:
        content_type: What was signed, as object identifier.
        content: The encapsulated content, or None if detached.
        certificates: X.509 certificates, DER, as ordered in the CMS.
        crls: Revocation lists, DER.
        signer: The signer named by issuer and serial number, or by its subject key identifier.
        digest_algorithm: The signer's digest, as object identifier.
        signed_attributes: The DER ``SET OF`` that was signed (as it stands, re-tagged only), or b"" if there is none.
        signed: Values of the signed attributes, DER, by object identifier.
        signature_algorithm: As object identifier.
        signature_parameters: Its parameters, DER, or b"".
        signature: The signature.
        unsigned: Values of the unsigned attributes, DER, by object identifier.
    """

    content_type: str
    content: bytes | None
    certificates: tuple[bytes, ...]
    crls: tuple[bytes, ...]
    signer: IssuerSerial | bytes
    digest_algorithm: str
    signed_attributes: bytes
    signed: Mapping[str, tuple[bytes, ...]]
    signature_algorithm: str
    signature_parameters: bytes
    signature: bytes
    unsigned: Mapping[str, tuple[bytes, ...]]

    @property
    def message_digest(self) -> bytes | None:
        """The signed digest of the content, or None if there is not exactly one."""
        values = self.signed.get(oids.MESSAGE_DIGEST, ())
        return der.read(values[0]).as_octets() if len(values) == 1 else None

    @property
    def signed_content_type(self) -> str | None:
        """The content type among the signed attributes, or None if there is not exactly one."""
        values = self.signed.get(oids.CONTENT_TYPE, ())
        return der.read(values[0]).as_oid() if len(values) == 1 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateReference:
    """A signing-certificate attribute's way of naming a certificate.

    Attributes:
        digest_algorithm: As object identifier; SHA-1 for the first version of the attribute.
        digest: Digest of the whole certificate.
        issuer: The issuer's name, DER, and the serial number, or None.
    """

    digest_algorithm: str
    digest: bytes
    issuer: IssuerSerial | None


def parse_signed_data(data: bytes) -> SignedData:
    """Parse a CMS signature.

    Args:
        data: A ``ContentInfo``, DER, without padding.

    Returns:
        Its parts, none of them verified.

    Raises:
        FormatError: ``der`` if it is not DER; ``cms`` if it is no signed data, has not exactly one signer, repeats an
            attribute or exceeds a limit.
    """
    info = der.read(data).cursor()
    if info.take().as_oid() != oids.SIGNED_DATA:
        raise _bad("it is not signed data")
    explicit = info.take(0xA0)
    info.end()
    fields = explicit.only_child().cursor()
    fields.take().as_integer()
    for algorithm in fields.take(der.SET).children():
        _algorithm_identifier(algorithm)
    content_type, content = _encapsulated(fields.take(der.SEQUENCE))
    certificates, crls = fields.maybe(0xA0), fields.maybe(0xA1)
    signers = fields.take(der.SET).children()
    fields.end()
    if len(signers) != 1:
        raise _bad(f"it has {len(signers)} signers instead of one")
    cursor = signers[0].cursor()
    cursor.take().as_integer()
    signer = _signer_identifier(cursor.take())
    digest_algorithm, _ = _algorithm_identifier(cursor.take())
    signed = cursor.maybe(0xA0)
    signature_algorithm, parameters = _algorithm_identifier(cursor.take())
    signature = cursor.take().as_octets()
    unsigned = cursor.maybe(0xA1)
    cursor.end()
    return SignedData(
        content_type=content_type,
        content=content,
        certificates=_listed(certificates, only=der.SEQUENCE),
        crls=_listed(crls, only=der.SEQUENCE),
        signer=signer,
        digest_algorithm=digest_algorithm,
        signed_attributes=b"" if signed is None else b"\x31" + signed.raw[1:],
        signed=_attributes(signed),
        signature_algorithm=signature_algorithm,
        signature_parameters=parameters,
        signature=signature,
        unsigned=_attributes(unsigned),
    )


def certificate_references(signed: Mapping[str, tuple[bytes, ...]]) -> tuple[CertificateReference, ...]:
    """Read the signing-certificate attribute, either version; the first reference names the signer.

    Args:
        signed: ``SignedData.signed``.

    Returns:
        The references; empty if there is no such attribute.

    Raises:
        FormatError: ``der`` or ``cms`` if it is malformed.
    """
    for attribute, default in (
        (oids.SIGNING_CERTIFICATE_V2, oids.SHA256),
        (oids.SIGNING_CERTIFICATE, oids.SHA1),
    ):
        values = signed.get(attribute, ())
        if len(values) > 1:
            raise _bad("a signing-certificate attribute has several values")
        if values:
            identifiers = der.read(values[0]).cursor().take(der.SEQUENCE).children()
            return tuple(
                _reference(item, default, versioned=attribute == oids.SIGNING_CERTIFICATE_V2)
                for item in identifiers
            )
    return ()


def _bad(message: str) -> FormatError:
    return FormatError("cms", f"the CMS cannot be used: {message}")


def _encapsulated(element: Element) -> tuple[str, bytes | None]:
    cursor = element.cursor()
    content_type = cursor.take().as_oid()
    content = cursor.maybe(0xA0)
    cursor.end()
    return content_type, None if content is None else content.only_child().as_octets()


def _signer_identifier(element: Element) -> IssuerSerial | bytes:
    if element.tag == 0x80:
        return element.body
    cursor = element.cursor()
    issuer = cursor.take(der.SEQUENCE).raw
    serial = cursor.take().as_integer()
    cursor.end()
    return IssuerSerial(issuer=issuer, serial=serial)


def _algorithm_identifier(element: Element) -> tuple[str, bytes]:
    cursor = element.cursor()
    identifier = cursor.take().as_oid()
    parameters = cursor.rest()
    if len(parameters) > 1:
        raise _bad("an algorithm has more than one set of parameters")
    return identifier, parameters[0].raw if parameters else b""


def _listed(element: Element | None, *, only: int) -> tuple[bytes, ...]:
    if element is None:
        return ()
    items = element.children()
    if len(items) > MAX_CERTIFICATES:
        raise _bad(f"it holds more than {MAX_CERTIFICATES} certificates")
    return tuple(item.raw for item in items if item.tag == only)


def _attributes(element: Element | None) -> dict[str, tuple[bytes, ...]]:
    found: dict[str, tuple[bytes, ...]] = {}
    if element is None:
        return found
    items = element.children()
    if len(items) > MAX_ATTRIBUTES:
        raise _bad(f"it has more than {MAX_ATTRIBUTES} attributes")
    for item in items:
        cursor = item.cursor()
        identifier = cursor.take().as_oid()
        if identifier in found:
            raise _bad(f"the attribute {identifier} occurs twice")
        found[identifier] = tuple(value.raw for value in cursor.take(der.SET).children())
        cursor.end()
    return found


def _reference(element: Element, default: str, *, versioned: bool) -> CertificateReference:
    cursor = element.cursor()
    algorithm = cursor.maybe(der.SEQUENCE) if versioned else None
    digest = cursor.take().as_octets()
    issuer_serial = cursor.maybe(der.SEQUENCE)
    cursor.end()
    issuer: IssuerSerial | None = None
    if issuer_serial is not None:
        inner = issuer_serial.cursor()
        names = inner.take(der.SEQUENCE).children()
        serial = inner.take().as_integer()
        inner.end()
        if len(names) != 1 or names[0].tag != 0xA4:
            raise _bad("a signing-certificate attribute names its issuer in an unexpected way")
        issuer = IssuerSerial(issuer=names[0].only_child().raw, serial=serial)
    return CertificateReference(
        digest_algorithm=default if algorithm is None else _algorithm_identifier(algorithm)[0],
        digest=digest,
        issuer=issuer,
    )
