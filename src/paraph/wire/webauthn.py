"""What an authenticator gave: read strictly, and checked against what was to be approved.

An assertion is three byte strings: authenticator data, client data (JSON, as the browser wrote it) and a signature over the
first followed by the SHA-256 of the second. As a file it is canonical JSON with the three in base64.

The challenge is the id of an act, 32 bytes, so what the signatory's authenticator signed is that act and nothing else.

Source: W3C Web Authentication Level 2, §5.8.1 (client data), §6.1 (authenticator data), §7.2 (verifying an assertion);
docs/spec/approval.md.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import Final, TypeAlias

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from paraph.domain.acts import Passkey
from paraph.domain.ids import ActId
from paraph.errors import FormatError
from paraph.wire import canonical
from paraph.wire.members import MemberReader, encode_base64

__all__ = [
    "Assertion",
    "PasskeyKey",
    "check_assertion",
    "pack_assertion",
    "read_assertion",
    "read_passkey",
]

PasskeyKey: TypeAlias = "ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey | rsa.RSAPublicKey"
"""Keys of ES256 (P-256), EdDSA (Ed25519) and RS256."""

MAX_KEY: Final = 1024
"""Bytes of a public key: RSA-4096 has 550."""

MIN_RSA_BITS: Final = 2048
"""What NIST SP 800-131A asks of RSA signatures."""

MAX_AUTHENTICATOR_DATA: Final = 4096
"""Bytes of authenticator data: 37, and extensions that nobody asked for."""

MAX_CLIENT_DATA: Final = 8192
"""Bytes of client data: some 250, with room for what later browsers add."""

MAX_SIGNATURE: Final = 1024
"""Bytes of a signature: RSA-4096 has 512."""

MAX_ASSERTION: Final = 20 * 1024
"""Bytes of an assertion as a file: the three above in base64."""

HEAD: Final = 37
"""Bytes of authenticator data before extensions: hash of the RP id, flags, counter (§6.1)."""

PRESENT: Final = 0x01
VERIFIED: Final = 0x04
ATTESTED: Final = 0x40
EXTENDED: Final = 0x80
"""Flags: user present, user verified, attested credential data, extension data."""

_READ = MemberReader(code="approval-format")
_MEMBERS = ("authenticator_data", "client_data", "signature")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """What an authenticator gave.

    Attributes:
        authenticator_data: Where and how the owner was asked.
        client_data: What the browser says that was signed, and on which pages.
        signature: Over both.
    """

    authenticator_data: bytes
    client_data: bytes
    signature: bytes


def pack_assertion(assertion: Assertion) -> bytes:
    """The assertion as a file."""
    return canonical.dump({name: encode_base64(getattr(assertion, name)) for name in _MEMBERS})


def read_assertion(data: bytes) -> Assertion:
    """Read an assertion.

    Raises:
        FormatError: ``approval-format`` or, from the JSON reader, its own codes.
    """
    value = _READ.members(canonical.load_object(data, limit=MAX_ASSERTION), "assertion", _MEMBERS)
    if not canonical.is_canonical(data, limit=MAX_ASSERTION):
        raise _READ.fail("assertion", "is not in canonical form")
    return Assertion(
        authenticator_data=_READ.base64(
            value["authenticator_data"], "authenticator_data", maximum=MAX_AUTHENTICATOR_DATA
        ),
        client_data=_READ.base64(value["client_data"], "client_data", maximum=MAX_CLIENT_DATA),
        signature=_READ.base64(value["signature"], "signature", maximum=MAX_SIGNATURE),
    )


def read_passkey(data: bytes) -> PasskeyKey:
    """Read a public key: a SubjectPublicKeyInfo in DER, written as everybody writes it.

    Raises:
        FormatError: ``approval-key`` if it is not one of the three kinds.
    """
    if len(data) > MAX_KEY:
        raise FormatError("approval-key", f"the public key of a passkey has more than {MAX_KEY} bytes")
    try:
        key = load_der_public_key(data)
        same = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) == data
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise FormatError("approval-key", f"the public key of a passkey cannot be read: {error}") from error
    elliptic = isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)
    long = isinstance(key, rsa.RSAPublicKey) and key.key_size >= MIN_RSA_BITS
    if same and (elliptic or long or isinstance(key, ed25519.Ed25519PublicKey)):
        assert isinstance(key, (ec.EllipticCurvePublicKey, ed25519.Ed25519PublicKey, rsa.RSAPublicKey))
        return key
    raise FormatError("approval-key", "the public key of a passkey is none for ES256, EdDSA or RS256")


def check_assertion(data: bytes, key: bytes, passkey: Passkey, prepared: ActId) -> None:
    """Check that the owner of a passkey approved the act that was prepared (§7.2, steps 11 to 20).

    The counter of signatures is not looked at: passkeys that are kept in step on several devices have none.

    Args:
        data: The assertion as a file.
        key: The public key, DER.
        passkey: What its party said of it.
        prepared: Whose id has to be the challenge.

    Raises:
        FormatError: ``approval-format``, ``approval-key``, ``approval-challenge``, ``approval-origin``, ``approval-flags`` or
            ``approval-signature``; or the codes of the JSON reader.
    """
    assertion, public = read_assertion(data), read_passkey(key)
    _check_client_data(assertion.client_data, passkey, prepared)
    _check_authenticator_data(assertion.authenticator_data, passkey)
    signed = assertion.authenticator_data + hashlib.sha256(assertion.client_data).digest()
    try:
        match public:
            case ec.EllipticCurvePublicKey():
                public.verify(assertion.signature, signed, ec.ECDSA(hashes.SHA256()))
            case ed25519.Ed25519PublicKey():
                public.verify(assertion.signature, signed)
            case _:
                public.verify(assertion.signature, signed, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature as error:
        raise FormatError(
            "approval-signature", "the signature of the approval does not hold under the passkey's key"
        ) from error


def _check_client_data(data: bytes, passkey: Passkey, prepared: ActId) -> None:
    try:
        value = canonical.load_object(data, limit=MAX_CLIENT_DATA)
    except FormatError as error:
        raise FormatError("approval-format", f"the client data cannot be read: {error.message}") from error
    if value.get("type") != "webauthn.get":
        raise FormatError("approval-format", "the client data are not those of an assertion")
    wanted = base64.urlsafe_b64encode(bytes.fromhex(prepared)).rstrip(b"=").decode("ascii")
    if value.get("challenge") != wanted:
        raise FormatError("approval-challenge", "what was approved is not the act that was prepared")
    framed = value.get("crossOrigin", False) is not False or "topOrigin" in value
    if value.get("origin") != passkey.origin or framed:
        raise FormatError(
            "approval-origin", f"the approval was not given on the pages of {passkey.origin} themselves"
        )


def _check_authenticator_data(data: bytes, passkey: Passkey) -> None:
    if len(data) < HEAD:
        raise FormatError("approval-format", "the authenticator data are too short")
    flags = data[32]
    if flags & ATTESTED or bool(flags & EXTENDED) is not (len(data) > HEAD):
        raise FormatError("approval-format", "the authenticator data are not those of an assertion")
    if data[:32] != hashlib.sha256(passkey.rp_id.encode("utf-8")).digest():
        raise FormatError("approval-origin", f"the passkey was asked for another name than {passkey.rp_id}")
    if not flags & PRESENT or not flags & VERIFIED:
        raise FormatError(
            "approval-flags",
            "the authenticator did not make sure that its owner was there and was the owner (PIN, finger, face)",
        )
