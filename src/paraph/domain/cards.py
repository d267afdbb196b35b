"""The chain of a participant's peer cards in one dossier: the pinned one, and those that took its place.

A card carries the keys of a node. When the keys change, the new card says which one it succeeds, signed by the new
keys, and an act says the same, signed by the old ones. Whether a renewal counts depends on the author's own acts and on
the attached card alone, never on other participants' acts or on the order of the log: so every node knows with which
keys an act has to be signed before it gives that act a place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from paraph.domain.acts import Act, CardRenewed
from paraph.domain.ids import Digest, PartyId
from paraph.domain.standing import Attachments, Card, Dossier
from paraph.errors import LocalActError

__all__ = ["MAX_CARDS", "card_renewed", "check_succession"]

MAX_CARDS: Final = 16
"""Cards of one participant in one dossier: a node that renews its keys every year needs ten in a long one."""


def check_succession(
    party: PartyId, chain: Sequence[Digest], digest: Digest, card: Callable[[Digest], Card | None]
) -> None:
    """Check that a card takes the place of a participant's card in force.

    Args:
        party: The participant.
        chain: Its cards in the dossier, the one in force last.
        digest: The new card.
        card: Gives a card, or None if those bytes are not one.

    Raises:
        LocalActError: ``card-unreadable``, ``card-party``, ``card-succession``, ``card-keys`` or ``card-limit``.
    """
    new, current = card(digest), card(chain[-1])
    if new is None:
        raise LocalActError(
            "card-unreadable", "the attached bytes are not a peer card that its own keys signed"
        )
    if new.party != party:
        raise LocalActError("card-party", f"the attached card is that of {new.party}, not of {party}")
    if new.succeeds != chain[-1]:
        raise LocalActError(
            "card-succession", f"the attached card does not succeed the card of {party} that is in force here"
        )
    given_up = {known.key_id for known in map(card, chain) if known is not None}
    if current is not None:
        given_up -= {current.key_id}
    if new.key_id in given_up:
        raise LocalActError("card-keys", f"the attached card brings back keys that {party} gave up before")
    if len(chain) >= MAX_CARDS:
        raise LocalActError("card-limit", f"a participant has at most {MAX_CARDS} cards in one dossier")


def card_renewed(dossier: Dossier, act: Act, attachments: Attachments) -> Dossier:
    """A participant's card is followed by another; acts of its author after this one are signed by the new keys."""
    body = act.body
    assert isinstance(body, CardRenewed)
    chain = dossier.cards_of(act.author)
    check_succession(act.author, chain, body.card, attachments.card)
    return replace(
        dossier,
        cards={**dossier.cards, act.author: body.card},
        former_cards={**dossier.former_cards, act.author: chain},
    )
