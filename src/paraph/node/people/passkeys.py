"""Passkeys: making them, and checking what they signed.

A passkey is bound to the host name of these pages. Every use needs the person: a touch, and a finger, face or PIN.
The library checks type, challenge, host and signature; the rest of what we insist on stands here.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from fido2 import cbor
from fido2.cose import ES256, CoseKey
from fido2.server import Fido2Server
from fido2.utils import websafe_decode
from fido2.webauthn import (
    Aaguid,
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialParameters,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from paraph.errors import LocalActError
from paraph.node.people.challenges import MAX_ANSWER
from paraph.node.people.journal import note
from paraph.node.people.models import Credential, Officer
from paraph.node.people.origin import origin_of
from paraph.node.people.public_keys import spki
from paraph.node.web.host import host

__all__ = [
    "Assertion",
    "NewPasskey",
    "begin_assertion",
    "begin_registration",
    "begin_sign_in",
    "credential_digest",
    "finish_assertion",
    "finish_registration",
    "finish_sign_in",
    "identify",
]

ALGORITHMS: Final = (-7, -8, -257)
"""ES256, EdDSA, RS256 (IANA COSE): what authenticators have, and what ``paraph verify`` checks. The last one is Windows."""

TIMEOUT_MS: Final = 180_000
"""How long a browser waits for the person to find the key."""

MAX_CREDENTIAL_ID: Final = 1023
"""Source: Web Authentication level 3, § 4 (credential ID)."""

BACKUP_ELIGIBLE: Final = 0x08
"""Flag of authenticator data: the passkey may be copied to other devices of its owner."""

_BAD = (
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    AssertionError,
    OverflowError,
    NotImplementedError,
    RecursionError,
    struct.error,
)
"""What the library raises for an answer that is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPasskey:
    """A passkey that was just made.

    Attributes:
        credential_id: Its name.
        key: Its public key, COSE.
        count: How often it has signed, by its own account; 0 if it does not count.
        synced: Whether its owner's devices may share it.
    """

    credential_id: bytes
    key: bytes
    count: int
    synced: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """What a passkey signed: everything that somebody else needs to check it.

    Attributes:
        credential_id: Name of the passkey.
        authenticator_data: What the authenticator says: host, flags, count.
        client_data: What the browser says: challenge, origin. JSON, exactly as signed.
        signature: Over ``authenticator_data`` and the SHA-256 of ``client_data``.
        public_key_spki: The public key, as DER.
        sign_count: How often it has signed, by its own account.
    """

    credential_id: bytes
    authenticator_data: bytes
    client_data: bytes
    signature: bytes
    public_key_spki: bytes
    sign_count: int


def begin_registration(
    handle: str, name: str, known: Iterable[Credential], challenge: bytes
) -> dict[str, Any]:
    """Options for ``navigator.credentials.create``.

    Args:
        handle: The officer's handle, which the passkey keeps and returns.
        name: What the person sees when choosing.
        known: Passkeys that this officer has: an authenticator that holds one makes no second.
        challenge: Random bytes.
    """
    server = _server()
    options, _ = server.register_begin(
        PublicKeyCredentialUserEntity(id=handle.encode(), name=name, display_name=name),
        credentials=[_descriptor(bytes(one.credential)) for one in known],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
        challenge=challenge,
    )
    return json_value(options)


def finish_registration(challenge: bytes, answer: str) -> NewPasskey:
    """Check a new passkey.

    Raises:
        LocalActError: ``passkey-refused`` if it is not one, or not for these pages; ``passkey-known`` if it is registered already.
    """
    server = _server()
    try:
        response = RegistrationResponse.from_dict(_read(answer))
        data = server.register_complete(_state(server, challenge), response)
        made = data.credential_data
        _check(
            made is not None
            and not response.response.client_data.cross_origin
            and len(made.credential_id) <= MAX_CREDENTIAL_ID
            and made.public_key.get(3) in ALGORITHMS
        )
        assert made is not None
        spki(made.public_key)  # a key that cannot be written down cannot be checked later
    except _BAD as error:
        _refuse(error)
    if Credential.objects.filter(digest=credential_digest(made.credential_id)).exists():
        raise LocalActError("passkey-known", "this authenticator is registered already: take another one")
    return NewPasskey(
        credential_id=made.credential_id,
        key=cbor.encode(dict(made.public_key)),
        count=data.counter,
        synced=bool(data.flags & BACKUP_ELIGIBLE),
    )


def begin_sign_in(challenge: bytes) -> dict[str, Any]:
    """Options for ``navigator.credentials.get`` by somebody still unknown: the browser offers what it has."""
    options, _ = _server().authenticate_begin(
        user_verification=UserVerificationRequirement.REQUIRED, challenge=challenge
    )
    return json_value(options)


def finish_sign_in(challenge: bytes, answer: str) -> Credential:
    """Who that was.

    Raises:
        LocalActError: ``passkey-refused``, the same for a passkey that is unknown, of somebody who left, or wrong.
    """
    credential = identify(answer)
    assertion = _verify(credential, challenge, answer)
    if credential is None or assertion is None or not credential.officer.active:
        _refuse()
    _used(credential, assertion)
    return credential


def identify(answer: str) -> Credential | None:
    """The passkey that an answer names, if it is registered; nothing is checked yet."""
    try:
        raw = websafe_decode(_read(answer)["rawId"])
    except _BAD:
        return None
    return Credential.objects.select_related("officer").filter(digest=credential_digest(raw)).first()


def begin_assertion(officer: Officer, challenge: bytes) -> str:
    """Options for ``navigator.credentials.get`` by an officer, as JSON.

    Args:
        officer: Whose passkeys may answer.
        challenge: What is signed; the caller remembers it and takes it once.
    """
    options, _ = _server().authenticate_begin(
        credentials=[
            _descriptor(bytes(one.credential)) for one in Credential.objects.filter(officer=officer)
        ],
        user_verification=UserVerificationRequirement.REQUIRED,
        challenge=challenge,
    )
    return json.dumps(json_value(options))


def finish_assertion(officer: Officer, challenge: bytes, response: str) -> Assertion:
    """Check what an officer's passkey signed.

    Args:
        officer: Whose passkey it has to be.
        challenge: What was to be signed.
        response: The browser's answer, JSON.

    Raises:
        LocalActError: ``passkey-refused``.
    """
    credential = identify(response)
    if credential is None or credential.officer_id != officer.pk or not officer.active:  # type: ignore[attr-defined]
        _refuse()
    assertion = _verify(credential, challenge, response)
    if assertion is None:
        _refuse()
    _used(credential, assertion)
    return assertion


def _verify(credential: Credential | None, challenge: bytes, answer: str) -> Assertion | None:
    """Check an answer; with no credential do the same work against a key of nobody."""
    server = _server()
    try:
        response = AuthenticationResponse.from_dict(_read(answer))
        key = _kept(credential) if credential is not None else _nobody()
        kept = AttestedCredentialData.create(Aaguid.NONE, response.raw_id, key)
        server.authenticate_complete(_state(server, challenge), [kept], response)
        said, data = response.response.client_data, response.response.authenticator_data
        who = response.response.user_handle
        _check(not said.cross_origin)
        _check(credential is None or who is None or who == credential.officer.handle.encode())
        return Assertion(
            credential_id=response.raw_id,
            authenticator_data=bytes(data),
            client_data=bytes(said),
            signature=response.response.signature,
            public_key_spki=spki(key),
            sign_count=data.counter,
        )
    except _BAD:
        return None


def _used(credential: Credential, assertion: Assertion) -> None:
    """Remember the use. A count that does not grow means that there are two of this key: neither is taken."""
    if (credential.count or assertion.sign_count) and assertion.sign_count <= credential.count:
        note(credential.officer, "passkey-count-went-back", detail=credential.label)
        _refuse()
    rows = Credential.objects.filter(pk=credential.pk, count=credential.count)
    if not rows.update(count=assertion.sign_count, used_at=host().node.clock.now()):
        _refuse()


def _server() -> Fido2Server:
    name, origin = origin_of(settings.SITE_URL)
    server = Fido2Server(
        PublicKeyCredentialRpEntity(name="Paraph", id=name),
        verify_origin=lambda said: said == origin,  # not any port or subdomain of the host
    )
    server.timeout = TIMEOUT_MS  # type: ignore[assignment]
    server.allowed_algorithms = [
        PublicKeyCredentialParameters(type=PublicKeyCredentialType.PUBLIC_KEY, alg=alg) for alg in ALGORITHMS
    ]
    return server


def _state(server: Fido2Server, challenge: bytes) -> Mapping[str, Any]:
    state: Mapping[str, Any] = server._make_internal_state(  # noqa: SLF001 - what the library keeps between its two calls
        challenge, UserVerificationRequirement.REQUIRED
    )
    return state


def json_value(options: Any) -> dict[str, Any]:
    """Options as plain JSON values, bytes in base64url."""
    value = json.loads(json.dumps(dict(options)))
    assert isinstance(value, dict)
    return value


def _read(answer: str) -> dict[str, Any]:
    if len(answer) > MAX_ANSWER:
        raise ValueError("too long")
    value = json.loads(answer)
    if not isinstance(value, dict):
        raise TypeError("no object")
    return value


def _descriptor(credential_id: bytes) -> PublicKeyCredentialDescriptor:
    return PublicKeyCredentialDescriptor(type=PublicKeyCredentialType.PUBLIC_KEY, id=credential_id)


def credential_digest(credential_id: bytes) -> str:
    """What a passkey is found by."""
    return hashlib.sha256(credential_id).hexdigest()


def _kept(credential: Credential) -> CoseKey:
    value = cbor.decode(bytes(credential.key))
    assert isinstance(value, Mapping)
    return CoseKey.parse(value)


def _nobody() -> CoseKey:
    public: Any = ec.derive_private_key(1, ec.SECP256R1()).public_key()
    point = public.public_numbers()
    return ES256({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")})


def _check(holds: object) -> None:
    if not holds:
        raise ValueError


def _refuse(cause: Exception | None = None) -> NoReturn:
    raise LocalActError(
        "passkey-refused",
        "this passkey was not accepted: take the one that you registered here, and try again",
    ) from cause
