"""CMS signatures written by hand, so that each part can be wrong."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding

from paraph.wire import der, oids
from tests.adversarial.pdf import own
from tests.adversarial.pdf.pki import Holder, world

OIDS = {
    "md5": "1.2.840.113549.2.5", "sha1": oids.SHA1, "sha256": oids.SHA256, "sha384": oids.SHA384, "sha512": oids.SHA512,
}  # fmt: skip
HASHES: dict[str, Any] = {
    "md5": hashes.MD5,
    "sha1": hashes.SHA1,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}
ECDSA = {
    "sha1": "1.2.840.10045.4.1", "sha256": oids.ECDSA_SHA256, "sha384": oids.ECDSA_SHA384, "sha512": "1.2.840.10045.4.3.4",
}  # fmt: skip

Attributes = list[tuple[str, bytes]]


def issuer_and_serial(holder: Holder) -> bytes:
    issuer = holder.certificate.issuer.public_bytes()
    return der.sequence(issuer, der.integer(holder.certificate.serial_number))


def ess(holder: Holder, *, version: int = 2) -> tuple[str, bytes]:
    """The signing-certificate attribute, either version."""
    digest = hashlib.new("sha256" if version == 2 else "sha1", holder.encoded).digest()
    inner = der.sequence(der.sequence(der.sequence(der.octets(digest))))
    return (oids.SIGNING_CERTIFICATE_V2 if version == 2 else oids.SIGNING_CERTIFICATE), inner


def attributes(digest: bytes, holder: Holder, content_type: str = oids.DATA) -> Attributes:
    return [
        (oids.CONTENT_TYPE, der.oid(content_type)),
        (oids.MESSAGE_DIGEST, der.octets(digest)),
        ess(holder),
    ]


def encode(items: Attributes) -> list[bytes]:
    return sorted(der.sequence(der.oid(name), der.tlv(der.SET, value)) for name, value in items)


def raw(holder: Holder, message: bytes, digest: str, *, pss: bool = False) -> bytes:
    key = holder.key
    if isinstance(key, (ed25519.Ed25519PrivateKey, ed448.Ed448PrivateKey)):
        return key.sign(message)
    chosen = HASHES[digest]()
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(message, ec.ECDSA(chosen))
    if pss:
        return key.sign(message, padding.PSS(padding.MGF1(chosen), chosen.digest_size), chosen)
    return key.sign(message, padding.PKCS1v15(), chosen)


def pss_parameters(digest: str) -> bytes:
    algorithm = der.sequence(der.oid(OIDS[digest]), der.null())
    mask = der.sequence(der.oid("1.2.840.113549.1.1.8"), algorithm)
    size = hashlib.new(digest).digest_size
    return der.sequence(der.context(0, algorithm), der.context(1, mask), der.context(2, der.integer(size)))


def algorithm_of(holder: Holder, digest: str, *, pss: bool = False) -> bytes:
    if isinstance(holder.key, ed25519.Ed25519PrivateKey):
        return der.sequence(der.oid("1.3.101.112"))
    if isinstance(holder.key, ec.EllipticCurvePrivateKey):
        return der.sequence(der.oid(ECDSA[digest]))
    if pss:
        return der.sequence(der.oid("1.2.840.113549.1.1.10"), pss_parameters(digest))
    return der.sequence(der.oid(oids.RSA), der.null())


def build(
    who: str | Holder = "a",
    *,
    key: Holder | None = None,
    digest: str = "sha256",
    change: Callable[[Attributes], Attributes] = lambda items: items,
    certificates: Sequence[bytes] | None = None,
    version: int = 1,
    signers: int = 1,
    sid: bytes | None = None,
    stamp: bool = True,
    unsigned: Attributes | None = None,
    content: bytes | None = None,
    content_type: str = oids.DATA,
    pss: bool = False,
    algorithm: bytes | None = None,
    digests: bytes | None = None,
    over: Callable[[bytes], bytes] = lambda signature: hashlib.sha256(signature).digest(),
    token: Callable[[bytes], bytes] = own.token,
) -> Callable[[Callable[[str], bytes]], bytes]:
    """Return a maker for :func:`tests.adversarial.pdf.craft.sign`."""
    holder = world().signatories[who] if isinstance(who, str) else who

    def make(digest_of: Callable[[str], bytes]) -> bytes:
        actual = digest_of(digest) if content is None else hashlib.new(digest, content).digest()
        signed = encode(change(attributes(actual, holder, content_type)))
        signature = raw(key or holder, der.tlv(der.SET, *signed), digest, pss=pss)
        outer = list(unsigned or [])
        if stamp:
            outer.append((oids.SIGNATURE_TIMESTAMP, token(over(signature))))
        name = der.sequence(der.oid(OIDS[digest]))
        information = der.sequence(
            der.integer(1 if sid is None else 3),
            issuer_and_serial(holder) if sid is None else sid,
            name,
            der.context(0, *signed),
            algorithm or algorithm_of(key or holder, digest, pss=pss),
            der.octets(signature),
            der.context(1, *encode(outer)) if outer else b"",
        )
        held = (
            certificates
            if certificates is not None
            else [holder.encoded, *map(own.encoded, holder.issuers[:1])]
        )
        body = der.sequence(
            der.integer(version),
            digests or der.set_of([name]),
            der.sequence(
                der.oid(content_type), b"" if content is None else der.context(0, der.octets(content))
            ),
            der.context(0, *held) if held else b"",
            der.tlv(der.SET, *([information] * signers)),
        )
        return der.sequence(der.oid(oids.SIGNED_DATA), der.context(0, body))

    return make
