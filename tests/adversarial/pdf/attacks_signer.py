"""Attacks on the cryptographic message, on certificates and on time: the bytes are right, the signer is not."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from functools import partial

from paraph.wire import der, oids
from tests.adversarial.pdf import cms, craft, own
from tests.adversarial.pdf.attack import Group
from tests.adversarial.pdf.holders import holder_of
from tests.adversarial.pdf.pki import NOW, YEAR, Holder, issue, revocations, world

CMS = Group("cms")
TRUST = Group("trust")
TIME = Group("time")

LATER = NOW + 6 * YEAR


def _signed(**options) -> bytes:
    return craft.sign(craft.base(), make=cms.build(**options))


def _chain(holder: Holder) -> list[bytes]:
    return [holder.encoded, *map(own.encoded, holder.issuers)]


def _by(kind: str, **options) -> bytes:
    holder = holder_of(kind)
    return craft.sign(craft.base(), make=cms.build(holder, certificates=_chain(holder), **options))


def _drop(*names: str):
    return lambda items: [item for item in items if item[0] not in names]


# --- the message

CMS.add("cms-malformed", "two-signers", lambda: _signed(signers=2))
CMS.add("cms-malformed", "no-signer", lambda: _signed(signers=0))
CMS.add("weak-digest", "sha1", lambda: _signed(digest="sha1"))
CMS.add(
    "digest-mismatch",
    "digest-of-something-else",
    lambda: _signed(
        change=lambda items: [
            *_drop(oids.MESSAGE_DIGEST)(items),
            (oids.MESSAGE_DIGEST, der.octets(bytes(32))),
        ]
    ),
)
CMS.add("digest-mismatch", "no-digest", lambda: _signed(change=_drop(oids.MESSAGE_DIGEST)))
CMS.add("cms-content", "no-content-type", lambda: _signed(change=_drop(oids.CONTENT_TYPE)))
CMS.add("cms-content", "content-inside", lambda: _signed(content=b"something else"))
CMS.add(
    "cms-content", "time-stamp-information-as-content", lambda: _signed(content_type=oids.TST_INFO, version=3)
)
CMS.add(
    "signing-certificate-absent",
    "certificate-not-bound",
    lambda: _signed(change=_drop(oids.SIGNING_CERTIFICATE_V2)),
)
CMS.add(
    "signing-certificate",
    "certificate-of-another-bound",
    lambda: _signed(
        change=lambda items: [*_drop(oids.SIGNING_CERTIFICATE_V2)(items), cms.ess(world().signatories["b"])]
    ),
)
CMS.add(
    "signature-invalid",
    "other-key",
    lambda: _signed(key=world().signatories["c"], algorithm=der.sequence(der.oid(oids.ECDSA_SHA256))),
)
CMS.add(
    "signer-certificate",
    "certificate-missing",
    lambda: _signed(certificates=[own.encoded(world().authority.certificate)]),
)
CMS.add("cms-loose", "version-wrong", lambda: _signed(version=3))
CMS.add(
    "cms-loose",
    "digest-list-wrong",
    lambda: _signed(digests=der.set_of([der.sequence(der.oid(oids.SHA512))])),
)
CMS.add("unsigned-attribute", "unsigned-attribute", lambda: _signed(unsigned=[("1.2.3.4.5", der.null())]))
CMS.add(
    "stray-certificate",
    "stray-certificate",
    lambda: _signed(certificates=[*_chain(world().signatories["a"])[:2], holder_of("impostor").encoded]),
)
CMS.add("cms-malformed", "attribute-twice", lambda: _signed(change=lambda items: [*items, items[1]]))
CMS.add(
    "cms-malformed",
    "trailing-bytes-inside",
    lambda: craft.sign(craft.base(), make=lambda digest_of: _longer(cms.build()(digest_of))),
)
CMS.add(
    "cms-malformed",
    "indefinite-length",
    lambda: craft.sign(
        craft.base(), make=lambda digest_of: b"\x30\x80" + cms.build()(digest_of)[4:] + b"\x00\x00"
    ),
)


def _longer(encoded: bytes) -> bytes:
    """One value too many inside the outermost sequence."""
    return der.sequence(encoded[4:], der.null())


@CMS.attack("signing-certificate")
def swapped_certificate() -> bytes:
    """Another certificate for the same key and name takes the place of the signer's."""
    scene = world()
    real = scene.signatories["a"]
    twin = issue("Signatory A", scene.authority, key=real.key, serial=real.certificate.serial_number)
    return _signed(certificates=[twin.encoded, own.encoded(scene.authority.certificate)])


# --- the signer

for _kind, _code in (
    ("server", "extended-key-usage"),
    ("stamper", "extended-key-usage"),
    ("code", "extended-key-usage"),
    ("encryption", "key-usage"),
    ("expired", "certificate-not-valid-then"),
    ("future", "certificate-not-valid-then"),
    ("stranger", "no-path"),
    ("impostor", "no-path"),
    ("short", "weak-key"),
    ("leaf-issued", "issuer-not-authority"),
    ("too-deep", "issuer-not-authority"),
    ("constrained", "name-constraints"),
    ("critical", "certificate-extension"),
):
    TRUST.add(_code, _kind, partial(_by, _kind))


def _with_list(holder: Holder, revoked: dict[int, datetime], **options) -> bytes:
    """Sign, then store a revocation list of the authority."""
    data = _by("revoked") if holder is holder_of("revoked") else craft.signed()
    listing = revocations(world().authority, revoked, **options)
    catalog = craft.bodies()[craft.CATALOG][:-2] + b"/DSS << /CRLs [95 0 R] >> >>"
    return craft.update(data, {craft.CATALOG: catalog, 95: craft.stream(listing)})


TRUST.add(
    "certificate-revoked",
    "revoked-before-signing",
    lambda: _with_list(
        holder_of("revoked"), {holder_of("revoked").certificate.serial_number: NOW - timedelta(days=9)}
    ),
)
TRUST.add(
    "certificate-revoked",
    "time-stamper-revoked",
    lambda: _with_list(
        world().signatories["a"], {world().stamper.certificate.serial_number: NOW - timedelta(days=9)}
    ),
)


@TRUST.attack("revocation-unknown")
def revocation_unknown() -> bytes:
    """Issued by an authority whose revocation list is not at hand."""
    scene = world()
    other = issue("Other Authority", scene.root, ca=True, usage="issue")
    holder = issue("Signatory of Another", other)
    return craft.sign(craft.base(), make=cms.build(holder, certificates=_chain(holder)))


@TRUST.attack("revocation-unknown")
def revocation_list_expired() -> bytes:
    scene = world()
    other = issue("Lazy Authority", scene.root, ca=True, usage="issue")
    holder = issue("Signatory of the Lazy", other)
    data = craft.sign(craft.base(), make=cms.build(holder, certificates=_chain(holder)))
    listing = revocations(other, since=NOW - 2 * YEAR, until=NOW - YEAR)
    catalog = craft.bodies()[craft.CATALOG][:-2] + b"/DSS << /CRLs [95 0 R] >> >>"
    return craft.update(data, {craft.CATALOG: catalog, 95: craft.stream(listing)})


@TRUST.attack("revocation-unknown")
def revocation_list_of_a_namesake() -> bytes:
    """A list under the authority's name, signed by somebody else."""
    scene = world()
    other = issue("Third Authority", scene.root, ca=True, usage="issue")
    holder = issue("Signatory of the Third", other)
    data = craft.sign(craft.base(), make=cms.build(holder, certificates=_chain(holder)))
    listing = revocations(issue("Third Authority", ca=True, usage="issue"))
    catalog = craft.bodies()[craft.CATALOG][:-2] + b"/DSS << /CRLs [95 0 R] >> >>"
    return craft.update(data, {craft.CATALOG: catalog, 95: craft.stream(listing)})


# --- the time


def _token_by(kind: str):
    return lambda imprint: own.token(imprint, NOW, holder_of(kind))


TIME.add("timestamp-imprint", "stamp-over-other-data", lambda: _signed(over=lambda _: bytes(32)))
TIME.add(
    "timestamp-imprint",
    "stamp-over-the-document",
    lambda: _signed(over=lambda _: hashlib.sha256(b"doc").digest()),
)
TIME.add(
    "timestamp-future",
    "stamp-from-the-future",
    lambda: _signed(token=lambda imprint: own.token(imprint, NOW + YEAR)),
)
TIME.add(
    "extended-key-usage",
    "stamper-is-a-signatory",
    lambda: _signed(token=lambda imprint: own.token(imprint, NOW, world().signatories["a"])),
)
TIME.add(
    "extended-key-usage", "stamper-purpose-not-critical", lambda: _signed(token=_token_by("plain-stamper"))
)
TIME.add("timestamp-untrusted", "stamper-unknown", lambda: _signed(token=_token_by("stranger")))
TIME.add(
    "timestamp-malformed",
    "stamp-is-a-plain-signature",
    lambda: _signed(token=lambda imprint: cms.build(stamp=False)(lambda _: imprint)),
)
TIME.add(
    "timestamp-invalid", "stamp-damaged", lambda: _signed(token=lambda imprint: _damaged(own.token(imprint)))
)
TIME.add(
    "certificate-not-valid-then",
    "expired-without-proof-of-time",
    lambda: _signed(stamp=False),
    at=NOW + 20 * YEAR,
)
TIME.add(
    "timestamp-imprint",
    "document-stamp-over-other-data",
    lambda: craft.stamped(craft.signed(), make=lambda _: own.token(bytes(32))),
)
TIME.add(
    "timestamp-future",
    "document-stamp-from-the-future",
    lambda: craft.stamped(craft.signed(), make=craft.stamper(at=NOW + YEAR)),
)
TIME.add(
    "timestamp-order",
    "document-stamp-before-what-it-covers",
    lambda: craft.stamped(craft.signed(), make=craft.stamper(at=NOW - timedelta(days=9))),
)


def _visible_stamp() -> bytes:
    return craft.stamped(craft.signed(), name=b"seal").replace(b"/Rect [0 0 0 0]", b"/Rect [0 0 9 9]")


TIME.add("field-added-visible", "document-stamp-visible", _visible_stamp)
TIME.add("timestamps-only", "stamp-without-signature", lambda: craft.stamped(craft.base()))
TIME.add(
    "unsigned-attribute",
    "document-stamp-with-unsigned-attribute",
    lambda: craft.stamped(
        craft.signed(), make=lambda digest_of: _with_unsigned(own.token(digest_of("sha256")))
    ),
)


def _damaged(token: bytes) -> bytes:
    """The last byte of the signature value."""
    return token[:-1] + bytes([token[-1] ^ 1])


def _with_unsigned(token: bytes) -> bytes:
    """Give the token an unsigned attribute, which nothing covers."""
    info = der.read(token).children()
    body = info[1].only_child().children()
    signer = body[-1].only_child()
    extra = der.context(1, der.sequence(der.oid("1.2.3.4.5"), der.tlv(der.SET, der.null())))
    longer = der.sequence(signer.body, extra)
    data = der.sequence(*(item.raw for item in body[:-1]), der.tlv(der.SET, longer))
    return der.sequence(info[0].raw, der.context(0, data))
