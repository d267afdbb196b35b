"""Checking a proof: whose word the two statements are, and whether they contradict each other.

Source: docs/spec/proof.md §4.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from paraph.domain.ids import PartyId, Utc
from paraph.errors import FormatError
from paraph.wire.act import SealedAct, read_act
from paraph.wire.checkpoint import Checkpoint, read_checkpoint, verify_cosignature, verify_log_signature
from paraph.wire.envelope import verify
from paraph.wire.merkle import verify_consistency
from paraph.wire.note import Note
from paraph.wire.proof.cards import AccusedCards, read_cards, read_opening
from paraph.wire.proof.format import Proof, ProofKind

if TYPE_CHECKING:
    from paraph.domain.acts import DossierOpened
    from paraph.domain.ids import DossierId
    from paraph.wire.card import PeerCard

__all__ = ["Contradiction", "ProvedLie", "Statement", "StatementKind", "check_proof"]


class StatementKind(StrEnum):
    """What sort of statement the accused signed."""

    ACT = "act"
    CHECKPOINT = "checkpoint"
    COSIGNATURE = "cosignature"


class Contradiction(StrEnum):
    """How two statements contradict each other.

    Attributes:
        ROOTS: Two roots for one size.
        BEGINNING: A smaller tree that is not the beginning of the larger one.
        PLACE: Two acts in one place.
        ENVELOPES: One act in two envelopes: two leaves for one place.
    """

    ROOTS = "roots"
    BEGINNING = "beginning"
    PLACE = "place"
    ENVELOPES = "envelopes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One of the two statements.

    Attributes:
        kind: What it is.
        place: The number of the act in its author's feed, or the size of the log.
        says: Id of the act, or root of the log, in hexadecimal.
        time: When it was made, by the accused's own clock; empty where the statement says nothing of it.
    """

    kind: StatementKind
    place: int
    says: str
    time: Utc


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvedLie:
    """What a proof proves.

    Attributes:
        accused: Whose node contradicted itself.
        dossier: In which dossier.
        opening: The act that opened it, as far as it matters to people: its title.
        cards: The accused's cards, oldest first; each is authentic if one of them is.
        contradiction: How the statements contradict each other.
        first: One statement.
        second: The other.
    """

    accused: PartyId
    dossier: DossierId
    opening: DossierOpened
    cards: tuple[PeerCard, ...]
    contradiction: Contradiction
    first: Statement
    second: Statement


def check_proof(proof: Proof) -> ProvedLie:
    """Check everything that a proof says.

    Raises:
        FormatError: ``proof-opening``, ``proof-card``, ``proof-renewal``, ``proof-statement`` if a statement is not
            the accused's word in this dossier, ``proof-unproven`` if the two may both be honest.
    """
    act, opening = read_opening(proof)
    cards = read_cards(proof, opening)
    check = _equivocation if proof.kind is ProofKind.EQUIVOCATION else _fork
    contradiction, first, second = check(proof, cards, act.author)
    return ProvedLie(
        accused=proof.accused,
        dossier=proof.dossier,
        opening=opening,
        cards=cards.cards,
        contradiction=contradiction,
        first=first,
        second=second,
    )


# --- two acts


def _equivocation(
    proof: Proof, cards: AccusedCards, _opener: PartyId
) -> tuple[Contradiction, Statement, Statement]:
    if proof.prefix is not None:
        raise FormatError("proof-unproven", "two acts need no consistency proof")
    first, second = (_act(data, proof, cards) for data in (proof.first, proof.second))
    how = _acts_contradict(first, second)
    if how is None:
        raise FormatError("proof-unproven", "both acts may stand in one feed")
    return how, _act_statement(first), _act_statement(second)


def _act(data: bytes, proof: Proof, cards: AccusedCards) -> SealedAct:
    try:
        sealed = read_act(data)
    except FormatError as error:
        raise FormatError("proof-statement", f"an act cannot be read: {error.message}") from error
    act = sealed.act
    if act.dossier != proof.dossier and str(act.id) != proof.dossier:
        raise FormatError("proof-statement", "an act was made for another dossier")
    if act.author != proof.accused:
        raise FormatError("proof-statement", f"an act is by {act.author}, not by {proof.accused}")
    try:
        verify(sealed.envelope, cards.keys_at(act.author_seq))
    except FormatError as error:
        raise FormatError("proof-statement", f"{proof.accused} did not sign both acts") from error
    return sealed


def _acts_contradict(first: SealedAct, second: SealedAct) -> Contradiction | None:
    one, other = first.act, second.act
    if one.author_seq != other.author_seq or first.envelope.data == second.envelope.data:
        return None
    return Contradiction.PLACE if one.id != other.id else Contradiction.ENVELOPES


def _act_statement(sealed: SealedAct) -> Statement:
    act = sealed.act
    return Statement(kind=StatementKind.ACT, place=act.author_seq, says=str(act.id), time=act.time)


# --- two states of the log


def _fork(proof: Proof, cards: AccusedCards, opener: PartyId) -> tuple[Contradiction, Statement, Statement]:
    first, kind, first_time = _note(proof.first, proof, cards, opener)
    second, other_kind, second_time = _note(proof.second, proof, cards, opener)
    if kind is not other_kind:
        raise FormatError("proof-statement", "one note is signed as the log and the other is cosigned")
    how = _checkpoints_contradict(proof, first, second)
    return how, _log_statement(kind, first, first_time), _log_statement(kind, second, second_time)


def _note(
    data: bytes, proof: Proof, cards: AccusedCards, opener: PartyId
) -> tuple[Checkpoint, StatementKind, Utc]:
    """Read a note that carries the accused's word and nobody else's."""
    try:
        note = Note.read(data)
        checkpoint = read_checkpoint(note)
    except FormatError as error:
        raise FormatError("proof-statement", f"a note cannot be read: {error.message}") from error
    if checkpoint.dossier != proof.dossier:
        raise FormatError("proof-statement", "a note is of another dossier")
    names = [line.name for line in note.lines]
    if names == [checkpoint.origin] * 2 and opener == proof.accused:
        kind = StatementKind.CHECKPOINT
    elif names == [proof.accused] * 2:
        kind = StatementKind.COSIGNATURE
    else:
        raise FormatError("proof-statement", "a note has to carry the two lines of the accused and no other")
    for keys in cards.keys:
        try:
            if kind is StatementKind.CHECKPOINT:
                verify_log_signature(note, keys)
                return checkpoint, kind, Utc("")
            return checkpoint, kind, verify_cosignature(note, proof.accused, keys).time
        except FormatError:
            continue
    raise FormatError("proof-statement", f"{proof.accused} did not sign both notes")


def _checkpoints_contradict(proof: Proof, first: Checkpoint, second: Checkpoint) -> Contradiction:
    prefix = proof.prefix
    if prefix is None:
        if first.size != second.size or first.root == second.root:
            raise FormatError("proof-unproven", "these checkpoints do not exclude each other by themselves")
        return Contradiction.ROOTS
    holds = first.size < second.size and verify_consistency(
        first=first.size,
        second=second.size,
        first_root=prefix.root,
        second_root=second.root,
        path=prefix.path,
    )
    if not holds or prefix.root == first.root:
        raise FormatError("proof-unproven", "the smaller checkpoint may be the beginning of the larger one")
    return Contradiction.BEGINNING


def _log_statement(kind: StatementKind, checkpoint: Checkpoint, time: Utc) -> Statement:
    return Statement(kind=kind, place=checkpoint.size, says=str(checkpoint.root_hex), time=time)
