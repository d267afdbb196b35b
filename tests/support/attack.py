"""What a hostile participant can do with its own keys: make any act, send any section, deposit anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from paraph.app.inbound import receive
from paraph.domain.ids import Digest, DossierId, PartyId
from paraph.simulation.liars.craft import crooked_deposit, forged, statement
from paraph.wire.act import SealedAct
from paraph.wire.bundle import Bundle, pack, unpack
from paraph.wire.card import unpack_card
from paraph.wire.sections import Blob, Order, Section
from tests.support.nodes import Identity, Member

__all__ = ["crooked_deposit", "forged", "send", "statement"]


def send(
    sender: Identity,
    recipient: Member,
    *,
    made: Sequence[SealedAct | bytes] = (),
    blobs: Sequence[bytes] = (),
    notes: Sequence[bytes] = (),
    proofs: Sequence[bytes] = (),
    order: Order | None = None,
    wants: Sequence[str] = (),
    feeds: Mapping[str, int] | None = None,
    dossier: str = "",
    sent_at: str = "",
) -> Bundle:
    """Deliver one section, whatever it says, and return the answer."""
    section = Section(
        dossier=DossierId(dossier or recipient.world.dossier),
        feeds={PartyId(p): n for p, n in (feeds or {}).items()},
        size=0,
        root=Digest("00" * 32),
        wants_blobs=tuple(Digest(d) for d in wants),
        acts=tuple(one if isinstance(one, bytes) else one.envelope.data for one in made),
        order=order or Order(),
        notes=tuple(notes),
        proofs=tuple(proofs),
        blobs=tuple(Blob.of(data) for data in blobs),
    )
    bundle = Bundle(
        sender=sender.party,
        recipient=recipient.party,
        sent_at=sent_at or recipient.clock.now(),  # type: ignore[arg-type]
        sections=(section,),
    )
    data = pack(bundle, sender.keys, recipient.identity.keys.public)
    answer = receive(recipient.node, data)
    public = unpack_card(recipient.identity.card).keys
    return unpack(answer, sender.keys, lambda _party: public)
