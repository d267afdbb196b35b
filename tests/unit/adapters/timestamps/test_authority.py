from __future__ import annotations

import hashlib

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from paraph.adapters.signing.authority import DemoAuthority
from paraph.adapters.timestamps.authority import DEMO_POLICY, BuiltInTimestamper, TimestampAuthority
from paraph.adapters.timestamps.checking import check_token
from paraph.domain.ids import Utc
from paraph.errors import PermanentError
from paraph.wire import der, oids, timestamp
from paraph.wire.cms import certificate_references
from paraph.wire.signed_data import IssuerSerial
from paraph.wire.timestamp import parse_token, request, token_of
from tests.support.refused import refused
from tests.support.signed_pdfs import NOW, ministry

IMPRINT = hashlib.sha256(b"x").digest()


def asked(*, algorithm: str = oids.SHA256, imprint: bytes = IMPRINT, rest: bytes = b"") -> bytes:
    return der.sequence(
        der.integer(1), der.sequence(der.sequence(der.oid(algorithm)), der.octets(imprint)), rest
    )


def test_a_token_says_when_and_what_and_is_signed() -> None:
    numbers = iter(range(7, 99))
    signer = DemoAuthority.create("Ministry", "IL", NOW).issue_tsa(now=NOW).signer()
    authority = TimestampAuthority(signer, serial=lambda: next(numbers))
    parsed = parse_token(token_of(authority.answer(request(IMPRINT, 12345), NOW)))
    info = parsed.info
    assert (info.serial, info.nonce, info.policy, info.imprint) == (7, 12345, DEMO_POLICY, IMPRINT)
    assert set(parsed.signed_data.certificates) == {signer.certificate, *signer.chain}
    (reference,) = certificate_references(parsed.signed_data.signed)
    certificate = x509.load_der_x509_certificate(signer.certificate)
    assert reference.digest == hashlib.sha256(signer.certificate).digest()
    assert reference.issuer == IssuerSerial(
        issuer=certificate.issuer.public_bytes(), serial=certificate.serial_number
    )
    key = certificate.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert (
        check_token(token_of(authority.answer(request(IMPRINT, None), NOW)), IMPRINT, anchors=()).nonce
        is None
    )


def test_certificates_come_only_when_asked_for() -> None:
    token = token_of(ministry().stamps.answer(request(IMPRINT, 1, certificates=False), NOW))
    assert parse_token(token).signed_data.certificates == ()


@pytest.mark.parametrize(
    ("algorithm", "digest"),
    [(oids.SHA384, hashlib.sha384(b"x").digest()), (oids.SHA512, hashlib.sha512(b"x").digest())],
)
def test_longer_digests_are_stamped_too(algorithm: str, digest: bytes) -> None:
    info = parse_token(
        token_of(ministry().stamps.answer(asked(algorithm=algorithm, imprint=digest), NOW))
    ).info
    assert (info.hash_algorithm, info.imprint) == (algorithm, digest)


@pytest.mark.parametrize(
    ("data", "failure"),
    [
        (b"", timestamp.BAD_DATA_FORMAT),
        (asked() + b"\x00", timestamp.BAD_DATA_FORMAT),
        (asked(algorithm=oids.SHA1, imprint=b"x" * 20), timestamp.BAD_ALGORITHM),
        (asked(imprint=b"x" * 31), timestamp.BAD_ALGORITHM),
        (asked(rest=der.oid("2.999.1")), timestamp.UNACCEPTED_POLICY),
        (asked(rest=der.context(0, der.null())), timestamp.UNACCEPTED_EXTENSION),
    ],
)
def test_bad_requests_are_answered_with_the_reason(data: bytes, failure: int) -> None:
    with refused("timestamp-refused") as caught:
        token_of(ministry().stamps.answer(data, NOW))
    assert caught.value.params["failure"] == failure


class Fixed:
    """A clock that stands."""

    def now(self) -> Utc:
        return NOW

    def ticks(self) -> float:
        return 0.0


def test_the_port_over_the_built_in_authority() -> None:
    stamper = BuiltInTimestamper(ministry().stamps, Fixed())
    info = check_token(stamper.timestamp(IMPRINT), IMPRINT, anchors=[ministry().authority.root])
    assert f"{info.at:%Y-%m-%dT%H:%M:%SZ}" == NOW


def test_a_refusal_of_the_built_in_authority_is_a_fault_of_its_configuration(monkeypatch) -> None:
    unwilling = TimestampAuthority(ministry().signer)
    monkeypatch.setattr(unwilling, "answer", lambda *_: timestamp.refused(timestamp.SYSTEM_FAILURE, "no"))
    with refused("timestamp-refused", PermanentError):
        BuiltInTimestamper(unwilling, Fixed()).timestamp(IMPRINT)
