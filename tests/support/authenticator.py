"""An authenticator in software: makes passkeys and signs with them, as a browser would hand it over.

``Authenticator()`` holds keys for one person; ``make(options)`` answers a registration, ``assertion(options)`` an assertion.
What a test wants to be wrong, it says: ``verified=False``, ``origin="https://elsewhere.example"``.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.utils import websafe_decode, websafe_encode

from tests.support.site import URL

__all__ = ["Authenticator", "Passkey", "enrolled", "options_of"]

PRESENT, VERIFIED, ELIGIBLE, ATTESTED = 0x01, 0x04, 0x08, 0x40


@dataclass(slots=True, kw_only=True)
class Passkey:
    """One key of an authenticator."""

    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    handle: bytes = b""
    count: int = 0

    def cose(self) -> dict[int, Any]:
        """Its public key."""
        point = self.key.public_key().public_numbers()
        return {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}


@dataclass(slots=True, kw_only=True)
class Authenticator:
    """Keys of one person.

    Attributes:
        origin: Where the browser says that it is.
        verified: Whether the person showed a finger, a face or a PIN.
        counts: Whether it counts its signatures.
        synced: Whether its keys may be copied.
        cross_origin: Whether the page stands in a frame of another one.
    """

    origin: str = URL
    verified: bool = True
    counts: bool = False
    synced: bool = False
    cross_origin: bool = False
    passkeys: list[Passkey] = field(default_factory=list)

    def make(self, options: dict[str, Any] | str) -> str:
        """Answer ``navigator.credentials.create``."""
        asked = _public_key(options)
        made = Passkey(handle=websafe_decode(asked["user"]["id"]))
        self.passkeys.append(made)
        data = (
            self._head(asked["rp"]["id"], made, ATTESTED)
            + bytes(16)
            + len(made.credential_id).to_bytes(2, "big")
            + made.credential_id
            + cbor.encode(made.cose())
        )
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer(
            made,
            clientDataJSON=self._client_data("webauthn.create", asked["challenge"]),
            attestationObject=attestation,
        )

    def assertion(self, options: dict[str, Any] | str, passkey: Passkey | None = None) -> str:
        """Answer ``navigator.credentials.get`` with the key that is asked for, or the last one."""
        asked = _public_key(options)
        allowed = {websafe_decode(one["id"]) for one in asked.get("allowCredentials") or ()}
        fitting = [one for one in self.passkeys if not allowed or one.credential_id in allowed]
        used = passkey or fitting[-1]
        if self.counts:
            used.count += 1
        data = self._head(asked["rpId"], used)
        client = self._client_data("webauthn.get", asked["challenge"])
        signature = used.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            used, clientDataJSON=client, authenticatorData=data, signature=signature, userHandle=used.handle
        )

    def _head(self, host: str, passkey: Passkey, more: int = 0) -> bytes:
        flags = PRESENT | more | (VERIFIED if self.verified else 0) | (ELIGIBLE if self.synced else 0)
        return hashlib.sha256(host.encode()).digest() + bytes([flags]) + passkey.count.to_bytes(4, "big")

    def _client_data(self, kind: str, challenge: str) -> bytes:
        value = {
            "type": kind,
            "challenge": challenge,
            "origin": self.origin,
            "crossOrigin": self.cross_origin,
        }
        return json.dumps(value, separators=(",", ":")).encode()

    def _answer(self, passkey: Passkey, **response: bytes) -> str:
        name = websafe_encode(passkey.credential_id)
        return json.dumps(
            {
                "id": name,
                "rawId": name,
                "type": "public-key",
                "clientExtensionResults": {},
                "response": {key: websafe_encode(value) for key, value in response.items() if value},
            }
        )


def _public_key(options: dict[str, Any] | str) -> dict[str, Any]:
    value: Any = json.loads(options) if isinstance(options, str) else options
    return dict(value["publicKey"])


def options_of(page: Any) -> dict[str, Any]:
    """What a page tells the browser to ask for."""
    found = re.search(
        r'<script id="passkey-options" type="application/json">(.*?)</script>',
        page.content.decode(),
        re.DOTALL,
    )
    assert found, f"no passkey is asked for here: {page.status_code} {page.get('Location', '')}"
    value: dict[str, Any] = json.loads(found[1])
    return value


def enrolled(officer: Any, **settings: Any) -> Authenticator:
    """An authenticator with a passkey that an officer registered."""
    from paraph.node.people.models import Credential

    made = Authenticator(**settings)
    passkey = Passkey(handle=officer.handle.encode())
    made.passkeys.append(passkey)
    Credential.objects.create(
        officer=officer,
        credential=passkey.credential_id,
        digest=hashlib.sha256(passkey.credential_id).hexdigest(),
        key=cbor.encode(passkey.cose()),
        label="a key",
        made_at="2026-03-01T00:00:00Z",
    )
    return made
