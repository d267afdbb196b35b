from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from paraph.adapters.signing.keys import PrivateKey
from paraph.adapters.signing.pkcs11 import Token
from paraph.errors import PermanentError, TransientError
from paraph.wire.pdf import embed, prepare_signature
from tests.conftest import SOFTHSM
from tests.support.refused import refused
from tests.support.signed_pdfs import NOW, ministry, original, sign, step

PIN = "1234"
HOLDER = ministry().authority.issue_signatory("Token Holder", "Minister", "Ministry", now=NOW)

pytestmark = [pytest.mark.hsm, pytest.mark.tools("softhsm2-util")]


@pytest.fixture
def token_folder(tmp_path, monkeypatch):
    """A SoftHSM token “paraph” with an elliptic-curve key “ec” and an RSA key “rsa”."""
    (tmp_path / "tokens").mkdir()
    (tmp_path / "softhsm2.conf").write_text(
        f"directories.tokendir = {tmp_path}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n"
    )
    monkeypatch.setenv("SOFTHSM2_CONF", str(tmp_path / "softhsm2.conf"))
    util("--init-token", "--free", "--label", "paraph", "--pin", PIN, "--so-pin", "12345678")
    keys: dict[str, PrivateKey] = {"ec": HOLDER.key, "rsa": rsa.generate_private_key(65_537, 3072)}
    for number, (label, key) in enumerate(keys.items(), 1):
        path = tmp_path / f"{label}.pem"
        path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        util("--import", str(path), "--token", "paraph", "--label", label, "--id", f"0{number}", "--pin", PIN)
    return tmp_path


@pytest.fixture
def token(token_folder):
    opened = Token(SOFTHSM, "paraph", PIN)
    yield opened
    opened.close()


def util(*arguments: str) -> None:
    subprocess.run(["softhsm2-util", *arguments], check=True, capture_output=True, timeout=60)


def test_a_token_signs_an_original(token: Token) -> None:
    signer = token.signer(
        "ec", certificate=HOLDER.signer().certificate, others=[ministry().authority.issuing]
    )
    assert signer.algorithm == "ecdsa-p256-sha256"
    assert signer.chain == (ministry().authority.issuing,)
    key = HOLDER.certificate.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    for length in (0, 1, 5000):
        message = bytes(length)
        key.verify(signer.sign(message), message, ec.ECDSA(hashes.SHA256()))
    prepared = prepare_signature(original(), step("witness"))
    assert embed(prepared, sign(signer, prepared)).startswith(original())


def test_rsa_hashes_in_the_token(token: Token, token_folder: Path) -> None:
    key = load_pem_private_key((token_folder / "rsa.pem").read_bytes(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    key.public_key().verify(
        token.sign("rsa", "rsa-pkcs1-sha256", b"x"), b"x", padding.PKCS1v15(), hashes.SHA256()
    )


def test_threads_queue_for_the_one_process(token: Token) -> None:
    signer = token.signer("ec", certificate=HOLDER.signer().certificate)
    key = HOLDER.certificate.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    messages = [b"%d" % number for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        for message, signature in zip(messages, pool.map(signer.sign, messages), strict=True):
            key.verify(signature, message, ec.ECDSA(hashes.SHA256()))


def test_a_lost_process_is_started_again(token: Token) -> None:
    signer = token.signer("ec", certificate=HOLDER.signer().certificate)
    assert token._worker is not None
    process = token._worker[0]
    process.kill()
    process.join()
    assert signer.sign(b"x")
    assert token._worker is not None
    token._worker[1].close()  # the pipe breaks in the middle of a request
    with refused("token-lost", TransientError):
        signer.sign(b"x")
    assert signer.sign(b"x")


def test_a_wrong_pin_is_tried_once(token_folder) -> None:
    token = Token(SOFTHSM, "paraph", "9999")
    with refused("token-pin", PermanentError) as caught:
        token.signer("ec", certificate=HOLDER.signer().certificate)
    assert "lock after a few attempts" in caught.value.message
    (token_folder / "softhsm2.conf").unlink()  # whoever asked the token again would now meet another error
    with refused("token-pin", PermanentError):
        token.signer("ec", certificate=HOLDER.signer().certificate)
    assert token._worker is None
    token.close()


def test_a_missing_token_may_come_back(token_folder) -> None:
    with refused("token-absent", TransientError):
        Token(SOFTHSM, "elsewhere", PIN).signer("ec")


def test_a_missing_module_has_to_be_installed(tmp_path) -> None:
    with refused("token-module", PermanentError):
        Token(tmp_path / "nothing.so", "paraph", PIN).signer("ec")


def test_a_silent_token_is_given_up(token_folder) -> None:
    token = Token(SOFTHSM, "paraph", PIN, patience_s=0.0)
    with refused("token-silent", TransientError):
        token.signer("ec", certificate=HOLDER.signer().certificate)
    assert token._worker is None


def test_keys_and_certificates_have_to_be_there(token: Token) -> None:
    with refused("token-certificate", PermanentError):
        token.signer("ec")
    with refused("token-certificate", PermanentError):
        token.signer("ec", certificate=b"no certificate")
    with refused("token-key", PermanentError):
        token.signer("other", certificate=HOLDER.signer().certificate).sign(b"x")
    assert token.sign("ec", "ecdsa", bytes(32))  # an honest refusal does not end the session


def test_a_certificate_on_the_token_is_found(token: Token, token_folder: Path) -> None:
    program = (
        "import pkcs11, sys\n"
        "from pkcs11 import Attribute as A, ObjectClass, CertificateType\n"
        "session = pkcs11.lib(sys.argv[1]).get_token(token_label='paraph').open(user_pin=sys.argv[2], rw=True)\n"
        "der, subject = (bytes.fromhex(a) for a in sys.argv[3:])\n"
        "session.create_object({A.CLASS: ObjectClass.CERTIFICATE, A.CERTIFICATE_TYPE: CertificateType.X_509, A.TOKEN: True,\n"
        "  A.LABEL: 'ec', A.ID: b'\\x01', A.VALUE: der, A.SUBJECT: subject})\n"
    )
    certificate = x509.load_der_x509_certificate(HOLDER.signer().certificate)
    subject = certificate.subject.public_bytes()
    subprocess.run(
        [sys.executable, "-c", program, str(SOFTHSM), PIN, HOLDER.signer().certificate.hex(), subject.hex()],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    assert token.signer("ec").certificate == HOLDER.signer().certificate
