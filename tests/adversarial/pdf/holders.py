"""Certificates that should not be good enough, nearly all of them really issued by the authority."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID as Purpose

from tests.adversarial.pdf.pki import NOW, Holder, World, issue, world


def _impostor(_: World) -> Holder:
    root = issue("Root", ca=True, usage="issue")
    return issue("Signatory A", issue("Authority", root, ca=True, usage="issue"))


def _constrained(scene: World) -> Holder:
    names = x509.NameConstraints([x509.DNSName("example.org")], None)
    authority = issue("Constrained Authority", scene.root, ca=True, usage="issue", extra=((names, True),))
    return issue("Constrained", authority)


def _critical(scene: World) -> Holder:
    strange = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")
    return issue("Critical", scene.authority, extra=((strange, True),))


_STAMPING = [Purpose.TIME_STAMPING]
_MAKERS: dict[str, Callable[[World], Holder]] = {
    "server": lambda scene: issue("Web Server", scene.authority, purposes=[Purpose.SERVER_AUTH]),
    "stamper": lambda scene: issue(
        "Stamper as Signer", scene.authority, purposes=_STAMPING, purposes_critical=True
    ),
    "code": lambda scene: issue("Code Signer", scene.authority, purposes=[Purpose.CODE_SIGNING]),
    "encryption": lambda scene: issue("Encrypter", scene.authority, usage="encrypt"),
    "expired": lambda scene: issue("Expired", scene.authority, until=NOW - timedelta(days=5)),
    "future": lambda scene: issue("Not Yet", scene.authority, since=NOW + timedelta(days=300)),
    "stranger": lambda _: issue("Signatory A"),
    "impostor": _impostor,
    "short": lambda scene: issue("Short Key", scene.authority, key=rsa.generate_private_key(65537, 1024)),
    "leaf-issued": lambda scene: issue("Issued by a Signatory", scene.signatories["a"]),
    "too-deep": lambda scene: issue(
        "Too Deep", issue("Second Authority", scene.authority, ca=True, usage="issue")
    ),
    "constrained": _constrained,
    "critical": _critical,
    "plain-stamper": lambda scene: issue("Plain", scene.authority, purposes=_STAMPING),
    "revoked": lambda scene: issue("Revoked", scene.authority),
}


@lru_cache(maxsize=32)
def holder_of(kind: str) -> Holder:
    """The certificate of one kind, always the same."""
    return _MAKERS[kind](world())
