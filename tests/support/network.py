"""A network in memory: it delivers, loses, repeats, holds back and cuts, exactly as a test says.

Deliveries are calls in the same thread, so that a test is the same in every run. What was sent is kept: a test can look for
bytes that must not travel, and deliver an old bundle again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from paraph.app.ports import PeerRow
from paraph.domain.ids import PartyId
from paraph.errors import ParaphError, TransientError

__all__ = ["Fate", "Line", "Network", "Sent"]


class Fate(StrEnum):
    """What becomes of one delivery."""

    DELIVER = "deliver"
    LOSE = "lose"
    LOSE_ANSWER = "lose-answer"
    REPEAT = "repeat"
    HOLD = "hold"


@dataclass(frozen=True, slots=True)
class Sent:
    """A bundle on its way."""

    sender: PartyId
    recipient: PartyId
    data: bytes


@dataclass(slots=True)
class Network:
    """Connects nodes by their ids.

    Attributes:
        fate: Decides about each delivery; everything is delivered by default.
        away: Nodes that nobody reaches and that reach nobody.
        cut: Pairs that do not reach each other.
        survive: Asked when a node dies while it answers; the sender then only sees that nobody answers.
        sent: Every bundle that was sent, requests and answers, oldest first.
        held: Bundles held back; see ``deliver_held``.
    """

    fate: Callable[[Sent], Fate] = lambda _sent: Fate.DELIVER
    away: set[str] = field(default_factory=set)
    cut: set[frozenset[str]] = field(default_factory=set)
    survive: Callable[[BaseException, Sent], bool] = lambda _error, _sent: False
    sent: list[Sent] = field(default_factory=list)
    held: list[Sent] = field(default_factory=list)
    _receive: dict[PartyId, Callable[[bytes], bytes]] = field(default_factory=dict)

    def connect(self, party: PartyId, receive: Callable[[bytes], bytes]) -> None:
        """Put a node on the network, or another one in its place."""
        self._receive[party] = receive

    def line_of(self, party: PartyId) -> Line:
        """The transport of one node."""
        return Line(self, party)

    def separate(self, one: str, other: str) -> None:
        """Cut the line between two nodes."""
        self.cut.add(frozenset({one, other}))

    def heal(self) -> None:
        """Reconnect everybody; deliver everything from now on."""
        self.cut.clear()
        self.away.clear()
        self.fate = lambda _sent: Fate.DELIVER

    def carry(self, sent: Sent) -> bytes:
        """Deliver one bundle and return the answer."""
        unreachable = {sent.sender, sent.recipient} & self.away or frozenset(
            {sent.sender, sent.recipient}
        ) in self.cut
        fate = Fate.LOSE if unreachable else self.fate(sent)
        self.sent.append(sent)
        if fate in (Fate.LOSE, Fate.HOLD):
            if fate is Fate.HOLD:
                self.held.append(sent)
            raise TransientError("peer-unreachable", f"{sent.recipient} cannot be reached")
        if fate is Fate.REPEAT:
            self._answer(sent)
        answer = self._answer(sent)
        if fate is Fate.LOSE_ANSWER:
            raise TransientError("peer-unreachable", f"the answer of {sent.recipient} was lost")
        return answer

    def deliver_held(self, index: int = 0) -> None:
        """Deliver a bundle that was held back; its answer is lost."""
        self.deliver_again(self.held.pop(index))

    def deliver_again(self, sent: Sent) -> None:
        """Deliver a bundle once more, as anybody on the line can."""
        try:
            self._receive[sent.recipient](sent.data)
        except ParaphError:
            return  # what the recipient thinks of it is for the test to see

    def _answer(self, sent: Sent) -> bytes:
        try:
            answer = self._receive[sent.recipient](sent.data)
        except BaseException as error:
            if self.survive(error, sent):
                raise TransientError("peer-unreachable", f"{sent.recipient} is gone") from None
            raise
        self.sent.append(Sent(sent.recipient, sent.sender, answer))
        return answer


@dataclass(frozen=True, slots=True)
class Line:
    """The ``Transport`` of one node."""

    network: Network
    party: PartyId

    def exchange(self, peer: PeerRow, bundle: bytes) -> bytes:
        return self.network.carry(Sent(self.party, peer.party, bundle))
