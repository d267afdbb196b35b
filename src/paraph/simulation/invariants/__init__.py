"""What must hold in every schedule, looked at after every step.

Only nodes whose durable state changed are looked at, and of their logs and feeds only what is new, so that looking costs
little beside what nodes do. What is said here is said of *honest* nodes, but of all of their disks, alive or not.

Each invariant has a short name that never changes; ``NAMES`` says what they mean.
"""

from __future__ import annotations

from paraph.simulation.invariants.broken import NAMES, BrokenError
from paraph.simulation.invariants.watch import Invariants

__all__ = ["NAMES", "BrokenError", "Invariants"]
