"""What leaves a node: signed, sealed to its recipient, and remembered apart from the store.

Before anything leaves, the guard records how far this node has spoken. A store restored from an older
backup then knows that it once said more, and stays silent until its peers have told it what.
"""

from __future__ import annotations

from collections.abc import Iterable

from paraph.app.cards import known_to
from paraph.app.node import Node
from paraph.app.restoration import asked_at
from paraph.domain.ids import PartyId
from paraph.wire.bundle import Bundle, pack
from paraph.wire.checkpoint import LOG_ED25519, read_checkpoint
from paraph.wire.keys import NodePublicKeys
from paraph.wire.note import Note, key_hash
from paraph.wire.sections import Section

__all__ = ["seal_bundle"]


def seal_bundle(node: Node, peer: PartyId, recipient: NodePublicKeys, sections: Iterable[Section]) -> bytes:
    """Sign and encrypt sections for one peer. They are composed from what is durable, and leave from here only.

    Raises:
        PermanentError: ``equivocation`` if this node has said something else before and has forgotten it.
    """
    sections = tuple(sections)
    with node.speaking:
        for section in sections:
            _record_before_leaving(node, section)
    with node.store.read() as uow:
        sent_at = max(node.clock.now(), asked_at(uow, peer))
    bundle = Bundle(sender=node.party, recipient=peer, sent_at=sent_at, sections=sections)
    return pack(bundle, known_to(node, peer), recipient)


def _record_before_leaving(node: Node, section: Section) -> None:
    """Remember, apart from the store, how far this node has spoken in a dossier.

    Only what leaves is recorded. A transaction that is rolled back said nothing: were it recorded, a node whose
    acts then came in another order would take itself for a liar.
    """
    own = section.feeds.get(node.party, 0)
    if own > node.guard.last_seq(section.dossier):
        node.guard.record_seq(section.dossier, own)
    for data in section.notes:
        note = Note.read(data)
        checkpoint = read_checkpoint(note)
        last = node.guard.last(section.dossier)
        if _spoke(node, note, checkpoint.origin) and (last is None or checkpoint.size >= last[0]):
            node.guard.record(section.dossier, checkpoint.size, checkpoint.root_hex)


def _spoke(node: Node, note: Note, origin: str) -> bool:
    """Whether a note carries this node's own word, as cosigner or as the node that orders."""
    own = (key_hash(origin, LOG_ED25519, keys.public.ed25519) for keys in (node.keys, *node.former))
    return any(note.of(origin, key) is not None for key in own) or any(
        line.name == node.party for line in note.lines
    )
