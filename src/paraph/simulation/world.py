"""A company on a timeline: its network, its clocks, and the stages from which schedules set out."""

from __future__ import annotations

import functools
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from paraph.simulation.clock import SimulatedClock
from paraph.simulation.company import STAGES, Company
from paraph.simulation.disk import Disk
from paraph.simulation.equipment import Identity
from paraph.simulation.member import Member
from paraph.simulation.network import Network
from paraph.simulation.timeline import Timeline
from paraph.simulation.trace import Trace

__all__ = ["INTO_MS", "World"]

INTO_MS: Final = (100, 250, 400, 600, 900, 1_300)
"""Moments of an exchange from which schedules set out; in calm weather all signatures are revealed after about a second."""

MAX_STEPS: Final = 20_000
"""Events in which a company in calm weather falls silent; a conclusion takes some hundreds."""


def _nothing(_member: Member) -> None:
    """What becomes of a node that crashed, unless faults say otherwise."""


@dataclass(slots=True, kw_only=True)
class World(Company[Member]):
    """Everybody in one dossier, and what surrounds them.

    Attributes:
        timeline: What happens when.
        rng: Decides everything that is not decided before.
        trace: What happened.
        network: Between them.
        crashed: Told of every node that crashed.
    """

    timeline: Timeline = field(default_factory=Timeline)
    rng: random.Random = field(default_factory=lambda: random.Random(0))  # noqa: S311 - a simulation
    trace: Trace = field(init=False)
    network: Network = field(init=False)
    crashed: Callable[[Member], None] = _nothing

    def __post_init__(self) -> None:
        """Lay the lines."""
        self.trace = Trace(self.timeline)
        self.network = Network(timeline=self.timeline, trace=self.trace, rng=self.rng, members=self.members)

    @classmethod
    def at(cls, stage: str, seed: int = 0, *, into: int = 0, **cast: Any) -> World:
        """A world of one's own that has come to a stage; each stage is made once per process.

        Args:
            stage: One of ``STAGES``.
            seed: Of everything random from then on.
            into: One of ``INTO_MS``: so long the nodes have gone on in calm weather from there. What was under way then
                is lost, and the nodes have only now been started, as after a failure of power everywhere.
            cast: See ``Company``.
        """
        key = tuple(sorted(cast.items()))
        made = _later(stage, key)[into] if into else _made(stage, key)
        return made.copy(seed)

    def copy(self, seed: int = 0) -> World:
        """The same world once more, independent of this one."""
        world = World(
            **self.cast(),
            dossier=self.dossier,
            timeline=Timeline(now=self.timeline.now),
            rng=random.Random(seed),  # noqa: S311 - a simulation
        )
        for name, member in self.members.items():
            copied = world.join(name, member.identity, member.disk)
            copied.node.remember(self.dossier, member.node.view(self.dossier))
        return world

    def join(self, name: str, who: Identity, like: Disk | None = None) -> Member:
        """Give a participant a node, over a copy of a disk if there is one."""
        disk = Disk(owner=name)
        if like is not None:
            disk.restore(like.back_up())
        member = Member(
            company=self,
            identity=who,
            clock=SimulatedClock(self.timeline),
            stamp_clock=SimulatedClock(self.timeline),
            disk=disk,
        )
        self.members[name] = member
        return member

    def honest(self) -> list[Member]:
        """Members that keep the rules, by name."""
        return [member for _, member in sorted(self.members.items()) if member.honest]

    def quiet(self) -> bool:
        """Whether everybody only waits: for people, for time limits, for somebody who is gone."""
        return not self.timeline.busy() and all(m.quiet() for m in self.members.values())

    def waits(self) -> bool:
        """Whether time alone will bring something."""
        return any(m.waits() for m in self.members.values())

    def settle(self, *_names: str) -> int:
        """Let things happen until all is quiet; return how many events that took."""
        begun = self.timeline.steps
        while not self.quiet():
            assert self.timeline.steps - begun < MAX_STEPS, "the nodes never fall silent"
            if not self.timeline.step():
                break
        return self.timeline.steps - begun


@functools.cache
def _made(stage: str, cast: tuple[tuple[str, Any], ...]) -> World:
    step = STAGES.index(stage)
    world = _made(STAGES[step - 1], cast).copy() if step else World(**dict(cast))
    world.advance(stage)
    return world


@functools.cache
def _later(stage: str, cast: tuple[tuple[str, Any], ...]) -> dict[int, World]:
    world = _made(stage, cast).copy()
    begin, found = world.timeline.now, {}
    for into in INTO_MS:
        while (moment := world.timeline.next_at()) is not None and moment <= begin + into:
            world.timeline.step()
        found[into] = world.copy()
    return found
