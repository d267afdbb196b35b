from __future__ import annotations

import base64
import hashlib
import json
import subprocess
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from paraph.adapters.signing.node_keys import generate_node_keys
from paraph.errors import FormatError
from paraph.wire import canonical, envelope, limits
from paraph.wire.merkle import leaf_hash

KEYS = generate_node_keys()
OTHER = generate_node_keys()
PAYLOAD = b'{"body": {}, "any": "spelling"}\n'
DATA = envelope.seal(PAYLOAD, KEYS)


def test_pae_is_the_published_example():
    # Source: DSSE v1, protocol.md, "Test vectors".
    assert envelope.pae("http://example.com/HelloWorld", b"hello world") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )


def test_a_payload_is_kept_exactly_and_named_by_its_digest():
    opened = envelope.open_envelope(DATA)
    envelope.verify(opened, KEYS.public)
    assert opened.payload == PAYLOAD
    assert opened.data == DATA
    assert opened.key_id == KEYS.public.key_id
    assert opened.act_id == hashlib.sha256(PAYLOAD).hexdigest()


def test_two_envelopes_of_one_act_share_its_name_but_not_the_leaf():
    again = envelope.open_envelope(envelope.seal(PAYLOAD, KEYS))
    assert again.act_id == envelope.open_envelope(DATA).act_id
    assert leaf_hash(again.data) != leaf_hash(DATA)


def test_another_author_another_type_or_another_payload_does_not_verify():
    opened = envelope.open_envelope(DATA)
    wrong = [
        (opened, OTHER.public),
        (replace(opened, key_id=OTHER.public.key_id), KEYS.public),
        (replace(opened, payload_type="application/vnd.paraph.card+json"), KEYS.public),
        (replace(opened, payload=PAYLOAD + b" "), KEYS.public),
    ]
    for item, public in wrong:
        with pytest.raises(FormatError) as refused:
            envelope.verify(item, public)
        assert refused.value.code == "envelope-signature"


def _changed(change):
    value = json.loads(DATA)
    change(value)
    return canonical.dump(value)


def _swap(value):
    value["signatures"].reverse()


@pytest.mark.parametrize(
    "data",
    [
        b" " + DATA,
        DATA + b"\n",
        json.dumps(json.loads(DATA)).encode(),
        _changed(lambda v: v.update(extra=1)),
        _changed(lambda v: v.pop("payload")),
        _changed(lambda v: v.update(payloadType="text/plain")),
        _changed(lambda v: v.update(payload=v["payload"].rstrip("="))),
        _changed(lambda v: v.update(payload=v["payload"] + "\n")),
        _changed(lambda v: v.update(payload=7)),
        _changed(lambda v: v["signatures"].pop()),
        _changed(lambda v: v["signatures"].append(v["signatures"][0])),
        _changed(_swap),
        _changed(lambda v: v["signatures"][0].update(keyid=f"{'0' * 64}/ed25519")),
        _changed(lambda v: v["signatures"][0].update(keyid=v["signatures"][0]["keyid"].upper())),
        _changed(lambda v: v["signatures"][1].update(sig="AAAA")),
        _changed(lambda v: v["signatures"][1].update(alg="none")),
    ],
)
def test_an_envelope_has_one_spelling(data):
    with pytest.raises(FormatError) as refused:
        envelope.open_envelope(data)
    assert refused.value.code in {"envelope-format", "node-keys"}


def test_unused_bits_of_base64_are_refused():
    data = envelope.seal(b"ab", KEYS)
    text = json.loads(data)["payload"]
    assert text == "YWI="
    assert base64.b64decode("YWJ=") == b"ab"
    with pytest.raises(FormatError):
        envelope.open_envelope(data.replace(b'"YWI="', b'"YWJ="'))


def test_sizes_are_bounded_on_both_sides():
    with pytest.raises(FormatError) as refused:
        envelope.seal(b"a" * (limits.MAX_ACT + 1), KEYS)
    assert refused.value.code == "envelope-size"
    largest = envelope.seal(b"a" * limits.MAX_ACT, KEYS)
    assert len(envelope.open_envelope(largest).payload) == limits.MAX_ACT
    with pytest.raises(FormatError) as refused:
        envelope.open_envelope(b"a" * (limits.MAX_ENVELOPE + 1))
    assert refused.value.code == "envelope-size"


def test_a_card_is_not_an_act():
    with pytest.raises(FormatError):
        envelope.open_envelope(envelope.seal(PAYLOAD, KEYS, payload_type=envelope.CARD_TYPE))


@pytest.mark.tools("openssl")
def test_a_stranger_verifies_with_openssl(tmp_path):
    value = json.loads(DATA)
    payload = base64.b64decode(value["payload"])
    head = f"DSSEv1 {len(value['payloadType'])} {value['payloadType']} {len(payload)} "
    (tmp_path / "signed").write_bytes(head.encode() + payload)
    (tmp_path / "sig").write_bytes(base64.b64decode(value["signatures"][0]["sig"]))
    public = KEYS.ed25519.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "key.pem").write_bytes(public)
    command = "openssl pkeyutl -verify -rawin -pubin -inkey key.pem -sigfile sig -in signed"
    run = subprocess.run(command.split(), cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
