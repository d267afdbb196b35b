"""Paths, revocation and times that have to be accepted, and the levels they add up to."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from paraph.verify.anchors import TrustAnchors
from paraph.verify.pdf.objects import parse
from paraph.verify.pdf.signatures import pdf_time
from tests.adversarial.pdf import cms, craft, own
from tests.adversarial.pdf.pki import NOW, YEAR, Holder, issue, revocations, world
from tests.unit.verify.judging import NEXT_DAY, judge, reasons


def chain(holder: Holder) -> list[bytes]:
    return [holder.encoded, *map(own.encoded, holder.issuers)]


def by(holder: Holder, **options) -> bytes:
    return craft.sign(craft.base(), make=cms.build(holder, certificates=chain(holder), **options))


def store(data: bytes, *, crls: list[bytes] | None = None, ocsps: list[bytes] | None = None) -> bytes:
    items = [*(crls or []), *(ocsps or [])]
    refs = [b"%d 0 R" % number for number in range(200, 200 + len(items))]
    split = len(crls or [])
    lists = b"/CRLs [%s] /OCSPs [%s]" % (b" ".join(refs[:split]), b" ".join(refs[split:]))
    catalog = craft.bodies()[craft.CATALOG][:-2] + b"/DSS << %s >> >>" % lists
    return craft.update(
        data, {craft.CATALOG: catalog, **{200 + n: craft.stream(item) for n, item in enumerate(items)}}
    )


def response(
    holder: Holder, issuer: Holder, *, by: Holder | None = None, revoked=None, sent: bool = False
) -> bytes:
    responder = by or issuer
    builder = ocsp.OCSPResponseBuilder().add_response(
        cert=holder.certificate,
        issuer=issuer.certificate,
        algorithm=hashes.SHA256(),
        cert_status=ocsp.OCSPCertStatus.REVOKED if revoked else ocsp.OCSPCertStatus.GOOD,
        this_update=NOW,
        next_update=NOW + YEAR,
        revocation_time=revoked,
        revocation_reason=None,
    )
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, responder.certificate)
    if sent:
        builder = builder.certificates([responder.certificate])
    return builder.sign(responder.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


@pytest.fixture(scope="module")
def other() -> tuple[Holder, Holder]:
    """An authority whose lists nobody has, and a signatory of it."""
    authority = issue("Other Authority", world().root, ca=True, usage="issue")
    return authority, issue("Signatory of Another", authority)


def test_an_ocsp_response_of_the_issuer_is_enough(other) -> None:
    authority, holder = other
    data = by(holder)
    assert judge(data).verdict == "indeterminate"
    assert judge(store(data, ocsps=[response(holder, authority)])).verdict == "pass"


def test_an_appointed_responder_is_enough_and_any_other_is_not(other) -> None:
    authority, holder = other
    appointed = issue("Responder", authority, purposes=[ExtendedKeyUsageOID.OCSP_SIGNING])
    plain = issue("No Responder", authority)
    data = by(holder)
    assert judge(store(data, ocsps=[response(holder, authority, by=appointed, sent=True)])).verdict == "pass"
    assert (
        judge(store(data, ocsps=[response(holder, authority, by=plain, sent=True)])).verdict
        == "indeterminate"
    )


def test_an_ocsp_response_can_revoke(other) -> None:
    authority, holder = other
    report = judge(store(by(holder), ocsps=[response(holder, authority, revoked=NOW - timedelta(days=3))]))
    assert "certificate-revoked" in report.codes()
    assert report.verdict == "fail"


def test_a_revocation_after_the_time_stamp_does_not_undo_a_signature(other) -> None:
    authority, holder = other
    listing = revocations(
        authority,
        {holder.certificate.serial_number: NOW + timedelta(hours=2)},
        since=NOW + timedelta(hours=3),
    )
    stamped = judge(store(by(holder), crls=[listing]))
    assert (stamped.verdict, "certificate-revoked-later" in stamped.codes()) == ("pass", True)
    unstamped = judge(store(by(holder, stamp=False), crls=[listing]))
    assert (unstamped.verdict, "certificate-revoked" in unstamped.codes()) == ("fail", True)


def test_evidence_from_after_the_time_of_verification_does_not_count(other) -> None:
    authority, holder = other
    listing = revocations(authority, since=NOW + YEAR)
    assert judge(store(by(holder), crls=[listing])).verdict == "indeterminate"
    assert judge(store(by(holder), crls=[listing]), at=NOW + 2 * YEAR).verdict == "pass"


def test_an_anchor_that_publishes_no_revocations_is_said_to(other) -> None:
    holder = issue("Directly Issued", world().root, point=False)
    silent = TrustAnchors.load([world().root.encoded, world().crls[1]])
    report = judge(by(holder), anchors=silent)
    assert "revocation-not-offered" in reasons(report)
    assert {item.trust.value for item in judge(by(holder, stamp=False), anchors=silent).signatures} == {
        "pass"
    }


@pytest.mark.parametrize(
    ("level", "expected", "source"),
    [
        ("B-B", "B-B", "claimed"),
        ("B-T", "B-T", "signature-timestamp"),
        ("B-LT", "B-LT", "signature-timestamp"),
        ("B-LTA", "B-LTA", "signature-timestamp"),
    ],
)
def test_levels_of_our_own_originals(level, expected, source) -> None:
    report = judge(own.concluded(level))
    assert (report.verdict, reasons(report)) == ("pass", set())
    assert [(item.level, item.time_source) for item in report.signatures] == [(expected, source)] * 3
    assert [item.signer for item in report.signatures] == ["Signatory A", "Signatory B", "Signatory C"]
    assert len(report.timestamps) == (level == "B-LTA")


def test_a_document_time_stamp_alone_proves_the_time() -> None:
    data = craft.stamped(craft.sign(craft.base(), make=cms.build(stamp=False)))
    report = judge(data)
    signature = report.signatures[0]
    assert (signature.time_source, signature.level, signature.signed_at) == (
        "document-timestamp", "B-T", f"{NOW:%Y-%m-%dT%H:%M:%SZ}",
    )  # fmt: skip


def test_long_after_everything_expired_only_the_seal_still_carries() -> None:
    """The signatories' certificates are gone by then; the seal proves that they were not when it was set."""
    scene = world()
    young = issue("Short-Lived", scene.authority, until=NOW + timedelta(days=30))
    data = craft.stamped(craft.sealed(by(young)))
    later = NOW + 5 * YEAR
    assert judge(by(young), at=NEXT_DAY).verdict == "pass"
    assert judge(data, at=later).verdict == "pass"
    assert judge(by(young, stamp=False), at=later).verdict == "indeterminate"


def test_a_claimed_time_that_cannot_be_is_told() -> None:
    entries = b"/Type /Sig /Filter /X /SubFilter /ETSI.CAdES.detached /M (D:29990101000000Z)"
    report = judge(craft.sign(craft.base(), entries=entries))
    assert reasons(report) == {"claimed-time-differs"}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (b"(D:20210201150000Z)", "2021-02-01T15:00:00+00:00"),
        (b"(D:20210201160000+01'00')", "2021-02-01T15:00:00+00:00"),
        (b"(D:20210201100000-05'00)", "2021-02-01T15:00:00+00:00"),
        (b"(D:20210201)", None),
        (b"(D:20211301150000Z)", None),
        (b"(D:00010101000000+23'59')", None),
        (b"/D:20210201150000Z", None),
    ],
)
def test_pdf_times(written, expected) -> None:
    moment = pdf_time(parse(written)[0])
    assert (None if moment is None else moment.isoformat()) == expected


def test_a_list_signed_by_a_weak_digest_or_partial_in_scope_is_no_evidence(other) -> None:
    authority, holder = other
    point = x509.IssuingDistributionPoint(
        full_name=None, relative_name=None, only_contains_user_certs=False, only_contains_ca_certs=True,
        only_some_reasons=None, indirect_crl=False, only_contains_attribute_certs=False,
    )  # fmt: skip
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.certificate.subject)
        .last_update(NOW - timedelta(days=1))
        .next_update(NOW + YEAR)
        .add_extension(point, critical=True)
    )
    listing = builder.sign(authority.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
    report = judge(store(by(holder), crls=[listing]))
    assert "revocation-unknown" in report.codes()
