"""The accused's cards in one dossier: the one that the opening act pins, and those that renewed it.

Which keys could speak for the accused follows from signed bytes alone: the opening act, after whose digest the dossier is
named, pins the first card; each later card is named by an act signed with the keys before it, and names the card
that it succeeds.

Source: docs/spec/proof.md §3.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from paraph.domain.acts import Act, CardRenewed, DossierOpened
from paraph.domain.ids import ActId, Digest, DossierId, PartyId
from paraph.errors import FormatError
from paraph.wire.act import SealedAct, read_act, read_payload
from paraph.wire.card import PeerCard, card_digest, unpack_card
from paraph.wire.envelope import verify

if TYPE_CHECKING:
    from paraph.wire.keys import NodePublicKeys
    from paraph.wire.proof.format import Proof

__all__ = ["AccusedCards", "read_cards", "read_opening"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccusedCards:
    """The accused's cards, read and verified.

    Attributes:
        cards: Oldest first.
        renewed_at: ``author_seq`` of the acts that renewed them: from the next act on the next card counts.
    """

    cards: tuple[PeerCard, ...]
    renewed_at: tuple[int, ...]

    @property
    def keys(self) -> tuple[NodePublicKeys, ...]:
        """All keys that ever spoke for the accused in this dossier, newest first."""
        return tuple(card.keys for card in reversed(self.cards))

    def keys_at(self, author_seq: int) -> NodePublicKeys:
        """The keys that sign the accused's act with that number.

        An act that older keys signed later than that is nobody's word: nodes refuse it, and whoever stole old keys must
        not be able to accuse their owner with it.
        """
        return self.cards[sum(place < author_seq for place in self.renewed_at)].keys


def read_opening(proof: Proof) -> tuple[Act, DossierOpened]:
    """Read the opening act, whose digest is the dossier's name. Nobody's signature is needed for that.

    Raises:
        FormatError: ``proof-opening``.
    """
    if _sha256(proof.opening) != proof.dossier:
        raise FormatError("proof-opening", "the dossier is not named after this opening act")
    try:
        act = read_payload(proof.opening, ActId(str(proof.dossier)))
    except FormatError as error:
        raise FormatError("proof-opening", f"the opening act cannot be read: {error.message}") from error
    if not isinstance(act.body, DossierOpened):
        raise FormatError("proof-opening", "the act that the dossier is named after opens none")
    return act, act.body


def read_cards(proof: Proof, opening: DossierOpened) -> AccusedCards:
    """Read the accused's cards and follow them from the one that the opening act pins.

    Raises:
        FormatError: ``proof-card`` or ``proof-renewal``.
    """
    pinned = {participant.party: participant.card for participant in opening.participants}
    if proof.accused not in pinned:
        raise FormatError("proof-card", f"{proof.accused} takes no part in this dossier")
    if card_digest(proof.cards[0]) != pinned[proof.accused]:
        raise FormatError("proof-card", "the first card is not the one that the opening act pins")
    cards = [_card(proof.cards[0], proof.accused)]
    renewed_at: list[int] = []
    for number, (before, data, envelope) in enumerate(
        zip(proof.cards, proof.cards[1:], proof.renewals, strict=False), 1
    ):
        where = f"renewal {number}"
        card, renewal = _card(data, proof.accused), _renewal(envelope, cards[-1], where)
        _check_renewal(proof, renewal.act, card_digest(data), where)
        if card.succeeds != card_digest(before):
            raise FormatError("proof-renewal", f"{where}: the card does not succeed the one before it")
        if card.key_id in {known.key_id for known in cards[:-1]}:
            raise FormatError("proof-renewal", f"{where} brings back keys that were given up before")
        if renewed_at and renewal.act.author_seq <= renewed_at[-1]:
            raise FormatError("proof-renewal", f"{where} does not follow the renewal before it")
        cards.append(card)
        renewed_at.append(renewal.act.author_seq)
    return AccusedCards(cards=tuple(cards), renewed_at=tuple(renewed_at))


def _card(data: bytes, accused: PartyId) -> PeerCard:
    try:
        card = unpack_card(data)
    except FormatError as error:
        raise FormatError("proof-card", f"a card cannot be used: {error.message}") from error
    if card.party != accused:
        raise FormatError("proof-card", f"a card is not of {accused} but of {card.party}")
    return card


def _renewal(envelope: bytes, before: PeerCard, where: str) -> SealedAct:
    try:
        sealed = read_act(envelope)
        verify(sealed.envelope, before.keys)
    except FormatError as error:
        raise FormatError("proof-renewal", f"{where}: {error.message}") from error
    return sealed


def _check_renewal(proof: Proof, act: Act, card: Digest, where: str) -> None:
    if act.dossier != proof.dossier or act.author != proof.accused:
        raise FormatError("proof-renewal", f"{where} is of another dossier or another author")
    if not isinstance(act.body, CardRenewed) or act.body.card != card:
        raise FormatError("proof-renewal", f"{where} names another card")


def _sha256(payload: bytes) -> DossierId:
    return DossierId(card_digest(payload))
