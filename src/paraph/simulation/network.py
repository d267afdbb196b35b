"""The network between nodes: requests and answers as events, in any weather.

A request travels, its recipient works it in and answers, the answer travels. Each leg can be late or lost, a request can
arrive more than once, or again long afterwards. Who waits too long gives up, as over HTTPS; the other side does not know.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeVar

from paraph.app.ports import PeerRow
from paraph.domain.ids import PartyId
from paraph.errors import ConflictError, ParaphError, PermanentError, TransientError
from paraph.simulation.equipment import Identity
from paraph.simulation.reading import describe
from paraph.simulation.timeline import Event, Timeline
from paraph.simulation.trace import Trace

__all__ = ["CALM", "Network", "Sent", "SimulatedCourier", "Traffic", "Weather"]

PATIENCE_MS: Final = 30_000
"""How long a node waits for an answer, as over HTTPS."""

KEPT: Final = 400
"""Requests that an observer of the line can deliver again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """How bad the network is; all parts as probabilities per leg.

    Attributes:
        delay_ms: Shortest and longest of ordinary delays.
        lost: Lost on the way.
        late: Late by up to ``late_ms``.
        late_ms: See ``late``.
        repeated: A request that arrives twice.
    """

    delay_ms: tuple[int, int] = (5, 40)
    lost: float = 0.0
    late: float = 0.0
    late_ms: int = 0
    repeated: float = 0.0


CALM: Final = Weather()

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as anybody on the line sees it."""

    sender: str
    recipient: str
    data: bytes


class Station(Protocol):
    """A node as the network sees it."""

    alive: bool
    life: int
    identity: Identity

    @property
    def party(self) -> PartyId:
        """Whose it is."""

    def answer(self, sent: Sent) -> bytes | Exception | None:
        """Work in what a peer sent; None if the process did not survive that."""

    def work(self, what: Callable[[], T]) -> T | None:
        """Let the node's process do something."""


@dataclass(slots=True)
class Traffic:
    """How much one node has sent another."""

    bundles: int = 0
    size: int = 0

    def add(self, data: bytes) -> None:
        """Count a bundle."""
        self.bundles += 1
        self.size += len(data)


@dataclass(slots=True, kw_only=True)
class _Call:
    """A request under way, and who waits for its answer."""

    sender: Station
    life: int
    sent: Sent
    answered: Callable[[bytes], None]
    failed: Callable[[Exception], None]
    timer: Event | None = None
    over: bool = False


def _nobody(_sent: Sent, _answer: bytes | Exception | None) -> None:
    """Nobody wants to be told."""


@dataclass(slots=True, kw_only=True)
class Network:
    """Connects nodes by their ids.

    Attributes:
        timeline: When things arrive.
        trace: Where it is noted.
        rng: Decides what becomes of each leg.
        weather: How bad it is.
        members: Who is connected.
        cut: Pairs that do not reach each other.
        away: Nodes that reach nobody.
        sent: Requests that were sent, oldest first.
        arrived: Told of each request that was delivered, and what was answered.
        traffic: Requests that arrived and answers to them, from whom to whom, until everything healed or since.
    """

    timeline: Timeline
    trace: Trace
    rng: random.Random
    weather: Weather = CALM
    members: Mapping[str, Station] = field(default_factory=dict)
    cut: set[frozenset[str]] = field(default_factory=set)
    away: set[str] = field(default_factory=set)
    sent: list[Sent] = field(default_factory=list)
    arrived: Callable[[Sent, bytes | Exception | None], None] = _nobody
    traffic: dict[tuple[str, str], Traffic] = field(default_factory=dict)

    def carry(
        self,
        sender: Station,
        peer: PartyId,
        bundle: bytes,
        answered: Callable[[bytes], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Set a request on its way."""
        sent = Sent(sender.party, peer, bundle)
        if len(self.sent) < KEPT:
            self.sent.append(sent)
        if self.trace.full:
            self.trace.note(sent.sender, f"→ {sent.recipient}: {self._describe(sent)}")
        call = _Call(sender=sender, life=sender.life, sent=sent, answered=answered, failed=failed)
        call.timer = self.timeline.after(PATIENCE_MS, lambda: self._give_up(call))
        wait = self._leg(sent.sender, sent.recipient)
        if wait is None:
            self.trace.note(sent.sender, f"→ {sent.recipient}: lost")
        else:
            self.timeline.after(wait, lambda: self._arrive(call))
        if self.rng.random() < self.weather.repeated:
            again = self._leg(sent.sender, sent.recipient)
            if again is not None:
                self.timeline.after(again + (wait or 0), lambda: self.deliver_again(sent))

    def deliver_again(self, sent: Sent) -> None:
        """Deliver a request once more, as anybody on the line can; the answer goes nowhere."""
        recipient = self.members[sent.recipient]
        if not recipient.alive or not self._reach(sent.sender, sent.recipient):
            return
        self.trace.note(sent.recipient, f"gets a bundle of {sent.sender} once more")
        self.arrived(sent, recipient.answer(sent))

    def heal(self) -> None:
        """Connect everybody, and let everything arrive from now on."""
        self.weather = CALM
        self.cut.clear()
        self.away.clear()
        self.traffic.clear()

    def _count(self, one: str, other: str, data: bytes) -> None:
        self.traffic.setdefault((one, other), Traffic()).add(data)

    def _describe(self, sent: Sent) -> str:
        sender, recipient = self.members[sent.sender], self.members[sent.recipient]
        return describe(sent.data, recipient.identity.keys, sender.identity.keys.public)

    def _reach(self, one: str, other: str) -> bool:
        return not {one, other} & self.away and frozenset({one, other}) not in self.cut

    def _leg(self, one: str, other: str) -> int | None:
        """How long one leg takes, or None if what travels is lost."""
        weather, rng = self.weather, self.rng
        wait = rng.randint(*weather.delay_ms)
        if rng.random() < weather.late:
            wait += rng.randrange(weather.late_ms)
        if rng.random() < weather.lost or not self._reach(one, other):
            return None
        return wait

    def _arrive(self, call: _Call) -> None:
        sent = call.sent
        recipient = self.members[sent.recipient]
        if not self._reach(sent.sender, sent.recipient):
            self.trace.note(sent.sender, f"→ {sent.recipient}: lost")
            return
        if not recipient.alive:
            self._fail(call, TransientError("peer-unreachable", f"{sent.recipient} is not there"))
            return
        answer = recipient.answer(sent)
        self.arrived(sent, answer)
        self._count(sent.sender, sent.recipient, sent.data)
        if isinstance(answer, bytes):
            self._count(sent.recipient, sent.sender, answer)
        wait = self._leg(sent.recipient, sent.sender)
        if answer is None or wait is None:
            if answer is not None:
                self.trace.note(sent.recipient, f"→ {sent.sender}: the answer is lost")
            return
        if self.trace.full and isinstance(answer, bytes):
            back = Sent(sent.recipient, sent.sender, answer)
            self.trace.note(sent.recipient, f"→ {sent.sender}: in answer, {self._describe(back)}")
        self.timeline.after(wait, lambda: self._return(call, answer))

    def _return(self, call: _Call, answer: bytes | Exception) -> None:
        if isinstance(answer, bytes):
            self._end(call, lambda: call.answered(answer))
        else:
            self._fail(call, answer)

    def _give_up(self, call: _Call) -> None:
        self._fail(call, TransientError("peer-unreachable", f"{call.sent.recipient} does not answer"))

    def _fail(self, call: _Call, error: Exception) -> None:
        self._end(call, lambda: call.failed(error))

    def _end(self, call: _Call, act: Callable[[], None]) -> None:
        """Tell the sender, once, if it is still the process that asked."""
        if call.over:
            return
        call.over = True
        self.timeline.cancel(call.timer)
        if call.sender.alive and call.sender.life == call.life:
            call.sender.work(act)


def refusal(error: Exception, party: str) -> Exception:
    """What a sender is told when the recipient did not take its bundle: as over HTTPS."""
    if isinstance(error, (TransientError, ConflictError)):
        return TransientError("peer-busy", f"{party} cannot take the bundle now")
    code = error.code if isinstance(error, ParaphError) else "internal"
    return PermanentError("peer-refused", f"{party} refuses the bundle: {code}", peer=party, peer_code=code)


@dataclass(frozen=True, slots=True)
class SimulatedCourier:
    """The ``Courier`` of one member."""

    network: Network
    member: Station

    def carry(
        self,
        peer: PeerRow,
        bundle: bytes,
        answered: Callable[[bytes], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Set a bundle on its way."""
        self.network.carry(self.member, peer.party, bundle, answered, failed)
