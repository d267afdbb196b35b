from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from paraph.adapters.signing.node_keys import generate_node_keys
from paraph.domain.ids import PartyId, Utc
from paraph.errors import FormatError
from paraph.wire import bundle, canonical, hpke
from paraph.wire.keys import sign_hybrid
from paraph.wire.sections import Blob, Order, Section, write_section

ISRAEL = generate_node_keys()
KOSOVO = generate_node_keys()
PEERS = {PartyId("israel"): ISRAEL.public}

digests = st.from_regex(r"[0-9a-f]{64}", fullmatch=True)
parties = st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True)
counts = st.integers(0, 2**40)
acts = st.text('{}"\\ab\n', min_size=1, max_size=20).map(str.encode)
sections = st.builds(
    Section,
    dossier=digests,
    feeds=st.dictionaries(parties, counts, max_size=4),
    size=counts,
    root=digests,
    wants_blobs=st.lists(digests, max_size=2).map(tuple),
    acts=st.lists(acts, max_size=4).map(tuple),
    order=st.builds(Order, start=counts, authors=st.lists(parties, max_size=4).map(tuple)),
    notes=st.lists(acts, max_size=2).map(tuple),
    blobs=st.lists(st.binary(max_size=20).map(Blob.of), max_size=2).map(tuple),
)
bundles = st.builds(
    bundle.Bundle,
    sender=st.just("israel"),
    recipient=parties,
    sent_at=st.just("2021-02-01T12:00:00Z"),
    sections=st.lists(sections, max_size=3).map(tuple),
)
DATA = bundle.pack(
    bundle.Bundle(sender=PartyId("israel"), recipient=PartyId("kosovo"), sent_at=Utc("2021-02-01T12:00:00Z")),
    ISRAEL,
    KOSOVO.public,
)


@given(bundles, st.booleans())
def test_every_bundle_comes_back(sent, compress):
    data = bundle.pack(sent, ISRAEL, KOSOVO.public, compress=compress)
    assert bundle.unpack(data, KOSOVO, PEERS.get) == sent


@given(st.integers(0, len(DATA) - 1), st.integers(1, 255))
def test_any_changed_byte_is_noticed(place, flip):
    changed = bytearray(DATA)
    changed[place] ^= flip
    try:
        bundle.unpack(bytes(changed), KOSOVO, PEERS.get)
    except FormatError:
        return
    raise AssertionError(f"byte {place} was changed and nothing noticed")


@given(st.data())
@settings(max_examples=100)
def test_only_format_errors_leave_the_reader_whatever_a_known_peer_signs(data):
    good = canonical.dump(
        {
            "format": "paraph.bundle/1",
            "from": "israel",
            "sections": [write_section(data.draw(sections))],
            "sent_at": "2021-02-01T12:00:00Z",
            "to": "kosovo",
        }
    )
    place = data.draw(st.integers(0, len(good)))
    put = data.draw(st.binary(max_size=6) | st.sampled_from([b'"', b"[", b"{}", b"null", b"-1", b"1.5"]))
    content = good[:place] + put + good[place + data.draw(st.integers(0, 6)) :]
    body = b"json %d\n%s" % (len(content), content)
    signature = canonical.dump(sign_hybrid(ISRAEL, bundle._signed_message(body)).to_json())
    sealed = hpke.seal(KOSOVO.public, b"paraph/bundle/1\nisrael\nkosovo", signature + b"\n" + body)
    try:
        bundle.unpack(b"paraph-bundle/1 israel kosovo\n" + sealed, KOSOVO, PEERS.get)
    except FormatError:
        return
