"""Algorithms and shapes of CMS that have to be accepted; what has to be refused is in the adversarial corpus."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.x509.oid import ExtensionOID

from paraph.wire import der
from tests.adversarial.pdf import cms, craft
from tests.adversarial.pdf.pki import issue, world
from tests.unit.verify.judging import judge, reasons


def signed(*args, **options) -> bytes:
    return craft.sign(craft.base(), make=cms.build(*args, **options))


@pytest.mark.parametrize(
    ("key", "digest", "options"),
    [
        (lambda: ec.generate_private_key(ec.SECP256R1()), "sha256", {}),
        (lambda: ec.generate_private_key(ec.SECP384R1()), "sha384", {}),
        (lambda: ec.generate_private_key(ec.SECP521R1()), "sha512", {}),
        (lambda: rsa.generate_private_key(65537, 2048), "sha256", {}),
        (lambda: rsa.generate_private_key(65537, 2048), "sha512", {"pss": True}),
        (ed25519.Ed25519PrivateKey.generate, "sha512", {}),
    ],
    ids=["p256", "p384", "p521", "rsa", "pss", "ed25519"],
)
def test_algorithms(key, digest, options) -> None:
    holder = issue("Algorithm", world().authority, key=key())
    report = judge(signed(holder, digest=digest, **options))
    assert (report.verdict, reasons(report)) == ("pass", set())


def test_a_signer_named_by_key_identifier() -> None:
    certificate = world().signatories["a"].certificate
    identifier = certificate.extensions.get_extension_for_oid(ExtensionOID.SUBJECT_KEY_IDENTIFIER).value
    sid = der.context(0, identifier.digest, constructed=False)  # type: ignore[attr-defined]
    assert judge(signed(version=3, sid=sid)).verdict == "pass"


def test_the_first_version_of_the_signing_certificate_is_accepted_with_a_warning() -> None:
    holder = world().signatories["a"]
    report = judge(signed(change=lambda items: [*items[:2], cms.ess(holder, version=1)]))
    assert (report.verdict, reasons(report)) == ("pass", {"signing-certificate-sha1"})


def test_older_signatures_need_not_bind_their_certificate() -> None:
    entries = b"/Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached"
    data = craft.sign(craft.base(), entries=entries, make=cms.build(change=lambda items: items[:2]))
    report = judge(data)
    assert (report.verdict, reasons(report)) == ("pass", {"subfilter-legacy", "signing-certificate-unbound"})


def test_pss_parameters_are_read_strictly() -> None:
    parameters = der.sequence(der.oid("1.2.840.113549.1.1.10"), der.sequence())
    report = judge(signed("b", algorithm=parameters))
    assert report.verdict == "fail"
    assert "cms-malformed" in report.codes()


def test_an_unknown_algorithm_leaves_the_question_open() -> None:
    report = judge(signed(algorithm=der.sequence(der.oid("1.2.3.4"))))
    assert "algorithm-unknown" in report.codes()
    assert report.verdict == "indeterminate"


def test_loose_parts_do_not_matter_where_a_later_signature_covers_them() -> None:
    first = signed(version=3, unsigned=[("1.2.3.4", der.null())])
    assert judge(first).verdict == "indeterminate"
    both = craft.sign(first, field=craft.FIELD_B, name=b"b", make=craft.signer("b"))
    report = judge(both)
    assert report.verdict == "pass"
    assert {"cms-loose", "unsigned-attribute"} <= report.codes()


def test_ed448_and_its_digest() -> None:
    holder = issue("Ed448", world().authority, key=ed448.Ed448PrivateKey.generate())
    report = judge(signed(holder, digest="sha512", algorithm=der.sequence(der.oid("1.3.101.113"))))
    assert report.verdict == "pass"
