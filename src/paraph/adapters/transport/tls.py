"""A node's own TLS certificate, and the client side that trusts exactly one of them."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
from collections.abc import Sequence
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from paraph.errors import LocalActError, PermanentError

__all__ = ["make_tls_certificate", "pinned_context"]

VALID_DAYS = 5 * 366
"""A pinned certificate is renewed with a new peer card, read out by two officers: seldom, but not never."""

CLOCK_SKEW = datetime.timedelta(hours=1)
"""A peer's clock may be late by this much and still accept a new certificate."""


def make_tls_certificate(
    hosts: Sequence[str], *, name: str, now: datetime.datetime, valid_days: int = VALID_DAYS
) -> tuple[bytes, bytes]:
    """Make a self-signed server certificate (P-256).

    Args:
        hosts: DNS names and IP addresses under which the node is reached; at least one.
        name: Common name, for people; at most 64 characters.
        now: Start of validity (less ``CLOCK_SKEW``).
        valid_days: Length of validity.

    Returns:
        Certificate and private key (PKCS#8, unencrypted), PEM.

    Raises:
        LocalActError: ``tls-hosts`` if a host is neither a DNS name nor an IP address, or none is given.

    Source: RFC 5280 §4.2; RFC 9525 §6.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCK_SKEW)
        .not_valid_after(now + datetime.timedelta(days=valid_days))
        .add_extension(x509.SubjectAlternativeName(_names(hosts)), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(identifier, critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return certificate.public_bytes(Encoding.PEM), private


def _names(hosts: Sequence[str]) -> list[x509.GeneralName]:
    names: list[x509.GeneralName] = []
    for host in hosts:
        try:
            names.append(x509.IPAddress(ipaddress.ip_address(host)))
        except ValueError:
            try:
                names.append(x509.DNSName(host))
            except ValueError as error:
                raise LocalActError(
                    "tls-hosts", f"“{host}” is neither a host name nor an IP address"
                ) from error
    if not names:
        raise LocalActError("tls-hosts", "name at least one host under which peers reach the node")
    return names


class _PinnedSocket(ssl.SSLSocket):
    """A TLS connection that ends unless the other side shows exactly a pinned certificate."""

    def do_handshake(self, block: bool = False) -> None:  # noqa: FBT001, FBT002 - as inherited
        super().do_handshake(block)
        context: Any = self.context
        # OpenSSL proved possession of the key. This refuses what the pinned key may have certified.
        if self.getpeercert(binary_form=True) not in context.pinned:
            self.close()
            raise ssl.SSLCertVerificationError("the peer shows another certificate than its card")


class _PinnedContext(ssl.SSLContext):
    pinned: frozenset[bytes]
    sslsocket_class = _PinnedSocket


def pinned_context(pem: str) -> ssl.SSLContext:
    """Return a client context that trusts exactly the given server certificate.

    Host names are not checked: the pin says more than a name. A peer may be reached by another address
    than its certificate has, through a tunnel or by a number, and a name that somebody else certified
    would not do anyway.

    Args:
        pem: The certificate of the peer's card, PEM; several while one replaces another.

    Returns:
        A context for TLS 1.3 and later.

    Raises:
        PermanentError: ``peer-certificate`` if ``pem`` holds no certificate.
    """
    try:
        certificates = x509.load_pem_x509_certificates(pem.encode())
    except ValueError as error:
        raise PermanentError(
            "peer-certificate", "the peer's card has no server certificate: ask for a new card"
        ) from error
    context = _PinnedContext(ssl.PROTOCOL_TLS_CLIENT)
    context.pinned = frozenset(certificate.public_bytes(Encoding.DER) for certificate in certificates)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False
    context.verify_mode = ssl.CERT_REQUIRED
    # A pinned certificate is trusted itself, also when somebody else issued it.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.load_verify_locations(cadata=pem)
    return context
