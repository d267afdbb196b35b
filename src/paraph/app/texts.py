"""From a proposal to engrossed originals: what a treaty officer does with a text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from paraph.app.authoring import author
from paraph.app.dossiers import load
from paraph.app.node import Node
from paraph.domain.acts import (
    Act,
    OriginalsEngrossed,
    PlannedOriginal,
    RenderedOriginal,
    TextAccepted,
    TextInitialled,
    TextProposed,
    TextReopened,
)
from paraph.domain.composition import canonical, compose
from paraph.domain.digests import canonical_text, digest_set
from paraph.domain.ids import Digest, DossierId, InstrumentNumber, PartyId
from paraph.domain.negotiation import check_on_table
from paraph.domain.standing import Dossier, Instrument
from paraph.domain.texts import InstrumentText
from paraph.errors import LocalActError, PermanentError
from paraph.wire.act import read_act
from paraph.wire.pdf.embedded_files import TEXT_NAME, embedded_file
from paraph.wire.pdf.fields import field_names, reserve_fields
from paraph.wire.pdf.openfile import open_file
from paraph.wire.text_json import MAX_TEXT_BYTES

__all__ = [
    "accept",
    "current_text",
    "engross",
    "engrossed_original",
    "fetched",
    "initial",
    "propose",
    "proposed_texts",
    "render_originals",
    "reopen",
]

_PAGE: Final = 512
"""Acts read from the store at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedSet:
    """All originals of one text, as rendered here.

    Attributes:
        renderer: Name and version of renderer and templates.
        originals: One per party, by holder.
    """

    renderer: str
    originals: tuple[RenderedOriginal, ...]


def propose(node: Node, dossier: DossierId, text: InstrumentText, note: str = "") -> Act:
    """Put a text on the table, or a counter-proposal to the one that is there."""
    digest = node.blobs.put(canonical_text(text))
    (act,) = author(node, dossier, TextProposed(instrument=text.number, text=digest, note=note))
    return act


def accept(node: Node, dossier: DossierId, number: InstrumentNumber, text: Digest | None = None) -> Act:
    """Accept the text on the table, or exactly ``text`` if it is still the one."""
    instrument = _instrument(node, dossier, number)
    (act,) = author(
        node, dossier, TextAccepted(instrument=number, text=instrument.text if text is None else text)
    )
    return act


def initial(
    node: Node, dossier: DossierId, number: InstrumentNumber, initials: str, *, text: Digest | None = None
) -> Act:
    """Initial the digest set of all language versions of the agreed text, or of exactly ``text`` if it is still the one."""
    instrument = _instrument(node, dossier, number)
    if text is not None:
        check_on_table(instrument, text)
    agreed = current_text(node, instrument)
    body = TextInitialled(
        instrument=number, text=instrument.text, digests=digest_set(agreed), initials=initials
    )
    (act,) = author(node, dossier, body)
    return act


def reopen(
    node: Node, dossier: DossierId, number: InstrumentNumber, reason: str, *, text: Digest | None = None
) -> Act:
    """Agree to reopen an initialled text: the one on the table, or exactly ``text`` if it is still the one."""
    instrument = _instrument(node, dossier, number)
    if text is not None:
        check_on_table(instrument, text)
    (act,) = author(node, dossier, TextReopened(instrument=number, text=instrument.text, reason=reason))
    return act


def engross(node: Node, dossier: DossierId, number: InstrumentNumber, *, adopt: PartyId | None = None) -> Act:
    """Render every original of an initialled text, keep the bytes, and tell the others their digests.

    Args:
        node: This node.
        dossier: Which dossier.
        number: Which instrument.
        adopt: Take over the originals that this party rendered with another version, after an officer has
            compared them page by page: that they carry the same text is checked here, that the pages show
            it only people can see.

    Raises:
        LocalActError: ``originals-differ`` if another party already rendered other bytes,
            ``originals-awaited`` while the bytes to be adopted are being fetched.
    """
    instrument = _instrument(node, dossier, number)
    rendered = render_originals(node, instrument)
    for party, theirs in sorted(instrument.engrossed.items()):
        if theirs != rendered.originals and adopt is None:
            raise LocalActError(
                "originals-differ",
                f"{party} rendered other bytes for {number} than this node ({rendered.renderer}). Bring both nodes to "
                f"the same version of Paraph; or compare the pages and engross with --adopt {party}",
                party=party,
            )
    if adopt is not None:
        rendered = _adopted(node, dossier, instrument, adopt, rendered)
    body = OriginalsEngrossed(
        instrument=number,
        text=instrument.text,
        renderer=rendered.renderer,
        originals=rendered.originals,
    )
    (act,) = author(node, dossier, body)
    return act


def fetched(node: Node, dossier: DossierId, number: InstrumentNumber, party: PartyId) -> bool:
    """Whether the originals that a party rendered are here, to be looked at; if not, they are asked for now.

    Raises:
        LocalActError: ``instrument-unknown``; ``originals-unknown`` if that party has not engrossed yet.
    """
    return not _fetch(node, dossier, _instrument(node, dossier, number), party)


def _fetch(node: Node, dossier: DossierId, instrument: Instrument, party: PartyId) -> list[Digest]:
    """Ask for what is lacking of a party's originals; return what that is."""
    theirs = instrument.engrossed.get(party)
    if theirs is None:
        raise LocalActError("originals-unknown", f"{party} has not engrossed {instrument.number} yet")
    lacking = [o.sha256 for o in theirs if not node.blobs.has(o.sha256)]
    with node.store.write() as uow:
        uow.set_setting(f"fetch:{dossier}", " ".join(lacking))
        if lacking and (peer := uow.peer(party)) is not None:
            uow.make_due(peer.party, dossier, node.clock.now())
    node.wake.set()
    return lacking


def _adopted(
    node: Node, dossier: DossierId, instrument: Instrument, party: PartyId, own: RenderedSet
) -> RenderedSet:
    if _fetch(node, dossier, instrument, party):
        raise LocalActError(
            "originals-awaited",
            f"the originals of {party} are being fetched; engross again in a moment",
            party=party,
        )
    theirs = instrument.engrossed[party]
    source = canonical_text(current_text(node, instrument))
    for theirs_one, own_one in zip(theirs, own.originals, strict=True):
        file, ours = (open_file(_kept(node, o.sha256)) for o in (theirs_one, own_one))
        same_text = embedded_file(file, TEXT_NAME, limit=MAX_TEXT_BYTES) == source
        if not same_text or field_names(file) != field_names(ours):
            raise LocalActError(
                "originals-differ",
                f"the original of {instrument.number} for {theirs_one.holder} that {party} rendered carries another "
                "text or other signature fields; it cannot be adopted",
                party=party,
            )
    return RenderedSet(renderer=f"adopted from {party}; own: {own.renderer}", originals=theirs)


def _kept(node: Node, digest: Digest) -> bytes:
    data = node.blobs.get(digest)
    assert data is not None  # checked by the caller
    return data


def render_originals(node: Node, instrument: Instrument) -> RenderedSet:
    """Render all originals of an instrument's text, each with its reserved fields; keep them as blobs.

    Raises:
        PermanentError: ``no-renderer`` on a node that cannot render, or what the renderer refuses.
    """
    if node.renderer is None:
        raise PermanentError("no-renderer", "this node cannot render originals; install paraph[node]")
    text = current_text(node, instrument)
    source = canonical_text(text)
    originals: list[RenderedOriginal] = []
    renderer = ""
    for party in sorted(p.id for p in text.parties):
        original = compose(text, party)
        if canonical(original) != source:  # a defect of ours, never of the text: nothing is engrossed
            raise PermanentError("alternat-broken", f"the original of {party} does not lead back to its text")
        engrossed = node.renderer.engross(original, source=source)
        data = reserve_fields(engrossed.pdf, engrossed.fields)
        renderer = engrossed.renderer
        originals.append(RenderedOriginal(holder=party, sha256=node.blobs.put(data), size=len(data)))
    return RenderedSet(renderer=renderer, originals=tuple(originals))


def engrossed_original(node: Node, standing: Dossier, planned: PlannedOriginal) -> bytes:
    """The agreed bytes of an original: as kept, or rendered here on a node that did not engross it.

    Raises:
        PermanentError: ``original-lost`` if they are not kept and this node renders other bytes.
    """
    if not node.blobs.has(planned.sha256):
        render_originals(node, standing.instruments[planned.instrument])
    data = node.blobs.get(planned.sha256)
    if data is None:
        raise PermanentError(
            "original-lost",
            f"the engrossed original of {planned.instrument} kept by {planned.holder} is not here, and this node "
            "renders other bytes; restore it from a backup or bring Paraph to the version that engrossed it",
        )
    return data


def current_text(node: Node, instrument: Instrument) -> InstrumentText:
    """The text on the table of an instrument."""
    text = node.attachments.text(instrument.text)
    if text is None:
        raise PermanentError("attachment-lost", f"the text of {instrument.number} is not held here any more")
    return text


def proposed_texts(node: Node, dossier: DossierId, number: InstrumentNumber) -> tuple[InstrumentText, ...]:
    """Every text that was put on the table for an instrument, oldest first."""
    found: list[InstrumentText] = []
    with node.store.read() as uow:
        start = 0
        while rows := uow.log(dossier, start, _PAGE):
            start += len(rows)
            for row in rows:
                body = read_act(row.envelope).act.body
                if isinstance(body, TextProposed) and body.instrument == number:
                    text = node.attachments.text(body.text)
                    if text is not None:
                        found.append(text)
    return tuple(found)


def _instrument(node: Node, dossier: DossierId, number: InstrumentNumber) -> Instrument:
    with node.store.read() as uow:
        standing = load(node, uow, dossier).standing
    instrument = standing.instruments.get(number)
    if instrument is None:
        known = ", ".join(sorted(standing.instruments)) or "none"
        raise LocalActError(
            "instrument-unknown",
            f"no instrument {number} is in the dossier (there: {known}); propose a text first",
        )
    return instrument
