from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from paraph.adapters.signing.node_keys import generate_node_keys
from paraph.errors import FormatError
from paraph.wire import envelope

KEYS = generate_node_keys()
DATA = envelope.seal(b'{"author":"kosovo"}', KEYS)


@given(st.binary(max_size=300))
def test_every_payload_comes_back(payload):
    opened = envelope.open_envelope(envelope.seal(payload, KEYS))
    envelope.verify(opened, KEYS.public)
    assert opened.payload == payload


@given(st.integers(0, len(DATA) - 1), st.integers(1, 255))
def test_any_changed_byte_is_noticed(place, flip):
    changed = bytearray(DATA)
    changed[place] ^= flip
    try:
        envelope.verify(envelope.open_envelope(bytes(changed)), KEYS.public)
    except FormatError:
        return
    raise AssertionError(f"byte {place} was changed and nothing noticed")


@given(st.integers(0, len(DATA)), st.integers(0, 40), st.binary(max_size=40))
def test_any_spliced_bytes_are_noticed(place, cut, put):
    changed = DATA[:place] + put + DATA[place + cut :]
    try:
        envelope.verify(envelope.open_envelope(changed), KEYS.public)
    except FormatError:
        return
    assert changed == DATA
