from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from paraph.adapters.timestamps.checking import check_token
from paraph.wire import oids
from paraph.wire.cms import SignerProfile, assemble, to_be_signed
from paraph.wire.timestamp import TstInfo, encode_info
from tests.support.refused import refused
from tests.support.signed_pdfs import NOW, ministry

IMPRINT = hashlib.sha256(b"x").digest()
AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
STAMPING = ExtendedKeyUsageOID.TIME_STAMPING


def certificate(
    key, *, uses=(STAMPING,), critical: bool = True, start: datetime = AT - timedelta(days=1)
) -> bytes:
    """A self-signed certificate with some purpose."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "DEMO stamper")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(5)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=30))
    )
    if uses:
        builder = builder.add_extension(x509.ExtendedKeyUsage(uses), critical=critical)
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def token(
    key,
    cert: bytes,
    *,
    algorithm: str = "ecdsa-p256-sha256",
    claims: str = oids.TST_INFO,
    chain: tuple[bytes, ...] = (),
    **changes,
) -> bytes:
    """A token signed by ``key``, with things wrong in it on request."""
    values = {
        "policy": "2.999", "hash_algorithm": oids.SHA256, "imprint": IMPRINT, "serial": 1, "at": AT, "accuracy_us": None,
        "ordering": False, "nonce": None, "authority": b"", **changes,
    }  # fmt: skip
    info = encode_info(TstInfo(**values))
    profile = SignerProfile(certificate=cert, chain=chain, algorithm=algorithm)
    attributes = to_be_signed(profile, hashlib.sha256(info).digest(), commitment=None, content_type=claims)
    if isinstance(key, rsa.RSAPrivateKey):
        signature = key.sign(attributes, padding.PKCS1v15(), hashes.SHA256())
    else:
        signature = key.sign(attributes, ec.ECDSA(hashes.SHA256()))
    return assemble(profile, attributes, signature, content_type=oids.TST_INFO, content=info)


KEY = ec.generate_private_key(ec.SECP256R1())


def test_a_good_token_passes_and_its_own_certificate_can_be_the_anchor() -> None:
    good = certificate(KEY)
    assert check_token(token(KEY, good), IMPRINT, anchors=[good]).at == AT


def test_rsa_authorities_pass_too() -> None:
    key = rsa.generate_private_key(65_537, 3072)
    cert = certificate(key)
    assert check_token(token(key, cert, algorithm="rsa-pkcs1-sha256"), IMPRINT, anchors=[cert]).serial == 1


@pytest.mark.parametrize(
    "purpose",
    [
        {"uses": ()},
        {"critical": False},
        {"uses": (STAMPING, ExtendedKeyUsageOID.CODE_SIGNING)},
        {"uses": (ExtendedKeyUsageOID.CODE_SIGNING,)},
        {"start": AT + timedelta(seconds=1)},
        {"start": AT - timedelta(days=31)},
    ],
)
def test_only_a_current_certificate_for_stamping_alone_counts(purpose) -> None:
    with refused("timestamp-token"):
        check_token(token(KEY, certificate(KEY, **purpose)), IMPRINT, anchors=())


def test_the_signature_is_about_time_stamp_information() -> None:
    with refused("timestamp-token"):
        check_token(token(KEY, certificate(KEY), claims=oids.DATA), IMPRINT, anchors=())


@pytest.mark.parametrize("changes", [{"imprint": bytes(32)}, {"hash_algorithm": oids.SHA512}])
def test_it_is_about_what_was_sent(changes) -> None:
    with refused("timestamp-mismatch"):
        check_token(token(KEY, certificate(KEY), **changes), IMPRINT, anchors=())


def test_the_key_is_that_of_the_named_certificate() -> None:
    with refused("timestamp-token"):
        check_token(token(ec.generate_private_key(ec.SECP256R1()), certificate(KEY)), IMPRINT, anchors=())


def test_the_chain_reaches_an_anchor_or_does_not_count() -> None:
    authority = ministry().authority
    stamped = ministry().stamp(IMPRINT)
    for anchor in (authority.root, authority.issuing, ministry().stamper):
        check_token(stamped, IMPRINT, anchors=[certificate(KEY), anchor])
    for stranger in (ministry("XK").authority.root, certificate(KEY)):
        with refused("timestamp-token"):
            check_token(stamped, IMPRINT, anchors=[stranger])


def test_a_signatory_cannot_appoint_an_authority() -> None:
    authority = ministry().authority
    leaf = authority.issue_signatory("Overreaching", "Minister", "Ministry", now=NOW)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "DEMO stamper")])
    forged = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(leaf.certificate.subject)
        .public_key(KEY.public_key())
        .serial_number(6)
        .not_valid_before(AT - timedelta(days=1))
        .not_valid_after(AT + timedelta(days=1))
        .add_extension(x509.ExtendedKeyUsage([STAMPING]), critical=True)
        .sign(leaf.key, hashes.SHA256())
        .public_bytes(Encoding.DER)
    )
    chain = (leaf.certificate.public_bytes(Encoding.DER), authority.issuing)
    with refused("timestamp-token"):
        check_token(token(KEY, forged, chain=chain), IMPRINT, anchors=[authority.root])


def test_unreadable_anchors_are_a_fault() -> None:
    with refused("timestamp-token"):
        check_token(ministry().stamp(IMPRINT), IMPRINT, anchors=[b"no certificate"])
