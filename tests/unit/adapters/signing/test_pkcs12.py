from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12

from paraph.adapters.signing.keys import KeySigner, algorithm_of, chain_of
from paraph.adapters.signing.pkcs12 import MAX_PKCS12_BYTES, load_pkcs12, open_pkcs12
from paraph.errors import PermanentError
from tests.support.refused import refused
from tests.support.signed_pdfs import NOW, ministry

ISSUED = ministry().authority.issue_signatory("Key Holder", "Minister", "Ministry", now=NOW)
FILE = ISSUED.pkcs12("correct horse")


def test_a_file_opens_once_and_signs_ever_after(tmp_path) -> None:
    path = tmp_path / "key.p12"
    path.write_bytes(FILE)
    signer = load_pkcs12(path, "correct horse")
    path.unlink()
    key = ISSUED.certificate.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    for message in (b"one", b"two"):
        key.verify(signer.sign(message), message, ec.ECDSA(hashes.SHA256()))
    assert signer.algorithm == "ecdsa-p256-sha256"
    assert signer.certificate == ISSUED.signer().certificate
    assert signer.chain == (ministry().authority.issuing,)


@pytest.mark.parametrize(
    ("data", "passphrase"),
    [(FILE, "wrong"), (FILE, ""), (FILE[:-5], "correct horse"), (b"", "x"), (b"0" * 99, "x")],
)
def test_a_wrong_passphrase_says_what_to_do(data: bytes, passphrase: str) -> None:
    with refused("pkcs12-passphrase", PermanentError) as caught:
        open_pkcs12(data, passphrase)
    assert "enter it again" in caught.value.message


def test_a_file_has_key_and_certificate() -> None:
    for key, certificate in ((None, ISSUED.certificate), (ISSUED.key, None)):
        data = pkcs12.serialize_key_and_certificates(None, key, certificate, None, NoEncryption())
        with refused("pkcs12-empty", PermanentError):
            open_pkcs12(data, "")


def test_missing_and_huge_files(tmp_path) -> None:
    with refused("pkcs12-missing", PermanentError):
        load_pkcs12(tmp_path / "nothing.p12", "x")
    (tmp_path / "huge.p12").write_bytes(bytes(MAX_PKCS12_BYTES + 1))
    with refused("pkcs12-size", PermanentError):
        load_pkcs12(tmp_path / "huge.p12", "x")


def test_key_and_certificate_belong_together() -> None:
    with refused("key-certificate", PermanentError):
        KeySigner(ec.generate_private_key(ec.SECP256R1()), ISSUED.certificate, ())


@pytest.mark.parametrize(
    "key",
    [
        ec.generate_private_key(ec.SECP521R1()).public_key(),
        rsa.generate_private_key(65_537, 2048).public_key(),
        ed25519.Ed25519PrivateKey.generate().public_key(),
    ],
)
def test_other_keys_are_refused(key) -> None:
    with refused("key-algorithm", PermanentError):
        algorithm_of(key)


def test_the_chain_is_ordered_and_has_no_root() -> None:
    authority = ministry().authority
    root = x509.load_der_x509_certificate(authority.root)
    issuing = x509.load_der_x509_certificate(authority.issuing)
    assert chain_of(ISSUED.certificate, [root, ISSUED.certificate, issuing]) == (issuing,)
    assert chain_of(ISSUED.certificate, [root]) == ()
