"""Nodes in one process: real use cases, keys and signatures; store, network and clock in memory and in the test's hand.

``World.at("deposited")`` gives a dossier that has come so far; each stage is made once per process and copied, so that a test
pays only for what it does itself. ``settle`` runs every node until all are quiet, and fails if they never are.
"""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass, field
from typing import Any

from paraph.app.courier import ThreadedCourier
from paraph.app.inbound import receive
from paraph.app.ports import Courier, Renderer
from paraph.domain.ids import Digest
from paraph.simulation.company import MEDIATOR, STAGES, Company
from paraph.simulation.disk import Backup, Disk
from paraph.simulation.equipment import CountingSigner, Identity, identity
from paraph.simulation.officers import PLAN, Officers
from paraph.simulation.papers import letter as text
from paraph.verify.anchors import TrustAnchors
from tests.support.clock import HandClock, WrongClock
from tests.support.equipment import CachedRenderer, InlineExecutor
from tests.support.network import Network

__all__ = [
    "MEDIATOR",
    "PLAN",
    "STAGES",
    "Backup",
    "CountingSigner",
    "Identity",
    "Member",
    "World",
    "blob_digest",
    "identity",
    "text",
]

MAX_ROUNDS = 200
"""Rounds in which all nodes together have to fall silent; a conclusion takes about twenty."""


@dataclass(slots=True, kw_only=True)
class Member(Officers):
    """One participant, on a network that delivers at once."""

    company: World
    clock: WrongClock
    stamp_clock: WrongClock

    @property
    def world(self) -> World:
        return self.company

    @property
    def store(self) -> Any:  # a test knows what it finds there
        return self.disk.store

    @property
    def blobs(self) -> Any:
        return self.disk.blobs

    def start(self) -> None:
        Officers.start(self)
        self.world.network.connect(self.party, functools.partial(receive, self.node))

    def renderer(self) -> Renderer:
        return CachedRenderer()

    def courier(self) -> Courier:
        return ThreadedCourier(transport=self.world.network.line_of(self.party), executor=InlineExecutor())

    def step(self) -> bool:
        """One turn of the node's own loop; whether it did anything."""
        worked = self.runner.do_duties()
        return bool(self.delivery.send_due()) or worked


@dataclass(slots=True, kw_only=True)
class World(Company[Member]):
    """Everybody in one dossier."""

    clock: HandClock = field(default_factory=HandClock)
    network: Network = field(default_factory=Network)

    @classmethod
    def at(cls, stage: str, **settings: Any) -> World:
        """A world that has come to a stage: of its own, though made once per process."""
        return _made(stage, tuple(sorted(settings.items()))).copy()

    def copy(self) -> World:
        """The same world once more, independent of this one."""
        world = World(**self.cast(), clock=HandClock(self.clock.at), dossier=self.dossier)
        for name, member in self.members.items():
            world.join(name, member.identity).disk.restore(member.back_up())
        return world

    def join(self, name: str, who: Identity) -> Member:
        member = Member(
            company=self,
            identity=who,
            clock=WrongClock(self.clock),
            stamp_clock=WrongClock(self.clock),
            disk=Disk(owner=name),
        )
        self.members[name] = member
        return member

    # --- running

    def settle(self, *names: str) -> int:
        """Run nodes (all by default) until they are quiet, without time passing; return the rounds that took."""
        chosen = [self.members[name] for name in names or self.members]
        for round_ in range(MAX_ROUNDS):
            if not any(member.step() for member in chosen):
                return round_
        raise AssertionError(f"the nodes are not quiet after {MAX_ROUNDS} rounds")

    def pass_time(self, seconds: int, *, every: int = 60) -> None:
        """Let time pass, with the nodes at work."""
        for _ in range(max(1, seconds // every)):
            self.clock.advance(min(every, seconds))
            self.settle()

    def anchors(self) -> TrustAnchors:
        """Trust in every participant's authority."""
        return TrustAnchors.load([member.identity.authority.root_pem for member in self.members.values()])


@functools.cache
def _made(stage: str, settings: tuple[tuple[str, Any], ...]) -> World:
    step = STAGES.index(stage)
    world = _made(STAGES[step - 1], settings).copy() if step else World(**dict(settings))
    world.advance(stage)
    return world


def blob_digest(data: bytes) -> Digest:
    """SHA-256 in hexadecimal."""
    return Digest(hashlib.sha256(data).hexdigest())
