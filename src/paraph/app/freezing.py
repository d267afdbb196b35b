"""Freezing a dossier in which a node contradicted itself, with proof that anybody can check (D2).

Both ways lead here: two states of the log, and two acts in one place. The proof is a file that needs no other
(``paraph.proof/1``); it is written once, and sent to every participant, who checks it and freezes too. Nobody is
believed: a node freezes only for what is proved to it.

Where something does not come out and it cannot be told who lied, nobody is accused. What it was compared with is shown
to all participants; whoever holds what contradicts it can prove it then.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from paraph.app.bundles import participants
from paraph.app.cards import card_chain
from paraph.app.dossiers import refresh
from paraph.app.node import Node
from paraph.app.ports import ActRow, UnitOfWork
from paraph.app.showing import fork_told, lie_told, proofs_of, proofs_told
from paraph.domain.ids import Digest, DossierId, PartyId
from paraph.domain.standing import Dossier
from paraph.errors import FormatError, PermanentError
from paraph.verify.proof import accusation
from paraph.wire.act import SealedAct, read_act
from paraph.wire.limits import MAX_PROOFS
from paraph.wire.note import Note
from paraph.wire.proof import (
    Accused,
    Proof,
    ProofKind,
    check_proof,
    prove_equivocation,
    prove_fork,
    read_proof,
)
from paraph.wire.sections import Section

__all__ = [
    "accused_in",
    "card_known_here",
    "freeze_equivocation",
    "freeze_fork",
    "frozen_proofs",
    "raise_doubt",
    "take_proofs",
]

MAX_SHOWN: Final = 256
MAX_SHOWN_BYTES: Final = 4 * 1024 * 1024
"""Acts that are shown again when an order does not come out: far more than stand without a place at one time, and half of
what a section holds otherwise."""


def frozen_proofs(node: Node, dossier: DossierId) -> tuple[bytes, ...]:
    """The proofs for which a dossier is frozen here, each a file for ``paraph verify``; none if it is not frozen.

    Raises:
        PermanentError: ``blob-lost`` if a proof is no longer here.
    """
    with node.store.read() as uow:
        return _kept(node, uow, dossier)


def accused_in(proofs: Iterable[bytes]) -> tuple[PartyId, ...]:
    """Whom some proofs accuse, each once."""
    return tuple(dict.fromkeys(read_proof(proof).accused for proof in proofs))


def card_known_here(node: Node, party: PartyId) -> bytes | None:
    """The card of a party as this node has it from first contact or from its renewals; a proof is trusted by it."""
    if party == node.party:
        return node.card
    with node.store.read() as uow:
        row = uow.peer(party)
    return row.card if row is not None else None


def freeze_fork(
    node: Node,
    uow: UnitOfWork,
    standing: Dossier,
    notes: tuple[Note, Note],
    *,
    prefix: tuple[bytes, Sequence[bytes]] | None = None,
) -> None:
    """Freeze a dossier of whose log two states were signed that exclude each other.

    Every node that signed both is accused: the one that orders, and whoever cosigned both.

    Args:
        node: This node.
        uow: A transaction.
        standing: The dossier.
        notes: Both states; the smaller one first.
        prefix: If sizes differ: the root of the smaller tree inside the larger one, and its consistency proof.

    Raises:
        FormatError: ``proof-statement`` or ``proof-unproven``: nobody signed both, and nothing was frozen.
    """
    proofs: list[bytes] = []
    failure: FormatError | None = None
    for party, as_log in [(standing.opener, True), *((party, False) for party in sorted(standing.roles))]:
        try:
            accused = _accused(node, uow, standing.id, party)
            proofs.append(prove_fork(accused, *notes, as_log=as_log, prefix=prefix))
        except FormatError as error:
            failure = failure or error
    if not proofs and failure is not None:
        raise failure
    _freeze(node, uow, standing.id, proofs)


def freeze_equivocation(
    node: Node, uow: UnitOfWork, dossier: DossierId, held: bytes, other: SealedAct
) -> str:
    """Freeze a dossier in which an author made two acts for one place.

    Args:
        node: This node.
        uow: A transaction.
        dossier: Which dossier.
        held: Envelope of the act that was here first.
        other: The act in the same place.

    Returns:
        What is proved, in words.

    Raises:
        FormatError: As ``check_proof``: nothing is proved, and nothing was frozen.
    """
    accused = _accused(node, uow, dossier, other.act.author)
    proof = prove_equivocation(accused, held, other.envelope.data)
    _freeze(node, uow, dossier, [proof])
    return accusation(check_proof(read_proof(proof)))


def take_proofs(node: Node, uow: UnitOfWork, section: Section) -> list[tuple[FormatError, bytes]]:
    """Freeze a dossier for proofs that a peer sent, if they hold here too; return those that do not, with the reason."""
    refused: list[tuple[FormatError, bytes]] = []
    for data in section.proofs:
        try:
            proof = read_proof(data)
            check_proof(proof)
            check_proof(_as_known_here(node, uow, section.dossier, proof))
        except FormatError as error:
            refused.append((error, data))
        else:
            _freeze(node, uow, section.dossier, [data])
    return refused


def raise_doubt(node: Node, uow: UnitOfWork, dossier: DossierId, acts: Iterable[ActRow]) -> None:
    """Show all participants what an order that does not come out here was compared with.

    Somebody lies: the node that orders, which signed another beginning of the log here, or an author who sent us another
    act than others. We cannot tell who, and accuse nobody. Whoever holds the other note, or the other act, will see the
    two side by side, and can prove it to everybody.

    Args:
        node: This node.
        uow: A transaction.
        dossier: Which dossier.
        acts: Those that were to take their places.
    """
    if uow.setting(f"frozen:{dossier}"):
        return
    shown: list[str] = []
    size = 0
    for row in acts:
        size += len(row.envelope)
        if size > MAX_SHOWN_BYTES or len(shown) >= MAX_SHOWN:
            break
        shown.append(node.blobs.put(row.envelope))
    involved = participants(uow, dossier, refresh(node, uow, dossier))
    note = uow.note(dossier, uow.size(dossier))
    kept = [(f"lie:{dossier}", " ".join(shown), lie_told)]
    if note is not None:
        kept.append((f"fork:{dossier}", node.blobs.put(note), fork_told))
    for name, digests, told in kept:
        if (
            uow.setting(name) != digests
        ):  # what was shown is not shown again: nobody can make us repeat ourselves
            uow.set_setting(name, digests)
            for party in involved:
                uow.set_setting(told(party, dossier), "")
            _tell(node, uow, dossier)


def _freeze(node: Node, uow: UnitOfWork, dossier: DossierId, proofs: Sequence[bytes]) -> None:
    """Freeze for proofs that have been checked, as far as they accuse somebody of something new."""
    kept = _kept(node, uow, dossier)
    said = {_charge(read_proof(proof)) for proof in kept}
    fresh = [data for data in proofs if _charge(read_proof(data)) not in said][: MAX_PROOFS - len(kept)]
    if not fresh:
        return
    digests = (uow.setting(proofs_of(dossier)) or "").split()
    reasons = [uow.setting(f"frozen:{dossier}") or ""]
    for data in fresh:
        digests.append(node.blobs.put(data))
        reasons.append(accusation(check_proof(read_proof(data))))
    uow.set_setting(proofs_of(dossier), " ".join(digests))
    uow.set_setting(f"frozen:{dossier}", "; ".join(filter(None, reasons)))
    for party in participants(uow, dossier, refresh(node, uow, dossier)):
        uow.set_setting(proofs_told(party, dossier), "")
    _tell(node, uow, dossier)


def _charge(proof: Proof) -> tuple[PartyId, ProofKind]:
    """One proof of each kind is enough against anybody; a liar that goes on must not fill our disk."""
    return proof.accused, proof.kind


def _kept(node: Node, uow: UnitOfWork, dossier: DossierId) -> tuple[bytes, ...]:
    found = []
    for digest in (uow.setting(proofs_of(dossier)) or "").split():
        data = node.blobs.get(Digest(digest))
        if data is None:
            raise PermanentError("blob-lost", f"the proof {digest} is not held here any more")
        found.append(data)
    return tuple(found)


def _tell(node: Node, uow: UnitOfWork, dossier: DossierId) -> None:
    involved = participants(uow, dossier, refresh(node, uow, dossier))
    for peer in uow.peers():
        if peer.state != "suspended" and peer.party in involved:
            uow.make_due(peer.party, dossier, node.clock.now())


# --- what a proof needs besides the two statements


def _accused(node: Node, uow: UnitOfWork, dossier: DossierId, party: PartyId) -> Accused:
    """The opening act, and a participant's cards as they follow from its own acts.

    Raises:
        FormatError: ``proof-opening`` or ``proof-card`` if they are not all held here.
    """
    cards, renewals = [], []
    for link in card_chain(node, uow, dossier, party).links:
        card = node.blobs.get(link.digest)
        if card is None:
            break
        cards.append(card)
        if link.since:
            renewals.append(uow.feed(dossier, party, link.since - 1, 1)[0].envelope)
    if not cards:
        raise FormatError("proof-card", f"the card of {party} that the opening act pins is not held here")
    return Accused(
        party=party,
        dossier=dossier,
        opening=_opening(uow, dossier),
        cards=tuple(cards),
        renewals=tuple(renewals),
    )


def _as_known_here(node: Node, uow: UnitOfWork, dossier: DossierId, proof: Proof) -> Proof:
    """A proof with every renewal of the accused's cards that is known here.

    Whoever stole keys that were renewed since could leave the renewal out and pass for their owner.

    Raises:
        FormatError: ``proof-statement`` if it is about another dossier, and as ``_accused``.
    """
    if proof.dossier != dossier:
        raise FormatError("proof-statement", "the proof is about another dossier")
    accused = _accused(node, uow, dossier, proof.accused)
    if len(accused.cards) < len(proof.cards):
        return proof
    return replace(proof, cards=accused.cards, renewals=accused.renewals)


def _opening(uow: UnitOfWork, dossier: DossierId) -> bytes:
    """Payload of the opening act."""
    for row in (*uow.log(dossier, 0, 1), *uow.unordered(dossier)):
        if str(row.act) == str(dossier):
            return read_act(row.envelope).envelope.payload
    raise FormatError("proof-opening", "the opening act is not held here")
