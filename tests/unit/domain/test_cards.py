"""When a card takes the place of another in a dossier."""

from __future__ import annotations

import pytest

from paraph.domain.acts import CardRenewed
from paraph.domain.cards import MAX_CARDS
from paraph.domain.ids import Digest, PartyId
from tests.support.proceedings import MEDIATOR, WITNESS, Proceedings, reach

A, B = PartyId("aland"), PartyId("beland")


def renewal(table: Proceedings, who: PartyId, *, keys: str = "") -> CardRenewed:
    return CardRenewed(card=table.table.lay_card(who, table.standing.cards[who], keys=keys), reason="routine")


@pytest.mark.parametrize("who", [A, B, MEDIATOR, WITNESS])
def test_the_new_card_counts_and_the_former_is_remembered(who: PartyId) -> None:
    table = reach("opened")
    before = table.standing.cards
    first = renewal(table, who)
    table.say(who, first)
    second = renewal(table, who)
    table.say(who, second)
    assert table.standing.cards == {**before, who: second.card}
    assert table.standing.cards_of(who) == (before[who], first.card, second.card)
    assert set(table.standing.former_cards) == {who}


def test_bytes_that_are_no_card() -> None:
    assert reach("opened").refused(A, CardRenewed(card=Digest("ab" * 32), reason="")) == "card-unreadable"


def test_the_card_of_somebody_else() -> None:
    table = reach("opened")
    card = table.table.lay_card("beland", table.standing.cards[A])
    assert table.refused(A, CardRenewed(card=card, reason="")) == "card-party"


def test_a_card_that_follows_another_than_the_one_in_force() -> None:
    table = reach("opened")
    first = table.standing.cards[A]
    table.say(A, renewal(table, A))
    for other in (first, "", "cd" * 32):
        card = table.table.lay_card("aland", other, keys="fresh")
        assert table.refused(A, CardRenewed(card=card, reason="")) == "card-succession"


def test_the_same_renewal_twice() -> None:
    table = reach("opened")
    body = renewal(table, A)
    table.say(A, body)
    assert table.refused(A, body) == "card-succession"


def test_keys_may_stay_but_never_come_back() -> None:
    table = reach("opened")
    for keys in ("one", "one", "two"):
        table.say(A, renewal(table, A, keys=keys))
    assert table.refused(A, renewal(table, A, keys="one")) == "card-keys"
    table.say(A, renewal(table, A, keys="two"))


def test_there_is_an_end_of_cards() -> None:
    table = reach("opened")
    for _ in range(MAX_CARDS - 1):
        table.say(A, renewal(table, A))
    assert table.refused(A, renewal(table, A)) == "card-limit"
    table.say(B, renewal(table, B))
