from __future__ import annotations

import datetime
import hashlib
from dataclasses import replace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from paraph.adapters.signing.node_keys import generate_node_keys
from paraph.domain.ids import PartyId, Utc
from paraph.errors import FormatError
from paraph.wire import canonical, card, envelope, limits

KEYS = generate_node_keys()


def _certificate():
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "DEMO")])
    start = datetime.datetime(2021, 1, 1, tzinfo=datetime.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(KEYS.ed25519.public_key())
        .serial_number(7)
        .not_valid_before(start)
        .not_valid_after(start + datetime.timedelta(days=365))
    )
    return builder.sign(KEYS.ed25519, None)


CERTIFICATE = _certificate()
PEM = CERTIFICATE.public_bytes(Encoding.PEM).decode()
CARD = card.PeerCard(
    party=PartyId("kosovo"),
    names={
        "en": card.CardName(
            formal="the Republic of Kosovo", short="Kosovo", in_title="the Republic of Kosovo"
        ),
        "sr-Latn": card.CardName(formal="Republika Kosovo", short="Kosovo", in_title="Republika Kosovo"),
    },
    roles=(card.Role.PARTY, card.Role.WITNESS),
    keys=KEYS.public,
    endpoints=("https://node.example/inbox", "mailto:node@example.org", "http://127.0.0.1:8701/"),
    tls_certificate=PEM,
    anchors=(PEM,),
    valid_from=Utc("2021-01-01T00:00:00Z"),
    valid_until=Utc("2022-01-01T00:00:00Z"),
)
DATA = card.pack_card(CARD, KEYS)


def test_a_card_comes_back():
    assert card.unpack_card(DATA) == CARD
    assert CARD.key_id == KEYS.public.key_id
    assert CARD.tls_sha256 == hashlib.sha256(CERTIFICATE.public_bytes(Encoding.DER)).hexdigest()
    assert card.card_digest(DATA) == hashlib.sha256(DATA).hexdigest()


def test_a_node_without_a_server_has_a_card():
    bare = replace(CARD, tls_certificate="", anchors=(), endpoints=())
    assert card.unpack_card(card.pack_card(bare, KEYS)) == bare
    assert bare.tls_sha256 == ""


def test_a_card_is_signed_with_the_keys_it_carries():
    with pytest.raises(FormatError) as refused:
        card.pack_card(CARD, generate_node_keys())
    assert refused.value.code == "envelope-signature"


def _sealed(**change):
    value = canonical.load_object(envelope.open_envelope(DATA, payload_type=envelope.CARD_TYPE).payload)
    return envelope.seal(canonical.dump({**value, **change}), KEYS, payload_type=envelope.CARD_TYPE)


@pytest.mark.parametrize(
    "change",
    [
        {"format": "paraph.card/2"},
        {"party": "Kosovo"},
        {"names": {}},
        {"names": {"english": {"formal": "a", "short": "a", "in_title": "a"}}},
        {"names": {"en": {"formal": "a", "short": "a"}}},
        {"names": {"en": {"formal": "", "short": "a", "in_title": "a"}}},
        {"roles": []},
        {"roles": ["party", "party"]},
        {"roles": ["host"]},
        {"endpoints": ["ftp://example.org/"]},
        {"endpoints": ["http://example.org/"]},
        {"endpoints": ["http://127.0.0.1.example.org/"]},
        {"endpoints": ["https://a b"]},
        {"endpoints": ["https://a/"] * (limits.MAX_ENDPOINTS + 1)},
        {"tls": {"certificate": PEM, "sha256": "00" * 32}},
        {"tls": {"certificate": "", "sha256": "00" * 32}},
        {"tls": {"certificate": "nonsense", "sha256": ""}},
        {"anchors": [PEM + PEM]},
        {"anchors": ["comment\n" + PEM]},
        {"anchors": [PEM.replace("MI", "XX", 1)]},
        {"anchors": ["ä"]},
        {"anchors": [PEM] * (limits.MAX_ANCHORS + 1)},
        {"valid_until": "2021-01-01T00:00:00Z"},
        {"valid_from": "yesterday"},
        {"extra": 1},
    ],
)
def test_every_member_has_one_form(change):
    with pytest.raises(FormatError) as refused:
        card.unpack_card(_sealed(**change))
    assert refused.value.code == "card-format"


def test_a_card_in_another_spelling_or_size_is_refused():
    payload = envelope.open_envelope(DATA, payload_type=envelope.CARD_TYPE).payload
    with pytest.raises(FormatError) as refused:
        card.unpack_card(envelope.seal(payload + b"\n", KEYS, payload_type=envelope.CARD_TYPE))
    assert refused.value.code == "card-format"
    with pytest.raises(FormatError) as refused:
        card.unpack_card(envelope.seal(payload, KEYS))
    assert refused.value.code == "envelope-format"
    with pytest.raises(FormatError) as refused:
        card.unpack_card(b"\0" * (limits.MAX_CARD + 1))
    assert refused.value.code == "card-size"
