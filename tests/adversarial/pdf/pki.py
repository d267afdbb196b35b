"""A small public-key infrastructure for tests: a root, an authority, signatories, a time-stamping authority."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.signers import SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from paraph.verify.anchors import TrustAnchors

NOW = datetime.now(UTC).replace(microsecond=0)
YEAR = timedelta(days=365)
DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")


@dataclass(frozen=True, kw_only=True)
class Holder:
    """A certificate with its key and its issuer's."""

    certificate: x509.Certificate
    key: Any
    issuers: tuple[x509.Certificate, ...] = field(default=())

    @property
    def encoded(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    def asn1(self) -> asn1_x509.Certificate:
        return asn1_x509.Certificate.load(self.encoded)

    def asn1_key(self) -> asn1_keys.PrivateKeyInfo:
        return asn1_keys.PrivateKeyInfo.load(
            self.key.private_bytes(
                serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )

    def signer(self, **options: Any) -> SimpleSigner:
        store = SimpleCertificateStore()
        store.register_multiple(
            [asn1_x509.Certificate.load(c.public_bytes(serialization.Encoding.DER)) for c in self.issuers]
        )
        return SimpleSigner(
            signing_cert=self.asn1(),
            signing_key=self.asn1_key(),
            cert_registry=store,
            **{"prefer_pss": False} | options,
        )


def name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Paraph tests"),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def issue(
    common: str,
    issuer: Holder | None = None,
    *,
    key: Any = None,
    ca: bool = False,
    path_length: int | None = None,
    purposes: list[x509.ObjectIdentifier] | None = None,
    purposes_critical: bool = False,
    usage: str = "sign",
    since: datetime = NOW - 5 * YEAR,
    until: datetime = NOW + 10 * YEAR,
    point: bool = True,
    extra: tuple[tuple[x509.ExtensionType, bool], ...] = (),
    digest: hashes.SHA256 | hashes.SHA512 | None = None,
    serial: int | None = None,
) -> Holder:
    """Issue a certificate; self-signed without an issuer."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    signing = key if issuer is None else issuer.key
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(common))
        .issuer_name(name(common) if issuer is None else issuer.certificate.subject)
        .public_key(key.public_key())
        .serial_number(serial or x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=path_length), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.KeyUsage(
                digital_signature=usage == "sign",
                content_commitment=usage == "sign",
                key_encipherment=usage == "encrypt",
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=usage == "issue",
                crl_sign=usage == "issue",
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
    )
    if issuer is not None:
        builder = builder.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), critical=False
        )
    if point and issuer is not None:
        where = [x509.UniformResourceIdentifier(f"http://crl.invalid/{issuer.certificate.serial_number}.crl")]
        distribution = x509.DistributionPoint(
            full_name=where, relative_name=None, reasons=None, crl_issuer=None
        )
        builder = builder.add_extension(x509.CRLDistributionPoints([distribution]), critical=False)
    if purposes is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=purposes_critical)
    for extension, critical in extra:
        builder = builder.add_extension(extension, critical=critical)
    algorithm = None if isinstance(signing, ed25519.Ed25519PrivateKey) else digest or hashes.SHA256()
    above = () if issuer is None else (issuer.certificate, *issuer.issuers)
    return Holder(certificate=builder.sign(signing, algorithm), key=key, issuers=above)


def revocations(
    issuer: Holder,
    revoked: dict[int, datetime] | None = None,
    *,
    since: datetime = NOW - timedelta(days=30),
    until: datetime = NOW + 10 * YEAR,
) -> bytes:
    """Sign a revocation list: serial numbers with the time of revocation."""
    builder = x509.CertificateRevocationListBuilder().issuer_name(issuer.certificate.subject)
    builder = builder.last_update(since).next_update(until)
    for serial, moment in (revoked or {}).items():
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(moment).build()
        builder = builder.add_revoked_certificate(entry)
    return builder.sign(issuer.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


@dataclass(frozen=True, kw_only=True)
class World:
    """Everybody who takes part."""

    root: Holder
    authority: Holder
    stamper: Holder
    signatories: dict[str, Holder]
    crls: tuple[bytes, ...]

    @property
    def anchors(self) -> TrustAnchors:
        """The root, and the revocation lists that everybody fetched: also a signature without any is then judged to the end."""
        return TrustAnchors.load([self.root.encoded, *self.crls])


@lru_cache(maxsize=1)
def world() -> World:
    """The one world of a test run."""
    root = issue("Root", ca=True, usage="issue")
    authority = issue("Authority", root, ca=True, usage="issue", path_length=0)
    stamper = issue(
        "Time Stamper",
        authority,
        key=rsa.generate_private_key(65537, 2048),
        purposes=[ExtendedKeyUsageOID.TIME_STAMPING],
        purposes_critical=True,
    )
    rsa_key = rsa.generate_private_key(65537, 2048)
    signatories = {
        "a": issue("Signatory A", authority, purposes=[DOCUMENT_SIGNING]),
        "b": issue("Signatory B", authority, key=rsa_key),
        "c": issue("Signatory C", authority, key=ec.generate_private_key(ec.SECP384R1())),
    }
    return World(
        root=root,
        authority=authority,
        stamper=stamper,
        signatories=signatories,
        crls=(revocations(root), revocations(authority)),
    )
