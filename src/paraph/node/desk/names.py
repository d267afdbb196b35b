"""How participants are called: by their own names, from their cards, in the reader's language if they gave one."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from paraph.app.node import Node
from paraph.app.ports import UnitOfWork
from paraph.domain.ids import PartyId
from paraph.domain.language import direction
from paraph.errors import FormatError

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
    try:
        return {lang: names.short for lang, names in node.peer_card(data).names.items()}
    except FormatError:
        return {}


class Names:
    """Names of participants in the language of the page, looked up once each."""

    def __init__(self, node: Node, uow: UnitOfWork) -> None:
        """Look names up in a transaction; in one query for all peers."""
        self._shown: dict[str, SafeString] = {}
        self._found: dict[str, Mapping[str, str]] = {node.party: names_of(node, uow, node.party)}
        for row in uow.peers():
            try:
                card = node.peer_card(row.card)
            except FormatError:
                continue
            self._found[row.party] = {lang: names.short for lang, names in card.names.items()}

    def __call__(self, party: str) -> SafeString:
        """The name, marked with its language; the id of a participant without a card here."""
        if party not in self._shown:
            self._shown[party] = self._marked(party)
        return self._shown[party]

    def _marked(self, party: str) -> SafeString:
        names = self._found.get(party, {})
        wanted = get_language() or "en"
        lang = next((one for one in (wanted, "en", *sorted(names)) if one in names), "")
        if not lang:
            return format_html("<bdi>{}</bdi>", party)
        return format_html('<bdi lang="{}" dir="{}">{}</bdi>', lang, direction(lang), names[lang])

    def all(self, parties: list[str] | tuple[str, ...]) -> list[SafeString]:
        """Names of some participants."""
        return [self(party) for party in parties]
