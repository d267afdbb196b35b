"""How much nodes may send each other."""

from __future__ import annotations

from typing import Final

from paraph.simulation.invariants.broken import BrokenError
from paraph.simulation.network import Network

__all__ = ["check_traffic"]

MAX_BUNDLES: Final = 500
"""Requests and answers from one node to another; in ten thousand schedules a hundred were rare, with liars too."""

MAX_BYTES: Final = 128 * 1024 * 1024
"""Likewise of bytes; the largest deposit that a liar makes has nine MiB, and may be repeated now and then."""


def check_traffic(network: Network) -> None:
    """Look whether a node sends another far more than there is to say, before everything heals or after.

    Whoever lies can ask as often as it likes; nobody may be kept answering, or asking, by what it was told once.

    Raises:
        BrokenError: ``moderate``.
    """
    for (one, other), traffic in network.traffic.items():
        if traffic.bundles > MAX_BUNDLES or traffic.size > MAX_BYTES:
            raise BrokenError(
                "moderate",
                f"{one} has sent {other} {traffic.bundles} bundles with {traffic.size >> 20} MiB",
            )
