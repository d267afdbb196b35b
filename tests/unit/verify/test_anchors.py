from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import serialization

from paraph.errors import FormatError
from paraph.verify.anchors import TrustAnchors
from tests.adversarial.pdf import craft
from tests.adversarial.pdf.pki import world
from tests.unit.verify.judging import judge


def pem(certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def test_pem_bundles_and_der_files_give_the_same_anchors_once() -> None:
    scene = world()
    bundle = b"# comment\n" + pem(scene.root.certificate) + pem(scene.authority.certificate)
    anchors = TrustAnchors.load([bundle, scene.root.encoded, *scene.crls])
    assert [item.name for item in anchors.certificates] == ["Root", "Authority"]
    assert anchors.crls == scene.crls


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no certificate",
        b"0\x03\x02\x01",
        b"-----BEGIN CERTIFICATE-----\nAAA\n-----END CERTIFICATE-----",
    ],
)
def test_a_file_without_certificates_is_refused(content: bytes) -> None:
    with pytest.raises(FormatError):
        TrustAnchors.load([content])


def test_without_anchors_integrity_is_judged_and_trust_is_not() -> None:
    report = judge(craft.signed("ab"), anchors=TrustAnchors())
    assert report.verdict == "indeterminate"
    assert {item.integrity.value for item in report.signatures} == {"pass"}
    assert {item.trust.value for item in report.signatures} == {"indeterminate"}
    assert "no-trust-anchor" in report.codes()


def test_a_signatory_may_be_trusted_directly() -> None:
    scene = world()
    anchors = TrustAnchors.load([scene.signatories["a"].encoded, scene.root.encoded, *scene.crls])
    report = judge(craft.signed(), anchors=anchors)
    assert report.verdict == "pass"
