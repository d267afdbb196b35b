"""The renewal file, and the card that says which one it follows."""

from __future__ import annotations

import functools
import json
from dataclasses import replace

import pytest

from paraph.adapters.signing.node_keys import generate_node_keys
from paraph.errors import FormatError
from paraph.wire import canonical, card, envelope, limits, renewal
from paraph.wire.members import encode_base64
from tests.support.lies import plain_card

ONE, TWO, THREE = (generate_node_keys() for _ in range(3))
FIRST = plain_card("north", ONE)
SECOND = plain_card("north", TWO, succeeds=card.card_digest(FIRST))
THIRD = plain_card("north", THREE, succeeds=card.card_digest(SECOND))


@functools.cache
def links() -> tuple[bytes, bytes]:
    return renewal.sign_renewal(SECOND, ONE), renewal.sign_renewal(THIRD, TWO)


def test_a_first_card_is_written_as_it_always_was() -> None:
    payload = envelope.open_envelope(FIRST, payload_type=envelope.CARD_TYPE).payload
    assert "succeeds" not in json.loads(payload)
    assert card.unpack_card(FIRST).succeeds == ""


def test_a_later_card_says_which_one_it_follows() -> None:
    assert card.unpack_card(SECOND).succeeds == card.card_digest(FIRST)


@pytest.mark.parametrize("succeeds", ["", "AB" * 32, "ab" * 31, 7, None])
def test_what_a_card_follows_has_one_form(succeeds: object) -> None:
    payload = envelope.open_envelope(SECOND, payload_type=envelope.CARD_TYPE).payload
    value = {**json.loads(payload), "succeeds": succeeds}
    with pytest.raises(FormatError) as refused:
        card.unpack_card(envelope.seal(canonical.dump(value), TWO, payload_type=envelope.CARD_TYPE))
    assert refused.value.code == "card-format"


def test_the_links_come_back_and_each_holds_by_the_keys_before_it() -> None:
    data = renewal.write_renewals(links())
    assert renewal.is_renewal(data)
    assert not renewal.is_renewal(FIRST)
    second, third = renewal.read_renewals(data)
    assert (second.data, third.data) == (SECOND, THIRD)
    assert third.digest == card.card_digest(THIRD)
    second.verify(ONE.public)
    third.verify(TWO.public)
    for link, other in ((second, TWO), (third, ONE)):
        with pytest.raises(FormatError) as refused:
            link.verify(other.public)
        assert refused.value.code == "envelope-signature"


def test_neither_a_card_nor_an_act_is_a_link() -> None:
    for wrong in (SECOND, envelope.seal(SECOND, ONE)):
        with pytest.raises(FormatError) as refused:
            renewal.write_renewals([wrong])
        assert refused.value.code == "envelope-format"


def test_a_card_inside_is_checked_by_its_own_keys() -> None:
    flipped = SECOND[:-60] + bytes([SECOND[-60] ^ 1]) + SECOND[-59:]
    with pytest.raises(FormatError):
        renewal.write_renewals([renewal.sign_renewal(flipped, ONE)])


@pytest.mark.parametrize(
    "value",
    [
        {"format": "paraph.renewal/2", "renewals": []},
        {"format": renewal.FORMAT, "renewals": []},
        {"format": renewal.FORMAT, "renewals": ["?"]},
        {"format": renewal.FORMAT, "renewals": ["AA=="] * (limits.MAX_RENEWALS + 1)},
        {"format": renewal.FORMAT},
        {"format": renewal.FORMAT, "renewals": [], "more": 1},
    ],
)
def test_every_member_has_one_form(value: dict[str, object]) -> None:
    with pytest.raises(FormatError) as refused:
        renewal.read_renewals(canonical.dump(value))
    assert refused.value.code == "renewal-format"


def test_another_spelling_is_refused() -> None:
    data = json.dumps({"renewals": [encode_base64(links()[0])], "format": renewal.FORMAT}).encode()
    with pytest.raises(FormatError) as refused:
        renewal.read_renewals(data)
    assert refused.value.code == "renewal-format"


def test_the_largest_card_fits_into_a_link() -> None:
    assert limits.MAX_CARD < limits.MAX_ACT


def test_a_card_with_other_anchors_and_the_same_keys_can_follow() -> None:
    kept = plain_card("north", ONE, succeeds=card.card_digest(FIRST), endpoints=("https://north.example/",))
    (link,) = renewal.read_renewals(renewal.write_renewals([renewal.sign_renewal(kept, ONE)]))
    link.verify(ONE.public)
    assert replace(link.card, endpoints=(), succeeds="") == card.unpack_card(FIRST)
