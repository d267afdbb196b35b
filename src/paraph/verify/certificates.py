"""What the verifier wants to know of a certificate, read once per certificate.

Certificates are kept as the bytes they are; the facts are cached by those bytes, because the same few certificates
occur in file after file.

Source: RFC 5280, 4.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import ExtensionOID, NameOID

from paraph.errors import FormatError
from paraph.wire import der

__all__ = ["UNREADABLE", "Certificate", "check_shell", "confirms", "issued_by", "load_certificate"]

# A certificate with all its extensions stays below 10 kB; post-quantum ones reach 30.
MAX_CERTIFICATE_BYTES = 64 << 10

# What cryptography raises on bytes it does not like; warnings count when the caller makes them errors.
UNREADABLE = (
    ValueError,
    TypeError,
    OverflowError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
    Warning,
)

_WEAK_HASHES = (hashes.MD5, hashes.SHA1, hashes.SHA224)

# Critical extensions that are acted on, or that only restrict policies nobody asks about here.
_UNDERSTOOD = {
    ExtensionOID.BASIC_CONSTRAINTS, ExtensionOID.KEY_USAGE, ExtensionOID.EXTENDED_KEY_USAGE, ExtensionOID.NAME_CONSTRAINTS,
    ExtensionOID.CERTIFICATE_POLICIES, ExtensionOID.SUBJECT_ALTERNATIVE_NAME, ExtensionOID.AUTHORITY_KEY_IDENTIFIER,
    ExtensionOID.SUBJECT_KEY_IDENTIFIER, ExtensionOID.CRL_DISTRIBUTION_POINTS, ExtensionOID.AUTHORITY_INFORMATION_ACCESS,
    ExtensionOID.OCSP_NO_CHECK,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Certificate:
    """A certificate and its facts; two are the same if their bytes are.

    Attributes:
        encoded: DER.
        parsed: For checking what it signed.
        key: Its public key.
        subject: The subject's name, DER.
        issuer: The issuer's name, DER.
        serial: Serial number.
        name: The most telling part of the subject, for people.
        not_before: First instant of validity.
        not_after: Last instant of validity.
        is_ca: Whether it may issue certificates (basic constraints).
        path_length: How many certificate authorities may follow; -1 for any number.
        usages: Names of key usages; None if the extension is absent.
        purposes: Extended key usages as object identifiers; None if the extension is absent.
        purposes_critical: Whether that extension is critical.
        constrained: Whether it constrains the names below it.
        not_understood: Critical extensions that are unknown here.
        offers_revocation: Whether it says where to learn that it was revoked.
        no_check: Whether it asks not to check its revocation (OCSP responders).
        key_identifier: Subject key identifier, or b"".
        weak: Whether its own signature rests on a weak digest.
    """

    encoded: bytes
    parsed: x509.Certificate
    key: object
    subject: bytes
    issuer: bytes
    serial: int
    name: str
    not_before: datetime
    not_after: datetime
    is_ca: bool
    path_length: int
    usages: frozenset[str] | None
    purposes: tuple[str, ...] | None
    purposes_critical: bool
    constrained: bool
    not_understood: tuple[str, ...]
    offers_revocation: bool
    no_check: bool
    key_identifier: bytes
    weak: bool

    @property
    def is_self_issued(self) -> bool:
        """Whether issuer and subject are one name."""
        return self.subject == self.issuer

    def valid_at(self, moment: datetime) -> bool:
        """Whether ``moment`` lies in its validity."""
        return self.not_before <= moment <= self.not_after


_USAGES = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign",
)  # fmt: skip


@lru_cache(maxsize=1024)
def load_certificate(encoded: bytes) -> Certificate:
    """Read a certificate.

    Args:
        encoded: DER, nothing before or after it.

    Returns:
        Its facts.

    Raises:
        FormatError: ``certificate`` if it is malformed or too large.
    """
    if len(encoded) > MAX_CERTIFICATE_BYTES:
        raise FormatError("certificate", f"a certificate has more than {MAX_CERTIFICATE_BYTES} bytes")
    fields = check_shell(encoded)
    if len(fields) < 7 or fields[0].tag != 0xA0:
        raise FormatError("certificate", "a certificate is not of version 3")
    try:
        return _facts(encoded, fields[3].raw, fields[5].raw)
    except UNREADABLE as error:
        raise FormatError("certificate", f"a certificate cannot be read: {error}") from error


def check_shell(encoded: bytes) -> tuple[der.Element, ...]:
    """Check the outer shell of a certificate or revocation list, the part that its signature does not cover.

    Args:
        encoded: DER.

    Returns:
        The fields of its signed part.

    Raises:
        FormatError: ``der`` or ``certificate`` if the two algorithms differ, or anything is not canonical.
    """
    shell = der.read(encoded).cursor()
    inner = shell.take(der.SEQUENCE)
    outer = shell.take(der.SEQUENCE)
    shell.take(der.BIT_STRING).as_bits()
    shell.end()
    fields = inner.children()
    if outer.raw not in {item.raw for item in fields[:3]}:
        raise FormatError("certificate", "a certificate or revocation list names two signature algorithms")
    return fields


@lru_cache(maxsize=1024)
def _verified(child: bytes, parent: bytes) -> bool:
    try:
        load_certificate(child).parsed.verify_directly_issued_by(load_certificate(parent).parsed)
    except (InvalidSignature, *UNREADABLE):
        return False
    return True


def confirms(parent: Certificate, child: Certificate) -> bool:
    """Whether ``parent`` is named as the issuer of ``child`` and signed it, with whatever digest."""
    return child.issuer == parent.subject and _verified(child.encoded, parent.encoded)


def issued_by(child: Certificate, parent: Certificate) -> bool:
    """Whether ``parent`` is named as the issuer of ``child`` and signed it, with a digest that is not weak."""
    return child.issuer == parent.subject and not child.weak and _verified(child.encoded, parent.encoded)


def _facts(encoded: bytes, issuer: bytes, subject: bytes) -> Certificate:
    parsed = x509.load_der_x509_certificate(encoded)
    extensions = parsed.extensions
    found = {extension.oid: extension for extension in extensions}

    def value(identifier: x509.ObjectIdentifier) -> Any:
        extension = found.get(identifier)
        return None if extension is None else extension.value

    basic, usage = value(ExtensionOID.BASIC_CONSTRAINTS), value(ExtensionOID.KEY_USAGE)
    purposes, key_identifier = (
        value(ExtensionOID.EXTENDED_KEY_USAGE),
        value(ExtensionOID.SUBJECT_KEY_IDENTIFIER),
    )
    access = value(ExtensionOID.AUTHORITY_INFORMATION_ACCESS)
    responder = access is not None and any(
        item.access_method == x509.oid.AuthorityInformationAccessOID.OCSP for item in access
    )
    return Certificate(
        encoded=encoded,
        parsed=parsed,
        key=parsed.public_key(),
        subject=subject,
        issuer=issuer,
        serial=parsed.serial_number,
        name=_common_name(parsed.subject),
        not_before=parsed.not_valid_before_utc,
        not_after=parsed.not_valid_after_utc,
        is_ca=basic is not None and basic.ca,
        path_length=-1 if basic is None or basic.path_length is None else basic.path_length,
        usages=None if usage is None else frozenset(name for name in _USAGES if getattr(usage, name)),
        purposes=None if purposes is None else tuple(item.dotted_string for item in purposes),
        purposes_critical=purposes is not None and found[ExtensionOID.EXTENDED_KEY_USAGE].critical,
        constrained=ExtensionOID.NAME_CONSTRAINTS in found,
        not_understood=tuple(
            item.oid.dotted_string for item in extensions if item.critical and item.oid not in _UNDERSTOOD
        ),
        offers_revocation=responder or ExtensionOID.CRL_DISTRIBUTION_POINTS in found,
        no_check=ExtensionOID.OCSP_NO_CHECK in found,
        key_identifier=b"" if key_identifier is None else key_identifier.digest,
        weak=isinstance(parsed.signature_hash_algorithm, _WEAK_HASHES),
    )


def _common_name(name: x509.Name) -> str:
    for identifier in (NameOID.COMMON_NAME, NameOID.PSEUDONYM, NameOID.ORGANIZATION_NAME):
        values = name.get_attributes_for_oid(identifier)
        if values:
            return str(values[-1].value)
    return name.rfc4514_string()
