"""The bureau: a node in a temporary folder that gives the benchmarks originals, keys and time stamps.

Everything comes from the same parts that a node works with; nothing is simplified for measuring.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from paraph import case
from paraph.app.ports import Renderer, Signer, Timestamper
from paraph.bootstrap.clock import SystemClock
from paraph.bootstrap.configuration import KeyPlace, write_configuration
from paraph.bootstrap.initial import DemoSignatory, init_node
from paraph.bootstrap.opening import OpenNode, open_node
from paraph.cli.bench.keys import self_signed
from paraph.domain.composition import compose
from paraph.domain.digests import canonical_text
from paraph.domain.ids import PartyId
from paraph.domain.language import ByLanguage, direction
from paraph.domain.texts import InstrumentText, PartyName, Signatory, TextParty
from paraph.verify.anchors import TrustAnchors
from paraph.verify.originals import field_of
from paraph.wire.card import CardName, unpack_card
from paraph.wire.cms import SignerProfile, assemble, to_be_signed
from paraph.wire.markdown import read_instrument
from paraph.wire.pdf.fields import FieldBox, reserve_fields
from paraph.wire.pdf.openfile import OpenFile, open_file
from paraph.wire.pdf.signature import Prepared, SignatureStep, embedded, prepare_signature
from paraph.wire.text_json import read_parties

__all__ = ["RESERVED", "RSA", "Bureau", "Engrossed", "open_bureau"]

RESERVED: Final = 8192
"""Bytes kept for a CMS here and by the peer: enough for a chain and a time stamp of the demonstration."""

RSA: Final = "rsa"
"""Signatory whose key is RSA-3072; all others have P-256."""

_PASSPHRASE: Final = "keys/passphrase"  # noqa: S105 - the name of a file
_LANGS: Final = ("en", "he", "sq")


@dataclass(frozen=True, slots=True, kw_only=True)
class Engrossed:
    """An original with reserved fields, and where they are."""

    text: InstrumentText
    data: bytes
    boxes: dict[str, FieldBox]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bureau:
    """What the benchmarks work with.

    Attributes:
        opened: The node.
        anchors: Whom its signatures lead to.
    """

    opened: OpenNode
    anchors: TrustAnchors

    @property
    def renderer(self) -> Renderer:
        """The renderer of originals and appearances."""
        assert self.opened.node.renderer is not None
        return self.opened.node.renderer

    @property
    def timestamper(self) -> Timestamper:
        """The built-in time-stamp authority."""
        assert self.opened.node.timestamper is not None
        return self.opened.node.timestamper

    def signer(self, signatory: str) -> Signer:
        """A signatory's key, opened."""
        signer = self.opened.node.desk.signer(signatory)
        assert signer is not None
        return signer

    def key_file(self, signatory: str) -> tuple[Path, bytes]:
        """A signatory's PKCS#12 file and its passphrase, for peers."""
        home = self.opened.home.folder
        return home / "keys" / f"{signatory}.p12", (home / _PASSPHRASE).read_bytes().rstrip(b"\n")

    def engross(self, text: InstrumentText, holder: PartyId | None = None) -> Engrossed:
        """Render an original and reserve its fields, as a node does."""
        original = compose(text, holder or text.parties[0].id)
        rendered = self.renderer.engross(original, source=canonical_text(text))
        return Engrossed(
            text=text,
            data=reserve_fields(rendered.pdf, rendered.fields),
            boxes={box.name: box for box in rendered.fields},
        )

    def appearance(self, party: TextParty, box: FieldBox, now: str) -> bytes:
        """Draw what is seen in a signature field."""
        lang = party.signatory.script_lang
        x0, y0, x1, y1 = map(float, box.rect)
        return self.renderer.appearance(
            name=party.signatory.name[lang],
            title=party.signatory.title[lang],
            lines=(f"{now[:10]} {now[11:19]} UTC", f"{party.places[lang]}, {party.date}", "SPECIMEN"),
            lang=lang,
            direction=direction(lang),
            width_pt=round(x1 - x0),
            height_pt=round(y1 - y0),
        )

    def step(
        self, party: TextParty, box: FieldBox, now: str, appearance: bytes | None = None
    ) -> SignatureStep:
        """The parameters of a signature; draws the appearance if there is none yet."""
        return SignatureStep(
            field=field_of(party.id),
            signed_at=now,
            name=party.signatory.name[party.signatory.script_lang],
            place=party.places[party.signatory.script_lang],
            reserved=RESERVED,
            appearance=self.appearance(party, box, now) if appearance is None else appearance,
        )

    def sign(self, file: OpenFile, step: SignatureStep, signer: Signer, *, stamped: bool = False) -> OpenFile:
        """Sign an original: PAdES B-B, or B-T if it is to be time-stamped."""
        prepared = prepare_signature(file, step)
        return embedded(prepared, self.cms(prepared, signer, stamped=stamped))

    def cms(self, prepared: Prepared, signer: Signer, *, stamped: bool = False) -> bytes:
        """The CMS for a prepared file."""
        profile = SignerProfile(
            certificate=signer.certificate, chain=signer.chain, algorithm=signer.algorithm
        )
        attributes = to_be_signed(profile, prepared.digest_by(profile.digest))
        signature = signer.sign(attributes)
        token = self.timestamper.timestamp(hashlib.sha256(signature).digest()) if stamped else None
        return assemble(profile, attributes, signature, timestamp_token=token)


@contextmanager
def open_bureau(folder: Path, parties: int = 0) -> Iterator[Bureau]:
    """Make a node with keys for the case's signatories, ``parties`` neutral ones, and one RSA key."""
    home = folder / "bureau"
    now = SystemClock().now()
    people = [*case_parties(), *neutral_parties(parties)]
    signatories = tuple(
        DemoSignatory(id=field_of(p.id), name=p.signatory.name["en"], title=p.signatory.title["en"])
        for p in people
    )
    name = CardName(formal="Bureau of benchmarks", short="Bureau", in_title="Bureau of benchmarks")
    configuration = init_node(
        home, party=PartyId("bureau"), role="party", names={"en": name}, host="127.0.0.1", port=1, now=now,
        demo=signatories,
    )  # fmt: skip
    signing = {**configuration.signing, RSA: KeyPlace(pkcs12=f"keys/{RSA}.p12", passphrase_file=_PASSPHRASE)}
    key, certificate = self_signed("DEMO RSA signatory of benchmarks")
    passphrase = (home / _PASSPHRASE).read_bytes().rstrip(b"\n")
    (home / "keys" / f"{RSA}.p12").write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"rsa", key, certificate, None, BestAvailableEncryption(passphrase)
        )
    )
    (home / "paraph.toml").write_text(
        write_configuration(dataclasses.replace(configuration, signing=signing))
    )
    opened = open_node(home)
    try:
        pems = [pem.encode("ascii") for pem in unpack_card(opened.node.card).anchors]
        rsa = opened.node.desk.signer(RSA)
        assert rsa is not None
        yield Bureau(opened=opened, anchors=TrustAnchors.load([*pems, rsa.certificate]))
    finally:
        opened.close()


def case_parties() -> tuple[TextParty, ...]:
    """The parties of the reference case."""
    return read_parties(case.parties_file())


def case_text(index: int = 0) -> InstrumentText:
    """An instrument of the reference case, in three languages; the joint declaration by default."""
    return read_instrument(case.instrument_files(case.INSTRUMENTS[index]), case_parties())


def neutral_parties(count: int) -> tuple[TextParty, ...]:
    """Parties without a face, in the case's languages."""
    return tuple(_neutral(number) for number in range(1, count + 1))


def text_of(parties: Sequence[TextParty]) -> InstrumentText:
    """The joint declaration's words between other parties."""
    return dataclasses.replace(case_text(), parties=tuple(parties))


def _neutral(number: int) -> TextParty:
    def everywhere(words: str) -> ByLanguage[str]:
        return ByLanguage(dict.fromkeys(_LANGS, words))

    name = PartyName(formal=f"Party {number:02}", short=f"Party {number:02}", in_title=f"Party {number:02}")
    return TextParty(
        id=PartyId(f"party-{number:02}"),
        names=ByLanguage(dict.fromkeys(_LANGS, name)),
        places=everywhere(f"Place {number:02}"),
        date="2021-02-01",
        signatory=Signatory(
            id=field_of(PartyId(f"party-{number:02}")),
            name=everywhere(f"Signatory {number:02}"),
            title=everywhere("Specimen office"),
            script_lang="en",
        ),
    )


def begin(original: Engrossed) -> OpenFile:
    """An original opened for its first signature."""
    return open_file(original.data)
