"""A certificate authority for demonstrations: one per ministry, so that nothing has to be bought to try Paraph.

Every certificate says so: common names begin with DEMO, and the organisational unit reads "DEMO – not for real use". The
private keys lie in files protected by one passphrase. Real certificates come in through PKCS#12 or PKCS#11.

Sources: RFC 5280; RFC 9336 (document signing); RFC 3161, 2.3 (time-stamp authority); ETSI EN 319 412-2 and -3.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from paraph.adapters.signing.keys import KeySigner
from paraph.domain.ids import Utc, check_utc
from paraph.errors import PermanentError

__all__ = ["DemoAuthority", "Issued"]

_DISCLAIMER = "DEMO – not for real use"
_ROOT_YEARS, _ISSUING_YEARS, _LEAF_YEARS = 20, 10, 3
_CRL_DAYS = 90
_BACKDATED = timedelta(hours=1)
"""Certificates are valid a little before they are made: the clocks of peers differ."""

_ROOT_FILE, _ISSUING_FILE, _REVOKED_FILE = "root.p12", "issuing.p12", "revoked.json"
_PRIVATE_MODE = 0o600
_MAX_NAME = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A certificate with its key.

    Attributes:
        key: The private key.
        certificate: The certificate.
        chain: The certificates above it, nearest first, the root last.
    """

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]

    def signer(self) -> KeySigner:
        """Return a signer with the key in memory."""
        return KeySigner(self.key, self.certificate, self.chain)

    def pkcs12(self, passphrase: str) -> bytes:
        """Return a PKCS#12 file with key, certificate and chain."""
        return pkcs12.serialize_key_and_certificates(
            b"paraph demo",
            self.key,
            self.certificate,
            self.chain,
            BestAvailableEncryption(passphrase.encode()),
        )


class DemoAuthority:
    """A root (P-384) and an issuing authority (P-256) of one party, for demonstrations only."""

    def __init__(self, root: Issued, issuing: Issued, revoked: Iterable[tuple[int, str]] = ()) -> None:
        """Use existing keys; see :meth:`create` and :meth:`load`."""
        self._root = root
        self._issuing = issuing
        self._revoked: dict[int, Utc] = {serial: check_utc(at) for serial, at in revoked}

    @classmethod
    def create(cls, party_name: str, country: str, now: Utc) -> Self:
        """Make a new authority.

        Args:
            party_name: The ministry or body, as the organisation in all certificates.
            country: Two letters for the country attribute, or "" for none.
            now: The instant of making.

        Returns:
            The authority; nothing is written yet.

        Raises:
            PermanentError: ``demo-name`` for a name that does not fit a certificate.
        """
        root_key = ec.generate_private_key(ec.SECP384R1())
        root_name = _name(country, party_name, "DEMO Root CA")
        root = _certificate(
            root_name,
            root_key.public_key(),
            root_name,
            root_key,
            _extensions_of_ca(1),
            now=now,
            years=_ROOT_YEARS,
        )
        issuing_key = ec.generate_private_key(ec.SECP256R1())
        issuing = _certificate(
            _name(country, party_name, "DEMO Issuing CA"), issuing_key.public_key(), root_name, root_key,
            _extensions_of_ca(0), now=now, years=_ISSUING_YEARS,
        )  # fmt: skip
        return cls(
            Issued(key=root_key, certificate=root, chain=()),
            Issued(key=issuing_key, certificate=issuing, chain=(root,)),
        )

    @property
    def root(self) -> bytes:
        """The trust anchor, DER."""
        return self._root.certificate.public_bytes(Encoding.DER)

    @property
    def root_pem(self) -> bytes:
        """The trust anchor, PEM."""
        return self._root.certificate.public_bytes(Encoding.PEM)

    @property
    def issuing(self) -> bytes:
        """The issuing authority's certificate, DER."""
        return self._issuing.certificate.public_bytes(Encoding.DER)

    def issue_signatory(self, name: str, title: str, organisation: str, *, now: Utc) -> Issued:
        """Issue a certificate for a person who signs.

        Args:
            name: The person.
            title: The office held.
            organisation: The ministry or body.
            now: The instant of issuing.
        """
        subject = _name(self._country, organisation, f"DEMO {name}", title=title)
        return self._issue(subject, _SIGNING_USE, [_DOCUMENT_SIGNING], now)

    def issue_seal(self, organisation: str, *, now: Utc) -> Issued:
        """Issue a certificate for the organisation itself (an electronic seal).

        Args:
            organisation: The ministry or body.
            now: The instant of issuing.
        """
        subject = _name(self._country, organisation, f"DEMO seal of {organisation}"[:_MAX_NAME])
        return self._issue(subject, _SIGNING_USE, [_DOCUMENT_SIGNING], now)

    def issue_tsa(self, *, now: Utc) -> Issued:
        """Issue a certificate for a time-stamp authority: critical, and for nothing else.

        Args:
            now: The instant of issuing.
        """
        subject = _name(self._country, self._organisation, "DEMO Time-stamp authority")
        use = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        return self._issue(subject, _STAMPING_USE, [(use, True)], now)

    def revoke(self, certificate: bytes, *, at: Utc) -> None:
        """Put a certificate (DER) on the next revocation list."""
        self._revoked[x509.load_der_x509_certificate(certificate).serial_number] = check_utc(at)

    def crl(self, now: Utc) -> tuple[bytes, bytes]:
        """Make the current revocation lists.

        Args:
            now: The instant of making; also the CRL number, so that later lists have greater ones.

        Returns:
            The lists of the root and of the issuing authority, DER.
        """
        return _crl(self._root, {}, now), _crl(self._issuing, self._revoked, now)

    def save(self, folder: Path, passphrase: str) -> None:
        """Write the authority: keys as PKCS#12, certificates as PEM, revocations as JSON.

        Args:
            folder: Created if missing, readable for its owner only.
            passphrase: Protects the keys.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for file, issued in ((_ROOT_FILE, self._root), (_ISSUING_FILE, self._issuing)):
            _write_private(folder / file, issued.pkcs12(passphrase))
            (folder / file).with_suffix(".pem").write_bytes(issued.certificate.public_bytes(Encoding.PEM))
        rows = [[format(serial, "x"), at] for serial, at in sorted(self._revoked.items())]
        _write_private(folder / _REVOKED_FILE, json.dumps(rows).encode())

    @classmethod
    def load(cls, folder: Path, passphrase: str) -> Self:
        """Read what :meth:`save` wrote.

        Raises:
            PermanentError: ``demo-authority`` if a file is missing or damaged or the passphrase is wrong.
        """
        try:
            root = _open(folder / _ROOT_FILE, passphrase)
            issuing = _open(folder / _ISSUING_FILE, passphrase)
            rows = json.loads((folder / _REVOKED_FILE).read_bytes())
            revoked = [(int(serial, 16), str(at)) for serial, at in rows]
        except (OSError, ValueError, TypeError) as error:
            raise PermanentError(
                "demo-authority",
                f"the demonstration authority in {folder} does not open: check the passphrase, or restore the folder",
            ) from error
        return cls(root, issuing, revoked)

    @property
    def _country(self) -> str:
        found = self._issuing.certificate.subject.get_attributes_for_oid(NameOID.COUNTRY_NAME)
        return str(found[0].value) if found else ""

    @property
    def _organisation(self) -> str:
        return str(
            self._issuing.certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)[0].value
        )

    def _issue(
        self, subject: x509.Name, use: x509.KeyUsage, further: list[tuple[x509.ExtensionType, bool]], now: Utc
    ) -> Issued:
        key = ec.generate_private_key(ec.SECP256R1())
        extensions: list[tuple[x509.ExtensionType, bool]] = [
            (x509.BasicConstraints(ca=False, path_length=None), True),
            (use, True),
            *further,
        ]
        issuer = self._issuing
        certificate = _certificate(
            subject,
            key.public_key(),
            issuer.certificate.subject,
            issuer.key,
            extensions,
            now=now,
            years=_LEAF_YEARS,
        )
        return Issued(key=key, certificate=certificate, chain=(issuer.certificate, *issuer.chain))


def _use(*names: str) -> x509.KeyUsage:
    known = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{name: name in names for name in known})


_SIGNING_USE = _use("digital_signature", "content_commitment")
_STAMPING_USE = _use("digital_signature")
# Document signing is what the key is for; e-mail protection is what many programs ask of a signer instead.
_DOCUMENT_SIGNING: tuple[x509.ExtensionType, bool] = (
    x509.ExtendedKeyUsage(
        [x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36"), ExtendedKeyUsageOID.EMAIL_PROTECTION]
    ),
    False,
)


def _extensions_of_ca(path_length: int) -> list[tuple[x509.ExtensionType, bool]]:
    return [
        (x509.BasicConstraints(ca=True, path_length=path_length), True),
        (_use("key_cert_sign", "crl_sign"), True),
    ]


def _instant(now: Utc) -> datetime:
    return datetime.strptime(check_utc(now), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def _name(country: str, organisation: str, common: str, *, title: str = "") -> x509.Name:
    attributes = [
        (NameOID.COUNTRY_NAME, country),
        (NameOID.ORGANIZATION_NAME, organisation),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, _DISCLAIMER),
        (NameOID.TITLE, title),
        (NameOID.COMMON_NAME, common),
    ]
    for _, value in attributes:
        if len(value) > _MAX_NAME:
            raise PermanentError(
                "demo-name",
                f"“{value}” has more than {_MAX_NAME} characters and does not fit a certificate; shorten it",
            )
    try:
        return x509.Name([x509.NameAttribute(kind, value) for kind, value in attributes if value])
    except ValueError as error:
        raise PermanentError(
            "demo-name", f"a name does not fit a certificate ({error}); change it"
        ) from error


def _certificate(
    subject: x509.Name,
    key: ec.EllipticCurvePublicKey,
    issuer: x509.Name,
    issuer_key: ec.EllipticCurvePrivateKey,
    extensions: Iterable[tuple[x509.ExtensionType, bool]],
    *,
    now: Utc,
    years: int,
) -> x509.Certificate:
    start = _instant(now)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(int.from_bytes(os.urandom(16), "big") >> 1 | 1)
        .not_valid_before(start - _BACKDATED)
        .not_valid_after(start + timedelta(days=365 * years))
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
    builder = builder.add_extension(authority, critical=False)
    return builder.sign(issuer_key, _digest_for(issuer_key))


def _crl(issuer: Issued, revoked: dict[int, Utc], now: Utc) -> bytes:
    start = _instant(now)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(start)
        .next_update(start + timedelta(days=_CRL_DAYS))
        .add_extension(x509.CRLNumber(int(start.timestamp())), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), critical=False
        )
    )
    for serial, at in sorted(revoked.items()):
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(_instant(at)).build()
        builder = builder.add_revoked_certificate(entry)
    return builder.sign(issuer.key, _digest_for(issuer.key)).public_bytes(Encoding.DER)


def _digest_for(key: ec.EllipticCurvePrivateKey) -> hashes.SHA256 | hashes.SHA384:
    return hashes.SHA384() if key.curve.key_size == 384 else hashes.SHA256()


def _open(path: Path, passphrase: str) -> Issued:
    store = pkcs12.load_pkcs12(path.read_bytes(), passphrase.encode())
    if not isinstance(store.key, ec.EllipticCurvePrivateKey) or store.cert is None:
        raise ValueError(path.name)
    return Issued(
        key=store.key,
        certificate=store.cert.certificate,
        chain=tuple(other.certificate for other in store.additional_certs),
    )


def _write_private(path: Path, data: bytes) -> None:
    path.touch(mode=_PRIVATE_MODE, exist_ok=True)
    path.chmod(_PRIVATE_MODE)
    path.write_bytes(data)
