"""Opening a dossier with participants that are known here by their cards."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping

from paraph.app.authoring import open_dossier
from paraph.app.cards import known_peer
from paraph.app.node import Node
from paraph.domain.acts import SUITE, DossierOpened, Participant, Role
from paraph.domain.ids import DossierId, PartyId, check_party_id
from paraph.domain.language import ByLanguage, check_tag
from paraph.errors import LocalActError
from paraph.wire.card import card_digest

__all__ = ["open_with"]


def open_with(
    node: Node,
    title: Mapping[str, str],
    *,
    parties: Iterable[str],
    mediator: str = "",
    witnesses: Iterable[str] = (),
    specimen: str = "",
) -> DossierId:
    """Open a dossier of this node's party with others.

    Args:
        node: This node.
        title: Title by language.
        parties: The other parties.
        mediator: The mediator, or "".
        witnesses: Witnesses.
        specimen: Banner of an exercise or re-enactment, or "".

    Raises:
        LocalActError: ``title-missing``, ``participants`` or ``peer-unknown``.
        FormatError: ``party-id`` or ``language-tag``.
    """
    titles = {check_tag(lang): words.strip() for lang, words in title.items() if words.strip()}
    if not titles:
        raise LocalActError("title-missing", "give the dossier a title in at least one language")
    named = [(node.party, Role.PARTY)]
    named += [(check_party_id(party), Role.PARTY) for party in parties]
    named += [(check_party_id(party), Role.WITNESS) for party in witnesses]
    if mediator:
        named.append((check_party_id(mediator), Role.MEDIATOR))
    if len({party for party, _ in named}) != len(named):
        raise LocalActError("participants", "name each participant once, in one role")
    body = DossierOpened(
        title=ByLanguage(titles),
        participants=tuple(_participant(node, party, role) for party, role in sorted(named)),
        suite=SUITE,
        nonce=secrets.token_hex(16),
        specimen=specimen.strip(),
    )
    return open_dossier(node, body)


def _participant(node: Node, party: PartyId, role: Role) -> Participant:
    if party == node.party:
        return Participant(party=party, role=role, card=card_digest(node.card))
    with node.store.read() as uow:
        card = known_peer(uow, party).card
    return Participant(party=party, role=role, card=card_digest(card))
