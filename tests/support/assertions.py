"""A passkey in the test's hand: makes assertions, sound ones and every kind of unsound one."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from paraph.domain.acts import Passkey
from paraph.domain.ids import Digest
from paraph.wire.webauthn import Assertion

__all__ = ["KINDS", "TestPasskey", "sha256"]

KINDS = ("ES256", "EdDSA", "RS256")
RP_ID, ORIGIN = "localhost", "http://localhost:7480"


def sha256(data: bytes) -> Digest:
    return Digest(hashlib.sha256(data).hexdigest())


def _key(kind: str) -> Any:
    match kind:
        case "ES256":
            return ec.generate_private_key(ec.SECP256R1())
        case "EdDSA":
            return ed25519.Ed25519PrivateKey.generate()
        case _:
            return rsa.generate_private_key(65537, 2048)


@dataclass(slots=True, kw_only=True)
class TestPasskey:
    """A key, and where it is used."""

    __test__ = False

    kind: str = "ES256"
    rp_id: str = RP_ID
    origin: str = ORIGIN
    name: bytes = b"a credential id"
    key: Any = field(default=None)

    def __post_init__(self) -> None:
        self.key = self.key or _key(self.kind)

    @property
    def credential(self) -> Digest:
        return sha256(self.name)

    @property
    def public(self) -> bytes:
        data: bytes = self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return data

    @property
    def presented(self) -> Passkey:
        return Passkey(
            credential=self.credential, key=sha256(self.public), rp_id=self.rp_id, origin=self.origin
        )

    def client_data(self, act: str, /, **changes: Any) -> bytes:
        """As a browser writes them; a member that is None is left out."""
        value = {
            "type": "webauthn.get",
            "challenge": base64.urlsafe_b64encode(bytes.fromhex(act)).rstrip(b"=").decode(),
            "origin": self.origin,
            "crossOrigin": False,
        } | changes
        return json.dumps({k: v for k, v in value.items() if v is not None}).encode()

    def authenticator_data(self, *, rp_id: str = "", flags: int = 0x05, more: bytes = b"") -> bytes:
        named = hashlib.sha256((rp_id or self.rp_id).encode()).digest()
        return named + bytes([flags]) + bytes(4) + more

    def sign(self, authenticator_data: bytes, client_data: bytes) -> Assertion:
        signed = authenticator_data + hashlib.sha256(client_data).digest()
        match self.kind:
            case "ES256":
                signature = self.key.sign(signed, ec.ECDSA(hashes.SHA256()))
            case "EdDSA":
                signature = self.key.sign(signed)
            case _:
                signature = self.key.sign(signed, padding.PKCS1v15(), hashes.SHA256())
        return Assertion(authenticator_data=authenticator_data, client_data=client_data, signature=signature)

    def approve(self, challenge: str) -> Assertion:
        """What an honest authenticator gives for a challenge."""
        return self.sign(self.authenticator_data(), self.client_data(challenge))
