from __future__ import annotations

import hashlib
import tracemalloc
import zlib
from dataclasses import replace

import pytest

from paraph.adapters.signing.node_keys import generate_node_keys
from paraph.domain.ids import Digest, DossierId, PartyId, Utc
from paraph.errors import FormatError
from paraph.wire import bundle, canonical, envelope, hpke, limits
from paraph.wire.keys import sign_hybrid
from paraph.wire.sections import Blob, Order, Section

ISRAEL = generate_node_keys()
KOSOVO = generate_node_keys()
PEERS = {PartyId("israel"): ISRAEL.public, PartyId("kosovo"): KOSOVO.public}
SECTION = Section(
    dossier=DossierId("ab" * 32),
    feeds={PartyId("israel"): 3, PartyId("kosovo"): 0},
    size=3,
    root=Digest("cd" * 32),
    wants_blobs=(Digest("ef" * 32),),
    acts=(envelope.seal(b'{"a":1}', ISRAEL), envelope.seal(b'{"a":2}', ISRAEL)),
    order=Order(start=1, authors=(PartyId("israel"), PartyId("israel"))),
    notes=("log\n— äöü\n".encode(),),
    blobs=(Blob.of(b"file"), Blob.of(b"")),
)
BUNDLE = bundle.Bundle(
    sender=PartyId("israel"),
    recipient=PartyId("kosovo"),
    sent_at=Utc("2021-02-01T12:00:00Z"),
    sections=(SECTION, replace(SECTION, acts=())),
)


def refusal(data, recipient=KOSOVO, peers=PEERS):
    with pytest.raises(FormatError) as refused:
        bundle.unpack(data, recipient, peers.get)
    return refused.value.code


def sealed(body, *, keys=ISRAEL, signature=None, sender="israel", recipient="kosovo"):
    """A bundle as a known but malicious peer could make it."""
    signed = signature or canonical.dump(sign_hybrid(keys, bundle._signed_message(body)).to_json())
    info = f"paraph/bundle/1\n{sender}\n{recipient}".encode()
    head = f"paraph-bundle/1 {sender} {recipient}\n".encode()
    return head + hpke.seal(KOSOVO.public, info, signed + b"\n" + body)


def content(**change):
    value = {
        "format": "paraph.bundle/1",
        "from": "israel",
        "to": "kosovo",
        "sent_at": "2021-02-01T12:00:00Z",
        "sections": [],
    }
    data = canonical.dump({**value, **change})
    return b"json %d\n%s" % (len(data), data)


@pytest.mark.parametrize("compress", [False, True])
def test_a_bundle_comes_back_as_it_was_sent(compress):
    data = bundle.pack(BUNDLE, ISRAEL, KOSOVO.public, compress=compress)
    assert bundle.peek(data) == ("israel", "kosovo")
    assert bundle.unpack(data, KOSOVO, PEERS.get) == BUNDLE


def test_nothing_of_the_content_shows():
    data = bundle.pack(BUNDLE, ISRAEL, KOSOVO.public)
    assert b"ab" * 32 not in data
    assert b"sections" not in data


def test_compression_is_worth_it_for_text():
    wordy = replace(BUNDLE, sections=tuple(replace(SECTION, acts=()) for _ in range(50)))
    assert len(bundle.pack(wordy, ISRAEL, KOSOVO.public, compress=True)) * 3 < len(
        bundle.pack(wordy, ISRAEL, KOSOVO.public)
    )


def test_who_may_send_to_whom():
    data = bundle.pack(BUNDLE, ISRAEL, KOSOVO.public)
    assert refusal(data, peers={}) == "bundle-sender"
    assert refusal(data, recipient=ISRAEL) == "seal"
    assert refusal(data, peers={"israel": KOSOVO.public}) == "bundle-signature"
    assert refusal(data.replace(b" kosovo\n", b" serbia\n", 1)) == "seal"
    assert refusal(data.replace(b" israel ", b" kosovo ", 1)) == "seal"


def test_a_recipient_cannot_pass_a_bundle_on_as_if_it_were_meant_for_another():
    body = content(to="mediator")
    assert refusal(sealed(body)) == "bundle-format"
    assert refusal(sealed(content(**{"from": "mediator"}))) == "bundle-format"


def test_a_malicious_peer_finds_every_layer_closed():
    good = content()
    assert bundle.unpack(sealed(good), KOSOVO, PEERS.get).sections == ()
    data = good.split(b"\n", 1)[1]
    packed = zlib.compress(data)
    cases = {
        "bundle-signature": [sealed(good, keys=KOSOVO)],
        "bundle-format": [
            sealed(good, signature=b"{ }"),
            sealed(good, signature=b"x" * 9000),
            sealed(data),
            sealed(b"json 0\n"),
            sealed(b"json %d\n" % (limits.MAX_BUNDLE_CONTENT + 1) + data),
            sealed(b"json %d\n" % (len(data) + 1) + data),
            sealed(b"zlib %d\n" % len(data) + data),
            sealed(b"zlib %d\n" % len(data) + packed[:-1]),
            sealed(b"zlib %d\n" % len(data) + packed + b"\0"),
            sealed(b"zlib %d\n" % (len(data) - 1) + packed),
            sealed(b"zlib %d\n" % (len(data) + 1) + packed),
            sealed(b"zlib 10\n" + zlib.compress(b"0" * 10_000_000)),
            sealed(content(format="paraph.bundle/2")),
            sealed(content(extra=1)),
            sealed(content(sent_at="now")),
            sealed(content(sections=[{}])),
            sealed(content(sections=[{}] * (limits.MAX_SECTIONS + 1))),
        ],
        "node-keys": [sealed(good, signature=b"{}")],
        "json-syntax": [sealed(b"json 1\n{")],
    }
    for code, items in cases.items():
        for place, item in enumerate(items):
            assert refusal(item) == code, (code, place)


@pytest.mark.parametrize(
    "data", [b"", b"paraph-bundle/1 israel kosovo", b"paraph-bundle/1 Israel kosovo\n", b"x" * 5000]
)
def test_what_is_no_bundle_is_said_at_once(data):
    assert refusal(data) == "bundle-format"


def test_sizes_are_bounded_on_both_sides():
    large = replace(SECTION, blobs=(Blob.of(b"\0" * limits.MAX_BLOB), Blob.of(b"\1" * limits.MAX_BLOB)))
    with pytest.raises(FormatError) as refused:
        bundle.pack(replace(BUNDLE, sections=(large,)), ISRAEL, KOSOVO.public)
    assert refused.value.code == "bundle-size"
    assert refusal(b"\0" * (limits.MAX_BUNDLE + 1)) == "bundle-size"


def test_decompression_stops_at_the_stated_length():
    bomb = sealed(b"zlib 10\n" + zlib.compress(b"0" * 50_000_000))
    tracemalloc.start()
    try:
        assert refusal(bomb) == "bundle-format"
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 2_000_000


def test_the_signature_is_over_the_type_and_the_digest_of_the_body():
    digest = hashlib.sha256(b"body").digest()
    assert bundle._signed_message(b"body") == b"DSSEv1 29 application/vnd.paraph.bundle 32 " + digest
