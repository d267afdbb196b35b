"""Genuine signed files, made by pyHanko and typst: what the verifier has to accept."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import pikepdf
import typst
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers, timestamps
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tests.adversarial.pdf.pki import Holder, World, world

TYPST = """
#set document(title: "Memorandum", date: datetime(year: 2026, month: 1, day: 1))
#set page(paper: "a4")
= Memorandum
#lorem(200)
#pagebreak()
= Signatures
#lorem(50)
"""

BOXES = {"a": (60, 120, 250, 190), "b": (300, 120, 490, 190), "c": (60, 220, 250, 290)}


@lru_cache(maxsize=4)
def base(kind: str = "typst") -> bytes:
    """An unsigned file: by typst (classic table), or the smallest one (``tiny``), or with streams (``streams``)."""
    if kind == "typst":
        return bytes(typst.compile(TYPST.encode(), format="pdf", timestamp=1_767_225_600))
    return tiny(streams=kind == "streams")


def tiny(*, streams: bool = False) -> bytes:
    """One page with a little text, written by hand or, with object and cross-reference streams, by pikepdf."""
    content = b"BT /F1 24 Tf 72 720 Td (Agreed: 12,500) Tj ET"
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
            b" /Resources << /Font << /F1 5 0 R >> >> >>"
        ),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Title (Agreement) /ModDate (D:20260101000000Z) >>",
    ]
    out = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
    offsets = []
    for number, body in enumerate(bodies, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info 6 0 R /ID [<00> <01>] >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(bodies) + 1,
        start,
    )
    if not streams:
        return out
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(out)) as pdf:
        pdf.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return target.getvalue()


def reserved(
    data: bytes, *, names: tuple[str, ...] = ("a", "b", "c"), page: int = 0, lock: bool = False
) -> bytes:
    """Reserve one visible signature field per name."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    for item in names:
        spec = fields.SigFieldSpec(
            item,
            on_page=page,
            box=BOXES[item],
            field_mdp_spec=fields.FieldMDPSpec(fields.FieldMDPAction.INCLUDE, fields=[item])
            if lock
            else None,
        )
        fields.append_signature_field(writer, spec)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


class Stamper(timestamps.DummyTimeStamper):
    """pyHanko's own authority for tests, at a time of choice; by default now, as pyHanko claims in its signatures."""

    def __init__(self, holder: Holder | None = None, at: datetime | None = None, **options: Any) -> None:
        at = at or datetime.now(UTC).replace(microsecond=0)
        chosen = holder or world().stamper
        store = SimpleCertificateStore.from_certs(
            [
                asn1_x509.Certificate.load(c.public_bytes(serialization.Encoding.DER))
                for c in chosen.issuers[:1]
            ]
        )
        super().__init__(chosen.asn1(), chosen.asn1_key(), certs_to_embed=store, fixed_dt=at, **options)


def context(scene: World, *, crls: tuple[bytes, ...] | None = None) -> ValidationContext:
    certificates = [scene.authority.asn1()]
    return ValidationContext(
        trust_roots=[scene.root.asn1()],
        other_certs=certificates,
        crls=list(scene.crls if crls is None else crls),
        allow_fetching=False,
        revocation_mode="soft-fail",
    )


def sign(
    data: bytes,
    field: str,
    who: str | Holder,
    level: str = "B-B",
    *,
    stamper: Stamper | None = None,
    new: bool = False,
    box: tuple[int, int, int, int] | None = None,
    crls: tuple[bytes, ...] | None = None,
    reserve: int | None = None,
    **options: Any,
) -> bytes:
    """Sign with pyHanko at one of the four levels."""
    scene = world()
    holder = scene.signatories[who] if isinstance(who, str) else who
    signer_options = options.pop("signer_options", {})
    settings: dict[str, Any] = {
        "md_algorithm": "sha256",
        "subfilter": fields.SigSeedSubFilter.PADES,
        "embed_validation_info": level in {"B-LT", "B-LTA"},
        "use_pades_lta": level == "B-LTA",
    }
    if level in {"B-LT", "B-LTA"}:
        settings["validation_context"] = context(scene, crls=crls)
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    signer = signers.PdfSigner(
        signers.PdfSignatureMetadata(field_name=field, **settings | options),
        signer=holder.signer(**signer_options),
        timestamper=None if level == "B-B" else stamper or Stamper(),
        new_field_spec=fields.SigFieldSpec(field, box=box) if new else None,
    )
    return signer.sign_pdf(writer, existing_fields_only=not new, bytes_reserved=reserve).getvalue()


def archive(data: bytes, *, stamper: Stamper | None = None) -> bytes:
    """Add a document time stamp."""
    return (
        signers.PdfTimeStamper(stamper or Stamper())
        .timestamp_pdf(IncrementalPdfFileWriter(io.BytesIO(data)), "sha256", validation_context=None)
        .getvalue()
    )


def update(data: bytes, change: Any) -> bytes:
    """Append an update made with pyHanko's writer: ``change(writer)``."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@lru_cache(maxsize=16)
def original(level: str = "B-B", kind: str = "typst", names: str = "abc") -> bytes:
    """Reserved, then signed once per name; the last signature carries what the level adds at the end."""
    data = reserved(base(kind), names=tuple(names))
    middle = "B-B" if level == "B-B" else "B-T"
    for item in names[:-1]:
        data = sign(data, item, item, middle)
    return sign(data, names[-1], names[-1], level)
