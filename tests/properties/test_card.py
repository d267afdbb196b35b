from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from paraph.adapters.signing.node_keys import generate_node_keys
from paraph.domain.ids import PartyId, Utc
from paraph.errors import FormatError
from paraph.wire import canonical, card, envelope

KEYS = generate_node_keys()
CARD = card.PeerCard(
    party=PartyId("kosovo"),
    names={"sq": card.CardName(formal="Republika e Kosovës", short="Kosova", in_title="Republika e Kosovës")},
    roles=(card.Role.PARTY,),
    keys=KEYS.public,
    endpoints=("https://node.example/inbox",),
    valid_from=Utc("2021-01-01T00:00:00Z"),
    valid_until=Utc("2022-01-01T00:00:00Z"),
)
DATA = card.pack_card(CARD, KEYS)
VALUE = canonical.load_object(envelope.open_envelope(DATA, payload_type=envelope.CARD_TYPE).payload)
wrong = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.sampled_from(["", "party", "https:", "AAAA", "-----BEGIN"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["en", "formal", ""]), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.integers(0, len(DATA) - 1), st.integers(1, 255))
def test_any_changed_byte_is_noticed(place, flip):
    changed = bytearray(DATA)
    changed[place] ^= flip
    try:
        card.unpack_card(bytes(changed))
    except FormatError:
        return
    raise AssertionError(f"byte {place} was changed and nothing noticed")


@given(st.sampled_from(sorted(VALUE)), wrong)
def test_only_format_errors_leave_the_reader_whatever_is_signed(name, value):
    data = envelope.seal(canonical.dump({**VALUE, name: value}), KEYS, payload_type=envelope.CARD_TYPE)
    try:
        card.unpack_card(data)
    except FormatError:
        return
    assert name in {"anchors", "endpoints", "roles"}
