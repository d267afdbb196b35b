from __future__ import annotations

import stat
import subprocess

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from paraph.adapters.signing.authority import DemoAuthority
from paraph.domain.ids import Utc
from paraph.errors import PermanentError
from tests.support.refused import refused
from tests.support.signed_pdfs import NOW, ministry

LATER = Utc("2026-12-21T12:00:00Z")


def certificates() -> dict[str, x509.Certificate]:
    authority = ministry().authority
    return {
        "root": x509.load_der_x509_certificate(authority.root),
        "issuing": x509.load_der_x509_certificate(authority.issuing),
        "signatory": authority.issue_signatory("Somebody", "Minister", "Ministry", now=NOW).certificate,
        "seal": authority.issue_seal("Ministry", now=NOW).certificate,
        "tsa": authority.issue_tsa(now=NOW).certificate,
    }


@pytest.mark.parametrize("kind", ["root", "issuing", "signatory", "seal", "tsa"])
def test_nobody_can_mistake_it_for_real(kind: str) -> None:
    subject = certificates()[kind].subject
    (common,) = subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    (unit,) = subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)
    assert str(common.value).startswith("DEMO ")
    assert unit.value == "DEMO – not for real use"


def test_names_say_who_and_for_whom() -> None:
    subject = certificates()["signatory"].subject.rfc4514_string()
    for part in ("CN=DEMO Somebody", "O=Ministry", "C=IL"):
        assert part in subject
    (title,) = certificates()["signatory"].subject.get_attributes_for_oid(NameOID.TITLE)
    assert title.value == "Minister"


def test_keys_and_uses() -> None:
    found = certificates()
    curves = {kind: certificate.public_key().curve.name for kind, certificate in found.items()}  # type: ignore[union-attr]
    assert curves == {
        "root": "secp384r1",
        **dict.fromkeys(("issuing", "signatory", "seal", "tsa"), "secp256r1"),
    }
    for kind, certificate in found.items():
        use = certificate.extensions.get_extension_for_class(x509.KeyUsage)
        basic = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
        assert use.critical
        assert basic.critical
        assert (
            basic.value.ca == use.value.key_cert_sign == use.value.crl_sign == (kind in {"root", "issuing"})
        )
        assert use.value.content_commitment == (kind in {"signatory", "seal"})
    stamping = found["tsa"].extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    assert stamping.critical
    assert list(stamping.value) == [ExtendedKeyUsageOID.TIME_STAMPING]


def test_the_chain_holds() -> None:
    found = certificates()
    found["root"].verify_directly_issued_by(found["root"])
    found["issuing"].verify_directly_issued_by(found["root"])
    for kind in ("signatory", "seal", "tsa"):
        found[kind].verify_directly_issued_by(found["issuing"])
    serials = {certificate.serial_number for certificate in found.values()}
    assert len(serials) == 5
    assert all(0 < serial < 2**127 for serial in serials)


def test_revoked_certificates_are_listed_and_lists_grow_newer() -> None:
    authority = DemoAuthority.create("Ministry", "", NOW)
    one = authority.issue_seal("Ministry", now=NOW)
    root_list, first = authority.crl(NOW)
    authority.revoke(one.signer().certificate, at=LATER)
    _, second = authority.crl(LATER)
    serial = one.certificate.serial_number
    lists = [x509.load_der_x509_crl(item) for item in (root_list, first, second)]
    assert [item.get_revoked_certificate_by_serial_number(serial) is not None for item in lists] == [
        False,
        False,
        True,
    ]
    numbers = [item.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number for item in lists]
    assert numbers[1] < numbers[2]
    issuer = x509.load_der_x509_certificate(authority.issuing).public_key()
    assert isinstance(issuer, ec.EllipticCurvePublicKey)
    assert all(item.is_signature_valid(issuer) for item in lists[1:])


def test_an_authority_survives_on_disk(tmp_path) -> None:
    authority = DemoAuthority.create("Ministry", "XK", NOW)
    issued = authority.issue_signatory("Somebody", "", "Ministry", now=NOW)
    authority.revoke(issued.signer().certificate, at=NOW)
    authority.save(tmp_path / "ca", "secret")
    assert stat.S_IMODE((tmp_path / "ca" / "issuing.p12").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "ca").stat().st_mode) == 0o700
    assert (tmp_path / "ca" / "root.pem").read_bytes() == authority.root_pem
    again = DemoAuthority.load(tmp_path / "ca", "secret")
    assert (again.root, again.issuing) == (authority.root, authority.issuing)
    again.issue_seal("Ministry", now=NOW).certificate.verify_directly_issued_by(
        x509.load_der_x509_certificate(authority.issuing)
    )
    serial = issued.certificate.serial_number
    assert (
        x509.load_der_x509_crl(again.crl(NOW)[1]).get_revoked_certificate_by_serial_number(serial) is not None
    )


def test_a_wrong_passphrase_or_a_missing_file_says_what_to_do(tmp_path) -> None:
    DemoAuthority.create("Ministry", "IL", NOW).save(tmp_path, "secret")
    with refused("demo-authority", PermanentError):
        DemoAuthority.load(tmp_path, "wrong")
    (tmp_path / "revoked.json").write_text("[[1]]")
    with refused("demo-authority", PermanentError):
        DemoAuthority.load(tmp_path, "secret")
    (tmp_path / "issuing.p12").unlink()
    with refused("demo-authority", PermanentError):
        DemoAuthority.load(tmp_path, "secret")


@pytest.mark.parametrize(("name", "country"), [("x" * 65, "IL"), ("Ministry", "ISR"), ("Ministry", "I")])
def test_names_that_do_not_fit_are_refused(name: str, country: str) -> None:
    with refused("demo-name", PermanentError):
        DemoAuthority.create(name, country, NOW)


@pytest.mark.tools("openssl")
def test_openssl_accepts_the_chain(tmp_path) -> None:
    authority = ministry().authority
    (tmp_path / "root.pem").write_bytes(authority.root_pem)
    authority.save(tmp_path / "ca", "x")
    from_pem = [
        "openssl",
        "verify",
        "-x509_strict",
        "-attime",
        "1795305600",
        "-CAfile",
        "root.pem",
        "-untrusted",
        "ca/issuing.pem",
    ]
    for kind, purpose in (("signatory", "smimesign"), ("tsa", "timestampsign")):
        (tmp_path / "leaf.pem").write_bytes(certificates()[kind].public_bytes(Encoding.PEM))
        run = subprocess.run(
            [*from_pem, "-purpose", purpose, "leaf.pem"],
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
        )
        assert run.returncode == 0, run.stderr
