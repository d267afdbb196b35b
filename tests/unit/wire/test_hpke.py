from __future__ import annotations

from dataclasses import replace

import pytest

from paraph.adapters.signing.node_keys import generate_node_keys
from paraph.errors import FormatError
from paraph.wire import hpke

KEYS = generate_node_keys()
SEALED = hpke.seal(KEYS.public, b"purpose", b"plaintext")


def test_what_was_sealed_opens_for_the_same_purpose():
    assert hpke.unseal(KEYS, b"purpose", SEALED) == b"plaintext"
    assert len(SEALED) == len(b"plaintext") + hpke.OVERHEAD
    assert hpke.unseal(KEYS, b"", hpke.seal(KEYS.public, b"", b"")) == b""


def test_two_seals_of_one_text_differ():
    assert hpke.seal(KEYS.public, b"purpose", b"plaintext") != SEALED


@pytest.mark.parametrize("place", [0, 500, 1119, 1120, len(SEALED) - 1])
def test_a_changed_byte_does_not_open(place):
    changed = bytearray(SEALED)
    changed[place] ^= 1
    with pytest.raises(FormatError) as refused:
        hpke.unseal(KEYS, b"purpose", bytes(changed))
    assert refused.value.code == "seal"


@pytest.mark.parametrize("sealed", [b"", SEALED[:100], SEALED[:-1], SEALED + b"\0"])
def test_another_length_does_not_open(sealed):
    with pytest.raises(FormatError) as refused:
        hpke.unseal(KEYS, b"purpose", sealed)
    assert refused.value.code == "seal"


def test_another_purpose_or_node_does_not_open():
    with pytest.raises(FormatError):
        hpke.unseal(KEYS, b"other purpose", SEALED)
    with pytest.raises(FormatError):
        hpke.unseal(generate_node_keys(), b"purpose", SEALED)


@pytest.mark.parametrize("keys", [{"x25519": b"\0" * 32}, {"ml_kem_768": b"\xff" * 1184}, {"x25519": b""}])
def test_unusable_keys_of_a_recipient_are_a_format_error(keys):
    with pytest.raises(FormatError) as refused:
        hpke.seal(replace(KEYS.public, **keys), b"purpose", b"plaintext")
    assert refused.value.code == "seal"
