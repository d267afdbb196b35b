"""What participants of a dossier are called: as they name themselves."""

from __future__ import annotations

from collections.abc import Mapping

from paraph.app.node import Node
from paraph.domain.ids import PartyId
from paraph.domain.particulars import PartyName
from paraph.domain.standing import Dossier
from paraph.wire.card import CardName

__all__ = ["names_in"]


def names_in(node: Node, standing: Dossier, party: PartyId) -> Mapping[str, PartyName | CardName]:
    """A participant's names by language: as it describes itself in the dossier, else as its card there says; none if that is not here."""
    described = standing.described.get(party)
    if described is not None and len(described.names):
        return dict(described.names.items())
    card = node.card_of(standing.cards[party])
    return card.names if card is not None else {}
