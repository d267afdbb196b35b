"""Two nodes in a dossier of which one contradicts itself, as bare bytes: keys, cards, opening act, acts, notes."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from typing import Any

from paraph.adapters.signing.node_keys import generate_node_keys
from paraph.domain import acts
from paraph.domain.ids import DossierId, PartyId, Utc
from paraph.domain.language import ByLanguage
from paraph.wire.act import SealedAct, seal_act
from paraph.wire.card import CardName, PeerCard, Role, card_digest, pack_card
from paraph.wire.checkpoint import Checkpoint, cosign, sign_checkpoint
from paraph.wire.keys import NodeKeys
from paraph.wire.merkle import Tree, leaf_hash
from paraph.wire.note import Note
from paraph.wire.proof import Accused

__all__ = [
    "FORKED",
    "HONEST",
    "NOON",
    "Liar",
    "accused",
    "act",
    "dossier",
    "liar",
    "note",
    "opening",
    "plain_card",
]

NOON = Utc("2021-02-01T12:00:00Z")
_LEAVES = [leaf_hash(b"%d" % number) for number in range(9)]
HONEST = Tree.of(_LEAVES)
FORKED = Tree.of([_LEAVES[0], leaf_hash(b"forged"), *_LEAVES[2:]])


@dataclass(frozen=True, slots=True, kw_only=True)
class Liar:
    """A node with its keys and its card."""

    party: PartyId
    keys: NodeKeys
    card: bytes


def plain_card(party: str, keys: NodeKeys, **changes: Any) -> bytes:
    """The least that a card can say."""
    name = CardName(formal=f"the Republic of {party.title()}", short=party, in_title=party)
    card = PeerCard(
        party=PartyId(party), names={"en": name}, roles=(Role.PARTY,), keys=keys.public,
        valid_from=NOON, valid_until=Utc("2031-02-01T12:00:00Z"),
    )  # fmt: skip
    return pack_card(replace(card, **changes), keys)


@functools.cache
def liar(party: str) -> Liar:
    """A node, the same whenever it is asked for."""
    keys = generate_node_keys()
    return Liar(party=PartyId(party), keys=keys, card=plain_card(party, keys))


@functools.cache
def opening(nonce: str = "00" * 16) -> SealedAct:
    """North opens a dossier with south."""
    body = acts.DossierOpened(
        title=ByLanguage({"en": "Letters"}),
        participants=tuple(
            acts.Participant(party=one.party, role=acts.Role.PARTY, card=card_digest(one.card))
            for one in (liar("north"), liar("south"))
        ),
        suite=acts.SUITE,
        nonce=nonce,
        specimen="",
    )
    return seal_act(
        body, dossier="", author=PartyId("north"), author_seq=0, author_prev="", seen={}, time=NOON,
        keys=liar("north").keys,
    )  # fmt: skip


def dossier(nonce: str = "00" * 16) -> DossierId:
    """The dossier that the opening act begins."""
    return DossierId(str(opening(nonce).act.id))


def accused(party: str, nonce: str = "00" * 16) -> Accused:
    """What a proof against a party needs besides the statements."""
    return Accused(
        party=PartyId(party),
        dossier=dossier(nonce),
        opening=opening(nonce).envelope.payload,
        cards=(liar(party).card,),
    )


def renewed(party: str = "south", at: int = 5, **changes: Any) -> tuple[Accused, NodeKeys]:
    """A party that renewed its keys with its act of that number; its new keys.

    Args:
        party: Who.
        at: The number of the act.
        changes: ``succeeds`` and ``keys`` of the new card, ``signer`` and any header of the act that renews.
    """
    keys: NodeKeys = changes.pop("keys", None) or _later_keys(party)
    succeeds = changes.pop("succeeds", card_digest(liar(party).card))
    card = plain_card(changes.pop("card_of", party), keys, succeeds=succeeds)
    given: dict[str, Any] = {
        "dossier": dossier(), "author": PartyId(party), "author_seq": at, "author_prev": "ab" * 32, "seen": {},
        "time": NOON, "keys": changes.pop("signer", liar(party).keys), **changes,
    }  # fmt: skip
    body = acts.CardRenewed(card=card_digest(card), reason="")
    renewal = seal_act(body, **given)
    before = accused(party)
    return replace(before, cards=(*before.cards, card), renewals=(renewal.envelope.data,)), keys


@functools.cache
def _later_keys(party: str) -> NodeKeys:
    return generate_node_keys()


def act(words: str, party: str = "south", *, keys: NodeKeys | None = None, **header: Any) -> SealedAct:
    """A party's fourth act, unless something else is said."""
    given: dict[str, Any] = {
        "dossier": dossier(), "author": PartyId(party), "author_seq": 3, "author_prev": "ab" * 32, "seen": {},
        "time": NOON, **header,
    }  # fmt: skip
    body = acts.StatementMade(speaker="somebody", capacity="", lang="en", text=words, source="")
    return seal_act(body, keys=keys or liar(party).keys, **given)


def note(
    tree: Tree,
    size: int,
    *,
    of: DossierId | None = None,
    log: NodeKeys | None = None,
    south: NodeKeys | None = None,
) -> Note:
    """A checkpoint, signed by north, who orders, and cosigned by south."""
    state = Checkpoint(dossier=of or dossier(), size=size, root=tree.root(size))
    signed = sign_checkpoint(log or liar("north").keys, state)
    return signed.add(cosign(south or liar("south").keys, "south", state, NOON))
