"""A small multilingual original and everything needed to sign and seal it, made once per test run."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import typst

from paraph.adapters.render.typefaces import load
from paraph.adapters.render.typst import TypstRenderer
from paraph.adapters.signing.authority import DemoAuthority
from paraph.adapters.signing.keys import KeySigner
from paraph.adapters.timestamps.authority import TimestampAuthority
from paraph.domain.ids import Utc
from paraph.wire import timestamp
from paraph.wire.cms import SignerProfile, assemble, to_be_signed
from paraph.wire.pdf import (
    DssStep,
    FieldBox,
    OpenFile,
    Prepared,
    SignatureStep,
    SignedStep,
    Step,
    TimestampStep,
    embedded,
    open_file,
    prepare_signature,
    prepare_timestamp,
    reserve_fields,
    take,
)

NOW = Utc("2026-11-21T12:00:00Z")

SOURCE = """
#set document(title: "SPECIMEN Joint Declaration", date: datetime(year: 2021, month: 2, day: 1))
#set text(font: ("Noto Serif", "Noto Serif Hebrew"), lang: "en")
#pdf.attach("source.json", bytes("{}"), relationship: "source", mime-type: "application/json", description: "source")
= Joint Declaration
#link("https://example.org")[A link], so that the page has an annotation already. #lorem(120)
#pagebreak()
#text(lang: "he")[
= הצהרה משותפת
הצדדים מצהירים בזאת על כינון יחסים.
]
#pagebreak()
#text(lang: "sq")[
= Deklaratë e përbashkët
Palët deklarojnë vendosjen e marrëdhënieve.
]
"""

BOXES = (
    FieldBox(
        name="sig.first", tooltip="Signature for the First Party", page=1, rect=(80.0, 80.0, 280.0, 150.0)
    ),
    FieldBox(
        name="sig.second", tooltip="Nënshkrimi për Palën e Dytë", page=1, rect=(310.5, 80.0, 510.5, 150.0)
    ),
    FieldBox(name="witness", tooltip="Witness", page=0, rect=(310.5, 80.0, 510.5, 150.0)),
)

NAMES = {
    "sig.first": ("נועה לוי", "he", "rtl"),
    "sig.second": ("Drita Gashi-Çela", "sq", "ltr"),
    "witness": ("A. Witness", "en", "ltr"),
}


@cache
def rendered(source: str = SOURCE) -> bytes:
    """A tagged PDF/A-3a of three pages, as the renderer would make it."""
    pdf = typst.compile(source.encode(), font_paths=load().fonts, pdf_standards=["a-3a", "ua-1"], timestamp=0)
    assert isinstance(pdf, bytes)
    return pdf


@cache
def original() -> bytes:
    """The same with three reserved fields."""
    return reserve_fields(rendered(), BOXES)


@cache
def appearance(field: str) -> bytes:
    """What is drawn in a field."""
    name, lang, direction = NAMES[field]
    return TypstRenderer().appearance(
        name=name,
        title="",
        lines=("2026-11-21 12:00 UTC",),
        lang=lang,
        direction=direction,
        width_pt=200,
        height_pt=70,
    )


def step(field: str, **changes: Any) -> SignatureStep:
    """The agreed parameters of one signature."""
    agreed = SignatureStep(
        field=field,
        signed_at=NOW,
        name=NAMES[field][0],
        place="Jerusalem",
        reserved=8192,
        appearance=appearance(field),
    )
    return replace(agreed, **changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ministry:
    """One party's demonstration authority with a signatory and a time-stamp authority."""

    authority: DemoAuthority
    signer: KeySigner
    stamps: TimestampAuthority
    stamper: bytes

    def stamp(self, imprint: bytes) -> bytes:
        return timestamp.token_of(self.stamps.answer(timestamp.request(imprint, None), NOW))

    def cms(self, prepared: Prepared, *, stamped: bool = True) -> bytes:
        return sign(self.signer, prepared, self.stamp if stamped else None)


def sign(signer, prepared: Prepared, stamp=None) -> bytes:
    """Build the CMS for a prepared file."""
    profile = SignerProfile(certificate=signer.certificate, chain=signer.chain, algorithm=signer.algorithm)
    attributes = to_be_signed(profile, prepared.digest_by(profile.digest))
    signature = signer.sign(attributes)
    token = None if stamp is None else stamp(hashlib.sha256(signature).digest())
    return assemble(profile, attributes, signature, timestamp_token=token)


@cache
def ministry(country: str = "IL") -> Ministry:
    """One party; the same for all tests of a run."""
    authority = DemoAuthority.create(f"Ministry of {country}", country, NOW)
    signatory = authority.issue_signatory("Test Signatory", "Minister", f"Ministry of {country}", now=NOW)
    stamper = authority.issue_tsa(now=NOW).signer()
    return Ministry(
        authority=authority,
        signer=signatory.signer(),
        stamps=TimestampAuthority(stamper),
        stamper=stamper.certificate,
    )


@cache
def concluded() -> tuple[bytes, tuple[Step, ...]]:
    """An original signed by two parties and a witness, with validation material and a document time stamp."""
    parties = {"sig.first": ministry("IL"), "sig.second": ministry("XK"), "witness": ministry("IL")}
    file: OpenFile = open_file(original())
    steps: list[Step] = []
    for field, party in parties.items():
        prepared = prepare_signature(file, step(field))
        cms = party.cms(prepared)
        file = embedded(prepared, cms)
        steps.append(SignedStep(step=step(field), cms=cms))
    steps.append(material())
    file = take(file, steps[-1])
    token = ministry("IL").stamp(prepare_timestamp(file, field="seal", reserved=8192).digest)
    steps.append(TimestampStep(field="seal", reserved=8192, token=token))
    return take(file, steps[-1]).data, tuple(steps)


def material() -> DssStep:
    """Everything a verifier needs offline, except the roots as such."""
    parties = (ministry("IL"), ministry("XK"))
    certificates = [
        item
        for party in parties
        for item in (party.authority.root, party.authority.issuing, party.signer.certificate, party.stamper)
    ]
    crls = [item for party in parties for item in party.authority.crl(NOW)]
    return DssStep(certificates=tuple(certificates), crls=tuple(crls))


def recorded(steps: tuple[Step, ...]) -> str:
    """Steps as JSON, to be replayed by another process."""

    def plain(value: object) -> object:
        if isinstance(value, bytes):
            return value.hex()
        if isinstance(value, SignatureStep):
            return {name: plain(getattr(value, name)) for name in value.__dataclass_fields__}
        if isinstance(value, tuple):
            return [plain(item) for item in value]
        return value

    return json.dumps(
        [
            {
                "kind": type(item).__name__,
                **{name: plain(getattr(item, name)) for name in item.__dataclass_fields__},
            }
            for item in steps
        ]
    )
