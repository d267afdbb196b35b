"""Writing a proof. What is written has been checked as a stranger will check it: nobody is accused in vain.

Source: docs/spec/proof.md §2.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from paraph.wire.checkpoint import read_checkpoint
from paraph.wire.proof.checking import check_proof
from paraph.wire.proof.format import Prefix, Proof, ProofKind, read_proof

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraph.domain.ids import DossierId, PartyId
    from paraph.wire.note import Note

__all__ = ["Accused", "prove_equivocation", "prove_fork"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Accused:
    """Everything in a proof that is the same whatever the accused did.

    Attributes:
        party: Whose node it is.
        dossier: In which dossier.
        opening: Payload of the opening act.
        cards: The party's cards in this dossier, oldest first.
        renewals: Envelopes of the acts that renewed them.
    """

    party: PartyId
    dossier: DossierId
    opening: bytes
    cards: tuple[bytes, ...]
    renewals: tuple[bytes, ...] = ()


def prove_equivocation(accused: Accused, first: bytes, second: bytes) -> bytes:
    """Write a proof that a party signed two acts of which its feed can hold one.

    Args:
        accused: The author of both.
        first: Envelope of an act.
        second: Envelope of another in the same place.

    Raises:
        FormatError: As ``check_proof``, if this proves nothing: the author may well be honest.
    """
    return _checked(_proof(accused, ProofKind.EQUIVOCATION, first, second))


def prove_fork(
    accused: Accused,
    first: Note,
    second: Note,
    *,
    as_log: bool,
    prefix: tuple[bytes, Sequence[bytes]] | None = None,
) -> bytes:
    """Write a proof that a party signed two states of a log that exclude each other.

    Args:
        accused: Who signed both.
        first: A note; the smaller one if sizes differ. Lines of others are left out of the proof.
        second: The other note.
        as_log: Whether it signed as the node that orders the log; else it cosigned.
        prefix: If sizes differ: the root of the smaller tree inside the larger one, and its consistency proof.

    Raises:
        FormatError: As ``check_proof``, if this proves nothing: the signer may well be honest.
    """
    notes = []
    for note in (first, second):
        name = read_checkpoint(note).origin if as_log else accused.party
        notes.append(replace(note, lines=tuple(line for line in note.lines if line.name == name)).write())
    proof = _proof(accused, ProofKind.FORK, *notes)
    if prefix is not None:
        proof = replace(proof, prefix=Prefix(root=prefix[0], path=tuple(prefix[1])))
    return _checked(proof)


def _proof(accused: Accused, kind: ProofKind, first: bytes, second: bytes) -> Proof:
    return Proof(
        kind=kind,
        accused=accused.party,
        dossier=accused.dossier,
        opening=accused.opening,
        cards=accused.cards,
        renewals=accused.renewals,
        first=first,
        second=second,
    )


def _checked(proof: Proof) -> bytes:
    data = proof.write()
    check_proof(read_proof(data))
    return data
