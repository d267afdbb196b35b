from __future__ import annotations

from dataclasses import replace

import pytest

from paraph.adapters.signing.node_keys import generate_node_keys
from paraph.errors import FormatError
from paraph.wire import canonical, keys
from paraph.wire.keys import HybridSignature, NodePublicKeys, sign_hybrid, verify_again, verify_hybrid

KEYS = generate_node_keys()
OTHER = generate_node_keys()
SIGNED = sign_hybrid(KEYS, b"message")


def test_both_signatures_have_to_hold():
    assert verify_hybrid(KEYS.public, b"message", SIGNED)
    assert not verify_hybrid(KEYS.public, b"massage", SIGNED)
    assert not verify_hybrid(OTHER.public, b"message", SIGNED)
    foreign = sign_hybrid(OTHER, b"message")
    assert not verify_hybrid(KEYS.public, b"message", replace(SIGNED, ed25519=foreign.ed25519))
    assert not verify_hybrid(KEYS.public, b"message", replace(SIGNED, ml_dsa_65=foreign.ml_dsa_65))
    assert not verify_hybrid(replace(KEYS.public, ed25519=OTHER.public.ed25519), b"message", SIGNED)
    assert not verify_hybrid(replace(KEYS.public, ml_dsa_65=OTHER.public.ml_dsa_65), b"message", SIGNED)


def test_half_of_a_hybrid_is_not_a_plain_signature():
    with pytest.raises(Exception) as refused:
        KEYS.ml_dsa_65.public_key().verify(SIGNED.ml_dsa_65, b"message")
    assert type(refused.value).__name__ == "InvalidSignature"


def test_unusable_keys_and_signatures_fail_and_do_not_raise():
    assert not verify_hybrid(replace(KEYS.public, ed25519=b"\xff" * 32), b"message", SIGNED)
    assert not verify_hybrid(replace(KEYS.public, ml_dsa_65=b"short"), b"message", SIGNED)
    assert not verify_hybrid(KEYS.public, b"message", HybridSignature(ed25519=b"", ml_dsa_65=b""))


def test_keys_and_signatures_survive_json():
    public = canonical.load(canonical.dump(KEYS.public.to_json()))
    assert NodePublicKeys.from_json(public) == KEYS.public
    signature = canonical.load(canonical.dump(SIGNED.to_json()))
    assert HybridSignature.from_json(signature) == SIGNED


@pytest.mark.parametrize("name", ["ed25519", "ml-dsa-65", "x25519", "ml-kem-768"])
def test_keys_of_another_length_are_refused(name):
    for text in ("", "AAAA", KEYS.public.to_json()[name] + "AAAA"):
        with pytest.raises(FormatError) as refused:
            NodePublicKeys.from_json({**KEYS.public.to_json(), name: text})
        assert refused.value.code == "node-keys"
        assert refused.value.params["path"] == f"keys.{name}"


def test_the_key_id_covers_both_signature_keys_and_not_the_sealing_keys():
    public = KEYS.public
    assert replace(public, x25519=b"\0" * 32, ml_kem_768=b"\0" * 1184).key_id == public.key_id
    assert replace(public, ed25519=b"\0" * 32).key_id != public.key_id
    assert replace(public, ml_dsa_65=b"\0" * 1952).key_id != public.key_id


def test_private_keys_do_not_show_in_a_repr():
    assert repr(KEYS) == "NodeKeys()"


def test_that_a_signature_held_is_remembered_for_nothing_else():
    for _ in range(2):
        assert verify_again(KEYS.public, b"message", SIGNED)
        assert not verify_again(KEYS.public, b"massage", SIGNED)
        assert not verify_again(OTHER.public, b"message", SIGNED)
        assert not verify_again(KEYS.public, b"message", sign_hybrid(OTHER, b"message"))
        # The same bytes in a row, cut elsewhere, are not the same signatures.
        moved = HybridSignature(ed25519=SIGNED.ed25519 + SIGNED.ml_dsa_65[:1], ml_dsa_65=SIGNED.ml_dsa_65[1:])
        assert not verify_again(KEYS.public, b"message", moved)


def test_what_is_remembered_is_bounded(monkeypatch):
    monkeypatch.setattr(keys, "_MAX_HELD", 3)
    for number in range(8):
        message = b"message %d" % number
        assert verify_again(KEYS.public, message, sign_hybrid(KEYS, message))
        assert len(keys._held) <= 3
