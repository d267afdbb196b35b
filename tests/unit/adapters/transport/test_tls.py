from __future__ import annotations

import datetime
import ipaddress

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from paraph.adapters.transport.tls import CLOCK_SKEW, make_tls_certificate, pinned_context
from paraph.errors import LocalActError, PermanentError

NOW = datetime.datetime(2021, 2, 1, 12, tzinfo=datetime.UTC)


def test_the_certificate_names_its_hosts_and_certifies_nobody():
    pem, key_pem = make_tls_certificate(
        ["node.example", "127.0.0.1", "::1"], name="node of a party", now=NOW, valid_days=10
    )
    certificate = x509.load_pem_x509_certificate(pem)
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["node.example"]
    assert names.get_values_for_type(x509.IPAddress) == [
        ipaddress.ip_address("127.0.0.1"),
        ipaddress.ip_address("::1"),
    ]
    assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    assert (usage.digital_signature, usage.key_cert_sign) == (True, False)
    assert certificate.not_valid_before_utc == NOW - CLOCK_SKEW
    assert certificate.not_valid_after_utc == NOW + datetime.timedelta(days=10)
    key = load_pem_private_key(key_pem, None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    assert key.public_key() == certificate.public_key()
    certificate.verify_directly_issued_by(certificate)


def test_no_two_certificates_share_a_key():
    one, two = (make_tls_certificate(["a.example"], name="a", now=NOW)[1] for _ in range(2))
    assert one != two


@pytest.mark.parametrize("hosts", [[], ["é.example"]])
def test_hosts_that_cannot_be_certified_are_refused(hosts: list[str]):
    with pytest.raises(LocalActError) as caught:
        make_tls_certificate(hosts, name="a", now=NOW)
    assert caught.value.code == "tls-hosts"


@pytest.mark.parametrize(
    "pem", ["", "nonsense", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
)
def test_a_card_without_a_certificate_pins_nothing(pem: str):
    with pytest.raises(PermanentError) as caught:
        pinned_context(pem)
    assert caught.value.code == "peer-certificate"
