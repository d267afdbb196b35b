"""Nodes that die between any two durable writes: the k-th one of all nodes together is the last before the crash."""

from __future__ import annotations

from paraph.simulation.disk import Crash, Fuse
from tests.support.nodes import Member, World

__all__ = ["Crash", "Fuse", "make_mortal", "rise"]


def make_mortal(world: World, fuse: Fuse) -> None:
    """Let one fuse watch what every node writes."""
    for member in world.members.values():
        member.disk.fuse = fuse
        member.start()


def rise(member: Member) -> None:
    """Start a node again, as its operator or the system does."""
    member.start()
    member.delivery.greet()
