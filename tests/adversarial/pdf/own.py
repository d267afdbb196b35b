"""Originals as Paraph writes them: reserved fields, three signatures with time stamps, validation data, final time stamp."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from functools import lru_cache

import typst
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding

from paraph.wire import oids
from paraph.wire.cms import SignerProfile, assemble, to_be_signed
from paraph.wire.pdf.dss import append_dss
from paraph.wire.pdf.fields import FieldBox, reserve_fields
from paraph.wire.pdf.signature import SignatureStep, embed, prepare_signature
from paraph.wire.pdf.stamp import prepare_timestamp
from paraph.wire.timestamp import TstInfo, encode_info
from tests.adversarial.pdf.genuine import TYPST
from tests.adversarial.pdf.pki import NOW, Holder, world

FIELDS = {"a": "sig.israel", "b": "sig.kosovo", "c": "sig.witness"}


def encoded(certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)


def profile(holder: Holder) -> SignerProfile:
    if isinstance(holder.key, ec.EllipticCurvePrivateKey):
        algorithm = "ecdsa-p384-sha384" if holder.key.curve.name == "secp384r1" else "ecdsa-p256-sha256"
    else:
        algorithm = "rsa-pkcs1-sha256"
    return SignerProfile(
        certificate=holder.encoded, chain=tuple(encoded(c) for c in holder.issuers[:1]), algorithm=algorithm
    )


def raw_sign(holder: Holder, message: bytes) -> bytes:
    algorithm = profile(holder).algorithm
    chosen = hashes.SHA384() if algorithm.endswith("384") else hashes.SHA256()
    if isinstance(holder.key, ec.EllipticCurvePrivateKey):
        return holder.key.sign(message, ec.ECDSA(chosen))
    return holder.key.sign(message, padding.PKCS1v15(), chosen)


def token(imprint: bytes, at: datetime = NOW, holder: Holder | None = None) -> bytes:
    """A time-stamp token over a SHA-256 imprint."""
    who = holder or world().stamper
    info = encode_info(
        TstInfo(
            policy="2.25.1",
            hash_algorithm=oids.SHA256,
            imprint=imprint,
            serial=7,
            at=at,
            accuracy_us=1_000_000,
            ordering=False,
            nonce=None,
            authority=b"",
        )
    )
    chosen = profile(who)
    signed = to_be_signed(chosen, hashlib.sha256(info).digest(), commitment=None, content_type=oids.TST_INFO)
    return assemble(chosen, signed, raw_sign(who, signed), content_type=oids.TST_INFO, content=info)


def cms(prepared, holder: Holder, *, at: datetime | None = NOW) -> bytes:
    chosen = profile(holder)
    signed = to_be_signed(
        chosen, prepared.digest_by("sha384" if chosen.algorithm.endswith("384") else "sha256")
    )
    signature = raw_sign(holder, signed)
    stamp = None if at is None else token(hashlib.sha256(signature).digest(), at)
    return assemble(chosen, signed, signature, timestamp_token=stamp)


@lru_cache(maxsize=2)
def agreed(source: str = TYPST, page: int = 0) -> bytes:
    """The original with its empty fields, as both sides render it."""
    boxes = [
        FieldBox(
            name=field,
            tooltip=f"Signature for {field}",
            page=page,
            rect=(60, 120 + 90 * row, 250, 190 + 90 * row),
        )
        for row, field in enumerate(FIELDS.values())
    ]
    tagged = bytes(
        typst.compile(f'#set text(lang: "en")\n{source}'.encode(), format="pdf", timestamp=1_767_225_600)
    )
    return reserve_fields(tagged, boxes)


@lru_cache(maxsize=1)
def appearance() -> bytes:
    return bytes(typst.compile(b"#set page(width: 190pt, height: 70pt, margin: 4pt, fill: none)\nSigned"))


@lru_cache(maxsize=8)
def concluded(level: str = "B-LTA", names: str = "abc", page: int = 0) -> bytes:
    """An original signed by all, sealed as far as ``level`` says."""
    scene = world()
    data = agreed(page=page)
    for row, who in enumerate(names):
        step = SignatureStep(
            field=FIELDS[who],
            signed_at=f"{NOW:%Y-%m-%dT%H:%M:%SZ}",
            name=f"Signatory {who.upper()}",
            appearance=appearance(),
        )
        prepared = prepare_signature(data, step)
        at = None if level == "B-B" else NOW + timedelta(seconds=row)
        data = embed(prepared, cms(prepared, scene.signatories[who], at=at))
    if level in {"B-LT", "B-LTA"}:
        holders = [scene.root, scene.authority, scene.stamper, *(scene.signatories[who] for who in names)]
        data = append_dss(
            data, certificates=[holder.encoded for holder in holders], crls=scene.crls, ocsps=[]
        )
    if level == "B-LTA":
        prepared = prepare_timestamp(data, field="seal", reserved=8192)
        data = embed(prepared, token(prepared.digest, NOW + timedelta(seconds=9)))
    return data
