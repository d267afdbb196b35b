"""One participant on a timeline: a node that works when something wakes it, dies, comes back, and its people."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeVar

from paraph.app.delivery import GATHER_S
from paraph.app.inbound import receive
from paraph.app.ports import Courier, Renderer
from paraph.app.runner import PAUSE_S
from paraph.domain.acts import Mode
from paraph.domain.ids import DossierId, Utc
from paraph.domain.standing import PlanState
from paraph.errors import ParaphError
from paraph.simulation.clock import SimulatedClock
from paraph.simulation.disk import Backup, Crash
from paraph.simulation.network import Network, Sent, SimulatedCourier, refusal
from paraph.simulation.officers import Officers
from paraph.simulation.rendering import renderer
from paraph.simulation.timeline import Event, Timeline
from paraph.simulation.trace import Trace
from paraph.wire.keys import NodeKeys

__all__ = ["Member"]

TURN_MS: Final = 15
"""From being woken to being at work: about as long as a node takes for what else it has to do."""

GATHERED_MS: Final = int(GATHER_S * 1000)

T = TypeVar("T")


class _Bell(threading.Event):
    """Wakes a member whenever its node wishes to be woken."""

    def __init__(self, ring: Callable[[], None]) -> None:
        super().__init__()
        self._ring = ring

    def set(self) -> None:
        super().set()
        self._ring()


class Surroundings(Protocol):
    """What a member lives in; see ``world.World``."""

    parties: tuple[str, ...]
    countersign: bool
    dossier: DossierId
    timeline: Timeline
    trace: Trace
    network: Network
    members: dict[str, Member]

    @property
    def crashed(self) -> Callable[[Member], None]:
        """Told of every node that crashed."""

    def __getitem__(self, party: str) -> Member:
        """One of the members."""


@dataclass(slots=True, kw_only=True)
class Member(Officers):
    """One participant.

    Attributes:
        company: With whom.
        clock: What its node reads.
        stamp_clock: What its time-stamp authority reads.
        alive: Whether its node runs.
        gone: Whether it has left for good.
        honest: Whether it keeps the rules; what is said of nodes is said of honest ones.
        life: How often its node was started.
        restored: How often its disk was put back to what it was earlier.
        cards: Cards that lie beside its keys, since it renewed them.
    """

    company: Surroundings
    clock: SimulatedClock
    stamp_clock: SimulatedClock
    alive: bool = False
    gone: bool = False
    honest: bool = True
    life: int = 0
    restored: int = 0
    cards: tuple[bytes, ...] = ()
    _look: Event | None = field(default=None)

    # --- the node

    def start(self) -> None:
        """Start the node over what is durable; it greets, unless it has only now begun to exist."""
        self.life += 1
        self.alive = True
        self._lay_out_cards()
        Officers.start(self)
        self.node.wake = _Bell(self.ring)
        if self.life > 1:
            self.work(self.delivery.greet)
        self.ring()

    def switch_off(self) -> None:
        """End the node's process; what was durable stays."""
        self.alive = False
        self.company.timeline.cancel(self._look)
        self._look = None

    def crash(self, why: str = "") -> None:
        """End the node's process, and tell of it."""
        self.switch_off()
        self.company.trace.note(self.party, f"crashes{why}")
        self.company.crashed(self)

    def leave(self) -> None:
        """End the node for good."""
        self.switch_off()
        self.gone = True

    def restore(self, backup: Backup, *, guard: bool = True, mark: bool = True) -> None:
        """Put a backup back and start the node; see ``Officers.restore``."""
        self.restored += 1
        Officers.restore(self, backup, guard=guard, mark=mark)

    def ask_again(self) -> None:
        """Stop the node, have it ask everybody for everything, and start it again, as it says itself."""
        self.switch_off()
        Officers.ask_again(self)
        self.start()

    def renew(self, keys: NodeKeys | None = None) -> None:
        """Renew the node's keys; see ``Officers.renew``. Keys and cards survive whatever happens to the disk of its store."""
        before = self.identity.card
        fuse, self.disk.fuse.at = self.disk.fuse.at, 0
        Officers.renew(self, keys)
        self.disk.fuse.at = fuse
        self.cards = (*self.cards, before, self.identity.card)

    def _lay_out_cards(self) -> None:
        fuse, self.disk.fuse.at = self.disk.fuse.at, 0
        self.disk.blobs.put_all(self.cards)
        self.disk.fuse.at = fuse

    def rebuild(self, *, peers: bool = True) -> None:
        """Lose everything but the keys; see ``Officers.rebuild``."""
        self.restored += 1
        Officers.rebuild(self, peers=peers)

    def renderer(self) -> Renderer:
        """Renders what is in this process, once."""
        return renderer()

    def courier(self) -> Courier:
        """Sends over the company's network."""
        return SimulatedCourier(self.company.network, self)

    # --- at work

    def work(self, what: Callable[[], T]) -> T | None:
        """Let the node's process do something; it may not survive that."""
        try:
            return what()
        except Crash as crash:
            self.crash(f" while writing: {crash}")
            return None

    def command(self, name: str, what: Callable[[], object]) -> ParaphError | None:
        """Let an officer give a command; say why it was refused, if it was."""
        try:
            self.work(what)
        except ParaphError as error:
            self.company.trace.note(self.party, f"{name}: refused, {error.code}")
            return error
        self.company.trace.note(self.party, name)
        return None

    def answer(self, sent: Sent) -> bytes | Exception | None:
        """Work in what a peer sent; None if the process did not survive that."""
        try:
            return self.work(lambda: receive(self.node, sent.data))
        except ParaphError as error:
            self.company.trace.note(self.party, f"refuses a bundle of {sent.sender}: {error.code}")
            return refusal(error, self.party)

    def ring(self) -> None:
        """Let the node look at what is to do, in a moment."""
        self._look_at(self.company.timeline.now + TURN_MS)

    def _look_at(self, moment: int) -> None:
        if not self.alive:
            return
        timeline = self.company.timeline
        if self._look is not None and not self._look.cancelled:
            if self._look.at <= moment:
                return
            timeline.cancel(self._look)
        self._look = timeline.at(moment, self._turn, idle=True)

    def _turn(self) -> None:
        self._look = None
        if not self.alive:
            return
        self.node.wake.clear()
        done = self.work(lambda: self.runner.turn(self.delivery))
        if done is None:
            return
        if done[1]:
            self.ring()
        elif (moment := min(self._next_looks(), default=None)) is not None:
            self._look_at(moment)

    def _next_looks(self) -> Iterator[int]:
        """When something may be to do that nothing wakes the node for."""
        now = self.company.timeline.now
        if self.delivery.gathering():
            yield now + GATHERED_MS // 2
        if self._overdue():
            yield now + int(PAUSE_S * 1000)
        for at in self.due():
            wait = self.clock.wait_until(at)
            if wait > 0:
                yield now + wait
        for at in (*self.runner.retries(), *self.limits()):
            wait = self.clock.wait_until(at)
            if wait > 0:
                yield now + wait

    def due(self) -> Iterator[Utc]:
        """When outbox entries to peers that still exist are due."""
        state = self.disk.store.state
        for (peer, _), entry in state.due.items():
            if entry.not_before is not None and not self.company.members[peer].gone:
                yield entry.not_before

    def limits(self) -> Iterator[Utc]:
        """Time limits of the plan, as far as the log is worked in."""
        dossier = self.node.view(self.company.dossier).dossier
        plan = dossier.plan if dossier is not None else None
        if plan is not None and plan.state is PlanState.OPEN and plan.body.mode is Mode.MEDIATED:
            yield plan.body.deposit_until

    def quiet(self) -> bool:
        """Whether nothing is to do now but wait: for people, for time limits, for somebody who is gone."""
        if not self.alive:
            return self.gone
        if any(True for _ in self.due()) or self.delivery.gathering():
            return False
        return self._look is None or self._look.at > self.company.timeline.now + TURN_MS

    def waits(self) -> bool:
        """Whether time alone will bring something."""
        if not self.alive:
            return False
        # Who was restored says nothing before it heard everybody: where somebody left for good only officers can help, and
        # others wait for its cosignatures.
        members = self.company.members.values()
        silent = any(member.restored for member in members) and any(member.gone for member in members)
        awaited = (*(() if silent else self.runner.retries()), *self.limits())
        return self._overdue() or any(self.clock.wait_until(at) for at in awaited)

    def _overdue(self) -> bool:
        """Whether something is due by now that was not looked at: the clock was set forward just after a look."""
        return any(not self.clock.wait_until(at) for at in self.runner.awaited())
