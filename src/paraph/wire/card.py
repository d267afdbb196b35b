"""The peer card: how one node introduces itself to another before they trust each other.

A card carries everything a peer needs: keys, addresses, server certificate, trust anchors, and how the party is
called, in every language, by its own choice (rule T4). It is signed with the keys it carries, which proves only that
whoever made it holds them. Whose they are, two officers establish by comparing the twelve words over both cards
(rule D5).

Source: docs/spec/peer-card.md.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_pem_x509_certificate

from paraph.domain.ids import Digest, DigestOrEmpty, PartyId, Utc
from paraph.errors import FormatError
from paraph.wire import canonical, limits
from paraph.wire.envelope import CARD_TYPE, open_envelope, seal, verify
from paraph.wire.keys import NodePublicKeys
from paraph.wire.members import MemberReader

if TYPE_CHECKING:
    from collections.abc import Mapping

    from paraph.wire.canonical import Value
    from paraph.wire.keys import NodeKeys

__all__ = ["FORMAT", "CardName", "PeerCard", "Role", "card_digest", "pack_card", "unpack_card"]

FORMAT: Final = "paraph.card/1"

_MEMBERS: Final = (
    "anchors", "endpoints", "format", "keys", "names", "party", "roles", "tls", "valid_from", "valid_until",
)  # fmt: skip
_SUCCEEDS: Final = "succeeds"
"""The one member that only some cards have: the first card of a node is written as it always was."""

_CARDS: Final = 256
"""Cards whose digests are remembered, at some six kilobytes each: which card is in force is asked at every step."""

_READ = MemberReader(code="card-format")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?\Z")
_URL: Final = re.compile(r"(https|http|mailto|folder):[!-~]+\Z")


class Role(StrEnum):
    """What a node can be in a dossier."""

    PARTY = "party"
    MEDIATOR = "mediator"
    WITNESS = "witness"


@dataclass(frozen=True, slots=True, kw_only=True)
class CardName:
    """How a party calls itself in one language.

    Attributes:
        formal: In full, as in a testimonium.
        short: As in running text.
        in_title: As in the title of an instrument.
    """

    formal: str
    short: str
    in_title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerCard:
    """A node's introduction.

    Attributes:
        party: Id of the party, and of the node that speaks for it.
        names: The party's names by language tag.
        roles: What it offers to be, at least one.
        keys: Public keys of the node.
        endpoints: Where bundles may be delivered, in order of preference: ``https:``, ``mailto:`` or ``folder:``;
            ``http:`` on loopback only.
        tls_certificate: PEM of the certificate its server shows, or empty without a server.
        anchors: PEM of the authorities that certify its signatories.
        valid_from: First instant at which the card may be used.
        valid_until: Last such instant.
        succeeds: SHA-256 of the card whose place it takes, or "" for a node's first card.
    """

    party: PartyId
    names: Mapping[str, CardName]
    roles: tuple[Role, ...]
    keys: NodePublicKeys
    endpoints: tuple[str, ...] = ()
    tls_certificate: str = ""
    anchors: tuple[str, ...] = ()
    valid_from: Utc
    valid_until: Utc
    succeeds: DigestOrEmpty = ""

    @property
    def key_id(self) -> Digest:
        """Id of the node's signature keys."""
        return self.keys.key_id

    @property
    def tls_sha256(self) -> str:
        """SHA-256 (hex) of the server certificate in DER, what a client pins; empty without a server."""
        return _certificate_digest(self.tls_certificate, "tls.certificate") if self.tls_certificate else ""


@lru_cache(maxsize=_CARDS)
def card_digest(data: bytes) -> Digest:
    """Name a card by the SHA-256 of its exact bytes, signatures included."""
    return Digest(hashlib.sha256(data).hexdigest())


def pack_card(card: PeerCard, private: NodeKeys) -> bytes:
    """Write and sign a card.

    Returns:
        A DSSE envelope. The bytes are kept: signing again gives other bytes, and other words.

    Raises:
        FormatError: ``card-format`` if the card could not be read back, or does not carry the signer's keys.
    """
    succeeds = {_SUCCEEDS: card.succeeds} if card.succeeds else {}
    payload = canonical.dump(
        {
            "anchors": list(card.anchors),
            "endpoints": list(card.endpoints),
            "format": FORMAT,
            "keys": card.keys.to_json(),
            "names": {
                language: {"formal": name.formal, "in_title": name.in_title, "short": name.short}
                for language, name in card.names.items()
            },
            "party": card.party,
            "roles": list(card.roles),
            "tls": {"certificate": card.tls_certificate, "sha256": card.tls_sha256},
            "valid_from": card.valid_from,
            "valid_until": card.valid_until,
            **succeeds,
        }
    )
    data = seal(payload, private, payload_type=CARD_TYPE)
    unpack_card(data)
    return data


def unpack_card(data: bytes) -> PeerCard:
    """Read a card and verify its signature by the keys it carries. Trust needs the twelve words besides.

    Raises:
        FormatError: ``card-size``, ``card-format``, ``envelope-format``, ``envelope-signature`` or ``node-keys``.
    """
    if len(data) > limits.MAX_CARD:
        raise FormatError("card-size", f"a peer card of {len(data)} bytes; at most {limits.MAX_CARD}")
    envelope = open_envelope(data, payload_type=CARD_TYPE)
    if not canonical.is_canonical(envelope.payload):
        raise FormatError("card-format", "a peer card is canonical JSON")
    value = canonical.load(envelope.payload)
    later = isinstance(value, dict) and _SUCCEEDS in value
    members = _READ.members(value, "card", (*_MEMBERS, _SUCCEEDS) if later else _MEMBERS)
    _READ.constant(members["format"], "format", FORMAT)
    keys = NodePublicKeys.from_json(members["keys"])
    verify(envelope, keys)
    tls = _READ.members(members["tls"], "tls", ("certificate", "sha256"))
    card = PeerCard(
        party=_READ.party(members["party"], "party"),
        names=_read_names(members["names"]),
        roles=_read_roles(members["roles"]),
        keys=keys,
        endpoints=_read_endpoints(members["endpoints"]),
        tls_certificate=_READ.text(
            tls["certificate"], "tls.certificate", minimum=0, maximum=limits.MAX_CERTIFICATE_PEM
        ),
        anchors=_read_anchors(members["anchors"]),
        valid_from=_READ.instant(members["valid_from"], "valid_from"),
        valid_until=_READ.instant(members["valid_until"], "valid_until"),
        succeeds=_READ.digest(members[_SUCCEEDS], _SUCCEEDS) if later else "",
    )
    if tls["sha256"] != card.tls_sha256:
        raise _READ.fail("tls.sha256", "is not the digest of the certificate")
    if card.valid_from >= card.valid_until:
        raise _READ.fail("valid_until", "is not after valid_from")
    return card


def _read_names(value: Value) -> dict[str, CardName]:
    found = {}
    for language, item in _READ.mapping(value, "names", maximum=limits.MAX_NAMES).items():
        where = f"names.{language[:16]}"
        if not _LANGUAGE.match(language):
            raise _READ.fail(where, "is not a language tag like “sq” or “sr-Latn”")
        name = _READ.members(item, where, ("formal", "in_title", "short"))
        found[language] = CardName(
            formal=_READ.text(name["formal"], where, maximum=limits.MAX_NAME),
            in_title=_READ.text(name["in_title"], where, maximum=limits.MAX_NAME),
            short=_READ.text(name["short"], where, maximum=limits.MAX_NAME),
        )
    if not found:
        raise _READ.fail("names", "a party has a name in at least one language")
    return found


def _read_roles(value: Value) -> tuple[Role, ...]:
    roles = _READ.array(value, "roles", maximum=len(Role))
    try:
        found = tuple(Role(_READ.text(role, "roles", maximum=16)) for role in roles)
    except ValueError as error:
        raise _READ.fail("roles", "a role is party, mediator or witness") from error
    if not found or len(set(found)) != len(found):
        raise _READ.fail("roles", "a card offers at least one role, and none twice")
    return found


def _read_endpoints(value: Value) -> tuple[str, ...]:
    found = []
    for item in _READ.array(value, "endpoints", maximum=limits.MAX_ENDPOINTS):
        url = _READ.text(item, "endpoints", maximum=limits.MAX_URL)
        loopback = url.startswith(("http://127.0.0.1:", "http://[::1]:", "http://localhost:"))
        if not _URL.match(url) or (url.startswith("http:") and not loopback):
            raise _READ.fail(
                "endpoints", "an address begins with https:, mailto: or folder: (http: on loopback)"
            )
        found.append(url)
    return tuple(found)


def _read_anchors(value: Value) -> tuple[str, ...]:
    found = []
    for place, item in enumerate(_READ.array(value, "anchors", maximum=limits.MAX_ANCHORS)):
        where = f"anchors[{place}]"
        pem = _READ.text(item, where, maximum=limits.MAX_CERTIFICATE_PEM)
        _certificate_digest(pem, where)
        found.append(pem)
    return tuple(found)


def _certificate_digest(pem: str, where: str) -> Digest:
    """Digest of the DER of exactly one certificate, in the one spelling of PEM that libraries write."""
    try:
        certificate = load_pem_x509_certificate(pem.encode("ascii"))
    except ValueError as error:
        raise _READ.fail(where, "is not an X.509 certificate in PEM") from error
    if certificate.public_bytes(Encoding.PEM).decode("ascii") != pem:
        raise _READ.fail(where, "holds more than one plain PEM certificate with lines of 64 characters")
    return Digest(hashlib.sha256(certificate.public_bytes(Encoding.DER)).hexdigest())
