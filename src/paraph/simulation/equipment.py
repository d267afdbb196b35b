"""What the nodes of a simulation have: identities made once per process, keys that count, a desk."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field

from paraph.adapters.signing.authority import DemoAuthority, Issued
from paraph.adapters.timestamps.authority import TimestampAuthority
from paraph.app.ports import Clock, Signer
from paraph.domain.acts import Role
from paraph.domain.ids import PartyId, Utc
from paraph.simulation.clock import BEGIN
from paraph.simulation.ideal import new_keys
from paraph.wire import card as cards
from paraph.wire.card import CardName, PeerCard, pack_card
from paraph.wire.keys import NodeKeys

__all__ = ["CountingSigner", "Desk", "Identity", "identity"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What a participant's node and people own: made once per process, the same in every test."""

    party: PartyId
    role: Role
    keys: NodeKeys
    card: bytes
    authority: DemoAuthority
    signatory: Issued
    seal: Issued
    stamper: TimestampAuthority
    former: tuple[NodeKeys, ...] = ()


@functools.cache
def identity(party: str, role: Role = Role.PARTY) -> Identity:
    """A participant with keys of its own; equal arguments give the same one."""
    organisation = f"Ministry of {party.title()}"
    authority, keys = DemoAuthority.create(organisation, "", BEGIN), new_keys()
    card = PeerCard(
        party=PartyId(party),
        names={"en": CardName(formal=party.title(), short=party.title(), in_title=party.title())},
        roles=(cards.Role(role.value),),
        keys=keys.public,
        anchors=(authority.root_pem.decode("ascii"),),
        valid_from=BEGIN,
        valid_until=Utc("2031-03-02T09:00:00Z"),
    )
    return Identity(
        party=PartyId(party),
        role=role,
        keys=keys,
        card=pack_card(card, keys),
        authority=authority,
        signatory=authority.issue_signatory(f"minister {party}", "Minister", organisation, now=BEGIN),
        seal=authority.issue_seal(organisation, now=BEGIN),
        stamper=TimestampAuthority(authority.issue_tsa(now=BEGIN).signer()),
    )


@dataclass(slots=True)
class CountingSigner:
    """A signer that remembers what it signed."""

    issued: Issued
    signed: list[bytes] = field(default_factory=list)

    @property
    def certificate(self) -> bytes:
        return self.issued.signer().certificate

    @property
    def chain(self) -> tuple[bytes, ...]:
        return self.issued.signer().chain

    @property
    def algorithm(self) -> str:
        return self.issued.signer().algorithm

    def sign(self, message: bytes) -> bytes:
        self.signed.append(message)
        return self.issued.signer().sign(message)


@dataclass(slots=True)
class Desk:
    """``SignerDesk`` with keys in memory."""

    authority: DemoAuthority
    clock: Clock
    signers: dict[str, Signer] = field(default_factory=dict)

    def signer(self, signatory: str) -> Signer | None:
        return self.signers.get(signatory)

    def crls(self) -> tuple[bytes, ...]:
        return self.authority.crl(self.clock.now())
