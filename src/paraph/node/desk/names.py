"""How participants are called: by their own names, from their cards, in the reader's language if they gave one."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.html import format_html
from django.utils.safestring import SafeString

from paraph.app.node import Node
from paraph.app.ports import UnitOfWork
from paraph.domain.ids import PartyId
from paraph.errors import FormatError
from paraph.node.web.templatetags.paraph import in_language

__all__ = ["Names", "names_of"]


def names_of(node: Node, uow: UnitOfWork, party: PartyId | str) -> Mapping[str, str]:
    """Short names of a participant by language; none if its card is not known here."""
    if party == node.party:
        data = node.card
    else:
        row = uow.peer(PartyId(party))
        if row is None:
            return {}
        data = row.card
    return _in_card(node, data)


def _in_card(node: Node, data: bytes) -> Mapping[str, str]:
    try:
        return {lang: names.short for lang, names in node.peer_card(data).names.items()}
    except FormatError:
        return {}


class Names:
    """Names of participants in the language of the page, looked up once each.

    Attributes:
        peers: All peers, as they were read for it.
    """

    def __init__(self, node: Node, uow: UnitOfWork) -> None:
        """Read cards in a transaction, those of all peers in one query; one is looked at when its name is asked for."""
        self.peers = tuple(uow.peers())
        self._node = node
        self._cards = {**{row.party: row.card for row in self.peers}, node.party: node.card}
        self._shown: dict[str, SafeString] = {}

    def __call__(self, party: str) -> SafeString:
        """The name, marked with its language; the id of a participant without a card here."""
        if party not in self._shown:
            self._shown[party] = self._marked(party)
        return self._shown[party]

    def _names(self, party: str) -> Mapping[str, str]:
        card = self._cards.get(PartyId(party))
        return {} if card is None else _in_card(self._node, card)

    def _marked(self, party: str) -> SafeString:
        names = self._names(party)
        return in_language(names) if names else format_html("<bdi>{}</bdi>", party)

    def all(self, parties: list[str] | tuple[str, ...]) -> list[SafeString]:
        """Names of some participants."""
        return [self(party) for party in parties]
