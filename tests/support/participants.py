"""Participants of a dossier in tests: node keys, a peer card, and demonstration certificates for people and seals."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from paraph.adapters.signing.authority import DemoAuthority, Issued
from paraph.adapters.signing.keys import KeySigner
from paraph.adapters.signing.node_keys import generate_node_keys
from paraph.adapters.timestamps.authority import BuiltInTimestamper, TimestampAuthority
from paraph.domain.acts import Role
from paraph.domain.ids import Digest, PartyId, Utc
from paraph.verify.anchors import TrustAnchors
from paraph.wire import card as cards
from paraph.wire.card import CardName, PeerCard, pack_card
from paraph.wire.cms import SignerProfile, assemble, to_be_signed
from paraph.wire.container.seal import seal_attributes
from paraph.wire.keys import NodeKeys

__all__ = ["BEGIN", "Desk", "Person", "TickingClock", "anchors_of", "digest_of", "instant", "participants"]

BEGIN = Utc("2026-03-02T09:00:00Z")
"""When the ceremony of a test package begins; nothing depends on the day on which tests run."""


@dataclass(slots=True)
class TickingClock:
    """A clock that shows one second more whenever somebody looks."""

    at: datetime = field(default_factory=lambda: instant(BEGIN))

    def now(self) -> Utc:
        self.at += timedelta(seconds=1)
        return self.seen()

    def ticks(self) -> float:
        return self.at.timestamp()

    def seen(self) -> Utc:
        """What it showed last."""
        return Utc(self.at.strftime("%Y-%m-%dT%H:%M:%SZ"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A participant with everything its node and its people own."""

    party: PartyId
    role: Role
    keys: NodeKeys
    card: bytes
    authority: DemoAuthority
    signatory: Issued
    seal: Issued
    stamper: BuiltInTimestamper
    clock: TickingClock

    @property
    def crls(self) -> tuple[bytes, ...]:
        return self.authority.crl(BEGIN)

    def sign(
        self, digest: bytes, issued: Issued | None = None, policy: tuple[str, bytes] | None = None
    ) -> bytes:
        """A PAdES CMS over a SHA-256 digest, time-stamped."""
        signer = (issued or self.signatory).signer()
        profile = SignerProfile(
            certificate=signer.certificate, chain=signer.chain, algorithm=signer.algorithm, policy=policy
        )
        attributes = to_be_signed(profile, digest)
        return self._stamped(profile, attributes, signer.sign(attributes))

    def seal_over(self, manifest: bytes, issued: Issued | None = None, *, stamped: bool = True) -> bytes:
        """A CAdES seal over a manifest."""
        signer = (issued or self.seal).signer()
        profile = SignerProfile(
            certificate=signer.certificate, chain=signer.chain, algorithm=signer.algorithm
        )
        attributes = seal_attributes(profile, manifest, self.clock.now())
        if not stamped:
            return assemble(profile, attributes, signer.sign(attributes))
        return self._stamped(profile, attributes, signer.sign(attributes))

    def _stamped(self, profile: SignerProfile, attributes: bytes, signature: bytes) -> bytes:
        token = self.stamper.timestamp(hashlib.sha256(signature).digest())
        return assemble(profile, attributes, signature, timestamp_token=token)


@dataclass(frozen=True, slots=True)
class Desk:
    """``SignerDesk`` of one person's node."""

    person: Person

    def signer(self, signatory: str) -> KeySigner:
        return self.person.seal.signer() if signatory == "seal" else self.person.signatory.signer()

    def crls(self) -> tuple[bytes, ...]:
        return self.person.crls


@functools.cache
def _authority(party: str) -> DemoAuthority:
    return DemoAuthority.create(f"Ministry of {party.title()}", "", BEGIN)


def participants(roles: Mapping[PartyId, Role], clock: TickingClock) -> dict[PartyId, Person]:
    """One person for each participant, with keys of its own."""
    return {party: _person(party, role, clock) for party, role in roles.items()}


def _person(party: PartyId, role: Role, clock: TickingClock) -> Person:
    authority, keys = _authority(party), generate_node_keys()
    organisation = f"Ministry of {party.title()}"
    card = PeerCard(
        party=party,
        names={"en": CardName(formal=party.title(), short=party.title(), in_title=party.title())},
        roles=(cards.Role(role.value),),
        keys=keys.public,
        anchors=(authority.root_pem.decode("ascii"),),
        valid_from=BEGIN,
        valid_until=Utc("2031-03-02T09:00:00Z"),
    )
    tsa = authority.issue_tsa(now=BEGIN)
    return Person(
        party=party,
        role=role,
        keys=keys,
        card=pack_card(card, keys),
        authority=authority,
        signatory=authority.issue_signatory(
            f"Signatory of {party.title()}", "Minister", organisation, now=BEGIN
        ),
        seal=authority.issue_seal(organisation, now=BEGIN),
        stamper=BuiltInTimestamper(TimestampAuthority(tsa.signer()), clock),
        clock=clock,
    )


def anchors_of(people: Mapping[PartyId, Person]) -> TrustAnchors:
    """Trust in every participant's authority, with its current revocation lists."""
    roots = TrustAnchors.load([person.authority.root_pem for person in people.values()])
    crls = tuple(crl for person in people.values() for crl in person.crls)
    return TrustAnchors(certificates=roots.certificates, crls=crls)


def digest_of(data: bytes) -> Digest:
    """SHA-256 in hexadecimal."""
    return Digest(hashlib.sha256(data).hexdigest())


def instant(at: str) -> datetime:
    """An RFC 3339 instant as a datetime."""
    return datetime.strptime(at, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
