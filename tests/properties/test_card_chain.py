"""A feed with renewals at any places verifies exactly under the keys in force, and the log says the same of them."""

from __future__ import annotations

import functools

from hypothesis import given
from hypothesis import strategies as st

from paraph.adapters.signing.node_keys import generate_node_keys
from paraph.domain import acts
from paraph.domain.acts import Body
from paraph.domain.ids import PartyId
from paraph.verify.container_contents import fold
from paraph.verify.container_findings import ContainerFindings
from paraph.verify.dossier_acts import check_acts
from paraph.wire.act import seal_act
from paraph.wire.card import card_digest
from paraph.wire.container.layout import envelope_name
from paraph.wire.keys import NodeKeys
from tests.support.lies import NOON, dossier, liar, opening, plain_card

SOUTH = PartyId("south")
MOST = 6
"""Acts, and so renewals, of one feed."""


@functools.cache
def keys(number: int) -> NodeKeys:
    """South's keys, one after the other; those of the pinned card are the first."""
    return liar("south").keys if number == 0 else generate_node_keys()


@functools.cache
def card(number: int) -> bytes:
    """South's cards, each following the one before."""
    if number == 0:
        return liar("south").card
    return plain_card("south", keys(number), succeeds=card_digest(card(number - 1)))


def body(kind: str, generation: int) -> Body:
    match kind:
        case "renew":
            return acts.CardRenewed(card=card_digest(card(generation + 1)), reason="")
        case "leap":  # names a card that follows another than the one in force
            return acts.CardRenewed(card=card_digest(card(generation + 2)), reason="")
        case _:
            return acts.StatementMade(speaker="somebody", capacity="", lang="en", text="words", source="")


@given(
    feed=st.lists(st.tuples(st.sampled_from(["say", "renew", "leap"]), st.integers(-2, 2)), max_size=MOST),
    honest=st.booleans(),
)
def test_an_act_holds_exactly_by_the_keys_in_force(feed: list[tuple[str, int]], honest: bool) -> None:
    envelopes, wrong, renewed = [opening().envelope.data], set[int](), list[int]()
    generation, previous = 0, ""
    for seq, (kind, shift) in enumerate(feed):
        signer = generation if honest else max(0, generation + shift)
        made = seal_act(
            body(kind, generation), dossier=dossier(), author=SOUTH, author_seq=seq, author_prev=previous, seen={},
            time=NOON, keys=keys(signer),
        )  # fmt: skip
        position = len(envelopes)
        envelopes.append(made.envelope.data)
        previous = str(made.act.id)
        if signer != generation:
            wrong.add(position)
        if kind == "renew":
            renewed.append(position)
            generation += 1
    attachments = {card_digest(data): data for data in (liar("north").card, *map(card, range(MOST + 3)))}
    findings = ContainerFindings()
    checked = check_acts(envelopes, attachments.get, findings)
    assert checked is not None
    told = {f.where for f in findings.report("").findings if f.code == "act-signature"}
    assert told == {envelope_name(position) for position in wrong}
    assert checked[1][SOUTH] == keys(generation).public
    view = fold(envelopes, attachments).view
    assert view.dossier is not None
    assert view.renewals.get(SOUTH, ()) == tuple(renewed)
    assert view.dossier.cards_of(SOUTH) == tuple(card_digest(card(n)) for n in range(generation + 1))
    for size in range(len(envelopes) + 1):
        assert view.renewed(SOUTH, size) == sum(position < size for position in renewed)
